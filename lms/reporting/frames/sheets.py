"""Spreadsheets: rows are streamed to disk, cells are typed, and text is never a formula, a link or a number."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Sequence
from datetime import date
from itertools import chain, islice
from typing import IO, Any

from lms.shared.tables import Cell

WIDEST = 60
SAMPLE = 200
_TITLE_LENGTH = 31


def write_sheet(title: str, headers: Sequence[str], rows: Iterable[Sequence[Cell]]) -> IO[bytes]:
    """Return an open temporary file that holds one sheet; closing it removes it.

    One row is held in memory at a time, but for the first few, from which the columns get their widths.
    """
    import xlsxwriter  # noqa: PLC0415 - only exports pay for it

    # Not closed here: the caller sends it, and closing removes it.
    file = tempfile.TemporaryFile()  # noqa: SIM115
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(file, options) as book:
        sheet = book.add_worksheet(_sheet_title(title))
        bold, day = book.add_format({"bold": True}), book.add_format({"num_format": "yyyy-mm-dd"})
        sheet.freeze_panes(1, 0)
        iterator = iter(rows)
        first = list(islice(iterator, SAMPLE))
        for column, width in enumerate(_widths(headers, first)):
            sheet.set_column(column, column, width)
        for column, header in enumerate(headers):
            sheet.write_string(0, column, header, bold)
        for number, row in enumerate(chain(first, iterator), 1):
            for column, cell in enumerate(row):
                _write(sheet, number, column, cell, day)
    file.seek(0)
    return file


def _write(sheet: Any, row: int, column: int, cell: Cell, day: object) -> None:  # noqa: ANN401 - no types upstream
    if isinstance(cell, str):
        sheet.write_string(row, column, cell)
    elif isinstance(cell, date):
        sheet.write_datetime(row, column, cell, day)
    elif cell is not None:
        sheet.write_number(row, column, cell)


def _widths(headers: Sequence[str], rows: Sequence[Sequence[Cell]]) -> list[int]:
    longest = [len(header) for header in headers]
    for row in rows:
        longest = [max(width, len(str(cell or ""))) for width, cell in zip(longest, row, strict=True)]
    return [min(WIDEST, width + 2) for width in longest]


def _sheet_title(title: str) -> str:
    """Return a title that a spreadsheet takes: at most 31 characters, without those its formulas use."""
    return "".join(" " if symbol in "[]:*?/\\" else symbol for symbol in title)[:_TITLE_LENGTH].strip("' ") or "1"
