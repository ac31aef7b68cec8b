"""Sheets: coding in a spreadsheet, blind, with every fault named by its row when the sheet comes back."""

import csv
from collections.abc import Sequence
from difflib import get_close_matches
from io import StringIO
from pathlib import Path

import pandas as pd

from press_coverage.coding.coder import COLLECTED, coder_file
from press_coverage.coding.sampling import blind, mask

_FORMULA = tuple("=+-@\t\r")  # with which a spreadsheet takes a cell for a formula
_SHOWN = 20  # faults named in one message


def write_sheet(
    sample: pd.DataFrame,
    folder: str | Path,
    coder: str,
    *,
    show: Sequence[str] = (),
    seed: int = 2018,
    separator: str = ",",
) -> Path:
    """Write a coder's blind sheet, with empty columns code and note, as CSV that Excel opens; its path, named after the coder.

    Order and `show` are those of `blind`. Cells that a spreadsheet would take for a formula get an apostrophe in front. Where Excel puts
    all into one column, as in a German system, `separator` is ';'. Raises ValueError where the file is there: it may hold codes.
    """
    path = coder_file(folder, coder)
    if path.exists():
        raise ValueError(
            f"{path}: there is a sheet already, which may hold codes; move it away first"
        )
    sheet = blind(sample, coder, show=show, seed=seed).assign(code="", note="")
    sheet["unit"] = sheet["unit"].map(mask)
    path.parent.mkdir(parents=True, exist_ok=True)
    cells = sheet.astype("str").mask(sheet.isna(), "").map(_no_formula)
    cells.to_csv(path, index=False, sep=separator, encoding="utf-8-sig", quoting=csv.QUOTE_ALL)
    return path


def read_sheet(
    path: str | Path, sample: pd.DataFrame, guide: pd.DataFrame, *, gaps: bool = False
) -> pd.DataFrame:
    """The codes of a coder's sheet (CSV or Excel): unit, coder (the file's name), value, note.

    With `gaps`, rows may be without a code, and are left out. Raises ValueError with a line for each fault (the first twenty), as file
    and row of the spreadsheet: a code that is not in the codebook, a unit that is missing, doubled or unknown, a text that was changed.
    """
    path = Path(path)
    table = _cells(path)
    missing = [name for name in ("unit", "text", "code") if name not in table]
    if missing:
        raise ValueError(
            f"{path.name}:1: no column {missing[0]!r}; it has {', '.join(map(str, table))}"
        )
    texts = {
        mask(unit): (unit, _no_formula(text))
        for unit, text in zip(sample["unit"], sample["text"], strict=True)
    }
    codes = {code.lower(): code for code in guide["code"]}
    wrong, rows, seen = [], [], set()
    notes = table["note"] if "note" in table else pd.Series("", index=table.index)
    for row, (masked, text, code, note) in enumerate(
        zip(table["unit"], table["text"], table["code"].str.strip(), notes, strict=True), start=2
    ):
        fault = ""
        if not f"{masked}{text}{code}".strip():
            continue
        if masked not in texts:
            fault = f"unit {masked!r} is not in this sample"
        elif masked in seen:
            fault = f"unit {masked!r} stands here a second time; keep one row"
        elif text.split() != texts[masked][1].split():
            fault = f"the text was changed; it began {texts[masked][1][:40]!r}, and a code belongs to the text as drawn"
        elif not code and not gaps:
            fault = "no code; give one, or read with gaps=True"
        elif code and code not in codes.values():
            near = get_close_matches(code.lower(), codes, n=1)
            fault = f"{code!r} is no code; " + (
                f"did you mean {codes[near[0]]!r}?"
                if near
                else f"use one of: {', '.join(codes.values())}"
            )
        elif code:
            rows.append(
                (texts[masked][0], path.stem, code, note[1:] if note.startswith("'") else note)
            )
        seen.add(masked)
        wrong += [f"{path.name}:{row}: {fault}"] if fault else []
    lost = [masked for masked in texts if masked not in seen]
    wrong += (
        [
            f"{path.name}: {len(lost)} units have no row, {lost[0]!r} first; copy them from the sheet as written"
        ]
        if lost
        else []
    )
    if wrong:
        raise ValueError(
            "\n".join(wrong[:_SHOWN])
            + (f"\n... and {len(wrong) - _SHOWN} more" if len(wrong) > _SHOWN else "")
        )
    return pd.DataFrame(rows, columns=list(COLLECTED))


def _no_formula(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def _cells(path: Path) -> pd.DataFrame:
    """The sheet as text, empty where a cell is empty; commas, semicolons or tabs between."""
    if path.suffix.lower() in (".xlsx", ".xls", ".ods"):
        return pd.read_excel(path, dtype="str", keep_default_na=False, engine="calamine").fillna("")
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ValueError(
            f"{path.name}: not UTF-8, so letters may be lost; save it as 'CSV UTF-8', or as XLSX"
        ) from None
    header = text.split("\n", 1)[0]
    separator = max(",;\t", key=header.count)
    return pd.read_csv(StringIO(text), dtype="str", keep_default_na=False, sep=separator)
