"""Gold: what becomes of several coders' work: what they agree on, what they do not, and what is decided then."""

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from press_coverage.coding.coder import COLLECTED, Coder, coder_file, decisions
from press_coverage.coding.reliability import agreement


def read_codes(folder: str | Path, coders: Sequence[str] = ()) -> pd.DataFrame:
    """The decisions of all coders in a folder, or of those named: unit, coder, value, note; `agreement` takes the table as it is.

    Raises ValueError where there is no file, or a named coder has none.
    """
    names = sorted(path.stem for path in Path(folder).glob("*.csv"))
    missing = sorted(set(coders) - set(names))
    if missing or not names:
        there = f"it has those of {', '.join(names)}" if names else "it has none"
        raise ValueError(
            f"{folder}: no file of coder {missing[0]!r}; {there}"
            if missing
            else f"{folder}: no coder's file; {there}"
        )
    lines = [
        line
        for name in coders or names
        for line in decisions(coder_file(folder, name), name)
        if line.value
    ]
    return pd.DataFrame([line[:4] for line in lines], columns=list(COLLECTED))


def disagreements(codes: pd.DataFrame) -> pd.DataFrame:
    """The units to which coders gave different values: unit, given (the values in the order of the alphabet, no coders' names), notes.

    >>> rows = [("a", "x", "pressure"), ("a", "y", "dialogue"), ("b", "x", "none"), ("b", "y", "none")]
    >>> disagreements(pd.DataFrame(rows, columns=["unit", "coder", "value"])).values.tolist()
    [['a', 'dialogue or pressure', '']]
    """
    codes = codes.dropna(subset=["value"]).assign(
        note=codes["note"].fillna("") if "note" in codes else ""
    )
    rows = []
    for unit, own in codes.groupby("unit", sort=False):
        if own["value"].nunique() > 1:
            rows.append(
                (
                    unit,
                    " or ".join(sorted(map(str, own["value"].unique()))),
                    "; ".join(sorted(note for note in own["note"] if note)),
                )
            )
    return pd.DataFrame(rows, columns=["unit", "given", "notes"])


def summary(codes: pd.DataFrame) -> str:
    """One line on how far the coders agree, for people to read. Raises as `agreement`."""
    table = agreement(codes).set_index("measure").to_dict("index")
    alpha, same = table["alpha"], f"{table['agreement']['estimate']:.0%} agreement"
    told = f"Krippendorff's alpha {alpha['estimate']:.2f} (95 % CI {alpha['low']:.2f} to {alpha['high']:.2f})"
    told = (
        "Krippendorff's alpha is not defined, all gave one value"
        if pd.isna(alpha["estimate"])
        else told
    )
    return f"{told}, {same}, {alpha['units']} units of {alpha['coders']} coders, {len(disagreements(codes))} to decide"


def adjudicate(
    codes: pd.DataFrame,
    sample: pd.DataFrame,
    guide: pd.DataFrame,
    folder: str | Path,
    *,
    coder: str = "gold",
    show: Sequence[str] = (),
) -> Coder:
    """The coding of the units that coders disagree on, with the values given and no names beside each, and the agreement above.

    Decisions go into `folder`/adjudication, and stay apart from the coders' own. Raises ValueError as `agreement`, for codes of units
    that are not in the sample, and where there is nothing to decide.
    """
    _known(codes, sample)
    apart = disagreements(codes)
    heading = summary(codes)
    if apart.empty:
        raise ValueError(
            f"there is nothing to decide ({heading}); gold(codes, sample) has the result"
        )
    notes = [f" ({notes})" if notes else "" for notes in apart["notes"]]
    hints = dict(
        zip(
            apart["unit"],
            [f"{given}{note}" for given, note in zip(apart["given"], notes, strict=True)],
            strict=True,
        )
    )
    place = Path(folder) / "adjudication"
    before = [
        line.unit for line in decisions(coder_file(place, coder), coder)
    ]  # a coder may have changed a code since
    own = sample[sample["unit"].isin([*apart["unit"], *before])]
    return Coder(own, guide, place, coder, show=show, hints=hints, heading=heading)


def gold(
    codes: pd.DataFrame,
    sample: pd.DataFrame,
    folder: str | Path | None = None,
    *,
    coder: str = "gold",
) -> pd.DataFrame:
    """The sample with one `value` a unit and `how` it came about: 'agreed', 'adjudicated' or 'single' (one coder alone saw it).

    `folder` is where `adjudicate` kept what was decided. The sample's other columns stay, `probability` among them, by which estimates
    are weighted. Raises ValueError for units without a code, and for disagreements that are not decided yet.

    >>> sample = pd.DataFrame({"unit": ["a", "b"], "probability": 0.1})
    >>> rows = [("a", "x", "none"), ("a", "y", "none"), ("b", "x", "pressure")]
    >>> gold(pd.DataFrame(rows, columns=["unit", "coder", "value"]), sample)[["unit", "value", "how", "probability"]].values.tolist()
    [['a', 'none', 'agreed', 0.1], ['b', 'pressure', 'single', 0.1]]
    """
    _known(codes, sample)
    codes = codes.dropna(subset=["value"])
    missing = sample.loc[~sample["unit"].isin(codes["unit"]), "unit"].tolist()
    if missing:
        raise ValueError(
            f"{len(missing)} of {len(sample)} units have no code yet, unit {missing[0]!r} first; code them"
        )
    decided = (
        {
            line.unit: line.value
            for line in decisions(coder_file(Path(folder) / "adjudication", coder), coder)
            if line.value
        }
        if folder
        else {}
    )
    apart = set(disagreements(codes)["unit"])
    left = sorted(apart - set(decided))
    if left:
        raise ValueError(
            f"{len(left)} of {len(apart)} disagreements are not decided, unit {left[0]!r} first; go on with adjudicate(...)"
        )
    first = codes.drop_duplicates("unit").set_index("unit")["value"]
    coders = codes.groupby("unit")["coder"].nunique()
    values = [decided[unit] if unit in apart else first[unit] for unit in sample["unit"]]
    how = [
        "adjudicated" if unit in apart else "agreed" if coders[unit] > 1 else "single"
        for unit in sample["unit"]
    ]
    return sample.assign(value=values, how=how)


def _known(codes: pd.DataFrame, sample: pd.DataFrame) -> None:
    if codes.empty:
        raise ValueError("there are no codes; read_codes reads those of a folder")
    strange = sorted(set(codes["unit"]) - set(sample["unit"]))
    if strange:
        raise ValueError(
            f"codes of unit {strange[0]!r}, which is not in the sample; give the sample that was coded"
        )
