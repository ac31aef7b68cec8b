"""The public names: few at the top, none of them a module's, and the README's lines run."""

import importlib
import inspect
import pkgutil
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import matplotlib.pyplot as plt
import pandas as pd
import pytest
import yaml
from conftest import ROOT, SPECIMENS

import press_coverage as pc

PACKAGE = Path(pc.__file__).parent
MODULES = [
    m.name for m in pkgutil.walk_packages(pc.__path__, "press_coverage.") if "__main" not in m.name
]
ROOMS = sorted(f"press_coverage.{path.parent.name}" for path in PACKAGE.glob("*/__init__.pyi"))
MEASURES = [*(n for n in importlib.import_module("press_coverage.measures").__all__)]
ON_WEEKS = {"around", "placebo", "multiverse", "robustness"}  # take a table of their own


def test_the_top_has_at_most_sixteen_names() -> None:
    assert len(pc.__all__) <= 16
    assert sorted(pc.__all__) == sorted(set(dir(pc)) & set(pc.__all__))
    assert all(getattr(pc, name) is not None for name in pc.__all__)


@pytest.mark.parametrize("room", ["press_coverage", *ROOMS])
def test_no_function_has_the_name_of_a_module(room: str) -> None:
    package = importlib.import_module(room)
    for name in package.__all__:
        if not isinstance(getattr(package, name), ModuleType):
            assert f"{room}.{name}" not in MODULES


def test_the_citation_names_the_version() -> None:
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert citation["version"] == pc.__version__


def test_importing_the_package_loads_nothing_else() -> None:
    code = (
        "import sys; old = set(sys.modules); import press_coverage; print(*set(sys.modules) - old)"
    )
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert not {"pandas", "numpy", "spacy", "scipy", "matplotlib"} & set(loaded.stdout.split())


@pytest.mark.parametrize("name", [name for name in MEASURES if name not in ON_WEEKS])
def test_measures_take_articles_first_and_options_by_keyword(name: str) -> None:
    parameters = inspect.signature(getattr(pc.measures, name)).parameters
    assert next(iter(parameters)) == "articles"
    assert not {"code", "coded", "level"} & set(parameters)


def test_a_table_in_the_place_of_paths_is_named() -> None:
    with pytest.raises(TypeError, match=r"load reads files, pc\.clean takes a table"):
        pc.load(pd.DataFrame({"doc_id": ["a"]}))  # type: ignore[arg-type]


def test_all_notes_in_the_place_of_a_table_are_named() -> None:
    rows = {"doc_id": ["a"], "language": ["en"], "body": ["Kim Jong Un met Trump."]}
    articles = pd.DataFrame(rows)
    notes = pc.annotate(articles, progress=False)
    with pytest.raises(TypeError, match=r"rates: codes is Notes; give one of its tables"):
        pc.rates(articles, notes)


@pytest.mark.parametrize("by", ["publisher", ["publisher"]])
def test_groups_are_a_name_or_a_list_of_names(by: str | list[str]) -> None:
    articles = pd.DataFrame({"doc_id": list("abc"), "publisher": list("xxy")})
    codes = pd.DataFrame({"doc_id": ["a"], "frame": ["conflict"]})
    assert pc.rates(articles, codes, by=by)["counted"].tolist() == [1, 0]


def test_the_lines_of_the_readme_run_as_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    part = (ROOT / "README.md").read_text(encoding="utf-8").partition("## In Python")[2]
    code = "\n".join(line[4:] for line in re.findall(r"(?m)^    .*$", part.partition("\n## ")[0]))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "my-press").symlink_to(SPECIMENS / "corpus")
    names: dict[str, object] = {}
    exec(code, names)
    assert len(code.splitlines()) >= 9
    assert isinstance(names["articles"], pd.DataFrame) and len(names["articles"]) == 56
    plt.close("all")
