"""Coding by hand, one key each; each decision is on the disk the moment it is made."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd

from press_coverage.coding.blinding import blind
from press_coverage.coding.decisions import CODES, Decision, append, coder_file, decisions
from press_coverage.tables.extras import extra_module
from press_coverage.tables.schema import need

KEYS = "123456789abcdefghijklmopqrstvwxyz"  # without n, which goes to the note, and u, which undoes
GUIDE = ("code", "definition", "example", "counterexample")
_STEPS = {"ArrowRight": 1, "ArrowLeft": -1}
_UNCODED = ("", "")  # value and note of a unit that nobody looked at


def read_guide(path: str | Path) -> pd.DataFrame:
    """The guide, which says what each code means; its order is that of the keys.

    Args:
        path: a CSV file with the columns code, definition, example, counterexample.

    Returns:
        code, definition, example, counterexample.

    Raises:
        ValueError: with file and row, for a code that is empty, doubled or has blanks around it,
            and for fewer than 2 or more than 33 codes.
    """
    path = Path(path)
    guide = pd.read_csv(path, dtype="str", keep_default_na=False, encoding="utf-8-sig")
    need(guide, GUIDE, path.name)
    faults = _faults(guide["code"].tolist(), path.name)
    if faults:
        raise ValueError("\n".join(faults))
    _check_size(guide, f"{path.name}: ")
    return guide[list(GUIDE)]


def _faults(codes: Sequence[str], name: str) -> list[str]:
    """A line for each code of a guide that cannot be used."""
    faults = []
    for row, code in enumerate(codes, start=2):
        where, bare = f"{name}:{row}", code.strip()
        if not bare:
            faults.append(f"{where}: no code; name it, or delete the row")
        elif code != bare:
            faults.append(f"{where}: {code!r} has blanks around it; did you mean {bare!r}?")
        elif code in codes[: row - 2]:
            faults.append(f"{where}: {code!r} stands here a second time; keep one row")
    return faults


def _check_size(guide: pd.DataFrame, where: str = "") -> None:
    if not 2 <= len(guide) <= len(KEYS):
        raise ValueError(f"{where}{len(guide)} codes; a guide has 2 to {len(KEYS)}, one a key")


class Coder:
    """One coder's work on a sample: `press` a key, and the decision is on the disk.

    It works without a browser, or shown by `widget`. Keys: those of `keys` give a code and go on,
    ArrowRight and ArrowLeft move, u takes the last decision back. `message` says what the last
    key did.

    Args:
        sample: units, as `draw` gives them.
        guide: the codes, as `read_guide` gives them; 2 to 33.
        folder: gets a file named after the coder.
        coder: the coder's name, letters and digits.
        show: columns of the articles that the coder may see, see `blind`.
        seed: of the order in which units come, see `blind`.
        hints: what to show beside a unit, by unit.
        heading: what to show above all.

    Raises:
        ValueError: for an empty sample, a coder's name that is no file name, and a file that
            holds another coder's decisions or units that are not in the sample.
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
        _check_size(guide)
        self.path = coder_file(folder, coder)
        self.units = blind(sample, coder, show=show, seed=seed)
        self.coder, self.heading, self.show, self.hints = coder, heading, show, dict(hints or {})
        self.guide = guide
        self.keys = dict(zip(KEYS, guide["code"], strict=False))
        self.path.parent.mkdir(parents=True, exist_ok=True)
        past = decisions(self.path, coder, repair=True)
        unknown = sorted({decision.unit for decision in past} - set(self.units["unit"]))
        if unknown:
            remedy = "give the sample that was coded, or another folder"
            raise ValueError(f"{self.path}: unit {unknown[0]!r} is not in this sample; {remedy}")
        self.values = {decision.unit: (decision.value, decision.note) for decision in past}
        self._undo: list[tuple[int, tuple[str, str]]] = []
        self.at = self._first_uncoded() or 0
        self.message = self._place()

    def press(self, key: str) -> str:
        """Do what a key is for, and say what was done."""
        if key in self.keys:
            self.message = self._give(self.keys[key])
        elif key in _STEPS:
            self.message = self._move(_STEPS[key])
        elif key == "u":
            self.message = self._take_back()
        else:
            self.message = f"The key {key} has no code."
        return self.message

    def note(self, text: str) -> str:
        """Keep a note on the present unit, and say so; line breaks become blanks."""
        value, before = self._present()
        text = " ".join(text.split())
        if text != before:
            self._keep(value, text)
        self.message = "The note is kept. " + self._place()
        return self.message

    def state(self) -> dict[str, Any]:
        """What there is to see: the unit with its context, codes, keys and progress, as text."""
        unit = self.units.iloc[self.at]
        value, note = self._present()
        codes = zip(KEYS, self.guide.to_dict("records"), strict=False)
        return {
            **{name: str(unit[name]) for name in ("before", "text", "after")},
            "value": value,
            "note": note,
            "message": self.message,
            "number": self.at + 1,
            "total": len(self.units),
            "done": self._done(),
            "heading": self.heading,
            "facts": [f"{name}: {unit[name]}" for name in self.show if pd.notna(unit[name])],
            "hint": self.hints.get(unit["unit"], ""),
            "codes": [{"key": key, **row} for key, row in codes],
        }

    def codes(self) -> pd.DataFrame:
        """What was coded so far: unit, coder, value, note."""
        rows = [(unit, self.coder, *self._of(unit)) for unit in self.units["unit"]]
        return pd.DataFrame([row for row in rows if row[2]], columns=list(CODES))

    def widget(self) -> Any:
        """The work in JupyterLab: keys, buttons and a field for notes; needs the extra [coding]."""
        base: Any = extra_module("anywidget", "the coding widget", "coding").AnyWidget
        traitlets = extra_module("traitlets", "the coding widget", "coding")

        class CodingWidget(base):  # type: ignore[misc]
            _esm = Path(__file__).with_name("coder.js").read_text(encoding="utf-8")
            state = traitlets.Dict().tag(sync=True)

        def receive(widget: Any, content: Mapping[str, str], _: object) -> None:
            try:
                if "note" in content:
                    self.note(content["note"])
                if "key" in content:
                    self.press(content["key"])
            except OSError as error:  # a full disk, a share that is gone
                self.message = f"Not kept: {error}"
            widget.state = self.state()

        widget = CodingWidget(state=self.state())
        widget.on_msg(receive)
        return widget

    def __repr__(self) -> str:
        return f"<Coding by {self.coder}: {self._done()} of {len(self.units)} units, {self.path}>"

    def _give(self, code: str) -> str:
        """Code the present unit and go on: to the next, or from the last to one left out."""
        self._keep(code, self._present()[1])
        uncoded = self._first_uncoded()
        if self.at + 1 < len(self.units):
            self.at += 1
        elif uncoded is not None:
            self.at = uncoded
        return f"{code}. {self._place()}"

    def _move(self, step: int) -> str:
        if 0 <= self.at + step < len(self.units):
            self.at += step
            return self._place()
        return f"This is the {'first' if step < 0 else 'last'} unit. {self._place()}"

    def _take_back(self) -> str:
        if not self._undo:
            return "There is nothing to take back."
        self.at, before = self._undo[-1]
        self._keep(*before)
        del self._undo[-2:]  # the decision, and its taking back
        return f"Taken back. {self._place()}"

    def _of(self, unit: str) -> tuple[str, str]:
        return self.values.get(unit, _UNCODED)

    def _present(self) -> tuple[str, str]:
        return self._of(self.units["unit"].iloc[self.at])

    def _keep(self, value: str, note: str) -> None:
        unit = str(self.units["unit"].iloc[self.at])
        now = datetime.now(UTC).isoformat(timespec="seconds")
        append(self.path, Decision(unit, self.coder, value, note, now))
        self._undo.append((self.at, self._present()))
        self.values[unit] = (value, note)

    def _first_uncoded(self) -> int | None:
        units = enumerate(self.units["unit"])
        return next((at for at, unit in units if not self._of(unit)[0]), None)

    def _done(self) -> int:
        return sum(bool(value) for value, _ in self.values.values())

    def _place(self) -> str:
        """Where the coder is, and how much is done."""
        value, _ = self._present()
        whole = "All units are coded. " if self._first_uncoded() is None else ""
        coded = f"coded {value}" if value else "not coded"
        return f"{whole}Unit {self.at + 1} of {len(self.units)}, {coded}, {self._done()} coded."
