"""Which articles have which code: what every measure counts by."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from press_coverage.copies.weighting import weights
from press_coverage.measures import intervals
from press_coverage.measures.correction import Sample, rectified, samples
from press_coverage.measures.intervals import Clusters, Estimate, Flags, Floats
from press_coverage.tables import schema


class Counts(NamedTuple):
    """Articles with their weights, whether each has each code, and what was coded by hand.

    Where there is a sample coded by hand, the codes are those of the sample alone.
    """

    articles: pd.DataFrame
    weight: Floats
    present: dict[Any, Flags]
    samples: dict[str, Sample]

    def share(self, code: Any, at: NDArray[Any], clusters: Clusters) -> Estimate:
        """The share with the code among the articles `at`, corrected where there is a sample."""
        present, weight = self.present[code][at], self.weight[at]
        if code in self.samples:
            return rectified(present, self.samples[code].part(at), weight, clusters)
        return intervals.ratio(present, np.ones(len(present)), weight, clusters)


def count(
    articles: pd.DataFrame,
    codes: pd.DataFrame,
    column: str,
    verb: str,
    *,
    by: Sequence[str] = (),
    gold: pd.DataFrame | None = None,
    per: str = "raw",
) -> Counts:
    """The counts of the codes in a column; raises ValueError as `checked` and `samples` do."""
    articles = checked(articles, codes, column, verb, by=by)
    present = presence(articles, codes, column)
    coded = {} if gold is None else samples(articles, gold, column, verb)
    if coded:
        present = present.reindex(columns=list(coded), fill_value=False)
    weight = np.asarray(weights(articles, per), dtype=np.float64)
    return Counts(articles, weight, {code: present[code].to_numpy() for code in present}, coded)


def checked(
    articles: pd.DataFrame,
    codes: pd.DataFrame | tuple[Any, ...] | None,
    column: str,
    verb: str,
    *,
    by: Sequence[str] = (),
) -> pd.DataFrame:
    """The articles, if they and the codes, where there are any, have the columns and fit.

    Raises:
        ValueError: a column is missing, there are no articles, or a code is of another article.
        TypeError: codes is no table.
    """
    articles = schema.check(articles, "articles")
    schema.need(articles, by, f"{verb}: articles")
    if codes is None:
        return articles
    if not isinstance(codes, pd.DataFrame):
        given, remedy = type(codes).__name__, "give one of its tables, such as notes.frames"
        raise TypeError(f"{verb}: codes is {given}; {remedy}")
    schema.need(codes, ("doc_id", column), f"{verb}: codes")
    if articles.empty:
        raise ValueError(f"{verb}: there are no articles, so there is no share of them")
    strange = sorted(set(codes["doc_id"]) - set(articles["doc_id"]))
    if strange:
        raise ValueError(
            f"{verb}: codes of article {strange[0]!r}, which is not among the articles; "
            "give those that were annotated"
        )
    return articles


def presence(articles: pd.DataFrame, codes: pd.DataFrame, column: str) -> pd.DataFrame:
    """For each article whether it has each code, in the articles' order."""
    return totals(articles, codes, codes[column]).gt(0)


def totals(
    articles: pd.DataFrame, codes: pd.DataFrame, labels: "pd.Series[Any]", sizes: Any = None
) -> pd.DataFrame:
    """How often, or with which sum of `sizes`, each article has each label, in their order."""
    how = None if sizes is None else "sum"
    table = pd.crosstab(codes["doc_id"], labels, values=sizes, aggfunc=how)
    return table.reindex(articles["doc_id"]).fillna(0).reset_index(drop=True)
