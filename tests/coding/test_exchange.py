"""Exchange: what goes to doccano, Label Studio and INCEpTION comes back as it was.

The tools are not run here. Each renderer below stands for one: it reads our file as the tool's
documentation says, finds the marked words by the tool's own way of counting, holds them against
those that were meant, and writes them in the form in which the tool exports.
"""

import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pandas as pd
import pytest

from press_coverage.coding import (
    label_studio_interface,
    read_doccano,
    read_inception,
    read_label_studio,
    units,
    within,
    write_doccano,
    write_inception,
    write_label_studio,
)
from press_coverage.coding.blinding import mask
from press_coverage.coding.exchange import LAYER

BODIES = {
    "ledger-1": "They smiled 😀 and left. 👩🏽‍🚒 Sanctions stay, said Kim.",
    "ilbo-1": "회담은 짧았다.\n제재는 그대로다 😀 대화는 계속된다.",
    "bote-1": "Ein „Gespräch“ über\u2028nichts. Dann gingen sie.",
}
ONE = f"ledger-1:0-{len(BODIES['ledger-1'])}"
ARTICLES = pd.DataFrame({"doc_id": list(BODIES), "body": list(BODIES.values())})
WORDS = {
    "ledger-1": ["Sanctions", "Kim"],
    "ilbo-1": ["제재", "대화는 계속된다"],
    "bote-1": ["„Gespräch“"],
}
SPANS = pd.DataFrame(
    [
        (d, BODIES[d].index(w), BODIES[d].index(w) + len(w), f"code {w[0]}")
        for d, words in WORDS.items()
        for w in words
    ],
    columns=["doc_id", "start", "end", "frame"],
)


@pytest.fixture(params=["articles", "sentences"])
def table(request: pytest.FixtureRequest) -> pd.DataFrame:
    """Whole articles, and sentences, whose offsets in the body differ from those in their text."""
    return units(ARTICLES, kind=request.param)


def whole(table: pd.DataFrame) -> pd.DataFrame:
    """A code of each unit as a whole."""
    return pd.DataFrame(
        {
            "unit": table["unit"],
            "value": [["conflict", "dialogue"][at % 2] for at in range(len(table))],
        }
    )


def same(back: pd.DataFrame, sent: pd.DataFrame, coder: str) -> None:
    """Whether what came back is what was sent, by one coder."""
    columns = ["unit", "start", "end", "value"]
    sent = sent.reindex(columns=columns).astype({"start": "Int64", "end": "Int64"})
    assert set(back["coder"]) == {coder}
    pd.testing.assert_frame_equal(
        back[columns].sort_values(columns).reset_index(drop=True),
        sent.sort_values(columns).reset_index(drop=True),
        check_dtype=False,
    )


def utf16(text: str, start: int, end: int) -> str:
    """What JavaScript and Java call text.substring(start, end)."""
    return text.encode("utf-16-le")[2 * start : 2 * end].decode("utf-16-le")


def meant(word: str) -> bool:
    return word in {word for words in WORDS.values() for word in words}


def doccano(source: Path, target: Path) -> None:
    """Imports JSON lines (text, label, the rest as metadata) and exports them.

    An exported line has id, text, metadata, label and Comments.

    Source: https://github.com/doccano/doccano/issues/2290 (offsets), backend/data_export of the
    same (export).
    """
    lines = []
    for number, line in enumerate(filter(None, source.read_text(encoding="utf-8").split("\n"))):
        entry = json.loads(line)
        text, labels = entry.pop("text"), entry.pop("label")
        assert all(
            isinstance(label, str) or meant(utf16(text, label[0], label[1])) for label in labels
        )
        lines.append(
            {"id": number + 7, "text": text, **entry, "label": sorted(labels), "Comments": []}
        )
    target.write_text(
        "\n".join(
            json.dumps(line, ensure_ascii=number % 2 == 0) for number, line in enumerate(lines)
        ),
        encoding="utf-8",
    )


def doccano_with_relations(source: Path, target: Path) -> None:
    """The other form of export, with entities as objects."""
    doccano(source, target)
    lines = [json.loads(line) for line in target.read_text(encoding="utf-8").split("\n")]
    for line in lines:
        spans = line.pop("label")
        line["entities"] = [
            {"id": 1, "label": value, "start_offset": start, "end_offset": end}
            for start, end, value in spans
        ]
    target.write_text(
        "\n".join(json.dumps(line | {"relations": []}) for line in lines), encoding="utf-8"
    )


def label_studio(
    source: Path, target: Path, *, counted: Callable[[str, int], int] = lambda text, at: at
) -> None:
    """Imports tasks with predictions, which coders submit as they are, and exports annotations.

    Source: https://labelstud.io/guide/task_format; https://labelstud.io/tags/text.
    """
    tasks = json.loads(source.read_text(encoding="utf-8"))
    for number, task in enumerate(tasks):
        results = [result for prediction in task["predictions"] for result in prediction["result"]]
        text = task["data"]["text"]
        for result in results:
            assert {"id", "from_name", "to_name", "type", "value"} <= set(result)
            if result["type"] == "labels":
                value = result["value"]
                assert meant(text[value["start"] : value["end"]])
                value |= {
                    "start": counted(text, value["start"]),
                    "end": counted(text, value["end"]),
                    "globalOffsets": {},
                }
            result["origin"] = "prediction-changed"
        done = {
            "id": 90 + number,
            "completed_by": {"id": 3, "email": "anna@example.org"},
            "result": results,
            "was_cancelled": False,
        }
        refused = {
            "id": 9,
            "completed_by": 4,
            "result": [{"type": "choices", "value": {"choices": ["no"]}}],
            "was_cancelled": True,
        }
        task |= {
            "id": number,
            "annotations": [done, refused],
            "drafts": [],
            "meta": {},
            "project": 1,
        }
    target.write_text(json.dumps(tasks), encoding="utf-8")


def label_studio_before_2022(source: Path, target: Path) -> None:
    """Older versions counted as JavaScript does.

    Source: https://github.com/HumanSignal/label-studio/issues/1347.
    """
    label_studio(source, target, counted=lambda text, at: len(text[:at].encode("utf-16-le")) // 2)


def inception(source: Path, target: Path, *, anchor: str = "") -> None:
    """Imports documents of UIMA CAS JSON, adds sentences, and exports a project.

    The project has a file for each document and coder.

    Source: https://github.com/apache/uima-uimaj-io-jsoncas, SPECIFICATION.adoc.
    """
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("exportedproject.json", "{}")
        for file in source.glob("*.json"):
            data = json.loads(file.read_text(encoding="utf-8"))
            structures = data["%FEATURE_STRUCTURES"]
            assert [row["%ID"] for row in structures] == list(range(1, len(structures) + 1))
            assert {
                row["%TYPE"] for row in structures if not row["%TYPE"].startswith("uima.")
            } <= set(data["%TYPES"])
            assert data["%VIEWS"]["_InitialView"] == {
                "%SOFA": 1,
                "%MEMBERS": [row["%ID"] for row in structures[1:]],
            }
            text = structures[0]["sofaString"]
            empty = json.dumps(data | {"%FEATURE_STRUCTURES": structures[:1]})
            for row in structures[1:]:
                assert row["%TYPE"] != LAYER or meant(utf16(text, row["begin"], row["end"]))
                for key in ("begin", "end"):
                    row[anchor + key] = row.pop(key)
            structures.append({"%ID": 99, "%TYPE": "x.Sentence", "@sofa": 1, "begin": 0, "end": 3})
            archive.writestr(f"source/{file.name}", empty)
            archive.writestr(f"annotation/{file.name}/INITIAL_CAS.json", empty)
            archive.writestr(f"annotation/{file.name}/anna.json", json.dumps(data))
            archive.writestr(f"curation/{file.name}/CURATION_USER.json", empty)


def inception_unpacked(source: Path, target: Path) -> None:
    """The same in a folder, with anchors marked as the specification has them."""
    inception(source, target.with_suffix(".zip"), anchor="^")
    zipfile.ZipFile(target.with_suffix(".zip")).extractall(target)


@pytest.mark.parametrize("renderer", [doccano, doccano_with_relations])
def test_doccano_gives_back_the_spans(
    table: pd.DataFrame, tmp_path: Path, renderer: Callable[[Path, Path], None]
) -> None:
    sent = within(table, SPANS)
    assert len(sent) == len(SPANS)
    write_doccano(table, tmp_path / "out.jsonl", sent)
    renderer(tmp_path / "out.jsonl", tmp_path / "anna.jsonl")
    same(read_doccano(tmp_path / "anna.jsonl", table), sent, "anna")


def test_doccano_gives_back_codes_of_whole_units(table: pd.DataFrame, tmp_path: Path) -> None:
    write_doccano(table, tmp_path / "out.jsonl", whole(table))
    doccano(tmp_path / "out.jsonl", tmp_path / "anna.jsonl")
    same(read_doccano(tmp_path / "anna.jsonl", table), whole(table), "anna")


@pytest.mark.parametrize("renderer", [label_studio, label_studio_before_2022])
def test_label_studio_gives_back_spans_and_codes(
    table: pd.DataFrame, tmp_path: Path, renderer: Callable[[Path, Path], None]
) -> None:
    sent = pd.concat([within(table, SPANS), whole(table)])
    write_label_studio(table, tmp_path / "out.json", sent)
    renderer(tmp_path / "out.json", tmp_path / "back.json")
    same(read_label_studio(tmp_path / "back.json", table), sent, "anna@example.org")


@pytest.mark.parametrize("renderer", [inception, inception_unpacked])
def test_inception_gives_back_the_spans(
    table: pd.DataFrame, tmp_path: Path, renderer: Callable[[Path, Path], None]
) -> None:
    sent = within(table, SPANS)
    write_inception(table, tmp_path / "documents", sent)
    renderer(tmp_path / "documents", tmp_path / "project")
    same(read_inception(tmp_path / "project", table), sent, "anna")


def test_files_of_inception_by_themselves_are_read_too(table: pd.DataFrame, tmp_path: Path) -> None:
    write_inception(table, tmp_path, within(table, SPANS))
    same(read_inception(tmp_path, table), within(table, SPANS), "")


def test_without_codes_the_texts_go_out_alone_and_under_masked_names(
    table: pd.DataFrame, tmp_path: Path
) -> None:
    write_doccano(table, tmp_path / "doccano.jsonl")
    write_label_studio(table, tmp_path / "studio.json")
    write_inception(table, tmp_path / "inception")
    written = list(tmp_path.rglob("*.json*"))
    assert len(written) == 2 + len(table)
    for path in written:
        assert not [doc for doc in BODIES if doc in path.name + path.read_text(encoding="utf-8")]
    label_studio(tmp_path / "studio.json", tmp_path / "back.json")
    assert read_label_studio(tmp_path / "back.json", table).empty


def test_the_interface_for_label_studio_is_xml_that_keeps_blanks() -> None:
    tree = ElementTree.fromstring(
        label_studio_interface(labels=['a "b" & <c>'], choices=["yes", "no"])
    )
    assert [node.get("value") for node in tree.iter("Choice")] == ["yes", "no"]
    assert [node.get("value") for node in tree.iter("Label")] == ['a "b" & <c>']
    assert "pre-wrap" in (tree.findtext("Style") or "")
    assert {node.get("toName") for node in tree if node.tag in ("Labels", "Choices")} == {
        node.get("name") for node in tree.iter("Text")
    }


def test_a_changed_text_an_unknown_unit_and_half_an_emoji_are_named(tmp_path: Path) -> None:
    table = units(ARTICLES, kind="articles")
    path, first = tmp_path / "anna.jsonl", table.iloc[0]
    line = {"unit": mask(first["unit"]), "text": first["text"], "label": [[0, 4, "x"]]}
    for change, said in [
        (
            {"text": first["text"].strip() + " "},
            "anna.jsonl:1: the text of unit 'ledger-1:0-5.' was changed",
        ),
        ({"unit": "u0"}, "anna.jsonl:1: unit 'u0' is not among the units"),
        ({"label": [[13, 20, "x"]]}, "anna.jsonl:1: offset 13 fits no character"),
        ({"label": [[0, 999, "x"]]}, "anna.jsonl:1: offset 999 fits no character"),
    ]:
        path.write_text(json.dumps(line | change), encoding="utf-8")
        with pytest.raises(ValueError, match=said):
            read_doccano(path, table)


def test_label_studio_is_held_to_the_words_it_marked(tmp_path: Path) -> None:
    table = units(ARTICLES, kind="articles")
    value = {"start": 0, "end": 4, "text": "That", "labels": ["x"]}
    annotation = {
        "completed_by": 3,
        "result": [{"type": "labels", "value": value}, {"type": "rating", "value": {"rating": 2}}],
    }
    task = {
        "data": {"unit": mask(table["unit"][0]), "text": table["text"][0]},
        "annotations": [annotation],
    }
    path = tmp_path / "back.json"
    path.write_text(json.dumps([task]), encoding="utf-8")
    with pytest.raises(ValueError, match=r"back.json, task 1: 'That' does not stand at 0 to 4"):
        read_label_studio(path, table)
    value["text"] = "They"
    path.write_text(json.dumps([task]), encoding="utf-8")
    with pytest.warns(UserWarning, match="results of type rating are left out"):
        assert read_label_studio(path, table)["coder"].tolist() == ["3"]


@pytest.mark.parametrize(
    ("write", "codes", "said"),
    [
        (
            write_inception,
            {"unit": [ONE], "value": ["x"]},
            "INCEpTION's layers hold codes of words",
        ),
        (
            write_doccano,
            {"unit": ["nobody"], "value": ["x"]},
            "codes of unit 'nobody', which is not among the units",
        ),
        (
            write_label_studio,
            {"unit": [ONE], "start": [50], "end": [99], "value": ["x"]},
            "reaches from 50 to 99, out of its",
        ),
        (
            write_doccano,
            {"unit": [ONE] * 2, "start": [None, 0], "end": [None, 4], "value": ["x", "y"]},
            "write two files",
        ),
    ],
)
def test_what_a_tool_cannot_hold_is_said(
    tmp_path: Path, write: Callable[..., None], codes: dict[str, list[object]], said: str
) -> None:
    with pytest.raises(ValueError, match=said):
        write(units(ARTICLES, kind="articles"), tmp_path / "out", pd.DataFrame(codes))


def test_nothing_to_write_and_nothing_to_read_are_said(tmp_path: Path) -> None:
    table = units(ARTICLES)
    with pytest.raises(ValueError, match="no units to write"):
        write_doccano(table.head(0), tmp_path / "out.jsonl")
    with pytest.raises(ValueError, match="no annotations as UIMA CAS JSON"):
        read_inception(tmp_path, table)
