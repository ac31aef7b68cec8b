"""Outlets: a name as databases print it leads to one outlet, and to no other."""

import re
from collections import Counter

import pytest

from press_coverage.codebooks.outlets import KINDS, _key, outlet, rows, suggest

NAMES = [
    ("Süddeutsche Zeitung (inkl. Regionalausgaben)", "Süddeutsche Zeitung", "DE"),
    ("SUEDDEUTSCHE ZEITUNG", "Süddeutsche Zeitung", "DE"),
    ("suddeutsche  zeitung", "Süddeutsche Zeitung", "DE"),
    ("TAZ", "taz", "DE"),
    ("DIE WELT", "Die Welt", "DE"),
    ("Die Weltwoche", "Die Weltwoche", "CH"),
    ("New York Times - News", "The New York Times", "US"),
    ("The Times (London)", "The Times", "GB"),
    ("Agence France Presse -- English", "AFP", "FR"),
    ("Коммерсантъ", "Kommersant", "RU"),
    ("朝日新聞", "Asahi Shimbun", "JP"),
    ("조선중앙통신", "KCNA", "KP"),
]


@pytest.mark.parametrize(("printed", "publisher", "country"), NAMES)
def test_a_printed_name_finds_its_outlet(printed: str, publisher: str, country: str) -> None:
    found = outlet(printed)
    assert found
    assert (found.publisher, found.country) == (publisher, country)


ADDRESSES = [
    ("https://www.faz.net/aktuell/1.html", "Frankfurter Allgemeine Zeitung"),
    ("http://edition.cnn.com:80/x", "CNN"),
    ("news.bbc.co.uk", "BBC"),
    ("https://news.yahoo.com/x", "Yahoo News"),
    ("https://sports.yahoo.com/x", None),
    ("https://notfaz.net/x", None),
    ("https://faz.net.example.org/x", None),
    ("https://[broken", None),
    ("", None),
]


@pytest.mark.parametrize(("url", "publisher"), ADDRESSES)
def test_an_address_finds_its_outlet_by_the_host(url: str, publisher: str | None) -> None:
    found = outlet(None, url)
    assert (found.publisher if found else None) == publisher


def test_the_name_goes_before_the_address() -> None:
    found = outlet("Reuters", "https://www.nytimes.com/reuters/x.html")
    assert found and found.publisher == "Reuters"


@pytest.mark.parametrize("name", [None, "", "  ", "…", "Nordhafener Kurier", "Times", "Post"])
def test_an_unknown_name_has_no_outlet(name: str | None) -> None:
    assert outlet(name) is None


NEAR = [
    ("Frankfurter Algemeine Zeitung", "Frankfurter Allgemeine Zeitung"),
    ("Wahsington Post", "Washington Post"),
    ("Bidl", None),
    ("Bild", None),
    ("Nordhafener Kurier", None),
    ("", None),
]


@pytest.mark.parametrize(("name", "near"), NEAR)
def test_a_near_miss_is_suggested_and_nothing_else(name: str, near: str | None) -> None:
    assert suggest(name) == near


def test_no_name_and_no_domain_stands_for_two_outlets() -> None:
    names = Counter(
        key
        for row in rows()
        for key in {_key(name) for name in [row["publisher"], *row["aliases"].split("|")] if name}
    )
    domains = Counter(domain for row in rows() for domain in row["domain"].split())
    assert [
        name
        for name, times in (names + domains).items()
        if times > 1 and (names[name] > 1 or domains[name] > 1)
    ] == []


def test_every_row_is_well_formed() -> None:
    assert len(rows()) >= 200
    for row in rows():
        assert re.fullmatch(r"[A-Z]{2} [a-z]{2}", f"{row['country']} {row['language']}"), row
        assert row["kind"] in KINDS, row
        assert all(
            re.fullmatch(r"[a-z0-9-]+(\.[a-z0-9-]+)+", domain) for domain in row["domain"].split()
        ), row
        assert all(
            name == name.strip() and _key(name)
            for name in row["aliases"].split("|")
            if row["aliases"]
        ), row
