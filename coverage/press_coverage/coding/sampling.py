"""Draw: which articles, sentences or quotations are coded by hand, each with its probability of having been drawn.

Units are stand-off: a unit's id is its article's doc_id with the offsets of its text in the body, so every hand code leads back to
words, and to what the program codes there.
"""

import hashlib
import random
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from press_coverage.annotation.concordance import kwic
from press_coverage.tables import schema
from press_coverage.tables.columns import TABLES
from press_coverage.text.sentences import sentence_ends

KINDS = ("articles", "sentences", "spans")
_LEFT = ("body", "raw", "lead")  # columns of the articles that units do without


def units(
    articles: pd.DataFrame,
    spans: pd.DataFrame | None = None,
    *,
    kind: str = "sentences",
    column: str = "frame",
    window: int = 1,
) -> pd.DataFrame:
    """What can be coded: unit, doc_id, start, end, before, text, after, `found`, and what is known of the article.

    `kind` is 'articles', 'sentences' (all of them) or 'spans' (the words of `spans` themselves, such as `notes.quotes`). Where `spans`
    are given, `found` says what the program codes in a unit: the values of their column `column`, sorted, with '|' between, '' for
    nothing; `units[units["found"] != ""]` are those around a mention or a frame. `before` and `after` are the rest of a unit's
    sentence and `window` sentences on either side. Raises ValueError for another kind, or spans that are missing.

    >>> articles = pd.DataFrame({"doc_id": ["a"], "publisher": ["x"], "body": ["Sanctions stay. Talks go on."]})
    >>> frames = pd.DataFrame({"doc_id": ["a"], "start": [0], "end": [9], "frame": ["pressure"]})
    >>> units(articles, frames)[["unit", "text", "after", "found"]].values.tolist()
    [['a:0-15', 'Sanctions stay.', 'Talks go on.', 'pressure'], ['a:16-28', 'Talks go on.', '', '']]
    """
    if kind not in KINDS:
        raise ValueError(f"units: kind {kind!r}; use one of: {', '.join(KINDS)}")
    if kind == "spans" and spans is None:
        raise ValueError("units: give the spans that are to be coded, such as notes.quotes")
    articles = schema.check(articles, "articles")
    bodies = {
        doc_id: body
        for doc_id, body in zip(articles["doc_id"], articles["body"], strict=True)
        if isinstance(body, str) and body
    }
    if kind == "spans" and spans is not None:
        places = sorted(set(zip(spans["doc_id"], spans["start"], spans["end"], strict=True)))
    elif kind == "articles":
        places = [(doc_id, 0, len(body)) for doc_id, body in bodies.items()]
    else:
        places = [
            (doc_id, start, end)
            for doc_id, body in bodies.items()
            for start, end in _sentences(body)
        ]
    table = pd.DataFrame(places, columns=["doc_id", "start", "end"]).astype(
        {"doc_id": "str", "start": "int64", "end": "int64"}
    )
    around = kwic(
        articles.assign(body=articles["body"].fillna("")), table, window=window, unit="sentences"
    )
    table.insert(0, "unit", [f"{doc_id}:{start}-{end}" for doc_id, start, end in places])
    table["before"], table["after"] = around["pre"], around["post"]
    table.insert(5, "text", [bodies[doc_id][start:end] for doc_id, start, end in places])
    if spans is not None and kind != "spans":
        inside = within(table, spans, column=column, whole=False)
        table["found"] = (
            table["unit"]
            .map(inside.groupby("unit")["value"].agg(lambda found: "|".join(sorted(set(found)))))
            .fillna("")
        )
    return table.merge(
        articles[[name for name in articles if name == "doc_id" or name not in {*_LEFT, *table}]],
        on="doc_id",
        how="left",
    )


def _sentences(body: str) -> list[tuple[int, int]]:
    """From where to where each sentence reaches, without the blanks around it."""
    ends = [0, *sentence_ends(body)]
    found = []
    for start, end in pairwise(ends):
        text = body[start:end]
        if text.strip():
            found.append((start + len(text) - len(text.lstrip()), start + len(text.rstrip())))
    return found


def within(
    units: pd.DataFrame, spans: pd.DataFrame, *, column: str = "frame", whole: bool = True
) -> pd.DataFrame:
    """The spans that stand in each unit, as codes: unit, start, end (in the body), value, which is the spans' column `column`.

    With `whole` only spans that lie wholly in a unit. Raises ValueError for a column that is not there.

    >>> units = pd.DataFrame({"unit": ["a:16-28"], "doc_id": ["a"], "start": [16], "end": [28]})
    >>> within(units, pd.DataFrame({"doc_id": ["a", "a"], "start": [0, 16], "end": [9, 21], "frame": ["pressure", "dialogue"]}))
          unit  start  end     value
    0  a:16-28     16   21  dialogue
    """
    missing = [name for name in ("doc_id", "start", "end", column) if name not in spans]
    if missing:
        raise ValueError(
            f"the spans have no column {missing[0]!r}; they have {', '.join(map(str, spans))}"
        )
    spans = (
        spans[["doc_id", "start", "end", column]]
        .rename(columns={column: "value"})
        .astype({"doc_id": "str"})
    )
    both = units[["unit", "doc_id", "start", "end"]].merge(
        spans, on="doc_id", suffixes=("_of_unit", "")
    )
    first, last = both["start_of_unit"], both["end_of_unit"]
    inside = (
        (both["start"] >= first) & (both["end"] <= last)
        if whole
        else (both["start"] < last) & (both["end"] > first)
    )
    return both.loc[inside & both["value"].notna(), ["unit", "start", "end", "value"]].reset_index(
        drop=True
    )


def draw(
    units: pd.DataFrame,
    size: int,
    *,
    by: str | Sequence[str] = (),
    each: bool = False,
    positive: str | None = None,
    share: float = 0.5,
    seed: int = 2018,
) -> pd.DataFrame:
    """A random sample of units, with `stratum` and `probability`: how likely the unit was to be drawn, above 0 to 1.

    Without `by`, a simple random sample. With it, the columns' values are strata, drawn from in proportion to their size, but at least
    one unit each, so that no unit was out of reach; with `each`, `size` units of every stratum. `positive` names a column that is true
    where the program codes what is sought: `share` of the sample is drawn from these units, the rest from the others. Any estimate from
    the sample has to weight units by 1 / probability. Raises ValueError for an empty draw and for a stratum smaller than asked.

    >>> units = pd.DataFrame({"unit": list("abcdef"), "publisher": list("xxxxyy")})
    >>> draw(units, 3, by=["publisher"])[["stratum", "probability"]].values.tolist()
    [['x', 0.5], ['x', 0.5], ['y', 0.5]]
    """
    by = schema.listed(by)
    missing = [
        name for name in ("unit", *by, *([positive] if positive else [])) if name not in units
    ]
    if missing:
        raise ValueError(
            f"draw: the units have no column {missing[0]!r}; they have {', '.join(map(str, units))}"
        )
    if units.empty or size < 1:
        raise ValueError(
            f"draw: {size} of {len(units)} units would be an empty draw; give units, and a size of 1 or more"
        )
    if not units["unit"].is_unique:
        raise ValueError(
            f"draw: unit {units.loc[units['unit'].duplicated(), 'unit'].iloc[0]!r} stands twice; keep one"
        )
    if positive and not 0 < share < 1:
        raise ValueError(
            f"draw: a share of {share} positive units; give one between 0 and 1, both excluded"
        )
    units = units.reset_index(drop=True)
    sides = {"": (np.arange(len(units)), size)}
    if positive:
        is_so = units[positive].fillna(False).to_numpy(dtype=bool)
        yes = size if each else round(size * share)
        sides = {
            "positive": (np.flatnonzero(is_so), yes),
            "other": (np.flatnonzero(~is_so), size if each else size - yes),
        }
    random_numbers = np.random.default_rng(seed)
    drawn = []
    for side, (rows, wanted) in sides.items():
        part = units.iloc[rows]
        strata = (
            {
                key: rows[at]
                for key, at in part.groupby(list(by), dropna=False, observed=True).indices.items()
            }
            if by
            else {(): rows}
        )
        names = [
            " / ".join(
                [*map(str, key if isinstance(key, tuple) else (key,)), *([side] if side else [])]
            )
            for key in strata
        ]
        sizes = [len(at) for at in strata.values()]
        takes = (
            [wanted] * len(sizes) if each else _allocated(sizes, wanted, f" {side}" if side else "")
        )
        for name, at, take in zip(names, strata.values(), takes, strict=True):
            if take > len(at):
                of = f" of stratum {name!r}" if name else ""
                raise ValueError(
                    f"draw: {take} units asked{of}, which has {len(at)}; ask for fewer, or merge strata"
                )
            chosen = units.iloc[np.sort(random_numbers.choice(at, take, replace=False))]
            drawn.append(chosen.assign(stratum=name or "all", probability=take / len(at)))
    return pd.concat(drawn).sort_index().reset_index(drop=True)


def _allocated(sizes: Sequence[int], wanted: int, what: str) -> list[int]:
    """How many of each stratum: in proportion, at least one, largest remainders first."""
    whole = sum(sizes)
    if wanted > whole:
        raise ValueError(f"draw: {wanted}{what} units asked, and there are {whole}; ask for fewer")
    if wanted < len(sizes):
        raise ValueError(
            f"draw: {wanted}{what} units for {len(sizes)} strata would leave some out of reach; ask for more, or merge strata"
        )
    exact = [wanted * size / whole for size in sizes]
    takes = [max(1, int(part)) for part in exact]
    while sum(takes) != wanted:
        step = 1 if sum(takes) < wanted else -1
        free = [at for at, take in enumerate(takes) if (take < sizes[at] if step > 0 else take > 1)]
        takes[max(free, key=lambda at: step * (exact[at] - takes[at]))] += step
    return takes


def blind(
    sample: pd.DataFrame, coder: str, *, show: Sequence[str] = (), seed: int = 2018
) -> pd.DataFrame:
    """What a coder sees of a sample: unit, before, text, after, in an order of this coder's own.

    Nothing of what the program codes is in it, nor the publisher; `show` names columns of the articles that coders may see, such as
    'title'. The order depends on `coder` and `seed` alone. Raises ValueError for a column that would tell more.

    >>> sample = pd.DataFrame({"unit": ["a", "b"], "before": "", "text": ["One.", "Two."], "after": "", "found": "pressure"})
    >>> blind(sample, "anna").columns.tolist()
    ['unit', 'before', 'text', 'after']
    """
    telling = [
        name
        for name in show
        if name not in {column.name for column in TABLES["articles"]} or name not in sample
    ]
    if telling:
        raise ValueError(
            f"column {telling[0]!r} cannot be shown to coders; name columns of the articles, such as 'title'"
        )
    order: list[Any] = list(range(len(sample)))
    random.Random(f"{seed} {coder}").shuffle(order)
    return sample[["unit", "before", "text", "after", *show]].iloc[order].reset_index(drop=True)


def mask(unit: str) -> str:
    """A unit's id without the name of its article, which often tells the publisher.

    >>> mask("a:0-15")
    'u828a00a08c9a'
    """
    return "u" + hashlib.sha256(unit.encode()).hexdigest()[:12]
