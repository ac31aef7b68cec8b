"""Metadata: what a page declares of its article is read, and what it does not declare is None."""

import json
from pathlib import Path
from typing import Any

import lxml.html
import pandas as pd
import pytest

from press_coverage.cleaning.pages.blocks import parse
from press_coverage.cleaning.pages.metadata import metadata
from press_coverage.codebooks.reading import check_entries
from press_coverage.text.dates import read_moment

ROOT = Path(__file__).parents[2]
URL = "https://www.gazette.example/world/envoy-lands"
TITLE = "The envoy lands in the capital"


def page(head: str = "", body: str = f"<h1>{TITLE}</h1>", lang: str = "en") -> str:
    link = f'<link rel="canonical" href="{URL}">'
    return f'<html lang="{lang}"><head>{link}{head}</head><body>{body}</body></html>'


def linked(*roots: object) -> str:
    return "".join(
        f'<script type="application/ld+json">{r if isinstance(r, str) else json.dumps(r)}</script>'
        for r in roots
    )


def news(**fields: object) -> dict[str, object]:
    return {"@type": "NewsArticle", "headline": TITLE, "url": URL} | fields


def meta(name: str, content: str) -> str:
    return f'<meta property="{name}" content="{content}">'


def read(text: str) -> dict[str, Any]:
    tree = parse(text)
    assert tree is not None
    return metadata(tree)


PUBLISHED = meta("article:published_time", "2018-06-01T16:42:00+02:00")
TEASER = {
    "@type": "NewsArticle",
    "headline": "Another story altogether",
    "url": "https://www.gazette.example/sport/another-story-altogether",
}
DATES = [
    (
        "JSON-LD comes before meta elements",
        page(linked(news(datePublished="2018-05-31T10:00:00Z")) + PUBLISHED),
        "2018-05-31T10:00:00+00:00",
    ),
    ("the page's own time zone is kept", page(PUBLISHED), "2018-06-01T16:42:00+02:00"),
    (
        "where one source has UTC and one the local time, the zone is the local one",
        page(linked(news(datePublished="2018-06-01T14:42:00Z")) + PUBLISHED),
        "2018-06-01T16:42:00+02:00",
    ),
    (
        "a time without a zone takes the zone of the source that has the same time",
        page(linked(news(datePublished="2018-06-01 16:42")) + PUBLISHED),
        "2018-06-01T16:42:00+02:00",
    ),
    (
        "a day takes the clock from a source of the same day",
        page(linked(news(datePublished="2018-06-01")) + PUBLISHED),
        "2018-06-01T16:42:00+02:00",
    ),
    (
        "day and month that stand the other way round in all other sources are exchanged",
        page(linked(news(datePublished="2018-01-06T08:00:00+01:00")) + meta("date", "2018-06-01")),
        "2018-06-01T08:00:00+01:00",
    ),
    (
        "day and month that another source has too are left",
        page(
            linked(news(datePublished="2018-01-06T08:00:00+01:00"))
            + meta("date", "2018-01-06")
            + meta("pubdate", "2018-06-01")
        ),
        "2018-01-06T08:00:00+01:00",
    ),
    (
        "a related article's date is not this article's",
        page(linked(TEASER | {"datePublished": "2017-02-03"})),
        None,
    ),
    (
        "nor are the dates of a list of articles",
        page(linked({"@type": "ItemList", "itemListElement": [news(datePublished="2017-02-03")]})),
        None,
    ),
    (
        "the article is found behind a related one",
        page(linked(TEASER | {"datePublished": "2017-02-03"}, news(datePublished="2018-06-01"))),
        "2018-06-01",
    ),
    (
        "the article is found in a graph",
        page(
            linked(
                {
                    "@graph": [
                        {"@type": "WebSite", "dateCreated": "2001-01-01"},
                        news(datePublished="2018-06-01T09:00+0900"),
                    ]
                }
            )
        ),
        "2018-06-01T09:00:00+09:00",
    ),
    (
        "a trailing comma and a line break in a text do not matter",
        page(
            linked(
                '{"@type": "NewsArticle", "description": "one\ntwo",'
                ' "datePublished": "2018-06-01T09:00Z",}'
            )
        ),
        "2018-06-01T09:00:00+00:00",
    ),
    (
        "comment marks and a second root do not matter",
        page(
            linked(
                '<!-- {"@type": "WebSite"}'
                ' {"@type": "NewsArticle", "datePublished": "2018-06-01T09:00Z"}; -->'
            )
        ),
        "2018-06-01T09:00:00+00:00",
    ),
    (
        "what is not JSON at all still tells its date",
        page(
            linked(
                '{"@type": "NewsArticle", "description": "a "quoted" word",'
                ' "datePublished": "2018-06-01T09:00Z"}'
            )
        ),
        "2018-06-01T09:00:00+00:00",
    ),
    (
        "microdata is read, of the article and not of its video",
        page(
            body=f'<div itemscope itemtype="https://schema.org/NewsArticle"><h1 itemprop='
            f'"headline">{TITLE}</h1><div itemscope itemtype="VideoObject">'
            '<meta itemprop="datePublished" content="2017-02-03"></div>'
            '<meta itemprop="datePublished" content="2018-06-01T09:00:00Z"></div>'
        ),
        "2018-06-01T09:00:00+00:00",
    ),
    (
        "a time element beside the headline is read",
        page(
            body=f"<article><header><h1>{TITLE}</h1><div>Jo Doe "
            '<time datetime="2018-06-01T09:00-0400">today</time></div></header></article>'
        ),
        "2018-06-01T09:00:00-04:00",
    ),
    (
        "a time element of a teaser is not",
        page(body=f'<h1>{TITLE}</h1><article><time datetime="2018-06-01">1 June</time></article>'),
        None,
    ),
    (
        "a time element in the prose is not",
        page(
            body=f"<h1>{TITLE}</h1><p>{'Words and words. ' * 12}"
            "On <time datetime='2018-06-12'>12 June</time>"
        ),
        None,
    ),
    (
        "a German date line is read",
        page(body=f"<div>Do 31.05.18 | 16:42 Uhr | Von Jo Doe</div><h1>{TITLE}</h1>"),
        "2018-05-31T16:42",
    ),
    (
        "a date behind a label is read",
        page(body=f"<h1>{TITLE}</h1><div>Veröffentlicht am 31. Mai 2018 um 16:42 Uhr</div>"),
        "2018-05-31T16:42",
    ),
    (
        "a Korean date line is read",
        page(body=f"<h1>{TITLE}</h1><p>입력 2018년 6월 1일 09:00</p>"),
        "2018-06-01T09:00",
    ),
    (
        "a date line in which the publishing date comes first is read",
        page(body=f"<h1>{TITLE}</h1><p>Published 1 June 2018, updated 3 June 2018</p>"),
        "2018-06-01",
    ),
    (
        "a copyright year is no date",
        page(body=f"<h1>{TITLE}</h1><footer>© 2018 The Gazette</footer>"),
        None,
    ),
    (
        "a date in the prose is none",
        page(
            body=f"<h1>{TITLE}</h1><p>On 12 June 2018 they met.</p>"
            "<p>Am 12. Juni 2018 war es so weit.</p>"
        ),
        None,
    ),
    (
        "a date of modification is none",
        page(
            meta("article:modified_time", "2018-06-01")
            + linked(news(dateModified="2018-06-01", dateCreated="2018-06-01")),
            f"<h1>{TITLE}</h1><div>Updated: 1 June 2018</div>"
            "<time class='modified' datetime='2018-06-01'>1 June</time>",
        ),
        None,
    ),
    (
        "the first of January 1970 is no date",
        page(linked(news(datePublished="1970-01-01T00:00:00Z"))),
        None,
    ),
    ("a date that is not in the calendar is none", page(meta("date", "2018-02-31")), None),
]


@pytest.mark.parametrize(("text", "date"), [pytest.param(*case, id=says) for says, *case in DATES])
def test_publishing_date(text: str, date: str | None) -> None:
    found = read(text)
    if date is None:
        assert (found["publishing_date"], found["time_zone"]) == (None, None)
        return
    wanted = pd.Timestamp(date)
    assert (
        found["publishing_date"].isoformat()
        == (wanted if wanted.tzinfo else wanted.tz_localize("UTC")).isoformat()
    )
    assert found["time_zone"] == (date[-6:] if wanted.tzinfo else None)


@pytest.mark.parametrize(
    ("written", "moment", "clock"),
    [
        ("2018-06-01T16:42:00.123+0200", "2018-06-01T16:42:00.123000+02:00", True),
        ("2018-06-01 16:42:00 +02:00", "2018-06-01T16:42:00+02:00", True),
        ("20180601T164200Z", "2018-06-01T16:42:00+00:00", True),
        ("1527864120", "2018-06-01T14:42:00+00:00", True),
        ("1527864120000", "2018-06-01T14:42:00+00:00", True),
        ("Fri, 01 Jun 2018 16:42:00 GMT", "2018-06-01T16:42:00+00:00", True),
        ("Fri Jun 01 16:42:00 CEST 2018", "2018-06-01T16:42:00+02:00", True),
        ("June 1st, 2018", "2018-06-01T00:00:00", False),
        ("1 June 2018 4:42 p.m. EDT", "2018-06-01T16:42:00-04:00", True),
        ("5/31/2018", "2018-05-31T00:00:00", False),
        ("01.06.2018, 16:42 MSK", "2018-06-01T16:42:00+03:00", True),
        ("2018年6月1日16:42", "2018-06-01T16:42:00", True),
    ],
)
def test_dates_are_read_as_sites_write_them(written: str, moment: str, clock: bool) -> None:
    found = read_moment(written)
    assert found is not None
    assert (found.when.isoformat(), found.clock) == (moment, clock)


@pytest.mark.parametrize(
    "written",
    ["2018", "2018-06", "yesterday", "31/02/2018", "12345", "Volume 12, 2018", "", "9" * 100_000],
)
def test_no_date_is_made_up(written: str) -> None:
    assert read_moment(written) is None


LONG = "The envoy who carried the letter lands in the capital"
TITLES = [
    (
        "the site's name behind the headline goes",
        page(
            "<title>The envoy lands - The Gazette</title>" + meta("og:site_name", "The Gazette"), ""
        ),
        "The envoy lands",
    ),
    (
        "so does what only one source adds",
        page(f"<title>{TITLE} | World | Gazette</title>{meta('og:title', TITLE + ' – News')}"),
        TITLE,
    ),
    (
        "a dash in the headline stays",
        page(meta("og:site_name", "The Gazette"), "<h1>Talks - and then nothing</h1>"),
        "Talks - and then nothing",
    ),
    (
        "a level-one heading that is the site's logo is none",
        page(
            f"<title>{TITLE} - The Gazette</title>",
            f"<h1><a href='/'>The Gazette</a></h1><h2>{TITLE}</h2>",
        ),
        TITLE,
    ),
    (
        "a level-one heading that is a button is none",
        page(meta("og:title", TITLE), f"<h1>Log in</h1><h1>{TITLE}</h1>"),
        TITLE,
    ),
    (
        "the printed headline wins where the shared one agrees",
        page(linked(news(headline="Envoy in town")) + meta("og:title", TITLE)),
        TITLE,
    ),
    (
        "the declared headline wins where the printed one has lost its kicker",
        page(linked(news(headline=f"Korea: {TITLE}")) + meta("og:title", f"Korea: {TITLE}")),
        f"Korea: {TITLE}",
    ),
    (
        "a kicker inside the heading goes where the other sources lack it",
        page(linked(news()), f"<h1><span class='kicker'>Korea</span> {TITLE}</h1>"),
        TITLE,
    ),
    (
        "pieces that the layout parts are not run together",
        page(
            linked(news(headline="Korea: the envoy lands")),
            "<h1><span>Korea</span>the envoy lands</h1>",
        ),
        "Korea: the envoy lands",
    ),
    (
        "a headline that was cut short is printed whole",
        page(linked(news(headline=LONG[:40] + "…")), f"<h1>{LONG}</h1>"),
        LONG,
    ),
    ("a related article's headline is not this article's", page(linked(TEASER)), TITLE),
    (
        "entities are resolved",
        page(linked(news(headline="Kim &amp; Moon: a &#039;first&#039;")), ""),
        "Kim & Moon: a 'first'",
    ),
    ("a drawing's title is no headline", "<body><svg><title>logo</title></svg><p>text</p>", None),
]


@pytest.mark.parametrize(
    ("text", "title"), [pytest.param(*case, id=says) for says, *case in TITLES]
)
def test_title(text: str, title: str | None) -> None:
    assert read(text)["title"] == title


@pytest.mark.parametrize(
    ("given", "authors"),
    [
        ({"@type": "Person", "name": "Jo Doe"}, "Jo Doe"),
        ([{"name": "Jo Doe"}, {"name": "Kit Roe (kr)"}], "Jo Doe; Kit Roe"),
        (["Jo Doe", "Jo Doe"], "Jo Doe"),
        ("By Jo Doe and Kit Roe", "Jo Doe; Kit Roe"),
        ("Von Jo Doe, Kit Roe und Al Poe", "Jo Doe; Kit Roe; Al Poe"),
        ({"@type": "Organization", "name": "Desk for War and Peace"}, "Desk for War and Peace"),
        ({"name": ["Jo Doe", "Kit Roe"]}, "Jo Doe; Kit Roe"),
        ({"@id": "#jo"}, "Jo Doe"),
        ("https://www.gazette.example/people/jo-doe", None),
        (17, None),
        ([None, {}, [], {"name": None}], None),
    ],
)
def test_authors(given: object, authors: str | None) -> None:
    assert (
        read(
            page(
                linked(
                    {
                        "@graph": [
                            {"@type": "Person", "@id": "#jo", "name": "Jo Doe"},
                            news(author=given),
                        ]
                    }
                )
            )
        )["authors"]
        == authors
    )


OTHERS = [
    (
        "the section is the article's",
        "section",
        page(linked(news(articleSection=["World", "News"]))),
        "World",
    ),
    ("or the one in its meta elements", "section", page(meta("article:section", "World")), "World"),
    (
        "or the step behind the start page",
        "section",
        page(body=f"<div class='crumb'><a>Home</a><a>Asia</a></div><h1>{TITLE}</h1>"),
        "Asia",
    ),
    (
        "or what stands between headline and site in the title",
        "section",
        page(f"<title>{TITLE} | Asia | The Gazette</title>"),
        "Asia",
    ),
    ("or the first part of the address", "section", page(), "World"),
    (
        "the address is the canonical one",
        "url",
        page(meta("og:url", "https://m.gazette.example/x")),
        URL,
    ),
    (
        "an address without a host is completed",
        "url",
        f"<link rel='canonical' href='/a/b'>{meta('og:url', 'https://gazette.example/a/b?x')}",
        "https://gazette.example/a/b",
    ),
    (
        "what is no address is none",
        "url",
        "<link rel='canonical' href='http://[x'><p>text</p>",
        None,
    ),
    (
        "the publisher is the site",
        "publisher",
        page(meta("og:site_name", "The Gazette")),
        "The Gazette",
    ),
    (
        "or the article's publisher",
        "publisher",
        page(linked(news(publisher={"name": "The Gazette"}))),
        "The Gazette",
    ),
    ("the language is the page's", "language", page(lang="de-CH"), "de"),
    ("or the article's", "language", page(linked(news(inLanguage="ko-KR")), lang=""), "ko"),
    ("or the locale", "language", page(meta("og:locale", "ru_RU"), lang=""), "ru"),
    ("a word is no language", "language", page(meta("language", "Deutsch"), lang=""), None),
    (
        "the description is the declared one",
        "description",
        page(meta("og:description", " What it  brings ")),
        "What it brings",
    ),
]


@pytest.mark.parametrize(
    ("field", "text", "value"), [pytest.param(*case, id=says) for says, *case in OTHERS]
)
def test_other_fields(field: str, text: str, value: str | None) -> None:
    assert read(text)[field] == value


KEYS = (
    "headline datePublished dateModified author publisher url mainEntityOfPage inLanguage"
    " articleSection description @id"
).split()
ODD: list[object] = [
    [],
    {},
    1,
    -5,
    10**400,
    1.5,
    None,
    True,
    [["a"]],
    [None],
    {"name": [{"name": 1}]},
    {"@id": {"@id": 1}},
    "\ud800",
    "x" * 10**6,
]


@pytest.mark.parametrize("kind", ["NewsArticle", "BreadcrumbList", None])
@pytest.mark.parametrize("value", [pytest.param(v, id=repr(v)[:20]) for v in ODD])
def test_values_of_any_shape_are_borne(kind: str | None, value: object) -> None:
    root = {"@type": kind or value, "itemListElement": value} | dict.fromkeys(KEYS, value)
    try:
        script = linked(root)
    except ValueError:  # a number too long to write
        script = linked('{"@type": "NewsArticle", "headline": 1' + "0" * 5000 + "}")
    assert read(page(script))["title"] == TITLE


@pytest.mark.parametrize(
    "text",
    [
        page(linked("[" * 10_000 + "]" * 10_000)),
        page(linked('{"@graph":' * 10_000 + "1" + "}" * 10_000)),
        page(linked('"headline":"\\"headline\\":\\"' * 10_000)),
        page(linked("{" * 10_000)),
        page(body="<div itemscope itemtype='Article'><b itemprop='headline'>" * 10_000),
        page(body="<b>" * 10_000 + "<h1>x</h1>"),
        page(
            meta("og:title", "a - " * 10**5)
            + meta("date", "1" * 10**5)
            + f"<title>{'| ' * 10**5}</title>"
        ),
        page(meta("og:url", "https://[::1") + meta("article:published_time", "\x01")),
        "<frameset><frame></frameset>",
        "<!-- x --><p>text<?pi?>",
    ],
    ids=[
        "deep lists",
        "deep objects",
        "broken",
        "open",
        "deep scopes",
        "deep page",
        "huge values",
        "bad address",
        "frames",
        "comments",
    ],
)
def test_malformed_pages_never_raise(text: str) -> None:
    assert set(read(text)) == set(
        "title authors publishing_date time_zone section url publisher language description"
        " text".split()
    )


def test_a_fragment_is_a_page_too() -> None:
    assert (
        metadata(lxml.html.fragment_fromstring("<h1>The envoy lands</h1>"))["title"]
        == "The envoy lands"
    )


@pytest.mark.parametrize("kind", ["words", "patterns"])
def test_each_row_of_the_codebooks_matches_its_example_only(kind: str) -> None:
    assert list(check_entries(kind, "pages")) == []


def specimens() -> list[dict[str, Any]]:
    lines = (ROOT / "data/specimens/gold/articles.jsonl").read_text(encoding="utf-8").splitlines()
    return [gold for gold in map(json.loads, lines) if gold["doc_id"].startswith("pages/")]


@pytest.mark.parametrize("gold", [pytest.param(gold, id=gold["doc_id"]) for gold in specimens()])
def test_specimens(gold: dict[str, Any]) -> None:
    found = read((ROOT / "data/specimens/corpus" / gold["doc_id"]).read_text(encoding="utf-8"))
    assert {name: found[name] for name in ("title", "section", "language", "publisher")} == {
        name: gold[name] for name in ("title", "section", "language", "publisher")
    }
    assert found["publishing_date"].isoformat() == gold["publishing_date"]
    assert found["time_zone"] == gold["publishing_date"][-6:]
