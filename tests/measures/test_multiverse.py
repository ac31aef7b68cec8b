"""The multiverse: every combination is tried, none is lost, and the curve shows them."""

import pandas as pd
import pytest

from press_coverage.measures import differences, multiverse, robustness
from press_coverage.plots import specification_curve


def claim(weight: str, shift: float) -> dict[str, float]:
    if weight == "none":
        raise ValueError("rates: there are no articles, so there is no share of them")
    centre = (0.2 if weight == "raw" else 0.1) + shift
    return {"estimate": centre, "low": centre - 0.15, "high": centre + 0.15, "clusters": 9}


TABLE = multiverse(claim, {"weight": ["raw", "text", "none"], "shift": [0.0, -0.3]})


def test_every_combination_has_a_row_and_what_could_not_be_had_says_why() -> None:
    assert len(TABLE) == 6
    assert TABLE["estimate"].dropna().round(2).tolist() == [-0.2, -0.1, 0.1, 0.2]
    assert set(TABLE.loc[TABLE["weight"] == "none", "problem"]) == {
        "rates: there are no articles, so there is no share of them"
    }


def test_robustness_counts_signs_and_intervals_and_says_which_choice_matters() -> None:
    told = robustness(TABLE).set_index("what")["figure"].round(3)
    assert told["could not be had"] == pytest.approx(1 / 3, abs=0.001)
    assert told["moved by shift"] == 0.3
    assert told["moved by weight"] == 0.1
    assert told[["lowest", "median", "highest"]].tolist() == [-0.2, 0.0, 0.2]
    assert told["interval excludes 0"] == 0.5


def test_the_curve_has_a_dot_for_each_figure_and_a_row_for_each_choice() -> None:
    above, below = specification_curve(TABLE, unit="points", title="By shift").axes
    assert sum(len(dots.get_offsets()) for dots in above.collections[1:]) == 4
    assert [label.get_text() for label in below.get_yticklabels()] == [
        "weight: none", "weight: raw", "weight: text", "shift: -0.3", "shift: 0.0",
    ]  # fmt: skip
    assert below.get_xlabel() == "4 combinations, by estimate; 2 more could not be had"


@pytest.mark.parametrize("choices", [{}, {"weight": []}])
def test_no_choice_is_a_clear_error(choices: dict[str, list[str]]) -> None:
    with pytest.raises(ValueError, match=r"there is no choice|choice 'weight' has no value"):
        multiverse(claim, choices)


def test_where_nothing_could_be_had_robustness_says_what_the_first_row_says() -> None:
    with pytest.raises(
        ValueError,
        match="no combination gave a figure; the first says: rates: there are no articles",
    ):
        robustness(TABLE[TABLE["weight"] == "none"])


def test_a_row_of_differences_is_a_claim() -> None:
    articles = pd.DataFrame(
        {"doc_id": list("abcd"), "language": ["de", "de", "en", "en"], "body": "Words."}
    )
    codes = pd.DataFrame({"doc_id": ["a", "b", "c"], "frame": ["conflict"] * 3})
    table = multiverse(
        lambda per: differences(articles, codes, between="language", per=per).loc[0],
        {"per": ["raw"]},
    )
    assert table["estimate"].tolist() == [0.5]
