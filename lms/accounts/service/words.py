"""What the enumerations of this room are called, in the reader's language."""

from __future__ import annotations

from lms.accounts.rules.actor import Role
from lms.accounts.rules.passwords import PIN_SHORTEST, SHORTEST, SecretFault
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
