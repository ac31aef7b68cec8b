"""Headlines of other articles that stand alone between an article's paragraphs, without label.

A subhead looks much the same, so a line goes only on evidence that it heads nothing here: a label,
an author or a name that the article has nowhere else, another headline or nothing under it.
Question marks and lists stay. The patterns are in codebooks/patterns/lines.csv.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from functools import cached_property
from itertools import chain, groupby

from press_coverage.cleaning.splices.link_lists import CLAUSE, VERBS
from press_coverage.codebooks.reading import pattern
from press_coverage.text.words import squeeze

_SHAPE = re.compile(r"['‘]?[^\W_a-zß-öø-ÿа-я]")  # begins with a capital or a digit
_PROSE = pattern("lines", "prose")  # not in headlines: marks, addresses, verbs of a full sentence
_ENTRY = pattern("lines", "entry")  # who wrote, where figures are from, an entry in a series
_LABEL = pattern("lines", "label")  # a label in capitals or of the trade
_DATED = pattern("lines", "dated")
_ANY_LABEL = re.compile(r"(?:\S+ ){0,3}\S+: ?(?=['‘A-ZÄÖÜ\d])")
_NAME = r"(?:[A-ZÄÖÜ][\w.’'-]+ ?)"
_NAMED = re.compile(rf"({_NAME}{{1,3}}): ?(?=['‘A-ZÄÖÜ\d])")  # Name: headline
_AUTHOR = re.compile(rf"(?:\S+ ){{2,}}\S+: ({_NAME}{{2,3}})$")  # headline: Name Surname
_SAYS = re.compile(rf"\S (?:{'|'.join(VERBS)}) \S")
_VERB = re.compile(rf"{_SAYS.pattern}|: ?(?![a-z])\S|[‘'][^’']+[’'](?!\w)")
_SUBJECT = re.compile(rf"([A-ZÄÖÜ][\w’'-]+) (?:{'|'.join(VERBS)})\b")
_ACT = re.compile(  # somebody does something
    r"(?!W(?:hat|ho|hy)|How)(?:[A-ZÄÖÜ][\w.’'-]+ ){1,4}"
    rf"(?:{'|'.join(VERBS)}|to [a-z]{{3,}}) (?:\S+ ){{2}}"
)
_WORD = re.compile(r"[^\W\d_]+")
_STEM = 6  # letters that make two words one
_MOST = 3  # more of one label, or more labels in all, are the article's own style


def foreign_headlines(
    lines: Sequence[str], finished: Sequence[bool], titles: Collection[str] = (), headline: str = ""
) -> dict[int, str]:
    """Which lines of a text are headlines of other articles, or head nothing as the text ends.

    Args:
        lines: the lines of the text.
        finished: whether each has an end mark.
        titles: titles of the publisher's articles, see `press_coverage.text.words.squeeze`.
        headline: the title of this article, squeezed as well.

    Returns:
        The rule of each such line by its index: 'link', or 'short' for the last one.

    Examples:
        >>> text = ["Talks resume", "Two envoys met.", "FERRY WATCH: Harbor pilots walk out"]
        >>> text += [*["They ate."] * 9, "More to come"]
        >>> foreign_headlines(text, [line.endswith(".") for line in text])
        {2: 'link', 12: 'short'}
    """
    if len(lines) < 6:
        return {}
    cell = _Cell(lines, finished, titles, headline)
    rules: dict[int, str] = {}
    for first, last in _runs(cell.able):
        if cell.apart(first, last):
            rules |= cell.few(first, last) if last - first < 2 else cell.many(first, last)
    for at in cell.able:
        beside = "link" in (rules.get(at - 1), rules.get(at + 1))
        if beside and _words(lines[at]) > 5:
            rules.setdefault(at, "link")
    return rules


def _runs(places: Sequence[int]) -> Iterator[tuple[int, int]]:
    """The first and the last of each run of lines that follow each other."""
    for _, pairs in groupby(enumerate(places), lambda pair: pair[1] - pair[0]):
        run = [place for _, place in pairs]
        yield run[0], run[-1]


class _Cell:
    """The lines of a text, and what parts its own subheads from headlines of other articles."""

    def __init__(
        self, lines: Sequence[str], finished: Sequence[bool], titles: Collection[str], headline: str
    ) -> None:
        self.lines, self.finished = lines, finished
        unfinished = [not done for done in finished]
        self.lonely = sum(unfinished[2:]) < 3  # subheads come in company
        self.mostly_sentences = 4 * sum(unfinished) <= len(lines)
        short = [at for at in range(2, len(lines)) if unfinished[at] and _is_short(lines[at])]
        self.titled = {at for at in short if titles and _is_title(lines[at], titles, headline)}
        self.able = [at for at in short if at in self.titled or _may_head(lines[at])]
        heads = [lines[at] for at in self.able]
        self.labels = Counter(label[0] for label in map(_LABEL.match, heads) if label)
        # labels are the article's own style
        self.labelled = sum(map(bool, map(_ANY_LABEL.match, heads))) > _MOST

    @cached_property
    def counts(self) -> Counter[str]:
        """In how many lines each word is, by its first letters."""
        stems = ({word[:_STEM] for word in _WORD.findall(line.lower())} for line in self.lines)
        return Counter(chain.from_iterable(stems))

    def apart(self, first: int, last: int) -> bool:
        """Whether a run of lines has sentences before and behind it."""
        before, behind = self.finished[first - 1], self.finished[last + 1 : last + 2]
        return before and not self.lines[first - 1].endswith(":") and all(behind)

    def many(self, first: int, last: int) -> dict[int, str]:
        """The rules of the lines of a run of three and more, if it is a list of headlines."""
        run = self.lines[first : last + 1]
        if first < 4 or any("MUST WATCH" in line for line in run):
            return {}
        closing = last == len(self.lines) - 1 and self.mostly_sentences
        if all(map(_is_headline, run)) or (closing and all(_words(line) > 2 for line in run)):
            return dict.fromkeys(range(first, last + 1), "link")
        return {}

    def few(self, first: int, last: int) -> dict[int, str]:
        """The rules of the lines of a run of one or two that go."""
        run = self.lines[first : last + 1]
        if first < last and (
            all(map(_DATED.match, run)) or (first > 3 and all(map(_is_long, run)))
        ):
            return {first: "link", last: "link"}
        rules = {at: "link" for at in range(first, last + 1) if self.foreign(at)}
        if not rules and first == len(self.lines) - 1 and self.mostly_sentences:
            rules[last] = "short"
        return rules

    def foreign(self, at: int) -> bool:
        """Whether a line by itself is the headline of another article."""
        line = self.lines[at]
        label = _LABEL.match(line)
        if at in self.titled or (label and self.labels[label[0]] <= _MOST):
            return True
        if self.lonely and at > 4 and _is_act(line):
            return True
        return not self.labelled and self.names_others(line)

    def names_others(self, line: str) -> bool:
        """Whether a headline names somebody or something that no other line does."""
        if _words(line) < 5 or _ENTRY.match(line) or not _VERB.search(line):
            return False
        words = _WORD.findall(line)
        new = [word for word in words if len(word) > 2 and self.counts[word[:_STEM].lower()] < 2]
        if not _label_names(line).isdisjoint(new):
            return True
        subject = _SUBJECT.match(line)
        named = (len(new) > 1 and _has_name(new, words[0])) or (subject and subject[1] in new)
        return bool(named) and any(word.islower() and len(word) > 3 for word in words)


def _words(line: str) -> int:
    return line.count(" ") + 1


def _is_short(line: str) -> bool:
    return 1 < _words(line) <= 20


def _is_title(line: str, titles: Collection[str], headline: str) -> bool:
    """Whether a line is the title of another article of the publisher."""
    return _words(line) > 4 and (title := squeeze(line)) != headline and title in titles


def _may_head(line: str) -> bool:
    return bool(_SHAPE.match(line)) and not _PROSE.search(line)


def _is_free(line: str) -> bool:
    """Whether a line is neither an entry of a series nor a clause."""
    return not _ENTRY.match(line) and not CLAUSE.search(line)


def _is_long(line: str) -> bool:
    """Whether a line is a headline of six words and more: some of them in a row head nothing."""
    return _words(line) > 5 and _is_free(line)


def _is_headline(line: str) -> bool:
    return _is_long(line) or (_words(line) > 5 and bool(_SAYS.search(line)))


def _is_act(line: str) -> bool:
    """Whether a line says that somebody does something, in seven words and more."""
    return _words(line) > 6 and bool(_ACT.match(line)) and _is_free(line)


def _label_names(line: str) -> set[str]:
    """The words of the name before a headline, and of the author's behind it."""
    named, author = _NAMED.match(line), _AUTHOR.match(line)
    return {*(named[1].split() if named else ()), *(author[1].split() if author else ())}


def _has_name(words: Sequence[str], first: str) -> bool:
    """Whether one of the words has a capital that is not that of the headline's first word."""
    return any(word[0].isupper() and (word != first or word.isupper()) for word in words)
