"""Blocks: what a reader of a page could see, one piece a line, and its place, in numbers."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import lxml.html
import numpy as np
from lxml import etree

from press_coverage.cleaning.lines.features import COLUMNS, Array, features, neighbours
from press_coverage.codebooks.reading import pattern
from press_coverage.text.words import squeeze

_HIDDEN = frozenset("script style noscript template svg head iframe object select textarea".split())
_INLINE = frozenset(
    "a abbr b bdi bdo big cite code data dfn em font i ins kbd mark meter q s samp small span"
    " strong sub sup time u var wbr".split()
)
# siblings of these belong together
_LEAVES = frozenset("p li h1 h2 h3 h4 blockquote span".split())
# the models' features are made of the next three: their order is that of the columns
_WITHIN = {
    tag: 1 << bit
    for bit, tag in enumerate(
        "article main aside nav header footer figure figcaption ul ol li form button table"
        " blockquote section p h1 h2 h3 h4 dl label details summary address".split()
    )
}
_TAGS = "p h1 h2 h3 h4 li div a span td figcaption blockquote section article header footer aside"
_TAG = {tag: n for n, tag in enumerate([*_TAGS.split(), "br"])}
_HINTS = [  # what classes and ids say
    pattern("pages", f"hint_{name}")
    for name in "comments sharing other_articles advert metadata picture navigation body standfirst"
    " hidden".split()
]
_UNSEEN, _BODY = 1 << (len(_HINTS) - 1), 1 << len(_HINTS)


class Place(NamedTuple):
    """Where a block is on the page."""

    hints: int  # bits: the hints of its ancestors and its own; the last, that it is the body
    element_hints: int
    within: int  # bits: tags that it lies in
    depth: int
    tag: str
    number: int
    box: int  # number of the element whose children it belongs to


class Block(NamedTuple):
    """A piece of a page's text on one line."""

    text: str
    linked: int  # characters that are links
    place: Place
    bare: str  # its text squeezed


def parse(html: str) -> lxml.html.HtmlElement | None:
    """A page as a tree.

    Args:
        html: the page's source.

    Returns:
        The root element, or None where there is nothing to parse.
    """
    parser = lxml.html.HTMLParser(encoding="utf-8", huge_tree=True)
    source = html.replace("\x00", "").encode("utf-8", "replace")
    try:
        return lxml.html.document_fromstring(source, parser=parser)
    except (etree.LxmlError, ValueError):
        return None


def blocks(tree: lxml.html.HtmlElement) -> list[Block]:
    """What a reader of the page could see, in order; scripts and styles are left out.

    Args:
        tree: the page, see `parse`.

    Examples:
        >>> page = "<body><nav>Home</nav><p>One <b>line</b>.</p><script>x</script></body>"
        >>> [block.text for block in blocks(parse(page))]
        ['Home', 'One line.']
    """
    body = tree.find("body")
    root = tree if body is None else body
    gathered = _Gathered()
    gathered.add(root.text, False)
    # open elements; pages may nest deeper than calls can
    stack = [(root, iter(root), Place(0, 0, 0, 0, "body", 0, 0), True, False)]
    number = 0
    while stack:
        node, children, place, is_block, in_link = stack[-1]
        child = next(children, None)
        if child is None:
            stack.pop()
            if is_block:
                gathered.end_block(place)
            if stack:
                gathered.add(node.tail, stack[-1][-1])
        elif not isinstance(child.tag, str) or child.tag in _HIDDEN or child.tag == "br":
            if child.tag == "br":
                gathered.end_block(place)
            gathered.add(child.tail, in_link)
        else:
            if child.tag not in _INLINE:
                gathered.end_block(place)
                number += 1
                place = _inside(place, child, number)
            in_link = in_link or child.tag == "a"
            stack.append((child, iter(child), place, child.tag not in _INLINE, in_link))
            gathered.add(child.text, in_link)
    return gathered.blocks


class _Gathered:
    """The blocks so far, and the text of the one that is not yet complete."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self.pieces: list[str] = []
        self.linked = 0

    def add(self, text: str | None, in_link: bool) -> None:
        if text:
            self.pieces.append(text)
            self.linked += len(text) * in_link

    def end_block(self, place: Place) -> None:
        if text := " ".join("".join(self.pieces).split()):
            self.blocks.append(Block(text, min(self.linked, len(text)), place, squeeze(text)))
        self.pieces.clear()
        self.linked = 0


def numbers(
    page_blocks: Sequence[Block], title: str = "", standfirst: str = "", declared: str = ""
) -> Array:
    """The features of a page's blocks, for the model of pages.

    Args:
        page_blocks: the page's blocks, at least one.
        title: the headline that the page declares.
        standfirst: the description that it declares.
        declared: the whole text, which some pages have in their JSON-LD.

    Returns:
        A row a block: its line's features, its place, what is around it, and what the page
        declares of it.

    Examples:
        >>> numbers(blocks(parse("<body><nav>Home</nav><p>One line.</p></body>"))).shape
        (2, 222)
    """
    rows = features([block.text for block in page_blocks])
    link = np.array([block.linked / len(block.text) for block in page_blocks])
    words, prose = np.expm1(rows[:, COLUMNS.index("words")]), rows[:, COLUMNS.index("prose")]
    good = words * prose * (link < 0.3)
    places = zip(*(block.place for block in page_blocks), strict=True)
    place = {name: np.array(values) for name, values in zip(Place._fields, places, strict=True)}
    by_box, boxes, weights = _shared(place["box"], good, words, link)
    by_kind, _, _ = _shared(_kinds(page_blocks), good, words, link)
    main = boxes == np.argmax(weights)
    level = place["depth"] - place["depth"][np.argmax(good * main)]
    bare = [block.bare for block in page_blocks]
    declares = _declares(bare, squeeze(title), squeeze(standfirst), squeeze(declared))
    tags = [_TAG.get(block.place.tag, len(_TAG)) for block in page_blocks]
    columns = [link, level, *by_box, *by_kind, main, *_distances(main), *declares, copies(bare)]
    columns += [tags, *_bits(place)]
    core = [link, rows[:, :3:2], by_box[0], by_kind[0], main, level, declares[-1]]
    around = neighbours(np.column_stack(core).astype(np.float32), 2)
    return np.hstack([rows, np.column_stack(columns), *around]).astype(np.float32)


def _kinds(page_blocks: Sequence[Block]) -> Any:
    """A number for each kind of block: those of one kind have the same hints and tags."""
    kinds: dict[tuple[object, ...], int] = {}
    keys = ((*block.place[:3], block.place.tag) for block in page_blocks)
    return np.array([kinds.setdefault(key, len(kinds)) for key in keys])


def _shared(group: Any, good: Any, words: Any, link: Any) -> tuple[list[Any], Any, Any]:
    """What each block shares with its group; the groups, and their prose.

    That is the group's share of the page's prose, its number of blocks, and its share of links.
    """
    _, of = np.unique(group, return_inverse=True)
    prose, size = np.bincount(of, weights=good), np.bincount(of)
    linked = np.bincount(of, weights=words * link) / np.maximum(np.bincount(of, weights=words), 1)
    return [prose[of] / max(good.sum(), 1), np.log1p(size[of]), linked[of]], of, prose


def _distances(main: Any) -> tuple[Any, Any]:
    """How many blocks each is away from the main box, and whether it is between its ends."""
    at, where = np.arange(len(main)), np.flatnonzero(main)
    first, last = where[0], where[-1]
    away = np.maximum(first - at, 0) + np.maximum(at - last, 0)
    return away, (at >= first) & (at <= last)


def _declares(bare: list[str], title: str, standfirst: str, whole: str) -> list[list[Any]]:
    """Whether each block is in what the page declares, or holds it; -1 where it declares none."""
    return [
        [_held(text, standfirst, 15) for text in bare],
        [_held(text, title, 8) for text in bare],
        [len(text) > 15 and text in whole if whole else -1 for text in bare],
    ]


def _held(text: str, declared: str, longer_than: int) -> bool:
    return bool(declared) and len(text) > longer_than and (text in declared or declared in text)


def _bits(place: Mapping[str, Any]) -> list[Any]:
    """A column for each hint and each tag around."""
    sizes = {"hints": len(_HINTS) + 1, "element_hints": len(_HINTS), "within": len(_WITHIN)}
    return [(place[name] >> bit) & 1 for name, size in sizes.items() for bit in range(size)]


def copies(bare: Sequence[str]) -> list[bool]:
    """Which of the squeezed texts occurred before, where that is no chance.

    Args:
        bare: squeezed texts, in order; those of up to 30 characters are no copies.

    Examples:
        >>> copies(["a", "b" * 40, "a", "b" * 40])
        [False, False, False, True]
    """
    seen: set[str] = set()
    out = []
    for text in bare:
        out.append(len(text) > 30 and text in seen)
        seen.add(text)
    return out


def _inside(around: Place, node: lxml.html.HtmlElement, number: int) -> Place:
    """The place of an element in another."""
    hints = _hints(f"{node.get('class', '')} {node.get('id', '')}")
    style = node.get("style", "").replace(" ", "")[:1000]
    if node.get("hidden") is not None or "display:none" in style:
        hints |= _UNSEEN
    if node.get("itemprop") == "articleBody":
        hints |= _BODY
    box = around.number if node.tag in _LEAVES else number
    within = around.within | _WITHIN.get(node.tag, 0)
    return Place(around.hints | hints, hints, within, around.depth + 1, node.tag, number, box)


@lru_cache(maxsize=20_000)
def _hints(names: str) -> int:
    """The bits of the hints that an element's class and id give."""
    low = names[:1000].lower()
    if len(low) < 2:
        return 0
    return sum(1 << bit for bit, hint in enumerate(_HINTS) if hint.search(low))
