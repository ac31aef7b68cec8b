"""Sheets: coding in a spreadsheet, blind; faults of what comes back are named by their row."""

import csv
from collections.abc import Container, Iterable, Mapping, Sequence
from difflib import get_close_matches
from io import StringIO
from pathlib import Path

import pandas as pd

from press_coverage.coding.blinding import blind, mask, unmasked
from press_coverage.coding.decisions import CODES, coder_file
from press_coverage.tables.schema import SHOWN, need

_FORMULA = tuple("=+-@\t\r")  # with which a spreadsheet takes a cell for a formula


def write_sheet(
    sample: pd.DataFrame,
    folder: str | Path,
    coder: str,
    *,
    show: Sequence[str] = (),
    seed: int = 2018,
    separator: str = ",",
) -> Path:
    """Write a coder's blind sheet, with empty columns code and note, as CSV that Excel opens.

    Cells that a spreadsheet would take for a formula get an apostrophe in front.

    Args:
        sample: units, as `draw` gives them.
        folder: where to write it.
        coder: the coder's name, after which the file is named.
        show: columns of the articles that the coder may see, see `blind`.
        seed: of the order of the rows, see `blind`.
        separator: between cells; ';' where Excel puts all into one column, as in a German system.

    Returns:
        The sheet's path.

    Raises:
        ValueError: where the file is there: it may hold codes.
    """
    path = coder_file(folder, coder)
    if path.exists():
        wrong = "there is a sheet already, which may hold codes"
        raise ValueError(f"{path}: {wrong}; move it away first")
    sheet = blind(sample, coder, show=show, seed=seed).assign(code="", note="")
    sheet["unit"] = sheet["unit"].map(mask)
    path.parent.mkdir(parents=True, exist_ok=True)
    cells = sheet.astype("str").mask(sheet.isna(), "").map(_no_formula)
    cells.to_csv(path, index=False, sep=separator, encoding="utf-8-sig", quoting=csv.QUOTE_ALL)
    return path


def read_sheet(
    path: str | Path, sample: pd.DataFrame, guide: pd.DataFrame, *, gaps: bool = False
) -> pd.DataFrame:
    """The codes of a coder's sheet.

    Args:
        path: the sheet as CSV or Excel, named after the coder.
        sample: the units for which it was written.
        guide: the codes, as `read_guide` gives them.
        gaps: leave rows without a code out.

    Returns:
        unit, coder (the file's name), value, note.

    Raises:
        ValueError: with a line for each fault (the first twenty), as file and row of the
            spreadsheet: a code that is not in the guide, a unit that is missing, doubled or
            unknown, a text that was changed.
    """
    path = Path(path)
    drawn = unmasked(sample.assign(text=sample["text"].map(_no_formula)))
    known = {code.lower(): code for code in guide["code"]}
    seen, codes, faults = set[str](), [], []
    for row, (masked, text, code, note) in enumerate(_rows(path), start=2):
        if not f"{masked}{text}{code}".strip():
            continue
        fault = _unit_fault(masked, text, drawn, seen) or _code_fault(code, known, gaps=gaps)
        if fault:
            faults.append(f"{path.name}:{row}: {fault}")
        elif code:
            codes.append((drawn[masked][0], path.stem, code, note.removeprefix("'")))
        seen.add(masked)
    lost = [masked for masked in drawn if masked not in seen]
    if lost:
        remedy = "copy them from the sheet as written"
        faults.append(f"{path.name}: {len(lost)} units have no row, {lost[0]!r} first; {remedy}")
    if faults:
        more = f"\n... and {len(faults) - SHOWN} more" if len(faults) > SHOWN else ""
        raise ValueError("\n".join(faults[:SHOWN]) + more)
    return pd.DataFrame(codes, columns=list(CODES))


def _unit_fault(
    masked: str, text: str, drawn: Mapping[str, tuple[str, str]], seen: Container[str]
) -> str | None:
    """What is wrong with the unit or the text of a row; `drawn` has unit and text by masked id."""
    if masked not in drawn:
        return f"unit {masked!r} is not in this sample"
    if masked in seen:
        return f"unit {masked!r} stands here a second time; keep one row"
    _, before = drawn[masked]
    if text.split() != before.split():
        began = f"it began {before[:40]!r}, and a code belongs to the text as drawn"
        return f"the text was changed; {began}"
    return None


def _code_fault(code: str, known: Mapping[str, str], *, gaps: bool) -> str | None:
    """What is wrong with a code; `known` are those of the guide by their lower case."""
    if code in known.values() or (gaps and not code):
        return None
    if not code:
        return "no code; give one, or read with gaps=True"
    near = get_close_matches(code.lower(), known, n=1)
    remedy = f"use one of: {', '.join(known.values())}"
    if near:
        remedy = f"did you mean {known[near[0]]!r}?"
    return f"{code!r} is no code; {remedy}"


def _no_formula(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def _rows(path: Path) -> Iterable[tuple[str, ...]]:
    """Masked unit, text, code (without blanks around it) and note of each row of a sheet."""
    table = _cells(path)
    need(table, ("unit", "text", "code"), f"{path.name}:1")
    table = table.assign(code=table["code"].str.strip(), note=table.get("note", ""))
    return table[["unit", "text", "code", "note"]].itertuples(index=False, name=None)


def _cells(path: Path) -> pd.DataFrame:
    """The sheet as text, empty where a cell is empty; commas, semicolons or tabs between."""
    if path.suffix.lower() in (".xlsx", ".xls", ".ods"):
        return pd.read_excel(path, dtype="str", keep_default_na=False, engine="calamine").fillna("")
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        remedy = "save it as 'CSV UTF-8', or as XLSX"
        raise ValueError(f"{path.name}: not UTF-8, so letters may be lost; {remedy}") from None
    header = text.split("\n", 1)[0]
    separator = max(",;\t", key=header.count)
    return pd.read_csv(StringIO(text), dtype="str", keep_default_na=False, sep=separator)
