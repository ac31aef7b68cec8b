"""Cooccurrence: which codes stand together in articles more often than chance would have it."""

from itertools import combinations

import numpy as np
import pandas as pd

from press_coverage.copies.weighting import weights
from press_coverage.measures import intervals
from press_coverage.measures.counting import checked, presence


def cooccurrence(
    articles: pd.DataFrame,
    codes: pd.DataFrame,
    *,
    column: str = "actor_id",
    min_count: int = 5,
    per: str = "raw",
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Pairs of codes that stand in one article: one, other, articles, both, expected, share, estimate, low, high, clusters.

    `both` of `articles` have the two codes, `expected` would if they were independent, `share` is the weighted share of those that have
    both. `estimate` is pointwise mutual information in bits: log2 of how many times as often they stand together as expected; 0 is
    chance, above 0 they attract each other, and -inf is never together. Codes of fewer than `min_count` articles are left out. For
    `column`, `per`, clusters and what raises see `rates`; without a pair of codes the table is empty. Ordered by estimate.

    Source: Church and Hanks 1990, https://aclanthology.org/J90-1003; intervals by the delta method over clusters, see `intervals`.

    >>> articles = pd.DataFrame({"doc_id": list("abcd"), "body": "Words."})
    >>> codes = pd.DataFrame({"doc_id": list("aabbcd"), "actor_id": ["kim", "moon", "kim", "moon", "kim", "abe"]})
    >>> cooccurrence(articles, codes, min_count=2)[["one", "other", "both", "expected", "estimate"]].round(3).values.tolist()
    [['kim', 'moon', 2, 1.5, 0.415]]
    """
    articles = checked(articles, codes, column, (), "cooccurrence")
    has = presence(articles, codes, column)
    has = has.loc[:, has.sum() >= min_count]
    weight = np.asarray(weights(articles, per), dtype=np.float64)
    clusters = intervals.kinds(articles)
    ones = np.ones(len(articles))
    alone = {name: intervals.ratio(has[name].to_numpy(), ones, weight, clusters) for name in has}
    rows = []
    for one, other in combinations(has.columns, 2):
        together = has[one].to_numpy() & has[other].to_numpy()
        a, b = alone[one], alone[other]
        share = intervals.ratio(together, ones, weight, clusters)
        chance = a.estimate * b.estimate
        found = {
            "articles": len(articles),
            "both": int(together.sum()),
            "expected": chance * len(articles),
            "share": share.estimate,
        }
        if share.estimate > 0:
            log = np.log2(share.estimate / chance)
            influence = (
                share.influence / share.estimate
                - a.influence / a.estimate
                - b.influence / b.estimate
            )
            figure = intervals.spread(float(log), influence / np.log(2), clusters)
            low, high = intervals.limits(figure, confidence)
        else:  # what the share could be at most, were it seen
            log, low, high = (
                -np.inf,
                -np.inf,
                np.log2(intervals.share_limits(share, confidence)[1] / chance),
            )
        rows.append(
            {
                "one": one,
                "other": other,
                **found,
                "estimate": log,
                "low": low,
                "high": high,
                "clusters": share.clusters,
            }
        )
    columns = [
        "one",
        "other",
        "articles",
        "both",
        "expected",
        "share",
        "estimate",
        "low",
        "high",
        "clusters",
    ]
    return pd.DataFrame(rows, columns=columns).sort_values(
        ["estimate", "both"], ascending=False, ignore_index=True
    )
