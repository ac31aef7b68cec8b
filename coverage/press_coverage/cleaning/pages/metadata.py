"""Metadata: what a page declares of its article in JSON-LD, meta elements, microdata and beside its headline; no guesses."""

import re
from collections.abc import Iterator
from itertools import islice
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import lxml.html
import pandas as pd

from press_coverage.cleaning.pages.published import published
from press_coverage.cleaning.pages.structured import (
    ARTICLE,
    Page,
    is_a,
    printed,
    read,
    texts,
)
from press_coverage.text.words import squeeze

_SEPARATOR = re.compile(
    r" +(?:[-–—|·•»]|::) +| ?[｜|] ?|：|--| \((?=[^()]{1,60}\)$)"
)  # between a headline and the site's name
_KICKER = re.compile(
    r"kicker|overline|roofline|eyebrow|dachzeile|spitzmarke|topline|pretitle|__topic", re.I
)
_HOME = frozenset(
    "home homepage start startseite main mainpage accueil inicio portada website".split()
)
_NO_SECTION = frozenset(
    "article articles artikel story stories aktuell nachrichten news content web node post posts autoren".split()
)
_OTHER_TITLES = (
    "twitter:title title dc.title sailthru.title parsely-title cxenseparse:title".split()
)
_AUTHORS = "article:author author sailthru.author parsely-author cxenseparse:author dc.creator citation_author byl".split()
_RIGHTS = re.compile(r"^(?:©|\(c\)|copyright)+ *|[ ,]*(?:\b|©)(?:19|20)\d\d.*$", re.I)
_BYLINE = re.compile(r"^(?:von|by|par|por|di)\b:? +", re.I)
_BYLINES = "//*[not(contains(@class, 'comment')) and (contains(@class, 'author') or contains(@class, 'autor') or contains(@class, 'byline'))]"
_AND = re.compile(r" *[;,] *| +(?:und|and|og|och|&) +")


class _Candidate(NamedTuple):
    weight: float  # how much its vote counts
    text: str
    rank: int  # which of several spellings of the same words is taken: the lowest
    heading: lxml.html.HtmlElement | None = None


def metadata(tree: lxml.html.HtmlElement) -> dict[str, str | pd.Timestamp | None]:
    """Title, authors (joined by '; '), publishing_date, time_zone, section, url, publisher, language, description, text.

    What the page does not declare is None. The date keeps the page's own zone, and `time_zone` is that offset; without
    one the time is taken as UTC, and midnight where only the day is known. Sources in order of trust: the article's own
    JSON-LD, meta elements, microdata, `<time>` beside the headline, a date printed there.

    Source: https://schema.org/NewsArticle, https://ogp.me

    >>> page = '<html lang="en"><meta property="article:published_time" content="2018-05-31T16:42:00+02:00"><h1>Talks go on</h1>'
    >>> found = metadata(lxml.html.document_fromstring(page))
    >>> found["title"], str(found["publishing_date"]), found["time_zone"], found["language"], found["authors"]
    ('Talks go on', '2018-05-31 16:42:00+02:00', '+02:00', 'en', None)
    """
    page = read(tree)
    title, heading = _title(page)
    linked, changed = page.values("datePublished", items=False), page.values("dateModified")
    date, zone = published(linked, page.metas, page.items, changed, page.url, heading)
    tails = _tails(page.own_title(), title or "")
    publisher = page.meta("og:site_name") or next(
        (name for name in page.values("publisher") if "://" not in name), None
    )
    publisher = (
        publisher
        or page.meta("publisher", "dc.publisher", "application-name")
        or (tails[-1] if tails else _RIGHTS.sub("", page.meta("copyright") or ""))
    )
    return {
        "title": title,
        "authors": _authors(page),
        "publishing_date": date,
        "time_zone": zone,
        "section": _section(
            page,
            title,
            [
                part
                for part in tails
                if not _is_site(part, page.site_names | {squeeze(publisher or "")})
            ],
        ),
        "url": page.url,
        "publisher": publisher if publisher and len(publisher) < 100 else None,
        "language": _language(page),
        "description": page.meta("og:description", "description", "dc.description")
        or next(page.values("description"), None),
        "text": next(page.values("articleBody"), None),
    }


def _title(page: Page) -> tuple[str | None, lxml.html.HtmlElement | None]:
    """The headline that most sources agree on, without the site's name, and the heading that prints it."""
    read = [(c.weight, *_bare(c.text, page.site_names), c) for c in _candidates(page)]
    votes: dict[str, float] = {squeeze(bare): 0.0 for _, bare, _, _ in read if squeeze(bare)}
    for key in votes:
        for weight, bare, keys, _ in read:
            cut, own = bare.endswith(("…", "...")), squeeze(bare)
            agrees = key in keys or (cut and key.startswith(own))
            votes[key] += (
                weight / (1 + (cut and own == key)) if agrees else 0.25 * own.endswith(key)
            )  # the rest adds a kicker
    if not votes:
        return None, None
    best = max(votes, key=lambda key: votes[key])
    _, title, _, _ = min(
        (one for one in read if squeeze(one[1]) == best), key=lambda one: one[3].rank
    )
    headings = [
        c.heading for _, bare, _, c in read if c.heading is not None and squeeze(bare) == best
    ]
    headings += (
        node
        for node in islice(page.tree.iter("h1", "h2", "h3", "h4"), 60)
        if squeeze(printed(node)).endswith(best)
    )
    return title, next(iter(headings), next(page.tree.iter("h1"), None))


def _candidates(page: Page) -> Iterator[_Candidate]:
    """What may be the headline: level-one headings that are no logo, then what the page declares."""
    own = page.own_title()
    tails = {
        squeeze(part) for text in (own, page.meta("og:title") or "") for part in _parts(text)[1:]
    }
    first = True
    for node in islice(page.tree.iter("h1"), 30):
        whole, plain = printed(node), printed(node, without=_KICKER)
        words = len(whole.split())
        if (
            not squeeze(plain)
            or _is_site(whole, page.site_names)
            or (words < 4 and squeeze(whole) in tails)
        ):
            continue
        small = words < 3 and len(squeeze(whole)) < 12  # "Log in"
        for text in dict.fromkeys((whole, plain)):
            # pieces of a heading run together where its layout parts them: then the declared text of the same words is better
            yield _Candidate(1 if small else 3 if first else 2, text, 3 if len(node) else 1, node)
        first = first and small
    heads = [
        text
        for found in page.declared
        if is_a(found, ARTICLE)
        for text in texts(found.get("headline"), {})
    ]
    given = [
        *((3, text, 0) for text in heads[:1]),
        *((2, text, 2) for text in page.metas.get("og:title", [])[:1]),
    ]
    others = [own, *(page.metas[name][0] for name in _OTHER_TITLES if name in page.metas)]
    yield from (
        _Candidate(weight, text, rank)
        for weight, text, rank in [*given, *((0.5, text, 4) for text in others)]
    )


def _bare(text: str, site_names: set[str]) -> tuple[str, set[str]]:
    """The text without the site's name behind it, and, squeezed, what it may also be: ever less of its tail."""
    parts = _parts(text)
    ends = [len(text)]
    for part in reversed(parts[1:]):
        ends.append(text.rfind(part, 0, ends[-1]))
    heads = [text[:end].rstrip(" -–—|·•»:｜：(") if n else text for n, end in enumerate(ends)]
    site = next(
        (n for n, part in enumerate(reversed(parts[1:])) if not _is_site(part, site_names)),
        len(parts) - 1,
    )
    return heads[site], {*map(squeeze, heads)}


def _authors(page: Page) -> str | None:
    for found in [*page.declared, *page.items]:
        names = [name for key in ("author", "creator") for name in _people(found.get(key), page)]
        if names:
            return "; ".join(dict.fromkeys(names))
    links = [
        printed(node)
        for node in page.tree.xpath("//a[contains(concat(' ', @rel, ' '), ' author ')]")[:5]
    ]
    lines = [printed(node) for node in page.tree.xpath(_BYLINES)[:1]]
    lines = [
        line for line in lines if len(line.split()) < 8 and not re.search(r"[\d?!]|\w{3}\.$", line)
    ]
    declared = [
        _people(given, page)
        for given in [*(page.metas.get(name) for name in _AUTHORS), links, lines]
    ]
    known = [
        names
        for names in declared
        if names and not all(squeeze(name) in page.site_names for name in names)
    ]
    return "; ".join(dict.fromkeys((known or [n for n in declared if n] or [[]])[0])) or None


def _people(value: Any, page: Page) -> list[str]:
    """The names in a value; those of persons are split where several stand in one text."""
    names: list[str] = []
    for one in value[:50] if isinstance(value, list) else [value]:
        whole = isinstance(one, dict) and is_a(one, ("organization",))
        for text in islice(texts(one, page.by_id), 50):
            for part in [text] if whole else _AND.split(_BYLINE.sub("", text), 50):
                name = re.sub(r" \([^()]*\)$", "", part).strip(" .|")
                if (
                    re.search(r"[^\W\d_]", name)
                    and not re.search(r"://|www\.|@|^/", name)
                    and len(name) < 100
                ):
                    names.append(name)
    return names


def _section(page: Page, title: str | None, tails: list[str]) -> str | None:
    found = next(page.values("articleSection"), None) or page.meta(
        "article:section", "og:section", "parsely-section"
    )
    if found and len(found) < 60:
        return found
    trail = [
        name
        for crumbs in page.crumbs[:1]
        for name in texts(crumbs.get("itemListElement"), page.by_id)
    ]
    for node in (
        [] if trail else page.tree.xpath("//*[contains(@class, 'crumb') or @class='path']")[:3]
    ):
        trail = trail or [printed(link) for link in node.iter("a")][:5]
    skip = {*page.site_names, *_HOME, squeeze(title or ""), ""}
    short = [
        part
        for part in trail + tails
        if squeeze(part) not in skip
        and "." not in part
        and len(part) < 40
        and len(part.split()) < 4
    ]
    path = [part for part in urlsplit(page.url or "").path.split("/") if part]
    word = path[0].replace("-", " ") if len(path) > 1 and path[0].lower() not in _NO_SECTION else ""
    return (
        short[0] if short else word.capitalize() if re.fullmatch(r"[^\W\d_]{4,20}", word) else None
    )


def _language(page: Page) -> str | None:
    root = next(page.tree.iter("html"), page.tree)
    given = [
        root.get("lang"),
        root.get("xml:lang"),
        *page.values("inLanguage"),
        page.meta("og:locale"),
        page.meta("language"),
    ]
    given += [page.meta("content-language"), page.meta("dc.language")]
    return next(
        (text[:2].lower() for text in given if text and re.match(r"[A-Za-z]{2}(?:[-_]|$)", text)),
        None,
    )


def _tails(full: str, title: str) -> list[str]:
    """What the page's own title has behind the headline: sections and the site's name."""
    parts = _parts(full)[1:]
    if full.endswith(")") and parts:
        parts[-1:] = parts[-1].split(", ") if "," in parts[-1] else []
    return [
        part
        for part in parts
        if squeeze(title) in squeeze(full) and squeeze(part) not in squeeze(title)
    ]


def _parts(text: str) -> list[str]:
    """The text between separators such as ' - ' and ' | '."""
    return [part for part in (part.strip(" )") for part in _SEPARATOR.split(text)) if part] or [
        text
    ]


def _is_site(text: str, names: set[str]) -> bool:
    plain = squeeze(text)
    return any(
        plain == name
        or (min(len(plain), len(name)) > 2 and len(text) < 40 and (plain in name or name in plain))
        for name in names
    )
