"""Gold: what several coders agree on, what they do not, and what is decided then."""

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from press_coverage.coding.coder import Coder
from press_coverage.coding.decisions import CODES, coder_file, decisions
from press_coverage.coding.reliability import agreement


def read_codes(folder: str | Path, coders: Sequence[str] = ()) -> pd.DataFrame:
    """The decisions of all coders in a folder, or of those named, as `agreement` takes them.

    Args:
        folder: holds a file for each coder.
        coders: names; all where none is given.

    Returns:
        unit, coder, value, note.

    Raises:
        ValueError: where there is no file, or a named coder has none.
    """
    names = sorted(path.stem for path in Path(folder).glob("*.csv"))
    missing = sorted(set(coders) - set(names))
    if missing or not names:
        wanted = f"no file of coder {missing[0]!r}" if missing else "no coder's file"
        has = f"it has those of {', '.join(names)}" if names else "it has none"
        raise ValueError(f"{folder}: {wanted}; {has}")
    files = [decisions(coder_file(folder, name), name) for name in coders or names]
    rows = [decision[: len(CODES)] for file in files for decision in file if decision.value]
    return pd.DataFrame(rows, columns=list(CODES))


def disagreements(codes: pd.DataFrame) -> pd.DataFrame:
    """The units to which coders gave different values.

    Args:
        codes: unit, coder, value, and note where there is one.

    Returns:
        unit, given (the values in the order of the alphabet, no coders' names), notes.

    Examples:
        >>> values = {"unit": list("aabb"), "coder": list("xyxy"), "value": list("qpnn")}
        >>> disagreements(pd.DataFrame(values)).values.tolist()
        [['a', 'p or q', '']]
    """
    codes = codes.dropna(subset=["value"])
    codes = codes.assign(note=codes["note"].fillna("") if "note" in codes else "")
    rows = []
    for unit, given in codes.groupby("unit", sort=False):
        values = sorted(map(str, given["value"].unique()))
        notes = sorted(filter(None, given["note"]))
        if given["value"].nunique() > 1:
            rows.append((unit, " or ".join(values), "; ".join(notes)))
    return pd.DataFrame(rows, columns=["unit", "given", "notes"])


def summary(codes: pd.DataFrame) -> str:
    """One line on how far the coders agree, for people to read; raises as `agreement`."""
    table = agreement(codes).set_index("measure").to_dict("index")
    alpha, share = table["alpha"], table["agreement"]["estimate"]
    firmness = "Krippendorff's alpha is not defined, all gave one value"
    if pd.notna(alpha["estimate"]):
        interval = f"(95 % CI {alpha['low']:.2f} to {alpha['high']:.2f})"
        firmness = f"Krippendorff's alpha {alpha['estimate']:.2f} {interval}"
    return (
        f"{firmness}, {share:.0%} agreement, {alpha['units']} units of {alpha['coders']} coders, "
        f"{len(disagreements(codes))} to decide"
    )


def adjudicate(
    codes: pd.DataFrame,
    sample: pd.DataFrame,
    guide: pd.DataFrame,
    folder: str | Path,
    *,
    coder: str = "gold",
    show: Sequence[str] = (),
) -> Coder:
    """The coding of the units that coders disagree on.

    The values given are beside each unit, without names, and the agreement is above. Decisions go
    into `folder`/adjudication, and stay apart from the coders'.

    Args:
        codes: unit, coder, value, note, as `read_codes` gives them.
        sample: the units that were coded.
        guide: the codes, as `read_guide` gives them.
        folder: where the coders' files are.
        coder: the name under which decisions are kept.
        show: columns of the articles that may be seen, see `blind`.

    Raises:
        ValueError: as `agreement`, for codes of units that are not in the sample, and where there
            is nothing to decide.
    """
    _check_units(codes, sample)
    disputed = disagreements(codes)
    heading = summary(codes)
    if disputed.empty:
        remedy = "gold(codes, sample) has the result"
        raise ValueError(f"there is nothing to decide ({heading}); {remedy}")
    hints = {
        str(unit): f"{given} ({notes})" if notes else str(given)
        for unit, given, notes in disputed.itertuples(index=False)
    }
    before = _decided(folder, coder)  # a coder may have changed a code since
    units = sample[sample["unit"].isin([*hints, *before])]
    place = Path(folder) / "adjudication"
    return Coder(units, guide, place, coder, show=show, hints=hints, heading=heading)


def gold(
    codes: pd.DataFrame,
    sample: pd.DataFrame,
    folder: str | Path | None = None,
    *,
    coder: str = "gold",
) -> pd.DataFrame:
    """The sample with one value a unit, from the coders' codes and what was decided.

    Args:
        codes: unit, coder, value.
        sample: the units that were coded.
        folder: where `adjudicate` kept what was decided.
        coder: the name under which it did.

    Returns:
        The sample's columns (`probability` among them, by which estimates are weighted), `value`,
        and `how` it came about: 'agreed', 'adjudicated' or 'single' (one coder alone saw it).

    Raises:
        ValueError: for units without a code, and for disagreements that are not decided yet.

    Examples:
        >>> sample = pd.DataFrame({"unit": ["a", "b"], "probability": 0.1})
        >>> values = {"unit": list("aab"), "coder": list("xyx"), "value": ["no", "no", "yes"]}
        >>> gold(pd.DataFrame(values), sample).values.tolist()
        [['a', 0.1, 'no', 'agreed'], ['b', 0.1, 'yes', 'single']]
    """
    _check_units(codes, sample)
    codes = codes.dropna(subset=["value"])
    uncoded = sample.loc[~sample["unit"].isin(codes["unit"]), "unit"].tolist()
    if uncoded:
        number = f"{len(uncoded)} of {len(sample)} units"
        raise ValueError(f"{number} have no code yet, unit {uncoded[0]!r} first; code them")
    disputed = set(disagreements(codes)["unit"])
    decided = _decided(folder, coder) if folder else {}
    undecided = sorted(unit for unit in disputed if not decided.get(unit))
    if undecided:
        number = f"{len(undecided)} of {len(disputed)} disagreements"
        first = f"unit {undecided[0]!r} first; go on with adjudicate(...)"
        raise ValueError(f"{number} are not decided, {first}")
    given = codes.drop_duplicates("unit").set_index("unit")["value"]
    coders = codes.groupby("unit")["coder"].nunique()
    values = [decided[unit] if unit in disputed else given[unit] for unit in sample["unit"]]
    how = sample["unit"].map(coders).gt(1).map({True: "agreed", False: "single"})
    how = how.mask(sample["unit"].isin(disputed), "adjudicated")
    return sample.assign(value=values, how=how)


def _decided(folder: str | Path, coder: str) -> dict[str, str]:
    """What was decided on each unit that coders disagreed on; '' where it was taken back."""
    file = coder_file(Path(folder) / "adjudication", coder)
    return {decision.unit: decision.value for decision in decisions(file, coder)}


def _check_units(codes: pd.DataFrame, sample: pd.DataFrame) -> None:
    if codes.empty:
        raise ValueError("there are no codes; read_codes reads those of a folder")
    unknown = sorted(set(codes["unit"]) - set(sample["unit"]))
    if unknown:
        wrong = f"codes of unit {unknown[0]!r}, which is not in the sample"
        raise ValueError(f"{wrong}; give the sample that was coded")
