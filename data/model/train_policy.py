"""Train the coder of policy frames: part of `make model`.

Needs scikit-learn and ../shared/data/media_frames_train.jsonl.gz (SemEval 2023, task 3: 708 German,
English and Russian articles with the frames that its coders gave them), which is not part of the
project; without it, this says so and changes nothing. Written are numbers, no word of the texts.
What policy.json reports comes from cross-validation in five folds, each language's articles spread
evenly over them, three times; thresholds are chosen within each fold's training part, by folds of
its own.
"""

import gzip
import json
import sys
import warnings
from pathlib import Path
from typing import Any

import krippendorff
import numpy as np
from digests import record
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold

from press_coverage.annotation.frames.policy import LANGUAGES, Weights, probability, vectors
from press_coverage.tables.columns import POLICY

HERE = Path(__file__).parent
SOURCE = HERE.parents[2] / "shared" / "data" / "media_frames_train.jsonl.gz"
TARGET = HERE.parents[1] / "coverage" / "press_coverage" / "models" / "policy.npz"
RIDGE, OWN = (
    0.01,
    3.0,
)  # inverse strength of the ridge on slopes; how freely each language has its own base rate
REPEATS, FOLDS = 3, 5
THRESHOLDS = np.linspace(0.1, 0.7, 31)
Bools = NDArray[np.bool_]
Floats = NDArray[np.float32]
Ints = NDArray[np.int_]


def fitted(found: Floats, which: Ints, labels: Bools) -> Weights:
    """Logits without thresholds."""
    scale = found.std()
    own = np.eye(len(LANGUAGES))[which] * OWN
    rows = np.hstack([found / scale, own])
    slopes, starts = [], []
    for column in labels.T:
        model = LogisticRegression(C=RIDGE, max_iter=500).fit(rows, column)
        slopes.append(model.coef_[0, : found.shape[1]] / scale)
        starts.append(model.coef_[0, found.shape[1] :] * OWN + model.intercept_[0])
    return Weights(
        np.array(slopes, "float32"),
        np.array(starts, "float32").T,
        np.zeros(len(LANGUAGES), "float32"),
    )


def with_thresholds(found: Floats, which: Ints, labels: Bools) -> Weights:
    """Logits, with the thresholds that give each language the best micro-F1 on folds left out."""
    chance = np.zeros(labels.shape)
    for fit, held in StratifiedKFold(FOLDS - 1, shuffle=True, random_state=7).split(found, which):
        chance[held] = probability(
            fitted(found[fit], which[fit], labels[fit]), found[held], which[held]
        )
    best = [
        max(THRESHOLDS, key=lambda t: micro(chance[which == n] >= t, labels[which == n]))
        for n in range(len(LANGUAGES))
    ]
    return fitted(found, which, labels)._replace(threshold=np.array(best, "float32"))


def usual(fit: tuple[Ints, Bools], which: Ints) -> Bools:
    """The guess that needs no text: the frames that a language's articles take most often.

    There are as many as suit the language's training part best.
    """
    shares = np.array([fit[1][fit[0] == n].mean(axis=0) for n in range(len(LANGUAGES))])
    best = [
        max(THRESHOLDS, key=lambda t: micro(shares[fit[0]][fit[0] == n] >= t, fit[1][fit[0] == n]))
        for n in range(len(LANGUAGES))
    ]
    return np.asarray(shares[which] >= np.array(best)[which][:, None])


def micro(ours: Bools, gold: Bools) -> float:
    """Micro-F1 over articles and frames."""
    return float(2 * (ours & gold).sum() / max(ours.sum() + gold.sum(), 1))


def per_frame(ours: Bools, gold: Bools) -> dict[str, dict[str, float]]:
    """For each frame how often it is in the gold, precision, recall and Krippendorff's alpha.

    Alpha is that of coder and gold.
    """
    out = {}
    for name, mine, true in zip(POLICY, ours.T, gold.T, strict=True):
        right = int((mine & true).sum())
        alpha = krippendorff.alpha(
            reliability_data=[mine.astype(int), true.astype(int)], level_of_measurement="nominal"
        )
        figures = {
            "share": true.mean(),
            "precision": right / max(mine.sum(), 1),
            "recall": right / max(true.sum(), 1),
            "alpha": alpha,
        }
        out[name] = {key: round(float(value), 3) for key, value in figures.items()}
    return out


def main() -> None:
    if not SOURCE.exists():
        sys.exit(f"{SOURCE.name} is not at hand: the coder of policy frames stays as it is")
    with gzip.open(SOURCE, "rt", encoding="utf-8") as lines:
        rows: list[dict[str, Any]] = [json.loads(line) for line in lines]
    found = vectors([row["text"] for row in rows], progress=True)
    which = np.array([LANGUAGES.index(row["lang"]) for row in rows])
    labels = np.array([[name in row["frames"] for name in POLICY] for row in rows])
    ours, gold, language, without = [], [], [], []
    for repeat in range(REPEATS):
        for fit, held in StratifiedKFold(FOLDS, shuffle=True, random_state=repeat).split(
            found, which
        ):
            model = with_thresholds(found[fit], which[fit], labels[fit])
            ours.append(
                probability(model, found[held], which[held])
                >= model.threshold[which[held]][:, None]
            )
            without.append(usual((which[fit], labels[fit]), which[held]))
            gold.append(labels[held])
            language.append(which[held])
    mine, true, of, guess = (np.concatenate(part) for part in (ours, gold, language, without))
    told: dict[str, dict[str, Any]] = {}
    for n, name in enumerate(LANGUAGES):
        own = of == n
        scores = {
            "micro_f1": micro(mine[own], true[own]),
            "usual_frames_micro_f1": micro(guess[own], true[own]),
        }
        told[name] = {
            "articles": int((which == n).sum()),
            **{key: round(value, 3) for key, value in scores.items()},
        }
        print(name, told[name])
        told[name]["frames"] = per_frame(mine[own], true[own])
    (HERE / "policy.json").write_text(json.dumps(told, indent=2) + "\n", encoding="utf-8")
    if "--figures" not in sys.argv:
        np.savez_compressed(TARGET, **with_thresholds(found, which, labels)._asdict())
    record("policy.json")


if __name__ == "__main__":
    warnings.simplefilter("error", RuntimeWarning)
    main()
