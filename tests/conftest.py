"""What several tests read: the specimens with their gold, and the report, built once."""

import json
from io import StringIO
from pathlib import Path
from typing import Any, NamedTuple

import nbformat
import pandas as pd
import pytest
from gate import floors

import press_coverage
from press_coverage.sharing import report

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
    gold = [
        json.loads(line)
        for line in (SPECIMENS / "gold" / "articles.jsonl").read_text(encoding="utf-8").splitlines()
    ]
    return Specimens(loaded, articles, pd.concat([first, second]), {g["doc_id"]: g for g in gold})


@pytest.fixture(scope="session")
def gold_articles(specimens: Specimens) -> pd.DataFrame:
    """The gold bodies as a table of articles, for what is measured apart from cleaning."""
    return pd.DataFrame(list(specimens.gold.values()))[
        ["doc_id", "publisher", "language", "title", "body"]
    ]


@pytest.fixture(scope="session")
def gate() -> dict[str, float]:
    """Quality floors; lowering one needs a line in CHANGELOG.md."""
    return floors()


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of the notebooks as committed.

    Behind a figure are the rows that its notebook shows.
    """
    out = tmp_path_factory.mktemp("report")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(report, "_execute", _as_committed)
        assert report.build(ROOT / "notebooks", out) == 0
    return out


def _as_committed(path: Path, target: Path, corpus: Path | None) -> None:
    target.write_bytes(path.read_bytes())
    tagged = [
        cell for cell in nbformat.read(path, 4).cells if "rows" in cell.metadata.get("tags", [])
    ]
    for number, cell in enumerate(tagged, start=1):
        shown = pd.read_html(StringIO(cell.outputs[0]["data"]["text/html"]), index_col=0)[0]
        shown.to_csv(target.parents[1] / "rows" / f"{path.stem}-{number}.csv", index=False)
