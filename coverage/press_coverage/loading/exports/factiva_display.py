"""Factiva's display layout: headline, byline, number of words, date, source and text, with no codes before them."""

import re

from press_coverage.loading.exports.common import BYLINE, NAMES, WORDS

ACCESSION = re.compile(
    r"(?:AN[ \t|]+)?(?:Document|Dokument) ([A-Z][A-Z0-9]{7,19}[a-z][a-z0-9]{4,12})[ |]*", re.ASCII
)
_MONTH = r"[^\W\d_]{3,10}\.?"
_DATE = re.compile(rf"\d{{1,2}}\.? {_MONTH} \d{{4}}|{_MONTH} \d{{1,2}}, \d{{4}}")
_TIME = re.compile(r"\d{1,2}:\d{2}(?::\d{2})?(?: ?(?:AM|PM|am|pm|Uhr))?(?: [A-Z]{2,5})?")
_SOURCE_CODE = re.compile(r"[A-Z][A-Z0-9]{1,9}")
_PAGE = re.compile(r"[A-Z]{0,3}\d{1,4}(?:[,;–-] ?[A-Z]{0,3}\d{1,4})*")
LANGUAGE = re.compile(
    r"English|German|French|Spanish|Italian|Russian|Dutch|Portuguese|Polish|Korean|Japanese|Arabic|Turkish|Chinese(?: - \w+)?|"
    r"Deutsch|Englisch|Französisch|Spanisch|Italienisch|Russisch|Niederländisch|Portugiesisch|Polnisch|Koreanisch|Japanisch"
)
_RIGHTS = re.compile(r"(?:Copyright|©|\([cC]\)|All [Rr]ights|Alle Rechte)(?: |$).*")
PLATFORM = frozenset(("Factiva", "Dow Jones", "Dow Jones Factiva", "DOW JONES", "FACTIVA"))
SUMMARY = re.compile(r"(?:Search )?Summary|(?:Such)?[Zz]usammenfassung|Suchübersicht")
COUNT = re.compile(
    r"(?:Headlines \d+ - \d+ of )?(\d{1,6}) (?:headlines?|articles?|documents?|Überschriften|Schlagzeilen|Artikel|Dokumente?)"
    r"|(?:Results Found|Gefundene Ergebnisse|Treffer):?[ \t|]+(\d{1,6})"
)
Record = dict[str, list[str]]  # code -> lines; the body is LP, then TD


def is_heading(lines: list[str], n: int) -> bool:
    """Whether line n is the number of words in a heading without codes: a date follows."""
    return bool(WORDS.fullmatch(lines[n]) and n + 1 < len(lines) and _DATE.fullmatch(lines[n + 1]))


def read_display(lines: list[str], records: list[Record], outside: list[tuple[int, str]]) -> None:
    """Add the articles of the lines to `records`, and lines that belong to none to `outside`, with the number of articles before.

    >>> records = []
    >>> read_display(["Talks go on", "3 words", "31 May 2018", "The Lantern", "Two envoys met."], records, [])
    >>> records
    [{'HD': ['Talks go on'], 'WC': ['3 words'], 'PD': ['31 May 2018'], 'SN': ['The Lantern'], 'TD': ['Two envoys met.']}]
    """
    body: list[str] = []
    record: Record = {}
    n, whole = 0, True
    while n < len(lines):
        line = lines[n]
        if found := ACCESSION.fullmatch(line):
            if not record and body:  # the head of this article was cut off
                record = {}
                records.append(record)
            record["TD"], record["AN"] = body, [found[0]]
            record, body, whole = {}, [], True
        elif is_heading(lines, n):
            front, body = (body, []) if whole else _split(body)
            if record:
                record["TD"] = body
            record, body, whole = {}, [], False
            outside += [(len(records), part) for part in _front(front, record)]
            records.append(record)
            n = _heading(lines, n, record)
            continue
        else:
            body.append(line)
        n += 1
    if record:
        record["TD"] = body
    else:
        outside += [(len(records), part) for part in _without_summary(body)]


def _split(body: list[str]) -> tuple[list[str], list[str]]:
    """The headline before a second heading, and the body of the article that was cut off before it."""
    size = 2 if body and BYLINE.match(body[-1]) else 1
    return body[-size:], body[:-size]


def _without_summary(lines: list[str]) -> list[str]:
    start = next((n for n, line in enumerate(lines) if SUMMARY.fullmatch(line)), len(lines))
    counts = [line for line in lines[start:] if COUNT.fullmatch(line)]
    return [line for line in lines[:start] if line not in PLATFORM] + counts


def _front(lines: list[str], record: Record) -> list[str]:
    """Set section, headline and byline from the lines before the number of words; return what belongs to none of them."""
    summary = any(
        SUMMARY.fullmatch(line) for line in lines
    )  # without its end: only the lines next to the heading are sure
    rest = _split(lines)[1] if summary else [line for line in lines if COUNT.fullmatch(line)]
    lines = (
        _split(lines)[0]
        if summary
        else [line for line in lines if not COUNT.fullmatch(line) and line not in PLATFORM]
    )
    if len(lines) > 1 and (
        BYLINE.match(lines[-1])
        or ((len(lines) > 2 or len(lines[0].split()) > 4) and NAMES.fullmatch(lines[-1]))
    ):
        record["BY"], lines = [lines[-1]], lines[:-1]
    if len(lines) > 1 and len(lines[0].split()) <= 4:
        record["SE"], lines = [lines[0]], lines[1:]
    record["HD"] = lines
    return _without_summary(rest)


def _heading(lines: list[str], n: int, record: Record) -> int:
    """Set the fields from the number of words on; return where the text begins."""
    record["WC"], record["PD"], n = [lines[n]], [lines[n + 1]], n + 2
    for code, pattern in (("ET", _TIME), ("SN", None), ("SC", _SOURCE_CODE)):
        if n < len(lines) and (pattern is None or pattern.fullmatch(lines[n])):
            record[code], n = [lines[n]], n + 1
    language = next(
        (m for m in range(n, min(n + 4, len(lines))) if LANGUAGE.fullmatch(lines[m])), None
    )
    if language is not None:
        for line in lines[n:language]:
            record.setdefault("PG" if _PAGE.fullmatch(line) else "ED", []).append(line)
        record["LA"], n = [lines[language]], language + 1
    while n < len(lines) and _RIGHTS.fullmatch(lines[n]):
        record.setdefault("CY", []).append(lines[n])
        n += 1
    return n
