"""Pieces: the tables of `annotate` on disk, written as it goes, so that a run goes on where it stopped."""

import hashlib
from collections.abc import Hashable, Mapping, Sequence
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import pandas as pd

DONE = "annotated"  # doc_id and key of each article that is done; written last, so that what it names is whole
Tables = dict[str, pd.DataFrame]


def key(record: Mapping[Hashable, Any]) -> str:
    """What an article's annotation depends on, as a hash: its language, title, date, body, and the program with its codebooks.

    >>> one, other = ({"language": "en", "title": None, "publishing_date": None, "body": body} for body in ("Kim.", "Kim!"))
    >>> key(one) == key(one), key(one) == key(other)
    (True, False)
    """
    parts = [
        _program(),
        *(str(record[name]) for name in ("language", "title", "publishing_date", "body")),
    ]
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


def read(
    folder: Path, keys: Mapping[str, str], names: Sequence[str]
) -> tuple[list[Tables], set[str]]:
    """What the folder has of the articles that are the same as when they were annotated: tables, and their doc_ids.

    `keys` gives each article's key; what is of others, or of an earlier state of them, stays behind.
    """
    found, done = list[Tables](), set[str]()
    for path in sorted(folder.glob(f"{DONE}*.parquet")):
        listed = pd.read_parquet(path)
        same = set(listed.loc[listed["key"].eq(listed["doc_id"].map(keys)), "doc_id"]) - done
        if same:
            tables = {
                name: pd.read_parquet(path.with_name(name + path.name.removeprefix(DONE)))
                for name in names
            }
            found.append(
                {name: table[table["doc_id"].isin(same)] for name, table in tables.items()}
            )
            done |= same
    return found, done


def write(
    folder: Path, tables: Mapping[str, pd.DataFrame], keys: Mapping[str, str], *, piece: bool = True
) -> None:
    """Write tables as a further piece, or as the whole: then in one file a table, and the pieces go."""
    folder.mkdir(parents=True, exist_ok=True)
    pieces = sorted(folder.glob(f"{DONE}-*.parquet"))
    suffix = (
        f"-{int(pieces[-1].stem.removeprefix(DONE + '-')) + 1 if pieces else 1:06}" if piece else ""
    )
    done = folder / f"{DONE}{suffix}.parquet"
    done.unlink(missing_ok=True)  # while its tables are replaced they are nobody's
    for name, table in tables.items():
        _replace(table, folder / f"{name}{suffix}.parquet")
    _replace(pd.DataFrame({"doc_id": list(keys), "key": list(keys.values())}, dtype="str"), done)
    if not piece:
        for old in pieces:
            old.unlink()
            for name in tables:
                old.with_name(name + old.name.removeprefix(DONE)).unlink(missing_ok=True)


def _replace(table: pd.DataFrame, path: Path) -> None:
    table.to_parquet(path.with_suffix(".part"), index=False)
    path.with_suffix(".part").replace(path)


@cache
def _program() -> str:
    """A hash of the package's code, codebooks and models."""
    root = Path(str(resources.files("press_coverage")))
    files = sorted(path for pattern in ("*.py", "*.csv", "*.npz") for path in root.rglob(pattern))
    return hashlib.sha256(
        b"".join(hashlib.sha256(path.read_bytes()).digest() for path in files)
    ).hexdigest()
