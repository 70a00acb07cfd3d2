"""What a company that begins has still to do before anybody can learn, for those who do it."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from lms.accounts.models.people import Profile, RoleGrant
from lms.accounts.rules.actor import Actor, Role
from lms.accounts.rules.permissions import Permission, allowed
from lms.catalog.queries import names_example
from lms.cohorts.models import ChampionAppointment, Cohort, CohortMember
from lms.infra.db import db
from lms.workshops.models.sessions import WorkshopSession


@dataclass(frozen=True, slots=True)
class FirstStep:
    """One thing to do. `id` says which; `mine` whether the one who asks may do it."""

    id: str
    done: bool
    mine: bool


def first_steps(actor: Actor) -> tuple[FirstStep, ...]:
    """Return what to do first, in order, for administrators and coordinators; nothing once all is done."""
    administers, plans = allowed(actor, Permission.ADMINISTER), allowed(actor, Permission.MANAGE_COHORTS)
    if not administers and not plans:
        return ()
    coordinators = sa.select(RoleGrant.id).where(RoleGrant.role == Role.COORDINATOR)
    people, coordinator, cohort, member, champion, session = db.session.execute(
        sa.select(
            sa.select(sa.func.count()).select_from(Profile).scalar_subquery(),
            coordinators.exists(),
            sa.select(Cohort.id).exists(),
            sa.select(CohortMember.person_id).exists(),
            sa.select(ChampionAppointment.id).exists(),
            sa.select(WorkshopSession.id).exists(),
        )
    ).one()
    steps = (
        FirstStep("people", people > 1, allowed(actor, Permission.MANAGE_PEOPLE)),
        FirstStep("coordinator", coordinator, allowed(actor, Permission.GRANT_ROLES)),
        FirstStep("cohort", cohort, plans),
        FirstStep("members", member, plans),
        FirstStep("champion", champion, plans),
        FirstStep("session", session, allowed(actor, Permission.MANAGE_SESSIONS)),
    )
    company = FirstStep("company", not names_example(), allowed(actor, Permission.MANAGE_CONTENT))
    return () if company.done and all(step.done for step in steps) else (company, *steps)
