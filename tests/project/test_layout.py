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

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "coverage" / "press_coverage"
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
LOCKED = (ROOT / "requirements.txt").read_text(encoding="utf-8")
# the rooms from the ground up: a room imports only from those before it,
# and the four of APART do not know each other
FLOORS = (
    "text tables codebooks models loading fetching cleaning copies "
    "annotation measures coding plots sharing"
).split()
APART = {"loading", "cleaning", "copies", "annotation"}
SPACY_MODELS = {
    "spacy-model-de-core-news-sm",
    "spacy-model-en-core-web-sm",
}  # conda alone has the official ones


def test_the_source_root_is_no_package_so_that_nbval_finds_coverage_py() -> None:
    assert not (ROOT / "coverage" / "__init__.py").exists()
    assert hasattr(importlib.import_module("coverage"), "version_info")


@pytest.mark.skipif(
    not (ROOT / ".git").exists() or shutil.which("git") is None, reason="not a git checkout"
)
def test_gitignore_does_not_hide_the_source() -> None:
    hidden = subprocess.run(
        ["git", "check-ignore", "coverage/press_coverage/loading/folder.py"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert hidden.stdout == ""


def test_a_room_imports_only_from_rooms_below() -> None:
    assert {
        path.name for path in PACKAGE.iterdir() if path.is_dir() and path.name != "__pycache__"
    } == set(FLOORS)
    assert upward_imports(PACKAGE) == []


def test_an_upward_import_is_seen(tmp_path: Path) -> None:
    for name, source in {
        "tables": "import press_coverage.sharing.report",
        "cleaning": "from press_coverage import copies",
    }.items():
        (tmp_path / name).mkdir()
        (tmp_path / name / "planted.py").write_text(
            f"def late():\n    {source}\n", encoding="utf-8"
        )
    assert upward_imports(tmp_path) == [
        "cleaning/planted.py imports copies",
        "tables/planted.py imports sharing",
    ]


def upward_imports(package: Path) -> list[str]:
    """Each import, wherever it stands in a file, of a room that is not below the file's own."""
    wrong = []
    for path in sorted(package.rglob("*.py*")):
        if path.suffix not in (".py", ".pyi") or path.parent == package:
            continue
        own = path.relative_to(package).parts[0]
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            for room in rooms_imported(node) - {own}:
                if FLOORS.index(room) > FLOORS.index(own) or {room, own} <= APART:
                    wrong.append(f"{path.relative_to(package).as_posix()} imports {room}")
    return wrong


def rooms_imported(node: ast.AST) -> set[str]:
    names: list[str] = []
    if isinstance(node, ast.Import):
        names = [alias.name for alias in node.names]
    elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
        names = [f"{node.module}.{alias.name}" for alias in node.names]
    return {
        parts[1]
        for name in names
        if (parts := name.split("."))[0] == "press_coverage" and len(parts) > 1
    } & set(FLOORS)


def wanted() -> dict[str, SpecifierSet]:
    extras = PYPROJECT["project"]["optional-dependencies"]
    lists = [*PYPROJECT["project"]["dependencies"], *PYPROJECT["dependency-groups"]["dev"]]
    lists += [line for name, lines in extras.items() if name != "all" for line in lines]
    return {r.name: r.specifier for r in map(Requirement, lists)}


def test_all_is_every_extra() -> None:
    extras = PYPROJECT["project"]["optional-dependencies"]
    (whole,) = map(Requirement, extras["all"])
    assert whole.extras == {*extras} - {"all"}


def test_environment_yml_names_the_same_packages_with_the_same_ranges() -> None:
    listed = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))["dependencies"]
    from_pip = next(entry["pip"] for entry in listed if isinstance(entry, dict))
    entries = [e for e in listed if isinstance(e, str) and e != "pip"] + [
        e for e in from_pip if not e.startswith("--")
    ]
    conda = {r.name.replace("_", "-"): r.specifier for r in map(Requirement, entries)}
    assert conda.pop("python") == SpecifierSet(PYPROJECT["project"]["requires-python"])
    assert {name for name in conda if name.startswith("spacy-model")} == SPACY_MODELS
    assert {name: spec for name, spec in conda.items() if name not in SPACY_MODELS} == wanted()


def test_requirements_txt_holds_every_package_in_range_with_hashes_and_no_address() -> None:
    pins = dict(re.findall(r"^([\w.-]+)==([^\s;\\]+)", LOCKED, re.M))
    assert {name: spec for name, spec in wanted().items() if pins.get(name) not in spec} == {}
    for block in re.split(r"\n(?=\S)", LOCKED.strip()):
        assert "--hash=sha256:" in block, block[:60]
    assert not re.search(
        r"https?://|^(-i|--index-url|--extra-index-url|--find-links)", LOCKED, re.M
    )
    assert "coverage" in pins, "nbval imports coverage.py"


def test_no_squatted_spacy_model_is_asked_for() -> None:
    assert "999.9.9" not in LOCKED
    assert not re.search(r"core[-_](web|news)[-_]", LOCKED)


def test_make_help_names_the_commands_of_the_readme() -> None:
    targets = re.findall(r"^([a-z]+):.*## ", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M)
    used = re.findall(r"^\s*make ([a-z]+)", (ROOT / "README.md").read_text(encoding="utf-8"), re.M)
    assert used
    assert set(used) <= set(targets)
