"""What only some measures need, read when they run."""

from importlib import import_module
from typing import Any


def statsmodels(module: str, verb: str) -> Any:
    """A module of statsmodels; raises ImportError that says how to get it."""
    try:
        return import_module(module)
    except ImportError:
        raise ImportError(
            f"{verb} needs statsmodels; install it with: pip install 'press-coverage[stats]'"
        ) from None
