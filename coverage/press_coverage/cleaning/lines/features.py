"""Features: a text's lines in numbers, by which the models of `lines` and `pages` decide.

Counted are a line's shape (length, end marks, capitals, digits), its phrases of boilerplate
(codebooks/boilerplate.csv), its words that the text's prose has or lacks, its place, and the same
of its neighbours. No word goes in as such, so the models hold none. Everything is done on arrays
of code points, for speed.
"""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from functools import cache, partial
from itertools import chain, pairwise
from typing import Any

import numpy as np
from ahocorasick_rs import AhoCorasick, Implementation
from numpy.typing import NDArray

from press_coverage.codebooks.reading import read_rows
from press_coverage.text.words import lower

KINDS = ("list", "credit", "meta", "ask", "site", "we", "you")
COLUMNS = (
    "chars words finished mark colon closes sentences commas digits upper capitals small_first "
    "digit_first sign_first bars quotes word_length list credit0 credit meta0 meta ask0 ask site0 "
    "site we you copies place behind ahead before_run after_run in_run run known titled unknown "
    "prose share cjk"
).split()
_REPEATED = "chars words finished upper capitals bars list ask we you known prose unknown".split()
_NEIGHBOURS = [COLUMNS.index(name) for name in _REPEATED]
_REACHES = (3, 8, 20)  # lines before and after in which words of prose are counted
WIDTH = len(COLUMNS) + 6 * len(_NEIGHBOURS) + 1 + 2 * len(_REACHES)
LONGEST = 4000  # characters of a line that are looked at, half of them at its end
_QUOTED = re.compile(r"[„“»\"«][^„“”»«\"\n]{1,600}[“”«\"»]")
_PLANES = 0x30000  # code points above are taken for the last one
# scripts without spaces between words: Thai, Japanese, Chinese
_DENSE = (range(0x0E00, 0x0E80), range(0x3040, 0x3100), range(0x3400, 0xA000))
_FACTOR = 0x9E3779B97F4A7C15  # odd, so that it has an inverse
_INVERSE = pow(_FACTOR, -1, 2**64)
_SALT, _ONE, _ZERO = np.uint64(0xD1B54A32D192ED03), np.uint64(1), np.zeros(1, dtype=np.uint64)
_LETTERS = 48  # of a word that count

Array = NDArray[np.float32]
Flags = NDArray[np.bool_]
Whole = NDArray[np.int64]
Columns = dict[str, NDArray[Any]]


def features(lines: Sequence[str], of: Sequence[int] | Whole | None = None) -> Array:
    """The numbers of each line: its own, its neighbours', and the words of prose around it.

    Args:
        lines: the lines of a text, or of several texts in turn: many short texts at once take half
            the time.
        of: the text that each line is of, counted from 0; without it all are of one.

    Returns:
        A row a line: `COLUMNS`, some of them again for three lines before and after, the share of
        all prose before the line, and words of prose in the 3, 8 and 20 lines before and after.

    Examples:
        >>> prose = "Two envoys met in the village on Friday, officials of both sides said."
        >>> rows = features(["Home", prose, "Most read"])
        >>> rows.shape, rows[:, COLUMNS.index("prose")].tolist()
        ((3, 127), [0.0, 1.0, 0.0])
        >>> rows[:, COLUMNS.index("list")].tolist()
        [0.0, 0.0, 1.0]
    """
    if not lines:
        return np.zeros((0, WIDTH), dtype=np.float32)
    text = np.zeros(len(lines), dtype=np.int64) if of is None else np.asarray(of)
    rows, prose = _line_features([_cut(line) for line in lines], text)
    return np.hstack([rows, *neighbours(rows[:, _NEIGHBOURS], 3, text), _around(prose, text)])


def neighbours(rows: Array, distance: int, of: Whole | None = None) -> list[Array]:
    """The rows 1 to `distance` before and after each row in the same text; -1 where there is none.

    Args:
        rows: numbers, a row a line.
        distance: how far to look, in rows.
        of: the text that each row is of; without it all are of one.

    Returns:
        Arrays shaped like `rows`: the row before, the row after, the second before, and so on.

    Examples:
        >>> [near.ravel().tolist() for near in neighbours(np.array([[1], [2]], "float32"), 1)]
        [[-1.0, 1.0], [2.0, -1.0]]
    """
    shifted = []
    for step in range(1, distance + 1):
        before, after = np.full_like(rows, -1), np.full_like(rows, -1)
        before[step:], after[: max(len(rows) - step, 0)] = rows[:-step], rows[step:]
        if of is not None:
            foreign = np.flatnonzero(of[step:] != of[:-step])
            before[foreign + step] = after[foreign] = -1
        shifted += [before, after]
    return shifted


def densest(weights: Sequence[float]) -> tuple[int, int]:
    """First and last (exclusive) index of the run with the greatest sum; (0, 0) if none is above 0.

    Source: Kadane's algorithm.

    >>> densest([-1, 2, -1, 3, -5, 1])
    (1, 4)
    """
    best, total, first, run = 0.0, 0.0, 0, (0, 0)
    for at, weight in enumerate(weights):
        if total <= 0:
            total, first = 0.0, at
        total += weight
        if total > best:
            best, run = total, (first, at + 1)
    return run


def _cut(line: str) -> str:
    return line if len(line) <= LONGEST else line[: LONGEST // 2] + line[-LONGEST // 2 :]


class _Characters:
    """The characters of all lines in one array, the class of each, and where each line begins."""

    def __init__(self, lines: Sequence[str]) -> None:
        self.low = "\n".join(map(lower, lines)) + "\n"
        self.codes, self.lowered = _codes("\n".join(lines) + "\n"), _codes(self.low)
        self.length = np.array([len(line) for line in lines])
        self.ends = np.cumsum(self.length + 1) - 1
        self.starts = self.ends - self.length
        table, bits = _classes()
        classes = table[self.codes]
        self.is_a = {name: (classes & bit) != 0 for name, bit in bits.items()}
        word = self.is_a["word"]
        self.begins = word & ~np.concatenate([[False], word[:-1]])  # the first letter of each word
        self.dense = self.total(self.is_a["dense"])
        self.words = self.total(self.begins & ~self.is_a["dense"]) + self.dense / 2

    def total(self, flags: Flags) -> Array:
        """How many characters of each line have the flag."""
        return np.add.reduceat(flags, self.starts, dtype=np.int32).astype(np.float32)

    def last(self, name: str, back: int = 1) -> Flags:
        """Whether each line's last character, or the one `back` from its end, is of a class."""
        at_end: Flags = self.is_a[name][np.maximum(self.ends - back, self.starts)]
        return at_end


def _codes(text: str) -> NDArray[np.int32]:
    codes: NDArray[np.uint32] = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), "<u4")
    return np.minimum(codes, _PLANES - 1).astype(np.int32)


@cache
def _classes() -> tuple[NDArray[np.uint16], dict[str, np.uint16]]:
    """What each character is, in bits, and the bit of each class."""
    tests: dict[str, Callable[[str], bool] | str] = {
        "letter": str.isalpha,
        "digit": str.isdigit,
        "upper": str.isupper,
        "space": str.isspace,
        "end": ".!?…。！？؟।։",
        "comma": ",،、，;",
        "colon": ":",
        "close": "\"'“”’»«)]›‹』」）",
        "quote": '"„“”»«「」『』',
        "bar": "|»›>•·/#@+→▶▸*_=~",
        "dense": "".join(map(chr, chain(*_DENSE))),
    }
    classes = {name: _characters(test) for name, test in tests.items()}
    classes["word"] = classes["letter"] | classes["digit"]
    bits = {name: np.uint16(1 << bit) for bit, name in enumerate(classes)}
    return np.bitwise_or.reduce([flags * bits[name] for name, flags in classes.items()]), bits


def _characters(test: Callable[[str], bool] | str) -> Flags:
    if callable(test):
        return np.fromiter(map(test, map(chr, range(_PLANES))), dtype=bool, count=_PLANES)
    flags = np.zeros(_PLANES, dtype=bool)
    flags[[ord(character) for character in test]] = True
    return flags


def _line_features(lines: list[str], of: Whole) -> tuple[Array, Array]:
    """Each line's own numbers, and its words where it is prose."""
    text = _Characters(lines)
    shape = _shape(text)
    finished, sentences = shape["finished"], shape["sentences"]
    ended = finished | shape["colon"] | shape["closes"]
    prose = ((text.words >= 10) & ended) | ((text.words >= 20) & (sentences > 0))
    prose_words = (text.words * prose).astype(np.float32)
    place = _place(text.words, prose, of)
    columns = {
        **shape,
        **_phrases(text, finished),
        **place,
        **_vocabulary(text, place["in_run"], of),
        "copies": _copies(lines, of),
        "prose": prose,
        "share": prose_words / np.maximum(np.bincount(of, weights=prose_words), 1)[of],
    }
    rows = np.empty((len(lines), len(COLUMNS)), dtype=np.float32)
    for at, name in enumerate(COLUMNS):
        rows[:, at] = columns[name]
    return rows, prose_words


def _shape(text: _Characters) -> Columns:
    """Length, end marks and kinds of characters of each line."""
    is_a, total, last = text.is_a, text.total, text.last
    chars, words = np.maximum(text.length, 1), np.maximum(text.words, 1)
    letters = total(is_a["letter"])
    gap = np.append(is_a["space"][1:], True)  # behind the character, or behind a mark that closes
    gap_behind_close = np.append(is_a["close"][1:], False) & np.append(gap[1:], True)
    full_stop = text.codes == ord("。")
    closed_end = last("end", 2) | (last("close", 2) & last("end", 3))
    return {
        "chars": np.log1p(text.length),
        "words": np.log1p(text.words),
        "finished": last("end") | (last("close") & closed_end),
        "mark": last("end"),
        "colon": last("colon"),
        "closes": last("close"),
        "sentences": total(is_a["end"] & (gap | gap_behind_close | full_stop)),
        "commas": total(is_a["comma"]) / words,
        "digits": total(is_a["digit"]) / chars,
        "upper": total(is_a["upper"]) / np.maximum(letters, 1),
        "capitals": total(text.begins & is_a["upper"]) / words,
        "small_first": (is_a["letter"] & ~is_a["upper"])[text.starts],
        "digit_first": is_a["digit"][text.starts],
        "sign_first": ~is_a["word"][text.starts],
        "bars": total(is_a["bar"]) / chars,
        "quotes": total(is_a["quote"]) > 0,
        "word_length": letters / words,
        "cjk": text.dense / np.maximum(letters, 1),
    }


@cache
def _boilerplate() -> tuple[AhoCorasick, Whole, Flags, Flags]:
    """The phrases sought together, their kinds, and whether each begins and ends a word.

    One that ends with * goes on in the word.
    """
    rows = read_rows("boilerplate")
    listed = [(phrase, row["kind"]) for row in rows for phrase in row["phrases"].split("|")]
    stems = [phrase.rstrip("*") for phrase, _ in listed]
    automaton = AhoCorasick(stems, implementation=Implementation.DFA)
    kind = np.array([KINDS.index(kind) for _, kind in listed])
    begins, ends = np.array([(text[0].isalnum(), text[-1].isalnum()) for text, _ in listed]).T
    return automaton, kind, begins, ends


def _phrases(text: _Characters, finished: Flags) -> Columns:
    """How many phrases of each kind are in a line, and whether one opens it; none is quoted."""
    count, opens = (np.zeros((len(text.ends), len(KINDS)), dtype=np.float32) for _ in range(2))
    kind, first = _matches(text)
    row = np.searchsorted(text.ends, first)
    np.add.at(count, (row, kind), 1)
    near = first - text.starts[row] <= 3
    opens[row[near], kind[near]] = 1
    # a sentence may well begin with 'Related' or 'Comments'
    whole = finished & (text.words >= 8) & (text.total(text.is_a["colon"]) == 0)
    opens[whole, KINDS.index("list")] = 0
    columns = dict(zip(KINDS, count.T, strict=True))
    columns |= {f"{kind}0": flags for kind, flags in zip(KINDS, opens.T, strict=True)}
    for name, most in (("ask", 5), ("we", 3), ("you", 3)):
        columns[name] = np.minimum(columns[name], most)
    return columns | {"list": columns["list0"]}


def _matches(text: _Characters) -> tuple[Whole, Whole]:
    """Kind and place of each phrase of boilerplate that is neither quoted nor part of a word."""
    automaton, kind, begins, ends = _boilerplate()
    word = text.is_a["word"]
    unquoted = _QUOTED.sub(lambda quotation: "\0" * len(quotation[0]), text.low)
    hits = automaton.find_matches_as_indexes(unquoted, overlapping=True)
    flat = np.fromiter(chain.from_iterable(hits), dtype=np.int64, count=3 * len(hits))
    which, first, last = flat.reshape(-1, 3).T
    goes_back = begins[which] & (first > 0) & word[np.maximum(first - 1, 0)]
    whole = ~(goes_back | (ends[which] & word[last]))
    return kind[which[whole]], first[whole]


def _place(words: NDArray[Any], prose: Flags, of: Whole) -> Columns:
    """Where each line is in its text, and to the text's densest run of prose."""
    weights = np.where(prose, np.minimum(words, 60) / 10, -0.8).tolist()
    first, end = bounds(of)
    texts = np.flatnonzero(np.diff(of, prepend=-1))
    runs = [densest(weights[start:stop]) for start, stop in pairwise([*texts.tolist(), len(of)])]
    begun, done = np.repeat(np.array(runs), np.diff(texts, append=len(of)), axis=0).T
    at, n = np.arange(len(of)) - first, end - first
    return {
        "place": at / n,
        "behind": np.log1p(at),
        "ahead": np.log1p(n - at),
        "before_run": np.maximum(begun - at, 0),
        "after_run": np.where(at >= done, at - done, 0),
        "in_run": (at >= begun) & (at < done),
        "run": (done - begun) / n,
    }


def _copies(lines: list[str], of: Whole) -> Whole:
    """How often each line is in its text, up to four."""
    keys = list(zip(of.tolist(), lines, strict=True))
    counts = Counter(keys)
    return np.array([min(counts[key], 4) for key in keys])


def _vocabulary(text: _Characters, inside: Flags, of: Whole) -> Columns:
    """Shares and numbers of each line's long words that prose and first line have, or lack.

    `inside` is whether a line is in the densest run of its text.
    """
    number, row, capital = _long_words(text, of)
    count = partial(np.bincount, minlength=len(of))
    once = _changes(number, row)
    word, line = number[once], row[once]
    in_prose = np.bincount(word[inside[line]], minlength=len(number))
    in_title = np.zeros(len(number), dtype=bool)
    in_title[word[line == bounds(of)[0][line]]] = True
    name, named = number[capital], row[capital]
    once = _changes(name, named)
    name, named = name[once], named[once]
    elsewhere, nowhere = in_prose[word] > inside[line], in_prose[name] <= inside[named]
    return {
        "known": count(line, weights=elsewhere) / np.maximum(count(line), 1),
        "titled": count(line, weights=in_title[word]),
        "unknown": count(named, weights=nowhere) / np.maximum(text.words, 1),
    }


def _long_words(text: _Characters, of: Whole) -> tuple[Whole, Whole, Flags]:
    """The words of four letters and more, sorted: number, line, and whether it is capitalised.

    Words are numbers here, never strings: equal words of one text have one number.
    """
    word = text.is_a["word"]
    first, behind = np.flatnonzero(text.begins), np.flatnonzero(word[:-1] & ~word[1:]) + 1
    row = np.searchsorted(text.ends, first)
    sums, inverse = _letter_sums(text.lowered)
    hashed = (sums[np.minimum(behind, first + _LETTERS)] - sums[first]) * inverse[first]
    hashed += of[row].astype(np.uint64) * _SALT
    order = np.flatnonzero(behind - first > 3)
    order = order[np.argsort(hashed[order], kind="stable")]
    number = np.cumsum(_changes(hashed[order])) - 1
    return number, row[order], text.is_a["upper"][first[order]]


def _letter_sums(codes: NDArray[np.int32]) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    """Sums of letters times powers of a factor, up to each letter, and the powers' inverses.

    The difference of two sums, times an inverse, is a word's letters as a polynomial.
    """
    powers, inverse = (
        np.multiply.accumulate(np.full(len(codes), factor, dtype=np.uint64))
        for factor in (_FACTOR, _INVERSE)
    )
    return np.concatenate([_ZERO, np.cumsum((codes.astype(np.uint64) + _ONE) * powers)]), inverse


def _changes(*keys: NDArray[Any]) -> Flags:
    """Whether one of the keys differs from the row before; the first row always does."""
    changed = [np.append(True, key[1:] != key[:-1])[: len(key)] for key in keys]
    flags: Flags = np.logical_or.reduce(changed)
    return flags


def _around(prose: Array, of: Whole) -> Array:
    """Share of all prose before a line, words of it in the 3, 8 and 20 lines before and after."""
    at, (first, end) = np.arange(len(prose)), bounds(of)
    upto = np.concatenate([[0], np.cumsum(prose, dtype=np.float64)])
    before = upto[:-1]
    columns = [(before - upto[first]) / np.maximum(upto[end] - upto[first], 1)]
    for reach in _REACHES:
        columns.append(before - upto[np.maximum(at - reach, first)])
        columns.append(upto[np.minimum(end, at + 1 + reach)] - upto[1:])
    return np.column_stack(columns).astype(np.float32)


def bounds(of: Whole) -> tuple[Whole, Whole]:
    """For each line the first line of its text and the one after its last.

    >>> [line.tolist() for line in bounds(np.array([0, 0, 1]))]
    [[0, 0, 2], [2, 2, 3]]
    """
    size = np.bincount(of)
    last = np.cumsum(size)
    return (last - size)[of], last[of]
