"""Verdicts: which lines of a text are the article, which are boilerplate, and by what sign.

Boilerplate is what a page or an export prints around the article: navigation, credits, appeals,
headlines of other articles.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import chain, pairwise, takewhile
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from press_coverage.cleaning.lines.features import COLUMNS, Array, features
from press_coverage.cleaning.lines.headlines import foreign_headlines
from press_coverage.codebooks.reading import pattern
from press_coverage.models.trees import probability, read
from press_coverage.text.edits import Edit


class Needed(NamedTuple):
    """How likely a line must be to be kept: with a sign of boilerplate, if short, if a sentence."""

    sign: float
    short: float
    sentence: float


TITLE_WORDS = 30  # a longer line is no headline
KEEP = {
    "html": Needed(0.5, 0.5, 0.5),
    "text": Needed(0.5, 0.35, 0.35),
    # a scrape of few lines, where the model has little to go by
    "brief": Needed(0.5, 0.3, 0.1),
    # a table's cell that holds more than the article
    "scraped cell": Needed(0.3, 0.1, 0.1),
    # cells hold little else: nothing goes without a sign, and a date is none
    "table": Needed(0.1, 0.0, 0.0),
    # losing a line of the article is worse than keeping boilerplate
    "recall first": Needed(0.1, 0.1, 0.1),
}
_CELLS = (KEEP["table"], KEEP["scraped cell"])
BRIEF = 20  # lines
SCRAPED = 0.07  # share of a cell's characters in lines with a sign of boilerplate; above: a scrape
PLAIN = ("outside", "short")  # signs that are none
_END = re.compile(r"[.!?…:][\"”“»«’')\]]*$|[\"“”»«]$")
_QUESTION = re.compile(r"\?[’']?$")
_LETTERS = re.compile(r"\b[A-Z]\.[A-Z]\.$")  # no end of a sentence
_LINK = pattern("lines", "link")  # 'Label:Headline' without a space, a label of the trade, opinion
_MORE = pattern("lines", "more")  # what follows may be a sentence
_LISTING = pattern("lines", "listing")  # opens a list of headlines
_LISTED = 6  # headlines at most under a line that opens a list
_SIGNS = ("list", "credit0", "credit", "ask0", "ask", "site", "we", "you", "meta0", "meta")
_AT = {name: at for at, name in enumerate(COLUMNS)}


class _Text(NamedTuple):
    """A text's lines with their numbers, probabilities and signs."""

    lines: Sequence[str]
    rows: Array
    likely: Sequence[float]
    signs: list[str]
    copies: Mapping[str, int]
    title: int | None


def numbered(texts: Sequence[Sequence[str]]) -> Iterator[tuple[Array, NDArray[np.float64]]]:
    """For each text its lines in numbers, and how likely each line is the article's.

    >>> texts = [["Home"], [], ["Most read", "Home"]]
    >>> [(rows.shape, (likely < 0.5).tolist()) for rows, likely in numbered(texts)]
    [((1, 127), [True]), ((0, 127), []), ((2, 127), [True, True])]
    """
    sizes = np.array([len(text) for text in texts], dtype=np.int64)
    of = np.repeat(np.cumsum(sizes > 0) - 1, sizes)
    rows = features([*chain.from_iterable(texts)], of)
    likely = probability(read("lines"), rows)
    for start, end in pairwise([0, *np.cumsum(sizes).tolist()]):
        yield rows[start:end], likely[start:end]


def judged(
    lines: Sequence[str],
    rows: Array,
    likely: Sequence[float],
    copies: Mapping[str, int],
    keep: Needed,
    title: int | None,
    titles: Collection[str] = (),
    headline: str = "",
) -> list[tuple[bool, str, float | None]]:
    """For each line whether it is kept, by which rule, and its probability.

    A line that is in three texts of a publisher is boilerplate where the model is in doubt, and in
    two where it bears a sign; not so a short one that is twice in the text without any: it is a
    speaker's name.

    Args:
        lines: the lines of a text.
        rows: their numbers, see `features`.
        likely: how likely each is the article's, 0 to 1.
        copies: in how many texts of the publisher a line is, see `copies`.
        keep: one of `KEEP`.
        title: the index of the headline among the lines.
        titles: titles of the publisher's articles, see `press_coverage.cleaning.lines.headlines`.
        headline: the title of this article, letters and digits alone.

    Returns:
        (kept, rule, probability) of each line; the rule of a line kept is 'article', and a title
        and a line repeated have no probability.
    """
    text = _Text(lines, rows, likely, _signs(lines, rows), copies, title)
    kept = _kept(text, keep)
    if keep in _CELLS:
        finished = rows[kept, _AT["finished"]].tolist()
        foreign = foreign_headlines([lines[at] for at in kept], finished, titles, headline)
        for n, rule in foreign.items():
            text.signs[kept[n]] = rule
        kept = [at for n, at in enumerate(kept) if n not in foreign]
    repeated = _repeated(text, keep, kept)
    rules = dict.fromkeys(kept, "article") | dict.fromkeys(repeated, "repeated")
    if title is not None:
        rules[title] = "title"
    return [
        (rule == "article", rule, None if rule in ("title", "repeated") else p)
        for rule, p in zip(map(rules.get, range(len(lines)), text.signs), likely, strict=True)
    ]


def _kept(text: _Text, keep: Needed) -> list[int]:
    """The lines that are likely enough, with the lead and without appeals."""
    plain = PLAIN if keep.short else (*PLAIN, "meta", "address")
    kept = {
        at
        for at, (p, sign) in enumerate(zip(text.likely, text.signs, strict=True))
        if sign != "link" and p >= needed(sign, keep, plain)
    }
    if text.title is not None:
        kept.discard(text.title)
        if _is_lead(text, text.title + 1):
            kept.add(text.title + 1)
    if 0.1 < keep.short < 0.5:  # a scrape
        kept -= _appeals(text, kept)
    return sorted(kept)


def _is_lead(text: _Text, at: int) -> bool:
    """Whether a line straight under the headline is prose that asks for nothing.

    It is the lead, often far from the rest of the article.
    """
    if at >= len(text.lines) or text.signs[at] != "outside":
        return False
    asks_nothing = text.rows[at, _AT["prose"]] and not text.rows[at, _AT["ask"]]
    return bool(asks_nothing) and text.likely[at] >= KEEP["brief"].sentence


def _appeals(text: _Text, kept: set[int]) -> set[int]:
    """Kept lines that ask twice, of us and you, and touch a run of lines left out that asks."""
    ask, we, you = (text.rows[:, _AT[name]] for name in ("ask", "we", "you"))
    asking = kept.intersection(np.flatnonzero((ask >= 2) & (we > 0) & (you > 0)).tolist())
    return {at for at in asking if text.likely[at] < 0.9 and _touches_appeal(text, at, kept)}


def _touches_appeal(text: _Text, at: int, kept: set[int]) -> bool:
    above, below = range(at - 1, -1, -1), range(at + 1, len(text.lines))
    runs = (takewhile(lambda near: near not in kept, places) for places in (above, below))
    return any(
        text.signs[near] in ("support", "address") and text.likely[near] < 0.3
        for near in chain.from_iterable(runs)
    )


def _repeated(text: _Text, keep: Needed, kept: Sequence[int]) -> set[int]:
    """Kept lines that the publisher repeats; none where they are most of the text: it is a copy."""
    repeated = {at for at in kept if _is_repeated(text, keep, at)}
    if keep.short:
        repeated |= _beside(text, set(kept) - repeated)
    characters = sum(len(text.lines[at]) for at in repeated)
    return set() if characters > sum(len(text.lines[at]) for at in kept) / 2 else repeated


def _is_repeated(text: _Text, keep: Needed, at: int) -> bool:
    """Whether a line is in two texts and bears a sign, or in three and the model is in doubt."""
    line, sign = text.lines[at], text.signs[at]
    copies = text.copies.get(line, 0)
    if copies > 1 and sign not in (PLAIN if keep.short else (*PLAIN, "meta")):
        return True
    doubted = keep.short > 0 and text.likely[at] < 0.9
    return copies > 2 and doubted and (sign != "short" or text.lines.count(line) == 1)


def _beside(text: _Text, kept: set[int]) -> set[int]:
    """Headlines that a publisher repeats beside a line left out, or beside each other."""
    left: set[int] = set()
    ends = {-1, len(text.lines), text.title}
    for at in sorted(kept):
        near = {at - 1, at + 1} - ends
        if (near & left or near - kept) and _is_repeated_headline(text, at):
            left.add(at)
    return left


def _is_repeated_headline(text: _Text, at: int) -> bool:
    line = text.lines[at]
    twice = text.copies.get(line, 0) > 1 and text.lines.count(line) == 1
    return twice and text.signs[at] == "short" and text.likely[at] < 0.9


def sign(row: Array | Sequence[float]) -> str:
    """The strongest sign of boilerplate that a line bears by itself; 'outside' where it has none.

    >>> from press_coverage.cleaning.lines.features import features
    >>> sign(features(["Photo: pool"])[0])
    'credit'
    >>> sign(features(["The envoys met in the village on Friday."])[0])
    'outside'
    """
    return signs(np.asarray(row)[None])[0]


def signs(rows: Array) -> list[str]:
    """The `sign` of each of many lines.

    >>> from press_coverage.cleaning.lines.features import features
    >>> signs(features(["Photo: pool", "Read more"]))
    ['credit', 'heading']
    """
    column = {name: rows[:, at] for name, at in _AT.items()}
    words, ask = column["words"], column["ask"]
    sentence = (column["finished"] > 0) & (words > 2)  # seven words, on the logarithmic scale
    has = {name: column[name] > 0 for name in _SIGNS}
    address = has["we"] & has["you"]
    bears = {
        "heading": has["list"],
        "credit": has["credit0"] | (has["credit"] & ~sentence),
        "support": has["ask0"] | (ask >= 2) | (address & (has["ask"] | has["site"])),
        "address": address,
        "meta": has["meta0"] | (has["meta"] & ~sentence & (words < 2.5)),  # eleven words
        "site": has["site"] & ~sentence,
        "outside": sentence,
    }
    strongest: list[str] = np.select(list(bears.values()), list(bears), "short").tolist()
    return strongest


def needed(mark: str, keep: Needed, plain: tuple[str, ...] = PLAIN) -> float:
    """How likely a line with a sign must be to be kept; `plain` are the signs that are none.

    >>> needed("outside", KEEP["brief"]), needed("support", KEEP["brief"])
    (0.1, 0.5)
    """
    if mark not in plain:
        return keep.sign
    return keep.sentence if mark == "outside" else keep.short


def _signs(lines: Sequence[str], rows: Array) -> list[str]:
    """The sign of each line, with 'link' for the headlines of other articles."""
    marks = signs(rows)
    finished, lists = rows[:, _AT["finished"]].tolist(), rows[:, _AT["list"]].tolist()
    due, least = 0, 3  # headlines that may follow, and the words that they need more than
    for at, line in enumerate(lines):
        label = _label(line, finished[at])
        words = len(line.split(None, 30)) if label or due else 0  # no more are asked for
        if label and words < 30:
            marks[at] = "link"
            due, least = (3, 11) if label == "glued" else (0, 3)  # shorter ones may be subheads
        elif least < words < 25 and _unfinished(line, finished[at], any(finished[at + 1 : at + 2])):
            marks[at] = "link"
            if due == _LISTED:
                marks[at - 1] = "link"  # the line that opens the list
            due -= 1
        else:
            due, least = _LISTED * _opens_list(line, lists[at]), 3
    return marks


def _label(line: str, finished: bool) -> str:
    """How a line shows that it is a headline: 'label', also in capitals, 'glued', or ''."""
    labelled = ":" in line or line[:1] in "mM"  # nothing else can match
    if labelled and (more := _MORE.match(line)):
        return "glued" if more["glued"] else "label"
    shouted = line.isupper() and len(line.split(None, 5)) > 4
    if not shouted and not (labelled and _LINK.match(line)):
        return ""
    asks = ("?", "?'", "?’", "!'", "!’") if shouted else ("?",)
    return "" if line.endswith(":") or (finished and not line.endswith(asks)) else "label"


def _unfinished(line: str, finished: bool, before_prose: bool) -> bool:
    """Whether a line ends like a headline; a question above prose may be a subhead."""
    if not finished or _LETTERS.search(line):
        return True
    return not before_prose and bool(_QUESTION.search(line))


def _opens_list(line: str, listed: bool) -> bool:
    if not line.endswith(":") or line[:6].lower() == "advert":
        return False
    return bool(listed or _LISTING.match(line))


def title_of(lines: Sequence[str], rows: Array, likely: Sequence[float]) -> int | None:
    """The index of the headline: a line before the first paragraph that opens no boilerplate.

    It has rather no full stop and asks for nothing. Of several it is the one that shares most words
    with the prose, and the first of equals.

    Args:
        lines: the lines of a text.
        rows: their numbers, see `features`.
        likely: how likely each is the article's, 0 to 1.

    Returns:
        None where no line may be the headline.
    """
    prose = rows[:, _AT["prose"]].tolist()
    paragraphs = (at for at, p in enumerate(likely) if p >= 0.5 and prose[at])
    before = max(next(paragraphs, len(lines) - 1), 1)
    marks = [_AT[name] for name in ("list", "credit0", "meta0", "ask0")]
    opens = np.any(rows[:before, marks] > 0, axis=1).tolist()
    words = [len(line.split()) for line in lines[:before]]
    able = [at for at, n in enumerate(words) if n <= TITLE_WORDS and not opens[at]]

    def rank(at: int) -> tuple[bool, bool, float, int]:
        finished, ask, known = (rows[at, _AT[name]] for name in ("finished", "ask", "known"))
        return not finished, not ask, known * min(words[at], 8), -at

    return max(able, key=rank, default=None)


def unwrap(text: str) -> list[Edit]:
    r"""The line breaks to take out of a text wrapped at a width, so that a paragraph is one line.

    >>> paragraph = "The envoys of both sides met in the border village on this\n" * 5
    >>> len(unwrap(f"Title\n\n{paragraph}cold Friday, officials said.\n\n" * 2))
    10
    >>> unwrap("Not wrapped.\nAt all.")
    []
    """
    widest = max(len(line.strip()) for line in text.split("\n"))
    if not 40 <= widest <= 110:
        return []
    lines = [line for line in re.finditer(r"[^\n]+", text) if line[0].strip()]
    broken = sum(_is_broken(line[0].strip(), widest) for line in lines)
    if len(lines) < 6 or broken <= len(lines) / 2:
        return []
    return [
        Edit(line.end(), following.start(), " ", "wrapped")
        for line, following in pairwise(lines)
        if text[line.end() : following.start()].count("\n") == 1
        and _goes_on(line[0].strip(), following[0].strip(), widest)
    ]


def _is_broken(line: str, widest: int) -> bool:
    """Whether a line ends for its width rather than with a mark."""
    return len(line) > 0.75 * widest and not _END.search(line)


def _goes_on(line: str, following: str, widest: int) -> bool:
    """Whether the next line goes on; a hyphen is mended with the break, see `repair`."""
    hyphen = line.endswith("-") and following[:1].islower()
    return len(line) > 0.6 * widest and not hyphen


def copies(texts: Iterable[Sequence[str]]) -> Counter[str]:
    """In how many texts of one publisher a line is, of those in more than one; copies count once.

    Args:
        texts: the lines of each text; those with the same longest line are copies.

    Examples:
        >>> texts = [["One by one", "Daily."], ["Two, and more", "Daily."]]
        >>> copies([*texts, ["Three of them all", "Daily."], ["Three of them all", "Us."]])
        Counter({'Daily.': 2})
    """
    counts: Counter[str] = Counter()
    for lines in {max(lines, key=len): lines for lines in texts if lines}.values():
        counts.update(set(lines))
    return Counter({line: count for line, count in counts.items() if count > 1})
