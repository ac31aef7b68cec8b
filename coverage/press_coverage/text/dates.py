"""Moments: a date and time as printed or declared, with its zone.

In German, English, Russian and Korean.
"""

import html
import re
import warnings
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta, timezone
from email.utils import parsedate
from typing import NamedTuple

import pandas as pd

DATE = re.compile(
    r"""
    # 2018-06-12
    (?P<y>\d{4}) [-/.][ ]? (?P<m>\d\d?) [-/.][ ]? (?P<d>\d\d?) (?!\d)
    # 12.6.2018, 12/6/18
    | (?<!\d) (?P<first>\d\d?) (?P<mark>[-/.])[ ]? (?P<second>\d\d?) [-/.][ ]?
      (?P<year>\d{4}|\d\d) (?!\d)
    # 12. Juni 2018, 12th June 2018
    | (?<!\d) (?P<day>\d\d?) (?:st|nd|rd|th|\.)? [ ] (?P<month>[^\W\d_]{3,12}) \.?,?
      [ ] (?P<of>\d{4}) (?!\d)
    # June 12, 2018, Jun 12 10:30:00 KST 2018
    | (?<!\w) (?P<name>[^\W\d_]{3,12}) \.? [ ] (?P<nth>\d\d?) (?:st|nd|rd|th)? ,?
      (?:[ ][\d:]{5,8}(?:[ ][A-Z]{2,5})?)? [ ] (?P<in>\d{4}) (?!\d)
    """,
    re.VERBOSE,
)
# zones as they are printed, by hours from UTC
_ZONES = {
    0: "Z UTC GMT WET",
    1: "BST CET MEZ",
    2: "CEST MESZ EET",
    3: "EEST MSK МСК",
    5.5: "IST",
    9: "JST KST",
    10: "AEST",
    -4: "EDT",
    -5: "EST CDT",
    -6: "CST MDT",
    -7: "MST PDT",
    -8: "PST",
}
_HOURS = {zone: hours for hours, zones in _ZONES.items() for zone in zones.split()}
_CLOCK = re.compile(
    rf"""
    (?<!\d) (\d\d?) : (\d\d) (?: :(\d\d))? (?:[.,]\d+)?  # hour, minute, second
    (?:[ ]?([AaPp])\.?[Mm]\b\.?)?                       # half of the day
    (?:[ ]?(?:Uhr[ ])?\(?({"|".join(_HOURS)}|[+-]\d\d:?\d\d)\b)?  # zone
    """,
    re.VERBOSE,
)
# Korean: hour and minute, and the half of the day before them
_HOUR = re.compile(r"(?<!\d)(\d\d?)시(?: ?(\d\d?)분)?")
_HALF = re.compile(r"(오전|오후) ?(\d\d?:\d\d(?::\d\d)?)")
_SLASHED = re.compile(r"\s*(\d{1,2})/(\d{1,2})/(\d{4}|\d\d)(?!\d)")
# German names of months by their English ones; the others are the same in both
_MONTHS = {
    "jan": "januar jänner",
    "feb": "februar",
    "mar": "märz mär",
    "may": "mai",
    "jun": "juni",
    "jul": "juli",
    "oct": "okt oktober",
    "dec": "dez dezember",
}
_GERMAN = {name: english for english, names in _MONTHS.items() for name in names.split()}


class Moment(NamedTuple):
    """A date as written: without a zone where none is given, at midnight without a clock."""

    when: datetime
    clock: bool


def read_moment(text: str) -> Moment | None:
    """The moment in a text; None where there is none.

    Args:
        text: ISO 8601, RFC 822, seconds since 1970, or a date as printed, in its first 200
            characters.

    Returns:
        The moment, without a zone where none is given, at midnight where there is no clock.

    Examples:
        >>> read_moment("Fri, 01 Jun 2018 16:42:00 +0200").when.isoformat()
        '2018-06-01T16:42:00+02:00'
        >>> read_moment("1. Juni 2018").clock
        False
    """
    text = " ".join(html.unescape(text[:200]).split())
    moment = _declared(text) or _printed(text)
    return moment if moment and _plausible(moment.when) else None


def _declared(text: str) -> Moment | None:
    """The moment of ISO 8601, or of digits alone: seconds since 1970, or a date with its time."""
    try:
        if re.fullmatch(r"\d{10}|\d{13}", text):
            return Moment(datetime.fromtimestamp(int(text[:10]), UTC), clock=True)
        if re.fullmatch(r"\d{12}|\d{14}", text):
            return Moment(datetime.strptime(text[:12], "%Y%m%d%H%M"), clock=True)
        if re.match(r"\d{4}-?\d\d-?\d\d", text):
            iso = re.sub(r" (?=(?:[+-]\d\d:?\d\d|Z)$)", "", text)
            return Moment(datetime.fromisoformat(iso), clock=len(iso) > 10)
    except (ValueError, OverflowError, OSError):
        pass
    return None


def _printed(text: str) -> Moment | None:
    """The moment of a date in words or numbers, with the time beside it."""
    text = re.sub(r"\s*[日일]", " ", re.sub(r"\s*[年년月월]\s*", "-", text))
    text = _HOUR.sub(lambda hour: f"{hour[1]}:{hour[2] or 0:0>2}", text)
    text = _HALF.sub(lambda half: half[2] + (" AM" if half[1] == "오전" else " PM"), text)
    match = DATE.search(text)
    day = _day(match) if match else None
    if day is None:
        return None
    clock = _CLOCK.search(text)
    try:
        if clock:
            return Moment(_at(day, *clock.groups()), clock=True)
    except ValueError:  # no time of a day
        pass
    return Moment(datetime(day.year, day.month, day.day), clock=False)


def _at(
    day: date, hour: str, minute: str, second: str | None, half: str | None, zone: str | None
) -> datetime:
    """The time of a day, in its zone; raises ValueError."""
    hours = int(hour) % 12 if half else int(hour)
    time = datetime(day.year, day.month, day.day, hours, int(minute), int(second or 0))
    time += timedelta(hours=12 * (half in ("p", "P")))
    if not zone:
        return time
    offset = _HOURS.get(zone)
    if offset is None:
        sign = -1 if zone[0] == "-" else 1
        offset = sign * (int(zone[1:3]) + int(zone[-2:]) / 60)
    return time.replace(tzinfo=timezone(timedelta(hours=offset))) if abs(offset) < 24 else time


def _plausible(when: datetime) -> bool:
    """Not what a program writes where it has no date, such as the first of January 1970."""
    return 1800 < when.year < 2200 and when.date() != date(1970, 1, 1)


def _day(match: re.Match[str]) -> date | None:
    """The day of a match of `DATE`."""
    group = match.groupdict()
    try:
        if group["y"]:
            return date(int(group["y"]), int(group["m"]), int(group["d"]))
        if group["first"]:
            return _in_numbers(int(group["first"]), int(group["second"]), int(group["year"]))
    except ValueError:
        return None
    names = ("day", "month", "of") if group["day"] else ("nth", "name", "in")
    return _in_words(*(group[name] for name in names))


def _in_numbers(day: int, month: int, year: int) -> date:
    """The day, where the month may come first, and the year have two figures."""
    if month > 12:
        day, month = month, day
    if year < 100:
        year += 2000 if year < 70 else 1900
    return date(year, month, day)


def _in_words(day: str, month: str, year: str) -> date | None:
    """The day with its month by name: by the standard library, since dateparser is slow."""
    english = parsedate(f"{day} {_GERMAN.get(month.lower(), month)} {year} 00:00:00")
    try:
        parsed = date(*english[:3]) if english else _parsed(f"{day} {month} {year}")
    except ValueError:
        return None
    return parsed.date() if isinstance(parsed, datetime) else parsed


def parse_date(text: str, *, month_first: bool = False) -> tuple[pd.Timestamp, str | None] | None:
    """The instant of a date as printed, in German, English, Russian or Korean.

    Args:
        text: the date; `31.05.2018` and `31/5/2018` are day first, `5/31/2018` is month first.
            What depends on today, such as "yesterday", is no date.
        month_first: whether `5/6/2018` is month first too.

    Returns:
        The instant in UTC, and its zone as '+02:00'; without a zone the time is taken as UTC. None
        where the text is not understood.

    Examples:
        >>> print(*parse_date("Friday, June 1, 2018 04:42 PM EDT"), parse_date("gestern mittag"))
        2018-06-01 20:42:00+00:00 -04:00 None
    """
    if month_first:
        text = _SLASHED.sub(r"\2/\1/\3", text)
    moment = read_moment(text)
    if moment is None:
        when = _parsed(text)
        if when is None or not _plausible(when):
            return None
        moment = Moment(when, clock=True)
    when, zone = stamp(moment)
    return when.tz_convert("UTC"), zone


def stamp(moment: Moment) -> tuple[pd.Timestamp, str | None]:
    """The moment as a timestamp, in UTC where it has no zone, and the zone as '+02:00' or None.

    Examples:
        >>> print(*stamp(read_moment("1. Juni 2018, 16:42 MESZ")))
        2018-06-01 16:42:00+02:00 +02:00
    """
    offset = moment.when.strftime("%z")
    when = pd.Timestamp(moment.when if offset else moment.when.replace(tzinfo=UTC)).as_unit("us")
    return when, f"{offset[:3]}:{offset[3:5]}" if offset else None


def month_first(texts: Iterable[str]) -> bool | None:
    """Whether the dates of a column with slashes put the month first.

    None where no date decides it, or dates contradict each other.

    Examples:
        >>> month_first(["5/6/2018", "5/31/2018"]), month_first(["5/6/2018"])
        (True, None)
        >>> month_first(["31/5/2018", "5/31/2018"]) is None
        True
    """
    pairs = [(int(m[1]), int(m[2])) for m in map(_SLASHED.match, texts) if m]
    orders = {second > 12 for first, second in pairs if first > 12 or second > 12}
    return orders.pop() if len(orders) == 1 else None


def _parsed(text: str) -> datetime | None:
    """What dateparser makes of a date that has its day, month and year."""
    if not re.search(r"\d{4}", text):
        return None  # "today", "3 hours ago": not a date without the day it was written
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # dateparser warns of its own use of pytz
        import dateparser  # slow to load

        parsed: datetime | None = dateparser.parse(
            text,
            languages=["en", "de", "ru", "ko"],
            settings={"DATE_ORDER": "DMY", "REQUIRE_PARTS": ["day", "month", "year"]},
        )
    return parsed if parsed and str(parsed.year) in text else None
