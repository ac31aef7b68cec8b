"""The ledger of a folder of fetched pages: `hydrate` writes hydrated.csv and `load` reads it."""

import csv
import io

from press_coverage.text.dates import parse_date

COLUMNS = ["url", "file", "status", "reason", "retrieved", "http_status", "sha256"]
LEDGER = "hydrated.csv"


def ledger_rows(text: str) -> list[dict[str, str]] | None:
    """The rows of a hydrated.csv; None where the text is another table."""
    rows = csv.DictReader(io.StringIO(text, newline=""))
    return list(rows) if rows.fieldnames == COLUMNS else None


def saved_pages(data: bytes) -> tuple[dict[str, dict[str, object]], list[dict[str, object]]] | None:
    r"""What a hydrated.csv says of each address, by its last row.

    Args:
        data: the bytes of the file.

    Returns:
        url and retrieved of each saved page by its file, and a note on each address without one;
        None where the bytes are another table.

    Examples:
        >>> row = "https://a.example/1,a/1.html,saved,,2018-06-01T12:00:00Z,200,0"
        >>> saved, notes = saved_pages(f"{','.join(COLUMNS)}\n{row}\n".encode())
        >>> saved["a/1.html"]["url"], str(saved["a/1.html"]["retrieved"]), notes
        ('https://a.example/1', '2018-06-01 12:00:00+00:00', [])
    """
    rows = ledger_rows(data.decode("utf-8-sig", "replace"))
    if rows is None:
        return None
    saved: dict[str, dict[str, object]] = {}
    notes: list[dict[str, object]] = []
    last = {row["url"]: (number, row) for number, row in enumerate(rows, start=2)}
    for url, (number, row) in last.items():
        if row["file"]:
            when = parse_date(row["retrieved"])
            saved[row["file"]] = {"url": url, "retrieved": when[0] if when else None}
        else:
            reason = f"{row['status']}: {row['reason']}"
            note = {"action": "not_read", "reason": reason, "rule": "hydrate", "row": number}
            notes.append({**note, "text": url})
    return saved, notes
