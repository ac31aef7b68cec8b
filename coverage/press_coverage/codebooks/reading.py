"""The one reader of the codebooks' CSV files, and of the word lists and patterns among them.

Word lists are in words/*.csv, regular expressions in patterns/*.csv, a file for each subject.
Each row of them has an example that must match and a counterexample that must not.
"""

import csv
import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import NamedTuple

FOLDER = files(__package__)


class Entry(NamedTuple):
    """A row of a word list or of patterns: `content` is the words, parted by |, or the pattern."""

    list: str
    language: str
    content: str
    example: str
    counterexample: str
    line: int


def read_rows(name: str, path: str | Path | None = None) -> list[dict[str, str]]:
    """The rows of a codebook as dictionaries; `line` is the row's line in the file.

    Args:
        name: a file of this folder without its ending, such as 'outlets' or 'words/cleaning'.
        path: a CSV file of your own to read instead.

    Returns:
        A dictionary a row, '' for empty cells.

    Examples:
        >>> read_rows("agencies")[0]["agency"]
        'AFP'
    """
    source = Path(path) if path else FOLDER / f"{name}.csv"
    reader = csv.DictReader(source.read_text(encoding="utf-8-sig").splitlines())
    return [
        {**{k: v or "" for k, v in row.items()}, "line": str(reader.line_num)} for row in reader
    ]


@cache
def words(book: str, name: str, language: str | None = None) -> tuple[str, ...]:
    """The words of a list, in the order of the file, each once.

    Args:
        book: a file of words/ without its ending.
        name: the list.
        language: two letters, for the words of this language alone.

    Returns:
        The words.

    Raises:
        KeyError: there is no such list.

    Examples:
        >>> "und" in words("cleaning", "suspended")
        True
    """
    rows = [e for e in entries("words", book) if e.list == name and language in (None, e.language)]
    if not rows:
        raise KeyError(f"words/{book}.csv has no list {name!r} in language {language or 'any'}")
    return tuple(dict.fromkeys(word for entry in rows for word in entry.content.split("|")))


def pattern(book: str, name: str, flags: int | re.RegexFlag = 0) -> re.Pattern[str]:
    """The rows of a list of patterns as one regular expression: any of them, the first first.

    Args:
        book: a file of patterns/ without its ending.
        name: the list.
        flags: of `re`.

    Returns:
        The compiled expression.

    Raises:
        KeyError: there is no such list.
    """
    rows = [entry.content for entry in entries("patterns", book) if entry.list == name]
    if not rows:
        raise KeyError(f"patterns/{book}.csv has no list {name!r}")
    return re.compile("|".join(rows), flags)


@cache
def entries(kind: str, book: str) -> tuple[Entry, ...]:
    """The rows of words/`book`.csv or patterns/`book`.csv; `kind` is 'words' or 'patterns'."""
    column = {"words": "words", "patterns": "pattern"}[kind]
    return tuple(
        Entry(
            r["list"], r["language"], r[column], r["example"], r["counterexample"], int(r["line"])
        )
        for r in read_rows(f"{kind}/{book}")
    )


def check_entries(kind: str, book: str) -> Iterator[str]:
    """A line for each example that a row does not match and each counterexample that it does.

    A row of words must have each of them in its example, as whole words; case counts.

    Args:
        kind: 'words' or 'patterns'.
        book: a file of that folder without its ending.

    Yields:
        File, line and what is wrong.

    Examples:
        >>> list(check_entries("words", "cleaning"))
        []
    """
    for entry in entries(kind, book):
        tests = {entry.content: entry.content}
        if kind == "words":
            options = entry.content.split("|")
            tests = {word: rf"(?<!\w){re.escape(word)}(?!\w)" for word in options}
        where = f"{kind}/{book}.csv:{entry.line}, list {entry.list!r}"
        for option, test in tests.items():
            if not re.search(test, entry.example):
                yield f"{where}: {option!r} is not in the example {entry.example!r}"
            if re.search(test, entry.counterexample):
                yield f"{where}: {option!r} is in the counterexample {entry.counterexample!r}"
