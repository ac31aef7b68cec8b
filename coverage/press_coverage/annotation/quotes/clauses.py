"""Clauses: a text cut at its punctuation, with the sentences and the quotation marks that each piece stands in."""

import re
from bisect import bisect_right
from collections.abc import Container, Sequence
from itertools import pairwise
from typing import NamedTuple

WORD = re.compile(r"\w+(?:[-’'.&]\w+)*")

# six styles of quotation marks; the single ones of English are not taken for apostrophes
MARKS = re.compile(
    r"„[^„“”\n]+[“”\"]|“[^“”\n]+”|»[^»«\n]+«|«[^»«\n]+»|(?<!\w)‘(?:[^‘’\n]|(?<=\w)’(?=\w))+’(?!\w)|(?<!\w)\"[^\"\n]+\"(?!\w)"
)
_DOUBLED = (re.compile(r"(?<![\w'])''(?=[^\s'])"), re.compile(r"(?<=[^\s'])''(?![\w'])"))
_CUT = re.compile(r"\n+|[.!?…]+(?=\s|$|[\"“”»«’)\]])|[,;:–—()\[\]\"„“”»«](?!\d)| - ")
_ABBREVIATED = re.compile(
    r"(?:^|[\s(.„“\"])(?:[A-Za-zÄÖÜäöü]|\d{1,2}|Dr|Prof|St|Nr|Mio|Mrd|ca|bzw|Jan|Feb|Aug|Sept|Okt|Oct|Nov|Dez|Dec|Abs|Art|Mr|Mrs|Ms"
    r"|Sen|Rep|Gov|Gen|Lt|Sgt|Col|Capt|Jr|Sr|vs|No)$"
)


class Clause(NamedTuple):
    """A piece of text between two marks: offsets, its words, the marks around it, whether it stands in quotation marks."""

    start: int
    end: int
    words: list[str]
    before: str
    after: str
    quoted: bool
    sentence: int
    opens: bool


class Words(NamedTuple):
    """A text's words in lower case with their starts and ends, and which of them (by number) are words of saying, in which clause."""

    low: list[str]
    starts: list[int]
    ends: list[int]
    said: list[int]
    clause: list[int]


def plain(text: str) -> str:
    """The text with two apostrophes as the quotation marks that they stand for, every place where it was.

    >>> plain("''We wait,'' she said.")
    ' “We wait,”  she said.'
    """
    return _DOUBLED[1].sub("” ", _DOUBLED[0].sub(" “", text)) if "''" in text else text


def quoted(text: str) -> list[tuple[int, int]]:
    """The stretches between quotation marks, marks included.

    >>> quoted("„Ja“, sagte er, “no” and «oui».")
    [(0, 4), (16, 20), (25, 30)]
    """
    return [found.span() for found in MARKS.finditer(text)]


def clauses(
    text: str, marked: list[tuple[int, int]], cuts: frozenset[str] = frozenset()
) -> list[Clause]:
    """The clauses of a text, in its order; a sentence within quotation marks does not end the one around it.

    `opens` is true for the first clause of a paragraph. `marked` are the text's `quoted` stretches. Behind a word of
    `cuts` (in lower case), too, a clause ends: English says `he said they left` without a mark.

    >>> text = "Er kommt, sagte sie. „Gut. Sehr gut.“"
    >>> [(" ".join(c.words), c.sentence, c.quoted) for c in clauses(text, quoted(text))]
    [('Er kommt', 0, False), ('sagte sie', 0, False), ('Gut', 1, True), ('Sehr gut', 1, True)]
    """
    starts = [start for start, _ in marked]
    found: list[Clause] = []
    at, before, sentence, opens = 0, "\n", 0, True
    for cut in [*_CUT.finditer(text), None]:
        mark = cut[0] if cut else "\n"
        place = cut.start() if cut else len(text)
        if (
            mark == "."
            and _ABBREVIATED.search(text, max(at, place - 6), place)
            and text[place + 1 : place + 2] not in ("", "\n")
        ):
            continue
        words = WORD.findall(text, at, place)
        if words:
            while text[at].isspace() or text[at] in "‘’'":
                at += 1
            end = place
            while text[end - 1].isspace():
                end -= 1
            which = bisect_right(starts, at) - 1
            inside = which >= 0 and at < marked[which][1]
            whole = Clause(
                at,
                end,
                words,
                before[0].strip() or "¶",
                mark[0].strip() or "¶",
                inside,
                sentence,
                opens,
            )
            found += _cut(text, whole, cuts) if cuts else [whole]
            opens, before = False, mark
        else:
            before = mark if mark[0] not in ' "' else before
        if cut is None:
            break
        which = bisect_right(starts, place) - 1
        inside = which >= 0 and place < marked[which][1] - 1
        closing = (
            which >= 0
            and place == marked[which][1] - 1
            and text[place - 1] in ".!?…"
            and text[place + 1 : place + 3].strip()[:1].isupper()
        )
        if mark[0] == "\n" or closing or (mark[0] in ".!?…" and not inside):
            sentence += 1
        opens = opens or mark[0] == "\n"
        at = cut.end()
    return found


def words(text: str, found: Sequence[Clause], cues: Container[str]) -> Words:
    """The words of a text whose clauses are found; `cues` are words of saying in lower case."""
    places = [match.span() for match in WORD.finditer(text)]
    low = [text[start:end].lower() for start, end in places]
    starts, said = (
        [start for start, _ in places],
        [at for at, word in enumerate(low) if word in cues],
    )
    firsts = [clause.start for clause in found]
    return Words(
        low,
        starts,
        [end for _, end in places],
        said,
        [max(bisect_right(firsts, starts[at]) - 1, 0) for at in said],
    )


def _cut(text: str, clause: Clause, cuts: frozenset[str]) -> list[Clause]:
    """A clause cut behind the words of saying in it."""
    low = [word.lower() for word in clause.words]
    if cuts.isdisjoint(low):
        return [clause]
    said = [word in cuts for word in low]
    at = [k for k in range(1, len(said)) if said[k - 1] and not said[k]]
    if not at:
        return [clause]
    pieces = []
    places = [found.span() for found in WORD.finditer(text, clause.start, clause.end)]
    for first, last in pairwise([0, *at, len(said)]):
        end, after = (clause.end, clause.after) if last == len(said) else (places[last - 1][1], "_")
        start, before = (clause.start, clause.before) if first == 0 else (places[first][0], "_")
        pieces.append(
            Clause(
                start,
                end,
                clause.words[first:last],
                before,
                after,
                clause.quoted,
                clause.sentence,
                clause.opens and not first,
            )
        )
    return pieces
