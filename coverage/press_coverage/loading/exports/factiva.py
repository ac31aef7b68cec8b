"""Factiva exports: a TXT, RTF or HTML download with its codes, or in the display layout.

With codes, two or three capitals stand before each field (HD, WC, PD). The display layout prints
the fields alone; only their order, and the number of words with the date under it, tell them.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import filterfalse, pairwise, takewhile
from typing import Any, NamedTuple

from press_coverage.codebooks.reading import pattern, words
from press_coverage.loading.exports import common

_FIELDS = common.labels("factiva.head") | common.labels("factiva.tail")  # code -> our name
_HEAD = set(common.labels("factiva.head").values())
_TAIL = set(common.labels("factiva.tail").values())
_FIRST = {"column", "section", "title"}  # an article begins with one of them
_TEXT = {"lead", "text"}
_LISTS = {"companies", "industries", "subjects", "regions"}
_LIST = re.compile(r"\w+ [a-z0-9]{2,12} ?: .*")  # "NS gdip : Diplomacy"
_CODES = "|".join(sorted(_FIELDS, key=len, reverse=True))
_CODE = re.compile(rf"({_CODES})(?:([ \t|]+)(\S.*)|[ \t|]*)")  # with a gap and a value, or alone
_ACCESSION = pattern("exports", "factiva.accession", re.ASCII)
_BOILERPLATE = pattern("exports", "factiva.boilerplate")
_PLATFORM = words("exports", "factiva.platform")
_SUMMARY = pattern("exports", "factiva.search_summary")
_COUNT = pattern("exports", "factiva.article_count")
_DATE = pattern("exports", "factiva.date")
_LANGUAGE = pattern("exports", "factiva.language")
_PAGE = pattern("exports", "factiva.page")
_RIGHTS = pattern("exports", "factiva.rights")
_CONVERTERS: dict[str, Callable[[str], str]] = {
    "authors": common.authors_of,
    "accession": lambda value: _ACCESSION.sub(r"\1", value),
}
_UNDER_DATE = {
    name: pattern("exports", f"factiva.{name}") for name in ("time", "publisher", "source_code")
}

Record = dict[str, list[str]]  # our name of a field -> its lines; the body is lead, then text
_Counts = set[tuple[int, int]]  # number of articles before, and declared number


def is_factiva(text: str) -> bool:
    r"""Whether a text is a Factiva export: coded fields, a heading, or an accession number.

    Args:
        text: the text of a file; its first 20,000 characters are looked at.

    Source:
        The field codes as Factiva prints them.

    Examples:
        >>> is_factiva("HD\tTalks go on\nWC\t512 words\nPD\t31 May 2018")
        True
        >>> is_factiva("TV crews met. BY the way, 512 words.")
        False
    """
    lines = _lines(text[:20_000])
    return _has_codes(lines) or _has_headings(lines)


def read_factiva(text: str) -> Iterator[dict[str, Any]]:
    r"""Yield the articles and notes of an export, in its order, and the declared number.

    Raises nothing: what fits no layout is noted, with its text.

    Args:
        text: the text of the export, or of several, one after the other.

    Yields:
        An article with `row` (its number, from 1), `title`, `body` and its other fields; dates as
        printed, with the time, and `length` in words as declared. A note where something was not
        read, or where `length` and the words of the body differ. At the end, where the export
        prints how many articles it holds, {"declared": n}, added up over several exports.

    Source:
        The field codes as Factiva prints them.

    Examples:
        >>> lines = ["HD\tTalks", "WC\t3 words", "PD\t31 May 2018", "LP\tTwo envoys met."]
        >>> lines += ["AN\tDocument XYZ0000020180531ee5v00001"]
        >>> list(read_factiva("\n".join(lines)))  # doctest: +NORMALIZE_WHITESPACE
        [{'row': 1, 'title': 'Talks', 'body': 'Two envoys met.', 'publishing_date': '31 May 2018',
        'accession': 'XYZ0000020180531ee5v00001', 'length': 3}]
    """
    export = _Export()
    for coded, lines in _runs(_lines(text)):
        if coded:
            _CodedReader(export).read(lines)
        else:
            _read_display(lines, export)
    yield from common.articles_and_notes("Factiva", export.parts())
    if declared := export.declared():
        yield {"declared": declared}


@dataclass
class _Export:
    """The articles read so far, and by the number of articles before what is outside them."""

    records: list[Record] = field(default_factory=list)
    outside: dict[int, list[str]] = field(default_factory=lambda: defaultdict(list))
    counts: tuple[_Counts, _Counts] = field(default_factory=lambda: (set(), set()))

    def set_aside(self, lines: list[str]) -> None:
        place, lines = len(self.records), _without_summary(lines)
        self.outside[place] += filterfalse(_COUNT.fullmatch, lines)
        for count in filter(None, map(_COUNT.fullmatch, lines)):
            self.counts[count[1] is None].add((place, int(count[1] or count[2])))

    def declared(self) -> int:
        """The number of articles as printed before them or behind them, whichever is more."""
        return max(sum(number for _, number in side) for side in self.counts)

    def parts(self) -> Iterator[tuple[list[str], dict[str, Any], str]]:
        """Lines outside the articles, the article behind them, how it shows that it is cut off."""
        numbered = any("accession" in record for record in self.records)
        for place, record in enumerate(self.records):
            yield self.outside[place], *_article(record, numbered=numbered)
        yield self.outside[len(self.records)], {}, ""


def _lines(text: str) -> list[str]:
    """The lines without margins, empty lines and what the platform prints on each page."""
    lines = text.replace("\xa0", " ").split("\n")
    stripped = [line.strip(" \r\f\v\ufeff|").strip() for line in lines]
    return list(filterfalse(_BOILERPLATE.fullmatch, filter(None, stripped)))


def _without_summary(lines: list[str]) -> list[str]:
    """The lines without the platform's name and, but for its counts, the summary of the search."""
    before = list(takewhile(lambda line: not _SUMMARY.fullmatch(line), lines))
    counts = filter(_COUNT.fullmatch, lines[len(before) :])
    return [line for line in before if line not in _PLATFORM] + list(counts)


def _runs(lines: list[str]) -> Iterator[tuple[bool, list[str]]]:
    """Runs of articles in one layout, each with whether it has codes.

    An article ends with its accession number, so that the layout changes only there.
    """
    ends = [n for n, line in enumerate(lines, 1) if _ACCESSION.fullmatch(line)]
    begin = 0
    coded: bool | None = None
    for start, end in pairwise([0, *ends, len(lines)]):
        layout = _layout(lines[start:end], coded)
        if coded is not None and layout != coded:
            yield coded, lines[begin:start]
            begin = start
        coded = layout
    yield bool(coded), lines[begin:]


def _layout(chunk: list[str], before: bool | None) -> bool | None:
    """Whether the lines have codes; where they do not tell, as before."""
    if any(not _CODE.fullmatch(chunk[n - 1]) for n in _headings(chunk)):
        return False
    codes = {line.field for line in _coded(chunk)} - {""}
    return len(codes) > 2 or codes == {"accession"} or before


def _article(fields: Record, *, numbered: bool) -> tuple[dict[str, Any], str]:
    """The article, and how it shows that it is cut off where the others are `numbered`."""
    values = {name: " ".join(fields[name]) for name in _FIELDS.values() if fields.get(name)}
    body = "\n".join([*fields.get("lead", []), *fields.get("text", [])])
    headless = fields.keys().isdisjoint(("title", "publishing_date", "length"))
    cut = headless or (numbered and "accession" not in values)
    length = common.count_of(values.pop("length", ""))
    article: dict[str, Any] = {"title": values.pop("title", None), "body": body}
    article |= _others(values) | ({} if length is None else {"length": length})
    return article, "lacks its head or its accession number" if cut else ""


def _others(values: dict[str, str]) -> dict[str, str]:
    """The fields beside the text, as the table of articles has them."""
    if values.keys() >= {"publishing_date", "time"}:
        values["publishing_date"] += " " + values.pop("time")
    others = {name: value for name, value in values.items() if name not in _TEXT}
    return {name: _CONVERTERS.get(name, str)(value) for name, value in others.items()}


# The layout with codes


class _Line(NamedTuple):
    """A line, the field whose code it begins with, and what follows the code."""

    text: str
    field: str = ""
    value: str = ""
    full: str = ""  # the value, or where there is none the next line
    clear: bool = True  # the code is alone on its line or before a tab: prose has neither

    def is_count(self) -> bool:
        return self.field == "length" and bool(common.WORD_COUNT.fullmatch(self.full))


def _coded(lines: list[str]) -> Iterator[_Line]:
    for text, after in pairwise([*lines, ""]):
        match = _CODE.fullmatch(text)
        code, gap, value = match.groups("") if match else ("", "", "")
        yield _Line(text, _FIELDS.get(code, ""), value, value or after, clear=gap != " ")


def _has_codes(lines: list[str]) -> bool:
    coded = list(_coded(lines))
    fields = {line.field for line in coded}
    others = fields & {"publishing_date", "publisher", "lead"}
    return fields >= {"title", "length"} and bool(others) and any(map(_Line.is_count, coded))


def _announced(lines: list[_Line]) -> bool:
    """Whether a coded number of words or a coded date follows before the text does."""
    for line in lines:
        if line.is_count() or line.field == "publishing_date":
            return True
        if line.field in _TEXT | _TAIL or _ACCESSION.fullmatch(line.text):
            return False
    return False


@dataclass
class _CodedReader:
    """Reads lines with codes into an export; the attributes are its state between two lines."""

    export: _Export
    record: Record = field(default_factory=dict)  # the article being read
    name: str = ""  # its field being read
    clear: bool = True  # whether the code that opened it is clear: then all are
    between: list[str] = field(default_factory=list)  # lines between it and the next article

    def read(self, texts: list[str]) -> None:
        lines = list(_coded(texts))
        for n, (line, after) in enumerate(pairwise([*lines, _Line("")])):
            if line.field == "accession" and not _ACCESSION.fullmatch(line.full):
                line = _Line(line.text)  # prose
            values = list(filter(None, [line.value]))
            if self._opens(line, lines[n : n + 16]):
                self.export.set_aside(self.between)
                self.between = []
                self._open(line, {line.field: values})
            elif line.field in _TAIL and self.ended() and self.headless():
                self._open(line, {"text": self.headless(), line.field: values})
                self.between = list(filter(_SUMMARY.fullmatch, self.between))  # it may go on
            elif self._goes_on(line, after):
                self.name = line.field
                self.record[self.name] = values
            elif self.ended():
                self.between.append(line.text)
            else:
                self.record[self.name].append(line.text)
        self.export.set_aside(self.between)

    def ended(self) -> bool:
        return not self.record or (self.name == "accession" and bool(self.record["accession"]))

    def headless(self) -> list[str]:
        """Lines between the articles: outside them, or the text of one whose head was cut off."""
        return _without_summary(self.between)

    def _open(self, line: _Line, record: Record) -> None:
        self.record, self.name, self.clear = record, line.field, line.clear
        self.export.records.append(record)

    def _opens(self, line: _Line, ahead: list[_Line]) -> bool:
        """Whether the line opens the next article, also where this one was cut off."""
        clear = line.clear or not self.clear
        if line.field == "accession":
            again = self.ended() or (clear and self._has("accession"))
            return again and not self.headless()
        if line.field not in _HEAD:
            return False
        if self._is_over(line):
            return clear or _announced(ahead)
        return clear and self._is_full(line) and _announced(ahead)

    def _is_over(self, line: _Line) -> bool:
        """Whether the article has ended, and the field is not one that it still lacks."""
        return self.ended() and (not self.record or self._has(line.field, "title", *_TEXT))

    def _is_full(self, line: _Line) -> bool:
        """Whether the field may begin an article, and this one has title and text already."""
        return line.field in _FIRST and self._has("title") and self._has(line.field, *_TEXT)

    def _has(self, *names: str) -> bool:
        return not self.record.keys().isdisjoint(names)

    def _goes_on(self, line: _Line, after: _Line) -> bool:
        """Whether the code may occur here; prose that begins with two capitals stays prose."""
        if not (line.field and self.record) or self._has(line.field):
            return False
        if line.clear:
            return True
        leaves_text = self.name in _TEXT and line.field != "accession"
        return not self.clear and (not leaves_text or self._ends_text(line, after))

    def _ends_text(self, line: _Line, after: _Line) -> bool:
        if line.field in _LISTS:
            return bool(_LIST.fullmatch(line.text))
        ends_lead = (self.name, line.field) == ("lead", "text")
        return ends_lead or {line.field, after.field} <= _TAIL


# The display layout


def _headings(lines: list[str]) -> list[int]:
    """The lines with the number of words in a heading without codes: a date follows each."""
    return [
        n
        for n, (count, date) in enumerate(pairwise(lines))
        if common.WORD_COUNT.fullmatch(count) and _DATE.fullmatch(date)
    ]


def _has_headings(lines: list[str]) -> bool:
    """Whether there are headings, and an accession number, Factiva's name or a language."""
    headings = _headings(lines)
    under = [line for n in headings for line in lines[n + 3 : n + 9]]
    name = "Factiva, Inc" in "\n".join(lines)
    number = any(map(_ACCESSION.fullmatch, lines))
    return bool(headings) and (name or number or any(map(_LANGUAGE.fullmatch, under)))


def _read_display(lines: list[str], export: _Export) -> None:
    """Add the articles of the lines to the export, and the lines that belong to none.

    >>> export = _Export()
    >>> lines = ["Talks go on", "3 words", "31 May 2018", "The Lantern", "Two envoys met."]
    >>> _read_display(lines, export)
    >>> export.records  # doctest: +NORMALIZE_WHITESPACE
    [{'title': ['Talks go on'], 'length': ['3 words'], 'publishing_date': ['31 May 2018'],
    'publisher': ['The Lantern'], 'text': ['Two envoys met.']}]
    """
    body: list[str] = []
    record: Record = {}  # the article being read
    headings = set(_headings(lines))
    n = 0
    while n < len(lines):
        if _ACCESSION.fullmatch(lines[n]):
            if not record and body:  # the head of this article was cut off
                export.records.append(record)
            record["text"], record["accession"] = body, [lines[n]]
            record, body, n = {}, [], n + 1
        elif n in headings:
            front = body
            if record:  # it was cut off before its accession number
                record["text"], front = _split(body)
            record, body = {}, []
            export.set_aside(_read_front(front, record))
            export.records.append(record)
            n = _read_heading(lines, n, record)
        else:
            body.append(lines[n])
            n += 1
    if record:
        record["text"] = body
    else:
        export.set_aside(body)


def _split(lines: list[str]) -> tuple[list[str], list[str]]:
    """The lines without the last, and the last: a headline, or a headline and a byline."""
    size = 2 if lines and common.BYLINE.match(lines[-1]) else 1
    return lines[:-size], lines[-size:]


def _read_front(lines: list[str], record: Record) -> list[str]:
    """Read section, headline and byline; return the lines that are none of them."""
    outside, lines = _front(lines)
    if _ends_with_byline(lines):
        record["authors"] = [lines.pop()]
    if len(lines) > 1 and len(lines[0].split()) <= 4:
        record["section"] = [lines.pop(0)]
    record["title"] = lines
    return outside


def _front(lines: list[str]) -> tuple[list[str], list[str]]:
    if any(map(_SUMMARY.fullmatch, lines)):  # its end is not marked
        return _split(lines)
    counts = list(filter(_COUNT.fullmatch, lines))
    return counts, [line for line in lines if line not in (*counts, *_PLATFORM)]


def _ends_with_byline(lines: list[str]) -> bool:
    """Whether the last line is a byline; a name alone may also be a headline under a section."""
    if len(lines) < 2:
        return False
    more = len(lines) > 2 or len(lines[0].split()) > 4
    return bool(common.BYLINE.match(lines[-1]) or (more and common.NAME.fullmatch(lines[-1])))


def _read_heading(lines: list[str], n: int, record: Record) -> int:
    """Read the fields from the number of words on; return where the text begins."""
    record["length"], record["publishing_date"], n = [lines[n]], [lines[n + 1]], n + 2
    for name, form in _UNDER_DATE.items():
        if form.fullmatch("".join(lines[n : n + 1])):
            record[name], n = [lines[n]], n + 1
    for m, line in enumerate(lines[n : n + 4], n):
        if _LANGUAGE.fullmatch(line):
            _read_edition(lines[n:m], record)
            record["language"], n = [line], m + 1
            break
    while n < len(lines) and _RIGHTS.fullmatch(lines[n]):
        record.setdefault("copyright", []).append(lines[n])
        n += 1
    return n


def _read_edition(lines: list[str], record: Record) -> None:
    for line in lines:
        record.setdefault("page" if _PAGE.fullmatch(line) else "edition", []).append(line)
