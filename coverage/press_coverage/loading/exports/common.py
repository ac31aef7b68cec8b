"""Exports: what the readers of press databases share: numbers of words, bylines, and doubts about an article."""

import re
from collections.abc import Iterator
from typing import Any

WORDS = re.compile(
    r"(\d{1,3}(?:[.,  ]\d{3})+|\d+) (?:words?|Wörter|Worte|Wort|mots|palabras|parole|слов)"
)
BYLINE = re.compile(r"(?:By|BY|Von|VON)\s+(?=[^\W\d_a-zäöü])")
NAMES = re.compile(r"[^\W\d_]['’\w.-]*(?: [^\W\d_]['’\w.-]*){1,3}")


def count_of(printed: str) -> int | None:
    """The number of words that a database prints, or None.

    >>> count_of("1,204 words"), count_of("512 Wörter"), count_of("many")
    (1204, 512, None)
    """
    found = WORDS.fullmatch(printed.strip())
    return int(re.sub(r"\D", "", found[1])) if found else None


def authors_of(byline: str) -> str:
    """A byline as "A; B"; a comma parts it only where each part is a full name.

    >>> authors_of("By Ann Lee and Max Roe"), authors_of("Von Ann Lee, Berlin")
    ('Ann Lee; Max Roe', 'Ann Lee, Berlin')
    """
    parts = re.split(r" (?:and|und|&) |; ?", BYLINE.sub("", byline, count=1))
    cut = [name for part in parts for name in part.split(", ")]
    return "; ".join(
        part.strip(" ,") for part in (cut if all(NAMES.fullmatch(name) for name in cut) else parts)
    )


def doubts(
    what: str, row: int, body: str, length: int | None, *, cut: str = ""
) -> Iterator[dict[str, Any]]:
    """Notes on an article that has no text, was `cut` (say how it shows), or has 3 % (and 5 words) more or less than declared.

    >>> [note["rule"] for note in doubts("Factiva", 1, "Two envoys met.", 300)]
    ['length']
    """
    words = sum(any(char.isalnum() for char in token) for token in body.split())
    problems = {
        "empty": "has no text; export it as a full article" if not words else "",
        "cut": f"{cut}, so it may be cut off; export it again" if cut else "",
        "length": f"declares {length} words, {words} were found; compare it with the export"
        if length and words and abs(length - words) > max(5, 0.03 * length)
        else "",
    }
    for rule, problem in problems.items():
        if problem:
            action = "empty" if rule == "empty" else "partly_read"
            yield {
                "action": action,
                "reason": f"the {what} article {problem}",
                "rule": rule,
                "row": row,
            }
