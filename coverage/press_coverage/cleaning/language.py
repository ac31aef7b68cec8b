"""Languages: which language a text is in, told for many texts at once."""

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache

import numpy as np
from py3langid.langid import MODEL_FILE, LanguageIdentifier

_START = 300  # characters that are looked at
_LEAST = 40  # letters among them
_TOGETHER = 256  # texts


def languages(texts: Sequence[str]) -> list[str | None]:
    """ISO 639-1 codes of the texts' languages, by their first 300 characters; None for a text too short to tell (under 40 letters).

    py3langid goes through a text byte by byte; here it goes through many texts in step.
    Source: https://github.com/adbar/py3langid

    >>> languages(["Die Delegation reiste am Freitag nach Washington weiter.", "Seoul"])
    ['de', None]
    """
    starts = [text[:_START] for text in texts]
    long = [at for at, start in enumerate(starts) if sum(map(str.isalpha, start)) >= _LEAST]
    out: list[str | None] = [None] * len(texts)
    for first in range(0, len(long), _TOGETHER):
        some = long[first : first + _TOGETHER]
        for at, code in zip(some, _told([starts[at] for at in some]), strict=True):
            out[at] = code if len(code) == 2 else None  # 'zxx': no language
    return out


@cache
def _identifier() -> LanguageIdentifier:
    return LanguageIdentifier.from_model_file(MODEL_FILE)


def _told(texts: Sequence[str]) -> Iterator[str]:
    known = _identifier()
    table = np.asarray(known.tk_nextmove).reshape(-1, 256)
    rows, features = (
        np.asarray(known.tk_row, dtype=np.int64),
        np.asarray(known.tk_output, dtype=np.int64),
    )
    coded = [known._encode(text) for text in texts]
    letters = np.zeros((max(map(len, coded)), len(coded)), dtype=np.uint8)
    for at, code in enumerate(coded):
        letters[: len(code), at] = np.frombuffer(code, dtype=np.uint8)
    state = np.zeros(len(coded), dtype=np.int64)
    found = np.empty(letters.shape, dtype=np.int64)
    for step, letter in enumerate(letters):
        state = table[rows[state], letter]
        found[step] = features[state]
    for code, seen in zip(coded, found.T, strict=True):
        seen = seen[: len(code)]
        counts = Counter(seen[seen >= 0].tolist())
        scores = (
            known._sparse_score(counts, known.nb_ptc) if counts else np.zeros(len(known.nb_classes))
        )
        for one, other in known._alias_pairs:
            scores[one] = max(scores[one], scores[other])
            scores[other] = np.finfo(np.float32).min
        yield str(known.nb_classes[int(scores.argmax())])
