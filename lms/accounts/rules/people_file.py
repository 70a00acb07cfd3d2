"""What the columns of an HR file mean, and what a line says about a person."""

from __future__ import annotations

import enum
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from zoneinfo import available_timezones

from lms.accounts.rules.names import fold


class Column(enum.StrEnum):
    """What a column can hold."""

    NUMBER = "employee_number"
    NAME = "name"
    FIRST_NAME = "first_name"
    LAST_NAME = "last_name"
    EMAIL = "email"
    FUNCTION = "function"
    SITE = "site"
    SHIFT = "shift"
    MANAGER = "manager_number"
    JOINED = "joined_on"
    LEFT = "left_on"
    EFFECTIVE = "valid_from"
    LANGUAGE = "language"
    ZONE = "zone"
    ABSENT_FROM = "absent_from"
    ABSENT_TO = "absent_to"


# Headers as exports write them, folded; the first match of a column wins.
SYNONYMS: dict[Column, tuple[str, ...]] = {
    Column.NUMBER: (
        "employee number",
        "employee id",
        "employee no",
        "personnel number",
        "personnel no",
        "staff number",
        "staff no",
        "worker id",
        "emp id",
        "numero de empleado",
        "n empleado",
        "numero empleado",
        "id empleado",
        "matricula",
        "personalnummer",
        "mitarbeiternummer",
        "matricule",
    ),
    Column.NAME: ("name", "full name", "employee name", "display name", "nombre completo", "nombre y apellidos"),
    Column.FIRST_NAME: (
        "first name",
        "given name",
        "forename",
        "nombre",
        "vorname",
        "prenom",
    ),
    Column.LAST_NAME: (
        "last name",
        "surname",
        "family name",
        "apellidos",
        "apellido",
        "nachname",
        "nom",
    ),
    Column.EMAIL: ("email", "e mail", "email address", "work email", "mail", "correo", "correo electronico"),
    Column.FUNCTION: (
        "function",
        "department",
        "job family",
        "team",
        "unit",
        "area",
        "departamento",
        "funcion",
        "abteilung",
        "service",
    ),
    Column.SITE: (
        "site",
        "location",
        "workplace",
        "building",
        "warehouse",
        "centro",
        "sede",
        "ubicacion",
        "standort",
    ),
    Column.SHIFT: (
        "shift",
        "shift pattern",
        "turno",
        "schicht",
    ),
    Column.MANAGER: (
        "manager number",
        "manager id",
        "manager employee number",
        "manager employee id",
        "supervisor id",
        "line manager id",
        "numero de responsable",
        "id responsable",
    ),
    Column.JOINED: (
        "joined on",
        "start date",
        "hire date",
        "date of hire",
        "joining date",
        "fecha de alta",
        "fecha de inicio",
        "eintrittsdatum",
        "eintritt",
    ),
    Column.LEFT: (
        "left on",
        "leave date",
        "leaving date",
        "termination date",
        "end date",
        "last day",
        "fecha de baja",
        "austrittsdatum",
        "austritt",
    ),
    Column.EFFECTIVE: ("valid from", "effective date", "effective from", "change date", "fecha de efecto"),
    Column.LANGUAGE: ("language", "preferred language", "idioma"),
    Column.ZONE: ("zone", "time zone", "timezone", "zona horaria"),
    Column.ABSENT_FROM: ("absent from", "absence start", "absence from", "leave from", "inicio ausencia"),
    Column.ABSENT_TO: ("absent to", "absence end", "absence to", "absence until", "leave to", "fin ausencia"),
}
# Headers under which some systems write the manager's number and others the name: only numbers are taken.
NUMBER_OR_NAME = (
    "manager",
    "line manager",
    "reports to",
    "supervisor",
    "vorgesetzter",
    "vorgesetzte",
    "responsable",
    "jefe",
    "superior",
)
LONGEST = {
    Column.NUMBER: 40,
    Column.EMAIL: 254,
    Column.NAME: 200,
    Column.FUNCTION: 120,
    Column.SITE: 120,
    Column.SHIFT: 120,
}
FIRST_YEAR, LAST_YEAR = 1900, 2200
_EMAIL = re.compile(r"[^@\s\"<>(),;:\\]+@[^@\s\"<>(),;:\\]+\.[^@\s\"<>(),;:\\.]{2,}")


class DateFormat(enum.StrEnum):
    """How dates are written; stated, never guessed: 03/04 is two different days."""

    ISO = "year-month-day"
    DAY_FIRST = "day-month-year"
    MONTH_FIRST = "month-day-year"


_ORDER = {
    DateFormat.ISO: ("y", "m", "d"),
    DateFormat.DAY_FIRST: ("d", "m", "y"),
    DateFormat.MONTH_FIRST: ("m", "d", "y"),
}


class Fault(enum.StrEnum):
    """Why a row cannot be used."""

    NO_NUMBER = "no-number"
    NO_NAME = "no-name"
    NO_FUNCTION = "no-function"
    NO_SITE = "no-site"
    TOO_LONG = "too-long"
    BAD_EMAIL = "bad-email"
    BAD_DATE = "bad-date"
    BAD_ZONE = "bad-zone"
    CONTRADICTS = "contradicts"
    EMAIL_TAKEN = "email-taken"
    LEFT_BEFORE_JOINED = "left-before-joined"
    ABSENCE_ENDS_FIRST = "absence-ends-first"
    ABSENCE_OVERLAPS = "absence-overlaps"
    OWN_MANAGER = "own-manager"
    UNKNOWN_MANAGER = "unknown-manager"
    MANAGER_CYCLE = "manager-cycle"
    BEFORE_PRESENT = "before-present"
    PROTECTED = "protected"


@dataclass(frozen=True, slots=True)
class RowFault:
    """One thing wrong with one row. `other` is what it clashes with: a line, a number, a date."""

    line: int
    fault: Fault
    column: Column | None = None
    value: str = ""
    other: str = ""


@dataclass(frozen=True, slots=True)
class FileMapping:
    """How a file is read: which header holds what, how dates are written, and whether whoever is missing has left."""

    columns: Mapping[Column, str]
    dates: DateFormat = DateFormat.ISO
    full: bool = False


@dataclass(frozen=True, slots=True)
class Interval:
    """Days away, [starts_on, ends_on); `ends_on` None: not back yet."""

    starts_on: date
    ends_on: date | None

    def overlaps(self, other: Interval) -> bool:
        """Return whether the two share a day."""
        return (self.ends_on is None or other.starts_on < self.ends_on) and (
            other.ends_on is None or self.starts_on < other.ends_on
        )


@dataclass(frozen=True, slots=True)
class PersonLine:
    """What a file says about a person. None: it does not say. `line` is the first line that speaks of them."""

    line: int
    number: str
    name: str = ""
    email: str | None = None
    function: str | None = None
    site: str | None = None
    shift: str | None = None
    manager: str | None = None
    joined_on: date | None = None
    left_on: date | None = None
    effective: date | None = None
    language: str | None = None
    zone: str | None = None
    absences: tuple[Interval, ...] = field(default=())


def guess_columns(headers: Sequence[str], rows: Iterable[Sequence[str]] = ()) -> dict[Column, str]:
    """Return the headers we recognise, whatever their case, accents and punctuation.

    The cells of `rows` decide only what a header such as "Manager" holds: a number, which we read, or a name.
    """
    plain = {re.sub(r"[^\w]+", " ", fold(header)).replace("_", " ").strip(): header for header in headers}
    found: dict[Column, str] = {}
    for column, names in SYNONYMS.items():
        own = str(column).replace("_", " ")
        match = next((plain[name] for name in (own, *names) if name in plain), None)
        if match is not None and match not in found.values():
            found[column] = match
    if Column.NAME not in found and Column.FIRST_NAME in found and Column.LAST_NAME not in found:
        found[Column.NAME] = found.pop(Column.FIRST_NAME)
    manager = next((plain[name] for name in NUMBER_OR_NAME if name in plain), None)
    if Column.MANAGER not in found and manager is not None and _holds_numbers(headers.index(manager), rows):
        found[Column.MANAGER] = manager
    return found


def _holds_numbers(position: int, rows: Iterable[Sequence[str]]) -> bool:
    given = [row[position] for row in rows if len(row) > position and row[position].strip()]
    return all(any(symbol.isdigit() for symbol in cell) for cell in given)


def missing_columns(mapping: FileMapping) -> tuple[Column, ...]:
    """Return the columns without which nothing can be read: the number, and a name in one column or two."""
    held = mapping.columns
    missing = [] if Column.NUMBER in held else [Column.NUMBER]
    if Column.NAME not in held and not {Column.FIRST_NAME, Column.LAST_NAME} <= held.keys():
        missing.append(Column.NAME)
    return tuple(missing)


def read_date(text: str, dates: DateFormat) -> date | None:
    """Return the day written, with any of `- / .` between its parts, or None. A time after it is ignored."""
    day = _written(text, dates)
    # Two-digit years and typing errors such as 0205 are refused, not corrected.
    return day if day and FIRST_YEAR <= day.year <= LAST_YEAR else None


def is_open_end(text: str, dates: DateFormat) -> bool:
    """Return whether a text is the last day there is, by which HR systems write that something has no end."""
    return _written(text, dates) == date.max


def _written(text: str, dates: DateFormat) -> date | None:
    parts = re.split(r"[-/.]", re.split(r"[T ]", text.strip(), maxsplit=1)[0])
    if len(parts) != len(_ORDER[dates]) or not all(part.isascii() and part.isdigit() for part in parts):
        return None
    given = dict(zip(_ORDER[dates], (int(part) for part in parts), strict=True))
    try:
        return date(given["y"], given["m"], given["d"])
    except ValueError:
        return None


def is_email(text: str) -> bool:
    """Return whether a text can be an address; only mail that arrives proves that it is one."""
    return len(text) <= LONGEST[Column.EMAIL] and _EMAIL.fullmatch(text) is not None


def is_zone(text: str) -> bool:
    """Return whether a text is an IANA zone."""
    return text in available_timezones()
