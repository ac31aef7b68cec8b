"""What a folder of fetched pages says of them: hydrated.csv, which `hydrate` writes."""

import csv
import io

from press_coverage.loading.notes import Notes, note
from press_coverage.text.dates import parse_date

COLUMNS = ["url", "file", "status", "reason", "retrieved", "http_status", "sha256"]
LEDGER = "hydrated.csv"


def saved_pages(data: bytes) -> tuple[dict[str, dict[str, object]], Notes] | None:
    r"""What a hydrated.csv says; None where the bytes are another table.

    The first part has url and retrieved of each saved page by its file, the second a note on each
    address without one.

    >>> row = "https://a.example/1,a/1.html,saved,,2018-06-01T12:00:00Z,200,0"
    >>> pages, _ = saved_pages(f"{','.join(COLUMNS)}\n{row}".encode())
    >>> pages["a/1.html"]["url"], str(pages["a/1.html"]["retrieved"])
    ('https://a.example/1', '2018-06-01 12:00:00+00:00')
    """
    rows = csv.DictReader(io.StringIO(data.decode("utf-8-sig", "replace"), newline=""))
    if rows.fieldnames != COLUMNS:
        return None
    pages: dict[str, dict[str, object]] = {}
    notes: Notes = []
    last = {row["url"]: (number, row) for number, row in enumerate(rows, start=2)}
    for url, (number, row) in last.items():
        if row["file"]:
            when = parse_date(row["retrieved"])
            pages[row["file"]] = {"url": url, "retrieved": when[0] if when else None}
        else:
            reason = f"{row['status']}: {row['reason']}"
            notes.append(note("not_read", reason, "hydrate", row=number, text=url))
    return pages, notes
