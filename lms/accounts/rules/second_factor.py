"""Who needs a second factor after the password, and from when."""

from __future__ import annotations

import enum
from datetime import datetime, timedelta

from lms.accounts.rules.actor import PRIVILEGED, Role

GRACE = timedelta(days=14)


class NextStep(enum.StrEnum):
    """What follows a right password."""

    SIGNED_IN = "signed-in"
    CODE = "code"
    OFFER = "offer"
    ENROL = "enrol"


def after_password(
    roles: frozenset[Role], *, confirmed: bool, first_session_at: datetime | None, now: datetime
) -> NextStep:
    """Return what follows a right password.

    Coordinators and administrators are offered the second factor for `GRACE` from their first session, then it is
    required. Whoever has one is always asked for its code.
    """
    if confirmed:
        return NextStep.CODE
    if PRIVILEGED.isdisjoint(roles):
        return NextStep.SIGNED_IN
    begun = first_session_at or now
    return NextStep.OFFER if now < begun + GRACE else NextStep.ENROL
