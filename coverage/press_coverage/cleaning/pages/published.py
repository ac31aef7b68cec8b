"""Dates: when an article was published, and which of two declarations of it to believe."""

import re
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from itertools import chain, islice

import lxml.html
import pandas as pd

from press_coverage.cleaning.pages.structured import Declared
from press_coverage.codebooks.reading import pattern, words
from press_coverage.text.dates import DATE, Moment, read_moment, stamp

_META = pattern("pages", "date_meta")  # meta elements' names without marks
_CHANGED = pattern("pages", "changed", re.IGNORECASE)
_LABEL = pattern("pages", "published", re.IGNORECASE)
_BEFORE_A_DAY = re.compile(
    rf"\b(?:{'|'.join(words('pages', 'before_a_day'))})$|[.!?©]$", re.IGNORECASE
)
_AFTER_A_DAY = re.compile(  # nothing, a clock, a capital or a mark, but no sentence that goes on
    r"""
      $
    | [,|·•–—/(\-]? [ ]? (?: \d\d?[:.]\d\d | [^\W\d_a-zà-ÿ] | $ )
    | [|·•–—/]
    """,
    re.VERBOSE,
)
_NEAR = timedelta(seconds=90)  # of one moment in two sources
_ELSEWHERE = ("nav", "aside", "footer", "figure", "script", "style", "article")
_UNDATED = ("script", "style", "figcaption", "a", "option", "h1", "h2", "h3")


def published(
    page: Declared, heading: lxml.html.HtmlElement | None
) -> tuple[pd.Timestamp | None, str | None]:
    """The publishing date with the page's own zone, and that zone as '+02:00'; None where none is.

    The first source that can be read wins. Where day and month are the other way round in the
    others, theirs are taken; where it lacks the clock or the zone, another source of the same day
    or minute adds it.

    >>> from press_coverage.cleaning.pages.structured import read
    >>> names = {"date": "2018-06-01", "pubdate": "2018-06-01T16:42:00+0200"}
    >>> metas = "".join(f'<meta name="{name}" content="{day}">' for name, day in names.items())
    >>> print(*published(read(lxml.html.document_fromstring(metas)), None))
    2018-06-01 16:42:00+02:00 +02:00
    """
    in_items = chain.from_iterable(item.get("datePublished", []) for item in page.items)
    declared = [*page.values("datePublished", items=False), *_in_metas(page.metas)]
    moments = _readable([*declared, *in_items])
    changed = [*page.values("dateModified"), *page.metas.get("article:modified_time", [])]
    others = _readable([*changed, *_in_address(page.url or "")])
    if heading is not None and not _is_certain(moments, others):
        timed, printed = _beside(heading)
        moments += timed + _readable(printed[:3])
    if not moments:
        return None, None
    return stamp(_complete(_unswapped(moments, others), moments))


def _readable(written: Iterable[str | None]) -> list[Moment]:
    return list(filter(None, map(read_moment, filter(None, written))))


def _in_metas(metas: dict[str, list[str]]) -> list[str]:
    """The publishing dates of meta elements, that of the article first."""
    named = [(re.sub(r"[\W_]", "", name), values[0]) for name, values in metas.items()]
    dated = [(name, value) for name, value in named if _META.search(name)]
    dated.sort(key=lambda pair: pair[0] != "articlepublishedtime")
    return [value for _, value in dated]


def _in_address(url: str) -> Iterator[str]:
    if day := re.search(r"/((?:19|20)\d\d)[/-]?(\d\d)[/-]?(\d\d)(?!\d)", url):
        yield "-".join(day.groups())


def _is_certain(moments: list[Moment], others: list[Moment]) -> bool:
    """Whether the first moment is complete, and its day and month cannot be exchanged."""
    if not moments or not moments[0].clock or moments[0].when.tzinfo is None:
        return False
    return _unswapped(moments, others) == moments[0] and not _is_doubtful(moments, others)


def _swapped(day: date) -> date | None:
    """The date with day and month exchanged, where that is another date."""
    return date(day.year, day.day, day.month) if day.day <= 12 and day.day != day.month else None


def _other_days(moments: list[Moment], others: list[Moment]) -> list[date]:
    return [moment.when.date() for moment in moments[1:] + others]


def _is_doubtful(moments: list[Moment], others: list[Moment]) -> bool:
    """Whether day and month could be exchanged, and no other source has the day."""
    day = moments[0].when.date()
    return _swapped(day) is not None and day not in _other_days(moments, others)


def _unswapped(moments: list[Moment], others: list[Moment]) -> Moment:
    """The first moment, with day and month exchanged where only that agrees with another."""
    first, days = moments[0], _other_days(moments, others)
    swapped = _swapped(first.when)
    if swapped is None or swapped not in days or first.when.date() in days:
        return first
    return Moment(first.when.replace(month=swapped.month, day=swapped.day), first.clock)


def _complete(best: Moment, moments: list[Moment]) -> Moment:
    """The moment with what it lacks and another source of the same day has.

    That is the clock, the zone, or a zone that is not UTC.
    """
    if _is_blank(best):
        same_day = (other for other in moments if other.when.date() == best.when.date())
        return next((other for other in same_day if other.clock and other != best), best)
    if best.when.utcoffset():
        return best
    return next(filter(None, (_in_zone(best, other) for other in moments)), best)


def _is_blank(moment: Moment) -> bool:
    """Whether the clock is not given, or stands at midnight for that."""
    midnight = moment.when.strftime("%H%M") == "0000"
    return not moment.clock or (midnight and not moment.when.utcoffset())


def _in_zone(best: Moment, other: Moment) -> Moment | None:
    """The moment in the zone of another that is the same."""
    zone, offset = other.when.tzinfo, other.when.utcoffset()
    if offset is None or not other.clock:
        return None
    if best.when.tzinfo is None:
        same = abs(best.when - other.when.replace(tzinfo=None)) < _NEAR
        return Moment(best.when.replace(tzinfo=zone), clock=True) if same else None
    same = bool(offset) and abs(best.when - other.when) < _NEAR
    return Moment(best.when.astimezone(zone), clock=True) if same else None


def _beside(heading: lxml.html.HtmlElement) -> tuple[list[Moment], list[str]]:
    """Beside the headline: what `<time>` elements say, and dates printed in lines of their own."""
    timed: list[Moment] = []
    printed: list[str] = []
    for node in _neighbours(heading):
        text = " ".join("".join(islice(node.itertext("*"), 12))[:200].split())
        before = _CHANGED.split(text, 1)[0]
        if node.tag == "time" and before and not _is_change(node):
            timed += _readable([node.get("datetime") or text])
        elif node.tag != "time" and 5 < len(before) <= 120 and _is_date_line(before):
            printed.append(before)
    return timed, printed


def _is_change(node: lxml.html.HtmlElement) -> bool:
    return bool(_CHANGED.search(f"{node.get('class', '')} {node.get('itemprop', '')}"))


def _is_date_line(line: str) -> bool:
    """Whether a line gives a date, and is not a sentence that has one."""
    numbers = re.sub(r"\s*[日일]", " ", re.sub(r"\s*[年년月월]\s*", "-", line))
    day = DATE.search(numbers)
    if not day:
        return False
    head, tail = numbers[: day.start()].strip(), numbers[day.end() :].strip()
    length = len(head.split())
    if length < 6 and _LABEL.search(head):
        return True
    if length > 2 or _BEFORE_A_DAY.search(head):
        return False
    return bool(_AFTER_A_DAY.match(tail)) and not tail.endswith(".")


def _neighbours(heading: lxml.html.HtmlElement) -> Iterator[lxml.html.HtmlElement]:
    """The elements around the headline: behind it, then just before it, each time one level up."""
    node, seen = heading, 0
    for level in range(4):
        after = islice(node.itersiblings("*"), 8)
        before = islice(node.itersiblings("*", preceding=True), 4 if level < 3 else 0)
        for inner in chain.from_iterable(map(_until_prose, chain(after, before))):
            seen += 1
            if inner.tag not in _UNDATED:
                yield inner
        node = node.getparent()
        if node is None or node.tag in ("body", "html", "main") or seen > 300:
            return


def _until_prose(node: lxml.html.HtmlElement) -> Iterator[lxml.html.HtmlElement]:
    """The first elements in this one, until a paragraph of prose; none of other articles."""
    for inner in islice(node.iter("*"), 0 if node.tag in _ELSEWHERE else 60):
        if inner.tag == "p" and len("".join(islice(inner.itertext("*"), 20))) > 150:
            return
        yield inner
