"""Help and accessibility: open to everybody, signed in or not."""

from __future__ import annotations

from flask import Blueprint, render_template

from lms.accounts.login import public
from lms.catalog.queries import current_company
from lms.infra.i18n import language

blueprint = Blueprint("help", __name__)


@blueprint.get("/help")
@public
def show() -> str:
    """Say how to begin, and whom to ask."""
    company = current_company()
    facts = {name: company.facts[name].words(language()) for name in CONTACTS if name in company.facts}
    return render_template("home/help.html", facts=facts)


@blueprint.get("/accessibility")
@public
def accessibility() -> str:
    """Say what is promised, what is known not to work, and how to get what one needs."""
    company = current_company()
    facts = {name: company.facts[name].words(language()) for name in CONTACTS if name in company.facts}
    return render_template("home/accessibility.html", facts=facts)


CONTACTS = ("training.contact", "privacy.contact", "on_call.phone")
