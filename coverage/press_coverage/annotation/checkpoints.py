"""Checkpoints: the tables of `annotate` on disk, written as it goes, so that a run can go on."""

import hashlib
from collections.abc import Hashable, Iterable, Mapping, Sequence
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import pandas as pd

from press_coverage.tables import schema

# doc_id and key of each article that is done; written last, so that what it names is whole
DONE = "annotated"
# what annotation depends on, in the package's folders
_ROOMS = ("annotation", "codebooks", "models", "tables", "text")
_KINDS = (".py", ".csv", ".npz")
Tables = dict[str, pd.DataFrame]


def key(record: Mapping[Hashable, Any], parser: str = "") -> str:
    """What an article's annotation depends on, as a hash.

    That is its language, title, date and body, and the program with its codebooks.

    Args:
        record: a row of the articles.
        parser: what stands for the spaCy pipeline that read it; '' for none.

    Returns:
        64 digits.

    Examples:
        >>> given = {"language": "en", "title": None, "publishing_date": None, "body": "Kim."}
        >>> key(given) == key(dict(given)), key(given) == key(given | {"body": "Kim!"})
        (True, False)
    """
    columns = ("language", "title", "publishing_date", "body")
    parts = [_program(), parser, *(str(record[name]) for name in columns)]
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


def read(
    folder: Path, keys: Mapping[str, str], names: Sequence[str]
) -> tuple[list[Tables], set[str]]:
    """What the folder has of the articles that are the same as when they were annotated.

    Args:
        folder: with earlier tables, or none.
        keys: each article's key by its doc_id; what is of others, or of an earlier state of them,
            is left.
        names: of the tables.

    Returns:
        Tables of parts of the articles, and the doc_ids of those that are done.
    """
    parts, done = list[Tables](), set[str]()
    for path in sorted(folder.glob(f"{DONE}*.parquet")):
        listed = pd.read_parquet(path)
        same = set(listed.loc[listed["key"].eq(listed["doc_id"].map(keys)), "doc_id"]) - done
        if same:
            tables = {name: pd.read_parquet(_beside(path, name)) for name in names}
            parts.append({name: t[t["doc_id"].isin(same)] for name, t in tables.items()})
            done |= same
    return parts, done


def write(
    folder: Path, tables: Mapping[str, pd.DataFrame], keys: Mapping[str, str], *, piece: bool = True
) -> None:
    """Write tables as a further piece, or as the whole.

    The whole is one file a table, and the pieces go.

    Args:
        folder: made where it is not there.
        tables: by name.
        keys: the key of each article of theirs by its doc_id.
        piece: whether they are a part.
    """
    folder.mkdir(parents=True, exist_ok=True)
    pieces = sorted(folder.glob(f"{DONE}-*.parquet"))
    last = int(pieces[-1].stem.removeprefix(f"{DONE}-")) if pieces else 0
    done = folder / (f"{DONE}-{last + 1:06}.parquet" if piece else f"{DONE}.parquet")
    done.unlink(missing_ok=True)  # while its tables are replaced they are nobody's
    for name, table in tables.items():
        _replace(table, _beside(done, name))
    _replace(pd.DataFrame({"doc_id": list(keys), "key": list(keys.values())}, dtype="str"), done)
    for old in [] if piece else pieces:
        for path in (old, *(_beside(old, name) for name in tables)):
            path.unlink(missing_ok=True)


def joined(parts: Iterable[Tables], doc_ids: Sequence[str], name: str) -> pd.DataFrame:
    """A table of parts of the articles as one, in the articles' order."""
    full = [tables[name] for tables in parts if not tables[name].empty]
    if not full:
        return schema.table([], name)
    order = {doc_id: at for at, doc_id in enumerate(doc_ids)}
    whole = pd.concat(full)
    return schema.check(
        whole.sort_values("doc_id", key=lambda ids: ids.map(order), kind="stable"), name
    )


def _beside(done: Path, name: str) -> Path:
    """The file of a table beside the list of articles that are done."""
    return done.with_name(name + done.name.removeprefix(DONE))


def _replace(table: pd.DataFrame, path: Path) -> None:
    table.to_parquet(path.with_suffix(".part"), index=False)
    path.with_suffix(".part").replace(path)


@cache
def _program() -> str:
    """A hash of the code, codebooks and models that annotation depends on."""
    root = Path(str(resources.files("press_coverage")))
    files = (path for room in _ROOMS for path in sorted((root / room).rglob("*")))
    digests = (
        hashlib.sha256(path.read_bytes()).digest() for path in files if path.suffix in _KINDS
    )
    return hashlib.sha256(b"".join(digests)).hexdigest()
