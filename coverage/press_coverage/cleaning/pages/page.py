"""Pages: from a page's HTML to its lines, which of them are the article, and what the page declares of it."""

from typing import Any, NamedTuple

from press_coverage.cleaning.lines.features import Array
from press_coverage.cleaning.pages.blocks import blocks, copies, numbers, parse
from press_coverage.cleaning.pages.metadata import metadata
from press_coverage.models.trees import probability, read
from press_coverage.text.words import squeeze


class Page(NamedTuple):
    """What could be seen on a page, one line a block, in numbers, how likely each is the article's, and the declared fields."""

    lines: list[str]
    rows: Array | None
    likely: list[float]
    fields: dict[str, Any]


def page(html: str) -> Page:
    """The page's lines and fields; a line that stood before in full has the probability 0.

    A model decides by the lines' shape and place among the page's elements. On pages of outlets that it was not trained
    on it is ahead of trafilatura, in less time; data/model/figures.json and `make bench` have the figures.

    >>> found = page("<html lang='en'><title>Talks</title><body><nav>Home</nav><p>Envoys met on Friday, officials said.</p></body></html>")
    >>> found.lines, found.fields["language"]
    (['Home', 'Envoys met on Friday, officials said.'], 'en')
    """
    tree = parse(html)
    if tree is None:
        return Page([], None, [], {})
    fields, found = metadata(tree), blocks(tree)
    told = {
        "title": fields["title"],
        "standfirst": fields.pop("description"),
        "declared": fields.pop("text"),
    }
    if not found:
        return Page([], None, [], fields)
    lines = [block.text for block in found]
    rows = numbers(found, **{name: str(text or "") for name, text in told.items()})
    likely = probability(read("pages"), rows)
    bare, standfirst = [block.bare for block in found], squeeze(str(told["standfirst"] or ""))
    likely[copies(bare)] = 0
    first = next(
        (at for at, p in enumerate(likely) if p >= 0.5 and len(lines[at].split()) >= 10), len(lines)
    )
    for at, line in enumerate(bare[: first + 2]):
        if (
            line == standfirst and len(lines[at].split()) >= 5
        ):  # the page's own description, printed: 62 of 66 are in the gold
            likely[at] = max(likely[at], 0.9)
    return Page(lines, rows, likely.tolist(), fields)
