"""Decisions: a coder's file, to which a line is added and flushed to the disk for each decision.

The last line of a unit holds, so nothing is ever overwritten, and whoever opens the file again
goes on where it stopped.
"""

import csv
import io
import os
import re
import warnings
from pathlib import Path
from typing import NamedTuple

CODES = ("unit", "coder", "value", "note")  # the columns of a table of codes


class Decision(NamedTuple):
    """A line of a coder's file; `value` is '' where a decision was taken back."""

    unit: str
    coder: str
    value: str
    note: str
    time: str


def coder_file(folder: str | Path, coder: str) -> Path:
    """The file of a coder's decisions; ValueError for a name that would be no plain file name.

    >>> coder_file("coded", "anna").as_posix()
    'coded/anna.csv'
    """
    if not re.fullmatch(r"\w[\w.@-]*", coder):
        remedy = "use letters, digits and . @ - _, for a file is named after the coder"
        raise ValueError(f"coder {coder!r}: {remedy}")
    return Path(folder) / f"{coder}.csv"


def decisions(path: Path, coder: str, *, repair: bool = False) -> list[Decision]:
    """The last line of each unit in a coder's file; none where there is no file.

    Args:
        path: the file, as `coder_file` names it.
        coder: whose decisions it holds.
        repair: cut a last line that a crash left unfinished from the file; it is left out, with
            a warning, in any case.

    Raises:
        ValueError: with file and row, for a line that is none of this coder's or has not five
            cells.
    """
    lines = csv.reader(io.StringIO(_whole_lines(path, repair=repair), newline=""))
    last: dict[str, Decision] = {}
    for row, cells in enumerate(lines, start=1):
        if row == 1 and tuple(cells) == Decision._fields:
            continue
        if row == 1 or len(cells) != len(Decision._fields):
            wanted = f"a line of decisions ({', '.join(Decision._fields)})"
            raise ValueError(f"{path}:{row}: not {wanted}; give a folder of its own to coding")
        decision = Decision(*cells)
        if decision.coder != coder:
            whose = f"a decision of coder {decision.coder!r}, not of {coder!r}"
            raise ValueError(f"{path}:{row}: {whose}; two coders never share a file")
        last[decision.unit] = decision
    return list(last.values())


def _whole_lines(path: Path, *, repair: bool) -> str:
    """The text of a coder's file up to its last line break."""
    data = path.read_bytes() if path.exists() else b""
    whole = data[: data.rfind(b"\n") + 1]
    if whole != data:
        cut = data[len(whole) :].decode("utf-8", "replace")
        warnings.warn(
            f"{path}: the last line was cut off ({cut!r}) and is left out; code that unit again",
            stacklevel=4,  # whoever asked for the coder's work
        )
        if repair:
            os.truncate(path, len(whole))
    return whole.decode("utf-8-sig")


def append(path: Path, decision: Decision) -> None:
    """Add a line to a coder's file, all at once, and see it to the disk."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    if not path.exists() or not path.stat().st_size:
        writer.writerow(Decision._fields)
    writer.writerow(decision)
    with path.open("ab") as file:
        file.write(text.getvalue().encode())
        file.flush()
        os.fsync(file.fileno())
