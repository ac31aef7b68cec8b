"""Voice: which clauses of a text say what somebody else has said, by a linear chain over its clauses.

Each clause has traits (its words, their beginnings, subjunctives, words of saying, the marks around it) that weigh on its
own label and, by their place, on its neighbours' labels; the best chain of labels wins. Weights stand in models/voice_*.npz under
the traits' hashes, without a word in clear, and are trained by data/model/train_voice.py.
Source: Lafferty et al. 2001 (conditional random fields)
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from itertools import accumulate, chain
from typing import NamedTuple
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from press_coverage.annotation.quotes.clauses import Clause
from press_coverage.annotation.quotes.features import NEAR, traits
from press_coverage.models.arrays import arrays

_REMEMBERED = 100_000  # names or groups of names whose weights are remembered


class Rows(dict[str, int]):
    """The row of a name's weights by the name: looked up under its hash, and remembered for single words; 0 where it has none."""

    def __init__(self, hashes: Sequence[int]) -> None:
        self.by_hash = {key: at for at, key in enumerate(hashes, 1)}

    def __missing__(self, name: str) -> int:
        row = self.by_hash.get(hashed(name), 0)
        if " " not in name:
            if len(self) >= _REMEMBERED:
                self.clear()
            self[name] = row
        return row


class Singles(dict[str | tuple[str, ...], float]):
    """The weight of a name or of a group of names together: looked up under their hashes, and remembered."""

    def __init__(self, hashes: Sequence[int], weights: Sequence[float]) -> None:
        self.by_hash = dict(zip(hashes, weights, strict=True))

    def __missing__(self, name: str | tuple[str, ...]) -> float:
        if len(self) >= _REMEMBERED:
            self.clear()
        weight = self.by_hash.get(hashed(name), 0.0) if isinstance(name, str) else self.sum(name)
        self[name] = weight
        return weight

    def sum(self, names: Iterable[str | tuple[str, ...]]) -> float:
        """The weights of names or groups, added up."""
        return sum(map(self.__getitem__, names))


class Weights(NamedTuple):
    """What a name weighs: `shared` (names x places x labels) and `alone` (names x labels) by their rows, the first of which is empty;
    `direct` and `source` one number each. `cues` are words of saying with how surely they mark a quotation, a to c.
    """

    labels: tuple[str, ...]
    follow: NDArray[np.float32]
    shared_rows: Rows
    shared: NDArray[np.float32]
    alone_rows: Rows
    alone: NDArray[np.float32]
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
    tables, indexes = [], []
    for name, places in (("shared", len(NEAR)), ("alone", 1)):
        rows = held[f"{name}_row"].astype(int)
        table = np.zeros((len(held[f"{name}_hash"]) + 1, places * len(labels)), dtype=np.float32)
        table[rows[:, 0] + 1, rows[:, 1]] = held[f"{name}_weight"]
        tables.append(table.reshape(-1, len(NEAR), len(labels)) if places > 1 else table)
        indexes.append(Rows(held[f"{name}_hash"].tolist()))
    direct, source = (
        Singles(held[f"{name}_hash"].tolist(), held[f"{name}_weight"].tolist())
        for name in ("direct", "source")
    )
    cues = dict(zip(held["cues"].tolist(), held["sure"].tolist(), strict=True))
    cuts = frozenset(cues) if held["cut"] else frozenset[str]()
    return Weights(
        labels,
        held["follow"].astype(np.float32),
        indexes[0],
        tables[0],
        indexes[1],
        tables[1],
        direct,
        source,
        cues,
        cuts,
    )


def hashed(name: str) -> int:
    """A name's hash."""
    return crc32(name.encode())


def labels(found: Sequence[Clause], model: Weights, *, lean: float = 0.4) -> list[str]:
    """Each clause's label: B begins and I goes on with somebody's words, M interrupts them, O is the outlet's own; D is direct, N not.

    `lean` is taken from the weight of a clause's being the outlet's own: more finds more, and more wrongly.
    """
    if not found:
        return []
    return [
        model.labels[at]
        for at in _best(_weigh(found, model) - lean * (np.array(model.labels) == "O"), model.follow)
    ]


def contents(named: Sequence[str]) -> list[tuple[int, int]]:
    """First and last clause of each stretch that gives somebody's words without quotation marks around all of it, from the labels.

    >>> contents(["BN", "M", "IN", "M", "O", "BD", "BN"])
    [(0, 2), (6, 6)]
    """
    spans, at = list[tuple[int, int]](), 0
    while at < len(named):
        kind, first, last = named[at], at, at
        at += 1
        if kind[0] not in "BI":
            continue
        while at < len(named) and named[at][0] in "IM":
            last = at if named[at][0] == "I" else last
            at += 1
        if kind[1:] == "N":
            spans.append((first, last))
        at = last + 1
    return spans


def _weigh(found: Sequence[Clause], model: Weights) -> NDArray[np.float32]:
    seen = traits(found, model.cues)
    near_by = _summed(seen.shared, model.shared_rows, model.shared)
    score = near_by[:, NEAR.index("")] + _summed(seen.alone, model.alone_rows, model.alone)
    sentence = np.array([clause.sentence for clause in found])
    score += _summed(list(seen.whole.values()), model.alone_rows, model.alone)[
        np.searchsorted(list(seen.whole), sentence)
    ]
    for step in (-2, -1, 1, 2):
        if len(found) > abs(step):
            here, there = (
                (slice(-step, None), slice(None, step))
                if step < 0
                else (slice(None, -step), slice(step, None))
            )
            same = (sentence[here] == sentence[there])[:, None]
            score[here] += np.where(
                same, near_by[there, NEAR.index(f"{step}s")], near_by[there, NEAR.index(f"{step}x")]
            )
    return score


def _summed(
    names: Sequence[Sequence[str]], index: Rows, table: NDArray[np.float32]
) -> NDArray[np.float32]:
    """For each list of names, none of which is empty, the sum of their weights."""
    rows = np.fromiter(map(index.__getitem__, chain.from_iterable(names)), dtype=np.intp)
    known = rows > 0
    known[starts := list(accumulate(map(len, names), initial=0))[:-1]] = True
    kept = np.cumsum(known) - 1
    summed: NDArray[np.float32] = np.add.reduceat(
        table.take(rows[known], axis=0), kept[starts], axis=0
    )
    return summed


def _best(score: NDArray[np.float32], follow: NDArray[np.float32]) -> list[int]:
    """The best chain (Viterbi 1967)."""
    total, back, before = score[0], list[list[int]](), follow.T.copy()
    for own in score[1:]:
        through = before + total
        back.append(through.argmax(axis=1).tolist())
        total = through.max(axis=1) + own
    found = [int(total.argmax())]
    for step in reversed(back):
        found.append(step[found[-1]])
    return found[::-1]
