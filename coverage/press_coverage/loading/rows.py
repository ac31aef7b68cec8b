"""Tables: the rows of CSV, JSON, JSONL, Parquet and Excel files, some at a time, each with its place in the file."""

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any

import pyarrow.parquet
import python_calamine

Notes = list[dict[str, object]]
Rows = list[
    tuple[int, dict[str, Any]]
]  # the place in the file, counted as a spreadsheet does, and the fields
_NEXT = re.compile(r"[\s,\[\]\ufeff]*")
Part = tuple[tuple[str, ...], Rows]  # the columns, and some rows


def parse(kind: str, source: Iterable[str] | io.BufferedIOBase, notes: Notes) -> Iterator[Part]:
    """Columns and rows of a table, some rows at a time; rows that cannot be read are noted in `notes` before the others come.

    `source` is the text of a csv, json or jsonl file in pieces that end with a row, or an open parquet or excel file.
    Raises ValueError, csv.Error, OSError, RecursionError or CalamineError where the table cannot be parsed.

    >>> list(parse("csv", ["title;text\\nTalks;Kim schreibt."], []))
    [(('title', 'text'), [(2, {'title': 'Talks', 'text': 'Kim schreibt.'})])]
    """
    if isinstance(source, io.BufferedIOBase):
        yield from _of_parquet(source) if kind == "parquet" else [_of_excel(source)]
    elif kind == "csv":
        yield from _of_csv(source, notes)
    elif kind == "json":
        parsed = _json("".join(source), notes)
        lists = (
            [v for v in parsed.values() if isinstance(v, list) and v and isinstance(v[0], dict)]
            if isinstance(parsed, dict)
            else []
        )
        parsed = lists[0] if len(lists) == 1 else parsed  # {"articles": [...]}, as services answer
        yield _objects(
            list(enumerate(parsed if isinstance(parsed, list) else [parsed], start=1)), notes
        )
    else:
        start = 1
        for text in source:
            lines = text.split("\n")
            yield _objects(list(_json_lines(lines, start, notes)), notes)
            start += len(lines) - (lines[-1] == "")


def _json(text: str, notes: Notes) -> Any:
    """What a JSON file holds; of one that is cut, or of several joined ones, the objects that are whole."""
    try:
        return json.loads(text)
    except json.JSONDecodeError as problem:
        decoder, found, damage = json.JSONDecoder(), [], problem
        opened = re.match(r'\s*\{[^{}\[\]]{0,1000}"\s*:\s*\[|\s*\[?', text)
        at = opened.end() if opened else 0
        while (at := _NEXT.match(text, at).end()) < len(text):  # type: ignore[union-attr]
            try:
                item, at = decoder.raw_decode(text, at)
            except json.JSONDecodeError:
                break
            found += item if isinstance(item, list) else [item]
        if not found:
            raise
        said = f"the JSON is damaged or joined from several ({damage}); {len(found)} objects were read, export it again if some are missing"
        notes.append({"action": "partly_read", "reason": said, "rule": "json"})
        return found


def _json_lines(lines: list[str], start: int, notes: Notes) -> Iterator[tuple[int, object]]:
    for row, line in enumerate(lines, start=start):
        try:
            if line.strip():
                yield row, json.loads(line)
        except (json.JSONDecodeError, RecursionError) as problem:
            reason = f"row {row} is not JSON ({problem}); repair the line"
            notes.append({"action": "not_read", "reason": reason, "rule": "row", "row": row})


def _objects(items: list[tuple[int, object]], notes: Notes) -> Part:
    good = [(row, item) for row, item in items if isinstance(item, dict)]
    for row in sorted({row for row, _ in items} - {row for row, _ in good}):
        notes.append(
            {
                "action": "not_read",
                "reason": f"row {row} is not an object with fields",
                "rule": "row",
                "row": row,
            }
        )
    if not good:
        raise ValueError("no row is an object with fields")
    return tuple(dict.fromkeys(str(column) for _, fields in good for column in fields)), good


def _of_parquet(opened: io.BufferedIOBase) -> Iterator[Part]:
    start = 2
    for batch in pyarrow.parquet.ParquetFile(opened).iter_batches(batch_size=2_000):
        kept = [
            name for name in batch.schema.names if not re.fullmatch(r"__index_level_\d+__", name)
        ]  # pandas' nameless index
        rows = list(enumerate(batch.select(kept).to_pylist(), start))
        start += len(rows)
        yield tuple(kept), rows


def _of_excel(opened: io.BufferedIOBase) -> Part:
    """The first sheet with cells; merged cells all have the value of their first."""
    book = python_calamine.CalamineWorkbook.from_filelike(opened)
    for name in book.sheet_names:
        sheet = book.get_sheet_by_name(name)
        cells = sheet.to_python(skip_empty_area=False)
        if not cells:
            continue
        for (top, left), (bottom, right) in sheet.merged_cell_ranges or ():
            for row in range(top, min(bottom + 1, len(cells))):
                cells[row][left : right + 1] = [cells[top][left]] * (
                    min(right + 1, len(cells[row])) - left
                )
        start = next(i for i, row in enumerate(cells) if any(c != "" for c in row))
        header = _distinct(str(c) for c in cells[start])
        rows = (
            (i, [None if c == "" else c for c in row])
            for i, row in enumerate(cells[start + 1 :], start + 2)
        )
        return header, [
            (i, dict(zip(header, row, strict=False)))
            for i, row in rows
            if any(c is not None for c in row)
        ]
    raise ValueError("no sheet has a cell")


def _of_csv(texts: Iterable[str], notes: Notes) -> Iterator[Part]:
    csv.field_size_limit(2**31 - 1)
    texts = iter(texts)
    first = next(texts)
    declared = re.match(r"sep=(.)\s*\n", first)  # Excel's own line before the header
    first = first[declared.end() :] if declared else first
    head = first.split("\n", 1)[0]
    delimiter = declared[1] if declared else max(",;\t|", key=head.count)
    header: tuple[str, ...] = ()
    printed: list[str] = []
    start = 2
    for text in chain([first], texts):
        lines = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
        if not header and not lines:
            raise ValueError("it has no header")
        if not header:
            printed, lines = lines[0], lines[1:]
            header = _distinct(printed)
        for row, cells in enumerate(lines, start):
            if cells == printed:
                reason = f"row {row} is the header again: two tables were joined"
                notes.append({"action": "dropped", "reason": reason, "rule": "header", "row": row})
            elif cells and len(cells) != len(header):
                reason = f"row {row} has {len(cells)} cells, the header {len(header)}; is a quotation mark or a {delimiter!r} not escaped?"
                notes.append(
                    {
                        "action": "not_read",
                        "reason": reason,
                        "rule": "row",
                        "row": row,
                        "text": delimiter.join(cells),
                    }
                )
        try:
            list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
        except csv.Error as problem:
            reason = f"a quotation mark is opened and not closed, or not doubled ({problem}); rows behind it may have run into one"
            notes.append({"action": "partly_read", "reason": reason, "rule": "quotes"})
        good = (
            (row, cells)
            for row, cells in enumerate(lines, start)
            if len(cells) == len(header) and cells != printed
        )
        yield header, [(row, dict(zip(header, cells, strict=True))) for row, cells in good]
        start += len(lines)


def _distinct(header: Iterable[str]) -> tuple[str, ...]:
    """The columns' names; one that stands twice gets a number."""
    names: dict[str, None] = {}
    for name in header:
        own, count = name, 2
        while own in names:
            own, count = f"{name}_{count}", count + 1
        names[own] = None
    return tuple(names)
