"""Declared: what a page says of itself in JSON-LD, microdata and meta elements.

The article's entities are kept apart from those of other articles.
"""

import html
import json
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, islice
from typing import Any
from urllib.parse import urljoin, urlsplit

import lxml.html

from press_coverage.text.words import squeeze

Entity = dict[str, Any]  # of JSON-LD, or microdata in the same shape
ARTICLE = ("article", "blogposting", "report")  # how types of schema.org end, in lower case
_UNPRINTED = ("script", "style", "svg", "template", "noscript")
_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,200}>")
_INVISIBLE = re.compile(r"[\x00-\x08\u00ad\u200b-\u200f\u2060\ufeff\ud800-\udfff]")
_OPENING = re.compile(r"[\[{]")  # of a value in JSON
_FIELD = re.compile(  # of an object that is no JSON
    r'"(@type|headline|datePublished|articleSection|inLanguage)"\s*:\s*"((?:[^"\\]|\\.){0,1000})"'
)


@dataclass
class Declared:
    """What the page says of itself, read once."""

    tree: lxml.html.HtmlElement
    metas: dict[str, list[str]]  # by name in lower case
    entities: list[Entity]  # the article's own JSON-LD, then that of the page around it
    items: list[Entity]  # the article's own microdata
    crumbs: list[Entity]
    by_id: dict[str, Entity]
    url: str | None

    def meta(self, *names: str) -> str | None:
        """The first value of the first of these names that the page has."""
        return next((self.metas[name][0] for name in names if name in self.metas), None)

    def values(self, key: str, *, items: bool = True) -> Iterator[str]:
        """What the article's own entities say under this key; numbers only as dates."""
        for entity in [*self.entities, *(self.items if items else [])]:
            for text in texts(entity.get(key), self.by_id):
                if key.startswith("date") or not text.lstrip("-").isdigit():
                    yield text

    def value(self, key: str) -> str | None:
        """The first of the values, which is the most trusted one."""
        return next(self.values(key), None)

    def headline(self) -> str | None:
        """The first headline of the article's JSON-LD."""
        articles = of_type(self.entities, ARTICLE)
        headlines = (texts(entity.get("headline"), {}) for entity in articles)
        return next(chain.from_iterable(headlines), None)

    @cached_property
    def head_title(self) -> str:
        """The text of the head's title element; a drawing's title elsewhere is none."""
        return one_line(self.tree.findtext(".//head/title"))

    @cached_property
    def site_names(self) -> set[str]:
        """What the site is called, squeezed: its publisher, its names, its host."""
        names = [*self.values("publisher"), *self.metas.get("og:site_name", [])]
        host = re.sub(r"^https?://(?:www\.)?([^/:?#]*).*", r"\1", (self.url or "").lower())
        names += [*self.metas.get("application-name", []), host, host.rpartition(".")[0]]
        return set(map(squeeze, names)) - {""}


def read(tree: lxml.html.HtmlElement) -> Declared:
    """What the page declares, its own article's entities picked out by address and headline.

    >>> head = '<meta name="DATE" content="2018"><link rel="canonical" href="https://a.example/b">'
    >>> declared = read(lxml.html.document_fromstring(head))
    >>> declared.meta("date"), declared.url
    ('2018', 'https://a.example/b')
    """
    metas = _metas(tree)
    roots = [root for script in tree.iter("script") for root in _roots(script)]
    entities = list(islice(_entities(roots), 2000))
    given = [*_canonical(tree), *metas.get("og:url", [])[:1]]
    addresses, headlines = _addresses(given), _headlines(tree, metas)
    articles = _of_this_page(of_type(entities, ARTICLE), addresses, headlines)
    pages = [(entity, _addresses(_urls(entity))) for entity in of_type(entities, ("webpage",))]
    around = [entity for entity, where in pages if not where or where & addresses]
    items = _of_this_page(_items(tree), addresses, headlines)
    for entity in articles + items:
        given += _urls(entity)
    crumbs = of_type(entities, ("breadcrumblist",))
    by_id = {entity["@id"]: entity for entity in entities if _is_named(entity)}
    return Declared(tree, metas, articles + around, items, crumbs, by_id, _url(given))


def _metas(tree: lxml.html.HtmlElement) -> dict[str, list[str]]:
    metas: dict[str, list[str]] = {}
    for node in tree.iter("meta"):
        name = node.get("property") or node.get("name") or node.get("http-equiv")
        value = one_line(node.get("content"))
        if name and value:
            metas.setdefault(name.strip().lower(), []).append(value)
    return metas


def _canonical(tree: lxml.html.HtmlElement) -> list[str]:
    """The address of the first canonical link."""
    links = tree.iter("link")
    return [link.get("href") for link in links if link.get("rel", "").lower() == "canonical"][:1]


def _headlines(tree: lxml.html.HtmlElement, metas: dict[str, list[str]]) -> set[str]:
    """What the page may be headed, squeezed."""
    printed_ones = map(printed, islice(tree.iter("h1"), 30))
    return set(map(squeeze, [*metas.get("og:title", []), *printed_ones])) - {""}


def _roots(script: lxml.html.HtmlElement) -> list[Any]:
    """The values in a block of JSON-LD; of a block that is no JSON the fields that can be read."""
    if "ld+json" not in script.get("type", "").lower():
        return []
    text = (script.text or "").replace("<![CDATA[", "")
    mended = re.sub(r",(?=\s*[}\]])", "", text.replace("<!--", "").replace("-->", ""))
    for attempt in (text, mended):
        with suppress(ValueError, RecursionError):
            return _decoded(attempt)
    return [dict(reversed([(field[1], field[2]) for field in _FIELD.finditer(text)]))]


def _decoded(text: str) -> list[Any]:
    """The values of a text of JSON, one after the other."""
    decoder, roots = json.JSONDecoder(strict=False), []
    opening = _OPENING.search(text)
    while opening:
        root, end = decoder.raw_decode(text, opening.start())
        roots.append(root)
        opening = _OPENING.search(text, end)
    return roots


def _entities(roots: list[Any]) -> Iterator[Entity]:
    """The entities that are the page or its article, in order; none from lists of others."""
    stack = roots[::-1]
    while stack:
        value = stack.pop()
        if isinstance(value, dict):
            yield value
            parts = ("@graph", "mainEntity", "mainEntityOfPage") if "@type" in value else value
            stack += [value.get(key) for key in parts][::-1]
        elif isinstance(value, list):
            stack += value[::-1]


def _items(tree: lxml.html.HtmlElement) -> list[Entity]:
    """The page's microdata articles, shaped as JSON-LD."""
    scopes = islice(tree.xpath("//*[@itemscope and @itemtype]"), 100)
    return [item for item in map(_item, scopes) if len(item) > 1]


def _item(scope: lxml.html.HtmlElement) -> Entity:
    item: Entity = {"@type": scope.get("itemtype")}
    if is_a(item, ARTICLE):
        for node in scope.xpath(".//*[@itemprop]")[:200]:
            if next(_scopes_around(node), None) is scope:
                item.setdefault(node.get("itemprop"), []).append(_content(node))
    return item


def _scopes_around(node: lxml.html.HtmlElement) -> Iterator[lxml.html.HtmlElement]:
    return (around for around in node.iterancestors("*") if around.get("itemscope") is not None)


def _content(node: lxml.html.HtmlElement) -> str | None:
    """What an element with a property says: of an object its name."""
    if node.get("itemscope") is not None:
        node = next(iter(node.xpath(".//*[@itemprop='name']")), node)
    return node.get("content") or node.get("datetime") or printed(node) or node.get("href")


def _of_this_page(entities: list[Entity], addresses: set[str], headlines: set[str]) -> list[Entity]:
    """The entities that are this page's article: all that agree with it best.

    Where none agrees nor disagrees, the first.
    """
    scored = [(_agreement(entity, addresses, headlines), entity) for entity in entities]
    best = max((score for score, _ in scored), default=0)
    chosen = [entity for score, entity in scored if score == max(best, 0)]
    return chosen if best else chosen[:1]


def _agreement(entity: Entity, addresses: set[str], headlines: set[str]) -> int:
    """2 where the address is the page's, and 1 where the headline is; -1 for a stranger's."""
    where = _addresses(_urls(entity))
    head = squeeze(next(texts(entity.get("headline"), {}), ""))
    same = head in headlines or any(nested(head, other, 16) for other in headlines)
    agreement = 2 * bool(where & addresses) + same
    return -1 if where and addresses and not agreement else agreement


def nested(text: str, other: str, least: int) -> bool:
    """Whether one of two squeezed texts holds the other, and both have `least` characters."""
    return min(len(text), len(other)) >= least and (text in other or other in text)


def _is_named(entity: Entity) -> bool:
    return isinstance(entity.get("@id"), str) and bool(entity.get("name"))


def texts(value: Any, by_id: dict[str, Entity], key: str = "name") -> Iterator[str]:
    """The texts in a value of whatever shape: of entities their `key`; references are looked up.

    >>> names = [{"name": "A. Writer"}, "B. Writer", {"@id": "#c"}]
    >>> list(texts(names, {"#c": {"name": "C. Writer"}}))
    ['A. Writer', 'B. Writer', 'C. Writer']
    """
    stack = [value]
    for _ in range(500):
        if not stack:
            return
        part = stack.pop()
        if isinstance(part, list):
            stack += part[:200][::-1]
        elif isinstance(part, dict):
            stack.append(_named(part, by_id, key))
        elif text := _text(part):
            yield text


def _named(entity: Entity, by_id: dict[str, Entity], key: str) -> Any:
    """What the object has under the key, or in its place."""
    if key not in entity and isinstance(entity.get("@id"), str):
        entity = by_id.get(entity["@id"], {})
    return entity.get(key) or entity.get("item") or entity.get("url" if key == "@id" else "@value")


def _text(value: object) -> str:
    """A text on one line, or a date as seconds."""
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**15:
        return str(value)
    return one_line(value)


def one_line(text: object) -> str:
    """One line of plain text, its entities resolved, not longer than what may be metadata.

    >>> one_line(" Kim &amp;amp; <b>Moon</b>"), one_line(["no text"])
    ('Kim & Moon', '')
    """
    if not isinstance(text, str):
        return ""
    plain = _TAG.sub("", html.unescape(html.unescape(text[:5000])))
    return " ".join(_INVISIBLE.sub("", plain).split())


def printed(node: lxml.html.HtmlElement, without: re.Pattern[str] | None = None) -> str:
    """What the element prints, without children whose class `without` matches, and scripts.

    >>> heading = lxml.html.fromstring("<h1><span class='kicker'>Korea</span>: Talks</h1>")
    >>> printed(heading), printed(heading, re.compile("kicker"))
    ('Korea: Talks', 'Talks')
    """
    pieces = [node.text]
    for child in islice(node.iterchildren(), 40):
        if _is_printed(child, without):
            pieces += islice(child.itertext("*"), 60)
        pieces.append(child.tail)
    line = one_line("".join(piece[:2000] for piece in filter(None, pieces)))
    return line.lstrip("-–—|:·• ") if without else line  # what parted the kicker from the rest


def _is_printed(child: Any, without: re.Pattern[str] | None) -> bool:
    if not isinstance(child.tag, str) or child.tag in _UNPRINTED:
        return False
    return not (without and without.search(child.get("class", "")))


def of_type(entities: Iterable[Entity], endings: tuple[str, ...]) -> list[Entity]:
    """The entities of which a type ends so.

    >>> of_type([{"@type": ["Thing", "https://schema.org/NewsArticle"]}, {}], ARTICLE)
    [{'@type': ['Thing', 'https://schema.org/NewsArticle']}]
    """
    return [entity for entity in entities if is_a(entity, endings)]


def is_a(entity: Entity, endings: tuple[str, ...]) -> bool:
    """Whether one of the entity's types ends so."""
    return any(kind.lower().endswith(endings) for kind in texts(entity.get("@type"), {}))


def _urls(entity: Entity) -> list[str]:
    keys = ("url", "mainEntityOfPage", "@id")
    return [url for key in keys for url in texts(entity.get(key), {}, "@id")]


def _addresses(urls: Iterable[str]) -> set[str]:
    return set(filter(None, map(_address, urls)))


def _address(url: str) -> str | None:
    """Host and path, by which two addresses are the same page; None for a site's front page."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    path = parts.path.rstrip("/")
    return parts.netloc.lower().removeprefix("www.") + path if path and parts.netloc else None


def _url(given: list[str]) -> str | None:
    """The first full address that is no front page, else the first full one."""
    urls = list(filter(None, (_absolute(url, given) for url in given)))
    return next(filter(_address, urls), urls[0] if urls else None)


def _absolute(url: str, bases: list[str]) -> str | None:
    for base in ["", *bases]:
        with suppress(ValueError):  # such as http://[
            full = urljoin(base, url.strip())
            parts = urlsplit(full)
            if parts.scheme in ("http", "https") and parts.netloc:
                return full
    return None
