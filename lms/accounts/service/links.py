"""Single-use links and slips: a person sets their own secret, and nobody else ever sees it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from lms.accounts.events import LinkIssued
from lms.accounts.models.people import Profile
from lms.accounts.models.signin import SingleUseLink
from lms.accounts.queries.identity import hash_token
from lms.accounts.queries.periods import employed
from lms.accounts.queries.scope import require_in_scope
from lms.accounts.queries.signin import named_by, open_link, roles_of
from lms.accounts.rules.actor import Actor, may_reset
from lms.accounts.rules.links import LIFETIMES, LinkPurpose, Secret, start_path
from lms.accounts.rules.permissions import Permission
from lms.accounts.service.secrets import set_secret, void_links
from lms.infra import audit
from lms.infra.db import db
from lms.infra.events import publish
from lms.infra.i18n import _
from lms.shared.errors import Invalid, NotFound, Refused
from lms.shared.ids import new_code, new_id, new_token


@dataclass(frozen=True, slots=True)
class Slip:
    """What is printed once: the code works once, for whoever holds the paper."""

    name: str
    employee_number: str
    code: str
    sets: Secret
    expires_at: datetime


def invite(actor: Actor | None, person_id: uuid.UUID, now: datetime) -> None:
    """Send a link by which the person chooses their first password.

    Raises:
        NotFound: no such person in the actor's scope.
        Refused: only an administrator may do this for the person.
        Invalid: the person has no e-mail; print a slip.
    """
    profile = _resettable(actor, person_id, now)
    if profile.email is None:
        raise Invalid(_("%(name)s has no e-mail. Print a slip instead.", name=profile.name))
    token = _issue(actor, person_id, LinkPurpose.INVITATION, Secret.PASSWORD, now, new_token())
    _deliver(profile, LinkPurpose.INVITATION, token, now)


def request_reset(identifier: str, now: datetime) -> None:
    """Send a reset link to whoever is meant, where they have e-mail. The asker learns nothing either way."""
    profile = db.session.scalars(
        sa.select(Profile).where(named_by(identifier), Profile.email.is_not(None), employed(now.date()))
    ).first()
    if profile is None:
        return
    token = _issue(None, profile.person_id, LinkPurpose.RESET, Secret.PASSWORD, now, new_token())
    _deliver(profile, LinkPurpose.RESET, token, now)


def print_slip(actor: Actor, person_id: uuid.UUID, sets: Secret, now: datetime) -> Slip:
    """Return a slip for the coordinator to hand over: with it the person chooses a password or PIN.

    Raises:
        NotFound: no such person in the actor's scope.
        Refused: only an administrator may do this for the person.
    """
    profile = _resettable(actor, person_id, now)
    code = _issue(actor, person_id, LinkPurpose.SLIP, sets, now, new_code())
    return Slip(profile.name, profile.employee_number, code, sets, now + LIFETIMES[LinkPurpose.SLIP])


def issue_first_link(person_id: uuid.UUID, now: datetime) -> str:
    """Return the path of the link with which the first administrator of an empty service sets a password."""
    return start_path(_issue(None, person_id, LinkPurpose.FIRST_ADMINISTRATOR, Secret.PASSWORD, now, new_token()))


def use_link(token: str, hashed: str, now: datetime) -> uuid.UUID:
    """Store the secret chosen with a link, end the link and every old session, and return whose it is.

    Raises:
        NotFound: the link is unknown, used or too old.
    """
    link = open_link(token, now)
    if link is None:
        raise NotFound
    taken = db.session.execute(
        sa.update(SingleUseLink).where(SingleUseLink.id == link.id, SingleUseLink.used_at.is_(None)).values(used_at=now)
    )
    if not taken.rowcount:  # type: ignore[attr-defined]
        raise NotFound
    audit.record("link.used", actor=link.person_id, subject=link.person_id, purpose=str(link.purpose))
    set_secret(link.person_id, link.sets, hashed, now, by=link.person_id)
    return link.person_id


def refuse_unless_resettable(actor: Actor | None, person_id: uuid.UUID, now: datetime) -> None:
    """Pass where the actor may change how the person signs in.

    Raises:
        NotFound: no such person in the actor's scope.
        Refused: the person is a coordinator or administrator, and the actor no administrator.
    """
    if actor is None:
        return
    require_in_scope(actor, Permission.MANAGE_PEOPLE, person_id, now.date())
    if not may_reset(actor.roles, roles_of(person_id, now.date())):
        raise Refused(_("Only an administrator may change how coordinators and administrators sign in."))


def _resettable(actor: Actor | None, person_id: uuid.UUID, now: datetime) -> Profile:
    refuse_unless_resettable(actor, person_id, now)
    profile = db.session.get(Profile, person_id)
    if profile is None:
        raise NotFound
    if profile.left_on is not None and profile.left_on < now.date():
        raise Refused(_("%(name)s has left and cannot sign in.", name=profile.name))
    return profile


def _issue(
    actor: Actor | None, person_id: uuid.UUID, purpose: LinkPurpose, sets: Secret, now: datetime, token: str
) -> str:
    void_links(person_id, sets, now)
    db.session.add(
        SingleUseLink(
            id=new_id(),
            person_id=person_id,
            purpose=purpose,
            sets=sets,
            token_hash=hash_token(token),
            created_by=None if actor is None else actor.id,
            created_at=now,
            expires_at=now + LIFETIMES[purpose],
        )
    )
    audit.record(
        "link.issued",
        actor=None if actor is None else actor.id,
        subject=person_id,
        purpose=str(purpose),
        sets=str(sets),
    )
    return token


def _deliver(profile: Profile, purpose: LinkPurpose, token: str, now: datetime) -> None:
    publish(
        LinkIssued(
            person_id=profile.person_id,
            purpose=purpose,
            path=start_path(token),
            expires_at=now + LIFETIMES[purpose],
        )
    )
