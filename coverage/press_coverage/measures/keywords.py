"""Keyness: which words, or codes, are more frequent in some articles than in the others, and how sure that is."""

import re
from collections import Counter
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.stats import chi2, false_discovery_control
from scipy.stats import t as student

from press_coverage.copies.weighting import weights
from press_coverage.measures import intervals
from press_coverage.measures.counting import checked
from press_coverage.measures.intervals import Floats
from press_coverage.tables import schema
from press_coverage.tables.progress import bar

_WORD = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")
COLUMNS = "feature G2 p n_target n_reference articles log_ratio low high p_clustered q".split()


def keyness(
    articles: pd.DataFrame,
    target: "pd.Series[bool]",
    *,
    codes: pd.DataFrame | None = None,
    column: str = "term",
    min_count: int = 5,
    per: str = "raw",
    confidence: float = 0.95,
    progress: bool = True,
) -> pd.DataFrame:
    """Words that the target articles use more, or less, often than the other articles: {columns}.

    `target` says for each of the `articles` whether it is one (such as `articles["publisher"].eq("taz")`). Words are runs of letters
    in `body`, in small letters, joined by hyphens and apostrophes; with `codes`, a table of `annotate`, its column `column` is counted
    instead, which needs no text. Features seen less than `min_count` times in all are left out. Ordered by G2.

    G2 is the log-likelihood, above 0 where the target has more, and p its p value, as quanteda gives them: as if every word were drawn
    by itself. It is not so, words come in articles and stories, so p is far too small; log_ratio (binary: 1 is twice as often) has an
    interval, low to high, and a p value, p_clustered, over clusters of stories and publishers, and q is the Benjamini-Hochberg false
    discovery rate of p_clustered. Where one side never has the feature, half an occurrence is set there for log_ratio, and the far end
    of the interval is infinite. `articles` counts those that have the feature. `per` weights articles, see `weights`.

    Raises ValueError where target or reference has no article, or no word.

    Source: Dunning 1993, https://aclanthology.org/J93-1003; Hardie 2014, http://cass.lancs.ac.uk/log-ratio; for the clusters Lijffijt
    et al. 2016, doi:10.1093/llc/fqu064, and `press_coverage.measures.intervals`.

    >>> articles = pd.DataFrame({{"doc_id": list("abcd"), "body": ["talks talks peace", "talks peace", "war", "war talks"]}})
    >>> keyness(articles, articles["doc_id"].isin(["a", "b"]), min_count=1)[["feature", "n_target", "n_reference"]].values.tolist()
    [['peace', 2.0, 0.0], ['talks', 3.0, 1.0], ['war', 0.0, 2.0]]
    """
    chosen = np.asarray(target, dtype=bool)
    articles = (
        schema.check(articles, "articles")
        if codes is None
        else checked(articles, codes, column, (), "keyness")
    )
    if len(chosen) != len(articles) or chosen.all() or not chosen.any():
        raise ValueError(
            f"keyness: target has {int(chosen.sum())} of {len(articles)} articles; both target and reference need some"
        )
    features, counts = (
        _words(articles, progress) if codes is None else _codes(codes, articles, column)
    )
    weight = np.asarray(weights(articles, per), dtype=np.float64)
    counts = csr_array(counts.multiply(weight[:, None]))
    often = np.asarray(counts.sum(axis=0)).ravel() >= min_count
    size = np.asarray(counts.sum(axis=1)).ravel()
    if not (size[chosen].sum() > 0 and size[~chosen].sum() > 0):
        raise ValueError(
            "keyness: target or reference has no word at all; clean the articles first, or give codes of both"
        )
    counts, features = csr_array(counts[:, often]), features[often]
    found = pd.DataFrame(
        {
            "feature": features,
            "articles": np.bincount(counts.indices, counts.data > 0, len(features)).astype(int),
        }
    )
    found["n_target"], found["n_reference"] = (
        np.asarray(counts[side].sum(axis=0)).ravel() for side in (chosen, ~chosen)
    )
    found["G2"] = log_likelihood(
        found["n_target"], found["n_reference"], size[chosen].sum(), size[~chosen].sum()
    )
    found["p"] = chi2.sf(found["G2"].abs(), 1)
    found = found.join(_log_ratio(counts, chosen, size, articles, confidence))
    known = found["p_clustered"].notna()
    found["q"] = np.nan
    found.loc[known, "q"] = (
        false_discovery_control(found.loc[known, "p_clustered"]) if known.any() else []
    )
    return found.sort_values(["G2", "feature"], ascending=[False, True])[COLUMNS].reset_index(
        drop=True
    )


keyness.__doc__ = (keyness.__doc__ or "").format(columns=", ".join(COLUMNS))


def log_likelihood(
    a: "pd.Series[float]", b: "pd.Series[float]", of_a: float, of_b: float
) -> "pd.Series[float]":
    """Dunning's G2 of a table of two by two, with the sign of the difference: above 0 where `a` of `of_a` is the greater share.

    >>> float(log_likelihood(pd.Series([3.0]), pd.Series([7.0]), 10, 9).round(6).iloc[0])
    -4.534939
    """
    whole = of_a + of_b
    g2 = pd.Series(0.0, index=a.index)
    for seen, row, side in (
        (a, a + b, of_a),
        (b, a + b, of_b),
        (of_a - a, whole - a - b, of_a),
        (of_b - b, whole - a - b, of_b),
    ):
        g2 += 2 * seen * np.log((seen / (row * side / whole)).where(seen > 0, 1.0))
    return g2 * np.sign(a / of_a - b / of_b)


def _words(articles: pd.DataFrame, progress: bool) -> tuple[NDArray[np.object_], csr_array]:
    """The vocabulary, and how often each article has each word."""
    known: dict[str, int] = {}
    columns, values, ends = [], [], [0]
    for body in bar(articles["body"].fillna("").tolist(), "keyness", "article", show=progress):
        told = Counter(_WORD.findall(body.lower()))
        columns.append(
            np.fromiter(
                (known.setdefault(word, len(known)) for word in told),
                dtype=np.int32,
                count=len(told),
            )
        )
        values.append(np.fromiter(told.values(), dtype=np.float64, count=len(told)))
        ends.append(ends[-1] + len(told))
    counts = csr_array(
        (np.concatenate(values), np.concatenate(columns), ends), shape=(len(articles), len(known))
    )
    return np.array(list(known), dtype=object), counts


def _codes(
    codes: pd.DataFrame, articles: pd.DataFrame, column: str
) -> tuple[NDArray[np.object_], csr_array]:
    table = pd.crosstab(codes["doc_id"], codes[column]).reindex(articles["doc_id"], fill_value=0)
    return table.columns.to_numpy(dtype=object), csr_array(table.to_numpy(dtype=np.float64))


class _Side(NamedTuple):
    """One side's occurrences of each feature, words in all, the articles' influences on the logarithm of the share, and its variance."""

    sums: Floats
    of: float
    influence: csr_array
    length: Floats
    variance: Floats
    freedom: Floats


def _log_ratio(
    counts: csr_array,
    chosen: NDArray[np.bool_],
    size: Floats,
    articles: pd.DataFrame,
    confidence: float,
) -> pd.DataFrame:
    """log_ratio, low, high and p_clustered of each feature."""
    one, other = (_side(counts, side, size, articles) for side in (chosen, ~chosen))
    with np.errstate(
        divide="ignore", invalid="ignore", over="ignore"
    ):  # a side of one article has a variance without end
        most = np.sqrt(one.variance * other.variance)
        shared = np.clip(
            sum(_products(one, other, kind) for kind in intervals.kinds(articles)), -most, most
        )
        variance = one.variance + other.variance - 2 * np.where(np.isfinite(most), shared, 0.0)
        freedom = np.minimum(
            one.freedom, other.freedom
        )  # Welch's are too many where a side has few outlets
        estimate = np.log(np.maximum(one.sums, 0.5) / one.of) - np.log(
            np.maximum(other.sums, 0.5) / other.of
        )
        half = student.ppf(0.5 + confidence / 2, freedom) * np.sqrt(variance)
        p = 2 * student.sf(np.abs(estimate) / np.sqrt(variance), freedom)
        table = pd.DataFrame(
            {
                "log_ratio": estimate,
                "low": estimate - half,
                "high": estimate + half,
                "p_clustered": p,
            }
        )
        for here, there, near, far, sign in (
            (one, other, "low", "high", 1),
            (other, one, "high", "low", -1),
        ):
            alone = there.sums == 0
            # as many independent occurrences as the variance is worth, all on this side: Clopper and Pearson's bound
            share = ((1 - confidence) / 2) ** here.variance[alone]
            table.loc[alone, near] = sign * np.log(share / (1 - share) * there.of / here.of)
            table.loc[alone, far] = sign * np.inf
            table.loc[alone, "p_clustered"] = np.minimum(
                2 * (here.of / (here.of + there.of)) ** (1 / here.variance[alone]), 1.0
            )
    table[["log_ratio", "low", "high"]] /= np.log(2)
    return table


def _side(
    counts: csr_array, chosen: NDArray[np.bool_], size: Floats, articles: pd.DataFrame
) -> _Side:
    sums, of = np.asarray(counts[chosen].sum(axis=0)).ravel(), float(size[chosen].sum())
    scale = 1 / np.where(sums > 0, sums, np.inf)
    influence = csr_array(counts[chosen].multiply(scale))
    length = size[chosen] / of
    clusters = intervals.kinds(articles[chosen])
    numbers = np.array([int(kind.max()) + 1 for kind in clusters])
    if numbers.min() < 2:
        unknown = np.full(len(sums), np.inf)
        variance, freedom = unknown, np.ones(len(sums))
    else:
        parts = np.array([_squares(influence, length, kind) for kind in clusters])
        alone = _squares(influence, length, np.arange(len(length)))
        by_chance = np.where(
            sums > 0, 1 / np.maximum(sums, 1e-9) - 1 / of, 0.0
        )  # as if every word were drawn by itself: the least
        variance = np.maximum.reduce(
            [parts.sum(axis=0) - alone * (len(clusters) - 1), alone, by_chance]
        )
        shaken = np.maximum((parts**2 / (numbers[:, None] - 1)).sum(axis=0), 1e-300)
        freedom = np.clip(variance**2 / shaken, 1, len(length) - 1)
        variance = np.where(sums > 0, variance, 0.0)
    rows = csr_array(
        (np.ones(int(chosen.sum())), (np.flatnonzero(chosen), np.arange(int(chosen.sum())))),
        (len(chosen), int(chosen.sum())),
    )
    return _Side(sums, of, csr_array(rows @ influence), rows @ length, variance, freedom)


def _grouped(
    influence: csr_array, length: Floats, kind: NDArray[np.intp]
) -> tuple[csr_array, Floats]:
    """The sums of each cluster."""
    sums = csr_array(
        (np.ones(len(kind)), (kind, np.arange(len(kind)))), (int(kind.max()) + 1, len(kind))
    )
    return csr_array(sums @ influence), sums @ length


def _squares(influence: csr_array, length: Floats, kind: NDArray[np.intp]) -> Floats:
    """For each feature the squares of the clusters' sums of (influence - length), summed."""
    grouped, lengths = _grouped(influence, length, kind)
    number = grouped.shape[0]
    squares = (
        np.asarray(grouped.multiply(grouped).sum(axis=0)).ravel()
        - 2 * (grouped.T @ lengths)
        + (lengths**2).sum()
    )
    return np.asarray(squares * number / (number - 1))


def _products(one: _Side, other: _Side, kind: NDArray[np.intp]) -> Floats:
    """The same for the two sides' sums, one by the other, where both have the feature: what clusters on both sides share."""
    (a, la), (b, lb) = (_grouped(side.influence, side.length, kind) for side in (one, other))
    number = a.shape[0]
    if number < 2:
        return np.zeros(len(one.sums))
    products = np.asarray(a.multiply(b).sum(axis=0)).ravel() - a.T @ lb - b.T @ la + la @ lb
    return np.where((one.sums > 0) & (other.sums > 0), products * number / (number - 1), 0.0)
