"""Rules: the lines and phrases that sites put into press text, by pattern.

The patterns are in codebooks/patterns/splices.csv. A list of it that is named `rule.what` belongs
to that rule; its patterns are tried on the lines that hold one of the list's cues, which are in its
first row, parted by ;.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick

from press_coverage.codebooks.reading import pattern, read_rows
from press_coverage.text.edits import Edit


class Rule(NamedTuple):
    """A pattern, the rule it belongs to, and the cues without which a line is not tried."""

    name: str
    cues: frozenset[str]
    pattern: re.Pattern[str]


# what announces the headline of another article; spaces count inside verbose patterns too
LABEL = f"(?-x:{pattern('splices', 'label').pattern})"
_BRACKETED = re.compile(
    rf"""
    [(\[][ ]?                                 # an opening bracket
    (?: {LABEL} | Also[ ]on[ ][A-Z][\w ]{{1,20}} ) :
    [ ]? [^()\[\]\n]{{4,200}}                 # the headline,
    (?: \([^()\n]{{1,60}}\) [^()\[\]\n]{{0,100}} )?  # with brackets of its own
    [)\]]
    """,
    re.VERBOSE | re.MULTILINE,
)
_LABELLED = re.compile(
    rf"""
    ^\W{{0,3}} {LABEL} :                      # a line begins with a label
    (?!\w*//)                                 # that is not the start of an address
    (?: (?! [a-z]{{3}}\.[ ][A-Z] | \(@ )      # and holds no further sentence and no account
        [^\n|] ){{0,180}} $                   # nor the bars between several headlines
    """,
    re.VERBOSE | re.MULTILINE,
)


def _rules() -> Iterator[Rule]:
    """The rules in the order of the codebook, those with labels first."""
    yield Rule("read_more", frozenset(":"), _BRACKETED)
    yield Rule("read_more", frozenset(":"), _LABELLED)
    for row in read_rows("patterns/splices"):
        if row["cues"]:  # in the first row of a list
            name, cues = row["list"], frozenset(row["cues"].split(";"))
            yield Rule(name.partition(".")[0], cues, pattern("splices", name, re.MULTILINE))


RULES = list(_rules())
_CUES = sorted(frozenset[str]().union(*(rule.cues for rule in RULES)))
_FINDER = AhoCorasick(_CUES)  # one pass tells which rules are worth trying


def matches(text: str) -> Iterator[Edit]:
    """What the patterns match in a text, rule by rule; matches may overlap."""
    lines: defaultdict[str, set[tuple[int, int]]] = defaultdict(set)
    for which, start, _ in _FINDER.find_matches_as_indexes(text, overlapping=True):
        lines[_CUES[which]].add(line_around(text, start))
    for rule in RULES:
        for line in {line for cue in rule.cues.intersection(lines) for line in lines[cue]}:
            for match in rule.pattern.finditer(text, *line):
                yield Edit(*match.span(), "", rule.name)


def line_around(text: str, at: int) -> tuple[int, int]:
    """Offsets of the line that holds a place in the text."""
    end = text.find("\n", at)
    return text.rfind("\n", 0, at) + 1, end if end >= 0 else len(text)


def occurrences(text: str, piece: str) -> Iterator[int]:
    """Where a piece of text occurs in it; occurrences do not overlap."""
    at = text.find(piece)
    while at >= 0:
        yield at
        at = text.find(piece, at + len(piece))
