"""Measure what tests/gate.json sets floors for: `make gate`.

On the specimens with the code as it is; and what data/model/train.py found on real pages by folds of outlets. Where the real
pages are at hand (../shared/data), the models that come with the package are scored on them, too: they were trained on these
outlets, so that is no estimate of anything and has no floor.
"""

import json
import re
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

import press_coverage

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared"


def line_scores(
    articles: pd.DataFrame, gold: Mapping[str, Mapping[str, Any]], kind: str
) -> tuple[float, float]:
    """Line F1 and the share of the gold's lines kept, over the articles found as `kind`."""
    right = ours = true = 0
    for article in articles[articles["format"] == kind].itertuples():
        kept, wanted = (
            set(str(article.body).split("\n")),
            set(gold[str(article.doc_id)]["body"].split("\n")),
        )
        right, ours, true = right + len(kept & wanted), ours + len(kept), true + len(wanted)
    return 2 * right / (ours + true), right / true


def measured_on_specimens() -> Iterable[tuple[str, float]]:
    """Each figure of cleaning the specimens by its name in gate.json."""
    lines = (ROOT / "data/specimens/gold/articles.jsonl").read_text(encoding="utf-8").splitlines()
    gold = {found["doc_id"]: found for found in map(json.loads, lines)}
    articles, _ = press_coverage.clean(
        press_coverage.load(ROOT / "data/specimens/corpus", progress=False)[0], progress=False
    )
    for kind in ("html", "text", "table"):
        f1, recall = line_scores(articles, gold, kind)
        yield f"clean_{kind}_line_f1", f1
        yield f"clean_{kind}_line_recall", recall


def measured_by_folds() -> dict[str, float]:
    """What training and scoring found on real texts left out of training, by its name in gate.json."""
    found = json.loads((ROOT / "data/model/figures.json").read_text(encoding="utf-8"))
    names = {"line_f1": "lines all", "characters_right": "lines all"}
    told = {f"folds_{name}": found[group][name] for name, group in names.items()}
    told |= {
        f"folds_body_f1_{group}": found[f"pages {group}"]["body_f1"]
        for group in ("all", "de", "other")
    }
    policy = json.loads((ROOT / "data/model/policy.json").read_text(encoding="utf-8"))
    told |= {f"policy_{language}_micro_f1": own["micro_f1"] for language, own in policy.items()}
    first = found["lines all recall first"]
    voice = json.loads((ROOT / "data/model/voice.json").read_text(encoding="utf-8"))
    told |= {
        f"voice_{language}_{name}": value
        for language, own in voice.items()
        for name, value in own.items()
        if name != "texts"
    }
    return told | {
        "folds_recall_first_content": first["content_kept"],
        "folds_recall_first_furniture": first["furniture_after_gone"],
    }


def main() -> None:
    """Print a row a figure; exit 1 where one is below its floor."""
    floors = json.loads((ROOT / "tests/gate.json").read_text(encoding="utf-8"))
    rows = [
        (name, floors[name], value)
        for name, value in [*measured_on_specimens(), *measured_by_folds().items()]
    ]
    table = pd.DataFrame(rows, columns=["figure", "floor", "reached"]).round(3)
    print(table.to_string(index=False))
    print("(annotation has its floors in the tests: pytest tests/test_annotate.py)")
    for script, data in (("html_body", "saved_pages"), ("plain_text_lines", "page_lines")):
        path = SHARED / "measure" / f"{script}.py"
        if not path.exists():
            print(f"skipped: {script}, the real texts are not beside this folder (shared/)")
            continue
        run = subprocess.run(
            [sys.executable, path, SHARED / "data" / f"{data}.jsonl.gz"],
            capture_output=True,
            text=True,
            check=False,
        )
        print(
            f"{script}, on outlets that the model was trained on: {re.split(chr(10), run.stdout.strip())[-1]}"
        )
    subprocess.run([sys.executable, ROOT / "data/model/score_voice.py"], check=False)
    sys.exit(int((table["reached"] < table["floor"]).any()))


if __name__ == "__main__":
    main()
