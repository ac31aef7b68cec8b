"""What passes between the readers: articles by their place in a file, and notes on them."""

from collections.abc import Container, Iterator
from typing import Any

Note = dict[str, Any]  # a row of the ledger
Notes = list[Note]
Rows = list[tuple[int, dict[str, Any]]]  # place in the file, as a spreadsheet counts; the fields
Articles = Iterator[tuple[Rows, Notes]]  # of a file, some at a time, with notes


def note(action: str, reason: str, rule: str, **where: object) -> Note:
    """A row of the ledger; `where` are its other columns, such as row and text.

    >>> note("empty", "the cell 'body' is empty", "body", row=2)["row"]
    2
    """
    return {"action": action, "reason": reason, "rule": rule, **where}


def unused(name: str, used: Container[str], mark: str = "_") -> str:
    """The name; with the first free number behind it where it is used already.

    >>> unused("text", {"text", "text_2"})
    'text_3'
    """
    new, number = name, 2
    while new in used:
        new, number = f"{name}{mark}{number}", number + 1
    return new
