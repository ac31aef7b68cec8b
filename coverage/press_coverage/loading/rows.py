"""Tables: the rows of CSV, JSON, JSONL, Parquet and Excel files, some at a time, by their place."""

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any

import python_calamine

from press_coverage.loading.notes import Notes, Rows, note, unused
from press_coverage.loading.streams import UnreadableError
from press_coverage.tables.extras import extra_module

Source = Iterable[str] | io.BufferedIOBase  # text in pieces, or an open file
Part = tuple[tuple[str, ...], Rows]  # the columns, and some rows

FAULTS = (ValueError, csv.Error, OSError, RecursionError, python_calamine.CalamineError)
_BETWEEN = re.compile(r"[\s,\[\]\ufeff]*")  # what separates the objects of a list
_OPENING = re.compile(
    r'\s*\{[^{}\[\]]{0,1000}"\s*:\s*\['  # {"status": "ok", "articles": [, as services answer
    r"|\s*\[?"  # or a list of objects
)
_INDEX = re.compile(r"__index_level_\d+__")  # pandas' nameless index


def parse(kind: str, source: Source, notes: Notes) -> Iterator[Part]:
    r"""Columns and rows of a table, some rows at a time.

    `source` is the text of a csv, json or jsonl file in pieces that end with a row, or an open
    parquet or excel file. Rows that cannot be read are noted in `notes` before the others come.
    Raises one of FAULTS where the table cannot be parsed.

    >>> list(parse("csv", ["title;text\nTalks;Kim schreibt."], []))
    [(('title', 'text'), [(2, {'title': 'Talks', 'text': 'Kim schreibt.'})])]
    """
    if isinstance(source, io.BufferedIOBase):
        yield from _of_parquet(source) if kind == "parquet" else [_of_excel(source)]
    elif kind == "csv":
        yield from _of_csv(source, notes)
    elif kind == "json":
        yield _objects(list(enumerate(_listed("".join(source), notes), start=1)), notes)
    else:
        start = 1
        for text in source:
            lines = text.split("\n")
            yield _objects(list(_json_lines(lines, start, notes)), notes)
            start += len(lines) - (lines[-1] == "")


def _listed(text: str, notes: Notes) -> list[Any]:
    """The objects of a JSON file: a list, the only list of objects in one object, or one object."""
    parsed = _json(text, notes)
    values = parsed.values() if isinstance(parsed, dict) else ()
    lists = [v for v in values if isinstance(v, list) and v and isinstance(v[0], dict)]
    parsed = lists[0] if len(lists) == 1 else parsed
    return parsed if isinstance(parsed, list) else [parsed]


def _json(text: str, notes: Notes) -> Any:
    """What a JSON file holds; where it is cut or joined from several, its whole objects."""
    try:
        return json.loads(text)
    except json.JSONDecodeError as problem:
        objects = list(_whole_objects(text))
        if not objects:
            raise
        damage = f"the JSON is damaged or joined from several ({problem})"
        reason = f"{damage}; {len(objects)} objects were read, export it again if some are missing"
        notes.append(note("partly_read", reason, "json"))
        return objects


def _whole_objects(text: str) -> Iterator[Any]:
    decoder = json.JSONDecoder()
    at = next(_OPENING.finditer(text)).end()
    while (at := next(_BETWEEN.finditer(text, at)).end()) < len(text):
        try:
            item, at = decoder.raw_decode(text, at)
        except json.JSONDecodeError:
            return
        yield from item if isinstance(item, list) else [item]


def _json_lines(lines: list[str], start: int, notes: Notes) -> Iterator[tuple[int, object]]:
    for row, line in enumerate(lines, start=start):
        try:
            if line.strip():
                yield row, json.loads(line)
        except (json.JSONDecodeError, RecursionError) as problem:
            reason = f"row {row} is not JSON ({problem}); repair the line"
            notes.append(note("not_read", reason, "row", row=row))


def _objects(items: list[tuple[int, object]], notes: Notes) -> Part:
    rows: Rows = []
    for row, item in items:
        if isinstance(item, dict):
            rows.append((row, item))
        else:
            reason = f"row {row} is not an object with fields"
            notes.append(note("not_read", reason, "row", row=row))
    if not rows:
        raise ValueError("no row is an object with fields")
    return tuple(dict.fromkeys(str(column) for _, fields in rows for column in fields)), rows


def _of_parquet(opened: io.BufferedIOBase) -> Iterator[Part]:
    try:
        parquet = extra_module("pyarrow.parquet", "a Parquet file", "parquet")
    except ImportError as problem:
        raise UnreadableError(str(problem), "parquet") from None
    start = 2
    for batch in parquet.ParquetFile(opened).iter_batches(batch_size=2_000):
        columns = [name for name in batch.schema.names if not _INDEX.fullmatch(name)]
        yield tuple(columns), list(enumerate(batch.select(columns).to_pylist(), start))
        start += batch.num_rows


def _of_excel(opened: io.BufferedIOBase) -> Part:
    """The first sheet with cells."""
    book = python_calamine.CalamineWorkbook.from_filelike(opened)
    sheets = (_cells(book.get_sheet_by_name(name)) for name in book.sheet_names)
    cells = next(filter(None, sheets), None)
    if cells is None:
        raise ValueError("no sheet has a cell")
    top = next(at for at, row in enumerate(cells) if _is_filled(row))
    header = _distinct(map(str, cells[top]))
    filled = [(at, row) for at, row in enumerate(cells[top + 1 :], top + 2) if _is_filled(row)]
    return header, [(at, _record(header, row)) for at, row in filled]


def _record(header: Iterable[str], row: Iterable[Any]) -> dict[str, Any]:
    """A row by its columns, empty cells as None."""
    filled = (None if cell == "" else cell for cell in row)
    return dict(zip(header, filled, strict=False))


def _cells(sheet: python_calamine.CalamineSheet) -> list[list[Any]]:
    """The rows of a sheet; merged cells all have the value of their first."""
    cells = sheet.to_python(skip_empty_area=False)
    for (top, left), (bottom, right) in sheet.merged_cell_ranges or ():
        for row in cells[top : bottom + 1]:
            width = min(right + 1, len(row)) - left
            row[left : right + 1] = [cells[top][left]] * width
    return cells


def _is_filled(row: list[Any]) -> bool:
    return any(cell != "" for cell in row)


def _of_csv(texts: Iterable[str], notes: Notes) -> Iterator[Part]:
    texts = iter(texts)
    first, delimiter = _delimited(next(texts))
    printed: list[str] = []
    header: tuple[str, ...] = ()
    start = 2
    for text in chain([first], texts):
        rows = _csv_rows(text, delimiter)
        if not header and not rows:
            raise ValueError("it has no header")
        if not header:
            printed, rows = rows[0], rows[1:]
            header = _distinct(printed)
        good = _good_rows(rows, start, printed, delimiter, notes)
        notes += _open_quotes(text, delimiter)
        yield header, [(row, dict(zip(header, cells, strict=True))) for row, cells in good]
        start += len(rows)


def _delimited(text: str) -> tuple[str, str]:
    """The text from its header on, and what separates its cells."""
    declared = re.match(r"sep=(.)\s*\n", text)  # Excel's own line before the header
    if declared:
        return text[declared.end() :], declared[1]
    return text, max(",;\t|", key=text.split("\n", 1)[0].count)


def _csv_rows(text: str, delimiter: str, *, strict: bool = False) -> list[list[str]]:
    limit = csv.field_size_limit(2**31 - 1)  # the whole process's, so it is set back
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=strict))
    finally:
        csv.field_size_limit(limit)


def _good_rows(
    rows: list[list[str]], start: int, header: list[str], delimiter: str, notes: Notes
) -> list[tuple[int, list[str]]]:
    """The rows with as many cells as the header, by their place; a note on each other."""
    good: list[tuple[int, list[str]]] = []
    for row, cells in enumerate(rows, start):
        if cells == header:
            reason = f"row {row} is the header again: two tables were joined"
            notes.append(note("dropped", reason, "header", row=row))
        elif len(cells) == len(header):
            good.append((row, cells))
        elif cells:
            count = f"row {row} has {len(cells)} cells, the header {len(header)}"
            reason = f"{count}; is a quotation mark or a {delimiter!r} not escaped?"
            text = delimiter.join(cells)
            notes.append(note("not_read", reason, "row", row=row, text=text))
    return good


def _open_quotes(text: str, delimiter: str) -> Notes:
    try:
        _csv_rows(text, delimiter, strict=True)
    except csv.Error as problem:
        mark = f"a quotation mark is opened and not closed, or not doubled ({problem})"
        return [note("partly_read", f"{mark}; rows behind it may have run into one", "quotes")]
    return []


def _distinct(header: Iterable[str]) -> tuple[str, ...]:
    """The columns' names; one that occurs twice gets a number."""
    names: dict[str, None] = {}
    for name in header:
        names[unused(name, names)] = None
    return tuple(names)
