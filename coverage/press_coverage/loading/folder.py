"""Load: files become one table of articles as found, and a ledger with a row for every file."""

import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path, PurePosixPath
from typing import Any

import pandas as pd

from press_coverage.codebooks.outlets import outlet, suggest
from press_coverage.loading.files import File, files
from press_coverage.loading.hydrated import LEDGER, saved_pages
from press_coverage.loading.notes import Articles, Note, Notes, Rows, note, unused
from press_coverage.loading.sniffing import articles_of
from press_coverage.loading.streams import UnreadableError
from press_coverage.tables import schema
from press_coverage.tables.progress import bar

Paths = str | Path | Iterable[str | Path]
Tables = tuple[pd.DataFrame, pd.DataFrame]  # articles and ledger
Part = tuple[Note, Rows, Notes]  # a file's own row of the ledger by then, some articles, notes


def load(paths: Paths, *, progress: bool = True) -> Tables:
    r"""Read a file, a folder or several into articles as found, and say what became of each file.

    Knows saved pages (HTML, MHTML, WARC), plain-text scrapes, exports of Factiva and LexisNexis
    (DOCX, RTF, HTML, TXT), tables (CSV, TSV, JSON, JSONL, Parquet, Excel), feeds, sitemaps and
    lists of URLs, each also as .gz or in .zip, and tells them by their content. A scrape's
    publisher is the folder that holds it, below the folder loaded; known publishers get one
    spelling and their country (see `outlets`). Nothing stops a run: a file that cannot be read has
    its row in the ledger, with the reason and the remedy. Links that leave the folder are not
    followed.

    Args:
        paths: a file, a folder, or several of them.
        progress: whether to show a bar with the number of files.

    Returns:
        (articles, ledger), see `press_coverage.tables.schema.describe`. One row an article; `raw`
        holds what the file held.

    Raises:
        FileNotFoundError: for a path that does not exist.

    Examples:
        >>> from pathlib import Path; from tempfile import TemporaryDirectory
        >>> with TemporaryDirectory() as folder:
        ...     _ = Path(folder, "a.txt").write_text("A headline\nThe envoys met on Friday.")
        ...     _ = Path(folder, "b.txt").write_text("")
        ...     articles, ledger = load(folder)
        >>> articles["doc_id"].tolist()
        ['a.txt']
        >>> ledger[["source_file", "action", "reason"]].values.tolist()
        [['a.txt', 'read', '1 article'], ['b.txt', 'not_read', 'the file is empty']]
    """
    return next(batches(paths, size=sys.maxsize, progress=progress))


def batches(paths: Paths, *, size: int = 10_000, progress: bool = True) -> Iterator[Tables]:
    r"""What `load` reads, in batches, for input that is larger than memory.

    Long tables (CSV, JSONL, Parquet) and crawls (WARC) are read in pieces. A file's row of the
    ledger comes in the batch in which the file ends; ids are unique over all batches. There is
    always one batch.

    Args:
        paths: a file, a folder, or several of them.
        size: articles a batch, or a few more.
        progress: whether to show a bar with the number of files.

    Returns:
        An iterator of (articles, ledger), as `load` gives them.

    Raises:
        FileNotFoundError: for a path that does not exist.
        TypeError: for a table instead of paths.

    Examples:
        >>> from tempfile import TemporaryDirectory
        >>> with TemporaryDirectory() as folder:
        ...     _ = Path(folder, "a.csv").write_text("text\nKim schreibt.\nTrump antwortet.\n")
        ...     [(len(articles), ledger["reason"].tolist()) for articles, ledger in batches(folder)]
        [(2, ['2 articles'])]
    """
    if isinstance(paths, pd.DataFrame):
        raise TypeError("load: a DataFrame was given; load reads files, pc.clean takes a table")
    roots = [Path(p) for p in ([paths] if isinstance(paths, str | Path) else paths)]
    for root in roots:
        if not root.exists():
            raise FileNotFoundError(f"{root}: no such file or folder")
    return _batches(roots, size, progress)


def _batches(roots: list[Path], size: int, progress: bool) -> Iterator[Tables]:
    articles: list[dict[str, Any]] = []
    ledger: Notes = []
    ids: set[str] = set()
    pages: dict[str, dict[str, Any]] = {}  # what a hydrated.csv says of the pages in its folder
    for file in bar(chain.from_iterable(map(files, roots)), "load", "file", show=progress):
        begun = len(ledger)
        outcome: Note = {}
        for row, rows, notes in _read(file, pages):
            outcome = row
            for _, fields in rows:
                fields.update(pages.get(file.name, {}))
            notes += _made_unique(rows, ids)
            ledger += _with_ids(notes, rows, file.name)
            articles += [fields for _, fields in rows]
            if len(articles) >= size:
                yield _tables(articles, ledger)
                articles, ledger, begun = [], [], 0
        # a file's own row comes before those of its parts
        ledger.insert(begun, {"source_file": file.name, **outcome})
    yield _tables(articles, ledger)


def _made_unique(rows: Rows, ids: set[str]) -> Notes:
    """New ids for articles whose id is used already, with a note each."""
    notes: Notes = []
    for _, fields in rows:
        old = fields["doc_id"]
        new = fields["doc_id"] = unused(old, ids, "#")
        ids.add(new)
        if new != old:
            reason = f"the id {old!r} stands twice; this one became {new!r}"
            notes.append(note("repaired", reason, "doc_id", doc_id=new))
    return notes


def _with_ids(notes: Notes, rows: Rows, file: str) -> Notes:
    """The notes with their file and, where they name a row, the id of its article."""
    ids: dict[object, str] = {row: fields["doc_id"] for row, fields in rows}
    return [{"source_file": file, "doc_id": ids.get(line.get("row")), **line} for line in notes]


@dataclass
class _Tally:
    """What a file gave so far: articles, how many it declares, and whether some are lost."""

    articles: int = 0
    declared: int | None = None
    lost: bool = False

    def add(self, rows: Rows, notes: Notes) -> None:
        declared = [int(line["declared"]) for line in notes if "declared" in line]
        self.articles += len(rows)
        self.declared = declared[0] if declared else self.declared
        self.lost |= any(line.get("action") in ("not_read", "partly_read") for line in notes)

    def outcome(self) -> Note:
        short = self.declared is not None and self.declared > self.articles
        plural = "s" * (self.articles != 1)
        of_declared = "" if self.declared is None else f" of {self.declared} declared"
        reason = f"{self.articles} article{plural}{of_declared}"
        return self.row("partly_read" if self.lost or short else "read", reason, "load")

    def row(self, action: str, reason: str, rule: str) -> Note:
        return note(action, reason, rule, declared=self.declared, parsed=self.articles)


def _read(file: File, pages: dict[str, Any]) -> Iterator[Part]:
    """Some articles of a file at a time, notes, and the file's own row of the ledger by then."""
    tally = _Tally()
    try:
        yield from _listed(file, pages, tally) or _articles(file, tally)
        return
    except UnreadableError as problem:
        reason, rule = str(problem), problem.rule
    except OSError as problem:
        reason, rule = f"the file cannot be opened: {problem.strerror or problem}", "open"
    except Exception as problem:  # a fault of a reader costs its file, never the run
        fault = f"{type(problem).__name__}: {problem}"
        reason, rule = f"its reader failed ({fault}); please report it", "unexpected"
    if tally.articles:
        outcome = tally.outcome() | {"action": "partly_read"}
        yield outcome, [], [note("partly_read", f"{reason}; what came before was read", rule)]
    else:
        yield tally.row("not_read", reason, rule), [], []


def _listed(file: File, pages: dict[str, Any], tally: _Tally) -> list[Part]:
    """What a hydrated.csv gives: no articles, but `pages` by their file; [] for other files."""
    path = PurePosixPath(file.name)
    listed = saved_pages(file.read()) if path.name == LEDGER else None
    if listed is None:
        return []
    index, notes = listed
    pages.update({str(path.parent / name): row for name, row in index.items()})
    reason = f"the addresses of {len(index)} saved pages"
    return [(tally.row("read", reason, "load"), [], notes)]


def _articles(file: File, tally: _Tally) -> Iterator[Part]:
    nothing: Articles = iter([([], [])])  # all that a table without rows gives
    for rows, notes in chain(articles_of(file), nothing):
        tally.add(rows, notes)
        yield tally.outcome(), rows, [line for line in notes if "action" in line]


def _tables(articles: list[dict[str, Any]], ledger: Notes) -> Tables:
    rows = [{"step": "load", **line} for line in [*ledger, *_normalised(articles)]]
    if not articles:
        return schema.table([], "articles"), schema.table(rows, "ledger")
    frame = pd.DataFrame(articles, dtype=object)
    return schema.check(frame, "articles"), schema.table(rows, "ledger")


def _normalised(articles: list[dict[str, Any]]) -> Notes:
    """Publishers get the spelling of the outlets codebook, and their country; each change a note.

    A near miss gets a suggestion, no more.
    """
    changed: dict[str, list[str]] = {}
    for fields in articles:
        name = fields.get("publisher")
        known = outlet(name, None if name else fields.get("url"))  # a name that is given counts
        if known:
            fields["publisher"] = known.publisher
            fields["country"] = fields.get("country") or known.country
        if name and (name != fields["publisher"] or suggest(name)):
            changed.setdefault(name, []).append(fields["source_file"])
    return [
        note("repaired", _change(name, where), "publisher", source_file=where[0])
        for name, where in changed.items()
    ]


def _change(name: str, where: list[str]) -> str:
    count = f"{len(where)} times"
    if (several := len(set(where))) > 1:
        count += f" in {several} files, first in this"
    if known := outlet(name):
        return f"publisher {name!r} is {known.publisher!r}: {count}"
    guess = f"did you mean {suggest(name)!r}?"
    return f"publisher {name!r} is not known; {guess} {count}, left as it is"
