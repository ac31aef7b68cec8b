"""Chain: which clauses say what somebody else has said, by a linear chain over a text's clauses.

Each clause has features (its words, their beginnings, subjunctives, words of saying, the marks
around it) that weigh on its own label and, by their place, on its neighbours' labels; the best
chain of labels wins. Weights are in models/voice_*.npz under the hashes of the features' names,
without a word in clear, and are trained by data/model/train_voice.py.
Source: Lafferty et al. 2001 (conditional random fields)
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from functools import cache
from itertools import accumulate, chain
from typing import NamedTuple, TypeVar
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from press_coverage.annotation.quotes.clauses import Clause
from press_coverage.annotation.quotes.features import NEAR, STEPS, features
from press_coverage.models.arrays import arrays

_REMEMBERED = 100_000  # names or groups of names whose weights are remembered

Floats = NDArray[np.float32]
Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class _Memory(dict[Key, Value]):
    """What was looked up, forgotten when it is too much."""

    def remember(self, key: Key, value: Value) -> Value:
        if len(self) >= _REMEMBERED:
            self.clear()
        self[key] = value
        return value


class Rows(_Memory[str, int]):
    """The row of a name's weights, looked up under the name's hash; 0 where it has none."""

    def __init__(self, hashes: Sequence[int]) -> None:
        self.by_hash = {key: at for at, key in enumerate(hashes, 1)}

    def __missing__(self, name: str) -> int:
        row = self.by_hash.get(hashed(name), 0)
        # pairs of words are too many to be remembered
        return row if " " in name else self.remember(name, row)


class Singles(_Memory[str | tuple[str, ...], float]):
    """The weight of a name, or of a group of names together, looked up under their hashes."""

    def __init__(self, hashes: Sequence[int], weights: Sequence[float]) -> None:
        self.by_hash = dict(zip(hashes, weights, strict=True))

    def __missing__(self, name: str | tuple[str, ...]) -> float:
        weight = self.by_hash.get(hashed(name), 0.0) if isinstance(name, str) else self.sum(name)
        return self.remember(name, weight)

    def sum(self, names: Iterable[str | tuple[str, ...]]) -> float:
        """The weights of names or groups, added up."""
        return sum(map(self.__getitem__, names))


class Weights(NamedTuple):
    """What the names of features weigh.

    `shared` (names x places x labels) and `alone` (names x labels) by their rows, the first of
    which is empty; `follow` (labels x labels); `direct` and `source` one number for each name.
    `cues` are words of saying with how surely they mark a quotation, a to c, and `cuts` those
    behind which a clause ends.
    """

    labels: tuple[str, ...]
    follow: Floats
    shared_rows: Rows
    shared: Floats
    alone_rows: Rows
    alone: Floats
    direct: Singles
    source: Singles
    cues: Mapping[str, str]
    cuts: frozenset[str]


@cache
def weights(language: str) -> Weights:
    """The weights for 'de' or 'en'.

    >>> weights("de").labels
    ('BD', 'BN', 'ID', 'IN', 'M', 'O')
    """
    return unpacked(arrays(f"voice_{language}"))


def unpacked(held: Mapping[str, NDArray[np.generic]]) -> Weights:
    """The weights from the arrays that train_voice.py makes."""
    labels = tuple(held["labels"].tolist())
    shared_rows, shared = _table(held, "shared", len(NEAR) * len(labels))
    shared = shared.reshape(-1, len(NEAR), len(labels))
    alone_rows, alone = _table(held, "alone", len(labels))
    direct, source = (
        Singles(held[f"{kind}_hash"].tolist(), held[f"{kind}_weight"].tolist())
        for kind in ("direct", "source")
    )
    cues = dict(zip(held["cues"].tolist(), held["sure"].tolist(), strict=True))
    cuts = frozenset(cues) if held["cut"] else frozenset[str]()
    follow = held["follow"].astype(np.float32)
    return Weights(
        labels, follow, shared_rows, shared, alone_rows, alone, direct, source, cues, cuts
    )


def _table(held: Mapping[str, NDArray[np.generic]], kind: str, width: int) -> tuple[Rows, Floats]:
    """The rows of names, and the table of their weights with an empty row before them."""
    rows = Rows(held[f"{kind}_hash"].tolist())
    table = np.zeros((len(held[f"{kind}_hash"]) + 1, width), dtype=np.float32)
    row, column = held[f"{kind}_row"].astype(int).T
    table[row + 1, column] = held[f"{kind}_weight"]
    return rows, table


def hashed(name: str) -> int:
    """The hash of a feature's name."""
    return crc32(name.encode())


def labels(clauses: Sequence[Clause], model: Weights, *, lean: float = 0.4) -> list[str]:
    """Each clause's label.

    B begins and I goes on with somebody's words, M interrupts them, O is the outlet's own; behind
    B and I, D is direct and N is not.

    Args:
        clauses: a text's clauses.
        model: the weights of its language.
        lean: what is taken from the weight of O: more finds more, and more wrongly.

    Returns:
        A label for each clause, such as 'BD'.
    """
    if not clauses:
        return []
    score = _weigh(clauses, model) - lean * (np.array(model.labels) == "O")
    return [model.labels[at] for at in _best(score, model.follow)]


def contents(labels: Sequence[str]) -> list[tuple[int, int]]:
    """First and last clause of each stretch of somebody's words.

    Those in quotation marks from end to end are left out.

    >>> contents(["BN", "M", "IN", "M", "O", "BD", "BN"])
    [(0, 2), (6, 6)]
    """
    spans, at = list[tuple[int, int]](), 0
    while at < len(labels):
        first = last = at
        at += 1
        if labels[first][0] not in "BI":
            continue
        while at < len(labels) and labels[at][0] in "IM":
            last = at if labels[at][0] == "I" else last
            at += 1
        if labels[first][1:] == "N":
            spans.append((first, last))
        at = last + 1
    return spans


def _weigh(clauses: Sequence[Clause], model: Weights) -> Floats:
    """What each label weighs for each clause (clauses x labels)."""
    names = features(clauses, model.cues)
    shared = _summed(names.shared, model.shared_rows, model.shared)
    score = shared[:, NEAR.index("")] + _summed(names.alone, model.alone_rows, model.alone)
    sentence = np.array([clause.sentence for clause in clauses])
    whole = _summed(list(names.whole.values()), model.alone_rows, model.alone)
    score += whole[np.searchsorted(list(names.whole), sentence)]
    for step in STEPS:
        forward, back = slice(None, -abs(step)), slice(abs(step), None)
        here, beside = (back, forward) if step < 0 else (forward, back)
        same = (sentence[here] == sentence[beside])[:, None]
        inside, across = (shared[beside, NEAR.index(f"{step}{which}")] for which in "sx")
        score[here] += np.where(same, inside, across)
    return score


def _summed(names: Sequence[Sequence[str]], index: Rows, table: Floats) -> Floats:
    """For each list of names, none of which is empty, the sum of their weights."""
    rows = np.fromiter(map(index.__getitem__, chain.from_iterable(names)), dtype=np.intp)
    starts = list(accumulate(map(len, names), initial=0))[:-1]
    known = rows > 0
    known[starts] = True
    kept = np.cumsum(known) - 1
    weights = table.take(rows[known], axis=0)
    summed: Floats = np.add.reduceat(weights, kept[starts], axis=0)
    return summed


def _best(score: Floats, follow: Floats) -> list[int]:
    """The best chain (Viterbi 1967)."""
    total, back, before = score[0], list[list[int]](), follow.T.copy()
    for weight in score[1:]:
        through = before + total
        back.append(through.argmax(axis=1).tolist())
        total = through.max(axis=1) + weight
    best = [int(total.argmax())]
    for step in reversed(back):
        best.append(step[best[-1]])
    return best[::-1]
