"""Multiverse: a claim tried under every combination of the choices that another team might make."""

from collections.abc import Callable, Mapping, Sequence
from itertools import product

import numpy as np
import pandas as pd

from press_coverage.tables.progress import bar

FIGURES = ("estimate", "low", "high")


def multiverse(
    claim: Callable[..., Mapping[str, float]],
    choices: Mapping[str, Sequence[object]],
    *,
    progress: bool = True,
) -> pd.DataFrame:
    """The claim's figure under every combination of choices.

    Args:
        claim: takes one value of each choice by keyword and gives a mapping (a dictionary, or a
            row of `rates` or `differences`) with estimate, low and high.
        choices: the values of each choice.
        progress: whether to show a bar.

    Returns:
        A column for each choice, estimate, low, high, problem, ordered by estimate. Where the
        claim raises ValueError, for want of articles, say, the row is empty and `problem` says
        why: a combination that is not estimable is part of the answer.

    Raises:
        ValueError: there is no choice, or a choice without values.

    Source:
        Steegen et al. 2016, doi:10.1177/1745691616658637; Simonsohn, Simmons and Nelson 2020,
        doi:10.1038/s41562-020-0912-z.

    Examples:
        >>> def claim(a, b):
        ...     return {"estimate": a - b, "low": a - b - 1, "high": a - b + 1}
        >>> multiverse(claim, {"a": [3, 1], "b": [0, 2]}).iloc[:, :3]
           a  b  estimate
        0  1  2        -1
        1  3  2         1
        2  1  0         1
        3  3  0         3
    """
    empty = [f"choice {name!r} has no value" for name, values in choices.items() if not len(values)]
    if not choices or empty:
        problem = empty[0] if empty else "there is no choice"
        raise ValueError(f"multiverse: {problem}; give each its values")
    grid = [dict(zip(choices, values, strict=True)) for values in product(*choices.values())]
    steps = bar(grid, "multiverse", "combination", show=progress)
    table = pd.DataFrame([{**choice, **_figures(claim, choice)} for choice in steps])
    return table.sort_values("estimate", kind="stable", ignore_index=True)


def _figures(
    claim: Callable[..., Mapping[str, float]], choice: Mapping[str, object]
) -> dict[str, object]:
    """The claim's figures and its problem, under one combination."""
    try:
        row = claim(**choice)
    except ValueError as error:
        return {**dict.fromkeys(FIGURES, np.nan), "problem": str(error).split("\n")[0]}
    few = pd.isna(row["estimate"])
    problem = "too little was counted, or coded, for an estimate" if few else ""
    return {**{name: row[name] for name in FIGURES}, "problem": problem}


def robustness(table: pd.DataFrame) -> pd.DataFrame:
    """How far a multiverse agrees, and by how much each choice moves the estimate.

    Args:
        table: as `multiverse` gives it.

    Returns:
        what, combinations, figure. `figure` is a share of the combinations for 'same sign as the
        median', 'interval excludes 0' (on the median's side) and 'could not be had', the estimate
        itself for 'lowest', 'median' and 'highest'; and for 'moved by <choice>' the greatest
        difference that changing this choice alone makes to the mean estimate.

    Raises:
        ValueError: no combination has an estimate.

    Examples:
        >>> def claim(a):
        ...     return {"estimate": a, "low": a - 1, "high": a + 1}
        >>> table = robustness(multiverse(claim, {"a": [-0.5, 2.0, 3.0]})).round(2)
        >>> table.set_index("what")["figure"].to_dict()
        ... # doctest: +NORMALIZE_WHITESPACE
        {'lowest': -0.5, 'median': 2.0, 'highest': 3.0, 'same sign as the median': 0.67,
         'interval excludes 0': 0.67, 'could not be had': 0.0, 'moved by a': 3.5}
    """
    estimated = table.dropna(subset=["estimate"])
    if estimated.empty:
        raise ValueError(
            f"robustness: no combination gave a figure; the first says: {table['problem'].iloc[0]}"
        )
    estimates = estimated["estimate"]
    median = float(estimates.median())
    side = 0.0 if np.isclose(median, 0) else np.sign(median)
    figures = {
        "lowest": estimates.min(),
        "median": median,
        "highest": estimates.max(),
        "same sign as the median": (np.sign(estimates) == side).mean(),
        "interval excludes 0": _excludes_zero(estimated, side).mean(),
        "could not be had": table["estimate"].isna().mean(),
    }
    for name in choices_of(table):
        means = estimates.groupby(estimated[name].astype("str")).mean()
        figures[f"moved by {name}"] = means.max() - means.min()
    rows = pd.DataFrame({"what": list(figures), "combinations": len(estimated)})
    rows.loc[rows["what"].eq("could not be had"), "combinations"] = len(table)
    return rows.assign(figure=[float(figure) for figure in figures.values()])


def _excludes_zero(table: pd.DataFrame, side: float) -> "pd.Series[bool]":
    """Whether each interval excludes 0: on one side, or on either where `side` is 0."""
    above, below = table["low"].gt(0) & (side >= 0), table["high"].lt(0) & (side <= 0)
    return above | below


def choices_of(table: pd.DataFrame) -> list[str]:
    """The columns of a multiverse that are choices."""
    return [str(name) for name in table.columns if name not in (*FIGURES, "problem")]
