"""Score quotations on texts held out of training: part of `make gate`, where they are at hand.

A gold quotation is found where one of ours overlaps its content by half or more (characters,
intersection over union), and joint where the speakers' spans touch, or both are empty. In English,
quotations of ours within another are left out: the gold does not code them. `source` compares the
spans of sources alone, `direct` the German quotations that the gold calls direct with ours.
`content_joined` and `joint_joined` take as one the direct quotations of ours that follow one
another in a paragraph with the very same source span, as the English gold does where a frame
interrupts somebody's words.

`definition_*` are the German set's own measure: texts' quotations are put together one to one for
the highest sum of F1 over words (a hundredth more for the same directness). Each pair and each
quotation left over has a precision and a recall of words for each role that is filled, and the
means of these give F1. Roles here are the quotation, its speaker and its cue (the set has addressee
and frame as well).

Figures are written to voice.json.
Source of the German measure: Petersen-Frey and Biemann 2024, eval/eval.py of their data set
"""

import json
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from digests import record
from quotations import FILES, SHARED, Gold, Places, overlap, places, read
from scipy.optimize import linear_sum_assignment

import press_coverage

HERE = Path(__file__).parent
Ours = tuple[Places, Places, str, Places]  # content, source, form, cue


def ours(texts: list[tuple[str, list[Gold]]], language: str) -> list[list[Ours]]:
    """For each text our quotations."""
    articles = pd.DataFrame(
        {
            "doc_id": [str(at) for at in range(len(texts))],
            "body": [text for text, _ in texts],
            "language": language,
        }
    )
    found: list[list[Ours]] = [[] for _ in texts]
    for row in press_coverage.annotate(articles, progress=False).quotes.to_dict("records"):
        source, cue = (
            places(
                [(row[f"{name}_start"], row[f"{name}_end"])]
                if pd.notna(row[f"{name}_start"])
                else []
            )
            for name in ("source", "cue")
        )
        found[int(row["doc_id"])].append(
            (places([(row["start"], row["end"])]), source, row["form"], cue)
        )
    return found


def outer(found: list[list[Ours]]) -> list[list[Ours]]:
    """Without those within another."""
    return [[one for one in own if not any(one[0] < other[0] for other in own)] for own in found]


def joined(text: str, own: list[Ours]) -> list[Ours]:
    """Ours; direct ones of the same source that follow one another in a paragraph are one."""
    kept = list[Ours]()
    for content, source, form, cue in own:
        if (
            kept
            and form == kept[-1][2] == "direct"
            and source
            and source == kept[-1][1]
            and "\n" not in text[max(kept[-1][0]) : min(content)]
        ):
            kept[-1] = (kept[-1][0] | content, source, form, kept[-1][3])
        else:
            kept.append((content, source, form, cue))
    return kept


def definition(texts: list[tuple[str, list[Gold]]], found: list[list[Ours]]) -> dict[str, float]:
    """The German set's own measure."""
    roles = ("quotation", "speaker", "cue")
    precision, recall = ({role: list[float]() for role in roles} for _ in range(2))
    for (text, golds), own in zip(texts, found, strict=True):
        starts = [match.start() for match in re.finditer(r"\w+|[^\w\s]", text)]

        def words(*spans: Places, starts: Sequence[int] = starts) -> list[set[int]]:
            return [{at for at in starts if at in span} for span in spans]

        sides = (
            [words(g.content, g.source, g.cue) for g in golds],
            [words(one[0], one[1], one[3]) for one in own],
        )
        score = np.zeros((len(golds), len(own)))
        for i, a in enumerate(sides[0]):
            for k, b in enumerate(sides[1]):
                if both := len(a[0] & b[0]):
                    score[i, k] = 2 * both / (len(a[0]) + len(b[0])) + 0.01 * (
                        golds[i].direct == (own[k][2] == "direct")
                    )
        first, second = (index.tolist() for index in linear_sum_assignment(score, maximize=True))
        empty: list[set[int]] = [set(), set(), set()]
        pairs = [(sides[0][i], sides[1][k]) for i, k in zip(first, second, strict=True)]
        pairs += [(a, empty) for i, a in enumerate(sides[0]) if i not in first] + [
            (empty, b) for k, b in enumerate(sides[1]) if k not in second
        ]
        for gold, ours_ in pairs:
            for role, a, b in zip(roles, gold, ours_, strict=True):
                precision[role] += [len(a & b) / len(b)] if b else []
                recall[role] += [len(a & b) / len(a)] if a else []

    def mean(*names: str) -> float:
        p, r = (
            float(np.mean([value for name in names for value in held[name]]))
            for held in (precision, recall)
        )
        return round(2 * p * r / max(p + r, 1e-9), 3)

    return {
        **{f"definition_{role}": mean(role) for role in roles},
        "definition_joint": mean(*roles),
    }


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
    pieces = [joined(text, own) for (text, _), own in zip(texts, found, strict=True)]
    if language == "en":
        found, pieces = outer(found), outer(pieces)
    golds = [own for _, own in texts]
    figures: dict[str, Any] = {"texts": len(texts), **against(found, golds)}
    sources = [
        ({one[1] for one in a if one[1]}, {gold.source for gold in b if gold.source})
        for a, b in zip(found, golds, strict=True)
    ]
    touching = sum(any(one & gold for one in a) for a, b in sources for gold in b)
    figures["source"] = f1(
        touching, sum(len(a) for a, _ in sources), sum(len(b) for _, b in sources)
    )
    if language == "de":
        spoken = [[one for one in own if one[2] == "direct"] for own in found]
        direct = [[gold for gold in own if gold.direct] for own in golds]
        right = sum(len(matched(a, b)) for a, b in zip(spoken, direct, strict=True))
        figures["direct"] = f1(right, sum(map(len, spoken)), sum(map(len, direct)))
        figures["direct_recall"] = round(right / sum(map(len, direct)), 3)
        return {**figures, **definition(texts, found)}
    return {
        **figures,
        **{f"{name}_joined": value for name, value in against(pieces, golds).items()},
    }


def against(found: list[list[Ours]], golds: list[list[Gold]]) -> dict[str, float]:
    """F1 of quotations, and of quotations with their sources."""
    pairs = [matched(a, b) for a, b in zip(found, golds, strict=True)]
    counts = sum(map(len, found)), sum(map(len, golds))
    joint = sum(
        bool(one[1] & gold.source) or not (one[1] or gold.source)
        for own in pairs
        for one, gold in own
    )
    return {"content": f1(sum(map(len, pairs)), *counts), "joint": f1(joint, *counts)}


def main() -> None:
    if not all((SHARED / f"{name}_dev.jsonl.gz").exists() for name in FILES.values()):
        sys.exit("score_voice: the texts held out of training are not at hand; nothing was changed")
    figures = {language: score(language) for language in FILES}
    (HERE / "voice.json").write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
    record("voice.json")
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
