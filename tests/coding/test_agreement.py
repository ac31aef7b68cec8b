"""Agreement: against published examples, against krippendorff, and what odd input gives."""

import krippendorff
import numpy as np
import pandas as pd
import pytest

from press_coverage.coding import agreement, confusion

GAP = np.nan
# Krippendorff 2011, "Computing Krippendorff's Alpha-Reliability":
# four coders, twelve units, with gaps
PUBLISHED = [
    [1, 2, 3, 3, 2, 1, 4, 1, 2, GAP, GAP, GAP],
    [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, GAP, 3],
    [GAP, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, GAP],
    [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, GAP],
]


def long(matrix: list[list[float]]) -> pd.DataFrame:
    """A coder x unit matrix as rows of unit, coder, value."""
    table = (
        pd.DataFrame(matrix)
        .rename_axis("coder")
        .reset_index()
        .melt("coder", var_name="unit", value_name="value")
    )
    return table.dropna()


def estimate(codes: pd.DataFrame, measure: str = "alpha", **options: object) -> float:
    table = agreement(codes, resamples=10, **options)
    return float(table.set_index(["code", "measure"]).loc[("", measure), "estimate"])


@pytest.mark.parametrize(
    ("level", "published"), [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849)]
)
def test_alpha_is_that_of_the_published_example(level: str, published: float) -> None:
    assert round(estimate(long(PUBLISHED), scale=level), 3) == published


@pytest.mark.parametrize("level", ["nominal", "ordinal", "interval"])
def test_alpha_agrees_with_krippendorff_to_six_digits(level: str) -> None:
    random = np.random.default_rng(3)
    for _ in range(5):
        matrix = random.integers(1, 5, (3, 40)).astype(float)
        matrix[:, :25] = matrix[0, :25]
        matrix[random.random(matrix.shape) < 0.2] = GAP
        theirs = krippendorff.alpha(matrix, level_of_measurement=level)
        assert estimate(long(matrix.tolist()), scale=level) == pytest.approx(theirs, abs=1e-6)


def test_ac1_is_that_of_a_worked_example() -> None:
    """Two coders, 100 units: 80 both yes, 5 both no, 10 and 5 apart.

    Worked by hand from Gwet 2008: (.85 - .21875) / (1 - .21875).
    """
    cells = [(1, 1)] * 80 + [(0, 0)] * 5 + [(1, 0)] * 10 + [(0, 1)] * 5
    yes = (90 + 85) / 200
    chance = 2 * yes * (1 - yes)
    codes = long([[float(a) for a, _ in cells], [float(b) for _, b in cells]])
    assert estimate(codes, "ac1") == pytest.approx((0.85 - chance) / (1 - chance), abs=1e-9)
    assert estimate(codes, "agreement") == 0.85


def test_each_code_has_its_own_rows_and_the_confusion_adds_up() -> None:
    codes = long(PUBLISHED)
    table = agreement(codes, each=True, resamples=50).set_index(["code", "measure"])
    assert table.loc[("5.0", "alpha"), "estimate"] == 1.0
    assert table.loc[("2.0", "alpha"), "estimate"] < table.loc[("3.0", "ac1"), "high"]
    assert (table["low"] <= table["estimate"]).all()
    assert confusion(codes).to_numpy().sum() == pytest.approx(40)


def test_the_interval_covers_and_clusters_widen_it() -> None:
    random = np.random.default_rng(5)
    first = random.integers(0, 2, 300)
    second = np.where(np.repeat(random.random(30) < 0.2, 10), 1 - first, first)
    codes = long([first.astype(float).tolist(), second.astype(float).tolist()])
    codes["article"] = codes["unit"].astype(int) // 10
    free, tied = (
        agreement(codes, cluster=name).set_index("measure").loc["alpha"]
        for name in (None, "article")
    )
    assert free["estimate"] == tied["estimate"]
    assert tied["high"] - tied["low"] > 2 * (free["high"] - free["low"])


def test_one_value_for_all_leaves_alpha_empty_and_says_so_in_the_rest() -> None:
    table = agreement(long([[1.0] * 5, [1.0] * 5]), resamples=20).set_index("measure")
    assert table.loc["alpha", ["estimate", "low", "high"]].isna().all()
    assert table.loc["agreement", "estimate"] == 1.0


@pytest.mark.parametrize(
    ("codes", "said"),
    [
        (pd.DataFrame({"unit": [1], "coder": ["a"]}), "no column 'value'"),
        (
            pd.DataFrame({"unit": [1, 2], "coder": ["a", "b"], "value": [1, 1]}),
            "no unit has values of two coders",
        ),
        (
            pd.DataFrame({"unit": [1, 1], "coder": ["a", "a"], "value": [1, 2]}),
            "coder 'a' has two values for unit 1",
        ),
    ],
)
def test_what_cannot_be_compared_is_said(codes: pd.DataFrame, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        agreement(codes)


def test_ten_thousand_units_of_three_coders_are_no_matter_of_memory() -> None:
    random = np.random.default_rng(1)
    truth = random.integers(0, 4, 10_000)
    codes = long(
        [
            np.where(random.random(10_000) < 0.8, truth, random.integers(0, 4, 10_000))
            .astype(float)
            .tolist()
            for _ in range(3)
        ]
    )
    table = agreement(codes).set_index("measure")
    assert table["units"].eq(10_000).all()
    assert table.loc["alpha", "low"] < 0.8 * 0.8 < table.loc["agreement", "high"]
    assert (table["high"] - table["low"]).max() < 0.03
