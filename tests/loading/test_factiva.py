"""Factiva exports: every article, field and paragraph is read, also in cut, joined or odd files."""

import importlib.util
import json
from pathlib import Path
from typing import Any

import pytest
from lxml import html

from press_coverage.loading.exports.factiva import is_factiva, read_factiva

_SPEC = importlib.util.spec_from_file_location(
    "factiva_exports", Path(__file__).parent / "exports" / "factiva.py"
)
assert _SPEC is not None
assert _SPEC.loader is not None
exports = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(exports)

GOLD_FILE = Path(__file__).parents[2] / "data" / "specimens" / "gold" / "articles.jsonl"
GOLD = [json.loads(line) for line in GOLD_FILE.read_text(encoding="utf-8").splitlines()]
BYLINES = {
    "en": ("By Ann Lee and Max Roe", "Ann Lee; Max Roe"),
    "de": ("Von Ann Lee und Max Roe", "Ann Lee; Max Roe"),
}


def articles(language: str, size: int = 40) -> list[dict[str, Any]]:
    return [
        {**a, "authors": BYLINES[language][0]}
        for a in GOLD
        if a["language"] == language and a["publishing_date"]
    ][:size]


def as_text(data: bytes, form: str) -> str:
    if form == "rtf":
        return str(pytest.importorskip("striprtf.striprtf").rtf_to_text(data.decode("ascii")))
    if form == "html":
        tree = html.fromstring(data.decode())
        return "\n".join(cell.text_content() for cell in tree.iter("b", "p"))
    return data.decode()


def read(text: str) -> tuple[list[dict[str, Any]], list[dict[str, Any]], int | None]:
    """The records, the notes, and the declared number."""
    found = list(read_factiva(text))
    records = [item for item in found if "row" in item and "action" not in item]
    declared = [item["declared"] for item in found if "declared" in item]
    return records, [item for item in found if "action" in item], declared[0] if declared else None


def check(records: list[dict[str, Any]], wanted: list[dict[str, Any]], interface: str) -> None:
    assert len(records) == len(wanted)
    for n, (record, article) in enumerate(zip(records, wanted, strict=True), 1):
        printed = {code: lines[0] for code, lines in exports.fields(article, n, interface) if lines}
        assert record["title"] == article["title"]
        assert record["body"] == article["body"]
        assert record["publisher"] == article["publisher"]
        assert record["publishing_date"] == " ".join(
            printed[code] for code in ("PD", "ET") if code in printed
        )
        assert record.get("section") == article["section"]
        assert record["authors"] == BYLINES[article["language"]][1]
        assert record["language"] == printed["LA"]
        assert record["length"] == pytest.approx(len(article["body"].split()), rel=0.03)
        assert record["accession"] == exports.accession(n)


@pytest.mark.parametrize("interface", ["en", "de"])
@pytest.mark.parametrize("form", ["txt", "rtf", "html"])
def test_an_export_with_codes_is_read_whole(form: str, interface: str) -> None:
    wanted = articles(interface)
    text = as_text(exports.render(wanted, form, interface), form)
    records, notes, _ = read(text)
    assert is_factiva(text)
    assert notes == []
    check(records, wanted, interface)


@pytest.mark.parametrize("interface", ["en", "de"])
def test_an_export_without_codes_is_read_whole(interface: str) -> None:
    wanted = articles(interface)
    text = exports.display(wanted, interface)
    records, notes, _ = read(text)
    assert is_factiva(text)
    assert notes == []
    check(records, wanted, interface)


@pytest.mark.parametrize("separator", ["\n", "\t", "|", "  ", " "])
def test_codes_may_be_followed_by_a_line_break_a_tab_a_bar_or_spaces(separator: str) -> None:
    text = as_text(exports.render(articles("en"), "txt", "en"), "txt").replace("\t", separator)
    records, notes, _ = read(text)
    assert is_factiva(text)
    assert notes == []
    check(records, articles("en"), "en")


TWO = articles("en", 2)
CODED = exports.render(TWO, "txt", "en").decode()
PROSE = [
    "US officials said so.",
    "TV crews met.",
    "IN Berlin they met.",
    "PD was silent.",
    "AN envoy came.",
    "LA is far.",
    "HD is sharp.",
]


@pytest.mark.parametrize("paragraph", PROSE)
@pytest.mark.parametrize("separator", ["\t", " "])
def test_prose_that_begins_with_two_capitals_stays_in_the_body(
    paragraph: str, separator: str
) -> None:
    body = f"Two envoys met.\nThey spoke.\n{paragraph}\nThen they left."
    text = (
        exports.render([{**TWO[0], "body": body}, TWO[1]], "txt", "en")
        .decode()
        .replace("\t", separator)
    )
    records, notes, _ = read(text)
    assert [record["body"] for record in records] == [body, TWO[1]["body"]]
    assert notes == []


@pytest.mark.parametrize("layout", ["codes", "display"])
def test_an_export_cut_anywhere_gives_the_words_before_the_cut(layout: str) -> None:
    text = CODED if layout == "codes" else exports.display(TWO, "en")
    start = text.index(TWO[1]["body"].split("\n")[1])
    for size in range(
        start + 40, text.index("NS\t", start) if layout == "codes" else len(text) - 40, 97
    ):
        records, notes, _ = read(text[:size])
        assert len(records) == 2
        assert "cut" in [note["rule"] for note in notes]
        assert records[1]["body"].split()[-1] == text[:size].split()[-1]


@pytest.mark.parametrize("layout", ["codes", "display"])
def test_an_export_whose_first_head_is_missing_keeps_its_text(layout: str) -> None:
    text = CODED if layout == "codes" else exports.display(TWO, "en")
    second = TWO[0]["body"].split("\n")[2]
    records, notes, _ = read(text[text.index(second) :])
    assert len(records) == 2
    assert records[0]["body"].startswith(second)
    assert [note["rule"] for note in notes] == ["cut"]


@pytest.mark.parametrize("layout", ["codes", "display"])
def test_an_article_cut_before_the_next_does_not_swallow_it(layout: str) -> None:
    text = (
        CODED if layout == "codes" else exports.display([{**a, "section": None} for a in TWO], "en")
    )
    lines = [line for line in text.split("\n") if exports.accession(1) not in line]
    records, notes, _ = read("\n".join(lines))
    assert [record["title"] for record in records] == [a["title"] for a in TWO]
    assert [record["body"] for record in records] == [a["body"] for a in TWO]
    assert [(note["rule"], note["row"]) for note in notes] == [("cut", 1)]


def test_joined_exports_of_both_layouts_are_read_and_their_declared_numbers_added() -> None:
    text = f"2 headlines\n{CODED}\n2 headlines\n{exports.display(TWO, 'en')}\n"
    records, notes, declared = read(text)
    assert [record["body"] for record in records] == [a["body"] for a in TWO] * 2
    assert (notes, declared) == ([], 4)


def test_the_summary_of_the_search_is_not_text() -> None:
    summary = ["Search Summary", "Text\tenvoys", "Date\tAll Dates", "Results Found\t2"]
    lines = [CODED, *summary, "© 2018 Factiva, Inc.\n"]
    records, notes, declared = read("\n".join(lines))
    assert [record["body"] for record in records] == [a["body"] for a in TWO]
    assert (notes, declared) == ([], 2)


@pytest.mark.parametrize("missing", ["LP", "TD", "SE", "BY", "HD"])
def test_an_article_without_a_field_keeps_the_others(missing: str) -> None:
    printed = [field for field in exports.rows(TWO, "en")[0] if field[0] not in (missing, "WC")]
    text = "\n".join(f"{code}\t" + "\n".join(lines) for code, lines in printed) + "\n" + CODED
    records, notes, _ = read(text)
    expected = "\n".join(line for code, lines in printed if code in ("LP", "TD") for line in lines)
    assert [record["body"] for record in records] == [expected, TWO[0]["body"], TWO[1]["body"]]
    assert notes == []


def test_fields_in_another_order_are_read() -> None:
    backwards = [list(reversed(record)) for record in exports.rows(TWO, "en")]
    text = "\n".join(
        f"{code}\t" + "\n".join(lines) for record in backwards for code, lines in record
    )
    records, notes, _ = read(text)
    assert [record["body"] for record in records] == [a["body"] for a in TWO]
    assert [record["accession"] for record in records] == [
        exports.accession(1),
        exports.accession(2),
    ]
    assert notes == []


def test_a_declared_length_that_does_not_fit_is_noted() -> None:
    _, notes, _ = read(CODED.replace(" words", "0 words", 1))
    assert [(note["action"], note["rule"], note["row"]) for note in notes] == [
        ("partly_read", "length", 1)
    ]


def test_other_texts_are_not_taken_for_factiva() -> None:
    assert [a["doc_id"] for a in GOLD if is_factiva(f"{a['title']}\n\n{a['body']}")] == []
    nexis = ["Talks", "The Paper", "31 May 2018", "Length: 512 words", "Body", "Two envoys met."]
    assert not is_factiva("\n".join([*nexis, "Load-Date: 31 May 2018"]))
