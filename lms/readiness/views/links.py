"""Where a reader does what a person or a team lacks; nothing where it is not theirs to do."""

from __future__ import annotations

from flask import current_app, url_for

from lms.accounts.rules.actor import Actor
from lms.accounts.rules.permissions import Permission, allowed
from lms.readiness.rules.coverage import Member
from lms.readiness.rules.person import Fix, Mend

_STUDY = frozenset(
    {
        Mend.FINISH_MODULE,
        Mend.PASS_QUIZ,
        Mend.DO_REFRESHER,
        Mend.PASS_LAB,
        Mend.PASS_SANDBOX,
        Mend.FINISH_DELTA,
        Mend.RENEW,
        Mend.PRACTISE,
    }
)


def fix_url(actor: Actor, member: Member, fix: Fix | None) -> str | None:
    """Return the page on which the actor can bring about a person's smallest action."""
    if fix is None:
        return None
    if fix.mend in {Mend.ADD_TO_ROSTER, Mend.ASSIGN_PROGRAMME}:
        return _open_to(actor, Permission.MANAGE_COHORTS, "cohorts.members", cohort=member.cohort)
    if fix.mend is Mend.ATTEND_WORKSHOP:
        return _open_to(actor, Permission.MANAGE_SESSIONS, "session_desk.manage")
    if fix.mend is Mend.BE_OBSERVED:
        return _open_to(actor, Permission.OBSERVE, "signoffs.start")
    if fix.mend in _STUDY:
        return _open_to(actor, Permission.NUDGE, "team.compose", person=member.key)
    return None


def champions_url(actor: Actor, cohort: str) -> str | None:
    """Return where a champion is appointed."""
    return _open_to(actor, Permission.MANAGE_COHORTS, "champions.champions", cohort=cohort)


def approvers_url(actor: Actor) -> str | None:
    """Return where somebody is found who may be made an approver."""
    return _open_to(actor, Permission.GRANT_ROLES, "people.index")


def _open_to(actor: Actor, permission: Permission, endpoint: str, **values: str) -> str | None:
    if not allowed(actor, permission) or endpoint not in current_app.view_functions:
        return None
    return url_for(endpoint, _external=False, **values)
