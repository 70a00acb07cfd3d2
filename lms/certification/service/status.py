"""What can be recorded about an award after it was issued: never a change, always a new entry with its reason."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import date
from typing import Any

import sqlalchemy as sa

from lms.accounts.models.people import Profile
from lms.accounts.rules.actor import Actor
from lms.certification.models import Award, AwardStatus
from lms.certification.queries.awards import AwardView, award_by_id
from lms.certification.rules.snapshot import clean_line, from_json
from lms.certification.rules.validity import ExtensionReason, Standing, StatusKind, Term
from lms.certification.service.award import announce, build_award, take_numbers
from lms.infra import audit
from lms.infra.clock import now
from lms.infra.db import db
from lms.infra.i18n import _, format_date
from lms.messaging.service import tell
from lms.shared.days import local_date
from lms.shared.errors import Conflict, Invalid, NotFound
from lms.shared.ids import new_code, new_id, new_token

_LONGEST_NAME = 120
_CLOSED = frozenset({Standing.REVOKED, Standing.SUSPENDED})


def revoke_award(actor: Actor, award_id: uuid.UUID, reason: str) -> None:
    """Revoke an award; its code keeps resolving and says so.

    Raises:
        NotFound: there is no such award.
        Invalid: no reason is given.
        Conflict: it is revoked or replaced already, or it is the actor's own.
    """
    award, view = _held(actor, award_id, reason)
    if view.standing in {Standing.REVOKED, Standing.REPLACED}:
        raise _done_already()
    _record(actor, award, StatusKind.REVOKED, reason)


def suspend_award(actor: Actor, award_id: uuid.UUID, reason: str) -> None:
    """Suspend an award until it is reinstated.

    Raises:
        NotFound: there is no such award.
        Invalid: no reason is given.
        Conflict: it is revoked, suspended or replaced already, or it is the actor's own.
    """
    award, view = _held(actor, award_id, reason)
    if view.standing in {*_CLOSED, Standing.REPLACED}:
        raise _done_already()
    _record(actor, award, StatusKind.SUSPENDED, reason)


def reinstate_award(actor: Actor, award_id: uuid.UUID, reason: str) -> None:
    """Take a revocation or suspension back.

    Raises:
        NotFound: there is no such award.
        Invalid: no reason is given.
        Conflict: it is neither revoked nor suspended, or it is the actor's own.
    """
    award, view = _held(actor, award_id, reason)
    if view.standing not in _CLOSED:
        raise _done_already()
    _record(actor, award, StatusKind.REINSTATED, reason)


def extend_award(actor: Actor, award_id: uuid.UUID, until: date, reason: str) -> None:
    """Let an award stand until a later day; the printed date stays what it is.

    Raises:
        NotFound: there is no such award.
        Invalid: no reason is given, or the day is not later than the present last day.
        Conflict: it is revoked, suspended or replaced, or it is the actor's own.
    """
    award, view = _held(actor, award_id, reason)
    if view.standing in {*_CLOSED, Standing.REPLACED}:
        raise _done_already()
    last = view.timeline.expires_on
    if last is not None and until <= last:
        message = _("It stands until %(day)s already. Give a later day.", day=format_date(last))
        raise Invalid(fields={"until": message})
    _record(actor, award, StatusKind.EXTENDED, reason, until)


def correct_award(actor: Actor, award_id: uuid.UUID, name: str, reason: str) -> Award:
    """Issue an award again with the name put right: same days, new serial and code; the old one says it was replaced.

    Raises:
        NotFound: there is no such award.
        Invalid: no reason is given, or the name cannot be printed or is the same.
        Conflict: it is revoked, suspended or replaced, or it is the actor's own.
    """
    award, view = _held(actor, award_id, reason)
    if view.standing in {*_CLOSED, Standing.REPLACED}:
        raise _done_already()
    wanted = clean_line(name)
    if not wanted or len(wanted) > _LONGEST_NAME:
        raise Invalid(fields={"name": _("Give the name as it should be printed, at most 120 characters.")})
    if wanted == view.snapshot.name:
        message = _("This is the name on the certificate. Change it, or leave the award as it is.")
        raise Invalid(fields={"name": message})
    corrected = _next_edition(award, view, name=wanted)
    _record(actor, award, StatusKind.REPLACED, reason)
    announce(corrected, actor.id)
    return corrected


def leave_scores_off(actor: Actor, award_id: uuid.UUID) -> Award:
    """Issue one's own award again without scores: same days, new serial and code. Later awards leave them off as well.

    Raises:
        NotFound: the actor has no such award.
        Conflict: it shows none, or it is revoked, suspended or replaced.
    """
    award = db.session.get(Award, award_id, with_for_update=True, populate_existing=True)
    view = award_by_id(award_id, local_date(now(), actor.zone))
    if award is None or view is None or award.person_id != actor.id:
        raise NotFound
    if view.standing in {*_CLOSED, Standing.REPLACED} or not view.snapshot.has_scores:
        raise _done_already()
    corrected = _next_edition(award, view, show_scores=False)
    _record(actor, award, StatusKind.REPLACED, _("The holder asked for it without scores."))
    announce(corrected, actor.id)
    return corrected


def change_sharing(actor: Actor, award_id: uuid.UUID, *, shared: bool) -> None:
    """Switch the public link of one's own award on or off. The printed code works either way.

    Raises:
        NotFound: the actor has no such award.
    """
    award = db.session.get(Award, award_id, with_for_update=True, populate_existing=True)
    if award is None or award.person_id != actor.id:
        raise NotFound
    award.shared = shared
    audit.record("award.shared" if shared else "award.unshared", actor=actor.id, subject=actor.id, award=str(award_id))


def _next_edition(award: Award, view: AwardView, **changes: Any) -> Award:  # noqa: ANN401 - fields of a snapshot
    profile = db.session.get(Profile, award.person_id)
    if profile is None:
        raise NotFound
    today = local_date(now(), profile.zone)
    numbers = take_numbers(today)
    old = from_json(award.snapshot)
    fresh = {"issued_on": today, "code": new_code(), "token": new_token(), "serial": str(numbers.serial)}
    snapshot = replace(old, **{**fresh, **changes})
    corrected = build_award(
        snapshot, numbers, award.person_id, Term(view.starts_on, award.valid_until), award.rule_version
    )
    corrected.period, corrected.edition, corrected.continues = award.period, award.edition + 1, award.continues
    corrected.supersedes = award.id
    db.session.add(corrected)
    db.session.flush()
    _carry_extensions(award.id, corrected.id)
    return corrected


def _carry_extensions(old: uuid.UUID, corrected: uuid.UUID) -> None:
    extensions = sa.select(AwardStatus).where(AwardStatus.award_id == old, AwardStatus.kind == StatusKind.EXTENDED)
    for row in db.session.scalars(extensions).all():
        db.session.add(
            AwardStatus(
                id=new_id(),
                award_id=corrected,
                kind=row.kind,
                on=row.on,
                until=row.until,
                cause=row.cause,
                reason=row.reason,
                actor_id=row.actor_id,
                recorded_at=now(),
            )
        )


def _held(actor: Actor, award_id: uuid.UUID, reason: str) -> tuple[Award, AwardView]:
    award = db.session.get(Award, award_id, with_for_update=True, populate_existing=True)
    view = award_by_id(award_id, local_date(now(), actor.zone))
    if award is None or view is None:
        raise NotFound
    if len(reason.strip()) < 3:  # noqa: PLR2004 - a word at least
        raise Invalid(fields={"reason": _("Say why: the holder and every later reader see it.")})
    if award.person_id == actor.id:
        raise Conflict(_("You cannot change your own award. Ask another coordinator."))
    return award, view


def _record(actor: Actor, award: Award, kind: StatusKind, reason: str, until: date | None = None) -> None:
    db.session.add(
        AwardStatus(
            id=new_id(),
            award_id=award.id,
            kind=kind,
            on=local_date(now(), actor.zone),
            until=until,
            cause=ExtensionReason.DECISION if kind is StatusKind.EXTENDED else None,
            reason=reason.strip()[:400],
            actor_id=actor.id,
            recorded_at=now(),
        )
    )
    audit.record(f"award.{kind.value}", actor=actor.id, subject=award.person_id, award=str(award.id))
    db.session.flush()
    if db.session.get(Profile, award.person_id) is not None:
        tell(award.person_id, "certificate-changed", now(), path=f"/certificates/{award.id}", change=kind.value)


def _done_already() -> Conflict:
    return Conflict(_("This is already done: reload the page to see how the award stands."))
