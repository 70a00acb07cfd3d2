"""Tables as HR systems export them: whatever the encoding and the separator, within bounds; and tables we hand back."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from lms.infra.i18n import _
from lms.shared.errors import Invalid

MOST_BYTES = 20 * 1024 * 1024
MOST_ROWS = 200_000
MOST_COLUMNS = 100
LONGEST_CELL = 1_000
LISTED = 12
SEPARATORS = ",;\t|"
# A spreadsheet takes a cell that begins with one of these for a formula (OWASP, "CSV injection").
FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class Table:
    """What a file holds: trimmed headers, and rows as (line number, cells), cells as many as headers."""

    headers: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]
    encoding: str
    separator: str


def read_table(content: bytes) -> Table:
    """Return the table in a CSV file.

    Raises:
        Invalid: not text, empty, without usable headers, or out of bounds; the message says what was read.
    """
    if len(content) > MOST_BYTES:
        raise Invalid(
            _(
                "This file has %(size)s MB. At most 20 MB can be read: export fewer columns, or in parts.",
                size=len(content) // 2**20,
            )
        )
    text, encoding = _decode(content)
    separator = _separator(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        headers = _headers(next(reader, []))
        rows = tuple(_rows(reader, len(headers)))
    except csv.Error as error:
        raise Invalid(
            _(
                "Line %(line)s cannot be read as CSV: %(error)s. Look for a quote that is not closed.",
                line=reader.line_num,
                error=str(error),
            )
        ) from error
    if not rows:
        raise Invalid(_("The file has headers (%(headers)s) but no rows.", headers=_listed(headers)))
    return Table(headers, rows, encoding, separator)


def write_table(headers: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """Return a CSV that spreadsheets open as text: UTF-8 with BOM, formulas defused with a leading apostrophe."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(headers)
    for row in rows:
        writer.writerow(["'" + cell if cell.startswith(FORMULA) else cell for cell in row])
    return out.getvalue().encode("utf-8-sig")


def _decode(content: bytes) -> tuple[str, str]:
    for mark, encoding in ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"), (b"\xef\xbb\xbf", "utf-8-sig")):
        if content.startswith(mark):
            return _strictly(content, encoding), encoding
    if b"\0" in content[:4096]:
        encoding = "utf-16-le" if content[1:2] == b"\0" else "utf-16-be"
        return _strictly(content, encoding), encoding
    try:
        return content.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        # Bytes CP1252 leaves undefined are rare enough to be a sign of something that is not text.
        return _strictly(content, "cp1252"), "cp1252"


def _strictly(content: bytes, encoding: str) -> str:
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        raise Invalid(
            _("This is not a text file we can read (tried %(encoding)s). Save it as CSV, UTF-8.", encoding=encoding)
        ) from error
    if "\0" in text:
        raise Invalid(_("This is not a CSV file. Save the sheet as CSV first."))
    return text


def _separator(text: str) -> str:
    # Only the header line, outside quotes: a comma in a name must not outvote the semicolons.
    first = text.lstrip("\r\n").split("\n", 1)[0]
    bare = "".join(first.split('"')[::2])
    return max(SEPARATORS, key=lambda separator: (bare.count(separator), -SEPARATORS.index(separator)))


def _headers(cells: list[str]) -> tuple[str, ...]:
    headers = tuple(" ".join(cell.split()) for cell in cells)
    while headers and not headers[-1]:
        headers = headers[:-1]
    if not headers:
        raise Invalid(_("The file is empty. The first line must hold the names of the columns."))
    if len(headers) > MOST_COLUMNS:
        raise Invalid(_("The file has %(n)s columns. At most %(most)s can be read.", n=len(headers), most=MOST_COLUMNS))
    seen: set[str] = set()
    for header in headers:
        if header.casefold() in seen:
            raise Invalid(_('Two columns are called "%(name)s". Give each a name of its own.', name=header[:60]))
        seen.add(header.casefold())
    return headers


def _rows(reader: Iterable[list[str]], width: int) -> Iterable[tuple[int, tuple[str, ...]]]:
    count = 0
    for cells in reader:
        line = getattr(reader, "line_num", 0)
        if not any(cell.strip() for cell in cells):
            continue
        count += 1
        if count > MOST_ROWS:
            raise Invalid(_("The file has more than %(most)s rows. Send it in parts.", most=MOST_ROWS))
        if any(len(cell) > LONGEST_CELL for cell in cells):
            raise Invalid(
                _(
                    "Line %(line)s has a cell of more than %(most)s characters. Look for a quote that is not closed.",
                    line=line,
                    most=LONGEST_CELL,
                )
            )
        if any(cell.strip() for cell in cells[width:]):
            raise Invalid(
                _(
                    "Line %(line)s has more cells (%(n)s) than there are columns (%(width)s).",
                    line=line,
                    n=len(cells),
                    width=width,
                )
            )
        padded = [" ".join(cell.split()) for cell in cells[:width]] + [""] * (width - len(cells))
        yield line, tuple(padded)


def _listed(headers: tuple[str, ...]) -> str:
    return ", ".join(headers[:LISTED]) + ("…" if len(headers) > LISTED else "")
