"""Hold every quality figure against its floor: `make gate`, or `python benchmarks/gate.py`.

Figures on the specimens, and of quotations where the texts held out of training are at hand
(../shared/data), are measured anew. Figures by folds of outlets and by cross-validation take long
to measure: they come from the files that `make model` writes, if the code, weights and codebooks
are those they were measured with; otherwise the gate fails and says so.

Floors are in gate.json, with a digest of its own. They are set by
`python benchmarks/gate.py --set NAME=VALUE`; a lower one needs `--lower`, too, and a line in
CHANGELOG.md.
"""

import argparse
import hashlib
import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

import press_coverage as pc

ROOT = Path(__file__).parents[1]
MODEL = ROOT / "data" / "model"
FLOORS = Path(__file__).with_name("gate.json")
HELD_OUT = ("german_quotations_dev", "english_attributions_dev")
sys.path.insert(0, str(MODEL))
from digests import DEPENDS, digest, recorded  # noqa: E402


def floors(path: Path = FLOORS) -> dict[str, float]:
    """The floors by figure.

    Raises:
        ValueError: for floors that were changed by hand, without `--set`.
    """
    held = json.loads(path.read_text(encoding="utf-8"))
    values: dict[str, float] = held["floors"]
    if held["digest"] != digest_of(values):
        raise ValueError(f"{path.name} was changed by hand; set floors by gate.py --set NAME=VALUE")
    return values


def digest_of(values: Mapping[str, float]) -> str:
    return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()


def set_floors(changes: Mapping[str, float], *, lower: bool, path: Path = FLOORS) -> None:
    """Write floors; a lower one only where `lower` says that this is meant."""
    values = floors(path)
    sunk = [name for name, value in changes.items() if value < values.get(name, value)]
    if sunk and not lower:
        sys.exit(f"refused: {sunk[0]} would be lower; give --lower and a line in CHANGELOG.md")
    values |= changes
    held = {"floors": values, "digest": digest_of(values)}
    path.write_text(json.dumps(held, indent=2) + "\n", encoding="utf-8")


def on_specimens() -> Iterator[tuple[str, float]]:
    """Each figure of cleaning the specimens, measured now."""
    lines = (ROOT / "data/specimens/gold/articles.jsonl").read_text(encoding="utf-8").splitlines()
    gold = {row["doc_id"]: row for row in map(json.loads, lines)}
    articles, _ = pc.clean(
        pc.load(ROOT / "data/specimens/corpus", progress=False)[0], progress=False
    )
    for kind in ("html", "text", "table"):
        f1, recall = line_scores(articles, gold, kind)
        yield f"clean_{kind}_line_f1", f1
        yield f"clean_{kind}_line_recall", recall


def line_scores(
    articles: pd.DataFrame, gold: Mapping[str, Mapping[str, Any]], kind: str
) -> tuple[float, float]:
    """Line F1, and the share of the gold's lines kept, over the articles found as `kind`."""
    right = ours = true = 0
    for article in articles[articles["format"] == kind].itertuples():
        kept = set(str(article.body).split("\n"))
        wanted = set(gold[str(article.doc_id)]["body"].split("\n"))
        right, ours, true = right + len(kept & wanted), ours + len(kept), true + len(wanted)
    return 2 * right / (ours + true), right / true


def measured() -> dict[str, float]:
    """Each figure that is read from a file of figures."""
    return by_folds() | of_policy() | of_voice()


def by_folds() -> dict[str, float]:
    """What training found on real texts left out of training."""
    figures = read("figures.json")
    lines, first = figures["lines all"], figures["lines all recall first"]
    return {
        "folds_line_f1": lines["line_f1"],
        "folds_characters_right": lines["characters_right"],
        "folds_recall_first_content": first["content_kept"],
        "folds_recall_first_furniture": first["furniture_after_gone"],
        **{
            f"folds_body_f1_{group}": figures[f"pages {group}"]["body_f1"]
            for group in ("all", "de", "other")
        },
    }


def of_policy() -> dict[str, float]:
    """What cross-validation of the coder of policy frames found."""
    return {f"policy_{lang}_micro_f1": x["micro_f1"] for lang, x in read("policy.json").items()}


def of_voice() -> dict[str, float]:
    """Quotations on texts held out of training."""
    return {
        f"voice_{language}_{name}": value
        for language, scores in read("voice.json").items()
        for name, value in scores.items()
        if name != "texts"
    }


def read(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((MODEL / name).read_text(encoding="utf-8"))
    return found


def measure_voice() -> None:
    """Score the quotations anew, where the texts held out of training are at hand."""
    shared = ROOT.parent / "shared" / "data"
    if all((shared / f"{name}.jsonl.gz").exists() for name in HELD_OUT):
        subprocess.run([sys.executable, MODEL / "score_voice.py"], check=True)
    else:
        print("not measured anew: quotations; the texts held out of training are not at hand")


def stale() -> list[str]:
    """The files of figures that were measured with other code, weights or codebooks."""
    known = recorded()
    return [name for name in DEPENDS if known.get(name) != digest(name)]


def main() -> None:
    """Print a row a figure; exit 1 where one is below its floor or stale."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--set", metavar="NAME=VALUE", nargs="+", default=[], help="set floors")
    parser.add_argument("--lower", action="store_true", help="with --set: lower ones, too")
    given = parser.parse_args()
    if given.set:
        pairs = (change.split("=") for change in given.set)
        set_floors({name: float(value) for name, value in pairs}, lower=given.lower)
        return
    measure_voice()
    rows = [*on_specimens(), *measured().items()]
    table = pd.DataFrame(rows, columns=["figure", "reached"])
    table.insert(1, "floor", table["figure"].map(floors()))
    print(table.round(3).to_string(index=False))
    print("(annotation of the specimens has its floors in the tests)")
    for name in stale():
        print(f"stale: data/model/{name} was measured with other code; run make model")
    for name in table.loc[table["floor"].isna(), "figure"]:
        print(f"no floor: {name}; set one with --set")
    low = table[(table["reached"] < table["floor"]) | table["floor"].isna()]
    sys.exit(int(bool(stale()) or not low.empty))


if __name__ == "__main__":
    main()
