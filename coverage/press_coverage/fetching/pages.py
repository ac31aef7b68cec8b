"""Hydrate: a list of addresses becomes a folder of saved pages and their ledger."""

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from csv import DictWriter
from datetime import UTC, datetime
from pathlib import Path
from queue import SimpleQueue
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

import pandas as pd

from press_coverage.fetching import polite
from press_coverage.loading.hydrated import COLUMNS, LEDGER, ledger_rows
from press_coverage.tables.progress import bar
from press_coverage.tables.schema import need

_FAILED = "failed"  # the only status that a later run tries again
_DENIED = {401, 402, 403, 407, 451}
_LOGIN = re.compile(r"/(?:log-?in|sign-?in|anmelden|subscribe|abo)\b", re.IGNORECASE)
_AGAIN = f"to try again, delete its row in {LEDGER}"
_BAD_URL = {
    "status": "not a web address",
    "reason": "only http and https addresses without a password are fetched; correct it",
}


class _Result(NamedTuple):
    """What a row of the ledger says, and the page to save."""

    status: str
    reason: str
    code: int | None = None
    body: bytes = b""


_Results = SimpleQueue[tuple[str, _Result | Exception]]


def hydrate(
    urls: Iterable[str] | pd.DataFrame,
    folder: str | Path,
    *,
    delay: float = 1.0,
    archive: str | None = "https://web.archive.org/web/0id_/",
    agent: str = "press-coverage",
    timeout: float = 30.0,
    progress: bool = True,
) -> pd.DataFrame:
    """Fetch pages into a folder, politely; a later run goes on where this one stopped.

    Each result is added to hydrated.csv in the folder at once. A later run tries only what failed,
    is new or has lost its file. A host is asked one thing at a time, as its robots.txt allows.

    Args:
        urls: addresses, or a table with a column url.
        folder: where the pages and hydrated.csv are written; it is made if needed.
        delay: seconds between two requests to a host.
        archive: where to look for a copy of a page that is gone or out of reach: its address is
            put behind this one; None to look nowhere.
        agent: how requests name themselves; add an address where you can be reached.
        timeout: seconds without a byte from a host.
        progress: whether to show a bar.

    Returns:
        A row for each address, in their order. url: as given. file: relative to the folder, empty
        where nothing was saved. status: saved, archived (a copy was found at `archive`), refused by
        robots.txt, refused by the site, login needed, not a page, too large, gone, not a web
        address, or failed. reason: with a remedy. retrieved: in UTC. http_status: of the page's own
        server. sha256: of the file.

    Raises:
        ValueError: for a table without a column url, an unusable agent, delay or timeout, or a
            folder with another hydrated.csv.
        TypeError: for a single string.

    Source:
        RFC 9309 (robots.txt), RFC 9110 (Retry-After).

    Examples:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     hydrate(["ftp://example.org/talks"], folder, progress=False)["status"].to_list()
        ['not a web address']
    """
    given = _addresses(urls)
    _check(delay, agent, timeout)
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    keys = [polite.normal(url) for url in given]
    done = _done(folder)
    todo = [key for key in dict.fromkeys(keys) if key and key not in done]
    done |= _fetch(todo, folder, polite.Crawl(delay, agent, timeout), archive, show=progress)
    rows = [
        {**(done[key] if key else _BAD_URL), "url": _shown(url)}
        for key, url in zip(keys, given, strict=True)
    ]
    return _table(rows)


def _addresses(urls: Iterable[str] | pd.DataFrame) -> list[str]:
    if isinstance(urls, str):
        raise TypeError("urls is one string; give a list: hydrate([url], folder)")
    if isinstance(urls, pd.DataFrame):
        need(urls, ["url"], "hydrate: urls")
        return list(urls["url"])
    return list(urls)


def _check(delay: float, agent: str, timeout: float) -> None:
    if not agent.strip() or not (agent.isascii() and agent.isprintable()):
        example = "'press-coverage (mailto:you@example.org)'"
        raise ValueError(f"agent must be a line of ASCII, such as {example}")
    if not (0 <= delay < float("inf") and 0 < timeout < float("inf")):
        raise ValueError("delay must be 0 or more seconds and timeout more than 0")


def _shown(url: object) -> object:
    """The address as given; half a surrogate pair cannot be kept."""
    return url.encode("utf-8", "replace").decode() if isinstance(url, str) else url


def _table(rows: list[dict[str, object]]) -> pd.DataFrame:
    table = pd.DataFrame([dict.fromkeys(COLUMNS, "") | row for row in rows], columns=COLUMNS)
    table["retrieved"] = pd.to_datetime(
        table["retrieved"], utc=True, format="ISO8601", errors="coerce"
    )
    table["http_status"] = pd.to_numeric(table["http_status"], errors="coerce").astype("Int64")
    return table


def _done(folder: Path) -> dict[str, dict[str, str]]:
    """What earlier runs fetched: the last row of each address that is not to be tried again."""
    last = {row["url"]: row for row in _earlier_rows(folder)}
    return {url: row for url, row in last.items() if _is_done(row, folder)}


def _is_done(row: dict[str, str], folder: Path) -> bool:
    lost = row["file"] and not (folder / row["file"]).is_file()
    return row["status"] != _FAILED and not lost


def _earlier_rows(folder: Path) -> list[dict[str, str]]:
    """The rows of the ledger; one cut by an interruption is taken off the file first."""
    ledger = folder / LEDGER
    data = ledger.read_bytes() if ledger.exists() else b""
    whole = data[: data.rfind(b"\n") + 1] or (",".join(COLUMNS) + "\r\n").encode()
    if whole != data:
        _write(ledger, whole)
    rows = ledger_rows(whole.decode("utf-8", "replace"))
    if rows is None:
        columns = ", ".join(COLUMNS)
        raise ValueError(
            f"{LEDGER} in the folder has other columns than {columns}; choose another folder"
        )
    return rows


def _write(path: Path, data: bytes) -> None:
    part = path.with_name(f".{path.name}.part")
    part.write_bytes(data)
    part.replace(path)


def _fetch(
    urls: list[str], folder: Path, crawl: polite.Crawl, archive: str | None, *, show: bool
) -> dict[str, dict[str, str]]:
    """Fetch host beside host, and return the row of each address.

    This thread alone writes, so that pages and ledger cannot get out of step.
    """
    by_host: dict[str, list[str]] = defaultdict(list)
    for url in urls:
        by_host[urlsplit(url).hostname or ""].append(url)
    results: _Results = SimpleQueue()
    rows = {}
    with (
        ThreadPoolExecutor(polite.HOSTS) as pool,
        (folder / LEDGER).open("a", newline="", encoding="utf-8") as ledger,
    ):
        try:
            for pages in by_host.values():
                pool.submit(_visit, pages, crawl, archive, results)
            writer = DictWriter(ledger, COLUMNS)
            for _ in bar(urls, "hydrate", "page", show=show):
                url, result = results.get()
                if isinstance(result, Exception):
                    raise result
                rows[url] = _row(url, result, folder)
                writer.writerow(rows[url])
                ledger.flush()
        finally:
            crawl.stop.set()
            pool.shutdown(cancel_futures=True)
    return rows


def _row(url: str, result: _Result, folder: Path) -> dict[str, str]:
    """Save the page, and return its row in the ledger."""
    row = dict.fromkeys(COLUMNS, "") | {
        "url": url,
        "status": result.status,
        "reason": " ".join(result.reason.split()),
        "retrieved": datetime.now(UTC).isoformat(timespec="seconds"),
        "http_status": "" if result.code is None else str(result.code),
    }
    if not result.body:
        return row
    name = _name(url)
    path = folder / name
    if path.parent.resolve().parent != folder.resolve():
        place = f"the folder {path.parent.name} is a link to another place"
        return row | {"status": _FAILED, "reason": f"{place}; remove the link"}
    path.parent.mkdir(exist_ok=True)
    _write(path, result.body)
    return row | {"file": name, "sha256": hashlib.sha256(result.body).hexdigest()}


def _name(url: str) -> str:
    """Where the page is saved: no part of it can lead out of the folder."""
    parts = urlsplit(url)
    host = re.sub(r"[^a-z0-9.-]", "_", parts.netloc)[:100].strip(".") or "host"
    last = unquote(parts.path).rstrip("/").rsplit("/", 1)[-1].lower()
    slug = re.sub(r"[^a-z0-9]+", "-", last.removesuffix(".html").removesuffix(".htm"))
    digest = hashlib.sha256(url.encode()).hexdigest()[:12]
    return f"{host}/{slug[:60].strip('-') or 'page'}-{digest}.html"


def _visit(urls: list[str], crawl: polite.Crawl, archive: str | None, results: _Results) -> None:
    """Fetch the pages of one host, one after the other."""
    with polite.Session(crawl.agent) as session:
        for url in urls:
            try:
                results.put((url, _page_or_copy(session, crawl, url, archive)))
            except Exception as error:  # raised by the thread that writes
                results.put((url, error))
                return


def _page_or_copy(
    session: polite.Session, crawl: polite.Crawl, url: str, archive: str | None
) -> _Result:
    page = _page(session, crawl, url)
    unread = page.code is None and page.reason.startswith("robots.txt answered")
    if page.status != _FAILED or unread:
        return page
    if archive is None:
        return page._replace(reason=f"{page.reason}; give archive=... to look for an archived copy")
    copy = _page(session, crawl, archive + url)
    if copy.status == "saved":
        source = f"the copy is from {archive}: {copy.reason or 'see there'}"
        return _Result("archived", f"{page.reason}; {source}", page.code, copy.body)
    if {page.code, copy.code} <= {404, 410}:
        remedy = f"look for it in a press database; {_AGAIN}"
        return _Result("gone", f"{page.reason}, and {archive} has no copy; {remedy}", page.code)
    return page._replace(reason=f"{page.reason}; no archived copy: {copy.reason}")


def _page(session: polite.Session, crawl: polite.Crawl, url: str) -> _Result:
    """The page after its redirects, each asked for as robots.txt of its host allows."""
    start = url
    for _ in range(polite.REDIRECTS + 1):
        rules = polite.robots_of(session, crawl, url)
        if isinstance(rules, polite.Answer):
            reason = f"robots.txt {rules.trouble}, which forbids the host for now; run again later"
            return _Result(_FAILED, reason)
        if not rules.can_fetch(url, crawl.robot):
            remedy = f"ask the publisher or use a press database; {_AGAIN}"
            return _Result("refused by robots.txt", f"robots.txt forbids {url}; {remedy}")
        answer = polite.tries(session, crawl, url)
        place = polite.target(url, answer)
        if not place:
            return _judge(answer, start, url)
        if not polite.normal(place):
            reason = f"it redirects to {place[:200]}, which is not a web address"
            return _Result(_FAILED, f"{reason}; correct the address", answer.code)
        url = place
    reason = f"it redirects more than {polite.REDIRECTS} times"
    remedy = "open it in a browser and take the address shown"
    return _Result(_FAILED, f"{reason}; {remedy}", answer.code)


def _judge(answer: polite.Answer, start: str, url: str) -> _Result:
    """The result of an answer that is no redirect, at the end of the way from `start` to `url`."""
    code, via = answer.code, f"it redirects to {url}" if url != start else ""
    remedy = f"use a press database or ask the publisher; {_AGAIN}"
    if answer.trouble.startswith(("not a page", "too large")):
        status, _, reason = answer.trouble.partition(": ")
        return _Result(status, f"{reason}; {_AGAIN}", code)
    if answer.trouble:
        return _Result(_FAILED, f"{answer.trouble}; run again later", code)
    if code in _DENIED:
        return _Result("refused by the site", f"the site answered {code}; {remedy}", code)
    if code != 200:
        return _Result(_FAILED, f"the site answered {code}", code)
    if _LOGIN.search(urlsplit(url).path) and not _LOGIN.search(urlsplit(start).path):
        return _Result("login needed", f"{via}; {remedy}", code)
    if not answer.body:
        return _Result(_FAILED, "the page is empty; run again later", code)
    return _Result("saved", via, code, answer.body)
