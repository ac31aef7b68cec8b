"""Correction: shares from automatic codes, put right by a sample that was coded by hand.

What the program codes is wrong here and there, mostly in one direction, so the share of articles with a code is biased, and no number
of articles mends that. The sample says by how much: the mean of the program's codes over all articles plus the mean error over the
sample, each coded article weighted by the inverse of its chance to be drawn (design-based supervised learning, Egami et al. 2023,
https://arxiv.org/abs/2306.04746; prediction-powered inference, Angelopoulos et al. 2023, doi:10.1126/science.adi6000). How far the
program is believed is tuned for the shortest interval, so a poor program is no worse than none (PPI++, Angelopoulos, Duchi and Zrnic
2023, https://arxiv.org/abs/2311.01453).
"""

from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from press_coverage.measures import intervals
from press_coverage.measures.intervals import Estimate, Floats, Kinds


class Sample(NamedTuple):
    """For each article: whether it was coded for a code, its chance to be, and whether the coders saw the code (0 where not coded)."""

    drawn: NDArray[np.bool_]
    chance: Floats
    present: Floats

    def part(self, at: NDArray[np.intp] | NDArray[np.bool_]) -> "Sample":
        """That of some of the articles."""
        return Sample(self.drawn[at], self.chance[at], self.present[at])


def samples(
    articles: pd.DataFrame, gold: pd.DataFrame, column: str, verb: str
) -> dict[str, Sample]:
    """The sample of each code in `gold`: doc_id, the column `column`, present (True or False) and, where the draw was uneven, probability.

    Without a column `probability` the coded articles count as a simple random draw of all. Raises ValueError for a column that is
    missing, articles that are not there, an article coded twice for a code, a value that is no code, or a probability outside 0 to 1.

    >>> rows = pd.DataFrame({"doc_id": ["b"], "frame": ["conflict"], "present": [True]})
    >>> samples(pd.DataFrame({"doc_id": ["a", "b"]}), rows, "frame", "rates")["conflict"].chance.tolist()
    [0.5, 0.5]
    """
    missing = [name for name in ("doc_id", column, "present") if name not in gold]
    if missing:
        raise ValueError(
            f"{verb}: coded has no column {missing[0]!r}; it has {', '.join(map(str, gold)) or 'no columns'}"
        )
    if gold.empty:
        raise ValueError(f"{verb}: coded has no row, so there is nothing to correct with")
    wrong = gold[~gold["present"].isin([True, False])]
    if not wrong.empty:
        raise ValueError(
            f"{verb}: coded, row {wrong.index[0]}: present is {wrong['present'].iloc[0]!r}; give True or False"
        )
    twice = gold[gold.duplicated(["doc_id", column])]
    if not twice.empty:
        at = twice.iloc[0]
        raise ValueError(
            f"{verb}: article {at['doc_id']!r} is coded twice for {at[column]!r}; let the coders agree first"
        )
    strange = sorted(set(gold["doc_id"]) - set(articles["doc_id"]))
    if strange:
        raise ValueError(
            f"{verb}: coded has article {strange[0]!r}, which is not among the articles"
        )
    ids = pd.Index(articles["doc_id"])
    found = {}
    for name, rows in gold.groupby(column, sort=True):
        rows = rows.set_index("doc_id").reindex(ids)
        drawn = np.asarray(rows["present"].notna(), dtype=np.bool_)
        chance = (
            np.asarray(rows["probability"], dtype=np.float64)
            if "probability" in gold
            else np.full(len(ids), drawn.mean())
        )
        if not ((chance[drawn] > 0) & (chance[drawn] <= 1)).all():
            raise ValueError(
                f"{verb}: probability of an article coded for {name!r} is not above 0 and up to 1; give its chance to be drawn"
            )
        found[str(name)] = Sample(
            drawn, chance, np.asarray(rows["present"].eq(True), dtype=np.float64)
        )
    return found


class Fit(NamedTuple):
    """Coefficients, each article's influence on each of them (articles x coefficients), and the part of it that the sample has."""

    estimate: Floats
    influence: Floats
    of_sample: Floats


def fit(
    design: Floats,
    has: NDArray[np.bool_],
    sample: Sample,
    weight: Floats,
    trust: float | None = None,
) -> Fit:
    """Least squares of the corrected code on `design` (articles x coefficients): of a column of ones, the corrected share.

    `trust` is how far the program is believed, 0 to 1; without it the value that makes each interval shortest is taken. Raises
    ValueError where the sample does not tell the columns of `design` apart.
    """
    told = has.astype(float)
    each = np.where(sample.drawn, weight / np.where(sample.drawn, sample.chance, 1.0), 0.0)
    if np.linalg.matrix_rank(design[each > 0]) < design.shape[1]:
        raise ValueError(
            f"the {int(sample.drawn.sum())} coded articles do not cover all groups; code some of each"
        )
    everywhere, of_all = _least_squares(design, told, weight)
    by_hand, of_hand = _least_squares(design, sample.present, each)
    programs, of_program = _least_squares(design, told, each)
    gain = of_all - of_program
    if trust is None:
        against = (gain**2).sum(axis=0)
        trusts = np.where(
            against > 0,
            np.clip(-(of_hand * gain).sum(axis=0) / np.where(against > 0, against, 1), 0, 1),
            0.0,
        )
    else:
        trusts = np.full(design.shape[1], trust)
    influence = of_hand + trusts * gain
    if (
        np.ptp(sample.chance[sample.drawn]) == 0
    ):  # a draw of fixed size: which articles the sample has is no news
        for part in (sample.drawn, ~sample.drawn):
            if part.any():
                influence[part] -= influence[part].mean(axis=0)
    return Fit(by_hand + trusts * (everywhere - programs), influence, of_hand - trusts * of_program)


def rectified(
    has: NDArray[np.bool_],
    sample: Sample,
    weight: Floats,
    clusters: Kinds,
    trust: float | None = None,
) -> Estimate:
    """The corrected share of articles with a code; not a number where fewer than two of them were coded.

    Where the coders found the program right throughout, one error goes into the variance: a sample without any does not prove that
    there is none.
    """
    number = int(sample.drawn.sum())
    if number < 2 or weight[sample.drawn].sum() <= 0:
        return Estimate(float("nan"), float("nan"), 1.0, np.zeros(len(has)), 0)
    found = fit(np.ones((len(has), 1)), has, sample, weight, trust)
    figure = intervals.spread(float(found.estimate[0]), found.influence[:, 0], clusters)
    unseen = max(1 / number**2 - float((found.of_sample**2).sum()), 0.0)
    return figure._replace(
        variance=figure.variance + unseen, freedom=min(figure.freedom, number - 1)
    )


def _least_squares(design: Floats, values: Floats, weight: Floats) -> tuple[Floats, Floats]:
    """Coefficients, and each article's influence on them."""
    bread = np.linalg.inv(design.T @ (design * weight[:, None]))
    coefficients = bread @ (design.T @ (weight * values))
    return coefficients, (design * (weight * (values - design @ coefficients))[:, None]) @ bread
