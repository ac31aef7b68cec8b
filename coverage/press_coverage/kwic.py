"""Kwic: keywords in their context, the way back from any annotation to the words it counts."""

import pandas as pd

from press_coverage import schema


def kwic(spans: pd.DataFrame, articles: pd.DataFrame, *, window: int = 40) -> pd.DataFrame:
    """Each span with the words it covers (`keyword`) and up to `window` characters before (`pre`) and after (`post`).

    `spans` is any table with doc_id, start and end, such as those of `annotate`; its other columns stay, behind.
    Line breaks are shown as blanks. Raises SchemaError for a span whose article is not among `articles`.

    >>> articles = pd.DataFrame({"doc_id": ["a"], "body": ["The envoys met in Seoul on Friday."]})
    >>> spans = pd.DataFrame({"doc_id": ["a"], "start": [18], "end": [23], "actor_id": ["seoul"]})
    >>> kwic(spans, articles, window=10).loc[0].tolist()
    ['a', 'ys met in', 'Seoul', 'on Friday', 'seoul']
    """
    articles = schema.check(articles, "articles")
    bodies = dict(zip(articles["doc_id"], articles["body"].fillna(""), strict=True))
    spans = spans.reset_index(drop=True).assign(doc_id=spans["doc_id"].astype("str").to_numpy())
    unknown = sorted(set(spans["doc_id"]) - set(bodies))
    if unknown:
        raise schema.SchemaError(f"kwic: no article {unknown[0]!r}; give the articles that were annotated")
    rows = []
    for doc_id, start, end in zip(spans["doc_id"], spans["start"], spans["end"], strict=True):
        text = bodies[doc_id]
        pieces = text[max(0, start - window) : start], text[start:end], text[end : end + window]
        rows.append([doc_id, *(" ".join(piece.split()) for piece in pieces)])
    shown = pd.DataFrame(rows, columns=["doc_id", "pre", "keyword", "post"], index=spans.index)
    return shown.join(spans.drop(columns=["doc_id", "start", "end"]))
