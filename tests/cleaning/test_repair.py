"""Repair: what is mended, what stays, and that every character leads back."""

import json
import random
import re
import unicodedata
from itertools import pairwise
from pathlib import Path
from typing import Any

import ftfy
import numpy as np
import pytest
from ftfy.badness import MOJIBAKE_CATEGORIES, is_bad
from hypothesis import example, given, settings
from hypothesis import strategies as st

from press_coverage.cleaning import repairs as module
from press_coverage.cleaning.repairs import mend, repair
from press_coverage.text.edits import Edit, apply, chain, trace

CASES = json.loads(
    (Path(__file__).parents[1] / "cases" / "repair.json").read_text(encoding="utf-8")
)
SUSPECTS = sorted(
    {c for part in MOJIBAKE_CATEGORIES.values() for c in part if c != "-"}
    | set("‚ÄГўВЂСβ€™ā≈°√±×²aéZ .?!\n1")
)
PIECES = (
    *"aäZe.,-–„“»«’&;#\n\r\t \u00a0\u00ad\u00ac\u200b\u200c\u200d\u200e\u202a\u2028\ufeff",
    *"\x00\x0c\x1b\x1c\x85\x9d\x81\ufffdﬁﬀǅ",
    *"\ud83d\ude00\ud800\u0308\u0301\u0323\u0344\u0f73\u0958\u1111\u1167\u11bc\u212b\uff01ｶ\uff9e\u05d0\u0645הไйЙВ°сÃÂâ€œ™ï»¿",
    *(
        "&amp;",
        "&nbsp;",
        "&shy;",
        "&#13;",
        "&#xd800;",
        "amp;",
        "-\n",
        "und",
        "tung",
        "Ã¼",
        "Ã\xa0",
        "Ã ",
        "â€ž",
        "â€\x9d",
        "Ð¢",
        "\x1b[1m",
    ),
)
characters = st.integers(0, 0x10FFFF).map(chr)
texts = st.one_of(
    st.text(characters, max_size=60), st.lists(st.sampled_from(PIECES), max_size=60).map("".join)
)
some = settings(derandomize=True, database=None, deadline=None, max_examples=400)


def edits_of(text: str, data: Any, new: str = "aé \n") -> list[Edit]:
    """Any edits of the text, sorted and apart."""
    ends = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=12)))
    spans = zip(ends[::2], ends[1::2], strict=False)
    return [
        Edit(start, end, data.draw(st.text(new, max_size=4)), data.draw(st.sampled_from("xyz")))
        for start, end in spans
    ]


@pytest.mark.parametrize("case", CASES, ids=[case["label"] for case in CASES])
def test_texts_are_mended_as_they_should(case: dict[str, Any]) -> None:
    assert mend(case["text"])[0] == case["mended"]
    assert sorted(mend(case["text"])[1]) == sorted(case["rules"])


def test_edits_are_small_one_an_occurrence() -> None:
    assert repair("für GesprÃ¤che Ã¼ber Ab\u00adrüs\u00adtung") == [
        Edit(9, 11, "ä", "mojibake"), Edit(15, 17, "ü", "mojibake"),
        Edit(23, 24, "", "invisible"), Edit(27, 28, "", "invisible"),
    ]  # fmt: skip
    assert repair("voilÃ le travail Ã s portas") == [
        Edit(4, 5, "à", "mojibake"),
        Edit(17, 19, "à", "mojibake"),
    ]


@some
@given(texts)
@example("e\u0301" * 600)
@example("&&#97;mp;amp;lt;")
def test_a_repaired_text_needs_no_repair(text: str) -> None:
    edits = repair(text)
    once = apply(text, edits)
    assert repair(once) == []
    assert edits == sorted(edits)
    assert all(
        0 <= edit.start <= edit.end <= len(text) and text[edit.start : edit.end] != edit.new
        for edit in edits
    )
    assert all(one.end <= other.start for one, other in pairwise(edits))
    assert len(once) <= 4 * len(text)
    assert not re.search("[\r\t\u00a0\u00ad\ufeff\x00\ud800-\udfff]|  | \n|\n | \\Z", once)
    assert mend(text) == (once, list(dict.fromkeys(edit.rule for edit in edits)))


@some
@given(texts, st.data())
def test_spans_lead_back_to_the_text_as_it_came(text: str, data: Any) -> None:
    edits = data.draw(st.sampled_from([repair(text), edits_of(text, data)]))
    clean = apply(text, edits)
    everywhere = np.arange(len(clean) + 1)
    starts, ends = trace(edits, everywhere), trace(edits, everywhere, "end")
    assert (np.diff(starts) >= 0).all() and (np.diff(ends) >= 0).all()
    assert [trace(edits, int(i)) for i in everywhere] == starts.tolist()
    assert [trace(edits, int(i), "end") for i in everywhere] == ends.tolist()
    origin: list[tuple[int, int]] = []  # of each character of the clean text, the slow way
    at = 0
    for edit in edits:
        origin += [
            *((i, i + 1) for i in range(at, edit.start)),
            *[(edit.start, edit.end)] * len(edit.new),
        ]
        at = edit.end
    origin += ((i, i + 1) for i in range(at, len(text)))
    assert (
        list(zip(starts[:-1], ends[1:], strict=True)) == origin
    )  # so the span i:j leads to starts[i]:ends[j], no wider than it must


@some
@given(texts, st.data())
def test_two_rounds_of_edits_are_one(text: str, data: Any) -> None:
    first = edits_of(text, data)
    between = apply(text, first)
    then = edits_of(between, data, "bü-")
    both = chain(first, then)
    assert apply(text, both) == apply(between, then)
    assert all(one.end <= other.start for one, other in pairwise(both))
    there = np.arange(len(apply(between, then)))
    made = {
        i
        for edit in both
        for i in range(trace_forward(both, edit), trace_forward(both, edit) + len(edit.new))
    }
    kept = np.array([i for i in there if i not in made], dtype=int)
    assert (trace(both, kept) == trace(first, trace(then, kept))).all()


def trace_forward(edits: list[Edit], edit: Edit) -> int:
    """Where what the edit made stands in the new text."""
    before = edits[: edits.index(edit)]
    return edit.start + sum(len(e.new) - (e.end - e.start) for e in before)


def test_the_cheap_test_misses_nothing_that_ftfy_would_change() -> None:
    chance = random.Random(7)
    words = [
        "Pjöngjang",
        "„Über“",
        "Москва",
        "Θεσσαλονίκη",
        "Łódź",
        "10 €",
        "naïve",
        "«Ёлка»",
        "Ångström",
        "…",
        "平壤",
        "‘90er’",
        "’tis",
    ]
    wrong = [
        "cp1252",
        "latin-1",
        "cp1251",
        "cp1250",
        "cp1253",
        "cp1254",
        "cp1257",
        "iso8859-2",
        "mac-roman",
        "cp437",
    ]
    lines = ["".join(chance.choices(SUSPECTS, k=chance.randint(1, 12))) for _ in range(20_000)]
    lines += ["".join(chance.choices("ГўВЂСа β€ΒāÂÃ[a-z]œŒ вЂ", k=9)) for _ in range(10_000)]
    for encoding in wrong * 500:
        lines.append(
            " ".join(chance.choices(words, k=4)).encode().decode(encoding, "replace")
            + chance.choice("\n. ")
        )
    lines += [line[i:] for line in lines[-500:] for i in range(9)]
    missed = [line for line in lines if is_bad(line) and not suspected(line)]
    changed = [
        line
        for line in lines
        if "\n" not in line[:-1] and ftfy.fix_encoding(line) != apply(line, mojibake(line))
    ]
    assert (missed, changed) == ([], [])


def suspected(line: str) -> bool:
    reach = module._REACH
    return any(
        is_bad(line[max(odd.start() - reach, 0) : odd.end() + reach])
        for odd in module._SUSPECT.finditer(line)
    )


def mojibake(line: str) -> list[Edit]:
    return [Edit(start, end, new, "mojibake") for start, end, new in module._mojibake(line)]


def test_characters_passed_over_for_nfc_are_not_changed_by_it() -> None:
    passed = [c for c in map(chr, range(0x10000)) if not module._LOOSE.match(c)]
    composed = [
        c
        for c in map(chr, range(0x110000))
        if len(unicodedata.normalize("NFD", c)) > 1 == len(unicodedata.normalize("NFC", c))
    ]
    seconds = {unicodedata.normalize("NFD", c)[-1] for c in composed}
    assert len(passed) > 30_000
    assert [
        c
        for c in passed
        if unicodedata.combining(c) or unicodedata.normalize("NFC", c) != c or c in seconds
    ] == []


RUNS = [
    "&",
    "&amp;",
    "&#38;",
    "a-",
    "-\n",
    " ",
    "\t",
    "\x1b[1",
    "a\u0315\u0300",
    "Ã ",
    "ÄÖ",
    "\u200d",
    "a",
    "\0",
    "e\u0301",
    "\u0300\u0315",
]


@pytest.mark.parametrize("piece", RUNS, ids=ascii)
def test_long_runs_take_no_longer_than_their_length(piece: str) -> None:
    assert apply(piece * 20_000, repair(piece * 20_000)) is not None
