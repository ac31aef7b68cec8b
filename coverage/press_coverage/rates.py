"""Rates: in what share of articles a code stands, and by how much shares differ, with intervals that know who copies from whom.

Articles on one story resemble each other, and so do those of one outlet: as if they came independently, intervals are too short.
Variances are summed over clusters of each kind, less what is counted twice (Cameron, Gelbach and Miller 2011,
doi:10.1198/jbes.2010.07136), and become a sample size for which Wilson's interval holds, with Student's t for the number of
clusters (after Dean and Pagano 2015, doi:10.1093/jssam/smv024): so it stays within 0 and 1, and is wide where a code is never seen.
"""

from collections.abc import Sequence
from itertools import combinations
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import norm
from scipy.stats import t as student
from statsmodels.stats.proportion import proportion_confint

from press_coverage import schema
from press_coverage.voices import weights

CLUSTERS = ("story", "publisher")
Floats = NDArray[np.float64]


class _Share(NamedTuple):
    """A share with its interval, the influence of each article on it, and the smallest number of clusters of a kind."""

    estimate: float
    low: float
    high: float
    influence: Floats
    clusters: int


def rates(
    codes: pd.DataFrame, articles: pd.DataFrame, *, code: str = "frame", by: Sequence[str] = (), per: str = "raw", level: float = 0.95
) -> pd.DataFrame:
    """The share of articles in which each code stands: by-columns, code, articles, counted, estimate, low, high, clusters.

    `codes` is a table of `annotate`, `code` the column of it that is counted ('frame', 'actor_id', 'country', 'category');
    `articles` are those that were annotated, and `by` columns of theirs. `counted` articles have the code; a code that
    a group never has gets a row of 0. `per` weights articles, see `weights`: 'text' lets copies of one text count once. Intervals
    are clustered by the columns story and publisher, as far as the articles have them and they differ within the group;
    `clusters` is the smallest number of these, and with a single one the interval is 0 to 1: nothing is known. An article without
    story or publisher is a cluster of its own. Raises ValueError for a column that is not there, or no articles.

    >>> articles = pd.DataFrame({"doc_id": list("abcd"), "publisher": list("xxyy"), "body": "Words."})
    >>> codes = pd.DataFrame({"doc_id": ["a", "a", "b", "c"], "frame": ["conflict"] * 4})
    >>> rates(codes, articles)[["frame", "articles", "counted", "estimate", "clusters"]].values.tolist()
    [['conflict', 4, 3, 0.75, 2]]
    """
    articles, has = _table(codes, articles, code, by)
    weight = np.asarray(weights(articles, per), dtype=np.float64)
    groups = articles.groupby(list(by), observed=True, dropna=False).indices if by else {(): np.arange(len(articles))}
    rows = []
    for key, at in groups.items():
        names = dict(zip(by, key if isinstance(key, tuple) else (key,), strict=True))
        clusters = _clusters(articles.iloc[at])
        for name in has:
            share = _share(has[name].to_numpy()[at], weight[at], clusters, level)
            found = {"articles": len(at), "counted": int(has[name].to_numpy()[at].sum())}
            rows.append({**names, code: name, **found, **_figures(share)})
    return pd.DataFrame(rows, columns=[*by, code, "articles", "counted", "estimate", "low", "high", "clusters"])


def differences(
    codes: pd.DataFrame, articles: pd.DataFrame, *, between: str, code: str = "frame", per: str = "raw", level: float = 0.95
) -> pd.DataFrame:
    """By how much the share of articles with a code differs between two groups: code, one, other, estimate, low, high, clusters.

    `between` is a column of the articles; each pair of its values is compared, `estimate` is the share in `one` less that in
    `other`: above 0, the code is more frequent in `one`. Stories that both groups report tie them together, which the interval
    takes into account (MOVER, Zou and Donner 2008, doi:10.1002/sim.3095, on the intervals of `rates`). Raises as `rates`, and
    ValueError where `between` has fewer than two values.

    >>> articles = pd.DataFrame({"doc_id": list("abcd"), "language": ["de", "de", "en", "en"], "body": "Words."})
    >>> codes = pd.DataFrame({"doc_id": ["a", "b", "c"], "frame": ["conflict"] * 3})
    >>> differences(codes, articles, between="language")[["one", "other", "estimate"]].values.tolist()
    [['de', 'en', 0.5]]
    """
    articles, has = _table(codes, articles, code, [between])
    values = sorted(articles[between].dropna().unique(), key=str)
    if len(values) < 2:
        raise ValueError(f"column {between!r} has {len(values)} value; two groups are needed for a difference")
    weight = np.asarray(weights(articles, per), dtype=np.float64)
    mine = {value: articles[between].eq(value).fillna(False).to_numpy(dtype=bool) for value in values}
    clusters = {value: _clusters(articles[at]) for value, at in mine.items()}
    joint = {pair: _clusters(articles[mine[pair[0]] | mine[pair[1]]]) for pair in combinations(values, 2)}
    rows = []
    for name in has:
        shares = {value: _share(has[name].to_numpy()[at], weight[at], clusters[value], level) for value, at in mine.items()}
        for (one, other), kinds in joint.items():
            a, b = shares[one], shares[other]
            both = np.zeros((2, len(articles)))
            both[0, mine[one]], both[1, mine[other]] = a.influence, b.influence
            tie = _tie(both[:, mine[one] | mine[other]], kinds)
            down, up = _mover(a.estimate - a.low, b.high - b.estimate, tie), _mover(a.high - a.estimate, b.estimate - b.low, tie)
            gap = a.estimate - b.estimate
            limits = {"estimate": gap, "low": max(gap - down, -1.0), "high": min(gap + up, 1.0)}
            rows.append({code: name, "one": one, "other": other, **limits, "clusters": min(a.clusters, b.clusters)})
    return pd.DataFrame(rows, columns=[code, "one", "other", "estimate", "low", "high", "clusters"])


def _table(codes: pd.DataFrame, articles: pd.DataFrame, code: str, by: Sequence[str]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The articles, and for each of them whether it has each code."""
    articles = schema.check(articles, "articles")
    missing = [f"articles have no column {name!r}" for name in by if name not in articles]
    missing += [f"codes have no column {name!r}" for name in ("doc_id", code) if name not in codes]
    if missing:
        raise ValueError(f"rates: {missing[0]}")
    if articles.empty:
        raise ValueError("rates: there are no articles, so there is no share of them")
    unknown = sorted(set(codes["doc_id"]) - set(articles["doc_id"]))
    if unknown:
        raise ValueError(f"rates: codes of article {unknown[0]!r}, which is not among the articles; give those that were annotated")
    has = pd.crosstab(codes["doc_id"], codes[code]).gt(0).reindex(articles["doc_id"], fill_value=False)
    return articles, has.reset_index(drop=True)


def _clusters(articles: pd.DataFrame) -> list[NDArray[np.intp]]:
    """The number of each article's cluster, for each kind of cluster that has more than one; articles themselves where none has."""
    kinds = []
    for name in CLUSTERS:
        if name in articles and articles[name].notna().any():
            filled = articles[name].astype("str").where(articles[name].notna(), "article " + articles["doc_id"].astype("str"))
            if filled.nunique() > 1:
                kinds.append(pd.factorize(filled)[0])
    return kinds or [np.arange(len(articles))]


def _share(has: NDArray[np.bool_], weight: Floats, clusters: Sequence[NDArray[np.intp]], level: float) -> _Share:
    whole = weight.sum()
    if whole <= 0:
        return _Share(float("nan"), 0.0, 1.0, np.zeros(len(has)), 0)
    estimate = float((weight * has).sum() / whole)
    influence = weight * (has - estimate) / whole
    fewest = min(int(kind.max()) + 1 for kind in clusters)
    if fewest < 2:
        return _Share(estimate, 0.0, 1.0, influence, fewest)
    variance = _variance(influence, clusters)
    size = estimate * (1 - estimate) / variance if variance > 0 else float(fewest)
    alpha = 2 * norm.sf(student.ppf(0.5 + level / 2, fewest - 1))  # at which the normal quantile is Student's
    low, high = proportion_confint(estimate * size, size, alpha=alpha, method="wilson")
    return _Share(estimate, float(low), float(high), influence, fewest)


def _variance(influence: Floats, clusters: Sequence[NDArray[np.intp]]) -> float:
    """Of a mean, from the articles' influence on it; never below that of one kind of cluster alone."""
    each = [_one_way(influence, kind) for kind in clusters]
    twice = _one_way(influence, np.arange(len(influence))) * (len(clusters) - 1)
    return max(sum(each) - twice, *each)


def _one_way(influence: Floats, kind: NDArray[np.intp]) -> float:
    number = int(kind.max()) + 1
    return float((np.bincount(kind, influence) ** 2).sum() * number / (number - 1))


def _tie(both: Floats, clusters: Sequence[NDArray[np.intp]]) -> float:
    """The correlation of two groups' shares through the clusters that both have, -1 to 1."""
    if min(int(kind.max()) + 1 for kind in clusters) < 2:
        return 0.0
    one, other, apart = (_variance(row, clusters) for row in (both[0], both[1], both[0] - both[1]))
    return float(np.clip((one + other - apart) / (2 * np.sqrt(one * other)), -1, 1)) if one > 0 and other > 0 else 0.0


def _mover(one: float, other: float, tie: float) -> float:
    return float(np.sqrt(max(one**2 + other**2 - 2 * tie * one * other, 0.0)))


def _figures(share: _Share) -> dict[str, float]:
    return {"estimate": share.estimate, "low": share.low, "high": share.high, "clusters": share.clusters}
