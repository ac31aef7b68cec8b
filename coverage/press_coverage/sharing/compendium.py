"""Compendium: the tables that `derive` wrote, read again, with the frames of today's codebook."""

import json
import warnings
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from press_coverage.annotation.notes import Notes
from press_coverage.codebooks import terms as codebook
from press_coverage.sharing.derivation import MANIFEST, NOTES, sha256
from press_coverage.tables import schema
from press_coverage.tables.columns import TABLES
from press_coverage.tables.extras import extra_module


class Compendium(NamedTuple):
    """What `derive` wrote, as the verbs give it; the articles have no text.

    `cleaning` counts what was left out and changed, `counts` the codes before and after.
    """

    articles: pd.DataFrame
    notes: Notes
    policy_frames: pd.DataFrame
    cleaning: pd.DataFrame
    counts: pd.DataFrame


def read_compendium(folder: str | Path) -> Compendium:
    """The tables that `derive` wrote into a folder.

    `rates`, `differences`, `weights`, `agency_share`, `kwic` (which gives places, not words) and
    `agreement` take them as they take those of the texts. Frames are those of today's codebook,
    see `recode`.

    Args:
        folder: where the tables and their manifest are.

    Returns:
        articles (their body is empty), notes, policy_frames, cleaning, counts.

    Raises:
        FileNotFoundError: without a manifest.
        ValueError: for a file that is not as the manifest says.

    Examples:
        >>> Compendium._fields
        ('articles', 'notes', 'policy_frames', 'cleaning', 'counts')
    """
    written = read(folder)
    tables = {}
    for name in ("articles", *NOTES, "policy_frames", "cleaning", "counts", "terms"):
        empty = name not in written
        tables[name] = schema.table([], name) if empty else schema.check(written[name], name)
    articles = tables["articles"]
    tables["frames"], changes = recode(tables["frames"], articles, tables["terms"])
    if changes:
        warnings.warn(f"{folder}: {changes}", stacklevel=2)
    unread = articles.loc[~articles["annotated"], ["doc_id"]].assign(
        step="annotate",
        action="not_read",
        rule="language",
        reason="it was not annotated when the tables were derived",
    )
    ledger = schema.table(unread.to_dict("records"), "ledger")
    notes = Notes(**{name: tables[name] for name in NOTES}, ledger=ledger)
    rest = (tables[name] for name in ("policy_frames", "cleaning", "counts"))
    return Compendium(articles, notes, *rest)


def recode(
    frames: pd.DataFrame, articles: pd.DataFrame, terms: pd.DataFrame
) -> tuple[pd.DataFrame, str]:
    """The hits under the frames that today's codebook gives their terms.

    A term that moved to another frame is counted there, one that is no longer in the codebook not
    at all; a shorter term within it is not looked for again. What was not looked for cannot be
    counted without the texts: the line says so. `counts` stay those of the day they were made.

    Args:
        frames: the hits.
        articles: doc_id and language.
        terms: those that were looked for.

    Returns:
        The hits, and in a line what else the codebook changed; empty if nothing.

    Examples:
        >>> hit = {"doc_id": "a", "start": 0, "end": 9, "frame": "peace", "term": "sanctions"}
        >>> frames = schema.table([hit | {"voice": "outlet", "negated": False}], "frames")
        >>> articles = pd.DataFrame({"doc_id": ["a"], "language": ["en"]})
        >>> recode(frames, articles, schema.table([], "terms"))[0]["frame"].tolist()
        ['sanctions_pressure']
    """
    today = codebook.read("frames")
    keys = [(row.language, codebook.forms(row.term)[0]) for row in today]
    labels = pd.Series([row.label for row in today], index=pd.MultiIndex.from_tuples(keys))
    languages = frames["doc_id"].map(articles.set_index("doc_id")["language"])
    coded = labels.reindex(pd.MultiIndex.from_arrays([languages, frames["term"]]))
    now = frames.assign(frame=pd.Series(coded.to_numpy(), index=frames.index, dtype="str"))
    gone = sorted(frames.loc[now["frame"].isna(), "term"].unique())
    new = sorted({row.term for row in today} - set(terms["term"])) if len(terms) else []
    changes = []
    if gone:
        what = "terms are no longer in the frames codebook and are not counted"
        changes.append(f"{len(gone)} {what}: {', '.join(gone)}")
    if new:
        what = "terms were not looked for when the tables were made"
        changes.append(f"{len(new)} {what}: {', '.join(new)}; derive them again")
    return now.dropna(subset="frame").reset_index(drop=True), "; ".join(changes)


def read(folder: str | Path) -> dict[str, pd.DataFrame]:
    """The tables that `write` wrote, by name, each held against the manifest.

    Args:
        folder: where the tables and their manifest are.

    Raises:
        FileNotFoundError: without a manifest.
        ValueError: for a file that is not as the manifest says.
    """
    manifest = Path(folder) / MANIFEST
    if not manifest.exists():
        raise FileNotFoundError(f"{manifest}: no such file; write the tables with derive")
    tables = {}
    for name, entry in json.loads(manifest.read_text(encoding="utf-8"))["files"].items():
        path = Path(folder) / name
        if not path.exists() or sha256(path.read_bytes()) != entry["sha256"]:
            remedy = "restore it, or derive the tables again"
            raise ValueError(f"{path}: not the file that {MANIFEST} names; {remedy}")
        tables[path.stem] = _read_table(path)
    return tables


def _read_table(path: Path) -> pd.DataFrame:
    """A table as CSV or Parquet, texts and whole numbers typed as its schema says."""
    columns = TABLES.get(path.stem, ())
    dtypes = {c.name: c.dtype for c in columns if c.dtype in ("str", "Int64")}
    if path.suffix == ".csv":
        table = pd.read_csv(path, dtype=dtypes, keep_default_na=False, na_values=[""])
    else:
        extra_module("pyarrow", "a large table", "parquet")
        table = pd.read_parquet(path)
    return table.astype({name: dtype for name, dtype in dtypes.items() if name in table})
