"""Who sees what: the permission table in words, for everybody and for works councils."""

from __future__ import annotations

from flask import Blueprint, render_template

from lms.accounts.login import requires
from lms.accounts.rules.actor import Role
from lms.accounts.rules.permissions import TABLE, Permission
from lms.accounts.service.words import permission_words, relation_words, role_name

blueprint = Blueprint("who_sees_what", __name__)


@blueprint.get("/who-sees-what")
@requires(Permission.LEARN)
def page() -> str:
    """Show, for every permission, who holds it and over whom."""
    lines = [
        (permission_words(permission), {grant.role: relation_words(grant.over) for grant in grants})
        for permission, grants in TABLE.items()
    ]
    return render_template("accounts/who_sees_what.html", lines=lines, roles=[(role, role_name(role)) for role in Role])
