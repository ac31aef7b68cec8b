"""Pages: from a page's HTML to its lines, which of them are the article, and what it declares."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from press_coverage.cleaning.lines.features import Array
from press_coverage.cleaning.pages.blocks import Block, blocks, copies, numbers, parse
from press_coverage.cleaning.pages.metadata import metadata
from press_coverage.models.trees import probability, read
from press_coverage.text.words import squeeze


class Page(NamedTuple):
    """What could be seen on a page, one line a block, and the fields that it declares."""

    lines: list[str]
    rows: Array | None  # the lines in numbers
    likely: list[float]  # how likely each is the article's
    fields: dict[str, Any]


def page(html: str) -> Page:
    """A page's lines and fields; a line that occurred before in full has the probability 0.

    A model decides by the lines' shape and place among the page's elements. On pages of outlets
    that it was not trained on it is ahead of trafilatura, in less time; data/model/figures.json
    and `make bench` have the figures.

    Args:
        html: the page's source.

    Returns:
        Lines, their features, their probabilities (0 to 1), and the fields of `metadata` without
        description and text; without rows where there is nothing to read.

    Examples:
        >>> html = "<html lang='en'><body><nav>Home</nav><p>Envoys met on Friday.</p></body></html>"
        >>> read_page = page(html)
        >>> read_page.lines, read_page.fields["language"]
        (['Home', 'Envoys met on Friday.'], 'en')
    """
    tree = parse(html)
    if tree is None:
        return Page([], None, [], {})
    fields, seen = metadata(tree), blocks(tree)
    standfirst, declared = (str(fields.pop(name) or "") for name in ("description", "text"))
    if not seen:
        return Page([], None, [], fields)
    rows = numbers(seen, str(fields["title"] or ""), standfirst, declared)
    likely = probability(read("pages"), rows)
    likely[copies([block.bare for block in seen])] = 0
    for at in _printed_standfirst(seen, likely, squeeze(standfirst)):
        likely[at] = max(likely[at], 0.9)
    return Page([block.text for block in seen], rows, likely.tolist(), fields)


def _printed_standfirst(seen: Sequence[Block], likely: Any, standfirst: str) -> list[int]:
    """Where the description is printed above the prose: 62 of 66 of these are in the gold."""
    lengths = [len(block.text.split()) for block in seen]
    prose = (at for at, length in enumerate(lengths) if length >= 10 and likely[at] >= 0.5)
    top = range(len(seen))[: next(prose, len(seen)) + 2]
    return [at for at in top if seen[at].bare == standfirst and lengths[at] >= 5]
