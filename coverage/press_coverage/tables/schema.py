"""The tables that pass between the verbs: each column with its type, its meaning and what to do about a bad value."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pandas as pd
import pandera.pandas as pa

from press_coverage.tables.columns import END, TABLES, UTC, Column


class SchemaError(ValueError):
    """A table breaks its schema; the message has a line for each bad value."""


def check(table: object, name: str) -> pd.DataFrame:
    """The table with its columns typed and in order; columns of your own stay, behind.

    `name` is a key of `TABLES`. Columns that are missing and may be are added empty. Raises SchemaError naming
    file, row (counted from 0), column and remedy of every bad value (the first twenty).

    >>> check(pd.DataFrame({"doc_id": ["a"], "language": ["German"]}), "articles")
    Traceback (most recent call last):
    press_coverage.tables.schema.SchemaError: articles, row 0, column 'language': 'German'; use two small letters (de, en)
    """
    columns = TABLES[name]
    if not isinstance(table, pd.DataFrame):
        hint = (
            "; load and clean return two tables: articles, ledger = load(...)"
            if isinstance(table, tuple)
            else ""
        )
        raise SchemaError(
            f"{name}: a pandas DataFrame is needed, not a {type(table).__name__}{hint}"
        )
    missing = [c.name for c in columns if c.required and c.name not in table]
    if missing:
        raise SchemaError(
            f"{name}: no column {missing[0]!r}; it has {', '.join(map(str, table.columns)) or 'no columns'}"
        )
    table = table.reset_index(drop=True)
    table = table.assign(**{c.name: _typed(table, c, name) for c in columns})
    given = [
        c for c in columns if not c.nullable or table[c.name].notna().any()
    ]  # what is empty and may be needs no validation
    bad = []
    try:
        _pandera(given).validate(
            table, lazy=True, inplace=True
        )  # a copy of all texts would take their memory twice
    except pa.errors.SchemaErrors as error:
        by_name = {c.name: c for c in columns}
        for case in error.failure_cases.itertuples():
            bad.append(_line(table, name, case.index, by_name[str(case.column)], case.failure_case))
    if name == "articles" and not table["doc_id"].is_unique:
        row = int(table["doc_id"].duplicated().argmax())
        bad.append(
            _line(table, name, row, columns[0], table["doc_id"][row] + " stands here a second time")
        )
    if (
        {"start", "end"} <= set(table)
        and (wrong := table["end"] <= table["start"]).fillna(False).any()
        and name != "ledger"
    ):
        row = int(wrong.argmax())
        bad.append(_line(table, name, row, END, int(table["end"][row])))
    if bad:
        raise SchemaError(
            "\n".join(bad[:20]) + (f"\n... and {len(bad) - 20} more" if len(bad) > 20 else "")
        )
    names = [c.name for c in columns]
    return table[names + [c for c in table.columns if c not in names]]


def table(rows: Sequence[Mapping[Any, object]], name: str) -> pd.DataFrame:
    """The checked table of rows given as dictionaries; none give the empty table.

    >>> table([], "mentions").columns.tolist()
    ['doc_id', 'start', 'end', 'actor_id', 'kind', 'country']
    """
    if not rows:
        return pd.DataFrame({c.name: pd.Series(dtype=c.dtype) for c in TABLES[name]})
    return check(pd.DataFrame(rows), name)


def of_rows(rows: Sequence[Sequence[object]], columns: Sequence[str], name: str) -> pd.DataFrame:
    """The checked table of rows given as sequences, for tables with many rows; none give the empty table.

    >>> of_rows([("load", "read", "a row each", "file")], ("step", "action", "reason", "rule"), "ledger").shape
    (1, 14)
    """
    if not rows:
        return table([], name)
    dtypes = {c.name: c.dtype for c in TABLES[name]}
    typed: dict[str, pd.Series[Any]] = {}
    for column, values in zip(columns, zip(*rows, strict=True), strict=True):
        try:
            typed[column] = pd.Series(values, dtype=pd.api.types.pandas_dtype(dtypes[column]))
        except (
            ValueError,
            TypeError,
        ):  # half a surrogate pair, which `check` mends, or a value that it has words for
            typed[column] = pd.Series(values, dtype=object)
    return check(pd.DataFrame(typed), name)


def describe(name: str) -> pd.DataFrame:
    """The table's columns with type and meaning, for reading.

    >>> describe("frames").set_index("column").loc["term", "meaning"]
    "the codebook's term that was found, by its first form"
    """
    return pd.DataFrame(
        [(c.name, c.dtype, c.meaning) for c in TABLES[name]], columns=["column", "dtype", "meaning"]
    )


def _typed(table: pd.DataFrame, column: Column, name: str) -> "pd.Series[Any]":
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
    return lambda values: values.map(_whole, na_action="ignore").astype(
        pd.api.types.pandas_dtype(dtype)
    )


def _whole(value: object) -> object:
    """Half a surrogate pair, which no file can hold, becomes U+FFFD."""
    if isinstance(value, str) and not value.isascii():
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return value


def _to_utc(values: "pd.Series[Any]") -> "pd.Series[Any]":
    """Dates as instants; without a zone they are taken as UTC. Numbers and other spellings than ISO 8601 raise ValueError."""
    if pd.api.types.is_numeric_dtype(values) or any(
        isinstance(v, int | float) and v == v for v in values
    ):
        raise ValueError("a number is no date")
    return pd.to_datetime(values, utc=True, format="ISO8601").astype(pd.api.types.pandas_dtype(UTC))


def _line(table: pd.DataFrame, name: str, row: object, column: Column, value: object) -> str:
    where = f"{name}, row {row}"
    if (
        "source_file" in table
        and isinstance(row, int)
        and isinstance(file := table["source_file"][row], str)
    ):
        where += f" ({file})"
    shown = "empty" if value is None or value != value else repr(value)
    return f"{where}, column {column.name!r}: {shown}; {column.remedy}"


def _pandera(columns: Sequence[Column]) -> pa.DataFrameSchema:
    return pa.DataFrameSchema(
        {
            c.name: pa.Column(
                c.dtype, c.check, nullable=c.nullable, required=c.required, description=c.meaning
            )
            for c in columns
        }
    )
