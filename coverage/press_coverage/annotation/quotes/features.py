"""Traits: what can be seen of a clause, a sentence or a stretch in quotation marks, as names that a model gives weights to."""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from press_coverage.annotation.quotes.clauses import WORD, Clause

# finite verbs in Konjunktiv I and II that cannot be read as indicative in the third person
SUBJUNCTIVE = re.compile(
    r"(?:sei(?:en)?|habe|hätten?|würden?|werde|könnten?|könne|müssten?|müsse|solle|wolle|dürften?|dürfe|wären?|gebe|gäben?|gehe|ginge|komme"
    r"|kämen?|stehe|stünden?|liege|läge|bleibe|bliebe|mache|finde|fände|lasse|ließe|nehme|nähmen?|halte|hielte|sehe|sähen?|führe|bringe"
    r"|brächten?|brauche|bräuchten?|wisse|wüssten?|zeige|gelte|gälten?|trage|trüge|heiße|hieße|handle|bestehe|bestünden?|bedeute|stelle"
    r"|fehle|reiche|glaube|arbeite|erwarte|hoffe|entspreche|sollten?|wollten?|mögen?|möge|spreche|spräche|treffe|träfe|verfüge|gehöre"
    r"|folge|diene|ziele|plane|prüfe|werte|setze|sitze|spiele|zähle|erhalte|beginne|begänne|drohe|schade|nütze|helfe|lebe|suche|leide)"
)
_VERBAL = re.compile(r"[a-zäöüß]{3,}e")
_NOT_VERBAL = frozenset(
    "die eine keine seine ihre alle diese jede heute viele ohne beide mehrere rund erste zweite neue letzte gerade".split()
)
_PERSONS = frozenset("he she they it we i you er sie es man wir ich".split())
_NAMING = _PERSONS | frozenset(
    "who the a an of for in his her their der die das dem den des von ein eine im".split()
)
_AUXILIARY = frozenset(
    "is are was were will would has have had can could should must may might do does did be been ist sind war waren wird werden "
    "wurde wurden hat haben hatte kann können soll muss".split()
)
NEAR = (
    "-2s",
    "-2x",
    "-1s",
    "-1x",
    "",
    "1s",
    "1x",
    "2s",
    "2x",
)  # places: clauses before and behind, in the same sentence or another
_BESIDE = (
    "SUBJ",
    "CUE",
    "INQ",
    "CAP=A",
    "TAG0",
    "TAG1",
)  # what the clauses beside weigh on a clause by its first word
_TELLING = frozenset("ich wir mein nicht ist sind i we is are not my".split())
_ENDS = re.compile(r"(?<=\w\w[.!?])\s|\n")
_AROUND = 5000  # characters in which the words of a stretch in quotation marks are looked for again
_CACHED = 100_000  # words whose names are remembered


class Traits(NamedTuple):
    """Names: of each clause those that weigh on its neighbours, too, and those for itself alone; of each sentence those for all its
    clauses.
    """

    shared: list[list[str]]
    alone: list[list[str]]
    whole: dict[int, list[str]]


class _Word(NamedTuple):
    """A word in lower case, whether it was so in the text, its names, and whether it is subjunctive or looks like a verb."""

    low: str
    small: bool
    subjunctive: bool
    verbal: bool
    names: tuple[str, ...]
    first: str
    last: str


@lru_cache(_CACHED)
def _word(word: str) -> _Word:
    low, small = word.lower(), word[0].islower()
    verbal = small and bool(_VERBAL.fullmatch(word)) and word not in _NOT_VERBAL
    names = (f"w={low}", f"t={low[:5]}") if len(low) > 5 else (f"w={low}",)
    return _Word(
        low,
        small,
        small and bool(SUBJUNCTIVE.fullmatch(word)),
        verbal,
        names,
        f"f={low}",
        f"l={low}",
    )


@lru_cache(_CACHED)
def _of_sentence(low: str) -> tuple[str, str, str]:
    return f"S=w={low}", f"S-1=w={low}", f"S1=w={low}"


def traits(found: Sequence[Clause], cues: Mapping[str, str]) -> Traits:
    """The traits of all clauses; `cues` are words of saying with how surely they mark a quotation (a to c)."""
    shared, alone, keys, lows = (
        list[list[str]](),
        list[list[str]](),
        list[list[str]](),
        list[list[str]](),
    )
    for clause in found:
        words = [_word(word) for word in clause.words]
        low = [word.low for word in words]
        key, names = _own(clause, words, low, cues)
        shared.append(names)
        keys.append(key)
        lows.append(low)
    states = ["".join(key) for key in keys]
    for at, clause in enumerate(found):
        low = lows[at]
        extra = [f"b={a} {b}" for a, b in pairwise(low)]
        for step in (-1, 1):
            if 0 <= at + step < len(found):
                same = f"{step}{'s' if found[at + step].sentence == clause.sentence else 'x'}"
                for flag in keys[at + step]:
                    if flag in _BESIDE:
                        extra.append(f"{same}{flag}&{low[0]}")
                extra.append(f"{same}={states[at]}|{states[at + step]}")
        alone.append(extra + _place(found, at))
    return Traits(shared, alone, _sentences(found, keys, lows))


def _own(
    clause: Clause, words: Sequence[_Word], low: list[str], cues: Mapping[str, str]
) -> tuple[list[str], list[str]]:
    """What a clause is, in a few flags, and all its names."""
    first = clause.words[0][0]
    capital = "CAP=" + ("A" if first.isupper() else "a" if first.isalpha() else "0")
    sure = [cues[word] for word in low if word in cues]
    key, more = list[str](), [capital]
    if any(word.subjunctive for word in words):
        key.append("SUBJ")
        more.append("SUBJ&CUE" if sure else "SUBJ&")
    if any(word.verbal for word in words):
        more.append("FIN")
    if sure:
        more.append(f"CUE{max(sure)}")
        where = ["CUE^"] if low[0] in cues else []
        where += ["CUE$"] if low[-1] in cues else []
        key += ["CUE", *where]
    if clause.quoted:
        key.append("INQ")
        more.append(f"INQ{min(len(low), 9)}")
    elif sure and len(low) < 12:
        rest = sum(
            word.small and word.low not in cues and word.low not in _NAMING for word in words
        )
        if rest < 3:
            key.append(f"TAG{rest}")
            more.append(f"TAG{rest}{where[0][-1] if where else ''}&")
    if any(word in _AUXILIARY for word in low):
        key.append("AUX")
    if low[0] in _PERSONS or low[-1] in _PERSONS:
        more.append("PERS")
    before, after = clause.before, clause.after
    more += [
        f"len={min(len(low) // 3, 6)}",
        f"pre={before}",
        f"post={after}",
        f"marks={before}{after}",
        words[0].first,
        words[-1].last,
    ]
    if len(low) > 1:
        more += [f"ff={low[0]} {low[1]}", f"ll={low[-2]} {low[-1]}"]
    names = [*key, *more]
    for word in {word.low: word for word in words}.values():
        names += word.names
    return [*key, capital] if capital == "CAP=A" else key, names


def _sentences(
    found: Sequence[Clause], keys: Sequence[list[str]], lows: Sequence[list[str]]
) -> dict[int, list[str]]:
    """For each sentence whether it and those beside it have a subjunctive, a word of saying and quotation marks, and the words of
    their clauses of saying.
    """
    states, said = dict[int, set[str]](), dict[int, list[str]]()
    for clause, key, low in zip(found, keys, lows, strict=True):
        state, words = (
            states.setdefault(clause.sentence, set()),
            said.setdefault(clause.sentence, []),
        )
        state.update(flag[0] for flag in key if flag in ("SUBJ", "CUE", "INQ"))
        if "CUE" in key and len(low) < 25:
            words += dict.fromkeys(low)
    named = {sentence: "".join(sorted(flags)) for sentence, flags in states.items()}
    whole = dict[int, list[str]]()
    for sentence, own in named.items():
        names = [f"S={own}", *(_of_sentence(word)[0] for word in said[sentence])]
        for step, which in ((-1, 1), (1, 2)):
            if (other := named.get(sentence + step)) is not None:
                names += [
                    f"S{step}={own}|{other}",
                    *(_of_sentence(word)[which] for word in said[sentence + step]),
                ]
        whole[sentence] = names
    return whole


def _place(found: Sequence[Clause], at: int) -> list[str]:
    sentence = found[at].sentence
    first = sum(1 for other in found[max(0, at - 3) : at] if other.sentence == sentence)
    last = at + 1 == len(found) or found[at + 1].sentence != sentence
    return [f"place={first}{'.' if last else ''}", *(["opens"] if found[at].opens else [])]


def near(shared: Sequence[list[str]], found: Sequence[Clause]) -> Iterable[list[str]]:
    """For training: each clause's names and its neighbours', named by their place."""
    for at, clause in enumerate(found):
        named = list(shared[at])
        for step in (-2, -1, 1, 2):
            if 0 <= at + step < len(found):
                place = f"{step}{'s' if found[at + step].sentence == clause.sentence else 'x'}"
                named += [f"{place}|{name}" for name in shared[at + step]]
        yield named


def direct(
    text: str, marked: Sequence[tuple[int, int]], at: int, cues: Mapping[str, str]
) -> list[str]:
    """Names of a stretch in quotation marks, by which a quotation is told from a title or a word held at a distance.

    `marked` are all such stretches of the text, `at` is the number of this one.
    """
    start, end = marked[at]
    inner = text[start + 1 : end - 1]
    words, before, behind = (
        WORD.findall(inner),
        _ENDS.split(text[max(0, start - 200) : start])[-1],
        _ENDS.split(text[end : end + 200], 1)[0],
    )
    low, earlier, later = (
        [word.lower() for word in words],
        WORD.findall(before.lower()),
        WORD.findall(behind.lower()),
    )
    count, capital = min(len(low), 12), "CAP" if words and words[0][0].isupper() else "cap"
    size = (
        "1" if count < 2 else "2" if count < 3 else "3" if count < 5 else "5" if count < 9 else "9"
    )
    names = [
        f"n={count}",
        f"end={text[end - 2]}",
        f"pre={text[max(0, start - 3) : start].rstrip()[-1:]}",
        f"post={text[end : end + 2].strip()[:1]}",
    ]
    names += [f"has={word}" for word in _TELLING & set(low)]
    names += [f"small={sum(word[0].islower() for word in words) * 4 // max(len(words), 1)}"]
    names += [f"word={low[0]}", capital] if words else []
    names += [f"p={word}" for word in earlier[-1:]] + [f"z={word}" for word in later[:1]]
    names += [f"pp={word}" for word in earlier[-6:]] + [f"zz={word}" for word in later[:5]]
    names += ["GLUED"] if text[end : end + 1].isalnum() or text[end : end + 1] == "-" else []
    cue = ("<" if any(word in cues for word in earlier) else "") + (
        ">" if any(word in cues for word in later) else ""
    )
    sure = max((cues[word] for word in earlier + later if word in cues), default="-")
    distant = any(_word(word).subjunctive for word in WORD.findall(before) + WORD.findall(behind))
    whole = text[end - 2] in ".!?,…"
    names += [
        f"{size}{capital}{cue}",
        f"{size}{capital}",
        f"sure={sure}",
        f"{size}{sure}",
        f"{size}SUBJ{distant}",
    ]
    names += [
        f"{size}AUX{not _AUXILIARY.isdisjoint(low)}",
        f"{size}{capital}END{whole}",
        f"{size}NAME{all(not word[0].islower() for word in words)}",
    ]
    names += (
        ["AGAIN", f"{size}AGAIN"]
        if text.count(inner, max(0, start - _AROUND), end + _AROUND) > 1
        else []
    )
    others = [*marked[max(0, at - 1) : at], *marked[at + 1 : at + 2]]
    beside = sum(other[0] - end < 60 and start - other[1] < 60 for other in others)
    names += [
        f"beside={beside}",
        *(f"{size}p={word}" for word in earlier[-1:]),
        f"p2={' '.join(earlier[-2:])}",
    ]
    names += (
        [f"{size}z={later[0]}", f"{size}{capital}z={WORD.findall(behind)[0][0].isupper()}"]
        if later
        else []
    )
    return [*names, f"cue={cue}", f"around={bool(earlier)}{bool(later)}", "BIAS"]
