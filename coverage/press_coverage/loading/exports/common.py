"""What the readers of Nexis and Factiva share: labels, numbers of words, bylines, notes."""

import re
from collections.abc import Generator, Iterable, Iterator
from typing import Any

from press_coverage.codebooks.reading import entries, pattern, words

_UNITS = "|".join(words("exports", "word_units"))
WORD_COUNT = re.compile(rf"(\d{{1,3}}(?:[., ]\d{{3}})+|\d+) (?:{_UNITS})")
BYLINE = pattern("exports", "byline")
NAME = re.compile(r"[^\W\d_]['’\w.-]*(?: [^\W\d_]['’\w.-]*){1,3}")  # of two to four words
_AUTHOR_GAP = pattern("exports", "author_gap")
_OUTSIDE = (
    "text outside the articles of the %s export was not read; "
    "if it belongs to one, export the articles again"
)


def labels(layout: str) -> dict[str, str]:
    """The labels of a layout's fields, in the order of the codebook, each with our name.

    Args:
        layout: the first part of the lists' names in words/exports.csv.

    Examples:
        >>> labels("factiva.tail")["AN"], labels("nexis.head")["Überschrift"]
        ('accession', 'title')
    """
    names: dict[str, str] = {}
    for entry in entries("words", "exports"):
        group, _, name = entry.list.rpartition(".")
        if group == layout:
            names |= dict.fromkeys(entry.content.split("|"), name)
    return names


def count_of(printed: str) -> int | None:
    """The number of words that a database prints, or None.

    Examples:
        >>> count_of("1,204 words"), count_of("512 Wörter"), count_of("many")
        (1204, 512, None)
    """
    count = WORD_COUNT.fullmatch(printed.strip())
    return int(re.sub(r"\D", "", count[1])) if count else None


def authors_of(byline: str) -> str:
    """A byline as "A; B"; a comma parts it only where each part is a full name.

    Examples:
        >>> authors_of("By Ann Lee and Max Roe"), authors_of("Von Ann Lee, Berlin")
        ('Ann Lee; Max Roe', 'Ann Lee, Berlin')
    """
    parts = _AUTHOR_GAP.split(BYLINE.sub("", byline, count=1))
    names = ", ".join(parts).split(", ")
    authors = names if all(map(NAME.fullmatch, names)) else parts
    return "; ".join(author.strip(" ,") for author in authors)


def articles_and_notes(
    database: str, parts: Iterable[tuple[list[str], dict[str, Any], str]]
) -> Generator[dict[str, Any], None, int]:
    """Yield the articles of an export, each with its number `row`, and notes on what is doubtful.

    A note tells of lines outside the articles, of an article that has no text or is cut off, and
    of one whose words differ from its declared `length` by more than 3 % (and 5 words).

    Args:
        database: the name of the database, for the reasons.
        parts: lines that belong to no article; the article behind them, or an empty one; how it
            shows that it is cut off, or an empty string.

    Returns:
        The number of articles.

    Examples:
        >>> parts = [(["Front"], {"body": "Two envoys met.", "length": 300}, "")]
        >>> [item.get("rule", item) for item in articles_and_notes("Nexis", parts)]
        ['outside', {'row': 1, 'body': 'Two envoys met.', 'length': 300}, 'length']
    """
    row = 0
    for lines, article, cut in parts:
        if lines:
            note = {"action": "not_read", "reason": _OUTSIDE % database, "rule": "outside"}
            yield note | {"text": "\n".join(lines)}
        if article:
            row += 1
            yield {"row": row, **article}
            for rule, doubt in _doubts(article, cut):
                action = "empty" if rule == "empty" else "partly_read"
                reason = f"the {database} article {doubt}"
                yield {"action": action, "reason": reason, "rule": rule, "row": row}
    return row


def _doubts(article: dict[str, Any], cut: str) -> Iterator[tuple[str, str]]:
    count = sum(any(map(str.isalnum, token)) for token in article["body"].split())
    length = article.get("length") or count
    if not count:
        yield "empty", "has no text; export it as a full article"
    if cut:
        yield "cut", f"{cut}, so it may be cut off; export it again"
    if count and abs(length - count) > max(5, 0.03 * length):
        yield "length", f"declares {length} words, {count} were found; compare it with the export"
