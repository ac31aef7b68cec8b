"""Features: a text's lines in numbers, which the models of `lines` and `pages` decide by.

What is counted is a line's shape (length, end marks, capitals, digits), its phrases of the trade (codebooks/furniture.csv),
its words that the page's prose knows or does not know, its place, and the same of its neighbours. No word goes in as such,
so the models hold none. Everything is done on arrays of code points, for speed.
"""

import csv
import re
from collections import Counter
from collections.abc import Callable, Sequence
from functools import cache
from importlib.resources import files

import ahocorasick_rs
import numpy as np
from numpy.typing import NDArray

KINDS = ("list", "credit", "meta", "ask", "site", "we", "you")
COLUMNS = (
    "chars words finished mark colon closes sentences commas digits upper capitals small_first digit_first sign_first bars quotes"
    " word_length list credit0 credit meta0 meta ask0 ask site0 site we you copies place behind ahead before_run after_run in_run"
    " run known titled unknown prose share cjk"
).split()
_NEIGHBOURS = [COLUMNS.index(name) for name in "chars words finished upper capitals bars list ask we you known prose unknown".split()]
LONGEST = 4000  # characters of a line that are looked at, half of them at its end
_QUOTED = re.compile(r"[„“»\"«][^„“”»«\"\n]{1,600}[“”«\"»]")
_PLANES = 0x30000  # code points above are taken for the last one

Array = NDArray[np.float32]
Flags = NDArray[np.bool_]


def features(lines: Sequence[str]) -> Array:
    """One row a line: its own numbers (`COLUMNS`), those of three lines before and after, and the words of prose around it.

    >>> rows = features(["Home", "Two envoys met in the village on Friday, officials of both sides said.", "Most read"])
    >>> rows.shape, rows[:, COLUMNS.index("prose")].tolist(), rows[:, COLUMNS.index("list")].tolist()
    ((3, 127), [0.0, 1.0, 0.0], [0.0, 0.0, 1.0])
    """
    rows, prose = _own([line if len(line) <= LONGEST else line[: LONGEST // 2] + line[-LONGEST // 2 :] for line in lines])
    return np.hstack([rows, *neighbours(rows[:, _NEIGHBOURS], 3), _around(prose)])


def neighbours(rows: Array, distance: int) -> list[Array]:
    """The rows that stand 1 to `distance` before and after each row; -1 where there is none.

    >>> [found.ravel().tolist() for found in neighbours(np.array([[1], [2]], dtype="float32"), 1)]
    [[-1.0, 1.0], [2.0, -1.0]]
    """
    found = []
    for step in range(1, distance + 1):
        before, after = np.full_like(rows, -1), np.full_like(rows, -1)
        before[step:], after[: max(len(rows) - step, 0)] = rows[:-step], rows[step:]
        found += [before, after]
    return found


def densest(weights: Sequence[float]) -> tuple[int, int]:
    """First and last (exclusive) index of the run with the greatest sum (Kadane); (0, 0) when none is above 0.

    >>> densest([-1, 2, -1, 3, -5, 1])
    (1, 4)
    """
    best, run, first, span = 0.0, 0.0, 0, (0, 0)
    for at, weight in enumerate(weights):
        if run <= 0:
            run, first = 0.0, at
        run += weight
        if run > best:
            best, span = run, (first, at + 1)
    return span


def _chars(test: Callable[[str], bool] | str) -> Flags:
    if isinstance(test, str):
        found = np.zeros(_PLANES, dtype=bool)
        found[[ord(c) for c in test]] = True
        return found
    return np.fromiter(map(test, map(chr, range(_PLANES))), dtype=bool, count=_PLANES)


@cache
def _classes() -> dict[str, Flags]:
    letter, digit = _chars(str.isalpha), _chars(str.isdigit)
    dense = np.zeros(_PLANES, dtype=bool)
    dense[0x3040:0x3100] = dense[0x3400:0xA000] = dense[0x0E00:0x0E80] = True  # scripts without spaces between words
    return {
        "letter": letter,
        "digit": digit,
        "word": letter | digit,
        "upper": _chars(str.isupper),
        "space": _chars(str.isspace),
        "end": _chars(".!?…。！？؟।։"),
        "comma": _chars(",،、，;"),
        "close": _chars("\"'“”’»«)]›‹』」）"),
        "quote": _chars('"„“”»«「」『』'),
        "bar": _chars("|»›>•·/#@+→▶▸*_=~"),
        "dense": dense,
    }


class _Phrases:
    """The phrases of furniture.csv, sought together; one that ends with * goes on within the word."""

    def __init__(self) -> None:
        source = files("press_coverage").joinpath("codebooks/furniture.csv").read_text(encoding="utf-8")
        listed = [(phrase, row["kind"]) for row in csv.DictReader(source.splitlines()) for phrase in row["phrases"].split("|")]
        words = [phrase.rstrip("*") for phrase, _ in listed]
        self.automaton = ahocorasick_rs.AhoCorasick(words)
        self.kind = np.array([KINDS.index(kind) for _, kind in listed])
        self.bound_before = np.array([word[0].isalnum() for word in words])
        self.bound_after = np.array(
            [word[-1].isalnum() and not phrase.endswith("*") for word, (phrase, _) in zip(words, listed, strict=True)]
        )


_phrases = cache(_Phrases)


def _lower(text: str) -> str:
    low = text.lower()
    return low if len(low) == len(text) else "".join(c.lower() if len(c.lower()) == 1 else c for c in text)


def _hits(low: str, word: Flags, starts: NDArray[np.int64], ends: NDArray[np.int64]) -> tuple[Array, Array]:
    """How many phrases of each kind stand in each line, and whether one opens it; what is quoted does not count."""
    low = _QUOTED.sub(lambda quoted: " " * len(quoted[0]), low)
    count, opens = (np.zeros((len(starts), len(KINDS)), dtype=np.float32) for _ in range(2))
    known = _phrases()
    found = np.array(known.automaton.find_matches_as_indexes(low, overlapping=True), dtype=np.int64).reshape(-1, 3)
    which, first, last = found.T
    whole = ~(known.bound_before[which] & (first > 0) & word[np.maximum(first - 1, 0)]) & ~(known.bound_after[which] & word[last])
    kind, first = known.kind[which[whole]], first[whole]
    row = np.searchsorted(ends, first)
    np.add.at(count, (row, kind), 1)
    near = first - starts[row] <= 3
    opens[row[near], kind[near]] = 1
    return count, opens


def _own(lines: list[str]) -> tuple[Array, Array]:
    """Each line's own numbers, and its words where it is prose."""
    text = "\n".join(lines) + "\n"
    low = _lower(text)
    codes, lowered = (
        np.minimum(np.frombuffer(t.encode("utf-32-le", "surrogatepass"), dtype="<u4"), _PLANES - 1).astype(np.int32) for t in (text, low)
    )
    n, length = len(lines), np.array([len(line) for line in lines])
    ends = np.cumsum(length + 1) - 1
    starts = ends - length
    is_a = {name: flags[codes] for name, flags in _classes().items()}

    def total(flags: Flags) -> Array:
        return np.add.reduceat(flags, starts, dtype=np.int32).astype(np.float32)

    word = is_a["word"]
    begins = word & ~np.concatenate([[False], word[:-1]])
    letters, dense = total(is_a["letter"]), total(is_a["dense"])
    words = total(begins & ~is_a["dense"]) + dense / 2
    gap = np.append(is_a["space"][1:], True)
    sentences = total(is_a["end"] & (gap | (np.append(is_a["close"][1:], False) & np.append(gap[1:], True)) | (codes == 0x3002)))
    first, tail = codes[starts], [codes[np.maximum(ends - back, starts)] for back in (1, 2, 3)]
    of = _classes()
    closes = of["close"][tail[0]]
    finished = of["end"][tail[0]] | (closes & (of["end"][tail[1]] | (of["close"][tail[1]] & of["end"][tail[2]])))
    prose = ((words >= 10) & (finished | (tail[0] == ord(":")) | closes)) | ((words >= 20) & (sentences > 0))
    span = densest(np.where(prose, np.minimum(words, 60) / 10, -0.8).tolist())
    at = np.arange(n)
    inside = (at >= span[0]) & (at < span[1])
    capital, known, titled, unknown = _vocabulary(lowered, word, begins, is_a["upper"], ends, inside)
    count, opens = _hits(low, word, starts, ends)
    whole = finished & (words >= 8) & (total(codes == ord(":")) == 0)  # a sentence may well begin with 'Related' or 'Comments'
    opens[whole, KINDS.index("list")] = 0
    by = {kind: (opens[:, i], count[:, i]) for i, kind in enumerate(KINDS)}
    copies = Counter(lines)
    chars, some_words, prose_words = np.maximum(length, 1), np.maximum(words, 1), words * prose
    columns = [
        *(np.log1p(length), np.log1p(words), finished, of["end"][tail[0]], tail[0] == ord(":"), closes, sentences),
        *(total(is_a["comma"]) / some_words, total(is_a["digit"]) / chars, total(is_a["upper"]) / np.maximum(letters, 1)),
        *(capital / some_words, of["letter"][first] & ~of["upper"][first], of["digit"][first], ~of["word"][first]),
        *(total(is_a["bar"]) / chars, total(is_a["quote"]) > 0, letters / some_words, by["list"][0]),
        *(by["credit"] + by["meta"] + (by["ask"][0], np.minimum(by["ask"][1], 5)) + by["site"]),
        *(np.minimum(by["we"][1], 3), np.minimum(by["you"][1], 3), [min(copies[line], 4) for line in lines]),
        *(at / n, np.log1p(at), np.log1p(n - at), np.maximum(span[0] - at, 0), np.where(at >= span[1], at - span[1], 0), inside),
        *(np.full(n, (span[1] - span[0]) / n), known, titled, unknown / some_words),
        *(prose, prose_words / max(prose_words.sum(), 1), dense / np.maximum(letters, 1)),
    ]
    return np.column_stack(columns).astype(np.float32), prose_words


def _vocabulary(
    lowered: NDArray[np.int32], word: Flags, begins: Flags, upper: Flags, ends: NDArray[np.int64], inside: Flags
) -> tuple[Array, Array, Array, Array]:
    """For each line: capitalised words, share of long words that the prose has too, words of the first line, names the prose lacks."""
    n, first = len(ends), np.flatnonzero(begins)
    none = np.zeros(n, dtype=np.float32)
    if not len(first):
        return none, none, none, none
    number = np.cumsum(begins) - 1
    place = np.arange(len(lowered)) - first[np.maximum(number, 0)]
    counted = word & (place < 48)
    hashed = (lowered[counted].astype(np.uint64) + np.uint64(1)) * _factors()[place[counted]]
    of_word = np.add.reduceat(hashed, np.flatnonzero(begins[counted]))
    size = np.bincount(number[word], minlength=len(first))
    row, capital = np.searchsorted(ends, first), upper[first]
    ids = np.unique(of_word, return_inverse=True)[1].astype(np.int64)

    def pairs(which: Flags) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        found = np.unique(ids[which] * n + row[which])
        return found // n, found % n

    words, rows = pairs(size > 3)
    in_prose = np.bincount(words[inside[rows]], minlength=len(first))
    in_title = np.zeros(len(first), dtype=bool)
    in_title[words[rows == 0]] = True
    known = np.bincount(rows, weights=in_prose[words] > inside[rows], minlength=n) / np.maximum(np.bincount(rows, minlength=n), 1)
    titled = np.bincount(rows, weights=in_title[words], minlength=n)
    names, name_rows = pairs((size > 3) & capital)
    unknown = np.bincount(name_rows, weights=in_prose[names] <= inside[name_rows], minlength=n)
    return np.bincount(row[capital], minlength=n), known, titled, unknown  # type: ignore[return-value]


@cache
def _factors() -> NDArray[np.uint64]:
    return np.random.default_rng(0).integers(1, 2**63, size=48, dtype=np.uint64)


def _around(prose: Array) -> Array:
    """Words of prose in the 3, 8 and 20 lines before and after, and the share of all prose that stands before the line."""
    n, at = len(prose), np.arange(len(prose))
    upto = np.concatenate([[0], np.cumsum(prose, dtype=np.float64)])
    found = [upto[:-1] / max(upto[-1], 1)]
    for reach in (3, 8, 20):
        found += [upto[at] - upto[np.maximum(at - reach, 0)], upto[np.minimum(n, at + 1 + reach)] - upto[at + 1]]
    return np.column_stack(found).astype(np.float32)
