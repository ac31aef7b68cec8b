"""Edits of a text that keep its offsets: every character leads back to the text as it came."""

from collections.abc import Sequence
from typing import Any, Literal, NamedTuple, overload

import numpy as np
from numpy.typing import ArrayLike, NDArray


class Edit(NamedTuple):
    """Characters start:end of a text become `new`; those of a text are sorted, without overlap."""

    start: int
    end: int
    new: str
    rule: str


def apply(text: str, edits: Sequence[Edit]) -> str:
    """The text with the edits made.

    Examples:
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
    """Where a position in the text with the edits made was in the text before.

    From the traced start to the traced end is the smallest span that became this one; what an edit
    wrote leads back to all that it replaced.

    Args:
        edits: those that were made.
        position: in characters, one or an array of them.
        side: whether the position starts or ends a span; where something was cut, two places
            become one.

    Returns:
        One position, or an array as `position` is.

    Examples:
        '-Kim&amp;Moon' becomes 'Kim&Moon':

        >>> edits = [Edit(0, 1, "", "invisible"), Edit(4, 9, "&", "entity")]
        >>> trace(edits, 0), trace(edits, 3, "end"), trace(edits, [3, 4, 5]).tolist()
        (1, 4, [4, 9, 10])
    """
    at = np.asarray(position, dtype=np.int64)
    if not edits:
        return at if at.ndim else int(at)
    rows = [(edit.start, edit.end, len(edit.new)) for edit in edits]
    starts, ends, made = np.array(rows, dtype=np.int64).T
    new_ends = ends + np.cumsum(starts + made - ends)
    # by the number of edits before it, how much further on a position was
    shifts = np.append(0, ends - new_ends)
    if side == "start":
        done = np.searchsorted(new_ends, at, side="right")
        was = np.minimum(at + shifts[done], np.append(starts, np.iinfo(np.int64).max)[done])
    else:
        done = np.searchsorted(new_ends - made, at, side="left")
        was = np.maximum(at + shifts[done], np.append(0, ends)[done])
    return int(was) if was.ndim == 0 else was


def chain(first: Sequence[Edit], then: Sequence[Edit]) -> list[Edit]:
    """Two rounds of edits as one.

    Args:
        first: edits of a text.
        then: edits of what they made of it.

    Returns:
        Edits of the text that make of it what both rounds do.

    Examples:
        'Kim&nbsp; Moon' becomes 'Kim  Moon', then 'Kim Moon':

        >>> for edit in chain([Edit(3, 9, " ", "entity")], [Edit(4, 5, "", "spaces")]):
        ...     print(*edit)
        3 9   entity
        9 10  spaces
    """
    if not first or not then:
        return [*first, *then]
    done: list[Edit] = []
    waiting = list(reversed(first))
    # a position in the text as it is now was `shift` further on in the first; `then` has made the
    # text grow by `grown`
    shift = grown = 0
    for start, end, new, rule in then:
        start, end, grown = start + grown, end + grown, grown + len(new) - (end - start)
        while waiting and waiting[-1].start - shift + len(waiting[-1].new) <= start:
            done.append(waiting.pop())
            shift += _cut(done[-1])
        begin, stop, further, rules = start + shift, end, shift, []
        # it changes what earlier ones wrote
        while waiting and (at := waiting[-1].start - further) < end:
            old = waiting.pop()
            if at < start:
                begin, new = old.start, old.new[: start - at] + new
            rest = old.new[end - at :]
            new, stop = new + rest, end + len(rest)
            rules.append(old.rule)
            further += _cut(old)
        waiting.append(Edit(begin, stop + further, new, [*rules, rule][0]))
    return done + waiting[::-1]


def _cut(edit: Edit) -> int:
    """By how many characters an edit makes a text shorter."""
    return edit.end - edit.start - len(edit.new)
