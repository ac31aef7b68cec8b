"""Languages: which language a text is in, by its first characters."""

from collections.abc import Sequence
from functools import cache

from py3langid.langid import MODEL_FILE, LanguageIdentifier

_START = 300  # characters that are looked at
_LEAST = 40  # letters among them


def languages(texts: Sequence[str]) -> list[str | None]:
    """The language of each text, by its first 300 characters.

    Args:
        texts: texts of any length.

    Returns:
        ISO 639-1 codes; None for a text too short to tell (under 40 letters).

    Source: py3langid, https://github.com/adbar/py3langid

    Examples:
        >>> languages(["Die Delegation reiste am Freitag nach Washington weiter.", "Seoul"])
        ['de', None]
    """
    return [_language(text[:_START]) for text in texts]


def _language(start: str) -> str | None:
    if sum(map(str.isalpha, start)) < _LEAST:
        return None
    code: str = _identifier().classify(start)[0]
    return code if len(code) == 2 else None  # 'zxx': no language


@cache
def _identifier() -> LanguageIdentifier:
    """An identifier of our own, which no `set_languages` elsewhere changes."""
    return LanguageIdentifier.from_model_file(MODEL_FILE)
