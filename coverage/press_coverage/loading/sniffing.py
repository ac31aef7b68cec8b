"""Recognise: which reader a file needs, told by what it holds, and the articles that the reader finds."""

import hashlib
import io
import re
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from typing import Any

from press_coverage.loading.crawls import read_mhtml, read_warc
from press_coverage.loading.documents import decode, text_of
from press_coverage.loading.exports.factiva import is_factiva, read_factiva
from press_coverage.loading.exports.nexis import is_nexis, read_nexis
from press_coverage.loading.files import File
from press_coverage.loading.links import is_list, kind_of_xml, read_feed, read_list, read_sitemap
from press_coverage.loading.rows import Notes, Rows
from press_coverage.loading.spreadsheets import completed, read_table
from press_coverage.loading.streams import MAX_PAGE, UnreadableError, good, pieces, stream, whole

_MAGIC = {
    b"\x89PNG": "a PNG image",
    b"\xff\xd8\xff": "a JPEG image",
    b"%PDF": "a PDF",
    b"GIF8": "a GIF image",
}
_KINDS = {
    b"PAR1": "parquet",
    b"{\\rtf": "rtf",
    b"WARC/": "warc",
    b"MIME-Version:": "mhtml",
    b"From: <Saved by": "mhtml",
}
_TAG = re.compile(rb"<(!doctype\s+html|html|head|body|meta|title|article|div|p|script)\b", re.I)
_WIDE = (b"\xff\xfe", b"\xfe\xff")
# what the exports' pages have and hardly another page: the names of fields and marks
_EXPORT = re.compile(
    rb"Factiva|>(?:HD|SN)<|LexisNexis|(?:of|von) \d+ DO[CK]UMENT|Dokument \d+ von|L(?:oad-D|OAD-D|aded)at|End(?: of|e des) Do"
)
_EXPORTS: tuple[tuple[Callable[[str], bool], Callable[[str], Iterator[dict[str, Any]]]], ...] = (
    (is_factiva, read_factiva),
    (is_nexis, read_nexis),
)
_SOME = 500  # articles of an export or a crawl that are passed on at a time


def articles_of(file: File) -> Iterator[tuple[Rows, Notes]]:
    """The articles of a file, some at a time, each with its place in the file, and notes on what was mended or could not be read.

    Long tables (CSV, JSONL, Parquet) and crawls (WARC) are read in pieces, other files whole. A note {"declared": n} is the
    number of articles that the file itself says it holds. Raises UnreadableError or OSError, also after some articles.

    >>> from press_coverage.loading.files import File
    >>> [(rows, notes)] = articles_of(File("a.csv", None, 30, lambda: iter([b"title,text\\nTalks,Kim schreibt."])))
    >>> rows[0][0], rows[0][1]["title"], notes
    (2, 'Talks', [])
    """
    damage: list[str] = []
    blocks = good(file.blocks(), damage)
    head = b""
    for block in blocks:
        head += block
        if len(head) >= 8192:
            break
    if not head:
        raise UnreadableError(
            damage[0] if damage else "the file is empty", "damaged" if damage else "empty"
        )
    kind = sniff(head[:8192], file.name)
    blocks = chain([head], blocks)
    if kind in ("csv", "jsonl") and not head.startswith(_WIDE):
        yield from _table(kind, pieces(blocks, quoted=kind == "csv"), file.name)
    elif kind == "warc":
        yield from _gathered(read_warc(stream(blocks)), file.name)
    elif kind == "parquet" and file.path:
        with file.path.open("rb") as opened:
            yield from read_table(kind, opened, file.name)
    else:
        yield from _of_whole(kind, whole(blocks), file)
    if damage:
        yield (
            [],
            [
                {
                    "action": "partly_read",
                    "reason": f"{damage[0]}; what lies before the damage was read",
                    "rule": "damaged",
                }
            ],
        )


def _table(kind: str, parts: Iterable[bytes], name: str) -> Iterator[tuple[Rows, Notes]]:
    mends: Notes = []

    def texts() -> Iterator[str]:
        for part in parts:
            text, mended = decode(part)
            mends.extend(
                [{"action": "repaired", "reason": mended, "rule": "encoding"}] if mended else []
            )
            yield text

    for rows, notes in read_table(kind, texts(), name):
        yield rows, mends + notes
        mends.clear()


def _of_whole(kind: str, data: bytes, file: File) -> Iterator[tuple[Rows, Notes]]:
    if kind in ("parquet", "excel"):
        yield from read_table(kind, io.BytesIO(data), file.name)
        return
    reader = {"mhtml": read_mhtml, "feed": read_feed, "sitemap": read_sitemap}.get(kind)
    if reader:
        yield from _gathered(reader(data), file.name)
        return
    if kind in ("csv", "json", "jsonl"):
        yield from _table(kind, [data], file.name)
        return
    notes: Notes = []
    if kind in ("docx", "rtf"):
        text = text_of(data, kind)
    else:
        text, mended = decode(data)
        notes += [{"action": "repaired", "reason": mended, "rule": "encoding"}] if mended else []
    seen = text_of(data, kind) if kind == "html" and _EXPORT.search(data[:200_000]) else text
    reads = [
        export for known, export in _EXPORTS if (kind != "html" or seen is not text) and known(seen)
    ]
    if reads or (kind == "text" and is_list(text)):
        yield [], notes
        yield from _gathered(reads[0](seen) if reads else read_list(text), file.name)
        return
    if len(data) > MAX_PAGE:
        raise UnreadableError(
            f"the page has {len(data) / 1e6:.1f} MB, the limit is {MAX_PAGE / 1e6:.0f} MB; split it, or save the article alone",
            "size",
        )
    if kind == "html" and "</html" not in text[-2000:].lower():
        notes.append(
            {
                "action": "partly_read",
                "reason": "the page does not end with </html>; it may be cut off",
                "rule": "truncated",
            }
        )
    fields = {
        "doc_id": file.name,
        "publisher": None if kind == "html" else file.folder,
        "source_file": file.name,
    }
    fields |= {
        "format": "html" if kind == "html" else "text",
        "raw": text,
        "sha256": hashlib.sha256(data).hexdigest(),
    }
    yield [(0, fields)], notes


def _gathered(items: Iterable[dict[str, Any]], name: str) -> Iterator[tuple[Rows, Notes]]:
    """The records of a reader as articles, some at a time, with its notes."""
    rows: Rows = []
    notes: Notes = []
    reasons: list[str] = []
    count = 0
    for item in items:
        if "action" in item or "declared" in item:
            notes.append(item)
            reasons.append(str(item.get("reason", "")))
            continue
        count += 1
        if "html" in item:
            item |= {"format": "html", "raw": item.pop("html")}
        rows.append((item.pop("row", count), item))
        if len(rows) == _SOME:
            yield completed(rows, name, notes), notes
            rows, notes = [], []
    if not count:
        raise UnreadableError(
            "; ".join(filter(None, reasons)) or "no article was found in it", "nothing"
        )
    yield completed(rows, name, notes), notes


def sniff(head: bytes, name: str) -> str:
    """What the first bytes are: html, text, csv, json, jsonl, parquet, excel, docx, rtf, mhtml,
    warc, feed or sitemap.

    Raises UnreadableError for other binary files.

    >>> sniff(b"<!DOCTYPE html><title>x", "page.txt"), sniff(b'{"title": "x"}', "a.jsonl"), sniff(b"Title", "a.txt")
    ('html', 'jsonl', 'text')
    """
    suffixes = name.lower().removesuffix(".gz")
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    for magic, kind in _KINDS.items():
        if start.startswith(magic):
            return kind
    for magic, what in _MAGIC.items():
        if head.startswith(magic):
            raise UnreadableError(
                f"the file is {what}, which holds no text that could be read; take it out or convert it",
                "binary",
            )
    if head.startswith(b"PK\x03\x04"):  # `files` leaves documents alone packed
        return "docx" if b"word/" in head or suffixes.endswith(".docx") else "excel"
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        return (
            "excel" if suffixes.endswith(".xls") else "docx"
        )  # an old table; else old Word, or a password
    if (
        not head.startswith(_WIDE)
        and sum(b < 32 and b not in b"\t\n\r\f\x1b" for b in head) > len(head) / 20
    ):
        raise UnreadableError("the file is binary, not text; take it out or convert it", "binary")
    if (start.startswith(b"<") and _TAG.search(head)) or suffixes.endswith(
        (".html", ".htm", ".xhtml")
    ):
        return "html"
    if suffixes.endswith((".jsonl", ".ndjson")) or re.match(rb'\{\s*"', start):
        return "json" if suffixes.endswith(".json") else "jsonl"
    if re.match(rb"\[\s*\{", start) or suffixes.endswith(".json"):
        return "json"
    if start.startswith(b"<") and (markup := kind_of_xml(start)):
        return markup
    return (
        "csv"
        if suffixes.endswith((".csv", ".tsv", ".tab")) or start.startswith(b"sep=")
        else "text"
    )
