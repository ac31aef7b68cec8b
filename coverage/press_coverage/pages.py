"""Pages: from a page's HTML to the article's fields, with trafilatura, and what of the page was left out."""

import copy
import json
import re
from collections.abc import Iterator
from typing import Any

import lxml.html
import pandas as pd
import trafilatura
from lxml import etree

from press_coverage.readers import parse_date

_YEARS = re.compile(r"^(©|\(c\)|copyright)\s*|[\s,]*\b(19|20)\d\d(\s*[-–]\s*(19|20)\d\d)?$", re.I)  # of a copyright line
_HIDDEN = frozenset({"script", "style", "noscript", "template", "svg", "head", "iframe", "object", "select", "textarea"})
_INLINE = frozenset(
    "a abbr b bdi bdo big cite code data dfn em font i ins kbd mark meter q s samp small span strong sub sup time u var wbr".split()
)


def parse(html: str) -> lxml.html.HtmlElement | None:
    """The page as a tree, or None where there is nothing to parse."""
    try:
        tree = lxml.html.document_fromstring(
            html.replace("\x00", "").encode("utf-8", "replace"), parser=lxml.html.HTMLParser(encoding="utf-8", huge_tree=True)
        )
    except (etree.LxmlError, ValueError):
        return None
    return tree


def article(html: str) -> dict[str, Any]:
    """The article's fields as the page gives them: body (paragraphs, one a line), title, authors, date, and so on.

    What the page does not give is None. The body is trafilatura's, without comments; a standfirst that the page
    repeats as its description, and that trafilatura left out, is put before it, and a first line that only repeats
    the title is taken out.

    Source: Barbaresi 2021, https://aclanthology.org/2021.acl-demo.15

    >>> article("<html><body><p>short</p></body></html>")["title"] is None
    True
    """
    fields: dict[str, Any] = dict.fromkeys(
        ("body", "title", "authors", "publishing_date", "section", "url", "publisher", "declared_language")
    )
    tree = parse(html)
    if tree is None:
        return fields
    found = _extract(tree, with_metadata=True)
    if found is None:  # a broken date in the metadata, say, makes trafilatura give up on the whole page
        found = _extract(tree, with_metadata=False)
    if found is None or isinstance(found, dict):
        return fields
    lines = [line for line in (" ".join(line.split()) for line in (found.text or "").split("\n")) if line]
    if lines and found.title and squeeze(lines[0]) == squeeze(found.title):
        del lines[0]
    lead = _standfirst(tree, lines)
    declared = (tree.get("lang") or "")[:2].lower()
    fields |= {
        "body": "\n".join([lead, *lines] if lead else lines),
        "title": found.title,
        "authors": found.author,
        "publishing_date": published(tree) or (parse_date(found.date) if found.date else None),
        "section": next(iter(found.categories or []), None) or _meta(tree, "article:section"),
        "url": found.url,
        "publisher": _meta(tree, "og:site_name") or _YEARS.sub("", found.sitename or ""),
        "declared_language": declared if re.fullmatch("[a-z]{2}", declared) else None,
    }
    return {name: value or None for name, value in fields.items()}


def squeeze(text: str) -> str:
    """The text's letters and digits in lower case: what stays the same when layout changes.

    >>> squeeze("Summit – off!") == squeeze("summit off")
    True
    """
    return re.sub(r"\W+", "", text).lower()


def published(tree: lxml.html.HtmlElement) -> pd.Timestamp | None:
    """The publishing date that the page declares, in UTC: JSON-LD, then meta elements, then microdata.

    >>> page = '<html><head><meta property="article:published_time" content="2018-05-31T16:42:00+02:00"></head></html>'
    >>> print(published(parse(page)))
    2018-05-31 14:42:00+00:00
    """
    candidates = [
        *_linked_data(tree, "datePublished"),
        _meta(tree, "article:published_time"),
        _meta(tree, "date"),
        *tree.xpath("//*[@itemprop='datePublished']/@content | //*[@itemprop='datePublished']/@datetime"),
    ]
    dates = (parse_date(str(c).strip()) for c in candidates if c)
    return next((date for date in dates if date is not None), None)


def visible_lines(html: str) -> list[str]:
    """What a reader of the page could see, one line a block, scripts and styles left out.

    >>> visible_lines("<body><nav>Home</nav><p>One <b>line</b>.</p><script>x</script></body>")
    ['Home', 'One line.']
    """
    tree = parse(html)
    text = "".join(_pieces(tree)) if tree is not None else ""
    return [" ".join(line.split()) for line in text.split("\n") if line.strip()]


def _pieces(root: lxml.html.HtmlElement) -> Iterator[str]:
    skip = 0
    for event, node in etree.iterwalk(root, events=("start", "end", "comment", "pi")):
        if event in ("comment", "pi"):
            yield "" if skip else node.tail or ""
            continue
        hidden, block = node.tag in _HIDDEN, node.tag not in _INLINE
        if event == "start":
            skip += hidden
            if not skip:
                yield "\n" if block else ""
                yield re.sub(r"\s+", " ", node.text or "")
        else:
            skip -= hidden
            if not skip:
                yield "\n" if block else ""
                yield re.sub(r"\s+", " ", node.tail or "")


def _extract(tree: lxml.html.HtmlElement, *, with_metadata: bool) -> Any:
    """Trafilatura's article, from a copy, because it prunes the tree it is given."""
    copied = _without_layout(copy.deepcopy(tree))
    return trafilatura.bare_extraction(copied, include_comments=False, include_tables=False, with_metadata=with_metadata)


def _without_layout(tree: lxml.html.HtmlElement) -> lxml.html.HtmlElement:
    """Tables that hold paragraphs are the page's layout, as pages of before 2010 have it: they become blocks."""
    if tree.xpath("boolean(//td//p or //td//table)"):
        for node in tree.iter("table", "thead", "tbody", "tfoot", "tr", "td", "th"):
            node.tag = "div"
    return tree


def _standfirst(tree: lxml.html.HtmlElement, lines: list[str]) -> str | None:
    """The page's description, where it is printed on the page and the extracted lines lack it."""
    described = _meta(tree, "og:description") or _meta(tree, "description") or ""
    plain = squeeze(described)
    if len(described.split()) < 5 or plain in squeeze("".join(lines)):
        return None
    printed = any(squeeze(node.text_content()) == plain for node in tree.iter("p", "h2", "h3", "div", "span"))
    return " ".join(described.split()) if printed else None


def _meta(tree: lxml.html.HtmlElement, name: str) -> str | None:
    found = tree.xpath("//meta[@property=$name or @name=$name]/@content", name=name)
    return str(found[0]) if found else None


def _linked_data(tree: lxml.html.HtmlElement, key: str) -> Iterator[Any]:
    """Values of `key` in the page's JSON-LD, at any depth; a block that is not JSON is passed over."""
    for script in tree.xpath("//script[@type='application/ld+json']"):
        try:
            stack = [json.loads(script.text or "", strict=False)]
        except (ValueError, RecursionError):
            continue
        while stack:
            item = stack.pop()
            if isinstance(item, dict):
                if isinstance(item.get(key), str):
                    yield item[key]
                stack += item.values()
            elif isinstance(item, list):
                stack += item
