"""Factiva exports: the articles of a TXT, RTF or HTML download, with its two-letter codes or in the display layout."""

import re
from collections.abc import Iterator
from typing import Any

from press_coverage.loading.exports.common import WORDS, authors_of, count_of, doubts
from press_coverage.loading.exports.factiva_display import (
    ACCESSION,
    COUNT,
    LANGUAGE,
    PLATFORM,
    SUMMARY,
    Record,
    is_heading,
    read_display,
)

_FIELDS = {  # code -> key of the record
    "CLM": "column", "SE": "section", "HD": "title", "BY": "authors", "CR": "credit", "WC": "length", "PD": "publishing_date",
    "ET": "time", "SN": "publisher", "SC": "source_code", "ED": "edition", "PG": "page", "VOL": "volume", "LA": "language",
    "CY": "copyright", "LP": "lead", "TD": "text", "ART": "art", "CT": "contact", "RF": "references", "CO": "companies",
    "IN": "industries", "NS": "subjects", "RE": "regions", "IPC": "information_codes", "IPD": "descriptors",
    "PUB": "publishing_house", "AN": "accession",
}  # fmt: skip
_HEAD = frozenset("CLM SE HD BY CR WC PD ET SN SC ED PG VOL LA CY LP TD".split())
_STARTS = frozenset(("CLM", "SE", "HD"))
_LISTS = frozenset(
    ("CO", "IN", "NS", "RE")
)  # "gdip : International Relations": a code before the colon
_CODE = re.compile(
    rf"({'|'.join(sorted(_FIELDS, key=len, reverse=True))})(?:([ \t|]+)(\S.*)|[ \t|]*)"
)
_FURNITURE = re.compile(
    r"(?:(?:Page|Seite) \d+ (?:of|von) \d+[ \t|]*)?(?:©|\([cC]\)|Copyright) ?\d{4} Factiva, Inc\b.{0,60}|(?:Page|Seite) \d+ (?:of|von) \d+"
)


def is_factiva(text: str) -> bool:
    """Whether the first 20,000 characters hold a Factiva article: coded fields, its heading, or its accession number.

    Source: the field codes as Factiva prints them.

    >>> is_factiva("HD\\tTalks go on\\nWC\\t512 words\\nPD\\t31 May 2018"), is_factiva("TV crews met. BY the way, 512 words.")
    (True, False)
    """
    lines = _lines(text[:20_000])
    codes = {found[1] for line in lines if (found := _CODE.fullmatch(line))}
    if (
        codes >= {"HD", "WC"}
        and codes & {"PD", "SN", "LP"}
        and any(_coded_count(lines, n) for n in range(len(lines)))
    ):
        return True
    heads = [n for n, line in enumerate(lines) if is_heading(lines, n)]
    if heads and any(ACCESSION.fullmatch(line) or "Factiva, Inc" in line for line in lines):
        return True
    return any(LANGUAGE.fullmatch(line) for n in heads for line in lines[n + 3 : n + 9])


def read_factiva(text: str) -> Iterator[dict[str, Any]]:
    """Yield the articles and notes of an export, in its order, then {"declared": n} where it prints how many it holds.

    Dates are given as printed, with the time; `length` counts words as declared, and is compared with the words of the body.
    In a file of several exports the declared numbers are added up. Raises nothing: what fits no layout is noted, with its text.

    Source: the field codes as Factiva prints them.

    >>> list(read_factiva("HD\\tTalks\\nWC\\t3 words\\nPD\\t31 May 2018\\nLP\\tTwo envoys met.\\nAN\\tDocument XYZ0000020180531ee5v00001"))
    ... # doctest: +NORMALIZE_WHITESPACE
    [{'row': 1, 'title': 'Talks', 'body': 'Two envoys met.', 'publishing_date': '31 May 2018',
    'accession': 'XYZ0000020180531ee5v00001', 'length': 3}]
    """
    records: list[Record] = []
    outside: list[tuple[int, str]] = []  # (number of the record before which it stands, line)
    for coded, lines in _runs(_lines(text)):
        (_read_coded if coded else read_display)(lines, records, outside)
    numbered = any("AN" in record for record in records)
    counts: tuple[set[tuple[int, int]], set[tuple[int, int]]] = (
        set(),
        set(),
    )  # printed before the articles, and after them
    left: dict[int, list[str]] = {}
    for place, line in outside:
        if count := COUNT.fullmatch(line):
            counts[count[1] is None].add((place, int(count[1] or count[2])))
        else:
            left.setdefault(place, []).append(line)
    for row, record in enumerate(records, 1):
        yield from _outside(left.get(row - 1, []))
        yield from _record(row, record, numbered)
    yield from _outside(left.get(len(records), []))
    if declared := max(sum(n for _, n in side) for side in counts):
        yield {"declared": declared}


def _lines(text: str) -> list[str]:
    stripped = (line.replace("\xa0", " ").strip(" \r\f\v\ufeff|") for line in text.split("\n"))
    return [
        line.strip() for line in stripped if line.strip() and not _FURNITURE.fullmatch(line.strip())
    ]


def _coded_count(lines: list[str], n: int) -> bool:
    """Whether line n is the coded number of words, on this line or on the next."""
    found = _CODE.fullmatch(lines[n])
    return bool(
        found and found[1] == "WC" and WORDS.fullmatch(found[3] or "".join(lines[n + 1 : n + 2]))
    )


def _runs(lines: list[str]) -> Iterator[tuple[bool, list[str]]]:
    """Runs of articles in one layout: each article ends with its accession number, so that the layout changes only there."""
    ends = [n + 1 for n, line in enumerate(lines) if ACCESSION.fullmatch(line)]
    run: list[str] = []
    coded: bool | None = None
    for start, end in zip([0, *ends], [*ends, len(lines)], strict=True):
        chunk = lines[start:end]
        codes = {found[1] for line in chunk if (found := _CODE.fullmatch(line))}
        kind = True if len(codes) > 2 or codes == {"AN"} else coded
        if any(
            is_heading(chunk, n) and not _CODE.fullmatch(chunk[n - 1]) for n in range(len(chunk))
        ):
            kind = False
        if coded is not None and kind != coded:
            yield coded, run
            run = []
        run.extend(chunk)
        coded = kind
    yield bool(coded), run


def _read_coded(lines: list[str], records: list[Record], outside: list[tuple[int, str]]) -> None:
    record: Record | None = None
    code, firm, summary = "", True, False
    pending: list[str] = []  # lines after an accession number, before the next code
    for n, line in enumerate(lines):
        found = _CODE.fullmatch(line)
        name, value = (found[1], found[3] or "") if found else ("", "")
        sure = not found or found[2] != " "  # a line of its own or a tab: prose has neither
        ended = record is None or (code == "AN" and bool(record["AN"]))
        if name == "AN" and not ACCESSION.fullmatch(value or "".join(lines[n + 1 : n + 2])):
            name = ""
        if (
            name
            and not (name == "AN" and pending)
            and _opens(name, sure or not firm, record, ended, lines, n)
        ):
            outside += [(len(records), part) for part in pending]
            record, code, firm, summary, pending = {name: []}, name, sure, False, []
            records.append(record)
        elif (
            name and ended and pending and name not in _HEAD
        ):  # the head of this article was cut off
            record, code, firm, pending = {"TD": pending, name: []}, name, sure, []
            records.append(record)
        elif name and record is not None and _follows(name, sure, firm, record, code, lines, n):
            record[name], code = [], name
        elif record is not None and not ended:
            value = line
        else:
            summary = summary or SUMMARY.fullmatch(line) is not None
            if COUNT.fullmatch(line) or not (summary or line in PLATFORM):
                pending.append(line)
            continue
        if value:
            record[code].append(value)
    outside += [(len(records), part) for part in pending]


def _opens(
    name: str, sure: bool, record: Record | None, ended: bool, lines: list[str], n: int
) -> bool:
    """Whether a code opens the next article."""
    if record is None or (
        ended and (name in record or not record.keys().isdisjoint(("HD", "LP", "TD")))
    ):
        return name == "AN" or (name in _HEAD and (sure or _ahead(lines, n)))
    again = (
        name in _STARTS
        and "HD" in record
        and (name in record or not record.keys().isdisjoint(("LP", "TD")))
    )
    return sure and ((again and _ahead(lines, n)) or (name == "AN" and name in record))


def _ahead(lines: list[str], n: int) -> bool:
    """Whether a coded number of words or a coded date follows before the text does."""
    for m in range(n, min(n + 16, len(lines))):
        found = _CODE.fullmatch(lines[m])
        if ACCESSION.fullmatch(lines[m]) or (
            found and (found[1] in ("LP", "TD") or found[1] not in _HEAD)
        ):
            return False
        if _coded_count(lines, m) or (found and found[1] == "PD"):
            return True
    return False


def _follows(
    name: str, sure: bool, firm: bool, record: Record, code: str, lines: list[str], n: int
) -> bool:
    """Whether a code may stand here, so that prose that begins with two capitals stays prose."""
    if name in record or (firm and not sure):
        return False
    if sure or name == "AN" or code not in ("LP", "TD"):
        return True
    if name in _LISTS:
        return re.fullmatch(r"\w+ [a-z0-9]{2,12} ?: .*", lines[n]) is not None
    after = _CODE.fullmatch(lines[n + 1]) if n + 1 < len(lines) else None
    return (name == "TD" and code == "LP") or (
        name not in _HEAD and after is not None and after[1] not in _HEAD
    )


def _outside(lines: list[str]) -> Iterator[dict[str, Any]]:
    if lines:
        reason = "text outside the articles of the Factiva export was not read; if it belongs to one, export the articles again"
        yield {"action": "not_read", "reason": reason, "rule": "outside", "text": "\n".join(lines)}


def _record(row: int, fields: Record, numbered: bool) -> Iterator[dict[str, Any]]:
    found = {code: " ".join(lines) for code, lines in fields.items() if lines}
    length = count_of(found.pop("WC", ""))
    body = "\n".join([*fields.get("LP", []), *fields.get("TD", [])])
    record: dict[str, Any] = {"row": row, "title": found.pop("HD", None), "body": body}
    if "ET" in found and "PD" in found:
        found["PD"] += " " + found.pop("ET")
    if "BY" in found:
        found["BY"] = authors_of(found["BY"])
    if "AN" in found:
        found["AN"] = re.sub(r"^(?:AN[ \t|]+)?(?:Document|Dokument) ", "", found["AN"])
    record |= {
        _FIELDS[code]: found[code] for code in _FIELDS if code in found and code not in ("LP", "TD")
    }
    yield record if length is None else {**record, "length": length}
    whole = ("AN" in found or not numbered) and not fields.keys().isdisjoint(("HD", "PD", "WC"))
    yield from doubts(
        "Factiva", row, body, length, cut="" if whole else "lacks its head or its accession number"
    )
