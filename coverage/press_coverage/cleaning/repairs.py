"""Repairs of a text as edits: each character of the clean text leads back to the text before."""

import re
import unicodedata
from collections.abc import Callable, Iterator

from ftfy import fix_encoding, fixes
from ftfy.badness import is_bad

from press_coverage.codebooks.reading import words
from press_coverage.text.edits import Edit, apply, chain

_Changes = Iterator[tuple[int, int, str]]  # start, end, and the new text

# '&amp;amp;quot;' at once
_ENTITY = re.compile(r"&(?:(?:amp|AMP|#0{0,9}38|#[xX]0{0,9}26);)*(#?[0-9A-Za-z]{1,24};)?")
_LINE = re.compile(r"[^\n]+\n?")
_PLAIN = "[А-яЁёΑ-Ωά-ώ]"  # two such letters side by side are no mojibake
_MIXED = (  # what ftfy's test looks at
    "[\x80-\u024f\u02c6-\u02dd\u0384-\u03ce\u0401-\u0491\u2013-\u25ff\uf8ff\ufb01\ufb02\ufffd]"
)
_SUSPECT = re.compile(
    f"{_MIXED}(?:(?<=[\x80-\x9fŒœÃÂ])|(?<!{_PLAIN}){_MIXED}|(?!{_PLAIN}){_MIXED})"
)
_REACH = 7  # characters, as far as that test looks to either side
# ftfy leaves ASCII as it is; at most it takes a space or '?'
_ANCHORS = (re.compile(r"([ -~]+)"), re.compile(r"([A-Za-z0-9]+)"))
# Latin ligatures, and halves of surrogate pairs
_LETTER = re.compile("[ĲĳŉǄ-ǌǱ-ǳﬀ-ﬆ\ud800-\udfff](?:(?<=[\ud800-\udbff])[\udc00-\udfff])?")
_LOOSE = re.compile(  # all but characters that NFC neither changes nor joins to the one before
    "[^\x00-\u02ff\u0375-\u037d\u0384-\u0386\u0388-\u0482\u048a-\u0590\u0620-\u064a\u2002-\u20cf"
    "\u2190-\u2328\u232b-\u2adb\u2e80-\u3029\u3030-\u3098\u309b-\u9fff\uac00-\ud7a3]+"
)
_LONGEST = 1000  # characters; no text has so long a run of them, and it would take the square
_SPACE = r"[^\S\n\x1c-\x1f]"
_SPACES = re.compile(  # an odd space and what follows, two spaces, one at an end of a line
    rf"{_SPACE}(?:(?<=[^ ]){_SPACE}*|{_SPACE}+|(?=\n)|\Z|(?<=\A )|(?<=\n ))"
)
_ODD = [c for c in map(chr, range(0x3001)) if c.isspace() and c not in " \n\x1c\x1d\x1e\x1f"]
_ODD_SPACES = ["  ", " \n", "\n ", *_ODD]
_HYPHENS = "-\u2010\u00ac\u00ad"
_SOFT = "\u00ac\u00ad"  # hyphens that are at line ends only
_HYPHEN = re.compile(f"[{_HYPHENS}]\n(?<=[^\\W\\d_][^\\W\\d_]..)(?=([^\\W\\d_]{{2,30}}))", re.S)
_COMPOUND = re.compile(r"(?<![^\W_])[^\W\d_]+-[^\W\d_]+")
_STUMPS = set(words("cleaning", "stumps"))  # rather in compounds
_SUSPENDED = set(words("cleaning", "suspended"))  # a hyphen before them stays
_HARD = "\x00-\x08\x0e-\x1f\x7f-\x9f\u00ad\u2060-\u2064\u206a-\u206f\ufeff\ufff9-\ufffc"
_INVISIBLE = re.compile(
    f"[{_HARD}\u200b-\u200d](?:(?<=\x1b)\\[[\\d;]*[A-Za-z]"  # a terminal's colours
    # a space in Thai, Burmese, Khmer
    "|(?<=\u200b)(?<![\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff].)"
    # joins and parts letters in Persian and India, and emoji
    "|(?<=[\u200c\u200d])(?<![^\x00-\u05ff\u1e00-\u206f\u20a0-\u20cf].)"
    f"|(?<![\u200b-\u200d])[{_HARD}]*)"
)
_TURNS = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
_TURN = re.compile(f"[{_TURNS}]+")
_LEFTWARDS = re.compile(
    "[\u0590-\u061b\u061d-\u08ff\ufb1d-\ufdff\ufe70-\ufefc"
    "\U00010800-\U00010fff\U0001e800-\U0001efff]"
)


def repair(text: str) -> list[Edit]:
    r"""All mends that a text needs, one an occurrence, as small as they can be.

    Quotation marks stay. What is repaired needs no repair.

    Args:
        text: any text.

    Returns:
        Edits of the text by the rules 'entity', 'mojibake' (line by line), 'unicode' (NFC, Latin
        ligatures, surrogates), 'spaces' (no-break, thin, tabs, runs, at both ends of a line; line
        breaks become \n), 'hyphenation' (at line ends) and 'invisible' (soft hyphens, zero width,
        controls). A mend that takes two has the first one's name.

    Source: https://ftfy.readthedocs.io for entities, mojibake and ligatures.

    Examples:
        >>> for edit in repair("PjÃ¶ngjang &amp; Seoul"):
        ...     print(edit)
        Edit(start=2, end=4, new='ö', rule='mojibake')
        Edit(start=12, end=16, new='', rule='entity')
    """
    edits: list[Edit] = []
    now, before = text, None
    # a mend can lay bare another: an entity a no-break space, a soft hyphen a run of spaces
    while now != before:
        before = now
        for rule, find in _ASCII_MENDS if now.isascii() else _MENDS:
            changes = [
                _smallest(now, Edit(start, end, new, rule))
                for start, end, new in find(now)
                if now[start:end] != new
            ]
            if changes:
                now, edits = apply(now, changes), chain(edits, changes)
    return _joined(text, edits)


def mend(text: str) -> tuple[str, list[str]]:
    r"""The text repaired, and the rules that it took, in order of first use.

    >>> text, rules = mend("PjÃ¶ngjang &amp; Seoul\u00a0– „ein Zei\u00adchen“ der Abrüs-\ntung")
    >>> text
    'Pjöngjang & Seoul – „ein Zeichen“ der Abrüstung'
    >>> rules
    ['mojibake', 'entity', 'spaces', 'invisible', 'hyphenation']
    """
    edits = repair(text)
    return apply(text, edits), list(dict.fromkeys(edit.rule for edit in edits))


def _joined(text: str, edits: list[Edit]) -> list[Edit]:
    """The edits with those of one word as one, without what was mended and mended back."""
    joined: list[Edit] = []
    for edit in edits:
        last = joined[-1] if joined else Edit(-1, -1, "", "")
        if (last.end, last.rule) == (edit.start, edit.rule) and len(last.new) < 64:
            joined[-1] = edit._replace(start=last.start, new=last.new + edit.new)
        elif text[edit.start : edit.end] != edit.new:
            joined.append(_smallest(text, edit) if len(edit.new) > 1 else edit)
    return joined


def _smallest(text: str, edit: Edit) -> Edit:
    """The edit without what it leaves as it is at its start and end."""
    start, end, new, rule = edit
    head, tail, most = 0, 0, min(end - start, len(new))
    while head < most and text[start + head] == new[head]:
        head += 1
    while tail < most - head and text[end - 1 - tail] == new[-1 - tail]:
        tail += 1
    return Edit(start + head, end - tail, new[head : len(new) - tail], rule)


def _each(
    pattern: re.Pattern[str], new: Callable[[re.Match[str]], str]
) -> Callable[[str], _Changes]:
    return lambda text: ((*match.span(), new(match)) for match in pattern.finditer(text))


def _mojibake(text: str) -> _Changes:
    if not _SUSPECT.search(text):
        return
    for match in _LINE.finditer(text):
        line = match[0]
        suspects = (
            line[max(suspect.start() - _REACH, 0) : suspect.end() + _REACH]
            for suspect in _SUSPECT.finditer(line)
        )
        if any(map(is_bad, suspects)):
            yield from _differing(match.start(), line, fix_encoding(line))


def _differing(start: int, old: str, new: str) -> _Changes:
    """Where a line differs from its repair, between stretches that both have."""
    for anchor in _ANCHORS:
        before, after = anchor.split(old), anchor.split(new)
        if before[1::2] == after[1::2]:
            for was, now in zip(before, after, strict=True):
                if was != now:
                    yield start, start + len(was), now
                start += len(was)
            return
    yield start, start + len(old), new


def _composed(text: str) -> _Changes:
    if unicodedata.is_normalized("NFC", text):
        return
    for match in _LOOSE.finditer(text):
        at, end = max(match.start() - 1, 0), match.end()
        if end - at <= _LONGEST and not unicodedata.is_normalized("NFC", text[at:end]):
            yield from _compositions(text, at, end)


def _compositions(text: str, at: int, end: int) -> _Changes:
    """The pieces of a stretch that nothing joins across, each with its composed form."""
    new = ""
    for i in range(at, end):
        more, alone = (unicodedata.normalize("NFC", part) for part in (text[at : i + 1], text[i]))
        if i > at and not unicodedata.combining(text[i]) and more == new + alone:
            yield at, i, new
            at, more = i, alone
        new = more
    yield at, end, new


def _spaces(text: str) -> _Changes:
    if text == text.strip(" ") and not any(odd in text for odd in _ODD_SPACES):
        return
    for match in _SPACES.finditer(text):
        start, end = match.span()
        before, after = text[start - 1 : start], text[end : end + 1]
        breaks = sum(map(match[0].count, "\r\u2028\u2029")) - (match[0][-1] + after == "\r\n")
        between = before.strip("\n") and after.strip("\n")
        yield start, end, "\n" * breaks or (" " if between else "")


def _hyphens(text: str) -> _Changes:
    if not any(mark + "\n" in text for mark in _HYPHENS):
        return
    matches = list(_HYPHEN.finditer(text))
    compounds = set(_COMPOUND.findall(text.lower())) if matches else set()
    for match in matches:
        start, end = match.span()
        left, right = re.split(r"[\W\d_]", text[max(start - 30, 0) : start])[-1], match[1]
        if text[start] in _SOFT:
            yield start, end, ""
        elif left[-1].islower() and right[0].islower() and right not in _SUSPENDED:
            kept = left.lower() in _STUMPS or f"{left}-{right}".lower() in compounds
            yield start + kept, end, ""


def _turns(text: str) -> _Changes:
    """Marks of direction in lines without letters of a script that goes leftwards."""
    if not any(turn in text for turn in _TURNS):
        return
    for line in _LINE.finditer(text):
        if not _LEFTWARDS.search(line[0]):
            yield from ((*turn.span(), "") for turn in _TURN.finditer(text, *line.span()))


_MENDS: list[tuple[str, Callable[[str], _Changes]]] = [
    ("entity", _each(_ENTITY, lambda match: fixes.unescape_html("&" + (match[1] or "")))),
    ("mojibake", _mojibake),
    ("unicode", _each(_LETTER, lambda m: fixes.fix_surrogates(fixes.fix_latin_ligatures(m[0])))),
    ("unicode", _composed),
    ("invisible", _turns),
    ("spaces", _spaces),
    ("hyphenation", _hyphens),
    ("invisible", _each(_INVISIBLE, lambda match: "")),
]
_ASCII_MENDS = [_MENDS[i] for i in (0, 5, 6, 7)]  # all that ASCII can need
