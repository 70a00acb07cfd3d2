"""Reading adoption files: CSV or JSON, within bounds, every row as text by column."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping

from lms.infra.i18n import _
from lms.shared.errors import Invalid

MOST_BYTES = 20 * 1024 * 1024
MOST_ROWS = 50_000
LONGEST_CELL = 1_000


def read_rows(content: bytes) -> list[tuple[int, Mapping[str, str]]]:
    """Return (line, cells by column) of a file. JSON is a list of objects with the columns of the CSV.

    Raises:
        Invalid: not text, not CSV or JSON, empty, or out of bounds.
    """
    if len(content) > MOST_BYTES:
        raise Invalid(_("This file has %(size)s MB. At most 20 MB can be read.", size=len(content) // 2**20))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Invalid(_("This file is not text in UTF-8. Export it as CSV in UTF-8, or as JSON.")) from error
    rows = list(_from_json(text) if text.lstrip().startswith(("[", "{")) else _from_csv(text))
    if not rows:
        raise Invalid(_("The file has no rows. It needs a line of column names and at least one row."))
    return rows


def _from_csv(text: str) -> Iterator[tuple[int, Mapping[str, str]]]:
    separator = ";" if text.split("\n", 1)[0].count(";") > text.split("\n", 1)[0].count(",") else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        headers = [header.strip().lower() for header in next(reader, [])]
        for row in reader:
            if not any(cell.strip() for cell in row):
                continue
            if len(row) > len(headers):
                raise Invalid(
                    _(
                        "Line %(line)s has %(cells)s cells, but there are %(columns)s columns.",
                        line=reader.line_num,
                        cells=len(row),
                        columns=len(headers),
                    )
                )
            yield _bounded(reader.line_num, dict(zip(headers, row, strict=False)))
    except csv.Error as error:
        raise Invalid(
            _("Line %(line)s cannot be read as CSV: %(error)s.", line=reader.line_num, error=str(error))
        ) from error


def _from_json(text: str) -> Iterator[tuple[int, Mapping[str, str]]]:
    try:
        found = json.loads(text, parse_float=str, parse_int=str)
    except (ValueError, RecursionError) as error:
        raise Invalid(_("This is not JSON: %(error)s.", error=str(error)[:200])) from error
    if not isinstance(found, list) or not all(isinstance(row, dict) for row in found):
        raise Invalid(_("The JSON must be a list of objects, one a row, with the columns of the CSV as names."))
    for number, row in enumerate(found, 1):
        yield _bounded(number, {str(name).strip().lower(): _text(value) for name, value in row.items()})


def _bounded(line: int, cells: Mapping[str, str]) -> tuple[int, Mapping[str, str]]:
    if line > MOST_ROWS:
        raise Invalid(_("The file has more than %(most)s rows. Split it.", most=MOST_ROWS))
    if any(len(text) > LONGEST_CELL for text in cells.values()):
        raise Invalid(_("Line %(line)s has a cell of more than %(most)s characters.", line=line, most=LONGEST_CELL))
    return line, cells


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value if isinstance(value, str) else json.dumps(value)
