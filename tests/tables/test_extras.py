"""Extras: where a package is missing, one sentence says which verb needs it and how to get it."""

import subprocess
import sys

import pytest

from press_coverage.tables.extras import missing_extra

VERBS = [("press_coverage.fetching", "hydrate", "fetch", ["requests", "protego", "urllib3"])]
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
