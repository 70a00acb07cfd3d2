"""The first person of an empty service, and the link with which they set a password."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from lms.accounts.models.people import Profile, RoleGrant
from lms.accounts.models.signin import MethodKind, SignInMethod
from lms.accounts.queries.periods import employed
from lms.accounts.rules.actor import Role
from lms.accounts.service.employment import Details, join
from lms.accounts.service.links import issue_first_link
from lms.accounts.service.roles import grant_role
from lms.accounts.service.row_changes import Recorder
from lms.infra.db import db
from lms.infra.i18n import _

NUMBER = "admin"


def first_administrator(now: datetime, *, language: str, zone: str) -> str | None:
    """Return the path of a one-time link for the first administrator; None where an administrator can sign in already.

    The person is called "admin" until they change it. Asking again before the link was used gives a new link.
    """
    administrators = (
        sa.select(RoleGrant.person_id)
        .join(Profile, Profile.person_id == RoleGrant.person_id)
        .where(RoleGrant.role == Role.ADMINISTRATOR, RoleGrant.valid_to.is_(None), employed(now.date()))
    )
    able = db.session.scalar(
        sa.select(SignInMethod.id).where(
            SignInMethod.kind == MethodKind.PASSWORD, SignInMethod.person_id.in_(administrators)
        )
    )
    if able is not None:
        return None
    person_id = db.session.scalar(administrators.limit(1))
    if person_id is None:
        details = Details(NUMBER, _("First administrator"), None, now.date(), language, zone)
        (person_id,) = join(Recorder(), [details], now)
        grant_role(None, person_id, Role.ADMINISTRATOR, now)
    return issue_first_link(person_id, now)
