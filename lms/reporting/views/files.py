"""A table as a file: the same headers and rows as CSV or as a spreadsheet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import IO

from flask import Response

from lms.reporting.frames.sheets import write_sheet
from lms.shared.errors import NotFound
from lms.shared.tables import Cell, write_csv

CSV, XLSX = "csv", "xlsx"
_XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_CHUNK = 64 * 1024


def table_file(kind: str, name: str, headers: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Response:
    """Return the table as a download; `kind` is the ending of its address.

    Raises:
        NotFound: there is no such kind of file.
    """
    if kind == CSV:
        response = Response(write_csv(headers, rows), mimetype="text/csv")
    elif kind == XLSX:
        response = Response(_chunks(write_sheet(name, headers, rows)), mimetype=_XLSX_TYPE)
    else:
        raise NotFound
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
    return response


def _chunks(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        while chunk := file.read(_CHUNK):
            yield chunk
