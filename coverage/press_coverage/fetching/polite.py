"""Manners: one request at a time to a host, as its robots.txt allows, with patience for a busy server and a limit to all."""

import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from threading import Event, Lock
from typing import NamedTuple
from urllib.parse import urljoin, urlsplit, urlunsplit

import requests
import urllib3
from protego import Protego

LIMIT = 20_000_000  # bytes of a page
TRIES, REDIRECTS, HOSTS = 4, 5, 8
BACKOFF, PATIENCE = (
    2.0,
    120.0,
)  # seconds before the second try, doubled each time; the longest wait that a server may ask for
LONGEST_CRAWL_DELAY = 60.0
DEADLINE = (
    4.0  # timeouts that one answer may take from its first byte to its last: a server may drip
)
_BUSY = {429, 502, 503, 504}
_MOVED = {301, 302, 303, 307, 308}
_PAGES = {"text/html", "application/xhtml+xml", "text/plain", ""}
_TRACKING = re.compile(r"(?:utm_[^=]*|fbclid|gclid)(?:=|$)", re.IGNORECASE)


class Answer(NamedTuple):
    """What came of one request: an HTTP status, or a trouble with words for it."""

    code: int | None = None
    headers: Mapping[str, str] = {}
    body: bytes = b""
    trouble: str = ""
    again: bool = False  # whether another try may help


@dataclass
class _Host:
    """One host: `asking` is held for one request and never within another lock's wait for it, so that nothing locks up."""

    asking: Lock = field(default_factory=Lock)
    reading: Lock = field(default_factory=Lock)
    robots: dict[str, Protego | Answer] = field(default_factory=dict)
    gap: float = 0.0
    ready: float = 0.0


@dataclass
class Manners:
    """What all requests of a run share."""

    delay: float
    agent: str
    timeout: float
    hosts: dict[str, _Host] = field(default_factory=dict)
    guard: Lock = field(default_factory=Lock)
    stop: Event = field(default_factory=Event)

    def host(self, url: str) -> _Host:
        """The host of an address, always the same one."""
        with self.guard:
            return self.hosts.setdefault(urlsplit(url).hostname or "", _Host(gap=self.delay))


class Session(requests.Session):
    """A session that leaves redirects alone: following them would read their bodies without limit."""

    def get_redirect_target(self, resp: requests.Response) -> str | None:
        """None: the caller follows redirects itself."""
        return None


def normal(url: object) -> str:
    """The address without what does not change the page; empty where it is not a web address."""
    try:
        parts = urlsplit(url.strip() if isinstance(url, str) else "")
        host, port = (parts.hostname or "").lower(), parts.port
        parts.geturl().encode()
    except ValueError:
        return ""
    if (
        parts.scheme not in ("http", "https")
        or "@" in parts.netloc
        or not re.fullmatch(r"[\w.-]+|[0-9a-f:.]+", host)
    ):
        return ""
    place = (f"[{host}]" if ":" in host else host) + (
        f":{port}" if port not in (None, {"http": 80, "https": 443}[parts.scheme]) else ""
    )
    query = "&".join(part for part in parts.query.split("&") if not _TRACKING.match(part))
    return urlunsplit((parts.scheme, place, parts.path or "/", query, ""))


def target(url: str, answer: Answer) -> str:
    """Where a redirect leads; empty where the answer is none."""
    place = answer.headers.get("location", "") if answer.code in _MOVED else ""
    try:
        return (
            urljoin(url, place.encode("latin-1", "replace").decode("utf-8", "replace")).split("#")[
                0
            ]
            if place
            else ""
        )
    except ValueError:
        return "an address that cannot be read"


def robots_of(session: Session, manners: Manners, url: str) -> Protego | Answer:
    """The rules of the host of `url`, read once; an answer with its trouble where they could not be read."""
    host, origin = manners.host(url), urljoin(url, "/")
    with host.reading:
        if origin not in host.robots:
            place = origin + "robots.txt"
            for _ in range(REDIRECTS + 1):
                answer = tries(session, manners, place, robots=True)
                if not (place := target(place, answer)) or not normal(place):
                    break
            if answer.code is not None and answer.code >= 500:
                host.robots[origin] = answer._replace(trouble=f"answered {answer.code}")
            elif answer.trouble:
                host.robots[origin] = answer._replace(
                    trouble=f"could not be read ({answer.trouble})"
                )
            else:
                rules = Protego.parse(
                    answer.body[:512_000].decode("utf-8", "replace") if answer.code == 200 else ""
                )
                asked = rules.crawl_delay(re.split(r"[/\s]", manners.agent.strip())[0]) or 0.0
                host.gap = max(host.gap, min(asked, LONGEST_CRAWL_DELAY))
                host.ready = max(host.ready, time.monotonic() + host.gap)
                host.robots[origin] = rules
        return host.robots[origin]


def tries(session: Session, manners: Manners, url: str, *, robots: bool = False) -> Answer:
    """The answer of a host that is asked again, later each time, while it is busy; InterruptedError once the run stops."""
    host = manners.host(url)
    for number in range(TRIES):
        with host.asking:
            if manners.stop.wait(max(0.0, host.ready - time.monotonic())):
                raise InterruptedError
            answer = _once(session, url, manners.timeout, robots=robots)
            wait = (
                BACKOFF * 2**number if answer.again else 0.0
            )  # the whole host is left alone meanwhile
            host.ready = time.monotonic() + max(host.gap, wait, _retry_after(answer))
        if not answer.again:
            break
    return answer


def _retry_after(answer: Answer) -> float:
    """Seconds that a busy server asks to be left alone.

    >>> _retry_after(Answer(429, {"retry-after": "7"})), _retry_after(Answer(429, {"retry-after": "soon"}))
    (7.0, 0.0)
    """
    printed = answer.headers.get("retry-after", "").strip() if answer.code in _BUSY else ""
    try:
        seconds = (
            float(printed)
            if printed.isdecimal()
            else parsedate_to_datetime(printed).timestamp() - time.time()
        )
    except (ValueError, OverflowError):
        return 0.0
    return min(max(seconds, 0.0), PATIENCE)


def _once(session: Session, url: str, timeout: float, *, robots: bool) -> Answer:
    until, code, body = time.monotonic() + DEADLINE * timeout, None, bytearray()
    try:
        with session.get(url, stream=True, allow_redirects=False, timeout=timeout) as response:
            code, headers = response.status_code, response.headers
            if code != 200:
                return Answer(code, headers, again=code in _BUSY)
            kind = headers.get("content-type", "").partition(";")[0].strip().lower()
            if kind not in _PAGES and not robots:
                return Answer(code, trouble=f"not a page: it is {kind}, not HTML or text")
            while piece := response.raw.read1(
                65536, decode_content=True
            ):  # read would wait for all 65536
                body += piece
                if len(body) > LIMIT:
                    return Answer(code, trouble=f"too large: it has more than {LIMIT / 1e6:g} MB")
                if time.monotonic() > until:
                    return Answer(
                        code,
                        trouble=f"it took more than {DEADLINE * timeout:g} seconds (raise timeout)",
                    )
            return Answer(code, headers, bytes(body))
    except (requests.RequestException, urllib3.exceptions.HTTPError, OSError, ValueError) as error:
        again = not isinstance(error, (ValueError, urllib3.exceptions.DecodeError))
        return Answer(code, trouble=f"the connection failed ({type(error).__name__})", again=again)
