"""Correction by a coded sample, and regression: figures as ppi_py and statsmodels have them."""

import subprocess
import sys
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf
from scipy.stats import norm

from press_coverage import rates
from press_coverage.measures import around, differences, placebo, regression, sample_size
from press_coverage.measures.correction import fit, rectified, samples

AT = np.arange(400)
TRUE = (AT * 7) % 10 < 3
TOLD = np.where(AT % 9 == 4, ~TRUE, TRUE)
ARTICLES = pd.DataFrame(
    {
        "doc_id": AT.astype(str),
        "body": "Words.",
        "x": AT % 4,
        "late": np.where(AT % 2, "late", "early"),
    }
)
PROGRAM = pd.DataFrame({"doc_id": AT[TOLD].astype(str), "frame": "conflict"})
CODED = pd.DataFrame({"doc_id": AT[:80].astype(str), "frame": "conflict", "present": TRUE[:80]})
SAMPLE = samples(ARTICLES, CODED, "frame", "rates")["conflict"]
ALONE = [AT]


def test_shares_are_those_of_ppi_py() -> None:
    """ppi_py 0.2.3: ppi_mean_pointestimate, and ppi_mean_ci of the 80 coded and the 320 others.

    Power tuning 0.8 x 320 / 400.
    """
    found = rectified(TOLD, SAMPLE, np.ones(400), ALONE, trust=0.8)
    assert found.estimate == pytest.approx(0.306, abs=1e-9)
    half = norm.ppf(0.975) * np.sqrt(
        found.variance * 399 / 400
    )  # our variance is that of a sample, ppi_py's of a population
    assert [found.estimate - half, found.estimate + half] == pytest.approx(
        [0.23060409, 0.38139591], abs=1e-8
    )


def test_coefficients_are_those_of_ppi_py() -> None:
    """ppi_py 0.2.3: ppi_ols_pointestimate with power tuning 0.8, on a constant and x."""
    design = np.column_stack([np.ones(400), AT % 4]).astype(float)
    assert fit(design, TOLD, SAMPLE, np.ones(400), trust=0.8).estimate == pytest.approx(
        [0.42, -0.076], abs=1e-9
    )


def test_without_a_program_the_correction_is_the_sample_alone() -> None:
    """ppi_py 0.2.3: classical_mean_ci of the 80 coded articles."""
    found = rectified(TOLD, SAMPLE, np.ones(400), ALONE, trust=0.0)
    half = norm.ppf(0.975) * np.sqrt(found.variance * 399 / 400)
    assert [found.estimate - half, found.estimate + half] == pytest.approx(
        [0.19958172773682034, 0.4004182722631796], abs=1e-9
    )


def test_a_biased_program_is_put_right_and_a_useless_one_does_no_harm() -> None:
    half_missed = PROGRAM[PROGRAM["doc_id"].astype(int) % 2 == 0]
    right = rates(ARTICLES, half_missed, gold=CODED).loc[0]
    assert right["low"] < TRUE.mean() < right["high"]
    assert rates(ARTICLES, half_missed).loc[0, "high"] < TRUE.mean()
    noise = PROGRAM.assign(
        doc_id=((PROGRAM["doc_id"].astype(int) * 37 + 11) % 400).astype(str)
    ).drop_duplicates()
    useless, alone = (
        rates(ARTICLES, noise, gold=CODED).loc[0],
        rates(ARTICLES, PROGRAM[:0], gold=CODED).loc[0],
    )
    assert useless["high"] - useless["low"] <= alone["high"] - alone["low"] + 0.005
    good = rates(ARTICLES, PROGRAM, gold=CODED).loc[0]
    assert good["high"] - good["low"] < 0.8 * (alone["high"] - alone["low"])


def test_an_uneven_draw_is_weighed_by_its_probabilities() -> None:
    chance = np.where(TOLD, 0.5, 0.1)
    drawn = np.where(TOLD, AT // 10 % 2 == 0, AT // 10 % 10 == 0)
    coded = pd.DataFrame(
        {
            "doc_id": AT[drawn].astype(str),
            "frame": "conflict",
            "present": TRUE[drawn],
            "probability": chance[drawn],
        }
    )
    even = coded.drop(columns="probability")
    assert abs(rates(ARTICLES, PROGRAM[:0], gold=coded).loc[0, "estimate"] - TRUE.mean()) < 0.05
    assert rates(ARTICLES, PROGRAM[:0], gold=even).loc[0, "estimate"] > TRUE.mean() + 0.1


def test_a_sample_without_an_error_still_leaves_a_doubt() -> None:
    perfect = pd.DataFrame({"doc_id": AT[TRUE].astype(str), "frame": "conflict"})
    sure, row = rates(ARTICLES, perfect).loc[0], rates(ARTICLES, perfect, gold=CODED[:20]).loc[0]
    assert row["high"] - row["low"] > 1.5 * (sure["high"] - sure["low"])


def test_a_code_that_the_program_never_gave_is_estimated_from_the_sample() -> None:
    row = rates(ARTICLES, PROGRAM[:0], gold=CODED).loc[0]
    assert row[["counted", "coded"]].tolist() == [0, 80]
    assert row["estimate"] == pytest.approx(TRUE[:80].mean())


def test_a_group_without_coded_articles_is_not_known() -> None:
    coded = CODED[CODED["doc_id"].astype(int) % 2 == 0]
    found = rates(ARTICLES, PROGRAM, gold=coded, by=["late"]).set_index("late")
    assert np.isnan(found.loc["late", "estimate"])
    assert found.loc["late", ["coded", "low", "high"]].tolist() == [0, 0, 1]
    assert np.isnan(differences(ARTICLES, PROGRAM, gold=coded, between="late").loc[0, "estimate"])


@pytest.mark.parametrize(
    ("coded", "said"),
    [
        (CODED.drop(columns="present"), "rates: gold: no column 'present'; it has doc_id, frame"),
        (CODED[:0], "gold has no row"),
        (CODED.assign(present="maybe"), "row 0: present is 'maybe'; give True or False"),
        (pd.concat([CODED, CODED[:1]]), "article '0' is coded twice for 'conflict'"),
        (CODED.assign(doc_id="z"), "coded twice|article 'z', which is not among the articles"),
        (
            CODED.assign(probability=0.0),
            "probability of an article coded for 'conflict' is not above 0",
        ),
    ],
)
def test_a_sample_that_cannot_be_is_refused(coded: pd.DataFrame, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        rates(ARTICLES, PROGRAM, gold=coded)


def test_coefficients_without_a_sample_are_ordinary_least_squares() -> None:
    found = regression(ARTICLES, PROGRAM, "x + late").set_index("term")
    peer = smf.ols("y ~ x + late", ARTICLES.assign(y=TOLD.astype(float))).fit(cov_type="HC0")
    assert found["estimate"].to_numpy() == pytest.approx(peer.params.to_numpy(), abs=1e-9)
    half = (found["high"] - found["low"]).to_numpy() / 2
    assert half == pytest.approx(
        peer.bse.to_numpy() * np.sqrt(400 / 399) * norm.ppf(0.975), rel=0.01
    )


def test_clustered_errors_are_those_of_statsmodels() -> None:
    told = ARTICLES.assign(story=(AT // 8).astype(str))
    one = fit(
        np.column_stack([np.ones(400), AT % 4]).astype(float),
        TOLD,
        SAMPLE._replace(drawn=AT >= 0, chance=np.ones(400), present=TOLD.astype(float)),
        np.ones(400),
        1.0,
    )
    sums = np.array([np.bincount(AT // 8, column) for column in one.influence.T])
    peer = smf.ols("y ~ x", told.assign(y=TOLD.astype(float))).fit(
        cov_type="cluster", cov_kwds={"groups": AT // 8, "use_correction": False}
    )
    assert np.sqrt((sums**2).sum(axis=1)) == pytest.approx(peer.bse.to_numpy(), abs=1e-9)


@pytest.mark.parametrize(
    ("formula", "said"),
    [
        ("colour", "formula 'colour'"),
        ("x + I(x * 2)", "cannot be told apart"),
    ],
)
def test_a_formula_that_does_not_fit_is_refused(formula: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        regression(ARTICLES, PROGRAM, formula)


def test_a_sample_that_lacks_a_group_cannot_correct_a_regression() -> None:
    with pytest.raises(ValueError, match="do not cover all groups; code some of each"):
        regression(ARTICLES, PROGRAM, "late", gold=CODED[CODED["doc_id"].astype(int) % 2 == 0])


def test_the_size_of_sample_that_is_said_to_be_needed_gives_the_width() -> None:
    needed = int(sample_size(ARTICLES, PROGRAM, CODED, width=0.12).loc[0, "needed"])
    more = pd.DataFrame(
        {"doc_id": AT[:needed].astype(str), "frame": "conflict", "present": TRUE[:needed]}
    )
    row = rates(ARTICLES, PROGRAM, gold=more).loc[0]
    assert row["high"] - row["low"] == pytest.approx(0.12, abs=0.012)


def test_a_width_that_no_coding_gives_has_no_number() -> None:
    assert sample_size(ARTICLES, PROGRAM, CODED, width=[0.2, 0.01])["needed"].isna().tolist() == [
        False,
        True,
    ]


@pytest.mark.parametrize("verb", [regression, around, placebo])
def test_what_needs_statsmodels_says_how_to_get_it(
    verb: Callable[..., pd.DataFrame], monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("statsmodels", "statsmodels.api", "statsmodels.formula.api"):
        monkeypatch.setitem(sys.modules, module, None)
    given = (ARTICLES, PROGRAM, "x") if verb is regression else (pd.DataFrame(), "2018-06-12")
    with pytest.raises(ImportError, match=rf"^{verb.__name__} needs statsmodels; install it with"):
        verb(*given)


def test_all_else_works_without_statsmodels_and_without_drawing() -> None:
    program = (
        "import sys; sys.modules.update({'statsmodels': None, 'matplotlib': None})\n"
        "import press_coverage.copies.clusters, press_coverage.copies.duplicates\n"
        "from press_coverage.measures import *\n"
        "assert not {'scipy.stats', 'scipy.signal'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
