"""Stories: which articles report the same event, across outlets and languages."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from press_coverage.models.encoder import encoder
from press_coverage.tables import schema
from press_coverage.tables.progress import bar

LEAD = 60  # words of the body that are compared, behind the title: a report starts with its event
# mean cosine of two groups, without what all articles share, from which they are one story
ALIKE = 0.06
RELATED = 0.35  # cosine below which two articles are on different subjects
FEW = 5.0  # articles of a language from which half of what they have in common is taken off
_APART, _UNRELATED = 4.0, 2.0  # distances of articles far apart in time, and of other subjects
_BLOCK = 5_000  # articles that are compared all with all
_BATCH = 64  # articles that are encoded at a time

Vectors = NDArray[np.float32]
Days = NDArray[np.float64]


def stories(articles: pd.DataFrame, *, days: float = 4, progress: bool = True) -> pd.DataFrame:
    """Which articles report the same event.

    Title and first words are compared as vectors of a multilingual sentence encoder, less what all
    articles of a language have in common, so that a corpus on one subject falls into its events.
    Groups of articles are joined, the most alike first, as long as their articles are alike on
    average and lie within `days` of one another. Copies (`dup_group`, where `dedupe` was run) stay
    together. An article without a date or without text stands alone. The encoder knows Arabic,
    Chinese, Dutch, English, French, German, Italian, Japanese, Korean, Polish, Portuguese,
    Russian, Spanish, Thai and Turkish.

    Args:
        articles: doc_id, body and publishing_date, and title and language where there are any.
        days: between the first and the last article of a story, at most.
        progress: whether to show a bar.

    Returns:
        The articles with `story`: the doc_id of the earliest article on the same event; an article
        alone on its event has its own.

    Raises:
        SchemaError: the table is no table of articles.

    Source:
        Yang et al. (2020), doi:10.18653/v1/2020.acl-demos.12, for the encoder.

    Examples:
        >>> titles = ["Trump and Kim sign a statement in Singapore", "Rain in Rome"]
        >>> titles.append("Kim und Trump unterzeichnen in Singapur eine Erklärung")
        >>> rows = pd.DataFrame({"doc_id": ["a", "b", "c"], "title": titles, "body": titles})
        >>> stories(rows.assign(publishing_date="2018-06-12"))["story"].tolist()
        ['a', 'b', 'a']
    """
    articles = schema.check(articles, "articles")
    copies = articles["dup_group"].fillna(articles["doc_id"])
    able = articles["publishing_date"].notna() & articles["body"].fillna("").ne("")
    texts = articles[able].sort_values("publishing_date", kind="stable")
    texts = texts[~copies[texts.index].duplicated()]
    day = texts["publishing_date"].astype("int64").to_numpy() / 86_400e6
    vectors = _vectors(texts, progress)
    specific = _without_common(vectors, texts["language"].fillna("").to_numpy())
    first = np.arange(len(texts))
    for start, end in bar(_blocks(day), "join", "block", show=progress):
        block = slice(start, end)
        first[block] = start + _joined(vectors[block], specific[block], day[block], days)
    firsts = texts["doc_id"].to_numpy()[first]
    story = copies.map(dict(zip(copies[texts.index], firsts, strict=True))).astype("str")
    return schema.check(articles.assign(story=story.fillna(articles["doc_id"])), "articles")


def _vectors(texts: pd.DataFrame, progress: bool) -> Vectors:
    """A vector of length one for each article."""
    leads = [
        f"{title}. {' '.join(body.split()[:LEAD])}"
        for title, body in zip(texts["title"].fillna(""), texts["body"], strict=True)
    ]
    starts = bar(range(0, len(leads), _BATCH), "encode", "batch", show=progress)
    parts = [encoder().encode(leads[start : start + _BATCH]) for start in starts]
    return np.concatenate([np.zeros((0, 512), dtype=np.float32), *parts])


def _without_common(vectors: Vectors, languages: NDArray[np.object_]) -> Vectors:
    """The vectors without what articles of the same language have in common, of length one."""
    specific = vectors.copy()
    for language in np.unique(languages):
        at = languages == language
        number = int(at.sum())
        specific[at] -= specific[at].mean(axis=0) * number / (number + FEW)
    length = np.linalg.norm(specific, axis=1, keepdims=True)
    return np.asarray(specific / np.maximum(length, 1e-9), dtype=np.float32)


def _blocks(day: Days) -> list[tuple[int, int]]:
    """Articles in the order of time in pieces of at most `_BLOCK`.

    They are divided at the longest silence of each piece's last fifth.
    """
    blocks, start = [], 0
    while len(day) - start > _BLOCK:
        last = start + _BLOCK * 4 // 5
        end = last + 1 + int(np.diff(day[last : start + _BLOCK]).argmax())
        blocks.append((start, end))
        start = end
    return [*blocks, (start, len(day))]


def _joined(vectors: Vectors, specific: Vectors, day: Days, days: float) -> NDArray[np.intp]:
    """For each article, in the order of time, the first of its story."""
    if len(day) < 2:
        return np.zeros(len(day), dtype=np.intp)
    from scipy.cluster.hierarchy import fcluster, linkage  # slow to load

    rows, columns = np.triu_indices(len(day), 1)
    distance = 1 - (specific @ specific.T)[rows, columns].astype(float)
    distance[(vectors @ vectors.T)[rows, columns] < RELATED] = _UNRELATED
    distance[day[columns] - day[rows] > days] = _APART
    story = fcluster(linkage(distance, "average"), 1 - ALIKE, "distance")
    _, first, number = np.unique(story, return_index=True, return_inverse=True)
    return np.asarray(first[number], dtype=np.intp)
