"""Load: files as they were found become one table of articles, and a ledger that has a row for every file."""

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath
from typing import Any

import pandas as pd

from press_coverage.codebooks.outlets import outlet, suggest
from press_coverage.loading.files import File, files
from press_coverage.loading.hydrated import LEDGER, saved_pages
from press_coverage.loading.rows import Notes, Rows
from press_coverage.loading.sniffing import articles_of
from press_coverage.loading.streams import UnreadableError
from press_coverage.tables import schema
from press_coverage.tables.progress import bar


def load(
    paths: str | Path | Iterable[str | Path], *, progress: bool = True
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Read a file, a folder or several into articles as found, and a ledger of what became of each file.

    Knows saved pages (HTML, MHTML, WARC), plain-text scrapes, exports of Factiva and LexisNexis (DOCX, RTF, HTML, TXT), tables
    (CSV, TSV, JSON, JSONL, Parquet, Excel), feeds, sitemaps and lists of URLs, each also as .gz or in .zip, and tells them
    by their content. One row an article; `raw` holds what was found. A scrape's publisher is the folder it lies in, below the
    folder loaded; known publishers get one spelling and their country (see `outlets`). Nothing stops a run: a file that cannot
    be read has its row in the ledger, with the reason and the remedy. Links that leave the folder are not followed.

    Returns (articles, ledger), see `press_coverage.tables.schema.describe`.
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
    return next(batches(paths, size=sys.maxsize, progress=progress))


def batches(
    paths: str | Path | Iterable[str | Path], *, size: int = 10_000, progress: bool = True
) -> Iterator[tuple[pd.DataFrame, pd.DataFrame]]:
    """What `load` reads, in batches of `size` articles or a few more, for input that is larger than memory: (articles, ledger) each.

    Long tables (CSV, JSONL, Parquet) and crawls (WARC) are read in pieces. A file's row of the ledger comes in the batch in which
    the file ends; ids are unique over all batches. There is always one batch. Raises FileNotFoundError for a path that is not there.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     _ = Path(folder, "a.csv").write_text("text\\nKim schreibt.\\nTrump antwortet.\\n")
    ...     [(len(articles), ledger["reason"].tolist()) for articles, ledger in batches(folder, size=10)]
    [(2, ['2 articles'])]
    """
    roots = [Path(p) for p in ([paths] if isinstance(paths, str | Path) else paths)]
    for root in roots:
        if not root.exists():
            raise FileNotFoundError(f"{root}: no such file or folder")
    return _batches(roots, size, progress)


def _batches(
    roots: list[Path], size: int, progress: bool
) -> Iterator[tuple[pd.DataFrame, pd.DataFrame]]:
    held: list[dict[str, Any]] = []
    ledger: Notes = []
    taken: set[str] = set()
    pages: dict[str, dict[str, Any]] = {}  # what a hydrated.csv says of the pages in its folder
    for file in bar(
        (file for root in roots for file in files(root)), "load", "file", show=progress
    ):
        begun = len(ledger)
        end: dict[str, object] = {}
        for said, rows, notes in _read(file, pages):
            end = said
            for _, fields in rows:
                fields.update(pages.get(file.name, {}))
            notes += _unique(rows, taken)
            ids: dict[object, str] = {row: fields["doc_id"] for row, fields in rows}
            for note in notes:
                if "row" in note:
                    note["doc_id"] = ids.get(note["row"])
            ledger += [{"source_file": file.name, **note} for note in notes]
            held += [fields for _, fields in rows]
            if len(held) >= size:
                yield _tables(held, ledger)
                held, ledger, begun = [], [], 0
        ledger.insert(
            begun, {"source_file": file.name, **end}
        )  # a file's own row stands before those of its parts
    yield _tables(held, ledger)


def _read(
    file: File, pages: dict[str, dict[str, Any]]
) -> Iterator[tuple[dict[str, object], Rows, Notes]]:
    """Some articles of a file at a time, with notes, and what its own row of the ledger has to say by then."""
    count, declared, lost = 0, None, False
    end: dict[str, object] = {}

    def said(action: str, reason: str, rule: str) -> dict[str, object]:
        return {
            "action": action,
            "reason": reason,
            "rule": rule,
            "declared": declared,
            "parsed": count,
        }

    try:
        if (
            PurePosixPath(file.name).name == LEDGER
            and (listed := saved_pages(file.read()[0])) is not None
        ):
            index, notes = listed
            folder = PurePosixPath(file.name).parent
            pages.update({str(folder / name): row for name, row in index.items()})
            yield said("read", f"the addresses of {len(index)} saved pages", "load"), [], notes
            return
        for rows, notes in articles_of(file):
            declared = next(
                (int(str(note["declared"])) for note in notes if "declared" in note), declared
            )
            notes = [note for note in notes if "action" in note]
            count += len(rows)
            lost = lost or any(note["action"] in ("not_read", "partly_read") for note in notes)
            short = declared is not None and declared > count
            reason = f"{count} article{'s' * (count != 1)}" + (
                f" of {declared} declared" if declared is not None else ""
            )
            end = said("partly_read" if lost or short else "read", reason, "load")
            yield end, rows, notes
        if not end:  # a table without rows
            yield said("read", "0 articles", "load"), [], []
        return
    except UnreadableError as problem:
        reason, rule = str(problem), problem.rule
    except OSError as problem:
        reason, rule = f"the file cannot be opened: {problem.strerror or problem}", "open"
    except Exception as problem:  # a fault of a reader costs its file, never the run
        reason, rule = (
            f"its reader failed ({type(problem).__name__}: {problem}); please report it",
            "unexpected",
        )
    if not count:
        yield said("not_read", reason, rule), [], []
    else:
        yield (
            end | {"action": "partly_read"},
            [],
            [
                {
                    "action": "partly_read",
                    "reason": f"{reason}; what came before was read",
                    "rule": rule,
                }
            ],
        )


def _tables(held: list[dict[str, Any]], ledger: Notes) -> tuple[pd.DataFrame, pd.DataFrame]:
    ledger = ledger + _normalised(held)
    articles = (
        schema.check(pd.DataFrame(held, dtype=object), "articles")
        if held
        else schema.table([], "articles")
    )
    return articles, schema.table([{"step": "load", **note} for note in ledger], "ledger")


def _normalised(held: list[dict[str, Any]]) -> Notes:
    """Publishers get the spelling of the outlets codebook, and their country; a near miss gets a suggestion, no more."""
    changes: dict[tuple[str, str | None], list[str]] = {}
    for fields in held:
        name, url = fields.get("publisher"), fields.get("url")
        known = (
            outlet(name) if name else outlet(None, url) if url else None
        )  # a name that stands there counts
        if known:
            fields["publisher"], fields["country"] = (
                known.publisher,
                fields.get("country") or known.country,
            )
        if (name and name != fields["publisher"]) or (name and not known and suggest(name)):
            changes.setdefault((name, known.publisher if known else None), []).append(
                fields["source_file"]
            )
    notes: Notes = []
    for (name, became), where in changes.items():
        count = f"{len(where)} times" + (
            f" in {n} files, first in this" if (n := len(set(where))) > 1 else ""
        )
        said = (
            f"is {became!r}: {count}"
            if became
            else f"is not known; did you mean {suggest(name)!r}? {count}, left as it is"
        )
        notes.append(
            {
                "action": "repaired",
                "reason": f"publisher {name!r} {said}",
                "rule": "publisher",
                "source_file": where[0],
            }
        )
    return notes


def _unique(rows: Rows, taken: set[str]) -> Notes:
    """Ids of their own for articles whose id stands twice, with a note each."""
    notes: Notes = []
    for _, fields in rows:
        old, count = fields["doc_id"], 2
        while fields["doc_id"] in taken:
            fields["doc_id"], count = f"{old}#{count}", count + 1
        new = fields["doc_id"]
        taken.add(new)
        if new != old:
            reason = f"the id {old!r} stands twice; this one became {new!r}"
            notes.append({"action": "repaired", "reason": reason, "rule": "doc_id", "doc_id": new})
    return notes
