"""Features: a text's lines in numbers, which the models of `lines` and `pages` decide by.

What is counted is a line's shape (length, end marks, capitals, digits), its phrases of the trade (codebooks/boilerplate.csv),
its words that the page's prose knows or does not know, its place, and the same of its neighbours. No word goes in as such,
so the models hold none. Everything is done on arrays of code points, for speed.
"""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from functools import cache
from itertools import chain, pairwise

import ahocorasick_rs
import numpy as np
from numpy.typing import NDArray

from press_coverage.cleaning.lines.vocabulary import bounds, vocabulary
from press_coverage.codebooks.reading import read_rows

KINDS = ("list", "credit", "meta", "ask", "site", "we", "you")
COLUMNS = (
    "chars words finished mark colon closes sentences commas digits upper capitals small_first digit_first sign_first bars quotes"
    " word_length list credit0 credit meta0 meta ask0 ask site0 site we you copies place behind ahead before_run after_run in_run"
    " run known titled unknown prose share cjk"
).split()
_NEIGHBOURS = [
    COLUMNS.index(name)
    for name in "chars words finished upper capitals bars list ask we you known prose unknown".split()
]
LONGEST = 4000  # characters of a line that are looked at, half of them at its end
_QUOTED = re.compile(r"[„“»\"«][^„“”»«\"\n]{1,600}[“”«\"»]")
_PLANES = 0x30000  # code points above are taken for the last one

Array = NDArray[np.float32]
Flags = NDArray[np.bool_]


def features(lines: Sequence[str], of: Sequence[int] | NDArray[np.int64] | None = None) -> Array:
    """One row a line: its own numbers (`COLUMNS`), those of three lines before and after, and the words of prose around it.

    `of` says which text each line is of, counted from 0, where there are several: many short texts at once take half the time.

    >>> rows = features(["Home", "Two envoys met in the village on Friday, officials of both sides said.", "Most read"])
    >>> rows.shape, rows[:, COLUMNS.index("prose")].tolist(), rows[:, COLUMNS.index("list")].tolist()
    ((3, 127), [0.0, 1.0, 0.0], [0.0, 0.0, 1.0])
    """
    text = np.zeros(len(lines), dtype=np.int64) if of is None else np.asarray(of)
    rows, prose = _own(
        [
            line if len(line) <= LONGEST else line[: LONGEST // 2] + line[-LONGEST // 2 :]
            for line in lines
        ],
        text,
    )
    return np.hstack([rows, *neighbours(rows[:, _NEIGHBOURS], 3, text), _around(prose, text)])


def neighbours(rows: Array, distance: int, of: NDArray[np.int64] | None = None) -> list[Array]:
    """The rows that stand 1 to `distance` before and after each row in the same text; -1 where there is none.

    >>> [found.ravel().tolist() for found in neighbours(np.array([[1], [2]], dtype="float32"), 1)]
    [[-1.0, 1.0], [2.0, -1.0]]
    """
    found = []
    for step in range(1, distance + 1):
        before, after = np.full_like(rows, -1), np.full_like(rows, -1)
        before[step:], after[: max(len(rows) - step, 0)] = rows[:-step], rows[step:]
        if of is not None:
            foreign = np.flatnonzero(of[step:] != of[:-step])
            before[foreign + step] = after[foreign] = -1
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
def _classes() -> tuple[NDArray[np.uint16], dict[str, np.uint16]]:
    """What each character is, in bits, and the bit of each class."""
    letter, digit = _chars(str.isalpha), _chars(str.isdigit)
    dense = np.zeros(_PLANES, dtype=bool)
    dense[0x3040:0x3100] = dense[0x3400:0xA000] = dense[0x0E00:0x0E80] = (
        True  # scripts without spaces between words
    )
    classes = {
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
    bits = {name: np.uint16(1 << bit) for bit, name in enumerate(classes)}
    return np.bitwise_or.reduce([flags * bits[name] for name, flags in classes.items()]), bits


class _Phrases:
    """The phrases of boilerplate.csv, sought together; one that ends with * goes on within the word."""

    def __init__(self) -> None:
        listed = [
            (phrase, row["kind"])
            for row in read_rows("boilerplate")
            for phrase in row["phrases"].split("|")
        ]
        words = [phrase.rstrip("*") for phrase, _ in listed]
        self.automaton = ahocorasick_rs.AhoCorasick(
            words, implementation=ahocorasick_rs.Implementation.DFA
        )
        self.kind = np.array([KINDS.index(kind) for _, kind in listed])
        self.bound_before = np.array([word[0].isalnum() for word in words])
        self.bound_after = np.array(
            [
                word[-1].isalnum() and not phrase.endswith("*")
                for word, (phrase, _) in zip(words, listed, strict=True)
            ]
        )


_phrases = cache(_Phrases)


def _lower(text: str) -> str:
    return "İ".join(map(str.lower, text.split("İ")))  # the one letter that would become two


def _hits(
    low: str, word: Flags, starts: NDArray[np.int64], ends: NDArray[np.int64], quotes: Array
) -> tuple[Array, Array]:
    """How many phrases of each kind stand in each line, and whether one opens it; what is quoted does not count."""
    count, opens = (np.zeros((len(starts), len(KINDS)), dtype=np.float32) for _ in range(2))
    known = _phrases()
    hits = known.automaton.find_matches_as_indexes(low, overlapping=True)
    which, first, last = (
        np.fromiter(chain.from_iterable(hits), dtype=np.int64, count=3 * len(hits)).reshape(-1, 3).T
    )
    whole = ~(known.bound_before[which] & (first > 0) & word[np.maximum(first - 1, 0)]) & ~(
        known.bound_after[which] & word[last]
    )
    kind, first, last = known.kind[which[whole]], first[whole], last[whole]
    row = np.searchsorted(ends, first)
    spans = [
        m.span()
        for at in np.unique(row[quotes[row] > 1])
        for m in _QUOTED.finditer(low, starts[at], ends[at])
    ]
    if spans:
        begin, end = np.array(spans).T
        quoted = begin[np.minimum(np.searchsorted(end, first, side="right"), len(end) - 1)] < last
        quoted &= first < end[-1]
        kind, first, row = kind[~quoted], first[~quoted], row[~quoted]
    np.add.at(count, (row, kind), 1)
    near = first - starts[row] <= 3
    opens[row[near], kind[near]] = 1
    return count, opens


def _own(lines: list[str], of: NDArray[np.int64]) -> tuple[Array, Array]:
    """Each line's own numbers, and its words where it is prose."""
    text = "\n".join(lines) + "\n"
    low = _lower(text)
    codes, lowered = (
        np.minimum(
            np.frombuffer(t.encode("utf-32-le", "surrogatepass"), dtype="<u4"), _PLANES - 1
        ).astype(np.int32)
        for t in (text, low)
    )
    length = np.array([len(line) for line in lines])
    ends = np.cumsum(length + 1) - 1
    starts = ends - length
    table, bits = _classes()
    classes = table[codes]
    is_a = {name: (classes & bit) != 0 for name, bit in bits.items()}
    is_colon = codes == ord(":")

    def total(flags: Flags) -> Array:
        return np.add.reduceat(flags, starts, dtype=np.int32).astype(np.float32)

    def last(flags: Flags, back: int = 1) -> Flags:
        at_end: Flags = flags[np.maximum(ends - back, starts)]
        return at_end

    word = is_a["word"]
    begins = word & ~np.concatenate([[False], word[:-1]])
    letters, dense, quotes = total(is_a["letter"]), total(is_a["dense"]), total(is_a["quote"])
    words = total(begins & ~is_a["dense"]) + dense / 2
    gap = np.append(is_a["space"][1:], True)
    sentences = total(
        is_a["end"]
        & (
            gap
            | (np.append(is_a["close"][1:], False) & np.append(gap[1:], True))
            | (codes == 0x3002)
        )
    )
    mark, colon, closes = last(is_a["end"]), last(is_colon), last(is_a["close"])
    finished = mark | (
        closes & (last(is_a["end"], 2) | (last(is_a["close"], 2) & last(is_a["end"], 3)))
    )
    prose = ((words >= 10) & (finished | colon | closes)) | ((words >= 20) & (sentences > 0))
    weights, opening = (
        np.where(prose, np.minimum(words, 60) / 10, -0.8).tolist(),
        np.flatnonzero(np.diff(of, prepend=-1)),
    )
    spans = [
        densest(weights[start:end]) for start, end in pairwise([*opening.tolist(), len(lines)])
    ]
    begun, done = np.repeat(np.array(spans), np.diff(opening, append=len(lines)), axis=0).T
    first_line, end_line = bounds(of)
    at, n = np.arange(len(lines)) - first_line, end_line - first_line
    inside = (at >= begun) & (at < done)
    capital, known, titled, unknown = vocabulary(
        lowered, word, begins, is_a["upper"], ends, inside, of
    )
    count, opens = _hits(low, word, starts, ends, quotes)
    whole = (
        finished & (words >= 8) & (total(is_colon) == 0)
    )  # a sentence may well begin with 'Related' or 'Comments'
    opens[whole, KINDS.index("list")] = 0
    by = {kind: (opens[:, i], count[:, i]) for i, kind in enumerate(KINDS)}
    copies = Counter(zip(of.tolist(), lines, strict=True))
    chars, some_words, prose_words = (
        np.maximum(length, 1),
        np.maximum(words, 1),
        (words * prose).astype(np.float32),
    )
    columns = [
        *(np.log1p(length), np.log1p(words), finished, mark, colon, closes, sentences),
        *(
            total(is_a["comma"]) / some_words,
            total(is_a["digit"]) / chars,
            total(is_a["upper"]) / np.maximum(letters, 1),
        ),
        *(
            capital / some_words,
            (is_a["letter"] & ~is_a["upper"])[starts],
            is_a["digit"][starts],
            ~word[starts],
        ),
        *(total(is_a["bar"]) / chars, quotes > 0, letters / some_words, by["list"][0]),
        *(by["credit"] + by["meta"] + (by["ask"][0], np.minimum(by["ask"][1], 5)) + by["site"]),
        *(
            np.minimum(by["we"][1], 3),
            np.minimum(by["you"][1], 3),
            [min(copies[key], 4) for key in zip(of.tolist(), lines, strict=True)],
        ),
        *(
            at / n,
            np.log1p(at),
            np.log1p(n - at),
            np.maximum(begun - at, 0),
            np.where(at >= done, at - done, 0),
            inside,
        ),
        *((done - begun) / n, known, titled, unknown / some_words),
        *(
            prose,
            prose_words / np.maximum(np.add.reduceat(prose_words, opening), 1)[of],
            dense / np.maximum(letters, 1),
        ),
    ]
    out = np.empty((len(lines), len(COLUMNS)), dtype=np.float32)
    for place, column in enumerate(columns):
        out[:, place] = column
    return out, prose_words


def _around(prose: Array, of: NDArray[np.int64]) -> Array:
    """Words of prose in the 3, 8 and 20 lines before and after, and the share of all prose that stands before the line."""
    at, (first, end) = np.arange(len(prose)), bounds(of)
    upto = np.concatenate([[0], np.cumsum(prose, dtype=np.float64)])
    before = upto[:-1]
    found = [(before - upto[first]) / np.maximum(upto[end] - upto[first], 1)]
    for reach in (3, 8, 20):
        found += [
            before - upto[np.maximum(at - reach, first)],
            upto[np.minimum(end, at + 1 + reach)] - upto[1:],
        ]
    return np.column_stack(found).astype(np.float32)
