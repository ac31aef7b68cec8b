"""Agreement: how far coders agree on what they coded, with intervals, and code by code.

Krippendorff's alpha and Gwet's AC1 from one table of counts: every coder's value for a unit paired
with every other's. Units are resampled by weights on these counts, so that thousands of resamples
take seconds.
"""

from collections.abc import Iterator
from typing import Any, Literal, NamedTuple, get_args

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from press_coverage.tables.schema import need

Scale = Literal["nominal", "ordinal", "interval"]
Floats = NDArray[np.float64]
_BLOCK = 200  # resamples at a time


class _Counts(NamedTuple):
    """How many coders gave each value (a column each) to each unit (a row each)."""

    code: str  # '' for all values together
    table: Floats
    values: NDArray[Any]
    scale: str


def agreement(
    codes: pd.DataFrame,
    *,
    scale: Scale = "nominal",
    each: bool = False,
    cluster: str | None = None,
    resamples: int = 2000,
    confidence: float = 0.95,
    seed: int = 2018,
) -> pd.DataFrame:
    """Agreement of coders, with intervals from a bootstrap over units or clusters.

    Measures are 'alpha' (Krippendorff; 1 is perfect, 0 what chance gives), 'ac1' (Gwet; steadier
    where one value is frequent; nominal scale only) and 'agreement' (the plain share of pairs that
    agree; nominal scale only). Units with one value are left out. Where all coders gave one value,
    alpha is not defined and stays empty. From .800 alpha is usually called firm, from .667
    tentative.

    Args:
        codes: a row for each unit and coder: unit, coder, value; a gap is a row that is not
            there, or empty.
        scale: of measurement; on 'ordinal' and 'interval' values are numbers.
        each: give rows for every value against the rest, too.
        cluster: a column of `codes`; its groups are resampled instead of units.
        resamples: of the bootstrap.
        confidence: of the intervals, which are percentiles.
        seed: of the bootstrap.

    Returns:
        code ('' for all values together), measure, units, coders, estimate, low, high.

    Raises:
        ValueError: for missing columns, for two values of one coder on a unit, and where no unit
            has values of two coders.

    Source:
        Krippendorff 2011, https://repository.upenn.edu/asc_papers/43; Gwet 2008,
        doi:10.1348/000711006X126600; Hayes and Krippendorff 2007, doi:10.1080/19312450709336664,
        for the bootstrap over units.

    Examples:
        >>> pairs = enumerate(["aa", "bb", "ab", "aa"])
        >>> rows = [(unit, *code) for unit, pair in pairs for code in zip("xy", pair)]
        >>> table = agreement(pd.DataFrame(rows, columns=["unit", "coder", "value"]))
        >>> table.round(3)[["measure", "estimate"]].values.tolist()
        [['alpha', 0.533], ['ac1', 0.529], ['agreement', 0.75]]
    """
    counts, groups, coders = _counted(codes, scale, cluster)
    weights = _resampled(groups, resamples, seed)
    size = {"units": len(groups), "coders": coders}
    rows = []
    for part in [counts, *(_against_rest(counts) if each else [])]:
        pairs = _pairs(part.table).reshape(len(part.table), -1)
        estimates = _measures(part, pairs, np.ones((1, len(part.table))))
        blocks = np.array_split(weights, max(1, len(weights) // _BLOCK))
        drawn = [_measures(part, pairs, block) for block in blocks]
        for measure, (estimate,) in estimates.items():
            resampled = np.concatenate([block[measure] for block in drawn])
            low, high = _percentiles(resampled, confidence)
            if np.isnan(estimate):
                low = high = np.nan
            row = {"code": part.code, "measure": measure, **size}
            rows.append(row | {"estimate": float(estimate), "low": low, "high": high})
    return pd.DataFrame(rows)


def confusion(codes: pd.DataFrame) -> pd.DataFrame:
    """Which values are taken for which: pairs of values that two coders gave to one unit.

    Each pair counts once in either direction, over the number of the unit's other coders, so the
    whole is the number of values that can be paired (Krippendorff's coincidence matrix).

    Args:
        codes: unit, coder, value.

    Returns:
        A row and a column for each value.

    Raises:
        ValueError: as `agreement`.

    Examples:
        >>> pairs = enumerate(["aa", "ab"])
        >>> rows = [(unit, *code) for unit, pair in pairs for code in zip("xy", pair)]
        >>> confusion(pd.DataFrame(rows, columns=["unit", "coder", "value"])).values.tolist()
        [[2.0, 1.0], [1.0, 0.0]]
    """
    counts, _, _ = _counted(codes, "nominal", None)
    pairs = _pairs(counts.table).sum(axis=0)
    return pd.DataFrame(pairs, index=counts.values, columns=counts.values)


def _counted(
    codes: pd.DataFrame, scale: Scale, cluster: str | None
) -> tuple[_Counts, NDArray[np.intp], int]:
    """The counts, the group of each unit, and the number of coders."""
    if scale not in get_args(Scale):
        raise ValueError(f"agreement: scale {scale!r}; use one of: {', '.join(get_args(Scale))}")
    need(codes, ["unit", "coder", "value", *filter(None, [cluster])], "agreement")
    codes = codes.dropna(subset=["value"])
    twice = codes.duplicated(["unit", "coder"])
    if twice.any():
        unit, coder = codes.loc[twice, ["unit", "coder"]].iloc[0]
        raise ValueError(f"agreement: coder {coder!r} has two values for unit {unit}; keep one")
    codes = codes[codes.groupby("unit")["coder"].transform("size") > 1]
    if codes.empty:
        wrong = "no unit has values of two coders, so there is nothing to compare"
        raise ValueError(f"agreement: {wrong}")
    if scale != "nominal":
        codes = codes.assign(value=pd.to_numeric(codes["value"]))
    table = pd.crosstab(codes["unit"], codes["value"])
    groups = pd.Series(table.index)
    if cluster:
        groups = codes.drop_duplicates("unit").set_index("unit")[cluster].reindex(table.index)
    values = table.columns.to_numpy(dtype=object)
    counts = _Counts("", table.to_numpy(dtype=float), values, scale)
    return counts, pd.factorize(groups)[0], codes["coder"].nunique()


def _against_rest(counts: _Counts) -> Iterator[_Counts]:
    """The counts of each value, and of all others as one."""
    for value, given in zip(counts.values, counts.table.T, strict=True):
        table = np.column_stack([counts.table.sum(axis=1) - given, given])
        yield _Counts(str(value), table, np.array([0.0, 1.0]), "nominal")


def _pairs(counts: Floats) -> Floats:
    """Each unit's coincidences: units x values x values."""
    each = counts[:, :, None] * counts[:, None, :]
    at = np.arange(counts.shape[1])
    each[:, at, at] -= counts
    return np.asarray(each / (counts.sum(axis=1) - 1)[:, None, None], dtype=np.float64)


def _resampled(groups: NDArray[np.intp], resamples: int, seed: int) -> Floats:
    """How often each unit occurs in each resample."""
    number = int(groups.max()) + 1
    shares = np.full(number, 1 / number)
    drawn = np.random.default_rng(seed).multinomial(number, shares, size=resamples)
    return drawn[:, groups].astype(float)


def _percentiles(resampled: Floats, confidence: float) -> tuple[float, float]:
    resampled = resampled[~np.isnan(resampled)]
    if not len(resampled):
        return np.nan, np.nan
    tail = (1 - confidence) / 2
    low, high = np.quantile(resampled, [tail, 1 - tail])
    return float(low), float(high)


def _measures(counts: _Counts, pairs: Floats, weights: Floats) -> dict[str, Floats]:
    """Each measure for each row of weights; `pairs` are the units' coincidences, a row each."""
    table, size = counts.table, counts.table.shape[1]
    seen = (weights @ pairs).reshape(-1, size, size)
    margin = seen.sum(axis=2)
    whole = margin.sum(axis=1)
    distance = _distance(counts, margin)
    with np.errstate(invalid="ignore", divide="ignore"):
        by_chance = margin[:, :, None] * margin[:, None, :]
        expected = (by_chance * distance).sum(axis=(1, 2)) / (whole - 1)
        alpha = 1 - (seen * distance).sum(axis=(1, 2)) / expected
        measures = {"alpha": np.where(expected > 0, alpha, np.nan)}
        if counts.scale != "nominal":
            return measures
        coders, units = table.sum(axis=1), weights.sum(axis=1)
        agreeing = (table * (table - 1)).sum(axis=1) / (coders * (coders - 1))
        same = weights @ agreeing / units
        share = weights @ (table / coders[:, None]) / units[:, None]
        chance = (share * (1 - share)).sum(axis=1) / max(size - 1, 1)
        return {**measures, "ac1": (same - chance) / (1 - chance), "agreement": same}


def _distance(counts: _Counts, margin: Floats) -> Floats:
    """What two values are apart, squared; for ordinal values by how many lie between."""
    if counts.scale == "nominal":
        return np.asarray(1.0 - np.eye(len(counts.values)))[None]
    place = margin.cumsum(axis=1) - margin / 2
    if counts.scale == "interval":
        place = counts.values.astype(float)[None]
    return np.asarray((place[:, :, None] - place[:, None, :]) ** 2)
