"""Declared: the article's own JSON-LD and microdata, and the page's meta elements, told apart from those of other articles."""

import html
import json
import re
from collections.abc import Iterator
from itertools import islice
from typing import Any, NamedTuple
from urllib.parse import urljoin, urlsplit

import lxml.html

from press_coverage.text.words import squeeze

ARTICLE = (
    "article",
    "blogposting",
    "report",
)  # how schema.org's types of articles end, in lower case
_BROKEN = re.compile(
    r'"(@type|headline|datePublished|articleSection|inLanguage)"\s*:\s*"((?:[^"\\]|\\.){0,1000})"'
)


class Page(NamedTuple):
    """What the page says of itself, read once."""

    tree: lxml.html.HtmlElement
    metas: dict[str, list[str]]  # by name in lower case
    declared: list[dict[str, Any]]  # the article's own JSON-LD, then that of the page around it
    items: list[dict[str, Any]]  # the article's own microdata, in the same shape
    crumbs: list[dict[str, Any]]
    by_id: dict[str, dict[str, Any]]
    url: str | None
    site_names: set[str]  # squeezed

    def meta(self, *names: str) -> str | None:
        """The first value of the first of these names that the page has."""
        return next((self.metas[name][0] for name in names if name in self.metas), None)

    def own_title(self) -> str:
        """The text of the head's title element; a drawing's title elsewhere is none."""
        return one_line(self.tree.findtext(".//head/title"))

    def values(self, key: str, *, items: bool = True) -> Iterator[str]:
        """What the article's own objects say under this key, in order of trust; numbers only as dates."""
        for found in [*self.declared, *(self.items if items else [])]:
            yield from (
                text
                for text in texts(found.get(key), self.by_id)
                if key.startswith("date") or not text.lstrip("-").isdigit()
            )


def read(tree: lxml.html.HtmlElement) -> Page:
    """What the page declares, its own article's objects picked out by address and headline.

    >>> page = read(lxml.html.document_fromstring('<meta name="DATE" content="2018-06-01"><link rel="canonical" href="https://a.example/b">'))
    >>> page.meta("date"), page.url
    ('2018-06-01', 'https://a.example/b')
    """
    metas: dict[str, list[str]] = {}
    for node in tree.iter("meta"):
        name, value = (
            node.get("property") or node.get("name") or node.get("http-equiv"),
            one_line(node.get("content")),
        )
        if name and value:
            metas.setdefault(name.strip().lower(), []).append(value)
    links = [
        node.get("href")
        for node in tree.iter("link")
        if (node.get("rel") or "").lower() == "canonical"
    ]
    given = [*(links[:1]), *metas.get("og:url", [])[:1]]
    found = list(
        islice(_objects([root for script in tree.iter("script") for root in _roots(script)]), 2000)
    )
    by_id = {o["@id"]: o for o in found if isinstance(o.get("@id"), str) and o.get("name")}
    names = {
        squeeze(head)
        for head in [
            *metas.get("og:title", []),
            *(printed(node) for node in islice(tree.iter("h1"), 30)),
        ]
    } - {""}
    addresses = {address for address in map(_address, given) if address}
    own = _own([o for o in found if is_a(o, ARTICLE)], addresses, names)
    around = [
        o
        for o in found
        if is_a(o, ("webpage",)) and (_addresses(o) & addresses or not _addresses(o))
    ]
    items = _own(_items(tree), addresses, names)
    given += [
        u
        for o in [*own, *items]
        for key in ("url", "mainEntityOfPage", "@id")
        for u in texts(o.get(key), {}, "@id")
    ]
    urls = [_absolute(u, given) for u in given]
    url = next((u for u in urls if u and _address(u)), next((u for u in urls if u), None))
    page = Page(
        tree,
        metas,
        own + around,
        items,
        [o for o in found if is_a(o, ("breadcrumblist",))],
        by_id,
        url,
        set(),
    )
    host = re.sub(r"^https?://(?:www\.)?([^/:?#]*).*", r"\1", (url or "").lower())
    sites = [
        *page.values("publisher"),
        *metas.get("og:site_name", []),
        *metas.get("application-name", []),
        host,
        host.rpartition(".")[0],
    ]
    return page._replace(site_names={squeeze(name) for name in sites} - {""})


def _roots(script: lxml.html.HtmlElement) -> Iterator[Any]:
    """The values in a block of JSON-LD; from a block that is not JSON the few fields that can be told."""
    if "ld+json" not in (script.get("type") or "").lower():
        return
    text = (script.text or "").replace("<![CDATA[", "")
    for attempt in (
        text,
        re.sub(r",(?=\s*[}\]])", "", text.replace("<!--", "").replace("-->", "")),
    ):
        roots, at = [], re.search(r"[\[{]", attempt)
        try:
            while at:
                root, end = json.JSONDecoder(strict=False).raw_decode(attempt, at.start())
                roots.append(root)
                at = re.compile(r"[\[{]").search(attempt, end)
        except (ValueError, RecursionError):
            continue
        yield from roots
        return
    yield dict(reversed([(m[1], m[2]) for m in _BROKEN.finditer(text)]))


def _objects(roots: list[Any]) -> Iterator[dict[str, Any]]:
    """The objects that stand for the page or its article, in the page's order; none from lists of other articles."""
    stack = roots[::-1]
    while stack:
        value = stack.pop()
        if isinstance(value, dict):
            yield value
            inner = (
                ("@graph", "mainEntity", "mainEntityOfPage") if "@type" in value else tuple(value)
            )
            stack += [value[key] for key in inner if isinstance(value.get(key), dict | list)][::-1]
        elif isinstance(value, list):
            stack += value[::-1]


def _items(tree: lxml.html.HtmlElement) -> list[dict[str, Any]]:
    """The page's microdata articles, shaped as JSON-LD."""
    found = []
    for scope in islice(tree.xpath("//*[@itemscope and @itemtype]"), 100):
        item: dict[str, Any] = {"@type": scope.get("itemtype")}
        for node in scope.xpath(".//*[@itemprop]")[:200] if is_a(item, ARTICLE) else ():
            owner = next(node.iterancestors("*"), None)
            while owner is not None and owner.get("itemscope") is None:
                owner = owner.getparent()
            if owner is scope:
                inner = (
                    node.xpath(".//*[@itemprop='name']")[:1]
                    if node.get("itemscope") is not None
                    else []
                )
                source = (inner or [node])[0]
                value = (
                    source.get("content")
                    or source.get("datetime")
                    or printed(source)
                    or source.get("href")
                )
                item.setdefault(node.get("itemprop"), []).append(value)
        if len(item) > 1:
            found.append(item)
    return found


def _own(
    objects: list[dict[str, Any]], addresses: set[str], headings: set[str]
) -> list[dict[str, Any]]:
    """Those objects that are this page's article: the address or the headline is the page's; of strangers none."""
    scored = []
    for found in objects:
        where, head = _addresses(found), squeeze(next(texts(found.get("headline"), {}), ""))
        same = any(
            head == other or (min(len(head), len(other)) > 15 and (head in other or other in head))
            for other in headings
        )
        if where & addresses or same or not (where and addresses):
            scored.append((2 * bool(where & addresses) + same, found))
    best = max((score for score, _ in scored), default=0)
    return [found for score, found in scored if score == best][: None if best else 1]


def texts(value: Any, by_id: dict[str, dict[str, Any]], key: str = "name") -> Iterator[str]:
    """The texts in a value of whatever shape: of objects their `key`; objects that only refer are looked up.

    >>> list(texts([{"name": "A. Writer"}, "B. Writer", {"@id": "#c"}], {"#c": {"name": "C. Writer"}}))
    ['A. Writer', 'B. Writer', 'C. Writer']
    """
    stack = [value]
    for _ in range(500):
        if not stack:
            return
        one = stack.pop()
        if isinstance(one, str) and (text := one_line(one)):
            yield text
        elif isinstance(one, list):
            stack += one[:200][::-1]
        elif isinstance(one, dict):
            if key not in one and isinstance(one.get("@id"), str):
                one = by_id.get(one["@id"], {})
            stack.append(
                one.get(key) or one.get("item") or one.get("url" if key == "@id" else "@value")
            )
        elif isinstance(one, int) and not isinstance(one, bool) and abs(one) < 10**15:
            yield str(one)  # a date as seconds


def one_line(text: object) -> str:
    """One line of plain text, its entities resolved, not longer than anything that is still metadata.

    >>> one_line(" Kim &amp;amp; <b>Moon</b>"), one_line(["no text"])
    ('Kim & Moon', '')
    """
    if not isinstance(text, str):
        return ""
    plain = re.sub(r"</?[a-zA-Z][^<>]{0,200}>", "", html.unescape(html.unescape(text[:5000])))
    return " ".join(
        re.sub(r"[\x00-\x08\u00ad\u200b-\u200f\u2060\ufeff\ud800-\udfff]", "", plain).split()
    )


def printed(node: lxml.html.HtmlElement, without: re.Pattern[str] | None = None) -> str:
    """What the element prints, scripts left out, and those of its children whose class `without` matches.

    >>> printed(lxml.html.fromstring("<h1><span class='kicker'>Korea</span>: Talks</h1>"), re.compile("kicker"))
    'Talks'
    """
    pieces, dropped = [node.text or ""], ("script", "style", "svg", "template", "noscript")
    for child in islice(node.iterchildren(), 40):
        if (
            isinstance(child.tag, str)
            and child.tag not in dropped
            and not (without and without.search(child.get("class") or ""))
        ):
            pieces += islice(child.itertext("*"), 60)
        pieces.append(child.tail or "")
    line = one_line("".join(piece[:2000] for piece in pieces))
    return line.lstrip("-–—|:·• ") if without else line  # what parted the kicker from the rest


def is_a(found: dict[str, Any], endings: tuple[str, ...]) -> bool:
    """Whether one of the object's types ends so.

    >>> is_a({"@type": ["Thing", "https://schema.org/NewsArticle"]}, ARTICLE)
    True
    """
    return any(kind.lower().endswith(endings) for kind in texts(found.get("@type"), {}))


def _address(url: str) -> str | None:
    """Host and path, by which two addresses of one page are the same; None for a site's front page."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    path = parts.path.rstrip("/")
    return parts.netloc.lower().removeprefix("www.") + path if path and parts.netloc else None


def _addresses(found: dict[str, Any]) -> set[str]:
    given = (
        text
        for key in ("url", "mainEntityOfPage", "@id")
        for text in texts(found.get(key), {}, "@id")
    )
    return {address for address in map(_address, given) if address}


def _absolute(url: str | None, bases: list[str]) -> str | None:
    for base in ["", *bases]:
        try:
            full = urljoin(base or "", (url or "").strip())
            if urlsplit(full).scheme in ("http", "https") and urlsplit(full).netloc:
                return full
        except ValueError:  # such as http://[
            continue
    return None
