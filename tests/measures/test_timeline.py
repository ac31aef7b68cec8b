"""Timeline, around and placebo: weeks with their gaps, changes at an event, and the events."""

import csv
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from series import SERIES, coverage, drawn
from statsmodels.api import GLM, add_constant, families
from statsmodels.datasets import macrodata

from press_coverage.measures import around, placebo, timeline
from press_coverage.measures.interrupted import changes

ROOT = Path(__file__).parents[2]
EVENTS = pd.read_csv(ROOT / "data" / "events.csv", keep_default_na=False)
KINDS = set(
    "agreement cancellation dismantling exercise letter office release sanction statement summit "
    "talks test visit".split()
)
COUNTRIES = {"CN", "JP", "KP", "KR", "RU", "US"}
STARTS = pd.date_range("2018-01-02", periods=60, freq="7D")
EVENT = "2018-07-31"  # the thirty-first of them


def corpus(*dates: str | None, **columns: object) -> pd.DataFrame:
    return pd.DataFrame(
        {"doc_id": [str(n) for n in range(len(dates))], "publishing_date": list(dates), **columns}
    )


def weeks(articles: object, **columns: object) -> pd.DataFrame:
    return pd.DataFrame({"start": STARTS, "days": 7, "articles": articles, **columns})


def days(table: pd.DataFrame, *columns: str) -> list[list[object]]:
    return (
        table.assign(start=table["start"].dt.strftime("%Y-%m-%d"))[["start", *columns]]
        .to_numpy()
        .tolist()
    )


def test_a_week_without_an_article_has_none_and_no_share() -> None:
    codes = pd.DataFrame({"doc_id": ["0", "0", "2"], "frame": ["x", "x", "y"]})
    table = timeline(corpus("2018-06-11", "2018-06-17", "2018-06-25"), codes)
    assert table[["frame", "articles", "counted"]].to_numpy().tolist() == [
        ["x", 2, 1], ["y", 2, 0], ["x", 0, 0], ["y", 0, 0], ["x", 1, 0], ["y", 1, 1]
    ]  # fmt: skip
    assert table["share"].isna().tolist() == [False, False, True, True, False, False]


def test_weeks_start_on_the_weekday_of_the_anchor_and_say_how_many_days_were_collected() -> None:
    articles = corpus("2018-06-11", "2018-06-12", "2018-06-20")
    assert days(timeline(articles), "days", "articles") == [
        ["2018-06-11", 7, 2],
        ["2018-06-18", 3, 1],
    ]
    told = timeline(articles, anchor="2018-06-12", span=("2018-06-10", "2018-06-25"))
    assert days(told, "days", "articles") == [
        ["2018-06-05", 2, 1],
        ["2018-06-12", 7, 1],
        ["2018-06-19", 7, 1],
    ]
    assert days(
        timeline(articles, unit="day", span=("2018-06-12", "2018-06-13")), "days", "articles"
    ) == [
        ["2018-06-12", 1, 1],
        ["2018-06-13", 1, 0],
    ]


@pytest.mark.parametrize(
    ("moment", "offset", "zone", "day"),
    [
        ("2018-06-12T23:30:00+00:00", None, None, "2018-06-12"),  # UTC where nothing else is known
        ("2018-06-12T23:30:00+00:00", "+02:00", None, "2018-06-13"),  # the outlet's own day
        ("2018-06-13T03:30:00+00:00", "-04:00", None, "2018-06-12"),
        ("2018-06-12T23:30:00+00:00", "+02:00", "America/New_York", "2018-06-12"),
        ("2018-06-12T15:30:00+00:00", None, "Asia/Seoul", "2018-06-13"),
        (
            "2018-06-12T00:00:00+00:00",
            None,
            "America/New_York",
            "2018-06-12",
        ),  # the day alone is known: it stays
        (
            "2018-06-12T00:00:00+00:00",
            "+02:00",
            "America/New_York",
            "2018-06-11",
        ),  # midnight by the clock
    ],
)
def test_an_article_counts_on_the_day_of_its_zone(
    moment: str, offset: str | None, zone: str | None, day: str
) -> None:
    table = timeline(corpus(moment, time_zone=[offset]), unit="day", zone=zone)
    assert days(table, "articles") == [[day, 1]]


def test_articles_without_a_date_are_rows_without_a_start() -> None:
    table = timeline(corpus("2018-06-11", None, None, publisher=["a", "a", "b"]), by=["publisher"])
    assert table["start"].isna().tolist() == [False, False, True, True]
    assert table["articles"].tolist() == [1, 0, 1, 1]
    assert table["articles"].sum() == 3


def test_weights_let_copies_count_once_and_outlets_add_up() -> None:
    articles = corpus(
        "2018-06-11",
        "2018-06-12",
        "2018-06-13",
        dup_group=["0", "0", "2"],
        publisher=["a", "b", "b"],
    )
    codes = pd.DataFrame({"doc_id": ["0", "1"], "frame": "x"})
    row = timeline(articles, codes, per="text").loc[0]
    assert row[["articles", "counted", "share"]].tolist() == [2.0, 1.0, 0.5]
    apart = timeline(articles, codes, by=["publisher"])
    assert apart[["publisher", "articles", "counted"]].to_numpy().tolist() == [
        ["a", 1, 1],
        ["b", 2, 1],
    ]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"unit": "month"}, "use one of: day, week"),
        ({"zone": "Seoul"}, "zone is 'Seoul'; use a name as Asia/Seoul"),
        ({"by": ["colour"]}, "timeline: articles: no column 'colour'"),
        ({"anchor": "June"}, "anchor is 'June'; use a date"),
        (
            {"span": ("2019-01-01", "2019-12-31")},
            "none has a publishing_date from 2019-01-01 to 2019-12-31",
        ),
        (
            {"codes": pd.DataFrame({"doc_id": ["7"], "frame": "x"})},
            "article '7', which is not among the articles",
        ),
        (
            {"codes": pd.DataFrame({"doc_id": ["0"], "colour": "x"})},
            "timeline: codes: no column 'frame'; it has doc_id, colour",
        ),
    ],
)
def test_what_timeline_cannot_count_is_named(change: dict[str, object], said: str) -> None:
    with pytest.raises(ValueError, match=re.escape(said)):
        timeline(corpus("2018-06-11"), **change)


def newey_west(design: np.ndarray, residual: np.ndarray, lag: int) -> np.ndarray:
    """The covariance by the formula, with the correction for n and k."""
    scores = design * residual[:, None]
    middle = scores.T @ scores
    for k in range(1, lag + 1):
        one = scores[k:].T @ scores[:-k]
        middle += (1 - k / (lag + 1)) * (one + one.T)
    bread = np.linalg.inv(design.T @ design)
    n, columns = design.shape
    return bread @ middle @ bread * n / (n - columns)


def test_the_formula_gives_what_stata_published() -> None:
    """Stata: newey g_realinv g_realgdp L.realint, lag(4).

    Its figures are those in statsmodels' results_macro_ols_robust.py.
    """
    data = macrodata.load_pandas().data
    growth, investment = (400 * np.diff(np.log(data[name])) for name in ("realgdp", "realinv"))
    design = add_constant(np.column_stack([growth, data["realint"][:-1]]), prepend=False)
    residual = investment - design @ np.linalg.lstsq(design, investment, rcond=None)[0]
    assert np.sqrt(np.diag(newey_west(design, residual, 4))) == pytest.approx(
        [0.33125644884286, 0.29582347593197, 1.1859338087713], rel=1e-9
    )


@pytest.mark.parametrize(("errors", "lag"), [("newey-west", 3), ("simulated", 15)])
@pytest.mark.parametrize("what", ["coverage", "share"])
def test_errors_agree_with_the_formula_to_six_digits_and_gaps_keep_their_place(
    what: str, errors: str, lag: int
) -> None:
    articles, counted = drawn(np.random.default_rng(3), what, 60, 2, 0.6)
    time, later = np.arange(60) - 30.0, (np.arange(60) >= 30).astype(float)
    design = np.column_stack([np.ones(60), later, time, time * later])
    assert (articles == 0).any()
    if counted is None:
        fitted = GLM(articles, design, family=families.Poisson()).fit().mu
        root, residual = np.sqrt(fitted), (articles - fitted) / np.sqrt(fitted)
    else:
        root = np.sqrt(articles)
        share = np.where(articles > 0, counted / np.maximum(articles, 1), 0) * root
        residual = (
            share
            - root[:, None] * design @ np.linalg.lstsq(root[:, None] * design, share, rcond=None)[0]
        )
    expected = np.sqrt(np.diag(newey_west(root[:, None] * design, residual, lag)))[[1, 3]]
    fit = changes(articles, counted, 30, errors=errors)
    assert fit.lag == lag
    assert fit.errors == pytest.approx(expected, rel=1e-6)


def test_a_clean_change_is_found_as_it_is() -> None:
    after = np.arange(60) >= 30
    doubled = around(weeks(np.where(after, 20, 10) + np.tile([1, -1], 30)), EVENT).set_index(
        "change"
    )
    assert doubled.loc["level", "estimate"] == pytest.approx(2, abs=0.05)
    assert doubled.loc["slope", "estimate"] == pytest.approx(1, abs=0.002)
    assert doubled.loc["level", "low"] > 1.5
    shares = weeks(20, frame="x", counted=np.where(after, 10, 5) + np.tile([1, -1], 30))
    row = around(shares, EVENT, before=20, after=20, trend=False).loc[0]
    assert row[["what", "measure", "n", "articles", "counted"]].tolist() == [
        "x",
        "difference",
        40,
        800,
        300,
    ]
    assert row["estimate"] == pytest.approx(0.25)
    assert 0.15 < row["low"] < 0.25 < row["high"] < 0.35


def test_the_interval_knows_that_weeks_resemble_each_other() -> None:
    random = np.random.default_rng(5)
    width = dict.fromkeys(("simulated", "independent"), 0.0)
    for _ in range(10):
        articles, _ = drawn(random, "coverage", 60, 20, 0.8)
        for errors in width:
            row = around(weeks(articles), EVENT, errors=errors).loc[0]
            width[errors] += np.log(row["high"] / row["low"])
    assert width["simulated"] > 1.5 * width["independent"]


@pytest.mark.parametrize(
    ("table", "estimate", "low", "high"),
    [
        (weeks([0] * 30 + [3, 4] * 15), "nan", 0, np.inf),  # nothing before: no ratio
        (weeks([3, 4] * 15 + [0] * 29 + [1]), "nan", 0, np.inf),
        (weeks(5), 1, 0, np.inf),  # nothing varies: no error
        (weeks(5, frame="x", counted=0), 0, -1, 1),  # a code never seen
        (weeks(5, frame="x", counted=[0] * 30 + [5] * 30), 1, -1, 1),
        (
            weeks([0] * 28 + [1, 1] + [4] * 30, frame="x", counted=[0] * 30 + [1, 2] * 15),
            "nan",
            -1,
            1,
        ),  # two weeks before
    ],
)
def test_where_nothing_can_be_known_the_interval_is_all_there_can_be(
    table: pd.DataFrame, estimate: object, low: float, high: float
) -> None:
    for _, row in around(table, EVENT).iterrows():
        assert (row["low"], row["high"]) == (low, high)
    level = around(table, EVENT).loc[0, "estimate"]
    assert np.isnan(level) if estimate == "nan" else level == pytest.approx(estimate)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            {"event": "2021-01-05"},
            "lies outside the table, which runs from 2018-01-02 to 2019-02-19",
        ),
        (
            {"event": "2018-08-01"},
            "no week of the table starts on 2018-08-01; "
            "count with timeline(..., anchor='2018-08-01')",
        ),
        ({"event": "soon"}, "event is 'soon'; use a date"),
        (
            {"before": 1, "after": 1},
            "1 periods before and 1 after are too few; take at least 8 on each side",
        ),
        ({"before": 40}, "the table has 30 whole ones before and 30 after"),
        ({"errors": "white"}, "use one of: simulated, newey-west, independent"),
        (
            {"without": "publisher"},
            "made by timeline with by='publisher': no column 'publisher'; it has start, days",
        ),
        ({"weeks": weeks(0)}, "no article in the 52 periods"),
        (
            {"weeks": weeks(5).assign(days=[7] * 40 + [3] * 20)},
            "the table has 30 whole ones before and 10 after",
        ),
        ({"weeks": weeks(5, counted=1)}, "weeks, made by timeline: no column 'frame'"),
        (
            {"weeks": weeks(5, publisher="a"), "without": "publisher"},
            "has 1 value; with it left out nothing remains",
        ),
    ],
)
def test_what_around_cannot_estimate_is_named(change: dict[str, object], said: str) -> None:
    with pytest.raises(ValueError, match=re.escape(said)):
        around(**{"weeks": weeks(5), "event": EVENT, **change})


def test_an_outlet_that_makes_the_change_alone_is_found_by_leaving_it_out() -> None:
    steady, loud = (
        weeks([5, 7] * 30, publisher="Lantern"),
        weeks([5, 7] * 15 + [40, 50] * 15, publisher="Siren"),
    )
    table = around(pd.concat([steady, loud]), EVENT, without="publisher", trend=False).set_index(
        "without"
    )
    assert pd.isna(table.index[0])
    assert table["estimate"].round(2).tolist() == [4.25, 7.5, 1.0]
    assert table.loc["Siren", "low"] < 1 < table.loc["Siren", "high"]
    assert table["articles"].tolist()[0] == sum(table["articles"].tolist()[1:])


def test_a_change_stands_out_among_placebo_dates() -> None:
    noise = np.random.default_rng(1).poisson(6, 60)
    table = placebo(
        weeks(noise + 20 * (np.arange(60) >= 30)), EVENT, before=10, after=10, trend=False
    )
    assert table["dates"].unique().tolist() == [41]
    real = table[table["real"]].iloc[0]
    assert (str(real["date"].date()), real["p"]) == (EVENT, 1 / 41)
    table_at_event = around(
        weeks(noise + 20 * (np.arange(60) >= 30)), EVENT, before=10, after=10, trend=False
    )
    assert real["estimate"] == pytest.approx(table_at_event.loc[0, "estimate"])
    assert sorted(table["p"].round(6)) == [round(n / 41, 6) for n in range(1, 42)]


def test_windows_with_other_events_are_left_out_and_the_event_stays() -> None:
    table = placebo(
        weeks(np.random.default_rng(1).poisson(6, 60)),
        EVENT,
        before=10,
        after=10,
        trend=False,
        avoid=[EVENT, "2018-03-14"],
    )
    kept = table["date"].dt.strftime("%Y-%m-%d").tolist()
    assert EVENT in kept
    first = [STARTS.get_loc(day) for day in kept if day != EVENT]
    assert all(not at - 10 <= other < at + 10 for at in first for other in (10, 30))
    assert table["dates"].iloc[0] == len(kept) > 2
    with pytest.raises(ValueError, match="no date but 2018-07-31 has a window"):
        placebo(weeks(5), EVENT, before=30, after=30)


def test_a_date_that_cannot_be_estimated_counts_as_standing_out() -> None:
    noise = np.random.default_rng(2).poisson(6, 60) * (np.arange(60) >= 12)
    table = placebo(weeks(noise), EVENT, before=8, after=8, trend=False)
    lost = table[~np.isfinite(table["t"])]
    assert len(lost) > 0
    assert lost["p"].isna().all()
    assert table.loc[table["real"], "p"].item() > len(lost) / len(table)


def test_intervals_hold_in_drawn_series_and_naive_ones_do_not() -> None:
    """A short run of `make simulate`: bounds are as wide as 60 draws need."""
    table = (
        coverage(draws=60, series=("60 weeks, 20 articles, .6",)).groupby("errors")["covers"].mean()
    )
    assert table["simulated"] >= 0.9
    assert table["independent"] <= 0.85


def test_the_table_of_the_simulation_says_that_intervals_hold() -> None:
    table = pd.read_csv(ROOT / "data/press/simulated_time.csv")
    within = table[table["series"].isin([name for name in SERIES if not name.endswith(".8")])]
    covers = within.pivot(index=["series", "what", "change"], columns="errors", values="covers")
    assert len(covers) == 4 * (len(SERIES) - 1)
    short = covers.index.get_level_values("series").str.startswith("26")
    assert (
        covers["simulated"][~short].between(0.92, 0.975).all()
    )  # 0.93 to 0.97, and the chance of 500 draws
    assert covers["simulated"][~short].mean() == pytest.approx(0.95, abs=0.01)
    assert (
        covers["simulated"][short].min() >= 0.93
    )  # in so few weeks they may be too wide, not too short
    drifting = covers[covers.index.get_level_values("series").str.endswith(".6")]
    assert drifting["independent"].max() < 0.93
    assert covers["newey-west"].max() < 0.93


def test_placebo_dates_cry_wolf_no_more_often_than_they_say() -> None:
    """An event anywhere stands out as often as p says, one in the middle less often.

    The neighbours of one in the middle share its weeks.
    """
    table = pd.read_csv(ROOT / "data/press/simulated_time.csv").query("what == 'placebo'")
    for (series, bound), share in table.set_index(["series", "errors"])["covers"].items():
        promised = float(bound.split()[-1])
        assert share <= promised + 0.05
        if series.endswith("anywhere"):
            assert share == pytest.approx(promised, abs=0.05)


def test_events_are_in_order_with_dates_that_are_dates() -> None:
    assert EVENTS.columns.tolist() == [
        "date",
        "last_day",
        "label",
        "kind",
        "place",
        "parties",
        "source",
        "url",
        "checked",
    ]
    assert 60 <= len(EVENTS) <= 100
    dates = pd.to_datetime(EVENTS["date"], format="%Y-%m-%d")
    assert dates.is_monotonic_increasing
    assert dates.between(pd.Timestamp("2017-01-01"), pd.Timestamp("2019-12-31")).all()
    lasting = EVENTS[EVENTS["last_day"].ne("")]
    assert (
        pd.to_datetime(lasting["last_day"], format="%Y-%m-%d") > pd.to_datetime(lasting["date"])
    ).all()


def test_events_have_known_kinds_and_parties_and_a_source() -> None:
    with (ROOT / "coverage/press_coverage/codebooks/actors.csv").open(encoding="utf-8") as file:
        actors = {row["actor_id"] for row in csv.DictReader(file)}
    assert set(EVENTS["kind"]) == KINDS
    assert {
        party for parties in EVENTS["parties"] for party in parties.split()
    } <= actors | COUNTRIES
    assert not EVENTS[["label", "place", "parties", "source"]].eq("").any().any()
    assert EVENTS["label"].str.len().max() <= 75
    assert not EVENTS.duplicated(["date", "label"]).any()
    assert EVENTS["url"].str.match(r"^(https?://\S+)?$").all()
    assert EVENTS["checked"].isin(["yes", "no"]).all()
    tests = EVENTS["source"].str.startswith("CSIS")
    assert (EVENTS["url"].ne("") | tests)[EVENTS["checked"].eq("yes")].all()
    assert EVENTS.loc[tests, "kind"].eq("test").all()


@pytest.mark.parametrize(
    ("date", "kind", "place"),
    [
        ("2017-07-04", "test", "Panghyon"),
        ("2017-09-03", "test", "Punggye-ri"),
        ("2017-12-22", "sanction", "New York"),
        ("2018-05-24", "cancellation", "Washington"),
        ("2018-05-31", "visit", "Pyongyang"),
        ("2018-06-01", "letter", "Washington"),
        ("2018-06-12", "summit", "Singapore"),
        ("2019-02-27", "summit", "Hanoi"),
        ("2019-04-25", "summit", "Vladivostok"),
        ("2019-06-30", "summit", "Panmunjom"),
    ],
)
def test_the_events_that_the_notebooks_ask_about_are_there(
    date: str, kind: str, place: str
) -> None:
    assert EVENTS[["date", "kind", "place"]].eq([date, kind, place]).all(axis=1).sum() == 1
