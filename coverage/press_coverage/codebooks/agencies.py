"""News agencies: how datelines and credits print them, and which articles are theirs."""

import pandas as pd

from press_coverage.codebooks.outlets import outlet
from press_coverage.codebooks.reading import read_rows

AGENCIES = {row["agency"]: row["printed"] for row in read_rows("agencies")}
CANONICAL = {form: name for name, forms in AGENCIES.items() for form in forms.split("|")}


def from_agency(articles: pd.DataFrame) -> "pd.Series[bool]":
    """Whether each article is published by an agency or credited to one.

    A credit to the article's own outlet does not count.

    Args:
        articles: with publisher and agency.

    Returns:
        True or False for each article, by the index of `articles`.

    Examples:
        >>> names = {"publisher": ["Reuters", "CNN", "taz"], "agency": [None, "CNN", "dpa"]}
        >>> from_agency(pd.DataFrame(names)).tolist()
        [True, False, True]
    """
    printed = pd.concat([articles["publisher"], articles["agency"]]).dropna().unique()
    known = {name: outlet(name) for name in printed}
    names = {name: entry.publisher if entry else name for name, entry in known.items()}
    agencies = {name for name, entry in known.items() if entry and entry.kind == "agency"}
    others = articles["agency"].map(names) != articles["publisher"].map(names)
    return articles["agency"].notna() & others | articles["publisher"].isin(agencies)
