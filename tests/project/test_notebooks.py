"""The notebooks: committed as executed, in the project's style; nbval replays them."""

import json
from pathlib import Path
from typing import Any

import pytest

NOTEBOOKS = sorted((Path(__file__).parents[2] / "notebooks").glob("*.ipynb"))
MOST_LINES = 15
NUMBER = r"(?<![\w.,])-?\d[\d,.]*(?<![.,])"


@pytest.fixture(params=NOTEBOOKS, ids=lambda path: path.stem)
def cells(request: pytest.FixtureRequest) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(request.param.read_text(encoding="utf-8"))["cells"]
    return [{**cell, "source": "".join(cell["source"])} for cell in found]


def code(cells: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [cell for cell in cells if cell["cell_type"] == "code"]


def outputs(cells: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [output for cell in code(cells) for output in cell["outputs"]]


def tags(cell: dict[str, Any]) -> list[str]:
    found: list[str] = cell["metadata"].get("tags", [])
    return found


def test_it_was_executed_from_top_to_bottom(cells: list[dict[str, Any]]) -> None:
    assert [cell["execution_count"] for cell in code(cells)] == list(range(1, len(code(cells)) + 1))
    assert {output["output_type"] for output in outputs(cells)} <= {
        "display_data",
        "execute_result",
    }, "no errors, no streams, no warnings"


def test_its_title_is_a_question_and_its_first_cell_answers(cells: list[dict[str, Any]]) -> None:
    assert cells[0]["source"].split("\n")[0].startswith("# ")
    assert cells[0]["source"].split("\n")[0].endswith("?")
    for part in ("**Answer.**", "**Caveat.**", "**Data.**"):
        assert part in cells[0]["source"]
    assert any(c.isdigit() for c in cells[0]["source"].split("**Caveat.**")[0])


def test_its_last_cells_assert_the_numbers_and_say_the_limits(cells: list[dict[str, Any]]) -> None:
    assert "assert " in cells[-2]["source"]
    assert "**Limits.**" in cells[-1]["source"]
    assert "**What would change our mind.**" in cells[-1]["source"]


def test_it_has_one_parameters_cell_and_one_answer(cells: list[dict[str, Any]]) -> None:
    assert [tags(cell) for cell in code(cells)[:1]] == [["parameters"]]
    assert sum("answer" in tags(cell) for cell in cells) == 1


def test_its_cells_are_short_and_plain(cells: list[dict[str, Any]]) -> None:
    for cell in code(cells):
        assert len(cell["source"].split("\n")) <= MOST_LINES, cell["source"]
        for never in ("%", "!"):
            assert not cell["source"].startswith(never)
        for never in (
            "sys.path",
            "filterwarnings",
            "pip install",
            "\ndef ",
            "nbval-skip",
            "nbval-ignore-output",
        ):
            assert never not in cell["source"] + " ".join(tags(cell))


def test_every_figure_can_be_read_without_seeing_it(cells: list[dict[str, Any]]) -> None:
    for before, cell, after in zip(code(cells), code(cells)[1:], code(cells)[2:], strict=False):
        if any("image/png" in output.get("data", {}) for output in cell["outputs"]):
            assert cell["metadata"].get("alt"), cell["source"]
            assert any("text/html" in output["data"] for output in before["outputs"]), (
                "the table stands right before its figure"
            )
            assert "rows" in tags(after), "the rows behind it stand right after it"
            assert any("text/html" in output["data"] for output in after["outputs"]), after[
                "source"
            ]


def test_nothing_in_its_outputs_changes_from_run_to_run(cells: list[dict[str, Any]]) -> None:
    shown = json.dumps(
        [{k: v for k, v in o.get("data", {}).items() if k != "image/png"} for o in outputs(cells)]
    )
    assert " at 0x" not in shown
    assert "/tmp/" not in shown
    assert str(Path.home()) not in shown
