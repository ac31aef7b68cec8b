"""Dates: when an article was published, from what its page declares, and which of two declarations to believe."""

import re
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from itertools import chain, islice
from typing import Any

import lxml.html
import pandas as pd

from press_coverage.text.dates import DATE, Moment, read_moment, stamp

_META = re.compile(
    r"^(dc|dcterms|sailthru|article|og)?date$|(pub|publish|published|publication|online|display)(date|time|at|on)$"
    r"|date(published|issued|available|pub)$|^articlepublished$|^dctermsissued$"
)  # meta elements' names without marks
_CHANGED = re.compile(
    r"modif|updat|changed|edited|aktuali|geändert|actuali|mis à jour|aggiorn|обновл|수정|更新", re.I
)
_LABEL = re.compile(
    r"publi|posted|veröffentlicht|erschienen|erstellt|stand\b|datum|опубликован|입력|등록", re.I
)


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
    metas_sorted = sorted(
        (pair for pair in named if _META.search(pair[0])),
        key=lambda pair: pair[0] != "articlepublishedtime",
    )
    written = [*linked, *(v for _, values in metas_sorted for v in values[:1])]
    written += [v for item in items for v in item.get("datePublished", []) if isinstance(v, str)]
    moments = [m for m in map(read_moment, written) if m]
    in_url = re.search(r"/((?:19|20)\d\d)[/-]?(\d\d)[/-]?(\d\d)(?!\d)", url or "")
    later = [
        *modified,
        *metas.get("article:modified_time", []),
        *(["-".join(in_url.groups())] if in_url else []),
    ]
    others = [m for m in map(read_moment, later) if m]
    certain = bool(moments) and moments[0].clock and moments[0].when.tzinfo is not None
    if heading is not None and not (
        certain and _unswapped(moments, others) == moments[0] != _doubtful(moments, others)
    ):
        timed, printed = _beside(heading)
        moments += timed + [m for m in map(read_moment, printed[:3]) if m]
    if not moments:
        return None, None
    best = _complete(_unswapped(moments, others), moments)
    return stamp(best)


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
        return next(
            (m for m in moments if m.clock and m.when.date() == best.when.date() and m != best),
            best,
        )
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
            if before and not _CHANGED.search(
                f"{node.get('class') or ''} {node.get('itemprop') or ''}"
            ):
                timed += [m for m in [read_moment(node.get("datetime") or text)] if m]
        elif 5 < len(before) <= 120 and (line := _dated(before)):
            printed.append(line)
    return timed, printed


def _dated(line: str) -> str | None:
    """The line, if it is one that gives a date and not a sentence that has one."""
    numbers = re.sub(r"\s*[日일]", " ", re.sub(r"\s*[年년月월]\s*", "-", line))
    found = DATE.search(numbers)
    if not found:
        return None
    head, tail = numbers[: found.start()].strip(), numbers[found.end() :].strip()
    if _LABEL.search(head) and len(head.split()) < 6:
        return line
    short = len(head.split()) < 3 and not re.search(
        r"(?i)\b(am|on|vom|bis|seit|since|until|from|zum)$|[.!?©]$", head
    )
    return (
        line
        if short
        and re.match(r"$|[,|·•–—/(\-]? ?(?:\d\d?[:.]\d\d|[^\W\d_a-zà-ÿ]|$)|[|·•–—/]", tail)
        and tail[-1:] != "."
        else None
    )


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
                if inner.tag not in (
                    "script",
                    "style",
                    "figcaption",
                    "a",
                    "option",
                    "h1",
                    "h2",
                    "h3",
                ):
                    yield inner
        node = node.getparent()
        if node is None or node.tag in ("body", "html", "main") or seen > 300:
            return
