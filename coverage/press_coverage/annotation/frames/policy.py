"""Policy frames: which of the frames of the Media Frames codebook an article takes as a whole.

A supervised coder, beside the terms of `dictionary`: an article's vector is the mean of its
passages' vectors, and each frame has a logit over it, with a threshold for each language. Weights
are in models/policy.npz, without pickle and without a word; data/model/train_policy.py makes them.
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
_UNREAD = "the coder of policy frames was not trained on"


class Weights(NamedTuple):
    """The coder's numbers.

    `slope` (frames x 512) and `start` (languages x frames) of the logits, and from which
    probability each language counts a frame.
    """

    slope: NDArray[np.float32]
    start: NDArray[np.float32]
    threshold: NDArray[np.float32]


def policy_frames(
    articles: pd.DataFrame, *, progress: bool = True
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Policy frames of German, English and Russian articles.

    Several frames of an article may be present, or none. What the coder is worth for each frame and
    language is in data/model/policy.json.

    Args:
        articles: a table with doc_id, body and language.
        progress: whether a bar is shown.

    Returns:
        (policy_frames, ledger), see `press_coverage.tables.schema.describe`: a row for each article
        and frame, `probability` is the coder's, `present` says whether it reaches the language's
        threshold; and the ledger of the articles left out.

    Raises:
        SchemaError: where a column is missing or a value is wrong.

    Source:
        Boydstun and others 2014, "Tracking the development of media frames within and across policy
        issues"; labels of training texts from Piskorski and others 2023,
        https://aclanthology.org/2023.semeval-1.317 (14 frames, without "Other").

    Examples:
        >>> body = "The court ruled that the sanctions break the constitution; the judges ordered "
        >>> body += "a new trial."
        >>> articles = pd.DataFrame({"doc_id": ["a"], "language": ["en"], "body": [body]})
        >>> rows, ledger = policy_frames(articles, progress=False)
        >>> rows.sort_values("probability")["frame"].iloc[-1]
        'Legality_Constitutionality_and_jurisprudence'
    """
    articles = schema.check(articles, "articles")
    usable, left_out = readable(articles, LANGUAGES, _UNREAD)
    chosen, model = articles[usable], weights()
    language = np.array([LANGUAGES.index(code) for code in chosen["language"]], dtype=int)
    bodies = vectors(chosen["body"].tolist(), progress=progress)
    chance = probability(model, bodies, language)
    present = chance >= model.threshold[language][:, None]
    ids, frames = np.repeat(chosen["doc_id"].to_numpy(), len(POLICY)), list(POLICY) * len(chosen)
    columns = {"doc_id": ids, "frame": frames, "probability": chance.ravel()}
    coded = pd.DataFrame(columns).assign(present=present.ravel())
    return schema.check(coded, "policy_frames"), schema.table(left_out, "ledger")


def vectors(bodies: Sequence[str], *, progress: bool = False) -> NDArray[np.float32]:
    """A vector of length one for each text that has a word (texts x 512).

    It is the mean of the vectors of the text's passages of 100 words, by their number of words.

    >>> vectors(["Two envoys met in Seoul."]).shape
    (1, 512)
    """
    total = np.zeros((len(bodies), 512), dtype=np.float32)
    for first in bar(range(0, len(bodies), _ARTICLES), "policy frames", "batch", show=progress):
        texts = enumerate(bodies[first : first + _ARTICLES], first)
        passages = [(at, words) for at, body in texts for words in _passages(body)]
        passages.sort(key=lambda passage: len(passage[1]))
        for start in range(0, len(passages), _BATCH):
            numbers, words = zip(*passages[start : start + _BATCH], strict=True)
            encoded = _of_length_one(encoder().encode([" ".join(passage) for passage in words]))
            sizes = np.array([[len(passage)] for passage in words], dtype=np.float32)
            np.add.at(total, list(numbers), encoded * sizes)
    return _of_length_one(total)


def probability(
    model: Weights, bodies: NDArray[np.float32], language: NDArray[np.int_]
) -> NDArray[np.float64]:
    """How likely each text takes each frame (texts x frames).

    Args:
        model: the coder.
        bodies: the texts' vectors (texts x 512).
        language: the number of each text's language in `LANGUAGES`.

    Returns:
        The probabilities, 0 to 1.

    Examples:
        >>> slope, start, threshold = (np.array([[x]], "float32") for x in (2.0, 0.0, 0.5))
        >>> bodies = np.array([[0.0], [1.0]], "float32")
        >>> model = Weights(slope, start, threshold)
        >>> probability(model, bodies, np.array([0, 0])).round(2).tolist()
        [[0.5], [0.88]]
    """
    total: NDArray[np.float64] = (bodies @ model.slope.T + model.start[language]).astype(float)
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


def _of_length_one(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    lengths = np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)
    return np.asarray(rows / lengths, dtype=np.float32)
