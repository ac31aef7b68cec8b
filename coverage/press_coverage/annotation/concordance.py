"""Kwic: keywords in their context, the way back from any annotation to the words it counts."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence

import pandas as pd

from press_coverage.tables import schema
from press_coverage.text.sentences import sentence_ends

_UNITS = ("characters", "sentences")


def kwic(
    articles: pd.DataFrame,
    spans: pd.DataFrame,
    *,
    window: int = 40,
    unit: str = "characters",
    keep: Sequence[str] = (),
) -> pd.DataFrame:
    """Each span with the words it covers (`keyword`) and up to `window` characters before (`pre`) and after (`post`).

    With `unit` "sentences" the context is the span's own sentence, and `window` sentences on either side of it. `spans` is any table
    with doc_id, start and end, such as those of `annotate`; its other columns stay, behind, and `keep` names columns of `articles` that
    go along. Line breaks are shown as blanks. Articles without text, as `compendium` gives them, lead to the place alone: doc_id, url,
    start, end. Raises SchemaError for a span whose article is not among `articles`, ValueError for another unit or a column that is
    not there.

    >>> articles = pd.DataFrame({"doc_id": ["a"], "body": ["The envoys met in Seoul on Friday."]})
    >>> spans = pd.DataFrame({"doc_id": ["a"], "start": [18], "end": [23], "actor_id": ["seoul"]})
    >>> kwic(articles, spans, window=10).loc[0].tolist()
    ['a', 'ys met in', 'Seoul', 'on Friday', 'seoul']
    >>> kwic(articles, spans, window=0, unit="sentences").loc[0].tolist()
    ['a', 'The envoys met in', 'Seoul', 'on Friday.', 'seoul']
    >>> kwic(articles.assign(body=None, url="https://example.org/1"), spans).astype("object").values.tolist()[0]
    ['a', 'https://example.org/1', 18, 23, 'seoul']
    """
    if unit not in _UNITS:
        raise ValueError(f"kwic: unit {unit!r}; use one of: {', '.join(_UNITS)}")
    for name in keep:
        if name not in articles or name in spans:
            raise ValueError(
                f"kwic: {'articles have no' if name not in articles else 'spans have a'} column {name!r}; keep another"
            )
    articles = schema.check(articles, "articles")
    bodies = dict(zip(articles["doc_id"], articles["body"].fillna(""), strict=True))
    spans = spans.reset_index(drop=True).assign(doc_id=spans["doc_id"].astype("str").to_numpy())
    unknown = sorted(set(spans["doc_id"]) - set(bodies))
    if unknown:
        raise schema.SchemaError(
            f"kwic: no article {unknown[0]!r}; give the articles that were annotated"
        )
    spans = spans.join(articles.set_index("doc_id")[list(keep)], on="doc_id")
    if len(articles) and articles["body"].isna().all():
        spans.insert(
            1,
            "url",
            spans["doc_id"].map(dict(zip(articles["doc_id"], articles["url"], strict=True))),
        )
        return spans[
            [
                "doc_id",
                "url",
                "start",
                "end",
                *(c for c in spans.columns if c not in ("doc_id", "url", "start", "end")),
            ]
        ]
    ends = (
        {doc_id: _ends(bodies[doc_id]) for doc_id in spans["doc_id"].unique()}
        if unit == "sentences"
        else {}
    )
    rows = []
    for doc_id, start, end in zip(spans["doc_id"], spans["start"], spans["end"], strict=True):
        text = bodies[doc_id]
        first, last = (
            (max(0, start - window), end + window)
            if unit == "characters"
            else _sentences(ends[doc_id], start, end, window)
        )
        pieces = text[first:start], text[start:end], text[end:last]
        rows.append([doc_id, *(" ".join(piece.split()) for piece in pieces)])
    shown = pd.DataFrame(rows, columns=["doc_id", "pre", "keyword", "post"], index=spans.index)
    return shown.join(spans.drop(columns=["doc_id", "start", "end"]))


def _ends(text: str) -> list[int]:
    """Where a text begins, and where each of its sentences ends."""
    return [0, *sentence_ends(text)]


def _sentences(ends: list[int], start: int, end: int, window: int) -> tuple[int, int]:
    """From where to where the sentences of a span reach, with `window` more on either side."""
    return ends[max(0, bisect_right(ends, start) - 1 - window)], ends[
        min(len(ends) - 1, bisect_left(ends, end) + window)
    ]
