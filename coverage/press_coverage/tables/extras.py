"""Extras: packages that one room alone needs, and what is said where they are missing."""


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
