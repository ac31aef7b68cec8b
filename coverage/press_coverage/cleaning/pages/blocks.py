"""Blocks: what a reader of a page could see, one piece a line, with its place in the page's structure, in numbers."""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import lxml.html
import numpy as np
from lxml import etree

from press_coverage.cleaning.lines.features import COLUMNS, Array, features, neighbours
from press_coverage.text.words import squeeze

_HIDDEN = frozenset(
    {
        "script",
        "style",
        "noscript",
        "template",
        "svg",
        "head",
        "iframe",
        "object",
        "select",
        "textarea",
    }
)
_INLINE = frozenset(
    "a abbr b bdi bdo big cite code data dfn em font i ins kbd mark meter q s samp small span strong sub sup time u var wbr".split()
)
_LEAVES = frozenset(
    {"p", "li", "h1", "h2", "h3", "h4", "blockquote", "span"}
)  # their siblings belong together
_WITHIN = {
    tag: 1 << bit
    for bit, tag in enumerate(
        "article main aside nav header footer figure figcaption ul ol li form button table blockquote section p h1 h2 h3 h4"
        " dl label details summary address".split()
    )
}
_OWN = {
    tag: n
    for n, tag in enumerate(
        "p h1 h2 h3 h4 li div a span td figcaption blockquote section article header footer aside br".split()
    )
}
_HINTS = tuple(  # what classes and ids tell
    re.compile(pattern)
    for pattern in (
        r"comment|disqus|discussion|forum|coral|kommentar",
        r"share|social|sharing|follow|facebook|twitter|whatsapp",
        r"relat|recommend|teaser|more-|most-|mostread|popular|trending|also|readmore|read-more|next|prev|carousel|slider|card|widget|outbrain|taboola"
        r"|promo|feed|list-item|swiper",
        r"\bad\b|\bads\b|ad-|-ad\b|advert|sponsor|banner|anzeige|werb|commercial|paywall|newsletter|subscri|sign-?up|donat|cta|abo\b|consent|cookie|gdpr"
        r"|modal|popup|overlay",
        r"meta|byline|author|autor|date|time|publish|tag|topic|keyword|breadcrumb|kicker|categor|rubri|info|credit|copyright|bio",
        r"caption|figure|gallery|image|img|photo|video|player|media|bild|foto|slideshow",
        r"nav|menu|header|footer|sidebar|aside|masthead|toolbar|search|login|account|skip|lang",
        r"article-?_?(?:body|content|text|main)|body-?_?(?:text|content|copy)|entry-content|post-content|story|content-body|rich-?text|paragraph"
        r"|text-?_?(?:body|block|wrap)|main-?content|prose|wysiwyg|article__|articlebody|artikel",
        r"lead|intro|summary|standfirst|subtitle|sub-?head|dek|excerpt|abstract|description|vorspann|entradilla|chapo|subline|deck",
        r"hidden|sr-only|visually|screen-reader|invisible|d-none|print-only|noscript",
    )
)
_UNSEEN, _BODY = 1 << (len(_HINTS) - 1), 1 << len(_HINTS)


class Place(NamedTuple):
    """Where a block stands: hints of its ancestors and its own (bits), tags it lies in (bits), depth, tag, its number and its box's."""

    hints: int
    own_hints: int
    within: int
    depth: int
    tag: str
    number: int
    box: int


class Block(NamedTuple):
    """A piece of a page's text on one line, how many of its characters are links, its place, and its text squeezed."""

    text: str
    linked: int
    place: Place
    bare: str


def parse(html: str) -> lxml.html.HtmlElement | None:
    """The page as a tree, or None where there is nothing to parse."""
    try:
        return lxml.html.document_fromstring(
            html.replace("\x00", "").encode("utf-8", "replace"),
            parser=lxml.html.HTMLParser(encoding="utf-8", huge_tree=True),
        )
    except (etree.LxmlError, ValueError):
        return None


def blocks(tree: lxml.html.HtmlElement) -> list[Block]:
    """What a reader of the page could see, in order; scripts and styles are left out.

    >>> [block.text for block in blocks(parse("<body><nav>Home</nav><p>One <b>line</b>.</p><script>x</script></body>"))]
    ['Home', 'One line.']
    """
    found: list[Block] = []
    pieces: list[str] = []
    linked = number = 0

    def flush(place: Place) -> None:
        nonlocal linked
        if text := " ".join("".join(pieces).split()):
            found.append(Block(text, min(linked, len(text)), place, squeeze(text)))
        pieces.clear()
        linked = 0

    def say(text: str | None, in_link: bool) -> None:
        nonlocal linked
        if text:
            pieces.append(text)
            linked += len(text) * in_link

    body = tree.find("body")
    root = tree if body is None else body
    say(root.text, False)
    stack = [
        (root, iter(root), Place(0, 0, 0, 0, "body", 0, 0), True, False)
    ]  # open elements; pages may nest deeper than calls can
    while stack:
        node, children, place, ends_block, in_link = stack[-1]
        child = next(children, None)
        if child is None:
            stack.pop()
            if ends_block:
                flush(place)
            if stack:
                say(node.tail, stack[-1][4])
        elif not isinstance(child.tag, str) or child.tag in _HIDDEN or child.tag == "br":
            if child.tag == "br":
                flush(place)
            say(child.tail, in_link)
        elif child.tag in _INLINE:
            stack.append((child, iter(child), place, False, in_link or child.tag == "a"))
            say(child.text, stack[-1][4])
        else:
            flush(place)
            number += 1
            stack.append((child, iter(child), _inside(place, child, number), True, in_link))
            say(child.text, in_link)
    return found


def numbers(
    found: Sequence[Block], title: str = "", standfirst: str = "", declared: str = ""
) -> Array:
    """One row a block: its line's features, where it stands, what stands around it, and what the page declares of it.

    `title`, `standfirst` and `declared` (the whole text, in some pages' JSON-LD) are what the page's head says.

    >>> numbers(blocks(parse("<body><nav>Home</nav><p>One line.</p></body>"))).shape
    (2, 222)
    """
    rows = features([block.text for block in found])
    at = np.arange(len(found))
    words, prose = np.expm1(rows[:, COLUMNS.index("words")]), rows[:, COLUMNS.index("prose")]
    fields = ("hints", "own_hints", "within", "depth", "box")
    hints, own, within, depth, box = (
        np.array([getattr(block.place, field) for block in found], dtype=np.int64)
        for field in fields
    )
    link = np.array([block.linked / len(block.text) for block in found])
    good = words * prose * (link < 0.3)
    kinds: dict[tuple[object, ...], int] = {}
    like = np.array(
        [kinds.setdefault((*block.place[:3], block.place.tag), len(kinds)) for block in found]
    )
    by_box, boxes, weights = _shared(box, good, words, link)
    by_kind, _, _ = _shared(like, good, words, link)
    main = boxes == np.argmax(weights)
    where = np.flatnonzero(main)
    level = depth - depth[np.argmax(good * main)]
    bare = [block.bare for block in found]
    head, lead, whole = squeeze(title), squeeze(standfirst), squeeze(declared)
    told: list[Any] = [
        [bool(lead) and len(b) > 15 and (b in lead or lead in b) for b in bare],
        [bool(head) and len(b) > 8 and (b in head or head in b) for b in bare],
        [-1 if not whole else len(b) > 15 and b in whole for b in bare],
    ]
    bits = [
        (flags >> bit) & 1
        for flags, last in ((hints, len(_HINTS) + 1), (own, len(_HINTS)), (within, len(_WITHIN)))
        for bit in range(last)
    ]
    place = [
        *(
            main,
            np.maximum(where[0] - at, 0) + np.maximum(at - where[-1], 0),
            (at >= where[0]) & (at <= where[-1]),
            *told,
        ),
        *(copies(bare), [_OWN.get(block.place.tag, len(_OWN)) for block in found], *bits),
    ]
    core = np.column_stack(
        [link, rows[:, :3:2], by_box[0], by_kind[0], main, level, told[2]]
    ).astype(np.float32)
    return np.hstack(
        [rows, np.column_stack([link, level, *by_box, *by_kind, *place]), *neighbours(core, 2)]
    ).astype(np.float32)


def copies(bare: Sequence[str]) -> list[bool]:
    """Which of the squeezed texts stood before, where they are long enough for that to be no chance.

    >>> copies(["a", "b" * 40, "a", "b" * 40])
    [False, False, False, True]
    """
    seen: set[str] = set()
    out = []
    for text in bare:
        out.append(len(text) > 30 and text in seen)
        seen.add(text)
    return out


def _shared(group: Any, good: Any, words: Any, link: Any) -> tuple[list[Any], Any, Any]:
    """For each block, of its group: share of the page's prose, number of blocks, share of links; the groups and their prose."""
    _, of = np.unique(group, return_inverse=True)
    prose, size = np.bincount(of, weights=good), np.bincount(of)
    linked = np.bincount(of, weights=words * link) / np.maximum(np.bincount(of, weights=words), 1)
    return [prose[of] / max(good.sum(), 1), np.log1p(size[of]), linked[of]], of, prose


def _inside(around: Place, node: lxml.html.HtmlElement, number: int) -> Place:
    get, tag = node.get, node.tag
    own = _hints(f"{get('class', '')} {get('id', '')}")
    if get("hidden") is not None or "display:none" in get("style", "").replace(" ", "")[:1000]:
        own |= _UNSEEN
    if get("itemprop") == "articleBody":
        own |= _BODY
    box = around.number if tag in _LEAVES else number
    return Place(
        around.hints | own,
        own,
        around.within | _WITHIN.get(tag, 0),
        around.depth + 1,
        tag,
        number,
        box,
    )


@lru_cache(maxsize=20_000)
def _hints(names: str) -> int:
    low = names[:1000].lower()
    return (
        sum(1 << bit for bit, pattern in enumerate(_HINTS) if pattern.search(low))
        if len(low) > 1
        else 0
    )
