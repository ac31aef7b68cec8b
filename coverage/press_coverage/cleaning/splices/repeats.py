"""Splices: furniture inside the paragraphs and sentences of press text, found with its offsets.

Precision goes first: what is not surely furniture stays. A span inside a line takes the space before it along where a
space, a full stop or comma, or nothing follows, and the space after it at the start of a line, so that cutting it leaves
one space and none before punctuation. Line breaks never belong to a span: a line cut whole leaves a blank one.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator

from ahocorasick_rs import AhoCorasick

from press_coverage.cleaning.datelines import agency as agency
from press_coverage.cleaning.datelines import dateline as dateline
from press_coverage.cleaning.splices.link_lists import RULES, SMALL, Splice, lines_with, link_lists

_TRIED = [(rule, words, re.compile(pattern, re.M)) for rule, words, pattern in RULES]
_WORDS = sorted({word for _, words, _ in _TRIED for word in words})
_FINDER = AhoCorasick(_WORDS)  # one pass tells which rules are worth trying
_SUFFIX = re.compile(r"\s*(?:[JS]r\.|I{2,3}|IV)(?=[A-Z\s])")  # of a name before a spliced list
_CLOSERS = frozenset(".,;:!?)]’”")
_BEGINS, _STOPS = (
    re.compile(r"(?:^|\n|[.!?…:][”\"’)]? )$"),
    re.compile(r"(?=\s*\n|\s*$| [A-ZÄÖÜ\d“\"„«])"),
)


def splices(text: str, repeated: Collection[str] = ()) -> list[Splice]:
    """What to cut from one article's text: furniture spliced into it, in order of offsets and without overlaps.

    Rules: 'link_list', 'read_more', 'advert', 'continues', 'call' (subscribe, follow, share, app), 'credit' (image
    credits and captions), 'player', 'bio', 'copyright', 'contributors', 'notice', 'repeated_paragraph' (a copy of an
    earlier one), 'publisher_repeats' (a piece in `repeated`, see `repeated_pieces`). The module says which spaces belong
    to a span.

    >>> text = "The envoys met ADVERTISEMENT on Friday. Story continues below They agreed to meet again."
    >>> [(text[found.start : found.end], found.rule) for found in splices(text)]
    [(' ADVERTISEMENT', 'advert'), (' Story continues below', 'continues')]
    >>> cut(text, splices(text))
    'The envoys met on Friday. They agreed to meet again.'
    """
    there = {_WORDS[which] for which, *_ in _FINDER.find_matches_as_indexes(text, overlapping=True)}
    tried = (
        (rule, pattern, span)
        for rule, words, pattern in _TRIED
        for span in lines_with(text, there.intersection(words))
    )
    found = [
        Splice(*m.span(), rule)
        for rule, pattern, span in tried
        for m in pattern.finditer(text, *span)
    ]
    found += link_lists(text)
    found += _copies(text)
    for piece in repeated:
        at = text.find(piece)
        while at >= 0:
            end = at + len(piece)
            if _BEGINS.search(text[max(0, at - 3) : at]) and _STOPS.match(text, end):
                found.append(Splice(at, end, "publisher_repeats"))
            at = text.find(piece, end)
    joined: list[Splice] = []
    found = [f._replace(start=m.end()) if (m := _SUFFIX.match(text, f.start)) else f for f in found]
    for splice in sorted(found, key=lambda s: (s.start, -s.end)):
        if joined and splice.start < joined[-1].end:
            joined[-1] = joined[-1]._replace(end=max(joined[-1].end, splice.end))
        else:
            joined.append(splice)
    return [_with_space(text, splice) for splice in joined]


def cut(text: str, found: Iterable[Splice]) -> str:
    """The text without the spans, which are in order and do not overlap.

    >>> cut("Talks (MORE) resume.", splices("Talks (MORE) resume."))
    'Talks resume.'
    """
    kept, at = [], 0
    for splice in found:
        kept.append(text[at : splice.start])
        at = splice.end
    return "".join([*kept, text[at:]])


def _with_space(text: str, found: Splice) -> Splice:
    start, end, rule = found
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    before, after = text[start - 1 : start], text[end : end + 1]
    if before in (" ", "\t", "\u00a0") and (
        after == "" or after.isspace() or after in _CLOSERS or text.startswith("'s", end)
    ):
        start -= 1
    elif before in ("", "\n"):
        while text[end : end + 1] in (" ", "\t"):
            end += 1
    return Splice(start, end, rule)


def _copies(text: str) -> Iterator[Splice]:
    seen = set()
    for m in re.finditer(r"[^\n]{60,}", text):
        line = m[0].strip()
        if line in seen:
            yield Splice(*m.span(), "repeated_paragraph")
        seen.add(line)


_CUE = re.compile(
    r"\b(?:subscrib\w+|sign(?:ing)? up|newsletters?|click|copyright|advertisements?|captions?|read more|inbox|privacy policy"
    r"|cookies|javascript|playback|unsupported|podcasts?"
    r"|follow|share|app|daily|abonn\w+|anmelde\w*|registrier\w+|anzeige|independent journalism|donat\w+|download|facebook|twitter"
    r"|reprint\w*|permission"
    r"|licensing|unterstütz\w+|spende\w*|lesen sie|loading|more on this|video|you|your|all rights|get the|supporters?"
    r"|contributors?)\b|©|\w@\w",
    re.I,
)
_SENTENCE_END = re.compile(r"(?<=[.!?…][”\"’)]) +|(?<=[.!?…]) +")


def repeated_pieces(texts: Iterable[str], *, least: int = 4) -> set[str]:
    r"""Pieces of furniture in `least` or more texts of one publisher: lines, sentences, and how lines begin or end.

    A text that is for the most part a copy of earlier ones does not count; nor do pieces without the words of furniture
    (subscribe, follow, your inbox ...), two of them in a sentence: names, titles and stock phrases stay.

    >>> repeated_pieces([f"News {n} came in late today.\nGet the app now {n.upper()} began as it does." for n in "abcdef"])
    {'Get the app now'}
    """
    originals, seen = [], set[int]()
    pieces: Counter[str] = Counter()
    edges: Counter[tuple[int, str]] = Counter()
    for text in texts:
        found = {line.strip() for line in text.split("\n")}
        found |= {
            sentence for line in found if len(line) > 80 for sentence in _SENTENCE_END.split(line)
        }
        known = sum(len(piece) for piece in found if hash(piece) in seen)
        if 2 * known <= sum(map(len, found)):
            originals.append(text)
            pieces.update(found)
            edges.update({edge for line in text.split("\n") for edge in _edges(line, 4)})
        seen.update(map(hash, found))
    runs: Counter[str] = Counter()
    for text in originals:
        lines = [
            line
            for line in text.split("\n")
            if any(edges[edge] >= least for edge in _edges(line, 4))
        ]
        runs.update(
            {
                run
                for line in lines
                for n in range(4, 30)
                for side, run in _edges(line, n)
                if side or n > 3
            }
        )
    longer: Counter[str] = Counter()  # the most texts that a run one word longer stands in
    for run, n in runs.items():
        for shorter in (run.rpartition(" ")[0], run.partition(" ")[2]):
            longer[shorter] = max(longer[shorter], n)
    often = {run for run, n in runs.items() if n >= least and longer[run] < 0.6 * n} | {
        piece for piece, n in pieces.items() if n >= least
    }
    return {piece for piece in often if _is_furniture(piece)}


def _edges(line: str, n: int) -> list[tuple[int, str]]:
    """The first and the last `n` words of a longer line."""
    words = line.split(" ")
    return [(0, " ".join(words[:n])), (1, " ".join(words[-n:]))] if len(words) > n else []


def _is_furniture(piece: str) -> bool:
    words = piece.split()
    cues = len({found[0].lower() for found in _CUE.finditer(piece)})
    return (
        3 <= len(words) <= 150
        and cues >= (2 if piece[-1] in '.!?…”"’' else 1)
        and words[-1].lower() not in SMALL
    )
