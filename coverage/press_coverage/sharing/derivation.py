"""Derive: what may be shared of a corpus, tables of codes and places without its text."""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import pandas as pd

from press_coverage import __version__
from press_coverage.annotation.notes import Notes
from press_coverage.codebooks import outlets
from press_coverage.codebooks import terms as codebook
from press_coverage.codebooks.agencies import AGENCIES
from press_coverage.codebooks.aliases import ALIASES
from press_coverage.tables import schema
from press_coverage.tables.columns import POLICY, TABLES
from press_coverage.tables.extras import extra_module

WORDS, LETTERS = 3, 40  # the most that a cell may hold without being known
ROWS = 2_000  # from which a table is written as Parquet, not CSV
MANIFEST = "manifest.json"
TEXT = frozenset(
    "title lead body authors dateline raw text new reason pre post keyword context quote html "
    "topic_line".split()
)
_ALIASES = TEXT | {alias for field in ("title", "body", "authors") for alias in ALIASES[field]}
_LEFT_OUT = TEXT | {"section", "source_file"}  # a file is often named after its headline
_IDS = ("doc_id", "dup_group", "story")
_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]{1,2}|[^\W_]+")  # Kana and Chinese by two signs
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
    """Write the tables of a corpus that may be shared.

    Of the articles are written ids, dates, URLs, publishers, hashes and copies; `characters` and
    `words` of the body, `bodysha256`, and whether it was `annotated`; titles, authors, texts,
    sections and file names are not. An id that reads as text (saved pages are often named after
    their headline) is written as the first 16 digits of its SHA-256.

    Args:
        articles: those that were annotated.
        notes: what `annotate` gave.
        out: the folder to write into.
        policy: the table of `policy_frames`.
        removed: the ledger of `clean`.
        before: the notes of the same articles with the text as found for their body.
        keep: further columns of the articles to write, such as your own.
        known: names that look like text and are none.

    Returns:
        The manifest: file, sha256, rows, columns.

    Raises:
        ValueError: for a cell that may be text, see `shareable`; nothing is written then.

    Examples:
        >>> from tempfile import TemporaryDirectory
        >>> import press_coverage as pc
        >>> article = {"doc_id": "a", "language": "en", "body": "Kim Jong Un wrote to Trump."}
        >>> articles = pd.DataFrame([article])
        >>> with TemporaryDirectory() as folder:
        ...     manifest = derive(articles, pc.annotate(articles, progress=False), folder)
        ...     tables = pc.sharing.read_compendium(folder)
        >>> tables.notes.mentions["actor_id"].tolist(), manifest["file"].tolist()[:2]
        (['kim_jong_un', 'donald_trump'], ['articles.csv', 'mentions.csv'])
    """
    articles = schema.check(articles, "articles")
    schema.need(articles, keep, "derive: articles")
    annotated = ~articles["doc_id"].isin(notes.unread)
    tables = {"articles": _articles(articles, keep).assign(annotated=annotated)}
    tables |= {name: getattr(notes, name) for name in NOTES}
    tables |= {name: schema.table([], name) for name in ("policy_frames", "cleaning")}
    tables |= {"terms": frame_terms(), "counts": schema.table([], "counts")}
    if policy is not None:
        tables["policy_frames"] = policy.round({"probability": 3})
    if removed is not None:
        tables["cleaning"] = cleaning_counts(removed)
    if before is not None:
        tables["counts"] = code_counts(before, notes)
    return write({name: _short_ids(table) for name, table in tables.items()}, out, known=known)


def write(
    tables: dict[str, pd.DataFrame],
    out: str | Path,
    *,
    known: Iterable[str] = (),
    csv: bool = False,
) -> pd.DataFrame:
    """Write tables without text into a folder, with manifest.json.

    The manifest has each file's SHA-256, rows and columns, the package's version and the SHA-256
    of each codebook and model. The same tables give the same bytes.

    Args:
        tables: by the name of their file.
        out: the folder to write into.
        known: names that look like text and are none.
        csv: write CSV also from 2,000 rows, where it would be Parquet.

    Returns:
        The manifest: file, sha256, rows, columns.

    Raises:
        ValueError: before anything is written, for a cell that may be text.

    Examples:
        >>> from tempfile import TemporaryDirectory
        >>> topics = pd.DataFrame({"doc_id": ["a", "b"], "words": [3, 4]})
        >>> with TemporaryDirectory() as folder:
        ...     write({"topics": topics}, folder)[["file", "rows"]].values.tolist()
        [['topics.csv', 2]]
    """
    known = list(known)
    tables = {name: shareable(table, name, known=known) for name, table in tables.items()}
    folder = Path(out)
    folder.mkdir(parents=True, exist_ok=True)
    files = {}
    for name, table in tables.items():
        path = _write_table(table, folder / name, csv=csv or len(table) < ROWS)
        digest, columns = sha256(path.read_bytes()), list(table.columns)
        files[path.name] = {"sha256": digest, "rows": len(table), "columns": columns}
    digests = _codebooks_and_models()
    manifest = {"version": __version__, "files": files, "codebooks_and_models": digests}
    (folder / MANIFEST).write_text(json.dumps(manifest, indent=1) + "\n", encoding="utf-8")
    rows = [{"file": name, **entry} for name, entry in files.items()]
    return pd.DataFrame(rows, columns=["file", "sha256", "rows", "columns"])


def _write_table(table: pd.DataFrame, path: Path, *, csv: bool) -> Path:
    """The file that was written; one of the other kind from an earlier day is removed."""
    kind, other = (".csv", ".parquet") if csv else (".parquet", ".csv")
    Path(f"{path}{other}").unlink(missing_ok=True)
    path = Path(f"{path}{kind}")
    if csv:
        table.to_csv(path, index=False, lineterminator="\n", float_format="%.10g")
        return path
    pyarrow, parquet = (
        extra_module(name, "a large table", "parquet") for name in ("pyarrow", "pyarrow.parquet")
    )
    plain = pyarrow.Table.from_pandas(table, preserve_index=False)
    plain = plain.replace_schema_metadata()  # which could hold anything
    parquet.write_table(plain, path, compression="zstd", compression_level=19)
    return path


def _codebooks_and_models() -> dict[str, str]:
    """The SHA-256 of each codebook and model, by the name of its file."""
    package = resources.files("press_coverage")
    folders = {"": "codebooks", "words/": "codebooks/words", "patterns/": "codebooks/patterns"}
    listed = [
        (prefix + file.name, file)
        for prefix, folder in [*folders.items(), ("", "models")]
        for file in package.joinpath(folder).iterdir()
        if file.name.endswith((".csv", ".npz"))
    ]
    return {name: sha256(file.read_bytes()) for name, file in sorted(listed)}


def shareable(table: pd.DataFrame, name: str, *, known: Iterable[str] = ()) -> pd.DataFrame:
    """A copy of a table, if none of its cells may be running text.

    Text is more than three words or 40 characters that no codebook has. Names, codes and terms of
    the codebooks pass, and so do addresses in a column `url`, hashes, and ids of articles with at
    most three words between slashes.

    Args:
        table: the table to be shared.
        name: what to call it in a message.
        known: names that pass, too.

    Raises:
        ValueError: naming table, row (counted from 0), column and remedy, for a column of text by
            its name, too.

    Examples:
        >>> table = pd.DataFrame({"note": ["The envoys met again"]})
        >>> shareable(table, "articles")  # doctest: +ELLIPSIS
        Traceback (most recent call last):
        ValueError: articles, row 0, column 'note': 'The envoys met again' may be text; leave ...
    """
    table = table.copy()
    names = _codes() | set(known)
    faults: list[str] = []
    for column in map(str, table.columns):
        if _is_for_text(column):
            what = f"column {column[:LETTERS]!r} is for text, which may not be shared"
            faults.append(f"{name}, {what}; leave it out")
        elif not _is_number(table[column]):
            table[column] = table[column].astype("str")
            faults += [f"{name}, {fault}" for fault in _texts(table[column], column, names)]
    if faults:
        more = f"\n... and {len(faults) - 20} more" if len(faults) > 20 else ""
        raise ValueError("\n".join(faults[:20]) + more)
    return table


def _is_for_text(column: str) -> bool:
    """Whether a column is for text by its name, or its name reads as text."""
    bare = re.sub(r"[\W_]+", "", column).lower()
    return bare in _ALIASES or column in _ALIASES or _reads(column)


def _is_number(values: "pd.Series[Any]") -> bool:
    types = pd.api.types
    return types.is_numeric_dtype(values) or types.is_datetime64_any_dtype(values)


def _texts(cells: "pd.Series[str]", column: str, names: frozenset[str]) -> Iterator[str]:
    """A line for each value of a column that may be text and is none of the names."""
    for value in cells.dropna().unique():
        if value not in names and not _passes(value, column):
            row = int(cells.eq(value).fillna(False).to_numpy().argmax())
            shown = repr(value if len(value) <= LETTERS else f"{value[:LETTERS]}…")
            remedy = f"or, if it is a name, say so with known=[{shown}] (--known)"
            place = f"row {row}, column {column!r}"
            yield f"{place}: {shown} may be text; leave the column out, {remedy}"


def _articles(articles: pd.DataFrame, keep: Sequence[str]) -> pd.DataFrame:
    """What may be shared of the articles."""
    body = articles["body"].fillna("")
    columns = [column.name for column in TABLES["articles"] if column.name not in _LEFT_OUT]
    shared = articles[[*columns, *(name for name in keep if name not in columns)]]
    # a link to a passage quotes it
    url = shared["url"].str.replace(r"#:~:text=.*", "", regex=True)
    return shared.assign(
        url=url,
        dup_share=shared["dup_share"].round(4),
        characters=body.str.len(),
        words=body.map(lambda text: len(text.split())),
        bodysha256=body.map(lambda text: sha256(text.encode()) if text else None),
    )


def _short_ids(table: pd.DataFrame) -> pd.DataFrame:
    """The table with a hash for each id that reads as text."""
    columns = [column for column in _IDS if column in table]
    return table.assign(**{name: table[name].map(_id, na_action="ignore") for name in columns})


def _id(value: str) -> str:
    return value if _passes(value, "doc_id") else sha256(value.encode())[:16]


def cleaning_counts(removed: pd.DataFrame) -> pd.DataFrame:
    """What each rule left out, mended or filled in in each article.

    Args:
        removed: the ledger of `clean`.

    Returns:
        doc_id, action, rule, pieces, characters.
    """
    ledger = schema.check(removed, "ledger")
    rows = ledger[ledger["doc_id"].notna() & ledger["step"].eq("clean")]
    rows = rows.assign(characters=rows["text"].fillna("").str.len())
    groups = rows.groupby(["doc_id", "action", "rule"])["characters"]
    return schema.check(groups.agg(pieces="size", characters="sum").reset_index(), "cleaning")


def frame_terms() -> pd.DataFrame:
    """The terms of the frames codebook: frame, language, term.

    A reader of the tables may want to know them, and `read_compendium` holds them against a later
    codebook.
    """
    terms = codebook.read("frames")
    rows = [{"frame": row.label, "language": row.language, "term": row.term} for row in terms]
    return schema.table(rows, "terms")


def code_counts(before: Notes, after: Notes) -> pd.DataFrame:
    """How often each article has each actor and frame in the text as found, and as cleaned.

    Args:
        before: the notes of the articles with the text as found.
        after: the notes of the cleaned articles.

    Returns:
        doc_id, code, before, after, table.
    """
    parts = []
    for table, code in (("mentions", "actor_id"), ("frames", "frame")):
        notes = {"before": getattr(before, table), "after": getattr(after, table)}
        sizes = {name: codes.groupby(["doc_id", code]).size() for name, codes in notes.items()}
        counts = pd.DataFrame(sizes).fillna(0).astype("int64").rename_axis(["doc_id", "code"])
        parts.append(counts.reset_index().assign(table=table))
    return schema.check(pd.concat(parts, ignore_index=True), "counts")


@cache
def _codes() -> frozenset[str]:
    """Names of outlets and agencies, and codes and terms of the codebooks, of any length."""
    names = {row["publisher"] for row in outlets.rows()} | set(AGENCIES) | set(POLICY)
    for name in ("actors", "roles", "frames", "events"):
        names |= {row.label for row in codebook.read(name)}
    for row in codebook.read("frames"):
        names |= {row.term, codebook.forms(row.term)[0]}
    return frozenset(names)


def _reads(value: str) -> bool:
    """Whether a cell may be running text."""
    words = [word for word in _WORD.findall(value) if word.isalpha()]
    return len(words) > WORDS or len(value) > LETTERS


def _passes(value: str, column: str) -> bool:
    """Whether a cell is an id without text, an address, a hash, or short."""
    if column in _IDS:
        return not any(_reads(Path(part).stem) for part in value.split("/"))
    harmless = r"https?://\S+" if column == "url" else r"[0-9a-f]{64}"
    return re.fullmatch(harmless, value) is not None or not _reads(value)


def sha256(data: bytes) -> str:
    """In hexadecimal digits, as the manifest has it."""
    return hashlib.sha256(data).hexdigest()
