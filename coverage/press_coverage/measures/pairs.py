"""Cooccurrence: which codes occur together in articles more often than by chance."""

from itertools import combinations

import numpy as np
import pandas as pd

from press_coverage.measures import intervals
from press_coverage.measures.counting import count
from press_coverage.measures.intervals import Clusters, Estimate

FIGURES = ["articles", "both", "expected", "share", "estimate", "low", "high", "clusters"]


def cooccurrence(
    articles: pd.DataFrame,
    codes: pd.DataFrame,
    *,
    column: str = "actor_id",
    min_count: int = 5,
    per: str = "raw",
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Pairs of codes that occur in one article, by how strongly they attract each other.

    Args:
        articles: those that were annotated.
        codes: a table of `annotate`.
        column: the column of codes that is counted.
        min_count: codes of fewer articles are left out.
        per: how articles are weighted, see `weights`.
        confidence: of the intervals, 0 to 1.

    Returns:
        one, other, articles, both, expected, share, estimate, low, high, clusters, ordered by
        estimate; without a pair of codes, no row. `both` of `articles` have the two codes,
        `expected` would if they were independent, `share` is the weighted share of those that have
        both. `estimate` is pointwise mutual information in bits: log2 of how many times as often
        they occur together as expected; 0 is chance, above 0 they attract each other, and -inf is
        never together. For clusters see `rates`.

    Raises:
        ValueError: as `rates`.

    Source:
        Church and Hanks 1990, https://aclanthology.org/J90-1003; intervals by the delta method
        over clusters, see `press_coverage.measures.intervals`.

    Examples:
        >>> articles = pd.DataFrame({"doc_id": list("abcd"), "body": "Words."})
        >>> actors = ["kim", "moon", "kim", "moon", "kim", "abe"]
        >>> codes = pd.DataFrame({"doc_id": list("aabbcd"), "actor_id": actors})
        >>> table = cooccurrence(articles, codes, min_count=2)
        >>> table[["one", "other", "both", "expected", "estimate"]].round(3).values.tolist()
        [['kim', 'moon', 2, 1.5, 0.415]]
    """
    counts = count(articles, codes, column, "cooccurrence", per=per)
    number, clusters = len(counts.articles), intervals.clusters_of(counts.articles)
    frequent = {code: has for code, has in counts.present.items() if has.sum() >= min_count}
    everywhere, all_of = np.arange(number), np.ones(number)
    alone = {code: counts.share(code, everywhere, clusters) for code in frequent}
    rows = []
    for one, other in combinations(frequent, 2):
        both = frequent[one] & frequent[other]
        share = intervals.ratio(both, all_of, counts.weight, clusters)
        expected = alone[one].estimate * alone[other].estimate * number
        figures = _information(share, alone[one], alone[other], clusters, confidence)
        numbers = number, int(both.sum()), expected, share.estimate
        rows.append((one, other, *numbers, *figures, share.clusters))
    return pd.DataFrame(rows, columns=["one", "other", *FIGURES]).sort_values(
        ["estimate", "both"], ascending=False, ignore_index=True
    )


def _information(
    share: Estimate, one: Estimate, other: Estimate, clusters: Clusters, confidence: float
) -> tuple[float, float, float]:
    """Pointwise mutual information in bits, with low and high."""
    chance = one.estimate * other.estimate
    if share.estimate > 0:
        parts = [figure.influence / figure.estimate for figure in (share, one, other)]
        influence = (parts[0] - parts[1] - parts[2]) / np.log(2)
        bits = float(np.log2(share.estimate / chance))
        figure = intervals.clustered(bits, influence, clusters)
        return bits, *intervals.interval(figure, confidence)
    # what the share could be at most, were it seen
    most = intervals.share_interval(share, confidence)[1]
    return -np.inf, -np.inf, np.log2(most / chance)
