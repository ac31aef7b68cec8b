"""Dedupe: which articles are copies of one text, how they came from its earliest, and what they share; none is dropped."""

from collections.abc import Collection
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from press_coverage.codebooks.agencies import from_agency
from press_coverage.copies.shingles import (
    RUN,
    Hashes,
    Ints,
    Words,
    contained,
    covered,
    places_of,
    runs,
    sampled,
    words_of,
)
from press_coverage.tables import schema
from press_coverage.tables.progress import bar

ONE_IN = 6  # runs that are compared of all
BEFORE = 3  # articles that each is compared with, of those that have a run: the nearest in time
SURE, LIKELY, AGENCY_LIKELY = (
    0.5,
    0.15,
    0.05,
)  # share of the compared runs: a copy without a closer look; worth a closer look
COPY = 0.5  # share of the words of the shorter that stand in the longer
REWRITE, REWRITE_DAYS = (
    0.3,
    3.0,
)  # the same where an agency is credited, and how many days may lie between
THIN = 0.2  # of the longer: an article may hold one so much shorter, not several that differ, or it would tie them together
CHANGED = 0.15  # how much more of one stands in the other than the other way round, for a cut or an expansion
_PART = 2_000  # articles whose texts are taken out of the table at a time
_SOME = 64  # articles of a group that are compared with its earliest at a time


def dedupe(
    articles: pd.DataFrame,
    *,
    days: float | None = 30,
    languages: Collection[str] | None = None,
    progress: bool = True,
) -> pd.DataFrame:
    """The articles with dup_group, dup_kind and dup_share, in the same order; none is dropped.

    Two articles are copies if half the words of the shorter stand in the longer in runs of four; where an agency is credited and no
    more than three days lie between, 30 % is enough. A group is named after its earliest article (doc_id), as is an article without
    copies after itself. `dup_share` is the share of the article's words that stand in the earliest. `dup_kind` says what became of
    the earliest in it: identical (the same words), cut, expanded, edited, agency_rewrite (less than half of it is left); it is empty
    for the earliest. Articles are compared within `days` (None: all, as are those without a date) and within a language; with
    `languages`, only articles in these. `articles` needs doc_id and body; see `press_coverage.tables.schema.check` for what it raises.

    Source: candidates by sampled runs of words, by resemblance and containment (Broder 1997, doi:10.1109/SEQUEN.1997.666900).

    >>> text = "Envoys of both sides met in the border village on Friday to speak about the summit in Singapore."
    >>> rows = {"doc_id": ["a", "b", "c"], "body": [text, text + " Nobody would say what came of it.", "Rain is expected in the south."]}
    >>> found = dedupe(pd.DataFrame(rows))
    >>> found["dup_group"].tolist(), found["dup_kind"].dropna().tolist(), found["dup_share"].dropna().round(2).tolist()
    (['a', 'a', 'c'], ['expanded'], [0.72])
    """
    articles = schema.check(articles, "articles")
    chosen = articles["body"].fillna("").ne("") & (
        articles["language"].isin(languages) if languages is not None else True
    )
    found = articles.loc[chosen, ["doc_id", "publisher", "language", "agency", "publishing_date"]]
    found = found.sort_values("publishing_date", kind="stable", na_position="last")
    parts = [found.index[start : start + _PART] for start in range(0, len(found), _PART)]
    words, offsets = words_of(
        body
        for part in bar(parts, "words", "part", show=progress)
        for body in articles.loc[part, "body"].tolist()
    )
    groups = _groups(found, words, offsets, days, progress)
    members: dict[int, list[int]] = {}
    for at, first in enumerate(groups):
        if at != first:
            members.setdefault(first, []).append(at)
    kinds: list[str | None] = [None] * len(found)
    shares: list[float | None] = [None] * len(found)
    for first, others in bar(members.items(), "compare", "group", show=progress):
        for start in range(0, len(others), _SOME):
            for at, share, kind in _compared(first, others[start : start + _SOME], words, offsets):
                shares[at], kinds[at] = share, kind
    agency = from_agency(found).to_numpy()
    ids = found["doc_id"].to_numpy()
    told = pd.DataFrame(
        {
            "dup_group": ids[groups],
            "dup_kind": pd.Series(kinds, dtype="str").to_numpy(),
            "dup_share": shares,
        },
        found.index,
    )
    told["dup_share"] = told["dup_share"].astype(float)
    rewritten = told["dup_share"].lt(COPY) & (agency | agency[groups])
    told["dup_kind"] = told["dup_kind"].mask(rewritten, "agency_rewrite")
    out = articles.assign(**told.reindex(articles.index))
    out["dup_group"] = out["dup_group"].fillna(out["doc_id"])
    return schema.check(out, "articles")


class _Pairs(NamedTuple):
    """Articles that share runs: the earlier, the later, and the share of the compared runs of the shorter."""

    early: Ints
    late: Ints
    share: npt.NDArray[np.float64]


def _groups(
    found: pd.DataFrame, words: Words, offsets: Ints, days: float | None, progress: bool
) -> list[int]:
    """For each article the place of the earliest of its group."""
    pairs = _pairs(words, offsets)
    day = found["publishing_date"].astype("int64").to_numpy() / 86_400e6
    day[found["publishing_date"].isna().to_numpy()] = np.nan
    apart = np.abs(day[pairs.early] - day[pairs.late])
    language = pd.factorize(found["language"])[0]
    agency = from_agency(found).to_numpy()
    wired = (agency[pairs.early] | agency[pairs.late]) & ~(apart > REWRITE_DAYS)
    near = (language[pairs.early] == language[pairs.late]) & ~(
        apart > (np.inf if days is None else days)
    )
    size = np.diff(offsets)
    short, long = (
        np.minimum(size[pairs.early], size[pairs.late]),
        np.maximum(size[pairs.early], size[pairs.late]),
    )
    sure = near & (pairs.share >= SURE) & (pairs.share * short >= THIN * long)
    ties = coo_array(
        (sure[sure], (pairs.early[sure], pairs.late[sure])), shape=(len(found), len(found))
    )
    parts = connected_components(ties, directed=False)[1]
    firsts = np.unique(parts, return_index=True)[1][
        parts
    ].tolist()  # the earliest of each, as the articles are in order
    doubtful = np.flatnonzero(
        near
        & ~sure
        & (pairs.share >= np.where(wired, AGENCY_LIKELY, LIKELY))
        & (parts[pairs.early] != parts[pairs.late])
    )
    doubtful = doubtful[np.argsort(-pairs.share[doubtful], kind="stable")]

    def root(at: int) -> int:
        while firsts[at] != at:
            firsts[at] = firsts[firsts[at]]
            at = firsts[at]
        return int(at)

    @lru_cache(maxsize=10_000)
    def in_order(at: int) -> Hashes:
        return np.sort(runs(words[offsets[at] : offsets[at + 1]]))

    holds: set[int] = set()  # groups that hold a much shorter article
    rows = zip(
        *(part[doubtful].tolist() for part in (pairs.early, pairs.late, pairs.share, wired)),
        strict=True,
    )
    for early, late, share, wire in bar(list(rows), "link", "pair", show=progress):
        one, two = sorted((root(early), root(late)))
        if one == two:
            continue
        less, more = sorted((early, late), key=lambda at: size[at])
        if share < SURE:
            share = contained(runs(words[offsets[less] : offsets[less + 1]]), in_order(more))
        thin = share * size[less] < THIN * size[more]
        if share < (REWRITE if wire else COPY) or (thin and {one, two} & holds):
            continue
        if thin or {one, two} & holds:
            holds.add(one)
        firsts[two] = one
    return [root(at) for at in range(len(found))]


def _pairs(words: Words, offsets: Ints) -> _Pairs:
    """Articles that share compared runs: each with the last few before it that have the run, so that time grows with their number."""
    runs_, texts = sampled(words, offsets, ONE_IN)
    count = len(offsets) - 1
    keys = [np.zeros(0, dtype=np.int64)]
    for step in range(1, BEFORE + 1):
        same = runs_[step:] == runs_[:-step]
        keys.append(texts[:-step][same].astype(np.int64) * count + texts[step:][same])
    key = np.concatenate(keys)
    del keys
    key.sort()
    first = np.ones(len(key), dtype=bool)
    first[1:] = key[1:] != key[:-1]
    new = np.flatnonzero(first)
    shared = np.diff(new, append=len(key))
    early, late = np.divmod(key[new], count)
    sizes = np.bincount(texts, minlength=count)
    least = np.minimum(sizes[early], sizes[late])
    enough = (shared > 1) | (
        shared >= LIKELY * least
    )  # one run in common says something of short articles alone
    same = np.array(_identical(words, offsets), dtype=np.int64).reshape(
        -1, 2
    )  # of which no run may have been compared
    share = np.concatenate([np.ones(len(same)), shared[enough] / least[enough]])
    return _Pairs(
        np.concatenate([same[:, 0], early[enough]]),
        np.concatenate([same[:, 1], late[enough]]),
        share,
    )


def _identical(words: Words, offsets: Ints) -> list[tuple[int, int]]:
    """Each article with the last one before it that has the same words, if it has enough for a run."""
    last: dict[bytes, int] = {}
    pairs = []
    for at, (start, end) in enumerate(pairwise(offsets.tolist())):
        if end - start >= RUN:
            key = words[start:end].tobytes()
            if key in last:
                pairs.append((last[key], at))
            last[key] = at
    return pairs


def _compared(
    first: int, others: list[int], words: Words, offsets: Ints
) -> list[tuple[int, float, str]]:
    """Each other article with the share of its words that stand in the first, and what became of the first in it."""
    source = words[offsets[first] : offsets[first + 1]]
    parts = [words[offsets[at] : offsets[at + 1]] for at in others]
    number = np.repeat(np.arange(len(parts)), [len(part) for part in parts])
    every = runs(np.concatenate(parts))
    inside = number[: len(every)] == number[RUN - 1 :]
    theirs, where = np.unique(runs(source), return_inverse=True)
    if not len(theirs):
        return [
            (at, 1.0, "identical") for at in others
        ]  # too short for a run; they came together by being the same
    at = np.searchsorted(theirs, every)
    at[at == len(theirs)] = 0
    hits = (theirs[at] == every) & inside
    ours = np.add.reduceat(
        covered(hits).astype(np.int64), np.flatnonzero(np.diff(number, prepend=-1))
    )
    seen = np.zeros((len(parts), len(theirs)), dtype=bool)
    seen[number[: len(every)][hits], at[hits]] = True
    kept = covered(seen[:, where]).mean(axis=1)
    told = []
    for member, part, held, back in zip(others, parts, ours, kept, strict=True):
        share = float(held / len(part))
        if len(part) == len(source) and bool((part == source).all()):
            kind = "identical"
        elif share - back >= CHANGED:
            kind = "cut"
        else:
            kind = "expanded" if back - share >= CHANGED else "edited"
        told.append((member, round(share, 4), kind))
    return told


def passages(articles: pd.DataFrame) -> pd.DataFrame:
    """What copies share with the earliest of their group: doc_id, start, end, source_doc_id, source_start, source_end.

    A passage is a run of four words or more that stands in both bodies, as long as it goes on in both; offsets count characters in
    the bodies. `articles` are those that `dedupe` gave; raises SchemaError without its columns.

    >>> text = "Envoys of both sides met in the border village on Friday to speak about the summit in Singapore."
    >>> rows = {"doc_id": ["a", "b"], "body": [text, "On Sunday, too: " + text.replace("Friday", "Sunday")]}
    >>> found = passages(dedupe(pd.DataFrame(rows)))
    >>> [rows["body"][1][start:end] for start, end in zip(found["start"], found["end"])]
    ['Envoys of both sides met in the border village on', 'to speak about the summit in Singapore']
    """
    if "dup_group" not in articles:
        raise schema.SchemaError("articles: no column 'dup_group'; run dedupe first")
    bodies = articles.set_index("doc_id")["body"]
    rows: list[dict[str, object]] = []
    for source, group in articles[articles["dup_group"] != articles["doc_id"]].groupby(
        "dup_group", sort=False
    ):
        theirs, starts, ends = places_of(bodies[source])
        known: dict[int, list[int]] = {}
        for at, run in enumerate(runs(theirs).tolist()):
            known.setdefault(run, []).append(at)
        for doc_id, body in zip(group["doc_id"], group["body"], strict=True):
            words, own_starts, own_ends = places_of(body)
            for at, to, size in _aligned(runs(words).tolist(), known):
                place = {"start": own_starts[at], "end": own_ends[at + size - 1]}
                there = {"source_start": starts[to], "source_end": ends[to + size - 1]}
                rows.append({"doc_id": doc_id, **place, "source_doc_id": source, **there})
    columns = ["doc_id", "start", "end", "source_doc_id", "source_start", "source_end"]
    return pd.DataFrame(rows, columns=columns)


def _aligned(found: list[int], known: dict[int, list[int]]) -> list[tuple[int, int, int]]:
    """Runs of words in both: place, place in the source, number of words; of several places in the source the one that goes on."""
    out: list[tuple[int, int, int]] = []
    for at, run in enumerate(found):
        if run not in known:
            continue
        if (
            out
            and out[-1][0] + out[-1][2] == at + RUN - 1
            and out[-1][1] + out[-1][2] - RUN + 1 in known[run]
        ):
            out[-1] = (*out[-1][:2], out[-1][2] + 1)
        else:
            out.append((at, known[run][0], RUN))
    return out
