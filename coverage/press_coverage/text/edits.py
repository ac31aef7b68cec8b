"""Edits of a text that keep its offsets: every character leads back to the text as it came."""

from collections.abc import Sequence
from typing import Any, Literal, NamedTuple, overload

import numpy as np
from numpy.typing import ArrayLike, NDArray


class Edit(NamedTuple):
    """Characters start:end of a text become `new`; edits of one text are sorted and do not overlap."""

    start: int
    end: int
    new: str
    rule: str


def apply(text: str, edits: Sequence[Edit]) -> str:
    """The text with the edits made.

    >>> apply("Kim Jong -un", [Edit(8, 9, "", "spaces")])
    'Kim Jong-un'
    """
    pieces, at = [""], 0
    for edit in edits:
        pieces += (text[at : edit.start], edit.new)
        at = edit.end
    return "".join([*pieces, text[at:]])


@overload
def trace(edits: Sequence[Edit], position: int, side: Literal["start", "end"] = ...) -> int: ...
@overload
def trace(
    edits: Sequence[Edit], position: ArrayLike, side: Literal["start", "end"] = ...
) -> NDArray[np.int64]: ...
def trace(edits: Sequence[Edit], position: Any, side: Literal["start", "end"] = "start") -> Any:
    """Where a position in the text with the edits made was in the text before; one position or an array of them.

    Where something was cut, two places become one: `side` says whether the position starts or ends a span. From the traced
    start to the traced end is the smallest span that became this one; what an edit wrote leads back to all that it replaced.

    >>> edits = [Edit(0, 1, "", "invisible"), Edit(4, 9, "&", "entity")]  # '-Kim&amp;Moon' to 'Kim&Moon'
    >>> trace(edits, 0), trace(edits, 3, "end"), trace(edits, [3, 4, 5]).tolist()
    (1, 4, [4, 9, 10])
    """
    at = np.asarray(position, dtype=np.int64)
    if not edits:
        return at if at.ndim else int(at)
    starts, ends, made = (
        np.array([(edit.start, edit.end, len(edit.new)) for edit in edits], dtype=np.int64)
        .reshape(-1, 3)
        .T
    )
    new_ends = ends + np.cumsum(starts + made - ends)
    shifts = np.append(0, ends - new_ends)  # after so many edits, a position was so much further on
    if side == "start":
        done = np.searchsorted(new_ends, at, side="right")
        was = np.minimum(at + shifts[done], np.append(starts, np.iinfo(np.int64).max)[done])
    else:
        done = np.searchsorted(new_ends - made, at, side="left")
        was = np.maximum(at + shifts[done], np.append(0, ends)[done])
    return int(was) if was.ndim == 0 else was


def chain(first: Sequence[Edit], then: Sequence[Edit]) -> list[Edit]:
    """Two rounds of edits as one: `first` are edits of a text, `then` edits of what they made of it.

    >>> chain([Edit(3, 9, " ", "entity")], [Edit(4, 5, "", "spaces")])  # 'Kim&nbsp; Moon'
    [Edit(start=3, end=9, new=' ', rule='entity'), Edit(start=9, end=10, new='', rule='spaces')]
    """
    if not first or not then:
        return [*first, *then]
    out: list[Edit] = []
    waiting = list(reversed(first))
    shift = grown = (
        0  # a position in the text as it is now was `shift` further on in the first; `then` has made it grow
    )
    for start, end, new, rule in then:
        start, end, grown = start + grown, end + grown, grown + len(new) - (end - start)
        while waiting and waiting[-1].start - shift + len(waiting[-1].new) <= start:
            out.append(waiting.pop())
            shift += out[-1].end - out[-1].start - len(out[-1].new)
        begin, stop, further, rules = start + shift, end, shift, []
        while (
            waiting and (at := waiting[-1].start - further) < end
        ):  # it changes what an earlier one wrote
            old = waiting.pop()
            if at < start:
                begin, new = old.start, old.new[: start - at] + new
            rest = old.new[end - at :]
            new, stop = new + rest, end + len(rest)
            rules.append(old.rule)
            further += old.end - old.start - len(old.new)
        waiting.append(Edit(begin, stop + further, new, [*rules, rule][0]))
    return out + waiting[::-1]
