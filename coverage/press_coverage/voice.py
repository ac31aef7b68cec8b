"""Voice: which clauses of a text say what somebody else has said, by a linear chain over its clauses.

Each clause has attributes (its words, their beginnings, subjunctives, words of saying, the marks around it) that weigh on its
own label and, by their place, on its neighbours' labels; the best chain of labels wins. Weights stand in models/voice_*.npz under
the attributes' hashes, without a word in clear, and are trained by data/model/train_voice.py.
Source: Lafferty et al. 2001 (conditional random fields)
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import NamedTuple
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from press_coverage.clauses import WORD, Clause

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
NEAR = ("-2s", "-2x", "-1s", "-1x", "", "1s", "1x", "2s", "2x")  # places: clauses before and behind, in the same sentence or another


def attributes(found: Sequence[Clause], cues: frozenset[str]) -> tuple[list[list[str]], list[list[str]]]:
    """For each clause its attributes, which weigh on its neighbours as well, and those for itself alone."""
    shared = [_own(clause, cues) for clause in found]
    sentences = _sentences(found, shared)
    alone = []
    for at, clause in enumerate(found):
        low = [word.lower() for word in clause.words]
        extra = [f"b={a} {b}" for a, b in pairwise(low)]
        state, named = sentences[clause.sentence]
        extra += [f"S={state}", *(f"S={name}" for name in named)]
        for step in (-1, 1):
            if clause.sentence + step in sentences:
                other, names = sentences[clause.sentence + step]
                extra += [f"S{step}={state}|{other}", *(f"S{step}={name}" for name in names)]
            if 0 <= at + step < len(found):
                same = "s" if found[at + step].sentence == clause.sentence else "x"
                flags = [flag for flag in ("SUBJ", "CUE", "INQ", "CAP=A") if flag in shared[at + step]]
                extra += [f"{step}{same}{flag}&{low[0]}" for flag in flags]
                extra += [f"{step}{same}{flag}&SUBJ" for flag in flags if "SUBJ" in shared[at]]
        extra += [*_place(found, at)]
        alone.append(extra)
    return shared, alone


def _own(clause: Clause, cues: frozenset[str]) -> list[str]:
    low = [word.lower() for word in clause.words]
    flags = []
    small = [word for word in clause.words if word[0].islower()]
    said = any(word in cues for word in low)
    if any(SUBJUNCTIVE.fullmatch(word) for word in small):
        flags += ["SUBJ", "SUBJ&CUE" if said else "SUBJ&"]
    if any(_VERBAL.fullmatch(word) and word not in _NOT_VERBAL for word in small):
        flags.append("FIN")
    if said:
        flags.append("CUE")
    if clause.quoted:
        flags += ["INQ", f"INQ{min(len(low), 9)}"]
    first = clause.words[0][0]
    flags.append("CAP=" + ("A" if first.isupper() else "a" if first.isalpha() else "0"))
    flags += [f"len={min(len(low) // 3, 6)}", f"pre={clause.before}", f"post={clause.after}", f"marks={clause.before}{clause.after}"]
    flags += [f"f={low[0]}", f"l={low[-1]}"]
    if len(low) > 1:
        flags += [f"ff={low[0]} {low[1]}", f"ll={low[-2]} {low[-1]}"]
    words = [f"w={word}" for word in dict.fromkeys(low)]
    return [*flags, *words, *(f"t={word[:5]}" for word in dict.fromkeys(low) if len(word) > 5)]


def _sentences(found: Sequence[Clause], shared: Sequence[list[str]]) -> dict[int, tuple[str, list[str]]]:
    """For each sentence whether it has a subjunctive, a word of saying and quotation marks, and the words of its clauses of saying."""
    held: dict[int, tuple[str, list[str]]] = {}
    for clause, own in zip(found, shared, strict=True):
        state, names = held.get(clause.sentence, ("", []))
        state = "".join(sorted({*state, *("S" if "SUBJ" in own else ""), *("C" if "CUE" in own else ""), *("Q" if clause.quoted else "")}))
        held[clause.sentence] = state, names + ([name for name in own if name.startswith("w=")] if "CUE" in own and len(own) < 60 else [])
    return held


def _place(found: Sequence[Clause], at: int) -> Iterator[str]:
    sentence = found[at].sentence
    first = sum(1 for other in found[max(0, at - 3) : at] if other.sentence == sentence)
    last = at + 1 == len(found) or found[at + 1].sentence != sentence
    yield f"place={first}{'.' if last else ''}"
    if found[at].opens:
        yield "opens"


def near(shared: Sequence[list[str]], found: Sequence[Clause]) -> Iterable[list[str]]:
    """For training: each clause's attributes and its neighbours', named by their place."""
    for at, clause in enumerate(found):
        named = list(shared[at])
        for step in (-2, -1, 1, 2):
            if 0 <= at + step < len(found):
                place = f"{step}{'s' if found[at + step].sentence == clause.sentence else 'x'}"
                named += [f"{place}|{name}" for name in shared[at + step]]
        yield named


class Weights(NamedTuple):
    """What an attribute weighs: `shared` (attributes x places x labels), `alone` (attributes x labels), `direct` and `source` one number
    each; the indexes lead from an attribute's hash to its row, whose first is empty."""

    labels: tuple[str, ...]
    follow: NDArray[np.float32]
    shared_index: dict[int, int]
    shared: NDArray[np.float32]
    alone_index: dict[int, int]
    alone: NDArray[np.float32]
    direct: dict[int, float]
    source: dict[int, float]
    cues: frozenset[str]
    cuts: frozenset[str]


@cache
def weights(language: str) -> Weights:
    """The weights for 'de' or 'en'.

    >>> weights("de").labels
    ('BD', 'BN', 'ID', 'IN', 'M', 'O')
    """
    with files("press_coverage").joinpath(f"models/voice_{language}.npz").open("rb") as opened, np.load(opened, allow_pickle=False) as held:
        labels = tuple(held["labels"].tolist())
        tables = []
        for name, places in (("shared", len(NEAR)), ("alone", 1)):
            hashes, rows, weight = held[f"{name}_hash"], held[f"{name}_row"], held[f"{name}_weight"]
            table = np.zeros((len(hashes) + 1, places * len(labels)), dtype=np.float32)
            table[rows[:, 0].astype(int) + 1, rows[:, 1].astype(int)] = weight
            tables.append(({int(key): at for at, key in enumerate(hashes.tolist(), 1)}, table))
        singles = [dict(zip(held[f"{n}_hash"].tolist(), held[f"{n}_weight"].tolist(), strict=True)) for n in ("direct", "source")]
        cues = frozenset(held["cues"].tolist())
        cuts = cues if held["cut"] else frozenset[str]()
        (shared_index, shared), (alone_index, alone) = tables
        follow = held["follow"].astype(np.float32)
    return Weights(
        labels, follow, shared_index, shared.reshape(-1, len(NEAR), len(labels)), alone_index, alone, singles[0], singles[1], cues, cuts
    )


def hashed(name: str) -> int:
    """An attribute's hash."""
    return crc32(name.encode())


def contents(found: Sequence[Clause], model: Weights, *, lean: float = 0.4) -> list[tuple[int, int]]:
    """First and last clause of each stretch that gives somebody's words without quotation marks around all of it.

    `lean` is taken from the weight of a clause's being the outlet's own: more finds more, and more wrongly.
    """
    if not found:
        return []
    labels, best = model.labels, _best(_weigh(found, model) - lean * (np.array(model.labels) == "O"), model.follow)
    chain = [labels[at] for at in best]
    spans, at = list[tuple[int, int]](), 0
    while at < len(chain):
        kind, first, last = chain[at], at, at
        at += 1
        if kind[0] not in "BI":
            continue
        while at < len(chain) and chain[at][0] in "IM":
            last = at if chain[at][0] == "I" else last
            at += 1
        if kind[1:] == "N":
            spans.append((first, last))
        at = last + 1
    return spans


def _weigh(found: Sequence[Clause], model: Weights) -> NDArray[np.float32]:
    shared, alone = attributes(found, model.cues)
    near_by = _summed(shared, model.shared_index, model.shared)
    score = near_by[:, NEAR.index("")] + _summed(alone, model.alone_index, model.alone)
    sentence = np.array([clause.sentence for clause in found])
    for step in (-2, -1, 1, 2):
        if len(found) > abs(step):
            here, there = (slice(-step, None), slice(None, step)) if step < 0 else (slice(None, -step), slice(step, None))
            same = (sentence[here] == sentence[there])[:, None]
            score[here] += np.where(same, near_by[there, NEAR.index(f"{step}s")], near_by[there, NEAR.index(f"{step}x")])
    return score


def _summed(names: Sequence[Sequence[str]], index: dict[int, int], table: NDArray[np.float32]) -> NDArray[np.float32]:
    rows, starts = list[int](), list[int]()
    for own in names:
        starts.append(len(rows))
        rows.append(0)
        rows += [at for name in own if (at := index.get(crc32(name.encode())))]
    summed: NDArray[np.float32] = np.add.reduceat(table[rows], starts, axis=0)
    return summed


def _best(score: NDArray[np.float32], follow: NDArray[np.float32]) -> list[int]:
    """The best chain (Viterbi 1967)."""
    total, back, columns = score[0], list[NDArray[np.intp]](), np.arange(score.shape[1])
    for own in score[1:]:
        through = total[:, None] + follow
        back.append(through.argmax(axis=0))
        total = through[back[-1], columns] + own
    chain = [int(total.argmax())]
    for step in reversed(back):
        chain.append(int(step[chain[-1]]))
    return chain[::-1]


def direct(text: str, span: tuple[int, int], cues: frozenset[str]) -> list[str]:
    """Attributes of a stretch in quotation marks, by which a quotation is told from a title or a word held at a distance."""
    start, end = span
    words = WORD.findall(text, start + 1, end - 1)
    low = [word.lower() for word in words]
    before = WORD.findall(re.split(r"(?<=\w\w[.!?])\s|\n", text[max(0, start - 100) : start])[-1].lower())
    behind = WORD.findall(re.split(r"(?<=\w\w[.!?])\s|\n", text[end : end + 100])[0].lower())
    names = [
        f"n={min(len(low), 12)}",
        f"end={text[end - 2]}",
        f"pre={text[max(0, start - 3) : start].rstrip()[-1:]}",
        f"post={text[end : end + 2].strip()[:1]}",
    ]
    names += [f"has={word}" for word in {"ich", "wir", "mein", "nicht", "ist", "sind", "i", "we", "is", "are", "not", "my"} & set(low)]
    names += [f"small={sum(word[0].islower() for word in words) * 4 // max(len(words), 1)}"]
    names += [f"word={low[0]}", "CAP" if words[0][0].isupper() else "cap"] if words else []
    names += [f"p={word}" for word in before[-1:]] + [f"z={word}" for word in behind[:1]]
    names += [f"pp={word}" for word in before[-6:]] + [f"zz={word}" for word in behind[:5]]
    names += ["GLUED"] if text[end : end + 1].isalnum() or text[end : end + 1] == "-" else []
    cue = ("<" if any(word in cues for word in before) else "") + (">" if any(word in cues for word in behind) else "")
    return [*names, f"cue={cue}", f"around={bool(before)}{bool(behind)}", "BIAS"]
