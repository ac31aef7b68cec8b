"""Crawls: pages as browsers and crawlers keep them.

The time of the copy is kept apart from the publishing date.
"""

import contextlib
from collections import Counter
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.utils import parsedate_to_datetime
from typing import IO, Any

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed

from press_coverage.loading.documents import decode
from press_coverage.loading.notes import note
from press_coverage.loading.streams import MAX_PAGE, UnreadableError

PAGES = ("text/html", "application/xhtml+xml")


def read_warc(opened: IO[bytes]) -> Iterator[dict[str, Any]]:
    r"""The pages of a WARC file, as of Common Crawl's news crawl.

    What is no page, or no answer with status 200, is counted in a note at the end; a record that
    is cut or broken ends the file, with a note.

    Returns:
        Records with row (place of the record), url, html, and retrieved: the record's own date,
        ISO 8601; and notes.

    Source: ISO 28500:2017.

    >>> import io
    >>> page = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<p>Kim schreibt."
    >>> head = b"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: https://a.example/1\r\n"
    >>> head += b"WARC-Date: 2018-06-01T10:00:00Z\r\nWARC-Record-ID: <urn:uuid:1>\r\n"
    >>> head += b"Content-Type: application/http\r\nContent-Length: %d\r\n\r\n" % len(page)
    >>> record = next(read_warc(io.BytesIO(head + page + b"\r\n\r\n")))
    >>> record["row"], record["url"], record["retrieved"], record["html"]
    (1, 'https://a.example/1', '2018-06-01T10:00:00Z', '<p>Kim schreibt.')
    """
    others: Counter[str] = Counter()
    row = 0
    try:
        for row, record in enumerate(ArchiveIterator(opened), start=1):
            if record.rec_type not in ("response", "resource"):
                continue
            other = _other_than_page(record)
            if other is None:
                yield from _page(row, record)
            else:
                others[other] += 1
    except (ArchiveLoadFailed, OSError, EOFError, ValueError) as problem:
        where = f"behind record {row} ({problem}); what lies before was read"
        yield note("partly_read", f"the WARC file is damaged {where}", "truncated")
    if others:
        kinds = ", ".join(f"{count} {kind}" for kind, count in others.most_common(5))
        yield note("dropped", f"{others.total()} records are no pages: {kinds}", "no_page")


def _other_than_page(record: Any) -> str | None:
    """What a record is: its type or its status; None for a page."""
    http = record.http_headers
    status = http.get_statuscode() if http else "200"
    if status != "200":
        return f"status {status}"
    declared = http.get_header("Content-Type") if http else record.content_type
    kind = str(declared or "no type given").split(";")[0].strip()
    return None if kind.lower() in PAGES else kind


def _page(row: int, record: Any) -> Iterator[dict[str, Any]]:
    """The page of a record, behind a note where it is cut, or a note alone where it is too long."""
    page = record.content_stream().read(MAX_PAGE + 1)
    head = record.rec_headers
    if len(page) > MAX_PAGE:
        reason = f"the page of record {row} has over {MAX_PAGE / 1e6:.0f} MB; it was left out"
        yield note("not_read", reason, "size", row=row)
        return
    if record.raw_stream.limit:  # bytes that should still come
        reason = f"record {row} is cut: it declares {head.get_header('Content-Length')} bytes"
        yield note("partly_read", reason, "truncated", row=row)
    url, when = head.get_header("WARC-Target-URI"), head.get_header("WARC-Date")
    yield {"row": row, "url": url, "retrieved": when, "html": decode(page)[0]}


def read_mhtml(data: bytes) -> Iterator[dict[str, Any]]:
    r"""The page of an MHTML file, as browsers save it.

    Returns:
        One record with row 1, url, html, retrieved (when it was saved, ISO 8601).

    Raises:
        UnreadableError: where no part is a page.

    Source: RFC 2557.

    >>> saved = b"MIME-Version: 1.0\nContent-Type: text/html; charset=utf-8\n"
    >>> saved += b"Content-Location: https://a.example/1\n\n<p>Kim schreibt."
    >>> next(read_mhtml(saved))
    {'row': 1, 'url': 'https://a.example/1', 'html': '<p>Kim schreibt.'}
    """
    message = message_from_bytes(data, policy=policy.compat32)
    part = next((part for part in message.walk() if part.get_content_type() in PAGES), None)
    content = part.get_payload(decode=True) if part else None
    if part is None or not isinstance(content, bytes):
        raise UnreadableError("the MHTML file holds no page; save it again as HTML", "mhtml")
    url = part.get("Content-Location") or message.get("Snapshot-Content-Location")
    record = {"row": 1, "url": url, "html": _decoded(content, part.get_content_charset())}
    with contextlib.suppress(TypeError, ValueError):  # no date, or none that is one
        record["retrieved"] = parsedate_to_datetime(message["Date"]).isoformat()
    yield {key: value for key, value in record.items() if value}


def _decoded(content: bytes, charset: str | None) -> str:
    """The page's text; the charset of its part counts before the one that the page declares."""
    if not charset:
        return decode(content)[0]
    return decode(b"<!-- charset=" + charset.encode() + b" -->" + content)[0].split("-->", 1)[1]
