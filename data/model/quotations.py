"""Texts with gold quotations, read into one form.

They are what train_voice.py learns from and score_voice.py measures on.
"""

import gzip
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from press_coverage.annotation.quotes.clauses import quoted

SHARED = Path(__file__).parents[3] / "shared" / "data"
FILES = {"de": "german_quotations", "en": "english_attributions"}
Places = frozenset[int]


class Gold(NamedTuple):
    """One quotation: the characters of its content, source and cue.

    It is `direct` if quotation marks are around it.
    """

    content: Places
    source: Places
    cue: Places
    direct: bool


def places(spans: Sequence[Any]) -> Places:
    return frozenset(i for a, b in spans for i in range(a, b))


def overlap(a: Places | set[int], b: Places | set[int]) -> float:
    return len(a & b) / max(len(a | b), 1)


def german(record: dict[str, Any]) -> list[Gold]:
    def of(note: dict[str, Any], key: str) -> Places:
        return places(
            [(s["charBegin"], s["charEnd"]) for s in (note.get(key) or {}).get("spans") or []]
        )

    notes = [note for note in record["annotations"] if of(note, "quote")]
    return [
        Gold(of(note, "quote"), of(note, "speaker"), of(note, "cue"), note["type"] == "Direct")
        for note in notes
    ]


def english(record: dict[str, Any]) -> list[Gold]:
    """PolNeAR comes in brat's stand-off format: T lines are spans, E lines join them."""
    spans, events = {}, []
    for line in record["attributions"].splitlines():
        name, rest = line.split("\t")[:2]
        if name[0] == "T":
            spans[name] = [
                tuple(map(int, piece.split())) for piece in rest.split(" ", 1)[1].split(";")
            ]
        elif name[0] == "E":
            events.append([part.split(":") for part in rest.split()])
    marked = [set(range(a, b)) for a, b in quoted(record["text"])]
    found = []
    for event in events:
        held: dict[str, list[Any]] = {"Content": [], "Source": [], "Cue": []}
        for role, name in event:
            held.get(role.rstrip("0123456789"), []).extend(spans.get(name, []))
        content = places(held["Content"])
        if content:
            inside = any(overlap(content, span) >= 0.5 for span in marked)
            found.append(Gold(content, places(held["Source"]), places(held["Cue"]), inside))
    return found


def read(language: str, half: str) -> list[tuple[str, list[Gold]]]:
    with gzip.open(SHARED / f"{FILES[language]}_{half}.jsonl.gz", "rt", encoding="utf-8") as opened:
        records = [json.loads(line) for line in opened]
    return [
        (record["text"], (german if language == "de" else english)(record)) for record in records
    ]
