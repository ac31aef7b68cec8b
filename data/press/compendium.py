"""Write the tables of the real press that the notebooks read: `make press`,
or `python data/press/compendium.py`.

Needs us_press_north_korea, russian_press_north_korea, german_tv_topics and the three gdelt_*
figures in ../shared/data, which are not part of the project; without them, it says so and changes
nothing. What is written holds ids, dates, addresses, codes, places and counts, no text: us/, ru/
and de_tv/ (see `press_coverage.sharing`), gdelt.csv and us_focus_scores.csv. data/README.md says
what they are.
"""

import gzip
import json
import re
import sys
from pathlib import Path

import pandas as pd
from statsmodels.stats.proportion import proportion_confint

from press_coverage import annotate, load
from press_coverage.__main__ import main as command
from press_coverage.annotation.actors import find_actors
from press_coverage.sharing.compendium import read, read_compendium
from press_coverage.sharing.derivation import write

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
SHARED = ROOT.parent / "shared" / "data"
US, RU, TV = (
    SHARED / f"{name}.jsonl.gz"
    for name in ("us_press_north_korea", "russian_press_north_korea", "german_tv_topics")
)
GDELT = {  # file: measure, period
    "gdelt_tone_by_country_day": ("mean_tone", "day"),
    "gdelt_volume_by_country_month": ("records", "month"),
    "gdelt_volume_russia_north_korea_week": ("records", "week"),
}
KNOWN = (
    "Federation of American Scientists",
    "facts_and_fact_checking",
    "gun_control_and_gun_rights",
)  # an outlet, two labels of subjects
# An article is in focus if North Korea, its leaders or its capital are named at least FEWEST times
# and make up SHARE of all that is named, or half of that if its headline names them, too. Set on 60
# articles; measured on 60 others, see us_focus.csv.
FEWEST, SHARE = 5, 0.2


def main() -> None:
    """Write everything anew."""
    needed = [US, RU, TV, *(SHARED / f"{name}.csv" for name in GDELT)]
    if missing := [path.name for path in needed if not path.exists()]:
        sys.exit(
            f"skipped: {missing[0]} is not here (shared/data); "
            "the tables of data/press stay as they are"
        )
    command(
        ["derive", str(US), str(HERE / "us"), "--keep", "bias_text", "topic", "--known", *KNOWN]
    )
    scores = focus(HERE / "us")
    command(["derive", str(RU), str(HERE / "ru"), "--keep", "month"])
    television(HERE / "de_tv")
    write({"gdelt": gdelt(), "us_focus_scores": scores}, HERE, known=GDELT, csv=True)


def focus(folder: Path) -> pd.DataFrame:
    """Add the column `focus` to the US articles, and hold it against those that were read."""
    tables, named = read(folder), read_compendium(folder).notes.mentions
    articles = tables["articles"].rename(columns={"bias_text": "leaning"})
    title = load(US)[0].set_index("doc_id")["title"].reindex(articles["doc_id"]).fillna("")
    headline = [any(actor.country == "KP" for actor in find_actors(text, "en")) for text in title]
    korean = (
        articles["doc_id"]
        .map(named.loc[named["country"] == "KP", "doc_id"].value_counts())
        .fillna(0)
    )
    share = korean / articles["doc_id"].map(named["doc_id"].value_counts())
    articles["focus"] = (korean >= FEWEST) & (
        share >= pd.Series(headline).map({True: SHARE / 2, False: SHARE})
    )
    write(tables | {"articles": articles}, folder, known=KNOWN)
    verdicts = pd.read_csv(HERE / "us_focus.csv").merge(articles[["doc_id", "focus"]], on="doc_id")
    both = int((verdicts["about"] & verdicts["focus"]).sum())
    print(f"us: {int(articles['focus'].sum())} of {len(articles)} in focus")
    rows = []
    for measure, of in (
        ("precision", int(verdicts["focus"].sum())),
        ("recall", int(verdicts["about"].sum())),
    ):
        low, high = proportion_confint(both, of, method="wilson")
        rows.append(
            {
                "measure": measure,
                "right": both,
                "of": of,
                "estimate": both / of,
                "low": low,
                "high": high,
            }
        )
    return pd.DataFrame(rows).round(4)


def television(folder: Path) -> None:
    """The topics of German television news, and who is named in them.

    A topic's id is its row in the file, from 1.
    """
    with gzip.open(TV, "rt", encoding="utf-8") as opened:
        found = pd.DataFrame([json.loads(line) for line in opened])
    told = pd.to_datetime(found["broadcast"]).dt.tz_localize("Europe/Berlin")
    articles = pd.DataFrame(
        {
            "doc_id": [f"topic-{row}" for row in range(1, len(found) + 1)],
            "publisher": found["programme"],
        }
    )
    articles = articles.assign(
        country="DE", language="de", publishing_date=told.dt.tz_convert("UTC"), body=found["topic"]
    )
    named = annotate(articles).mentions
    articles = articles.assign(characters=found["topic"].str.len(), annotated=True).drop(
        columns="body"
    )
    write({"articles": articles, "mentions": named}, folder)
    years = named[named["doc_id"].isin(articles.loc[told.dt.year.between(2017, 2019), "doc_id"])]
    counts = years.groupby("country")["doc_id"].nunique()
    print(
        f"de_tv: {len(articles)} topics; in 2017-2019 North Korea is named in {counts['KP']} "
        f"and the United States in {counts['US']}"
    )


def gdelt() -> pd.DataFrame:
    """The figures in one table: period, date, actor_country, measure, value, source_file.

    The date is the period's first day, the country an ISO 3166 code of three letters.
    """
    parts = []
    for name, (measure, period) in GDELT.items():
        found = pd.read_csv(SHARED / f"{name}.csv")
        when = next(column for column in map(str, found) if column.startswith("DATE"))
        numbers = found[when].map(
            lambda text: [*map(int, re.findall(r"\d+", text)), 1][:3]
        )  # year, month and, where there is one, day
        part = pd.DataFrame(
            {"period": period, "date": numbers.map(lambda ymd: "{}-{:02}-{:02}".format(*ymd))}
        )
        part["actor_country"] = found.get("Actor1CountryCode", "RUS")
        parts.append(part.assign(measure=measure, value=found[found.columns[-1]], source_file=name))
    whole = pd.concat(parts, ignore_index=True)
    return whole.sort_values(["measure", "period", "actor_country", "date"], ignore_index=True)


if __name__ == "__main__":
    main()
