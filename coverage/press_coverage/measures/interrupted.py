"""Interrupted time series: what changes at an event, and whether other dates change as much.

Level and slope of the weeks after an event against those before, in coverage or in the share of a
code (segmented regression; Bernal, Cummins and Gasparrini 2017, doi:10.1093/ije/dyw098). Errors are
Newey and West's (1987, doi:10.2307/1913610). In short series these are too small, so their critical
values are found as in fixed-b asymptotics (Kiefer and Vogelsang 2005,
doi:10.1017/S0266466605050565), but by drawing series of this length and design whose
autocorrelation is that of the residuals, mended for the fitted trend and one and a half standard
errors on the safe side. `make simulate` says how often the intervals hold.
"""

import warnings
from collections.abc import Iterable, Iterator
from typing import Any, Literal, NamedTuple, get_args

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from press_coverage.measures import intervals
from press_coverage.measures.intervals import Flags, Floats
from press_coverage.measures.series import date_of
from press_coverage.tables.extras import extra_module
from press_coverage.tables.schema import need

Errors = Literal["simulated", "newey-west", "independent"]
SHORTEST = 8  # periods on a side, for a trend to be told from chance
CHANGES = ("level", "slope")
COLUMNS = "event without what change measure estimate low high n articles counted".split()
COLUMNS += ["autocorrelation", "method"]
DRAWS = 1999
GRID = np.linspace(0, 0.98, 50)  # autocorrelations that are tried


def around(
    weeks: pd.DataFrame,
    event: str,
    *,
    column: str = "frame",
    before: int = 26,
    after: int = 26,
    trend: bool = True,
    errors: Errors = "simulated",
    without: str | None = None,
    confidence: float = 0.95,
    seed: int = 1,
) -> pd.DataFrame:
    """What changes at an event, in coverage or in the share of a code. Needs statsmodels.

    Args:
        weeks: a table of `timeline` whose weeks (or days) start on the event's weekday (its
            `anchor`).
        event: the day on which the first week after the event starts.
        column: the column of codes in the table.
        before: number of weeks (or days) before the event.
        after: number of weeks (or days) from the event on.
        trend: whether the sides have slopes; without, both are taken as flat.
        errors: what makes the intervals. 'simulated' is Newey and West's with lag n/4 and drawn
            critical values; 'newey-west' has the usual lag 4(n/100)^(2/9) and Student's t;
            'independent' takes weeks as independent. The last two are too short where weeks
            resemble each other.
        without: a column given to `timeline` as `by`, such as 'publisher', that adds a row for
            each of its values left out: does one outlet make the change?
        confidence: of the intervals, 0 to 1.
        seed: of the drawn series.

    Returns:
        event, without (where given), what ('articles' or the code), change, measure, estimate,
        low, high, n (weeks), articles (in them), counted (those that have the code),
        autocorrelation, method. Of coverage, `level` is by how much articles per week are
        multiplied at the event, and `slope` by how much more in each week after (measure 'ratio',
        1 for no change; quasi-Poisson). Of a code, they are differences of its share of articles
        (0 for no change; least squares weighted by articles). Where a side has articles (or the
        code occurs) in too few weeks, or nothing varies, the interval is all there can be.
        `autocorrelation` says how much weeks resemble the one before, mended for the fit.

    Raises:
        ValueError: no week starts with the event, the window leaves the table or holds a cut week,
            or no article is in it.
        ImportError: statsmodels is not installed.

    Examples:
        >>> starts = pd.date_range("2018-01-01", periods=40, freq="7D")
        >>> articles = [4, 6] * 10 + [9, 11] * 10
        >>> weeks = pd.DataFrame({"start": starts, "days": 7, "articles": articles})
        >>> table = around(weeks, "2018-05-21", before=20, after=20, trend=False)
        >>> table[["what", "change", "measure", "estimate", "n"]].round(6).values.tolist()
        [['articles', 'level', 'ratio', 2.0, 40]]
    """
    if errors not in get_args(Errors):
        raise ValueError(f"errors is {errors!r}; use one of: {', '.join(get_args(Errors))}")
    extra_module("statsmodels.api", "around", "stats")
    rows = []
    for left_out, what, series in _series(weeks, column, without, "around"):
        window = _window(series, event, before, after, trend)
        if left_out is None and window["articles"].sum() == 0:
            raise ValueError(
                f"around: no article in the {len(window)} periods around {event}; "
                "there is nothing to compare"
            )
        articles, counted = _numbers(window)
        fit = changes(
            articles, counted, before, trend=trend, errors=errors, confidence=confidence, seed=seed
        )
        model = "quasi-Poisson" if counted is None else "weighted least squares"
        method = f"{model}, {errors} errors" + (f", lag {fit.lag}" if fit.lag else "")
        sums = window["articles"].sum(), None if counted is None else window["counted"].sum()
        for change, *figure in zip(CHANGES, fit.estimates, fit.errors * fit.factors, strict=False):
            figures = change, *_limits(*figure, ratio=counted is None), len(window), *sums
            rows.append((event, left_out, what, *figures, fit.autocorrelation, method))
    table = pd.DataFrame(rows, columns=COLUMNS)
    return table if without else table.drop(columns="without")


def placebo(
    weeks: pd.DataFrame,
    event: str,
    *,
    column: str = "frame",
    before: int = 26,
    after: int = 26,
    trend: bool = True,
    avoid: Iterable[str] = (),
) -> pd.DataFrame:
    """The same change at every other date, to see whether the event's stands out.

    What `around` estimates at the event is estimated at the start of each week whose window fits
    into the table. In the middle of a table p is cautious: its neighbours share its weeks. Needs
    statsmodels.

    Args:
        weeks: a table as `around` takes it.
        event: the day on which the first week after the event starts.
        column: the column of codes in the table.
        before: number of weeks (or days) before a date.
        after: number of weeks (or days) from a date on.
        trend: whether the sides have slopes.
        avoid: days of other events; dates other than the event whose window holds one are left
            out.

    Returns:
        date, real (whether it is the event), what, change, estimate (a ratio of coverage or a
        difference of a share), t (the change in standard errors), p, dates. p is the share of the
        `dates` where t is at least as far from 0: small where a date stands out, at least 1/k with
        k dates. Dates that cannot be estimated have no p and count as standing out for the others.

    Raises:
        ValueError: as `around`, and where no other date is left.
        ImportError: statsmodels is not installed.

    Source:
        Randomisation inference over dates, as in Abadie, Diamond and Hainmueller (2010),
        doi:10.1198/jasa.2009.ap08746, over places.

    Examples:
        >>> starts = pd.date_range("2018-01-01", periods=60, freq="7D")
        >>> articles = [4, 6, 5] * 10 + [9, 11, 7] * 10
        >>> weeks = pd.DataFrame({"start": starts, "days": 7, "articles": articles})
        >>> table = placebo(weeks, "2018-07-30", before=10, after=10, trend=False)
        >>> row = table[table["real"]].iloc[0]
        >>> row["what"], row["change"], int(row["dates"]), bool(row["p"] < 0.1)
        ('articles', 'level', 41, True)
    """
    extra_module("statsmodels.api", "placebo", "stats")
    avoided = [date_of(day, "avoid") for day in avoid]
    rows = []
    for _, what, series in _series(weeks, column, None, "placebo"):
        at_event = _window(series, event, before, after, trend).index[before]
        for date, window in _windows(series, at_event, before, after, avoided):
            articles, counted = _numbers(window)
            fit = changes(articles, counted, before, trend=trend, errors="newey-west")
            estimates = np.exp(fit.estimates) if counted is None else fit.estimates
            ts = fit.estimates / fit.errors
            for change, estimate, t in zip(CHANGES, estimates, ts, strict=False):
                rows.append((date, date == at_event, what, change, estimate, t))
    table = pd.DataFrame(rows, columns=["date", "real", "what", "change", "estimate", "t"])
    known = np.isfinite(table["t"])
    grouped = table["t"].abs().where(known, np.inf).groupby([table["what"], table["change"]])
    dates = grouped.transform("size")
    table["p"] = (grouped.rank(method="max", ascending=False) / dates).where(known)
    if (dates < 2).any():
        raise ValueError(
            f"placebo: no date but {event} has a window of {before} and {after} periods; "
            "take shorter ones, or avoid fewer events"
        )
    return table.assign(dates=dates)


def _series(
    weeks: pd.DataFrame, column: str, without: str | None, verb: str
) -> Iterator[tuple[object, str, pd.DataFrame]]:
    """What is left out, what is counted, and its articles (and counted) by start."""
    sums = ["articles", "counted"] if "counted" in weeks else ["articles"]
    codes = [column] if "counted" in weeks else []
    need(weeks, ["start", "days", "articles", *codes], f"{verb}: weeks, made by timeline")
    weeks = weeks[weeks["start"].notna()]
    for left_out, rows in [(None, weeks), *_left_out(weeks, without, verb)]:
        for what, part in rows.groupby(column, observed=True) if codes else [("articles", rows)]:
            periods = part.groupby("start")
            cut = periods["days"].min() < weeks["days"].max()
            yield left_out, str(what), periods[sums].sum().assign(cut=cut)


def _left_out(
    weeks: pd.DataFrame, without: str | None, verb: str
) -> list[tuple[object, pd.DataFrame]]:
    """Each value of a column with the rows of the others."""
    if without is None:
        return []
    need(weeks, [without], f"{verb}: weeks, made by timeline with by={without!r}")
    values = sorted(weeks[without].dropna().unique(), key=str)
    if len(values) < 2:
        raise ValueError(
            f"column {without!r} has {len(values)} value; with it left out nothing remains"
        )
    return [(value, weeks[weeks[without].ne(value)]) for value in values]


def _window(series: pd.DataFrame, event: str, before: int, after: int, trend: bool) -> pd.DataFrame:
    """The periods around the event; raises ValueError where they are not all there and whole."""
    day, shortest = date_of(event, "event"), SHORTEST if trend else SHORTEST // 2
    if min(before, after) < shortest:
        raise ValueError(
            f"{before} periods before and {after} after are too few; "
            f"take at least {shortest} on each side"
        )
    first, last = series.index[0], series.index[-1]
    if not first <= day <= last:
        raise ValueError(
            f"the event of {event} lies outside the table, which runs from {first:%Y-%m-%d} to "
            f"{last:%Y-%m-%d}"
        )
    if day not in series.index:
        raise ValueError(
            f"no week of the table starts on {event}; count with timeline(..., anchor={event!r})"
        )
    at = int(series.index.searchsorted(day))
    window = series.iloc[max(at - before, 0) : at + after]
    if len(window) < before + after or window["cut"].any():
        whole = ~series["cut"].to_numpy()
        raise ValueError(
            f"{before} periods before {event} and {after} after do not fit: the table has "
            f"{whole[:at].sum()} whole ones before and {whole[at:].sum()} after; take fewer, or "
            "say in timeline which span was collected"
        )
    return window


def _windows(
    series: pd.DataFrame, event: pd.Timestamp, before: int, after: int, avoided: list[pd.Timestamp]
) -> Iterator[tuple[pd.Timestamp, pd.DataFrame]]:
    """Each date with a whole window, that of the event apart without a day to avoid."""
    length = series.index.to_series().diff().min()
    for at in range(before, len(series) - after + 1):
        window, date = series.iloc[at - before : at + after], series.index[at]
        ends = window.index[-1] + length
        disturbed = any(window.index[0] <= day < ends for day in avoided)
        if not window["cut"].any() and (date == event or not disturbed):
            yield date, window


def _numbers(window: pd.DataFrame) -> tuple[Floats, Floats | None]:
    counted = window["counted"].to_numpy(dtype=np.float64) if "counted" in window else None
    return window["articles"].to_numpy(dtype=np.float64), counted


def _limits(estimate: float, half: float, *, ratio: bool) -> tuple[str, float, float, float]:
    """A change's measure, estimate, low and high; where nothing is known, all there can be."""
    low, high = (estimate - half, estimate + half) if np.isfinite(half) else (-np.inf, np.inf)
    if ratio:
        return "ratio", *np.exp([estimate, low, high])
    return "difference", estimate, max(low, -1.0), min(high, 1.0)


class Fit(NamedTuple):
    """Level (and slope) after an event.

    Their standard errors, the `factors` that make intervals of them, the residuals'
    `autocorrelation`, and the `lag` up to which they may correlate.
    """

    estimates: Floats
    errors: Floats
    factors: Floats
    autocorrelation: float
    lag: int


def changes(
    articles: Floats,
    counted: Floats | None,
    at: int,
    *,
    trend: bool = True,
    errors: Errors = "simulated",
    confidence: float = 0.95,
    seed: int = 1,
) -> Fit:
    """Level (and slope) of a series from period `at` on against the periods before.

    Of coverage by a quasi-Poisson regression, of a share by least squares weighted by articles;
    periods without an article say nothing of a share, but keep their place in time.

    Args:
        articles: of each period.
        counted: those of them that have a code; None for coverage.
        at: how many periods are before the event.
        trend: whether the sides have slopes.
        errors: as in `around`.
        confidence: of the intervals, 0 to 1.
        seed: of the drawn series.

    Returns:
        Of coverage log ratios, of a share differences. Errors are infinite where too few periods
        have articles, or nothing varies: nothing is known.

    Examples:
        >>> articles = np.array([2.0, 4, 3, 3, 6, 5, 7, 6])
        >>> fit = changes(articles, None, 4, trend=False, errors="independent")
        >>> float(np.exp(fit.estimates[0]).round(6))
        2.0
    """
    n = len(articles)
    time, later = np.arange(n, dtype=np.float64) - at, np.arange(n) >= at
    columns = [np.ones(n), later, time, time * later] if trend else [np.ones(n), later]
    design = np.column_stack(columns).astype(np.float64)
    shown = np.array([1, 3] if trend else [1])
    lags = {"simulated": n // 4, "newey-west": int(4 * (n / 100) ** (2 / 9)), "independent": 0}
    lag, none = lags[errors], np.full(len(shown), np.nan)
    unknown = Fit(none, np.full(len(shown), np.inf), np.ones(len(shown)), float("nan"), lag)
    present = articles > 0
    if min(present[:at].sum(), present[at:].sum()) < (3 if trend else 2):
        return unknown
    if counted is None:
        present = np.ones(n, dtype=bool)
    fitted, root, residual = _regression(articles, counted, design, lag)
    estimates, variances = fitted.params[shown], np.diag(fitted.cov_params())[shown]
    if residual @ residual < 1e-12 * max(articles.sum(), 1):
        return unknown._replace(estimates=estimates)  # nothing varies: no error can be told
    # a variance of 0 in all but rounding tells nothing
    fit = unknown._replace(
        estimates=estimates, errors=np.sqrt(np.where(variances > 1e-18, variances, np.inf))
    )
    if errors != "simulated":
        factor = intervals.quantile(confidence, present.sum() - design.shape[1])
        return fit._replace(factors=np.full(len(shown), factor))
    scaled = design * root[:, None]
    autocorrelation = _autocorrelation(scaled, residual, present)
    factors = _critical(scaled, present, autocorrelation, lag, confidence, seed)[shown]
    return fit._replace(factors=factors, autocorrelation=autocorrelation)


def _regression(
    articles: Floats, counted: Floats | None, design: Floats, lag: int
) -> tuple[Any, Floats, Floats]:
    """The fitted model, the square roots of its weights, and its scaled residuals."""
    from statsmodels.api import GLM, WLS, families
    from statsmodels.tools.sm_exceptions import PerfectSeparationWarning

    kernel = {"maxlags": lag, "use_correction": True}
    newey_west = {"cov_type": "HAC", "cov_kwds": kernel, "use_t": True} if lag else {}
    if counted is not None:
        share = np.divide(counted, articles, out=np.zeros(len(articles)), where=articles > 0)
        fitted = WLS(share, design, weights=articles).fit(**newey_west)
        return fitted, np.sqrt(articles), fitted.wresid
    with warnings.catch_warnings():
        # `changes` finds a perfect fit itself, and its interval then holds everything
        warnings.simplefilter("ignore", PerfectSeparationWarning)
        model = GLM(articles, design, family=families.Poisson())
        fitted = model.fit(**newey_west or {"scale": "X2"})
    return fitted, np.sqrt(fitted.mu), fitted.resid_pearson


def _autocorrelation(scaled: Floats, residual: Floats, present: Flags) -> float:
    """The autocorrelation of errors, 0 to 0.98, with which such residuals are to be expected."""
    n = len(residual)
    maker = np.diag(present.astype(np.float64)) - scaled @ np.linalg.pinv(scaled)
    neighbours = maker @ np.where(_apart(n) == 1, 0.5, 0.0) @ maker
    powers = GRID[:, None] ** np.arange(n)
    expected = (powers @ _diagonals(neighbours)) / (powers @ _diagonals(maker))
    observed = (residual[1:] @ residual[:-1]) / (residual @ residual)
    return float(np.interp(observed, np.maximum.accumulate(expected), GRID))


def _apart(n: int) -> NDArray[np.int64]:
    """How many periods lie between each two."""
    return np.abs(np.subtract.outer(np.arange(n), np.arange(n)))


def _diagonals(matrix: Floats) -> Floats:
    """Sums over the diagonals of a symmetric matrix, those at either side together."""
    return np.array([np.trace(matrix, k) * (2 if k else 1) for k in range(len(matrix))])


def _critical(
    scaled: Floats, present: Flags, autocorrelation: float, lag: int, confidence: float, seed: int
) -> Floats:
    """Within how many Newey-West errors of 0 each estimate lies in drawn series without a change.

    In a share `confidence` of the series it lies within them.
    """
    n, k = scaled.shape
    careful = min(autocorrelation + 1.5 * np.sqrt((1 - autocorrelation**2) / n), GRID[-1])
    drawn = np.random.default_rng(seed).standard_normal((DRAWS, n))
    drawn[:, 1:] *= np.sqrt(1 - careful**2)
    for period in range(1, n):
        drawn[:, period] += careful * drawn[:, period - 1]
    drawn *= present
    inverse = np.linalg.pinv(scaled)
    estimates = drawn @ inverse.T
    residuals = drawn - estimates @ scaled.T
    kernel = np.maximum(1 - _apart(n) / (lag + 1), 0)
    factors = []
    for estimate, row in zip(estimates.T, inverse, strict=True):
        scores = residuals * row
        error = np.sqrt(((scores @ kernel) * scores).sum(axis=1) * n / (n - k))
        factors.append(np.quantile(np.abs(estimate) / error, confidence))
    return np.array(factors)
