"""The tables that pass between the verbs: each column with its type, its meaning and what to do about a bad value."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import pandas as pd
import pandera.pandas as pa

UTC = "datetime64[us, UTC]"
KINDS = ("person", "country", "government", "metonym", "institution")
FORMS = ("direct", "indirect", "reported", "free_indirect", "indirect_free_indirect")
MOODS = ("indicative", "subjunctive_1", "subjunctive_2")
STEPS = ("load", "clean", "dedupe", "annotate")
ACTIONS = ("read", "partly_read", "not_read", "dropped", "repaired", "filled", "empty")
FORMATS = ("html", "text", "table")
PLOVER = tuple("AGREE CONSULT SUPPORT CONCEDE COOPERATE AID RETREAT REQUEST ACCUSE REJECT THREATEN PROTEST SANCTION".split())
PLOVER += ("MOBILIZE", "COERCE", "ASSAULT")


class Column(NamedTuple):
    """A column: `required` ones must be in the table, `nullable` ones may have gaps."""

    name: str
    dtype: str
    meaning: str
    remedy: str
    required: bool = False
    nullable: bool = True
    check: pa.Check | None = None


_LANGUAGE = pa.Check.str_matches(r"^[a-z]{2}$")
_COUNTRY = pa.Check.str_matches(r"^[A-Z]{2}$")
_NONEMPTY = pa.Check.str_length(min_value=1)
_SHARE = pa.Check.in_range(0, 1)
_DOC = Column("doc_id", "str", "the article's id, unique in a corpus", "give every article an id of its own", True, False, _NONEMPTY)
_START = Column("start", "int64", "first character of the span in the cleaned body", "count from 0", True, False, pa.Check.ge(0))
_END = Column("end", "int64", "the character after the span", "end lies behind start", True, False, pa.Check.ge(1))


def _choice(name: str, meaning: str, values: tuple[str, ...], *, required: bool = True) -> Column:
    return Column(name, "str", meaning, "use one of: " + ", ".join(values), required, not required, pa.Check.isin(values))


_PLACE = "give the span's character offsets, or leave both empty"
_COUNTRY_REMEDY = "use the two capital letters of ISO 3166 (KP, US, RU)"

TABLES: dict[str, tuple[Column, ...]] = {
    "articles": (
        _DOC,
        Column("publisher", "str", "the outlet's name", "give the outlet's name as text"),
        Column("country", "str", "the outlet's country, ISO 3166", _COUNTRY_REMEDY, check=_COUNTRY),
        Column("language", "str", "language of the body, ISO 639-1", "use two small letters (de, en)", check=_LANGUAGE),
        Column("title", "str", "the headline, with its kicker where the page prints one in the same line", "give text"),
        Column("lead", "str", "the standfirst; it is the body's first paragraph, too", "give text"),
        Column("body", "str", "the article's paragraphs, one a line; empty until cleaned, for pages", "give text"),
        Column("authors", "str", "names as printed, separated by '; '", "give text"),
        Column("publishing_date", UTC, "its time in UTC; midnight if the day alone is known", "use ISO 8601: 2018-05-31T16:42+02:00"),
        Column(
            "time_zone", "str", "what to add to it for the outlet's own time", "use +02:00", check=pa.Check.str_matches(r"^[+-]\d\d:\d\d$")
        ),
        Column("dateline", "str", "where it says that it was written, as printed; it stays in the body, too", "give text"),
        Column("agency", "str", "the news agency that it credits", "give text"),
        Column("section", "str", "the outlet's own section", "give text"),
        Column("url", "str", "canonical address", "give text"),
        Column("length", "Int64", "words, as an export declares them", "give a whole number", check=pa.Check.ge(0)),
        Column("retrieved", UTC, "when the copy was made, in UTC", "use ISO 8601: 2018-05-31T16:42+02:00"),
        Column("source_file", "str", "file it came from, relative to what was loaded", "give text"),
        Column("sha256", "str", "hash of what was found: the file's bytes, or the row's text", "64 hexadecimal digits"),
        Column("dup_group", "str", "doc_id of the earliest article of the same text; empty until deduplicated", "give text"),
        _choice("format", "what it was found as", FORMATS, required=False),
        Column("raw", "str", "the page's source, the scrape or the cell, as found; not for sharing", "give text"),
    ),
    "ledger": (
        _choice("step", "the verb that wrote the row", STEPS),
        _choice("action", "what became of the file or the piece of text", ACTIONS),
        Column("reason", "str", "why, in words, with the remedy where there is one", "say why", True, False, _NONEMPTY),
        Column("rule", "str", "short name of the rule that decided", "name the rule", True, False, _NONEMPTY),
        Column("score", "float64", "how sure a model is of it, 0 to 1; empty for rules", "give a number from 0 to 1", check=_SHARE),
        Column("doc_id", "str", "the article, where there is one", "give text"),
        Column("source_file", "str", "the file, relative to what was loaded", "give text"),
        Column("declared", "Int64", "articles that a file says it holds, where it does", "count from 0", check=pa.Check.ge(0)),
        Column("parsed", "Int64", "articles that were read from the file", "count from 0", check=pa.Check.ge(0)),
        Column("row", "Int64", "row of a table as a spreadsheet counts it: the header is 1", "count from 1", check=pa.Check.ge(1)),
        Column("start", "Int64", "first character of the piece in `raw`; for pages see `explain`", _PLACE, check=pa.Check.ge(0)),
        Column("end", "Int64", "the character after the piece", _PLACE, check=pa.Check.ge(0)),
        Column("text", "str", "the piece itself; not for sharing", "give text"),
        Column("new", "str", "what stands in its place; empty where nothing does", "give text"),
    ),
    "mentions": (
        _DOC,
        _START,
        _END,
        Column("actor_id", "str", "the codebook's id", "use an id of the actors codebook", True, False, _NONEMPTY),
        _choice("kind", "what kind of name it is; a metonym is a capital or a house, place or government", KINDS),
        Column("country", "str", "the actor's country, ISO 3166; empty for international bodies", _COUNTRY_REMEDY, check=_COUNTRY),
    ),
    "quotes": (
        _DOC,
        _START,
        _END,
        _choice("form", "how the words are given", FORMS),
        _choice("mood", "mood of the content's finite verb", MOODS, required=False),
        Column("cue_start", "Int64", "first character of the word that marks the quotation", _PLACE),
        Column("cue_end", "Int64", "the character after the cue", _PLACE),
        Column("source_start", "Int64", "first character of the speaker's name", _PLACE),
        Column("source_end", "Int64", "the character after the speaker's name", _PLACE),
        Column("actor_id", "str", "the speaker, where the codebook knows them", "use an id of the actors codebook"),
        Column("country", "str", "the speaker's country, ISO 3166", _COUNTRY_REMEDY, check=_COUNTRY),
    ),
    "frames": (
        _DOC,
        _START,
        _END,
        Column("frame", "str", "the codebook's frame", "use a frame of the frames codebook", True, False, _NONEMPTY),
        Column("term", "str", "the codebook's term that was found, by its first form", "give the term", True, False, _NONEMPTY),
        Column(
            "voice", "str", "'outlet', the quoted actor's id, or 'unknown' for a quoted speaker not identified", "give text", True, False
        ),
    ),
    "events": (
        _DOC,
        _START,
        _END,
        Column("source_actor", "str", "who acts", "use an id of the actors codebook", True, False),
        _choice("category", "PLOVER's category of the act", PLOVER),
        Column("target_actor", "str", "on whom", "use an id of the actors codebook", True),
        Column("negated", "bool", "the text says it does not happen", "True or False", True, False),
        Column("hypothetical", "bool", "announced, demanded or possible, not done", "True or False", True, False),
    ),
}


class SchemaError(ValueError):
    """A table breaks its schema; the message has a line for each bad value."""


def check(table: object, name: str) -> pd.DataFrame:
    """The table with its columns typed and in order; columns of your own stay, behind.

    `name` is a key of `TABLES`. Columns that are missing and may be are added empty. Raises SchemaError naming
    file, row (counted from 0), column and remedy of every bad value (the first twenty).

    >>> check(pd.DataFrame({"doc_id": ["a"], "language": ["German"]}), "articles")
    Traceback (most recent call last):
    press_coverage.schema.SchemaError: articles, row 0, column 'language': 'German'; use two small letters (de, en)
    """
    columns = TABLES[name]
    if not isinstance(table, pd.DataFrame):
        hint = "; load and clean return two tables: articles, ledger = load(...)" if isinstance(table, tuple) else ""
        raise SchemaError(f"{name}: a pandas DataFrame is needed, not a {type(table).__name__}{hint}")
    missing = [c.name for c in columns if c.required and c.name not in table]
    if missing:
        raise SchemaError(f"{name}: no column {missing[0]!r}; it has {', '.join(map(str, table.columns)) or 'no columns'}")
    table = table.reset_index(drop=True)
    table = table.assign(**{c.name: _typed(table, c, name) for c in columns})
    bad = []
    try:
        _pandera(name).validate(table, lazy=True)
    except pa.errors.SchemaErrors as error:
        by_name = {c.name: c for c in columns}
        for case in error.failure_cases.itertuples():
            bad.append(_line(table, name, case.index, by_name[str(case.column)], case.failure_case))
    if name == "articles" and not table["doc_id"].is_unique:
        row = int(table["doc_id"].duplicated().argmax())
        bad.append(_line(table, name, row, columns[0], table["doc_id"][row] + " stands here a second time"))
    if {"start", "end"} <= set(table) and (wrong := table["end"] <= table["start"]).fillna(False).any() and name != "ledger":
        row = int(wrong.argmax())
        bad.append(_line(table, name, row, _END, int(table["end"][row])))
    if bad:
        raise SchemaError("\n".join(bad[:20]) + (f"\n... and {len(bad) - 20} more" if len(bad) > 20 else ""))
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


def describe(name: str) -> pd.DataFrame:
    """The table's columns with type and meaning, for reading.

    >>> describe("frames").set_index("column").loc["term", "meaning"]
    "the codebook's term that was found, by its first form"
    """
    return pd.DataFrame([(c.name, c.dtype, c.meaning) for c in TABLES[name]], columns=["column", "dtype", "meaning"])


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
    return lambda values: values.map(_whole, na_action="ignore").astype(pd.api.types.pandas_dtype(dtype))


def _whole(value: object) -> object:
    """Half a surrogate pair, which no file can hold, becomes U+FFFD."""
    if isinstance(value, str) and not value.isascii():
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return value


def _to_utc(values: "pd.Series[Any]") -> "pd.Series[Any]":
    """Dates as instants; without a zone they are taken as UTC. Numbers and other spellings than ISO 8601 raise ValueError."""
    if pd.api.types.is_numeric_dtype(values) or any(isinstance(v, int | float) and v == v for v in values):
        raise ValueError("a number is no date")
    return pd.to_datetime(values, utc=True, format="ISO8601").astype(pd.api.types.pandas_dtype(UTC))


def _line(table: pd.DataFrame, name: str, row: object, column: Column, value: object) -> str:
    where = f"{name}, row {row}"
    if "source_file" in table and isinstance(row, int) and isinstance(file := table["source_file"][row], str):
        where += f" ({file})"
    shown = "empty" if value is None or value != value else repr(value)
    return f"{where}, column {column.name!r}: {shown}; {column.remedy}"


def _pandera(name: str) -> pa.DataFrameSchema:
    return pa.DataFrameSchema(
        {c.name: pa.Column(c.dtype, c.check, nullable=c.nullable, required=c.required, description=c.meaning) for c in TABLES[name]}
    )
