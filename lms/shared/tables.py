"""Tables that leave the house: CSV that spreadsheets open as what was written, never as a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date

Cell = str | int | float | date | None
# A spreadsheet takes a cell that begins with one of these for a formula (OWASP, "CSV injection").
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def plain_text(text: str) -> str:
    """Return `text` so that a spreadsheet shows it and never runs it: a leading apostrophe where it needs one."""
    return f"'{text}" if text.startswith(FORMULA) else text


def write_csv(headers: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """Return a table as CSV: UTF-8 with BOM, numbers as numbers, days in ISO 8601, text never a formula."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([plain_text(header) for header in headers])
    writer.writerows([_written(cell) for cell in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def _written(cell: Cell) -> str | int | float:
    if cell is None:
        return ""
    if isinstance(cell, str):
        return plain_text(cell)
    return cell.isoformat() if isinstance(cell, date) else cell
