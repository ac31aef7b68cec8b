"""Events: who does what to whom."""

from pathlib import Path

import pandas as pd
import pytest

from press_coverage.annotation.actors import find_actors
from press_coverage.annotation.events.acts import find_events
from press_coverage.codebooks import terms
from press_coverage.codebooks.reading import check_entries
from press_coverage.tables.columns import PLOVER, QUADS

ROWS = terms.read("events")


def told(text: str, language: str) -> list[str]:
    """Each event as `source CATEGORY target`, with ! where negated and ? where hypothetical."""
    return [
        f"{e.source_actor} {e.category} {e.target_actor}".strip()
        + "!" * e.negated
        + "?" * e.hypothetical
        for e in find_events(text, language, find_actors(text, language))
    ]


@pytest.mark.parametrize("row", ROWS, ids=[f"line {row.line}" for row in ROWS])
def test_a_row_finds_its_example_and_not_its_counterexample(row) -> None:
    if not row.label:  # it keeps others from matching
        assert told(row.example, row.language) == []
        return
    assert any(f" {row.label}" in event for event in told(row.example, row.language))
    assert not any(f" {row.label}" in event for event in told(row.counterexample, row.language))


@pytest.mark.parametrize(
    ("kind", "book"), [("words", "events"), ("words", "annotation"), ("patterns", "annotation")]
)
def test_words_and_patterns_are_in_their_examples_alone(kind: str, book: str) -> None:
    assert list(check_entries(kind, book)) == []


def test_every_category_has_rows_in_both_languages() -> None:
    found = {(row.label, row.language) for row in ROWS if row.label}
    assert found == {(category, language) for category in PLOVER for language in ("de", "en")}


def test_quad_classes_are_those_of_plover() -> None:
    assert {
        quad: [c for c in PLOVER if QUADS[c] == quad] for quad in dict.fromkeys(QUADS.values())
    } == {
        "verbal_cooperation": ["AGREE", "CONSULT", "SUPPORT", "CONCEDE"],
        "material_cooperation": ["COOPERATE", "AID", "RETREAT"],
        "verbal_conflict": ["REQUEST", "ACCUSE", "REJECT", "THREATEN"],
        "material_conflict": ["PROTEST", "SANCTION", "MOBILIZE", "COERCE", "ASSAULT"],
    }


CASES = [
    ("en", "Trump met Kim Jong Un in Singapore.", ["donald_trump CONSULT kim_jong_un"]),
    ("de", "Das Treffen zwischen Südkoreas Präsident Moon Jae In und Kim Jong Un steht bevor.", []),
    ("en", "Trump and Kim Jong Un speak with reporters.", []),
    (
        "en",
        "Trump vowed to destroy North Korea.",
        ["donald_trump THREATEN north_korea", "donald_trump ASSAULT north_korea?"],
    ),
    (
        "en",
        "Trump flew home after his second summit with Kim Jong Un.",
        ["donald_trump CONSULT kim_jong_un"],
    ),
    ("en", "North Korea's latest ballistic missile test failed.", ["north_korea MOBILIZE"]),
    (
        "en",
        "Trump has canceled June's peace summit with Kim Jong Un.",
        ["donald_trump REJECT kim_jong_un"],
    ),
    ("en", "Putin, Tillerson meet at Kremlin.", []),
    ("en", "Trump is a riddle to her, and she declined an offer from Russia.", []),
    ("en", "Trump dismissed the claim in Seoul.", []),
    ("en", "UN sanctions hurt and testing missiles goes on.", []),
    ("en", "Trump was praised by Kim Jong Un.", ["kim_jong_un SUPPORT donald_trump"]),
    ("en", "Trump has not threatened North Korea.", ["donald_trump THREATEN north_korea!"]),
    ("en", "Trump may meet Kim Jong Un.", ["donald_trump CONSULT kim_jong_un?"]),
    (
        "en",
        "North Korean leader Kim Jong Un thanked U.S. President Donald Trump.",
        ["kim_jong_un SUPPORT donald_trump"],
    ),
    ("en", "The Trump administration sanctioned Russia.", ["donald_trump SANCTION russia"]),
    (
        "en",
        "Trump praised Putin and accused China.",
        ["donald_trump SUPPORT vladimir_putin", "donald_trump ACCUSE china"],
    ),
    (
        "en",
        "The planned Trump-Kim Jong Un summit drew crowds.",
        ["donald_trump CONSULT kim_jong_un?"],
    ),
    (
        "en",
        "Kim Jong Un agreed to meet Trump.",
        ["kim_jong_un AGREE donald_trump", "kim_jong_un CONSULT donald_trump?"],
    ),
    (
        "en",
        "Shinzo Abe, who is pressing Trump for help, left.",
        ["shinzo_abe REQUEST donald_trump"],
    ),
    (
        "en",
        "The meeting between Trump and Kim Jong Un was short.",
        ["donald_trump CONSULT kim_jong_un"],
    ),
    ("en", "A critic of Trump met Putin.", []),
    ("en", "Trump supporters attacked China.", []),
    ("en", "Seoul is a city. Trump praised the food.", []),
    ("de", "Kim Jong Un empfing Lawrow in Pjöngjang.", ["kim_jong_un CONSULT sergey_lavrov"]),
    ("de", "In Pjöngjang empfing Kim Jong Un Lawrow.", ["kim_jong_un CONSULT sergey_lavrov"]),
    ("de", "Lawrow wurde von Kim Jong Un empfangen.", ["kim_jong_un CONSULT sergey_lavrov"]),
    ("de", "Trump hat Kim Jong Un nicht getroffen.", ["donald_trump CONSULT kim_jong_un!"]),
    ("de", "Trump könnte Kim Jong Un treffen.", ["donald_trump CONSULT kim_jong_un?"]),
    ("de", "Trump sagte das Treffen mit Kim Jong Un ab.", ["donald_trump REJECT kim_jong_un"]),
    (
        "de",
        "Der nordkoreanische Machthaber Kim Jong Un lobte US-Präsident Donald Trump.",
        ["kim_jong_un SUPPORT donald_trump"],
    ),
    ("de", "Trump sagte, er lese viel.", []),
]


@pytest.mark.parametrize(("language", "text", "events"), CASES, ids=[text for _, text, _ in CASES])
def test_who_does_what_to_whom(language: str, text: str, events: list[str]) -> None:
    assert told(text, language) == events


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n",
        "met",
        "Trump met",
        "and Trump",
        ", met Trump ,",
        "Trump's",
        "met Trump met Kim Jong Un met",
    ],
)
@pytest.mark.parametrize("language", ["de", "en"])
def test_scraps_of_text_do_no_harm(text: str, language: str) -> None:
    for event in find_events(text, language, find_actors(text, language)):
        assert 0 <= event.start < event.end <= len(text)


def test_what_coded_excerpts_of_the_us_press_say_reaches_the_floor() -> None:
    scores = pd.read_csv(Path(__file__).parents[2] / "data/press/us_coded_scores.csv")
    scores = scores.query("part == 'test' and one == 'ours'").set_index("what")
    assert scores.loc["mentions", "f1"].min() >= 0.9
    assert scores.loc["events", "precision"].mean() >= 0.75


def test_coded_excerpts_hold_no_text() -> None:
    coded = pd.read_csv(Path(__file__).parents[2] / "data/press/us_coded.csv", dtype=str)
    assert coded.groupby("part")["doc_id"].nunique().to_dict() == {"development": 200, "test": 100}
    labels = coded.loc[coded["what"] != "excerpt", "label"]
    assert labels.str.fullmatch(r"[a-z_]+|[A-Z]+").all()
    assert coded.loc[coded["what"] == "excerpt", "label"].str.fullmatch("[0-9a-f]{64}").all()
