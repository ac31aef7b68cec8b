"""Compendium: the tables that `derive` wrote, read again for all that counts, with the frames of today's codebook."""

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


class Compendium(NamedTuple):
    """What `derive` wrote, as the verbs give it: articles without text, notes, policy frames, what cleaning left out and changed."""

    articles: pd.DataFrame
    notes: Notes
    policy_frames: pd.DataFrame
    cleaning: pd.DataFrame
    counts: pd.DataFrame


def read_compendium(folder: str | Path) -> Compendium:
    """The tables that `derive` wrote into a folder: articles (their body is empty), notes, policy_frames, cleaning, counts.

    `rates`, `differences`, `weights`, `agency_share`, `kwic` (which gives places, not words) and `agreement` take them as they take
    those of the texts. Frames are those of today's codebook, see `recode`. Raises FileNotFoundError without a manifest, ValueError for a
    file that is not as the manifest says.

    >>> Compendium._fields
    ('articles', 'notes', 'policy_frames', 'cleaning', 'counts')
    """
    found = read(folder)
    names = ("articles", *NOTES, "policy_frames", "cleaning", "counts", "terms")
    tables = {
        name: schema.check(found[name], name) if name in found else schema.table([], name)
        for name in names
    }
    articles = tables["articles"]
    tables["frames"], moved = recode(tables["frames"], articles, tables["terms"])
    if moved:
        warnings.warn(f"{folder}: {moved}", stacklevel=2)
    left = articles.loc[~articles["annotated"], ["doc_id"]]
    why = {
        "step": "annotate",
        "action": "not_read",
        "rule": "language",
        "reason": "it was not annotated when the tables were derived",
    }
    ledger = schema.table(left.assign(**why).to_dict("records"), "ledger")
    notes = Notes(**{name: tables[name] for name in NOTES}, ledger=ledger)
    return Compendium(
        articles, notes, tables["policy_frames"], tables["cleaning"], tables["counts"]
    )


def recode(
    frames: pd.DataFrame, articles: pd.DataFrame, terms: pd.DataFrame
) -> tuple[pd.DataFrame, str]:
    """The hits under the frames that today's codebook gives their terms, and in a line what else it changed; empty if nothing.

    `terms` are those that were looked for. A term that moved to another frame is counted there, one that is no longer in the codebook
    not at all; a shorter term within it is not looked for again. What was not looked for cannot be counted without the texts: the line
    says so. `counts` stay those of the day they were made.

    >>> hit = {"doc_id": "a", "start": 0, "end": 9, "frame": "peace", "term": "sanctions", "voice": "outlet", "negated": False}
    >>> frames, articles = schema.table([hit], "frames"), pd.DataFrame({"doc_id": ["a"], "language": ["en"]})
    >>> recode(frames, articles, schema.table([], "terms"))[0]["frame"].tolist()
    ['sanctions_pressure']
    """
    today = pd.DataFrame(
        [
            (row.language, codebook.forms(row.term)[0], row.label, row.term)
            for row in codebook.read("frames")
        ]
    )
    labels = today.set_index([0, 1])[2]
    found = pd.MultiIndex.from_arrays(
        [frames["doc_id"].map(articles.set_index("doc_id")["language"]), frames["term"]]
    )
    now = frames.assign(
        frame=pd.Series(labels.reindex(found).to_numpy(), index=frames.index, dtype="str")
    )
    gone = sorted(frames.loc[now["frame"].isna(), "term"].unique())
    new = sorted(set(today[3]) - set(terms["term"])) if len(terms) else []
    said = (
        [
            f"{len(gone)} terms are no longer in the frames codebook and are not counted: {', '.join(gone)}"
        ]
        if gone
        else []
    )
    said += (
        [
            f"{len(new)} terms were not looked for when the tables were made: {', '.join(new)}; derive them again"
        ]
        if new
        else []
    )
    return now.dropna(subset="frame").reset_index(drop=True), "; ".join(said)


def read(folder: str | Path) -> dict[str, pd.DataFrame]:
    """The tables that `write` wrote into a folder, by name, each held against the manifest; raises as `compendium`."""
    folder = Path(folder)
    if not (folder / MANIFEST).exists():
        raise FileNotFoundError(f"{folder / MANIFEST}: no such file; write the tables with derive")
    tables = {}
    for name, said in json.loads((folder / MANIFEST).read_text(encoding="utf-8"))["files"].items():
        path = folder / name
        if not path.exists() or sha256(path.read_bytes()) != said["sha256"]:
            raise ValueError(
                f"{path}: not the file that {MANIFEST} names; restore it, or derive the tables again"
            )
        types = {
            column.name: column.dtype
            for column in TABLES.get(path.stem, ())
            if column.dtype in ("str", "Int64")
        }
        table = (
            pd.read_csv(path, dtype=types, keep_default_na=False, na_values=[""])
            if path.suffix == ".csv"
            else pd.read_parquet(path)
        )
        tables[path.stem] = table.astype(
            {name: dtype for name, dtype in types.items() if name in table}
        )
    return tables
