"""The gate: floors that were not set by it, figures of other code, and lower floors are refused."""

import json
from pathlib import Path

import digests
import gate
import pytest


@pytest.fixture
def floors(tmp_path: Path) -> Path:
    path = tmp_path / "gate.json"
    values = {"f1": 0.5}
    path.write_text(json.dumps({"floors": values, "digest": gate.digest_of(values)}))
    return path


def test_a_floor_is_raised_and_never_lowered_without_saying_so(floors: Path) -> None:
    gate.set_floors({"f1": 0.6}, lower=False, path=floors)
    with pytest.raises(SystemExit, match="f1 would be lower"):
        gate.set_floors({"f1": 0.4}, lower=False, path=floors)
    assert gate.floors(floors) == {"f1": 0.6}
    gate.set_floors({"f1": 0.4}, lower=True, path=floors)
    assert gate.floors(floors) == {"f1": 0.4}


def test_a_floor_changed_by_hand_is_refused(floors: Path) -> None:
    floors.write_text(floors.read_text().replace("0.5", "0.4"))
    with pytest.raises(ValueError, match="changed by hand"):
        gate.floors(floors)


def test_the_figures_were_measured_with_the_code_as_it_is() -> None:
    assert gate.stale() == []


def test_other_code_makes_figures_stale_and_a_comment_does_not(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    code = tmp_path / "text" / "words.py"
    code.parent.mkdir()
    monkeypatch.setattr(digests, "PACKAGE", tmp_path)
    monkeypatch.setitem(digests.DEPENDS, "made.json", (("text",), (), ()))
    seen = []
    for source in ("x = 1\n", '"""Docs."""\n\nx = 1  # why\n', "x = 2\n"):
        code.write_text(source)
        seen.append(digests.digest("made.json"))
    assert seen[0] == seen[1] != seen[2]
