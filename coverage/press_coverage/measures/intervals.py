"""Intervals: how sure a share or a ratio is where articles of a story or an outlet are alike.

Articles on one story resemble each other, and so do those of one outlet: intervals that take them
as independent are too short. Variances are summed over clusters of each kind, less what is counted
twice (Cameron, Gelbach and Miller 2011, doi:10.1198/jbes.2010.07136), with the degrees of freedom
that the parts have together (Satterthwaite 1946, doi:10.2307/3002019). For shares they become a
sample size for which Wilson's interval holds, with Student's t (after Dean and Pagano 2015,
doi:10.1093/jssam/smv024): so it stays within 0 and 1, and is wide where a code never occurs.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import stdtrit

CLUSTERS = ("story", "publisher")
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Clusters = Sequence[NDArray[np.intp]]


class Estimate(NamedTuple):
    """A figure with its uncertainty.

    `freedom` is the variance's degrees of freedom, `influence` is what each article adds to the
    figure, and `clusters` the smallest number of clusters of a kind.
    """

    estimate: float
    variance: float
    freedom: float
    influence: Floats
    clusters: int


def clusters_of(articles: pd.DataFrame) -> list[NDArray[np.intp]]:
    """The number of each article's story and of its outlet, each where there is more than one.

    An article without story or outlet is a cluster of its own, as are all where neither varies.

    Examples:
        >>> rows = {"doc_id": list("abc"), "story": ["a", "a", None], "publisher": list("xxx")}
        >>> clusters_of(pd.DataFrame(rows))[0].tolist()
        [0, 0, 1]
    """
    numbers = []
    alone = "article " + articles["doc_id"].astype("str")
    for name in CLUSTERS:
        known = articles[name].notna()
        codes = pd.factorize(articles[name].astype("str").where(known, alone))[0]
        if known.any() and codes.max() > 0:
            numbers.append(codes)
    return numbers or [np.arange(len(articles))]


def ratio(values: NDArray[Any], of: NDArray[Any], weight: Floats, clusters: Clusters) -> Estimate:
    """The weighted sum of `values` over that of `of`, article by article; NaN without any `of`."""
    whole = float((weight * of).sum())
    if whole <= 0:
        return unknown(len(values))
    estimate = float((weight * values).sum() / whole)
    return clustered(estimate, weight * (values - estimate * of) / whole, clusters)


def unknown(articles: int) -> Estimate:
    """The estimate where nothing was counted."""
    return Estimate(float("nan"), float("nan"), 1.0, np.zeros(articles), 0)


def clustered(estimate: float, influence: Floats, clusters: Clusters) -> Estimate:
    """The estimate with the variance of the sum of the influences, clustered.

    It is never below that of independent articles, and NaN where all are in one cluster.
    """
    numbers = [int(kind.max()) + 1 for kind in clusters]
    fewest = min(numbers)
    if fewest < 2:
        return Estimate(estimate, float("nan"), 1.0, influence, fewest)
    parts = [_one_way(influence, kind) for kind in clusters]
    independent = _one_way(influence, np.arange(len(influence)))
    variance = max(sum(parts) - independent * (len(clusters) - 1), independent)
    squares = sum(part**2 / (number - 1) for part, number in zip(parts, numbers, strict=True))
    freedom: float = fewest - 1
    if squares > 0:
        freedom = min(max(variance**2 / squares, 1.0), len(influence) - 1)
    return Estimate(estimate, variance, freedom, influence, fewest)


def quantile(confidence: float, freedom: Any) -> Any:
    """How many standard errors an interval goes to either side, by Student's t."""
    return stdtrit(freedom, 0.5 + confidence / 2)


def wilson(share: Any, size: Any, errors: float) -> tuple[Any, Any]:
    """Wilson's interval of a share of `size` independent articles, `errors` to either side.

    Examples:
        >>> low, high = wilson(0.3, 100, 1.959964)
        >>> round(float(low), 4), round(float(high), 4)
        (0.2189, 0.3958)
    """
    scale = 1 + errors**2 / size
    centre = (share + errors**2 / (2 * size)) / scale
    half = errors * np.sqrt(share * (1 - share) / size + errors**2 / (4 * size**2)) / scale
    return np.clip(centre - half, 0, 1), np.clip(centre + half, 0, 1)


def share_interval(
    share: Estimate, confidence: float, freedom: float | None = None
) -> tuple[float, float]:
    """Low and high of a share; 0 and 1 where nothing is known of its variance."""
    if not np.isfinite(share.variance):
        return 0.0, 1.0
    estimate = min(max(share.estimate, 0.0), 1.0)
    binomial = estimate * (1 - estimate)
    known = share.variance > 0 and binomial > 0
    size = binomial / share.variance if known else float(share.clusters)
    low, high = wilson(estimate, size, quantile(confidence, freedom or share.freedom))
    return min(float(low), estimate), max(float(high), estimate)


def interval(figure: Estimate, confidence: float) -> tuple[float, float]:
    """Low and high of a figure without bounds; infinite where nothing is known of its variance."""
    if not np.isfinite(figure.variance):
        return -np.inf, np.inf
    half = float(quantile(confidence, figure.freedom) * np.sqrt(figure.variance))
    return figure.estimate - half, figure.estimate + half


def difference_interval(
    one: Estimate, other: Estimate, rho: float, confidence: float, *, corrected: bool = False
) -> tuple[float, float]:
    """Low and high of the difference of two shares whose estimates correlate by `rho`.

    Shares that are `corrected` spread evenly to either side.

    Source:
        MOVER, Zou and Donner 2008, doi:10.1002/sim.3095; its degrees of freedom are Welch's.
    """
    a, b = one.variance, other.variance
    gap = one.estimate - other.estimate
    freedom = (a + b) ** 2 / (a**2 / one.freedom + b**2 / other.freedom) if a + b > 0 else None
    if corrected and freedom:
        variance = a + b - 2 * rho * np.sqrt(a * b)
        figure = one._replace(estimate=gap, variance=variance, freedom=freedom)
        low, high = interval(figure, confidence)
    else:
        one_low, one_high = share_interval(one, confidence, freedom)
        other_low, other_high = share_interval(other, confidence, freedom)
        low = gap - _mover(one.estimate - one_low, other_high - other.estimate, rho)
        high = gap + _mover(one_high - one.estimate, other.estimate - other_low, rho)
    return max(low, -1.0), min(high, 1.0)


def correlation(one: Estimate, other: Estimate, joint: Clusters) -> float:
    """How two estimates correlate through the clusters that both have, -1 to 1.

    Their influences are over the same articles.
    """
    if not (one.variance > 0 and other.variance > 0):
        return 0.0
    shared = 0.0
    for kind in joint:
        number = int(kind.max()) + 1
        if number > 1:
            sums = [np.bincount(kind, figure.influence, number) for figure in (one, other)]
            shared += float((sums[0] * sums[1]).sum()) * number / (number - 1)
    shared -= float((one.influence * other.influence).sum()) * (len(joint) - 1)
    return float(np.clip(shared / np.sqrt(one.variance * other.variance), -1, 1))


def _one_way(influence: Floats, kind: NDArray[np.intp]) -> float:
    """The variance over clusters of one kind."""
    number = int(kind.max()) + 1
    return float((np.bincount(kind, influence) ** 2).sum() * number / (number - 1))


def _mover(one: float, other: float, rho: float) -> float:
    return float(np.sqrt(max(one**2 + other**2 - 2 * rho * one * other, 0.0)))
