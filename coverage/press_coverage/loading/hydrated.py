"""What a folder of fetched pages says of them: hydrated.csv, which `hydrate` writes."""

import csv
import io

from press_coverage.text.dates import parse_date

COLUMNS = ["url", "file", "status", "reason", "retrieved", "http_status", "sha256"]
LEDGER = "hydrated.csv"


def saved_pages(data: bytes) -> tuple[dict[str, dict[str, object]], list[dict[str, object]]] | None:
    """What a hydrated.csv says: url and retrieved of each saved page by its file, and a note on each address without one.

    None where the bytes are another table.

    >>> saved, _ = saved_pages((",".join(COLUMNS) + "\\nhttps://a.example/1,a/1.html,saved,,2018-06-01T12:00:00Z,200,0\\n").encode())
    >>> {file: (page["url"], str(page["retrieved"])) for file, page in saved.items()}
    {'a/1.html': ('https://a.example/1', '2018-06-01 12:00:00+00:00')}
    """
    rows = csv.DictReader(io.StringIO(data.decode("utf-8-sig", "replace"), newline=""))
    if rows.fieldnames != COLUMNS:
        return None
    last = {row["url"]: (number, row) for number, row in enumerate(rows, start=2)}
    saved: dict[str, dict[str, object]] = {
        row["file"]: {
            "url": url,
            "retrieved": when[0] if (when := parse_date(row["retrieved"])) else None,
        }
        for url, (_, row) in last.items()
        if row["file"]
    }
    notes: list[dict[str, object]] = [
        {
            "action": "not_read",
            "reason": f"{row['status']}: {row['reason']}",
            "rule": "hydrate",
            "row": number,
            "text": url,
        }
        for url, (number, row) in last.items()
        if not row["file"]
    ]
    return saved, notes
