"""People imports: upload, say what the columns mean, look at what would change, apply, and take back within a day."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from lms.accounts.adapters.people_csv import Table, read_table
from lms.accounts.events import AbsenceChanged, PersonJoined, PersonWithdrawn, PlacementChanged
from lms.accounts.models.imports import ImportState, PeopleImport, RowChange
from lms.accounts.models.people import PlaceKind
from lms.accounts.models.signin import SignInMethod, SignInSession, SingleUseLink
from lms.accounts.queries.people_import import known_people, remembered_mapping
from lms.accounts.queries.places import place_labels, site_zones
from lms.accounts.rules.actor import Actor, Role
from lms.accounts.rules.people_file import Column, DateFormat, FileMapping, guess_columns, missing_columns
from lms.accounts.rules.people_lines import Reading, place_ids, places_named, read_lines
from lms.accounts.rules.people_plan import Plan, Situation, plan_changes
from lms.accounts.service.people import name_places
from lms.accounts.service.people_import_apply import apply_changes
from lms.accounts.service.row_changes import Recorder, StoredChange, changes_of, take_back
from lms.infra import audit
from lms.infra.db import db
from lms.infra.events import publish
from lms.infra.i18n import _
from lms.shared.errors import Conflict, Invalid, NotFound
from lms.shared.ids import new_id

UNDO = timedelta(hours=24)
# A file that nobody applied is not kept: it is personal data.
KEPT = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Check:
    """A dry run: the plan, labels of places nobody has named before, and a digest of what was seen."""

    plan: Plan
    new_places: dict[str, tuple[str, ...]]
    digest: str


@dataclass(frozen=True, slots=True)
class Defaults:
    """What holds where neither the file nor a site says."""

    language: str
    zone: str


def upload(actor: Actor | None, filename: str, content: bytes, now: datetime) -> uuid.UUID:
    """Store a file that can be read and return the import's id.

    Raises:
        Invalid: the file cannot be read; the message says why.
    """
    table = read_table(content)
    row = PeopleImport(
        id=new_id(),
        filename=filename[-200:],
        content=content,
        signature=_signature(table.headers),
        mapping=remembered_mapping(_signature(table.headers)),
        created_by=None if actor is None else actor.id,
        created_at=now,
    )
    db.session.add(row)
    db.session.flush()
    return row.id


def import_of(import_id: uuid.UUID) -> PeopleImport:
    """Return an import.

    Raises:
        NotFound: no such import.
    """
    row = db.session.get(PeopleImport, import_id)
    if row is None:
        raise NotFound
    return row


def table_of(import_id: uuid.UUID) -> Table:
    """Return the table of a file that has not been applied yet.

    Raises:
        NotFound: no such import.
        Conflict: it has been applied or discarded; the file is gone.
    """
    content = import_of(import_id).content
    if content is None:
        raise Conflict(_("This file has been dealt with already."))
    return read_table(content)


def mapping_of(import_id: uuid.UUID, table: Table) -> FileMapping:
    """Return how the file is read: as said, else as the last file with these headers was, else as we guess."""
    stored = import_of(import_id).mapping
    if not stored:
        return FileMapping(guess_columns(table.headers, (cells for _line, cells in table.rows)))
    columns = {Column(name): header for name, header in stored["columns"].items() if header in table.headers}
    return FileMapping(columns, DateFormat(stored["dates"]), bool(stored["full"]))


def say_mapping(import_id: uuid.UUID, mapping: FileMapping) -> None:
    """Store what the columns of a file mean.

    Raises:
        Invalid: a needed column is missing, or one header is used twice.
        Conflict: the file has been dealt with already.
    """
    row = import_of(import_id)
    if row.state not in {ImportState.UPLOADED, ImportState.MAPPED}:
        raise Conflict(_("This file has been dealt with already."))
    missing = missing_columns(mapping)
    if missing:
        raise Invalid(fields={str(column): _("Choose the column that holds this.") for column in missing})
    headers = list(mapping.columns.values())
    twice = {str(column): header for column, header in mapping.columns.items() if headers.count(header) > 1}
    if twice:
        raise Invalid(fields={name: _('"%(header)s" is used twice.', header=header) for name, header in twice.items()})
    row.mapping = {
        "columns": {str(column): header for column, header in mapping.columns.items()},
        "dates": str(mapping.dates),
        "full": mapping.full,
    }
    row.state = ImportState.MAPPED


def read_people(table: Table, mapping: FileMapping) -> Reading:
    """Return what a file says about people. Pure work on a table: do it before a write transaction."""
    return read_lines(table.headers, table.rows, mapping)


def check(actor: Actor | None, reading: Reading, now: datetime, defaults: Defaults, *, full: bool) -> Check:
    """Return what would change, without changing anything. With `full`, whoever the file does not name has left."""
    named = places_named(reading.people)
    places: dict[tuple[str, str], str] = {}
    fresh: dict[str, tuple[str, ...]] = {}
    for kind in PlaceKind:
        known = place_labels(kind)
        ids = place_ids(named[kind], known)
        places |= {(str(kind), label): identity for label, identity in ids.items()}
        fresh[kind] = tuple(sorted(label for label, identity in ids.items() if identity not in known))
    situation = Situation(
        known=known_people(now.date()),
        places=places,
        zones=site_zones(),
        today=now.date(),
        default_zone=defaults.zone,
        default_language=defaults.language,
        by_administrator=actor is None or actor.has(Role.ADMINISTRATOR),
    )
    plan = plan_changes(reading, situation, full=full)
    return Check(plan, fresh, _digest(plan))


def apply_import(
    actor: Actor | None,
    import_id: uuid.UUID,
    reading: Reading,
    now: datetime,
    defaults: Defaults,
    *,
    seen: str | None,
    skip_faulty: bool,
    reason: str = "",
) -> Plan:
    """Change people as the file says and return what was done.

    `seen` is the digest of the check that was looked at (None: not compared). `skip_faulty` applies the valid rows
    where others have faults; else any fault stops everything.

    Raises:
        Conflict: it has been applied already, or people changed since the check.
        Invalid: there are faults, or so many people would change that a reason is needed.
    """
    row = _locked(import_id)
    if row.state is not ImportState.MAPPED:
        raise Conflict(_("This file has been dealt with already."))
    found = check(actor, reading, now, defaults, full=bool(row.mapping["full"]))
    plan = found.plan
    if seen is not None and seen != found.digest:
        raise Conflict(_("People have changed since you looked. Look at what would change now, then apply."))
    if plan.faults and not skip_faulty:
        raise Invalid(_("Some rows cannot be used. Mend them, or import the valid ones only."))
    if plan.needs_reason and not reason.strip():
        raise Invalid(fields={"reason": _("More than 10 % of active people would change. Say why this is right.")})
    events = _carry_out(plan, reading, import_id, now)
    row.state, row.applied_at, row.content, row.reason = ImportState.APPLIED, now, None, reason.strip()[:500]
    row.counts = {**plan.counts, "skipped": plan.rows_skipped}
    _note("people.imported", actor, **plan.counts, skipped=plan.rows_skipped)
    db.session.flush()
    for event in events:
        publish(event)
    return plan


def _carry_out(plan: Plan, reading: Reading, import_id: uuid.UUID, now: datetime) -> list[object]:
    # Apart, so that the rows are let go of before handlers are told about thousands of people.
    recorder = Recorder()
    named = places_named(reading.people)
    for kind in PlaceKind:
        name_places(kind, named[kind], recorder)
    events = apply_changes(plan.changes, recorder, now)
    recorder.store(import_id)
    return events


def undo_import(actor: Actor | None, import_id: uuid.UUID, now: datetime) -> None:
    """Take an import back, row by row.

    Raises:
        NotFound: no such import.
        Conflict: it was not applied, is older than a day, or something has come to depend on it.
    """
    row = _locked(import_id)
    if row.state is not ImportState.APPLIED or row.applied_at is None:
        raise Conflict(_("This import is not in force."))
    if now >= row.applied_at + UNDO:
        raise Conflict(_("This import is older than 24 hours. Correct people with a new file, or one by one."))
    changes = changes_of(import_id)
    added = {change.person_id for change in changes if change.table == "person" and change.person_id}
    try:
        _refuse_where_used(import_id)
        for person_id in sorted(added):
            publish(PersonWithdrawn(person_id))
        take_back(changes)
    except Conflict as error:
        message = error.message or _(
            "This import cannot be taken back as a whole: people have been changed, or have signed in, since."
        )
        raise Conflict(message) from error
    row.state, row.undone_at = ImportState.UNDONE, now
    _note("people.import-undone", actor, people=len({change.person_id for change in changes}))
    _tell(changes, added, now)


def discard(actor: Actor | None, import_id: uuid.UUID) -> None:
    """Forget an uploaded file.

    Raises:
        Conflict: it has been applied.
    """
    row = _locked(import_id)
    if row.state not in {ImportState.UPLOADED, ImportState.MAPPED}:
        raise Conflict(_("This file has been dealt with already."))
    row.state, row.content = ImportState.DISCARDED, None
    _note("people.import-discarded", actor)


def forget_old_files(now: datetime) -> None:
    """Discard the files nobody applied, and the memory of what applied ones changed once they cannot be taken back."""
    waiting = PeopleImport.state.in_([ImportState.UPLOADED, ImportState.MAPPED])
    db.session.execute(
        sa.update(PeopleImport)
        .where(waiting, PeopleImport.created_at < now - KEPT)
        .values(state=ImportState.DISCARDED, content=None)
    )
    old = sa.select(PeopleImport.id).where(PeopleImport.applied_at < now - UNDO)
    db.session.execute(sa.delete(RowChange).where(RowChange.import_id.in_(old)))


def _locked(import_id: uuid.UUID) -> PeopleImport:
    row = db.session.get(PeopleImport, import_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise NotFound
    return row


def _signature(headers: tuple[str, ...]) -> str:
    return hashlib.sha256("\n".join(sorted(header.casefold() for header in headers)).encode()).hexdigest()


def _digest(plan: Plan) -> str:
    seen = repr(
        [
            (change.number, sorted(change.kinds), sorted(change.details.items(), key=str), change.post, change.last_day)
            for change in plan.changes
        ]
    )
    return hashlib.sha256(f"{seen}{len(plan.faults)}".encode()).hexdigest()[:32]


def _refuse_where_used(import_id: uuid.UUID) -> None:
    added = sa.select(RowChange.person_id).where(RowChange.import_id == import_id, RowChange.table == "person")
    for model in (SignInSession, SignInMethod, SingleUseLink):
        if db.session.scalar(sa.select(model.id).where(model.person_id.in_(added)).limit(1)) is not None:
            raise Conflict


def _tell(changes: Sequence[StoredChange], added: set[uuid.UUID], now: datetime) -> None:
    touched: dict[uuid.UUID, set[str]] = {}
    returned = set()
    for change in changes:
        if change.person_id is None or change.person_id in added:
            continue
        touched.setdefault(change.person_id, set()).add(change.table)
        if change.table == "profile" and "left_on" in change.before and change.before["left_on"] is None:
            returned.add(change.person_id)
    db.session.flush()
    for person_id, tables in sorted(touched.items()):
        if person_id in returned:
            publish(PersonJoined(person_id, now.date()))
        elif "placement" in tables:
            publish(PlacementChanged(person_id, now.date()))
        if "absence" in tables:
            publish(AbsenceChanged(person_id))


def _note(action: str, actor: Actor | None, **details: int) -> None:
    audit.record(action, actor=None if actor is None else actor.id, subject=None, **details)
