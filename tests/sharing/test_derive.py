"""Derive: what is written holds no text and reads as counted; what may be text is refused."""

import json
from pathlib import Path

import pandas as pd
import pytest
from conftest import ROOT, SPECIMENS

import press_coverage
from press_coverage import kwic, rates
from press_coverage.__main__ import main
from press_coverage.cleaning.explanation import found_text
from press_coverage.codebooks import terms
from press_coverage.copies import weights
from press_coverage.measures import differences
from press_coverage.sharing import derive, read_compendium
from press_coverage.sharing.compendium import read
from press_coverage.sharing.derivation import MANIFEST, shareable, write

PRESS = ROOT / "data" / "press"
# all that the real press has of more than three words: an outlet, labels of subjects, files
KNOWN = (
    "Federation of American Scientists",
    "facts_and_fact_checking",
    "gun_control_and_gun_rights",
    "gdelt_tone_by_country_day",
    "gdelt_volume_by_country_month",
    "gdelt_volume_russia_north_korea_week",
)
MANIFESTS = sorted(PRESS.rglob(MANIFEST), key=lambda path: path.parent.name)
SENTENCE = "Two envoys shared a lukewarm lunch on the pier."


@pytest.fixture(scope="session")
def coded(specimens: object) -> dict[str, object]:
    """What the verbs give for the specimens."""
    cleaned = specimens.articles  # type: ignore[attr-defined]
    articles = press_coverage.stories(press_coverage.dedupe(cleaned))
    found = articles.assign(body=[found_text(article) for _, article in articles.iterrows()])
    policy, _ = press_coverage.annotation.policy_frames(articles)
    notes, before = press_coverage.annotate(articles), press_coverage.annotate(found)
    return {
        "articles": articles,
        "notes": notes,
        "policy": policy,
        "removed": specimens.ledger,
        "before": before,
    }  # type: ignore[attr-defined]


def test_rates_and_differences_of_the_tables_are_those_of_the_texts(
    coded: dict[str, object], tmp_path: Path
) -> None:
    derive(**coded, out=tmp_path)  # type: ignore[arg-type]
    tables = read_compendium(tmp_path)
    articles, notes = coded["articles"], coded["notes"]
    assert tables.articles["body"].isna().all()
    for name in ("mentions", "quotes", "frames", "events"):
        pd.testing.assert_frame_equal(
            getattr(tables.notes, name), getattr(notes, name), check_dtype=True
        )
    for per in ("raw", "text", "story", "own"):
        assert weights(tables.articles, per).tolist() == weights(articles, per).tolist()
        ours, theirs = (
            rates(a, n.frames, by=["publisher"], per=per)
            for n, a in ((tables.notes, tables.articles), (notes, articles))
        )
        pd.testing.assert_frame_equal(ours, theirs)
    asked = {"between": "language", "column": "actor_id"}
    there, here = (
        differences(tables.articles, tables.notes.mentions, **asked),
        differences(articles, notes.mentions, **asked),
    )
    pd.testing.assert_frame_equal(there, here)
    there, here = (
        rates(a, p[p["present"]])
        for p, a in ((tables.policy_frames, tables.articles), (coded["policy"], articles))
    )
    pd.testing.assert_frame_equal(there, here)
    pd.testing.assert_frame_equal(
        press_coverage.measures.agency_share(tables.articles),
        press_coverage.measures.agency_share(articles),
    )
    counts = tables.counts.query("table == 'mentions'").groupby("code")[["before", "after"]].sum()
    assert (
        counts["after"].loc[lambda n: n > 0].to_dict()
        == notes.mentions["actor_id"].value_counts().to_dict()
    )
    assert counts["before"].sum() == len(coded["before"].mentions)
    dropped = coded["removed"].query("step == 'clean' and action == 'dropped'")
    assert tables.cleaning.query("action == 'dropped'")["pieces"].sum() == len(dropped)
    assert (
        tables.cleaning.query("action == 'dropped'")["characters"].sum()
        == dropped["text"].str.len().sum()
    )


def test_a_changed_codebook_changes_what_is_counted_of_the_tables(
    coded: dict[str, object], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A term moved or taken out counts as if texts were read with the new codebook.

    A term that is new is named.
    """
    derive(**coded, out=tmp_path)  # type: ignore[arg-type]
    before = read_compendium(tmp_path).notes.frames
    rows = [
        row
        for row in terms.read("frames")
        if (row.language, terms.forms(row.term)[0]) != ("en", "sanctions")
    ]
    moved = next(
        row
        for row in rows
        if row.language == "de" and terms.forms(row.term)[0] in set(before["term"])
    )
    rows = [row._replace(label="cooperation" if row == moved else row.label) for row in rows] + [
        moved._replace(term="Brotzeit")
    ]
    monkeypatch.setattr(terms, "read", lambda name: rows if name == "frames" else [])
    with pytest.warns(
        UserWarning,
        match=r"1 terms are no longer .*: sanctions; "
        r"1 terms were not looked for .*: Brotzeit; derive them again",
    ):
        after = read_compendium(tmp_path).notes.frames
    term = terms.forms(moved.term)[0]
    assert set(after.loc[after["term"] == term, "frame"]) == {"cooperation"}
    articles = coded["articles"].set_index("doc_id")["language"]  # type: ignore[attr-defined]
    gone = before["term"].eq("sanctions") & before["doc_id"].map(articles).eq("en")
    assert gone.any()
    kept = ["doc_id", "start", "end", "term", "voice"]
    pd.testing.assert_frame_equal(after[kept], before.loc[~gone, kept].reset_index(drop=True))


def test_nothing_of_the_texts_is_in_the_files(coded: dict[str, object], tmp_path: Path) -> None:
    derive(**coded, out=tmp_path)  # type: ignore[arg-type]
    written = "".join(path.read_text(encoding="utf-8") for path in tmp_path.iterdir())
    articles = coded["articles"]
    for column in ("title", "body", "lead", "authors", "raw"):
        for text in articles[column].dropna():
            words = text.split()
            assert len(words) < 5 or not any(
                " ".join(words[at : at + 5]) in written for at in range(0, len(words) - 4, 7)
            )


def test_the_same_tables_give_the_same_bytes_and_changed_files_are_refused(tmp_path: Path) -> None:
    table = pd.DataFrame(
        {
            "doc_id": [f"a-{n}" for n in range(2_500)],
            "start": range(2_500),
            "end": range(1, 2_501),
            "actor_id": "kim_jong_un",
        }
    )
    tables = {"mentions": table.assign(kind="person", country="KP"), "frames": table.head(3)}
    for folder in ("one", "two"):
        write(tables, tmp_path / folder)
    names = sorted(path.name for path in (tmp_path / "one").iterdir())
    assert names == ["frames.csv", MANIFEST, "mentions.parquet"]
    for name in names:
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()
    said = json.loads((tmp_path / "one" / MANIFEST).read_text(encoding="utf-8"))
    assert said["files"]["mentions.parquet"]["rows"] == 2_500
    assert len(said["codebooks_and_models"]["actors.csv"]) == 64
    write(tables | {"mentions": tables["mentions"].head(3)}, tmp_path / "one")
    assert not (tmp_path / "one" / "mentions.parquet").exists()
    (tmp_path / "two" / "frames.csv").write_text("doc_id\n", encoding="utf-8")
    with pytest.raises(
        ValueError, match=r"frames\.csv: not the file that manifest\.json names; restore it"
    ):
        read(tmp_path / "two")
    with pytest.raises(
        FileNotFoundError, match=r"manifest\.json: no such file; write the tables with derive"
    ):
        read_compendium(tmp_path)


@pytest.mark.parametrize(
    ("column", "cell", "said"),
    [
        (
            "note",
            SENTENCE,
            "articles, row 1, column 'note': "
            "'Two envoys shared a lukewarm lunch on th…' may be text; leave",
        ),
        ("note", "four words are many", "row 1, column 'note'"),
        ("note", "four-words_are/many", "row 1, column 'note'"),
        ("note", "Donaudampfschifffahrtsgesellschaftskapitän", "row 1, column 'note'"),
        ("note", "特使们在码头上吃午饭", "row 1, column 'note'"),
        ("note", ["Two envoys", "shared lunch"], "row 1, column 'note'"),
        ("url", f"https://example.org/ {SENTENCE}", "row 1, column 'url'"),
        ("doc_id", f"pages/{SENTENCE}.html", "row 1, column 'doc_id'"),
        (
            "publisher",
            "The Morning Post of Harrow",
            "say so with known=['The Morning Post of Harrow'] (--known)",
        ),
        ("title", "Lunch", "column 'title' is for text, which may not be shared; leave it out"),
        ("Full Text", "Lunch", "column 'Full Text' is for text"),
        ("Schlagzeile", "Lunch", "column 'Schlagzeile' is for text"),
        (SENTENCE, "Lunch", "column 'Two envoys shared a lukewarm lunch on th' is for text"),
    ],
)
def test_what_may_be_text_is_refused(column: str, cell: object, said: str) -> None:
    with pytest.raises(ValueError) as refused:
        shareable(pd.DataFrame({column: [None, cell]}), "articles")
    assert said in str(refused.value)


@pytest.mark.parametrize(
    ("column", "cell"),
    [
        ("url", "https://example.org/2018/06/two-envoys-shared-a-lukewarm-lunch"),
        ("doc_id", "scrapes/Tagesbogen Sued/tagesbogen-sued-01.txt"),
        ("doc_id", "123e4567-e89b-12d3-a456-426614174000"),
        ("sha256", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("publisher", "The New York Times Magazine of Nowhere"),
        ("frame", "External_regulation_and_reputation"),
        ("month", "2018-05"),
        ("leaning", "center"),
        ("n", 3),
        ("when", pd.Timestamp("2018-06-12", tz="UTC")),
    ],
)
def test_codes_names_addresses_and_figures_pass(column: str, cell: object) -> None:
    assert (
        len(
            shareable(
                pd.DataFrame({column: [cell]}),
                "articles",
                known=["The New York Times Magazine of Nowhere"],
            )
        )
        == 1
    )


def test_own_columns_are_left_out_unless_named_and_then_must_pass(tmp_path: Path) -> None:
    articles = pd.DataFrame(
        {
            "doc_id": ["a"],
            "language": "en",
            "body": "Trump met Kim Jong Un.",
            "leaning": "left",
            "note": SENTENCE,
        }
    )
    notes = press_coverage.annotate(articles)
    derive(articles, notes, tmp_path / "none")
    assert {"leaning", "note", "title", "body", "section", "source_file"}.isdisjoint(
        read(tmp_path / "none")["articles"].columns
    )
    derive(articles, notes, tmp_path / "one", keep=["leaning"])
    assert read_compendium(tmp_path / "one").articles["leaning"].tolist() == ["left"]
    with pytest.raises(ValueError, match="column 'note'"):
        derive(articles, notes, tmp_path / "two", keep=["note"])
    assert not (tmp_path / "two").exists()
    with pytest.raises(ValueError, match="no column 'colour'"):
        derive(articles, notes, tmp_path / "two", keep=["colour"])


def test_ids_that_read_as_text_are_hashed_everywhere_alike(tmp_path: Path) -> None:
    articles = pd.DataFrame(
        {
            "doc_id": [f"{SENTENCE}.html", "b"],
            "language": "en",
            "body": "Trump met Kim Jong Un.",
            "url": None,
        }
    )
    articles["url"] = "https://example.org/1#:~:text=Trump%20met"
    articles = press_coverage.stories(press_coverage.dedupe(articles))
    derive(articles, press_coverage.annotate(articles), tmp_path)
    tables = read_compendium(tmp_path)
    first = tables.articles["doc_id"][0]
    assert first != articles["doc_id"][0]
    assert len(first) == 16
    assert tables.articles["dup_group"].tolist() == [first, first]
    assert set(tables.notes.mentions["doc_id"]) == {first, "b"}
    assert tables.articles["url"].unique().tolist() == ["https://example.org/1"]
    places = kwic(tables.articles, tables.notes.mentions)
    assert places.columns[:4].tolist() == ["doc_id", "url", "start", "end"]
    assert len(places) == 4


def test_an_article_that_was_not_annotated_is_told(tmp_path: Path) -> None:
    articles = pd.DataFrame(
        {
            "doc_id": ["1", "02"],
            "language": ["en", "xx"],
            "body": ["Trump met Kim Jong Un.", "Lorem ipsum."],
        }
    )
    derive(articles, press_coverage.annotate(articles), tmp_path)
    tables = read_compendium(tmp_path)
    assert tables.articles["annotated"].tolist() == [True, False]
    assert tables.notes.ledger["doc_id"].tolist() == ["02"]


def test_the_command_derives_a_corpus_and_says_what_it_refuses(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "corpus" / "The Morning Post of Harrow"
    folder.mkdir(parents=True)
    (folder / "a.txt").write_text(
        "A letter\nDonald Trump wrote to Kim Jong Un on Friday, the envoys said.\n",
        encoding="utf-8",
    )
    with pytest.raises(SystemExit):
        main(["derive", str(tmp_path / "corpus"), str(tmp_path / "out")])
    assert "'The Morning Post of Harrow' may be text" in capsys.readouterr().err
    assert (
        main(
            [
                "derive",
                str(tmp_path / "corpus"),
                str(tmp_path / "out"),
                "--known",
                "The Morning Post of Harrow",
            ]
        )
        == 0
    )
    assert "1 articles, 2 mentions" in capsys.readouterr().out
    assert read_compendium(tmp_path / "out").articles["publisher"].tolist() == [
        "The Morning Post of Harrow"
    ]


def test_the_specimens_derive_without_a_name_to_be_known(
    coded: dict[str, object], tmp_path: Path
) -> None:
    assert SPECIMENS.exists()
    assert derive(**coded, out=tmp_path)["rows"].gt(0).all()  # type: ignore[arg-type]


@pytest.mark.parametrize("manifest", MANIFESTS, ids=lambda path: path.parent.name)
def test_the_real_press_is_as_its_manifest_says_and_without_text(manifest: Path) -> None:
    said = json.loads(manifest.read_text(encoding="utf-8"))["files"]
    for name, table in read(manifest.parent).items():
        entry = said.get(f"{name}.csv") or said[f"{name}.parquet"]
        assert (len(table), list(table.columns)) == (entry["rows"], entry["columns"])
        shareable(table, name, known=KNOWN)
    known = (
        {*said, MANIFEST} if manifest.parent != PRESS else {path.name for path in PRESS.iterdir()}
    )
    assert {path.name for path in manifest.parent.iterdir()} == known, (
        "no file without its line in the manifest"
    )


def test_the_real_press_is_there_and_small() -> None:
    assert [path.parent.name for path in MANIFESTS] == ["de_tv", "press", "ru", "us"]
    assert sum(path.stat().st_size for path in PRESS.rglob("*") if path.is_file()) < 10_000_000


def test_focus_was_measured_on_articles_that_were_read() -> None:
    verdicts = pd.read_csv(PRESS / "us_focus.csv").merge(
        read_compendium(PRESS / "us").articles[["doc_id", "focus"]], on="doc_id"
    )
    assert len(verdicts) == 60
    both = int((verdicts["about"] & verdicts["focus"]).sum())
    scores = pd.read_csv(PRESS / "us_focus_scores.csv").set_index("measure")
    assert scores["right"].tolist() == [both, both]
    assert scores["of"].to_dict() == {
        "precision": int(verdicts["focus"].sum()),
        "recall": int(verdicts["about"].sum()),
    }
