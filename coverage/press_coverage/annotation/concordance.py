"""Kwic: keywords in their context, the way back from any annotation to the words it counts."""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence

import pandas as pd

from press_coverage.tables import schema
from press_coverage.text.sentences import sentence_ends

_UNITS = ("characters", "sentences")
_PLACE = ("doc_id", "start", "end")


def kwic(
    articles: pd.DataFrame,
    spans: pd.DataFrame,
    *,
    window: int = 40,
    unit: str = "characters",
    keep: Sequence[str] = (),
) -> pd.DataFrame:
    """Each span with the words it covers and its context before and after.

    Line breaks are shown as blanks. Articles without text, as `compendium` gives them, lead to the
    place alone.

    Args:
        articles: those that were annotated.
        spans: any table with doc_id, start and end, such as those of `annotate`.
        window: how much context, in characters, or in sentences beside the span's own.
        unit: 'characters' or 'sentences'.
        keep: columns of `articles` that go along.

    Returns:
        A row for each span: doc_id, pre, keyword, post and the other columns of `spans`, then
        `keep`; where the articles have no text doc_id, url, start, end and the others.

    Raises:
        SchemaError: a span's article is not among `articles`, or a column is not there.
        ValueError: another unit, or a column of `keep` that `spans` has.

    Examples:
        >>> articles = pd.DataFrame({"doc_id": ["a"], "body": ["The envoys met in Seoul on Friday."]})
        >>> spans = pd.DataFrame({"doc_id": ["a"], "start": [18], "end": [23], "actor_id": ["seoul"]})
        >>> kwic(articles, spans, window=10).loc[0].tolist()
        ['a', 'ys met in', 'Seoul', 'on Friday', 'seoul']
        >>> kwic(articles, spans, window=0, unit="sentences").loc[0].tolist()
        ['a', 'The envoys met in', 'Seoul', 'on Friday.', 'seoul']
        >>> bare = articles.assign(body=None, url="https://example.org/1")
        >>> kwic(bare, spans).astype("object").values.tolist()[0]
        ['a', 'https://example.org/1', 18, 23, 'seoul']
    """  # noqa: E501
    if unit not in _UNITS:
        raise ValueError(f"kwic: unit {unit!r}; use one of: {', '.join(_UNITS)}")
    schema.need(articles, keep, "kwic: articles")
    schema.need(spans, _PLACE, "kwic: spans")
    articles = schema.check(articles, "articles").set_index("doc_id")
    spans = _joined(spans, articles, keep)
    if len(articles) and articles["body"].isna().all():
        urls = spans["doc_id"].map(articles["url"])
        rest = spans.drop(columns=[*_PLACE, "url"], errors="ignore")
        return spans[["doc_id"]].assign(url=urls, start=spans["start"], end=spans["end"]).join(rest)
    texts = dict(zip(articles.index, articles["body"].fillna(""), strict=True))
    shown = _contexts(texts, spans, window, by_sentence=unit == "sentences")
    return shown.join(spans.drop(columns=list(_PLACE)))


def _joined(spans: pd.DataFrame, articles: pd.DataFrame, keep: Sequence[str]) -> pd.DataFrame:
    """Spans with the columns of their articles that go along."""
    if both := [name for name in keep if name in spans]:
        raise ValueError(f"kwic: spans have a column {both[0]!r}; keep another")
    spans = spans.reset_index(drop=True).assign(doc_id=spans["doc_id"].astype("str").to_numpy())
    if unknown := set(spans["doc_id"]) - set(articles.index):
        raise schema.SchemaError(
            f"kwic: no article {min(unknown)!r}; give the articles that were annotated"
        )
    return spans.join(articles[list(keep)], on="doc_id")


def _contexts(
    texts: Mapping[str, str], spans: pd.DataFrame, window: int, *, by_sentence: bool
) -> pd.DataFrame:
    """The words before, in and behind each span, by doc_id."""
    texts = {doc_id: texts[doc_id] for doc_id in spans["doc_id"].unique()}
    ends = {doc_id: [0, *sentence_ends(text)] for doc_id, text in texts.items() if by_sentence}
    rows = []
    for doc_id, start, end in zip(*(spans[name] for name in _PLACE), strict=True):
        text = texts[doc_id]
        first, last = max(0, start - window), end + window
        if by_sentence:
            first, last = _sentences(ends[doc_id], start, end, window)
        pieces = text[first:start], text[start:end], text[end:last]
        rows.append([doc_id, *(" ".join(piece.split()) for piece in pieces)])
    return pd.DataFrame(rows, columns=["doc_id", "pre", "keyword", "post"], index=spans.index)


def _sentences(ends: list[int], start: int, end: int, window: int) -> tuple[int, int]:
    """From where to where a span's sentences reach, with `window` more on either side."""
    first = max(0, bisect_right(ends, start) - 1 - window)
    return ends[first], ends[min(len(ends) - 1, bisect_left(ends, end) + window)]
