"""Coding by hand: draw, blind coding, what a crash leaves, disagreements, gold, and sheets."""

import io
import sys
import warnings
import zipfile
from functools import cache
from pathlib import Path
from xml.sax.saxutils import escape

import numpy as np
import pandas as pd
import pytest

from press_coverage.coding import (
    Coder,
    adjudicate,
    agreement,
    blind,
    disagreements,
    draw,
    gold,
    read_codes,
    read_guide,
    read_sheet,
    units,
    write_sheet,
)
from press_coverage.coding.blinding import mask

BODIES = {
    "lantern-1": "The envoys met on Friday. Sanctions stay in place, a spokesman said.\n"
    "Nobody expects a treaty <b>soon</b>.",
    "lantern-2": "=1+1 is no sentence. The talks went well 😀 and they go on.",
    "bote-1": "Die Sanktionen bleiben. Das Treffen war kurz.",
    "ilbo-1": "회담은 짧았다.\n제재는 그대로다 😀 대화는 계속된다.",
}
ARTICLES = pd.DataFrame(
    {
        "doc_id": list(BODIES),
        "publisher": ["Lantern", "Lantern", "Bote", "Ilbo"],
        "title": list("abcd"),
        "body": list(BODIES.values()),
    }
)
FRAMES = pd.DataFrame(
    {
        "doc_id": ["lantern-1", "bote-1"],
        "start": [26, 4],
        "end": [35, 14],
        "frame": ["pressure", "pressure"],
    }
)
GUIDE = pd.DataFrame(
    {
        "code": ["conflict", "dialogue", "none"],
        "definition": ["They are at odds.", "They talk.", ""],
        "example": "",
        "counterexample": "",
    }
)
POPULATION = pd.DataFrame(
    {
        "unit": [f"u{n}" for n in range(400)],
        "publisher": np.repeat(["A", "B", "C"], [300, 80, 20]),
        "positive": np.arange(400) % 20 == 0,
        "truth": (np.arange(400) % 20 == 0) | (np.arange(400) % 7 == 0),
    }
)


@cache
def sample() -> pd.DataFrame:
    return draw(units(ARTICLES, FRAMES), 6)


def code(folder: Path, coder: str, keys: str) -> Coder:
    coding = Coder(sample(), GUIDE, folder, coder)
    for unit in sorted(coding.units["unit"]):
        coding.at = coding.units["unit"].tolist().index(unit)
        coding.press(keys[sorted(coding.units["unit"]).index(unit)])
    return coding


# the draw


def test_units_are_the_words_at_their_offsets_in_any_script() -> None:
    table = units(ARTICLES, FRAMES)
    for row in table.itertuples():
        assert BODIES[row.doc_id][row.start : row.end] == row.text
        assert row.unit == f"{row.doc_id}:{row.start}-{row.end}"
    assert table.loc[table["found"] == "pressure", "text"].tolist() == [
        "Sanctions stay in place, a spokesman said.",
        "Die Sanktionen bleiben.",
    ]
    assert "제재는 그대로다 😀 대화는 계속된다." in table["text"].tolist()


def test_articles_without_text_have_no_units() -> None:
    bare = ARTICLES.assign(body=[None, "", "Words.", " \n"])
    assert units(bare)["unit"].tolist() == ["bote-1:0-6"]
    assert units(bare.head(1), FRAMES.head(0)).empty
    with pytest.raises(ValueError, match="kind 'words'; use one of"):
        units(ARTICLES, kind="words")
    with pytest.raises(ValueError, match="give the spans"):
        units(ARTICLES, kind="spans")


def test_articles_and_spans_are_units_too() -> None:
    assert units(ARTICLES, kind="articles")["text"].tolist() == list(BODIES.values())
    spans = units(ARTICLES, FRAMES, kind="spans", window=0)
    assert spans[["text", "after"]].values.tolist() == [
        ["Sanktionen", "bleiben."],
        ["Sanctions", "stay in place, a spokesman said."],
    ]


@pytest.mark.parametrize(
    "options",
    [
        {"size": 40},
        {"size": 40, "by": ["publisher"]},
        {"size": 15, "by": ["publisher"], "each": True},
        {"size": 36, "positive": "positive"},
        {"size": 40, "by": ["publisher"], "positive": "positive", "share": 0.25},
    ],
)
def test_each_unit_is_drawn_as_often_as_its_probability_says(options: dict[str, object]) -> None:
    draws = pd.concat(draw(POPULATION, seed=seed, **options) for seed in range(100))
    for _, part in draws.groupby("stratum"):
        assert part["probability"].nunique() == 1
    once = draw(POPULATION, **options)
    assert (1 / once["probability"]).sum() == pytest.approx(len(POPULATION))
    often = draws["unit"].value_counts().reindex(POPULATION["unit"], fill_value=0) / 100
    expected = (
        draws.drop_duplicates("unit").set_index("unit")["probability"].reindex(POPULATION["unit"])
    )
    error = (often - expected) / np.sqrt(expected * (1 - expected) / 100)
    assert error[expected < 1].abs().mean() == pytest.approx(np.sqrt(2 / np.pi), abs=0.15), (
        "as far off as a binomial draw is"
    )


def test_weighting_by_probability_undoes_the_oversample() -> None:
    draws = [draw(POPULATION, 40, positive="positive", seed=seed) for seed in range(100)]
    weighted = np.mean([np.average(d["truth"], weights=1 / d["probability"]) for d in draws])
    assert weighted == pytest.approx(POPULATION["truth"].mean(), abs=0.02)
    assert np.mean([d["truth"].mean() for d in draws]) > POPULATION["truth"].mean() + 0.2


def test_every_stratum_is_within_reach_and_a_seed_draws_the_same() -> None:
    one = draw(POPULATION, 12, by=["publisher"])
    assert one["publisher"].value_counts().to_dict() == {"A": 9, "B": 2, "C": 1}
    assert one.equals(draw(POPULATION, 12, by=["publisher"]))
    assert not one.equals(draw(POPULATION, 12, by=["publisher"], seed=1))


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"size": 0}, "empty draw"),
        ({"size": 401}, "401 units asked, and there are 400"),
        (
            {"size": 30, "by": ["publisher"], "each": True},
            "30 units asked of stratum 'C', which has 20",
        ),
        ({"size": 2, "by": ["publisher"]}, "2 units for 3 strata would leave some out of reach"),
        ({"size": 60, "positive": "positive"}, "30 positive units asked, and there are 20"),
        ({"size": 60, "positive": "positive", "share": 1.0}, "both excluded"),
        ({"size": 5, "by": ["outlet"]}, "no column 'outlet'"),
    ],
)
def test_a_draw_that_cannot_be_says_why(options: dict[str, object], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        draw(POPULATION, **options)


def test_an_empty_population_and_a_doubled_unit_are_refused() -> None:
    with pytest.raises(ValueError, match="0 units would be an empty draw"):
        draw(POPULATION.head(0), 5)
    with pytest.raises(ValueError, match="'u0' stands twice"):
        draw(pd.concat([POPULATION, POPULATION.head(1)]), 5)


def test_a_coder_sees_neither_codes_nor_publisher_and_has_an_order_of_their_own() -> None:
    table = draw(POPULATION, 50).assign(
        before="", text="Words.", after="", found="conflict", title="T"
    )
    anna, ben = (blind(table, coder, show=["title"]) for coder in ("anna", "ben"))
    assert anna.columns.tolist() == ["unit", "before", "text", "after", "title"]
    assert sorted(anna["unit"]) == sorted(ben["unit"]) == sorted(table["unit"])
    assert anna["unit"].tolist() != ben["unit"].tolist()
    assert anna.equals(blind(table, "anna", show=["title"]))
    for column in ("found", "probability", "stratum", "truth"):
        with pytest.raises(ValueError, match="cannot be shown"):
            blind(table, "anna", show=[column])


# the coding


def test_keys_code_move_and_take_back(tmp_path: Path) -> None:
    coding = Coder(sample(), GUIDE, tmp_path, "anna")
    assert coding.press("1") == "conflict. Unit 2 of 6, not coded, 1 coded."
    assert coding.press("ArrowLeft") == "Unit 1 of 6, coded conflict, 1 coded."
    assert coding.press("ArrowLeft").startswith("This is the first unit.")
    assert coding.press("2") == "dialogue. Unit 2 of 6, not coded, 1 coded."
    assert coding.press("u") == "Taken back. Unit 1 of 6, coded conflict, 1 coded."
    assert coding.press("u") == "Taken back. Unit 1 of 6, not coded, 0 coded."
    assert coding.press("u") == "There is nothing to take back."
    assert coding.press("9") == "The key 9 has no code."
    assert coding.codes().empty


def test_the_last_unit_leads_to_one_left_out_and_then_to_the_end(tmp_path: Path) -> None:
    coding = Coder(sample(), GUIDE, tmp_path, "anna")
    coding.press("ArrowRight")
    for _ in range(5):
        coding.press("3")
    assert coding.at == 0
    assert coding.press("3").startswith("none. Unit 2 of 6, coded none, 6 coded.") is False
    assert coding.message == "none. All units are coded. Unit 2 of 6, coded none, 6 coded."


def test_codes_beyond_nine_have_letters_but_never_those_of_note_and_undo(tmp_path: Path) -> None:
    guide = pd.DataFrame(
        {
            "code": [f"c{n}" for n in range(1, 34)],
            "definition": "",
            "example": "",
            "counterexample": "",
        }
    )
    coding = Coder(sample(), guide, tmp_path, "anna")
    assert (coding.press("a").split(".")[0], coding.press("z").split(".")[0]) == ("c10", "c33")
    assert not {"n", "u"} & set(coding.keys)
    with pytest.raises(ValueError, match="34 codes; a guide has 2 to 33"):
        Coder(sample(), pd.concat([guide, guide.head(1)]), tmp_path, "ben")


def test_every_key_is_on_the_disk_before_the_next(tmp_path: Path) -> None:
    coding = Coder(sample(), GUIDE, tmp_path, "anna")
    for key in ("1", "2", "u", "ArrowRight", "3", "ArrowLeft"):
        coding.press(key)
        coding.note(f"after\n{key}")
        again = Coder(sample(), GUIDE, tmp_path, "anna")
        assert again.values == coding.values
        assert again.codes().equals(coding.codes())
    assert "after u" in coding.path.read_text(encoding="utf-8")


def test_reopened_it_goes_on_at_the_first_unit_without_a_code(tmp_path: Path) -> None:
    first = Coder(sample(), GUIDE, tmp_path, "anna")
    first.press("1")
    first.press("2")
    again = Coder(sample(), GUIDE, tmp_path, "anna")
    assert (again.at, again.units.equals(first.units)) == (2, True)


def test_a_file_cut_at_any_byte_gives_the_decisions_before_the_cut(tmp_path: Path) -> None:
    coding = Coder(sample(), GUIDE, tmp_path / "whole", "anna")
    states = [{}]
    for key in "1231":
        coding.press(key)
        states.append(dict(coding.values))
    coding.at = 0
    coding.note("“Zitat”, 회담 😀")
    states.append(dict(coding.values))
    data = coding.path.read_bytes()
    ends = [at + 1 for at, byte in enumerate(data) if byte == ord("\n")]
    cut = tmp_path / "cut" / "anna.csv"
    cut.parent.mkdir()
    for size in [*range(0, 60, 7), *range(ends[-2] - 30, len(data) + 1)]:
        cut.write_bytes(data[:size])
        with warnings.catch_warnings(record=True) as told:
            warnings.simplefilter("always")
            again = Coder(sample(), GUIDE, cut.parent, "anna")
        assert again.values == states[max(0, sum(end <= size for end in ends) - 1)]
        assert bool(told) == (size not in (0, *ends))
        assert not told or "the last line was cut off" in str(told[0].message)
        again.press("2")
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            assert Coder(sample(), GUIDE, cut.parent, "anna").values == again.values


def test_two_coders_never_share_a_file(tmp_path: Path) -> None:
    code(tmp_path, "anna", "111111")
    (tmp_path / "anna.csv").rename(tmp_path / "ben.csv")
    with pytest.raises(
        ValueError,
        match=r"ben.csv:2: a decision of coder 'anna', not of 'ben'; two coders never share a file",
    ):
        Coder(sample(), GUIDE, tmp_path, "ben")
    with pytest.raises(ValueError, match="a file is named after the coder"):
        Coder(sample(), GUIDE, tmp_path, "../anna")


def test_a_file_of_something_else_and_a_sample_of_something_else_are_refused(
    tmp_path: Path,
) -> None:
    code(tmp_path, "anna", "111111")
    with pytest.raises(ValueError, match="is not in this sample"):
        Coder(draw(units(ARTICLES), 1), GUIDE, tmp_path, "anna")
    (tmp_path / "ben.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"ben.csv:1: not a line of decisions"):
        Coder(sample(), GUIDE, tmp_path, "ben")
    with pytest.raises(ValueError, match="the sample has no units"):
        Coder(sample().head(0), GUIDE, tmp_path, "cleo")


def test_the_widget_does_what_the_keys_do_and_shows_texts_as_text(tmp_path: Path) -> None:
    coding = Coder(sample(), GUIDE, tmp_path, "anna", show=["title"])
    widget = coding.widget()
    widget._handle_custom_msg({"note": "hm", "key": "1"}, [])
    assert widget.state["message"] == "conflict. Unit 2 of 6, not coded, 1 coded."
    assert read_codes(tmp_path)[["value", "note"]].values.tolist() == [["conflict", "hm"]]
    assert (widget.state["number"], widget.state["total"], widget.state["done"]) == (2, 6, 1)
    shown = []
    for _ in range(6):
        shown.append(widget.state["text"])
        widget._handle_custom_msg({"key": "3"}, [])
    assert "Nobody expects a treaty <b>soon</b>." in shown
    assert "innerHTML" not in widget._esm
    assert [code["key"] for code in widget.state["codes"]] == ["1", "2", "3"]
    assert widget.state["codes"][1]["definition"] == "They talk."
    assert not {"found", "probability", "publisher", "unit"} & set(widget.state)


def test_what_the_disk_refuses_is_not_taken_for_kept(tmp_path: Path) -> None:
    coding = Coder(sample(), GUIDE, tmp_path, "anna")
    widget = coding.widget()
    coding.path.mkdir()
    widget._handle_custom_msg({"key": "1"}, [])
    assert widget.state["message"].startswith("Not kept: ")
    assert (widget.state["number"], widget.state["done"]) == (1, 0)
    coding.path.rmdir()
    widget._handle_custom_msg({"key": "1"}, [])
    widget._handle_custom_msg({"key": "u"}, [])
    assert widget.state["message"] == "Taken back. Unit 1 of 6, not coded, 0 coded."


def test_the_widget_without_its_extra_says_how_to_install_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "anywidget", None)
    with pytest.raises(ImportError, match=r"needs anywidget; .*'press-coverage\[coding\]'"):
        Coder(sample(), GUIDE, tmp_path, "anna").widget()


# two coders


def test_the_whole_way_from_draw_to_gold(tmp_path: Path) -> None:
    code(tmp_path, "anna", "112233")
    code(tmp_path, "ben", "112221")
    codes = read_codes(tmp_path, ["anna", "ben"])
    assert agreement(codes).set_index("measure").loc["agreement", "estimate"] == pytest.approx(
        4 / 6
    )
    deciding = adjudicate(codes, sample(), GUIDE, tmp_path)
    assert deciding.heading.startswith("Krippendorff's alpha 0.")
    assert deciding.heading.endswith("67% agreement, 6 units of 2 coders, 2 to decide")
    assert sorted(deciding.hints.values()) == ["conflict or none", "dialogue or none"]
    deciding.press("2")
    with pytest.raises(ValueError, match="1 of 2 disagreements are not decided"):
        gold(codes, sample(), tmp_path)
    adjudicate(codes, sample(), GUIDE, tmp_path).press("1")
    result = gold(codes, sample(), tmp_path).set_index("unit")
    assert result.loc[deciding.units["unit"], "value"].tolist() == ["dialogue", "conflict"]
    assert result["how"].value_counts().to_dict() == {"agreed": 4, "adjudicated": 2}
    assert (result["probability"] == 6 / len(units(ARTICLES))).all()
    assert sorted(read_codes(tmp_path)["coder"].unique()) == ["anna", "ben"], (
        "decisions of the adjudication stay apart"
    )


def test_a_coder_may_change_a_code_after_the_adjudication_began(tmp_path: Path) -> None:
    code(tmp_path, "anna", "111111")
    code(tmp_path, "ben", "111122")
    settled, open_ = sorted(sample()["unit"])[4:]
    deciding = adjudicate(read_codes(tmp_path), sample(), GUIDE, tmp_path)
    deciding.at = deciding.units["unit"].tolist().index(settled)
    deciding.press("3")
    code(tmp_path, "ben", "111112")
    again = adjudicate(read_codes(tmp_path), sample(), GUIDE, tmp_path)
    assert again.units["unit"].iloc[again.at] == open_
    again.press("3")
    result = gold(read_codes(tmp_path), sample(), tmp_path).set_index("unit")
    assert result.loc[[settled, open_], ["value", "how"]].values.tolist() == [
        ["conflict", "agreed"],
        ["none", "adjudicated"],
    ]


def test_adjudication_does_not_tell_who_gave_what(tmp_path: Path) -> None:
    code(tmp_path, "anna", "222222").note("I wonder")
    code(tmp_path, "ben", "111111")
    deciding = adjudicate(read_codes(tmp_path), sample(), GUIDE, tmp_path)
    told = [deciding.press("ArrowRight") + str(deciding.state()) for _ in range(6)]
    assert not [text for text in told if "anna" in text or "ben" in text]
    assert {hint.split(" (")[0] for hint in deciding.hints.values()} == {"conflict or dialogue"}
    assert "conflict or dialogue (I wonder)" in deciding.hints.values()


def test_what_two_coders_cannot_be_compared_on_is_said(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no coder's file"):
        read_codes(tmp_path)
    code(tmp_path, "anna", "123123")
    with pytest.raises(ValueError, match="no file of coder 'ben'; it has those of anna"):
        read_codes(tmp_path, ["anna", "ben"])
    alone = read_codes(tmp_path)
    with pytest.raises(ValueError, match="no unit has values of two coders"):
        adjudicate(alone, sample(), GUIDE, tmp_path)
    assert set(gold(alone, sample())["how"]) == {"single"}
    code(tmp_path, "ben", "123123")
    with pytest.raises(ValueError, match="there is nothing to decide"):
        adjudicate(read_codes(tmp_path), sample(), GUIDE, tmp_path)
    with pytest.raises(ValueError, match="1 of 6 units have no code yet"):
        gold(read_codes(tmp_path).query("unit != @alone.unit[0]"), sample())
    with pytest.raises(ValueError, match="there are no codes"):
        gold(alone.head(0), sample())
    with pytest.raises(ValueError, match="not in the sample"):
        gold(alone, sample().head(3))
    assert disagreements(alone).empty


# guide and sheet


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ("conflict,,,\nconflict,,,", "guide.csv:3: 'conflict' stands here a second time"),
        (
            "conflict ,,,\nnone,,,",
            "guide.csv:2: 'conflict ' has blanks around it; did you mean 'conflict'",
        ),
        ("conflict,,,\n,no code,,", "guide.csv:3: no code"),
        ("conflict,,,", "1 codes; a guide has 2 to 33"),
    ],
)
def test_a_guide_is_read_and_its_faults_named(tmp_path: Path, rows: str, said: str) -> None:
    path = tmp_path / "guide.csv"
    path.write_text(f"code,definition,example,counterexample\n{rows}\n", encoding="utf-8")
    with pytest.raises(ValueError, match=said):
        read_guide(path)
    GUIDE.to_csv(path, index=False)
    assert read_guide(path)["code"].tolist() == ["conflict", "dialogue", "none"]
    path.write_text("code,example\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"guide.csv: no column 'definition'"):
        read_guide(path)


def filled(path: Path) -> pd.DataFrame:
    """The sheet as a coder gives it back, with a code in every row."""
    table = pd.read_csv(path, dtype="str", keep_default_na=False)
    return table.assign(code=["conflict", "dialogue", "none"] * (len(table) // 3))


def test_a_sheet_is_blind_opens_in_excel_and_comes_back(tmp_path: Path) -> None:
    whole = units(ARTICLES, FRAMES)
    path = write_sheet(whole, tmp_path, "anna")
    data = path.read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    assert not [
        name for name in ("Lantern", "lantern", "Bote", "bote", "pressure") if name.encode() in data
    ]
    table = filled(path)
    assert not table["text"].str.startswith(("=", "+", "-", "@")).any()
    assert (table["text"] == "'=1+1 is no sentence.").sum() == 1
    table["note"] = "'=2"
    for separator, encoding in ((",", "utf-8-sig"), (";", "utf-8"), ("\t", "utf-8-sig")):
        table.to_csv(path, index=False, sep=separator, encoding=encoding, lineterminator="\r\n")
        codes = read_sheet(path, whole, GUIDE)
        assert codes[["coder", "note"]].drop_duplicates().values.tolist() == [["anna", "=2"]]
        given = dict(zip(table["unit"], table["code"], strict=True))
        assert dict(zip(codes["unit"].map(mask), codes["value"], strict=True)) == given


def workbook(table: pd.DataFrame) -> bytes:
    """A table as Excel saves it, with whole numbers as numbers."""
    cells = [table.columns.tolist(), *table.values.tolist()]
    kinds = {
        True: '<c r="{}"><v>{}</v></c>',
        False: '<c r="{}" t="inlineStr"><is><t>{}</t></is></c>',
    }
    rows = [
        "".join(
            kinds[text.isdigit()].format(f"{letter}{row}", escape(text))
            for letter, text in zip("ABCDEF", line, strict=False)
        )
        for row, line in enumerate(cells, start=1)
    ]
    data = "".join(f'<row r="{row}">{line}</row>' for row, line in enumerate(rows, start=1))
    main, office = (
        f"http://schemas.openxmlformats.org/{name}/2006/"
        for name in ("spreadsheetml", "officeDocument")
    )
    package = "http://schemas.openxmlformats.org/package/2006/"
    relation = (
        f'<Relationships xmlns="{package}relationships">'
        f'<Relationship Id="r" Type="{office}relationships/{{}}" Target="{{}}"/>'
    )
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{package}content-types"/>',
        "_rels/.rels": relation.format("officeDocument", "xl/workbook.xml") + "</Relationships>",
        "xl/workbook.xml": f'<workbook xmlns="{main}main" xmlns:r="{office}relationships"><sheets>'
        '<sheet name="a" sheetId="1" r:id="r"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": relation.format("worksheet", "worksheets/a.xml")
        + "</Relationships>",
        "xl/worksheets/a.xml": f'<worksheet xmlns="{main}main">'
        f"<sheetData>{data}</sheetData></worksheet>",
    }
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return held.getvalue()


def test_a_sheet_saved_as_a_workbook_comes_back_with_codes_that_are_numbers(tmp_path: Path) -> None:
    numbers = GUIDE.assign(code=["1", "2", "3"])
    table = filled(write_sheet(sample(), tmp_path, "anna")).assign(code=["1", "2", "3"] * 2)
    (tmp_path / "anna.xlsx").write_bytes(workbook(table))
    codes = read_sheet(tmp_path / "anna.xlsx", sample(), numbers)
    assert dict(zip(codes["unit"].map(mask), codes["value"], strict=True)) == dict(
        zip(table["unit"], table["code"], strict=True)
    )
    with pytest.raises(ValueError, match=r"anna.xlsx:2: '1' is no code"):
        read_sheet(tmp_path / "anna.xlsx", sample(), GUIDE)


def test_two_sheets_give_agreement_and_gold(tmp_path: Path) -> None:
    for coder in ("anna", "ben"):
        path = write_sheet(sample(), tmp_path, coder)
        table = pd.read_csv(path, dtype="str", keep_default_na=False)
        texts = table["text"].str.len()
        table.assign(code=np.where(texts > 30, "conflict", "none")).to_csv(path, index=False)
    codes = pd.concat(
        [read_sheet(tmp_path / f"{coder}.csv", sample(), GUIDE) for coder in ("anna", "ben")]
    )
    assert agreement(codes).set_index("measure").loc["alpha", "estimate"] == 1.0
    assert set(gold(codes, sample())["how"]) == {"agreed"}


def test_a_sheet_is_never_overwritten(tmp_path: Path) -> None:
    write_sheet(sample(), tmp_path, "anna")
    with pytest.raises(ValueError, match="there is a sheet already"):
        write_sheet(sample(), tmp_path, "anna")


@pytest.mark.parametrize(
    ("row", "column", "cell", "said"),
    [
        (3, "code", "conflit", r"anna.csv:5: 'conflit' is no code; did you mean 'conflict'\?"),
        (0, "code", "Dialogue", r"anna.csv:2: 'Dialogue' is no code; did you mean 'dialogue'\?"),
        (1, "code", "xyz", r"anna.csv:3: 'xyz' is no code; use one of: conflict, dialogue, none"),
        (1, "code", " ", r"anna.csv:3: no code; give one, or read with gaps=True"),
        (2, "text", "Shorter.", r"anna.csv:4: the text was changed; it began '"),
        (
            5,
            "unit",
            "u0",
            r"anna.csv:7: unit 'u0' is not in this sample(.|\n)*anna.csv: 1 units have no row",
        ),
    ],
)
def test_each_fault_of_a_sheet_is_named_by_its_row(
    tmp_path: Path, row: int, column: str, cell: str, said: str
) -> None:
    path = write_sheet(sample(), tmp_path, "anna")
    table = filled(path)
    table.loc[row, column] = cell
    table.to_csv(path, index=False, encoding="utf-8-sig")
    with pytest.raises(ValueError, match=said):
        read_sheet(path, sample(), GUIDE)


def test_rows_that_are_missing_doubled_or_open_are_told(tmp_path: Path) -> None:
    path = write_sheet(sample(), tmp_path, "anna")
    table = filled(path)
    pd.concat([table.head(4), table.head(1)]).to_csv(path, index=False)
    with pytest.raises(
        ValueError,
        match=r"anna.csv:6: unit 'u\w+' stands here a second time(.|\n)*2 units have no row",
    ):
        read_sheet(path, sample(), GUIDE)
    table.assign(code=["none", "", "", "", "", ""]).to_csv(path, index=False)
    assert read_sheet(path, sample(), GUIDE, gaps=True)["value"].tolist() == ["none"]
    path.write_bytes("unit,text,code\nü,ä,ö\n".encode("cp1252"))
    with pytest.raises(ValueError, match="save it as 'CSV UTF-8'"):
        read_sheet(path, sample(), GUIDE)
