"""Outlets: country, language and kind of the newspapers, broadcasters and agencies in ``codebooks/outlets.csv``."""

import difflib
import unicodedata
from functools import cache, lru_cache
from typing import NamedTuple
from urllib.parse import urlsplit

from press_coverage.codebooks.reading import read_rows

KINDS = ("daily", "weekly", "broadcaster", "agency", "online", "magazine")


class Outlet(NamedTuple):
    """An outlet: its name, country (ISO 3166, two letters), main language (ISO 639, two letters) and kind (one of `KINDS`)."""

    publisher: str
    country: str
    language: str
    kind: str


def outlet(name: str | None, url: str | None = None) -> Outlet | None:
    """The outlet of a name as databases print it, else of an address; None if the codebook has neither.

    Case, blanks, accents and punctuation do not matter, other differences do: `suggest` finds near misses.

    >>> outlet("taz, die tageszeitung")
    Outlet(publisher='taz', country='DE', language='de', kind='daily')
    >>> outlet("Unknown", "https://edition.cnn.com/2018/06/12/"), outlet("The Harrow Ledger")
    (Outlet(publisher='CNN', country='US', language='en', kind='broadcaster'), None)
    """
    names, domains = _tables()
    if name and (found := names.get(_key(name))):
        return found[1]
    labels = _host(url).split(".") if url else []
    hosts = (".".join(labels[start:]) for start in range(len(labels)))
    return next((domains[host] for host in hosts if host in domains), None)


@cache
def suggest(name: str) -> str | None:
    """The name or alias that a name of five letters or more nearly matches, for a note; None if it is known or unlike all.

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
    """The rows of the codebook: publisher, country, language, kind, domain (separated by blanks) and aliases (by ``|``).

    >>> rows()[0]["publisher"]
    'Süddeutsche Zeitung'
    """
    return read_rows("outlets")


@cache
def _tables() -> tuple[dict[str, tuple[str, Outlet]], dict[str, Outlet]]:
    names: dict[str, tuple[str, Outlet]] = {}
    domains: dict[str, Outlet] = {}
    for row in rows():
        one = Outlet(row["publisher"], row["country"], row["language"], row["kind"])
        for name in filter(None, [row["publisher"], *row["aliases"].split("|")]):
            names.setdefault(_key(name), (name, one))
        domains.update(dict.fromkeys(row["domain"].split(), one))
    return names, domains


@lru_cache(maxsize=10_000)
def _key(name: str) -> str:
    # marks are combining characters after NFKD, so one filter drops accents, blanks and punctuation
    return "".join(
        letter for letter in unicodedata.normalize("NFKD", name).casefold() if letter.isalnum()
    )


def _host(url: str) -> str:
    try:
        return (urlsplit(url if "//" in url else f"//{url}").hostname or "").rstrip(".")
    except ValueError:  # a bracket that is not closed
        return ""
