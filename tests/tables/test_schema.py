"""Schema: a bad table is refused with file, row, column and remedy."""

import pandas as pd
import pytest

from press_coverage.tables import schema
from press_coverage.tables.columns import TABLES

BAD = [
    (
        "articles",
        {"doc_id": ["a", "a"]},
        "articles, row 1, column 'doc_id': 'a stands here a second time'",
    ),
    (
        "articles",
        {"doc_id": ["a", None]},
        "articles, row 1, column 'doc_id': empty; give every article an id of its own",
    ),
    ("articles", {"title": ["x"]}, "articles: no column 'doc_id'; it has title"),
    (
        "articles",
        {"doc_id": ["a"], "country": ["Germany"], "source_file": ["b.csv"]},
        "articles, row 0 (b.csv), column 'country': 'Germany'; use the two",
    ),
    (
        "articles",
        {"doc_id": ["a"], "publishing_date": ["31. Mai"]},
        "column 'publishing_date': '31. Mai'; use ISO 8601",
    ),
    (
        "mentions",
        {"doc_id": ["a"], "start": [5], "end": [5], "actor_id": ["k"], "kind": ["person"]},
        "column 'end': 5; end lies behind start",
    ),
    (
        "mentions",
        {"doc_id": ["a"], "start": [0], "end": [5], "actor_id": ["k"], "kind": ["ship"]},
        "column 'kind': 'ship'; use one of: person",
    ),
    (
        "ledger",
        {"step": ["load"], "action": ["read"], "reason": ["x"], "rule": ["y"], "score": [2.0]},
        "column 'score': 2.0; give a number from 0 to 1",
    ),
]


@pytest.mark.parametrize(("name", "columns", "said"), BAD, ids=[case[2] for case in BAD])
def test_a_bad_row_is_named(name: str, columns: dict[str, list[object]], said: str) -> None:
    with pytest.raises(schema.SchemaError) as caught:
        schema.check(pd.DataFrame(columns), name)
    assert said in str(caught.value)


def test_what_is_no_table_is_named() -> None:
    with pytest.raises(
        schema.SchemaError,
        match=r"not a tuple; load and clean return two tables: articles, ledger = load",
    ):
        schema.check((1, 2), "articles")


@pytest.mark.parametrize(
    "date",
    [
        "2018-06-01",
        pd.Timestamp("2018-06-01"),
        pd.Timestamp("2018-06-01", tz="UTC"),
        pd.Timestamp("2018-06-01").date(),
    ],
)
def test_dates_without_a_zone_are_utc(date: object) -> None:
    table = schema.check(pd.DataFrame({"doc_id": ["a"], "publishing_date": [date]}), "articles")
    assert table.loc[0, "publishing_date"] == pd.Timestamp("2018-06-01", tz="UTC")


@pytest.mark.parametrize("date", ["01.06.2018", "5/6/2018", 20180601, 2018])
def test_dates_that_could_be_misread_are_refused(date: object) -> None:
    with pytest.raises(schema.SchemaError, match="use ISO 8601"):
        schema.check(pd.DataFrame({"doc_id": ["a"], "publishing_date": [date]}), "articles")


def test_columns_of_one_s_own_stay_behind_the_known_ones() -> None:
    table = schema.check(pd.DataFrame({"mine": [1], "doc_id": ["a"]}), "articles")
    assert [table.columns[0], table.columns[-1]] == ["doc_id", "mine"]


@pytest.mark.parametrize("name", TABLES)
def test_every_table_is_described_and_its_empty_table_passes(name: str) -> None:
    assert schema.describe(name)["meaning"].str.len().gt(5).all()
    assert schema.check(schema.table([], name), name).dtypes.astype(str).tolist() == [
        c.dtype for c in TABLES[name]
    ]


def test_many_bad_rows_are_counted_not_listed() -> None:
    with pytest.raises(schema.SchemaError, match=r"\.\.\. and 30 more"):
        schema.check(
            pd.DataFrame({"doc_id": [str(i) for i in range(50)], "language": ["Deutsch"] * 50}),
            "articles",
        )
