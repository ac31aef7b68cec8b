"""Polite requests: one at a time to a host, as its robots.txt allows, with patience and limits.

Source: RFC 9309 (robots.txt), RFC 9110 (Retry-After).
"""

import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from itertools import filterfalse
from threading import Event, Lock
from typing import NamedTuple
from urllib.parse import urljoin, urlsplit, urlunsplit

from press_coverage.tables.extras import missing_extra

try:
    import requests
    import urllib3
    from protego import Protego
except ImportError as error:
    raise missing_extra("hydrate", "fetch", error) from error

LIMIT = 20_000_000  # bytes of a page
TRIES, REDIRECTS, HOSTS = 4, 5, 8
BACKOFF = 2.0  # seconds before the second try, doubled each time
PATIENCE = 120.0  # seconds: the longest wait that a server may ask for
LONGEST_CRAWL_DELAY = 60.0  # seconds
DEADLINE = 4.0  # timeouts from an answer's first byte to its last: a server may drip
_PORTS = {"http": 80, "https": 443}
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
    """One host; `asking` is held for one request and never while another lock is waited for."""

    asking: Lock = field(default_factory=Lock)
    reading: Lock = field(default_factory=Lock)
    robots: dict[str, Protego | Answer] = field(default_factory=dict)
    gap: float = 0.0  # seconds between two requests
    ready: float = 0.0  # when the next request may start, by the monotonic clock


@dataclass
class Crawl:
    """What all requests of a run share; `delay` and `timeout` are seconds."""

    delay: float
    agent: str
    timeout: float
    hosts: dict[str, _Host] = field(default_factory=dict)
    guard: Lock = field(default_factory=Lock)
    stop: Event = field(default_factory=Event)

    @property
    def robot(self) -> str:
        """The part of the agent that a robots.txt names."""
        return re.split(r"[/\s]", self.agent.strip())[0]

    def host(self, url: str) -> _Host:
        """The host of an address, always the same one."""
        with self.guard:
            return self.hosts.setdefault(urlsplit(url).hostname or "", _Host(gap=self.delay))


class Session(requests.Session):
    """A session that leaves redirects alone: following them would read their bodies without limit.

    Args:
        agent: how it names itself to a server.
    """

    def __init__(self, agent: str) -> None:
        super().__init__()
        accept = "text/html,application/xhtml+xml,text/plain;q=0.8"
        self.headers.update({"User-Agent": agent, "Accept": accept})
        self.auth = lambda request: request  # keeps the passwords of .netrc away

    def get_redirect_target(self, resp: requests.Response) -> str | None:
        """None: the caller follows redirects itself."""
        return None


def normal(url: object) -> str:
    """The address without what does not change the page; empty where it is not a web address.

    Examples:
        >>> normal("https://a.example:443/talks?utm_source=mail&id=7#top"), normal("talks")
        ('https://a.example/talks?id=7', '')
    """
    try:
        parts = urlsplit(url.strip() if isinstance(url, str) else "")
        host, port = parts.hostname or "", parts.port
        parts.geturl().encode()
    except ValueError:
        return ""
    named = re.fullmatch(r"[\w.-]+|[0-9a-f:.]+", host)
    if parts.scheme not in _PORTS or "@" in parts.netloc or not named:
        return ""
    place = f"[{host}]" if ":" in host else host
    place += "" if port in (None, _PORTS[parts.scheme]) else f":{port}"
    query = "&".join(filterfalse(_TRACKING.match, parts.query.split("&")))
    return urlunsplit((parts.scheme, place, parts.path or "/", query, ""))


def target(url: str, answer: Answer) -> str:
    """Where a redirect leads; empty where the answer is none."""
    place = answer.headers.get("location", "") if answer.code in _MOVED else ""
    if not place:
        return ""
    try:
        place = urljoin(url, place.encode("latin-1", "replace").decode("utf-8", "replace"))
    except ValueError:
        return "an address that cannot be read"
    return place.split("#")[0]


def robots_of(session: Session, crawl: Crawl, url: str) -> Protego | Answer:
    """The rules of the host of `url`, read once; an answer with its trouble if that failed."""
    host, origin = crawl.host(url), urljoin(url, "/")
    with host.reading:
        if origin not in host.robots:
            host.robots[origin] = _read_robots(session, crawl, origin + "robots.txt")
        return host.robots[origin]


def _read_robots(session: Session, crawl: Crawl, url: str) -> Protego | Answer:
    answer = _follow(session, crawl, url)
    if answer.code is not None and answer.code >= 500:
        return answer._replace(trouble=f"answered {answer.code}")
    if answer.trouble:
        return answer._replace(trouble=f"could not be read ({answer.trouble})")
    text = answer.body[:512_000].decode("utf-8", "replace") if answer.code == 200 else ""
    rules = Protego.parse(text)
    host, delay = crawl.host(url), rules.crawl_delay(crawl.robot) or 0.0
    host.gap = max(host.gap, min(delay, LONGEST_CRAWL_DELAY))
    host.ready = max(host.ready, time.monotonic() + host.gap)
    return rules


def _follow(session: Session, crawl: Crawl, url: str) -> Answer:
    """The answer for a robots.txt, behind its redirects."""
    for _ in range(REDIRECTS + 1):
        answer = tries(session, crawl, url, robots=True)
        url = target(url, answer)
        if not normal(url):
            break
    return answer


def tries(session: Session, crawl: Crawl, url: str, *, robots: bool = False) -> Answer:
    """The answer of a host that is asked again, later each time, while it is busy.

    Args:
        session: the session of this thread.
        crawl: what all requests share.
        url: the address.
        robots: whether it is a robots.txt, which may have any content type.

    Raises:
        InterruptedError: once the run stops.
    """
    host = crawl.host(url)
    for number in range(TRIES):
        with host.asking:
            if crawl.stop.wait(max(0.0, host.ready - time.monotonic())):
                raise InterruptedError
            answer = _once(session, url, crawl.timeout, robots=robots)
            # the whole host is left alone meanwhile
            wait = BACKOFF * 2**number if answer.again else 0.0
            host.ready = time.monotonic() + max(host.gap, wait, _retry_after(answer))
        if not answer.again:
            break
    return answer


def _retry_after(answer: Answer) -> float:
    """Seconds that a busy server asks to be left alone.

    >>> _retry_after(Answer(429, {"retry-after": "7"}))
    7.0
    >>> _retry_after(Answer(429, {"retry-after": "soon"}))
    0.0
    """
    printed = answer.headers.get("retry-after", "").strip() if answer.code in _BUSY else ""
    try:
        if printed.isdecimal():
            seconds = float(printed)
        else:
            seconds = parsedate_to_datetime(printed).timestamp() - time.time()
    except (ValueError, OverflowError):
        return 0.0
    return min(max(seconds, 0.0), PATIENCE)


def _once(session: Session, url: str, timeout: float, *, robots: bool) -> Answer:
    start, code = time.monotonic(), None
    try:
        with session.get(url, stream=True, allow_redirects=False, timeout=timeout) as response:
            code, headers = response.status_code, response.headers
            if code != 200:
                return Answer(code, headers, again=code in _BUSY)
            kind = headers.get("content-type", "").partition(";")[0].strip().lower()
            if kind not in _PAGES and not robots:
                return Answer(code, trouble=f"not a page: it is {kind}, not HTML or text")
            return _read(response, start, DEADLINE * timeout)
    except (requests.RequestException, urllib3.exceptions.HTTPError, OSError, ValueError) as error:
        again = not isinstance(error, (ValueError, urllib3.exceptions.DecodeError))
        return Answer(code, trouble=f"the connection failed ({type(error).__name__})", again=again)


def _read(response: requests.Response, start: float, seconds: float) -> Answer:
    """The answer with its body, unless that is too large or takes more than `seconds`."""
    code, body = response.status_code, bytearray()
    while piece := response.raw.read1(65536, decode_content=True):  # read would wait for all 65536
        body += piece
        if len(body) > LIMIT:
            return Answer(code, trouble=f"too large: it has more than {LIMIT / 1e6:g} MB")
        if time.monotonic() > start + seconds:
            return Answer(code, trouble=f"it took more than {seconds:g} seconds (raise timeout)")
    return Answer(code, response.headers, bytes(body))
