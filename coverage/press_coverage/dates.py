"""Dates: when an article was published, from what its page declares, and which of two declarations to believe."""

import html
import re
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from email.utils import parsedate
from itertools import chain, islice
from typing import Any, NamedTuple

import lxml.html
import pandas as pd

from press_coverage.readers import parse_date

_META = re.compile(
    r"^(dc|dcterms|sailthru|article|og)?date$|(pub|publish|published|publication|online|display)(date|time|at|on)$"
    r"|date(published|issued|available|pub)$|^articlepublished$|^dctermsissued$"
)  # meta elements' names without marks
_CHANGED = re.compile(r"modif|updat|changed|edited|aktuali|geändert|actuali|mis à jour|aggiorn|обновл|수정|更新", re.I)
_LABEL = re.compile(r"publi|posted|veröffentlicht|erschienen|erstellt|stand\b|datum|опубликован|입력|등록", re.I)
_DATE = re.compile(
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
        "CST=-6 CDT=-5 MST=-7 MDT=-6 PST=-8 PDT=-7".split()
    )
}
_CLOCK = re.compile(
    r"(?<!\d)(\d\d?):(\d\d)(?::(\d\d))?(?:[.,]\d+)?(?: ?([AaPp])\.?[Mm]\b\.?)?"
    rf"(?: ?(?:Uhr )?\(?({'|'.join(_HOURS)}|[+-]\d\d:?\d\d)\b)?"
)


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


def published(
    linked: Iterable[str],
    metas: dict[str, list[str]],
    items: list[dict[str, Any]],
    modified: Iterable[str],
    url: str | None,
    heading: lxml.html.HtmlElement | None,
) -> tuple[pd.Timestamp | None, str | None]:
    """The publishing date with the page's own zone, and that zone as '+02:00'; None where the page gives none.

    The first source that can be read wins. Where day and month stand the other way round in the others, theirs are
    taken; where it lacks the clock or the zone, another source of the same day or minute adds it.

    >>> when, zone = published(["2018-06-01"], {"date": ["2018-06-01T16:42:00+0200"]}, [], [], None, None)
    >>> str(when), zone
    ('2018-06-01 16:42:00+02:00', '+02:00')
    """
    named = [(re.sub(r"[\W_]", "", name), values) for name, values in metas.items()]
    metas_sorted = sorted((pair for pair in named if _META.search(pair[0])), key=lambda pair: pair[0] != "articlepublishedtime")
    written = [*linked, *(v for _, values in metas_sorted for v in values[:1])]
    written += [v for item in items for v in item.get("datePublished", []) if isinstance(v, str)]
    moments = [m for m in map(read_moment, written) if m]
    in_url = re.search(r"/((?:19|20)\d\d)[/-]?(\d\d)[/-]?(\d\d)(?!\d)", url or "")
    later = [*modified, *metas.get("article:modified_time", []), *(["-".join(in_url.groups())] if in_url else [])]
    others = [m for m in map(read_moment, later) if m]
    certain = bool(moments) and moments[0].clock and moments[0].when.tzinfo is not None
    if heading is not None and not (certain and _unswapped(moments, others) == moments[0] != _doubtful(moments, others)):
        timed, printed = _beside(heading)
        moments += timed + [m for m in map(read_moment, printed[:3]) if m]
    if not moments:
        return None, None
    best = _complete(_unswapped(moments, others), moments)
    offset = best.when.strftime("%z")
    stamp = pd.Timestamp(best.when if offset else best.when.replace(tzinfo=UTC)).as_unit("us")
    return stamp, f"{offset[:3]}:{offset[3:5]}" if offset else None


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
    found = _DATE.search(text)
    day = _day(found) if found else None
    clock = _CLOCK.search(text)
    if day is None or clock is None:
        return _sane(datetime(day.year, day.month, day.day), clock=False) if day else None
    hour, minute, second, half, zone = clock.groups()
    try:
        time = datetime(day.year, day.month, day.day, int(hour) % 12 if half else int(hour), int(minute), int(second or 0))
    except ValueError:
        return _sane(datetime(day.year, day.month, day.day), clock=False)
    time += timedelta(hours=12 * (half in ("p", "P")))
    if zone:
        hours = _HOURS[zone] if zone in _HOURS else (1 - 2 * (zone[0] == "-")) * (int(zone[1:3]) + int(zone[-2:]) / 60)
        time = time.replace(tzinfo=timezone(timedelta(hours=hours))) if abs(hours) < 24 else time
    return _sane(time, clock=True)


def _sane(when: datetime, *, clock: bool) -> Moment | None:
    """None for a date that a program writes where it has none, such as the first of January 1970."""
    return Moment(when, clock) if 1800 < when.year < 2200 and when.date() != date(1970, 1, 1) else None


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
    day_month = (group["day"], group["month"], group["of"]) if group["day"] else (group["nth"], group["name"], group["in"])
    day_of, month_name, year_of = day_month
    english = parsedate(f"{day_of} {_GERMAN.get(month_name.lower(), month_name)} {year_of} 00:00:00")  # dateparser is slow to load
    try:
        parsed = date(*english[:3]) if english else parse_date(" ".join(day_month))
    except ValueError:
        return None
    return parsed.date() if isinstance(parsed, datetime) else parsed


def _swapped(day: date) -> date | None:
    """The date with day and month exchanged, where that is another date."""
    return date(day.year, day.day, day.month) if day.day <= 12 and day.day != day.month else None


def _doubtful(moments: list[Moment], others: list[Moment]) -> Moment | None:
    """The first moment, where day and month could be exchanged and no other source has the day."""
    days = [m.when.date() for m in moments[1:] + others]
    return moments[0] if _swapped(moments[0].when) and moments[0].when.date() not in days else None


def _unswapped(moments: list[Moment], late: list[Moment]) -> Moment:
    best, others = moments[0], [m.when.date() for m in moments[1:] + late]
    other = _swapped(best.when)
    if other is None or other not in others or best.when.date() in others:
        return best
    return Moment(best.when.replace(month=other.month, day=other.day), best.clock)


def _complete(best: Moment, moments: list[Moment]) -> Moment:
    """The moment with what it lacks and another source of the same day has: the clock, the zone, a zone that is not UTC."""
    blank = not best.clock or (not best.when.utcoffset() and best.when.strftime("%H%M") == "0000")
    if blank:
        return next((m for m in moments if m.clock and m.when.date() == best.when.date() and m != best), best)
    near = timedelta(seconds=90)
    for other in moments if not best.when.utcoffset() else ():
        offset = other.when.utcoffset()
        if offset is None or not other.clock:
            continue
        if best.when.tzinfo is None and abs(best.when - other.when.replace(tzinfo=None)) < near:
            return Moment(best.when.replace(tzinfo=other.when.tzinfo), clock=True)
        if best.when.tzinfo is not None and offset and abs(best.when - other.when) < near:
            return Moment(best.when.astimezone(other.when.tzinfo), clock=True)
    return best


def _beside(heading: lxml.html.HtmlElement) -> tuple[list[Moment], list[str]]:
    """Beside the headline: what `<time>` elements say, and dates printed in lines of their own."""
    timed: list[Moment] = []
    printed: list[str] = []
    for node in _neighbours(heading):
        text = " ".join("".join(islice(node.itertext("*"), 12))[:200].split())
        before = text[: found.start()] if (found := _CHANGED.search(text)) else text
        if node.tag == "time":
            if before and not _CHANGED.search(f"{node.get('class') or ''} {node.get('itemprop') or ''}"):
                timed += [m for m in [read_moment(node.get("datetime") or text)] if m]
        elif 5 < len(before) <= 120 and (line := _dated(before)):
            printed.append(line)
    return timed, printed


def _dated(line: str) -> str | None:
    """The line, if it is one that gives a date and not a sentence that has one."""
    numbers = re.sub(r"\s*[日일]", " ", re.sub(r"\s*[年년月월]\s*", "-", line))
    found = _DATE.search(numbers)
    if not found:
        return None
    head, tail = numbers[: found.start()].strip(), numbers[found.end() :].strip()
    if _LABEL.search(head) and len(head.split()) < 6:
        return line
    short = len(head.split()) < 3 and not re.search(r"(?i)\b(am|on|vom|bis|seit|since|until|from|zum)$|[.!?©]$", head)
    return line if short and re.match(r"$|[,|·•–—/(\-]? ?(?:\d\d?[:.]\d\d|[^\W\d_a-zà-ÿ]|$)|[|·•–—/]", tail) and tail[-1:] != "." else None


def _neighbours(heading: lxml.html.HtmlElement) -> Iterator[lxml.html.HtmlElement]:
    """The elements around the headline: behind it until the prose begins, then just before it, each time one level up."""
    node, seen = heading, 0
    for level in range(4):
        after = islice(node.itersiblings("*"), 8)
        before = islice(node.itersiblings("*", preceding=True), 4 if level < 3 else 0)
        for sibling in chain(after, before):
            if sibling.tag in ("nav", "aside", "footer", "figure", "script", "style", "article"):
                continue
            for inner in islice(sibling.iter("*"), 60):
                if inner.tag == "p" and len("".join(islice(inner.itertext("*"), 20))) > 150:
                    break
                seen += 1
                if inner.tag not in ("script", "style", "figcaption", "a", "option", "h1", "h2", "h3"):
                    yield inner
        node = node.getparent()
        if node is None or node.tag in ("body", "html", "main") or seen > 300:
            return
