"""Every address that shows a page, with the role that sees most on it and an object for each of its parameters.

Nothing is listed by hand but what an address cannot say itself: the objects, and why a page is not opened here.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass

import sqlalchemy as sa
from flask import Flask
from werkzeug.routing import Rule

from lms.accounts.models.imports import PeopleImport
from lms.accounts.rules.actor import Role
from lms.accounts.rules.permissions import TABLE
from lms.assessment.models import Attempt
from lms.certification.models import Award, Review
from lms.certification.queries.reviews import matters_of
from lms.cohorts.models import ChampionAppointment, Cohort, CohortMember, PeakPeriod, Wave
from lms.infra.db import db
from lms.messaging.models import Mail
from lms.sandbox.models import Contest, Run
from lms.sandbox.rules.runs import RunState
from lms.workshops.models.observations import SignedSheet
from lms.workshops.models.sessions import Booking, WorkshopSession
from lms.workshops.rules.booking import BookingState

# Who sees most comes first.
RICHEST = (
    Role.EMPLOYEE, Role.COORDINATOR, Role.CHAMPION, Role.ADMINISTRATOR, Role.MANAGER, Role.APPROVER, Role.SPONSOR,
)  # fmt: skip

# Pages that need a moment no company stands in for long; the test named opens them.
ELSEWHERE = {
    "/assets/<digest>.<suffix>": "a picture or recording of a course, in the pages that show it",
    "/static/<path:filename>": "in every page",
    "/start/<token>": "test_sign_in: a link is used once",
    "/checkin/<token>": "test_attendance: a code lives for a minute",
    "/issue/runs/<uuid:run>": "test_issuing: while certificates are issued",
    "/attempt/<uuid:attempt>/q/<int:number>": "test_journeys, and below on two devices",
    "/attempt/<uuid:attempt>/review": "test_journeys",
    "/run/<uuid:run>": "test_sandbox",
    "/run/<uuid:run>/review": "test_sandbox",
    "/run/<uuid:run>/case/<int:number>": "test_sandbox",
    "/repeat/<step>": "test_refreshers",
    "/repeat/<step>/<uuid:review>": "test_refreshers",
    "/admin/content/texts/<step>/<lang>": "test_refreshers",
    "/admin/marking/<uuid:attempt>/<int:number>": "test_question_types: while an open answer waits",
    "/lab/<uuid:run>": "test_labs",
    "/team/second-looks/<uuid:look>": "test_second_observer: one observation in ten, by lot",
    "/reports/agreement/<uuid:look>": "test_second_observer: one observation in ten, by lot",
    "/metrics": "answers only where an operator has set a token",
    "/certificates/transcript/<uuid:transcript>.pdf": "test_person_side: a file",
}


@dataclass(frozen=True)
class Address:
    """A page: its path, None where the company has nothing to show on it, and who may open it, who sees most first."""

    rule: str
    roles: tuple[Role, ...]
    path: str | None


def pages(app: Flask) -> list[tuple[Rule, tuple[Role, ...]]]:
    """Return every rule that may show a page, with the roles that may see it; none where it is public."""
    found = []
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule):
        if "GET" not in rule.methods or rule.rule in ELSEWHERE:
            continue
        permission = getattr(app.view_functions[rule.endpoint], "permission", None)
        roles = {grant.role for grant in TABLE[permission]} if permission else set()
        found.append((rule, tuple(role for role in RICHEST if role in roles)))
    return found


def addresses(app: Flask, people: dict[Role, uuid.UUID]) -> list[Address]:
    """Return the address of every page in this company."""
    found = []
    for rule, roles in pages(app):
        values = {name: _value(rule, name, people) for name in rule.arguments}
        path = None if None in values.values() else app.url_map.bind("localhost").build(rule.endpoint, values)
        found.append(Address(rule.rule, roles, path))
    return found


def _value(rule: Rule, name: str, people: dict[Role, uuid.UUID]) -> object:
    special = OBJECTS.get((name, rule.endpoint)) or OBJECTS.get((name, rule.endpoint.split(".")[0]))
    found = special or OBJECTS.get((name, ""))
    return found(people) if found else None


def _first(statement: sa.Select[tuple[object]]) -> object:
    return db.session.scalars(statement.limit(1)).first()


def _attempt(people: dict[Role, uuid.UUID]) -> object:
    mine = Attempt.person_id == people[Role.EMPLOYEE], Attempt.submitted_at.is_not(None)
    return _first(sa.select(Attempt.id).where(*mine).order_by(Attempt.started_at))


def _run(people: dict[Role, uuid.UUID]) -> object:
    mine = Run.person_id == people[Role.EMPLOYEE], Run.state != RunState.OPEN
    return _first(sa.select(Run.id).where(*mine).order_by(Run.opened_at.desc()))


def _award(people: dict[Role, uuid.UUID]) -> object:
    return _first(sa.select(Award.id).where(Award.person_id == people[Role.EMPLOYEE]).order_by(Award.issued_at.desc()))


def _cohort(_people: dict[Role, uuid.UUID]) -> object:
    size = sa.func.count().desc()
    return _first(
        sa.select(CohortMember.cohort_id).group_by(CohortMember.cohort_id).order_by(size, CohortMember.cohort_id)
    )


def _signed(people: dict[Role, uuid.UUID]) -> sa.Select[tuple[uuid.UUID, uuid.UUID]]:
    return (
        sa.select(SignedSheet.observation_id, SignedSheet.person_id)
        .where(SignedSheet.signed_by == people[Role.CHAMPION])
        .order_by(SignedSheet.signed_at.desc())
    )


def _colleague(people: dict[Role, uuid.UUID]) -> object:
    own = sa.select(ChampionAppointment.cohort_id).where(ChampionAppointment.person_id == people[Role.CHAMPION])
    return _first(
        sa.select(CohortMember.person_id)
        .where(CohortMember.cohort_id.in_(own), CohortMember.person_id != people[Role.CHAMPION])
        .order_by(CohortMember.person_id)
    )


def _own_session(people: dict[Role, uuid.UUID]) -> object:
    booked = Booking.person_id == people[Role.EMPLOYEE], Booking.state == BookingState.BOOKED
    return _first(sa.select(Booking.session_id).where(*booked))


def _wave(_people: dict[Role, uuid.UUID]) -> object:
    return _first(sa.select(Wave.id).order_by(Wave.number.desc()))


def _wave_member(people: dict[Role, uuid.UUID]) -> object:
    return _first(
        sa.select(CohortMember.person_id)
        .join(Cohort, Cohort.id == CohortMember.cohort_id)
        .where(Cohort.wave_id == _wave(people), CohortMember.valid_to.is_(None))
        .order_by(CohortMember.person_id)
    )


OBJECTS: dict[tuple[str, str], Callable[[dict[Role, uuid.UUID]], object]] = {
    ("person_id", ""): lambda people: people[Role.EMPLOYEE],
    ("person", ""): lambda people: people[Role.EMPLOYEE],
    ("person", "team"): _colleague,
    ("person", "readiness"): _wave_member,
    ("person", "signoffs"): lambda people: next((row[1] for row in db.session.execute(_signed(people).limit(1))), None),
    ("sitting", ""): lambda people: next((row[0] for row in db.session.execute(_signed(people).limit(1))), None),
    ("attempt", ""): _attempt,
    ("run", ""): _run,
    ("award", ""): _award,
    ("token", ""): lambda _people: _first(sa.select(Award.token).order_by(Award.issued_at)),
    ("cohort", ""): _cohort,
    ("wave", ""): _wave,
    ("peak", ""): lambda _people: _first(sa.select(PeakPeriod.id)),
    ("appointment", ""): lambda _people: _first(sa.select(ChampionAppointment.id)),
    ("session", "sessions.ics"): _own_session,
    ("session", ""): lambda _people: _first(sa.select(WorkshopSession.id).order_by(WorkshopSession.starts_at.desc())),
    ("import_id", ""): lambda _people: _first(sa.select(PeopleImport.id).order_by(PeopleImport.created_at.desc())),
    ("mail_id", ""): lambda _people: _first(sa.select(Mail.id)),
    ("review", ""): lambda people: _first(sa.select(Review.id).where(Review.person_id == people[Role.EMPLOYEE])),
    ("contest", ""): lambda _people: _first(sa.select(Contest.id)),
    ("reference", ""): lambda people: matters_of(people[Role.EMPLOYEE])[1].reference,
    ("course", ""): lambda _people: "common-core",
    ("module", ""): lambda _people: "c2",
    ("step", ""): lambda _people: "c2-check",
    ("step", "sandbox"): lambda _people: "c3-gym",
    ("name", "own_content.edit_fact"): lambda _people: "price_approval_limit",
    ("name", "policies.show"): lambda _people: "results",
    ("level", ""): lambda _people: "foundation",
    ("programme", ""): lambda _people: "customer-service",
    ("console", ""): lambda _people: "floor-desk",
    ("item", ""): lambda _people: "act-which-four",
    ("release", ""): lambda _people: "next",
    ("kind", ""): lambda _people: "csv",
    ("purpose", ""): lambda _people: "revocation",
    ("number", ""): lambda _people: 0,
}
