"""Count copies and agency texts in the US press: `python data/press/voices.py`.

Needs us_press_north_korea and us_press_other in ../shared/data, which are not part of the project;
without them, it says so and changes nothing. The articles are cleaned, then deduplicated. What is
written are ids, dates and counts; no text, no titles: us_copies.csv (one row for each article that
shares its text with another), us_voices.csv (one row an outlet) and us_stories.csv (one row for
each event that more than one article on North Korea reports).
"""

import sys
from pathlib import Path

import pandas as pd

from press_coverage import clean, dedupe, load, stories
from press_coverage.copies.weighting import is_agency
from press_coverage.measures import agency_share

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
SOURCES = [
    ROOT.parent / "shared" / "data" / f"us_press_{name}.jsonl.gz"
    for name in ("north_korea", "other")
]


def main() -> None:
    """Write the three tables."""
    if not all(source.exists() for source in SOURCES):
        sys.exit(
            "skipped: the articles are not here (shared/data/us_press_*.jsonl.gz); "
            "the counts stay as they are"
        )
    articles, _ = clean(load(SOURCES)[0])
    articles = dedupe(articles)
    articles["agency_text"] = is_agency(articles)
    articles["day"] = articles["publishing_date"].dt.strftime("%Y-%m-%d")
    grouped = articles[articles.duplicated("dup_group", keep=False)].sort_values(
        ["dup_group", "publishing_date", "doc_id"]
    )
    copies = grouped[
        [
            "doc_id",
            "publisher",
            "day",
            "dup_group",
            "dup_kind",
            "dup_share",
            "agency",
            "agency_text",
        ]
    ]
    copies.round({"dup_share": 2}).to_csv(HERE / "us_copies.csv", index=False, lineterminator="\n")
    of = articles.groupby("publisher")
    outlets = agency_share(articles).assign(kind="outlet")
    own = (
        of.agg(articles=("doc_id", "size"), agency=("agency_text", "sum"))
        .drop(outlets["publisher"])
        .reset_index()
    )
    outlets = pd.concat([outlets, own.assign(kind="agency")], ignore_index=True).astype(
        {"credited": "Int64"}
    )
    for column, value in (
        ("texts", of["dup_group"].nunique()),
        ("later_copies", of["dup_kind"].count()),
    ):
        outlets.insert(2, column, outlets["publisher"].map(value))
    outlets.round({"share": 4, "low": 4, "high": 4}).to_csv(
        HERE / "us_voices.csv", index=False, lineterminator="\n"
    )
    korea = stories(articles[articles["source_file"].str.contains("north_korea")])
    events = korea.groupby("story").agg(
        day=("day", "min"),
        articles=("doc_id", "size"),
        texts=("dup_group", "nunique"),
        publishers=("publisher", "nunique"),
        agency=("agency_text", "sum"),
    )
    events[events["articles"] > 1].sort_values(["day", "story"]).to_csv(
        HERE / "us_stories.csv", lineterminator="\n"
    )
    texts = articles["dup_group"].nunique()
    print(
        f"{len(articles)} articles, {texts} texts, "
        f"{int(articles['agency_text'].sum())} of an agency; {len(korea)} on North Korea,"
    )
    print(
        f"{korea['dup_group'].nunique()} texts, {korea['story'].nunique()} events, "
        f"{len(events[events['articles'] > 1])} of them in several"
    )


if __name__ == "__main__":
    main()
