"""Show: an article with its actors, quotations and frames marked where they occur."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import pandas as pd

from press_coverage.annotation.notes import Notes
from press_coverage.tables.schema import SchemaError
from press_coverage.text.marked import Look, Span, as_html, as_text

_LOOKS = {  # readable without colour: bold, between marks, underlined
    "actor": Look("font-weight:bold;color:#0b4f79"),
    "quote": Look("background:#fdf3d8", plain=("‹", "›"), marks=("‹", "›")),
    "frame": Look("border-bottom:2px solid #b3490b", plain=("{", "}")),
}


class Marked(NamedTuple):
    """What `show` gives; shows itself in a notebook as HTML, and printed as plain text."""

    doc_id: str
    body: str
    spans: list[Span]

    def __str__(self) -> str:
        """The body with actor[id], ‹quotation›[form, speaker] and {term}[frame]."""
        return as_text(self.body, self.spans, _LOOKS)

    def __repr__(self) -> str:
        return str(self)

    def _repr_html_(self) -> str:
        return as_html(self.body, self.spans, _LOOKS, line_height=1.7)


def show(article: "pd.Series[Any] | Mapping[str, Any]", notes: Notes) -> Marked:
    """Mark in an article's body its actors, quotations with form and speaker, and frame terms.

    In a notebook the result shows itself, in colours that are doubled by type, marks and labels;
    `print` gives it as plain text. The body is escaped.

    Args:
        article: a row of the annotated articles.
        notes: what `annotate` gave for them.

    Returns:
        The body with its spans, whose offsets count characters.

    Raises:
        SchemaError: the article has no body.

    Examples:
        >>> from press_coverage.annotation.notes import annotate
        >>> body = "Kim Jong Un said: “The sanctions must go.”"
        >>> articles = pd.DataFrame({"doc_id": ["a"], "language": ["en"], "body": [body]})
        >>> print(show(articles.loc[0], annotate(articles)))
        Kim Jong Un[kim_jong_un] said: ‹“The {sanctions}[sanctions_pressure] must go.”›[direct, kim_jong_un]
    """  # noqa: E501
    body, doc_id = article.get("body"), article["doc_id"]
    if not isinstance(body, str):
        raise SchemaError(f"article {doc_id!r} has no body to show; clean the articles first")
    mentions, quotes, frames = (
        table[table["doc_id"] == doc_id] for table in (notes.mentions, notes.quotes, notes.frames)
    )
    speakers = quotes["actor_id"].fillna("speaker not known")
    negated = frames["negated"].map({True: ", negated", False: ""})
    spans = [
        *_spans(mentions, "actor", mentions["actor_id"]),
        *_spans(quotes, "quote", quotes["form"] + ", " + speakers),
        *_spans(frames, "frame", frames["frame"] + negated),
    ]
    return Marked(str(doc_id), body, sorted(spans, key=lambda span: (span.start, -span.end)))


def _spans(table: pd.DataFrame, kind: str, labels: "pd.Series[str]") -> list[Span]:
    places = zip(table["start"], table["end"], labels, strict=True)
    return [Span(start, end, kind, label) for start, end, label in places]
