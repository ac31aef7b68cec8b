"""The check of texts: it finds a sentence that stands elsewhere, and none stands in the project."""

import json
from pathlib import Path

import pandas as pd
import pytest
from texts import SHARED, common, own, strings_of, theirs

ROOT = Path(__file__).parents[2]
TEXT = (
    "Before the ferry left, the two delegations shared a pot of lukewarm barley tea "
    "on the pier and said very little."
)


@pytest.mark.parametrize(
    ("said", "found"),
    [
        (
            "# They shared a pot of lukewarm barley tea on the quay",
            "shared a pot of lukewarm barley tea on",
        ),
        (
            "<p>SHARED a <b>pot</b> of lukewarm\n barley tea, on</p>",
            "SHARED a pot of lukewarm barley tea, on",
        ),
        ("a pot of lukewarm barley tea on the quay", "a pot of lukewarm barley tea on the"),
        ("a pot of lukewarm barley tea on a quay", None),
        ("https://example.org/before-the-ferry-left-the-two-delegations-shared-a-pot", None),
        ("", None),
    ],
)
def test_a_run_of_eight_words_is_found_and_a_shorter_one_or_an_address_is_not(
    said: str, found: str | None
) -> None:
    assert common({"a.py": ["x = 1", said]}, [["Another text."], [TEXT]]) == (
        [("a.py", found)] if found else []
    )


def test_figures_names_of_organisations_and_markup_are_no_sentence() -> None:
    lines = [
        "1 of 2, 2 of 3, 3 of 4",
        "The Reporters Committee for Freedom of the Press",
        "0.0 0.0 0.0 0.0 1 1 1 1",
    ]
    assert common({"a.md": lines}, [lines]) == []


def test_the_run_of_one_text_does_not_go_on_in_the_next() -> None:
    assert common({"a.md": ["shared a pot of lukewarm", "barley tea on the pier"]}, [[TEXT]]) == []


def test_it_reads_cells_of_parquet_and_outputs_of_notebooks(tmp_path: Path) -> None:
    pd.DataFrame({"note": [TEXT], "n": [1]}).to_parquet(tmp_path / "a.parquet")
    cell = {"outputs": [{"data": {"text/html": ["<td>", TEXT, "</td>"]}}]}
    (tmp_path / "b.ipynb").write_text(json.dumps({"cells": [cell]}), encoding="utf-8")
    files = {path.name: list(strings_of(path)) for path in sorted(tmp_path.iterdir())}
    assert [name for name, _ in common(files, [[TEXT]])] == ["a.parquet", "b.ipynb"]


@pytest.mark.skipif(
    not (SHARED / "data").exists(), reason="no press texts are here to compare with (../shared)"
)
def test_no_sentence_of_a_press_text_stands_in_the_project() -> None:
    assert common(own(ROOT), theirs(SHARED)) == []
