"""Splices: boilerplate inside the paragraphs and sentences of press text, with its offsets.

Precision goes first: what is not surely boilerplate stays. A span inside a line takes the space
before it along where a space, a full stop or comma, or nothing follows, and the space after it at
the start of a line, so that cutting it leaves one space and none before punctuation. Line breaks
never belong to a span: a line cut whole leaves a blank one.
"""

import re
from collections import Counter
from collections.abc import Collection, Hashable, Iterable, Iterator
from typing import TypeVar

from press_coverage.cleaning.splices.link_lists import SMALL, link_lists
from press_coverage.cleaning.splices.rules import matches, occurrences
from press_coverage.codebooks.reading import pattern
from press_coverage.text.edits import Edit

_SUFFIX = re.compile(r"\s*(?:[JS]r\.|I{2,3}|IV)(?=[A-Z\s])")  # of a name before a spliced list
_CLOSES = re.compile(r"\Z|[\s.,;:!?)\]’”]|'s")  # what takes no space before it
_BEGINS = re.compile(r"(?:^|\n|[.!?…:][”\"’)]? )$")
_STOPS = re.compile(r"(?=\s*\n|\s*$| [A-ZÄÖÜ\d“\"„«])")
_CUE = pattern("splices", "boilerplate_cue", re.IGNORECASE)
_SENTENCE_END = re.compile(r"(?<=[.!?…][”\"’)]) +|(?<=[.!?…]) +")
Counted = TypeVar("Counted", bound=Hashable)
_SHORTEST, _LONGEST = 4, 29  # words of a piece at the start or the end of a line


def splices(text: str, repeated: Collection[str] = ()) -> list[Edit]:
    """What to cut from one article's text: boilerplate spliced into it.

    The module says which spaces belong to a span.

    Args:
        text: the article's text, a paragraph a line.
        repeated: pieces that the publisher repeats, see `repeated_pieces`.

    Returns:
        Edits that cut, in order of offsets and without overlaps. Their rules are 'link_list',
        'read_more', 'advert', 'continues', 'call' (subscribe, follow, share, app), 'credit' (image
        credits and captions), 'player', 'bio', 'copyright', 'contributors', 'notice',
        'repeated_paragraph' (a copy of an earlier one), 'publisher_repeats' (a piece in
        `repeated`).

    Examples:
        >>> from press_coverage.text.edits import apply
        >>> text = "The envoys met ADVERTISEMENT on Friday. Story continues below They agreed."
        >>> [(text[cut.start : cut.end], cut.rule) for cut in splices(text)]
        [(' ADVERTISEMENT', 'advert'), (' Story continues below', 'continues')]
        >>> apply(text, splices(text))
        'The envoys met on Friday. They agreed.'
    """
    cuts = [*matches(text), *link_lists(text), *_copies(text)]
    for piece in repeated:
        cuts += _whole_pieces(text, piece)
    return [_with_space(text, cut) for cut in _joined(_after_suffix(text, cut) for cut in cuts)]


def _copies(text: str) -> Iterator[Edit]:
    """Longer paragraphs that occurred before."""
    seen = set()
    for paragraph in re.finditer(r"[^\n]{60,}", text):
        line = paragraph[0].strip()
        if line in seen:
            yield Edit(*paragraph.span(), "", "repeated_paragraph")
        seen.add(line)


def _whole_pieces(text: str, piece: str) -> Iterator[Edit]:
    """Where a repeated piece occurs between sentences or as a line."""
    for at in occurrences(text, piece):
        end = at + len(piece)
        if _BEGINS.search(text[max(0, at - 3) : at]) and _STOPS.match(text, end):
            yield Edit(at, end, "", "publisher_repeats")


def _after_suffix(text: str, cut: Edit) -> Edit:
    suffix = _SUFFIX.match(text, cut.start)
    return cut._replace(start=suffix.end()) if suffix else cut


def _joined(cuts: Iterable[Edit]) -> list[Edit]:
    """The cuts in order; those that overlap are one, by the rule of the first."""
    joined: list[Edit] = []
    for cut in sorted(cuts, key=lambda cut: (cut.start, -cut.end)):
        if joined and cut.start < joined[-1].end:
            joined[-1] = joined[-1]._replace(end=max(joined[-1].end, cut.end))
        else:
            joined.append(cut)
    return joined


def _with_space(text: str, cut: Edit) -> Edit:
    """The cut with the spaces that belong to it, as the module says."""
    span = text[cut.start : cut.end]
    start = cut.start + len(span) - len(span.lstrip())
    end = start + len(span.strip())
    before = text[start - 1 : start]
    if before in (" ", "\t", "\u00a0") and _CLOSES.match(text, end):
        start -= 1
    elif before in ("", "\n"):
        while text[end : end + 1] in (" ", "\t"):
            end += 1
    return cut._replace(start=start, end=end)


def repeated_pieces(texts: Iterable[str], *, least: int = 4) -> set[str]:
    r"""Pieces of boilerplate in several texts of one publisher.

    A text that is for the most part a copy of earlier ones does not count; nor do pieces without
    the words of boilerplate (subscribe, follow, your inbox ...), two of them in a sentence: names,
    titles and stock phrases stay.

    Args:
        texts: the texts of one publisher.
        least: texts in which a piece occurs.

    Returns:
        Lines, sentences, and how lines begin or end.

    Examples:
        >>> texts = [f"News {n} came in today.\nGet the app now {n} began." for n in "ABCDEF"]
        >>> repeated_pieces(texts)
        {'Get the app now'}
    """
    originals: list[str] = []
    pieces: Counter[str] = Counter()
    edges: Counter[tuple[int, str]] = Counter()
    for text, whole in _originals(texts):
        originals.append(text)
        pieces.update(whole)
        lines = (line.split(" ") for line in text.split("\n"))
        edges.update({edge for words in lines for edge in _edges(words, _SHORTEST)})
    runs = _runs(originals, _frequent(edges, least))
    often = _frequent(pieces, least) | _longest(runs, least)
    return set(filter(_is_boilerplate, often))


def _frequent(counts: Counter[Counted], least: int) -> set[Counted]:
    return {counted for counted, n in counts.items() if n >= least}


def _originals(texts: Iterable[str]) -> Iterator[tuple[str, set[str]]]:
    """The texts that are no copies of earlier ones, each with its lines and sentences."""
    seen: set[int] = set()  # hashes, to keep what is held small
    for text in texts:
        pieces = _pieces(text)
        known = sum(len(piece) for piece in pieces if hash(piece) in seen)
        if 2 * known <= sum(map(len, pieces)):
            yield text, pieces
        seen.update(map(hash, pieces))


def _pieces(text: str) -> set[str]:
    """A text's lines, and the sentences of the longer ones."""
    lines = {line.strip() for line in text.split("\n")}
    return lines.union(*(_SENTENCE_END.split(line) for line in lines if len(line) > 80))


def _runs(texts: Iterable[str], edges: set[tuple[int, str]]) -> Counter[str]:
    """How many texts have a line that begins or ends with these words, from one of `edges` on."""
    runs: Counter[str] = Counter()
    for text in texts:
        in_text: set[str] = set()
        for line in text.split("\n"):
            words = line.split(" ")
            if edges.isdisjoint(_edges(words, _SHORTEST)):
                continue
            for n in range(_SHORTEST, _LONGEST + 1):
                in_text.update(run for _, run in _edges(words, n))
        runs.update(in_text)
    return runs


def _edges(words: list[str], n: int) -> list[tuple[int, str]]:
    """The first and the last `n` words of a longer line."""
    return [(0, " ".join(words[:n])), (1, " ".join(words[-n:]))] if len(words) > n else []


def _longest(runs: Counter[str], least: int) -> set[str]:
    """The runs in `least` texts that a run one word longer does not share for the most part."""
    longer: Counter[str] = Counter()
    for run, n in runs.items():
        for shorter in (run.rpartition(" ")[0], run.partition(" ")[2]):
            longer[shorter] = max(longer[shorter], n)
    return {run for run in _frequent(runs, least) if longer[run] < 0.6 * runs[run]}


def _is_boilerplate(piece: str) -> bool:
    words = piece.split()
    cues = len({cue[0].lower() for cue in _CUE.finditer(piece)})
    return (
        3 <= len(words) <= 150
        and cues >= (2 if piece[-1] in '.!?…”"’' else 1)
        and words[-1].lower() not in SMALL
    )
