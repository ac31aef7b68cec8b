"""LexisNexis exports: a download of Nexis Uni, Nexis or LexisNexis Academic, English or German.

An article is a list of blocks: its head (title, publisher, date, labelled fields), its text, and
its tail (labelled fields). Nexis Uni ends it with a mark, the older layouts open it with one.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import filterfalse, pairwise, takewhile
from typing import Any, NamedTuple

from press_coverage.codebooks.reading import pattern, words
from press_coverage.loading.exports import common
from press_coverage.text.dates import DATE

# label without case -> our name of the field
_HEAD = {label.casefold(): name for label, name in common.labels("nexis.head").items()}
_TAIL = {label.casefold(): name for label, name in common.labels("nexis.tail").items()}
_FIELDS = _HEAD | _TAIL
_LONG = {"graphic", "notes", "correction", "classification"}  # may go on over some blocks
_LABEL = re.compile(r"([^\W\d_][^\W\d_-]*(?:-[^\W\d_]+)?) ?:(?:\s+(\S.*))?", re.DOTALL)
_START = pattern("exports", "nexis.start", re.IGNORECASE)
_END = pattern("exports", "nexis.end", re.IGNORECASE)
_FRONT = pattern("exports", "nexis.front")
_FRONT_OPENS = pattern("exports", "nexis.front_opens")
_LISTED = pattern("exports", "nexis.listed")
_BOILERPLATE = pattern("exports", "nexis.boilerplate", re.IGNORECASE)
_RIGHTS = pattern("exports", "nexis.rights", re.IGNORECASE)
_MONTH = pattern("exports", "nexis.month")
_SECTION_PAGE = pattern("exports", "nexis.section_page")
_CONVERTERS: dict[str, Callable[[str], Any]] = {
    "authors": common.authors_of,
    "length": common.count_of,
    "language": lambda value: value.split(";")[0].strip(),
}
_CLOCK = pattern("exports", "nexis.clock").pattern  # also its zone
_WEEKDAY = "|".join(words("exports", "nexis.after_date"))  # also what is printed with a clock
_AFTER_DATE = re.compile(rf"(?:[\s,.;]*(?:{_WEEKDAY}|{_CLOCK})(?!\w))*[\s,.;]*", re.IGNORECASE)


def is_nexis(text: str) -> bool:
    r"""Whether a text holds two signs of a LexisNexis export: marks, its front, its fields.

    Args:
        text: the text of a file; its first 100,000 characters are looked at.

    Examples:
        >>> lines = ["1 of 2 DOCUMENTS", "The Lantern", "May 31, 2018", "Talks", "LENGTH: 3 words"]
        >>> is_nexis("\n\n".join(lines)), is_nexis("Length: 512 words")
        (True, False)
    """
    lines = [line.strip() for line in text[:100_000].split("\n")]
    marks = (_START.fullmatch, _END.fullmatch, _LISTED.fullmatch, _FRONT.fullmatch)
    return sum(any(map(sign, lines)) for sign in (*marks, _has_length, _has_load_date)) > 1


def read_nexis(text: str) -> Iterator[dict[str, Any]]:
    r"""Yield the articles and notes of an export, in its order, and the declared number.

    Lines that the TXT download breaks at 80 characters are joined. Raises nothing: what fits no
    layout is noted, with its text.

    Args:
        text: the text of the export, or of several, one after the other.

    Yields:
        An article with `row` (its number, from 1), `body` and its other fields; dates as printed,
        and `length` in words as declared. A note where something was not read, or where `length`
        and the words of the body differ. At the end, where the export prints how many articles it
        holds, {"declared": n}, added up over several exports.

    Source:
        The fields that LexisNexisTools (Gruber, doi:10.32614/CRAN.package.LexisNexisTools) reads.

    Examples:
        >>> page = ["Talks", "The Lantern", "May 31, 2018 Thursday", "Length: 3 words", "Body"]
        >>> page += ["Two envoys met.", "Load-Date: May 31, 2018", "End of Document"]
        >>> list(read_nexis("\n".join(page)))  # doctest: +NORMALIZE_WHITESPACE
        [{'row': 1, 'title': 'Talks', 'publisher': 'The Lantern',
        'publishing_date': 'May 31, 2018 Thursday', 'length': 3,
        'load_date': 'May 31, 2018', 'body': 'Two envoys met.'}]
    """
    documents = list(_documents(_blocks(text)))
    rows = yield from common.articles_and_notes("Nexis", map(_part, documents))
    if not rows:
        reason = "it is the list of an export's documents; load those, too"
        yield {"action": "not_read", "reason": reason, "rule": "front"}
    if declared := _declared(documents):
        yield {"declared": declared}


@dataclass
class _Block:
    """A paragraph; of one line, but where lines were broken at 80 characters."""

    lines: list[str]

    @property
    def text(self) -> str:
        return " ".join(self.lines)

    @cached_property
    def head(self) -> tuple[str, str]:
        """Our name and the value of a labelled field before the text, or empty strings."""
        if self.lone_label == "body":
            return "body", ""
        return _field(self.lines[0], _HEAD)

    @cached_property
    def tail(self) -> tuple[str, str]:
        """The same of a field behind the text."""
        return _field(self.lines[0], _TAIL)

    @cached_property
    def lone_label(self) -> str:
        """Our name of the field whose label is alone on a line, as in Nexis Uni."""
        line = self.lines[0]
        if len(self.lines) > 1 or not line[0].isupper():
            return ""
        return _FIELDS.get(line.rstrip(":").casefold(), "")

    @property
    def is_long(self) -> bool:
        return not _LONG.isdisjoint((self.tail[0], self.lone_label))

    @property
    def is_rights(self) -> bool:
        return _RIGHTS.fullmatch(self.lines[0]) is not None


class _Document(NamedTuple):
    """What is between two marks."""

    blocks: list[_Block]
    mark: list[int]  # its number, and of how many, where a mark opens it
    ended: bool  # whether a mark ends it


def _has_length(line: str) -> bool:
    label, value = _labelled(line)
    return _HEAD.get(label) == "length" and bool(common.count_of(value))


def _has_load_date(line: str) -> bool:
    label, value = _labelled(line)
    return _TAIL.get(label) == "load_date" and bool(DATE.search(value))


def _labelled(line: str) -> tuple[str, str]:
    """The label without case, and the value behind it."""
    match = _LABEL.fullmatch(line)
    return (match[1].casefold(), match[2] or "") if match else ("", "")


def _field(line: str, names: dict[str, str]) -> tuple[str, str]:
    """Our name and the value of a labelled line; labels are title case or capitals."""
    label, value = _labelled(line)
    return (names[label], value) if label in names and line[0].isupper() else ("", "")


def _blocks(text: str) -> list[_Block]:
    lines = [" ".join(line.split()) for line in text.replace("\f", "\n\n").split("\n")]
    begins = _begins if _are_broken(lines) else bool
    blocks: list[list[str]] = [[]]
    for line in filterfalse(_BOILERPLATE.fullmatch, lines):
        if not line:
            blocks.append([])
        elif blocks[-1] and not begins(line):
            blocks[-1].append(line)
        else:
            blocks.append([line])
    return list(map(_Block, filter(None, blocks)))


def _are_broken(lines: list[str]) -> bool:
    """Whether most lines end where the next line's first word had no room."""
    width = max(map(len, lines))
    full = [len(a) + 1 + len(b.split(" ", 1)[0]) > width for a, b in pairwise(lines) if a and b]
    return width <= 90 and sum(full) > len(full) / 2


def _begins(line: str) -> bool:
    """Whether a line never goes on with the one above it."""
    return bool(_START.fullmatch(line) or _END.fullmatch(line) or _field(line, _HEAD)[0])


def _documents(blocks: list[_Block]) -> Iterator[_Document]:
    mark: list[int] = []
    chunk: list[_Block] = []
    for block in blocks:
        start, end = _START.fullmatch(block.lines[0]), _END.fullmatch(block.lines[-1])
        if start or end or (chunk and _FRONT_OPENS.match(block.lines[0])):
            if chunk:
                yield _Document(chunk, mark, ended=end is not None)
            mark, chunk = _numbers(start), []
        if not start and not end:
            chunk.append(block)
    if chunk:
        yield _Document(chunk, mark, ended=False)


def _numbers(start: re.Match[str] | None) -> list[int]:
    return list(map(int, filter(None, start.groups()))) if start else []


def _declared(documents: list[_Document]) -> int:
    """How many documents the exports print that they hold; the numbers start again with each."""
    declared = last = 0
    for document in documents:
        if document.mark:
            number, of = document.mark
            declared = declared + of if number <= last else max(declared, of)
            last = number
        listed = map(_LISTED.fullmatch, [block.lines[0] for block in document.blocks])
        declared += sum(int(match[1]) for match in filter(None, listed))
    return declared


def _part(document: _Document) -> tuple[list[str], dict[str, Any], str]:
    """Lines outside the article, the article, how it shows that it is cut off."""
    start, article = _article(document)
    texts = (block.text for block in document.blocks[:start])
    front = takewhile(lambda text: not (_FRONT.fullmatch(text) or _LISTED.fullmatch(text)), texts)
    tail = article.keys() & {"load_date", "language", "copyright"}
    whole = tail if document.mark else document.ended
    return list(front), article, "" if whole else "lacks its end"


def _article(document: _Document) -> tuple[int, dict[str, Any]]:
    """The block where the article begins, and the article; empty without a date and a field."""
    blocks, old = document.blocks, bool(document.mark)
    start, under, head = _places(blocks, old=old)
    if start == len(blocks):
        return start, {}
    record = _source(blocks[start:under], old=old)
    _read_between(blocks[under:], head - under, record)
    begin = _read_head(blocks, head, record)
    end = _read_tail(blocks, begin, record)
    rights = [block.text for block in blocks[start:begin] + blocks[end:] if block.is_rights]
    record |= {"copyright": " ".join(rights)} if rights else {}
    texts = [record.pop("body", ""), *(block.text for block in blocks[begin:end])]
    record["body"] = "\n".join(filter(None, texts))
    return start, _understood(record)


def _places(blocks: list[_Block], *, old: bool) -> tuple[int, int, int]:
    """Where the article begins, the block under its date, and its first labelled field."""
    nowhere = len(blocks)
    field = _first_field(blocks, 0, nowhere)
    # above the date are no more than title and publisher: a later one is in the text
    date = _first_date(blocks[: field + 3])
    if date is not None:
        under = date + 1
        return 0 if old else max(0, date - 2), under, _first_field(blocks, under, under)
    start = 0 if old else max(0, field - 3)
    return (start, start, field) if field < nowhere else (nowhere, nowhere, nowhere)


def _first_field(blocks: list[_Block], start: int, default: int) -> int:
    return next((n for n in range(start, len(blocks)) if blocks[n].head[0]), default)


def _first_date(blocks: list[_Block]) -> int | None:
    return next((n for n, block in enumerate(blocks) if _is_date(block.lines[0])), None)


def _is_date(line: str) -> bool:
    """Whether a line is a date, with no more than its weekday, a time and a zone."""
    if _MONTH.fullmatch(line):
        return True
    date = DATE.search(line) if len(line) < 70 else None
    return bool(date and _AFTER_DATE.fullmatch(f"{line[: date.start()]} {line[date.end() :]}"))


def _texts(blocks: list[_Block]) -> list[str]:
    return [block.text for block in blocks if not block.is_rights]


def _source(blocks: list[_Block], *, old: bool) -> dict[str, Any]:
    """Title, publisher, date and what is on its line; older layouts have the title elsewhere."""
    if not blocks:
        return {}
    *above, date = blocks
    names = _texts(above)
    keys = ["publisher"] if old or len(names) < 2 else ["title", "publisher"]
    record = dict(zip(keys, names, strict=False))
    return record | {"publishing_date": date.lines[0], "edition": " ".join(date.lines[1:])}


def _read_between(blocks: list[_Block], size: int, record: dict[str, Any]) -> None:
    """Read the edition under the date, and above the fields a title that occurs nowhere else."""
    texts = [record.pop("edition", ""), *_texts(blocks[:size])]
    titled = "title" in {*record, *(block.head[0] for block in blocks)}
    if len(texts) > 1 and not titled:
        record["title"] = texts.pop()
    if parts := [part.strip(" ;") for part in texts if part]:
        record["edition"] = "; ".join(parts)


def _read_head(blocks: list[_Block], start: int, record: dict[str, Any]) -> int:
    """Read the fields before the text; return where it begins."""
    name = ""
    for n, block in enumerate(blocks[start:], start):
        field, value = block.head
        if field and field not in record:
            name = field
            record[name] = " ".join(filter(None, [value, *block.lines[1:]]))
            if name == "body":
                return n + 1
        elif name and _goes_on(blocks[n + 1 : n + 4], record):
            record[name] += f"; {block.text}"
        elif not block.is_rights and (name or "title" in record):
            return n
    return len(blocks)


def _goes_on(blocks: list[_Block], record: dict[str, Any]) -> bool:
    """Whether the head goes on: the length or the label of the text is still to come."""
    fields = {block.head[0] for block in blocks}
    labels = {block.lone_label for block in blocks}
    return "body" in labels or ("length" in fields and "length" not in record)


def _read_tail(blocks: list[_Block], begin: int, record: dict[str, Any]) -> int:
    """Read the fields behind the text, from the last on; return where the text ends."""
    end = len(blocks)
    for n in range(end - 1, begin - 1, -1):
        block = blocks[n]
        field, value = block.tail
        if end < len(blocks) and block.lone_label in _LONG:
            field = field or block.lone_label
        if field:
            first = " ".join([value, *block.lines[1:]]).strip()
            parts = [first, *_texts(blocks[n + 1 : end]), record.get(field, "")]
            record[field] = "; ".join(filter(None, parts))
            end = n
        elif block.is_rights:
            end = n if end == n + 1 else end
        elif not any(above.is_long for above in blocks[max(begin, n - 5) : n]):
            break
    return end


def _understood(record: dict[str, Any]) -> dict[str, Any]:
    """The record with its values in the forms of the table of articles, without empty ones."""
    record = {name: _CONVERTERS.get(name, str)(value) for name, value in record.items()}
    if match := _SECTION_PAGE.fullmatch(record.get("section", "")):
        record["section"], record["page"] = match.groups()
    return {name: value for name, value in record.items() if value or name == "body"}
