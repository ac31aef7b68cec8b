"""How much of what an outlet prints is a news agency's text."""

import pandas as pd
from statsmodels.stats.proportion import proportion_confint

from press_coverage.codebooks.agencies import from_agency
from press_coverage.codebooks.outlets import outlet
from press_coverage.copies.weighting import deduped, is_agency


def agency_share(articles: pd.DataFrame) -> pd.DataFrame:
    """How much of each outlet's coverage is agency copy: publisher, articles, agency, credited, share, low, high.

    `agency` counts the outlet's articles that are an agency's text (see `is_agency`), `credited` those of them that say so; low and
    high bound the share with 95 % confidence, as if articles came independently (Wilson). Ordered by share; agencies are left out.

    Source: Wilson (1927), doi:10.1080/01621459.1927.10502953.

    >>> rows = {"doc_id": ["a", "b"], "dup_group": ["a", "b"], "agency": ["dpa", None], "publisher": ["Lantern", "Lantern"]}
    >>> agency_share(pd.DataFrame(rows))[["publisher", "articles", "agency", "credited", "share"]].values.tolist()
    [['Lantern', 2, 1, 1, 0.5]]
    """
    articles = deduped(articles)
    own = articles["publisher"].map(
        lambda name: (found := outlet(name)) is None or found.kind != "agency", na_action="ignore"
    )
    told = pd.DataFrame(
        {
            "publisher": articles["publisher"],
            "agency": is_agency(articles),
            "credited": from_agency(articles),
        }
    )
    table = (
        told[own.eq(True)]
        .groupby("publisher")
        .agg(articles=("agency", "size"), agency=("agency", "sum"), credited=("credited", "sum"))
    )
    table["share"] = table["agency"] / table["articles"]
    table["low"], table["high"] = proportion_confint(
        table["agency"], table["articles"], method="wilson"
    )
    return table.sort_values(["share", "articles"], ascending=False).reset_index()
