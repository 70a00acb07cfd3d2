"""The main navigation: the same order everywhere, as long as the person's roles make it."""

from __future__ import annotations

from collections.abc import Container

from flask import request, url_for

from lms.accounts.login import shown_actor
from lms.accounts.rules.permissions import Permission, allowed
from lms.infra.i18n import lazy

# endpoint, label, icon, permission. Learners' four come first; the rest follows by role.
PLACES = (
    ("home.home", lazy("Home"), "house", Permission.LEARN),
    ("learning.own_path", lazy("Path"), "list-checks", Permission.LEARN),
    ("sessions.mine", lazy("Sessions"), "calendar", Permission.BOOK_SESSION),
    ("certification.own_certificates", lazy("Certificates"), "award", Permission.SEE_OWN_RECORD),
    ("team.team", lazy("Team"), "users", Permission.SEE_TEAM),
    ("readiness.waves", lazy("Readiness"), "shield-check", Permission.SEE_COUNTS),
    ("plan.show", lazy("Plan"), "calendar", Permission.MANAGE_COHORTS),
    ("people.index", lazy("People"), "user", Permission.SEE_PEOPLE),
    ("reports.index", lazy("Reports"), "chart-column", Permission.SEE_COUNTS),
    ("admin.show", lazy("Administration"), "settings", Permission.ADMINISTER),
)


def nav_items(endpoints: Container[str]) -> list[tuple[str, str, str, bool]]:
    """Return (address, label, icon, current) of the places this person may go to."""
    actor = shown_actor()
    if actor is None:
        return []
    return [
        (url_for(endpoint), str(label), icon, _is_here(url_for(endpoint)))
        for endpoint, label, icon, permission in PLACES
        if endpoint in endpoints and allowed(actor, permission)
    ]


def _is_here(address: str) -> bool:
    return request.path == address or request.path.startswith(f"{address}/")
