"""LexisNexis exports: every article, field and paragraph is read.

In three layouts, four forms and two interfaces.
"""

import importlib.util
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from press_coverage import load
from press_coverage.codebooks.reading import check_entries
from press_coverage.loading.exports.nexis import is_nexis, read_nexis
from press_coverage.text.dates import parse_date

_SPEC = importlib.util.spec_from_file_location(
    "nexis_exports", Path(__file__).parent / "exports" / "nexis.py"
)
assert _SPEC is not None
assert _SPEC.loader is not None
exports = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(exports)

GOLD_FILE = Path(__file__).parents[2] / "data" / "specimens" / "gold" / "articles.jsonl"
GOLD = [json.loads(line) for line in GOLD_FILE.read_text(encoding="utf-8").splitlines()]
FORMS = ["txt", "rtf", "docx", "html"]
LAYOUTS = ["uni", "old", "academic"]


def articles(language: str, size: int = 30) -> list[dict[str, Any]]:
    """Specimens with the fields that a database adds; some have them all, some none."""
    found = [a for a in GOLD if a["language"] == language and a["publishing_date"]][:size]
    full = {
        "authors": "Ann Lee; Max Roe",
        "dateline": "SEOUL",
        "highlight": "Two envoys met again.",
        "edition": "Late Edition",
    }
    return [
        {**a, "section": a.get("section") or "NEWS", **(full if n % 3 else {})}
        for n, a in enumerate(found)
    ]


def read(folder: Path, name: str, data: bytes) -> tuple[pd.DataFrame, pd.DataFrame]:
    (folder / name).write_bytes(data)
    return load(folder, progress=False)


def squeezed(text: str) -> str:
    return " ".join(text.split())


def check(found: pd.DataFrame, wanted: list[dict[str, Any]], *, wrapped: bool) -> None:
    assert found["title"].tolist() == [squeezed(a["title"]) for a in wanted]
    assert found["raw"].map(str.split).tolist() == [
        a["body"].split() for a in wanted
    ]  # not a word more or less
    if not wrapped or all(len(p) > 80 for a in wanted for p in a["body"].split("\n")):
        assert found["raw"].tolist() == [a["body"] for a in wanted]
    assert found["publishing_date"].dt.strftime("%Y-%m-%d").tolist() == [
        parse_date(a["publishing_date"][:10])[0].strftime("%Y-%m-%d")  # type: ignore[index]
        for a in wanted
    ]
    assert found["section"].tolist() == [a["section"] for a in wanted]
    assert found["authors"].fillna("").tolist() == [a.get("authors") or "" for a in wanted]
    assert found["language"].tolist() == [a["language"] for a in wanted]
    for declared, article in zip(found["length"], wanted, strict=True):
        assert declared == pytest.approx(len(article["body"].split()), rel=0.03)
    for key, column in (("dateline", "dateline"), ("highlight", "lead"), ("edition", "edition")):
        assert found.get(column, pd.Series([""] * len(found))).fillna("").tolist() == [
            a.get(key) or "" for a in wanted
        ]


@pytest.mark.parametrize("interface", ["en", "de"])
@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("form", FORMS)
def test_an_export_is_read_whole(tmp_path: Path, form: str, layout: str, interface: str) -> None:
    wanted = articles(interface)
    found, ledger = read(
        tmp_path, f"export.{form}", exports.render(wanted, form, layout, interface)
    )
    check(found, wanted, wrapped=form == "txt" and layout != "uni")
    own = ledger[ledger["rule"] == "load"].iloc[0]
    assert (own["action"], own["declared"], own["parsed"]) == ("read", len(wanted), len(wanted))
    assert ledger["rule"].isin(["load", "publisher"]).all()


@pytest.mark.parametrize("form", FORMS)
def test_exports_in_a_zip_are_read(tmp_path: Path, form: str) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for n, article in enumerate(articles("en", 3)):
            archive.writestr(f"{n}.{form}", exports.render([article], form, "uni", "en"))
    found, _ = read(tmp_path, "files.zip", packed.getvalue())
    assert found["raw"].map(str.split).tolist() == [a["body"].split() for a in articles("en", 3)]


@pytest.mark.parametrize("layout", LAYOUTS)
def test_two_exports_joined_give_the_articles_and_the_declared_numbers_of_both(layout: str) -> None:
    one, two = articles("en", 3), articles("de", 2)
    text = "\n\n".join(
        [
            exports.render(one, "txt", layout, "en").decode(),
            exports.render(two, "txt", layout, "de").decode(),
        ]
    )
    found = list(read_nexis(text))
    assert [item["body"].split() for item in found if "body" in item] == [
        a["body"].split() for a in one + two
    ]
    assert [item["declared"] for item in found if "declared" in item] == [5]
    assert not [item for item in found if "action" in item]


@pytest.mark.parametrize("layout", LAYOUTS)
def test_an_export_cut_anywhere_gives_the_words_before_the_cut_and_says_so(layout: str) -> None:
    two = articles("en", 2)
    text = exports.render(two, "txt", layout, "en").decode()
    start = text.rindex(" ".join(two[1]["body"].split("\n")[1].split()[:3]))
    for size in range(start + 60, text.index(two[1]["body"].split()[-1], start), 97):
        found = list(read_nexis(text[:size]))
        bodies = [item["body"] for item in found if "body" in item]
        assert bodies[0].split() == two[0]["body"].split()
        assert bodies[1].split()[-1] == text[:size].split()[-1]
        assert {"cut", "length"} & {item.get("rule") for item in found}


UNI = [
    "Talks",
    "The Lantern",
    "May 31, 2018 Thursday",
    "Copyright 2018 The Lantern All Rights Reserved",
    "Section: NEWS; Pg. 3",
]
UNI += [
    "Length: 9 words",
    "Byline: By Ann Lee",
    "Body",
    "Two envoys met.",
    "Nobody spoke of it again.",
]
TAIL = ["Classification", "Language: ENGLISH", "Load-Date: June 1, 2018", "End of Document"]
ODD: dict[str, tuple[list[str], dict[str, Any]]] = {
    "a paragraph like a field": (
        [*UNI, "Subject: the talks.", "They left.", *TAIL],
        {"body": "Subject: the talks.\nThey left."},
    ),
    "no byline": (
        [x for x in [*UNI, *TAIL] if "Byline" not in x],
        {"title": "Talks", "publisher": "The Lantern"},
    ),
    "no label for the body": (
        [x for x in [*UNI, *TAIL] if x != "Body"],
        {"body": "Two envoys met.\nNobody spoke of it again."},
    ),
    "no classification": ([*UNI, TAIL[-1]], {"body": "Two envoys met.\nNobody spoke of it again."}),
    "a time and a zone": (
        [x.replace("Thursday", "Thursday 2:05 PM GMT") for x in [*UNI, *TAIL]],
        {"publishing_date": "2:05 PM GMT"},
    ),
    "a month alone": (
        [x.replace("May 31, 2018 Thursday", "May 2018") for x in [*UNI, *TAIL]],
        {"title": "Talks"},
    ),
    "a picture": (
        [*UNI, "Graphic", "An envoy in the rain", *TAIL],
        {"graphic": "An envoy in the rain", "body": "again."},
    ),
    "a title that is a label": (
        [x.replace("Talks", "Text") for x in [*UNI, *TAIL]],
        {"title": "Text", "body": "Two envoys met."},
    ),
    "pages are counted": (
        [*UNI[:-1], "Page 2 of 3", *UNI[-1:], *TAIL],
        {"body": "Two envoys met.\nNobody spoke of it again."},
    ),
}


@pytest.mark.parametrize("lines, wanted", ODD.values(), ids=ODD)
def test_odd_documents_are_read(lines: list[str], wanted: dict[str, str]) -> None:
    found = list(read_nexis("\n".join(lines)))
    assert is_nexis("\n".join(lines))
    assert [item for item in found if item.get("action") == "not_read"] == []
    for key, value in wanted.items():
        assert value in found[0][key]
    assert found[0]["body"].startswith("Two envoys met.")
    assert not found[0]["body"].endswith("Document")


def test_letters_outside_the_basic_plane_are_whole_in_rtf(tmp_path: Path) -> None:
    body = "Two envoys met 🚀 again.\nNobody said „ja“ – 朝鮮."
    article = {**articles("en", 1)[0], "body": body}
    found, _ = read(tmp_path, "a.rtf", exports.render([article], "rtf", "uni", "en"))
    assert found["raw"].tolist() == [body]


def test_a_declared_length_that_does_not_fit_is_noted() -> None:
    lines = [x.replace("9 words", "90 words") for x in [*UNI, *TAIL]]
    assert [item["rule"] for item in read_nexis("\n".join(lines)) if "action" in item] == ["length"]


def test_the_list_of_documents_alone_is_no_article(tmp_path: Path) -> None:
    front = "User Name: x\nDate and Time: May 31, 2018\nJob Number: 12\nDocuments (2)\n"
    front += "1. Talks\nClient/Matter: -None-\n2. More talks\n"
    found, ledger = read(tmp_path, "list.txt", front.encode())
    assert found.empty
    assert "list of an export's documents" in ledger["reason"][0]


@pytest.mark.parametrize(
    "text",
    ["Talks\nMay 31, 2018\nLength: 40 km, 3 of 7 bridges.\nEnd of story", "TEXT: one\nBODY: two"],
)
def test_other_texts_are_not_taken_for_nexis(text: str) -> None:
    assert not is_nexis(text)


@pytest.mark.parametrize("kind", ["words", "patterns"])
def test_each_label_and_mark_of_the_codebook_fits_its_example(kind: str) -> None:
    assert list(check_entries(kind, "exports")) == []
