"""Correction: shares from automatic codes, put right by a sample that was coded by hand.

What the program codes is wrong in some articles, mostly in one direction, so the share of articles
with a code is biased, and no number of articles mends that. The sample says by how much: the mean
of the program's codes over all articles plus the mean error over the sample, each article of it
weighted by the inverse of its chance to be drawn (design-based supervised learning, Egami et al.
2023, https://arxiv.org/abs/2306.04746; prediction-powered inference, Angelopoulos et al. 2023,
doi:10.1126/science.adi6000). How far the program is trusted is tuned for the shortest interval, so
a poor program is no worse than none (PPI++, Angelopoulos, Duchi and Zrnic 2023,
https://arxiv.org/abs/2311.01453).
"""

from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from press_coverage.measures import intervals
from press_coverage.measures.intervals import Clusters, Estimate, Flags, Floats
from press_coverage.tables import schema


class Sample(NamedTuple):
    """For each article: was it drawn to be coded by hand, with what chance, has it the code.

    `present` is 0 where it was not drawn.
    """

    drawn: Flags
    chance: Floats
    present: Floats

    @classmethod
    def everything(cls, present: Flags) -> "Sample":
        """As if all articles had been coded, all rightly."""
        return cls(np.full(len(present), True), np.ones(len(present)), present.astype(float))

    def part(self, at: NDArray[Any]) -> "Sample":
        """The sample of some of the articles, by place or by mask."""
        return Sample(self.drawn[at], self.chance[at], self.present[at])


def samples(
    articles: pd.DataFrame, gold: pd.DataFrame, column: str, verb: str
) -> dict[str, Sample]:
    """The sample of each code that was coded by hand.

    Args:
        articles: all articles, with doc_id.
        gold: doc_id, the column `column`, present (True or False) and, where the draw was uneven,
            probability, above 0 and up to 1. Without it, the articles coded count as a simple
            random draw of all.
        column: the column of codes.
        verb: what asks, for messages.

    Returns:
        A sample by code, in the order of the articles.

    Raises:
        ValueError: a column is missing, an article is not among the articles or is coded twice
            for a code, a value is not a code, or a probability is outside 0 to 1.

    Examples:
        >>> rows = pd.DataFrame({"doc_id": ["b"], "frame": ["conflict"], "present": [True]})
        >>> articles = pd.DataFrame({"doc_id": ["a", "b"]})
        >>> samples(articles, rows, "frame", "rates")["conflict"].chance.tolist()
        [0.5, 0.5]
    """
    _check(gold, articles, column, verb)
    drawn_for = {}
    for code, rows in gold.groupby(column, sort=True):
        rows = rows.set_index("doc_id").reindex(articles["doc_id"])
        drawn = np.asarray(rows["present"].notna(), dtype=np.bool_)
        chance = np.full(len(articles), drawn.mean())
        if "probability" in gold:
            chance = np.asarray(rows["probability"], dtype=np.float64)
        if not ((chance[drawn] > 0) & (chance[drawn] <= 1)).all():
            raise ValueError(
                f"{verb}: probability of an article coded for {code!r} is not above 0 and up to 1; "
                "give its chance to be drawn"
            )
        present = np.asarray(rows["present"].eq(True), dtype=np.float64)
        drawn_for[str(code)] = Sample(drawn, chance, present)
    return drawn_for


def _check(gold: pd.DataFrame, articles: pd.DataFrame, column: str, verb: str) -> None:
    schema.need(gold, ("doc_id", column, "present"), f"{verb}: gold")
    if gold.empty:
        raise ValueError(f"{verb}: gold has no row, so there is nothing to correct with")
    wrong = gold.loc[~gold["present"].isin([True, False]), "present"]
    if not wrong.empty:
        raise ValueError(
            f"{verb}: gold, row {wrong.index[0]}: present is {wrong.iloc[0]!r}; give True or False"
        )
    twice = gold[gold.duplicated(["doc_id", column])]
    if not twice.empty:
        doc_id, code = twice.iloc[0][["doc_id", column]]
        raise ValueError(
            f"{verb}: article {doc_id!r} is coded twice for {code!r}; let the coders agree first"
        )
    strange = sorted(set(gold["doc_id"]) - set(articles["doc_id"]))
    if strange:
        raise ValueError(
            f"{verb}: gold has article {strange[0]!r}, which is not among the articles"
        )


class Fit(NamedTuple):
    """Coefficients and each article's influence on each of them (articles x coefficients).

    `of_sample` is the part of the influence that the sample has.
    """

    estimate: Floats
    influence: Floats
    of_sample: Floats


def fit(
    design: Floats, has: Flags, sample: Sample, weight: Floats, trust: float | None = None
) -> Fit:
    """Least squares of the corrected code on a design; on a column of ones, the corrected share.

    Args:
        design: articles x coefficients.
        has: whether the program gave each article the code.
        sample: what was coded by hand.
        weight: of each article.
        trust: how far the program is trusted, 0 to 1; without it, as far as makes the interval of
            each coefficient shortest.

    Returns:
        The coefficients with the articles' influences.

    Raises:
        ValueError: the sample does not tell the columns of `design` apart.
    """
    by_program = has.astype(float)
    inverse = np.where(sample.drawn, weight / np.where(sample.drawn, sample.chance, 1.0), 0.0)
    if np.linalg.matrix_rank(design[inverse > 0]) < design.shape[1]:
        raise ValueError(
            f"the {int(sample.drawn.sum())} coded articles do not cover all groups; "
            "code some of each"
        )
    overall, of_all = _least_squares(design, by_program, weight)
    hand, of_hand = _least_squares(design, sample.present, inverse)
    program, of_program = _least_squares(design, by_program, inverse)
    gain = of_all - of_program
    trusts = _shortest(of_hand, gain) if trust is None else np.full(design.shape[1], trust)
    influence = of_hand + trusts * gain
    if np.ptp(sample.chance[sample.drawn]) == 0:
        # in a draw of fixed size, which articles the sample has adds no uncertainty
        for part in (sample.drawn, ~sample.drawn):
            if part.any():
                influence[part] -= influence[part].mean(axis=0)
    return Fit(hand + trusts * (overall - program), influence, of_hand - trusts * of_program)


def _shortest(of_hand: Floats, gain: Floats) -> Floats:
    """The trust in the program, 0 to 1, that makes each coefficient's interval shortest."""
    size = (gain**2).sum(axis=0)
    best = -(of_hand * gain).sum(axis=0) / np.where(size > 0, size, 1)
    return np.where(size > 0, np.clip(best, 0, 1), 0.0)


def rectified(
    has: Flags, sample: Sample, weight: Floats, clusters: Clusters, trust: float | None = None
) -> Estimate:
    """The corrected share of articles with a code; NaN where fewer than two of them were coded.

    Where the coders found the program right throughout, one error goes into the variance: a sample
    without any does not prove that there is none. For the arguments see `fit`.
    """
    number = int(sample.drawn.sum())
    if number < 2 or weight[sample.drawn].sum() <= 0:
        return intervals.unknown(len(has))
    share = fit(np.ones((len(has), 1)), has, sample, weight, trust)
    figure = intervals.clustered(float(share.estimate[0]), share.influence[:, 0], clusters)
    unseen = max(1 / number**2 - float((share.of_sample**2).sum()), 0.0)
    freedom = min(figure.freedom, number - 1)
    return figure._replace(variance=figure.variance + unseen, freedom=freedom)


def _least_squares(design: Floats, values: Floats, weight: Floats) -> tuple[Floats, Floats]:
    """Coefficients, and each article's influence on them."""
    bread = np.linalg.inv(design.T @ (design * weight[:, None]))
    coefficients = bread @ (design.T @ (weight * values))
    return coefficients, (design * (weight * (values - design @ coefficients))[:, None]) @ bread
