"""Chain: which clauses say what somebody else has said, by a linear chain over a text's clauses.

Each clause has features (its words, their beginnings, subjunctives, words of saying, the marks
around it) that weigh on its own label and, by their place, on its neighbours' labels; the best
chain of labels wins. Weights are in models/voice_*.npz under the hashes of the features' names,
without a word in clear, and are trained by data/model/train_voice.py.
Source: Lafferty et al. 2001 (conditional random fields)
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from itertools import accumulate, chain, count
from typing import NamedTuple
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from press_coverage.annotation.quotes.clauses import Clause
from press_coverage.annotation.quotes.features import NEAR, STEPS, features
from press_coverage.models.arrays import arrays

_REMEMBERED = 100_000  # names or groups of names whose weights are remembered

Floats = NDArray[np.float32]


class Lookup(dict[str | tuple[str, ...], float]):
    """A number for each name, looked up under the name's hash and remembered; 0 where it has none.

    A group of names has their sum.
    """

    def __init__(self, hashes: Sequence[int], numbers: Iterable[float]) -> None:
        self.by_hash = dict(zip(hashes, numbers, strict=False))

    def __missing__(self, name: str | tuple[str, ...]) -> float:
        number = self.by_hash.get(hashed(name), 0) if isinstance(name, str) else self.sum(name)
        if len(self) >= _REMEMBERED:
            self.clear()
        if " " not in name:  # pairs of words are too many to be remembered
            self[name] = number
        return number

    def sum(self, names: Iterable[str | tuple[str, ...]]) -> float:
        """The numbers of names or groups, added up."""
        return sum(map(self.__getitem__, names))


class Table(NamedTuple):
    """The weights of names: `weights` by row, the first of which is empty, `rows` by name."""

    rows: Lookup
    weights: Floats

    def sums(self, names: Sequence[Sequence[str]]) -> Floats:
        """For each list of names, none of which is empty, the sum of their weights."""
        rows = np.fromiter(map(self.rows.__getitem__, chain.from_iterable(names)), dtype=np.intp)
        starts = list(accumulate(map(len, names), initial=0))[:-1]
        known = rows > 0
        known[starts] = True
        kept = np.cumsum(known) - 1
        weights = self.weights.take(rows[known], axis=0)
        return np.asarray(np.add.reduceat(weights, kept[starts], axis=0), dtype=np.float32)


class Weights(NamedTuple):
    """What the names of features weigh.

    `follow` (labels x labels), `shared` (names x places x labels), `alone` (names x labels),
    `direct` and `source` one number for each name. `cues` are words of saying with how surely they
    mark a quotation, a to c, and `cuts` those behind which a clause ends.
    """

    labels: tuple[str, ...]
    follow: Floats
    shared: Table
    alone: Table
    direct: Lookup
    source: Lookup
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
    shared, alone = (
        _table(held, "shared", len(NEAR), len(labels)),
        _table(held, "alone", len(labels)),
    )
    direct, source = (
        Lookup(held[f"{kind}_hash"].tolist(), held[f"{kind}_weight"].tolist())
        for kind in ("direct", "source")
    )
    cues = dict(zip(held["cues"].tolist(), held["sure"].tolist(), strict=True))
    cuts = frozenset(cues) if held["cut"] else frozenset[str]()
    follow = held["follow"].astype(np.float32)
    return Weights(labels, follow, shared, alone, direct, source, cues, cuts)


def _table(held: Mapping[str, NDArray[np.generic]], kind: str, *shape: int) -> Table:
    hashes = held[f"{kind}_hash"].tolist()
    weights = np.zeros((len(hashes) + 1, math.prod(shape)), dtype=np.float32)
    row, column = held[f"{kind}_row"].astype(int).T
    weights[row + 1, column] = held[f"{kind}_weight"]
    return Table(Lookup(hashes, count(1)), weights.reshape(-1, *shape))


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
    shared = model.shared.sums(names.shared)
    score = shared[:, NEAR.index("")] + model.alone.sums(names.alone)
    sentence = np.array([clause.sentence for clause in clauses])
    whole = model.alone.sums(list(names.whole.values()))
    score += whole[np.searchsorted(list(names.whole), sentence)]
    for step in STEPS:
        forward, back = slice(None, -abs(step)), slice(abs(step), None)
        here, beside = (back, forward) if step < 0 else (forward, back)
        same = (sentence[here] == sentence[beside])[:, None]
        inside, across = (shared[beside, NEAR.index(f"{step}{which}")] for which in "sx")
        score[here] += np.where(same, inside, across)
    return score


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
