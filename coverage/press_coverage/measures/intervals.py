"""Intervals: how sure a share or a ratio is, where articles come in stories and outlets that resemble one another.

Articles on one story resemble each other, and so do those of one outlet: as if they came independently, intervals are too short.
Variances are summed over clusters of each kind, less what is counted twice (Cameron, Gelbach and Miller 2011,
doi:10.1198/jbes.2010.07136), with the degrees of freedom that the parts have together (Satterthwaite 1946, doi:10.2307/3002019). For
shares they become a sample size for which Wilson's interval holds, with Student's t (after Dean and Pagano 2015,
doi:10.1093/jssam/smv024): so it stays within 0 and 1, and is wide where a code is never seen.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import norm
from scipy.stats import t as student
from statsmodels.stats.proportion import proportion_confint

CLUSTERS = ("story", "publisher")
Floats = NDArray[np.float64]
Kinds = Sequence[NDArray[np.intp]]


class Estimate(NamedTuple):
    """A figure with its variance and degrees of freedom, each article's influence on it, and the smallest number of clusters of a kind."""

    estimate: float
    variance: float
    freedom: float
    influence: Floats
    clusters: int


def kinds(articles: pd.DataFrame) -> list[NDArray[np.intp]]:
    """The number of each article's story and outlet, where there is more than one; of the article itself where neither is.

    >>> kinds(pd.DataFrame({"doc_id": ["a", "b", "c"], "story": ["a", "a", None], "publisher": ["x", "x", "x"]}))[0].tolist()
    [0, 0, 1]
    """
    found = []
    for name in CLUSTERS:
        if name in articles and articles[name].notna().any():
            filled = (
                articles[name]
                .astype("str")
                .where(articles[name].notna(), "article " + articles["doc_id"].astype("str"))
            )
            if filled.nunique() > 1:
                found.append(pd.factorize(filled)[0])
    return found or [np.arange(len(articles))]


def ratio(values: NDArray[Any], of: NDArray[Any], weight: Floats, clusters: Kinds) -> Estimate:
    """The weighted sum of `values` over that of `of`, article by article; without any `of`, not a number."""
    whole = float((weight * of).sum())
    if whole <= 0:
        return Estimate(float("nan"), float("nan"), 1.0, np.zeros(len(values)), 0)
    estimate = float((weight * values).sum() / whole)
    return spread(estimate, weight * (values - estimate * of) / whole, clusters)


def spread(estimate: float, influence: Floats, clusters: Kinds) -> Estimate:
    """The estimate with the variance of the sum of the articles' influences, which is never below that of independent articles."""
    numbers = [int(kind.max()) + 1 for kind in clusters]
    if min(numbers) < 2:
        return Estimate(estimate, float("nan"), 1.0, influence, min(numbers))
    parts = [_one_way(influence, kind) for kind in clusters]
    alone = _one_way(influence, np.arange(len(influence)))
    variance = max(sum(parts) - alone * (len(clusters) - 1), alone)
    shaken = sum(part**2 / (number - 1) for part, number in zip(parts, numbers, strict=True))
    freedom = (
        min(max(variance**2 / shaken, 1.0), len(influence) - 1) if shaken > 0 else min(numbers) - 1
    )
    return Estimate(estimate, variance, freedom, influence, min(numbers))


def share_limits(
    share: Estimate, confidence: float, freedom: float | None = None
) -> tuple[float, float]:
    """Low and high of a share; 0 and 1 where nothing is known of its variance."""
    if not np.isfinite(share.variance):
        return 0.0, 1.0
    estimate = min(max(share.estimate, 0.0), 1.0)
    inner = estimate * (1 - estimate)
    size = inner / share.variance if share.variance > 0 and inner > 0 else float(share.clusters)
    alpha = 2 * norm.sf(
        student.ppf(0.5 + confidence / 2, freedom or share.freedom)
    )  # at which the normal quantile is Student's
    low, high = proportion_confint(estimate * size, size, alpha=alpha, method="wilson")
    return min(float(low), estimate), max(float(high), estimate)


def limits(figure: Estimate, confidence: float) -> tuple[float, float]:
    """Low and high of a figure without bounds; infinite where nothing is known of its variance."""
    if not np.isfinite(figure.variance):
        return -np.inf, np.inf
    half = float(student.ppf(0.5 + confidence / 2, figure.freedom) * np.sqrt(figure.variance))
    return figure.estimate - half, figure.estimate + half


def difference_limits(
    one: Estimate, other: Estimate, tie: float, confidence: float, *, corrected: bool = False
) -> tuple[float, float]:
    """Low and high of the difference of two shares whose estimates correlate by `tie`; `corrected` ones spread evenly to either side.

    Source: MOVER, Zou and Donner 2008, doi:10.1002/sim.3095; its degrees of freedom are Welch's.
    """
    a, b = one.variance, other.variance
    freedom = (a + b) ** 2 / (a**2 / one.freedom + b**2 / other.freedom) if a + b > 0 else None
    if corrected and freedom:
        figure = one._replace(
            estimate=one.estimate - other.estimate,
            variance=a + b - 2 * tie * np.sqrt(a * b),
            freedom=freedom,
        )
        low, high = limits(figure, confidence)
        return max(low, -1.0), min(high, 1.0)
    (low, high), (from_, to) = (
        share_limits(one, confidence, freedom),
        share_limits(other, confidence, freedom),
    )
    gap = one.estimate - other.estimate
    down, up = (
        _mover(one.estimate - low, to - other.estimate, tie),
        _mover(high - one.estimate, other.estimate - from_, tie),
    )
    return max(gap - down, -1.0), min(gap + up, 1.0)


def tie(one: Estimate, other: Estimate, joint: Kinds) -> float:
    """The correlation of two estimates through the clusters that both have, -1 to 1; influences are over the same articles."""
    if not (one.variance > 0 and other.variance > 0):
        return 0.0
    shared = 0.0
    for kind in joint:
        number = int(kind.max()) + 1
        if number > 1:
            sums = np.bincount(kind, one.influence, number) * np.bincount(
                kind, other.influence, number
            )
            shared += float(sums.sum()) * number / (number - 1)
    shared -= float((one.influence * other.influence).sum()) * (len(joint) - 1)
    return float(np.clip(shared / np.sqrt(one.variance * other.variance), -1, 1))


def _one_way(influence: Floats, kind: NDArray[np.intp]) -> float:
    number = int(kind.max()) + 1
    return float((np.bincount(kind, influence) ** 2).sum() * number / (number - 1))


def _mover(one: float, other: float, tied: float) -> float:
    return float(np.sqrt(max(one**2 + other**2 - 2 * tied * one * other, 0.0)))
