"""Headlines of other articles alone in a table's cell go by a rule.

Subheads and what looks like them stay.
"""

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import press_coverage
from press_coverage.cleaning.lines.features import features
from press_coverage.cleaning.lines.headlines import foreign_headlines
from press_coverage.cleaning.lines.verdicts import KEEP, judged
from press_coverage.codebooks.reading import check_entries

CASES = json.loads((Path(__file__).parents[1] / "cases/headlines.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", [pytest.param(c, id=f"{c['kind']}: {c['label']}") for c in CASES])
def test_a_cell_loses_the_headlines_of_other_articles_and_keeps_its_own(
    case: dict[str, Any],
) -> None:
    texts = [
        "\n".join(case["lines"]),
        *["Fog lay on the river, and no boat left."] * len(case.get("others", [])),
    ]
    titles = [case.get("title", "Ferries"), *case.get("others", [])]
    cells = pd.DataFrame(
        {
            "doc_id": [str(at) for at in range(len(texts))],
            "publisher": "Uralia",
            "title": titles,
            "raw": texts,
        }
    )
    articles, ledger = press_coverage.clean(cells, progress=False)
    dropped = ledger[ledger["doc_id"].eq("0") & ledger["action"].eq("dropped")]
    assert dropped[["text", "rule"]].values.tolist() == case["gone"]
    assert articles.loc[0, "body"].split("\n") == [
        line for line in case["lines"] if line not in dropped["text"].tolist()
    ]
    assert dropped["score"].between(0, 1).all()


def test_scrapes_are_judged_without_them() -> None:
    lines = next(case["lines"] for case in CASES if case["label"] == "a label in capitals")
    rows = features(lines)
    for setting, kept in (
        ("table", False),
        ("scraped cell", False),
        ("text", True),
        ("recall first", True),
    ):
        verdicts = judged(lines, rows, [0.9] * len(lines), {}, KEEP[setting], None)
        assert [line for line, verdict in zip(lines, verdicts, strict=True) if not verdict[0]] == (
            [] if kept else ["KNOW YOUR HARBOR: Tides, tolls and timetables"]
        )


def test_a_few_lines_are_no_article_to_judge_by() -> None:
    assert (
        foreign_headlines(
            ["Ferries", "Fog lay on the river.", "KNOW YOUR HARBOR: A look at tides"],
            [False, True, False],
        )
        == {}
    )


@pytest.mark.parametrize(("kind", "book"), [("patterns", "lines"), ("words", "cleaning")])
def test_each_row_of_the_codebooks_matches_its_example_alone(kind: str, book: str) -> None:
    assert not list(check_entries(kind, book))
