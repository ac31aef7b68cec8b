"""The docs: they build without a warning, have every public name, and their pages have no fault."""

import importlib
import re
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT
from test_browser import KINDS, browser, faults, pytestmark  # noqa: F401

import press_coverage

DOCS = ROOT / "docs"
ROOMS = re.findall(r"automodule:: (\S+)", (DOCS / "reference.md").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("docs")
    command = [sys.executable, "-m", "sphinx", "-W", "--keep-going", "-q", DOCS, out]
    made = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (made.returncode, made.stderr) == (0, "")
    return out


def test_every_public_name_is_in_the_reference(built: Path) -> None:
    page = (built / "reference.html").read_text(encoding="utf-8")
    names = [f"{room}.{name}" for room in ROOMS for name in importlib.import_module(room).__all__]
    assert len(names) > 60
    assert [name for name in names if f'id="{name}"' not in page] == []


def test_every_room_with_public_names_is_in_the_reference() -> None:
    package = Path(press_coverage.__file__).parent
    rooms = {f"press_coverage.{path.parent.name}" for path in package.glob("*/__init__.pyi")}
    assert rooms == set(ROOMS)


@pytest.fixture(scope="module")
def seen(built: Path, browser) -> dict[str, dict[str, list[str]]]:  # noqa: F811
    """What is wrong with each page, by kind."""
    names = [path.stem for path in DOCS.glob("*.md")]
    return {name: faults(browser, built / f"{name}.html") for name in names}


@pytest.mark.parametrize("kind", KINDS)
def test_no_page_has_a_fault(kind: str, seen: dict[str, dict[str, list[str]]]) -> None:
    assert {page: found[kind] for page, found in seen.items() if found[kind]} == {}
