from __future__ import annotations

from lms.accounts.rules.permissions import Permission
from lms.home.views.navigation import PLACES


def test_every_place_of_the_navigation_exists_and_asks_for_the_permission_its_link_asks_for(app):
    for endpoint, label, _icon, permission in PLACES:
        view = app.view_functions.get(endpoint)
        assert view is not None, f"{label}: no endpoint {endpoint}"
        assert view.permission is permission, f"{endpoint} asks for {view.permission}, its link for {permission}"


def test_learners_see_no_more_than_four_places(app):
    everyone = {Permission.LEARN, Permission.BOOK_SESSION, Permission.SEE_OWN_RECORD}
    assert sum(1 for place in PLACES if place[3] in everyone) <= 4
