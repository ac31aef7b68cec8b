"""Explain: an article as it was found, with what was kept, left out and mended, and why."""

from collections.abc import Mapping
from html import escape
from typing import Any, NamedTuple

import pandas as pd

from press_coverage.cleaning.pages.blocks import blocks, parse
from press_coverage.tables.schema import SchemaError, check

SHOWN = 300  # characters of a longer piece that was left out
_STYLE = {  # readable without colour: struck out, framed, underlined
    "dropped": "text-decoration:line-through;background:#fbe3d6;color:#555",
    "repaired": "border-bottom:2px dotted #0072b2;background:#e3f0fa;text-decoration:none",
    "filled": "border:1px solid #009e73;font-weight:bold",
}
_TAG = {"dropped": "del", "repaired": "ins", "filled": "b"}
_SAID = {"dropped": "left out", "repaired": "mended", "filled": "headline"}


class Piece(NamedTuple):
    """A stretch of the text as found: what became of it ('kept' or the ledger's action), by which rule, how sure, and what replaced it."""

    action: str
    text: str
    rule: str = ""
    score: float | None = None
    new: str = ""


class Explanation(NamedTuple):
    """What `explain` found; shows itself in a notebook as HTML, and printed as plain text."""

    doc_id: str
    pieces: list[Piece]

    def __str__(self) -> str:
        """The text with {-what was left out-}[rule], {what was->what it is}[rule] and {=the headline=}."""
        marks = {
            "kept": "{0}",
            "dropped": "{{-{0}-}}[{1}]",
            "repaired": "{{{0}->{2}}}[{1}]",
            "filled": "{{={0}=}}",
        }
        return "".join(
            marks[p.action].format(_short(p.text) if p.action != "kept" else p.text, p.rule, p.new)
            for p in self.pieces
        )

    def __repr__(self) -> str:
        return str(self)

    def _repr_html_(self) -> str:
        parts = [
            f"<p>{_count(self.pieces)}</p><div style='white-space:pre-wrap;max-width:52em;line-height:1.5'>"
        ]
        for piece in self.pieces:
            text = escape(piece.text if piece.action == "kept" else _short(piece.text))
            if piece.action == "kept":
                parts.append(text)
                continue
            sure = "" if piece.score is None else f" {piece.score:.2f}"
            label = f"<sup style='text-decoration:none'>{escape(piece.rule)}{sure}</sup>"
            shown = f"{text}→{escape(piece.new)}" if piece.action == "repaired" else text
            tag = _TAG[piece.action]
            parts.append(f"<{tag} style='{_STYLE[piece.action]}'>{shown}</{tag}>{label}")
        return "".join([*parts, "</div>"])


def explain(article: "pd.Series[Any] | Mapping[str, Any]", ledger: pd.DataFrame) -> Explanation:
    """Show what `clean` kept of an article, what it left out or mended, and by which rule.

    `article` is a row of the cleaned articles, `ledger` what `clean` gave with them. In a notebook the result shows itself,
    in colours that are doubled by strokes and labels; `print` gives it as plain text. Numbers beside a rule say how sure the
    model is, 0 to 1. What a page says is escaped. Raises SchemaError where the article has no `raw`.

    >>> from press_coverage.cleaning.articles import clean
    >>> scrape = "Talks resume\\nEnvoys of both sides met in the border village on Friday, offi\\u00adcials said.\\nMost read"
    >>> articles, ledger = clean(pd.DataFrame({"doc_id": ["a"], "format": ["text"], "raw": [scrape]}))
    >>> print(explain(articles.loc[0], ledger))
    {=Talks resume=}
    Envoys of both sides met in the border village on Friday, offi{\u00ad->}[invisible]cials said.
    {-Most read-}[heading]
    """
    text, at, pieces = found_text(article), 0, []
    rows = check(ledger, "ledger")
    rows = rows[
        (rows["doc_id"] == article["doc_id"])
        & (rows["step"] == "clean")
        & rows["start"].notna()
        & rows["text"].notna()
    ]
    for row in rows.sort_values(["start", "end"], kind="stable").itertuples():
        start, end = max(int(row.start), at), int(row.end)
        if end <= start:
            continue
        pieces.append(Piece("kept", text[at:start]))
        score, new = (None if pd.isna(value) else value for value in (row.score, row.new))
        pieces.append(Piece(str(row.action), text[start:end], str(row.rule), score, new or ""))
        at = end
    pieces.append(Piece("kept", text[at:]))
    return Explanation(str(article["doc_id"]), [piece for piece in pieces if piece.text])


def found_text(article: "pd.Series[Any] | Mapping[str, Any]") -> str:
    """The text that the ledger's offsets count in: `raw`, and for a page what could be seen, one line a block.

    >>> found_text({"doc_id": "a", "format": "html", "raw": "<body><p>One <b>line</b>.<p>Two."})
    'One line.\\nTwo.'
    """
    raw = article.get("raw")
    if not isinstance(raw, str):
        raise SchemaError(
            f"article {article['doc_id']!r} has no raw text to explain; keep the column 'raw' that load gives"
        )
    if article.get("format") != "html":
        return raw
    tree = parse(raw)
    return "" if tree is None else "\n".join(block.text for block in blocks(tree))


def _short(text: str) -> str:
    return text if len(text) <= SHOWN else f"{text[: SHOWN // 2]} … {text[-SHOWN // 2 :]}"


def _count(pieces: list[Piece]) -> str:
    """How many characters were kept, and how many pieces came off, in words."""
    kept = sum(len(piece.text) for piece in pieces if piece.action == "kept")
    total = sum(len(piece.text) for piece in pieces)
    said = [
        f"{_SAID[action]} {n}"
        for action in _SAID
        if (n := sum(piece.action == action for piece in pieces))
    ]
    return f"{kept} of {total} characters kept; {', '.join(said) or 'nothing left out'}"
