"""Timeline: how many articles there are by day or week, and in what share of them a code occurs."""

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
    articles: pd.DataFrame,
    codes: pd.DataFrame | None = None,
    *,
    column: str = "frame",
    by: str | Sequence[str] = (),
    unit: str = "week",
    anchor: str = "2018-01-01",
    span: tuple[str, str] | None = None,
    zone: str | None = None,
    per: str = "raw",
) -> pd.DataFrame:
    """Articles, and those with a code, by day or week.

    Each week from first to last has its rows: one without an article has 0 articles and no share.
    Articles without a date are the rows without a start.

    Args:
        articles: those that were annotated, or any.
        codes: a table of `annotate`.
        column: the column of codes that is counted.
        by: columns of articles to group by, a string or a list.
        unit: 'week' or 'day'.
        anchor: a day on whose weekday weeks start (without it, Mondays).
        span: the days that articles were collected in, first and last, both included; without it,
            those of the dates found.
        zone: a place whose days count, such as 'Asia/Seoul'. Articles whose day alone is known
            (midnight UTC) keep theirs. Without it, a day is the outlet's own where its
            `time_zone` is known, and of UTC elsewhere.
        per: how articles are weighted, see `weights`.

    Returns:
        start, days (how many of the period's days are in the span), the columns of `by`, the
        code, articles, counted, share.

    Raises:
        ValueError: an unknown unit, zone or column, codes of other articles, or no article has a
            date within the span.

    Examples:
        >>> days = ["2018-06-12", "2018-06-13", "2018-06-26"]
        >>> articles = pd.DataFrame({"doc_id": list("abc"), "publishing_date": days})
        >>> codes = pd.DataFrame({"doc_id": ["a"], "frame": ["conflict"]})
        >>> table = timeline(articles, codes).astype({"start": str})
        >>> table[["start", "days", "articles", "counted", "share"]].values.tolist()
        [['2018-06-11', 6, 2, 1, 0.5], ['2018-06-18', 7, 0, 0, nan], ['2018-06-25', 2, 1, 0, 0.0]]
    """
    if unit not in UNITS:
        raise ValueError(f"unit is {unit!r}; use one of: {', '.join(UNITS)}")
    by = schema.listed(by)
    articles = checked(articles, codes, column, "timeline", by=by)
    day, size, zero = _days(articles, zone), UNITS[unit], date_of(anchor, "anchor")
    first, last = (date_of(end, "span") for end in span or (day.min(), day.max()))
    inside = day.between(first, last)
    if not inside.any():
        raise ValueError(
            f"timeline: of {len(articles)} articles none has a publishing_date"
            + (f" from {span[0]} to {span[1]}" if span else "")
        )
    counts = _counted(articles, codes, column, per)
    number = ((day - zero).dt.days // size).rename("number")
    rows = pd.concat([number, articles[by], counts], axis=1)[inside | day.isna()]
    opens, closes = (first - zero).days, (last - zero).days
    numbers = [*range(opens // size, closes // size + 1), *([np.nan] if day.isna().any() else [])]
    table = _complete(rows, numbers, by).fillna(dict.fromkeys(counts, 0.0))
    if codes is not None:
        table = _by_code(table, ["number", *by], column)
    start = table["number"] * size
    table["start"] = zero + pd.to_timedelta(start, unit="D")
    days = (start + size).clip(upper=closes + 1) - start.clip(lower=opens)
    table["days"] = days.fillna(0).astype("int64")
    whole = {name: "int64" for name in ("articles", "counted") if name in table and per == "raw"}
    names = ["start", "days", *by, column, "articles", "counted", "share"]
    return table.astype(whole)[[name for name in names if name in table]].reset_index(drop=True)


def _counted(
    articles: pd.DataFrame, codes: pd.DataFrame | None, column: str, per: str
) -> pd.DataFrame:
    """The weight of each article, as `articles`, and that of each code it has."""
    weight = pd.Series(np.asarray(weights(articles, per), dtype=np.float64), name="articles")
    if codes is None:
        return weight.to_frame()
    return pd.concat([weight, presence(articles, codes, column).mul(weight, axis=0)], axis=1)


def _complete(rows: pd.DataFrame, numbers: Sequence[float], by: list[str]) -> pd.DataFrame:
    """The sums of each period and group, also of those without a row."""
    keys = ["number", *by]
    grid = pd.MultiIndex.from_product([numbers, *(rows[name].unique() for name in by)], names=keys)
    sums = rows.groupby(keys, dropna=False, observed=True).sum().reset_index()
    return grid.to_frame(index=False).merge(sums, how="left", on=keys)


def _by_code(table: pd.DataFrame, keys: list[str], column: str) -> pd.DataFrame:
    """A row for each code, with its share."""
    table = table.melt([*keys, "articles"], var_name=column, value_name="counted")
    share = (table["counted"] / table["articles"]).where(table["articles"] > 0)
    return table.assign(share=share).sort_values([*keys, column])


def date_of(day: object, name: str) -> pd.Timestamp:
    """A day, as tables of events have it; `name` is what the message calls it.

    Raises:
        ValueError: `day` is not a date.

    Examples:
        >>> date_of("2018-06-12", "event").day_name()
        'Tuesday'
    """
    try:
        moment = pd.Timestamp(date.fromisoformat(day) if isinstance(day, str) else day)  # type: ignore[arg-type]
    except (ValueError, TypeError):
        moment = pd.NaT  # type: ignore[assignment]
    if pd.isna(moment) or not isinstance(day, str | date):
        raise ValueError(f"{name} is {day!r}; use a date as 2018-06-12")
    return moment.tz_localize(None).normalize()


def _days(articles: pd.DataFrame, zone: str | None) -> "pd.Series[Any]":
    """The day of each article, in its own time zone or in `zone`."""
    moment = articles["publishing_date"]
    utc = moment.dt.tz_localize(None)
    if zone is None:
        local = utc + pd.to_timedelta(articles["time_zone"].fillna("+00:00") + ":00")
    else:
        try:
            local = moment.dt.tz_convert(zone).dt.tz_localize(None)
        except (KeyError, ValueError, OSError):
            raise ValueError(
                f"zone is {zone!r}; use a name as Asia/Seoul or America/New_York"
            ) from None
        day_alone = moment.eq(moment.dt.normalize()) & articles["time_zone"].isna()
        local = utc.where(day_alone, local)
    day: pd.Series[Any] = local.dt.normalize()
    return day
