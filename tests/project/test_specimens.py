"""The specimens: committed as built, and as varied as they claim."""

import importlib.util
from pathlib import Path

import pandas as pd

SPECIMENS = Path(__file__).parents[2] / "data" / "specimens"


def test_corpus_and_gold_are_what_the_sources_build(tmp_path: Path) -> None:
    spec = importlib.util.spec_from_file_location("build", SPECIMENS / "build.py")
    assert spec is not None
    assert spec.loader is not None
    build = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(build)
    build.main(tmp_path)
    built = {p.relative_to(tmp_path) for p in tmp_path.rglob("*") if p.is_file()}
    committed = {
        p.relative_to(SPECIMENS)
        for part in ("corpus", "gold")
        for p in (SPECIMENS / part).rglob("*")
        if p.is_file()
    }
    assert built == committed
    for path in built:
        if path.suffix == ".parquet":  # its bytes depend on the writer's version
            pd.testing.assert_frame_equal(
                pd.read_parquet(tmp_path / path), pd.read_parquet(SPECIMENS / path)
            )
        else:
            assert (tmp_path / path).read_bytes() == (SPECIMENS / path).read_bytes(), path


def test_they_are_as_many_and_as_varied_as_the_data_statement_says(specimens) -> None:
    gold = pd.DataFrame(list(specimens.gold.values()))
    stated = (SPECIMENS.parents[0] / "README.md").read_text(encoding="utf-8")
    assert f"{len(gold)} articles of {gold['outlet'].nunique()} invented outlets" in stated
    assert set(gold["format"]) == {"html", "text", "table"}
    assert set(gold["language"]) == {"de", "en"}
    assert set(gold["register"]) >= {
        "wire",
        "tabloid",
        "broadsheet",
        "opinion",
        "state_agency",
        "regional",
    }
    stories = gold.dropna(subset=["story"]).groupby("story")["outlet"].nunique()
    assert stories.tolist() == [4, 4]
    for name in ("mentions", "quotes", "frames"):
        assert f"{len(pd.read_csv(SPECIMENS / 'gold' / f'{name}.csv')):,} {name}" in stated


def test_gold_spans_lie_inside_the_bodies(gold_articles: pd.DataFrame) -> None:
    lengths = gold_articles.set_index("doc_id")["body"].str.len()
    for name in ("mentions", "quotes", "frames"):
        table = pd.read_csv(SPECIMENS / "gold" / f"{name}.csv")
        assert (table["start"] < table["end"]).all()
        assert (table["end"] <= table["doc_id"].map(lengths)).all()
