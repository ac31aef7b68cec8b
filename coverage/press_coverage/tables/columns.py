"""What every table of the project holds: columns.csv, read once."""

import csv
from importlib.resources import files
from typing import NamedTuple

import pandera.pandas as pa

UTC = "datetime64[us, UTC]"


class Column(NamedTuple):
    """A column: `required` ones must be in the table, `nullable` ones may have gaps.

    `values` says in words which values are allowed: 'not empty', 'at least 0', '0 to 1',
    'one of a|b' or 'pattern' with a regular expression; empty for any. `remedy` says what to
    do about a value that is not.
    """

    name: str
    dtype: str
    required: bool
    nullable: bool
    values: str
    meaning: str
    remedy: str

    @property
    def choices(self) -> tuple[str, ...]:
        """The values of a column that has a list of them."""
        return tuple(self.values.removeprefix("one of ").split("|"))

    @property
    def check(self) -> pa.Check | None:
        """The allowed values as a check of pandera."""
        kind, _, rest = self.values.partition(" ")
        match kind:
            case "one":
                return pa.Check.isin(self.choices)
            case "pattern":
                return pa.Check.str_matches(rest)
            case "not":
                return pa.Check.str_length(min_value=1)
            case "at":
                return pa.Check.ge(int(rest.split()[-1]))
            case "0":
                return pa.Check.in_range(0, 1)
        return None


class Note(NamedTuple):
    """A row of the ledger on a piece of an article, by the columns of the ledger that it fills."""

    action: str
    reason: str
    rule: str
    score: float | None = None
    start: int | None = None
    end: int | None = None
    text: str | None = None
    new: str | None = None


def _tables() -> dict[str, tuple[Column, ...]]:
    text = files(__package__).joinpath("columns.csv").read_text(encoding="utf-8")
    tables: dict[str, list[Column]] = {}
    for row in csv.DictReader(text.splitlines()):
        remedy = row["remedy"]
        if row["values"].startswith("one of "):
            remedy = "use " + row["values"].replace("one of ", "one of: ").replace("|", ", ")
        column = Column(
            row["column"],
            row["dtype"],
            row["required"] == "yes",
            row["nullable"] == "yes",
            row["values"],
            row["meaning"],
            remedy,
        )
        tables.setdefault(row["table"], []).append(column)
    return {table: tuple(columns) for table, columns in tables.items()}


TABLES = _tables()


def choices(table: str, column: str) -> tuple[str, ...]:
    """The values that a column of a table may have.

    Examples:
        >>> choices("articles", "format")
        ('html', 'text', 'table')
    """
    return next(c.choices for c in TABLES[table] if c.name == column)


FORMATS = choices("articles", "format")
COPIES = choices("articles", "dup_kind")
POLICY = choices("policy_frames", "frame")
PLOVER = choices("events", "category")
_QUAD_SIZES = (4, 3, 4, 5)  # PLOVER's categories, in their order, are of four kinds
_QUADS = (q for q, n in zip(choices("events", "quad"), _QUAD_SIZES, strict=True) for _ in range(n))
QUADS = dict(zip(PLOVER, _QUADS, strict=True))
