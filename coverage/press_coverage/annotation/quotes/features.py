"""Features: what can be seen of a clause, a sentence or a stretch in quotation marks.

Features are names that a model gives weights to under their hashes, so each name must stay as it
was trained.
"""

import re
from bisect import bisect
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import chain, groupby, pairwise
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
_OF_SENTENCE = ("SUBJ", "CUE", "INQ")
_ENDS = re.compile(r"(?<=\w\w[.!?])\s|\n")
_CONTEXT = 200  # characters in which the words beside a stretch are looked for
_AROUND = 5000  # and in which its own words are looked for again
_CLOSE = 60  # characters to a stretch beside it
_CACHED = 100_000  # words whose names are remembered


class Features(NamedTuple):
    """Names of features.

    Of each clause those that weigh on its neighbours, too, and those for itself alone; of each
    sentence, by its number, those for all its clauses.
    """

    shared: list[list[str]]
    alone: list[list[str]]
    whole: dict[int, list[str]]


class _Word(NamedTuple):
    """A word in lower case, what it looks like in the text, and its names."""

    low: str
    small: bool
    subjunctive: bool
    verbal: bool
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
    low, small = word.lower(), word[0].islower()
    verbal = small and word not in _NO_VERBS and _VERBAL.fullmatch(word) is not None
    names = (f"w={low}", f"t={low[:5]}") if len(low) > 5 else (f"w={low}",)
    return _Word(low, small, word in SUBJUNCTIVE, verbal, names, f"f={low}", f"l={low}")


@lru_cache(_CACHED)
def _of_sentence(low: str) -> tuple[str, str, str]:
    """A word's names for its own sentence, and for the ones behind and before."""
    return f"S=w={low}", f"S-1=w={low}", f"S1=w={low}"


def features(clauses: Sequence[Clause], cues: Mapping[str, str]) -> Features:
    """The features of all clauses of a text.

    Args:
        clauses: the clauses, in the order of the text.
        cues: words of saying in lower case, with how surely they mark a quotation (a to c).

    Returns:
        `Features`, by clause and by sentence.
    """
    seen = [_see(clause, cues) for clause in clauses]
    alone = [
        [
            *(f"b={first} {second}" for first, second in pairwise(seen[at].low)),
            *_beside(clauses, seen, at),
            *_place(clauses, at),
        ]
        for at in range(len(clauses))
    ]
    return Features([clause.names for clause in seen], alone, _sentences(clauses, seen))


def near(shared: Sequence[list[str]], clauses: Sequence[Clause]) -> Iterable[list[str]]:
    """For training: each clause's names and its neighbours', named by their place."""
    for at in range(len(clauses)):
        names = list(shared[at])
        for other, place in _neighbours(clauses, at, STEPS):
            names += [f"{place}|{name}" for name in shared[other]]
        yield names


def direct(
    text: str, marked: Sequence[tuple[int, int]], at: int, cues: Mapping[str, str]
) -> list[str]:
    """Names of a stretch in quotation marks.

    By them a quotation is told from a title or a word held at a distance.

    Args:
        text: the text that it is in.
        marked: all such stretches of the text.
        at: the number of this one.
        cues: words of saying in lower case, with how surely they mark a quotation (a to c).

    Returns:
        The names, some of them twice.
    """
    start, end = marked[at]
    inner = WORD.findall(text, start + 1, end - 1)
    size = "12359"[bisect((2, 3, 5, 9), len(inner))]
    kind = size + ("CAP" if inner and inner[0][0].isupper() else "cap")
    before = _ENDS.split(text[max(0, start - _CONTEXT) : start])[-1]
    behind = _ENDS.split(text[end : end + _CONTEXT], maxsplit=1)[0]
    earlier, later = WORD.findall(before.lower()), WORD.findall(behind.lower())
    return [
        *_marks(text, start, end, kind),
        *_inner_words(inner, kind),
        *_outer_words(earlier, later, kind),
        *_cues(earlier, later, kind, cues),
        *_mood(before, behind, kind),
        *_elsewhere(text, marked, at, size),
        "BIAS",
    ]


def _see(clause: Clause, cues: Mapping[str, str]) -> _Seen:
    words = [_word(word) for word in clause.words]
    low = [word.low for word in words]
    flags = _flags(clause, words, low, cues)
    capital = _capital(clause.words[0][0])
    names = [*flags, capital, *_state(words, low, flags, cues), *_outline(clause, words, low)]
    names += chain.from_iterable({word.low: word.names for word in words}.values())
    if capital == "CAP=A":
        flags.append(capital)
    return _Seen(low, flags, "".join(flags), names)


def _capital(letter: str) -> str:
    if letter.isupper():
        return "CAP=A"
    return "CAP=a" if letter.isalpha() else "CAP=0"


def _flags(
    clause: Clause, words: Sequence[_Word], low: Sequence[str], cues: Mapping[str, str]
) -> list[str]:
    """What a clause is: subjunctive, with words of saying, in quotation marks, a tag of a speaker."""
    flags = ["SUBJ"] if any(word.subjunctive for word in words) else []
    saying = not cues.keys().isdisjoint(low)
    if saying:
        flags.append("CUE")
        flags += [flag for flag, word in (("CUE^", low[0]), ("CUE$", low[-1])) if word in cues]
    if clause.quoted:
        flags.append("INQ")
    elif saying and len(low) < 12 and (others := _others(words, cues)) < 3:
        flags.append(f"TAG{others}")
    if not _AUXILIARIES.isdisjoint(low):
        flags.append("AUX")
    return flags


def _others(words: Sequence[_Word], cues: Mapping[str, str]) -> int:
    """How many words in small letters neither say nor name anybody."""
    return sum(word.small and word.low not in cues and word.low not in _NAMING for word in words)


def _state(
    words: Sequence[_Word], low: Sequence[str], flags: Sequence[str], cues: Mapping[str, str]
) -> Iterator[str]:
    """The flags of a clause in more detail."""
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


def _neighbours(
    clauses: Sequence[Clause], at: int, steps: Sequence[int]
) -> Iterator[tuple[int, str]]:
    """The clauses so many steps away that there are, each with its place, such as '-1s'."""
    for step in steps:
        if 0 <= at + step < len(clauses):
            same = clauses[at + step].sentence == clauses[at].sentence
            yield at + step, f"{step}{'s' if same else 'x'}"


def _beside(clauses: Sequence[Clause], seen: Sequence[_Seen], at: int) -> Iterator[str]:
    """What the clauses before and behind are, each by this one's first word and by its flags."""
    for other, place in _neighbours(clauses, at, (-1, 1)):
        for flag in seen[other].flags:
            if flag in _BESIDE:
                yield f"{place}{flag}&{seen[at].low[0]}"
        yield f"{place}={seen[at].state}|{seen[other].state}"


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
    for sentence, pairs in groupby(zip(clauses, seen, strict=True), lambda pair: pair[0].sentence):
        inside = [clause for _, clause in pairs]
        flags = {flag for clause in inside for flag in clause.flags if flag in _OF_SENTENCE}
        states[sentence] = "".join(sorted(flag[0] for flag in flags))
        short = [clause.low for clause in inside if "CUE" in clause.flags and len(clause.low) < 25]
        saying[sentence] = [word for low in short for word in dict.fromkeys(low)]
    whole = dict[int, list[str]]()
    for sentence, state in states.items():
        names = [f"S={state}", *(_of_sentence(word)[0] for word in saying[sentence])]
        for step, which in ((-1, 1), (1, 2)):
            if (other := states.get(sentence + step)) is not None:
                names.append(f"S{step}={state}|{other}")
                names += [_of_sentence(word)[which] for word in saying[sentence + step]]
        whole[sentence] = names
    return whole


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


def _outer_words(earlier: Sequence[str], later: Sequence[str], kind: str) -> list[str]:
    """The words before and behind a stretch in its sentence."""
    size = kind[0]
    names = [f"pp={word}" for word in earlier[-6:]] + [f"zz={word}" for word in later[:5]]
    names += [f"p2={' '.join(earlier[-2:])}", f"around={bool(earlier)}{bool(later)}"]
    for word in earlier[-1:]:
        names += [f"p={word}", f"{size}p={word}"]
    for word in later[:1]:
        names += [f"z={word}", f"{size}z={word}"]
    return names


def _cues(
    earlier: Sequence[str], later: Sequence[str], kind: str, cues: Mapping[str, str]
) -> list[str]:
    """On which sides of a stretch there are words of saying, and how sure they are."""
    before, behind = ([cues[word] for word in side if word in cues] for side in (earlier, later))
    cue = "<" * bool(before) + ">" * bool(behind)
    sure = max(before + behind, default="-")
    return [f"cue={cue}", f"{kind}{cue}", f"sure={sure}", f"{kind[0]}{sure}"]


def _mood(before: str, behind: str, kind: str) -> list[str]:
    """Whether the text beside a stretch is subjunctive, and goes on with a capital letter."""
    outer = WORD.findall(before), WORD.findall(behind)
    subjunctive = not SUBJUNCTIVE.isdisjoint(chain(*outer))
    names = [f"{kind[0]}SUBJ{subjunctive}"]
    return [*names, *(f"{kind}z={word[0].isupper()}" for word in outer[1][:1])]


def _elsewhere(text: str, marked: Sequence[tuple[int, int]], at: int, size: str) -> list[str]:
    """Whether a stretch occurs again near by without its marks, and how many are close to it."""
    start, end = marked[at]
    others = [*marked[max(0, at - 1) : at], *marked[at + 1 : at + 2]]
    close = sum(other[0] - end < _CLOSE and start - other[1] < _CLOSE for other in others)
    names = [f"beside={close}"]
    again = text.count(text[start + 1 : end - 1], max(0, start - _AROUND), end + _AROUND) > 1
    return [*names, "AGAIN", f"{size}AGAIN"] if again else names
