"""Load: files as they were found become one table of articles, and a ledger that has a row for every file."""

import codecs
import gzip
import hashlib
import os
import re
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path

import charset_normalizer
import pandas as pd

from press_coverage import schema
from press_coverage.progress import bar
from press_coverage.readers import UnreadableError, read_records, sniff

MAX_PAGE = 20_000_000  # bytes; a longer page is an archive or a mistake, and extractors need far more memory than that

_CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*([\w.:-]+)", re.I)
_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


def load(paths: str | Path | Iterable[str | Path], *, progress: bool = True) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Read a file, a folder or several into articles as found, and a ledger of what became of each file.

    Knows saved pages (HTML), plain-text scrapes and tables (CSV, TSV, JSON, JSONL, Parquet), each also as .gz, and
    tells them by their content. One row an article; `raw` holds what was found. A scrape's publisher is the folder
    it lies in, below the folder loaded. Nothing stops a run: a file that cannot be read has its row in the ledger,
    with the reason and the remedy. Hidden files and links that leave the folder are not followed.

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
    files = [pair for root in roots for pair in _files(root)]
    ledger: list[dict[str, object]] = []
    tables: list[pd.DataFrame] = []
    for root, path in bar(files, "load", "file", show=progress):
        name = path.relative_to(root).as_posix() if root.is_dir() else path.name
        name = name.encode("utf-8", "replace").decode()  # names of old archives may be no UTF-8
        try:
            found, notes = _read(path, name, root)
        except UnreadableError as problem:
            ledger.append({"action": "not_read", "reason": str(problem), "rule": problem.rule, "source_file": name})
            continue
        except OSError as problem:
            reason = f"the file cannot be opened: {problem.strerror or problem}"
            ledger.append({"action": "not_read", "reason": reason, "rule": "open", "source_file": name})
            continue
        action = "partly_read" if any(note["action"] in ("not_read", "partly_read") for note in notes) else "read"
        reason = f"{len(found)} article{'s' * (len(found) != 1)}"
        ledger.append({"action": action, "reason": reason, "rule": "load", "source_file": name})
        ledger += [{"source_file": name, **note} for note in notes]
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


def decode(data: bytes) -> tuple[str, str | None]:
    """The text of a file, and what had to be mended: None, or a sentence.

    The byte order mark decides. Then bytes that are UTF-8 are taken for it, whatever the page declares: other text
    hardly ever is by chance, and tools that save pages convert them without a word. Then the declared charset counts,
    then the likeliest other encoding; a few broken bytes in UTF-8 become U+FFFD.

    >>> decode("<meta charset=utf-8>Pjöngjang, Weißes Haus".encode("latin-1"))
    ('<meta charset=utf-8>Pjöngjang, Weißes Haus', 'declared as utf-8, but its bytes are cp1252')
    """
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return data.decode(encoding, errors="replace"), None
    found = _CHARSET.search(data[:2048])
    declared = codec(found[1].decode("ascii")) if found else None
    said = f"declared as {found[1].decode('ascii').lower()}" if found else "expected utf-8"
    plain = data.isascii()
    for charset in (declared, "utf-8") if plain else ("utf-8", declared):
        try:
            text = data.decode(charset or "ascii")
        except UnicodeError:
            continue
        return text, None if charset == declared or plain or not found else f"{said}, but its bytes are {charset}"
    text = data.decode("utf-8", errors="replace")
    broken = text.count("\ufffd")
    if sum(c > "\x7f" for c in text) > 4 * broken:
        return text, f"{said}, but {broken} bytes do not fit and were replaced by U+FFFD"
    guess = None
    if sum(b > 127 for b in data) > len(data) / 10:  # not the Latin alphabet
        guess = charset_normalizer.from_bytes(data[:100_000]).best()
    other = guess.encoding if guess else "cp1252"
    return data.decode(other, errors="replace"), f"{said}, but its bytes are {other}"


def codec(charset: str) -> str | None:
    """Python's name for a declared charset, read as browsers do; None where there is no such text encoding.

    >>> codec("ISO-8859-1"), codec("utf8"), codec("none-such")
    ('cp1252', 'utf-8', None)
    """
    try:
        "".encode(charset)  # LookupError, too, for what is a codec but no charset, such as rot13
    except (LookupError, UnicodeError):
        return None
    name = codecs.lookup(charset).name
    return "cp1252" if name in ("iso8859-1", "ascii") else name


def _files(root: Path) -> Iterator[tuple[Path, Path]]:
    if root.is_file():
        yield root, root
        return
    for folder, folders, names in os.walk(root):  # does not follow links to folders
        folders[:] = sorted(f for f in folders if not f.startswith("."))
        links = [f for f in folders if Path(folder, f).is_symlink()]
        for name in sorted([n for n in names if not n.startswith(".")] + links):
            yield root, Path(folder, name)


def _read(path: Path, name: str, root: Path) -> tuple[pd.DataFrame, list[dict[str, object]]]:
    if root.is_dir() and path.is_symlink() and not path.resolve().is_relative_to(root.resolve()):
        raise UnreadableError("the link leaves the folder; copy the file into the folder to have it read", "link")
    if path.is_dir():
        raise UnreadableError("the link leads to a folder that is read already", "link")
    size = path.stat().st_size
    if size == 0:
        raise UnreadableError("the file is empty", "empty")
    with path.open("rb") as opened:
        head = opened.read(8192)
    data = None
    if head.startswith(b"\x1f\x8b"):
        data = _unzip(path)
        head, size = data[:8192], len(data)
        if not data:
            raise UnreadableError("the file is empty", "empty")
    kind = sniff(head, name)
    if kind in ("html", "text") and size > MAX_PAGE:
        raise UnreadableError(
            f"the page has {size / 1e6:.1f} MB, the limit is {MAX_PAGE / 1e6:.0f} MB; split it, or save the article alone", "size"
        )
    data = path.read_bytes() if data is None else data
    if kind == "parquet":
        return read_records(kind, data, name)
    text, mended = decode(data)
    notes: list[dict[str, object]] = []
    if mended:
        notes.append({"action": "repaired", "reason": mended, "rule": "encoding"})
    if kind in ("html", "text"):
        folder = path.parent.name if kind == "text" and root.is_dir() and path.parent != root else None
        if kind == "html" and "</html" not in text[-2000:].lower():
            notes.append({"action": "partly_read", "reason": "the page does not end with </html>; it may be cut off", "rule": "truncated"})
        row = {"doc_id": name, "publisher": folder, "source_file": name, "format": kind, "raw": text}
        return pd.DataFrame([{**row, "sha256": hashlib.sha256(data).hexdigest()}]), notes
    found, more = read_records(kind, text, name)
    return found, notes + more


def _unzip(path: Path) -> bytes:
    try:
        return gzip.decompress(path.read_bytes())
    except (OSError, EOFError, ValueError, zlib.error) as problem:
        raise UnreadableError(f"the gzip file is damaged ({problem}); fetch it again", "gzip") from None


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
