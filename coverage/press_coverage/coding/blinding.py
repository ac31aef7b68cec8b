"""Blinding: what a coder may see of a sample, in an order of the coder's own, under masked ids."""

import hashlib
import random
from collections.abc import Sequence

import pandas as pd

from press_coverage.tables.columns import TABLES


def blind(
    sample: pd.DataFrame, coder: str, *, show: Sequence[str] = (), seed: int = 2018
) -> pd.DataFrame:
    """What a coder sees of a sample, in an order that depends on `coder` and `seed` alone.

    Nothing of what the program codes is in it, nor the publisher.

    Args:
        sample: units, as `draw` gives them.
        coder: the coder's name.
        show: columns of the articles that coders may see, too, such as 'title'.
        seed: of the order.

    Returns:
        unit, before, text, after, and the columns of `show`.

    Raises:
        ValueError: for a column that would tell more.

    Examples:
        >>> sample = pd.DataFrame({"unit": ["a", "b"], "text": ["One.", "Two."], "found": "peace"})
        >>> blind(sample.assign(before="", after=""), "anna").columns.tolist()
        ['unit', 'before', 'text', 'after']
    """
    harmless = {column.name for column in TABLES["articles"]} & set(sample)
    telling = [name for name in show if name not in harmless]
    if telling:
        remedy = "name columns of the articles, such as 'title'"
        raise ValueError(f"column {telling[0]!r} cannot be shown to coders; {remedy}")
    order = list(range(len(sample)))
    random.Random(f"{seed} {coder}").shuffle(order)
    return sample[["unit", "before", "text", "after", *show]].iloc[order].reset_index(drop=True)


def mask(unit: str) -> str:
    """A unit's id without the name of its article, which often tells the publisher.

    >>> mask("a:0-15")
    'u828a00a08c9a'
    """
    return "u" + hashlib.sha256(unit.encode()).hexdigest()[:12]


def unmasked(units: pd.DataFrame) -> dict[str, tuple[str, str]]:
    """Each unit and its text, by the masked id.

    >>> unmasked(pd.DataFrame({"unit": ["a:0-15"], "text": ["Sanctions stay."]}))
    {'u828a00a08c9a': ('a:0-15', 'Sanctions stay.')}
    """
    pairs = zip(units["unit"], units["text"], strict=True)
    return {mask(unit): (unit, text) for unit, text in pairs}
