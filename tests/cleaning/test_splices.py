"""Splices: boilerplate inside paragraphs and sentences goes, the sentence around it stays whole."""

import json
from pathlib import Path
from typing import Any

import pytest

from press_coverage.cleaning.datelines import agency, dateline
from press_coverage.cleaning.splices.repeats import repeated_pieces, splices
from press_coverage.codebooks.reading import check_entries
from press_coverage.text.edits import apply

ROOT = Path(__file__).parents[2]
CASES = json.loads((ROOT / "tests/cases/splices.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", [pytest.param(c, id=c["label"]) for c in CASES])
def test_a_splice_is_found_with_its_rule_and_the_rest_stays_whole(case: dict[str, Any]) -> None:
    found = splices(case["text"])
    assert [[case["text"][s.start : s.end].strip(), s.rule] for s in found] == case["cut"]
    assert apply(case["text"], found) == case["rest"]


@pytest.mark.parametrize("case", [pytest.param(c, id=c["label"]) for c in CASES])
def test_what_was_cut_is_not_found_again(case: dict[str, Any]) -> None:
    assert splices(case["rest"]) == []


def test_every_splice_of_the_specimens_is_found_exactly_and_none_is_cut_from_a_body() -> None:
    gold = [
        json.loads(line)
        for line in (ROOT / "data/specimens/gold/articles.jsonl")
        .read_text(encoding="utf-8")
        .splitlines()
    ]
    for article in gold:
        assert splices(article["body"]) == [], article["doc_id"]
    scrapes = {
        g["doc_id"]: ROOT / "data/specimens/corpus" / g["doc_id"]
        for g in gold
        if g["splices"] and g["doc_id"].endswith(".txt")
    }
    assert scrapes
    for article in gold:
        if article["doc_id"] in scrapes:
            text = scrapes[article["doc_id"]].read_text(encoding="utf-8")
            found = {text[s.start : s.end].strip() for s in splices(text)}
            assert set(article["splices"]) <= found, article["doc_id"]


@pytest.mark.parametrize("kind", ["words", "patterns"])
def test_each_row_of_the_codebooks_matches_its_example_only(kind: str) -> None:
    assert list(check_entries(kind, "splices")) == []


def test_pieces_that_a_publisher_repeats_are_cut_between_sentences_only() -> None:
    texts = [
        f"Ferry {n} left late.\nMore from our newsletter The crew of {n} slept. It was cold."
        for n in "abcdef"
    ]
    repeated = repeated_pieces(texts)
    assert "It was cold." not in repeated
    text = "More from our newsletter: it said as much. More from our newsletter The rest slept."
    assert (
        apply(text, splices(text, ["More from our newsletter"]))
        == "More from our newsletter: it said as much. The rest slept."
    )


def test_copies_of_one_article_are_no_boilerplate() -> None:
    assert (
        repeated_pieces(["Sign up for the ferry.\nClick here to share it.\nAll went well."] * 9)
        == set()
    )


@pytest.mark.parametrize(
    ("paragraph", "place", "name", "line"),
    [
        ("WASHINGTON (Reuters) - The talks", "WASHINGTON", "Reuters", "WASHINGTON (Reuters) -"),
        ("(Reuters) - The talks", None, "Reuters", "(Reuters) -"),
        (
            "SEOUL, South Korea (AP) — The talks",
            "SEOUL, South Korea",
            "AP",
            "SEOUL, South Korea (AP) —",
        ),
        (
            "Washington/Pjöngjang (dpa) - Die Reise",
            "Washington/Pjöngjang",
            "dpa",
            "Washington/Pjöngjang (dpa) -",
        ),
        ("Genf (dpa/AFP) - Die Reise", "Genf", "dpa", "Genf (dpa/AFP) -"),
        ("Berlin. Die Reise", "Berlin", None, "Berlin."),
        ("Washington – Erst ging nichts", "Washington", None, "Washington –"),
        ("MILLFORD, Ohio — The bridge", "MILLFORD, Ohio", None, "MILLFORD, Ohio —"),
        ("PYONGYANG, May 31. /TASS/. The trip", "PYONGYANG", "TASS", "PYONGYANG, May 31. /TASS/."),
        ("Seoul, June 1 (Yonhap) -- The trip", "Seoul", "Yonhap", "Seoul, June 1 (Yonhap) --"),
        (
            "Москва. 31 мая. ИНТЕРФАКС - Поездка",
            "Москва",
            "Interfax",
            "Москва. 31 мая. ИНТЕРФАКС -",
        ),
        ("МОСКВА, 31 мая — РИА Новости. Поездка", "МОСКВА", "RIA", "МОСКВА, 31 мая — РИА Новости."),
        (
            "MILLFORD, May 3 (Riverwire) - The bridge",
            "MILLFORD",
            "Riverwire",
            "MILLFORD, May 3 (Riverwire) -",
        ),
        ("Fenwick – the mayor – said no.", None, None, ""),
        ("Hoppla. Das ging schief.", None, None, ""),
        ("ANALYSIS — The bridge", None, None, ""),
        ("Seoul (Korea) ist weit.", None, None, ""),
    ],
)
def test_a_dateline_gives_place_and_agency_and_its_length(
    paragraph: str, place: str | None, name: str | None, line: str
) -> None:
    assert dateline(paragraph) == (place, name, len(line))


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("The bridge\nMILLFORD (AP) — The toll will rise.", "AP"),
        ("Die Brücke\nVon dpa\nDie Maut steigt.", "dpa"),
        ("Die Maut steigt, sagte er am Abend. (afp/dpa)", "AFP"),
        ("Die Maut steigt, sagte er am Abend. dpa/afp", "dpa"),
        ("Reuters saw the order.\n(Reporting by Ada Fenwick; Editing by Ted Marlow)", "Reuters"),
        ("The toll will rise.\nThe Associated Press contributed to this report.", "AP"),
        ("The mayor told Reuters so, and KCNA reported it.", None),
        ("Nach Angaben der Agentur Xinhua (Peking) steigt die Maut.", None),
    ],
)
def test_an_agency_is_credited_or_only_spoken_of(text: str, name: str | None) -> None:
    assert agency(text) == name
