"""Annotate: actors, quotations and frames, measured on the specimens' gold bodies."""

import json
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
import spacy
from lxml import html
from spacy.language import Language

import press_coverage
from press_coverage.annotation import pipeline
from press_coverage.annotation.actors import Mention, find_actors
from press_coverage.annotation.frames.dictionary import find_frames
from press_coverage.annotation.quotes.quotations import Quote, find_quotes
from press_coverage.codebooks import terms

TRUMP = Mention(0, 5, "donald_trump", "person", "US")
SPECIMENS = Path(__file__).parents[2] / "data" / "specimens"
ROWS = [(name, row) for name in ("actors", "roles", "frames", "cues") for row in terms.read(name)]


@pytest.mark.parametrize("name", ["actors", "roles", "frames", "cues"])
def test_every_codebook_row_finds_its_example_and_not_its_counterexample(name: str) -> None:
    assert terms.check_rows(terms.read(name), names=name == "actors") == []


def test_every_codebook_row_has_a_counterexample() -> None:
    assert [f"{name}.csv:{row.line}" for name, row in ROWS if not row.counterexample] == []


def test_a_row_that_needs_another_actor_counts_in_its_example_alone() -> None:
    for row in (row for name, row in ROWS if name == "actors" and row.needs):
        assert row.label in {m.actor_id for m in find_actors(row.example, row.language)}, (
            f"actors.csv:{row.line}"
        )
    assert find_actors("Moon rose early.", "en") == []


def test_a_codebook_that_is_broken_is_named_by_file_and_line(tmp_path) -> None:
    head = "frame,language,term,example,counterexample\n"
    for rest, said in (
        ("conflict,en,,x,y\n", "mine.csv:2: nothing in term"),
        ("conflict,en,row(s,x,y\n", r"mine.csv:2: term 'row\(s': brackets"),
    ):
        (tmp_path / "mine.csv").write_text(head + rest, encoding="utf-8")
        with pytest.raises(ValueError, match=said):
            terms.read("frames", tmp_path / "mine.csv")


@pytest.mark.parametrize(
    ("language", "text", "named"),
    [
        (
            "de",
            "Kims Brief erreichte das Weiße Haus; Nordkoreas Führung schwieg.",
            ["Kims", "Weiße Haus", "Nordkoreas"],
        ),
        (
            "de",
            "Das Kim-Trump-Treffen kostet die Nordkorea-Politik viel.",
            ["Kim-Trump-Treffen", "Kim-Trump-Treffen", "Nordkorea-Politik"],
        ),
        ("de", "Im Weissen Haus und in Pjongjang schwieg man.", ["Weissen Haus", "Pjongjang"]),
        (
            "en",
            "SEOUL - Kim Jong-un's envoys left North Korea; the North was silent.",
            ["SEOUL", "Kim Jong-un", "North Korea", "the North"],
        ),
        ("en", "The Washington Post and Kim Kardashian wrote about Kimchi.", []),
        ("en", "The North Atlantic is cold.", []),
        (
            "en",
            "The U.S.-North Korea talks and the White House-Kremlin line.",
            ["U.S.-North Korea"] * 2 + ["White House-Kremlin"] * 2,
        ),
        ("de", "Südkorea und der Norden reden; im Norden schneit es.", ["Südkorea", "der Norden"]),
    ],
)
def test_names_are_found_whole(language: str, text: str, named: list[str]) -> None:
    title = "Kim Jong Un und Donald Trump" if language == "de" else ""
    assert [text[m.start : m.end] for m in find_actors(text, language, title=title)] == named


@pytest.mark.parametrize(
    ("text", "language", "source"),
    [
        ("„Wir warten ab“, sagte Pompeo.", "de", "mike_pompeo"),
        ("»Wir warten ab«, sagte Außenminister Mike Pompeo am Freitag.", "de", "mike_pompeo"),
        ("“We wait,” Trump said.", "en", "donald_trump"),
        ('"We wait," said a diplomat in Seoul.', "en", None),
        ("«Wir warten», sagte ein Berater von Trump.", "de", None),
        (
            "The envoys came, Trump said. “We wait,” Foreign Minister Ri Yong Ho told reporters.",
            "en",
            "ri_yong_ho",
        ),
        ("So meldete es Putin. „Wir warten“, sagte Außenminister Ri Yong Ho.", "de", "ri_yong_ho"),
        ("Trump sagte: „Wir warten.“", "de", "donald_trump"),
        ("‘We don’t wait,’ said Trump.", "en", "donald_trump"),
    ],
)
def test_a_speaker_is_named_only_where_nobody_else_can_speak(
    text: str, language: str, source: str | None
) -> None:
    (quote,) = [
        q
        for q in find_quotes(text, language, tuple(find_actors(text, language)))
        if q.form == "direct"
    ]
    assert (quote.actor.actor_id if quote.actor else None) == source
    assert quote.cue is not None


def test_an_apostrophe_is_no_quotation_mark() -> None:
    assert find_quotes("Kim's and Trump's envoys met; the men's talks went on.", "en", ()) == []


def test_two_apostrophes_are_a_quotation_mark_and_belong_to_the_quotation() -> None:
    text = (
        "The talks ended late. ''We will meet again in June,'' Pompeo said. "
        "They don't know Jones' plans."
    )
    (quote,) = [
        q for q in find_quotes(text, "en", tuple(find_actors(text, "en"))) if q.form == "direct"
    ]
    assert text[quote.start : quote.end] == "''We will meet again in June,''"
    assert quote.source is not None
    assert text[slice(*quote.source)] == "Pompeo"


def test_a_frame_in_a_quotation_has_the_speaker_s_voice() -> None:
    text = "„Die Sanktionen bleiben“, sagte Trump. Die Sanktionen treffen das Land."
    quotes = tuple(find_quotes(text, "de", tuple(find_actors(text, "de"))))
    assert [f.voice for f in find_frames(text, "de", quotes)] == ["donald_trump", "outlet"]


def test_a_frame_behind_a_nested_quotation_keeps_the_outer_voice() -> None:
    text = "Trump sagte, man habe „nichts vor“ und die Sanktionen blieben."
    outer, inner = (
        Quote(a, b, "indirect", "subjunctive_1", None, None, actor)
        for a, b, actor in ((13, 61, TRUMP), (22, 34, None))
    )
    assert [f.voice for f in find_frames(text, "de", (outer, inner))] == ["donald_trump"]


def test_indirect_and_free_indirect_speech_have_form_mood_and_speaker() -> None:
    text = "Lawrow sagte, die Sanktionen seien falsch. Man brauche neue Gespräche."
    found = [
        (text[q.start : q.end], q.form, q.mood, q.actor and q.actor.actor_id)
        for q in find_quotes(text, "de", tuple(find_actors(text, "de")))
    ]
    assert found == [
        ("die Sanktionen seien falsch", "indirect", "subjunctive_1", "sergey_lavrov"),
        ("Man brauche neue Gespräche", "indirect_free_indirect", "subjunctive_1", "sergey_lavrov"),
    ]


@pytest.mark.parametrize(
    ("language", "text", "negated"),
    [
        ("en", "There will be no new sanctions.", [True]),
        ("en", "There weren't any sanctions, and never will be sanctions.", [True, True]),
        ("en", "Not only sanctions count.", [False]),
        ("en", "Trump will not come. Sanctions stay.", [False]),
        ("en", "There is no doubt that sanctions hurt.", [False]),
        ("de", "Es gibt keine neuen Sanktionen.", [True]),
        ("ru", "Никаких новых санкций, и не надо санкций.", [True, True]),
        ("ru", "Не только санкции. Нет сомнений в пользе санкций.", [False, False]),
        ("ru", "Москва не исключает санкций.", [False]),
        ("de", "Ohne Sanktionen keine weiteren Sanktionen.", [True, True]),
        ("de", "Nicht nur Sanktionen zählen, auch der Druck durch Sanktionen.", [False, False]),
        ("de", "Man werde die Sanktionen nicht lockern.", [False]),
    ],
)
def test_a_term_is_negated_by_a_word_right_before_it(
    language: str, text: str, negated: list[bool]
) -> None:
    assert [
        frame.negated
        for frame in find_frames(text, language)
        if frame.frame in ("sanctions_pressure", "summit_theatre")
    ] == negated


@pytest.mark.parametrize("language", ["de", "en"])
def test_annotate_finds_what_the_pipeline_finds(gold_articles: pd.DataFrame, language: str) -> None:
    articles = (
        gold_articles[gold_articles["language"] == language]
        .head(4)
        .assign(publishing_date="2018-06-01")
    )
    notes = press_coverage.annotate(articles, progress=False)
    for record in articles.to_dict("records"):
        doc = pipeline(language).make_doc(record["body"])
        doc._.press_title = record["title"] or ""
        doc._.press_date = date(2018, 6, 1)
        doc = pipeline(language)(doc)
        for name, key in (
            ("mentions", "actor_id"),
            ("roles", "office"),
            ("quotes", "form"),
            ("frames", "term"),
            ("events", "category"),
        ):
            found = getattr(notes, name)[lambda rows: rows["doc_id"] == record["doc_id"]]  # noqa: B023
            theirs = [(one.start, one.end, getattr(one, key)) for one in doc._.get(f"press_{name}")]
            assert list(zip(found["start"], found["end"], found[key], strict=True)) == theirs


def test_kwic_keeps_columns_of_the_articles() -> None:
    articles = pd.DataFrame(
        {
            "doc_id": ["a", "b"],
            "publisher": ["The Lantern", "Der Bote"],
            "body": ["Two letters came.", "Post."],
        }
    )
    spans = pd.DataFrame(
        {"doc_id": ["b", "a"], "start": [0, 4], "end": [4, 11], "frame": ["peace", "peace"]}
    )
    assert press_coverage.kwic(articles, spans, keep=["publisher"])["publisher"].tolist() == [
        "Der Bote",
        "The Lantern",
    ]
    assert press_coverage.kwic(articles.assign(body=None), spans, keep=["publisher"])[
        "publisher"
    ].tolist() == ["Der Bote", "The Lantern"]
    for name, said in (
        ("leaning", "articles: no column 'leaning'; it has doc_id"),
        ("frame", "spans have a column 'frame'"),
    ):
        with pytest.raises(ValueError, match=said):
            press_coverage.kwic(articles.assign(frame="x"), spans, keep=[name])


def test_kwic_shows_whole_sentences() -> None:
    articles = pd.DataFrame(
        {
            "doc_id": ["a"],
            "body": ["One came. Two met Mr. Kim in Seoul. Three left.\nFour stayed. Five slept."],
        }
    )
    at = articles["body"][0].index("Kim")
    spans = pd.DataFrame({"doc_id": ["a"], "start": [at], "end": [at + 3]})
    for window, pre, post in (
        (0, "Two met Mr.", "in Seoul."),
        (1, "One came. Two met Mr.", "in Seoul. Three left."),
        (9, "One came. Two met Mr.", "in Seoul. Three left. Four stayed. Five slept."),
    ):
        shown = press_coverage.kwic(articles, spans, window=window, unit="sentences")
        assert shown[["pre", "post"]].values.tolist() == [[pre, post]]
    with pytest.raises(ValueError, match="unit 'words'; use one of: characters, sentences"):
        press_coverage.kwic(articles, spans, unit="words")


def test_show_marks_the_body_and_changes_no_word_of_it(gold_articles: pd.DataFrame) -> None:
    articles = gold_articles.head(6)
    notes = press_coverage.annotate(articles, progress=False)
    for _, article in articles.iterrows():
        marked = press_coverage.show(article, notes)
        page = html.fromstring(marked._repr_html_())
        for label in page.iter("sup"):
            label.drop_tree()
        assert page.text_content().replace("‹", "").replace("›", "") == article["body"].replace(
            "‹", ""
        ).replace("›", "")
        assert str(marked).count("[") >= len(marked.spans)


def test_show_escapes_the_body_and_needs_one() -> None:
    articles = pd.DataFrame(
        {
            "doc_id": ["a"],
            "language": ["en"],
            "body": ["<b>Kim Jong Un</b> & <script>alert(1)</script>"],
        }
    )
    shown = press_coverage.show(
        articles.loc[0], press_coverage.annotate(articles, progress=False)
    )._repr_html_()
    assert "<script>" not in shown
    assert "&lt;b&gt;<span style=" in shown
    with pytest.raises(
        press_coverage.tables.schema.SchemaError, match="article 'a' has no body to show"
    ):
        press_coverage.show(
            {"doc_id": "a", "body": None}, press_coverage.annotate(articles, progress=False)
        )


def test_the_components_stand_in_any_spacy_pipeline() -> None:
    nlp = spacy.blank("de")
    nlp.add_pipe("press_actors")
    doc = nlp("Kim Jong Un empfing Lawrow in Pjöngjang.")
    assert [(span.text, span.label_) for span in doc.spans["actors"]] == [
        ("Kim Jong Un", "kim_jong_un"),
        ("Lawrow", "sergey_lavrov"),
        ("Pjöngjang", "pyongyang"),
    ]


def test_a_component_can_have_other_names_beside_the_default_ones() -> None:
    nlp = spacy.blank("en")
    for component in ("press_actors", "press_roles"):
        nlp.add_pipe(component, config={"prefix": "study", "spans": f"my_{component}"})
    doc = nlp("Kim Jong Un came. The supreme leader smiled.")
    assert [m.actor_id for m in doc._.study_mentions] == ["kim_jong_un"]
    assert [r.actor_id for r in doc._.study_roles] == ["kim_jong_un"]
    assert [span.text for span in doc.spans["my_press_roles"]] == ["The supreme leader"]
    assert doc._.press_mentions == ()


@pytest.fixture
def reader() -> Language:
    """A pipeline that ends sentences at full stops alone and knows two persons."""
    nlp = spacy.blank("en")
    nlp.add_pipe("sentencizer", config={"punct_chars": ["."]})
    names = ("Keith Moon", "President Moon", "Moon Jae-in")
    nlp.add_pipe("entity_ruler").add_patterns(
        [{"label": "PERSON", "pattern": name} for name in names]
    )
    return nlp


def one(body: str, language: str = "en") -> pd.DataFrame:
    return pd.DataFrame({"doc_id": ["a"], "language": [language], "body": [body]})


def test_sentences_are_those_of_a_pipeline_that_is_given(reader: Language) -> None:
    articles = one(
        "Trump met Moon Jae-in in St. Petersburg and praised Putin. Kim Jong Un\nmet Trump."
    )
    pipelines = (None, {"de": reader}, spacy.blank("en"), reader, {"en": reader})
    found = [
        press_coverage.annotate(articles, progress=False, nlp=nlp).events["category"].tolist()
        for nlp in pipelines
    ]
    assert found == [["CONSULT"]] * 3 + [["CONSULT", "SUPPORT"]] * 2  # none across a line break


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ("South Korea waited. Keith Moon drummed. Moon slept.", []),
        ("Moon Jae-in met Keith Moon. Moon slept.", ["Moon Jae-in", "Moon"]),
        ("South Korea waited. President Moon slept.", ["Moon"]),
    ],
)
def test_a_surname_is_not_an_actor_s_where_a_pipeline_knows_whose_it_is(
    reader: Language, body: str, named: list[str]
) -> None:
    mentions = press_coverage.annotate(one(body), progress=False, nlp=reader).mentions
    moon = mentions[mentions["actor_id"] == "moon_jae_in"]
    assert [body[m.start : m.end] for m in moon.itertuples()] == named
    plain = press_coverage.annotate(one(body), progress=False).mentions
    assert (plain["actor_id"] == "moon_jae_in").sum() == body.count("Moon")


def test_a_component_reads_the_pipeline_before_it_where_it_is_told_to(reader: Language) -> None:
    reader.add_pipe("press_actors", config={"parsed": True})
    doc = reader("South Korea waited. Keith Moon drummed.")
    assert [m.actor_id for m in doc._.press_mentions] == ["south_korea"]


@pytest.mark.parametrize("nlp", ["en_core_web_sm", {"en": "en_core_web_sm"}, ["en"]])
def test_what_is_no_pipeline_is_refused(nlp: object) -> None:
    with pytest.raises(TypeError, match="give a loaded pipeline"):
        press_coverage.annotate(one("Kim."), nlp=nlp)


def test_an_article_in_another_language_is_left_out_with_a_reason() -> None:
    articles = pd.DataFrame(
        {
            "doc_id": ["a", "b", "c"],
            "language": ["fr", "en", None],
            "body": ["Kim a écrit.", "", "Kim."],
        }
    )
    notes = press_coverage.annotate(articles)
    assert notes.ledger["reason"].tolist() == [
        "no codebook covers language 'fr', only de, en, ko, ru",
        "it has no body",
        "its language is not known; clean the articles first, or fill the column",
    ]
    assert notes.mentions.empty


def test_kwic_shows_the_words(gold_articles: pd.DataFrame) -> None:
    notes = press_coverage.annotate(gold_articles.head(3))
    shown = press_coverage.kwic(gold_articles, notes.frames)
    assert len(shown) == len(notes.frames) > 0
    bodies = gold_articles.set_index("doc_id")["body"]
    covered = [bodies[f.doc_id][f.start : f.end] for f in notes.frames.itertuples()]
    assert shown["keyword"].tolist() == covered
    with pytest.raises(ValueError, match="no article"):
        press_coverage.kwic(gold_articles.tail(1), notes.frames)


@pytest.fixture(scope="module")
def notes(gold_articles: pd.DataFrame) -> press_coverage.annotation.Notes:
    return press_coverage.annotate(gold_articles)


def gold(name: str, gold_articles: pd.DataFrame, language: str) -> pd.DataFrame:
    ids = gold_articles.loc[gold_articles["language"] == language, "doc_id"]
    table = pd.read_csv(SPECIMENS / "gold" / f"{name}.csv")
    return table[table["doc_id"].isin(ids)]


def same_spans(ours: pd.DataFrame, true: pd.DataFrame, columns: list[str]) -> float:
    """F1 of rows that agree in all `columns`."""
    found = set(
        ours.loc[ours["doc_id"].isin(true["doc_id"]), columns].itertuples(index=False, name=None)
    )
    wanted = set(true[columns].itertuples(index=False, name=None))
    return 2 * len(found & wanted) / (len(found) + len(wanted))


def frame_scores(ours: pd.DataFrame, true: pd.DataFrame) -> tuple[float, float]:
    """Precision and recall; a term is right where it overlaps a phrase marked with its frame."""
    ours = ours[ours["doc_id"].isin(true["doc_id"])]
    both = ours.merge(true, on=["doc_id", "frame"], suffixes=("", "_true"))
    both = both[(both["start"] < both["end_true"]) & (both["start_true"] < both["end"])]
    right, found = (
        both.drop_duplicates(["doc_id", "frame", "start"]),
        both.drop_duplicates(["doc_id", "frame", "start_true"]),
    )
    return len(right) / len(ours), len(found) / len(true)


@pytest.fixture(scope="module")
def measured(
    notes: press_coverage.annotation.Notes, gold_articles: pd.DataFrame
) -> dict[str, float]:
    found: dict[str, float] = {}
    for code in ("de", "en"):
        true = {name: gold(name, gold_articles, code) for name in ("mentions", "quotes", "frames")}
        found[f"actors_f1_{code}"] = same_spans(
            notes.mentions, true["mentions"], ["doc_id", "start", "end", "actor_id"]
        )
        direct = true["quotes"].query("form == 'direct'")
        found[f"direct_quotes_f1_{code}"] = same_spans(
            notes.quotes.query("form == 'direct'"), direct, ["doc_id", "start", "end"]
        )
        found[f"frames_precision_{code}"], found[f"frames_recall_{code}"] = frame_scores(
            notes.frames, true["frames"]
        )
    return found


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize(
    "what", ["actors_f1", "direct_quotes_f1", "frames_precision", "frames_recall"]
)
def test_annotation_of_the_specimens_reaches_the_floor(
    measured: dict[str, float], gate: dict[str, float], what: str, language: str
) -> None:
    assert measured[f"{what}_{language}"] >= gate[f"{what}_{language}"]


@pytest.mark.parametrize("what", ["content", "joint", "source"])
def test_quotations_of_held_out_texts_reach_the_floor(gate: dict[str, float], what: str) -> None:
    figures = json.loads((SPECIMENS.parent / "model" / "voice.json").read_text(encoding="utf-8"))
    assert all(
        figures[language][what] >= gate[f"voice_{language}_{what}"] for language in ("de", "en")
    )


@pytest.mark.parametrize(
    ("row", "what"),
    [
        ("actors, exact span and actor, F1", "actors_f1"),
        ("direct quotations, exact span, F1", "direct_quotes_f1"),
        ("frames by dictionary, precision", "frames_precision"),
        ("frames by dictionary, recall", "frames_recall"),
    ],
)
def test_the_readme_gives_what_is_measured(measured: dict[str, float], row: str, what: str) -> None:
    readme = (SPECIMENS.parents[1] / "docs" / "validity.md").read_text(encoding="utf-8")
    assert f"| {row} | {measured[what + '_de']:.2f} | {measured[what + '_en']:.2f} |" in readme
