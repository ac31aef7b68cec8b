"""Words and letters: small repairs and foldings that every room needs, each written once."""

import re

_GAPS = re.compile(r"[\W_]+")


def lower(text: str) -> str:
    """Lower case, character by character, so that offsets stay the same.

    `str.lower` would change the length at İ.

    Examples:
        >>> lower("İSTANBUL"), len(lower("İSTANBUL"))
        ('İstanbul', 8)
    """
    low = text.lower()
    if len(low) == len(text):
        return low
    return "".join(c.lower() if len(c.lower()) == 1 else c for c in text)


def squeeze(text: str) -> str:
    """Letters and digits alone, without case, to compare what is printed in several ways.

    Examples:
        >>> squeeze("Summit – off!") == squeeze("summit off")
        True
    """
    return _GAPS.sub("", text).casefold()


def whole_characters(text: str) -> str:
    r"""The text without halves of surrogate pairs, which no file can hold.

    Two halves become their character, a half alone becomes U+FFFD.

    Examples:
        >>> whole_characters("\ud83d\ude00 \ud83d") == "\U0001f600 \ufffd"
        True
    """
    if text.isascii():
        return text
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
