"""Actors and events against excerpts of the US press that were coded by reading:
`python data/press/score_coded.py`.

Needs ../shared/data/us_press_north_korea.jsonl.gz, which is not part of the project; without it,
this says so and changes nothing. `us_coded.csv` holds ids, offsets into the cleaned body, labels,
which pass set them, and a hash of each excerpt, no text. An excerpt whose cleaned text has changed
is left out, and counted. `us_found.csv` is written, what the program finds in the excerpts, and
`us_coded_scores.csv`: ours against each pass, and the passes against each other.

Mentions are the same where they overlap and are of one actor; events where category and sides are
the same, and their words no more than 30 characters apart (one coder marks the verb, another the
noun), the sides of those who meet, agree or work together in any order.
"""

import csv
import gzip
import hashlib
import json
import sys
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import krippendorff
import pandas as pd

import press_coverage
from press_coverage.annotation.actors import find_actors
from press_coverage.annotation.events.acts import find_events

HERE = Path(__file__).parent
SOURCE = HERE.parents[2] / "shared" / "data" / "us_press_north_korea.jsonl.gz"
MUTUAL = ("CONSULT", "AGREE", "COOPERATE")
NEAR = 30  # characters between the words for one act


class Code(NamedTuple):
    """A mention or an event: where, as what, and, for an event, its sides and its mode."""

    start: int
    end: int
    label: str
    sides: tuple[str, ...] = ()
    mode: tuple[bool, bool] = (False, False)


def sides(category: str, source: str, target: str) -> tuple[str, ...]:
    """Both sides; those who meet, agree or work together in one order."""
    return tuple(sorted((source, target))) if category in MUTUAL else (source, target)


def apart(one: Code, other: Code) -> int:
    """Characters between two codes; below 0 where they overlap."""
    return max(one.start - other.end, other.start - one.end)


def matched(
    ours: Sequence[Code], theirs: Sequence[Code], same: Callable[[Code, Code], bool]
) -> list[tuple[Code, Code]]:
    """Pairs of the same, each used once."""
    free, pairs = list(theirs), []
    for one in ours:
        hit = min(
            (other for other in free if same(one, other)),
            key=lambda other: apart(one, other),
            default=None,
        )
        if hit:
            free.remove(hit)
            pairs.append((one, hit))
    return pairs


def excerpts() -> tuple[dict[str, tuple[str, str, str]], dict[tuple[str, str, str], list[Code]]]:
    """Part, title and text of each unchanged excerpt, and the codes by excerpt, kind and pass."""
    with (HERE / "us_coded.csv").open(encoding="utf-8", newline="") as file:
        coded = list(csv.DictReader(file))
    ends = {row["doc_id"]: row for row in coded if row["what"] == "excerpt"}
    with gzip.open(SOURCE, "rt", encoding="utf-8") as lines:
        found = [record for record in map(json.loads, lines) if record["ID"] in ends]
    articles = pd.DataFrame(
        {
            "doc_id": [r["ID"] for r in found],
            "title": [r["title"] for r in found],
            "body": [r["text"] for r in found],
        }
    )
    articles["publisher"], articles["url"], articles["language"] = (
        [r["source"] for r in found],
        [r["url"] for r in found],
        "en",
    )
    articles["publishing_date"] = pd.to_datetime([str(r["date"])[:10] for r in found], utc=True)
    cleaned, _ = press_coverage.clean(articles, progress=False)
    texts = {}
    for record in cleaned.to_dict("records"):
        own = ends[record["doc_id"]]
        text = (record["body"] or "")[: int(own["end"])]
        if hashlib.sha256(text.encode()).hexdigest() == own["label"]:
            texts[record["doc_id"]] = (own["part"], record["title"] or "", text)
    print(f"{len(texts)} excerpts; {len(ends) - len(texts)} have changed and are left out")
    codes: dict[tuple[str, str, str], list[Code]] = defaultdict(list)
    for row in coded:
        if row["what"] != "excerpt":
            both = (
                sides(row["label"], row["source_actor"], row["target_actor"])
                if row["what"] == "event"
                else ()
            )
            mode = (row["negated"] == "1", row["hypothetical"] == "1")
            codes[row["doc_id"], row["what"], row["coder"]].append(
                Code(int(row["start"]), int(row["end"]), row["label"], both, mode)
            )
    for doc_id, (_, title, text) in texts.items():
        mentions = find_actors(text, "en", title=title)
        codes[doc_id, "mention", "ours"] = [Code(m.start, m.end, m.actor_id) for m in mentions]
        codes[doc_id, "event", "ours"] = [
            Code(
                e.start,
                e.end,
                e.category,
                sides(e.category, e.source_actor, e.target_actor),
                (e.negated, e.hypothetical),
            )
            for e in find_events(text, "en", mentions)
        ]
    return texts, codes


def row(
    part: str, what: str, names: tuple[str, str], pairs: Sequence[tuple[list[Code], list[Code]]]
) -> dict[str, object]:
    """A row of us_coded_scores.csv.

    Of the events that are the same, `mode` is the share with the same negation and hypothesis.
    """
    reach = NEAR if what == "event" else 0
    same = [
        pair
        for mine, theirs in pairs
        for pair in matched(mine, theirs, lambda a, b: a[2:4] == b[2:4] and apart(a, b) < reach)
    ]
    found, coded = sum(len(mine) for mine, _ in pairs), sum(len(theirs) for _, theirs in pairs)
    figures = {
        "precision": len(same) / max(found, 1),
        "recall": len(same) / max(coded, 1),
        "f1": 2 * len(same) / max(found + coded, 1),
    }
    mode = sum(a.mode == b.mode for a, b in same) / max(len(same), 1) if what == "event" else None
    return (
        {
            "part": part,
            "what": f"{what}s",
            "one": names[0],
            "other": names[1],
            "of_one": found,
            "of_other": coded,
            "same": len(same),
        }
        | figures
        | {"mode": mode}
    )


def main() -> None:
    if not SOURCE.exists():
        sys.exit(f"{SOURCE.name} is not at hand: nothing was scored")
    texts, codes = excerpts()
    rows = []
    for part in ("development", "test"):
        ids = [doc_id for doc_id, (own, *_) in texts.items() if own == part]
        for what in ("mention", "event"):
            for one, other in (("ours", "first"), ("ours", "second"), ("first", "second")):
                rows.append(
                    row(
                        part,
                        what,
                        (one, other),
                        [(codes[i, what, one], codes[i, what, other]) for i in ids],
                    )
                )
        both = [(codes[i, "event", "first"], codes[i, "event", "second"]) for i in ids]
        near = [
            pair
            for mine, theirs in both
            for pair in matched(mine, theirs, lambda a, b: apart(a, b) < 0)
        ]
        labels = sorted({code.label for pair in near for code in pair})
        alpha = krippendorff.alpha(
            [[labels.index(pair[n].label) for pair in near] for n in (0, 1)],
            level_of_measurement="nominal",
        )
        print(
            f"{part}: alpha of the category where both passes code the same words as an event "
            f"({len(near)}): {alpha:.3f}"
        )
    found = [
        (i, texts[i][0], what, *one[:3])
        for (i, what, coder), own in codes.items()
        if coder == "ours"
        for one in own
    ]
    ours = pd.DataFrame(
        found, columns=["doc_id", "part", "what", "start", "end", "label"]
    ).sort_values(["part", "doc_id", "what", "start", "label"])
    ours.to_csv(HERE / "us_found.csv", index=False, lineterminator="\n")
    table = pd.DataFrame(rows).round(3)
    table.to_csv(HERE / "us_coded_scores.csv", index=False, lineterminator="\n")
    print(table.to_string(index=False))


if __name__ == "__main__":
    main()
