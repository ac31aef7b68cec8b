"""Stories across outlets and languages, weights by voice, and the agency's share."""

from itertools import combinations
from pathlib import Path

import pandas as pd
import pytest

import press_coverage
from press_coverage.copies.weighting import is_agency
from press_coverage.tables.schema import SchemaError

TALKS = "Trump and Kim sign a statement in Singapore"
GESPRÄCH = "Kim und Trump unterzeichnen in Singapur eine Erklärung"


def told(
    *texts: str, dates: str | list[str | None] = "2018-06-12", **columns: list[object]
) -> list[str]:
    ids = [chr(ord("a") + n) for n in range(len(texts))]
    rows = pd.DataFrame(
        {"doc_id": ids, "title": texts, "body": texts, "publishing_date": dates, **columns}
    )
    found: list[str] = press_coverage.stories(rows, progress=False)["story"].tolist()
    return found


def test_an_event_is_one_story_in_two_languages() -> None:
    assert told(
        TALKS, GESPRÄCH, "Rain is expected in the south of Italy", language=["en", "de", "en"]
    ) == ["a", "a", "c"]


def test_the_earliest_leads_and_days_bound_a_story() -> None:
    assert told(TALKS, GESPRÄCH, dates=["2018-06-13", "2018-06-12"]) == ["b", "b"]
    assert told(TALKS, GESPRÄCH, dates=["2018-06-12", "2018-07-12"]) == ["a", "b"]


def test_an_article_without_a_date_or_text_stands_alone() -> None:
    assert told(TALKS, GESPRÄCH, "", dates=["2018-06-12", None, "2018-06-12"]) == ["a", "b", "c"]


def test_copies_stay_in_one_story() -> None:
    assert told(
        TALKS, TALKS, GESPRÄCH, dates=["2018-06-12", None, "2018-06-12"], dup_group=["a", "a", "c"]
    ) == ["a", "a", "a"]


def test_no_article_gives_no_story() -> None:
    assert press_coverage.stories(pd.DataFrame({"doc_id": [], "body": []}), progress=False).empty


ROWS = pd.DataFrame(
    {
        "doc_id": list("abcdef"),
        "publisher": ["AP", "The Lantern", "The Lantern", "The Ledger", "The Ledger", None],
        "agency": [None, "AP", None, None, None, None],
        "dup_group": ["a", "a", "c", "d", "a", "f"],
        "story": ["a", "a", "a", "d", "a", "f"],
    }
)


def test_agency_copy_is_what_is_credited_published_by_an_agency_or_a_copy_of_it() -> None:
    assert is_agency(ROWS).tolist() == [True, True, False, False, True, False]


def test_weights_count_each_article_text_story_or_own_text_once() -> None:
    assert press_coverage.copies.weights(ROWS).tolist() == [1] * 6
    assert press_coverage.copies.weights(ROWS, "text").tolist() == pytest.approx(
        [1 / 3, 1 / 3, 1, 1, 1 / 3, 1]
    )
    assert press_coverage.copies.weights(ROWS, "story").tolist() == [0.25, 0.25, 0.25, 1, 0.25, 1]
    assert press_coverage.copies.weights(ROWS, "own").tolist() == [0, 0, 1, 1, 0, 1]
    with pytest.raises(ValueError, match="raw, text, story, own"):
        press_coverage.copies.weights(ROWS, "outlet")
    with pytest.raises(SchemaError, match="run stories first"):
        press_coverage.copies.weights(ROWS.drop(columns="story"), "story")


def test_the_agencys_share_of_each_outlet_has_its_counts_and_interval() -> None:
    found = press_coverage.measures.agency_share(ROWS)
    assert found["publisher"].tolist() == ["The Lantern", "The Ledger"]
    assert found[["articles", "agency", "credited"]].values.tolist() == [[2, 1, 1], [2, 1, 0]]
    assert ((found["low"] < found["share"]) & (found["share"] < found["high"])).all()


SPECIMENS = Path(__file__).parents[2] / "data" / "specimens"


def links(
    story: pd.Series, event: pd.Series, language: pd.Series, *, across: bool
) -> tuple[float, float]:
    """Precision and recall of pairs on one event, across languages or within one."""
    right = found = true = 0
    for one, two in combinations(event.index, 2):
        if (language[one] != language[two]) == across:
            same, gold = story[one] == story[two], event[one] != "" and event[one] == event[two]
            right, found, true = right + (same and gold), found + same, true + gold
    return right / found, right / true


@pytest.mark.parametrize("across", [True, False], ids=["across languages", "within one"])
def test_the_specimens_fall_into_their_events(specimens, gate, across: bool) -> None:
    rows = pd.DataFrame(list(specimens.gold.values())).assign(
        publishing_date=lambda table: table["written_for"]
    )
    texts = rows[["doc_id", "title", "body", "language", "publishing_date"]]
    found = press_coverage.stories(texts, progress=False).set_index("doc_id")
    event = pd.read_csv(SPECIMENS / "events.csv", keep_default_na=False, index_col="doc_id")[
        "event"
    ]
    precision, recall = links(found["story"], event, found["language"], across=across)
    where = "across" if across else "within"
    assert precision >= gate[f"stories_{where}_precision"]
    assert recall >= gate[f"stories_{where}_recall"]
    readme = " ".join(
        (SPECIMENS.parents[1] / "docs" / "validity.md").read_text(encoding="utf-8").split()
    )
    said = (
        f"{100 * precision:.0f} % are right, and it finds {100 * recall:.0f} %"
        if across
        else f"{100 * precision:.0f} % and {100 * recall:.0f} %"
    )
    assert said in readme
