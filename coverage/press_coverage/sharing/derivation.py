"""Derive: what may be shared of a corpus, tables of codes and places without its text; and these tables read again, for all that counts."""

import hashlib
import json
import re
from collections.abc import Iterable, Sequence
from functools import cache
from importlib import resources
from importlib.metadata import version
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from press_coverage.annotation.notes import Notes
from press_coverage.codebooks import outlets
from press_coverage.codebooks import terms as codebook
from press_coverage.codebooks.agencies import AGENCIES
from press_coverage.codebooks.aliases import ALIASES
from press_coverage.tables import schema
from press_coverage.tables.columns import POLICY, TABLES

WORDS, LETTERS = 3, 40  # the most that a cell may hold without being known
ROWS = 2_000  # from which a table is written as Parquet, not CSV
MANIFEST = "manifest.json"
TEXT = frozenset(
    "title lead body authors dateline raw text new reason pre post keyword context quote html topic_line".split()
)
_ALIASES = TEXT | {alias for field in ("title", "body", "authors") for alias in ALIASES[field]}
_LEFT_OUT = TEXT | {"section", "source_file"}  # a file is often named after its headline
_IDS = ("doc_id", "dup_group", "story")
_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]{1,2}|[^\W_]+")
NOTES = ("mentions", "roles", "quotes", "frames", "events")


def derive(
    articles: pd.DataFrame,
    notes: Notes,
    out: str | Path,
    *,
    policy: pd.DataFrame | None = None,
    removed: pd.DataFrame | None = None,
    before: Notes | None = None,
    keep: Sequence[str] = (),
    known: Iterable[str] = (),
) -> pd.DataFrame:
    """Write the tables of a corpus that may be shared into the folder `out`, and give its manifest: file, sha256, rows, columns.

    `articles` are those that were annotated, `notes` what `annotate` gave, `policy` the table of `policy_frames`, `removed` the ledger
    of `clean`, `before` the notes of the same articles with the text as found for their body. Of the articles are written ids, dates,
    URLs, publishers, hashes and copies; `characters` and `words` of the body, `bodysha256`, and whether it was `annotated`;
    titles, authors, texts, sections and file names are not. `keep` names further columns that are, such as your own. An id that reads
    as text (saved pages are often named after their headline) is written as the first 16 digits of its SHA-256.

    Raises ValueError for a cell that may be text, see `shareable`; `known` are names that are none. Nothing is written then.

    >>> from tempfile import TemporaryDirectory; import press_coverage
    >>> from press_coverage.sharing import read_compendium
    >>> articles = pd.DataFrame({"doc_id": ["a"], "language": ["en"], "title": ["Letters"], "body": ["Kim Jong Un wrote to Trump."]})
    >>> with TemporaryDirectory() as folder:
    ...     manifest = derive(articles, press_coverage.annotate(articles, progress=False), folder)
    ...     read_compendium(folder).notes.mentions["actor_id"].tolist(), manifest["file"].tolist()[:2]
    (['kim_jong_un', 'donald_trump'], ['articles.csv', 'mentions.csv'])
    """
    articles = schema.check(articles, "articles")
    if missing := [name for name in keep if name not in articles]:
        raise ValueError(f"derive: articles have no column {missing[0]!r} to keep")
    tables = {
        "articles": _articles(articles, keep).assign(
            annotated=~articles["doc_id"].isin(notes.unread)
        )
    }
    tables |= {name: getattr(notes, name) for name in NOTES}
    tables["policy_frames"] = (
        schema.table([], "policy_frames") if policy is None else policy.round({"probability": 3})
    )
    tables["cleaning"] = (
        schema.table([], "cleaning") if removed is None else cleaning_counts(removed)
    )
    tables["terms"] = frame_terms()
    tables["counts"] = schema.table([], "counts") if before is None else code_counts(before, notes)
    for name, table in tables.items():
        tables[name] = table.assign(
            **{
                column: table[column].map(_id, na_action="ignore")
                for column in _IDS
                if column in table
            }
        )
    return write(tables, out, known=known)


def write(
    tables: dict[str, pd.DataFrame],
    out: str | Path,
    *,
    known: Iterable[str] = (),
    csv: bool = False,
) -> pd.DataFrame:
    """Write tables without text into a folder, as CSV or, from 2,000 rows and without `csv`, as Parquet, with manifest.json.

    The manifest has each file's SHA-256, rows and columns, the package's version and the SHA-256 of each codebook and model. The same
    tables give the same bytes. Raises ValueError, before anything is written, for a cell that may be text.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     write({"topics": pd.DataFrame({"doc_id": ["a", "b"], "words": [3, 4]})}, folder)[["file", "rows"]].values.tolist()
    [['topics.csv', 2]]
    """
    known = list(known)
    tables = {name: shareable(table, name, known=known) for name, table in tables.items()}
    folder = Path(out)
    folder.mkdir(parents=True, exist_ok=True)
    files = {}
    for name, table in tables.items():
        kind, other = ("csv", "parquet") if csv or len(table) < ROWS else ("parquet", "csv")
        path = folder / f"{name}.{kind}"
        path.with_suffix(f".{other}").unlink(missing_ok=True)
        if kind == "csv":
            table.to_csv(path, index=False, lineterminator="\n", float_format="%.10g")
        else:
            plain = pa.Table.from_pandas(
                table, preserve_index=False
            ).replace_schema_metadata()  # which could hold anything
            pq.write_table(plain, path, compression="zstd", compression_level=19)
        files[path.name] = {
            "sha256": sha256(path.read_bytes()),
            "rows": len(table),
            "columns": list(table.columns),
        }
    package = resources.files("press_coverage")
    made = [
        item
        for part in ("codebooks", "models")
        for item in (package / part).iterdir()
        if item.name.endswith((".csv", ".npz"))
    ]
    said = {
        "version": version("press-coverage"),
        "files": files,
        "codebooks_and_models": {
            item.name: sha256(item.read_bytes())
            for item in sorted(made, key=lambda item: item.name)
        },
    }
    (folder / MANIFEST).write_text(json.dumps(said, indent=1) + "\n", encoding="utf-8")
    return pd.DataFrame(
        [{"file": name, **entry} for name, entry in files.items()],
        columns=["file", "sha256", "rows", "columns"],
    )


def shareable(table: pd.DataFrame, name: str, *, known: Iterable[str] = ()) -> pd.DataFrame:
    """A copy of the table, if none of its cells may be running text: more than three words or 40 characters that no codebook has.

    Names, codes and terms of the codebooks pass, and so do `known` ones, addresses in a column `url`, hashes, and ids of
    articles with at most three words between slashes. Raises ValueError naming table, row (counted from 0), column and remedy, for
    a column of text by its name, too.

    >>> shareable(pd.DataFrame({"note": ["The envoys met again"]}), "articles")
    Traceback (most recent call last):
    ValueError: articles, row 0, column 'note': 'The envoys met again' may be text; leave the column out, or, if it is a name, say so \
with known=['The envoys met again'] (--known)
    """
    table = table.copy()
    names = _codes() | set(known)
    bad = []
    for column in map(str, table.columns):
        if (
            re.sub(r"[\W_]+", "", column).lower() in _ALIASES
            or column in _ALIASES
            or _reads(column)
        ):
            bad.append(
                f"{name}, column {column[:LETTERS]!r} is for text, which may not be shared; leave it out"
            )
            continue
        values = table[column]
        if (
            values.dtype == bool
            or pd.api.types.is_numeric_dtype(values)
            or pd.api.types.is_datetime64_any_dtype(values)
        ):
            continue
        cells = table[column] = values.astype("str")
        for value in cells.dropna().unique():
            if value not in names and not _passes(value, column):
                row = int(cells.eq(value).fillna(False).to_numpy().argmax())
                shown = repr(value if len(value) <= LETTERS else f"{value[:LETTERS]}…")
                remedy = f"leave the column out, or, if it is a name, say so with known=[{shown}] (--known)"
                bad.append(f"{name}, row {row}, column {column!r}: {shown} may be text; {remedy}")
    if bad:
        raise ValueError(
            "\n".join(bad[:20]) + (f"\n... and {len(bad) - 20} more" if len(bad) > 20 else "")
        )
    return table


def _articles(articles: pd.DataFrame, keep: Sequence[str]) -> pd.DataFrame:
    body = articles["body"].fillna("")
    columns = [column.name for column in TABLES["articles"] if column.name not in _LEFT_OUT]
    shared = articles[[*columns, *(name for name in keep if name not in columns)]]
    return shared.assign(
        url=shared["url"].str.replace(
            r"#:~:text=.*", "", regex=True
        ),  # a link to a passage quotes it
        dup_share=shared["dup_share"].round(4),
        characters=body.str.len(),
        words=body.map(lambda text: len(text.split())),
        bodysha256=body.map(lambda text: sha256(text.encode()) if text else None),
    )


def cleaning_counts(removed: pd.DataFrame) -> pd.DataFrame:
    """How many pieces of how many characters each rule left out, mended or filled in each article."""
    ledger = schema.check(removed, "ledger")
    rows = ledger[ledger["doc_id"].notna() & ledger["step"].eq("clean")]
    rows = rows.assign(characters=rows["text"].fillna("").str.len())
    groups = rows.groupby(["doc_id", "action", "rule"])["characters"]
    return schema.check(groups.agg(pieces="size", characters="sum").reset_index(), "cleaning")


def frame_terms() -> pd.DataFrame:
    """The terms of the frames codebook, which a reader of the tables may want to know, and `compendium` holds against a later one."""
    rows = [
        {"frame": row.label, "language": row.language, "term": row.term}
        for row in codebook.read("frames")
    ]
    return schema.table(rows, "terms")


def code_counts(before: Notes, after: Notes) -> pd.DataFrame:
    """How often each article has each actor and frame in the text as found, and as cleaned."""
    parts = []
    for table, code in (("mentions", "actor_id"), ("frames", "frame")):
        sizes = {
            name: getattr(notes, table).groupby(["doc_id", code]).size()
            for name, notes in (("before", before), ("after", after))
        }
        whole = (
            pd.DataFrame(sizes)
            .fillna(0)
            .astype("int64")
            .rename_axis(["doc_id", "code"])
            .reset_index()
        )
        parts.append(whole.assign(table=table))
    return schema.check(pd.concat(parts, ignore_index=True), "counts")


@cache
def _codes() -> frozenset[str]:
    """Names of outlets and agencies, and codes and terms of the codebooks, of any length."""
    rows = [row for name in ("actors", "roles", "frames", "events") for row in codebook.read(name)]
    terms = {
        term for row in codebook.read("frames") for term in (row.term, codebook.forms(row.term)[0])
    }
    return frozenset(
        {row.label for row in rows}
        | terms
        | {row["publisher"] for row in outlets.rows()}
        | set(AGENCIES)
        | set(POLICY)
    )


def _reads(value: str) -> bool:
    """Whether a cell may be running text."""
    words = [word for word in _WORD.findall(value) if word.isalpha()]
    return len(words) > WORDS or len(value) > LETTERS


def _id(value: str) -> str:
    return sha256(value.encode())[:16] if not _passes(value, _IDS[0]) else value


def _passes(value: str, column: str) -> bool:
    if column in _IDS:
        return not any(_reads(Path(part).stem) for part in value.split("/"))
    return bool(
        re.fullmatch(r"https?://\S+", value)
        if column == "url"
        else re.fullmatch(r"[0-9a-f]{64}", value)
    ) or not _reads(value)


def sha256(data: bytes) -> str:
    """In hexadecimal digits, as the manifest has it."""
    return hashlib.sha256(data).hexdigest()
