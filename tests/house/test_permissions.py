"""Every address with every role: the permission table is what happens, and what is not yours does not exist."""

from __future__ import annotations

import re

import pytest

from lms.accounts.rules.actor import Role
from lms.accounts.rules.permissions import TABLE, Permission, Relation
from lms.accounts.service.words import permission_words, relation_words, role_name
from tests.factories.people import as_actor
from tests.house.owned import NOBODYS
from tests.house.samples import has_samples, make_world, missing, others

UNSAFE = {"POST", "PUT", "PATCH", "DELETE"}
CHANGING = re.compile(
    r'nonce="[^"]*"|csrf_token" value="[^"]*"|[0-9a-f]{8}-[0-9a-f-]{27}|no-such-thing|name="next" value="[^"]*"'
)

# Who may do the other thing to anybody may look at it too.
ALSO = {
    "/certificates/<uuid:award>": Permission.ISSUE_CERTIFICATES,
    "/certificates/<uuid:award>.pdf": Permission.ISSUE_CERTIFICATES,
    "/certificates/<uuid:award>/badge.png": Permission.ISSUE_CERTIFICATES,
    "/certificates/<uuid:award>/credential.json": Permission.ISSUE_CERTIFICATES,
    "/reviews/<uuid:review>": Permission.DECIDE_REVIEW,
}

every_address = pytest.mark.thorough(only_on_server=True)


def views(app):
    """Every rule that is not a static file, with its view."""
    rules = [rule for rule in app.url_map.iter_rules() if not rule.endpoint.endswith("static")]
    return [(rule, app.view_functions[rule.endpoint]) for rule in sorted(rules, key=lambda rule: rule.rule)]


def holds(person, permission):
    return any(grant.holds(as_actor(person)) for grant in TABLE[permission])


def over_anyone(person, permission):
    return any(grant.over is Relation.ANYONE and grant.holds(as_actor(person)) for grant in TABLE[permission])


@pytest.fixture
def world(session):
    return make_world()


@pytest.fixture
def browsers(app, world):
    """A signed-in browser per role."""
    found = {}
    for role, person in world.people.items():
        found[role] = app.test_client()
        found[role].sign_in(person)
    return found


def address(app, rule, values):
    with app.test_request_context():
        return app.url_map.bind("localhost").build(rule.endpoint, values, method=next(iter(rule.methods)))


def test_every_view_says_who_may_use_it(app):
    unmarked = [
        rule.rule for rule, view in views(app) if not (hasattr(view, "permission") or hasattr(view, "is_public"))
    ]
    assert unmarked == []


def test_every_object_that_can_be_somebodys_has_a_sample(app):
    without = []
    for rule, view in views(app):
        grants = TABLE[view.permission] if hasattr(view, "permission") else ()
        some_only = any(grant.over is not Relation.ANYONE for grant in grants)
        if some_only and not has_samples(rule) and not rule.arguments <= NOBODYS:
            without.append(rule.rule)
    assert without == []


def test_no_view_is_both_public_and_guarded(app):
    both = [rule.rule for rule, view in views(app) if hasattr(view, "permission") and hasattr(view, "is_public")]
    assert both == []


def test_every_permission_has_holders_and_words(app):
    with app.test_request_context():
        assert TABLE.keys() == set(Permission)
        assert all(TABLE.values())
        assert all(permission_words(permission) for permission in Permission)
        assert all(relation_words(relation) for relation in Relation)
        assert all(role_name(role) for role in Role)


def test_nobody_signed_in_gets_nothing(app, client):
    wrong = []
    for rule, view in views(app):
        if not hasattr(view, "permission"):
            continue
        url = address(app, rule, missing(rule))
        for method in sorted(rule.methods & (UNSAFE | {"GET"})):
            answer = client.open(url, method=method)
            to_sign_in = answer.status_code == 302 and answer.headers["Location"].startswith("/login")
            if not (to_sign_in if method == "GET" else answer.status_code in {302, 401, 403}):
                wrong.append((method, rule.rule, answer.status_code))
    assert not wrong, "\n".join(map(str, wrong))


@every_address
def test_every_role_gets_what_the_table_says(app, world, browsers):
    wrong = []
    for rule, view in views(app):
        if not hasattr(view, "permission") or "GET" not in rule.methods:
            continue
        url = address(app, rule, others(world, rule) or missing(rule))
        for role, browser in browsers.items():
            status = browser.get(url).status_code
            may = holds(world.people[role], view.permission)
            if status not in ({200, 202, 302, 303, 404, 409, 422} if may else {403}):
                wrong.append((rule.rule, str(role), status, "may" if may else "may not"))
    assert not wrong, "\n".join(map(str, wrong))


@every_address
def test_no_role_can_send_what_it_may_not(app, world, browsers):
    wrong = []
    for rule, view in views(app):
        if not hasattr(view, "permission"):
            continue
        url = address(app, rule, others(world, rule) or missing(rule))
        for role, browser in browsers.items():
            if holds(world.people[role], view.permission):
                continue
            for method in sorted(rule.methods & UNSAFE):
                status = browser.open(url, method=method).status_code
                if status != 403:
                    wrong.append((method, rule.rule, str(role), status))
    assert not wrong, "\n".join(map(str, wrong))


@every_address
def test_what_is_somebody_elses_looks_like_what_does_not_exist(app, world, browsers):
    wrong = []
    for rule, view in views(app):
        if not hasattr(view, "permission") or not rule.arguments:
            continue
        theirs = others(world, rule)
        if theirs is None:
            continue
        there, nowhere = address(app, rule, theirs), address(app, rule, missing(rule))
        for role, browser in browsers.items():
            person = world.people[role]
            if not holds(person, view.permission) or over_anyone(person, view.permission):
                continue
            if rule.rule in ALSO and over_anyone(person, ALSO[rule.rule]):
                continue
            for method in sorted(rule.methods & (UNSAFE | {"GET"})):
                found, absent = browser.open(there, method=method), browser.open(nowhere, method=method)
                same = found.status_code == absent.status_code and _bare(found) == _bare(absent)
                if not same:
                    wrong.append((method, rule.rule, str(role), found.status_code, absent.status_code))
    assert not wrong, "\n".join(map(str, wrong))


def _bare(answer):
    return CHANGING.sub("", answer.get_data(as_text=True)) if answer.mimetype == "text/html" else ""
