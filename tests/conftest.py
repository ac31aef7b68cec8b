"""The specimens with their gold, read once."""

import json
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
import pytest

import press_coverage

ROOT = Path(__file__).parents[1]
SPECIMENS = ROOT / "data" / "specimens"


class Specimens(NamedTuple):
    """What the verbs make of the specimens, and what is true of them."""

    loaded: pd.DataFrame
    articles: pd.DataFrame
    ledger: pd.DataFrame
    gold: dict[str, dict[str, Any]]


@pytest.fixture(scope="session")
def specimens() -> Specimens:
    loaded, first = press_coverage.load(SPECIMENS / "corpus")
    articles, second = press_coverage.clean(loaded)
    gold = [json.loads(line) for line in (SPECIMENS / "gold" / "articles.jsonl").read_text(encoding="utf-8").splitlines()]
    return Specimens(loaded, articles, pd.concat([first, second]), {g["doc_id"]: g for g in gold})


@pytest.fixture(scope="session")
def gold_articles(specimens: Specimens) -> pd.DataFrame:
    """The gold bodies as a table of articles, for what is measured apart from cleaning."""
    return pd.DataFrame(list(specimens.gold.values()))[["doc_id", "publisher", "language", "title", "body"]]


@pytest.fixture(scope="session")
def gate() -> dict[str, float]:
    """Quality floors; lowering one needs a line in CHANGELOG.md."""
    floors: dict[str, float] = json.loads((ROOT / "tests" / "gate.json").read_text(encoding="utf-8"))
    return floors
