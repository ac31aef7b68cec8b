"""Headlines: those of other articles that stand alone between an article's paragraphs, without 'Read more' or the like.

A subhead looks much the same, so a line goes only on evidence that it heads nothing here: a label, an author or a name that
the article has nowhere else, another headline or nothing under it. Question marks and lists stay.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from itertools import groupby

from press_coverage.cleaning.splices.link_lists import CLAUSE, VERBS

_SHAPE = re.compile(r"['‘]?[^\W_a-zß-öø-ÿа-я]")  # begins with a capital or a digit
# not in headlines: quotation marks in pairs, brackets, addresses, bullets, numbers of a list, verbs of a full sentence
_PROSE = re.compile(
    r"[\"“”„«»()\[\]…—|>=#*@]|//|\w/[A-Z][\w ]*$|[?!:;,–-]$|[.!?]\W*$|^\d+[.):](?!\d)|^\d+[:.]?\d* ?[ap]\.?m\b|www\.|\.(?:com|org|de)\b"
    r"|\b(?:was|were|has|have|had|which|said|told|war|waren|hat|haben|hatte|hatten|sagte)\b|[a-z]{4}\. [A-ZÄÖÜ]|^U(?:pdate|PDATE )"
)
_OTHER = re.compile(  # who wrote, who is asked, where figures are from, an entry in a series
    r"(?:By|Von|Par|Por|On|In|At|For|From|With|Zu|Mit|Analysis by|Photos? by|Contributing|Sources?|Image|Delegates) |\w+:? ?(?:No\. )?\d+:"
    r"|(?:[A-Z][\w.’'-]+ ){1,3}?[A-Z][\w.’'-]+, [a-z]|[A-Z][a-z]+\.? \d+, \d{4}:"
    r"|.*(?:\b(?:correspondent|Korrespondent|reporter|editor|columnist|contributed|reported from)\b|Source: |Contributing:)"
)
_SHOUTED = re.compile(r"(?:[A-ZÄÖÜ][A-ZÄÖÜ’'&-]* )+[A-ZÄÖÜ][A-ZÄÖÜ’'&-]+: ?(?=\S+ \S+ \S)")
_TRADE = re.compile(
    r"(?:Opinion|Editorial|Commentary|Report|See|UPDATE|(?:\S+ ){0,3}[Pp]olls?|Chart|Earlier|Video|Interactive|Graphic|Gallery"
    r"|Explainer|Full Coverage|Fact [Cc]heck|Reality [Cc]heck|Check out|Read this|QuickTake|Go deeper|Live (?:updates|blog)|Meinung"
    r"|Kommentar|Leitartikel|Umfrage|Faktencheck|Grafik|Fotostrecke|Liveblog|Hintergrund)(?: ?\| ?|: ?)(?=\S+ \S+ \S)"
)
_DATED = re.compile(
    r"(?:Jan|Feb|March|April|May|June|July|Aug|Sept|Oct|Nov|Dec)[a-z]*\.? \d{1,2}: ?\S"
)
_LABEL = re.compile(r"(?:\S+ ){0,3}\S+: ?(?=['‘A-ZÄÖÜ\d])")
_NAMED = re.compile(r"((?:[A-ZÄÖÜ][\w.’'-]+ ?){1,3}): ?(?=['‘A-ZÄÖÜ\d])")  # Name: headline
_AUTHOR = re.compile(r"(?:\S+ ){2,}\S+: ((?:[A-ZÄÖÜ][\w.’'-]+ ?){2,3})$")  # headline: Name Surname
_SAYS = re.compile(rf"\S (?:{'|'.join(VERBS)}) \S")
_VERB = re.compile(rf"{_SAYS.pattern}|: ?(?![a-z])\S|[‘'][^’']+[’'](?!\w)")
_SUBJECT = re.compile(rf"([A-ZÄÖÜ][\w’'-]+) (?:{'|'.join(VERBS)})\b")
_TOLD = re.compile(  # somebody does something
    rf"(?!W(?:hat|ho|hy)|How)(?:[A-ZÄÖÜ][\w.’'-]+ ){{1,4}}(?:{'|'.join(VERBS)}|to [a-z]{{3,}}) (?:\S+ ){{2}}"
)
_WORD = re.compile(r"[^\W\d_]+")
_STEM = 6  # letters that make two words one
_MOST = 3  # more of one label, or more labels in all, are the article's own manner


def strays(
    lines: Sequence[str], finished: Sequence[bool], titles: Collection[str] = (), own: str = ""
) -> dict[int, str]:
    """Which of a text's lines are headlines of other articles, or head nothing because the text ends with them, by their rule.

    `titles` are those of the publisher's articles, `own` is this one's, see `plain`.

    >>> text = ["Talks resume", "Two envoys met.", "FERRY WATCH: Harbor pilots walk out", *["They ate."] * 9, "More to come"]
    >>> strays(text, [line.endswith(".") for line in text])
    {2: 'link', 12: 'short'}
    """
    short = [
        at
        for at, line in enumerate(lines)
        if at > 1 and not finished[at] and 1 < line.count(" ") + 1 <= 20
    ]
    named = {
        at
        for at in short
        if titles
        and lines[at].count(" ") > 3
        and own != (letters := plain(lines[at]))
        and letters in titles
    }
    able = [
        at
        for at in short
        if at in named or (_SHAPE.match(lines[at]) and not _PROSE.search(lines[at]))
    ]
    if len(lines) < 6 or not able:
        return {}
    found: dict[int, str] = {}
    known = _Known(lines)
    labels = Counter(
        m[0] for at in able if (m := _SHOUTED.match(lines[at]) or _TRADE.match(lines[at]))
    )
    manner = sum(bool(_LABEL.match(lines[at])) for at in able) > _MOST
    lonely = sum(not done for done in finished[2:]) < 3  # subheads come in company
    mostly = 4 * (len(lines) - sum(finished)) <= len(lines)  # of the lines are sentences
    for first, last in _runs(able):
        if not _over(lines[first - 1], finished[first - 1]) or (
            last + 1 < len(lines) and not finished[last + 1]
        ):
            continue
        row, places = lines[first : last + 1], range(first, last + 1)
        if len(row) > 2:
            closing = last == len(lines) - 1 and mostly and all(line.count(" ") > 1 for line in row)
            told = all(_long(line) or (line.count(" ") > 4 and _SAYS.search(line)) for line in row)
            if first > 3 and (closing or told) and not any("MUST WATCH" in line for line in row):
                found |= dict.fromkeys(places, "link")
            continue
        two = len(row) == 2 and first > 3 and all(map(_long, row))
        dated = len(row) == 2 and all(map(_DATED.match, row))
        for at, line in zip(places, row, strict=True):
            words = line.count(" ") + 1
            label = _SHOUTED.match(line) or _TRADE.match(line)
            if (
                at in named
                or two
                or dated
                or (label and labels[label[0]] <= _MOST)
                or (
                    lonely
                    and at > 4
                    and words > 6
                    and _TOLD.match(line)
                    and not _OTHER.match(line)
                    and not CLAUSE.search(line)
                )
                or (words > 4 and not manner and not _OTHER.match(line) and known.foreign(line))
            ):
                found[at] = "link"
            elif at == len(lines) - 1 and len(row) == 1 and mostly:
                found[at] = "short"
    for at in able:  # beside one of them
        if (
            at not in found
            and lines[at].count(" ") > 4
            and any(found.get(near) == "link" for near in (at - 1, at + 1))
        ):
            found[at] = "link"
    return found


def _runs(places: Sequence[int]) -> Iterator[tuple[int, int]]:
    """The first and the last of each row of lines that follow each other."""
    for _, row in groupby(enumerate(places), lambda pair: pair[1] - pair[0]):
        of = [place for _, place in row]
        yield of[0], of[-1]


def _long(line: str) -> bool:
    """A headline of six words and more: some of them in a row head nothing."""
    return line.count(" ") > 4 and not _OTHER.match(line) and not CLAUSE.search(line)


def plain(title: str) -> str:
    """A title's letters and digits alone, to compare by.

    >>> plain("‘Talks’ resume: a start")
    'talksresumeastart'
    """
    return "".join(filter(str.isalnum, title.lower()))


def _over(line: str, finished: bool) -> bool:
    return finished and not line.endswith(":")


class _Known:
    """In how many of a text's lines each word stands, by its first letters."""

    def __init__(self, lines: Sequence[str]) -> None:
        self.lines = lines
        self.counts: Counter[str] = Counter()

    def foreign(self, line: str) -> bool:
        """Whether it names somebody or something that no other line does, as a headline would."""
        if not _VERB.search(line):
            return False
        if not self.counts:
            self.counts.update(
                word
                for other in self.lines
                for word in {w[:_STEM] for w in _WORD.findall(other.lower())}
            )
        words = _WORD.findall(line)
        new = [word for word in words if len(word) > 2 and self.counts[word[:_STEM].lower()] < 2]
        small = [word for word in words if word.islower() and len(word) > 3]
        subject = _SUBJECT.match(line)
        inner = [word for word in new if word[0].isupper() and (word != words[0] or word.isupper())]
        for label in (_NAMED.match(line), _AUTHOR.match(line)):
            if label and (set(label[1].split()) & set(new)):
                return True
        return bool(small and ((inner and len(new) > 1) or (subject and subject[1] in new)))
