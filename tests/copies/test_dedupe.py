"""Copies: groups, kinds and shares on texts made from known ones and on the specimens."""

import json
import random
from itertools import pairwise
from pathlib import Path

import pandas as pd
import pytest

import press_coverage
from press_coverage.copies.shingles import places_of, runs, words_of

GOLD_FILE = Path(__file__).parents[2] / "data" / "specimens" / "gold" / "articles.jsonl"
GOLD = {
    row["doc_id"]: row
    for row in map(json.loads, GOLD_FILE.read_text(encoding="utf-8").splitlines())
}
TEXT = GOLD["meridian-wire-09"]["body"]
OTHER = GOLD["donaublatt-wien-05"]["body"]
WORDS = TEXT.split()


def edited(text: str, share: float, seed: int = 1) -> str:
    """The text with that share of its words replaced."""
    draw = random.Random(seed)
    return " ".join(
        f"word{draw.randrange(10_000)}" if draw.random() < share else word for word in text.split()
    )


def deduped(*bodies: str, **columns: list[object]) -> pd.DataFrame:
    ids = [chr(ord("a") + n) for n in range(len(bodies))]
    return press_coverage.dedupe(
        pd.DataFrame({"doc_id": ids, "body": bodies, **columns}), progress=False
    )


MADE: dict[str, tuple[str, str, float]] = {
    "the same": (TEXT, "identical", 1.0),
    "other capitals, quotation marks and spaces": (
        TEXT.upper().replace(" ", "  ").replace('"', "»"),
        "identical",
        1.0,
    ),
    "another headline": ("Two men sign\n" + TEXT, "edited", 0.99),
    "cut to 70 %": (" ".join(WORDS[: int(0.7 * len(WORDS))]), "cut", 1.0),
    "cut to 40 %": (" ".join(WORDS[: int(0.4 * len(WORDS))]), "cut", 1.0),
    "its paragraphs in another order": ("\n".join(reversed(TEXT.split("\n"))), "edited", 1.0),
    "5 % of the words edited": (edited(TEXT, 0.05), "edited", 0.93),
    "10 % of the words edited": (edited(TEXT, 0.1), "edited", 0.86),
    "20 % of the words edited": (edited(TEXT, 0.2), "edited", 0.68),
    "with a report of its own": (
        TEXT + "\n" + OTHER,
        "expanded",
        len(WORDS) / (len(WORDS) + len(OTHER.split())),
    ),
}


@pytest.mark.parametrize(("body", "kind", "share"), MADE.values(), ids=list(MADE))
def test_a_copy_is_found_with_its_kind_and_share(body: str, kind: str, share: float) -> None:
    found = deduped(TEXT, body)
    assert found["dup_group"].tolist() == ["a", "a"]
    assert found["dup_kind"][1] == kind
    assert found["dup_share"][1] == pytest.approx(share, abs=0.05)
    assert found.loc[0, ["dup_kind", "dup_share"]].isna().all()


def test_a_rewrite_is_a_copy_where_an_agency_is_credited_and_the_days_are_near() -> None:
    rewrite = edited(TEXT, 0.38)
    assert deduped(TEXT, rewrite)["dup_group"].tolist() == ["a", "b"]
    found = deduped(
        TEXT, rewrite, agency=["Meridian", None], publishing_date=["2018-06-12", "2018-06-13"]
    )
    assert (found["dup_group"][1], found["dup_kind"][1]) == ("a", "agency_rewrite")
    found = deduped(
        TEXT, rewrite, agency=["Meridian", None], publishing_date=["2018-06-12", "2018-06-22"]
    )
    assert found["dup_group"].tolist() == ["a", "b"]


def test_the_stories_of_the_agency_are_exact_groups(specimens) -> None:
    found = press_coverage.dedupe(specimens.articles, progress=False)
    stories: dict[str, set[str]] = {}
    for doc_id, row in GOLD.items():
        stories.setdefault(row["story"] or doc_id, set()).add(doc_id)
    groups = found.groupby("dup_group")["doc_id"].agg(set)
    assert sorted(map(sorted, groups)) == sorted(map(sorted, stories.values()))
    told = found.set_index("doc_id").loc[lambda t: t["dup_kind"].notna(), ["dup_kind", "dup_share"]]
    wanted = pd.read_csv(GOLD_FILE.parents[1] / "copies.csv", index_col="doc_id")
    assert told["dup_kind"].to_dict() == wanted["dup_kind"].to_dict()
    assert told["dup_share"].to_dict() == pytest.approx(wanted["dup_share"].to_dict(), abs=0.05)


def test_the_earliest_leads_and_one_without_a_date_does_not() -> None:
    dates = [None, "2018-06-03T10:00:00Z", "2018-06-02T10:00:00Z"]
    assert deduped(TEXT, TEXT, TEXT, publishing_date=dates)["dup_group"].tolist() == ["c", "c", "c"]


def test_days_and_languages_bound_what_is_compared() -> None:
    dates = ["2018-06-01", "2018-08-01"]
    assert deduped(TEXT, TEXT, publishing_date=dates)["dup_group"].tolist() == ["a", "b"]
    rows = pd.DataFrame(
        {
            "doc_id": ["a", "b"],
            "body": [TEXT, TEXT],
            "publishing_date": dates,
            "language": ["en", "en"],
        }
    )
    assert press_coverage.dedupe(rows, days=None, progress=False)["dup_group"].tolist() == [
        "a",
        "a",
    ]
    assert press_coverage.dedupe(rows, days=None, languages=["de"], progress=False)[
        "dup_group"
    ].tolist() == ["a", "b"]


def test_a_roundup_does_not_tie_its_stories_together() -> None:
    one, two = " ".join(TEXT.split()[:60]), " ".join(OTHER.split()[:60])
    filler = " ".join(f"word{n}" for n in range(600))
    assert deduped(one, two, f"{one}\n{filler}\n{two}")["dup_group"].nunique() == 2


@pytest.mark.parametrize("bodies", [["", ""], ["Short.", "Short."], ["", TEXT, ""], [TEXT]])
def test_short_and_empty_articles_stand_alone(bodies: list[str]) -> None:
    found = deduped(*bodies)
    assert found["dup_group"].tolist() == found["doc_id"].tolist()


def test_no_article_gives_no_group() -> None:
    assert press_coverage.dedupe(pd.DataFrame({"doc_id": [], "body": []}), progress=False).empty


def test_the_order_of_the_table_and_its_own_columns_stay() -> None:
    found = deduped(TEXT, OTHER, TEXT, mark=[3, 1, 2])
    assert found["doc_id"].tolist() == ["a", "b", "c"]
    assert found["mark"].tolist() == [3, 1, 2]


def test_passages_are_the_same_words_in_both() -> None:
    found = deduped(
        TEXT, MADE["20 % of the words edited"][0], MADE["its paragraphs in another order"][0]
    )
    bodies = found.set_index("doc_id")["body"]
    shared = press_coverage.copies.passages(found)
    assert set(shared["doc_id"]) == {"b", "c"}
    for row in shared.itertuples():
        ours, theirs = (
            bodies[row.doc_id][row.start : row.end],
            bodies[row.source_doc_id][row.source_start : row.source_end],
        )
        assert words_of([ours])[0].tolist() == words_of([theirs])[0].tolist()
        assert len(words_of([ours])[0]) >= 4
    texts = [
        bodies["b"][row.start : row.end] for row in shared[shared["doc_id"] == "b"].itertuples()
    ]
    assert len(words_of(texts)[0]) / len(words_of([bodies["b"]])[0]) == pytest.approx(
        found["dup_share"][1], abs=0.01
    )


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("„Kim“ – und\u00a0Trump…", ["Kim", "und", "Trump"]),
        ("Пхеньян и Москва", ["Пхеньян", "и", "Москва"]),
        ("김정은 위원장", ["김정은", "위원장"]),
        ("习近平。会见", ["习", "近", "平", "会", "见"]),
        ("İstanbul straße", ["İstanbul", "straße"]),
        ("", []),
    ],
)
def test_words_stand_where_they_are(text: str, words: list[str]) -> None:
    hashes, starts, ends = places_of(text)
    assert [text[start:end] for start, end in zip(starts, ends, strict=True)] == words
    if "İ" not in text:
        assert hashes.tolist() == words_of([text])[0].tolist()


def test_words_do_not_depend_on_what_they_are_hashed_with() -> None:
    alone = [words_of([row["body"]])[0].tolist() for row in GOLD.values()]
    words, offsets = words_of(row["body"] for row in GOLD.values())
    assert [words[start:end].tolist() for start, end in pairwise(offsets)] == alone
    assert len(set(runs(words).tolist())) > 0.5 * len(words)
