"""Agreement: how far coders agree on what they coded, with intervals, and code by code.

Krippendorff's alpha and Gwet's AC1 from one table of counts: every coder's value for a unit paired with every other's. Units are
resampled by weights on these counts, so that thousands of resamples take seconds.
"""

from typing import Literal, get_args

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Scale = Literal["nominal", "ordinal", "interval"]
Floats = NDArray[np.float64]
_BLOCK = 200  # resamples at a time


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
    """Agreement of coders: code, measure, units, coders, estimate, low, high.

    `codes` has a row for each unit and coder: unit, coder, value; a gap is a row that is not there, or empty. Units with one value are
    left out. Measures are 'alpha' (Krippendorff; 1 is perfect, 0 what chance gives), 'ac1' (Gwet; steadier where one value is
    frequent; nominal level only) and 'agreement' (the plain share of pairs that agree). `code` is '' for all values together; with
    `each` there are rows for every value against the rest, too. At the levels 'ordinal' and 'interval' values are numbers. Intervals
    are percentiles of a bootstrap over units, or over the groups of the column `cluster`. Where all coders gave one value, alpha is not
    defined and stays empty. From .800 alpha is usually called firm, from .667 tentative.

    Raises ValueError for missing columns, for two values of one coder on a unit, and where no unit has values of two coders.

    Source: Krippendorff 2011, https://repository.upenn.edu/asc_papers/43; Gwet 2008, doi:10.1348/000711006X126600; Hayes and
    Krippendorff 2007, doi:10.1080/19312450709336664, for the bootstrap over units.

    >>> rows = [(u, c, v) for u, pair in enumerate(["aa", "bb", "ab", "aa"]) for c, v in zip("xy", pair)]
    >>> agreement(pd.DataFrame(rows, columns=["unit", "coder", "value"])).round(3)[["measure", "estimate"]].values.tolist()
    [['alpha', 0.533], ['ac1', 0.529], ['agreement', 0.75]]
    """
    counts, values, groups, coders = _counted(codes, scale, cluster)
    weight = _resampled(groups, resamples, seed)
    kinds = [("", counts, scale, values)]
    if each:
        nominal = np.array([0.0, 1.0])
        alone = [
            np.column_stack([counts.sum(axis=1) - counts[:, at], counts[:, at]])
            for at in range(len(values))
        ]
        kinds += [
            (str(value), own, "nominal", nominal) for value, own in zip(values, alone, strict=True)
        ]
    rows = []
    for code, own, kind, scores in kinds:
        pairs = _pairs(own).reshape(len(own), -1)
        measures = _measures(own, pairs, kind, scores, np.ones((1, len(own))))
        drawn = [
            _measures(own, pairs, kind, scores, part)
            for part in np.array_split(weight, max(1, len(weight) // _BLOCK))
        ]
        for measure, found in measures.items():
            told = np.concatenate([part[measure] for part in drawn])
            told = told[~np.isnan(told)]
            tail = (1 - confidence) / 2
            low, high = (
                np.quantile(told, [tail, 1 - tail])
                if len(told) and not np.isnan(found[0])
                else (np.nan, np.nan)
            )
            size = {"units": len(own), "coders": coders}
            rows.append(
                {
                    "code": code,
                    "measure": measure,
                    **size,
                    "estimate": float(found[0]),
                    "low": float(low),
                    "high": float(high),
                }
            )
    return pd.DataFrame(rows)


def confusion(codes: pd.DataFrame) -> pd.DataFrame:
    """Which values are taken for which: pairs of values that two coders gave to one unit, a row and a column for each value.

    Each pair counts once in either direction, over the number of the unit's other coders, so the whole is the number of values
    that can be paired (Krippendorff's coincidence matrix). Raises as `agreement`.

    >>> rows = [(u, c, v) for u, pair in enumerate(["aa", "ab"]) for c, v in zip("xy", pair)]
    >>> confusion(pd.DataFrame(rows, columns=["unit", "coder", "value"])).values.tolist()
    [[2.0, 1.0], [1.0, 0.0]]
    """
    counts, values, _, _ = _counted(codes, "nominal", None)
    return pd.DataFrame(_pairs(counts).sum(axis=0), index=values, columns=values)


def _counted(
    codes: pd.DataFrame, scale: Scale, cluster: str | None
) -> tuple[Floats, NDArray[np.object_], NDArray[np.intp], int]:
    """Units by values: how many coders gave each; the values; the group of each unit; the number of coders."""
    if scale not in get_args(Scale):
        raise ValueError(f"agreement: level {scale!r}; use one of: {', '.join(get_args(Scale))}")
    missing = [
        name
        for name in ("unit", "coder", "value", *([cluster] if cluster else []))
        if name not in codes
    ]
    if missing:
        raise ValueError(
            f"agreement: no column {missing[0]!r}; it has {', '.join(map(str, codes)) or 'no columns'}"
        )
    codes = codes.dropna(subset=["value"])
    twice = codes.duplicated(["unit", "coder"])
    if twice.any():
        unit, coder = codes.loc[twice, ["unit", "coder"]].iloc[0]
        raise ValueError(f"agreement: coder {coder!r} has two values for unit {unit}; keep one")
    codes = codes[codes.groupby("unit")["coder"].transform("size") > 1]
    if codes.empty:
        raise ValueError(
            "agreement: no unit has values of two coders, so there is nothing to compare"
        )
    if scale != "nominal":
        codes = codes.assign(value=pd.to_numeric(codes["value"]))
    table = pd.crosstab(codes["unit"], codes["value"])
    groups = (
        codes.drop_duplicates("unit").set_index("unit")[cluster].reindex(table.index)
        if cluster
        else pd.Series(table.index)
    )
    return (
        table.to_numpy(dtype=float),
        table.columns.to_numpy(dtype=object),
        pd.factorize(groups)[0],
        codes["coder"].nunique(),
    )


def _pairs(counts: Floats) -> Floats:
    """Each unit's coincidences: units x values x values."""
    each = counts[:, :, None] * counts[:, None, :]
    at = np.arange(counts.shape[1])
    each[:, at, at] -= counts
    return np.asarray(each / (counts.sum(axis=1) - 1)[:, None, None], dtype=np.float64)


def _resampled(groups: NDArray[np.intp], resamples: int, seed: int) -> Floats:
    """How often each unit stands in each resample."""
    number = int(groups.max()) + 1
    drawn = np.random.default_rng(seed).multinomial(
        number, np.full(number, 1 / number), size=resamples
    )
    return drawn[:, groups].astype(float)


def _measures(
    counts: Floats, pairs: Floats, scale: str, values: NDArray[np.object_] | Floats, weight: Floats
) -> dict[str, Floats]:
    """Each measure for each row of weights; `pairs` are the units' coincidences, a row each."""
    size = counts.shape[1]
    seen = (weight @ pairs).reshape(-1, size, size)
    margin = seen.sum(axis=2)
    whole = margin.sum(axis=1)
    distance = _distance(scale, values, margin)
    with np.errstate(invalid="ignore", divide="ignore"):
        expected = (margin[:, :, None] * margin[:, None, :] * distance).sum(axis=(1, 2)) / (
            whole - 1
        )
        alpha = 1 - (seen * distance).sum(axis=(1, 2)) / expected
        found = {"alpha": np.where(expected > 0, alpha, np.nan)}
        if scale != "nominal":
            return found
        coders = counts.sum(axis=1)
        same = (
            weight
            @ ((counts * (counts - 1)).sum(axis=1) / (coders * (coders - 1)))
            / weight.sum(axis=1)
        )
        share = weight @ (counts / coders[:, None]) / weight.sum(axis=1)[:, None]
        chance = (share * (1 - share)).sum(axis=1) / max(size - 1, 1)
        return {**found, "ac1": (same - chance) / (1 - chance), "agreement": same}


def _distance(scale: str, values: NDArray[np.object_] | Floats, margin: Floats) -> Floats:
    """What two values are apart, squared, by the level of measurement; for ordinal values by how many lie between."""
    if scale == "nominal":
        return np.asarray(1.0 - np.eye(len(values)))[None]
    place = (
        values.astype(float)[None] if scale == "interval" else margin.cumsum(axis=1) - margin / 2
    )
    return np.asarray((place[:, :, None] - place[:, None, :]) ** 2)
