"""Metadata: what a page declares of its article, and beside its headline; no guesses."""

import re
from collections.abc import Iterator
from itertools import chain, islice
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import lxml.html
import pandas as pd

from press_coverage.cleaning.pages.published import published
from press_coverage.cleaning.pages.structured import Declared, is_a, nested, printed, read, texts
from press_coverage.codebooks.reading import pattern, words
from press_coverage.text.words import squeeze

_SEPARATOR = re.compile(  # between a headline and the site's name
    r"""
      [ ]+ (?: [-–—|·•»] | :: ) [ ]+
    | [ ]? [｜|] [ ]? | ： | --
    | [ ]\( (?= [^()]{1,60} \)$ )             # Headline (Site)
    """,
    re.VERBOSE,
)
_KICKER = pattern("pages", "kicker", re.IGNORECASE)
_HOME = frozenset(words("pages", "home"))
_NO_SECTION = frozenset(words("pages", "no_section"))
_TITLES = "twitter:title title dc.title sailthru.title parsely-title cxenseparse:title".split()
_AUTHORS = (
    "article:author author sailthru.author parsely-author cxenseparse:author dc.creator"
    " citation_author byl"
).split()
_BYLINES = (
    "//*[not(contains(@class, 'comment')) and (contains(@class, 'author')"
    " or contains(@class, 'autor') or contains(@class, 'byline'))]"
)
_RIGHTS = re.compile(r"^(?:©|\(c\)|copyright)+ *|[ ,]*(?:\b|©)(?:19|20)\d\d.*$", re.IGNORECASE)
_BY = re.compile(rf"^(?:{'|'.join(words('pages', 'by'))})\b:? +", re.IGNORECASE)
_AND = re.compile(rf" *[;,] *| +(?:{'|'.join(words('pages', 'and'))}|&) +")


def metadata(tree: lxml.html.HtmlElement) -> dict[str, str | pd.Timestamp | None]:
    """What a page declares of its article; what it does not declare is None.

    Sources in order of trust: the article's own JSON-LD, meta elements, microdata, `<time>` beside
    the headline, a date printed there.

    Args:
        tree: the page, see `blocks.parse`.

    Returns:
        title, authors (joined by '; '), publishing_date, time_zone, section, url, publisher,
        language, description, text. The date keeps the page's own zone, and `time_zone` is that
        offset; without one the time is taken as UTC, and midnight where only the day is known.

    Source:
        https://schema.org/NewsArticle, https://ogp.me

    Examples:
        >>> meta = '<meta property="article:published_time" content="2018-05-31T16:42:00+02:00">'
        >>> page = f'<html lang="en">{meta}<h1>Talks go on</h1>'
        >>> fields = metadata(lxml.html.document_fromstring(page))
        >>> fields["title"], str(fields["publishing_date"]), fields["time_zone"], fields["authors"]
        ('Talks go on', '2018-05-31 16:42:00+02:00', '+02:00', None)
    """
    page = read(tree)
    title, heading = _headline(page)
    date, zone = published(page, heading)
    tails = _tails(page.head_title, title or "")
    publisher = _publisher(page, tails)
    sites = page.site_names | {squeeze(publisher or "")}
    return {
        "title": title,
        "authors": "; ".join(dict.fromkeys(_authors(page))) or None,
        "publishing_date": date,
        "time_zone": zone,
        "section": _section(page, title, [tail for tail in tails if not _is_site(tail, sites)]),
        "url": page.url,
        "publisher": publisher if publisher and len(publisher) < 100 else None,
        "language": _language(page),
        "description": page.meta("og:description", "description", "dc.description")
        or page.value("description"),
        "text": page.value("articleBody"),
    }


class _Candidate(NamedTuple):
    """What may be the headline."""

    weight: float  # how much its vote counts
    rank: int  # which of several spellings of the same words is taken: the lowest
    heading: lxml.html.HtmlElement | None
    text: str  # without the site's name
    spellings: set[str]  # squeezed, with ever less of its tail

    @property
    def key(self) -> str:
        return squeeze(self.text)

    def vote(self, key: str) -> float:
        """How much this candidate supports the headline with this key."""
        cut = self.text.endswith(("…", "..."))
        if key in self.spellings or (cut and key.startswith(self.key)):
            return self.weight / 2 if cut and self.key == key else self.weight
        return 0.25 * self.key.endswith(key)  # the rest adds a kicker


def _headline(page: Declared) -> tuple[str | None, lxml.html.HtmlElement | None]:
    """The headline that most sources agree on, and the heading that prints it."""
    candidates = [*_printed_headlines(page), *_declared_headlines(page)]
    keys = dict.fromkeys(candidate.key for candidate in candidates)
    keys.pop("", None)
    if not keys:
        return None, None
    best = max(keys, key=lambda key: sum(candidate.vote(key) for candidate in candidates))
    agreeing = [candidate for candidate in candidates if candidate.key == best]
    title = min(agreeing, key=lambda candidate: candidate.rank).text
    printing = (candidate.heading for candidate in agreeing if candidate.heading is not None)
    return title, next(chain(printing, _headings_with(page, best)), None)


def _headings_with(page: Declared, key: str) -> Iterator[lxml.html.HtmlElement]:
    """Headings that end with these squeezed words, then those of the first level."""
    for node in islice(page.tree.iter("h1", "h2", "h3", "h4"), 60):
        if squeeze(printed(node)).endswith(key):
            yield node
    yield from page.tree.iter("h1")


def _spellings(page: Declared, text: str) -> tuple[str, set[str]]:
    """The text without the site's name behind it, and what it may also be."""
    tails = _parts(text)[:0:-1]
    heads, end = [text], len(text)
    for tail in tails:
        end = text.rfind(tail, 0, end)
        heads.append(text[:end].rstrip(" -–—|·•»:｜：("))
    sites = (n for n, tail in enumerate(tails) if not _is_site(tail, page.site_names))
    return heads[next(sites, len(tails))], set(map(squeeze, heads))


def _printed_headlines(page: Declared) -> Iterator[_Candidate]:
    """Level-one headings that are no logo."""
    first = True
    for node in islice(page.tree.iter("h1"), 30):
        whole, plain = printed(node), printed(node, without=_KICKER)
        if not squeeze(plain) or _is_logo(page, whole):
            continue
        small = len(whole.split()) < 3 and len(squeeze(whole)) < 12  # "Log in"
        weight = 1 if small else 3 if first else 2
        # pieces run together where the layout parts them: then the declared spelling is better
        rank = 3 if len(node) else 1
        for text in dict.fromkeys((whole, plain)):
            yield _Candidate(weight, rank, node, *_spellings(page, text))
        first = first and small


def _is_logo(page: Declared, heading: str) -> bool:
    """Whether a heading is the site's name, or a short one what titles have at their end."""
    if _is_site(heading, page.site_names):
        return True
    titles = (page.head_title, page.meta("og:title") or "")
    tails = (squeeze(part) for title in titles for part in _parts(title)[1:])
    return len(heading.split()) < 4 and squeeze(heading) in tails


def _declared_headlines(page: Declared) -> Iterator[_Candidate]:
    given = [(3.0, 0, page.headline()), (2.0, 2, page.meta("og:title"))]
    given += [(0.5, 4, text) for text in (page.head_title, *map(page.meta, _TITLES))]
    for weight, rank, text in given:
        if text:
            yield _Candidate(weight, rank, None, *_spellings(page, text))


def _authors(page: Declared) -> list[str]:
    """The authors of the first source that has any; sources that name the site come last."""
    for entity in [*page.entities, *page.items]:
        if names := _people(entity.get("author"), page) + _people(entity.get("creator"), page):
            return names
    given = [*map(page.metas.get, _AUTHORS), *_printed_authors(page)]
    sources = list(filter(None, (_people(value, page) for value in given)))
    known = (names for names in sources if not page.site_names.issuperset(map(squeeze, names)))
    return next(known, next(iter(sources), []))


def _printed_authors(page: Declared) -> list[list[str]]:
    """What links to authors print, and a short line that a class calls so."""
    links = page.tree.xpath("//a[contains(concat(' ', @rel, ' '), ' author ')]")[:5]
    lines = map(printed, page.tree.xpath(_BYLINES)[:1])
    return [list(map(printed, links)), [line for line in lines if _is_byline(line)]]


def _is_byline(line: str) -> bool:
    return len(line.split()) < 8 and not re.search(r"[\d?!]|\w{3}\.$", line)


def _people(value: Any, page: Declared) -> list[str]:
    """The names in a value; those of persons are split where several are in one text."""
    values = value[:50] if isinstance(value, list) else [value]
    parts = [part for given in values for part in _name_parts(given, page)]
    names = [re.sub(r" \([^()]*\)$", "", part).strip(" .|") for part in parts]
    return [name for name in names if _is_name(name)]


def _name_parts(value: Any, page: Declared) -> Iterator[str]:
    whole = isinstance(value, dict) and is_a(value, ("organization",))
    for text in islice(texts(value, page.by_id), 50):
        yield from [text] if whole else _AND.split(_BY.sub("", text), 50)


def _is_name(text: str) -> bool:
    """Whether a text has letters, is no address, and not too long."""
    lettered = re.search(r"[^\W\d_]", text) and not re.search(r"://|www\.|@|^/", text)
    return bool(lettered) and len(text) < 100


def _publisher(page: Declared, tails: list[str]) -> str:
    """The site's name as declared, else what the title ends with, else who has the copyright."""
    named = (name for name in page.values("publisher") if "://" not in name)
    return (
        page.meta("og:site_name")
        or next(named, None)
        or page.meta("publisher", "dc.publisher", "application-name")
        or (tails[-1] if tails else _RIGHTS.sub("", page.meta("copyright") or ""))
    )


def _section(page: Declared, title: str | None, tails: list[str]) -> str | None:
    """The section as declared, else a short step of the trail, of the title or of the address."""
    declared = page.value("articleSection")
    declared = declared or page.meta("article:section", "og:section", "parsely-section")
    if declared and len(declared) < 60:
        return declared
    skipped = {*page.site_names, *_HOME, squeeze(title or ""), ""}
    steps = (step for step in _trail(page) + tails if squeeze(step) not in skipped)
    return next(filter(_is_short, steps), None) or _section_in(page.url)


def _is_short(step: str) -> bool:
    return "." not in step and len(step) < 40 and len(step.split()) < 4


def _trail(page: Declared) -> list[str]:
    """The steps from the start page to the article."""
    for crumbs in page.crumbs[:1]:
        if names := list(texts(crumbs.get("itemListElement"), page.by_id)):
            return names
    printed_trails = page.tree.xpath("//*[contains(@class, 'crumb') or @class='path']")[:3]
    trails = ([printed(link) for link in node.iter("a")][:5] for node in printed_trails)
    return next(filter(None, trails), [])


def _section_in(url: str | None) -> str | None:
    """The first part of an address, where it is a word that may be a section."""
    path = list(filter(None, urlsplit(url or "").path.split("/")))
    if len(path) < 2 or path[0].lower() in _NO_SECTION:
        return None
    return path[0].capitalize() if re.fullmatch(r"[^\W\d_]{4,20}", path[0]) else None


def _language(page: Declared) -> str | None:
    root = next(page.tree.iter("html"), page.tree)
    metas = ("og:locale", "language", "content-language", "dc.language")
    given = [root.get("lang"), root.get("xml:lang"), *page.values("inLanguage")]
    for text in [*given, *map(page.meta, metas)]:
        if text and re.match(r"[A-Za-z]{2}(?:[-_]|$)", text):
            return str(text[:2].lower())
    return None


def _tails(full: str, title: str) -> list[str]:
    """What the page's own title has behind the headline: sections and the site's name."""
    if squeeze(title) not in squeeze(full):
        return []
    parts = _parts(full)[1:]
    if full.endswith(")") and parts:
        parts[-1:] = parts[-1].split(", ") if "," in parts[-1] else []
    return [part for part in parts if squeeze(part) not in squeeze(title)]


def _parts(text: str) -> list[str]:
    """The text between separators such as ' - ' and ' | '."""
    return list(filter(None, (part.strip(" )") for part in _SEPARATOR.split(text)))) or [text]


def _is_site(text: str, names: set[str]) -> bool:
    """Whether a text is a name of the site, or a short one that holds one or is held by one."""
    plain = squeeze(text)
    short = len(text) < 40
    return plain in names or (short and any(nested(plain, name, 3) for name in names))
