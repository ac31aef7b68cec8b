"""Around: what changes at an event, in coverage or in the share of a code, and whether other dates or single outlets change as much."""

from collections.abc import Iterable
from typing import get_args

import numpy as np
import pandas as pd

from press_coverage.measures.interrupted import Errors, Floats, changes
from press_coverage.measures.series import date_of

SHORTEST = 8  # periods on a side, for a trend to be told from chance


def around(
    weeks: pd.DataFrame, event: str, *, column: str = "frame", before: int = 26, after: int = 26, trend: bool = True,
    errors: Errors = "simulated", without: str | None = None, confidence: float = 0.95, seed: int = 1,
) -> pd.DataFrame:  # fmt: skip
    """What changes at an event: event, what, change, measure, estimate, low, high, n, articles, counted, autocorrelation, method.

    `weeks` is a table of `timeline` whose weeks start on the event's weekday (its `anchor`), and `event` the day on which the first
    week after it starts; `before` and `after` are numbers of weeks (or days). Of coverage, `confidence` is by how much articles per week
    are multiplied at the event, and `slope` by how much more in each week after (measure 'ratio', 1 for no change; quasi-Poisson). Of a
    code, they are differences of its share of articles (0 for no change; least squares weighted by articles). Without `trend` only
    the level is there, and both sides are taken as flat. `n` weeks hold `articles`, of which `counted` have the code.
    `errors` makes the intervals: 'simulated' is Newey and West's with lag n/4 and drawn critical values (`autocorrelation` says how
    much weeks resemble the one before, mended for the fit), 'newey-west' has the usual lag 4(n/100)^(2/9) and Student's t,
    'independent' takes weeks as independent; the last two are too short where weeks resemble each other.
    `without` ('publisher', given to `timeline` as `by`) adds a row for each of its values left out: does one outlet make the change?
    Where a side has articles (or the code is seen) in too few weeks, or nothing varies, the interval is all there can be. Raises
    ValueError for an event that no week starts with, a window that leaves the table or holds a cut week, or no article in it.

    >>> starts = pd.date_range("2018-01-01", periods=40, freq="7D")
    >>> weeks = pd.DataFrame({"start": starts, "days": 7, "articles": [4, 6] * 10 + [9, 11] * 10})
    >>> row = around(weeks, "2018-05-21", before=20, after=20, trend=False).loc[0]
    >>> row["what"], row["change"], row["measure"], round(float(row["estimate"]), 6), int(row["n"])
    ('articles', 'level', 'ratio', 2.0, 40)
    """
    if errors not in get_args(Errors):
        raise ValueError(f"errors is {errors!r}; use one of: {', '.join(get_args(Errors))}")
    rows = []
    for left, what, series in _series(weeks, column, without):
        window = _window(series, event, before, after, trend)
        if left is None and window["articles"].sum() == 0:
            raise ValueError(
                f"around: no article in the {len(window)} periods around {event}; there is nothing to compare"
            )
        fit = changes(
            *_numbers(window), before, trend=trend, errors=errors, confidence=confidence, seed=seed
        )
        ratio = "counted" not in window
        named = {"event": event, **({"without": left} if without else {}), "what": what}
        found = {
            "n": len(window),
            "articles": window["articles"].sum(),
            "counted": None if ratio else window["counted"].sum(),
        }
        model = "quasi-Poisson" if ratio else "weighted least squares"
        how = {
            "autocorrelation": fit.autocorrelation,
            "method": f"{model}, {errors} errors" + (f", lag {fit.lag}" if fit.lag else ""),
        }
        for change, estimate, half in zip(
            ("level", "slope"), fit.estimates, fit.errors * fit.factors, strict=False
        ):
            low, high = estimate - half, estimate + half
            if ratio:
                limits = {
                    "measure": "ratio",
                    "estimate": np.exp(estimate),
                    "low": np.exp(low),
                    "high": np.exp(high),
                }
            else:
                limits = {
                    "measure": "difference",
                    "estimate": estimate,
                    "low": max(low, -1.0),
                    "high": min(high, 1.0),
                }
            if not np.isfinite(half):  # nothing is known: all there can be
                limits |= {"low": 0.0, "high": np.inf} if ratio else {"low": -1.0, "high": 1.0}
            rows.append({**named, "change": change, **limits, **found, **how})
    return pd.DataFrame(rows)


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
    """The same change at every other date, to see whether the event's stands out: date, real, what, change, estimate, t, p, dates.

    Takes a table as `around` does and estimates, at the start of each week whose window fits into it, what `around` does at the event
    (`real`). `estimate` is a ratio of coverage or a difference of a share; `t` is it in standard errors, and `p` the share of the
    `dates` where it is at least as far from 0: small where a date stands out. Dates that cannot be estimated have no p
    and count as standing out for the others.
    Dates other than the event whose window holds a day of `avoid` (other events) are left out. With k dates p is at least 1/k. Raises
    as `around`, and ValueError where no other date is left. In the middle of a table p is cautious: its neighbours share its weeks.

    Source: randomisation inference over dates, as in Abadie, Diamond and Hainmueller (2010), doi:10.1198/jasa.2009.ap08746, over places.

    >>> starts = pd.date_range("2018-01-01", periods=60, freq="7D")
    >>> weeks = pd.DataFrame({"start": starts, "days": 7, "articles": [4, 6, 5] * 10 + [9, 11, 7] * 10})
    >>> table = placebo(weeks, "2018-07-30", before=10, after=10, trend=False)
    >>> table.loc[table["real"], ["what", "change", "dates"]].values.tolist(), bool(table.loc[table["real"], "p"].item() < 0.1)
    ([['articles', 'level', 41]], True)
    """
    others = [date_of(day, "avoid") for day in avoid]
    rows = []
    for _, what, series in _series(weeks, column, None):
        size = _window(series, event, before, after, trend).index.to_series().diff().iloc[1]
        for at in range(before, len(series) - after + 1):
            window, date = series.iloc[at - before : at + after], series.index[at]
            real = date == date_of(event, "event")
            held = any(window.index[0] <= day < window.index[-1] + size for day in others)
            if window["cut"].any() or (held and not real):
                continue
            fit = changes(*_numbers(window), before, trend=trend, errors="newey-west")
            shown = fit.estimates if "counted" in window else np.exp(fit.estimates)
            for change, estimate, t in zip(
                ("level", "slope"), shown, fit.estimates / fit.errors, strict=False
            ):
                rows.append(
                    {
                        "date": date,
                        "real": real,
                        "what": what,
                        "change": change,
                        "estimate": estimate,
                        "t": t,
                    }
                )
    table = pd.DataFrame(rows)
    size_of = table["t"].abs().where(np.isfinite(table["t"]), np.inf)
    grouped = size_of.groupby([table["what"], table["change"]])
    table["p"] = (grouped.rank(method="max", ascending=False) / grouped.transform("size")).where(
        np.isfinite(table["t"])
    )
    table["dates"] = grouped.transform("size")
    if (table["dates"] < 2).any():
        raise ValueError(
            f"placebo: no date but {event} has a window of {before} and {after} periods; take shorter ones, or avoid fewer events"
        )
    return table


def _series(
    weeks: pd.DataFrame, column: str, without: str | None
) -> list[tuple[object, str, pd.DataFrame]]:
    """What is left out, what is counted, and its articles (and counted) by start, summed over any other column."""
    needed = [
        "start",
        "days",
        "articles",
        *([column] if "counted" in weeks else []),
        *([without] if without else []),
    ]
    if missing := [name for name in needed if name not in weeks]:
        raise ValueError(
            f"the table of weeks has no column {missing[0]!r}; it is made by timeline"
            + (", with by" if missing[0] == without else "")
        )
    weeks = weeks[weeks["start"].notna()]
    values = [None, *(sorted(weeks[without].dropna().unique(), key=str) if without else [])]
    if without and len(values) < 3:
        raise ValueError(
            f"column {without!r} has {len(values) - 1} value; with it left out nothing remains"
        )
    found: list[tuple[object, str, pd.DataFrame]] = []
    for left in values:
        rows = weeks if left is None else weeks[weeks[without].ne(left)]
        for what, part in (
            rows.groupby(column, observed=True) if "counted" in weeks else [("articles", rows)]
        ):
            grouped = part.groupby("start")
            series = grouped[[name for name in ("articles", "counted") if name in part]].sum()
            found.append(
                (left, str(what), series.assign(cut=grouped["days"].min() < weeks["days"].max()))
            )
    return found


def _window(series: pd.DataFrame, event: str, before: int, after: int, trend: bool) -> pd.DataFrame:
    day, shortest = date_of(event, "event"), SHORTEST if trend else SHORTEST // 2
    if min(before, after) < shortest:
        raise ValueError(
            f"{before} periods before and {after} after are too few; take at least {shortest} on each side"
        )
    first, last = series.index[0], series.index[-1]
    if not first <= day <= last:
        raise ValueError(
            f"the event of {event} lies outside the table, which runs from {first:%Y-%m-%d} to {last:%Y-%m-%d}"
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
            f"{before} periods before {event} and {after} after do not fit: the table has {whole[:at].sum()} whole ones before and "
            f"{whole[at:].sum()} after; take fewer, or say in timeline which span was collected"
        )
    return window


def _numbers(window: pd.DataFrame) -> tuple[Floats, Floats | None]:
    counted = window["counted"].to_numpy(dtype=np.float64) if "counted" in window else None
    return window["articles"].to_numpy(dtype=np.float64), counted
