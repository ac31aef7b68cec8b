"""Offices: who held one on a day; and what the codebooks know of each actor."""

from datetime import date
from functools import cache
from typing import NamedTuple

import pandas as pd

from press_coverage.codebooks import terms as codebook
from press_coverage.codebooks.reading import read_rows

# terms that ended before or began after are not in the codebook
COVERED = date(2011, 1, 1), date(2021, 12, 31)


class Term(NamedTuple):
    """A term of office.

    `start` and `end` are its first and last day, the last `date.max` where it went on after 2021;
    `note` says if it was acting or otherwise odd.
    """

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

    Examples:
        >>> terms()[1][:5]
        ('kim_jong_un', 'Kim Jong Un', 'leader', 'KP', datetime.date(2011, 12, 17))
    """
    return tuple(_term(row) for row in read_rows("offices"))


def _term(row: dict[str, str]) -> Term:
    held = row["actor_id"], row["name"], row["office"], row["country"]
    return Term(*held, _day(row["start"]), _day(row["end"]), row["note"])


def holders(office: str, country: str, day: date) -> tuple[str, ...]:
    """The actors who held an office on a day, those acting among them.

    Args:
        office: as in codebooks/offices.csv.
        country: two letters, 'UN' for the United Nations.
        day: between 2011 and 2021.

    Returns:
        Ids of actors: two on the day of a handover, none in a gap.

    Raises:
        ValueError: an office, country or day that the codebook does not have.

    Examples:
        >>> holders("foreign_minister", "US", date(2018, 3, 20))
        ('rex_tillerson',)
        >>> holders("foreign_minister", "US", date(2018, 4, 10))
        ('john_sullivan',)
    """
    known = _by_office().get((office, country))
    if known is None:
        offices = ", ".join(map(" ".join, _by_office()))
        raise ValueError(f"offices.csv has no office {office!r} of {country!r}; it has {offices}")
    if not COVERED[0] <= day <= COVERED[1]:
        raise ValueError(f"offices.csv covers {COVERED[0]} to {COVERED[1]}, not {day}")
    return tuple(dict.fromkeys(term.actor_id for term in known if term.start <= day <= term.end))


@cache
def ever(office: str, country: str) -> frozenset[str]:
    """The actors who held an office at any time that the codebook covers.

    Args:
        office: as in codebooks/offices.csv.
        country: two letters; empty for any country's.

    Returns:
        Ids of actors.

    Examples:
        >>> sorted(ever("leader", "KP"))
        ['kim_jong_il', 'kim_jong_un']
    """
    return frozenset(
        term.actor_id for term in terms() if term.office == office and country in ("", term.country)
    )


def country(office: str, actor_id: str) -> str:
    """The country that an actor held an office of, '' for nobody's.

    Examples:
        >>> country("head_of_state", "moon_jae_in")
        'KR'
    """
    held = (t.country for t in terms() if (t.office, t.actor_id) == (office, actor_id))
    return next(held, "")


def actors() -> pd.DataFrame:
    """The actors codebook as a table, to be merged with mentions.

    Returns:
        actor_id, kind, country, wikidata. `country` is ISO 3166, empty for international bodies;
        `wikidata` is the item's id, empty where none was confirmed. A metonym's is the place that
        it names.

    Examples:
        >>> actors().set_index("actor_id").loc["kim_jong_un"].tolist()
        ['person', 'KP', 'Q56226']
    """
    ids = {row["actor_id"]: row["wikidata"] for row in read_rows("wikidata")}
    known = {
        row.label: (row.kind, row.country or None, ids.get(row.label) or None)
        for row in codebook.read("actors")
        if row.label
    }
    rows = [(actor_id, *rest) for actor_id, rest in known.items()]
    return pd.DataFrame(rows, columns=["actor_id", "kind", "country", "wikidata"], dtype="str")


@cache
def _by_office() -> dict[tuple[str, str], list[Term]]:
    """The terms of each office and country."""
    offices: dict[tuple[str, str], list[Term]] = {}
    for term in terms():
        offices.setdefault((term.office, term.country), []).append(term)
    return offices


def _day(text: str) -> date:
    return date.fromisoformat(text) if text else date.max
