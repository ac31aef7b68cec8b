"""Count how cleaning changes what is found in the US press: `python data/press/build.py`.

Needs us_press_north_korea in ../shared/data, which is not part of the project; without it, it says so and changes nothing.
The articles are annotated twice, as scraped and as cleaned. What is written are counts by outlet; no text, no titles:
us_cleaning.csv (one row an outlet), us_cleaning_actors.csv (actors whose count changed) and us_cleaning_rules.csv (what came off).
"""

import gzip
import json
import sys
from pathlib import Path

import numpy as np
import pandas as pd

from press_coverage import annotate, clean

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
SOURCE = ROOT.parent / "shared" / "data" / "us_press_north_korea.jsonl.gz"
DRAWS = 2000
COLUMNS = (
    "articles characters characters_removed pieces_removed mentions_raw mentions_clean low high frames_raw frames_clean"
    " on_korea_raw on_korea_clean"
).split()


def read(path: Path) -> pd.DataFrame:
    """The articles as rows of a table, as a researcher would hold them: id, outlet, text."""
    with gzip.open(path, "rt", encoding="utf-8") as opened:
        rows = [json.loads(line) for line in opened]
    return pd.DataFrame([{"doc_id": row["ID"], "publisher": row["source"], "raw": row["text"]} for row in rows])


def removed_mentions(mentions: pd.DataFrame, ledger: pd.DataFrame) -> pd.DataFrame:
    """Mentions in the text as found that stand in a piece that was left out, with the rule that did so."""
    pieces = ledger.loc[ledger["action"] == "dropped", ["doc_id", "start", "end", "rule"]]
    return mentions.merge(pieces, on="doc_id", suffixes=("", "_piece")).query("start_piece <= start < end_piece")


def interval(raw: "pd.Series[int]", cleaned: "pd.Series[int]") -> tuple[float, float]:
    """95 % bootstrap interval of the share of mentions that cleaning removes; articles are drawn, not mentions."""
    draws = np.random.default_rng(1).integers(0, len(raw), (DRAWS, len(raw)))
    found = raw.to_numpy()[draws].sum(axis=1)
    shares = 1 - cleaned.to_numpy()[draws].sum(axis=1) / np.maximum(found, 1)
    low, high = np.quantile(shares[found > 0], (0.025, 0.975)) if (found > 0).any() else (0.0, 0.0)
    return float(low), float(high)


def by_outlet(table: pd.DataFrame, of: "pd.Series[str]", column: str) -> "pd.Series[int]":
    return table.assign(publisher=table["doc_id"].map(of)).groupby(["publisher", column]).size()


def main() -> None:
    if not SOURCE.exists():
        sys.exit(f"skipped: the articles are not here ({SOURCE.relative_to(ROOT.parent)}); the counts stay as they are")
    found = read(SOURCE)
    articles, ledger = clean(found)
    ledger = ledger[ledger["action"] == "dropped"]
    before, after = annotate(articles.assign(body=articles["raw"])), annotate(articles)
    by_article = found[["doc_id", "publisher"]].set_index("doc_id")
    by_article["characters"] = found["raw"].str.len().to_numpy()
    by_article["characters_removed"] = by_article["characters"] - articles["body"].str.len().to_numpy()
    by_article["pieces_removed"] = ledger["doc_id"].value_counts()
    for name, notes in (("raw", before), ("clean", after)):
        by_article[f"mentions_{name}"] = notes.mentions["doc_id"].value_counts()
        by_article[f"frames_{name}"] = notes.frames["doc_id"].value_counts()
        by_article[f"on_korea_{name}"] = by_article.index.isin(notes.mentions.loc[notes.mentions["country"] == "KP", "doc_id"])
    by_article = by_article.fillna(0)
    groups = by_article.groupby("publisher")
    outlets = groups.sum().astype("int64")
    outlets.insert(0, "articles", groups.size())
    ends = {str(name): interval(group["mentions_raw"], group["mentions_clean"]) for name, group in groups}
    outlets["low"], outlets["high"] = ([round(ends[str(name)][side], 4) for name in outlets.index] for side in (0, 1))

    outlets = outlets[[*COLUMNS]]
    of = found.set_index("doc_id")["publisher"]
    counts = {name: by_outlet(notes.mentions, of, "actor_id") for name, notes in (("raw", before), ("clean", after))}
    actors = pd.DataFrame(counts).fillna(0).astype("int64")
    actors = actors[actors["raw"] != actors["clean"]]
    lost = removed_mentions(before.mentions, ledger)
    rules = pd.DataFrame({"pieces": by_outlet(ledger, of, "rule"), "mentions": by_outlet(lost, of, "rule")}).fillna(0).astype("int64")
    for name, table in (("us_cleaning", outlets), ("us_cleaning_actors", actors), ("us_cleaning_rules", rules)):
        table.to_csv(HERE / f"{name}.csv", lineterminator="\n")
    named, kept = outlets["mentions_raw"].sum(), outlets["mentions_clean"].sum()
    print(f"{len(found)} articles of {len(outlets)} outlets, {named} mentions, {kept} of them after cleaning")


if __name__ == "__main__":
    main()
