"""The coder of policy frames: what it reads, what it leaves out, and what its figures say."""

import json
from pathlib import Path

import pandas as pd
import pytest
from gate import floors

import press_coverage
from press_coverage.tables.columns import POLICY
from press_coverage.tables.schema import SchemaError

FIGURES = json.loads(
    (Path(__file__).parents[2] / "data/model/policy.json").read_text(encoding="utf-8")
)
FLOORS = floors()


def rows(*articles: tuple[str, str | None, str]) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {"doc_id": doc_id, "language": language, "body": body}
            for doc_id, language, body in articles
        ]
    )


def test_an_article_has_a_row_for_each_frame_and_an_unread_one_a_row_in_the_ledger() -> None:
    given = rows(
        ("a", "de", "Die Richter hoben das Urteil auf."),
        ("b", "fr", "Le juge a tranché."),
        ("c", None, "Rain."),
        ("d", "ru", " "),
    )
    coded, ledger = press_coverage.annotation.policy_frames(given, progress=False)
    assert coded["doc_id"].tolist() == ["a"] * len(POLICY)
    assert coded["frame"].tolist() == list(POLICY)
    assert coded["probability"].between(0, 1).all()
    assert ledger["doc_id"].tolist() == ["b", "c", "d"]
    assert "not trained on language 'fr', only de, en, ru" in ledger["reason"][0]
    assert ledger["reason"][2] == "it has no body"


@pytest.mark.parametrize(
    ("language", "body"),
    [
        (
            "de",
            "Das Gericht sprach den Angeklagten schuldig; die Richterin verhängte drei Jahre Haft "
            "wegen Bestechung.",
        ),
        (
            "en",
            "The jury found the defendant guilty of bribery, and the judge sentenced him to three "
            "years in prison.",
        ),
        (
            "ru",
            "Суд признал обвиняемого виновным во взяточничестве и приговорил его к трём годам "
            "колонии.",
        ),
    ],
)
def test_a_trial_is_crime_and_punishment_before_all_in_three_languages(
    language: str, body: str
) -> None:
    coded, _ = press_coverage.annotation.policy_frames(rows(("a", language, body)), progress=False)
    first = coded.sort_values("probability", ascending=False)["frame"].head(2).tolist()
    assert "Crime_and_punishment" in first


def test_the_order_of_the_articles_does_not_matter() -> None:
    given = rows(
        *(
            (
                str(n),
                "en",
                f"The minister spoke about the budget. Bank number {n} failed. " * (n + 1),
            )
            for n in range(70)
        )
    )
    forth, _ = press_coverage.annotation.policy_frames(given, progress=False)
    back, _ = press_coverage.annotation.policy_frames(given[::-1], progress=False)
    both = forth.merge(back, on=["doc_id", "frame"])
    assert (both["probability_x"] - both["probability_y"]).abs().max() < 1e-4


def test_no_articles_give_an_empty_table_and_a_bad_one_a_clear_error() -> None:
    coded, ledger = press_coverage.annotation.policy_frames(
        pd.DataFrame({"doc_id": [], "language": [], "body": []}), progress=False
    )
    assert (len(coded), len(ledger)) == (0, 0)
    with pytest.raises(SchemaError, match="no column 'doc_id'"):
        press_coverage.annotation.policy_frames(pd.DataFrame({"body": ["x"]}))


@pytest.mark.parametrize("language", FIGURES)
def test_it_is_above_its_floor_and_above_guessing_the_usual_frames(language: str) -> None:
    own = FIGURES[language]
    assert own["micro_f1"] >= FLOORS[f"policy_{language}_micro_f1"]
    assert own["micro_f1"] > own["usual_frames_micro_f1"] + 0.02
    assert set(own["frames"]) == set(POLICY)
