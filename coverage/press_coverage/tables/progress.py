"""Progress: the bar that long work shows."""

from collections.abc import Iterable
from typing import TypeVar

from tqdm import tqdm

T = TypeVar("T")


def bar(items: Iterable[T], step: str, unit: str, *, show: bool) -> "Iterable[T] | tqdm[T]":
    """Go through items, with a bar once it has taken a second.

    Args:
        items: what is gone through.
        step: what the bar says is done.
        unit: what an item is, such as 'file'.
        show: whether to show a bar; the environment variable TQDM_DISABLE=1 keeps all bars away.

    Returns:
        The items.

    Examples:
        >>> list(bar([1, 2], "load", "file", show=False))
        [1, 2]
    """
    return tqdm(items, desc=step, unit=unit, delay=1) if show else items
