"""Coding: decisions by hand, one key each, kept the moment they are made.

Each coder has a file of their own. A decision is a line appended to it and flushed to the disk; the last line of a unit holds, so nothing
is ever overwritten, and whoever opens the file again goes on where it stopped.
"""

import csv
import io
import os
import re
import warnings
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from press_coverage.coding.sampling import blind

KEYS = "123456789abcdefghijklmopqrstvwxyz"  # without n, which goes to the note, and u, which undoes
BOOK = ("code", "definition", "example", "counterexample")
_COLUMNS = ("unit", "coder", "value", "note", "time")
COLLECTED = ("unit", "coder", "value", "note")


class Decision(NamedTuple):
    """A line of a coder's file; `value` is '' where a decision was taken back."""

    unit: str
    coder: str
    value: str
    note: str
    time: str


def read_guide(path: str | Path) -> pd.DataFrame:
    """The codes that coders may give: code, definition, example, counterexample, from a CSV file with these columns.

    The order is that of the keys. Raises ValueError, with file and row, for a code that is empty, doubled or has blanks around it.
    """
    path = Path(path)
    table = pd.read_csv(path, dtype="str", keep_default_na=False, encoding="utf-8-sig")
    missing = [name for name in BOOK if name not in table]
    if missing:
        raise ValueError(f"{path.name}: no column {missing[0]!r}; a codebook has {', '.join(BOOK)}")
    wrong = []
    for row, code in enumerate(table["code"], start=2):
        if not code.strip():
            wrong.append(f"{path.name}:{row}: no code; name it, or delete the row")
        elif code != code.strip():
            wrong.append(
                f"{path.name}:{row}: {code!r} has blanks around it; did you mean {code.strip()!r}?"
            )
        elif code in table["code"].tolist()[: row - 2]:
            wrong.append(f"{path.name}:{row}: {code!r} stands here a second time; keep one row")
    if wrong or not 2 <= len(table) <= len(KEYS):
        raise ValueError(
            "\n".join(wrong) or f"{path.name}: {len(table)} codes; a codebook has 2 to {len(KEYS)}"
        )
    return table[list(BOOK)]


class Coder:
    """One coder's work on a sample: `press` a key, and the decision is on the disk; without a browser, or shown by `widget`.

    `folder` gets a file named after the coder. Units come as `blind` orders them: `show` and `seed` are for it. `hints` says what to
    show beside a unit, `heading` what above all. Keys: those of `keys` give a code and go on, ArrowRight and ArrowLeft move, u takes the
    last decision back. `message` says what the last key did. Raises ValueError for an empty sample, for a coder's name that is no
    file name, and for a file that holds another coder's decisions or units that are not in the sample.
    """

    def __init__(
        self,
        sample: pd.DataFrame,
        guide: pd.DataFrame,
        folder: str | Path,
        coder: str,
        *,
        show: Sequence[str] = (),
        seed: int = 2018,
        hints: Mapping[str, str] | None = None,
        heading: str = "",
    ) -> None:
        if sample.empty:
            raise ValueError("there is nothing to code: the sample has no units")
        if not 2 <= len(guide) <= len(KEYS):
            raise ValueError(f"{len(guide)} codes; a codebook has 2 to {len(KEYS)}, one a key")
        self.path = coder_file(folder, coder)
        self.units = blind(sample, coder, show=show, seed=seed)
        self.coder, self.heading, self.show, self.hints = coder, heading, show, dict(hints or {})
        self.guide = guide
        self.keys = dict(zip(KEYS, guide["code"], strict=False))
        self.path.parent.mkdir(parents=True, exist_ok=True)
        past = decisions(self.path, coder, repair=True)
        strange = sorted({line.unit for line in past} - set(self.units["unit"]))
        if strange:
            raise ValueError(
                f"{self.path}: unit {strange[0]!r} is not in this sample; give the sample that was coded, or another folder"
            )
        self.values = {line.unit: (line.value, line.note) for line in past}
        self._undo: list[tuple[int, tuple[str, str]]] = []
        self.at = self._uncoded() or 0
        self.message = self._place()

    def press(self, key: str) -> str:
        """Do what a key stands for, and say what was done."""
        if key in self.keys:
            self._keep(self.keys[key], self._now()[1])
            given = f"{self.keys[key]}. "
            left = self._uncoded()
            self.at = (
                self.at + 1 if self.at + 1 < len(self.units) else self.at if left is None else left
            )
            self.message = given + self._place()
        elif key in ("ArrowRight", "ArrowLeft"):
            at = self.at + (1 if key == "ArrowRight" else -1)
            inside = 0 <= at < len(self.units)
            self.at = at if inside else self.at
            self.message = (
                "" if inside else f"This is the {'first' if at < 0 else 'last'} unit. "
            ) + self._place()
        elif key == "u" and self._undo:
            self.at, before = self._undo[-1]
            self._keep(*before)
            del self._undo[-2:]  # the decision, and its taking back
            self.message = "Taken back. " + self._place()
        else:
            self.message = (
                "There is nothing to take back." if key == "u" else f"The key {key} has no code."
            )
        return self.message

    def note(self, text: str) -> str:
        """Keep a note on the present unit, and say so; line breaks become blanks."""
        value, before = self._now()
        text = " ".join(text.split())
        if text != before:
            self._keep(value, text)
        self.message = "The note is kept. " + self._place()
        return self.message

    def state(self) -> dict[str, Any]:
        """What there is to see: the unit with its context, codes, keys and progress, as text."""
        unit = self.units.iloc[self.at]
        value, note = self._now()
        shown = {name: str(unit[name]) for name in ("before", "text", "after")} | {
            "value": value,
            "note": note,
            "message": self.message,
        }
        facts = [f"{name}: {unit[name]}" for name in self.show if pd.notna(unit[name])]
        hint = self.hints.get(unit["unit"], "")
        codes = [
            {"key": key, **row}
            for key, row in zip(KEYS, self.guide.to_dict("records"), strict=False)
        ]
        numbers = {"number": self.at + 1, "total": len(self.units), "done": self._done()}
        return {
            **shown,
            **numbers,
            "heading": self.heading,
            "facts": facts,
            "hint": hint,
            "codes": codes,
        }

    def codes(self) -> pd.DataFrame:
        """What was coded so far: unit, coder, value, note."""
        rows = [
            (unit, self.coder, *self.values[unit])
            for unit in self.units["unit"]
            if self.values.get(unit, ("", ""))[0]
        ]
        return pd.DataFrame(rows, columns=list(COLLECTED))

    def widget(self) -> Any:
        """The work in JupyterLab: keys, buttons and a field for notes."""
        import anywidget  # it loads ipywidgets, which nothing else needs
        import traitlets

        class CodingWidget(anywidget.AnyWidget):
            _esm = Path(__file__).with_name("coder.js").read_text(encoding="utf-8")
            state = traitlets.Dict().tag(sync=True)

        def heard(widget: Any, content: Mapping[str, str], _: object) -> None:
            try:
                if "note" in content:
                    self.note(content["note"])
                if "key" in content:
                    self.press(content["key"])
            except OSError as error:  # a full disk, a share that is gone
                self.message = f"Not kept: {error}"
            widget.state = self.state()

        widget = CodingWidget(state=self.state())
        widget.on_msg(heard)
        return widget

    def __repr__(self) -> str:
        return f"<Coding by {self.coder}: {self._done()} of {len(self.units)} units, {self.path}>"

    def _now(self) -> tuple[str, str]:
        return self.values.get(self.units["unit"].iloc[self.at], ("", ""))

    def _keep(self, value: str, note: str) -> None:
        unit = str(self.units["unit"].iloc[self.at])
        _append(
            self.path,
            Decision(
                unit, self.coder, value, note, datetime.now(UTC).isoformat(timespec="seconds")
            ),
        )
        self._undo.append((self.at, self._now()))
        self.values[unit] = (value, note)

    def _uncoded(self) -> int | None:
        return next(
            (
                at
                for at, unit in enumerate(self.units["unit"])
                if not self.values.get(unit, ("", ""))[0]
            ),
            None,
        )

    def _done(self) -> int:
        return sum(bool(value) for value, _ in self.values.values())

    def _place(self) -> str:
        value = self._now()[0]
        whole = "All units are coded. " if self._uncoded() is None else ""
        return f"{whole}Unit {self.at + 1} of {len(self.units)}, {f'coded {value}' if value else 'not coded'}, {self._done()} coded."


def coder_file(folder: str | Path, coder: str) -> Path:
    """The file of a coder's decisions; ValueError for a name that would be no plain file name.

    >>> coder_file("coded", "anna").as_posix()
    'coded/anna.csv'
    """
    if not re.fullmatch(r"\w[\w.@-]*", coder):
        raise ValueError(
            f"coder {coder!r}: use letters, digits and . @ - _, for a file is named after the coder"
        )
    return Path(folder) / f"{coder}.csv"


def decisions(path: Path, coder: str, *, repair: bool = False) -> list[Decision]:
    """The last line of each unit in a coder's file; none where there is no file.

    A last line that a crash cut off is left out, with a warning, and with `repair` cut from the file. Raises ValueError, with file and
    row, for a line that is none of this coder's or has not five cells.
    """
    data = path.read_bytes() if path.exists() else b""
    whole = data[: data.rfind(b"\n") + 1]
    if whole != data:
        cut = data[len(whole) :].decode("utf-8", "replace")
        warnings.warn(
            f"{path}: the last line was cut off ({cut!r}) and is left out; code that unit again",
            stacklevel=3,
        )
        if repair:
            os.truncate(path, len(whole))
    last: dict[str, Decision] = {}
    for row, cells in enumerate(
        csv.reader(io.StringIO(whole.decode("utf-8-sig"), newline="")), start=1
    ):
        if row == 1 and tuple(cells) == _COLUMNS:
            continue
        if row == 1 or len(cells) != len(_COLUMNS):
            raise ValueError(
                f"{path}:{row}: not a line of decisions ({', '.join(_COLUMNS)}); give a folder of its own to coding"
            )
        line = Decision(*cells)
        if line.coder != coder:
            raise ValueError(
                f"{path}:{row}: a decision of coder {line.coder!r}, not of {coder!r}; two coders never share a file"
            )
        last[line.unit] = line
    return list(last.values())


def _append(path: Path, line: Decision) -> None:
    """Add a line to a coder's file, all at once, and see it to the disk."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    if not path.exists() or not path.stat().st_size:
        writer.writerow(_COLUMNS)
    writer.writerow(line)
    with path.open("ab") as file:
        file.write(text.getvalue().encode())
        file.flush()
        os.fsync(file.fileno())
