"""The specification curve of a multiverse."""

import numpy as np
import pandas as pd

from press_coverage.measures.specifications import choices_of
from press_coverage.tables.extras import missing_extra

try:
    import matplotlib.pyplot as plt
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
except ImportError as error:
    raise missing_extra("specification_curve", "plots", error) from error

BLUE = "#0b57a4"


def specification_curve(table: pd.DataFrame, *, unit: str = "estimate", title: str = "") -> Figure:
    """The curve of a multiverse: every estimate in order, and the choices behind it.

    Above, each estimate with its interval; below, which choices it was made with. Intervals that
    exclude 0 are filled dots, others are hollow, so nothing depends on colour alone. Combinations
    that are not estimable are left out, and the axis says how many there are.

    Args:
        table: as `multiverse` gives it.
        unit: of the estimate, for the axis.
        title: the finding.

    Returns:
        The figure.

    Examples:
        >>> from press_coverage.measures import multiverse
        >>> def claim(a):
        ...     return {"estimate": a, "low": a - 1, "high": a + 1}
        >>> figure = specification_curve(multiverse(claim, {"a": [2.0, 3.0]}), unit="points")
        >>> [axes.get_ylabel() for axes in figure.axes]
        ['points', '']
    """
    estimated = table.dropna(subset=["estimate"]).reset_index(drop=True)
    values = table[choices_of(table)].astype("str")
    choices = [(name, value) for name in values for value in sorted(values[name].unique())]
    figure, (above, below) = plt.subplots(
        2,
        1,
        sharex=True,
        figsize=(9, 3.2 + 0.24 * len(choices)),
        height_ratios=[3, 0.26 * len(choices)],
        layout="constrained",
    )
    _draw_estimates(above, estimated)
    above.set(ylabel=unit, title=title)
    for row, (name, value) in enumerate(choices):
        at = np.flatnonzero(estimated[name].astype("str") == value)
        below.scatter(at, np.full(len(at), row), marker="|", s=40, color="0.15")
    labels = [f"{name}: {value}" for name, value in choices]
    below.set_yticks(range(len(choices)), labels, fontsize=8)
    below.set_ylim(len(choices) - 0.5, -0.5)
    missing = len(table) - len(estimated)
    more = f"; {missing} more could not be had" if missing else ""
    below.set_xlabel(f"{len(estimated)} combinations, by estimate{more}")
    plt.close(figure)  # returned, so that a notebook shows it once
    return figure


def _draw_estimates(axes: Axes, table: pd.DataFrame) -> None:
    """Dots with their intervals, filled where these exclude 0."""
    excludes = (table["low"] > 0) | (table["high"] < 0)
    axes.axhline(0, color="0.5", linewidth=0.8)
    axes.vlines(table.index, table["low"], table["high"], color="0.75", linewidth=1.2)
    for rows, fill, label in (
        (table[excludes], BLUE, "interval excludes 0"),
        (table[~excludes], "white", "includes 0"),
    ):
        axes.scatter(
            rows.index,
            rows["estimate"],
            facecolor=fill,
            edgecolor=BLUE,
            s=16,
            zorder=3,
            label=label,
        )
    axes.legend(frameon=False, fontsize=8, loc="upper left")
