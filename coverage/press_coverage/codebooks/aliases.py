"""The usual names of columns, without case, blanks and marks.

Of those a table has, the first counts.
"""

from press_coverage.codebooks.reading import read_rows

FIELDS = {row["alias"]: row["column"] for row in read_rows("columns")}
ALIASES = {
    field: [alias for alias, column in FIELDS.items() if column == field]
    for field in dict.fromkeys(FIELDS.values())
}
