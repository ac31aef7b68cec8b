"""Recognise: which reader a file needs, by what it holds, and the articles that it finds."""

import hashlib
import io
import re
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import Any

from press_coverage.codebooks.reading import pattern
from press_coverage.loading import streams
from press_coverage.loading.crawls import read_mhtml, read_warc
from press_coverage.loading.documents import decode, text_of
from press_coverage.loading.exports.factiva import is_factiva, read_factiva
from press_coverage.loading.exports.nexis import is_nexis, read_nexis
from press_coverage.loading.files import File
from press_coverage.loading.links import is_list, kind_of_xml, read_feed, read_list, read_sitemap
from press_coverage.loading.notes import Articles, Notes, Rows, note
from press_coverage.loading.spreadsheets import completed, read_table
from press_coverage.loading.streams import MAX_PAGE, OLE, ZIP, UnreadableError

_KINDS = {
    b"PAR1": "parquet", b"{\\rtf": "rtf", b"WARC/": "warc", b"MIME-Version:": "mhtml",
    b"From: <Saved by": "mhtml",
}  # fmt: skip
_WITHOUT_TEXT = {
    b"\x89PNG": "a PNG image", b"\xff\xd8\xff": "a JPEG image", b"%PDF": "a PDF",
    b"GIF8": "a GIF image",
}  # fmt: skip
_ENDINGS = {
    ".html": "html", ".htm": "html", ".xhtml": "html", ".jsonl": "jsonl", ".ndjson": "jsonl",
    ".json": "json", ".csv": "csv", ".tsv": "csv", ".tab": "csv",
}  # fmt: skip
_OPENINGS = {
    "html": re.compile(
        rb"(?=<) .*? <(?:!doctype\s+html|html|head|body|meta|title|article|div|p|script)\b",
        re.I | re.S | re.VERBOSE,
    ),
    "json": re.compile(rb"\[\s*\{"),
    "jsonl": re.compile(rb'\{\s*"'),
    "csv": re.compile(rb"sep="),  # Excel's own line before the header
}
_CONTROLS = bytes(set(range(32)) - set(b"\t\n\r\f\x1b"))  # what no text holds
_WIDE = (b"\xff\xfe", b"\xfe\xff")  # byte order marks of UTF-16
_EXPORT = re.compile(pattern("loading", "export").pattern.encode())
_EXPORTS = ((is_factiva, read_factiva), (is_nexis, read_nexis))
_RECORDS = {"mhtml": read_mhtml, "feed": read_feed, "sitemap": read_sitemap}
_HEAD = 8192  # bytes that tell the kind of a file
_SOME = 500  # articles of an export or a crawl that are passed on at a time


def articles_of(file: File) -> Articles:
    r"""The articles of a file, some at a time, each with its place in the file, and notes.

    Notes say what was mended or could not be read; a note {"declared": n} is the number of articles
    that the file itself says it holds. Long tables (CSV, JSONL, Parquet) and crawls (WARC) are read
    in pieces, other files whole. Raises UnreadableError or OSError, also after some articles.

    >>> from press_coverage.loading.files import File
    >>> data = b"title,text\nTalks,Kim schreibt."
    >>> [(rows, notes)] = articles_of(File("a.csv", None, lambda: iter([data])))
    >>> rows[0][0], rows[0][1]["title"], notes
    (2, 'Talks', [])
    """
    damage: list[str] = []
    blocks = streams.good(file.blocks(), damage)
    head = b""
    while len(head) < _HEAD and (block := next(blocks, b"")):
        head += block
    if not head:
        reason, rule = (damage[0], "damaged") if damage else ("the file is empty", "empty")
        raise UnreadableError(reason, rule)
    yield from _of_kind(sniff(head[:_HEAD], file.name), head, chain([head], blocks), file)
    if damage:
        reason = f"{damage[0]}; what lies before the damage was read"
        yield [], [note("partly_read", reason, "damaged")]


def _of_kind(kind: str, head: bytes, blocks: Iterator[bytes], file: File) -> Articles:
    if kind in ("csv", "jsonl") and not head.startswith(_WIDE):
        return _of_table(kind, streams.pieces(blocks, quoted=kind == "csv"), file.name)
    if kind == "warc":
        return _gathered(read_warc(streams.stream(blocks)), file.name)
    if kind == "parquet" and file.path:
        return _of_parquet(file.path, file.name)
    data = streams.whole(blocks)
    if kind in ("parquet", "excel"):
        return read_table(kind, io.BytesIO(data), file.name)
    if kind in _RECORDS:
        return _gathered(_RECORDS[kind](data), file.name)
    if kind in ("csv", "json", "jsonl"):
        return _of_table(kind, [data], file.name)
    return _of_text(kind, data, file)


def _of_parquet(path: Path, name: str) -> Articles:
    with path.open("rb") as opened:
        yield from read_table("parquet", opened, name)


def _of_table(kind: str, parts: Iterable[bytes], name: str) -> Articles:
    mends: Notes = []
    texts = (_decoded(part, mends) for part in parts)
    for rows, notes in read_table(kind, texts, name):
        yield rows, mends + notes
        mends.clear()


def _decoded(data: bytes, notes: Notes) -> str:
    text, mended = decode(data)
    if mended:
        notes.append(note("repaired", mended, "encoding"))
    return text


def _of_text(kind: str, data: bytes, file: File) -> Articles:
    """The articles of an export or a list, or the one of a page or a scrape."""
    notes: Notes = []
    text = text_of(data, kind) if kind in ("docx", "rtf") else _decoded(data, notes)
    records = _records(kind, data, text)
    if records is not None:
        yield [], notes
        yield from _gathered(records, file.name)
        return
    if len(data) > MAX_PAGE:
        size, most = f"{len(data) / 1e6:.1f} MB", f"{MAX_PAGE / 1e6:.0f} MB"
        remedy = "split it, or save the article alone"
        raise UnreadableError(f"the page has {size}, the limit is {most}; {remedy}", "size")
    page = kind == "html"
    if page and "</html" not in text[-2000:].lower():
        reason = "the page does not end with </html>; it may be cut off"
        notes.append(note("partly_read", reason, "truncated"))
    fields: dict[str, Any] = {"doc_id": file.name, "source_file": file.name, "raw": text}
    fields["format"], fields["publisher"] = ("html", None) if page else ("text", file.folder)
    fields["sha256"] = hashlib.sha256(data).hexdigest()
    yield [(0, fields)], notes


def _records(kind: str, data: bytes, text: str) -> Iterator[dict[str, Any]] | None:
    """The records of an export or of a list of addresses; None for another text."""
    page = kind == "html"
    if not page or _EXPORT.search(data[:200_000]):  # the marks spare other pages the parsing
        printed = text_of(data, kind) if page else text
        for is_export, read in _EXPORTS:
            if is_export(printed):
                return read(printed)
    return read_list(text) if kind == "text" and is_list(text) else None


def _gathered(items: Iterable[dict[str, Any]], name: str) -> Articles:
    """The records of a reader as articles, some at a time, with its notes."""
    rows: Rows = []
    notes: Notes = []
    count = 0
    for item in items:
        if item.keys() & {"action", "declared"}:
            notes.append(item)
            continue
        count += 1
        if "html" in item:
            item |= {"format": "html", "raw": item.pop("html")}
        rows.append((item.pop("row", count), item))
        if len(rows) == _SOME:
            yield completed(rows, name, notes), notes
            rows, notes = [], []
    if not count:
        reasons = "; ".join(filter(None, (item.get("reason") for item in notes)))
        raise UnreadableError(reasons or "no article was found in it", "nothing")
    yield completed(rows, name, notes), notes


def sniff(head: bytes, name: str) -> str:
    """The kind of a file by its first bytes, and where they do not tell by its name.

    It is one of html, text, csv, json, jsonl, parquet, excel, docx, rtf, mhtml, warc, feed or
    sitemap. Raises UnreadableError for other binary files.

    >>> sniff(b"<!DOCTYPE html><title>x", "page.txt"), sniff(b"Title", "a.txt")
    ('html', 'text')
    >>> sniff(b'{"title": "x"}', "a.jsonl")
    'jsonl'
    """
    name = name.lower().removesuffix(".gz")
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    kind = next((kind for magic, kind in _KINDS.items() if start.startswith(magic)), None)
    if kind:
        return kind
    _refuse_binary(head)
    if head.startswith(ZIP):  # `files` leaves documents alone packed
        return "docx" if b"word/" in head or name.endswith(".docx") else "excel"
    if head.startswith(OLE):  # an old table; else old Word, or a password
        return "excel" if name.endswith(".xls") else "docx"
    return _kind_of_text(start, _ENDINGS.get(name[name.rfind(".") :]))


def _refuse_binary(head: bytes) -> None:
    for magic, kind in _WITHOUT_TEXT.items():
        if head.startswith(magic):
            reason = f"the file is {kind}, which holds no text that could be read"
            raise UnreadableError(f"{reason}; take it out or convert it", "binary")
    controls = len(head) - len(head.translate(None, _CONTROLS))
    if not head.startswith((ZIP, OLE, *_WIDE)) and controls > len(head) / 20:
        reason = "the file is binary, not text; take it out or convert it"
        raise UnreadableError(reason, "binary")


def _kind_of_text(start: bytes, named: str | None) -> str:
    opening = next((kind for kind, opens in _OPENINGS.items() if opens.match(start)), None)
    if "html" in (named, opening):
        return "html"
    if named in ("json", "jsonl"):
        return named
    markup = kind_of_xml(start) if start.startswith(b"<") else None
    return opening or markup or named or "text"
