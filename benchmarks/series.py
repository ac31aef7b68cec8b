"""How often intervals of changes at an event hold: part of `make simulate`,
or `python benchmarks/series.py [--draws N]`.

Series of weeks are drawn whose errors depend on those of the week before (autocorrelation).
Coverage: Poisson counts about a mean that drifts; shares: of a Poisson number of articles, each has
the code with a probability that drifts. At the event, level and slope change or do not. In what
share of the draws does the 95 % interval cover the truth, and how wide is it: `simulated` is the
default of `around`, `newey-west` the usual way, `independent` takes weeks as independent. `placebo`
draws say how often p is at most .05, .1, .5 where nothing happens. The table is written to
data/press/simulated_time.csv.
"""

import argparse
from pathlib import Path
from typing import get_args

import numpy as np
import pandas as pd
from scipy.signal import lfilter
from tqdm import tqdm

from press_coverage.measures import placebo
from press_coverage.measures.interrupted import Errors, changes

OUT = Path(__file__).parents[1] / "data" / "press" / "simulated_time.csv"
SERIES = {  # weeks, articles a week, autocorrelation of what drifts, whether level and slope change
    "60 weeks, 6 articles, .0": (60, 6, 0.0, False),
    "60 weeks, 6 articles, .3": (60, 6, 0.3, True),
    "60 weeks, 6 articles, .6": (60, 6, 0.6, False),
    "60 weeks, 20 articles, .6": (60, 20, 0.6, True),
    "60 weeks, 2 articles, .6": (60, 2, 0.6, True),
    "100 weeks, 6 articles, .6": (100, 6, 0.6, True),
    "150 weeks, 6 articles, .6": (150, 6, 0.6, True),
    "150 weeks, 2 articles, .3": (150, 2, 0.3, False),
    "26 weeks, 6 articles, .3": (26, 6, 0.3, False),
    "100 weeks, 6 articles, .8": (
        100,
        6,
        0.8,
        False,
    ),  # more than was seen in press tables: where it ends
}
EFFECT = {"coverage": (np.log(2), -0.01), "share": (0.15, -0.002)}  # of level and, per week, slope


def drawn(
    random: np.random.Generator,
    what: str,
    weeks: int = 60,
    articles: float = 6,
    autocorrelation: float = 0.3,
    change: bool = False,
) -> tuple[np.ndarray, np.ndarray | None]:
    """Articles, and those of them with a code, week by week; the event is in the middle."""
    noise = random.standard_normal(weeks)
    noise[1:] *= np.sqrt(1 - autocorrelation**2)
    drift, time = lfilter([1.0], [1.0, -autocorrelation], noise), np.arange(weeks) - weeks // 2
    level, slope = EFFECT[what] if change else (0.0, 0.0)
    effect = (level + slope * time) * (time >= 0)
    if what == "coverage":
        return random.poisson(articles * np.exp(effect + 0.5 * drift - 0.125)).astype(float), None
    of = random.poisson(articles, weeks)
    return of.astype(float), random.binomial(
        of, np.clip(0.35 + effect + 0.12 * drift, 0, 1)
    ).astype(float)


def coverage(
    draws: int = 60, series: tuple[str, ...] = ("60 weeks, 6 articles, .6",), seed: int = 1
) -> pd.DataFrame:
    """what, series, change, errors, draws, covers, width.

    Widths of coverage are on the logarithm's scale.
    """
    rows = []
    for name in series:
        for what in EFFECT:
            random = np.random.default_rng(seed)
            truth = EFFECT[what] if SERIES[name][3] else (0.0, 0.0)
            for _ in tqdm(range(draws), f"{name}: {what}", disable=draws < 150):
                counts = drawn(random, what, *SERIES[name])
                for errors in get_args(Errors):
                    fit = changes(
                        *counts,
                        SERIES[name][0] // 2,
                        errors=errors,
                        seed=int(random.integers(2**31)),
                    )
                    half = fit.errors * fit.factors
                    for change, estimate, width, true in zip(
                        ("level", "slope"), fit.estimates, half, truth, strict=True
                    ):
                        covers = not np.isfinite(width) or abs(estimate - true) <= width
                        rows.append((what, name, change, errors, covers, 2 * width))
    table = pd.DataFrame(rows, columns=["what", "series", "change", "errors", "covers", "width"])
    grouped = table.groupby(["what", "series", "change", "errors"], sort=False)
    return grouped.agg(
        draws=("covers", "size"), covers=("covers", "mean"), width=("width", "median")
    ).reset_index()


def placebos(
    draws: int = 60, autocorrelations: tuple[float, ...] = (0.3,), seed: int = 1
) -> pd.DataFrame:
    """What share of p values are at most .05, .1 and .5, as `covers`.

    The event changes nothing; the series has 100 weeks.
    """
    rows = []
    starts = pd.date_range("2017-01-03", periods=100, freq="7D")
    for autocorrelation in autocorrelations:
        for place in ("middle", "anywhere"):
            random = np.random.default_rng(seed)
            p = []
            for _ in tqdm(range(draws), f"placebo {autocorrelation} {place}", disable=draws < 150):
                articles, _ = drawn(random, "coverage", 100, 6, autocorrelation)
                weeks = pd.DataFrame({"start": starts, "days": 7, "articles": articles})
                at = 50 if place == "middle" else int(random.integers(13, 88))
                table = placebo(weeks, str(starts[at].date()), before=13, after=13, trend=False)
                p.append(table.loc[table["real"], "p"].item())
            for bound in (0.05, 0.1, 0.5):
                name = (
                    f"100 weeks, 6 articles, {autocorrelation:.1f}".replace("0.", ".")
                    + f", event {place}"
                )
                rows.append(
                    (
                        "placebo",
                        name,
                        "level",
                        f"p <= {bound}",
                        draws,
                        float((np.array(p) <= bound).mean()),
                        np.nan,
                    )
                )
    return pd.DataFrame(
        rows, columns=["what", "series", "change", "errors", "draws", "covers", "width"]
    )


def main() -> None:
    """The full simulation."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--draws", type=int, default=500)
    draws = parser.parse_args().draws
    table = pd.concat([coverage(draws, tuple(SERIES)), placebos(draws // 2, (0.0, 0.6))]).round(4)
    table.to_csv(OUT, index=False, lineterminator="\n")
    print(table.to_string(index=False))


if __name__ == "__main__":
    main()
