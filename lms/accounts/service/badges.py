"""Badges for shared devices: a code in a QR that names a person. Alone it opens nothing; it needs the person's PIN."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from lms.accounts.models.people import Profile
from lms.accounts.models.signin import MethodKind, SignInMethod
from lms.accounts.queries.identity import hash_token
from lms.accounts.rules.actor import Actor
from lms.accounts.service.links import refuse_unless_resettable
from lms.infra import audit
from lms.infra.db import db
from lms.infra.i18n import _
from lms.shared.errors import Invalid
from lms.shared.ids import new_code, new_id

MOST_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Badge:
    """What is printed on one badge; the code is stored as a hash only."""

    name: str
    employee_number: str
    code: str


def make_badges(actor: Actor, person_ids: Sequence[uuid.UUID], now: datetime) -> list[Badge]:
    """Return new badges, in the order of names; a person's earlier badge stops working, their PIN stays.

    Raises:
        Invalid: nobody was chosen, or more than fit a print run.
        NotFound: one of them is not in the actor's scope.
        Refused: one of them is a coordinator or administrator, and the actor no administrator.
    """
    if not person_ids:
        raise Invalid(_("Choose at least one person."))
    if len(person_ids) > MOST_AT_ONCE:
        raise Invalid(_("At most %(n)s badges can be printed at once.", n=MOST_AT_ONCE))
    for person_id in person_ids:
        refuse_unless_resettable(actor, person_id, now)
    people = db.session.execute(
        sa.select(Profile.person_id, Profile.name, Profile.employee_number)
        .where(Profile.person_id.in_(person_ids))
        .order_by(Profile.folded)
    ).all()
    held = {
        method.person_id: method
        for method in db.session.scalars(
            sa.select(SignInMethod).where(SignInMethod.kind == MethodKind.BADGE, SignInMethod.person_id.in_(person_ids))
        )
    }
    badges = []
    for person_id, name, number in people:
        code = new_code()
        method = held.get(person_id)
        if method is None:
            method = SignInMethod(id=new_id(), person_id=person_id, kind=MethodKind.BADGE, secret="", created_at=now)
            db.session.add(method)
        method.handle = hash_token(code)
        audit.record("badge.made", actor=actor.id, subject=person_id)
        badges.append(Badge(name, number, code))
    return badges
