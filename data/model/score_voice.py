"""Score quotations on texts held out of training: part of `make gate`, where they are at hand.

A gold quotation is found where one of ours overlaps its content by half or more (characters, intersection over union), and joint where
the speakers' spans touch, or both are empty. In English, quotations of ours within another are left out: the gold does not
code them. `source` compares the spans of sources alone, `direct` the German quotations that the gold calls direct with ours.
Figures are written to voice.json.
"""

import json
import sys
from pathlib import Path
from typing import Any

import pandas as pd
from quotations import FILES, SHARED, Gold, Places, overlap, places, read

import press_coverage

HERE = Path(__file__).parent
Ours = tuple[Places, Places, str]


def ours(texts: list[tuple[str, list[Gold]]], language: str) -> list[list[Ours]]:
    """For each text our quotations: content, source and form."""
    articles = pd.DataFrame({"doc_id": [str(at) for at in range(len(texts))], "body": [text for text, _ in texts], "language": language})
    found: list[list[Ours]] = [[] for _ in texts]
    for row in press_coverage.annotate(articles, progress=False).quotes.to_dict("records"):
        source = places([(row["source_start"], row["source_end"])] if pd.notna(row["source_start"]) else [])
        found[int(row["doc_id"])].append((places([(row["start"], row["end"])]), source, row["form"]))
    if language == "en":
        return [[one for one in own if not any(one[0] < other[0] for other in own)] for own in found]
    return found


def matched(own: list[Ours], golds: list[Gold]) -> list[tuple[Ours, Gold]]:
    """Pairs of ours and the gold's, each used once, in our order."""
    free, pairs = list(golds), []
    for one in own:
        best = max(free, key=lambda gold: overlap(one[0], gold.content), default=None)
        if best is not None and overlap(one[0], best.content) >= 0.5:
            free.remove(best)
            pairs.append((one, best))
    return pairs


def f1(right: int, ours_: int, gold: int) -> float:
    return round(2 * right / max(ours_ + gold, 1), 3)


def score(language: str) -> dict[str, Any]:
    """The figures of one language by their names."""
    texts = read(language, "dev")
    found = ours(texts, language)
    golds = [own for _, own in texts]
    pairs = [matched(a, b) for a, b in zip(found, golds, strict=True)]
    counts = sum(map(len, found)), sum(map(len, golds))
    joint = sum(bool(one[1] & gold.source) or not (one[1] or gold.source) for own in pairs for one, gold in own)
    sources = [({one[1] for one in a if one[1]}, {gold.source for gold in b if gold.source}) for a, b in zip(found, golds, strict=True)]
    touching = sum(any(one & gold for one in a) for a, b in sources for gold in b)
    figures = {"texts": len(texts), "content": f1(sum(map(len, pairs)), *counts), "joint": f1(joint, *counts)}
    figures["source"] = f1(touching, sum(len(a) for a, _ in sources), sum(len(b) for _, b in sources))
    if language == "de":
        direct = [
            ([one for one in a if one[2] == "direct"], [gold for gold in b if gold.direct]) for a, b in zip(found, golds, strict=True)
        ]
        figures["direct"] = f1(sum(len(matched(a, b)) for a, b in direct), sum(len(a) for a, _ in direct), sum(len(b) for _, b in direct))
    return figures


def main() -> None:
    if not all((SHARED / f"{name}_dev.jsonl.gz").exists() for name in FILES.values()):
        sys.exit("score_voice: the texts held out of training are not at hand; nothing was changed")
    figures = {language: score(language) for language in FILES}
    (HERE / "voice.json").write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
