"""Which articles have which code: what every measure counts by."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from press_coverage.measures.correction import Sample, samples
from press_coverage.measures.intervals import Floats
from press_coverage.tables import schema


def checked(
    articles: pd.DataFrame, codes: pd.DataFrame, column: str, by: Sequence[str], verb: str
) -> pd.DataFrame:
    """The articles, after a look whether codes and articles have the columns and belong together; raises ValueError."""
    articles = schema.check(articles, "articles")
    missing = [f"articles have no column {name!r}" for name in by if name not in articles]
    missing += [
        f"codes have no column {name!r}" for name in ("doc_id", column) if name not in codes
    ]
    if missing:
        raise ValueError(f"{verb}: {missing[0]}")
    if articles.empty:
        raise ValueError(f"{verb}: there are no articles, so there is no share of them")
    unknown = sorted(set(codes["doc_id"]) - set(articles["doc_id"]))
    if unknown:
        raise ValueError(
            f"{verb}: codes of article {unknown[0]!r}, which is not among the articles; give those that were annotated"
        )
    return articles


def presence(articles: pd.DataFrame, codes: pd.DataFrame, column: str) -> pd.DataFrame:
    """For each article whether it has each code, in the articles' order."""
    return (
        pd.crosstab(codes["doc_id"], codes[column])
        .gt(0)
        .reindex(articles["doc_id"], fill_value=False)
        .reset_index(drop=True)
    )


def spread_over(influence: Floats, at: NDArray[np.bool_]) -> Floats:
    """A group's influences as those of all articles: 0 for the others."""
    whole = np.zeros(len(at))
    whole[at] = influence
    return whole


def marks(
    articles: pd.DataFrame, codes: pd.DataFrame, column: str, gold: pd.DataFrame | None, verb: str
) -> tuple[pd.DataFrame, dict[str, Sample]]:
    """Whether each article has each code, and the sample of each code that was coded by hand: of these alone, where there is one."""
    has = presence(articles, codes, column)
    if gold is None:
        return has, {}
    sampled = samples(articles, gold, column, verb)
    return has.reindex(columns=list(sampled), fill_value=False), sampled
