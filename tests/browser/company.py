"""A small demo company behind a loopback port, and a way to open its pages as any of its people."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import Flask

from lms.accounts.models.people import Placement, Profile, RoleGrant
from lms.accounts.queries.identity import actor_by_person
from lms.accounts.rules.actor import Role
from lms.accounts.service.people_import import upload
from lms.accounts.service.sessions import start_session
from lms.app import create_app
from lms.assessment.models import Attempt
from lms.certification.models import Award
from lms.certification.queries.reviews import matters_of
from lms.certification.service.reviews import ask_for_review
from lms.infra.clock import now, use_clock
from lms.infra.db import db
from lms.infra.transactions import write_transaction
from lms.learning.queries.cycles import paths_of
from lms.learning.rules.path import StepView
from lms.shared.clock import MovableClock
from lms.workshops.models.observations import Observation, SignedSheet
from tests.browser.addresses import Address, addresses
from tests.browser.conftest import serve
from tests.companies import company_settings, copy_company
from tests.conftest import NOW


@dataclass(frozen=True)
class Company:
    """Where the company answers, one person per role, a learner who is not done yet, and the address of every page."""

    app: Flask
    address: str
    people: dict[Role, uuid.UUID]
    learning: uuid.UUID
    pages: dict[str, Address]

    def cookie(self, who: Role | uuid.UUID, *, kiosk: bool = False) -> dict[str, str]:
        """Return the cookie of a fresh session of a person, or of a role's person, as Playwright takes it."""
        with self.app.app_context(), write_transaction():
            token = start_session(self.people[who] if isinstance(who, Role) else who, now(), kiosk=kiosk)
        serializer: Any = self.app.session_interface.get_signing_serializer(self.app)
        value = serializer.dumps({"_user_id": token, "_fresh": True, "_permanent": True})
        return {"name": "groundschool", "value": value, "url": self.address}

    def open_step(self, person: uuid.UUID, kind: str) -> str:
        """Return the path of a step of this kind that somebody may do now and has not done."""
        with self.app.app_context():
            view = _open_steps(person, kind)[0]
            db.session.remove()
        return f"/learn/{view.course}/{view.module}/{view.step.id}"

    def observed_step(self) -> str:
        """Return a step that the champion has observed somebody do."""
        with self.app.app_context():
            step = db.session.scalars(
                sa.select(Observation.step)
                .join(SignedSheet, SignedSheet.observation_id == Observation.id)
                .where(SignedSheet.signed_by == self.people[Role.CHAMPION])
                .order_by(SignedSheet.signed_at)
            ).first()
            db.session.remove()
        return step


@contextmanager
def running_company(folder: Path) -> Iterator[Company]:
    """Serve a copy of the company, on the day it was made."""
    copy_company(folder)
    app = create_app(company_settings(folder))
    app.config["TESTING"] = True
    use_clock(app, MovableClock(NOW))
    with app.app_context():
        people = _people()
        with write_transaction():
            _leave_unfinished(people)
        uncertified = _busy(Attempt.person_id, Profile.person_id.not_in(sa.select(Award.person_id)))
        learning = next(person for person in uncertified if len(_open_steps(person, "lesson")) > 1)
        pages = {page.rule: page for page in addresses(app, people)}
        db.session.remove()
    with serve(app) as address:
        yield Company(app, address, people, learning, pages)
    with app.app_context():
        db.engine.dispose()


def _people() -> dict[Role, uuid.UUID]:
    rows = db.session.execute(
        sa.select(RoleGrant.role, RoleGrant.person_id)
        .join(Profile, Profile.person_id == RoleGrant.person_id)
        .where(RoleGrant.valid_to.is_(None), Profile.left_on.is_(None))
        .order_by(RoleGrant.valid_from.desc(), Profile.employee_number.desc())
    )
    found = dict(rows.all())
    # Those who have most to show: a certified learner with many attempts, a champion who has signed, who leads many.
    found[Role.EMPLOYEE] = _busiest(Attempt.person_id, Profile.person_id.in_(sa.select(Award.person_id)))
    found[Role.CHAMPION] = _busiest(SignedSheet.signed_by)
    found[Role.MANAGER] = _busiest(Placement.manager_id)
    return found


def _leave_unfinished(people: dict[Role, uuid.UUID]) -> None:
    """Leave what the demo company never does: a file that waits to be applied, a request for a review just made."""
    coordinator = actor_by_person(people[Role.COORDINATOR], now())
    learner = actor_by_person(people[Role.EMPLOYEE], now())
    assert coordinator is not None
    assert learner is not None
    upload(coordinator, "hr.csv", b"Employee ID,Name,Colour\nAF9001,Ana Lopez,red\nAF9002,,blue\n", now())
    matter = matters_of(learner.id)[0]
    ask_for_review(learner, matter.reference, "The second answer was right, the feedback says so itself.")


def _open_steps(person: uuid.UUID, kind: str) -> list[StepView]:
    """Return the steps of this kind that somebody may do now and has not done."""
    views = [view for path in paths_of(person) for module in path.modules for view in module.steps]
    return [view for view in views if view.open and view.step.kind == kind]


def _busiest(column: sa.ColumnElement[uuid.UUID], *where: sa.ColumnElement[bool]) -> uuid.UUID:
    return _busy(column, *where)[0]


def _busy(column: sa.ColumnElement[uuid.UUID], *where: sa.ColumnElement[bool]) -> Sequence[uuid.UUID]:
    """Return the people still here who stand in rows of a column, those in most rows first."""
    return db.session.scalars(
        sa.select(Profile.person_id)
        .join(column.table, column == Profile.person_id)
        .where(Profile.left_on.is_(None), *where)
        .group_by(Profile.person_id, Profile.employee_number)
        .order_by(sa.func.count().desc(), Profile.employee_number)
    ).all()
