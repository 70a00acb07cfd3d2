"""What can be recorded about an award after it was issued: never a change, always a new entry with its reason."""

from __future__ import annotations

import uuid

from lms.accounts.rules.actor import Actor
from lms.certification.models import Award, AwardStatus
from lms.certification.queries.awards import award_by_id
from lms.certification.rules.validity import Standing, StatusKind
from lms.infra import audit
from lms.infra.clock import now
from lms.infra.db import db
from lms.infra.i18n import _
from lms.shared.days import local_date
from lms.shared.errors import Conflict, Invalid, NotFound
from lms.shared.ids import new_id


def revoke_award(actor: Actor, award_id: uuid.UUID, reason: str) -> None:
    """Revoke an award; its code keeps resolving and says so.

    Raises:
        NotFound: there is no such award.
        Invalid: no reason is given.
        Conflict: it is revoked already, or it is the actor's own.
    """
    _record(actor, award_id, StatusKind.REVOKED, reason)


def reinstate_award(actor: Actor, award_id: uuid.UUID, reason: str) -> None:
    """Take a revocation or suspension back.

    Raises:
        NotFound: there is no such award.
        Invalid: no reason is given.
        Conflict: it is neither revoked nor suspended, or it is the actor's own.
    """
    _record(actor, award_id, StatusKind.REINSTATED, reason)


def _record(actor: Actor, award_id: uuid.UUID, kind: StatusKind, reason: str) -> None:
    award = db.session.get(Award, award_id, with_for_update=True, populate_existing=True)
    view = award_by_id(award_id, local_date(now(), actor.zone))
    if award is None or view is None:
        raise NotFound
    if len(reason.strip()) < 3:  # noqa: PLR2004 - a word at least
        raise Invalid(fields={"reason": _("Say why: the holder and every later reader see it.")})
    if award.person_id == actor.id:
        raise Conflict(_("You cannot change your own award. Ask another coordinator."))
    closed = view.standing in {Standing.REVOKED, Standing.SUSPENDED}
    if closed == (kind is StatusKind.REVOKED):
        raise Conflict(_("This is already done: reload the page to see how the award stands."))
    db.session.add(
        AwardStatus(
            id=new_id(),
            award_id=award_id,
            kind=kind,
            on=local_date(now(), actor.zone),
            reason=reason.strip()[:400],
            actor_id=actor.id,
            recorded_at=now(),
        )
    )
    audit.record(f"award.{kind.value}", actor=actor.id, subject=award.person_id, award=str(award_id))
    db.session.flush()
