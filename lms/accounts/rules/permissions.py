"""Who may do what, on one page.

A permission is a line in `TABLE`: the ways to hold it, each a role and the relation to the people it is held over.
Scope is applied in the query as well (`lms.accounts.queries.scope`), so somebody else's row is "not found", never
"forbidden". The page "who sees what" is generated from this table.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass

from lms.accounts.rules.actor import Actor, Role


class Permission(enum.StrEnum):
    """One thing a person may or may not do."""

    # Everyone, about themselves
    LEARN = "learn"
    SEE_OWN_RECORD = "see-own-record"
    CHANGE_OWN_SETTINGS = "change-own-settings"
    BOOK_SESSION = "book-session"
    ASK_REVIEW = "ask-review"
    # Champions
    SEE_TEAM = "see-team"
    OBSERVE = "observe"
    NUDGE = "nudge"
    # Managers
    SEE_REPORTS_LINES = "see-reports-lines"
    # Coordinators
    SEE_PEOPLE = "see-people"
    MANAGE_PEOPLE = "manage-people"
    MANAGE_COHORTS = "manage-cohorts"
    MANAGE_SESSIONS = "manage-sessions"
    SEE_COMPLETION = "see-completion"
    SEE_READINESS = "see-readiness"
    # How many are ready and trained, without names
    SEE_COUNTS = "see-counts"
    ISSUE_CERTIFICATES = "issue-certificates"
    REVOKE_CERTIFICATES = "revoke-certificates"
    CHANGE_RULES = "change-rules"
    RECORD_EQUIVALENT = "record-equivalent"
    MANAGE_CONTENT = "manage-content"
    DECIDE_REVIEW = "decide-review"
    MARK_ANSWERS = "mark-answers"
    # Approvers and sponsors
    APPROVE_GATE = "approve-gate"
    SEE_AGGREGATES = "see-aggregates"
    # Administrators
    ADMINISTER = "administer"
    SEE_AUDIT = "see-audit"
    SEE_OUTBOX = "see-outbox"
    GRANT_ROLES = "grant-roles"


class Relation(enum.StrEnum):
    """How the person a page is about relates to the actor."""

    SELF = "self"
    COLLEAGUE = "colleague"
    REPORT = "report"
    ANYONE = "anyone"


@dataclass(frozen=True, slots=True)
class Grant:
    """One way to hold a permission: a role, over people in a relation."""

    role: Role
    over: Relation

    def holds(self, actor: Actor) -> bool:
        """Return whether the actor has the role."""
        return self.role in actor.roles


EVERYONE, CHAMPION, MANAGER = Role.EMPLOYEE, Role.CHAMPION, Role.MANAGER
COORDINATOR, ADMINISTRATOR, SPONSOR, APPROVER = Role.COORDINATOR, Role.ADMINISTRATOR, Role.SPONSOR, Role.APPROVER
SELF, COLLEAGUE, REPORT, ANYONE = Relation.SELF, Relation.COLLEAGUE, Relation.REPORT, Relation.ANYONE

TABLE: dict[Permission, tuple[Grant, ...]] = {
    Permission.LEARN: (Grant(EVERYONE, SELF),),
    Permission.SEE_OWN_RECORD: (Grant(EVERYONE, SELF),),
    Permission.CHANGE_OWN_SETTINGS: (Grant(EVERYONE, SELF),),
    Permission.BOOK_SESSION: (Grant(EVERYONE, SELF),),
    Permission.ASK_REVIEW: (Grant(EVERYONE, SELF),),
    Permission.SEE_TEAM: (Grant(CHAMPION, COLLEAGUE),),
    Permission.OBSERVE: (Grant(CHAMPION, COLLEAGUE),),
    Permission.NUDGE: (Grant(CHAMPION, COLLEAGUE),),
    Permission.SEE_REPORTS_LINES: (Grant(MANAGER, REPORT),),
    Permission.SEE_PEOPLE: (Grant(COORDINATOR, ANYONE), Grant(ADMINISTRATOR, ANYONE)),
    Permission.MANAGE_PEOPLE: (Grant(COORDINATOR, ANYONE), Grant(ADMINISTRATOR, ANYONE)),
    Permission.MANAGE_COHORTS: (Grant(COORDINATOR, ANYONE),),
    Permission.MANAGE_SESSIONS: (Grant(COORDINATOR, ANYONE), Grant(CHAMPION, COLLEAGUE)),
    Permission.SEE_COMPLETION: (Grant(COORDINATOR, ANYONE), Grant(CHAMPION, COLLEAGUE), Grant(MANAGER, REPORT)),
    Permission.SEE_READINESS: (
        Grant(COORDINATOR, ANYONE),
        Grant(CHAMPION, COLLEAGUE),
        Grant(MANAGER, REPORT),
        Grant(APPROVER, ANYONE),
    ),
    Permission.SEE_COUNTS: (
        Grant(COORDINATOR, ANYONE),
        Grant(CHAMPION, COLLEAGUE),
        Grant(MANAGER, REPORT),
        Grant(APPROVER, ANYONE),
        Grant(SPONSOR, ANYONE),
    ),
    Permission.ISSUE_CERTIFICATES: (Grant(COORDINATOR, ANYONE),),
    Permission.REVOKE_CERTIFICATES: (Grant(COORDINATOR, ANYONE),),
    Permission.CHANGE_RULES: (Grant(COORDINATOR, ANYONE), Grant(ADMINISTRATOR, ANYONE)),
    Permission.RECORD_EQUIVALENT: (Grant(COORDINATOR, ANYONE),),
    Permission.MANAGE_CONTENT: (Grant(COORDINATOR, ANYONE), Grant(ADMINISTRATOR, ANYONE)),
    Permission.DECIDE_REVIEW: (Grant(COORDINATOR, ANYONE),),
    Permission.MARK_ANSWERS: (Grant(COORDINATOR, ANYONE),),
    Permission.APPROVE_GATE: (Grant(APPROVER, ANYONE), Grant(SPONSOR, ANYONE)),
    Permission.SEE_AGGREGATES: (Grant(SPONSOR, ANYONE), Grant(COORDINATOR, ANYONE)),
    Permission.ADMINISTER: (Grant(ADMINISTRATOR, ANYONE),),
    Permission.SEE_AUDIT: (Grant(ADMINISTRATOR, ANYONE),),
    Permission.SEE_OUTBOX: (Grant(ADMINISTRATOR, ANYONE),),
    Permission.GRANT_ROLES: (Grant(ADMINISTRATOR, ANYONE),),
}


def allowed(actor: Actor, permission: Permission) -> bool:
    """Return whether the actor holds the permission over anybody at all."""
    return any(grant.holds(actor) for grant in TABLE[permission])


def relations(actor: Actor, permission: Permission) -> frozenset[Relation]:
    """Return the relations over which the actor holds the permission; empty where they do not hold it."""
    return frozenset(grant.over for grant in TABLE[permission] if grant.holds(actor))
