"""Draw: which articles, sentences or quotations are coded by hand, each with its probability.

Units are stand-off: a unit's id is its article's doc_id with the offsets of its text in the body,
so every code by hand leads back to words, and to what the program codes there.
"""

from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from press_coverage.annotation.concordance import kwic
from press_coverage.coding.blinding import mask as mask  # notebook 11 imports it from here
from press_coverage.tables import schema
from press_coverage.text.sentences import sentence_ends

KINDS = ("articles", "sentences", "spans")
_LEFT_OUT = {"body", "raw", "lead"}  # columns of the articles that units do without
_Rows = NDArray[np.intp]


def units(
    articles: pd.DataFrame,
    spans: pd.DataFrame | None = None,
    *,
    kind: str = "sentences",
    column: str = "frame",
    window: int = 1,
) -> pd.DataFrame:
    """What can be coded by hand: articles, their sentences, or spans of words.

    `units[units["found"] != ""]` are those around a mention or a frame.

    Args:
        articles: the articles that were annotated.
        spans: what the program codes, such as `notes.quotes`: doc_id, start, end and `column`.
        kind: 'articles', 'sentences' (all of them) or 'spans' (the words of `spans` themselves).
        column: the column of `spans` that holds the code.
        window: sentences of context on either side.

    Returns:
        unit, doc_id, start, end (characters of the body), before, text, after, where `spans` are
        given `found` (their values of `column` in the unit, sorted, with '|' between; '' for
        nothing), and what is known of the article. `before` and `after` are the rest of a unit's
        sentence and `window` sentences.

    Raises:
        ValueError: for another kind, or spans that are missing.

    Examples:
        >>> bodies = {"doc_id": ["a"], "publisher": ["x"], "body": ["Sanctions stay. Talks go on."]}
        >>> codes = {"doc_id": ["a"], "start": [0], "end": [9], "frame": ["pressure"]}
        >>> table = units(pd.DataFrame(bodies), pd.DataFrame(codes))
        >>> table[["unit", "text", "after", "found"]].values.tolist()[0]
        ['a:0-15', 'Sanctions stay.', 'Talks go on.', 'pressure']
    """
    if kind not in KINDS:
        raise ValueError(f"units: kind {kind!r}; use one of: {', '.join(KINDS)}")
    articles = schema.check(articles, "articles")
    with_text = articles.assign(body=articles["body"].fillna(""))
    pairs = zip(with_text["doc_id"], with_text["body"], strict=True)
    bodies = {doc_id: body for doc_id, body in pairs if body}
    places = _places(bodies, kind, spans)
    dtypes = {"doc_id": "str", "start": "int64", "end": "int64"}
    table = pd.DataFrame(places, columns=list(dtypes)).astype(dtypes)
    around = kwic(with_text, table, window=window, unit="sentences")
    table.insert(0, "unit", [f"{doc_id}:{start}-{end}" for doc_id, start, end in places])
    table["before"] = around["pre"]
    table["text"] = [bodies[doc_id][start:end] for doc_id, start, end in places]
    table["after"] = around["post"]
    if spans is not None and kind != "spans":
        inside = within(table, spans, column=column, whole=False)
        codes = inside.groupby("unit")["value"].agg(lambda values: "|".join(sorted(set(values))))
        table["found"] = table["unit"].map(codes).fillna("")
    known = [name for name in articles if name not in {*_LEFT_OUT, *table}]
    return table.merge(articles[["doc_id", *known]], on="doc_id", how="left")


def _places(
    bodies: Mapping[str, str], kind: str, spans: pd.DataFrame | None
) -> list[tuple[str, int, int]]:
    """The article, start and end of each unit."""
    if kind == "articles":
        return [(doc_id, 0, len(body)) for doc_id, body in bodies.items()]
    if kind == "sentences":
        return [(doc_id, *place) for doc_id, body in bodies.items() for place in _sentences(body)]
    if spans is None:
        raise ValueError("units: give the spans that are to be coded, such as notes.quotes")
    return sorted(set(zip(spans["doc_id"], spans["start"], spans["end"], strict=True)))


def _sentences(body: str) -> list[tuple[int, int]]:
    """From where to where each sentence reaches, without the blanks around it."""
    places = []
    for start, end in pairwise([0, *sentence_ends(body)]):
        text = body[start:end]
        if text.strip():
            places.append((start + len(text) - len(text.lstrip()), start + len(text.rstrip())))
    return places


def within(
    units: pd.DataFrame, spans: pd.DataFrame, *, column: str = "frame", whole: bool = True
) -> pd.DataFrame:
    """The spans that lie in each unit, as codes.

    Args:
        units: unit, doc_id, start, end.
        spans: doc_id, start, end and `column`.
        column: the column of `spans` that holds the code.
        whole: only spans that lie wholly in a unit; else those that overlap it, too.

    Returns:
        unit, start, end (characters of the body), value.

    Raises:
        ValueError: for a column that is not among those of the spans.

    Examples:
        >>> table = pd.DataFrame({"unit": ["a:16-28"], "doc_id": ["a"], "start": [16], "end": [28]})
        >>> codes = {"doc_id": "a", "start": [0, 16], "end": [9, 21], "frame": ["peace", "war"]}
        >>> within(table, pd.DataFrame(codes))
              unit  start  end value
        0  a:16-28     16   21   war
    """
    columns = ["doc_id", "start", "end", column]
    schema.need(spans, columns, "within: spans")
    spans = spans[columns].rename(columns={column: "value"}).astype({"doc_id": "str"})
    places = units[["unit", "doc_id", "start", "end"]]
    both = places.merge(spans, on="doc_id", suffixes=("_of_unit", ""))
    first, last = both["start_of_unit"], both["end_of_unit"]
    inside = (both["start"] < last) & (both["end"] > first)
    if whole:
        inside = (both["start"] >= first) & (both["end"] <= last)
    codes = both.loc[inside & both["value"].notna(), ["unit", "start", "end", "value"]]
    return codes.reset_index(drop=True)


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
    """A random sample of units, each with its probability of having been drawn.

    Any estimate from the sample has to weight units by 1 / probability.

    Args:
        units: what can be coded, as `units` gives it.
        size: how many units to draw.
        by: columns whose values are strata, drawn from in proportion to their size, but at least
            one unit each, so that no unit is out of reach; none for a simple random sample.
        each: draw `size` units of every stratum.
        positive: a column that is true where the program codes what is sought; `share` of the
            sample is drawn from these units, the rest from the others.
        share: of the positive units in the sample, between 0 and 1.
        seed: of the random numbers.

    Returns:
        The drawn units with `stratum` and `probability` (above 0 to 1).

    Raises:
        ValueError: for an empty draw and for a stratum smaller than asked.

    Examples:
        >>> table = pd.DataFrame({"unit": list("abcdef"), "publisher": list("xxxxyy")})
        >>> draw(table, 3, by="publisher")[["stratum", "probability"]].values.tolist()
        [['x', 0.5], ['x', 0.5], ['y', 0.5]]
    """
    by = schema.listed(by)
    schema.need(units, ["unit", *by, *filter(None, [positive])], "draw: units")
    if units.empty or size < 1:
        wrong = f"{size} of {len(units)} units would be an empty draw"
        raise ValueError(f"draw: {wrong}; give units, and a size of 1 or more")
    if not units["unit"].is_unique:
        twice = units.loc[units["unit"].duplicated(), "unit"].iloc[0]
        raise ValueError(f"draw: unit {twice!r} stands twice; keep one")
    if positive and not 0 < share < 1:
        remedy = "give one between 0 and 1, both excluded"
        raise ValueError(f"draw: a share of {share} positive units; {remedy}")
    units = units.reset_index(drop=True)
    random_numbers = np.random.default_rng(seed)
    drawn = []
    for side, rows, wanted in _sides(units, size, positive, share=share, each=each):
        strata = _strata(units, rows, by, side)
        sizes = [len(members) for _, members in strata]
        takes = [wanted] * len(strata) if each else _allocated(sizes, wanted, side)
        for (name, members), take in zip(strata, takes, strict=True):
            _check_stratum(name, len(members), take)
            chosen = np.sort(random_numbers.choice(members, take, replace=False))
            probability = take / len(members)
            drawn.append(units.iloc[chosen].assign(stratum=name or "all", probability=probability))
    return pd.concat(drawn).sort_index().reset_index(drop=True)


def _sides(
    units: pd.DataFrame, size: int, positive: str | None, *, share: float, each: bool
) -> list[tuple[str, _Rows, int]]:
    """All units, or those that the program codes and the others: name, rows, how many to draw."""
    if not positive:
        return [("", np.arange(len(units)), size)]
    coded = units[positive].fillna(False).to_numpy(dtype=bool)
    wanted = size if each else round(size * share)
    rest = size if each else size - wanted
    return [("positive", np.flatnonzero(coded), wanted), ("other", np.flatnonzero(~coded), rest)]


def _strata(
    units: pd.DataFrame, rows: _Rows, by: Sequence[str], side: str
) -> list[tuple[str, _Rows]]:
    """The name and the rows of each stratum."""
    if not by:
        return [(side, rows)]
    groups = units.iloc[rows].groupby(list(by), dropna=False, observed=True).indices
    strata = []
    for key, at in groups.items():
        values = [str(value) for value in (key if isinstance(key, tuple) else (key,))]
        strata.append((" / ".join([*values, side] if side else values), rows[at]))
    return strata


def _check_stratum(name: str, size: int, take: int) -> None:
    if take > size:
        of = f" of stratum {name!r}" if name else ""
        remedy = "ask for fewer, or merge strata"
        raise ValueError(f"draw: {take} units asked{of}, which has {size}; {remedy}")


def _allocated(sizes: Sequence[int], wanted: int, side: str) -> list[int]:
    """How many of each stratum: in proportion, at least one, largest remainders first."""
    whole = sum(sizes)
    what = f"{wanted} {side} units" if side else f"{wanted} units"
    if wanted > whole:
        raise ValueError(f"draw: {what} asked, and there are {whole}; ask for fewer")
    if wanted < len(sizes):
        wrong = f"{what} for {len(sizes)} strata would leave some out of reach"
        raise ValueError(f"draw: {wrong}; ask for more, or merge strata")
    exact = [wanted * size / whole for size in sizes]
    takes = [max(1, int(part)) for part in exact]
    while sum(takes) != wanted:
        step = 1 if sum(takes) < wanted else -1
        free = [at for at, take in enumerate(takes) if 1 <= take + step <= sizes[at]]
        takes[max(free, key=lambda at: step * (exact[at] - takes[at]))] += step
    return takes
