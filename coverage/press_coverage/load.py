"""Load: files as they were found become one table of articles, and a ledger that has a row for every file."""

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pandas as pd

from press_coverage import schema
from press_coverage.crawls import read_mhtml, read_warc
from press_coverage.documents import decode, text_of
from press_coverage.factiva import is_factiva, read_factiva
from press_coverage.feeds import is_list, kind_of_xml, read_feed, read_list, read_sitemap
from press_coverage.files import MAX_PAGE, File, UnreadableError, files
from press_coverage.outlets import outlet, suggest
from press_coverage.progress import bar
from press_coverage.readers import Notes, completed, read_records

_MAGIC = {b"\x89PNG": "a PNG image", b"\xff\xd8\xff": "a JPEG image", b"%PDF": "a PDF", b"GIF8": "a GIF image"}
_KINDS = {b"PAR1": "parquet", b"{\\rtf": "rtf", b"WARC/": "warc", b"MIME-Version:": "mhtml", b"From: <Saved by": "mhtml"}
_TAG = re.compile(rb"<(!doctype\s+html|html|head|body|meta|title|article|div|p|script)\b", re.I)


def load(paths: str | Path | Iterable[str | Path], *, progress: bool = True) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Read a file, a folder or several into articles as found, and a ledger of what became of each file.

    Knows saved pages (HTML, MHTML, WARC), plain-text scrapes, exports of Factiva (RTF, HTML, TXT), tables
    (CSV, TSV, JSON, JSONL, Parquet, Excel), feeds, sitemaps and lists of URLs, each also as .gz or in .zip, and tells them
    by their content. One row an article; `raw` holds what was found. A scrape's publisher is the folder it lies in, below the
    folder loaded; known publishers get one spelling and their country (see `outlets`). Nothing stops a run: a file that cannot
    be read has its row in the ledger, with the reason and the remedy. Links that leave the folder are not followed.

    Returns (articles, ledger), see `press_coverage.schema.describe`.
    Raises FileNotFoundError for a path that is not there.

    >>> from pathlib import Path; from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     _ = Path(folder, "one.txt").write_text("A headline\\nThe envoys met again on Friday.", encoding="utf-8")
    ...     _ = Path(folder, "two.txt").write_text("", encoding="utf-8")
    ...     articles, ledger = load(folder)
    >>> articles["doc_id"].tolist()
    ['one.txt']
    >>> ledger[["source_file", "action", "reason"]].values.tolist()
    [['one.txt', 'read', '1 article'], ['two.txt', 'not_read', 'the file is empty']]
    """
    roots = [Path(p) for p in ([paths] if isinstance(paths, str | Path) else paths)]
    for root in roots:
        if not root.exists():
            raise FileNotFoundError(f"{root}: no such file or folder")
    ledger: list[dict[str, object]] = []
    tables: list[pd.DataFrame] = []
    for file in bar((file for root in roots for file in files(root)), "load", "file", show=progress):
        try:
            found, notes = _read(file)
        except UnreadableError as problem:
            ledger.append({"action": "not_read", "reason": str(problem), "rule": problem.rule, "source_file": file.name})
            continue
        except OSError as problem:
            reason = f"the file cannot be opened: {problem.strerror or problem}"
            ledger.append({"action": "not_read", "reason": reason, "rule": "open", "source_file": file.name})
            continue
        declared = next((int(str(note["declared"])) for note in notes if "declared" in note), None)
        notes = [note for note in notes if "action" in note]
        short = declared is not None and declared > len(found)
        action = "partly_read" if short or any(note["action"] in ("not_read", "partly_read") for note in notes) else "read"
        reason = f"{len(found)} article{'s' * (len(found) != 1)}" + (f" of {declared} declared" if declared is not None else "")
        ledger.append({"action": action, "reason": reason, "rule": "load", "source_file": file.name})
        ledger += [{"source_file": file.name, **note} for note in notes + _normalised(found)]
        tables.append(found)
    places = [row for found in tables for row in found.index]
    articles = pd.concat(tables, ignore_index=True) if tables else schema.table([], "articles")
    articles, renamed = _unique(articles)
    ids = {(file, row): new for file, row, new in zip(articles["source_file"], places, articles["doc_id"], strict=True)}
    for note in ledger:
        if "row" in note:
            note["doc_id"] = ids.get((note["source_file"], note["row"]))
    steps = [{"step": "load", **entry} for entry in ledger + renamed]
    return schema.check(articles, "articles"), schema.table(steps, "ledger")


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
            raise UnreadableError(f"the file is {what}, which holds no text that could be read; take it out or convert it", "binary")
    if head.startswith(b"PK\x03\x04"):  # `files` leaves documents alone packed
        return "docx" if b"word/" in head or suffixes.endswith(".docx") else "excel"
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        return "excel" if suffixes.endswith(".xls") else "docx"  # an old table; else old Word, or a password
    wide = head.startswith((b"\xff\xfe", b"\xfe\xff"))
    if not wide and sum(b < 32 and b not in b"\t\n\r\f\x1b" for b in head) > len(head) / 20:
        raise UnreadableError("the file is binary, not text; take it out or convert it", "binary")
    if (start.startswith(b"<") and _TAG.search(head)) or suffixes.endswith((".html", ".htm", ".xhtml")):
        return "html"
    if suffixes.endswith((".jsonl", ".ndjson")) or re.match(rb'\{\s*"', start):
        return "json" if suffixes.endswith(".json") else "jsonl"
    if re.match(rb"\[\s*\{", start) or suffixes.endswith(".json"):
        return "json"
    if start.startswith(b"<") and (markup := kind_of_xml(start)):
        return markup
    return "csv" if suffixes.endswith((".csv", ".tsv", ".tab")) or start.startswith(b"sep=") else "text"


def _read(file: File) -> tuple[pd.DataFrame, Notes]:
    data, damage = file.read()
    if not data:
        raise UnreadableError("the file is empty", "empty")
    notes: Notes = [{"action": "partly_read", "reason": damage, "rule": "damaged"}] if damage else []
    kind = sniff(data[:8192], file.name)
    if kind in ("parquet", "excel"):
        found, more = read_records(kind, data, file.name)
        return found, notes + more
    reader = {"warc": read_warc, "mhtml": read_mhtml, "feed": read_feed, "sitemap": read_sitemap}.get(kind)
    if reader:
        return _gathered(reader(data), file.name, notes)
    if kind in ("docx", "rtf"):
        text = text_of(data, kind)
    else:
        text, mended = decode(data)
        notes += [{"action": "repaired", "reason": mended, "rule": "encoding"}] if mended else []
    if kind in ("csv", "json", "jsonl"):
        found, more = read_records(kind, text, file.name)
        return found, notes + more
    seen = text_of(data, kind) if kind == "html" and _EXPORT.search(data[:200_000]) else text
    for known, export in _EXPORTS if kind != "html" or seen is not text else ():
        if known(seen):
            return _gathered(export(seen), file.name, notes)
    if kind == "text" and is_list(text):
        return _gathered(read_list(text), file.name, notes)
    if len(data) > MAX_PAGE:
        raise UnreadableError(
            f"the page has {len(data) / 1e6:.1f} MB, the limit is {MAX_PAGE / 1e6:.0f} MB; split it, or save the article alone", "size"
        )
    if kind == "html" and "</html" not in text[-2000:].lower():
        notes.append({"action": "partly_read", "reason": "the page does not end with </html>; it may be cut off", "rule": "truncated"})
    row = {"doc_id": file.name, "publisher": None if kind == "html" else file.folder, "source_file": file.name}
    row |= {"format": "html" if kind == "html" else "text", "raw": text, "sha256": hashlib.sha256(data).hexdigest()}
    return pd.DataFrame([row]), notes


# what the exports' pages have and hardly another page: the fields' names
_EXPORT = re.compile(rb"Factiva|>(?:HD|SN)<")
_EXPORTS: tuple[tuple[Callable[[str], bool], Callable[[str], Iterator[dict[str, Any]]]], ...] = ((is_factiva, read_factiva),)


def _gathered(items: Iterable[dict[str, Any]], name: str, notes: Notes) -> tuple[pd.DataFrame, Notes]:
    """The records of a reader as articles; its notes go to the others."""
    records: Notes = []
    for item in items:
        (notes if "action" in item or "declared" in item else records).append(item)
    if not records:
        raise UnreadableError("; ".join(str(n["reason"]) for n in notes if "reason" in n) or "no article was found in it", "nothing")
    frame = pd.DataFrame(records, dtype=object)
    frame = frame.set_index("row") if "row" in frame else frame.set_axis(range(1, len(frame) + 1))
    if "html" in frame:
        frame = frame.assign(format=frame["html"].map(lambda h: "html" if isinstance(h, str) else "table"), raw=frame["html"])
        frame = frame.drop(columns="html")
    return completed(frame, name, notes), notes


def _normalised(found: pd.DataFrame) -> Notes:
    """Publishers get the spelling of the outlets codebook, and their country; a near miss gets a suggestion, no more."""
    notes: Notes = []
    if "publisher" not in found:
        found["publisher"] = None
    urls = found["url"] if "url" in found else [None] * len(found)
    printed = [
        (p if isinstance(p, str) else None, u if isinstance(u, str) else None) for p, u in zip(found["publisher"], urls, strict=True)
    ]
    known = [outlet(name) if name else outlet(None, url) if url else None for name, url in printed]  # a name that stands there counts
    found["publisher"] = [o.publisher if o else p for o, (p, _) in zip(known, printed, strict=True)]
    if any(known):
        given = found["country"] if "country" in found else [None] * len(found)
        found["country"] = [c if isinstance(c, str) else o.country if o else None for c, o in zip(given, known, strict=True)]
    for (name, became), count in Counter((p, o.publisher if o else None) for o, (p, _) in zip(known, printed, strict=True) if p).items():
        if became and became != name:
            notes.append({"action": "repaired", "reason": f"publisher {name!r} is {became!r}: {count} times", "rule": "publisher"})
        elif not became and (near := suggest(name)):
            reason = f"publisher {name!r} is not known; did you mean {near!r}? {count} times, left as it is"
            notes.append({"action": "repaired", "reason": reason, "rule": "publisher"})
    return notes


def _unique(articles: pd.DataFrame) -> tuple[pd.DataFrame, list[dict[str, object]]]:
    """Ids of their own for articles whose id stands twice, with a ledger row each."""
    again = articles["doc_id"].duplicated()
    notes: list[dict[str, object]] = []
    taken = set(articles["doc_id"])
    for row in articles.index[again]:
        old, count = str(articles.at[row, "doc_id"]), 2
        while (new := f"{old}#{count}") in taken:
            count += 1
        taken.add(new)
        articles.at[row, "doc_id"] = new
        reason = f"the id {old!r} stands twice; this one became {new!r}"
        file = articles.at[row, "source_file"]
        notes.append({"action": "repaired", "reason": reason, "rule": "doc_id", "doc_id": new, "source_file": file})
    return articles, notes
