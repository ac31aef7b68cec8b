"""LexisNexis exports: the articles of a Nexis Uni, Nexis or LexisNexis Academic download, in its English or German interface."""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from press_coverage.loading.exports.common import authors_of, count_of, doubts
from press_coverage.text.dates import DATE

_START = re.compile(
    r"(?:(\d+) (?:of|von|de) (\d+) DO[CK]UMENTE?S?|(?:Dokument|Document) (\d+) (?:von|of|de) (\d+))",
    re.I,
)
_END = re.compile(r"End of Document|Ende des Dokuments|Fin du document", re.I)
_FRONT = re.compile(
    r"(?:User Name|Date and Time|Job Number|Client/Matter|Search Terms|Download Request|Time Of Request|Send To|Project ID|Benutzername|"
    r"Datum und Uhrzeit|Auftragsnummer|Jobnummer|Suchbegriffe|Mandant/Akte|Downloadanforderung|Zeit der Anforderung|Senden an)\b.*"
)
_OPENS = re.compile(r"(?:User Name|Download Request|Benutzername|Downloadanforderung):")
_LISTED = re.compile(r"(?:Documents?|Dokumente?) \((\d+)\)")
_PAGE = re.compile(
    r"(?:Page|Seite) \d+ (?:of|von) \d+|\|? ?(?:About|Über) LexisNexis\b.*|© \d{4} LexisNexis\b.*",
    re.I,
)
_RIGHTS = re.compile(
    r"(?:Copyright|©|\([cC]\)) ?.*|All [Rr]ights [Rr]eserved\.?|Alle Rechte vorbehalten\.?", re.I
)
_HEAD = {
    "byline": "authors", "autor": "authors", "author": "authors", "verfasser": "authors", "section": "section", "rubrik": "section",
    "ressort": "section", "length": "length", "länge": "length", "longueur": "length", "dateline": "dateline", "headline": "title",
    "überschrift": "title", "titel": "title", "highlight": "lead", "body": "body", "text": "body", "series": "series", "serie": "series",
    "column": "column", "kolumne": "column", "edition": "edition", "ausgabe": "edition",
}  # fmt: skip
_TAIL = {
    "load-date": "load_date", "ladedatum": "load_date", "update": "load_date", "language": "language", "sprache": "language",
    "langue": "language", "publication-type": "publication_type", "publikationstyp": "publication_type", "pub-type": "publication_type",
    "publikationsart": "publication_type", "journal-code": "journal_code", "zeitschriftencode": "journal_code", "graphic": "graphic",
    "grafik": "graphic", "subject": "subject", "thema": "subject", "company": "companies", "unternehmen": "companies",
    "organization": "organizations", "organisation": "organizations", "ticker": "ticker", "industry": "industries",
    "branche": "industries", "person": "persons", "geographic": "regions", "geographie": "regions", "city": "city", "stadt": "city",
    "state": "state", "country": "places", "land": "places", "type": "type", "typ": "type", "document-type": "document_type",
    "notes": "notes", "hinweise": "notes", "correction": "correction", "berichtigung": "correction",
    "correction-date": "correction_date", "acc-no": "accession", "isbn": "isbn", "issn": "issn", "distribution": "distribution",
    "category": "category", "classification": "classification", "klassifizierung": "classification", "klassifikation": "classification",
}  # fmt: skip
_LONG = ("graphic", "notes", "correction", "classification")  # they may go on over some paragraphs
_LABEL = re.compile(r"([^\W\d_][^\W\d_-]*(?:-[^\W\d_]+)?) ?:(?:\s+(\S.*))?", re.S)
_AFTER_DATE = re.compile(
    r"(?:[\s,.;]*(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|(?:mon|diens|donners|frei|sams|sonn)tag|mittwoch|sonnabend|"
    r"\d{1,2}[:.]\d\d(?:[:.]\d\d)?|[ap]\.?m\.?|uhr|[A-Z]{1,5}|eastern|time|standard)(?!\w))*[\s,.;]*",
    re.I,
)
_MONTH = re.compile(r"(?:[^\W\d_]{3,10}(?:[-/ ][^\W\d_]{3,10})? )\d{4}")
Block = list[str]  # lines of a paragraph


def is_nexis(text: str) -> bool:
    """Whether the first 100,000 characters hold two signs of a LexisNexis export: marks of documents, its front, its fields.

    >>> is_nexis("1 of 2 DOCUMENTS\\n\\nThe Lantern\\n\\nMay 31, 2018\\n\\nTalks\\n\\nLENGTH: 3 words"), is_nexis("Length: 512 words")
    (True, False)
    """
    seen = set()
    for line in map(str.strip, text[:100_000].split("\n")):
        label = _LABEL.fullmatch(line)
        name = label[1].casefold() if label else ""
        seen |= {"start"} if _START.fullmatch(line) else {"end"} if _END.fullmatch(line) else set()
        seen |= (
            {"listed"}
            if _LISTED.fullmatch(line)
            else {"front"}
            if _FRONT.fullmatch(line)
            else set()
        )
        seen |= (
            {"length"}
            if _HEAD.get(name) == "length" and label and count_of(label[2] or "")
            else set()
        )
        seen |= (
            {"load"}
            if _TAIL.get(name) == "load_date" and label and DATE.search(label[2] or "")
            else set()
        )
    return len(seen) > 1


def read_nexis(text: str) -> Iterator[dict[str, Any]]:
    """Yield the articles and notes of an export, in its order, then {"declared": n} where it prints how many it holds.

    Dates are given as printed; `length` counts words as declared, and is compared with the words of the body. Lines that the
    TXT download breaks at 80 characters are joined. In a file of several exports the declared numbers are added up.
    Raises nothing: what fits no layout is noted, with its text.

    Source: the fields that LexisNexisTools (Gruber, doi:10.32614/CRAN.package.LexisNexisTools) reads.

    >>> page = ["Talks", "The Lantern", "May 31, 2018 Thursday", "Length: 3 words", "Body", "Two envoys met.", "Load-Date: May 31, 2018"]
    >>> list(read_nexis("\\n".join([*page, "End of Document"])))  # doctest: +NORMALIZE_WHITESPACE
    [{'row': 1, 'title': 'Talks', 'publisher': 'The Lantern', 'publishing_date': 'May 31, 2018 Thursday', 'length': 3,
    'load_date': 'May 31, 2018', 'body': 'Two envoys met.'}]
    """
    row = declared = last = 0
    for number, chunk, ended in _documents(_blocks(text)):
        if number:
            declared, last = (
                declared + (number[1] if number[0] <= last else max(number[1] - declared, 0)),
                number[0],
            )
        declared += sum(int(found[1]) for block in chunk if (found := _LISTED.fullmatch(block[0])))
        front, record = _record(chunk, old=number is not None)
        lines = [" ".join(block) for block in front]
        lines = lines[
            : next(
                (
                    n
                    for n, line in enumerate(lines)
                    if _FRONT.fullmatch(line) or _LISTED.fullmatch(line)
                ),
                None,
            )
        ]
        if lines:
            reason = "text outside the articles of the Nexis export was not read; if it belongs to one, export the articles again"
            yield {
                "action": "not_read",
                "reason": reason,
                "rule": "outside",
                "text": "\n".join(lines),
            }
        if not record:
            continue
        row += 1
        whole = (
            ended
            if number is None
            else any(key in record for key in ("load_date", "language", "copyright"))
        )
        yield {"row": row, **record}
        yield from doubts(
            "Nexis", row, record["body"], record.get("length"), cut="" if whole else "lacks its end"
        )
    if not row:
        yield {
            "action": "not_read",
            "reason": "it is the list of an export's documents; load those, too",
            "rule": "front",
        }
    if declared:
        yield {"declared": declared}


def _blocks(text: str) -> list[Block]:
    """Paragraphs as lists of lines: of one line each, but where lines were broken at 80 characters."""
    lines = [" ".join(line.split()) for line in text.replace("\f", "\n\n").split("\n")]
    width = max(map(len, lines), default=0)
    full = [
        len(a) + 1 + len(b.split(" ", 1)[0]) > width for a, b in pairwise(lines) if a and b
    ]  # the next word had no room
    broken = width <= 90 and sum(full) > len(full) / 2
    blocks: list[Block] = [[]]
    for line in lines:
        if not line:
            blocks.append([])
        elif _PAGE.fullmatch(line):
            continue
        elif (
            broken
            and blocks[-1]
            and not _START.fullmatch(line)
            and not _END.fullmatch(line)
            and not _field(line, _HEAD)
        ):
            blocks[-1].append(line)
        else:
            blocks.append([line])
    return [block for block in blocks if block]


def _documents(blocks: list[Block]) -> Iterator[tuple[tuple[int, int] | None, list[Block], bool]]:
    """(number, of how many) where a mark opens the document, its paragraphs, and whether a mark ends it."""
    number, chunk = None, list[Block]()
    for block in blocks:
        found, ended = _START.fullmatch(block[0]), bool(_END.fullmatch(block[-1]))
        if _OPENS.match(block[0]) and chunk:  # the front of another export
            yield number, chunk, False
            number, chunk = None, []
        if not found and not ended:
            chunk.append(block)
            continue
        chunk += [block[:-1]] if ended and block[:-1] else []
        if chunk:
            yield number, chunk, ended
        number, chunk = (
            (int(found[1] or found[3]), int(found[2] or found[4])) if found else None,
            [],
        )
    if chunk:
        yield number, chunk, False


def _field(line: str, names: dict[str, str]) -> tuple[str, str] | None:
    """(our name, value) of a labelled line; labels are title case or capitals."""
    found = _LABEL.fullmatch(line)
    key = names.get(found[1].casefold()) if found and found[1][0].isupper() else None
    return (key, (found[2] or "")) if key and found else None


def _is_date(line: str) -> bool:
    found = DATE.search(line) if len(line) < 70 else None
    rest = found and line[: found.start()] + " " + line[found.end() :]
    return bool((rest is not None and _AFTER_DATE.fullmatch(rest)) or _MONTH.fullmatch(line))


def _record(chunk: list[Block], *, old: bool) -> tuple[list[Block], dict[str, Any] | None]:
    """What stands before the article, and the article; no article where there is neither a date nor a field."""
    fields = [
        n for n, block in enumerate(chunk) if _field(block[0], _HEAD) or _label(block) == "body"
    ]
    date = next((n for n, block in enumerate(chunk) if _is_date(block[0])), None)
    if date is not None and fields and fields[0] + 2 < date:
        date = None  # it stands in the text; before the article's own date stand no more than title and publisher
    first = next((n for n in fields if date is None or n > date), None)
    if date is None and first is None:
        return chunk, None
    record: dict[str, Any] = {}
    if date is not None:
        at = date + 1
        start = 0 if old else max(date - 2, 0)
        names = [" ".join(block) for block in chunk[start:date] if not _RIGHTS.fullmatch(block[0])]
        record = dict(
            zip(
                ["title", "publisher"] if len(names) > 1 and not old else ["publisher"],
                names,
                strict=False,
            )
        )
        record["publishing_date"] = chunk[date][0]
        under = [" ".join(chunk[date][1:])] if chunk[date][1:] else []
    else:
        start = at = 0 if old else max((first or 0) - 3, 0)
        under = []
    between = (
        [" ".join(b) for b in chunk[at:first] if not _RIGHTS.fullmatch(b[0])]
        if first is not None
        else []
    )
    if (
        "title" not in record
        and between
        and not any(f and f[0] == "title" for b in chunk[at:] if (f := _field(b[0], _HEAD)))
    ):
        record["title"] = between.pop()
    if under + between:
        record["edition"] = "; ".join(part.strip(" ;") for part in under + between)
    begin = _head(chunk, at if first is None else first, record)
    end = _tail(chunk, begin, record)
    rights = [
        " ".join(b)
        for n, b in enumerate(chunk)
        if not begin <= n < end and n >= start and _RIGHTS.fullmatch(b[0])
    ]
    record |= {"copyright": " ".join(rights)} if rights else {}
    record["body"] = "\n".join(
        [
            *([record["body"]] if record.get("body") else []),
            *(" ".join(b) for b in chunk[begin:end]),
        ]
    )
    return chunk[:start], _understood(record)


def _label(block: Block) -> str | None:
    """The field whose name stands alone on a line, as in Nexis Uni."""
    return (
        (_HEAD | _TAIL).get(block[0].rstrip(":").casefold())
        if len(block) == 1 and block[0][0].isupper()
        else None
    )


def _head(chunk: list[Block], at: int, record: dict[str, Any]) -> int:
    """Read the fields before the text; return where it begins."""
    key = ""
    for n in range(at, len(chunk)):
        found = _field(chunk[n][0], _HEAD)
        if _label(chunk[n]) == "body":
            return n + 1
        if found and found[0] not in record:
            key = found[0]
            record[key] = " ".join(filter(None, [found[1], *chunk[n][1:]]))
            if key == "body":
                return n + 1
        elif key and (
            any(_label(b) == "body" for b in chunk[n + 1 : n + 4]) or _later(chunk, n, record)
        ):
            record[key] += "; " + " ".join(chunk[n])  # a field over some paragraphs
        elif not _RIGHTS.fullmatch(chunk[n][0]) and (key or "title" in record):
            return n
    return len(chunk)


def _later(chunk: list[Block], n: int, record: dict[str, Any]) -> bool:
    """Whether the length is still to come."""
    return "length" not in record and any(
        (f := _field(b[0], _HEAD)) and f[0] == "length" for b in chunk[n + 1 : n + 4]
    )


def _tail(chunk: list[Block], begin: int, record: dict[str, Any]) -> int:
    """Read the fields behind the text, from the last on; return where the text ends."""
    end = n = len(chunk)
    while n > begin:
        n -= 1
        found, alone = _field(chunk[n][0], _TAIL), _label(chunk[n]) in _LONG and end < len(chunk)
        if found or alone:
            key, value = found or (str(_label(chunk[n])), "")
            more = [" ".join(b) for b in chunk[n + 1 : end] if not _RIGHTS.fullmatch(b[0])]
            record[key] = "; ".join(
                filter(None, [" ".join([value, *chunk[n][1:]]).strip(), *more, record.get(key, "")])
            )
            end = n
        elif not _RIGHTS.fullmatch(chunk[n][0]) and not _goes_on(chunk, begin, n):
            break
        elif end == n + 1:
            end = n if _RIGHTS.fullmatch(chunk[n][0]) else end
    return end


def _goes_on(chunk: list[Block], begin: int, n: int) -> bool:
    """Whether a long field opens up to five paragraphs before."""
    for block in reversed(chunk[max(begin, n - 5) : n]):
        found = _field(block[0], _TAIL)
        if (found and found[0] in _LONG) or _label(block) in _LONG:
            return True
    return False


def _understood(record: dict[str, Any]) -> dict[str, Any]:
    for key, convert in (
        ("authors", authors_of),
        ("length", count_of),
        ("language", lambda value: value.split(";")[0].strip()),
    ):
        if key in record:
            record[key] = convert(record[key])
    if found := re.fullmatch(
        r"(.*?)[;,] (?:Pg\.?|S\.|Seite|Page) ?(\S+)", record.get("section", "")
    ):
        record["section"], record["page"] = found[1], found[2]
    return {key: value for key, value in record.items() if value or key == "body"}
