"""Train the weights that find quotations and their sources: part of `make model`.

Needs python-crfsuite, scikit-learn and the training halves of two sets in ../shared/data, which are
not part of the project (german_quotations: Petersen-Frey & Biemann 2024, Wikinews, CC BY-NC-SA 4.0;
english_attributions: PolNeAR, US political news); without them it says so and changes nothing. What
is written are numbers under hashes of attributes, and single words of saying. All settings were
chosen on random quarters of the training halves that were held out.
"""

import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pycrfsuite
from quotations import FILES, SHARED, Gold, overlap, read
from scipy.optimize import minimize
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from press_coverage.annotation.quotes.chain import hashed
from press_coverage.annotation.quotes.clauses import (
    WORD,
    Clause,
    cut_clauses,
    locate_words,
    plain,
    quoted,
)
from press_coverage.annotation.quotes.features import NEAR, direct, features, near
from press_coverage.annotation.quotes.speakers import covering, options, phrases
from press_coverage.codebooks import terms

HERE = Path(__file__).parent
MODELS = HERE.parents[1] / "coverage" / "press_coverage" / "models"
SHARE = {
    "de": 0.25,
    "en": 0.2,
}  # of a word's uses in which it marks a quotation, to count as a word of saying
SURE = (0.35, 0.6)  # shares from which it is a rather sure and a sure one
CUT = {"de": False, "en": True}  # whether clauses end behind words of saying
CHAIN = {"de": {"c1": 0.1, "c2": 0.3}, "en": {"c1": 0.05, "c2": 1.0}}
RIDGE = 4.0  # on the weights of sources


def words_of_saying(texts: list[tuple[str, list[Gold]]], language: str) -> dict[str, str]:
    """Single words that mark a quotation often enough; a to c: how surely they do.

    For German, those of the cues codebook are among them, too.
    """
    uses, marks = Counter[str](), Counter[str]()
    for text, golds in texts:
        cue = frozenset[int]().union(*(gold.cue for gold in golds))
        for word in WORD.finditer(text):
            uses[word[0].lower()] += 1
            marks[word[0].lower()] += word.start() in cue
    learned = {
        word
        for word, count in marks.items()
        if count >= 2 and count / uses[word] >= SHARE[language]
    }
    if language == "de":
        forms = [
            form.lower().split()
            for row in terms.read("cues")
            if row.language == "de"
            for form in terms.forms(row.term)
        ]
        learned |= {
            word
            for form in forms
            for word in form
            if (len(form) == 1 and word != "so") or len(word) > 4
        }
    share = {word: marks[word] / max(uses[word], 1) for word in learned}
    return {
        word: "c" if share[word] > SURE[1] else "b" if share[word] > SURE[0] else "a"
        for word in sorted(learned)
    }


def labelled(found: Sequence[Clause], golds: list[Gold]) -> list[str]:
    """B begins and I goes on with a quotation, M interrupts it, O is the outlet's own.

    D is direct, N is not. Nested quotations are left out.
    """
    labels, free = ["O"] * len(found), [True] * len(found)
    for gold in sorted(golds, key=lambda gold: -len(gold.content)):
        kind = "D" if gold.direct else "N"
        half = [
            len(gold.content.intersection(range(c.start, c.end))) * 2 >= c.end - c.start
            for c in found
        ]
        own = [at for at in range(len(found)) if free[at] and half[at]]
        for at in range(own[0], own[-1] + 1) if own else ():
            if not free[at]:
                break
            free[at] = False
            labels[at] = f"B{kind}" if at == own[0] else f"I{kind}" if at in own else "M"
    return labels


def chain(prepared: list[Any], language: str) -> dict[str, Any]:
    """The weights of the chain over clauses."""
    trainer = pycrfsuite.Trainer(verbose=False)
    alone_names = set()
    for _, found, golds, cues in prepared:
        seen = features(found, cues)
        alone = [
            [*own, *seen.whole[clause.sentence]]
            for own, clause in zip(seen.alone, found, strict=True)
        ]
        alone_names |= {name for own in alone for name in own}
        trainer.append(
            [[*a, *b] for a, b in zip(near(seen.shared, found), alone, strict=True)],
            labelled(found, golds),
        )
    trainer.set_params({**CHAIN[language], "max_iterations": 100, "feature.minfreq": 2})
    with TemporaryDirectory() as folder:
        trainer.train(f"{folder}/chain")
        tagger = pycrfsuite.Tagger()
        tagger.open(f"{folder}/chain")
        info = tagger.info()
    labels = sorted(tagger.labels())
    follow = np.array(
        [[info.transitions.get((a, b), 0.0) for b in labels] for a in labels], dtype=np.float32
    )
    rows: dict[str, dict[int, list[tuple[int, float]]]] = {"shared": {}, "alone": {}}
    for (name, label), weight in info.state_features.items():
        place, bar, bare = name.partition("|")
        if name in alone_names:
            rows["alone"].setdefault(hashed(name), []).append((labels.index(label), weight))
        else:
            place, bare = (place, bare) if bar and place in NEAR else ("", name)
            rows["shared"].setdefault(hashed(bare), []).append(
                (NEAR.index(place) * len(labels) + labels.index(label), weight)
            )
    arrays: dict[str, Any] = {"labels": np.array(labels), "follow": follow}
    for kind, held in rows.items():
        flat = [
            (at, column, weight) for at, own in enumerate(held.values()) for column, weight in own
        ]
        arrays[f"{kind}_hash"] = np.array(list(held), dtype=np.uint32)
        arrays[f"{kind}_row"] = np.array([(at, column) for at, column, _ in flat], dtype=np.uint16)
        arrays[f"{kind}_weight"] = np.array([weight for *_, weight in flat], dtype=np.float16)
    return arrays


def matrix(rows: list[list[str]], least: int) -> tuple[Any, list[str]]:
    counts = Counter(name for row in rows for name in set(row))
    names = [name for name, count in counts.items() if count >= least]
    column = {name: at for at, name in enumerate(names)}
    held = [[column[name] for name in row if name in column] for row in rows]
    ends = np.cumsum([0, *map(len, held)])
    return csr_matrix(
        (np.ones(ends[-1]), [at for row in held for at in row], ends), shape=(len(rows), len(names))
    ), names


def is_it(span: set[int], gold: Gold, language: str) -> bool:
    """Whether a stretch in quotation marks is the direct quotation.

    In English, where direct ones are not coded apart, it may be a part of a quotation.
    """
    return bool(
        span <= gold.content
        if language == "en"
        else gold.direct and overlap(gold.content, span) >= 0.5
    )


def marked_stretches(prepared: list[Any], language: str) -> dict[str, float]:
    """Weights that tell a quotation among the stretches in quotation marks."""
    rows, truth = [], []
    for text, _, golds, cues in prepared:
        for at, span in enumerate(marked := quoted(text)):
            rows.append(direct(text, marked, at, cues))
            truth.append(any(is_it(set(range(*span)), gold, language) for gold in golds))
    numbers, names = matrix(rows, 1)
    fitted = LogisticRegression(C=1.0, max_iter=1000, fit_intercept=False).fit(numbers, truth)
    return dict(zip(names, fitted.coef_[0].tolist(), strict=True))


def speakers(prepared: list[Any], language: str) -> dict[str, float]:
    """Weights that choose a quotation's source: a logit over the phrases around it."""
    rows, right, group = [], [], []
    for number, (text, found, golds, cues) in enumerate(prepared):
        known, previous = phrases(text, found, locate_words(text, found, cues), language), None
        ordered = sorted(golds, key=lambda gold: (min(gold.content), -max(gold.content)))
        hulls = [(min(gold.content), max(gold.content) + 1) for gold in ordered]
        covered = covering(
            [(*hull, gold.direct) for gold, hull in zip(ordered, hulls, strict=True)], known
        )
        for turn, (gold, (start, end)) in enumerate(zip(ordered, hulls, strict=True)):
            offered = options((start, end, gold.direct), found, known, previous, covered)
            good = [
                bool(gold.source.intersection(range(*span))) if span else not gold.source
                for span, _ in offered
            ]
            if any(good) and not all(good):
                rows += [[name for own in groups for name in own] for _, groups in offered]
                right += good
                group += [(number, turn)] * len(good)
            previous = (min(gold.source), max(gold.source) + 1) if gold.source else None
    numbers, names = matrix(rows, 3)
    transposed, correct = numbers.T.tocsr(), np.array(right)
    first = np.array([at for at in range(len(group)) if at == 0 or group[at] != group[at - 1]])
    which = np.repeat(np.arange(len(first)), np.diff([*first, len(group)]))

    def loss(weight: Any) -> tuple[float, Any]:
        sums = numbers @ weight
        power = np.exp(sums - np.maximum.reduceat(sums, first)[which])
        whole, part = np.add.reduceat(power, first), np.add.reduceat(power * correct, first) + 1e-30
        slope = transposed @ (power / whole[which] - power * correct / part[which])
        return float(
            np.log(whole).sum() - np.log(part).sum() + RIDGE * weight @ weight / 2
        ), slope + RIDGE * weight

    fitted = minimize(
        loss, np.zeros(len(names)), jac=True, method="L-BFGS-B", options={"maxiter": 100}
    ).x
    return {
        name: weight
        for name, weight in zip(names, fitted.tolist(), strict=True)
        if abs(weight) >= 0.01
    }


def train(language: str, texts: list[tuple[str, list[Gold]]]) -> dict[str, Any]:
    """All arrays of one language's model."""
    texts = [(plain(text), golds) for text, golds in texts]
    cues = words_of_saying(texts, language)
    found = [
        cut_clauses(text, quoted(text), frozenset(cues) if CUT[language] else frozenset())
        for text, _ in texts
    ]
    prepared = [(text, own, golds, cues) for (text, golds), own in zip(texts, found, strict=True)]
    arrays = chain(prepared, language)
    for kind, held in (
        ("direct", marked_stretches(prepared, language)),
        ("source", speakers(prepared, language)),
    ):
        arrays[f"{kind}_hash"] = np.array([hashed(name) for name in held], dtype=np.uint32)
        arrays[f"{kind}_weight"] = np.array(list(held.values()), dtype=np.float16)
    return {
        **arrays,
        "cues": np.array(list(cues)),
        "sure": np.array(list(cues.values())),
        "cut": np.array(CUT[language]),
    }


def main() -> None:
    missing = [name for name in FILES.values() if not (SHARED / f"{name}_train.jsonl.gz").exists()]
    if missing:
        sys.exit(
            f"train_voice: the training texts are not at hand ({', '.join(missing)}); "
            "nothing was changed"
        )
    for language in FILES:
        np.savez_compressed(
            MODELS / f"voice_{language}.npz", **train(language, read(language, "train"))
        )
        print(language, f"{(MODELS / f'voice_{language}.npz').stat().st_size / 1024:.0f} KiB")


if __name__ == "__main__":
    main()
