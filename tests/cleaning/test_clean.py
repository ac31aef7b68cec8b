"""Clean: what is the article, and why the rest was left out."""

import json
from pathlib import Path
from typing import Any

import pandas as pd
import py3langid
import pytest
from gate import line_scores, measured

import press_coverage
from press_coverage.cleaning.explanation import explain, found_text
from press_coverage.cleaning.language import languages
from press_coverage.cleaning.lines.features import features
from press_coverage.cleaning.lines.verdicts import KEEP, judged
from press_coverage.cleaning.pages.page import page

ROOT = Path(__file__).parents[2]
CASES = {
    name: json.loads((ROOT / "tests/cases" / f"{name}.json").read_text(encoding="utf-8"))
    for name in ("wild", "synthetic", "negative")
}
KNOWN_FAILURES = json.loads((ROOT / "tests/cases/known_failures.json").read_text(encoding="utf-8"))


def cleaned(scrape: str) -> tuple["pd.Series[Any]", pd.DataFrame]:
    articles, ledger = press_coverage.clean(
        pd.DataFrame({"doc_id": ["a"], "format": ["text"], "raw": [scrape]})
    )
    return articles.loc[0], ledger


@pytest.mark.parametrize(
    "case",
    [pytest.param(c, id=f"{kind}: {c['label']}") for kind, cases in CASES.items() for c in cases],
)
def test_a_scrape_gives_its_article(case: dict[str, Any]) -> None:
    article, _ = cleaned("\n".join(case["scrape"]))
    assert (article["title"] if isinstance(article["title"], str) else None) == case["title"]
    assert article["body"].split("\n") == (case["body"] or [""])


@pytest.mark.parametrize("case", [pytest.param(c, id=c["label"]) for c in KNOWN_FAILURES])
@pytest.mark.xfail(reason="not solved yet", strict=True)
def test_known_failures(case: dict[str, Any]) -> None:
    test_a_scrape_gives_its_article(case)


@pytest.mark.parametrize("case", [pytest.param(c, id=c["label"]) for c in CASES["wild"]])
def test_every_line_left_out_is_in_the_ledger_where_it_stood(case: dict[str, Any]) -> None:
    scrape = "\n".join(case["scrape"])
    article, ledger = cleaned(scrape)
    dropped = ledger[ledger["action"] == "dropped"]
    assert [
        scrape[s:e].strip() for s, e in zip(dropped["start"], dropped["end"], strict=True)
    ] == dropped["text"].tolist()
    kept = [article["title"], *article["body"].split("\n"), *dropped["text"]]
    assert sorted(kept) == sorted(line.strip() for line in case["scrape"] if line.strip())
    assert dropped["score"].between(0, 1).all()
    assert dropped["reason"].str.len().gt(10).all()


def test_what_a_publisher_repeats_is_furniture_but_a_copied_article_is_none() -> None:
    box = "Read the evening edition wherever you are, on paper or on glass."
    bodies = [
        f"The envoys met for the {n} time in the border village, officials said."
        for n in ("first", "second", "third")
    ]
    scrapes = [f"Talks {n}\n{body}\n{box}" for n, body in enumerate(bodies)]
    articles = pd.DataFrame(
        {"doc_id": list("abc"), "publisher": "Uralia", "format": "text", "raw": scrapes}
    )
    out, ledger = press_coverage.clean(articles)
    assert out["body"].tolist() == bodies
    assert ledger["rule"].tolist() == ["title", "repeated"] * 3
    copies = articles.assign(raw=[f"Talks {n}\n{bodies[0]}" for n in range(3)])
    assert press_coverage.clean(copies)[0]["body"].tolist() == [bodies[0]] * 3


def test_headlines_that_a_publisher_repeats_go_where_they_stand_beside_furniture() -> None:
    first = "The envoys met in the border village on Friday, officials said."
    said = [
        first,
        "Old lighthouse finds a buyer",
        "Harbor pilots walk out",
        "Nobody follows the pilots",
        first.replace("met", "parted"),
    ]
    likely, copies = [0.9, 0.1, 0.6, 0.6, 0.9], {said[2]: 2, said[3]: 2}
    kept = [kept for kept, _, _ in judged(said, features(said), likely, copies, KEEP["text"], None)]
    assert kept == [True, False, False, False, True]
    alone = [
        kept
        for kept, _, _ in judged(
            said, features(said), [0.9, 0.6, 0.6, 0.6, 0.9], {said[2]: 2}, KEEP["text"], None
        )
    ]
    assert alone == [True] * 5


def test_a_cell_loses_no_sentence_for_its_us_and_you_alone() -> None:
    said = [
        "You and our children will remember how we crossed this river.",
        "Subscribe to our newsletter, and we will write to you.",
    ]
    verdicts = judged(said, features(said), [0.05, 0.05], {}, KEEP["table"], None)
    assert [(kept, rule) for kept, rule, _ in verdicts] == [(True, "article"), (False, "support")]


def test_a_line_that_asks_twice_goes_with_the_appeal_that_it_touches() -> None:
    said = [
        "The envoys met in the border village on Friday, officials said.",
        "Before you read on, a word from the editor: "
        "last winter we sent two reporters to the river.",
        "Support our newsroom with a donation.",
    ]
    kept = [
        kept for kept, _, _ in judged(said, features(said), [0.9, 0.8, 0.1], {}, KEEP["text"], None)
    ]
    assert kept == [True, False, False]
    assert [
        kept
        for kept, _, _ in judged(said[:2], features(said[:2]), [0.9, 0.8], {}, KEEP["text"], None)
    ] == [True, True]


def test_prose_straight_under_the_headline_is_the_lead_even_in_doubt() -> None:
    said = [
        "Talks resume",
        "Envoys of both sides are back in the village, and nobody knows for how long.",
        "Share",
        "They met on Friday.",
    ]
    likely = [0.2, 0.12, 0.0, 0.9]
    for second, lead in (
        (said[1], True),
        ("Support us with a donation, and the reporter stays in the village.", False),
        ("Envoys are back", False),
    ):
        text = [said[0], second, *said[2:]]
        kept = [kept for kept, _, _ in judged(text, features(text), likely, {}, KEEP["text"], 0)]
        assert kept == [False, lead, False, True], second
    assert not judged(said, features(said), [0.2, 0.05, 0.0, 0.9], {}, KEEP["text"], 0)[1][0]
    lower = [said[0], said[2], said[1], said[3]]
    assert not judged(lower, features(lower), [0.2, 0.0, 0.12, 0.9], {}, KEEP["text"], 0)[2][0]


def test_an_advert_between_paragraphs_leaves_them_apart() -> None:
    body = (
        "Two envoys met in the village on Friday, officials said.\nADVERTISEMENT\n"
        "They agreed to meet again in two weeks at the border."
    )
    articles, _ = press_coverage.clean(pd.DataFrame({"doc_id": ["a"], "body": [body]}))
    assert articles.loc[0, "body"].split("\n") == [body.split("\n")[0], body.split("\n")[2]]


def test_language_is_told_from_the_text() -> None:
    told = languages(
        [
            "The envoys of both sides met in the border village on Friday.",
            "OK",
            "Министр иностранных дел прибыл в Пхеньян в четверг утром.",
        ]
    )
    assert told == ["en", None, "ru"]
    assert languages([]) == []


def test_language_of_many_texts_is_what_py3langid_says_of_each(specimens) -> None:
    bodies = [
        body
        for text in specimens.articles["body"]
        for body in (text[:300], text[40:130], text[-300:].upper(), text[:60] + "\ud83d\u0301")
    ]
    letters = [sum(map(str.isalpha, body)) for body in bodies]
    told = [
        py3langid.classify(body)[0] if n >= 40 else None
        for body, n in zip(bodies, letters, strict=True)
    ]
    assert languages(bodies) == [code if code and len(code) == 2 else None for code in told]


def test_what_is_filled_already_stays() -> None:
    given = {
        "doc_id": ["a"],
        "title": ["Mine"],
        "language": ["de"],
        "body": ["The envoys of both sides met in the border village on Friday."],
    }
    articles, _ = press_coverage.clean(pd.DataFrame(given))
    assert articles.loc[0, ["title", "language"]].tolist() == ["Mine", "de"]


def test_cleaning_twice_changes_nothing_and_keeps_what_was_mended_by_hand(specimens) -> None:
    again, _ = press_coverage.clean(specimens.articles)
    pd.testing.assert_frame_equal(again, specimens.articles)
    by_hand = specimens.articles.assign(body="Mended by hand.")
    assert set(press_coverage.clean(by_hand)[0]["body"]) == {"Mended by hand."}


def test_a_table_without_text_is_refused() -> None:
    with pytest.raises(
        ValueError, match=r"no column 'raw' or 'body' \(columns: doc_id, text\); rename"
    ):
        press_coverage.clean(pd.DataFrame({"doc_id": ["a"], "text": ["x"]}))


def test_no_article_is_lost(specimens) -> None:
    assert specimens.articles["doc_id"].tolist() == specimens.loaded["doc_id"].tolist()
    assert specimens.articles["body"].str.len().gt(0).all()


@pytest.mark.parametrize(
    "source",
    ["", "<", "\x00", "plain words", "<html>" + "<div>" * 3000, "<table><td><p>x</table>", "<!--"],
)
def test_a_page_that_is_none_gives_an_empty_article(source: str) -> None:
    found = page(source)
    assert not any(p > 0.5 for p in found.likely)
    assert found.fields.get("title") is None


@pytest.mark.parametrize("kind", ["html", "text", "table"])
def test_bodies_of_the_specimens_reach_the_floor(specimens, gate, kind: str) -> None:
    f1, recall = line_scores(specimens.articles, specimens.gold, kind)
    assert f1 >= gate[f"clean_{kind}_line_f1"]
    assert recall >= gate[f"clean_{kind}_line_recall"]


@pytest.mark.parametrize("name", measured())
def test_what_training_found_reaches_the_floor(gate, name: str) -> None:
    assert measured()[name] >= gate[name]


@pytest.mark.parametrize(
    ("kind", "row"), [("html", "pages"), ("text", "plain-text scrapes"), ("table", "table cells")]
)
def test_the_readme_gives_what_is_measured(specimens, kind: str, row: str) -> None:
    f1, recall = line_scores(specimens.articles, specimens.gold, kind)
    assert f"| {row} | {f1:.2f} | {recall:.2f} |" in (ROOT / "docs/validity.md").read_text(
        encoding="utf-8"
    )


@pytest.mark.parametrize("field", ["title", "language"])
def test_fields_of_the_specimens_are_right(specimens, field: str) -> None:
    found = dict(zip(specimens.articles["doc_id"], specimens.articles[field], strict=True))
    assert {i: g[field] for i, g in specimens.gold.items()} == found


def test_dates_of_the_specimens_are_right(specimens) -> None:
    for article in specimens.articles.itertuples():
        told = specimens.gold[article.doc_id]["publishing_date"]
        if told is None:
            assert pd.isna(article.publishing_date)
        else:
            day_only = article.publishing_date == article.publishing_date.normalize()
            assert article.publishing_date == (
                pd.Timestamp(told[:10], tz="UTC") if day_only else pd.Timestamp(told)
            ), article.doc_id


SEED = ROOT.parent / "shared" / "seed"


@pytest.mark.skipif(
    not SEED.is_dir(), reason="needs ../shared/seed, which is not part of the project"
)
def test_the_scrape_this_project_began_from() -> None:
    articles, _ = press_coverage.clean(press_coverage.load(SEED)[0])
    article = articles.loc[0]
    paragraphs = article["body"].split("\n")
    assert len(paragraphs) == 5
    assert paragraphs[0] == article["lead"]
    assert "Reuters" in paragraphs[-1]
    assert article["language"] == "de"
    notes = press_coverage.annotate(articles)
    named = press_coverage.kwic(articles, notes.mentions)
    ids = (
        "kim_jong_un donald_trump sergey_lavrov mike_pompeo "
        "north_korea russia united_states pyongyang white_house"
    )
    assert set(ids.split()) <= set(named["actor_id"])
    assert (
        named.loc[named["actor_id"] == "white_house", ["keyword", "country"]].values.tolist()
        == [["Weiße Haus", "US"]] * 2
    )
    for poison in ("Scholz", "AfD", "Selenskyj", "Danke", "zahl ich", "meistkommentiert"):
        assert poison not in article["body"]


def bare(text: str) -> str:
    return "".join(text.split())


def test_the_text_as_found_with_the_ledger_applied_is_the_body(specimens) -> None:
    """Nothing vanishes without a row, and every row stands where it says."""
    for article in specimens.articles.to_dict("records"):
        text, body = found_text(article), ""
        rows = specimens.ledger[
            (specimens.ledger["doc_id"] == article["doc_id"])
            & (specimens.ledger["step"] == "clean")
        ]
        at = 0
        for row in rows[rows["text"].notna()].sort_values("start").itertuples():
            assert bare(text[row.start : row.end]) == bare(row.text) or row.action == "repaired"
            body += text[at : row.start] + (row.new if isinstance(row.new, str) else "")
            at = row.end
        assert bare(body + text[at:]) == bare(article["body"]), article["doc_id"]


def test_explain_shows_what_was_kept_and_what_was_not(specimens) -> None:
    for article in specimens.articles.to_dict("records"):
        found = explain(article, specimens.ledger)
        assert bare("".join(piece.text for piece in found.pieces)) == bare(found_text(article))
        assert bare("".join(p.text if p.action == "kept" else p.new for p in found.pieces)) == bare(
            article["body"]
        )
        assert "<script" not in found._repr_html_()


def test_explain_escapes_what_a_page_says() -> None:
    scrape = (
        "Talks\nEnvoys met on <b onclick=x>Friday</b> in the border village, officials said.\n"
        "Most read <script>alert(1)</script>"
    )
    articles, ledger = press_coverage.clean(
        pd.DataFrame({"doc_id": ["a"], "format": ["text"], "raw": [scrape]})
    )
    shown = explain(articles.loc[0], ledger)._repr_html_()
    assert "&lt;script&gt;" in shown
    assert "<script" not in shown
    assert "<b onclick" not in shown


def test_explain_needs_the_text_as_found() -> None:
    with pytest.raises(ValueError, match="keep the column 'raw'"):
        explain(
            {"doc_id": "a", "format": "text", "raw": None},
            press_coverage.clean(pd.DataFrame({"doc_id": ["a"], "body": ["x"]}))[1],
        )


def test_recall_first_keeps_what_is_in_doubt(specimens) -> None:
    more, _ = press_coverage.clean(specimens.loaded, recall_first=True)
    for body, fuller in zip(specimens.articles["body"], more["body"], strict=True):
        assert set(body.split("\n")) <= set(fuller.split("\n")) | {""}
    assert more["body"].str.len().sum() > specimens.articles["body"].str.len().sum()


def test_dateline_and_agency_are_told_and_stay_in_the_body(specimens) -> None:
    found = specimens.articles.set_index("doc_id")
    for doc_id, gold in specimens.gold.items():
        if gold["agency"] == "mer" and pd.notna(found.loc[doc_id, "agency"]):
            assert found.loc[doc_id, "agency"] in ("mer", "Meridian Wire", "Meridian"), doc_id
    told = found[found["dateline"].notna()]
    assert len(told) > 10
    assert all(place in body for place, body in zip(told["dateline"], told["body"], strict=True))
