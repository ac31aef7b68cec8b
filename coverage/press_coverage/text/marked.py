"""One renderer of marked text: spans with style, label and marks, as HTML and as plain text."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from itertools import pairwise
from typing import NamedTuple


class Look(NamedTuple):
    """How a kind of span looks: its CSS and tag in HTML, and the marks around it in either form."""

    style: str
    plain: tuple[str, str] = ("", "")
    marks: tuple[str, str] = ("", "")
    tag: str = "span"


class Span(NamedTuple):
    """What is marked: character offsets, a kind and what is said of it; no label is None."""

    start: int
    end: int
    kind: str
    label: str | None


def as_text(text: str, spans: Sequence[Span], looks: Mapping[str, Look]) -> str:
    """The text with the marks of each span, and its label in brackets behind it.

    Args:
        text: any text.
        spans: in the order in which those that begin at one place are opened.
        looks: how each kind of span looks.

    Returns:
        Plain text.

    Examples:
        >>> as_text("Two met.", [Span(4, 7, "act", "CONSULT")], {"act": Look("", ("{", "}"))})
        'Two {met}[CONSULT].'
    """
    parts = []
    for opened, _, piece, closed in _pieces(text, spans):
        parts += [looks[span.kind].plain[0] for span in opened]
        parts.append(piece)
        for span in closed:
            label = "" if span.label is None else f"[{span.label}]"
            parts.append(looks[span.kind].plain[1] + label)
    return "".join(parts)


def as_html(
    text: str,
    spans: Sequence[Span],
    looks: Mapping[str, Look],
    *,
    line_height: float,
    label: str = "<sup>",
) -> str:
    """The text with its spans as HTML; text and labels are escaped here and nowhere else.

    Args:
        text: any text.
        spans: in the order in which those that begin at one place are opened.
        looks: how each kind of span looks; where spans overlap their styles add up.
        line_height: of the block, in lines.
        label: the tag that opens a label.

    Returns:
        A block of HTML.

    Examples:
        >>> as_html("a<b", [Span(0, 1, "x", "one")], {"x": Look("color:red")}, line_height=1.5)
        "<div style='white-space:pre-wrap;max-width:52em;line-height:1.5'>\
<span style='color:red'>a</span><sup>one</sup>&lt;b</div>"
    """
    parts = [f"<div style='white-space:pre-wrap;max-width:52em;line-height:{line_height}'>"]
    for opened, inside, piece, closed in _pieces(text, spans):
        parts += [looks[span.kind].marks[0] for span in opened]
        parts.append(_styled(escape(piece), {span.kind for span in inside}, looks))
        for span in closed:
            parts.append(f"{looks[span.kind].marks[1]}{label}{escape(span.label or '')}</sup>")
    return "".join([*parts, "</div>"])


def _styled(piece: str, kinds: set[str], looks: Mapping[str, Look]) -> str:
    if not kinds:
        return piece
    shown = [look for kind, look in looks.items() if kind in kinds]
    style = ";".join(look.style for look in shown)
    return f"<{shown[0].tag} style='{style}'>{piece}</{shown[0].tag}>"


def _pieces(
    text: str, spans: Sequence[Span]
) -> Iterator[tuple[list[Span], list[Span], str, list[Span]]]:
    """The text cut at each end of a span: what opens, what is open, the piece, what closes."""
    opening, closing = defaultdict[int, list[Span]](list), defaultdict[int, list[Span]](list)
    for span in spans:
        opening[span.start].append(span)
        closing[span.end].append(span)
    inside: list[Span] = []
    for start, end in pairwise(sorted({0, len(text), *opening, *closing})):
        opened = opening.get(start, [])
        inside = [span for span in inside if span.end > start] + opened
        closed = sorted(closing.get(end, []), key=lambda span: -span.start)
        yield opened, inside, text[start:end], closed
