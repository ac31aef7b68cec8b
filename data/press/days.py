"""Dates and frames of the US press on North Korea, article by article: `python data/press/days.py`.

Needs us_press_north_korea in ../shared/data, which is not part of the project; without it, it says so and changes nothing. Written is
us_days.csv: id, publisher and day of each dated article, the earliest article of the same text, and the frames that the dictionary
finds in it (in any voice, not negated). No text, no titles.
"""

import sys
from pathlib import Path

from press_coverage import annotate, clean, dedupe, load

HERE = Path(__file__).parent
SOURCE = HERE.parents[2] / "shared" / "data" / "us_press_north_korea.jsonl.gz"


def main() -> None:
    """Write the table."""
    if not SOURCE.exists():
        sys.exit("skipped: the articles are not here (shared/data/us_press_north_korea.jsonl.gz); the table stays as it is")
    articles = dedupe(clean(load([SOURCE])[0])[0])
    articles["day"] = articles["publishing_date"].dt.strftime("%Y-%m-%d")
    dated = articles[articles["day"].notna()].reset_index(drop=True)
    frames = annotate(dated).frames.query("not negated")
    dated["frames"] = dated["doc_id"].map(frames.groupby("doc_id")["frame"].agg(lambda found: " ".join(sorted(set(found)))))
    table = dated[["doc_id", "publisher", "day", "dup_group", "frames"]].sort_values(["day", "doc_id"])
    table.to_csv(HERE / "us_days.csv", index=False, lineterminator="\n")
    print(f"{len(dated)} dated articles of {len(articles)}, {dated['frames'].notna().sum()} with a frame")


if __name__ == "__main__":
    main()
