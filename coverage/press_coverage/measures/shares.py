"""Rates: in what share of articles a code stands, by how much shares differ, and who has which share of the voice."""

from collections.abc import Sequence
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from press_coverage.copies.weighting import weights
from press_coverage.measures import intervals
from press_coverage.measures.correction import Sample, rectified
from press_coverage.measures.counting import checked, marks, spread_over
from press_coverage.measures.intervals import Estimate, Floats, Kinds
from press_coverage.tables import schema

FIGURES = ["estimate", "low", "high", "clusters"]


def rates(
    articles: pd.DataFrame,
    codes: pd.DataFrame,
    *,
    column: str = "frame",
    by: str | Sequence[str] = (),
    gold: pd.DataFrame | None = None,
    per: str = "raw",
    confidence: float = 0.95,
) -> pd.DataFrame:
    """The share of articles in which each code stands: by-columns, code, articles, counted, estimate, low, high, clusters.

    `codes` is a table of `annotate`, `column` the column of it that is counted ('frame', 'actor_id', 'country', 'category');
    `articles` are those that were annotated, and `by` columns of theirs. `counted` articles have the code; a code that
    a group never has gets a row of 0. `per` weights articles, see `weights`: 'text' lets copies of one text count once. Intervals
    are clustered by the columns story and publisher, as far as the articles have them and they differ within the group;
    `clusters` is the smallest number of these, and with a single one the interval is 0 to 1: nothing is known. An article without
    story or publisher is a cluster of its own. Raises ValueError for a column that is not there, or no articles.

    With `gold`, a random sample of the articles coded by hand (doc_id, the column `column`, present, and probability where the draw was
    uneven), the shares of its codes are corrected for the program's errors and the intervals are those of the correction; `gold`
    then tells how many articles of the group it has. A group without any has an empty estimate, from 0 to 1.

    Source: see `press_coverage.measures.intervals` and `press_coverage.measures.correction`.

    >>> articles = pd.DataFrame({"doc_id": list("abcd"), "publisher": list("xxyy"), "body": "Words."})
    >>> codes = pd.DataFrame({"doc_id": ["a", "a", "b", "c"], "frame": ["conflict"] * 4})
    >>> rates(articles, codes)[["frame", "articles", "counted", "estimate", "clusters"]].values.tolist()
    [['conflict', 4, 3, 0.75, 2]]
    """
    by = schema.listed(by)
    articles = checked(articles, codes, column, by, "rates")
    has, sampled = marks(articles, codes, column, gold, "rates")
    weight = np.asarray(weights(articles, per), dtype=np.float64)
    rows = []
    for names, at in _groups(articles, by):
        clusters = intervals.kinds(articles.iloc[at])
        for name in has:
            share = _share(
                has[name].to_numpy()[at], sampled.get(str(name)), at, weight[at], clusters
            )
            counts = {"articles": len(at), "counted": int(has[name].to_numpy()[at].sum())}
            if gold is not None:
                counts["coded"] = int(sampled[str(name)].drawn[at].sum())
            rows.append({**names, column: name, **counts, **_figures(share, confidence)})
    counted = ["articles", "counted"] if gold is None else ["articles", "counted", "coded"]
    return pd.DataFrame(rows, columns=[*by, column, *counted, *FIGURES])


def differences(
    articles: pd.DataFrame,
    codes: pd.DataFrame,
    *,
    between: str,
    column: str = "frame",
    gold: pd.DataFrame | None = None,
    per: str = "raw",
    confidence: float = 0.95,
) -> pd.DataFrame:
    """By how much the share of articles with a code differs between two groups: code, one, other, estimate, low, high, clusters.

    `between` is a column of the articles; each pair of its values is compared, `estimate` is the share in `one` less that in
    `other`: above 0, the code is more frequent in `one`. Stories that both groups report tie them together, which the interval
    takes into account. With `gold` the shares are corrected first, as in `rates`. Raises as `rates`, and ValueError where `between`
    has fewer than two values.

    Source: MOVER, Zou and Donner 2008, doi:10.1002/sim.3095, on the intervals of `rates`.

    >>> articles = pd.DataFrame({"doc_id": list("abcd"), "language": ["de", "de", "en", "en"], "body": "Words."})
    >>> codes = pd.DataFrame({"doc_id": ["a", "b", "c"], "frame": ["conflict"] * 3})
    >>> differences(articles, codes, between="language")[["one", "other", "estimate"]].values.tolist()
    [['de', 'en', 0.5]]
    """
    articles = checked(articles, codes, column, [between], "differences")
    has, sampled = marks(articles, codes, column, gold, "differences")
    weight = np.asarray(weights(articles, per), dtype=np.float64)
    values = sorted(articles[between].dropna().unique(), key=str)
    if len(values) < 2:
        raise ValueError(
            f"differences: column {between!r} has {len(values)} value; two groups are needed for a difference"
        )
    mine = {
        value: articles[between].eq(value).fillna(False).to_numpy(dtype=bool) for value in values
    }
    clusters = {value: intervals.kinds(articles[at]) for value, at in mine.items()}
    joint = {
        pair: intervals.kinds(articles[mine[pair[0]] | mine[pair[1]]])
        for pair in combinations(values, 2)
    }
    rows = []
    for name in has:
        shares = {}
        for value, at in mine.items():
            share = _share(
                has[name].to_numpy()[at], sampled.get(str(name)), at, weight[at], clusters[value]
            )
            shares[value] = share._replace(influence=spread_over(share.influence, at))
        for (one, other), kinds in joint.items():
            both = mine[one] | mine[other]
            a, b = (shares[v]._replace(influence=shares[v].influence[both]) for v in (one, other))
            low, high = intervals.difference_limits(
                a, b, intervals.tie(a, b, kinds), confidence, corrected=gold is not None
            )
            found = {
                "estimate": a.estimate - b.estimate,
                "low": low,
                "high": high,
                "clusters": min(a.clusters, b.clusters),
            }
            rows.append({column: name, "one": one, "other": other, **found})
    return pd.DataFrame(rows, columns=[column, "one", "other", *FIGURES])


def share_of_voice(
    articles: pd.DataFrame,
    codes: pd.DataFrame,
    *,
    column: str = "country",
    by: str | Sequence[str] = (),
    measure: str = "count",
    per: str = "raw",
    confidence: float = 0.95,
) -> pd.DataFrame:
    """The share that each speaker has of all quotations: by-columns, code, articles, counted, of, estimate, low, high, clusters.

    `codes` is `notes.quotes`, or any other table of spans, `column` the column that says whose it is; gaps, speakers that are not
    known, are a row of their own, named 'unknown'. `measure` is 'count', or 'characters', which weighs a quotation by its length;
    `counted` is of `of`, in that unit. The shares of a group add up to 1. `articles` counts those that have any such span. For `per`
    and the intervals see `rates`. Raises as `rates`, and ValueError for another measure.

    >>> articles = pd.DataFrame({"doc_id": ["a", "b"], "publisher": ["x", "y"]})
    >>> quotes = pd.DataFrame({"doc_id": list("aab"), "start": [0, 20, 5], "end": [9, 29, 23], "country": ["KP", "US", "US"]})
    >>> share_of_voice(articles, quotes)[["country", "counted", "of", "estimate"]].round(2).values.tolist()
    [['KP', 1, 3, 0.33], ['US', 2, 3, 0.67]]
    >>> share_of_voice(articles, quotes, measure="characters")["estimate"].tolist()
    [0.25, 0.75]
    """
    if measure not in ("count", "characters"):
        raise ValueError(f"share_of_voice: measure {measure!r}; use 'count' or 'characters'")
    by = schema.listed(by)
    articles = checked(articles, codes, column, by, "share_of_voice")
    whose = codes[column].astype("str").where(codes[column].notna(), "unknown")
    size = pd.Series(1, index=codes.index) if measure == "count" else codes["end"] - codes["start"]
    each = (
        pd.crosstab(codes["doc_id"], whose, values=size, aggfunc="sum")
        .reindex(articles["doc_id"])
        .fillna(0)
    )
    weight = np.asarray(weights(articles, per), dtype=np.float64)
    rows = []
    for names, at in _groups(articles, by):
        mine = each.iloc[at]
        of = mine.sum(axis=1).to_numpy(dtype=float)
        clusters = intervals.kinds(articles.iloc[at])
        for name in mine:
            said = mine[name].to_numpy(dtype=float)
            share = intervals.ratio(said, of, weight[at], clusters)
            counts = {
                "articles": int((of > 0).sum()),
                "counted": int(said.sum()),
                "of": int(of.sum()),
            }
            rows.append({**names, column: name, **counts, **_figures(share, confidence)})
    return pd.DataFrame(rows, columns=[*by, column, "articles", "counted", "of", *FIGURES])


def _share(
    has: NDArray[np.bool_], sample: Sample | None, at: NDArray[Any], weight: Floats, clusters: Kinds
) -> Estimate:
    if sample is None:
        return intervals.ratio(has, np.ones(len(has)), weight, clusters)
    return rectified(has, sample.part(at), weight, clusters)


def _groups(
    articles: pd.DataFrame, by: Sequence[str]
) -> list[tuple[dict[str, object], NDArray[np.intp]]]:
    """The values of each group, by column, and the places of its articles."""
    if not by:
        return [({}, np.arange(len(articles)))]
    found = articles.groupby(list(by), observed=True, dropna=False).indices
    return [
        (dict(zip(by, key if isinstance(key, tuple) else (key,), strict=True)), np.asarray(at))
        for key, at in found.items()
    ]


def _figures(share: Estimate, confidence: float) -> dict[str, float]:
    low, high = intervals.share_limits(share, confidence)
    return {"estimate": share.estimate, "low": low, "high": high, "clusters": share.clusters}
