"""Explain: an article as it was loaded, with what was kept, left out and mended, and why."""

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import pandas as pd

from press_coverage.cleaning.pages.blocks import blocks, parse
from press_coverage.tables.schema import SchemaError, check
from press_coverage.text.marked import Look, Span, as_html, as_text

SHOWN = 300  # characters of a longer piece that was left out
_STRUCK = "text-decoration:line-through;background:#fbe3d6;color:#555"
_DOTTED = "border-bottom:2px dotted #0072b2;background:#e3f0fa;text-decoration:none"
_LOOKS = {  # readable without colour: struck out, framed, underlined
    "dropped": Look(_STRUCK, plain=("{-", "-}"), tag="del"),
    "repaired": Look(_DOTTED, plain=("{", "}"), tag="ins"),
    "filled": Look("border:1px solid #009e73;font-weight:bold", plain=("{=", "=}"), tag="b"),
}
_IN_WORDS = {"dropped": "left out", "repaired": "mended", "filled": "headline"}


class Piece(NamedTuple):
    """A stretch of the text as loaded, and what became of it.

    `action` is 'kept' or the ledger's action; then the rule, how sure it is, and what replaced it.
    """

    action: str
    text: str
    rule: str = ""
    score: float | None = None
    new: str = ""


class Explanation(NamedTuple):
    """What `explain` gives; shows itself in a notebook as HTML, and printed as plain text."""

    doc_id: str
    pieces: list[Piece]

    def __str__(self) -> str:
        """The text with {-left out-}[rule], {was->is now}[rule] and {=the headline=}."""
        return as_text(*self._marked("->", lambda p: None if p.action == "filled" else p.rule))

    def __repr__(self) -> str:
        return str(self)

    def _repr_html_(self) -> str:
        label = "<sup style='text-decoration:none'>"
        block = as_html(*self._marked("→", _scored), line_height=1.5, label=label)
        return f"<p>{_count(self.pieces)}</p>{block}"

    def _marked(
        self, arrow: str, label: Callable[[Piece], str | None]
    ) -> tuple[str, list[Span], Mapping[str, Look]]:
        """The text to show, long pieces shortened, and the spans in it that were not kept."""
        parts, spans, at = list[str](), list[Span](), 0
        for piece in self.pieces:
            kept = piece.action == "kept"
            change = arrow + piece.new if piece.action == "repaired" else ""
            parts.append(piece.text if kept else _short(piece.text) + change)
            start, at = at, at + len(parts[-1])
            if not kept:
                spans.append(Span(start, at, piece.action, label(piece)))
        return "".join(parts), spans, _LOOKS


def explain(article: "pd.Series[Any] | Mapping[str, Any]", ledger: pd.DataFrame) -> Explanation:
    """Show what `clean` kept of an article, what it left out or mended, and by which rule.

    In a notebook the result shows itself, in colours that are doubled by strokes and labels;
    `print` gives it as plain text. Numbers beside a rule say how sure the model is, 0 to 1.
    What a page says is escaped.

    Args:
        article: a row of the cleaned articles.
        ledger: what `clean` gave with them.

    Returns:
        The text as loaded, in pieces.

    Raises:
        SchemaError: the article has no `raw`.

    Examples:
        >>> from press_coverage.cleaning.articles import clean
        >>> scrape = (
        ...     "Talks resume\\nEnvoys of both sides met in the border village on Friday, "
        ...     "offi\\u00adcials said.\\nMost read"
        ... )
        >>> loaded = pd.DataFrame({"doc_id": ["a"], "format": ["text"], "raw": [scrape]})
        >>> articles, ledger = clean(loaded)
        >>> print(explain(articles.loc[0], ledger))
        {=Talks resume=}
        Envoys of both sides met in the border village on Friday, offi{\u00ad->}[invisible]cials said.
        {-Most read-}[heading]
    """  # noqa: D301, E501
    text, at, pieces = found_text(article), 0, list[Piece]()
    for row in _placed(check(ledger, "ledger"), article["doc_id"]).to_dict("records"):
        start, end = max(int(row["start"]), at), int(row["end"])
        if end <= start:
            continue
        pieces.append(Piece("kept", text[at:start]))
        score, new = (None if pd.isna(row[name]) else row[name] for name in ("score", "new"))
        pieces.append(Piece(row["action"], text[start:end], str(row["rule"]), score, new or ""))
        at = end
    pieces.append(Piece("kept", text[at:]))
    return Explanation(str(article["doc_id"]), [piece for piece in pieces if piece.text])


def found_text(article: "pd.Series[Any] | Mapping[str, Any]") -> str:
    """The text that the ledger's offsets count in.

    That is `raw`, and for a page what could be seen, one line a block.

    Args:
        article: a row of the articles, with doc_id and raw; format 'html' for a page.

    Returns:
        The text.

    Raises:
        SchemaError: the article has no `raw`.

    Examples:
        >>> found_text({"doc_id": "a", "format": "html", "raw": "<body><p>One <b>line</b>.<p>Two."})
        'One line.\\nTwo.'
    """  # noqa: D301
    raw = article.get("raw")
    if not isinstance(raw, str):
        raise SchemaError(
            f"article {article['doc_id']!r} has no raw text to explain; "
            "keep the column 'raw' that load gives"
        )
    if article.get("format") != "html":
        return raw
    tree = parse(raw)
    return "" if tree is None else "\n".join(block.text for block in blocks(tree))


def _placed(ledger: pd.DataFrame, doc_id: object) -> pd.DataFrame:
    """The rows of `clean` about pieces of one article's text, in its order."""
    rows = ledger[(ledger["doc_id"] == doc_id) & (ledger["step"] == "clean")]
    return rows.dropna(subset=["start", "text"]).sort_values(["start", "end"], kind="stable")


def _scored(piece: Piece) -> str:
    return piece.rule if piece.score is None else f"{piece.rule} {piece.score:.2f}"


def _short(text: str) -> str:
    return text if len(text) <= SHOWN else f"{text[: SHOWN // 2]} … {text[-SHOWN // 2 :]}"


def _count(pieces: list[Piece]) -> str:
    """How many characters were kept, and how many pieces came off, in words."""
    actions, characters = Counter[str](), Counter[str]()
    for piece in pieces:
        actions[piece.action] += 1
        characters[piece.action] += len(piece.text)
    counts = [f"{words} {actions[a]}" for a, words in _IN_WORDS.items() if actions[a]]
    kept = f"{characters['kept']} of {characters.total()} characters kept"
    return f"{kept}; {', '.join(counts) or 'nothing left out'}"
