"""The tables that pass between the verbs, and the check that each holds what it should."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import pandas as pd
import pandera.pandas as pa

from press_coverage.tables.columns import TABLES, UTC, Column
from press_coverage.text.words import whole_characters


class SchemaError(ValueError):
    """A table breaks its schema; the message has a line for each bad value."""


SHOWN = 20  # bad values named in one message


def check(table: object, name: str) -> pd.DataFrame:
    """Check a table and give it back with its columns typed and in order, your own behind.

    Args:
        table: the table; columns that are missing and may be are added empty.
        name: which table it is, a key of `TABLES`.

    Returns:
        A copy with the columns of `TABLES[name]` first, rows numbered from 0.

    Raises:
        SchemaError: naming file, row (counted from 0), column and remedy of every bad value
            (the first twenty).

    Examples:
        >>> check(pd.DataFrame({"doc_id": ["a"], "language": ["German"]}), "articles")
        Traceback (most recent call last):
        press_coverage.tables.schema.SchemaError: articles, row 0, column 'language': 'German'; use two small letters (de, en)
    """  # noqa: E501
    columns = TABLES[name]
    if not isinstance(table, pd.DataFrame):
        pair = "; load and clean return two tables: articles, ledger = load(...)"
        hint = pair if isinstance(table, tuple) else ""
        kind = type(table).__name__
        raise SchemaError(f"{name}: a pandas DataFrame is needed, not a {kind}{hint}")
    need(table, [c.name for c in columns if c.required], name)
    table = table.reset_index(drop=True)
    table = table.assign(**{c.name: _typed(table, c, name) for c in columns})
    bad = [*_bad_values(table, name), *_repeated_ids(table, name), *_empty_spans(table, name)]
    if bad:
        more = f"\n... and {len(bad) - SHOWN} more" if len(bad) > SHOWN else ""
        raise SchemaError("\n".join(bad[:SHOWN]) + more)
    names = [c.name for c in columns]
    return table[names + [c for c in table.columns if c not in names]]


def need(table: pd.DataFrame, columns: Iterable[str], where: str) -> None:
    """Raise SchemaError where a table lacks one of the columns, saying which it has.

    Args:
        table: any table.
        columns: names of columns it needs.
        where: what the table is, and for what, such as 'rates: codes'.

    Examples:
        >>> need(pd.DataFrame({"doc_id": ["a"]}), ["doc_id", "frame"], "rates: codes")
        Traceback (most recent call last):
        press_coverage.tables.schema.SchemaError: rates: codes: no column 'frame'; it has doc_id
    """
    missing = [name for name in columns if name not in table]
    if missing:
        has = ", ".join(map(str, table.columns)) or "no columns"
        raise SchemaError(f"{where}: no column {missing[0]!r}; it has {has}")


def listed(by: str | Sequence[str]) -> list[str]:
    """Columns to group by, as a list: a string is one column, as in pandas.

    Examples:
        >>> listed("publisher"), listed(["publisher", "language"])
        (['publisher'], ['publisher', 'language'])
    """
    return [by] if isinstance(by, str) else list(by)


def _bad_values(table: pd.DataFrame, name: str) -> Iterator[str]:
    """A line for each value that its column does not allow."""
    columns = {c.name: c for c in TABLES[name]}
    # what is empty and may be needs no validation
    given = [c for c in columns.values() if not c.nullable or table[c.name].notna().any()]
    try:
        # a copy of all texts would take their memory twice
        _pandera(given).validate(table, lazy=True, inplace=True)
    except pa.errors.SchemaErrors as error:
        for case in error.failure_cases.itertuples():
            yield _line(table, name, case.index, columns[str(case.column)], case.failure_case)


def _repeated_ids(table: pd.DataFrame, name: str) -> Iterator[str]:
    """A line for the first id of an article that occurs twice."""
    if name == "articles" and not table["doc_id"].is_unique:
        row = int(table["doc_id"].duplicated().argmax())
        twice = table["doc_id"][row] + " stands here a second time"
        yield _line(table, name, row, TABLES[name][0], twice)


def _empty_spans(table: pd.DataFrame, name: str) -> Iterator[str]:
    """A line for the first span that ends before it starts."""
    if name == "ledger" or not {"start", "end"} <= set(table):
        return
    wrong = (table["end"] <= table["start"]).fillna(False)
    if wrong.any():
        row = int(wrong.argmax())
        column = next(c for c in TABLES[name] if c.name == "end")
        yield _line(table, name, row, column, int(table["end"][row]))


def table(rows: Sequence[Mapping[Any, object]], name: str) -> pd.DataFrame:
    """The checked table of rows given as dictionaries; none give the empty table.

    Args:
        rows: by column.
        name: which table it is, a key of `TABLES`.

    Raises:
        SchemaError: as `check`.

    Examples:
        >>> table([], "mentions").columns.tolist()
        ['doc_id', 'start', 'end', 'actor_id', 'kind', 'country']
    """
    if not rows:
        return pd.DataFrame({c.name: pd.Series(dtype=c.dtype) for c in TABLES[name]})
    return check(pd.DataFrame(rows), name)


def of_rows(rows: Sequence[Sequence[object]], columns: Sequence[str], name: str) -> pd.DataFrame:
    """The checked table of rows given as sequences, for tables with many rows.

    Args:
        rows: a value for each of `columns`; none give the empty table.
        columns: what the values of a row are.
        name: which table it is, a key of `TABLES`.

    Raises:
        SchemaError: as `check`.

    Examples:
        >>> columns = ("step", "action", "reason", "rule")
        >>> of_rows([("load", "read", "a row each", "file")], columns, "ledger").shape
        (1, 14)
    """
    if not rows:
        return table([], name)
    dtypes = {c.name: c.dtype for c in TABLES[name]}
    typed: dict[str, pd.Series[Any]] = {}
    for column, values in zip(columns, zip(*rows, strict=True), strict=True):
        try:
            typed[column] = pd.Series(values, dtype=pd.api.types.pandas_dtype(dtypes[column]))
        except (ValueError, TypeError):
            # half a surrogate pair, which `check` mends, or a value that it has words for
            typed[column] = pd.Series(values, dtype=object)
    return check(pd.DataFrame(typed), name)


def describe(name: str) -> pd.DataFrame:
    """What each column of a table holds, for reading.

    Args:
        name: which table, a key of `TABLES`.

    Returns:
        column, dtype, meaning.

    Examples:
        >>> describe("frames").set_index("column").loc["term", "meaning"]
        "the codebook's term that was found, by its first form"
    """
    rows = [(c.name, c.dtype, c.meaning) for c in TABLES[name]]
    return pd.DataFrame(rows, columns=["column", "dtype", "meaning"])


def _typed(table: pd.DataFrame, column: Column, name: str) -> "pd.Series[Any]":
    """The column with its type, empty where the table lacks it."""
    if column.name not in table:
        return pd.Series([None] * len(table), dtype=column.dtype)
    values = table[column.name]
    if str(values.dtype) == column.dtype:
        return values
    if values.isna().all():  # gaps of any type are gaps of this one
        return pd.Series([None] * len(table), dtype=column.dtype)
    convert = _to_utc if column.dtype == UTC else _to(column.dtype)
    try:
        return convert(values)
    except (ValueError, TypeError):
        pass
    for row, value in enumerate(values):  # find the value that does not fit
        try:
            convert(pd.Series([value]))
        except (ValueError, TypeError):
            raise SchemaError(_line(table, name, row, column, value)) from None
    raise SchemaError(f"{name}, column {column.name!r}: not {column.dtype}; {column.remedy}")


def _to(dtype: str) -> "Callable[[pd.Series[Any]], pd.Series[Any]]":
    """What makes a column of that type, with whole characters."""
    wanted = pd.api.types.pandas_dtype(dtype)
    return lambda values: values.map(_whole, na_action="ignore").astype(wanted)


def _whole(value: object) -> object:
    return whole_characters(value) if isinstance(value, str) else value


def _to_utc(values: "pd.Series[Any]") -> "pd.Series[Any]":
    """Dates as instants; without a zone they are taken as UTC.

    Numbers and other spellings than ISO 8601 raise ValueError.
    """
    numbers = (isinstance(v, int | float) and v == v for v in values)
    if pd.api.types.is_numeric_dtype(values) or any(numbers):
        raise ValueError("a number is no date")
    return pd.to_datetime(values, utc=True, format="ISO8601").astype(pd.api.types.pandas_dtype(UTC))


def _line(table: pd.DataFrame, name: str, row: object, column: Column, value: object) -> str:
    """The sentence on a bad value."""
    where = f"{name}, row {row}"
    if "source_file" in table and isinstance(row, int):
        file = table["source_file"][row]
        where += f" ({file})" if isinstance(file, str) else ""
    shown = "empty" if value is None or value != value else repr(value)
    return f"{where}, column {column.name!r}: {shown}; {column.remedy}"


def _pandera(columns: Sequence[Column]) -> pa.DataFrameSchema:
    checks = {
        c.name: pa.Column(
            c.dtype, c.check, nullable=c.nullable, required=c.required, description=c.meaning
        )
        for c in columns
    }
    return pa.DataFrameSchema(checks)
