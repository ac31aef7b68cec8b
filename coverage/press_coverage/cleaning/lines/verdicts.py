"""Lines: which lines of a scrape, a table's cell or a page are the article, which are furniture, and by what sign."""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from press_coverage.cleaning.lines.features import COLUMNS, Array, features
from press_coverage.cleaning.lines.headlines import strays
from press_coverage.models.trees import probability, read
from press_coverage.text.edits import Edit

TITLE_WORDS = 30  # a longer line is no headline
KEEP = {  # how likely a line must be to be kept: with a sign of furniture, without one if it is short, if it is a sentence
    "html": (0.5, 0.5, 0.5),
    "text": (0.5, 0.35, 0.35),
    "brief": (0.5, 0.3, 0.1),  # a scrape of few lines, where the model has little to go by
    "scraped cell": (0.3, 0.1, 0.1),  # a table's cell that holds more than the article
    "table": (
        0.1,
        0.0,
        0.0,
    ),  # cells hold little else: nothing goes without a sign, and a date is none
    "recall first": (0.1, 0.1, 0.1),  # losing a line of the article is worse than keeping furniture
}
_CELLS = (KEEP["table"], KEEP["scraped cell"])
BRIEF = 20  # lines
SCRAPED = 0.07  # share of a cell's characters in lines that bear a sign of furniture, above which it is taken for a scrape
_END = re.compile(r"[.!?…:][\"“”»«’')\]]*$|[\"“”»«]$")
PLAIN = ("outside", "short")  # signs that are none
Needed = tuple[float, float, float]
_LINK = re.compile(  # 'Label:Headline' without a space, a label of the trade, an opinion piece
    r"(?:[\w’'-]+ ){0,5}[\w’'-]*[^\W\d_]:(?=[^\W\d_])(?!//)|(?![A-Z]{1,2}:)[^\n.!?]{2,70}?(?:\w[.!?]?[’']?:(?=[A-Z‘'])|[^\W\d_]:(?=\d+ \w+ \w+ \w))"
    r"|(?i:more|also|related|see related|story|special (?:coverage|report)): |(?i:more on this)"
)
_MORE = re.compile(r"(?:(?i:more|related):|(?i:more|related|see also|read more): )(?=[A-Z‘'])")
_OPENS = re.compile(
    r"(?i:further reading|you might (?:also )?be interested in|more (?:about|on|from) [^.:]+|read (?:previous|related) [^.:]+):$"
)
_ASKS = re.compile(r"\?[’']?$")
_LETTERS = re.compile(r"\b[A-Z]\.[A-Z]\.$")  # no end of a sentence
_OPINION = (": Column", ": Our view", ": Opposing view")
_AT = {name: at for at, name in enumerate(COLUMNS)}


def numbered(texts: Sequence[Sequence[str]]) -> Iterator[tuple[Array, NDArray[np.float64]]]:
    """For each text its lines in numbers, and how likely each line is the article's.

    >>> [(rows.shape, (likely < 0.5).tolist()) for rows, likely in numbered([["Home"], [], ["Most read", "Home"]])]
    [((1, 127), [True]), ((0, 127), []), ((2, 127), [True, True])]
    """
    sizes = np.array([len(text) for text in texts], dtype=np.int64)
    of = np.repeat(np.cumsum(sizes > 0) - 1, sizes)
    rows = (
        features([line for text in texts for line in text], of)
        if len(of)
        else np.zeros((0, 127), dtype=np.float32)
    )
    likely = probability(read("lines"), rows)
    for size, end in zip(sizes.tolist(), np.cumsum(sizes).tolist(), strict=True):
        yield rows[end - size : end], likely[end - size : end]


def judged(
    lines: Sequence[str],
    rows: Array,
    likely: Sequence[float],
    copies: Mapping[str, int],
    keep: Needed,
    title: int | None,
    titles: Collection[str] = (),
    own: str = "",
) -> list[tuple[bool, str, float | None]]:
    """For each line whether it is kept, by which rule, and its probability; `title` is the index of the headline.

    `keep` is one of `KEEP`; `titles` are those of the publisher's articles and `own` is this one's, see `headlines`. A line that stands in
    three texts of a publisher is furniture where the model is in doubt, and in two where it bears a sign; not so a short one that stands twice in
    the text without any: it is a speaker's name.
    """
    signs = _linked(lines, rows, [sign(row) for row in rows.tolist()])
    weak = PLAIN if keep[1] else (*PLAIN, "meta")
    plain = weak if keep[1] else (*weak, "address")
    kept = [
        at
        for at, p in enumerate(likely)
        if p >= needed(signs[at], keep, plain) and at != title and signs[at] != "link"
    ]
    if title is not None and title + 1 not in kept and _opens(rows, signs, likely, title + 1):
        kept = sorted([*kept, title + 1])
    if 0.1 < keep[1] < 0.5:  # a scrape
        kept = _appeals(rows, signs, likely, kept)
    if keep in _CELLS:
        alone = strays(
            [lines[at] for at in kept], rows[kept, _AT["finished"]].tolist(), titles, own
        )
        for n, rule in alone.items():
            signs[kept[n]] = rule
        kept = [at for n, at in enumerate(kept) if n not in alone]
    within = Counter(lines)
    again = {at for at in kept if copies.get(lines[at], 0) > 1 and signs[at] not in weak}
    if keep[1]:
        often = [at for at in kept if copies.get(lines[at], 0) > 2 and likely[at] < 0.9]
        again |= {at for at in often if signs[at] != "short" or within[lines[at]] == 1}
        again |= _beside(lines, signs, likely, set(kept) - again, title, copies)
    if sum(len(lines[at]) for at in again) > sum(len(lines[at]) for at in kept) / 2:
        again = set()  # a copy of another text
    rules = (
        dict.fromkeys(kept, "article")
        | dict.fromkeys(again, "repeated")
        | ({} if title is None else {title: "title"})
    )
    said = [rules.get(at, signs[at]) for at in range(len(lines))]
    return [
        (rule == "article", rule, None if rule in ("title", "repeated") else p)
        for rule, p in zip(said, likely, strict=True)
    ]


def _opens(rows: Array, signs: Sequence[str], likely: Sequence[float], at: int) -> bool:
    """Whether a line straight under the headline is prose that asks for nothing: the lead, often far from the rest of the article."""
    return (
        at < len(signs)
        and signs[at] == "outside"
        and likely[at] >= KEEP["brief"][2]
        and bool(rows[at, _AT["prose"]])
        and not rows[at, _AT["ask"]]
    )


def _beside(
    lines: Sequence[str],
    signs: Sequence[str],
    likely: Sequence[float],
    kept: set[int],
    title: int | None,
    copies: Mapping[str, int],
) -> set[int]:
    """Headlines that a publisher repeats and that stand beside a line left out, or beside each other."""
    found: set[int] = set()
    for at in sorted(kept):
        told = (
            signs[at] == "short"
            and copies.get(lines[at], 0) > 1
            and likely[at] < 0.9
            and lines.count(lines[at]) == 1
        )
        if told and any(
            0 <= near < len(lines) and (near not in kept or near in found) and near != title
            for near in (at - 1, at + 1)
        ):
            found.add(at)
    return found


def _appeals(
    rows: Array, signs: Sequence[str], likely: Sequence[float], kept: Sequence[int]
) -> list[int]:
    """What is kept, without lines that ask twice, of us and you, and that touch a run of lines left out of which one surely asks."""
    asks, there, out = ("support", "address"), set(kept), set()
    for at in kept:
        if (
            rows[at, _AT["ask"]] >= 2
            and rows[at, _AT["we"]]
            and rows[at, _AT["you"]]
            and likely[at] < 0.9
        ):
            for step in (-1, 1):
                near = at + step
                while 0 <= near < len(signs) and near not in there:
                    if signs[near] in asks and likely[near] < 0.3:
                        out.add(at)
                    near += step
    return [at for at in kept if at not in out]


def sign(row: Array | Sequence[float]) -> str:
    """The strongest sign of furniture that a line bears by itself; 'outside' where it bears none.

    >>> from press_coverage.cleaning.lines.features import features
    >>> sign(features(["Photo: pool"])[0]), sign(features(["The envoys met in the village on Friday."])[0])
    ('credit', 'outside')
    """
    words = row[_AT["words"]]
    sentence = row[_AT["finished"]] and words > 2  # eight words, on the logarithmic scale
    if row[_AT["list"]]:
        return "heading"
    if row[_AT["credit0"]] or (row[_AT["credit"]] and not sentence):
        return "credit"
    told = row[_AT["we"]] and row[_AT["you"]]
    if row[_AT["ask0"]] or row[_AT["ask"]] >= 2 or (told and (row[_AT["ask"]] or row[_AT["site"]])):
        return "support"
    if told:
        return "address"
    if row[_AT["meta0"]] or (row[_AT["meta"]] and not sentence and words < 2.5):  # eleven words
        return "meta"
    if row[_AT["site"]] and not sentence:
        return "site"
    return "outside" if sentence else "short"


def needed(found: str, keep: Needed, plain: tuple[str, ...] = PLAIN) -> float:
    """How likely a line with that sign must be to be kept.

    >>> needed("outside", KEEP["brief"]), needed("support", KEEP["brief"])
    (0.1, 0.5)
    """
    return keep[0] if found not in plain else keep[2] if found == "outside" else keep[1]


def _linked(lines: Sequence[str], rows: Array, signs: list[str]) -> list[str]:
    """The signs, with 'link' for headlines of other articles: 'Label:Headline', in capitals, or without full stop under a 'See also:'."""
    listing, least = 0, 3
    finished, lists = rows[:, _AT["finished"]].tolist(), rows[:, _AT["list"]].tolist()
    for at, line in enumerate(lines):
        shouted = line.isupper() and len(line.split(None, 5)) > 4
        sentence = finished[at] and not line.endswith(
            ("?", "?'", "?’", "!'", "!’") if shouted else "?"
        )
        labelled = ":" in line or line[:1] in "mM"  # nothing else can match
        more = labelled and _MORE.match(line)  # may be a sentence
        told = shouted or (labelled and (_LINK.match(line) or line.endswith(_OPINION)))
        link = more or (told and not sentence and not line.endswith(":"))
        then = finished[at + 1 : at + 2] or [False]  # a question above prose may be a subhead
        words = len(line.split(None, 30)) if link or listing else 0  # no more are asked for
        if link and words < 30:
            signs[at] = "link"
            listing, least = (
                (3, 11) if more and ": " not in more[0] else (0, 3)
            )  # shorter ones may be subheads
        elif (
            listing
            and least < words < 25
            and (
                not finished[at] or _LETTERS.search(line) or (_ASKS.search(line) and not all(then))
            )
        ):
            signs[at] = "link"
            if listing == 6:
                signs[at - 1] = "link"  # the label
            listing -= 1
        else:
            listing, least = (
                6
                * bool(
                    line.endswith(":")
                    and (lists[at] or _OPENS.match(line))
                    and line[:6].lower() != "advert"
                ),
                3,
            )
    return signs


def title_of(lines: Sequence[str], rows: Array, likely: Sequence[float]) -> int | None:
    """The index of the headline: before the first paragraph, a line without sign of furniture and rather without full stop.

    Of several it is the one that shares most words with the prose, and the first of equals.
    """
    first = next(
        (at for at, p in enumerate(likely) if p >= 0.5 and rows[at, _AT["prose"]]), len(lines) - 1
    )
    signs = [_AT[name] for name in ("list", "credit0", "meta0", "ask0")]  # that open the line
    marked = set(np.nonzero(rows[: first + 1, signs])[0].tolist())
    able = [
        at
        for at in range(first + 1)
        if at not in marked and len(lines[at].split()) <= TITLE_WORDS and (at < first or not at)
    ]
    shared = {at: rows[at, _AT["known"]] * min(len(lines[at].split()), 8) for at in able}
    return max(
        able,
        key=lambda at: (not rows[at, _AT["finished"]], not rows[at, _AT["ask"]], shared[at], -at),
        default=None,
    )


def unwrap(text: str) -> list[Edit]:
    """The line breaks to take out of a text that was wrapped at a width, so that paragraphs stand on one line.

    >>> wrapped = ("Title\\n\\n" + "The envoys of both sides met in the border village on this\\n" * 5 + "cold Friday, officials said.\\n\\n") * 2
    >>> len(unwrap(wrapped)), unwrap("Not wrapped.\\nAt all.")
    (10, [])
    """
    widest = max(map(len, map(str.strip, text.split("\n"))))
    if not 40 <= widest <= 110:
        return []
    found = [
        (m.start(), m.end(), m[0].strip()) for m in re.finditer(r"[^\n]+", text) if m[0].strip()
    ]
    if len(found) < 6:
        return []
    broken = sum(len(line) > 0.75 * widest and not _END.search(line) for *_, line in found)
    if broken <= len(found) / 2:
        return []
    out = []
    for (_, end, line), (start, *_, following) in pairwise(found):
        hyphen = (
            line.endswith("-") and following[:1].islower()
        )  # mended with the break, see `repair`
        if text[end:start].count("\n") == 1 and len(line) > 0.6 * widest and not hyphen:
            out.append(Edit(end, start, " ", "wrapped"))
    return out


def copies(texts: Iterable[Sequence[str]]) -> Counter[str]:
    """In how many texts of one publisher each line stands that stands in more than one; copies of a text count once.

    >>> copies([["One by one", "Daily."], ["Two, and more", "Daily."], ["Three of them all", "Daily."], ["Three of them all", "Us."]])
    Counter({'Daily.': 2})
    """
    counts: Counter[str] = Counter()
    for lines in {max(lines, key=len): lines for lines in texts if lines}.values():
        counts.update(set(lines))
    return Counter({line: count for line, count in counts.items() if count > 1})
