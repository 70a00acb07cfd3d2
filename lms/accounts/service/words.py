"""What the enumerations of this room are called, in the reader's language."""

from __future__ import annotations

from lms.accounts.rules.actor import Role
from lms.accounts.rules.passwords import PIN_SHORTEST, SHORTEST, SecretFault
from lms.accounts.rules.permissions import Permission, Relation
from lms.infra.i18n import _


def role_name(role: Role) -> str:
    """Return what people call a role."""
    return {
        Role.EMPLOYEE: _("Employee"),
        Role.CHAMPION: _("Champion"),
        Role.MANAGER: _("Manager"),
        Role.APPROVER: _("Approver"),
        Role.COORDINATOR: _("Coordinator"),
        Role.ADMINISTRATOR: _("Administrator"),
        Role.SPONSOR: _("Sponsor"),
    }[role]


def password_words(fault: SecretFault) -> str:
    """Return what is wrong with a password and what to do."""
    return {
        SecretFault.TOO_SHORT: _("Use at least %(n)s characters. Three or four words are easy to keep.", n=SHORTEST),
        SecretFault.TOO_LONG: _("This is longer than we can store. Use fewer characters."),
        SecretFault.COMMON: _("This is easy to guess. Add another word that has nothing to do with you."),
        SecretFault.DIFFERENT: _("The two entries differ. Type the same password twice."),
    }.get(fault, _("This cannot be used. Choose another."))


def pin_words(fault: SecretFault) -> str:
    """Return what is wrong with a PIN and what to do."""
    return {
        SecretFault.TOO_SHORT: _("Use at least %(n)s digits.", n=PIN_SHORTEST),
        SecretFault.TOO_LONG: _("Use fewer digits."),
        SecretFault.NOT_DIGITS: _("Use digits only."),
        SecretFault.COMMON: _("This is easy to guess. Do not use a row of digits or a repeated one."),
        SecretFault.DIFFERENT: _("The two entries differ. Type the same PIN twice."),
    }[fault]


def relation_words(relation: Relation) -> str:
    """Return over whom a permission is held."""
    return {
        Relation.SELF: _("Themselves"),
        Relation.COLLEAGUE: _("Their cohort"),
        Relation.REPORT: _("Their reports"),
        Relation.ANYONE: _("Everybody"),
    }[relation]


def permission_words(permission: Permission) -> str:
    """Return what a permission lets a person do."""
    return {
        Permission.LEARN: _("Learn: lessons, quizzes, practice, sessions"),
        Permission.SEE_OWN_RECORD: _("See their own record, with answers and scores"),
        Permission.CHANGE_OWN_SETTINGS: _("Change their own settings and password"),
        Permission.BOOK_SESSION: _("Book sessions"),
        Permission.ASK_REVIEW: _("Ask for a review of a result, a sign-off or a lapse"),
        Permission.SEE_TEAM: _("See completion, readiness lines and next steps of a cohort"),
        Permission.OBSERVE: _("Observe work and sign it off; one in ten as a second observer, also in another cohort"),
        Permission.NUDGE: _("Send a reminder"),
        Permission.SEE_REPORTS_LINES: _("See completion and readiness lines of reports"),
        Permission.SEE_PEOPLE: _("See who people are and where they work"),
        Permission.MANAGE_PEOPLE: _("Add, change, import people; let them sign in"),
        Permission.MANAGE_COHORTS: _("Plan waves and cohorts, appoint champions"),
        Permission.MANAGE_SESSIONS: _("Schedule sessions and tick attendance"),
        Permission.SEE_COMPLETION: _("See completion reports"),
        Permission.SEE_COUNTS: _("See counts of ready and certified people, without names"),
        Permission.SEE_READINESS: _("See who is ready for go-live"),
        Permission.ISSUE_CERTIFICATES: _("Issue certificates"),
        Permission.REVOKE_CERTIFICATES: _("Revoke certificates"),
        Permission.CHANGE_RULES: _("Change what a level asks for"),
        Permission.RECORD_EQUIVALENT: _("Record equivalent evidence with a reason"),
        Permission.MANAGE_CONTENT: _("Publish courses and change company facts"),
        Permission.DECIDE_REVIEW: _("Decide reviews, and compare both sheets where two champions rated the same work"),
        Permission.MARK_ANSWERS: _("Read written quiz answers without names, and mark them"),
        Permission.APPROVE_GATE: _("Approve or refuse a go-live gate"),
        Permission.SEE_AGGREGATES: _("See figures about groups, never about one person"),
        Permission.ADMINISTER: _("Run the service"),
        Permission.SEE_AUDIT: _("See the audit log"),
        Permission.SEE_OUTBOX: _("See the mail this service wrote"),
        Permission.GRANT_ROLES: _("Give and end roles, remove a lost second factor"),
    }[permission]
