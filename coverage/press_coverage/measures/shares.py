"""Rates: in what share of articles a code occurs, by how much shares differ, who has the voice."""

from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from press_coverage.copies.weighting import weights
from press_coverage.measures import intervals
from press_coverage.measures.correction import fit
from press_coverage.measures.counting import checked, count, totals
from press_coverage.measures.intervals import Estimate, Flags
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
    """The share of articles in which each code occurs.

    Intervals are clustered by the columns story and publisher, as far as the articles have them
    and they differ within the group. An article without story or publisher is a cluster of its
    own.

    Args:
        articles: those that were annotated.
        codes: a table of `annotate`.
        column: the column of codes that is counted, such as 'frame', 'actor_id', 'country' or
            'category'.
        by: columns of articles to group by, a string or a list.
        gold: a random sample of the articles coded by hand: doc_id, the column `column`, present,
            and probability where the draw was uneven. The shares of its codes are corrected for
            the program's errors, and the intervals are those of the correction.
        per: how articles are weighted, see `weights`: with 'text', copies of one text count once.
        confidence: of the intervals, 0 to 1.

    Returns:
        The columns of `by`, the code, articles, counted (those that have the code), estimate, low,
        high, clusters. A code that a group never has gets a row of 0. `clusters` is the smallest
        number of clusters of a kind; with a single one the interval is 0 to 1: nothing is known.
        With `gold`, coded is how many articles of the group it has; a group without any has an
        empty estimate, from 0 to 1.

    Raises:
        ValueError: a column is missing, there are no articles, or codes or `gold` do not fit them.

    Source:
        See `press_coverage.measures.intervals` and `press_coverage.measures.correction`.

    Examples:
        >>> rows = {"doc_id": list("abcd"), "publisher": list("xxyy"), "body": "Words."}
        >>> articles = pd.DataFrame(rows)
        >>> codes = pd.DataFrame({"doc_id": ["a", "a", "b", "c"], "frame": ["conflict"] * 4})
        >>> rates(articles, codes)[["frame", "articles", "counted", "estimate"]].values.tolist()
        [['conflict', 4, 3, 0.75]]
    """
    by = schema.listed(by)
    counts = count(articles, codes, column, "rates", by=by, gold=gold, per=per)
    rows = []
    for group, at in _groups(counts.articles, by):
        clusters = intervals.clusters_of(counts.articles.iloc[at])
        for code, present in counts.present.items():
            numbers = [len(at), int(present[at].sum())]
            if gold is not None:
                numbers.append(int(counts.samples[code].drawn[at].sum()))
            share = counts.share(code, at, clusters)
            rows.append((*group, code, *numbers, *_figures(share, confidence)))
    names = ["articles", "counted"] if gold is None else ["articles", "counted", "coded"]
    return pd.DataFrame(rows, columns=[*by, column, *names, *FIGURES])


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
    """By how much the share of articles with a code differs between two groups.

    Stories that both groups report tie them together, which the interval takes into account.

    Args:
        articles: those that were annotated.
        codes: a table of `annotate`.
        between: a column of articles; each pair of its values is compared.
        column: the column of codes that is counted.
        gold: a sample coded by hand, by which the shares are corrected first, see `rates`.
        per: how articles are weighted, see `weights`.
        confidence: of the intervals, 0 to 1.

    Returns:
        The code, one, other, estimate (the share in `one` less that in `other`: above 0, the code
        is more frequent in `one`), low, high, clusters.

    Raises:
        ValueError: as `rates`, and where `between` has fewer than two values.

    Source:
        MOVER, Zou and Donner 2008, doi:10.1002/sim.3095, on the intervals of `rates`.

    Examples:
        >>> rows = {"doc_id": list("abcd"), "language": ["de", "de", "en", "en"], "body": "Words."}
        >>> articles = pd.DataFrame(rows)
        >>> codes = pd.DataFrame({"doc_id": ["a", "b", "c"], "frame": ["conflict"] * 3})
        >>> table = differences(articles, codes, between="language")
        >>> table[["one", "other", "estimate"]].values.tolist()
        [['de', 'en', 0.5]]
    """
    counts = count(articles, codes, column, "differences", by=[between], gold=gold, per=per)
    articles = counts.articles
    values = sorted(articles[between].dropna().unique(), key=str)
    if len(values) < 2:
        raise ValueError(
            f"differences: column {between!r} has {len(values)} value; "
            "two groups are needed for a difference"
        )
    groups = {v: articles[between].eq(v).fillna(False).to_numpy(bool) for v in values}
    clusters = {value: intervals.clusters_of(articles[at]) for value, at in groups.items()}
    pairs = [(one, other, groups[one] | groups[other]) for one, other in combinations(values, 2)]
    joint = [intervals.clusters_of(articles[both]) for *_, both in pairs]
    rows = []
    for code in counts.present:
        shares = {value: counts.share(code, at, clusters[value]) for value, at in groups.items()}
        for (one, other, both), kinds in zip(pairs, joint, strict=True):
            first = _among(shares[one], groups[one], both)
            second = _among(shares[other], groups[other], both)
            rho = intervals.correlation(first, second, kinds)
            low, high = intervals.difference_interval(
                first, second, rho, confidence, corrected=gold is not None
            )
            gap, fewest = first.estimate - second.estimate, min(first.clusters, second.clusters)
            rows.append((code, one, other, gap, low, high, fewest))
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
    """The share that each speaker has of all quotations.

    Args:
        articles: those that were annotated.
        codes: `notes.quotes`, or any other table of spans.
        column: the column of codes that says whose a span is; gaps, speakers that are not known,
            count as 'unknown'.
        by: columns of articles to group by, a string or a list.
        measure: 'count', or 'characters', which weighs a quotation by its length.
        per: how articles are weighted, see `weights`.
        confidence: of the intervals, 0 to 1.

    Returns:
        The columns of `by`, the code, articles (those that have any such span), counted, of,
        estimate, low, high, clusters. `counted` is of `of`, in the unit of `measure`. The shares
        of a group add up to 1. For the interval and clusters see `rates`.

    Raises:
        ValueError: as `rates`, and for another measure.

    Examples:
        >>> articles = pd.DataFrame({"doc_id": ["a", "b"], "publisher": ["x", "y"]})
        >>> spans = {"doc_id": list("aab"), "start": [0, 20, 5], "end": [9, 29, 23]}
        >>> quotes = pd.DataFrame({**spans, "country": ["KP", "US", "US"]})
        >>> table = share_of_voice(articles, quotes)
        >>> table[["country", "counted", "of", "estimate"]].round(2).values.tolist()
        [['KP', 1, 3, 0.33], ['US', 2, 3, 0.67]]
        >>> share_of_voice(articles, quotes, measure="characters")["estimate"].tolist()
        [0.25, 0.75]
    """
    if measure not in ("count", "characters"):
        raise ValueError(f"share_of_voice: measure {measure!r}; use 'count' or 'characters'")
    by = schema.listed(by)
    articles = checked(articles, codes, column, "share_of_voice", by=by)
    speakers = codes[column].astype("str").where(codes[column].notna(), "unknown")
    length = None if measure == "count" else codes["end"] - codes["start"]
    voices = totals(articles, codes, speakers, length)
    weight = np.asarray(weights(articles, per), dtype=np.float64)
    rows = []
    for group, at in _groups(articles, by):
        of = voices.iloc[at].sum(axis=1).to_numpy(dtype=float)
        clusters = intervals.clusters_of(articles.iloc[at])
        for speaker in voices:
            voice = voices[speaker].to_numpy(dtype=float)[at]
            share = intervals.ratio(voice, of, weight[at], clusters)
            numbers = int((of > 0).sum()), int(voice.sum()), int(of.sum())
            rows.append((*group, speaker, *numbers, *_figures(share, confidence)))
    return pd.DataFrame(rows, columns=[*by, column, "articles", "counted", "of", *FIGURES])


def sample_size(
    articles: pd.DataFrame,
    codes: pd.DataFrame,
    gold: pd.DataFrame,
    *,
    width: float | Sequence[float] = (0.2, 0.1),
    column: str = "frame",
    confidence: float = 0.95,
) -> pd.DataFrame:
    """How many articles are to be coded until a corrected share's interval is as wide as wanted.

    The figure is only as good as the errors of the sample so far.

    Args:
        articles: those that were annotated.
        codes: a table of `annotate`.
        gold: the sample coded by hand so far, see `rates`.
        width: of the interval, 0 to 1; one or several.
        column: the column of codes that is counted.
        confidence: of the intervals, 0 to 1.

    Returns:
        The code, coded (articles coded so far), now (the width with these), width, needed.
        `needed` counts the articles coded so far as well, and is empty where all articles coded
        would not be enough: then more articles are wanted, not more coding.

    Raises:
        ValueError: as `rates`, and where fewer than two articles are coded for a code.

    Examples:
        >>> articles = pd.DataFrame({"doc_id": [str(n) for n in range(200)], "body": "Words."})
        >>> codes = pd.DataFrame({"doc_id": articles["doc_id"][::4], "frame": "conflict"})
        >>> gold = articles[:40][["doc_id"]].assign(frame="conflict", present=False)
        >>> gold.loc[::3, "present"] = True
        >>> table = sample_size(articles, codes, gold, width=0.2)
        >>> table[["frame", "coded", "needed"]].values.tolist()
        [['conflict', 40, 94]]
    """
    counts = count(articles, codes, column, "sample_size", gold=gold)
    everywhere, clusters = np.arange(len(articles)), intervals.clusters_of(counts.articles)
    rows = []
    for code, sample in counts.samples.items():
        number = int(sample.drawn.sum())
        share = counts.share(code, everywhere, clusters)
        if not np.isfinite(share.variance):
            raise ValueError(
                f"sample_size: {number} article coded for {code!r}; two at least are needed"
            )
        low, high = intervals.share_interval(share, confidence)
        design = np.ones((len(articles), 1))
        of_sample = fit(design, counts.present[code], sample, counts.weight).of_sample
        coding = max(float((of_sample**2).sum()), 1 / number**2)
        errors = intervals.quantile(confidence, share.freedom)
        for wanted in [width] if isinstance(width, float | int) else width:
            # the variance that is left to coding where the interval is as wide as wanted
            room = (wanted / 2 / errors) ** 2 - max(share.variance - coding, 0)
            needed = int(np.ceil(number * coding / room)) if room > 0 else len(articles) + 1
            enough = needed if needed <= len(articles) else None
            rows.append((code, number, high - low, wanted, enough))
    table = pd.DataFrame(rows, columns=[column, "coded", "now", "width", "needed"])
    return table.astype({"needed": "Int64"})


def _groups(
    articles: pd.DataFrame, by: list[str]
) -> Iterator[tuple[tuple[Any, ...], NDArray[np.intp]]]:
    """The values of each group, and the places of its articles."""
    if not by:
        yield (), np.arange(len(articles))
        return
    for key, at in articles.groupby(by, observed=True, dropna=False).indices.items():
        yield key if isinstance(key, tuple) else (key,), np.asarray(at)


def _among(share: Estimate, group: Flags, both: Flags) -> Estimate:
    """A group's share with influences of the articles of both groups: 0 for the other's."""
    influence = np.zeros(int(both.sum()))
    influence[group[both]] = share.influence
    return share._replace(influence=influence)


def _figures(share: Estimate, confidence: float) -> tuple[float, float, float, int]:
    """The columns of `FIGURES`."""
    return share.estimate, *intervals.share_interval(share, confidence), share.clusters
