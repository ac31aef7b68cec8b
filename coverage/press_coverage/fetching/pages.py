"""Hydrate: a list of addresses becomes a folder of saved pages, fetched with good manners."""

import csv
import hashlib
import io
import re
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from queue import SimpleQueue
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

import pandas as pd

from press_coverage.fetching.polite import (
    HOSTS,
    REDIRECTS,
    Answer,
    Manners,
    Session,
    normal,
    robots_of,
    target,
    tries,
)
from press_coverage.loading.hydrated import COLUMNS, LEDGER
from press_coverage.tables.progress import bar

_FAILED = "failed"  # the only status that a later run tries again
_DENIED = {401, 402, 403, 407, 451}
_LOGIN = re.compile(r"/(?:log-?in|sign-?in|anmelden|subscribe|abo)\b", re.IGNORECASE)
_AGAIN = f"to try again, delete its row in {LEDGER}"


class _Result(NamedTuple):
    """What a row of the ledger says, and the page to save."""

    status: str
    reason: str
    code: int | None = None
    body: bytes = b""


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
    """Fetch the pages of `urls` (addresses, or a table with a column url) into `folder`; a table with a row for each, in their order.

    Columns: url as given; file, relative to the folder and empty where nothing was saved; status: saved, archived (the page is gone
    or out of reach, and a copy was found at `archive` + url), refused by robots.txt, refused by the site, login needed, not a page,
    too large, gone, not a web address, or failed; reason, with a remedy; retrieved (UTC); http_status of the page's own server;
    sha256 of the file. `delay` and `timeout` are seconds: between two requests to a host, and without a byte from it.

    Each result is added to hydrated.csv in the folder at once. A later run tries only what failed, is new or has lost its file.
    A host is asked one thing at a time, as its robots.txt allows `agent`. Put an address where you can be reached into `agent`.

    Raises: ValueError for a table without a column url, an unusable agent, delay or timeout, or a folder with another hydrated.csv;
    TypeError for a single string.
    Source: RFC 9309 (robots.txt), RFC 9110 (Retry-After).

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     hydrate(["ftp://example.org/talks"], folder, progress=False)["status"].to_list()
    ['not a web address']
    """
    if isinstance(urls, str):
        raise TypeError("urls is one string; give a list: hydrate([url], folder)")
    if isinstance(urls, pd.DataFrame) and "url" not in urls:
        raise ValueError(
            f"no column url (columns: {', '.join(map(str, urls.columns))}); rename the one that holds the addresses"
        )
    if not agent.strip() or not (agent.isascii() and agent.isprintable()):
        raise ValueError(
            "agent must be a line of ASCII, such as 'press-coverage (mailto:you@example.org)'"
        )
    if not (0 <= delay < float("inf") and 0 < timeout < float("inf")):
        raise ValueError("delay must be 0 or more seconds and timeout more than 0")
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    given = list(urls["url"] if isinstance(urls, pd.DataFrame) else urls)
    keys = [normal(url) for url in given]
    done = _done(folder)
    todo = [key for key in dict.fromkeys(keys) if key and key not in done]
    _fetch(todo, folder, Manners(delay, agent, timeout), archive, done, show=progress)
    bad = {
        "status": "not a web address",
        "reason": "only http and https addresses without a password are fetched; correct it",
    }
    rows = [
        dict.fromkeys(COLUMNS, "") | (done[key] if key else bad) | {"url": _shown(url)}
        for key, url in zip(keys, given, strict=True)
    ]
    table = pd.DataFrame(rows, columns=COLUMNS)
    table["retrieved"] = pd.to_datetime(
        table["retrieved"], utc=True, format="ISO8601", errors="coerce"
    )
    table["http_status"] = pd.to_numeric(table["http_status"], errors="coerce").astype("Int64")
    return table


def _shown(url: object) -> object:
    return (
        url.encode("utf-8", "replace").decode() if isinstance(url, str) else url
    )  # half a surrogate pair cannot be kept


def _name(url: str) -> str:
    """Where the page is saved: no part of it can lead out of the folder."""
    parts = urlsplit(url)
    host = re.sub(r"[^a-z0-9.-]", "_", parts.netloc)[:100].strip(".") or "host"
    last = (
        unquote(parts.path)
        .rstrip("/")
        .rsplit("/", 1)[-1]
        .lower()
        .removesuffix(".html")
        .removesuffix(".htm")
    )
    slug = re.sub(r"[^a-z0-9]+", "-", last)[:60].strip("-") or "page"
    return f"{host}/{slug}-{hashlib.sha256(url.encode()).hexdigest()[:12]}.html"


def _done(folder: Path) -> dict[str, dict[str, str]]:
    """The rows of earlier runs that stand; a row cut by an interruption is taken off the ledger first."""
    ledger = folder / LEDGER
    data = ledger.read_bytes() if ledger.exists() else b""
    whole = data[: data.rfind(b"\n") + 1] or (",".join(COLUMNS) + "\r\n").encode()
    if whole != data:
        _write(ledger, whole)
    rows = csv.DictReader(io.StringIO(whole.decode("utf-8", "replace"), newline=""))
    if rows.fieldnames != COLUMNS:
        raise ValueError(
            f"{LEDGER} in the folder has other columns than {', '.join(COLUMNS)}; choose another folder"
        )
    last = {row["url"]: row for row in rows}
    return {
        url: row
        for url, row in last.items()
        if row["status"] != _FAILED and (not row["file"] or (folder / row["file"]).is_file())
    }


def _write(path: Path, data: bytes) -> None:
    part = path.with_name(f".{path.name}.part")
    part.write_bytes(data)
    part.replace(path)


def _fetch(
    urls: list[str],
    folder: Path,
    manners: Manners,
    archive: str | None,
    done: dict[str, dict[str, str]],
    *,
    show: bool,
) -> None:
    """Fetch host beside host; this thread alone writes, so that pages and ledger cannot get out of step."""
    by_host: dict[str, list[str]] = {}
    for url in urls:
        by_host.setdefault(urlsplit(url).hostname or "", []).append(url)
    results: SimpleQueue[tuple[str, _Result | Exception]] = SimpleQueue()
    with (
        ThreadPoolExecutor(HOSTS) as pool,
        (folder / LEDGER).open("a", newline="", encoding="utf-8") as ledger,
    ):
        try:
            for some in by_host.values():
                pool.submit(_visit, some, manners, archive, results)
            writer = csv.DictWriter(ledger, COLUMNS)
            for _ in bar(urls, "hydrate", "page", show=show):
                url, result = results.get()
                if isinstance(result, Exception):
                    raise result
                done[url] = _row(url, result, folder)
                writer.writerow(done[url])
                ledger.flush()
        finally:
            manners.stop.set()
            pool.shutdown(cancel_futures=True)


def _row(url: str, result: _Result, folder: Path) -> dict[str, str]:
    status, reason, name = result.status, " ".join(result.reason.split()), ""
    if result.body:
        path = folder / _name(url)
        if path.parent.resolve().parent != folder.resolve():
            status, reason = (
                _FAILED,
                f"the folder {path.parent.name} is a link to another place; remove the link",
            )
        else:
            path.parent.mkdir(exist_ok=True)
            _write(path, result.body)
            name = _name(url)
    code, digest = (
        "" if result.code is None else str(result.code),
        hashlib.sha256(result.body).hexdigest() if name else "",
    )
    return dict(
        zip(
            COLUMNS,
            [
                url,
                name,
                status,
                reason,
                datetime.now(UTC).isoformat(timespec="seconds"),
                code,
                digest,
            ],
            strict=True,
        )
    )


def _visit(
    urls: list[str],
    manners: Manners,
    archive: str | None,
    results: "SimpleQueue[tuple[str, _Result | Exception]]",
) -> None:
    with Session() as session:
        session.headers.update(
            {
                "User-Agent": manners.agent,
                "Accept": "text/html,application/xhtml+xml,text/plain;q=0.8",
            }
        )
        session.auth = lambda request: request  # keeps the passwords of .netrc away
        for url in urls:
            try:
                results.put((url, _page_or_copy(session, manners, url, archive)))
            except Exception as error:  # raised by the thread that writes
                results.put((url, error))
                return


def _page_or_copy(session: Session, manners: Manners, url: str, archive: str | None) -> _Result:
    found = _page(session, manners, url)
    if found.status != _FAILED or (
        found.code is None and found.reason.startswith("robots.txt answered")
    ):
        return found
    if archive is None:
        return found._replace(
            reason=f"{found.reason}; give archive=... to look for an archived copy"
        )
    copy = _page(session, manners, archive + url)
    if copy.status == "saved":
        return _Result(
            "archived",
            f"{found.reason}; the copy is from {archive}: {copy.reason or 'see there'}",
            found.code,
            copy.body,
        )
    if found.code in (404, 410) and copy.code in (404, 410):
        return _Result(
            "gone",
            f"{found.reason}, and {archive} has no copy; look for it in a press database; {_AGAIN}",
            found.code,
        )
    return found._replace(reason=f"{found.reason}; no archived copy: {copy.reason}")


def _page(session: Session, manners: Manners, url: str) -> _Result:
    """The page after its redirects, each asked for as robots.txt of its host allows."""
    start = url
    for _ in range(REDIRECTS + 1):
        rules = robots_of(session, manners, url)
        if isinstance(rules, Answer):
            return _Result(
                _FAILED,
                f"robots.txt {rules.trouble}, which forbids the host for now; run again later",
            )
        if not rules.can_fetch(url, re.split(r"[/\s]", manners.agent.strip())[0]):
            return _Result(
                "refused by robots.txt",
                f"robots.txt forbids {url}; ask the publisher or use a press database; {_AGAIN}",
            )
        answer = tries(session, manners, url)
        moved = target(url, answer)
        if not moved:
            return _judge(answer, start, url)
        if not normal(moved):
            return _Result(
                _FAILED,
                f"it redirects to {moved[:200]}, which is not a web address; correct the address",
                answer.code,
            )
        url = moved
    return _Result(
        _FAILED,
        f"it redirects more than {REDIRECTS} times; open it in a browser and take the address shown",
        answer.code,
    )


def _judge(answer: Answer, start: str, url: str) -> _Result:
    code, via = answer.code, f"it redirects to {url}" if url != start else ""
    if answer.trouble.startswith(("not a page", "too large")):
        status, _, words = answer.trouble.partition(": ")
        return _Result(status, f"{words}; {_AGAIN}", code)
    if answer.trouble:
        return _Result(_FAILED, f"{answer.trouble}; run again later", code)
    if code in _DENIED:
        return _Result(
            "refused by the site",
            f"the site answered {code}; use a press database or ask the publisher; {_AGAIN}",
            code,
        )
    if code != 200:
        return _Result(_FAILED, f"the site answered {code}", code)
    if _LOGIN.search(urlsplit(url).path) and not _LOGIN.search(urlsplit(start).path):
        return _Result(
            "login needed", f"{via}; use a press database or ask the publisher; {_AGAIN}", code
        )
    return (
        _Result("saved", via, code, answer.body)
        if answer.body
        else _Result(_FAILED, "the page is empty; run again later", code)
    )
