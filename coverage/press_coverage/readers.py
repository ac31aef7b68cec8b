"""Readers: the rows of the tables that researchers hold, as articles."""

import csv
import hashlib
import io
import json
import re
from importlib import resources
from typing import Any

import numpy as np
import pandas as pd
import python_calamine

from press_coverage.files import UnreadableError
from press_coverage.moments import month_first, parse_date

Notes = list[dict[str, object]]

# The usual column names, without case, blanks and marks; the first of those a table has is taken.
_COLUMNS = (resources.files("press_coverage") / "codebooks" / "columns.csv").read_text(encoding="utf-8")
_FIELD = {row["alias"]: row["column"] for row in csv.DictReader(_COLUMNS.splitlines())}
ALIASES = {field: [alias for alias, its in _FIELD.items() if its == field] for field in dict.fromkeys(_FIELD.values())}
_LANGUAGES = {"german": "de", "deutsch": "de", "english": "en", "englisch": "en", "russian": "ru", "korean": "ko", "french": "fr"}


def read_records(kind: str, data: str | bytes, name: str) -> tuple[pd.DataFrame, Notes]:
    """The articles of a table, one a row, with notes on each row or value that could not be used.

    Columns are known by `ALIASES`; others stay under their own names. A column `html`, where there is no other text,
    holds pages. Raises UnreadableError where no column holds the
    text.

    >>> rows, notes = read_records("csv", "Titel;Datum;Text\\nEin Brief;1. Juni 2018;Kim schreibt.", "a.csv")
    >>> rows[["doc_id", "title", "publishing_date", "body"]].astype(str).values.tolist()
    [['a.csv:2', 'Ein Brief', '2018-06-01 00:00:00+00:00', 'Kim schreibt.']]
    """
    notes: Notes = []
    try:
        frame = _parse(kind, data, notes)  # its index counts rows as a spreadsheet does
    except (ValueError, csv.Error, OSError, RecursionError, python_calamine.CalamineError) as problem:
        raise UnreadableError(f"the {kind} table cannot be parsed ({problem}); repair it or export it again", kind) from None
    has = ", ".join(map(str, frame.columns)) or "none"
    frame.columns = _columns([str(c) for c in frame.columns], notes)
    if "html" in frame and "body" not in frame:
        frame = frame.assign(format="html", raw=frame["html"]).drop(columns="html")
    elif not {"body", "url"} & set(frame):
        raise UnreadableError(f"no column holds the text (columns: {has}); rename it to 'body'", "columns")
    return completed(frame, name, notes), notes


def completed(frame: pd.DataFrame, name: str, notes: Notes) -> pd.DataFrame:
    """The rows as articles: cells as text, dates and codes understood, with id, hash, source_file, format and raw.

    The index is each row's place in the file `name`. What could not be understood is left empty, with a note.

    >>> rows = completed(pd.DataFrame({"body": ["Kim schreibt."], "language": ["Deutsch"]}, index=[2]), "a.csv", [])
    >>> rows[["doc_id", "language", "format"]].values.tolist()
    [['a.csv:2', 'de', 'table']]
    """
    frame = frame.astype(object)
    pages = "raw" in frame
    for column in frame.columns.intersection([*ALIASES, "raw"]):
        values = [_plain(v, "\n" if column in ("body", "raw") else "; ") for v in frame[column]]
        frame[column] = pd.Series(values, index=frame.index, dtype=object)
    listed = "body" not in frame and not pages
    found = frame["raw"] if pages else frame.get("body", pd.Series(None, index=frame.index, dtype=object))
    for row in frame.index[found.isna()] if not listed else ():
        notes.append({"action": "empty", "reason": "the cell 'body' is empty", "rule": "body", "row": row})
    if "publishing_date" in frame:
        _dated(frame, notes)
    for column, convert, want in (("language", _language, "a language such as 'de'"), ("country", _country, "two letters such as 'US'")):
        for row, value in frame[column].dropna().items() if column in frame else ():
            frame.at[row, column] = result = convert(value.strip())
            if result is None:
                notes.append(_odd(column, value, want, row))
    given = frame["doc_id"] if "doc_id" in frame else pd.Series(None, index=frame.index, dtype=object)
    frame["doc_id"] = given.fillna(pd.Series([f"{name}:{row}" for row in frame.index], index=frame.index, dtype=object))
    frame["sha256"] = [hashlib.sha256((text if isinstance(text, str) else "").encode()).hexdigest() for text in found]
    return frame.assign(source_file=name, format=frame.get("format", "table"), raw=found)


def _dated(frame: pd.DataFrame, notes: Notes) -> None:
    """Dates as instants, with the zone that they were printed with; whether a column puts the month first, all of it tells."""
    printed: dict[Any, str] = frame["publishing_date"].dropna().to_dict()
    american = month_first(printed.values())
    if american is None and (
        unclear := [row for row, value in printed.items() if re.match(r"\s*(\d{1,2})/(?!\1/)(?:0?\d|1[0-2])/", value)]
    ):
        example = printed[unclear[0]]
        reason = f"{len(unclear)} dates such as {example!r} may be day first or month first; they were read day first"
        notes.append({"action": "repaired", "reason": reason, "rule": "month_first"})
    read = {row: parse_date(value.strip(), month_first=bool(american)) for row, value in printed.items()}
    for row in [row for row, found in read.items() if found is None]:
        notes.append(_odd("publishing_date", printed[row], "a date such as 2018-05-31T16:42:00+02:00", row))
    frame["publishing_date"] = pd.Series({row: found[0] if (found := read.get(row)) else None for row in frame.index}, dtype=object)
    zones = {row: found[1] if (found := read.get(row)) else None for row in frame.index}
    if any(zones.values()):
        frame["time_zone"] = pd.Series(zones, dtype=object)


def _odd(column: str, value: str, want: str, row: object) -> dict[str, object]:
    reason = f"column {column!r}: {value[:80]!r} was not understood and left empty; write {want}"
    return {"action": "repaired", "reason": reason, "rule": column, "row": row}


def _parse(kind: str, data: str | bytes, notes: Notes) -> pd.DataFrame:
    if kind == "excel" and isinstance(data, bytes):
        return _parse_excel(data)
    if isinstance(data, bytes):
        frame = pd.read_parquet(io.BytesIO(data))
        frame = frame.reset_index() if any(frame.index.names) else frame
        return frame.set_axis(range(2, len(frame) + 2))
    if kind == "csv":
        return _parse_csv(data, notes)
    if kind == "json":
        whole = json.loads(data)
        lists = [v for v in whole.values() if isinstance(v, list) and v and isinstance(v[0], dict)] if isinstance(whole, dict) else []
        whole = lists[0] if len(lists) == 1 else whole  # {"articles": [...]}, as services answer
        items = list(enumerate(whole if isinstance(whole, list) else [whole], start=1))
    else:
        items = []
        for row, line in enumerate(data.split("\n"), start=1):
            try:
                items += [(row, json.loads(line))] if line.strip() else []
            except (json.JSONDecodeError, RecursionError) as problem:
                reason = f"row {row} is not JSON ({problem}); repair the line"
                notes.append({"action": "not_read", "reason": reason, "rule": "row", "row": row})
    good = {row: item for row, item in items if isinstance(item, dict)}
    for row in {row for row, _ in items} - set(good):
        notes.append({"action": "not_read", "reason": f"row {row} is not an object with fields", "rule": "row", "row": row})
    if not good:
        raise ValueError("no row is an object with fields")
    return pd.DataFrame(list(good.values()), index=list(good), dtype=object)


def _parse_excel(data: bytes) -> pd.DataFrame:
    """The first sheet with cells; merged cells all have the value of their first."""
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
    for name in book.sheet_names:
        sheet = book.get_sheet_by_name(name)
        cells = sheet.to_python(skip_empty_area=False)
        if not cells:
            continue
        for (top, left), (bottom, right) in sheet.merged_cell_ranges or ():
            for row in range(top, min(bottom + 1, len(cells))):
                cells[row][left : right + 1] = [cells[top][left]] * (min(right + 1, len(cells[row])) - left)
        start = next(i for i, row in enumerate(cells) if any(c != "" for c in row))
        header = [str(c) for c in cells[start]]
        rows = {i: [None if c == "" else c for c in row] for i, row in enumerate(cells[start + 1 :], start + 2)}
        good = {i: row for i, row in rows.items() if any(c is not None for c in row)}
        return pd.DataFrame(list(good.values()), index=list(good), columns=header, dtype=object)
    raise ValueError("no sheet has a cell")


def _parse_csv(text: str, notes: Notes) -> pd.DataFrame:
    declared = re.match(r"sep=(.)\s*\n", text)  # Excel's own line before the header
    text = text[declared.end() :] if declared else text
    head = text.split("\n", 1)[0]
    delimiter = declared[1] if declared else max(",;\t|", key=head.count)
    csv.field_size_limit(2**31 - 1)
    header, *lines = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    good = {row: cells for row, cells in enumerate(lines, start=2) if len(cells) == len(header)}
    for row, cells in enumerate(lines, start=2):
        if cells and row not in good:
            reason = f"row {row} has {len(cells)} cells, the header {len(header)}; is a quotation mark or a {delimiter!r} not escaped?"
            notes.append({"action": "not_read", "reason": reason, "rule": "row", "row": row, "text": delimiter.join(cells)})
    try:
        list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error as problem:
        reason = f"a quotation mark is opened and not closed, or not doubled ({problem}); rows behind it may have run into one"
        notes.append({"action": "partly_read", "reason": reason, "rule": "quotes"})
    return pd.DataFrame(list(good.values()), index=list(good), columns=header, dtype=object)


def _columns(names: list[str], notes: Notes) -> list[str]:
    """Our names for the columns we know; the first of two that mean the same wins, and no name stands twice."""
    plain = [re.sub(r"[\W_]", "", name.lower()) for name in names]
    best: dict[str, int] = {}
    for field, aliases in ALIASES.items():
        for alias in aliases:
            if alias in plain and field not in best:
                best[field] = plain.index(alias)
    renamed = {at: field for field, at in best.items()}
    out: list[str] = []
    taken = {*ALIASES, *renamed.values()}
    for at, name in enumerate(names):
        wanted = _FIELD.get(plain[at])
        if at not in renamed and wanted:
            reason = f"column {name!r} was not used for {wanted!r}, column {names[best[wanted]]!r} was; it stays a column of its own"
            notes.append({"action": "repaired", "reason": reason, "rule": "columns"})
        own, count = name, 2
        while at not in renamed and own in taken:
            own, count = f"{name}_{count}", count + 1
        taken.add(own)
        out.append(renamed.get(at, own))
    return out


def _plain(value: Any, joint: str) -> str | None:
    """A cell as text; None for a gap. Lists and what holds lists are joined, {"id": ..., "name": ...} is its name."""
    if isinstance(value, dict):
        value = [value["name"]] if "name" in value else list(value.values())
    if isinstance(value, list | tuple | np.ndarray):
        return joint.join(filter(None, (_plain(v, joint) for v in value))) or None
    if value is None or (pd.api.types.is_scalar(value) and bool(pd.isna(value))):
        return None
    whole = int(value) if isinstance(value, float) and value.is_integer() else value
    text = str(whole).encode("utf-8", "replace").decode()  # half a surrogate pair cannot be written
    return text if text.strip() else None


def _language(value: str) -> str | None:
    low = value.lower()
    return _LANGUAGES.get(low) or (low[:2] if re.fullmatch(r"[a-z]{2}([-_].*)?", low) else None)


def _country(value: str) -> str | None:
    if value.upper() == "UK":
        return "GB"
    return value.upper() if re.fullmatch(r"[A-Za-z]{2}", value) else None
