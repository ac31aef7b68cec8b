"""README and docs: every number in them comes out of a run, and is compared with what it wrote."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pandas as pd
import pytest
from conftest import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
VALIDITY = (ROOT / "docs" / "validity.md").read_text(encoding="utf-8")
NUMBER = re.compile(r"(?<![\w.,])-?\d[\d,.]*(?<![.,])")
MEASURED_IN_TESTS = {  # rows and sentences that the test which measures holds the README against
    r"\| (?:actors, exact|direct quotations, exact|frames by dictionary).*": "test_annotate",
    r"\| (?:pages|plain-text scrapes|table cells) \|.*": "test_clean",
    r"of the pairs that `stories` puts.*\n.*%\.": "test_stories",
    r"On the specimens \(56 articles of 11 invented outlets": "test_specimens",
    r"on the 56 specimens with their dates": "test_specimens",
}
SAID = {  # numbers that no run gives
    "(Petersen-Frey and Biemann 2024)": "a source",
    "for SemEval 2023": "a source",
    "F1": "a measure's name",
    "4-gram F1": "a measure's name",
    "runs of three words and a resemblance of one half": "a setting",
    "MinHash of 128 numbers": "a setting",
    "copies with 20 % of their words edited": "a setting",
    "copies cut to 40 %": "a setting",
    "a 95 % interval": "a setting",
    "by .8": "a setting",
    "(30 to 150 stories, 8 to 22 outlets, a rare code, "
    "and nothing clustered)": "benchmarks/intervals.py",
    "of 60 to 150 weeks": "benchmarks/series.py",
    "In 26 weeks": "benchmarks/series.py",
}


def load(path: str) -> Any:
    return json.loads((ROOT / path).read_text(encoding="utf-8"))


def row(*cells: object) -> str:
    return f"| {' | '.join(str(cell) for cell in cells)} |"


def cleaning() -> Iterator[str]:
    """By folds, as `make model` measures them; trafilatura's from `make bench`.

    Last, the US articles that were read.
    """
    figures, groups = load("data/model/figures.json"), ("all", "de", "other")
    rows = {
        f"pages: 4-gram F1 of the body, {figures['pages all']['pages']} pages": (
            "pages {}",
            "body_f1",
        ),
        f"scrapes: line F1, {figures['lines all']['pages']} pages as plain text": (
            "lines {}",
            "line_f1",
        ),
        "scrapes: share of characters judged right": ("lines {}", "characters_right"),
        "scrapes, `recall_first`: share of the article kept": (
            "lines {} recall first",
            "content_kept",
        ),
        "scrapes, `recall_first`: share of the boilerplate after it removed": (
            "lines {} recall first",
            "furniture_after_gone",
        ),
    }
    for name, (key, what) in rows.items():
        yield row(name, *(f"{figures[key.format(group)][what]:.3f}" for group in groups))
    peer = {
        r["group"]: r["f1"]
        for r in load("benchmarks/extractors.json")["bodies of pages"]
        if r["tool"] == "trafilatura"
    }
    yield (
        f"Trafilatura's default reaches {peer['all']:.3f} on these "
        f"{figures['pages all']['pages']} pages (German {peer['de']:.3f})"
    )
    read = pd.read_csv(ROOT / "data/press/us_reading.csv")
    runs, left = read["link_lists"].sum(), read["link_lists_left"].sum()
    prose = read["own_prose_lost"].gt(0).sum()
    other = read["own_sentences_lost"].gt(read["own_prose_lost"]).sum()
    yield (
        f"Of {len(read)} drawn articles of ten US outlets, "
        f"{runs - left} of {runs} spliced runs of links to other articles were gone"
    )
    yield (
        f"{prose} had lost prose, a paragraph of {read['own_prose_lost'].sum()} sentences, "
        f"{other} something else of their own"
    )


def voice() -> Iterator[str]:
    """As `data/model/score_voice.py` found on held-out texts."""
    figures = load("data/model/voice.json")
    yield f"{figures['de']['texts']} of German Wikinews"
    yield f"{figures['en']['texts']} of US political news"
    for name, what in (
        ("quotation found", "content"),
        ("quotation and its source", "joint"),
        ("sources alone", "source"),
    ):
        yield row(name, *(f"{figures[language][what]:.2f}" for language in ("de", "en")))
    yield f"Direct quotations alone, in German: {figures['de']['direct']:.2f}."


def coded() -> Iterator[str]:
    """As `data/press/score_coded.py` found on coded excerpts.

    And as `data/model/train_policy.py` found by cross-validation.
    """
    excerpts = (
        pd.read_csv(ROOT / "data/press/us_coded.csv", dtype=str)
        .query("part == 'test'")["doc_id"]
        .nunique()
    )
    yield f"Actors and events in {excerpts} excerpts of the US press"
    scores = (
        pd.read_csv(ROOT / "data/press/us_coded_scores.csv")
        .query("part == 'test' and one == 'ours'")
        .set_index(["what", "other"])
    )
    found = scores.loc[("events", "first"), "of_one"]
    names = {
        "actors, F1": ("mentions", "f1"),
        f"events, precision (of {found} found)": ("events", "precision"),
        "events, recall": ("events", "recall"),
    }
    for name, (what, figure) in names.items():
        yield row(
            name, *(f"{scores.loc[(what, coder), figure]:.2f}" for coder in ("first", "second"))
        )
    policy = load("data/model/policy.json")
    yield f"against {sum(policy[language]['articles'] for language in policy)} articles coded"
    for name, figure in (
        ("policy frames", "micro_f1"),
        ("always guessing the usual frames", "usual_frames_micro_f1"),
    ):
        yield row(name, *(f"{policy[language][figure]:.2f}" for language in ("de", "en", "ru")))


def copies() -> Iterator[str]:
    """As `benchmarks/copies.py --million` found."""
    found = load("benchmarks/copies.json")
    tools = pd.DataFrame(found["copies"]).set_index("tool")
    ours = tools.loc["press-coverage"]
    yield f"On {int(ours['texts']):,} texts ({ours['mb']:.0f} MB)"
    yield row("finding copies", *tools.index)
    rows = {
        "pairs found": ("pair_recall", 1, ".3f"),
        "pairs right": ("pair_precision", 1, ".3f"),
        "copies with 20 % of their words edited": ("20% of words edited", 1, ".3f"),
        "copies cut to 40 %": ("cut to 40%", 1, ".3f"),
        "seconds": ("cpu_s", 1, ".1f"),
        "memory, the texts among it, GB": ("peak_mb", 1000, ".2f"),
    }
    for name, (what, unit, form) in rows.items():
        yield row(name, *(format(value / unit, form) for value in tools[what]))
    grown = pd.DataFrame(found["growth"])
    one, ten, hundred = grown["us_a_text"]
    yield (
        f"{one:.0f}, {ten:.0f} and {hundred:.0f} microseconds a text "
        "for 10,000, 100,000 and 1,000,000 texts"
    )
    yield (
        f"({', '.join(f'{mb / 1000:.1f}' for mb in grown['peak_mb'][:2])} "
        f"and {grown['peak_mb'].iloc[2] / 1000:.1f} GB;"
    )


def intervals() -> Iterator[str]:
    """As `make simulate` found: lowest to highest coverage, by estimate.

    For series, by kind of series and errors.
    """
    drawn = pd.read_csv(ROOT / "data/press/simulated.csv")
    yield f"{drawn['draws'].min():,} of each"
    table = drawn.pivot_table(
        index="what", columns="interval", values="covers", aggfunc=["min", "max"]
    )
    for name, found in table.iterrows():
        low, high = (
            found["min"].sort_index().dropna(),
            found["max"].sort_index().dropna(),
        )  # clustered, naive
        yield row(name, *(f"{a:.3f} to {b:.3f}" for a, b in zip(low, high, strict=True)))
    series = pd.read_csv(ROOT / "data/press/simulated_time.csv").query("what != 'placebo'")
    weeks = series["series"].str.extract(r"^(\d+) weeks")[0].astype(float)
    simulated, alike = series["errors"].eq("simulated"), series["series"].str.endswith(".8")
    for said, chosen in {
        "Intervals of `around` cover {} in series": weeks.ge(60) & ~alike & simulated,
        "take weeks as independent {} (": weeks.ge(60)
        & ~alike
        & series["errors"].eq("independent"),
        "they may be too wide ({})": weeks.lt(60) & simulated,
        "too short ({})": alike & simulated,
    }.items():
        yield said.format(
            f"{series.loc[chosen, 'covers'].min():.3f} to {series.loc[chosen, 'covers'].max():.3f}"
        )


SOURCES = (cleaning, voice, coded, copies, intervals)


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.__name__)
def test_the_page_on_validity_gives_what_was_measured(source: Any) -> None:
    text = " ".join(VALIDITY.split())
    for sentence in source():
        assert sentence in text, sentence


def test_findings_are_the_answers_of_the_notebooks() -> None:
    """Every number of a finding stands in the answer of the notebook it names.

    The last cells of that notebook assert it.
    """
    findings = re.findall(r"^- (.+) \(`(\d\d_\w+)`\)$", part("What the notebooks found"), re.M)
    assert len(findings) >= 3
    for finding, name in findings:
        first = load(f"notebooks/{name}.ipynb")["cells"][0]["source"]
        answer = set(NUMBER.findall("".join(first).partition("**Caveat.**")[0]))
        assert set(NUMBER.findall(finding)) <= answer, finding


def test_the_readme_gives_the_figures_of_german_and_other_texts() -> None:
    figures, quotations = load("data/model/figures.json"), load("data/model/voice.json")
    text = part("How far can it be trusted?")
    for name, key, what in (("saved pages", "pages", "body_f1"), ("scrapes", "lines", "line_f1")):
        german, other = (f"{figures[f'{key} {group}'][what]:.3f}" for group in ("de", "other"))
        assert re.search(rf"\| [^|]*{name}[^|]* \| {german} \| {other} \|", text), name
    for name, what in (
        ("quotations, F1", "content"),
        ("quotations with their speakers, F1", "joint"),
    ):
        assert row(name, *(f"{quotations[lang][what]:.2f}" for lang in ("de", "en"))) in text


def test_no_number_occurs_in_the_page_on_validity_unchecked() -> None:
    text = VALIDITY
    for pattern in MEASURED_IN_TESTS:
        text, found = re.subn(pattern, "", text)
        assert found, f"{pattern}: not in the page"
    text = re.sub(r"(?m)^    .*$", "", text)  # commands and code
    text = " ".join(text.split())
    for sentence in sorted(
        [*(s for source in SOURCES for s in source()), *SAID], key=len, reverse=True
    ):
        assert sentence in " ".join(VALIDITY.split()), sentence
        text = text.replace(sentence, "")
    text = re.sub(r"`[^`]*`", "", text)
    assert not re.findall(r".{0,40}\d.{0,20}", text)


def part(title: str) -> str:
    """The text under a heading."""
    return README.partition(f"## {title}\n")[2].partition("\n## ")[0]
