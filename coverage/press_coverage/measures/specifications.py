"""Multiverse: a claim tried under every combination of the choices that another careful team might have made."""

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
    """The claim's figure under every combination of choices: a column for each choice, estimate, low, high, problem; ordered by estimate.

    `claim` takes one value of each choice by keyword and gives a mapping (a dictionary, or a row of `rates` or `differences`) with
    estimate, low and high. Where it raises ValueError, for want of articles, say, the row is empty and `problem` says why: a
    combination that cannot be had is part of the answer. Raises ValueError where there is no choice, or a choice without values.

    Source: Steegen et al. 2016, doi:10.1177/1745691616658637; Simonsohn, Simmons and Nelson 2020, doi:10.1038/s41562-020-0912-z.

    >>> multiverse(lambda a, b: {"estimate": a - b, "low": a - b - 1, "high": a - b + 1}, {"a": [3, 1], "b": [0, 2]}).iloc[:, :3]
       a  b  estimate
    0  1  2        -1
    1  3  2         1
    2  1  0         1
    3  3  0         3
    """
    empty = [name for name, values in choices.items() if not len(values)]
    if not choices or empty:
        raise ValueError(
            f"multiverse: {f'choice {empty[0]!r} has no value' if empty else 'there is no choice'}; give each its values"
        )
    rows = []
    for values in bar([*product(*choices.values())], "multiverse", "combination", show=progress):
        chosen = dict(zip(choices, values, strict=True))
        try:
            figures = claim(**chosen)
            problem = (
                "too little was counted, or coded, for an estimate"
                if pd.isna(figures["estimate"])
                else ""
            )
            rows.append({**chosen, **{name: figures[name] for name in FIGURES}, "problem": problem})
        except ValueError as error:
            rows.append(
                {**chosen, **dict.fromkeys(FIGURES, np.nan), "problem": str(error).split("\n")[0]}
            )
    return pd.DataFrame(rows).sort_values("estimate", kind="stable", ignore_index=True)


def robustness(table: pd.DataFrame) -> pd.DataFrame:
    """How far a multiverse agrees: what, combinations, figure; and by how much each choice moves the estimate.

    `figure` is a share of the combinations for 'same sign as the median', 'interval excludes 0' (on the median's side) and 'could not
    be had', the estimate itself for 'lowest', 'median' and 'highest'; and for 'moved by <choice>' the greatest difference that
    changing this choice alone makes to the mean estimate.

    >>> table = multiverse(lambda a: {"estimate": a, "low": a - 1, "high": a + 1}, {"a": [-0.5, 2.0, 3.0]})
    >>> robustness(table).set_index("what")["figure"].round(2).to_dict()
    ... # doctest: +NORMALIZE_WHITESPACE
    {'lowest': -0.5, 'median': 2.0, 'highest': 3.0, 'same sign as the median': 0.67, 'interval excludes 0': 0.67,
     'could not be had': 0.0, 'moved by a': 3.5}
    """
    had = table.dropna(subset=["estimate"])
    if had.empty:
        raise ValueError(
            f"robustness: no combination gave a figure; the first says: {table['problem'].iloc[0]}"
        )
    median = float(had["estimate"].median())
    side = 0.0 if np.isclose(median, 0) else np.sign(median)
    beyond = (
        had["low"].gt(0)
        if side > 0
        else had["high"].lt(0)
        if side < 0
        else had["low"].gt(0) | had["high"].lt(0)
    )
    rows: list[tuple[str, int, float]] = [
        ("lowest", len(had), float(had["estimate"].min())),
        ("median", len(had), median),
        ("highest", len(had), float(had["estimate"].max())),
        ("same sign as the median", len(had), float((np.sign(had["estimate"]) == side).mean())),
        ("interval excludes 0", len(had), float(beyond.mean())),
        ("could not be had", len(table), float(table["estimate"].isna().mean())),
    ]
    for name in chosen(table):
        means = had.groupby(had[name].astype("str"))["estimate"].mean()
        rows.append((f"moved by {name}", len(had), float(means.max() - means.min())))
    return pd.DataFrame(rows, columns=["what", "combinations", "figure"])


def chosen(table: pd.DataFrame) -> list[str]:
    return [str(name) for name in table.columns if name not in (*FIGURES, "problem")]
