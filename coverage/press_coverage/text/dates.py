"""Moments: a date and time as printed or declared, in German, English, Russian and Korean, with its zone."""

import html
import re
import warnings
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta, timezone
from email.utils import parsedate
from typing import NamedTuple

import dateparser
import pandas as pd

DATE = re.compile(
    r"(?P<y>\d{4})[-/.] ?(?P<m>\d\d?)[-/.] ?(?P<d>\d\d?)(?!\d)"
    r"|(?<!\d)(?P<first>\d\d?)(?P<mark>[-/.]) ?(?P<second>\d\d?)[-/.] ?(?P<year>\d{4}|\d\d)(?!\d)"
    r"|(?<!\d)(?P<day>\d\d?)(?:st|nd|rd|th|\.)? (?P<month>[^\W\d_]{3,12})\.?,? (?P<of>\d{4})(?!\d)"
    r"|(?<!\w)(?P<name>[^\W\d_]{3,12})\.? (?P<nth>\d\d?)(?:st|nd|rd|th)?,?(?: [\d:]{5,8}(?: [A-Z]{2,5})?)? (?P<in>\d{4})(?!\d)"
)
_HOURS = {
    zone: float(hours)
    for zone, _, hours in (
        pair.partition("=")
        for pair in "Z=0 UTC=0 GMT=0 WET=0 BST=1 CET=1 MEZ=1 CEST=2 MESZ=2 EET=2 EEST=3 MSK=3 IST=5.5 JST=9 KST=9 AEST=10 EST=-5 EDT=-4 "
        "CST=-6 CDT=-5 MST=-7 MDT=-6 PST=-8 PDT=-7 МСК=3".split()
    )
}
_CLOCK = re.compile(
    r"(?<!\d)(\d\d?):(\d\d)(?::(\d\d))?(?:[.,]\d+)?(?: ?([AaPp])\.?[Mm]\b\.?)?"
    rf"(?: ?(?:Uhr )?\(?({'|'.join(_HOURS)}|[+-]\d\d:?\d\d)\b)?"
)
_HOUR = re.compile(
    r"(?<!\d)(\d\d?)시(?: ?(\d\d?)분)?"
)  # Korean: hour and minute, and the half of the day before them
_HALF = re.compile(r"(오전|오후) ?(\d\d?:\d\d(?::\d\d)?)")
_SLASHED = re.compile(r"\s*(\d{1,2})/(\d{1,2})/(\d{4}|\d\d)(?!\d)")
_GERMAN = dict(
    zip(
        "januar jänner februar märz mär mai juni juli okt oktober dez dezember".split(),  # the other names are as in English
        "jan jan feb mar mar may jun jul oct oct dec dec".split(),
        strict=True,
    )
)


class Moment(NamedTuple):
    """A date as written: without a zone where none was given, at midnight where there is no clock."""

    when: datetime
    clock: bool


def read_moment(text: str) -> Moment | None:
    """The moment in a text: ISO 8601, RFC 822, seconds since 1970, or a date as printed; None where there is none.

    >>> read_moment("Fri, 01 Jun 2018 16:42:00 +0200").when.isoformat(), read_moment("1. Juni 2018").clock
    ('2018-06-01T16:42:00+02:00', False)
    """
    text = " ".join(html.unescape(text[:200]).split())
    try:
        if re.fullmatch(r"\d{10}|\d{13}", text):
            return _sane(datetime.fromtimestamp(int(text[:10]), UTC), clock=True)
        if re.fullmatch(r"\d{12}|\d{14}", text):
            return _sane(datetime.strptime(text[:12], "%Y%m%d%H%M"), clock=True)
        if re.match(r"\d{4}-?\d\d-?\d\d", text):
            iso = re.sub(r" (?=(?:[+-]\d\d:?\d\d|Z)$)", "", text)
            return _sane(datetime.fromisoformat(iso), clock=len(iso) > 10)
    except (ValueError, OverflowError, OSError):
        pass
    text = re.sub(r"\s*[日일]", " ", re.sub(r"\s*[年년月월]\s*", "-", text))
    text = _HOUR.sub(lambda hour: f"{hour[1]}:{hour[2] or 0:0>2}", text)
    text = _HALF.sub(lambda half: half[2] + (" AM" if half[1] == "오전" else " PM"), text)
    found = DATE.search(text)
    day = _day(found) if found else None
    clock = _CLOCK.search(text)
    if day is None or clock is None:
        return _sane(datetime(day.year, day.month, day.day), clock=False) if day else None
    hour, minute, second, half, zone = clock.groups()
    try:
        time = datetime(
            day.year,
            day.month,
            day.day,
            int(hour) % 12 if half else int(hour),
            int(minute),
            int(second or 0),
        )
    except ValueError:
        return _sane(datetime(day.year, day.month, day.day), clock=False)
    time += timedelta(hours=12 * (half in ("p", "P")))
    if zone:
        hours = (
            _HOURS[zone]
            if zone in _HOURS
            else (1 - 2 * (zone[0] == "-")) * (int(zone[1:3]) + int(zone[-2:]) / 60)
        )
        time = time.replace(tzinfo=timezone(timedelta(hours=hours))) if abs(hours) < 24 else time
    return _sane(time, clock=True)


def _sane(when: datetime, *, clock: bool) -> Moment | None:
    """None for a date that a program writes where it has none, such as the first of January 1970."""
    return (
        Moment(when, clock) if 1800 < when.year < 2200 and when.date() != date(1970, 1, 1) else None
    )


def _day(found: re.Match[str]) -> date | None:
    group = found.groupdict()
    try:
        if group["y"]:
            return date(int(group["y"]), int(group["m"]), int(group["d"]))
        if group["first"]:
            day, month, year = int(group["first"]), int(group["second"]), int(group["year"])
            day, month = (month, day) if month > 12 else (day, month)
            return date(year if year > 99 else 1900 + year + 100 * (year < 70), month, day)
    except ValueError:
        return None
    day_month = (
        (group["day"], group["month"], group["of"])
        if group["day"]
        else (group["nth"], group["name"], group["in"])
    )
    day_of, month_name, year_of = day_month
    english = parsedate(
        f"{day_of} {_GERMAN.get(month_name.lower(), month_name)} {year_of} 00:00:00"
    )  # dateparser is slow to load
    try:
        parsed = date(*english[:3]) if english else _parsed(" ".join(day_month))
    except ValueError:
        return None
    return parsed.date() if isinstance(parsed, datetime) else parsed


def parse_date(text: str, *, month_first: bool = False) -> tuple[pd.Timestamp, str | None] | None:
    """The instant in UTC of a date as printed, and its zone as '+02:00'; None where it is not understood.

    German, English, Russian and Korean; without a zone the time is taken as UTC. `31.05.2018` and `31/5/2018` are day first;
    `5/31/2018`, and with `month_first` `5/6/2018` too, month first. What depends on today, such as "yesterday", is no date.

    >>> print(*parse_date("Friday, June 1, 2018 04:42 PM EDT"), parse_date("gestern mittag"))
    2018-06-01 20:42:00+00:00 -04:00 None
    """
    if month_first:
        text = _SLASHED.sub(r"\2/\1/\3", text)
    found = read_moment(text)
    if found is None:
        when = _parsed(text)
        found = _sane(when, clock=True) if when else None
    if found is None:
        return None
    when, zone = stamp(found)
    return when.tz_convert("UTC"), zone


def stamp(moment: Moment) -> tuple[pd.Timestamp, str | None]:
    """The moment as a timestamp, in UTC where it has no zone, and the zone as '+02:00' or None.

    >>> print(*stamp(read_moment("1. Juni 2018, 16:42 MESZ")))
    2018-06-01 16:42:00+02:00 +02:00
    """
    offset = moment.when.strftime("%z")
    when = pd.Timestamp(moment.when if offset else moment.when.replace(tzinfo=UTC)).as_unit("us")
    return when, f"{offset[:3]}:{offset[3:5]}" if offset else None


def month_first(texts: Iterable[str]) -> bool | None:
    """Whether the dates of a column with slashes put the month first; None where none tells, or some say this and some that.

    >>> month_first(["5/6/2018", "5/31/2018"]), month_first(["5/6/2018"]), month_first(["31/5/2018", "5/31/2018"])
    (True, None, None)
    """
    pairs = [(int(m[1]), int(m[2])) for m in map(_SLASHED.match, texts) if m]
    told = {second > 12 for first, second in pairs if first > 12 or second > 12}
    return told.pop() if len(told) == 1 else None


def _parsed(text: str) -> datetime | None:
    """What dateparser makes of a date that has its day, month and year."""
    if not re.search(
        r"\d{4}", text
    ):  # "today", "3 hours ago": not a date without the day it was said
        return None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # dateparser warns of its own use of pytz
        found: datetime | None = dateparser.parse(
            text,
            languages=["en", "de", "ru", "ko"],
            settings={"DATE_ORDER": "DMY", "REQUIRE_PARTS": ["day", "month", "year"]},
        )
    return found if found and str(found.year) in text else None
