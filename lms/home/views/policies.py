"""The policies in plain words: what results may be used for, what is kept, and how to ask for a review."""

from __future__ import annotations

from flask import Blueprint, render_template

from lms.accounts.login import public
from lms.catalog.queries import current_company
from lms.infra.i18n import language
from lms.shared.errors import NotFound

blueprint = Blueprint("policies", __name__, url_prefix="/policies")
NAMES = ("results", "privacy", "reviews")
CONTACTS = ("privacy.contact", "training.contact")


@blueprint.get("")
@public
def index() -> str:
    """List the policies."""
    return render_template("home/policies.html")


@blueprint.get("/<name>")
@public
def show(name: str) -> str:
    """Show one policy.

    Raises:
        NotFound: there is no policy of this name.
    """
    if name not in NAMES:
        raise NotFound
    company = current_company()
    facts = {key: company.facts[key].words(language()) for key in CONTACTS if key in company.facts}
    return render_template(f"home/policy_{name}.html", facts=facts)
