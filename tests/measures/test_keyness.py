"""Keyness and cooccurrence: figures as others have them, and clusters that widen intervals."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import chi2_contingency

from press_coverage.measures import cooccurrence, keyness

# the two documents of quanteda's own tests of textstat_keyness,
# tests/testthat/test-textstat_keyness.R
QUANTEDA = pd.DataFrame(
    {
        "doc_id": ["d1", "d2"],
        "body": ["a a a b b c c c c c c d e f g h h", "a a b c c d d d d e f h"],
    }
)
FIRST = QUANTEDA["doc_id"].eq("d1")


def test_g2_and_p_are_those_of_the_likelihood_ratio_test_without_correction() -> None:
    found = keyness(QUANTEDA, FIRST, min_count=1, progress=False).set_index("feature")
    for word, row in found.iterrows():
        seen = [
            [row["n_target"], row["n_reference"]],
            [17 - row["n_target"], 12 - row["n_reference"]],
        ]
        g2, p = chi2_contingency(seen, correction=False, lambda_="log-likelihood")[:2]
        assert abs(row["G2"]) == pytest.approx(g2, abs=1e-9), word
        assert row["p"] == pytest.approx(p, abs=1e-9), word


def test_features_stand_in_the_order_that_quanteda_gives() -> None:
    assert keyness(QUANTEDA, FIRST, min_count=1, progress=False)["feature"].tolist() == list(
        "cgbhaefd"
    )
    assert keyness(QUANTEDA, ~FIRST, min_count=1, progress=False)["feature"].tolist() == list(
        "defabhgc"
    )


def test_words_that_come_in_stories_are_less_sure_than_words_that_do_not() -> None:
    bodies = ["war talks talks"] * 10 + ["peace talks talks"] * 10 + ["peace talks talks"] * 20
    articles = pd.DataFrame({"doc_id": [str(n) for n in range(40)], "body": bodies})
    target = pd.Series([True] * 20 + [False] * 20)
    free = keyness(articles, target, progress=False).set_index("feature").loc["war"]
    told = articles.assign(story=["one"] * 10 + [str(n) for n in range(30)])
    tied = keyness(told, target, progress=False).set_index("feature").loc["war"]
    assert free["G2"] == tied["G2"]
    assert free["p"] == tied["p"] < 0.001
    assert free["p_clustered"] < tied["p_clustered"]
    assert tied["low"] < free["low"]
    assert tied["high"] == np.inf


def test_codes_are_counted_without_any_text() -> None:
    articles = pd.DataFrame({"doc_id": list("abcd"), "publisher": list("xxyy")})
    codes = pd.DataFrame(
        {"doc_id": list("aabbcd"), "term": ["war", "war", "war", "talks", "talks", "talks"]}
    )
    found = keyness(
        articles, articles["publisher"].eq("x"), codes=codes, min_count=1, progress=False
    )
    assert found[["feature", "n_target", "n_reference", "articles"]].values.tolist() == [
        ["war", 3, 0, 2],
        ["talks", 1, 2, 3],
    ]


def test_copies_count_once_where_asked() -> None:
    articles = pd.DataFrame(
        {"doc_id": list("abc"), "body": ["war war", "war war", "talks"], "dup_group": list("aac")}
    )
    found = keyness(
        articles, articles["doc_id"].ne("c"), min_count=1, per="text", progress=False
    ).set_index("feature")
    assert found.loc["war", "n_target"] == 2


@pytest.mark.parametrize(
    ("target", "said"), [([True, True], "2 of 2"), ([False, False], "0 of 2"), ([True], "1 of 2")]
)
def test_without_target_or_reference_there_is_no_keyness(target: list[bool], said: str) -> None:
    with pytest.raises(
        ValueError, match=f"target has {said} articles; both target and reference need some"
    ):
        keyness(QUANTEDA, pd.Series(target), progress=False)


def test_without_words_there_is_no_keyness() -> None:
    with pytest.raises(ValueError, match="target or reference has no word at all"):
        keyness(QUANTEDA.assign(body=["words", ""]), FIRST, progress=False)


def pairs(
    together: int, apart: int, neither: int, **columns: object
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Articles with both codes, with one each, and with none."""
    articles = pd.DataFrame(
        {"doc_id": [str(n) for n in range(together + 2 * apart + neither)], **columns}
    )
    a = [str(n) for n in range(together + apart)]
    b = [str(n) for n in [*range(together), *range(together + apart, together + 2 * apart)]]
    codes = pd.DataFrame({"doc_id": a + b, "actor_id": ["kim"] * len(a) + ["moon"] * len(b)})
    return articles, codes


def test_codes_that_are_independent_have_no_association() -> None:
    row = cooccurrence(*pairs(10, 10, 10)).loc[0]
    assert row[["both", "expected", "estimate"]].tolist() == [10, 10, 0]
    assert row["low"] < 0 < row["high"]


def test_codes_that_never_meet_have_an_upper_bound_alone() -> None:
    row = cooccurrence(*pairs(0, 20, 20)).loc[0]
    assert (row["both"], row["estimate"], row["low"]) == (0, -np.inf, -np.inf)
    assert np.isfinite(row["high"])


def test_an_association_seen_in_one_story_alone_is_not_sure() -> None:
    articles, codes = pairs(4, 12, 12)
    free = cooccurrence(articles, codes).loc[0]
    tied = cooccurrence(
        articles.assign(story=["one"] * 4 + [str(n) for n in range(36)]), codes
    ).loc[0]
    assert tied["estimate"] == free["estimate"]
    assert tied["high"] - tied["low"] > 1.2 * (free["high"] - free["low"])


def test_a_single_code_gives_an_empty_table() -> None:
    articles, codes = pairs(5, 5, 5)
    assert cooccurrence(articles, codes[codes["actor_id"] == "kim"]).empty
