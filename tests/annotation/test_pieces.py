"""A run of `annotate` that was stopped goes on where it stopped."""

import importlib
from pathlib import Path

import pandas as pd
import pytest
import spacy

import press_coverage
from press_coverage.annotation import checkpoints, steps

module = importlib.import_module("press_coverage.annotation.notes")
TABLES = (*steps.TABLES, "ledger")


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The articles that are looked through, in pieces of three; the one titled STOP stops it."""
    found: list[str] = []
    collect = module._collect

    def watched(record, *others) -> None:
        if record["title"] == "STOP":
            raise KeyboardInterrupt
        found.append(record["doc_id"])
        collect(record, *others)

    monkeypatch.setattr(module, "_collect", watched)
    monkeypatch.setattr(module, "PIECE", 3)
    return found


@pytest.fixture
def articles() -> pd.DataFrame:
    bodies = [
        f"Kim Jong Un met Trump, day {at}. “We wait,” said the North Korean leader; "
        "the sanctions stay."
        for at in range(8)
    ]
    return pd.DataFrame(
        {
            "doc_id": list("hgfedcba"),
            "language": "en",
            "body": bodies,
            "publishing_date": "2018-06-01",
            "title": None,
        }
    )


def same(one: press_coverage.annotation.Notes, other: press_coverage.annotation.Notes) -> None:
    for name in TABLES:
        pd.testing.assert_frame_equal(getattr(one, name), getattr(other, name))


def test_a_run_that_was_stopped_looks_only_at_what_is_missing(
    tmp_path: Path, seen: list[str], articles: pd.DataFrame
) -> None:
    whole = press_coverage.annotate(articles, progress=False)
    assert all(len(getattr(whole, name)) >= 7 for name in steps.TABLES)
    seen.clear()
    with pytest.raises(KeyboardInterrupt):
        press_coverage.annotate(
            articles.assign(title=[None] * 7 + ["STOP"]), out=tmp_path, progress=False
        )
    assert seen == list("hgfedcb")
    assert len(list(tmp_path.glob("mentions-*.parquet"))) == 2
    seen.clear()
    same(press_coverage.annotate(articles, out=tmp_path, progress=False), whole)
    assert seen == list("ba")
    seen.clear()
    same(press_coverage.annotate(articles, out=tmp_path, progress=False), whole)
    assert seen == []
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(
        f"{name}.parquet" for name in (*steps.TABLES, "annotated")
    )
    pd.testing.assert_frame_equal(pd.read_parquet(tmp_path / "mentions.parquet"), whole.mentions)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("body", "Putin met Trump."),
        ("language", "de"),
        ("publishing_date", "2016-06-01"),
        ("title", "Kim Jong Un"),
    ],
)
def test_an_article_that_has_changed_is_not_taken_for_done(
    tmp_path: Path, seen: list[str], articles: pd.DataFrame, column: str, value: str
) -> None:
    press_coverage.annotate(articles, out=tmp_path, progress=False)
    seen.clear()
    changed = articles.assign(**{column: [*articles[column][:2], value, *articles[column][3:]]})
    again = press_coverage.annotate(changed, out=tmp_path, progress=False)
    assert seen == ["f"]
    same(again, press_coverage.annotate(changed, progress=False))


def test_articles_that_are_new_gone_or_in_another_order_cost_no_others(
    tmp_path: Path, seen: list[str], articles: pd.DataFrame
) -> None:
    press_coverage.annotate(articles.iloc[2:], out=tmp_path, progress=False)
    seen.clear()
    again = press_coverage.annotate(articles.iloc[::-1].iloc[1:], out=tmp_path, progress=False)
    assert seen == ["g", "h"]
    same(again, press_coverage.annotate(articles.iloc[::-1].iloc[1:], progress=False))
    assert not set(pd.read_parquet(tmp_path / "mentions.parquet")["doc_id"]) & {"a"}


def test_another_codebook_or_program_begins_anew(
    tmp_path: Path, seen: list[str], articles: pd.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    press_coverage.annotate(articles, out=tmp_path, progress=False)
    seen.clear()
    monkeypatch.setattr(checkpoints, "_program", lambda: "another")
    press_coverage.annotate(articles, out=tmp_path, progress=False)
    assert seen == list("hgfedcba")


def test_another_pipeline_begins_anew_and_the_same_one_does_not(
    tmp_path: Path, seen: list[str], articles: pd.DataFrame
) -> None:
    nlp = spacy.blank("en")
    nlp.add_pipe("sentencizer")
    for pipeline, looked_at in ((None, 8), (nlp, 8), (nlp, 0), ({"de": nlp}, 8), (None, 0)):
        seen.clear()
        press_coverage.annotate(articles, out=tmp_path, progress=False, nlp=pipeline)
        assert len(seen) == looked_at
    ruler = nlp.add_pipe("entity_ruler")
    hashes = {module._digest(nlp)}
    ruler.add_patterns([{"label": "PERSON", "pattern": "Keith Moon"}])
    hashes.add(module._digest(nlp))
    nlp("Words that the pipeline has not seen.")
    assert len(hashes) == 2
    assert module._digest(nlp) in hashes


@pytest.mark.parametrize(
    ("file", "counts"),
    [
        ("annotation/notes.py", True),
        ("annotation/events/acts.py", True),
        ("codebooks/actors.csv", True),
        ("codebooks/words/events.csv", True),
        ("models/voice_de.npz", True),
        ("tables/schema.py", True),
        ("text/words.py", True),
        ("sharing/report.py", False),
        ("cleaning/articles.py", False),
        ("codebooks/notes.txt", False),
    ],
)
def test_the_program_s_hash_is_of_what_annotation_depends_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, file: str, counts: bool
) -> None:
    monkeypatch.setattr(checkpoints.resources, "files", lambda _: tmp_path)
    (tmp_path / file).parent.mkdir(parents=True)
    (tmp_path / file).write_text("one")
    first = checkpoints._program.__wrapped__()
    (tmp_path / file).write_text("other")
    assert (first != checkpoints._program.__wrapped__()) == counts


def test_a_piece_whose_list_was_not_written_counts_for_nothing(
    tmp_path: Path, seen: list[str], articles: pd.DataFrame
) -> None:
    press_coverage.annotate(articles, out=tmp_path, progress=False)
    (tmp_path / "annotated.parquet").unlink()
    seen.clear()
    press_coverage.annotate(articles, out=tmp_path, progress=False)
    assert seen == list("hgfedcba")
