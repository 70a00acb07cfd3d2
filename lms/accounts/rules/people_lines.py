"""From the cells of an HR file to what it says about each person: rows about one person are brought together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from lms.accounts.rules.names import slug
from lms.accounts.rules.people_file import (
    LONGEST,
    Column,
    Fault,
    FileMapping,
    Interval,
    PersonLine,
    RowFault,
    is_email,
    is_open_end,
    is_zone,
    read_date,
)

Row = tuple[int, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Reading:
    """What a file says: usable people, faults, and every number it names (folded), usable or not."""

    people: tuple[PersonLine, ...]
    faults: tuple[RowFault, ...]
    numbers: frozenset[str]


def read_lines(headers: Sequence[str], rows: Iterable[Row], mapping: FileMapping) -> Reading:
    """Return what the rows say, one entry a person, and what is wrong with them.

    Rows that repeat a person word for word are one; rows that differ only in their absence are one person with several
    absences; rows that contradict each other are faults, all but the first. A person with any fault is left out.
    """
    index = {column: headers.index(header) for column, header in mapping.columns.items() if header in headers}
    people: dict[str, PersonLine] = {}
    faults: list[RowFault] = []
    faulty: set[str] = set()
    for line, cells in rows:
        said = {column: cells[position] for column, position in index.items()}
        person, wrong = _read(line, said, mapping)
        key = person.number.casefold()
        known = people.get(key)
        if known is not None and not wrong:
            person, wrong = _joined(known, person)
        faults += wrong
        if wrong:
            faulty.add(key)
        if key and (known is None or not wrong):
            people[key] = person
    clashes = _shared_addresses(people)
    faults += clashes
    taken = {clash.line for clash in clashes}
    kept = tuple(person for key, person in people.items() if key not in faulty and person.line not in taken)
    return Reading(kept, tuple(sorted(faults, key=lambda fault: fault.line)), frozenset(people) | faulty)


def places_named(lines: Iterable[PersonLine]) -> dict[str, set[str]]:
    """Return the labels of functions, sites and shifts that the lines name."""
    named: dict[str, set[str]] = {"function": set(), "site": set(), "shift": set()}
    for line in lines:
        for kind, label in (("function", line.function), ("site", line.site), ("shift", line.shift)):
            if label:
                named[kind].add(label)
    return named


def place_ids(labels: Iterable[str], known: dict[str, str]) -> dict[str, str]:
    """Return the identifier for each label: the known place of that label or identifier, else a slug.

    `known` maps identifiers to labels.
    """
    by_label = {slug(label): identity for identity, label in known.items()}
    return {label: slug(label) if slug(label) in known else by_label.get(slug(label), slug(label)) for label in labels}


def _read(line: int, said: dict[Column, str], mapping: FileMapping) -> tuple[PersonLine, list[RowFault]]:
    faults: list[RowFault] = []
    number = said.get(Column.NUMBER, "")
    name = said.get(Column.NAME) or f"{said.get(Column.FIRST_NAME, '')} {said.get(Column.LAST_NAME, '')}".strip()
    if not number:
        faults.append(RowFault(line, Fault.NO_NUMBER, Column.NUMBER))
    if not name:
        faults.append(RowFault(line, Fault.NO_NAME, Column.NAME))
    for column, most in LONGEST.items():
        text = name if column is Column.NAME else said.get(column, "")
        if len(text) > most:
            faults.append(RowFault(line, Fault.TOO_LONG, column, text[:40], str(most)))
    email = (said.get(Column.EMAIL) or "").lower() or None
    if email and not is_email(email):
        faults.append(RowFault(line, Fault.BAD_EMAIL, Column.EMAIL, email))
    zone = said.get(Column.ZONE) or None
    if zone and not is_zone(zone):
        faults.append(RowFault(line, Fault.BAD_ZONE, Column.ZONE, zone))
    days = {column: _day(line, column, said, mapping, faults) for column in _DAYS}
    manager = said.get(Column.MANAGER)
    if manager and manager.casefold() == number.casefold():
        faults.append(RowFault(line, Fault.OWN_MANAGER, Column.MANAGER, manager))
    joined, left = days[Column.JOINED], days[Column.LEFT]
    if joined and left and left < joined:
        faults.append(RowFault(line, Fault.LEFT_BEFORE_JOINED, Column.LEFT, left.isoformat(), joined.isoformat()))
    person = PersonLine(
        line=line,
        number=number,
        name=name,
        email=email,
        function=said.get(Column.FUNCTION) or None,
        site=said.get(Column.SITE) or None,
        shift=said.get(Column.SHIFT),
        manager=manager,
        joined_on=joined,
        left_on=left,
        effective=days[Column.EFFECTIVE],
        language=(said.get(Column.LANGUAGE) or "").lower() or None,
        zone=zone,
        absences=_absence(line, days, faults),
    )
    return person, faults


_ENDS = (Column.LEFT, Column.ABSENT_TO)
_DAYS = (Column.JOINED, Column.LEFT, Column.EFFECTIVE, Column.ABSENT_FROM, Column.ABSENT_TO)


def _day(
    line: int, column: Column, said: dict[Column, str], mapping: FileMapping, faults: list[RowFault]
) -> date | None:
    text = said.get(column, "")
    if not text or (column in _ENDS and is_open_end(text, mapping.dates)):
        return None
    day = read_date(text, mapping.dates)
    if day is None:
        faults.append(RowFault(line, Fault.BAD_DATE, column, text[:40], mapping.dates))
    return day


def _absence(line: int, days: dict[Column, date | None], faults: list[RowFault]) -> tuple[Interval, ...]:
    starts, last = days[Column.ABSENT_FROM], days[Column.ABSENT_TO]
    if starts is None:
        return ()
    if last is not None and last < starts:
        faults.append(RowFault(line, Fault.ABSENCE_ENDS_FIRST, Column.ABSENT_TO, last.isoformat(), starts.isoformat()))
        return ()
    # HR writes the last day away; we keep the first day back.
    return (Interval(starts, None if last is None else last + timedelta(days=1)),)


def _joined(known: PersonLine, again: PersonLine) -> tuple[PersonLine, list[RowFault]]:
    if replace(again, line=known.line, absences=known.absences, number=known.number) != known:
        return known, [RowFault(again.line, Fault.CONTRADICTS, Column.NUMBER, again.number, str(known.line))]
    fresh = tuple(absence for absence in again.absences if absence not in known.absences)
    clash = next((absence for absence in fresh for held in known.absences if absence.overlaps(held)), None)
    if clash is not None:
        text = clash.starts_on.isoformat()
        return known, [RowFault(again.line, Fault.ABSENCE_OVERLAPS, Column.ABSENT_FROM, text, str(known.line))]
    return replace(known, absences=(*known.absences, *fresh)), []


def _shared_addresses(people: dict[str, PersonLine]) -> list[RowFault]:
    first: dict[str, int] = {}
    clashes = []
    for person in people.values():
        if not person.email:
            continue
        if person.email in first:
            other = str(first[person.email])
            clashes.append(RowFault(person.line, Fault.EMAIL_TAKEN, Column.EMAIL, person.email, other))
        else:
            first[person.email] = person.line
    return clashes
