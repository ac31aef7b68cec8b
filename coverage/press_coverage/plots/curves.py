"""The specification curve of a multiverse."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from press_coverage.measures.specifications import choices_of


def specification_curve(table: pd.DataFrame, *, unit: str = "estimate", title: str = "") -> Figure:
    """The curve of a multiverse: above, every estimate with its interval in order; below, which choices each one stands for.

    `unit` labels the axis. Intervals that exclude 0 are filled dots, others are hollow, so nothing depends on colour alone.
    Combinations that could not be had are left out, and the axis says how many there are.

    >>> from press_coverage.measures import multiverse
    >>> table = multiverse(lambda a: {"estimate": a, "low": a - 1, "high": a + 1}, {"a": [2.0, 3.0]})
    >>> [axes.get_ylabel() for axes in specification_curve(table, unit="points").axes]
    ['points', '']
    """
    had = table.dropna(subset=["estimate"]).reset_index(drop=True)
    names = choices_of(table)
    levels = [
        (name, value) for name in names for value in sorted(table[name].astype("str").unique())
    ]
    figure, (above, below) = plt.subplots(
        2,
        1,
        sharex=True,
        figsize=(9, 3.2 + 0.24 * len(levels)),
        height_ratios=[3, 0.26 * len(levels)],
        layout="constrained",
    )
    sure = (had["low"] > 0) | (had["high"] < 0)
    place = np.arange(len(had))
    above.axhline(0, color="0.5", linewidth=0.8)
    above.vlines(place, had["low"], had["high"], color="0.75", linewidth=1.2)
    above.scatter(
        place[sure],
        had["estimate"][sure],
        color="#0b57a4",
        s=16,
        zorder=3,
        label="interval excludes 0",
    )
    above.scatter(
        place[~sure],
        had["estimate"][~sure],
        facecolor="white",
        edgecolor="#0b57a4",
        s=16,
        zorder=3,
        label="includes 0",
    )
    above.set(ylabel=unit, title=title)
    above.legend(frameon=False, fontsize=8, loc="upper left")
    for row, (name, value) in enumerate(levels):
        mine = place[(had[name].astype("str") == value).to_numpy()]
        below.scatter(mine, np.full(len(mine), row), marker="|", s=40, color="0.15")
    below.set_yticks(range(len(levels)), [f"{name}: {value}" for name, value in levels], fontsize=8)
    below.set_ylim(len(levels) - 0.5, -0.5)
    missing = len(table) - len(had)
    below.set_xlabel(
        f"{len(had)} combinations, by estimate"
        + (f"; {missing} more could not be had" if missing else "")
    )
    plt.close(figure)  # returned, so that a notebook shows it once
    return figure
