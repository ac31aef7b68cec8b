"""Weights: how much each article counts, and which are an agency's text."""

import pandas as pd

from press_coverage.codebooks.agencies import from_agency
from press_coverage.tables import schema

WEIGHTS = ("raw", "text", "story", "own")


def is_agency(articles: pd.DataFrame) -> "pd.Series[bool]":
    """Whether each article is an agency's text.

    It is where it is credited to one, published by one, or a copy of an article that is.

    Args:
        articles: with the columns that `clean` and `dedupe` give.

    Returns:
        True or False for each article, by the index of `articles`.

    Raises:
        SchemaError: `dedupe` was not run.

    Examples:
        >>> rows = {"doc_id": ["a", "b"], "dup_group": ["a", "a"], "agency": ["dpa", None]}
        >>> is_agency(pd.DataFrame(rows).assign(publisher=["x", "y"])).tolist()
        [True, True]
    """
    articles = deduped(articles)
    named = from_agency(articles)
    return named | articles["dup_group"].isin(articles.loc[named, "dup_group"])


def weights(articles: pd.DataFrame, per: str = "raw") -> "pd.Series[float]":
    """A weight for each article, so that a measure counts articles, texts, stories or own texts.

    Args:
        articles: with the columns that `dedupe`, and for stories `stories`, give.
        per: 'raw' (1 each), 'text' (articles with the same dup_group share 1), 'story' (those with
            the same story share 1) or 'own' (1, and 0 for agency copy, see `is_agency`).

    Returns:
        The weights, 0 to 1, by the index of `articles`.

    Raises:
        ValueError: another `per`.
        SchemaError: the column that `per` needs is missing or has gaps.

    Examples:
        >>> rows = pd.DataFrame({"doc_id": ["a", "b", "c"], "dup_group": ["a", "a", "c"]})
        >>> weights(rows, "text").tolist()
        [0.5, 0.5, 1.0]
    """
    if per not in WEIGHTS:
        raise ValueError(f"per is {per!r}; use one of: {', '.join(WEIGHTS)}")
    if per == "raw":
        return pd.Series(1.0, index=articles.index)
    if per == "own":
        return 1.0 - is_agency(articles).astype(float)
    column = {"text": "dup_group", "story": "story"}[per]
    articles = deduped(articles, column)
    return 1.0 / articles.groupby(column)[column].transform("size")


def deduped(articles: pd.DataFrame, column: str = "dup_group") -> pd.DataFrame:
    """The articles, if `dedupe` (or `stories`) was run; raises SchemaError."""
    if column not in articles or articles[column].isna().any():
        verb = "dedupe" if column == "dup_group" else "stories"
        raise schema.SchemaError(
            f"articles: column {column!r} is missing or has gaps; run {verb} first"
        )
    return schema.check(articles, "articles").set_axis(articles.index)
