"""Shingles: the words of many texts as numbers, and the runs of words that two texts share.

Everything is done with whole arrays at a time.
"""

from collections.abc import Iterable
from functools import cache

import numpy as np
from numpy.typing import NDArray

from press_coverage.text.words import lower

Words = NDArray[np.uint32]
Hashes = NDArray[np.uint64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

RUN = 4  # words of a shingle
_BATCH = 1 << 18  # bytes that are hashed together: they stay in the processor's cache
_RUNS = 1 << 16  # words whose runs are hashed together
_BASE = 0x9E3779B97F4A7C15  # odd, so that it has an inverse modulo 2**64
_MIX, _MORE = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)  # splitmix64's
_FACTORS = (0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0xD6E8FEB86659FD93)
_PLACE = np.array(_FACTORS, dtype=np.uint64)  # of the words of a run
_LETTER = np.zeros(256, dtype=bool)
_LETTER[[*b"0123456789abcdefghijklmnopqrstuvwxyz", *range(0x80, 0x100)]] = True
# bytes of ASCII, whose capitals are made small below, and of signs
_CASELESS = bytes([*range(0xC0), 0xC2, 0xE2])
_SMALL = np.arange(256, dtype=np.uint8)
_SMALL[ord("A") : ord("Z") + 1] += 32


def words_of(texts: Iterable[str]) -> tuple[Words, Ints]:
    """The words of texts as hashes, without case and punctuation.

    A word is a run of letters and digits; a Chinese or Japanese character is one by itself.

    Args:
        texts: any number of texts.

    Returns:
        The hashes of 32 bits, and where each text's words begin and the last's end.

    Examples:
        >>> words, offsets = words_of(["Kim met Trump.", "", "„Trump“ MET Kim"])
        >>> offsets.tolist(), bool((words[:3] == words[3:][::-1]).all())
        ([0, 3, 3, 6], True)
    """
    words: list[Words] = []
    counts: list[Ints] = [np.zeros(1, dtype=np.int64)]
    batch: list[bytes] = []
    size = 0
    for text in texts:
        data = text.encode("utf-8", "replace")
        if data.translate(None, _CASELESS):
            data = text.lower().encode("utf-8", "replace")
        batch.append(data)
        size += len(data) + 1
        if size > _BATCH:
            _hash(batch, words, counts)
            batch, size = [], 0
    _hash(batch, words, counts)
    return np.concatenate(words), np.cumsum(np.concatenate(counts))


def places_of(text: str) -> tuple[Words, Ints, Ints]:
    """The words of one text as hashes, and where each begins and ends in it, in characters.

    Examples:
        >>> words, starts, ends = places_of("Zwei Gespräche – „gut“")
        >>> [(int(start), int(end)) for start, end in zip(starts, ends)]
        [(0, 4), (5, 14), (18, 21)]
    """
    letters = np.frombuffer(lower(text).encode("utf-8", "replace"), dtype=np.uint8)
    starts, ends = _bounds(letters)
    character = np.append(np.cumsum((letters & 0xC0) != 0x80) - 1, len(text))
    return _of_bytes(letters, starts, ends), character[starts], character[ends]


def _hash(batch: list[bytes], words: list[Words], counts: list[Ints]) -> None:
    """Add the words of a batch of texts, and how many each text has."""
    letters = _SMALL[np.frombuffer(b"\n".join(batch), dtype=np.uint8)]
    starts, ends = _bounds(letters)
    words.append(_of_bytes(letters, starts, ends))
    before = np.searchsorted(starts, np.cumsum([len(text) + 1 for text in batch]))
    counts.append(np.diff(before, prepend=0))


def _of_bytes(letters: NDArray[np.uint8], starts: Ints, ends: Ints) -> Words:
    """Each word's polynomial over its letters, from sums over all before its start and its end."""
    up, down = _powers(1 << max(19, len(letters).bit_length()))
    sums = np.zeros(len(letters) + 1, dtype=np.uint64)
    np.cumsum(up[: len(letters)] * letters, out=sums[1:])
    hashes = (sums[ends] - sums[starts]) * down[starts]
    hashes ^= hashes >> np.uint64(29)
    return np.asarray((hashes * _MIX) >> np.uint64(32), dtype=np.uint32)


@cache
def _powers(size: int) -> tuple[Hashes, Hashes]:
    """The powers of the base, and of its inverse."""
    up, down = (np.full(size, base, np.uint64) for base in (_BASE, pow(_BASE, -1, 2**64)))
    return np.cumprod(up, dtype=np.uint64), np.cumprod(down, dtype=np.uint64)


def _bounds(letters: NDArray[np.uint8]) -> tuple[Ints, Ints]:
    """Where words start and end, in bytes."""
    within = np.zeros(len(letters) + 2, dtype=bool)
    within[1:-1] = _LETTER[letters]
    begins = np.zeros_like(within)
    if len(letters) and letters.max() >= 0x80:
        after = np.append(letters[1:], 0)
        latin = letters == 0xC2  # signs of Latin-1, no-break space among them
        dashes = (letters == 0xE2) & ((after == 0x80) | (after == 0x81))  # and quotation marks
        asian = (letters == 0xE3) & (after == 0x80)  # Chinese and Japanese marks
        for sign, size in ((latin, 2), (dashes, 3), (asian, 3)):
            at = np.flatnonzero(sign)
            for step in range(1, size + 1):
                within[at + step] = False
        characters = np.flatnonzero((letters >= 0xE3) & (letters <= 0xE9) & within[1:-1]) + 1
        begins[characters] = begins[np.minimum(characters + 3, len(within) - 1)] = True
    starts = within[1:-1] & (~within[:-2] | begins[1:-1])
    ends = within[1:-1] & (~within[2:] | begins[2:])
    return np.flatnonzero(starts), np.flatnonzero(ends) + 1


def runs(words: Words) -> Hashes:
    """A hash for each run of `RUN` words, by its first.

    Examples:
        >>> hashes = runs(words_of(["one two three four five. One two three four!"])[0])
        >>> len(hashes), bool(hashes[0] == hashes[-1])
        (6, True)
    """
    count = max(len(words) - RUN + 1, 0)
    hashes = words[:count] * _PLACE[0]
    for step in range(1, RUN if count else 0):
        hashes += words[step : step + count] * _PLACE[step]
    hashes ^= hashes >> np.uint64(31)
    hashes *= _MORE
    return np.asarray(hashes ^ (hashes >> np.uint64(30)))


def sampled(words: Words, offsets: Ints, one_in: int) -> tuple[Hashes, NDArray[np.int32]]:
    """A share of all runs, the same ones in every text that has them.

    Args:
        words: of all texts, see `words_of`.
        offsets: where each text's words begin.
        one_in: one run in so many is taken.

    Returns:
        The runs' hashes and the number of each's text, ordered by hash, then text.

    Source:
        Broder (1997), On the resemblance and containment of documents: sets modulo a number.

    Examples:
        >>> words, offsets = words_of(["one two three four five", "zero one two three four"])
        >>> hashes, texts = sampled(words, offsets, 1)
        >>> len(hashes), len(set(hashes.tolist())), sorted(texts.tolist())
        (4, 3, [0, 0, 1, 1])
    """
    most = np.uint64((2**64 - 1) // one_in)
    # the lowest bits of a hash give way to its text: one array to sort, not two
    bits = np.uint64((len(offsets) - 1).bit_length())
    keys, places = [np.zeros(0, dtype=np.uint64)], [np.zeros(0, dtype=np.int64)]
    for start in range(0, len(words), _RUNS):
        hashes = runs(words[start : start + _RUNS + RUN - 1])
        at = np.flatnonzero(hashes <= most)
        keys.append(hashes[at] >> bits << bits)
        places.append(at + start)
    key, place = np.concatenate(keys), np.concatenate(places)
    text = np.repeat(np.arange(len(offsets) - 1), np.diff(np.searchsorted(place, offsets)))
    key = (key | text.astype(np.uint64))[place + RUN <= offsets[1:][text]]
    key.sort()
    key = key[np.diff(key, prepend=~key[:1]) != 0]
    return key >> bits, (key & ((np.uint64(1) << bits) - np.uint64(1))).astype(np.int32)


def covered(hits: Flags) -> Flags:
    """Which words are in a run that hits; `hits` has the runs along its last axis.

    Examples:
        >>> covered(np.array([False, True, False])).tolist()
        [False, True, True, True, True, False]
    """
    words = np.zeros((*hits.shape[:-1], hits.shape[-1] + RUN - 1), dtype=bool)
    for step in range(RUN):
        words[..., step : step + hits.shape[-1]] |= hits
    return words


def contained(these: Hashes, those: Hashes) -> float:
    """The share of a text's words that occur in runs of another text.

    Args:
        these: the runs of the one.
        those: the runs of the other, sorted.

    Returns:
        From 0 to 1.

    Examples:
        >>> words, offsets = words_of(["one two three four five", "zero one two three four"])
        >>> contained(runs(words[:5]), np.sort(runs(words[5:])))
        0.8
    """
    if not len(these) or not len(those):
        return 0.0
    at = np.searchsorted(those, these)
    at[at == len(those)] = 0
    return float(covered(those[at] == these).mean())
