"""Timeline: how many articles there are by day or week, and in what share of them a code stands."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from press_coverage.copies.weighting import weights
from press_coverage.measures.counting import checked, presence
from press_coverage.tables import schema

UNITS = {"day": 1, "week": 7}


def timeline(
    articles: pd.DataFrame, codes: pd.DataFrame | None = None, *, column: str = "frame", by: str | Sequence[str] = (), unit: str = "week",
    anchor: str = "2018-01-01", span: tuple[str, str] | None = None, zone: str | None = None, per: str = "raw",
) -> pd.DataFrame:  # fmt: skip
    """Articles, and those with a code, by day or week: start, days, by-columns, code, articles, counted, share.

    A week starts on the weekday of `anchor` (Mondays). Each week from first to last is there: one without an article has 0 articles
    and no share. `days` is how many of its days lie in the `span` that articles were collected in, both ends included, which is that of
    the dates found where you do not say it. Articles without a date are the rows without a start. A day is the outlet's own where
    its `time_zone` is known, and of UTC elsewhere; with `zone` ('Asia/Seoul') it is that place's, but for articles whose
    day alone is known (midnight UTC), which keep theirs. `codes` is a table of `annotate`, and `column` the column of it that is
    counted; `by` are columns of the articles. `per` weights articles, see `weights`. Raises ValueError for unknown units, zones
    and columns, codes of other articles, and where no article has a date within the span.

    >>> articles = pd.DataFrame({"doc_id": list("abc"), "publishing_date": ["2018-06-12", "2018-06-13", "2018-06-26"]})
    >>> codes = pd.DataFrame({"doc_id": ["a"], "frame": ["conflict"]})
    >>> timeline(articles, codes)[["start", "days", "articles", "counted", "share"]].astype({"start": str}).values.tolist()
    [['2018-06-11', 6, 2, 1, 0.5], ['2018-06-18', 7, 0, 0, nan], ['2018-06-25', 2, 1, 0, 0.0]]
    """
    if unit not in UNITS:
        raise ValueError(f"unit is {unit!r}; use one of: {', '.join(UNITS)}")
    articles = schema.check(articles, "articles")
    by = schema.listed(by)
    if missing := [name for name in by if name not in articles]:
        raise ValueError(f"timeline: articles have no column {missing[0]!r}")
    day, size, zero = _days(articles, zone), UNITS[unit], date_of(anchor, "anchor")
    first, last = (date_of(end, "span") for end in span or (day.min(), day.max()))
    ends = [(end - zero).days for end in (first, last)]
    inside = day.between(first, last)
    if not inside.any():
        raise ValueError(
            f"timeline: of {len(articles)} articles none has a publishing_date"
            + (f" from {span[0]} to {span[1]}" if span else "")
        )
    counts = pd.DataFrame(
        {"number": (day - zero).dt.days // size, **{name: articles[name] for name in by}}
    )
    counts["articles"] = np.asarray(weights(articles, per), dtype=np.float64)
    has = pd.DataFrame(index=articles.index)
    if codes is not None:
        has = presence(checked(articles, codes, column, (), "timeline"), codes, column)
    counts = pd.concat([counts, has.mul(counts["articles"], axis=0)], axis=1)[inside | day.isna()]
    numbers = [
        *range(ends[0] // size, ends[1] // size + 1),
        *([np.nan] if day.isna().any() else []),
    ]
    grid = pd.MultiIndex.from_product(
        [numbers, *(counts[name].unique() for name in by)], names=["number", *by]
    )
    table = counts.groupby(["number", *by], dropna=False, observed=True).sum().reset_index()
    table = (
        grid.to_frame(index=False)
        .merge(table, how="left", on=["number", *by])
        .fillna(dict.fromkeys(["articles", *has], 0.0))
    )
    if codes is not None:
        table = table.melt(
            ["number", *by, "articles"], var_name=column, value_name="counted"
        ).sort_values(["number", *by, column])
        table["share"] = (table["counted"] / table["articles"]).where(table["articles"] > 0)
    table["start"] = zero + pd.to_timedelta(table["number"] * size, unit="D")
    opens = table["number"] * size
    table["days"] = (
        ((opens + size).clip(upper=ends[1] + 1) - opens.clip(lower=ends[0]))
        .fillna(0)
        .astype("int64")
    )
    whole = {name: "int64" for name in ("articles", "counted") if name in table and per == "raw"}
    names = ["start", "days", *by, column, "articles", "counted", "share"]
    return table.astype(whole)[[name for name in names if name in table]].reset_index(drop=True)


def date_of(day: object, name: str) -> pd.Timestamp:
    """A day, as tables of events have it; `name` is what the message calls it. Raises ValueError for anything else than a date.

    >>> date_of("2018-06-12", "event").day_name()
    'Tuesday'
    """
    try:
        found = pd.Timestamp(date.fromisoformat(day) if isinstance(day, str) else day)  # type: ignore[arg-type]
    except (ValueError, TypeError):
        found = pd.NaT  # type: ignore[assignment]
    if pd.isna(found) or not isinstance(day, str | date):
        raise ValueError(f"{name} is {day!r}; use a date as 2018-06-12")
    return found.tz_localize(None).normalize()


def _days(articles: pd.DataFrame, zone: str | None) -> "pd.Series[Any]":
    """The day of each article, in its own time zone or in `zone`."""
    moment = articles["publishing_date"]
    local = moment.dt.tz_localize(None)
    if zone is None:
        return _day(local + pd.to_timedelta(articles["time_zone"].fillna("+00:00") + ":00"))
    try:
        there = moment.dt.tz_convert(zone).dt.tz_localize(None)
    except (KeyError, ValueError, OSError):
        raise ValueError(
            f"zone is {zone!r}; use a name as Asia/Seoul or America/New_York"
        ) from None
    day_alone = moment.eq(moment.dt.normalize()) & articles["time_zone"].isna()
    return _day(local.where(day_alone, there))


def _day(local: "pd.Series[Any]") -> "pd.Series[Any]":
    day: pd.Series[Any] = local.dt.normalize()
    return day
