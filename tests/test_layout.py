"""The shape of the project, which everything else relies on."""

import ast
import importlib
import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "coverage" / "press_coverage"
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
LOCKED = (ROOT / "requirements.txt").read_text(encoding="utf-8")
# the flow, left to right; a module imports only from those before it
STATIONS = (
    "columns schema progress codebook moments unpack files outlets documents exports display factiva nexis feeds crawls tables readers "
    "recognise manners hydrate load repair datelines furniture splices dates declared metadata vocabulary features headlines model "
    "blocks pages lines languages clean explain shingles dedupe stories voices actors offices roles clauses traits voice sources quotes "
    "frames parties parties_german events pieces annotate show policy derive compendium corpus kwic intervals correction rates "
    "regression keyness cooccurrence agreement multiverse draw coding gold sheets exchange timeline interrupted around __init__ report "
    "__main__"
).split()
SPACY_MODELS = {"spacy-model-de-core-news-sm", "spacy-model-en-core-web-sm"}  # conda alone has the official ones


def test_the_source_root_is_no_package_so_that_nbval_finds_coverage_py() -> None:
    assert not (ROOT / "coverage" / "__init__.py").exists()
    assert hasattr(importlib.import_module("coverage"), "version_info")


@pytest.mark.skipif(not (ROOT / ".git").exists() or shutil.which("git") is None, reason="not a git checkout")
def test_gitignore_does_not_hide_the_source() -> None:
    hidden = subprocess.run(
        ["git", "check-ignore", "coverage/press_coverage/load.py"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert hidden.stdout == ""


def test_every_module_is_a_station_and_imports_point_backwards() -> None:
    assert sorted(path.stem for path in PACKAGE.glob("*.py")) == sorted(STATIONS)
    for path in PACKAGE.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("press_coverage"):
                names = [node.module.split(".")[1]] if node.module and "." in node.module else [a.name for a in node.names]
                for name in set(names) & set(STATIONS):
                    assert STATIONS.index(name) < STATIONS.index(path.stem), f"{path.stem} imports {name}"


def test_modules_stay_small() -> None:
    long = {path.name: n for path in PACKAGE.glob("*.py") if (n := len(path.read_text(encoding="utf-8").splitlines())) > 250}
    assert not long


def wanted() -> dict[str, SpecifierSet]:
    lists = [*PYPROJECT["project"]["dependencies"], *PYPROJECT["dependency-groups"]["dev"]]
    return {r.name: r.specifier for r in map(Requirement, lists)}


def test_environment_yml_names_the_same_packages_with_the_same_ranges() -> None:
    listed = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))["dependencies"]
    from_pip = next(entry["pip"] for entry in listed if isinstance(entry, dict))
    entries = [e for e in listed if isinstance(e, str) and e != "pip"] + [e for e in from_pip if not e.startswith("--")]
    conda = {r.name.replace("_", "-"): r.specifier for r in map(Requirement, entries)}
    assert conda.pop("python") == SpecifierSet(PYPROJECT["project"]["requires-python"])
    assert {name for name in conda if name.startswith("spacy-model")} == SPACY_MODELS
    assert {name: spec for name, spec in conda.items() if name not in SPACY_MODELS} == wanted()


def test_requirements_txt_holds_every_package_in_range_with_hashes_and_no_address() -> None:
    pins = dict(re.findall(r"^([\w.-]+)==([^\s;\\]+)", LOCKED, re.M))
    assert {name: spec for name, spec in wanted().items() if pins.get(name) not in spec} == {}
    for block in re.split(r"\n(?=\S)", LOCKED.strip()):
        assert "--hash=sha256:" in block, block[:60]
    assert not re.search(r"https?://|^(-i|--index-url|--extra-index-url|--find-links)", LOCKED, re.M)
    assert "coverage" in pins, "nbval imports coverage.py"


def test_no_squatted_spacy_model_is_asked_for() -> None:
    assert "999.9.9" not in LOCKED
    assert not re.search(r"core[-_](web|news)[-_]", LOCKED)


def test_make_help_names_the_commands_of_the_readme() -> None:
    targets = re.findall(r"^([a-z]+):.*## ", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M)
    used = re.findall(r"^\s*make ([a-z]+)", (ROOT / "README.md").read_text(encoding="utf-8"), re.M)
    assert used
    assert set(used) <= set(targets)
