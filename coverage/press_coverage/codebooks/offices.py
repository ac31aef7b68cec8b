"""Offices: who held one on a day, from the offices codebook; and what the codebooks know of each actor."""

from datetime import date
from functools import cache
from typing import NamedTuple

import pandas as pd

from press_coverage.codebooks import terms as codebook
from press_coverage.codebooks.reading import read_rows

COVERED = (
    date(2011, 1, 1),
    date(2021, 12, 31),
)  # terms that ended before or began after are not in the codebook


class Term(NamedTuple):
    """A term of office: first and last day, the last `date.max` where it went on after 2021; `note` says if acting or otherwise odd."""

    actor_id: str
    name: str
    office: str
    country: str
    start: date
    end: date
    note: str


@cache
def terms() -> tuple[Term, ...]:
    """All terms of the offices codebook, in its order.

    >>> terms()[1][:5]
    ('kim_jong_un', 'Kim Jong Un', 'leader', 'KP', datetime.date(2011, 12, 17))
    """
    return tuple(
        Term(
            row["actor_id"],
            row["name"],
            row["office"],
            row["country"],
            _day(row["start"]),
            _day(row["end"]),
            row["note"],
        )
        for row in read_rows("offices")
    )


def holders(office: str, country: str, day: date) -> tuple[str, ...]:
    """The actors who held an office on a day, those acting among them: two on the day of a handover, none in a gap.

    `office` and `country` (two letters, 'UN' for the United Nations) as in codebooks/offices.csv; `day` between 2011 and 2021.
    Raises ValueError for others.

    >>> holders("foreign_minister", "US", date(2018, 3, 20)), holders("foreign_minister", "US", date(2018, 4, 10))
    (('rex_tillerson',), ('john_sullivan',))
    """
    known = _by_office().get((office, country))
    if known is None:
        raise ValueError(
            f"offices.csv has no office {office!r} of {country!r}; it has {', '.join(map(' '.join, _by_office()))}"
        )
    if not COVERED[0] <= day <= COVERED[1]:
        raise ValueError(f"offices.csv covers {COVERED[0]} to {COVERED[1]}, not {day}")
    return tuple(dict.fromkeys(term.actor_id for term in known if term.start <= day <= term.end))


@cache
def ever(office: str, country: str) -> frozenset[str]:
    """The actors who held an office at any time that the codebook covers; any country's where `country` is empty.

    >>> sorted(ever("leader", "KP"))
    ['kim_jong_il', 'kim_jong_un']
    """
    return frozenset(
        term.actor_id for term in terms() if term.office == office and country in ("", term.country)
    )


def country(office: str, actor_id: str) -> str:
    """The country that an actor held an office of, '' for nobody's.

    >>> country("head_of_state", "moon_jae_in")
    'KR'
    """
    return next(
        (term.country for term in terms() if term.office == office and term.actor_id == actor_id),
        "",
    )


def actors() -> pd.DataFrame:
    """The actors codebook as a table, to be merged with mentions: actor_id, kind, country, wikidata.

    `country` is ISO 3166, empty for international bodies; `wikidata` is the item's id (Q56226), empty where none was confirmed. A metonym's
    is the place that it names.

    >>> actors().set_index("actor_id").loc["kim_jong_un"].tolist()
    ['person', 'KP', 'Q56226']
    """
    ids = {row["actor_id"]: row["wikidata"] for row in read_rows("wikidata")}
    known = {
        row.label: (row.kind, row.country or None, ids.get(row.label) or None)
        for row in codebook.read("actors")
        if row.label
    }
    columns = ["actor_id", "kind", "country", "wikidata"]
    return pd.DataFrame(
        [(actor_id, *rest) for actor_id, rest in known.items()], columns=columns, dtype="str"
    )


@cache
def _by_office() -> dict[tuple[str, str], tuple[Term, ...]]:
    keys = dict.fromkeys((term.office, term.country) for term in terms())
    return {
        key: tuple(term for term in terms() if (term.office, term.country) == key) for key in keys
    }


def _day(text: str) -> date:
    return date.fromisoformat(text) if text else date.max
