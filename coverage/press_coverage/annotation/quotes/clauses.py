"""Clauses: a text cut at its punctuation, with the sentences and quotation marks around each piece.

The words of saying and the clauses they occur in are located here, too.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Container, Iterator, Sequence
from itertools import pairwise
from operator import attrgetter, itemgetter
from typing import NamedTuple

from press_coverage.codebooks.reading import words

WORD = re.compile(r"\w+(?:[-’'.&]\w+)*")

# the single marks of English are not taken for apostrophes
MARKS = re.compile(r"""(?x)
      „[^„“”\n]+[“”"]                                # German
    | “[^“”\n]+”                                     # English
    | »[^»«\n]+«                                     # German, in books
    | «[^»«\n]+»                                     # Swiss, French and Russian
    | (?<!\w)‘(?:[^‘’\n]|(?<=\w)’(?=\w))+’(?!\w)     # English, single, with apostrophes inside
    | (?<!\w)"[^"\n]+"(?!\w)                         # typewritten
""")
_DOUBLED = (re.compile(r"(?<![\w'])''(?=[^\s'])"), re.compile(r"(?<=[^\s'])''(?![\w'])"))
_MARK = re.compile(r"""(?x)
      \n+
    | [.!?…]+(?=\s|$|["“”»«’)\]])                    # at the end of a sentence
    | [,;:–—()\[\]"„“”»«](?!\d)                      # within a sentence, not in a number
    | [ ]-[ ]
""")
# a point behind these ends no clause, nor does one behind a letter, or a number of a day
_ABBREVIATED = re.compile(
    rf"(?:^|[\s(.„“\"])(?:[A-Za-zÄÖÜäöü]|\d{{1,2}}|{'|'.join(words('quotes', 'abbreviations'))})$"
)
_LONGEST = 6  # characters of an abbreviation and the mark before it


class Clause(NamedTuple):
    """A piece of text between two marks.

    Offsets, its words, the marks around it, whether it is in quotation marks, the number of its
    sentence, and whether it opens a paragraph.
    """

    start: int
    end: int
    words: list[str]
    before: str
    after: str
    quoted: bool
    sentence: int
    opens: bool


class Words(NamedTuple):
    """A text's words in lower case with their starts and ends.

    `cues` are the numbers of the words of saying, `clause` the numbers of the clauses they are in.
    """

    low: list[str]
    starts: list[int]
    ends: list[int]
    cues: list[int]
    clause: list[int]


def vocabulary(*lists: str) -> frozenset[str]:
    """The words of the lists of words/quotes.csv in all languages, in lower case.

    >>> sorted(vocabulary("third_person"))
    ['er', 'he', 'she', 'sie']
    """
    return frozenset(word.lower() for name in lists for word in words("quotes", name))


def plain(text: str) -> str:
    """The text with two apostrophes as the quotation marks that they stand for, offsets kept.

    >>> plain("''We wait,'' she said.")
    ' “We wait,”  she said.'
    """
    return _DOUBLED[1].sub("” ", _DOUBLED[0].sub(" “", text)) if "''" in text else text


def quoted(text: str) -> list[tuple[int, int]]:
    """The stretches between quotation marks, marks included.

    >>> quoted("„Ja“, sagte er, “no” and «oui».")
    [(0, 4), (16, 20), (25, 30)]
    """
    return [match.span() for match in MARKS.finditer(text)]


def cut_clauses(
    text: str, marked: Sequence[tuple[int, int]], cuts: frozenset[str] = frozenset()
) -> list[Clause]:
    """The clauses of a text.

    A sentence within quotation marks does not end the one around it.

    Args:
        text: the text, with its quotation marks (see `plain`).
        marked: the text's `quoted` stretches.
        cuts: words of saying in lower case behind which a clause ends, too: English says
            `he said they left` without a mark.

    Returns:
        The clauses in the order of the text.

    Examples:
        >>> text = "Er kommt, sagte sie. „Gut. Sehr gut.“"
        >>> clauses = cut_clauses(text, quoted(text))
        >>> [(" ".join(c.words), c.sentence, c.quoted) for c in clauses][:2]
        [('Er kommt', 0, False), ('sagte sie', 0, False)]
        >>> [(" ".join(c.words), c.sentence, c.quoted) for c in clauses][2:]
        [('Gut', 1, True), ('Sehr gut', 1, True)]
    """
    clauses = list[Clause]()
    before, sentence, opens = "\n", 0, True
    for start, end, mark in _pieces(text):
        if inside := WORD.findall(text, start, end):
            first, last = _trimmed(text, start, end)
            marks = before[0].strip() or "¶", mark[0].strip() or "¶"
            in_marks = _quoted_until(marked, first) > 0
            clause = Clause(first, last, inside, *marks, in_marks, sentence, opens)
            clauses += _cut_at_cues(text, clause, cuts) if cuts else [clause]
            opens, before = False, mark
        elif mark[0] not in ' "':
            before = mark
        sentence += _ends_sentence(text, end, mark[0], _quoted_until(marked, end))
        opens = opens or mark[0] == "\n"
    return clauses


def locate_words(text: str, clauses: Sequence[Clause], cues: Container[str]) -> Words:
    """The words of a text cut into clauses; `cues` are words of saying in lower case."""
    spans = [match.span() for match in WORD.finditer(text)]
    low = [text[start:end].lower() for start, end in spans]
    starts = [start for start, _ in spans]
    numbers = [at for at, word in enumerate(low) if word in cues]
    firsts = [clause.start for clause in clauses]
    places = [max(bisect_right(firsts, starts[at]) - 1, 0) for at in numbers]
    return Words(low, starts, [end for _, end in spans], numbers, places)


def enclosed(clauses: Sequence[Clause], start: int, end: int) -> tuple[int, int]:
    """The numbers of the first clause that two offsets enclose, and of the one behind the last."""
    first = bisect_right(clauses, start, key=attrgetter("end"))
    return first, bisect_left(clauses, end, key=attrgetter("start"))


def _pieces(text: str) -> Iterator[tuple[int, int, str]]:
    """Start and end of each piece between two marks, and the mark behind it."""
    start = 0
    for match in _MARK.finditer(text):
        mark, end = match[0], match.start()
        if mark == "." and _abbreviates(text, max(start, end - _LONGEST), end):
            continue
        yield start, end, mark
        start = match.end()
    yield start, len(text), "\n"


def _abbreviates(text: str, start: int, end: int) -> bool:
    """Whether the point at `end` belongs to an abbreviation that its line goes on behind."""
    goes_on = text[end + 1 : end + 2] not in ("", "\n")
    return goes_on and _ABBREVIATED.search(text, start, end) is not None


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """A piece without white space around it and apostrophes before it."""
    while text[start].isspace() or text[start] in "‘’'":
        start += 1
    return start, start + len(text[start:end].rstrip())


def _quoted_until(marked: Sequence[tuple[int, int]], place: int) -> int:
    """Where the stretch in quotation marks ends that a place is in; 0 for none."""
    at = bisect_right(marked, place, key=itemgetter(0)) - 1
    return marked[at][1] if at >= 0 and place < marked[at][1] else 0


def _ends_sentence(text: str, place: int, mark: str, until: int) -> bool:
    """Whether a mark ends a sentence, where quotation marks around it end at `until`."""
    if place == until - 1:  # the closing mark
        return text[place - 1] in ".!?…" and text[place + 1 : place + 3].strip()[:1].isupper()
    return mark == "\n" or (mark in ".!?…" and not until)


def _cut_at_cues(text: str, clause: Clause, cuts: frozenset[str]) -> list[Clause]:
    """A clause cut behind the words of saying in it."""
    saying = [word.lower() in cuts for word in clause.words]
    ends = [at for at, (cue, more) in enumerate(pairwise(saying), 1) if cue and not more]
    if not ends:
        return [clause]
    spans = [match.span() for match in WORD.finditer(text, clause.start, clause.end)]
    pieces = list[Clause]()
    for first, last in pairwise([0, *ends, len(saying)]):
        piece = clause._replace(words=clause.words[first:last])
        if first > 0:
            piece = piece._replace(start=spans[first][0], before="_", opens=False)
        if last < len(saying):
            piece = piece._replace(end=spans[last - 1][1], after="_")
        pieces.append(piece)
    return pieces
