"""What an HR file would change, worked out before anything is changed.

Facts about where a person works are dated: a move closes the present placement and opens the next one. The file is read
as a whole, so a manager may stand below the people who report to them.
"""

from __future__ import annotations

import enum
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from lms.accounts.rules.people_file import Column, Fault, Interval, PersonLine, RowFault
from lms.accounts.rules.people_lines import Reading
from lms.accounts.rules.reporting_line import in_cycles

# More than this share of the people now active, and somebody should look twice.
STOP_SHARE = 0.10


class ChangeKind(enum.StrEnum):
    """What becomes of a person."""

    JOINED = "joined"
    RETURNED = "returned"
    MOVED = "moved"
    DETAILS = "details"
    ABSENCE = "absence"
    LEFT = "left"


@dataclass(frozen=True, slots=True)
class Post:
    """Where a person works. `manager` is an employee number."""

    function: str
    site: str
    shift: str
    manager: str | None


@dataclass(frozen=True, slots=True)
class KnownPerson:
    """What is stored about a person: `post` since `post_from` where they have one that has no end."""

    id: uuid.UUID
    number: str
    name: str
    email: str | None
    zone: str
    joined_on: date
    left_on: date | None
    post: Post | None = None
    post_from: date | None = None
    absences: tuple[Interval, ...] = ()
    # Coordinators and administrators: only an administrator may change how they sign in.
    protected: bool = False


@dataclass(frozen=True, slots=True)
class PersonChange:
    """What becomes of one person; `person_id` None: they are new. `details` are new values of the profile."""

    number: str
    name: str
    kinds: frozenset[ChangeKind]
    line: int | None = None
    person_id: uuid.UUID | None = None
    details: Mapping[str, str | date | None] = field(default_factory=dict)
    post: Post | None = None
    on: date | None = None
    last_day: date | None = None
    absences: tuple[Interval, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """Every change, everything that stands in the way, and against how many active people to judge it.

    `strangers_gone` are people who had left before we ever knew them: nothing is to be done about them.
    """

    changes: tuple[PersonChange, ...]
    faults: tuple[RowFault, ...]
    unchanged: int
    strangers_gone: int
    active: int

    @property
    def counts(self) -> dict[str, int]:
        """Return how many people each kind of change concerns, and how many rows change nothing and why."""
        changed = {str(kind): sum(kind in change.kinds for change in self.changes) for kind in ChangeKind}
        return {**changed, "unchanged": self.unchanged, "strangers_gone": self.strangers_gone}

    @property
    def changed_share(self) -> float:
        """Return the share of the people now active who would change; joiners are not counted."""
        changed = sum(change.person_id is not None for change in self.changes)
        return changed / self.active if self.active else 0.0

    @property
    def needs_reason(self) -> bool:
        """Return whether so many would change that somebody must say why it is right."""
        return self.changed_share > STOP_SHARE

    @property
    def rows_skipped(self) -> int:
        """Return how many lines have a fault."""
        return len({fault.line for fault in self.faults})


@dataclass(frozen=True, slots=True)
class Situation:
    """What a plan is made against. `places` maps (kind, label) to identifiers; `zones` sites to their zone."""

    known: Mapping[str, KnownPerson]
    places: Mapping[tuple[str, str], str]
    zones: Mapping[str, str]
    today: date
    default_zone: str
    default_language: str
    by_administrator: bool = False


def plan_changes(reading: Reading, situation: Situation, *, full: bool) -> Plan:
    """Return what a file would change. With `full`, active people whom it does not name at all have left."""
    faults = list(reading.faults)
    people = _with_managers(reading.people, situation, faults)
    addresses = {person.email: person for person in situation.known.values() if person.email}
    changes = []
    unchanged = strangers_gone = 0
    for line in people:
        known = situation.known.get(line.number.casefold())
        wrong = _clashes(line, known, addresses, situation)
        if wrong:
            faults += wrong
            continue
        change = _joiner(line, situation) if known is None else _change(line, known, situation)
        if change is not None:
            changes.append(change)
        elif known is None:
            strangers_gone += 1
        else:
            unchanged += 1
    if full:
        changes += _missing(reading, situation)
    active = sum(_is_active(person, situation.today) for person in situation.known.values())
    ordered = tuple(sorted(faults, key=lambda fault: fault.line))
    return Plan(tuple(changes), ordered, unchanged, strangers_gone, active)


def _is_active(person: KnownPerson, today: date) -> bool:
    return person.left_on is None or person.left_on >= today


def _with_managers(
    people: Iterable[PersonLine], situation: Situation, faults: list[RowFault]
) -> tuple[PersonLine, ...]:
    """Return those whose reporting line is sound; dropping one may leave others without a manager, so look again."""
    kept = {person.number.casefold(): person for person in people}
    while True:
        wrong = [
            RowFault(person.line, Fault.UNKNOWN_MANAGER, Column.MANAGER, person.manager)
            for person in kept.values()
            if person.manager and person.manager.casefold() not in kept.keys() | situation.known.keys()
        ] or _cycles(kept, situation)
        if not wrong:
            return tuple(kept.values())
        faults += wrong
        lines = {fault.line for fault in wrong}
        kept = {key: person for key, person in kept.items() if person.line not in lines}


def _cycles(kept: Mapping[str, PersonLine], situation: Situation) -> list[RowFault]:
    above = {
        key: person.post.manager.casefold()
        for key, person in situation.known.items()
        if person.post is not None and person.post.manager
    }
    for key, person in kept.items():
        if person.manager is not None:
            above[key] = person.manager.casefold()
    return [
        RowFault(kept[key].line, Fault.MANAGER_CYCLE, Column.MANAGER, kept[key].manager or "")
        for key in in_cycles(above)
        if key in kept
    ]


def _clashes(
    line: PersonLine, known: KnownPerson | None, addresses: Mapping[str, KnownPerson], situation: Situation
) -> list[RowFault]:
    faults = []
    holder = addresses.get(line.email) if line.email else None
    if holder is not None and (known is None or holder.id != known.id):
        faults.append(RowFault(line.line, Fault.EMAIL_TAKEN, Column.EMAIL, line.email or "", holder.number))
    if known is None or known.post is None:
        if line.function is None:
            faults.append(RowFault(line.line, Fault.NO_FUNCTION, Column.FUNCTION))
        if line.site is None:
            faults.append(RowFault(line.line, Fault.NO_SITE, Column.SITE))
    if known is None:
        return faults
    if line.effective and known.post_from and line.effective < known.post_from and _post(line, known, situation):
        day = line.effective.isoformat()
        faults.append(RowFault(line.line, Fault.BEFORE_PRESENT, Column.EFFECTIVE, day, known.post_from.isoformat()))
    readdressed = line.email is not None and line.email != known.email
    if known.protected and not situation.by_administrator and (readdressed or line.left_on != known.left_on):
        faults.append(RowFault(line.line, Fault.PROTECTED, Column.EMAIL if readdressed else Column.LEFT, line.number))
    for absence in line.absences:
        clash = next((held for held in known.absences if _contradicts(absence, held)), None)
        if clash is not None:
            day, other = absence.starts_on.isoformat(), clash.starts_on.isoformat()
            faults.append(RowFault(line.line, Fault.ABSENCE_OVERLAPS, Column.ABSENT_FROM, day, other))
    return faults


def _contradicts(absence: Interval, held: Interval) -> bool:
    # The same first day is the same absence, told again with another end.
    return absence.starts_on != held.starts_on and absence.overlaps(held)


def _joiner(line: PersonLine, situation: Situation) -> PersonChange | None:
    if line.left_on is not None and line.left_on < situation.today:
        return None
    post = _post_of(line, None, situation)
    joined_on = line.joined_on or line.effective or situation.today
    return PersonChange(
        number=line.number,
        name=line.name,
        kinds=frozenset({ChangeKind.JOINED}),
        line=line.line,
        details={
            "name": line.name,
            "email": line.email,
            "joined_on": joined_on,
            "language": line.language or situation.default_language,
            "zone": line.zone or situation.zones.get(post.site) or situation.default_zone,
        },
        post=post,
        on=joined_on,
        last_day=line.left_on,
        absences=line.absences,
    )


def _change(line: PersonLine, known: KnownPerson, situation: Situation) -> PersonChange | None:
    gone = not _is_active(known, situation.today)
    details = _details(line, known)
    post = _post(line, known, situation)
    on = line.effective or situation.today
    kinds = set()
    last_day = None
    if line.left_on is not None:
        last_day = line.left_on if line.left_on != known.left_on else None
        post = None if gone else post
        kinds |= {ChangeKind.LEFT} if last_day else set()
    elif known.left_on is not None:
        kinds.add(ChangeKind.RETURNED)
        details["left_on"] = None
        post = post or _post_of(line, known, situation)
        back = line.joined_on if line.joined_on and line.joined_on > known.left_on else None
        on = line.effective or back or situation.today
    absences = tuple(absence for absence in line.absences if absence not in known.absences)
    kinds |= {ChangeKind.ABSENCE} if absences else set()
    kinds |= {ChangeKind.MOVED} if post and ChangeKind.RETURNED not in kinds else set()
    kinds |= {ChangeKind.DETAILS} if details.keys() - {"left_on"} else set()
    if not kinds:
        return None
    return PersonChange(
        known.number, line.name, frozenset(kinds), line.line, known.id, details, post, on, last_day, absences
    )


def _details(line: PersonLine, known: KnownPerson) -> dict[str, str | date | None]:
    """Return what the file says differently; an empty cell says nothing (a missing e-mail is not a withdrawn one)."""
    said = {"name": line.name, "email": line.email, "zone": line.zone, "joined_on": line.joined_on}
    return {name: value for name, value in said.items() if value and value != getattr(known, name)}


def _post_of(line: PersonLine, known: KnownPerson | None, situation: Situation) -> Post:
    held = known.post if known is not None else None
    held = held or Post("", "", "", None)
    places = situation.places
    return Post(
        function=places[("function", line.function)] if line.function else held.function,
        site=places[("site", line.site)] if line.site else held.site,
        shift=held.shift if line.shift is None else places[("shift", line.shift)] if line.shift else "",
        manager=held.manager if line.manager is None else line.manager.casefold() or None,
    )


def _post(line: PersonLine, known: KnownPerson, situation: Situation) -> Post | None:
    """Return where the person works from now on, or None where nothing changes."""
    post = _post_of(line, known, situation)
    held = known.post
    if held is not None and held.manager is not None:
        held = Post(held.function, held.site, held.shift, held.manager.casefold())
    return None if post == held else post


def _missing(reading: Reading, situation: Situation) -> list[PersonChange]:
    last_day = situation.today - timedelta(days=1)
    return [
        PersonChange(
            person.number,
            person.name,
            frozenset({ChangeKind.LEFT}),
            person_id=person.id,
            last_day=max(last_day, person.joined_on),
        )
        for key, person in situation.known.items()
        if key not in reading.numbers and person.left_on is None and not person.protected
    ]
