"""A small demo company behind a loopback port, and a way to open its pages as any of its people."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import Flask

from lms.accounts.models.people import Profile, RoleGrant
from lms.accounts.rules.actor import Role
from lms.accounts.service.sessions import start_session
from lms.app import create_app
from lms.assessment.models import Attempt
from lms.certification.models import Award
from lms.cohorts.models import Cohort, CohortMember, Wave
from lms.demo.handlers import make_company
from lms.formats import course_formats
from lms.infra.clock import now
from lms.infra.db import db
from lms.infra.settings import Settings
from lms.infra.transactions import write_transaction
from lms.shared.clock import SystemClock
from lms.workshops.models.sessions import WorkshopSession
from tests.browser.conftest import serve

PEOPLE = 40


@dataclass(frozen=True)
class Company:
    """Where the company answers, one person per role, and an object for each parameter in addresses."""

    app: Flask
    address: str
    people: dict[Role, str]
    objects: dict[str, str] = field(default_factory=dict)

    def cookie(self, role: Role, *, kiosk: bool = False) -> dict[str, str]:
        """Return the cookie of a fresh session of the role's person, as Playwright takes it."""
        with self.app.app_context():
            person = db.session.scalars(sa.select(Profile).where(Profile.employee_number == self.people[role])).one()
            with write_transaction():
                token = start_session(person.person_id, now(), kiosk=kiosk)
        serializer: Any = self.app.session_interface.get_signing_serializer(self.app)
        value = serializer.dumps({"_user_id": token, "_fresh": True, "_permanent": True})
        return {"name": "groundschool", "value": value, "url": self.address}


@contextmanager
def running_company(folder: Path) -> Iterator[Company]:
    """Make the company on a database of its own and serve it."""
    settings = Settings(instance=folder, secret_key="a test key of sufficient length", log_level="ERROR")
    app = create_app(settings)
    app.config["TESTING"] = True
    with app.app_context():
        db.create_all()
        make_company(course_formats(), SystemClock(), lambda _text: None, PEOPLE)
        people, objects = _people(), _objects()
        db.session.remove()
    with serve(app) as address:
        yield Company(app, address, people, objects)
    with app.app_context():
        db.engine.dispose()


def _people() -> dict[Role, str]:
    rows = db.session.execute(
        sa.select(RoleGrant.role, Profile.employee_number)
        .join(Profile, Profile.person_id == RoleGrant.person_id)
        .where(RoleGrant.valid_to.is_(None), Profile.left_on.is_(None))
        .order_by(RoleGrant.valid_from.desc(), Profile.employee_number.desc())
    )
    found = dict(rows.all())
    # The learner with most attempts has most to show.
    found[Role.EMPLOYEE] = db.session.scalars(
        sa.select(Profile.employee_number)
        .join(Attempt, Attempt.person_id == Profile.person_id)
        .where(Profile.left_on.is_(None))
        .group_by(Profile.employee_number)
        .order_by(sa.func.count().desc(), Profile.employee_number)
    ).first()
    champion = db.session.scalar(sa.select(Profile.person_id).where(Profile.employee_number == found[Role.CHAMPION]))
    assert champion is not None
    return found


def _objects() -> dict[str, str]:
    learner = _people()[Role.EMPLOYEE]
    person = db.session.scalars(sa.select(Profile.person_id).where(Profile.employee_number == learner)).one()
    attempts = sa.select(Attempt.id).where(Attempt.person_id == person, Attempt.submitted_at.is_not(None))
    return {
        "person": str(person),
        "attempt": str(db.session.scalars(attempts.order_by(Attempt.started_at)).first()),
        "award": str(db.session.scalars(sa.select(Award.token)).first()),
        "cohort": str(
            db.session.scalars(
                sa.select(CohortMember.cohort_id)
                .group_by(CohortMember.cohort_id)
                .order_by(sa.func.count().desc(), CohortMember.cohort_id)
            ).first()
        ),
        "empty_cohort": str(db.session.scalars(sa.select(Cohort.id).order_by(Cohort.id)).first()),
        "wave": str(db.session.scalars(sa.select(Wave.id).order_by(Wave.number.desc())).first()),
        "session": str(
            db.session.scalars(sa.select(WorkshopSession.id).order_by(WorkshopSession.starts_at.desc())).first()
        ),
    }
