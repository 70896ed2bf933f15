"""A chart as a table in a file."""

from __future__ import annotations

import csv
import io

from explorer.cohort.texts import spreadsheet_text
from explorer.views.overview.view import Seen, View

__all__ = ["as_csv"]


def as_csv(view: View, seen: Seen) -> bytes:
    """Return all rows of a chart as CSV, as bare numbers; protected ones in words."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(view.heads)
    for row in view.rows:
        writer.writerow(
            [*map(spreadsheet_text, row.names), *(seen.told(n, view.unit) if n is None else n for n in row.numbers)]
        )
    return text.getvalue().encode("utf-8")
