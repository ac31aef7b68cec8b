"""Show: an article with its actors, quotations and frames marked where they stand."""

from collections.abc import Mapping
from html import escape
from itertools import pairwise
from typing import Any, NamedTuple

import pandas as pd

from press_coverage.annotation.notes import Notes
from press_coverage.tables.schema import SchemaError

_STYLE = {  # readable without colour: bold, between bars, underlined
    "actor": "font-weight:bold;color:#0b4f79",
    "quote": "background:#fdf3d8",
    "frame": "border-bottom:2px solid #b3490b",
}
_MARK = {"actor": ("", ""), "quote": ("‹", "›"), "frame": ("{", "}")}


class Span(NamedTuple):
    """What is marked: character offsets into the body, its kind ('actor', 'quote' or 'frame') and what is said of it."""

    start: int
    end: int
    kind: str
    label: str


class Marked(NamedTuple):
    """What `show` found; shows itself in a notebook as HTML, and printed as plain text."""

    doc_id: str
    body: str
    spans: list[Span]

    def __str__(self) -> str:
        """The body with actor[id], ‹quotation›[form, speaker] and {term}[frame]."""
        return "".join(
            "".join(_MARK[span.kind][0] for span in opened)
            + text
            + "".join(f"{_MARK[span.kind][1]}[{span.label}]" for span in closed)
            for opened, _, text, closed in _pieces(self.body, self.spans)
        )

    def __repr__(self) -> str:
        return str(self)

    def _repr_html_(self) -> str:
        parts = ["<div style='white-space:pre-wrap;max-width:52em;line-height:1.7'>"]
        for opened, within, text, closed in _pieces(self.body, self.spans):
            style = ";".join(
                _STYLE[kind] for kind in _STYLE if any(span.kind == kind for span in within)
            )
            parts += [_MARK[span.kind][0] for span in opened if span.kind == "quote"]
            parts.append(f"<span style='{style}'>{escape(text)}</span>" if style else escape(text))
            parts += [
                f"{'›' if span.kind == 'quote' else ''}<sup>{escape(span.label)}</sup>"
                for span in closed
            ]
        return "".join([*parts, "</div>"])


def show(article: "pd.Series[Any] | Mapping[str, Any]", notes: Notes) -> Marked:
    """Mark in an article's body what `annotate` found: actors, quotations with form and speaker, frame terms.

    `article` is a row of the annotated articles, `notes` what `annotate` gave for them. In a notebook the result shows itself,
    in colours that are doubled by type, bars and labels; `print` gives it as plain text. The body is escaped. Raises SchemaError
    where the article has no body.

    >>> from press_coverage.annotation.notes import annotate
    >>> articles = pd.DataFrame({"doc_id": ["a"], "language": ["en"], "body": ["Kim Jong Un said: “The sanctions must go.”"]})
    >>> print(show(articles.loc[0], annotate(articles)))
    Kim Jong Un[kim_jong_un] said: ‹“The {sanctions}[sanctions_pressure] must go.”›[direct, kim_jong_un]
    """
    body = article.get("body")
    if not isinstance(body, str):
        raise SchemaError(
            f"article {article['doc_id']!r} has no body to show; clean the articles first"
        )
    mentions, quotes, frames = (
        table[table["doc_id"] == article["doc_id"]]
        for table in (notes.mentions, notes.quotes, notes.frames)
    )
    spans = [Span(row.start, row.end, "actor", row.actor_id) for row in mentions.itertuples()]
    speakers = quotes["actor_id"].fillna("speaker not known")
    spans += [
        Span(row.start, row.end, "quote", f"{row.form}, {who}")
        for row, who in zip(quotes.itertuples(), speakers, strict=True)
    ]
    spans += [
        Span(row.start, row.end, "frame", row.frame + (", negated" if row.negated else ""))
        for row in frames.itertuples()
    ]
    return Marked(
        str(article["doc_id"]), body, sorted(spans, key=lambda span: (span.start, -span.end))
    )


def _pieces(body: str, spans: list[Span]) -> list[tuple[list[Span], list[Span], str, list[Span]]]:
    """The body cut where a span begins or ends: what begins there, what stands around the piece, its text, what ends behind it."""
    places = sorted({0, len(body), *(place for span in spans for place in (span.start, span.end))})
    pieces = []
    for start, end in pairwise(places):
        opened = [span for span in spans if span.start == start]
        within = [span for span in spans if span.start < end and start < span.end]
        closed = sorted((span for span in spans if span.end == end), key=lambda span: -span.start)
        pieces.append((opened, within, body[start:end], closed))
    return pieces
