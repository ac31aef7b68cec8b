"""Word lists and patterns: each row matches its example and not its counterexample."""

from pathlib import Path

import pytest

import press_coverage
from press_coverage.codebooks.reading import check_entries, entries, pattern, words

FOLDER = Path(press_coverage.__file__).parent / "codebooks"
BOOKS = [
    (kind, p.stem) for kind in ("words", "patterns") for p in sorted(FOLDER.glob(f"{kind}/*.csv"))
]


@pytest.mark.parametrize(("kind", "book"), BOOKS)
def test_every_row_matches_its_example_and_not_its_counterexample(kind: str, book: str) -> None:
    assert list(check_entries(kind, book)) == []
    assert all(entry.content and entry.example for entry in entries(kind, book))


def test_a_row_that_fails_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    row = {"list": "x", "language": "en", "words": "talks|aid", "line": "2"}
    row |= {"example": "talks", "counterexample": "no aid"}
    monkeypatch.setattr("press_coverage.codebooks.reading.read_rows", lambda name: [row])
    assert [*check_entries("words", "made-up")] == [
        "words/made-up.csv:2, list 'x': 'aid' is not in the example 'talks'",
        "words/made-up.csv:2, list 'x': 'aid' is in the counterexample 'no aid'",
    ]


def test_a_list_that_is_not_there_is_named() -> None:
    with pytest.raises(
        KeyError, match=r"words/cleaning\.csv has no list 'nothing' in language any"
    ):
        words("cleaning", "nothing")
    with pytest.raises(KeyError, match=r"patterns/cleaning\.csv has no list 'nothing'"):
        pattern("cleaning", "nothing")
