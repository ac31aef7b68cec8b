"""Interrupted: change of level and slope in a series of counts or shares, with intervals that know that weeks resemble each other.

An interrupted time series: level and slope of the weeks after an event against those before (segmented regression; Bernal, Cummins and
Gasparrini 2017, doi:10.1093/ije/dyw098). Errors are Newey and West's (1987, doi:10.2307/1913610). In short series these are too
small, so their critical values are found as in fixed-b asymptotics (Kiefer and Vogelsang 2005, doi:10.1017/S0266466605050565), but by
drawing series of this length and design whose autocorrelation is that of the residuals, mended for the fitted trend and one and a half
standard errors on the safe side. `make simulate` says how often the intervals hold.
"""

import warnings
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import toeplitz
from scipy.signal import lfilter
from scipy.stats import t as student
from statsmodels.api import GLM, WLS, families
from statsmodels.tools.sm_exceptions import PerfectSeparationWarning

Errors = Literal["simulated", "newey-west", "independent"]
Floats = NDArray[np.float64]
DRAWS = 1999
GRID = np.linspace(0, 0.98, 50)


class Fit(NamedTuple):
    """Estimates and standard errors of level and slope, the factor that makes intervals of them, and the residuals' autocorrelation."""

    estimates: Floats
    errors: Floats
    factors: Floats
    autocorrelation: float
    lag: int


def changes(
    articles: Floats,
    counted: Floats | None,
    at: int,
    *,
    trend: bool = True,
    errors: Errors = "simulated",
    confidence: float = 0.95,
    seed: int = 1,
) -> Fit:
    """Level (and slope) after the first `at` periods, of coverage (log ratio) or of the share that is counted (difference).

    Of coverage by a quasi-Poisson regression, of a share by least squares weighted by articles; periods without an article say nothing
    of it, but keep their place in time. Errors are infinite where too few periods have articles, or nothing varies: nothing is known.

    >>> fit = changes(np.array([2.0, 4, 3, 3, 6, 5, 7, 6]), None, 4, trend=False, errors="independent")
    >>> float(np.exp(fit.estimates[0]).round(6))
    2.0
    """
    n = len(articles)
    time, later = np.arange(n, dtype=np.float64) - at, np.arange(n) >= at
    design = np.column_stack(
        [np.ones(n), later, time, time * later] if trend else [np.ones(n), later]
    ).astype(np.float64)
    shown = np.array([1, 3] if trend else [1])
    lag = {"simulated": n // 4, "newey-west": int(4 * (n / 100) ** (2 / 9)), "independent": 0}[
        errors
    ]
    unknown = Fit(
        np.full(len(shown), np.nan),
        np.full(len(shown), np.inf),
        np.ones(len(shown)),
        float("nan"),
        lag,
    )
    present = articles > 0 if counted is not None else np.ones(n, dtype=bool)
    if min((articles > 0)[~later].sum(), (articles > 0)[later].sum()) < (3 if trend else 2):
        return unknown
    robust = (
        {"cov_type": "HAC", "cov_kwds": {"maxlags": lag, "use_correction": True}, "use_t": True}
        if lag
        else {}
    )
    if counted is not None:
        share = np.divide(counted, articles, out=np.zeros(n), where=present)
        found = WLS(share, design, weights=articles).fit(**robust)
        root, residual = np.sqrt(articles), found.wresid
    else:
        with (
            warnings.catch_warnings()
        ):  # a perfect fit is told below, by an interval that holds everything
            warnings.simplefilter("ignore", PerfectSeparationWarning)
            found = GLM(articles, design, family=families.Poisson()).fit(
                **(robust or {"scale": "X2"})
            )
        root, residual = np.sqrt(found.mu), found.resid_pearson
    estimates = np.asarray(found.params)[shown]
    if residual @ residual < 1e-12 * max(articles.sum(), 1):  # nothing varies: no error can be told
        return unknown._replace(estimates=estimates)
    variances = np.diag(np.asarray(found.cov_params()))[shown]
    found_errors = np.sqrt(
        np.where(variances > 1e-18, variances, np.inf)
    )  # a variance of 0 in all but rounding tells nothing
    if errors != "simulated":
        factor = student.ppf(0.5 + confidence / 2, present.sum() - design.shape[1])
        return Fit(estimates, found_errors, np.full(len(shown), factor), float("nan"), lag)
    scaled = design * root[:, None]
    autocorrelation = _autocorrelation(scaled, residual, present)
    return Fit(
        estimates,
        found_errors,
        _critical(scaled, present, autocorrelation, lag, confidence, seed, shown),
        autocorrelation,
        lag,
    )


def _autocorrelation(scaled: Floats, residual: Floats, present: NDArray[np.bool_]) -> float:
    """Of the errors from one period to the next, 0 to 0.98: that with which residuals like these are to be expected."""
    n = len(residual)
    made = np.diag(present.astype(np.float64)) - scaled @ np.linalg.pinv(scaled)
    neighbours = made @ toeplitz(np.r_[0, 0.5, np.zeros(n - 2)]) @ made
    powers = GRID[:, None] ** np.arange(n)
    expected = (powers @ _diagonals(neighbours)) / (powers @ _diagonals(made))
    return float(
        np.interp(
            (residual[1:] @ residual[:-1]) / (residual @ residual),
            np.maximum.accumulate(expected),
            GRID,
        )
    )


def _diagonals(matrix: Floats) -> Floats:
    """Sums over the diagonals of a symmetric matrix, those at either side together."""
    return np.array([np.trace(matrix, k) * (2 if k else 1) for k in range(len(matrix))])


def _critical(
    scaled: Floats,
    present: NDArray[np.bool_],
    autocorrelation: float,
    lag: int,
    confidence: float,
    seed: int,
    shown: NDArray[np.intp],
) -> Floats:
    """How many Newey-West errors each estimate of drawn series without a change stays within, in a share `confidence` of them."""
    n, k = scaled.shape
    careful = min(autocorrelation + 1.5 * np.sqrt((1 - autocorrelation**2) / n), GRID[-1])
    noise = np.random.default_rng(seed).standard_normal((DRAWS, n))
    noise[:, 1:] *= np.sqrt(1 - careful**2)
    drawn = lfilter([1.0], [1.0, -careful], noise) * present
    inverse = np.linalg.pinv(scaled)
    estimates = drawn @ inverse.T
    residuals = drawn - estimates @ scaled.T
    kernel = toeplitz(np.maximum(1 - np.arange(n) / (lag + 1), 0))
    factors = []
    for at in shown:
        scores = residuals * inverse[at]
        error = np.sqrt(((scores @ kernel) * scores).sum(axis=1) * n / (n - k))
        factors.append(np.quantile(np.abs(estimates[:, at]) / error, confidence))
    return np.array(factors)
