"""Crawls: pages as browsers and crawlers keep them, with the time of the copy apart from the publishing date."""

import contextlib
from collections import Counter
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.utils import parsedate_to_datetime
from typing import IO, Any

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed

from press_coverage.loading.documents import decode
from press_coverage.loading.streams import MAX_PAGE, UnreadableError

PAGES = ("text/html", "application/xhtml+xml")


def read_warc(opened: IO[bytes]) -> Iterator[dict[str, Any]]:
    """The pages of a WARC file, as of Common Crawl's news crawl: row (place of the record), url, html, retrieved.

    `retrieved` is the record's own date, ISO 8601. What is no page, or no answer with status 200, is counted in a note at
    the end; a record that is cut or broken ends the file, with a note. Source: ISO 28500:2017.

    >>> import io
    >>> page = b"HTTP/1.1 200 OK\\r\\nContent-Type: text/html\\r\\n\\r\\n<p>Kim schreibt."
    >>> head = b"WARC/1.0\\r\\nWARC-Type: response\\r\\nWARC-Target-URI: https://a.example/1\\r\\nWARC-Date: 2018-06-01T10:00:00Z\\r\\n"
    >>> head += b"WARC-Record-ID: <urn:uuid:1>\\r\\nContent-Type: application/http\\r\\nContent-Length: %d\\r\\n\\r\\n" % len(page)
    >>> next(read_warc(io.BytesIO(head + page + b"\\r\\n\\r\\n")))
    {'row': 1, 'url': 'https://a.example/1', 'retrieved': '2018-06-01T10:00:00Z', 'html': '<p>Kim schreibt.'}
    """
    others: Counter[str] = Counter()
    row = 0
    try:
        for row, record in enumerate(ArchiveIterator(opened), start=1):
            if record.rec_type not in ("response", "resource"):
                continue
            http = record.http_headers
            status = http.get_statuscode() if http else "200"
            kind = (
                http.get_header("Content-Type") if http else record.content_type
            ) or "no type given"
            if status != "200" or kind.split(";")[0].strip().lower() not in PAGES:
                others[kind.split(";")[0].strip() if status == "200" else f"status {status}"] += 1
                continue
            page = record.content_stream().read(MAX_PAGE + 1)
            url, when = (
                record.rec_headers.get_header("WARC-Target-URI"),
                record.rec_headers.get_header("WARC-Date"),
            )
            if len(page) > MAX_PAGE:
                reason = (
                    f"the page of record {row} has over {MAX_PAGE / 1e6:.0f} MB; it was left out"
                )
                yield {"action": "not_read", "reason": reason, "rule": "size", "row": row}
                continue
            declared = record.rec_headers.get_header("Content-Length")
            if record.raw_stream.limit:  # bytes that should still come
                reason = f"record {row} is cut: it declares {declared} bytes"
                yield {"action": "partly_read", "reason": reason, "rule": "truncated", "row": row}
            yield {"row": row, "url": url, "retrieved": when, "html": decode(page)[0]}
    except (ArchiveLoadFailed, OSError, EOFError, ValueError) as problem:
        reason = (
            f"the WARC file is damaged behind record {row} ({problem}); what lies before was read"
        )
        yield {"action": "partly_read", "reason": reason, "rule": "truncated"}
    if others:
        listed = ", ".join(f"{count} {kind}" for kind, count in others.most_common(5))
        yield {
            "action": "dropped",
            "reason": f"{others.total()} records are no pages: {listed}",
            "rule": "no_page",
        }


def read_mhtml(data: bytes) -> Iterator[dict[str, Any]]:
    """The page of an MHTML file, as browsers save it: row 1, url, html, retrieved (when it was saved, ISO 8601).

    Raises UnreadableError where no part is a page. Source: RFC 2557.

    >>> saved = b"MIME-Version: 1.0\\nContent-Type: text/html; charset=utf-8\\nContent-Location: https://a.example/1\\n\\n<p>Kim schreibt."
    >>> next(read_mhtml(saved))
    {'row': 1, 'url': 'https://a.example/1', 'html': '<p>Kim schreibt.'}
    """
    message = message_from_bytes(data, policy=policy.compat32)
    part = next((part for part in message.walk() if part.get_content_type() in PAGES), None)
    content = part.get_payload(decode=True) if part else None
    if part is None or not isinstance(content, bytes):
        raise UnreadableError("the MHTML file holds no page; save it again as HTML", "mhtml")
    if not part.get_content_charset():
        text = decode(content)[0]
    else:
        text = decode(
            b"<!-- charset=" + part.get_content_charset("utf-8").encode() + b" -->" + content
        )[0].split("-->", 1)[1]
    record = {
        "row": 1,
        "url": part.get("Content-Location") or message.get("Snapshot-Content-Location"),
        "html": text,
    }
    with contextlib.suppress(TypeError, ValueError):  # no date, or none that is one
        record["retrieved"] = parsedate_to_datetime(message["Date"]).isoformat()
    yield {key: value for key, value in record.items() if value}
