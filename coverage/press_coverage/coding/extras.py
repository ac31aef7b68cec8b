"""What an extra brings, loaded where it is used; stands in until `tables.extras` is here."""

from importlib import import_module
from typing import Any


def extra(module: str, name: str, what: str) -> Any:
    """The module, or an ImportError that says how to install it.

    >>> extra("json", "coding", "the widget").dumps(1)
    '1'
    >>> extra("no_such_module", "coding", "the widget")
    Traceback (most recent call last):
    ImportError: the widget needs no_such_module; install it with: pip install 'press-coverage[coding]'
    """  # noqa: E501
    try:
        return import_module(module)
    except ImportError as error:
        remedy = f"install it with: pip install 'press-coverage[{name}]'"
        raise ImportError(f"{what} needs {module.split('.')[0]}; {remedy}") from error
