"""Regression: what goes with a code, all else being equal."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import stdtr

from press_coverage.measures import intervals
from press_coverage.measures.correction import Sample, fit
from press_coverage.measures.counting import count
from press_coverage.measures.intervals import Estimate, Floats
from press_coverage.tables.extras import extra_module

FIGURES = ["articles", "estimate", "low", "high", "p", "clusters"]


def regression(
    articles: pd.DataFrame,
    codes: pd.DataFrame,
    formula: str,
    *,
    column: str = "frame",
    gold: pd.DataFrame | None = None,
    per: str = "raw",
    confidence: float = 0.95,
) -> pd.DataFrame:
    """How the share of articles with a code goes with columns of the articles.

    A linear probability model: an estimate of 0.1 means that the share is 10 points higher per
    unit of the term, above 0 is more. Intervals and p are clustered by story and publisher, as in
    `rates`. Needs statsmodels.

    Args:
        articles: those that were annotated; those with a gap in a column of the formula are left
            out.
        codes: a table of `annotate`.
        formula: the right side of a formula of columns of the articles, such as
            "C(publisher) + year".
        column: the column of codes that is counted.
        gold: a sample coded by hand, by which the code is corrected, see `rates`.
        per: how articles are weighted, see `weights`.
        confidence: of the intervals, 0 to 1.

    Returns:
        The code, term, articles (those without a gap), estimate, low, high, p, clusters.

    Raises:
        ValueError: as `rates`, and where the formula does not fit the columns, terms cannot be
            told apart, or the sample lacks a group.
        ImportError: statsmodels is not installed.

    Source:
        Angrist and Pischke 2009, Mostly Harmless Econometrics, 3.4.2, for the linear model; see
        `press_coverage.measures.correction`.

    Examples:
        >>> rows = {"doc_id": list("abcdef"), "late": [0, 0, 0, 1, 1, 1], "body": "Words."}
        >>> codes = pd.DataFrame({"doc_id": ["a", "d", "e"], "frame": ["conflict"] * 3})
        >>> table = regression(pd.DataFrame(rows), codes, "late")
        >>> table[["term", "articles", "estimate"]].round(2).values.tolist()
        [['Intercept', 6, 0.33], ['late', 6, 0.33]]
    """
    counts = count(articles, codes, column, "regression", gold=gold, per=per)
    at, design, terms = _design(counts.articles, formula)
    clusters = intervals.clusters_of(counts.articles.iloc[at])
    weight, trust = counts.weight[at], None if counts.samples else 0.0
    rows = []
    for code, present in counts.present.items():
        sample = counts.samples.get(code, Sample.everything(present)).part(at)
        coded = int(sample.drawn.sum())
        fitted = fit(design, present[at], sample, weight, trust)
        for place, term in enumerate(terms):
            influence = fitted.influence[:, place]
            figure = intervals.clustered(float(fitted.estimate[place]), influence, clusters)
            figures = _tested(_in_few_clusters(figure, coded, len(terms)), confidence)
            rows.append((code, term, len(at), *figures, figure.clusters))
    return pd.DataFrame(rows, columns=[column, "term", *FIGURES])


def _design(articles: pd.DataFrame, formula: str) -> tuple[NDArray[np.intp], Floats, Sequence[str]]:
    """Which articles have no gap, the design (articles x terms), and the terms."""
    ols = extra_module("statsmodels.formula.api", "regression", "stats").ols
    try:
        model = ols(f"_present ~ {formula}", articles.assign(_present=1.0))
    except Exception as error:  # whatever the formula's parser raises
        raise ValueError(f"regression: formula {formula!r}: {error}".split("\n")[0]) from error
    design = np.asarray(model.exog, dtype=np.float64)
    if np.linalg.matrix_rank(design) < design.shape[1]:
        raise ValueError(
            f"regression: the terms of {formula!r} cannot be told apart in these articles; "
            "leave one out"
        )
    return np.asarray(model.data.row_labels, dtype=np.intp), design, model.exog_names


def _in_few_clusters(figure: Estimate, coded: int, terms: int) -> Estimate:
    """The coefficient with its variance made larger where clusters, or articles coded, are few."""
    # a coefficient and what it is measured from take a cluster each
    left = max(min(figure.clusters, coded) - min(terms, 2), 1)
    scale = max((figure.clusters - 1) / left, 1.0)
    freedom = max(min(figure.freedom, left), 1)
    return figure._replace(variance=figure.variance * scale, freedom=freedom)


def _tested(figure: Estimate, confidence: float) -> tuple[float, float, float, Any]:
    """Estimate, low, high and p; p is NaN where nothing varies."""
    low, high = intervals.interval(figure, confidence)
    p = np.nan
    if figure.variance > 0:
        p = 2 * stdtr(figure.freedom, -abs(figure.estimate) / np.sqrt(figure.variance))
    return figure.estimate, low, high, p
