"""How much of what an outlet prints is a news agency's text."""

import pandas as pd
from scipy.special import ndtri

from press_coverage.codebooks.agencies import from_agency
from press_coverage.codebooks.outlets import outlet
from press_coverage.copies.weighting import deduped, is_agency
from press_coverage.measures.intervals import wilson


def agency_share(articles: pd.DataFrame) -> pd.DataFrame:
    """How much of each outlet's coverage is agency copy.

    Args:
        articles: as `dedupe` gives them.

    Returns:
        publisher, articles, agency (the outlet's articles that are an agency's text, see
        `is_agency`), credited (those of them that say so), share, low, high, ordered by share;
        agencies are left out. low and high bound the share with 95 % confidence, as if articles
        came independently (Wilson).

    Raises:
        SchemaError: `dedupe` was not run.

    Source:
        Wilson (1927), doi:10.1080/01621459.1927.10502953.

    Examples:
        >>> rows = {"doc_id": ["a", "b"], "dup_group": ["a", "b"], "agency": ["dpa", None]}
        >>> table = agency_share(pd.DataFrame(rows).assign(publisher="Lantern"))
        >>> table[["publisher", "articles", "agency", "credited", "share"]].values.tolist()
        [['Lantern', 2, 1, 1, 0.5]]
    """
    articles = deduped(articles)
    flags = pd.DataFrame({"agency": is_agency(articles), "credited": from_agency(articles)})
    publisher = articles["publisher"][~articles["publisher"].map(_is_agency).eq(True)]
    table = flags.groupby(publisher).agg(
        articles=("agency", "size"), agency=("agency", "sum"), credited=("credited", "sum")
    )
    table["share"] = table["agency"] / table["articles"]
    table["low"], table["high"] = wilson(table["share"], table["articles"], -ndtri(0.025))
    return table.sort_values(["share", "articles"], ascending=False).reset_index()


def _is_agency(publisher: object) -> bool:
    known = outlet(publisher) if isinstance(publisher, str) else None
    return known is not None and known.kind == "agency"
