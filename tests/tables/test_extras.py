"""Extras: where a package is missing, one sentence says which verb needs it and how to get it."""

import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from press_coverage.tables.extras import missing_extra

VERBS = [
    ("press_coverage.fetching", "hydrate", "fetch", ["requests", "protego", "urllib3"]),
    ("press_coverage.annotation", "pipeline", "spacy", ["spacy"]),
    ("press_coverage.plots", "specification_curve", "plots", ["matplotlib"]),
]
MISSING = [(room, verb, extra, name) for room, verb, extra, names in VERBS for name in names]
# in a process of its own: nothing that this one has imported can be taken back
CODE = """
import importlib, sys
sys.modules[{name!r}] = None
room = importlib.import_module({room!r})
try:
    room.{verb}
except ImportError as error:
    print(error)
"""


def run(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return done.stdout.strip()


@pytest.mark.parametrize(("room", "verb", "extra", "name"), MISSING)
def test_a_missing_package_is_named_with_the_way_to_get_it(
    room: str, verb: str, extra: str, name: str
) -> None:
    sentence = run(CODE.format(room=room, verb=verb, name=name))
    remedy = f"install it with: pip install 'press-coverage[{extra}]'"
    assert sentence == f"{verb} needs {name}; {remedy}"


def test_the_package_is_named_by_its_first_part() -> None:
    error = ModuleNotFoundError("No module named 'urllib3.util'", name="urllib3.util")
    assert str(missing_extra("hydrate", "fetch", error)).startswith("hydrate needs urllib3; ")


def test_nothing_in_loading_imports_what_fetching_needs() -> None:
    code = """
import importlib, pkgutil, sys
import press_coverage.loading as room
for module in pkgutil.walk_packages(room.__path__, room.__name__ + "."):
    importlib.import_module(module.name)
print(sorted({"requests", "protego", "urllib3"} & set(sys.modules)))
"""
    assert run(code) == "[]"


def test_a_parquet_file_without_its_extra_costs_that_file_alone(tmp_path: Path) -> None:
    pd.DataFrame({"text": ["Kim met Moon."]}).to_parquet(tmp_path / "a.parquet")
    (tmp_path / "b.csv").write_text("text\nKim met Moon.\n")
    code = f"""
import sys
sys.modules["pyarrow"] = None
import press_coverage as pc
articles, ledger = pc.load({str(tmp_path)!r}, progress=False)
print(len(articles), ledger["reason"][0])
"""
    remedy = "install it with: pip install 'press-coverage[parquet]'"
    assert run(code) == f"1 a Parquet file needs pyarrow; {remedy}"


def test_annotation_and_counts_need_no_extra() -> None:
    code = """
import sys
for name in ("spacy", "statsmodels", "matplotlib", "pyarrow", "requests", "anywidget", "nbconvert"):
    sys.modules[name] = None
import pandas as pd
import press_coverage as pc
rows = {"doc_id": ["a"], "language": ["en"], "body": ["Kim Jong Un met Trump."], "publisher": ["x"]}
articles = pd.DataFrame(rows)
notes = pc.annotate(articles, progress=False)
print(pc.rates(articles, notes.mentions, column="country", by="publisher")["counted"].tolist())
"""
    assert run(code) == "[1, 1]"
