"""Keyness: which words, or codes, are more frequent in some articles than in the others."""

import re
from collections import Counter
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.special import chdtrc, stdtr

from press_coverage.copies.weighting import weights
from press_coverage.measures import intervals
from press_coverage.measures.counting import checked, totals
from press_coverage.measures.intervals import Flags, Floats
from press_coverage.tables.progress import bar

_WORD = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")
_Sums = tuple[csr_array, Floats]
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
    """Words that the target articles use more, or less, often than the other articles.

    G2 is the log-likelihood, above 0 where the target has more, and p its p value, as quanteda
    gives them: as if every word were drawn by itself. Words come in articles and stories, so p is
    far too small. log_ratio (binary: 1 is twice as often) has an interval, low to high, and a p
    value, p_clustered, over clusters of stories and publishers. Where one side never has the
    feature, half an occurrence is set there for log_ratio, and the far end of the interval is
    infinite.

    Args:
        articles: with `body`; words are runs of letters in it, in small letters, joined by hyphens
            and apostrophes.
        target: for each of the articles whether it is one, such as
            `articles["publisher"].eq("taz")`.
        codes: a table of `annotate` that is counted instead of words, which needs no text.
        column: the column of codes that is counted.
        min_count: features that occur less often in all are left out.
        per: how articles are weighted, see `weights`.
        confidence: of the intervals, 0 to 1.
        progress: whether to show a bar.

    Returns:
        feature, G2, p, n_target, n_reference, articles (those that have the feature), log_ratio,
        low, high, p_clustered, q (the Benjamini-Hochberg false discovery rate of p_clustered),
        ordered by G2.

    Raises:
        ValueError: target or reference has no article, or no word; with codes, as `rates`.

    Source:
        Dunning 1993, https://aclanthology.org/J93-1003; Hardie 2014,
        http://cass.lancs.ac.uk/log-ratio; for the clusters Lijffijt et al. 2016,
        doi:10.1093/llc/fqu064, and `press_coverage.measures.intervals`.

    Examples:
        >>> bodies = ["talks talks peace", "talks peace", "war", "war talks"]
        >>> articles = pd.DataFrame({"doc_id": list("abcd"), "body": bodies})
        >>> table = keyness(articles, articles["doc_id"].isin(["a", "b"]), min_count=1)
        >>> table[["feature", "n_target", "n_reference"]].values.tolist()
        [['peace', 2.0, 0.0], ['talks', 3.0, 1.0], ['war', 0.0, 2.0]]
    """
    in_target = np.asarray(target, dtype=bool)
    articles = checked(articles, codes, column, "keyness")
    if len(in_target) != len(articles) or in_target.all() or not in_target.any():
        raise ValueError(
            f"keyness: target has {int(in_target.sum())} of {len(articles)} articles; "
            "both target and reference need some"
        )
    if codes is None:
        features, counts = _words(articles, progress)
    else:
        table = totals(articles, codes, codes[column])
        features = table.columns.to_numpy(dtype=object)
        counts = csr_array(table.to_numpy(dtype=np.float64))
    counts = csr_array(counts.multiply(np.asarray(weights(articles, per), np.float64)[:, None]))
    length = np.asarray(counts.sum(axis=1)).ravel()
    words = [float(length[side].sum()) for side in (in_target, ~in_target)]
    if min(words) <= 0:
        raise ValueError(
            "keyness: target or reference has no word at all; clean the articles first, or give "
            "codes of both"
        )
    frequent = _column_sums(counts) >= min_count
    counts, features = csr_array(counts[:, frequent]), features[frequent]
    table = pd.DataFrame({"feature": features})
    table["articles"] = np.bincount(counts.indices, counts.data > 0, len(features)).astype(int)
    table["n_target"] = _column_sums(counts[in_target])
    table["n_reference"] = _column_sums(counts[~in_target])
    table["G2"] = log_likelihood(table["n_target"], table["n_reference"], *words)
    table["p"] = chdtrc(1, table["G2"].abs())
    table = table.join(_log_ratio(counts, in_target, length, articles, confidence))
    table["q"] = _false_discovery(table["p_clustered"])
    table = table.sort_values(["G2", "feature"], ascending=[False, True], ignore_index=True)
    return table[COLUMNS]


def log_likelihood(
    a: "pd.Series[float]", b: "pd.Series[float]", of_a: float, of_b: float
) -> "pd.Series[float]":
    """Dunning's G2 of a table of two by two, with the sign of the difference.

    It is above 0 where `a` of `of_a` is the greater share.

    Examples:
        >>> float(log_likelihood(pd.Series([3.0]), pd.Series([7.0]), 10, 9).round(6).iloc[0])
        -4.534939
    """
    rest = of_a + of_b - a - b
    cells = (a, a + b, of_a), (b, a + b, of_b), (of_a - a, rest, of_a), (of_b - b, rest, of_b)
    g2 = pd.Series(0.0, index=a.index)
    for cell, row, side in cells:
        expected = row * side / (of_a + of_b)
        g2 += 2 * cell * np.log((cell / expected).where(cell > 0, 1.0))
    return g2 * np.sign(a / of_a - b / of_b)


def _words(articles: pd.DataFrame, progress: bool) -> tuple[NDArray[Any], csr_array]:
    """The vocabulary, and how often each article has each word."""
    places: dict[str, int] = {}
    columns, values, ends = [], [], [0]
    for body in bar(articles["body"].fillna("").tolist(), "keyness", "article", show=progress):
        words = Counter(_WORD.findall(body.lower()))
        size = len(words)
        numbers = (places.setdefault(word, len(places)) for word in words)
        columns.append(np.fromiter(numbers, dtype=np.int32, count=size))
        values.append(np.fromiter(words.values(), dtype=np.float64, count=size))
        ends.append(ends[-1] + size)
    cells = (np.concatenate(values), np.concatenate(columns), ends)
    counts = csr_array(cells, shape=(len(articles), len(places)))
    return np.array(list(places), dtype=object), counts


def _column_sums(counts: csr_array) -> Floats:
    return np.asarray(counts.sum(axis=0), dtype=np.float64).ravel()


def _false_discovery(p: "pd.Series[float]") -> "pd.Series[float]":
    """Benjamini and Hochberg's false discovery rate of each p value that is known."""
    falling = p.dropna().sort_values(ascending=False)
    q = falling * len(falling) / np.arange(len(falling), 0, -1)
    return q.cummin().clip(upper=1.0).reindex(p.index)


class _Side(NamedTuple):
    """The target, or the reference.

    `sums` are the occurrences of each feature, `of` all words; `influence` less `length` is what
    each article adds to the logarithm of each feature's share, whose variance has `freedom`.
    """

    sums: Floats
    of: float
    influence: csr_array
    length: Floats
    variance: Floats
    freedom: Floats


def _log_ratio(
    counts: csr_array, in_target: Flags, length: Floats, articles: pd.DataFrame, confidence: float
) -> pd.DataFrame:
    """log_ratio, low, high and p_clustered of each feature."""
    target, reference = (_side(counts, at, length, articles) for at in (in_target, ~in_target))
    both = (target.sums > 0) & (reference.sums > 0)
    sums = [
        [_grouped(side.influence, side.length, kind) for side in (target, reference)]
        for kind in intervals.clusters_of(articles)
    ]
    # a side of one article has an infinite variance
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        most = np.sqrt(target.variance * reference.variance)
        # what clusters on both sides share, where both have the feature
        shared = np.clip(sum(_products(*pair) for pair in sums), -most, most)
        shared = np.where(np.isfinite(most) & both, shared, 0.0)
        errors = np.sqrt(target.variance + reference.variance - 2 * shared)
        # Welch's degrees of freedom are too many where a side has few outlets
        freedom = np.minimum(target.freedom, reference.freedom)
        logs = [np.log(np.maximum(side.sums, 0.5) / side.of) for side in (target, reference)]
        estimate = logs[0] - logs[1]
        half = intervals.quantile(confidence, freedom) * errors
        table = pd.DataFrame({"log_ratio": estimate, "low": estimate - half})
        table["high"] = estimate + half
        table["p_clustered"] = 2 * stdtr(freedom, -np.abs(estimate) / errors)
        _one_sided(table, target, reference, "low", "high", confidence)
        _one_sided(table, reference, target, "high", "low", confidence)
    table[["log_ratio", "low", "high"]] /= np.log(2)
    return table


def _one_sided(
    table: pd.DataFrame, side: _Side, other: _Side, near: str, far: str, confidence: float
) -> None:
    """Set limits and p of the features that the other side never has.

    Their occurrences count as so many independent ones as the variance is worth, all on this side:
    Clopper and Pearson's bound.
    """
    alone = other.sums == 0
    sign = 1 if near == "low" else -1
    share = ((1 - confidence) / 2) ** side.variance[alone]
    by_chance = (side.of / (side.of + other.of)) ** (1 / side.variance[alone])
    table.loc[alone, near] = sign * np.log(share / (1 - share) * other.of / side.of)
    table.loc[alone, far] = sign * np.inf
    table.loc[alone, "p_clustered"] = np.minimum(2 * by_chance, 1.0)


def _side(counts: csr_array, at: Flags, length: Floats, articles: pd.DataFrame) -> _Side:
    sums, of = _column_sums(counts[at]), float(length[at].sum())
    influence = csr_array(counts[at].multiply(1 / np.where(sums > 0, sums, np.inf)))
    share = length[at] / of
    variance, freedom = _variance(influence, share, sums, of, articles[at])
    cells = (np.ones(len(share)), (np.flatnonzero(at), np.arange(len(share))))
    among_all = csr_array(cells, (len(at), len(share)))
    return _Side(sums, of, csr_array(among_all @ influence), among_all @ share, variance, freedom)


def _variance(
    influence: csr_array, share: Floats, sums: Floats, of: float, articles: pd.DataFrame
) -> tuple[Floats, Floats]:
    """The clustered variance of the logarithm of each feature's share, and its freedom."""
    clusters = intervals.clusters_of(articles)
    numbers = [int(kind.max()) + 1 for kind in clusters]
    if min(numbers) < 2:
        return np.full(len(sums), np.inf), np.ones(len(sums))
    sums_of = [_grouped(influence, share, kind) for kind in (np.arange(len(share)), *clusters)]
    independent, *parts = (_products(sums, sums) for sums in sums_of)
    # as if every word were drawn by itself: the least
    by_word = np.where(sums > 0, 1 / np.maximum(sums, 1e-9) - 1 / of, 0.0)
    all_kinds = sum(parts) - independent * (len(clusters) - 1)
    variance = np.maximum.reduce([all_kinds, independent, by_word])
    squares = sum(part**2 / (number - 1) for part, number in zip(parts, numbers, strict=True))
    freedom = np.clip(variance**2 / np.maximum(squares, 1e-300), 1, len(share) - 1)
    return np.where(sums > 0, variance, 0.0), freedom


def _grouped(influence: csr_array, length: Floats, kind: NDArray[np.intp]) -> _Sums:
    """The sums of each cluster: of influence, by feature, and of length."""
    cells = (np.ones(len(kind)), (kind, np.arange(len(kind))))
    clusters = csr_array(cells, (int(kind.max()) + 1, len(kind)))
    return csr_array(clusters @ influence), clusters @ length


def _products(one: _Sums, other: _Sums) -> Floats:
    """For each feature the products of the clusters' sums of (influence - length), summed."""
    (a, a_length), (b, b_length) = one, other
    products = _column_sums(a.multiply(b)) - a.T @ b_length - b.T @ a_length + a_length @ b_length
    return np.asarray(products * len(a_length) / (len(a_length) - 1), dtype=np.float64)
