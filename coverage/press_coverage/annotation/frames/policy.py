"""Policy: which of the policy frames of the Media Frames codebook an article takes as a whole, beside the terms of `frames`.

A supervised coder: an article's vector is the mean of its passages' vectors, and each frame has a logit over it, with a threshold
for each language. Weights stand in models/policy.npz, without pickle and without a word; data/model/train_policy.py makes them.
"""

from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from press_coverage.annotation.notes import readable
from press_coverage.models.arrays import arrays
from press_coverage.models.encoder import encoder
from press_coverage.tables import schema
from press_coverage.tables.columns import POLICY
from press_coverage.tables.progress import bar

LANGUAGES = ("de", "en", "ru")
WORDS = 100  # of a passage
_ARTICLES, _BATCH = 64, 64  # articles and passages at a time


class Weights(NamedTuple):
    """`slope` (frames x 512), `start` (languages x frames) of the logits, and from which probability a language counts a frame."""

    slope: NDArray[np.float32]
    start: NDArray[np.float32]
    threshold: NDArray[np.float32]


def policy_frames(
    articles: pd.DataFrame, *, progress: bool = True
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Policy frames of German, English and Russian articles: a row for each article and frame, and the ledger of those left out.

    Articles need doc_id, body and language. Returns (policy_frames, ledger), see `press_coverage.tables.schema.describe`: `probability`
    is the coder's, `present` says whether it reaches the language's threshold. Several frames of an article may be present,
    or none. What the coder is worth for each frame and language stands in data/model/policy.json. Raises SchemaError.

    Source: Boydstun and others 2014, "Tracking the development of media frames within and across policy issues"; labels of
    training texts from Piskorski and others 2023, https://aclanthology.org/2023.semeval-1.317 (14 frames, without "Other").

    >>> body = "The court ruled that the sanctions break the constitution; the judges ordered a new trial."
    >>> rows, ledger = policy_frames(pd.DataFrame({"doc_id": ["a"], "language": ["en"], "body": [body]}), progress=False)
    >>> rows.sort_values("probability")["frame"].iloc[-1]
    'Legality_Constitutionality_and_jurisprudence'
    """
    articles = schema.check(articles, "articles")
    usable, left_out = readable(
        articles, LANGUAGES, "the coder of policy frames was not trained on"
    )
    chosen = articles[usable]
    model = weights()
    which = np.array([LANGUAGES.index(language) for language in chosen["language"]], dtype=int)
    chance = probability(model, vectors(chosen["body"].tolist(), progress=progress), which)
    present = chance >= model.threshold[which][:, None]
    ids = np.repeat(chosen["doc_id"].to_numpy(), len(POLICY))
    found = {
        "doc_id": ids,
        "frame": list(POLICY) * len(chosen),
        "probability": chance.ravel(),
        "present": present.ravel(),
    }
    return schema.check(pd.DataFrame(found), "policy_frames"), schema.table(left_out, "ledger")


def vectors(bodies: Sequence[str], *, progress: bool = False) -> NDArray[np.float32]:
    """A vector of length one for each text that has a word: the mean of its passages of 100 words, by their number of words.

    >>> vectors(["Two envoys met in Seoul."]).shape
    (1, 512)
    """
    out = np.zeros((len(bodies), 512), dtype=np.float32)
    for first in bar(range(0, len(bodies), _ARTICLES), "policy frames", "batch", show=progress):
        pieces = [
            (at, piece)
            for at, body in enumerate(bodies[first : first + _ARTICLES], first)
            for piece in _passages(body)
        ]
        pieces.sort(key=lambda piece: len(piece[1]))
        for start in range(0, len(pieces), _BATCH):
            batch = pieces[start : start + _BATCH]
            found = encoder().encode([" ".join(words) for _, words in batch])
            found = found / np.maximum(np.linalg.norm(found, axis=1, keepdims=True), 1e-9)
            np.add.at(
                out,
                [at for at, _ in batch],
                found * np.array([[len(words)] for _, words in batch], dtype=np.float32),
            )
    return np.asarray(
        out / np.maximum(np.linalg.norm(out, axis=1, keepdims=True), 1e-9), dtype=np.float32
    )


def probability(
    model: Weights, found: NDArray[np.float32], which: NDArray[np.int_]
) -> NDArray[np.float64]:
    """How likely each text takes each frame (texts x frames), from its vector and its language's number.

    >>> one = Weights(np.array([[2.0]], "float32"), np.array([[0.0]], "float32"), np.array([0.5], "float32"))
    >>> probability(one, np.array([[0.0], [1.0]], "float32"), np.array([0, 0])).round(2).tolist()
    [[0.5], [0.88]]
    """
    total: NDArray[np.float64] = (found @ model.slope.T + model.start[which]).astype(float)
    return 1 / (1 + np.exp(-total))


@cache
def weights() -> Weights:
    """The coder that comes with the package.

    >>> weights().slope.shape
    (14, 512)
    """
    held = arrays("policy")
    return Weights(held["slope"], held["start"], held["threshold"])


def _passages(body: str) -> list[list[str]]:
    lines = [line.split() for line in body.split("\n")]
    return [words[at : at + WORDS] for words in lines for at in range(0, len(words), WORDS)]
