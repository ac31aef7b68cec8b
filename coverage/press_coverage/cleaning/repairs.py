"""Repair: mends of a text as edits, so that every character of the clean text leads back to the text as it came."""

import re
import unicodedata
from collections.abc import Callable, Iterator

from ftfy import fix_encoding, fixes
from ftfy.badness import is_bad

from press_coverage.codebooks.reading import words
from press_coverage.text.edits import Edit, apply, chain


def repair(text: str) -> list[Edit]:
    r"""All mends that `text` needs, one an occurrence, as small as they can be.

    Rules: 'entity', 'mojibake' (line by line), 'unicode' (NFC, Latin ligatures, surrogates), 'spaces' (no-break, thin, tabs, runs,
    at both ends of a line; line breaks become \n), 'hyphenation' (at line ends), 'invisible' (soft hyphens, zero width, controls).
    A mend that takes two has the first one's name. Quotation marks stay. What is repaired needs no repair.
    Source: https://ftfy.readthedocs.io for entities, mojibake and ligatures.

    >>> repair("PjÃ¶ngjang &amp; Seoul")
    [Edit(start=2, end=4, new='ö', rule='mojibake'), Edit(start=12, end=16, new='', rule='entity')]
    """
    edits: list[Edit] = []
    now, before = text, None
    while (
        now != before
    ):  # a mend can lay bare another: an entity a no-break space, a soft hyphen a run of spaces
        before = now
        for rule, find in _ASCII_MENDS if now.isascii() else _MENDS:
            if found := [
                _small(now, start, end, new, rule)
                for start, end, new in find(now)
                if now[start:end] != new
            ]:
                now, edits = apply(now, found), chain(edits, found)
    out: list[Edit] = []
    for edit in edits:
        if (
            out and (out[-1].end, out[-1].rule) == (edit.start, edit.rule) and len(out[-1].new) < 64
        ):  # one word
            out[-1] = edit._replace(start=out[-1].start, new=out[-1].new + edit.new)
        elif text[edit.start : edit.end] != edit.new:  # else mended and mended back
            out.append(_small(text, *edit) if len(edit.new) > 1 else edit)
    return out


def mend(text: str) -> tuple[str, list[str]]:
    r"""The text repaired, and the rules that it took, in order of first use.

    >>> mend("PjÃ¶ngjang &amp; Seoul\u00a0– „ein Zei\u00adchen“ der Abrüs-\ntung")
    ('Pjöngjang & Seoul – „ein Zeichen“ der Abrüstung', ['mojibake', 'entity', 'spaces', 'invisible', 'hyphenation'])
    """
    edits = repair(text)
    return apply(text, edits), list(dict.fromkeys(edit.rule for edit in edits))


_Changes = Iterator[tuple[int, int, str]]
_ENTITY = re.compile(
    r"&(?:(?:amp|AMP|#0{0,9}38|#[xX]0{0,9}26);)*(#?[0-9A-Za-z]{1,24};)?"
)  # '&amp;amp;quot;' at once
_LINE = re.compile(r"[^\n]+\n?")
_PLAIN = "[А-яЁёΑ-Ωά-ώ]"  # two such letters side by side are no mojibake
_MIXED = "[\x80-\u024f\u02c6-\u02dd\u0384-\u03ce\u0401-\u0491\u2013-\u25ff\uf8ff\ufb01\ufb02\ufffd]"  # what ftfy's test looks at
_SUSPECT = re.compile(
    f"{_MIXED}(?:(?<=[\x80-\x9fŒœÃÂ])|(?<!{_PLAIN}){_MIXED}|(?!{_PLAIN}){_MIXED})"
)
_ANCHORS = (
    re.compile(r"([ -~]+)"),
    re.compile(r"([A-Za-z0-9]+)"),
)  # ftfy leaves ASCII as it is; at most it takes a space or '?'
_REACH = 7  # characters, as far as that test looks to either side
_LETTER = re.compile("[ĲĳŉǄ-ǌǱ-ǳﬀ-ﬆ\ud800-\udfff](?:(?<=[\ud800-\udbff])[\udc00-\udfff])?")
_LOOSE = re.compile(  # all but characters that NFC neither changes nor joins to the one before
    "[^\x00-\u02ff\u0375-\u037d\u0384-\u0386\u0388-\u0482\u048a-\u0590\u0620-\u064a\u2002-\u20cf\u2190-\u2328\u232b-\u2adb"
    "\u2e80-\u3029\u3030-\u3098\u309b-\u9fff\uac00-\ud7a3]+"
)
_SPACE = r"[^\S\n\x1c-\x1f]"
_SPACES = re.compile(rf"{_SPACE}(?:(?<=[^ ]){_SPACE}*|{_SPACE}+|(?=\n)|\Z|(?<=\A )|(?<=\n ))")
_ODD_SPACES = [
    "  ",
    " \n",
    "\n ",
    *(c for c in map(chr, range(0x3001)) if c.isspace() and c not in " \n\x1c\x1d\x1e\x1f"),
]
_HYPHEN = re.compile(
    "[-\u2010\u00ac\u00ad]\n(?<=[^\\W\\d_][^\\W\\d_]..)(?=([^\\W\\d_]{2,30}))", re.S
)
_COMPOUND = re.compile(r"(?<![^\W_])[^\W\d_]+-[^\W\d_]+")
_STUMPS = set(words("cleaning", "stumps"))  # rather in compounds
_SUSPENDED = set(words("cleaning", "suspended"))  # a hyphen before them stays
_HARD = "\x00-\x08\x0e-\x1f\x7f-\x9f\u00ad\u2060-\u2064\u206a-\u206f\ufeff\ufff9-\ufffc"
_INVISIBLE = re.compile(
    f"[{_HARD}\u200b-\u200d](?:(?<=\x1b)\\[[\\d;]*[A-Za-z]"  # a terminal's colours
    "|(?<=\u200b)(?<![\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff].)"  # stands for a space in Thai, Burmese, Khmer
    "|(?<=[\u200c\u200d])(?<![^\x00-\u05ff\u1e00-\u206f\u20a0-\u20cf].)"  # joins and parts letters in Persian and India, and emoji
    f"|(?<![\u200b-\u200d])[{_HARD}]*)"
)
_TURNS = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
_TURN = re.compile(f"[{_TURNS}]+")
_LEFTWARDS = re.compile(
    "[\u0590-\u061b\u061d-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]"
)


def _each(
    pattern: re.Pattern[str], new: Callable[[re.Match[str]], str]
) -> Callable[[str], _Changes]:
    return lambda text: (
        (found.start(), found.end(), new(found)) for found in pattern.finditer(text)
    )


def _mojibake(text: str) -> _Changes:
    for found in _LINE.finditer(text) if _SUSPECT.search(text) else ():
        line = found[0]
        if any(
            is_bad(line[max(odd.start() - _REACH, 0) : odd.end() + _REACH])
            for odd in _SUSPECT.finditer(line)
        ):
            yield from _differing(found.start(), line, fix_encoding(line))


def _differing(start: int, old: str, new: str) -> _Changes:
    for mark in _ANCHORS:
        before, after = mark.split(old), mark.split(new)
        if before[1::2] == after[1::2]:
            for was, now in zip(before, after, strict=True):
                if was != now:
                    yield start, start + len(was), now
                start += len(was)
            return
    yield start, start + len(old), new


def _composed(text: str) -> _Changes:
    for found in () if unicodedata.is_normalized("NFC", text) else _LOOSE.finditer(text):
        at, end, new = max(found.start() - 1, 0), found.end(), ""
        if end - at > 1000 or unicodedata.is_normalized(
            "NFC", text[at:end]
        ):  # no text has so long a run; it would take the square
            continue
        for i in range(at, end):
            more, alone = (
                unicodedata.normalize("NFC", part) for part in (text[at : i + 1], text[i])
            )
            if (
                i > at and not unicodedata.combining(text[i]) and more == new + alone
            ):  # nothing joins across
                yield at, i, new
                at, more = i, alone
            new = more
        yield at, end, new


def _spaces(text: str) -> _Changes:
    if text == text.strip(" ") and not any(odd in text for odd in _ODD_SPACES):
        return
    for found in _SPACES.finditer(text):
        before, after = text[found.start() - 1 : found.start()], text[found.end() : found.end() + 1]
        breaks = sum(map(found[0].count, "\r\u2028\u2029")) - (found[0][-1] + after == "\r\n")
        yield (
            found.start(),
            found.end(),
            "\n" * breaks or (" " if before.strip("\n") and after.strip("\n") else ""),
        )


def _hyphens(text: str) -> _Changes:
    if not any(mark + "\n" in text for mark in "-\u2010\u00ac\u00ad"):
        return
    compounds = set(_COMPOUND.findall(text.lower())) if _HYPHEN.search(text) else set()
    for found in _HYPHEN.finditer(text):
        left, right = (
            re.split(r"[\W\d_]", text[max(found.start() - 30, 0) : found.start()])[-1],
            found[1],
        )
        if found[0][0] in "\u00ac\u00ad":
            yield found.start(), found.end(), ""
        elif left[-1].islower() and right[0].islower() and right not in _SUSPENDED:
            kept = left.lower() in _STUMPS or f"{left}-{right}".lower() in compounds
            yield found.start() + kept, found.end(), ""


def _turns(text: str) -> _Changes:
    for line in _LINE.finditer(text) if any(turn in text for turn in _TURNS) else ():
        if not _LEFTWARDS.search(line[0]):
            yield from (
                (line.start() + found.start(), line.start() + found.end(), "")
                for found in _TURN.finditer(line[0])
            )


_MENDS: list[tuple[str, Callable[[str], _Changes]]] = [
    ("entity", _each(_ENTITY, lambda found: fixes.unescape_html("&" + (found[1] or "")))),
    ("mojibake", _mojibake),
    (
        "unicode",
        _each(_LETTER, lambda found: fixes.fix_surrogates(fixes.fix_latin_ligatures(found[0]))),
    ),
    ("unicode", _composed),
    ("invisible", _turns),
    ("spaces", _spaces),
    ("hyphenation", _hyphens),
    ("invisible", _each(_INVISIBLE, lambda found: "")),
]
_ASCII_MENDS = [_MENDS[i] for i in (0, 5, 6, 7)]  # all that ASCII can need


def _small(text: str, start: int, end: int, new: str, rule: str) -> Edit:
    head, tail, most = 0, 0, min(end - start, len(new))
    while head < most and text[start + head] == new[head]:
        head += 1
    while tail < most - head and text[end - 1 - tail] == new[-1 - tail]:
        tail += 1
    return Edit(start + head, end - tail, new[head : len(new) - tail], rule)
