"""News agencies: how datelines and credits print them, and which articles are theirs."""

import pandas as pd

from press_coverage.codebooks.outlets import outlet
from press_coverage.codebooks.reading import read_rows

AGENCIES = {row["agency"]: row["printed"] for row in read_rows("agencies")}
CANONICAL = {form: name for name, forms in AGENCIES.items() for form in forms.split("|")}


def from_agency(articles: pd.DataFrame) -> "pd.Series[bool]":
    """Whether each article is published by an agency or credited to one, its own outlet's name apart; needs publisher and agency.

    >>> from_agency(pd.DataFrame({"publisher": ["Reuters", "CNN", "taz"], "agency": [None, "CNN", "dpa"]})).tolist()
    [True, False, True]
    """
    known = {
        name: outlet(name)
        for column in ("publisher", "agency")
        for name in articles[column].dropna().unique()
    }
    names = {name: found.publisher if found else name for name, found in known.items()}
    agencies = {name for name, found in known.items() if found and found.kind == "agency"}
    foreign = articles["agency"].notna() & (
        articles["agency"].map(names) != articles["publisher"].map(names)
    )
    return foreign | articles["publisher"].isin(agencies)
