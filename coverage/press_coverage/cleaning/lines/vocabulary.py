"""Vocabulary: which words of a text's lines its prose has too, and which it lacks; words are numbers here, never strings."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

_FACTOR = 0x9E3779B97F4A7C15  # odd, so that it has an inverse
_FACTORS = (_FACTOR, pow(_FACTOR, -1, 2**64))
_SALT, _NONE = np.uint64(0xD1B54A32D192ED03), np.zeros(1, dtype=np.uint64)

Counts = NDArray[Any]
Flags = NDArray[np.bool_]


def vocabulary(
    lowered: NDArray[np.int32],
    word: Flags,
    begins: Flags,
    upper: Flags,
    ends: NDArray[np.int64],
    inside: Flags,
    of: NDArray[np.int64],
) -> tuple[Counts, Counts, Counts, Counts]:
    """For each line: capitalised words, share of long words that the prose has too, words of the first line, names the prose lacks."""
    n, first, behind = len(ends), np.flatnonzero(begins), np.flatnonzero(word[:-1] & ~word[1:]) + 1
    row, capital = np.searchsorted(ends, first), upper[first]
    # a word's number is its letters' as a polynomial, 48 of them at most, and its text's
    factors, undone = (
        np.multiply.accumulate(np.full(len(lowered), factor, dtype=np.uint64))
        for factor in _FACTORS
    )
    sums = np.concatenate([_NONE, np.cumsum((lowered.astype(np.uint64) + np.uint64(1)) * factors)])
    words = (sums[np.minimum(behind, first + 48)] - sums[first]) * undone[first] + of[row].astype(
        np.uint64
    ) * _SALT
    long = np.flatnonzero(behind - first > 3)
    long = long[np.argsort(words[long], kind="stable")]
    names, rows, capitals = words[long], row[long], capital[long]

    def changes(*keys: NDArray[Any]) -> Flags:
        found: Flags = np.logical_or.reduce(
            [np.append(True, key[1:] != key[:-1])[: len(key)] for key in keys]
        )
        return found

    names = np.cumsum(changes(names)) - 1
    once = changes(names, rows)
    words, lines = names[once], rows[once]
    in_prose = np.bincount(words[inside[lines]], minlength=len(names))
    in_title = np.zeros(len(names), dtype=bool)
    in_title[words[lines == bounds(of)[0][lines]]] = True
    known = np.bincount(lines, weights=in_prose[words] > inside[lines], minlength=n) / np.maximum(
        np.bincount(lines, minlength=n), 1
    )
    titled = np.bincount(lines, weights=in_title[words], minlength=n)
    names, rows = names[capitals], rows[capitals]
    once = changes(names, rows)
    unknown = np.bincount(
        rows[once], weights=in_prose[names[once]] <= inside[rows[once]], minlength=n
    )
    return np.bincount(row[capital], minlength=n), known, titled, unknown


def bounds(of: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """For each line the first line of its text and the one after its last.

    >>> [found.tolist() for found in bounds(np.array([0, 0, 1]))]
    [[0, 0, 2], [2, 2, 3]]
    """
    size = np.bincount(of)
    last = np.cumsum(size)
    return (last - size)[of], last[of]
