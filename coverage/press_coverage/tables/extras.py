"""Extras: packages that one room alone needs, and what is said where they are missing."""

from importlib import import_module
from typing import Any


def missing_extra(verb: str, extra: str, error: ImportError) -> ImportError:
    """The error to raise where a package of an extra is missing, with the way to get it.

    Args:
        verb: what needs the package.
        extra: the extra of press-coverage that holds it.
        error: the error that its import raised.

    Returns:
        An ImportError of the package's name, with one sentence.

    Examples:
        >>> raise missing_extra("hydrate", "fetch", ImportError(name="requests"))
        Traceback (most recent call last):
        ImportError: hydrate needs requests; install it with: pip install 'press-coverage[fetch]'
    """
    package = (error.name or "more packages").partition(".")[0]
    sentence = f"{verb} needs {package}; install it with: pip install 'press-coverage[{extra}]'"
    return ImportError(sentence, name=error.name)


def extra_module(module: str, verb: str, extra: str) -> Any:
    """Import a module of an extra where it is used.

    Args:
        module: the module's full name.
        verb: what needs it.
        extra: the extra of press-coverage that holds it.

    Raises:
        ImportError: with the sentence of `missing_extra`.

    Examples:
        >>> extra_module("json", "the widget", "coding").dumps(1)
        '1'
    """
    try:
        return import_module(module)
    except ImportError as error:
        raise missing_extra(verb, extra, error) from None
