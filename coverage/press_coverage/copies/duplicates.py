"""Dedupe: which articles are copies of one text, how they came from its earliest, what they share.

No article is dropped.
"""

from collections.abc import Collection, Iterator
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from press_coverage.codebooks.agencies import from_agency
from press_coverage.copies import shingles
from press_coverage.copies.shingles import RUN, Flags, Hashes, Ints, Words, covered, runs
from press_coverage.tables import schema
from press_coverage.tables.progress import bar

ONE_IN = 6  # runs that are compared of all
BEFORE = 3  # articles that each is compared with, of those that have a run: the nearest in time
# share of the compared runs: a copy without a closer look; worth one; worth one with an agency
SURE, LIKELY, AGENCY_LIKELY = 0.5, 0.15, 0.05
COPY = 0.5  # share of the words of the shorter that occur in the longer
# the same where an agency is credited, and how many days may lie between
REWRITE, REWRITE_DAYS = 0.3, 3.0
# of the longer: an article may hold one so much shorter, not several that differ, or it would tie
# them together
THIN = 0.2
# how much more of one occurs in the other than the other way round, for a cut or an expansion
CHANGED = 0.15
_PART = 2_000  # articles whose texts are taken out of the table at a time
_SOME = 64  # articles of a group that are compared with its earliest at a time


class _Texts(NamedTuple):
    """The words of all articles, one text after the other, and where each begins."""

    words: Words
    offsets: Ints

    def of(self, at: int) -> Words:
        return self.words[self.offsets[at] : self.offsets[at + 1]]


def dedupe(
    articles: pd.DataFrame,
    *,
    days: float | None = 30,
    languages: Collection[str] | None = None,
    progress: bool = True,
) -> pd.DataFrame:
    """Which articles are copies of one text; none is dropped.

    Two articles are copies if half the words of the shorter occur in the longer in runs of four;
    where an agency is credited and no more than three days lie between, 30 % is enough.

    Args:
        articles: doc_id and body, and publishing_date, language, publisher and agency where there
            are any.
        days: articles are compared within so many days; None compares all. Articles without a date
            are compared with all.
        languages: only articles in these are compared; None compares within each language.
        progress: whether to show a bar.

    Returns:
        The articles in the same order, with dup_group, dup_kind and dup_share. A group is named
        after its earliest article (doc_id), as is an article without copies after itself.
        `dup_share` is the share of the article's words that occur in the earliest. `dup_kind` says
        what became of the earliest in it: identical (the same words), cut, expanded, edited,
        agency_rewrite (less than half of it is left); it is empty for the earliest.

    Raises:
        SchemaError: the table is no table of articles.

    Source:
        Candidates by sampled runs of words, by resemblance and containment (Broder 1997,
        doi:10.1109/SEQUEN.1997.666900).

    Examples:
        >>> text = "Envoys of both sides met in the border village on Friday to speak of a summit."
        >>> bodies = [text, text + " Nobody would say what came of it.", "Rain is expected."]
        >>> table = dedupe(pd.DataFrame({"doc_id": ["a", "b", "c"], "body": bodies}))
        >>> table["dup_group"].tolist(), table["dup_kind"].dropna().tolist()
        (['a', 'a', 'c'], ['expanded'])
        >>> table["dup_share"].dropna().round(2).tolist()
        [0.7]
    """
    articles = schema.check(articles, "articles")
    chosen = articles["body"].fillna("").ne("")
    if languages is not None:
        chosen &= articles["language"].isin(languages)
    columns = ["doc_id", "publisher", "language", "agency", "publishing_date"]
    rows = articles.loc[chosen, columns]
    rows = rows.sort_values("publishing_date", kind="stable", na_position="last")
    parts = [rows.index[start : start + _PART] for start in range(0, len(rows), _PART)]
    bodies = (
        body
        for part in bar(parts, "words", "part", show=progress)
        for body in articles.loc[part, "body"].tolist()
    )
    texts = _Texts(*shingles.words_of(bodies))
    agency = from_agency(rows).to_numpy()
    firsts = _groups(rows, agency, texts, days, progress)
    copies = pd.DataFrame({"dup_group": rows["doc_id"].to_numpy()[firsts]}, rows.index)
    kinds: list[str | None] = [None] * len(rows)
    shares = np.full(len(rows), np.nan)
    for at, share, kind in _kinds(firsts, texts, progress):
        shares[at], kinds[at] = share, kind
    rewritten = (shares < COPY) & (agency | agency[firsts])
    copies["dup_kind"] = pd.Series(kinds, rows.index, dtype="str").mask(rewritten, "agency_rewrite")
    copies["dup_share"] = shares
    table = articles.assign(**copies.reindex(articles.index))
    table["dup_group"] = table["dup_group"].fillna(table["doc_id"])
    return schema.check(table, "articles")


class _Pairs(NamedTuple):
    """Articles that share runs: the earlier, the later, and the share of the compared runs.

    The share is of the runs of the shorter.
    """

    early: Ints
    late: Ints
    share: NDArray[np.float64]

    def part(self, at: NDArray[np.bool_] | NDArray[np.intp]) -> "_Pairs":
        return _Pairs(self.early[at], self.late[at], self.share[at])


def _groups(
    rows: pd.DataFrame, agency: Flags, texts: _Texts, days: float | None, progress: bool
) -> list[int]:
    """For each article the place of the earliest of its group."""
    pairs = _pairs(texts)
    day = rows["publishing_date"].astype("int64").to_numpy() / 86_400e6
    day[rows["publishing_date"].isna().to_numpy()] = np.nan
    apart = np.abs(day[pairs.early] - day[pairs.late])
    language = pd.factorize(rows["language"])[0]
    near = language[pairs.early] == language[pairs.late]
    if days is not None:
        near &= ~(apart > days)
    wired = (agency[pairs.early] | agency[pairs.late]) & ~(apart > REWRITE_DAYS)
    size = np.diff(texts.offsets)
    shorter = np.minimum(size[pairs.early], size[pairs.late])
    longer = np.maximum(size[pairs.early], size[pairs.late])
    sure = near & (pairs.share >= SURE) & (pairs.share * shorter >= THIN * longer)
    links = (sure[sure], (pairs.early[sure], pairs.late[sure]))
    graph = coo_array(links, shape=(len(rows), len(rows)))
    part = connected_components(graph, directed=False)[1]
    # as the articles are in the order of time, the first of each part is its earliest
    firsts = np.unique(part, return_index=True)[1][part].tolist()
    likely = near & ~sure & (pairs.share >= np.where(wired, AGENCY_LIKELY, LIKELY))
    at = np.flatnonzero(likely & (part[pairs.early] != part[pairs.late]))
    at = at[np.argsort(-pairs.share[at], kind="stable")]
    enough = np.where(wired, REWRITE, COPY)[at].tolist()
    return _linked(firsts, pairs.part(at), enough, texts, progress)


def _linked(
    firsts: list[int], pairs: _Pairs, enough: list[float], texts: _Texts, progress: bool
) -> list[int]:
    """The earliest of each article's group, after a closer look at the pairs in doubt.

    `firsts` are those of the groups so far, `enough` is the share from which a pair are copies.
    """

    def root(at: int) -> int:
        while firsts[at] != at:
            firsts[at] = firsts[firsts[at]]
            at = firsts[at]
        return at

    @lru_cache(maxsize=10_000)
    def in_order(at: int) -> Hashes:
        return np.sort(runs(texts.of(at)))

    size = np.diff(texts.offsets)
    holders: set[int] = set()  # groups that hold a much shorter article
    doubtful = list(zip(*(column.tolist() for column in pairs), enough, strict=True))
    for early, late, share, least in bar(doubtful, "link", "pair", show=progress):
        first, second = sorted((root(early), root(late)))
        if first == second:
            continue
        less, more = sorted((early, late), key=lambda at: size[at])
        if share < SURE:
            share = shingles.contained(runs(texts.of(less)), in_order(more))
        thin, held = share * size[less] < THIN * size[more], not holders.isdisjoint((first, second))
        if share < least or (thin and held):
            continue
        if thin or held:
            holders.add(first)
        firsts[second] = first
    return [root(at) for at in range(len(firsts))]


def _pairs(texts: _Texts) -> _Pairs:
    """Articles that share compared runs, each with the last few before it that have the run.

    So time grows with the number of articles, not with that of pairs.
    """
    hashes, owners = shingles.sampled(texts.words, texts.offsets, ONE_IN)
    count = len(texts.offsets) - 1
    keys = [np.zeros(0, dtype=np.int64)]
    for step in range(1, BEFORE + 1):
        same = hashes[step:] == hashes[:-step]
        keys.append(owners[:-step][same].astype(np.int64) * count + owners[step:][same])
    key = np.concatenate(keys)
    del keys
    key.sort()
    first = np.ones(len(key), dtype=bool)
    first[1:] = key[1:] != key[:-1]
    new = np.flatnonzero(first)
    shared = np.diff(new, append=len(key))
    early, late = np.divmod(key[new], count)
    sizes = np.bincount(owners, minlength=count)
    share = shared / np.minimum(sizes[early], sizes[late])
    # one run in common says something of short articles alone
    shared_runs = _Pairs(early, late, share).part((shared > 1) | (share >= LIKELY))
    same = np.array(_identical(texts), dtype=np.int64).reshape(-1, 2)  # may share no compared run
    certain = _Pairs(same[:, 0], same[:, 1], np.ones(len(same)))
    return _Pairs(*(np.concatenate(columns) for columns in zip(certain, shared_runs, strict=True)))


def _identical(texts: _Texts) -> list[tuple[int, int]]:
    """Each article with the last one before it that has the same words, if enough for a run."""
    last: dict[bytes, int] = {}
    pairs = []
    for at, (start, end) in enumerate(pairwise(texts.offsets.tolist())):
        if end - start >= RUN:
            key = texts.words[start:end].tobytes()
            if key in last:
                pairs.append((last[key], at))
            last[key] = at
    return pairs


def _kinds(firsts: list[int], texts: _Texts, progress: bool) -> Iterator[tuple[int, float, str]]:
    """Each copy with the share of its words in the earliest, and what became of that in it."""
    groups: dict[int, list[int]] = {}
    for at, first in enumerate(firsts):
        if at != first:
            groups.setdefault(first, []).append(at)
    for first, copies in bar(groups.items(), "compare", "group", show=progress):
        for start in range(0, len(copies), _SOME):
            yield from _compared(texts.of(first), copies[start : start + _SOME], texts)


def _compared(source: Words, copies: list[int], texts: _Texts) -> Iterator[tuple[int, float, str]]:
    bodies = [texts.of(at) for at in copies]
    number = np.repeat(np.arange(len(bodies)), [len(body) for body in bodies])
    every = runs(np.concatenate(bodies))
    known, where = np.unique(runs(source), return_inverse=True)
    if not len(known):  # too short for a run; they came together by being the same
        yield from ((at, 1.0, "identical") for at in copies)
        return
    place = np.searchsorted(known, every)
    place[place == len(known)] = 0
    inside = number[: len(every)] == number[RUN - 1 :]  # runs within one body
    hits = (known[place] == every) & inside
    starts = np.flatnonzero(np.diff(number, prepend=-1))
    held = np.add.reduceat(covered(hits).astype(np.int64), starts)
    seen = np.zeros((len(bodies), len(known)), dtype=bool)
    seen[number[: len(every)][hits], place[hits]] = True
    kept = covered(seen[:, where]).mean(axis=1)
    for at, body, words, back in zip(copies, bodies, held, kept, strict=True):
        share = float(words / len(body))
        kind = "identical" if np.array_equal(body, source) else _kind(share - back)
        yield at, round(share, 4), kind


def _kind(surplus: float) -> str:
    """What became of a text in a copy that has `surplus` more of its words from it than it kept."""
    if surplus >= CHANGED:
        return "cut"
    return "expanded" if -surplus >= CHANGED else "edited"


def passages(articles: pd.DataFrame) -> pd.DataFrame:
    """What copies share with the earliest of their group.

    A passage is a run of four words or more that occurs in both bodies, as long as it goes on in
    both.

    Args:
        articles: as `dedupe` gives them.

    Returns:
        doc_id, start, end, source_doc_id, source_start, source_end; offsets count characters in
        the bodies.

    Raises:
        SchemaError: `dedupe` was not run.

    Examples:
        >>> text = "Envoys of both sides met in the border village on Friday to speak of a summit."
        >>> bodies = [text, "On Sunday, too: " + text.replace("Friday", "Sunday")]
        >>> table = passages(dedupe(pd.DataFrame({"doc_id": ["a", "b"], "body": bodies})))
        >>> [bodies[1][start:end] for start, end in zip(table["start"], table["end"])]
        ['Envoys of both sides met in the border village on', 'to speak of a summit']
    """
    if "dup_group" not in articles:
        raise schema.SchemaError("articles: no column 'dup_group'; run dedupe first")
    bodies = articles.set_index("doc_id")["body"]
    copies = articles[articles["dup_group"] != articles["doc_id"]]
    rows: list[tuple[object, ...]] = []
    for source, group in copies.groupby("dup_group", sort=False):
        words, starts, ends = shingles.places_of(bodies[source])
        known: dict[int, list[int]] = {}
        for at, run in enumerate(runs(words).tolist()):
            known.setdefault(run, []).append(at)
        for doc_id, body in zip(group["doc_id"], group["body"], strict=True):
            words, first, last = shingles.places_of(body)
            for at, to, size in _aligned(runs(words).tolist(), known):
                place = first[at], last[at + size - 1]
                rows.append((doc_id, *place, source, starts[to], ends[to + size - 1]))
    columns = ["doc_id", "start", "end", "source_doc_id", "source_start", "source_end"]
    return pd.DataFrame(rows, columns=columns)


def _aligned(hashes: list[int], known: dict[int, list[int]]) -> list[tuple[int, int, int]]:
    """Runs of words in both: place, place in the source, number of words.

    Of several places in the source, the one that goes on.
    """
    spans: list[tuple[int, int, int]] = []
    for at, run in enumerate(hashes):
        if run not in known:
            continue
        start, to, size = spans[-1] if spans else (-1, -1, 0)
        # the run that goes on with the last span begins at its last words but one
        further = size - RUN + 1
        if size and start + further == at and to + further in known[run]:
            spans[-1] = (start, to, size + 1)
        else:
            spans.append((at, known[run][0], RUN))
    return spans
