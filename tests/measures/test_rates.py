"""Rates and differences: what is counted, how sure it is, and what degenerate input gives."""

import numpy as np
import pandas as pd
import pytest
from conftest import ROOT
from intervals import coverage, drawn
from statsmodels.stats.proportion import proportion_confint

from press_coverage import rates
from press_coverage.measures import differences, share_of_voice


def corpus(has: list[int], **columns: object) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Codes and articles: `has` says which articles have the code 'x'."""
    articles = pd.DataFrame(
        {"doc_id": [str(n) for n in range(len(has))], "body": "Words.", **columns}
    )
    codes = pd.DataFrame(
        {"doc_id": [str(n) for n, one in enumerate(has) if one], "frame": "x"}
    ).astype("str")
    return articles, codes


def test_without_clusters_the_interval_is_wilsons_with_students_t() -> None:
    row = rates(*corpus([1] * 30 + [0] * 70)).loc[0]
    low, high = proportion_confint(30, 100, method="wilson")
    assert (row["articles"], row["counted"], row["estimate"], row["clusters"]) == (
        100,
        30,
        0.3,
        100,
    )
    assert row["low"] == pytest.approx(low, abs=0.003)
    assert row["high"] == pytest.approx(high, abs=0.003)


def test_copies_of_one_text_do_not_make_the_interval_shorter() -> None:
    once = rates(*corpus([1] * 6 + [0] * 14, story=[str(n) for n in range(20)]))
    ten = rates(*corpus(([1] * 6 + [0] * 14) * 10, story=[str(n) for n in range(20)] * 10))
    assert ten.loc[0, "estimate"] == once.loc[0, "estimate"]
    assert ten.loc[0, "high"] - ten.loc[0, "low"] == pytest.approx(
        once.loc[0, "high"] - once.loc[0, "low"], abs=0.005
    )


def test_weights_let_copies_count_once() -> None:
    articles, codes = corpus([1, 1, 1, 0], dup_group=["0", "0", "0", "3"])
    assert rates(articles, codes).loc[0, "estimate"] == 0.75
    assert rates(articles, codes, per="text").loc[0, "estimate"] == 0.5


def test_a_group_that_never_has_a_code_gets_a_row_and_a_wide_interval() -> None:
    table = rates(
        *corpus([1, 1, 0, 0, 0, 0], publisher=list("aabbbb"), story=list("123456")),
        by=["publisher"],
    ).set_index("publisher")
    assert table.loc["b", ["counted", "estimate", "low"]].tolist() == [0, 0, 0]
    assert table.loc["b", "high"] > 0.6
    assert table.loc["a", ["estimate", "high"]].tolist() == [1, 1]


def test_from_one_cluster_nothing_is_known() -> None:
    row = rates(*corpus([1])).loc[0]
    assert row[["estimate", "low", "high", "clusters"]].tolist() == [1, 0, 1, 1]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"column": "colour"}, "rates: codes: no column 'colour'; it has doc_id, frame"),
        ({"by": ["colour"]}, "rates: articles: no column 'colour'; it has doc_id"),
    ],
)
def test_a_column_that_is_not_there_is_named(change: dict[str, object], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        rates(*corpus([1, 0]), **change)


def test_no_articles_and_codes_of_others_are_clear_errors() -> None:
    articles, codes = corpus([1, 0])
    with pytest.raises(ValueError, match="there are no articles"):
        rates(articles[:0], codes)
    with pytest.raises(ValueError, match="article '0', which is not among the articles"):
        rates(articles[1:], codes)
    with pytest.raises(ValueError, match="has 1 value; two groups"):
        differences(articles.assign(language="de"), codes, between="language")


def test_a_difference_within_stories_is_surer_than_between_strangers() -> None:
    has = [1, 0] * 20 + [1, 0] * 10 + [0, 0] * 10
    told = {"language": ["de"] * 40 + ["en"] * 40}
    tied = differences(
        *corpus(has, **told, story=[str(n % 40) for n in range(80)]), between="language"
    ).loc[0]
    free = differences(
        *corpus(has, **told, story=[str(n) for n in range(80)]), between="language"
    ).loc[0]
    assert tied["estimate"] == free["estimate"] == 0.25
    assert tied["high"] - tied["low"] < free["high"] - free["low"]
    assert free["low"] < 0.25 < free["high"]


QUOTES = pd.DataFrame(
    {
        "doc_id": list("0001"),
        "start": [0, 20, 40, 0],
        "end": [10, 30, 60, 40],
        "country": ["KP", "US", None, "US"],
    }
)


def test_shares_of_voice_add_up_and_what_is_not_known_has_its_own() -> None:
    articles = corpus([1, 1, 0], publisher=list("xyy"))[0]
    table = share_of_voice(articles, QUOTES).set_index("country")
    assert table["counted"].to_dict() == {"KP": 1, "US": 2, "unknown": 1}
    assert table["estimate"].sum() == pytest.approx(1)
    assert (table["articles"].unique().tolist(), table["of"].unique().tolist()) == ([2], [4])
    by_length = share_of_voice(articles, QUOTES, measure="characters").set_index("country")[
        "estimate"
    ]
    assert by_length.to_dict() == {"KP": 10 / 80, "US": 50 / 80, "unknown": 20 / 80}


def test_a_group_without_quotations_has_no_share_of_voice() -> None:
    articles = corpus([1, 1, 0, 0], publisher=list("xyzz"))[0]
    table = share_of_voice(articles, QUOTES, by=["publisher"]).query("publisher == 'z'")
    assert table["estimate"].isna().all()
    assert table[["low", "high"]].drop_duplicates().values.tolist() == [[0, 1]]


def test_a_measure_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="measure 'words'; use 'count' or 'characters'"):
        share_of_voice(corpus([1, 1])[0], QUOTES, measure="words")


def test_a_limit_never_passes_its_estimate() -> None:
    table = rates(*corpus([0] * 7 + [1], publisher=list("aabbccdd")), by=["publisher"])
    assert (table["low"] <= table["estimate"]).all()
    assert (table["estimate"] <= table["high"]).all()


def test_drawn_corpora_are_what_the_simulation_says() -> None:
    corpus = drawn(np.random.default_rng(1), stories=40, outlets=10)
    assert corpus.articles["story"].nunique() <= 40
    assert corpus.articles["publisher"].nunique() <= 10
    for codes in (
        corpus.codes,
        corpus.program,
        corpus.coded,
        corpus.pair,
        corpus.quotes,
        corpus.words,
    ):
        assert set(codes["doc_id"]) <= set(corpus.articles["doc_id"])
    assert len(corpus.coded) == len(corpus.articles) // 3


def test_intervals_of_clustered_corpora_hold_and_naive_ones_do_not() -> None:
    """A short run of `make simulate`: bounds are as wide as 100 draws need."""
    table = coverage(draws=100, corpora=("rare code",)).set_index(["what", "interval"])["covers"]
    assert (table.xs("clustered", level="interval") >= 0.87).all()
    assert table.loc[("share", "naive")] <= 0.93
    assert table.loc[("share of voice", "naive")] <= 0.85
    assert table.loc[("corrected share", "naive")] <= 0.2


def test_intervals_of_the_whole_simulation_hold() -> None:
    table = pd.read_csv(ROOT / "data/press/simulated.csv")
    assert (table.loc[table["interval"].eq("clustered"), "covers"] >= 0.93).all()
