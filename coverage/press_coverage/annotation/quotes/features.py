"""Features: what can be seen of a clause, a sentence or a stretch in quotation marks.

Features are names that a model gives weights to under their hashes, so each name must stay as it
was trained.
"""

import re
from bisect import bisect
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import chain, groupby, pairwise
from operator import itemgetter
from typing import NamedTuple

from press_coverage.annotation.quotes.clauses import WORD, Clause, vocabulary

# finite verbs in Konjunktiv I and II that cannot be read as indicative in the third person
SUBJUNCTIVE = vocabulary("subjunctive_1", "subjunctive_2")
_VERBAL = re.compile(r"[a-zäöüß]{3,}e")
_NO_VERBS = vocabulary("no_verbs")
_PERSONS = vocabulary("persons")
_NAMING = _PERSONS | vocabulary("name_words")
_AUXILIARIES = vocabulary("auxiliaries")
_SENTENCE_WORDS = vocabulary("sentence_words")  # few titles have them
STEPS = (-2, -1, 1, 2)  # to the clauses before and behind that weigh on a clause
# places of those clauses, in the same sentence (s) or another (x), and of the clause itself
NEAR = ("-2s", "-2x", "-1s", "-1x", "", "1s", "1x", "2s", "2x")
# flags of the clauses beside that weigh on a clause by its first word
_BESIDE = ("SUBJ", "CUE", "INQ", "CAP=A", "TAG0", "TAG1")
_OF_SENTENCE = {"CUE": "C", "INQ": "I", "SUBJ": "S"}
_ENDS = re.compile(r"(?<=\w\w[.!?])\s|\n")
_CONTEXT = 200  # characters in which the words beside a stretch are looked for
_AROUND = 5000  # and in which its own words are looked for again
_CLOSE = 60  # characters to a stretch beside it
_CACHED = 100_000  # words whose names are remembered

Cues = Mapping[str, str]  # words of saying in lower case, how surely they mark a quotation (a to c)


class Features(NamedTuple):
    """Names of features.

    Of each clause those that weigh on its neighbours, too, and those for itself alone; of each
    sentence, by its number, those for all its clauses.
    """

    shared: list[list[str]]
    alone: list[list[str]]
    whole: dict[int, list[str]]


class _Word(NamedTuple):
    """A word in lower case, and its names.

    `other` is small in the text and no word beside a name, `verbal` looks like a verb.
    """

    low: str
    other: bool
    verbal: bool
    capital: str
    names: tuple[str, ...]
    first: str
    last: str


class _Seen(NamedTuple):
    """A clause's words in lower case, the few flags that say what it is, and all its names."""

    low: list[str]
    flags: list[str]
    state: str
    names: list[str]


@lru_cache(_CACHED)
def _word(word: str) -> _Word:
    low = word.lower()
    verbal = word not in _NO_VERBS and _VERBAL.fullmatch(word) is not None
    names = (f"w={low}", f"t={low[:5]}") if len(low) > 5 else (f"w={low}",)
    capital = f"CAP={'A' if word[0].isupper() else 'a' if word[0].isalpha() else '0'}"
    other = word[0].islower() and low not in _NAMING
    return _Word(low, other, verbal, capital, names, f"f={low}", f"l={low}")


@lru_cache(_CACHED)
def _of_sentence(low: str) -> tuple[str, str, str]:
    """A word's names for its own sentence, and for the ones behind and before."""
    return f"S=w={low}", f"S-1=w={low}", f"S1=w={low}"


def features(clauses: Sequence[Clause], cues: Cues) -> Features:
    """The features of all clauses of a text.

    Args:
        clauses: the clauses, in the order of the text.
        cues: words of saying in lower case, by how surely they mark a quotation (a to c).

    Returns:
        `Features`, by clause and by sentence.
    """
    seen = [_see(clause, cues) for clause in clauses]
    alone = [list(_alone(clauses, seen, at)) for at in range(len(clauses))]
    return Features([clause.names for clause in seen], alone, _sentences(clauses, seen))


def near(shared: Sequence[list[str]], clauses: Sequence[Clause]) -> Iterable[list[str]]:
    """For training: each clause's names and its neighbours', named by their place."""
    for at in range(len(clauses)):
        names = list(shared[at])
        for other, place in _neighbours(clauses, at, *STEPS):
            names += [f"{place}|{name}" for name in shared[other]]
        yield names


def direct(text: str, marked: Sequence[tuple[int, int]], at: int, cues: Cues) -> list[str]:
    """Names of a stretch in quotation marks.

    By them a quotation is told from a title or a word held at a distance.

    Args:
        text: the text that it is in.
        marked: all such stretches of the text.
        at: the number of this one.
        cues: words of saying in lower case, by how surely they mark a quotation (a to c).

    Returns:
        The names, some of them twice.
    """
    start, end = marked[at]
    inner = WORD.findall(text, start + 1, end - 1)
    size = "12359"[bisect((2, 3, 5, 9), len(inner))]
    kind = size + ("CAP" if inner and inner[0][0].isupper() else "cap")
    before = _ENDS.split(text[max(0, start - _CONTEXT) : start])[-1]
    behind = _ENDS.split(text[end : end + _CONTEXT], maxsplit=1)[0]
    names = _marks(text, start, end, kind) + _inner_words(inner, kind) + _mood(before, behind, kind)
    names += _outer_words(before, behind, kind, cues) + _elsewhere(text, marked, at, size)
    return [*names, "BIAS"]


def _see(clause: Clause, cues: Cues) -> _Seen:
    words = [_word(word) for word in clause.words]
    low = [word.low for word in words]
    flags = _flags(clause, words, low, cues)
    names = [*flags, *_state(words, low, flags, cues), *_outline(clause, words, low)]
    names += chain.from_iterable({word.low: word.names for word in words}.values())
    if words[0].capital == "CAP=A":
        flags.append("CAP=A")
    return _Seen(low, flags, "".join(flags), names)


def _flags(clause: Clause, words: list[_Word], low: list[str], cues: Cues) -> list[str]:
    """What a clause is: subjunctive, with words of saying, in quotation marks, a speaker's tag."""
    flags = [] if SUBJUNCTIVE.isdisjoint(clause.words) else ["SUBJ"]
    saying = not cues.keys().isdisjoint(low)
    if saying:
        flags.append("CUE")
        flags += [flag for flag, word in (("CUE^", low[0]), ("CUE$", low[-1])) if word in cues]
    if clause.quoted:
        flags.append("INQ")
    elif saying and len(low) < 12:
        others = sum(word.other and word.low not in cues for word in words)
        flags += [f"TAG{others}"] if others < 3 else []
    if not _AUXILIARIES.isdisjoint(low):
        flags.append("AUX")
    return flags


def _state(words: list[_Word], low: list[str], flags: list[str], cues: Cues) -> Iterator[str]:
    """How a clause begins, and its flags in more detail."""
    yield words[0].capital
    if "SUBJ" in flags:
        yield "SUBJ&CUE" if "CUE" in flags else "SUBJ&"
    if any(word.verbal for word in words):
        yield "FIN"
    if "CUE" in flags:
        yield f"CUE{max(cues[word] for word in low if word in cues)}"
    if "INQ" in flags:
        yield f"INQ{min(len(low), 9)}"
    edges = [flag[-1] for flag in flags if flag in ("CUE^", "CUE$")]
    for flag in flags:
        if flag.startswith("TAG"):
            yield f"{flag}{''.join(edges[:1])}&"
    if low[0] in _PERSONS or low[-1] in _PERSONS:
        yield "PERS"


def _outline(clause: Clause, words: Sequence[_Word], low: Sequence[str]) -> list[str]:
    """A clause's length, the marks around it, its first and last words."""
    before, after = clause.before, clause.after
    names = [f"len={min(len(low) // 3, 6)}", f"pre={before}", f"post={after}"]
    names += [f"marks={before}{after}", words[0].first, words[-1].last]
    if len(low) > 1:
        names += [f"ff={low[0]} {low[1]}", f"ll={low[-2]} {low[-1]}"]
    return names


def _neighbours(clauses: Sequence[Clause], at: int, *steps: int) -> Iterator[tuple[int, str]]:
    """The clauses so many steps away that there are, each with its place, such as '-1s'."""
    for step in steps:
        if 0 <= at + step < len(clauses):
            same = clauses[at + step].sentence == clauses[at].sentence
            yield at + step, f"{step}{'s' if same else 'x'}"


def _alone(clauses: Sequence[Clause], seen: Sequence[_Seen], at: int) -> Iterator[str]:
    """A clause's pairs of words, and what the clauses before and behind it are."""
    low, state = seen[at].low, seen[at].state
    for first, second in pairwise(low):
        yield f"b={first} {second}"
    for other, place in _neighbours(clauses, at, -1, 1):
        for flag in seen[other].flags:
            if flag in _BESIDE:
                yield f"{place}{flag}&{low[0]}"
        yield f"{place}={state}|{seen[other].state}"
    yield from _place(clauses, at)


def _place(clauses: Sequence[Clause], at: int) -> list[str]:
    """A clause's place in its sentence, and whether it opens a paragraph."""
    clause = clauses[at]
    before = sum(other.sentence == clause.sentence for other in clauses[max(0, at - 3) : at])
    last = at + 1 == len(clauses) or clauses[at + 1].sentence != clause.sentence
    place = f"place={before}{'.' if last else ''}"
    return [place, "opens"] if clause.opens else [place]


def _sentences(clauses: Sequence[Clause], seen: Sequence[_Seen]) -> dict[int, list[str]]:
    """What each sentence and those beside it are, and the words of their clauses of saying."""
    states, saying = dict[int, str](), dict[int, list[str]]()
    numbers = [clause.sentence for clause in clauses]
    for sentence, pairs in groupby(zip(numbers, seen, strict=True), itemgetter(0)):
        states[sentence], saying[sentence] = _sentence([clause for _, clause in pairs])
    whole = dict[int, list[str]]()
    for sentence, state in states.items():
        names = [f"S={state}", *(_of_sentence(word)[0] for word in saying[sentence])]
        for step, which in ((-1, 1), (1, 2)):
            if (other := states.get(sentence + step)) is not None:
                names.append(f"S{step}={state}|{other}")
                names += [_of_sentence(word)[which] for word in saying[sentence + step]]
        whole[sentence] = names
    return whole


def _sentence(seen: Sequence[_Seen]) -> tuple[str, list[str]]:
    """What a sentence of these clauses is, in letters, and the words of its clauses of saying."""
    flags = {flag for clause in seen for flag in clause.flags}
    state = "".join(letter for flag, letter in _OF_SENTENCE.items() if flag in flags)
    short = [clause.low for clause in seen if "CUE" in clause.flags and len(clause.low) < 25]
    return state, [word for low in short for word in dict.fromkeys(low)]


def _marks(text: str, start: int, end: int, kind: str) -> list[str]:
    """A stretch's first and last characters and those beside it."""
    last, behind = text[end - 2], text[end : end + 1]
    names = [f"end={last}", f"pre={text[max(0, start - 3) : start].rstrip()[-1:]}"]
    names += [f"post={text[end : end + 2].strip()[:1]}", f"{kind}END{last in '.!?,…'}", kind]
    return [*names, "GLUED"] if behind.isalnum() or behind == "-" else names


def _inner_words(words: Sequence[str], kind: str) -> list[str]:
    """How many words a stretch has, and of which kinds."""
    size, capital, low = kind[0], kind[1:], [word.lower() for word in words]
    small = sum(word[0].islower() for word in words)
    names = [f"n={min(len(low), 12)}", f"small={small * 4 // max(len(words), 1)}"]
    names += [f"has={word}" for word in _SENTENCE_WORDS.intersection(low)]
    names += [f"{size}AUX{not _AUXILIARIES.isdisjoint(low)}", f"{size}NAME{small == 0}"]
    return [*names, f"word={low[0]}", capital] if words else names


def _outer_words(before: str, behind: str, kind: str, cues: Cues) -> list[str]:
    """The words before and behind a stretch in its sentence."""
    size, earlier, later = kind[0], WORD.findall(before.lower()), WORD.findall(behind.lower())
    names = [f"pp={word}" for word in earlier[-6:]] + [f"zz={word}" for word in later[:5]]
    names += [f"p2={' '.join(earlier[-2:])}", f"around={bool(earlier)}{bool(later)}"]
    for word in earlier[-1:]:
        names += [f"p={word}", f"{size}p={word}"]
    for word in later[:1]:
        names += [f"z={word}", f"{size}z={word}"]
    sides = [[cues[word] for word in side if word in cues] for side in (earlier, later)]
    cue, sure = "<" * bool(sides[0]) + ">" * bool(sides[1]), max(chain(*sides), default="-")
    return [*names, f"cue={cue}", f"{kind}{cue}", f"sure={sure}", f"{size}{sure}"]


def _mood(before: str, behind: str, kind: str) -> list[str]:
    """Whether the text beside a stretch is subjunctive, and goes on with a capital letter."""
    earlier, later = WORD.findall(before), WORD.findall(behind)
    names = [f"{kind}z={word[0].isupper()}" for word in later[:1]]
    return [*names, f"{kind[0]}SUBJ{not SUBJUNCTIVE.isdisjoint(earlier + later)}"]


def _elsewhere(text: str, marked: Sequence[tuple[int, int]], at: int, size: str) -> list[str]:
    """Whether a stretch occurs again near by without its marks, and how many are close to it."""
    start, end = marked[at]
    others = [*marked[max(0, at - 1) : at], *marked[at + 1 : at + 2]]
    close = sum(other[0] - end < _CLOSE and start - other[1] < _CLOSE for other in others)
    names = [f"beside={close}"]
    again = text.count(text[start + 1 : end - 1], max(0, start - _AROUND), end + _AROUND) > 1
    return [*names, "AGAIN", f"{size}AGAIN"] if again else names
