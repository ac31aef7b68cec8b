"""Outlets: country, language and kind of newspapers, broadcasters and agencies in outlets.csv."""

import difflib
import unicodedata
from functools import cache, lru_cache
from typing import NamedTuple
from urllib.parse import urlsplit

from press_coverage.codebooks.reading import read_rows

KINDS = ("daily", "weekly", "broadcaster", "agency", "online", "magazine")


class Outlet(NamedTuple):
    """An outlet.

    Its name, country (ISO 3166, two letters), main language (ISO 639, two letters) and kind (one
    of `KINDS`).
    """

    publisher: str
    country: str
    language: str
    kind: str


def outlet(name: str | None, url: str | None = None) -> Outlet | None:
    """The outlet of a name, else of an address.

    Args:
        name: as databases print it; case, blanks, accents and punctuation do not matter, other
            differences do: `suggest` finds near misses.
        url: the address of an article or of the outlet.

    Returns:
        None if the codebook has neither.

    Examples:
        >>> outlet("taz, die tageszeitung")
        Outlet(publisher='taz', country='DE', language='de', kind='daily')
        >>> outlet("Unknown", "https://edition.cnn.com/2018/06/12/")
        Outlet(publisher='CNN', country='US', language='en', kind='broadcaster')
        >>> outlet("The Harrow Ledger") is None
        True
    """
    names, domains = _tables()
    known = names.get(_key(name)) if name else None
    if known:
        return known[1]
    labels = _host(url).split(".") if url else []
    hosts = (".".join(labels[start:]) for start in range(len(labels)))
    return next((domains[host] for host in hosts if host in domains), None)


@cache
def suggest(name: str) -> str | None:
    """The name or alias that a name of five letters or more nearly matches, for a note.

    Args:
        name: as printed.

    Returns:
        None if the name is known, or unlike all.

    Examples:
        >>> suggest("Sueddeutsche Zeitng"), suggest("The Guardian"), suggest("Bidl")
        ('Sueddeutsche Zeitung', None, None)
    """
    names, _ = _tables()
    key = _key(name)
    if len(key) < 5 or key in names:
        return None
    near = difflib.get_close_matches(key, names, n=1, cutoff=0.85)
    return names[near[0]][0] if near else None


def rows() -> list[dict[str, str]]:
    """The rows of the codebook.

    Returns:
        publisher, country, language, kind, domain (separated by blanks) and aliases (by ``|``).

    Examples:
        >>> rows()[0]["publisher"]
        'Süddeutsche Zeitung'
    """
    return read_rows("outlets")


@cache
def _tables() -> tuple[dict[str, tuple[str, Outlet]], dict[str, Outlet]]:
    """Names as printed and outlets by key, and outlets by domain."""
    names: dict[str, tuple[str, Outlet]] = {}
    domains: dict[str, Outlet] = {}
    for row in rows():
        entry = Outlet(*(row[name] for name in Outlet._fields))
        for name in filter(None, [row["publisher"], *row["aliases"].split("|")]):
            names.setdefault(_key(name), (name, entry))
        domains.update(dict.fromkeys(row["domain"].split(), entry))
    return names, domains


@lru_cache(maxsize=10_000)
def _key(name: str) -> str:
    # marks are combining characters after NFKD, so one filter drops accents, blanks and punctuation
    letters = unicodedata.normalize("NFKD", name).casefold()
    return "".join(letter for letter in letters if letter.isalnum())


def _host(url: str) -> str:
    try:
        return (urlsplit(url if "//" in url else f"//{url}").hostname or "").rstrip(".")
    except ValueError:  # a bracket that is not closed
        return ""
