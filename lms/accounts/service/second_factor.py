"""The second factor: enrolling an authenticator, accepting its codes once each, and recovery by an administrator."""

from __future__ import annotations

import secrets
import uuid
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from lms.accounts.adapters.sealing import seal, unseal
from lms.accounts.models.people import Profile
from lms.accounts.models.signin import MethodKind, SignInMethod
from lms.accounts.rules.actor import Actor
from lms.accounts.rules.totp import SEED_BYTES, accepted_step, provisioning_uri, typed_seed
from lms.accounts.service.sessions import end_sessions
from lms.infra import audit
from lms.infra.db import db
from lms.infra.i18n import _
from lms.shared.errors import Conflict, Invalid, NotFound

ISSUER = "Groundschool"


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What an authenticator needs: the address in the QR code, and the same as text."""

    uri: str
    typed: str


def begin_enrolment(person_id: uuid.UUID, now: datetime) -> None:
    """Make a new seed that counts once a code of it has been typed.

    Raises:
        Conflict: the person has a confirmed authenticator already.
    """
    method = _method(person_id)
    if method is not None and method.confirmed_at is not None:
        raise Conflict(_("You have a second factor already. To change it, ask an administrator to remove the old one."))
    if method is None:
        method = SignInMethod(person_id=person_id, kind=MethodKind.TOTP, created_at=now, secret="")
        db.session.add(method)
    method.secret, method.created_at, method.last_step = seal(secrets.token_bytes(SEED_BYTES)), now, None
    audit.record("second-factor.begun", actor=person_id, subject=person_id)


def open_enrolment(person_id: uuid.UUID) -> Enrolment | None:
    """Return the enrolment that waits for its first code, or None."""
    method = _method(person_id)
    if method is None or method.confirmed_at is not None:
        return None
    seed = unseal(method.secret)
    number = db.session.scalar(sa.select(Profile.employee_number).where(Profile.person_id == person_id)) or ""
    return None if seed is None else Enrolment(provisioning_uri(seed, number, ISSUER), typed_seed(seed))


def confirm_enrolment(person_id: uuid.UUID, typed: str, now: datetime) -> None:
    """Turn the second factor on with its first code.

    Raises:
        NotFound: no enrolment is open.
        Invalid: the code is not one of the present ones.
    """
    method = _method(person_id)
    if method is None or method.confirmed_at is not None:
        raise NotFound
    _accept(method, typed, now)
    method.confirmed_at = now
    audit.record("second-factor.on", actor=person_id, subject=person_id)


def accept_code(person_id: uuid.UUID, typed: str, now: datetime) -> None:
    """Accept the present code, once.

    Raises:
        Invalid: the code is wrong, old or used.
    """
    method = _method(person_id)
    if method is None or method.confirmed_at is None:
        raise Invalid(fields={"code": _wrong_code()})
    _accept(method, typed, now)


def remove_second_factor(actor: Actor | None, person_id: uuid.UUID, now: datetime) -> None:
    """Take a lost authenticator away: the person enrols again at their next sign-in. `actor` None: the command line.

    Raises:
        NotFound: the person has none.
        Conflict: administrators do not remove their own.
    """
    if actor is not None and actor.id == person_id:
        raise Conflict(_("Another administrator must remove your second factor."))
    method = _method(person_id)
    if method is None:
        raise NotFound
    db.session.delete(method)
    end_sessions(person_id, now)
    audit.record("second-factor.removed", actor=None if actor is None else actor.id, subject=person_id)


def _method(person_id: uuid.UUID) -> SignInMethod | None:
    return db.session.scalars(
        sa.select(SignInMethod)
        .where(SignInMethod.person_id == person_id, SignInMethod.kind == MethodKind.TOTP)
        .with_for_update()
    ).first()


def _accept(method: SignInMethod, typed: str, now: datetime) -> None:
    seed = unseal(method.secret)
    step = None if seed is None else accepted_step(seed, typed, now, method.last_step)
    if step is None:
        raise Invalid(fields={"code": _wrong_code()})
    method.last_step = step


def _wrong_code() -> str:
    return _("This code does not match. Wait for the next one, and check that your phone shows the right time.")
