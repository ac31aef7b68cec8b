"""Stories: which articles report the same event, across outlets and languages."""

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.cluster.hierarchy import fcluster, linkage

from press_coverage.models.encoder import encoder
from press_coverage.tables import schema
from press_coverage.tables.progress import bar

FIRST = 60  # words of the body that are compared, behind the title: the event stands at the head of a report
ALIKE = 0.06  # mean cosine between the articles of two groups, without what all articles share anyway, from which they are one story
RELATED = 0.35  # cosine below which two articles are on different subjects
FEW = 5.0  # articles of a language from which half of what they have in common is taken off
_APART, _UNRELATED = (
    4.0,
    2.0,
)  # distances of articles that lie too far apart in time, and of those on different subjects
_BLOCK = 5_000  # articles that are compared all with all
_BATCH = 64

Vectors = npt.NDArray[np.float32]


def stories(articles: pd.DataFrame, *, days: float = 4, progress: bool = True) -> pd.DataFrame:
    """The articles with `story`: the doc_id of the earliest article on the same event; an article alone on its event has its own.

    Title and first words are compared as vectors of a multilingual sentence encoder, less what all articles of a language have in
    common, so that a corpus on one subject falls into its events. Groups of articles are joined, the likest first, as long as their
    articles are alike on average and lie within `days` of one another. Copies (`dup_group`, where `dedupe` was run) stay together.
    An article without a date or without text stands alone. Articles need doc_id, body and publishing_date, and title and language
    where there are any; raises SchemaError, see `press_coverage.tables.schema.check`.

    The encoder knows Arabic, Chinese, Dutch, English, French, German, Italian, Japanese, Korean, Polish, Portuguese, Russian,
    Spanish, Thai and Turkish. Source: Yang et al. (2020), doi:10.18653/v1/2020.acl-demos.12, for the encoder.

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
    whole, own = _vectors(found, progress)
    first = np.arange(len(found))
    for start, end in bar(_blocks(day), "join", "block", show=progress):
        first[start:end] = start + _joined(whole[start:end], own[start:end], day[start:end], days)
    ids = found["doc_id"].to_numpy()
    story = dict(zip(group[found.index], ids[first], strict=True)) if len(found) else {}
    return schema.check(
        articles.assign(
            story=group.map(story)
            .astype("str")
            .where(able | group.isin(story))
            .fillna(articles["doc_id"])
        ),
        "articles",
    )


def _vectors(found: pd.DataFrame, progress: bool) -> tuple[Vectors, Vectors]:
    """A vector of length one for each article, and one without what the articles of its language have in common."""
    texts = [
        f"{title}. {' '.join(body.split()[:FIRST])}"
        for title, body in zip(found["title"].fillna(""), found["body"], strict=True)
    ]
    starts = range(0, len(texts), _BATCH)
    parts = [
        encoder().encode(texts[start : start + _BATCH])
        for start in bar(starts, "encode", "batch", show=progress)
    ]
    whole: Vectors = np.concatenate(parts) if parts else np.zeros((0, 512), dtype=np.float32)
    own = whole.copy()
    for _, rows in found.reset_index().groupby(found["language"].fillna("").to_numpy()):
        at = rows.index.to_numpy()
        own[at] -= own[at].mean(axis=0) * len(at) / (len(at) + FEW)
    return whole, np.asarray(
        own / np.maximum(np.linalg.norm(own, axis=1, keepdims=True), 1e-9), dtype=np.float32
    )


def _blocks(day: npt.NDArray[np.float64]) -> list[tuple[int, int]]:
    """Articles in the order of time in pieces of at most `_BLOCK`, divided at the longest silence of each piece's last fifth."""
    out, start = [], 0
    while len(day) - start > _BLOCK:
        last = start + _BLOCK * 4 // 5
        end = last + 1 + int(np.diff(day[last : start + _BLOCK]).argmax())
        out.append((start, end))
        start = end
    return [*out, (start, len(day))]


def _joined(
    whole: Vectors, own: Vectors, day: npt.NDArray[np.float64], days: float
) -> npt.NDArray[np.int64]:
    """For each article, in the order of time, the first of its story."""
    if len(day) < 2:
        return np.zeros(len(day), dtype=np.int64)
    rows, columns = np.triu_indices(len(day), 1)
    distance = 1 - (own @ own.T)[rows, columns].astype(float)
    distance[(whole @ whole.T)[rows, columns] < RELATED] = _UNRELATED
    distance[day[columns] - day[rows] > days] = _APART
    group = fcluster(linkage(distance, "average"), 1 - ALIKE, "distance")
    return np.asarray(
        np.unique(group, return_index=True)[1][np.unique(group, return_inverse=True)[1]],
        dtype=np.int64,
    )
