"""Regression: what goes with a code, all else being equal; and how much more is to be coded until an interval is as short as wanted."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import statsmodels.formula.api as smf
from scipy.stats import t as student

from press_coverage.copies.weighting import weights
from press_coverage.measures import intervals
from press_coverage.measures.correction import Sample, fit, rectified
from press_coverage.measures.counting import checked, marks


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
    """How the share of articles with a code goes with columns of the articles: code, term, articles, estimate, low, high, p, clusters.

    `formula` is the right side of a formula, such as "C(publisher) + year"; its columns are the articles' own, of whom those with a
    gap in one are left out (`articles` counts the others). A linear probability model: an estimate of 0.1 means that the share
    is 10 points higher per unit of the term, above 0 is more. Intervals and p are clustered by story and publisher, as in `rates`;
    with `gold` the code is corrected by the sample. Raises as `rates`, and ValueError where the formula does not fit the columns,
    terms cannot be told apart, or the sample lacks a group.

    Source: Angrist and Pischke 2009, Mostly Harmless Econometrics, 3.4.2, for the linear model; see `press_coverage.measures.correction`.

    >>> articles = pd.DataFrame({"doc_id": list("abcdef"), "late": [0, 0, 0, 1, 1, 1], "body": "Words."})
    >>> codes = pd.DataFrame({"doc_id": ["a", "d", "e"], "frame": ["conflict"] * 3})
    >>> regression(articles, codes, "late")[["term", "articles", "estimate"]].round(2).values.tolist()
    [['Intercept', 6, 0.33], ['late', 6, 0.33]]
    """
    articles = checked(articles, codes, column, (), "regression")
    has, sampled = marks(articles, codes, column, gold, "regression")
    weight = np.asarray(weights(articles, per), dtype=np.float64)
    try:
        model = smf.ols(f"_present ~ {formula}", articles.assign(_present=1.0))
    except Exception as error:  # whatever the formula's parser raises
        raise ValueError(f"regression: formula {formula!r}: {error}".split("\n")[0]) from error
    at, design = (
        np.asarray(model.data.row_labels, dtype=np.intp),
        np.asarray(model.exog, dtype=np.float64),
    )
    if np.linalg.matrix_rank(design) < design.shape[1]:
        raise ValueError(
            f"regression: the terms of {formula!r} cannot be told apart in these articles; leave one out"
        )
    clusters = intervals.kinds(articles.iloc[at])
    rows = []
    for name in has:
        mine = has[name].to_numpy()[at]
        everything = Sample(np.ones(len(at), dtype=np.bool_), np.ones(len(at)), mine.astype(float))
        sample = sampled[str(name)].part(at) if sampled else everything
        found = fit(design, mine, sample, weight[at], trust=None if sampled else 0.0)
        for place, term in enumerate(model.exog_names):
            figure = intervals.spread(
                float(found.estimate[place]), found.influence[:, place], clusters
            )
            # a coefficient and what it is measured from take a cluster each
            left = max(min(figure.clusters, int(sample.drawn.sum())) - min(design.shape[1], 2), 1)
            scale = max((figure.clusters - 1) / left, 1.0)
            figure = figure._replace(
                variance=figure.variance * scale, freedom=max(min(figure.freedom, left), 1)
            )
            low, high = intervals.limits(figure, confidence)
            p = (
                2 * student.sf(abs(figure.estimate) / np.sqrt(figure.variance), figure.freedom)
                if figure.variance > 0
                else np.nan
            )
            told = {
                "articles": len(at),
                "estimate": figure.estimate,
                "low": low,
                "high": high,
                "p": p,
                "clusters": figure.clusters,
            }
            rows.append({column: name, "term": term, **told})
    return pd.DataFrame(
        rows, columns=[column, "term", "articles", "estimate", "low", "high", "p", "clusters"]
    )


def sample_size(
    articles: pd.DataFrame,
    codes: pd.DataFrame,
    gold: pd.DataFrame,
    *,
    width: float | Sequence[float] = (0.2, 0.1),
    column: str = "frame",
    confidence: float = 0.95,
) -> pd.DataFrame:
    """How many articles are to be coded until the corrected share's interval is as wide as wanted: code, coded, now, width, needed.

    `now` is the width with the `gold` articles that there are, from `rates` with `gold`; `needed` counts these as well, and is empty
    where all articles coded would not be enough: then more articles are wanted, not more coding. The figure is only as good as the
    errors of the sample so far. Raises as `rates`.

    >>> articles = pd.DataFrame({"doc_id": [str(n) for n in range(200)], "body": "Words."})
    >>> codes = pd.DataFrame({"doc_id": [str(n) for n in range(0, 200, 4)], "frame": "conflict"})
    >>> coded = pd.DataFrame({"doc_id": [str(n) for n in range(40)], "frame": "conflict", "present": [n % 3 == 0 for n in range(40)]})
    >>> sample_size(articles, codes, coded, width=0.2)[["frame", "coded", "needed"]].values.tolist()
    [['conflict', 40, 94]]
    """
    articles = checked(articles, codes, column, (), "sample_size")
    has, sampled = marks(articles, codes, column, gold, "sample_size")
    clusters = intervals.kinds(articles)
    rows = []
    for name, sample in sampled.items():
        mine, number = has[name].to_numpy(), int(sample.drawn.sum())
        figure = rectified(mine, sample, np.ones(len(mine)), clusters)
        if not np.isfinite(figure.variance):
            raise ValueError(
                f"sample_size: {number} article coded for {name!r}; two at least are needed"
            )
        low, high = intervals.share_limits(figure, confidence)
        of_sample = fit(np.ones((len(mine), 1)), mine, sample, np.ones(len(mine))).of_sample
        coding = max(float((of_sample**2).sum()), 1 / number**2)
        for wanted in [width] if isinstance(width, float | int) else width:
            room = (wanted / 2 / student.ppf(0.5 + confidence / 2, figure.freedom)) ** 2 - max(
                figure.variance - coding, 0
            )
            needed = int(np.ceil(number * coding / room)) if room > 0 else len(mine) + 1
            told = {
                "coded": number,
                "now": high - low,
                "width": wanted,
                "needed": needed if needed <= len(mine) else None,
            }
            rows.append({column: name, **told})
    return pd.DataFrame(rows, columns=[column, "coded", "now", "width", "needed"]).astype(
        {"needed": "Int64"}
    )
