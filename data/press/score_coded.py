"""Actors and events against excerpts of the US press that were coded by reading: `python data/press/score_coded.py`.

Needs ../shared/data/us_press_north_korea.jsonl.gz, which is not part of the project; without it, it says so. `us_coded.csv` holds ids,
offsets into the cleaned body, labels and a hash of each excerpt, no text. An excerpt whose cleaned text has changed is left out, and
counted.
"""

import csv
import gzip
import hashlib
import json
import sys
from collections import defaultdict
from pathlib import Path

import pandas as pd

import press_coverage
from press_coverage.actors import find_actors
from press_coverage.events import find_events

HERE = Path(__file__).parent
SOURCE = HERE.parents[2] / "shared" / "data" / "us_press_north_korea.jsonl.gz"
MUTUAL = ("CONSULT", "AGREE", "COOPERATE")


def pair(category: str, source: str, target: str) -> tuple[str, ...]:
    """Both sides; those who meet, agree or work together in one order."""
    return tuple(sorted((source, target))) if category in MUTUAL else (source, target)


def overlap(row: dict[str, str], start: int, end: int) -> bool:
    return int(row["start"]) < end and start < int(row["end"])


def main() -> None:
    if not SOURCE.exists():
        sys.exit(f"{SOURCE.name} is not at hand: nothing was scored")
    with (HERE / "us_coded.csv").open(encoding="utf-8", newline="") as file:
        coded = list(csv.DictReader(file))
    excerpts = {row["doc_id"]: row for row in coded if row["what"] == "excerpt"}
    with gzip.open(SOURCE, "rt", encoding="utf-8") as lines:
        found = [record for record in map(json.loads, lines) if record["ID"] in excerpts]
    articles = pd.DataFrame({"doc_id": [r["ID"] for r in found], "title": [r["title"] for r in found], "body": [r["text"] for r in found]})
    articles["publisher"], articles["url"], articles["language"] = [r["source"] for r in found], [r["url"] for r in found], "en"
    articles["publishing_date"] = pd.to_datetime([str(r["date"])[:10] for r in found], utc=True)
    cleaned, _ = press_coverage.clean(articles, progress=False)
    gold = defaultdict(list)
    for row in coded:
        gold[row["doc_id"], row["what"]].append(row)
    counts: dict[str, int] = defaultdict(int)
    for record in cleaned.to_dict("records"):
        end = int(excerpts[record["doc_id"]]["end"])
        body = record["body"] or ""
        if hashlib.sha256(body[:end].encode()).hexdigest() != excerpts[record["doc_id"]]["label"]:
            counts["excerpts that have changed"] += 1
            continue
        counts["excerpts"] += 1
        mentions = find_actors(body, "en", title=record["title"] or "")
        ours = [m for m in mentions if m.end <= end]
        theirs = list(gold[record["doc_id"], "mention"])
        counts["mentions found"] += len(ours)
        counts["mentions coded"] += len(theirs)
        for mention in ours:
            hit = next(
                (g for g in theirs if g["label"] == mention.actor_id and int(g["start"]) < mention.end and mention.start < int(g["end"])),
                None,
            )
            if hit:
                theirs.remove(hit)
                counts["mentions right"] += 1
        acts = list(gold[record["doc_id"], "event"])
        counts["events coded"] += len(acts)
        for event in find_events(body[:end], "en", ours):
            counts["events found"] += 1
            sides = pair(event.category, event.source_actor, event.target_actor)
            same = [
                g
                for g in acts
                if g["label"] == event.category
                and pair(event.category, g["source_actor"], g["target_actor"]) == sides
                and overlap(g, event.start, event.end)
            ]
            if same:
                acts.remove(same[0])
                counts["events right"] += 1
                mode = (str(int(event.negated)), str(int(event.hypothetical)))
                counts["events right with negation and hypothesis"] += (same[0]["negated"], same[0]["hypothetical"]) == mode
    for name, count in counts.items():
        print(f"{name}: {count}")
    for what in ("mentions", "events"):
        precision, recall = (counts[f"{what} right"] / max(counts[f"{what} {of}"], 1) for of in ("found", "coded"))
        f1 = 2 * precision * recall / max(precision + recall, 1e-9)
        print(f"{what}: precision {precision:.3f}, recall {recall:.3f}, F1 {f1:.3f}")


if __name__ == "__main__":
    main()
