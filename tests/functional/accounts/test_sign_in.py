from __future__ import annotations

import base64
import re

import pytest
import sqlalchemy as sa

from lms.accounts.adapters.hashing import hash_secret
from lms.accounts.models.signin import MethodKind, SignInMethod, SignInSession, Throttle
from lms.accounts.rules.actor import Role
from lms.accounts.rules.links import Secret
from lms.accounts.rules.totp import code_at, step_at
from lms.accounts.service.roles import grant_role
from lms.accounts.service.secrets import set_secret
from lms.infra.audit import AuditEntry
from tests.conftest import NOW
from tests.factories.people import make_person

PASSWORD = "copper lantern orchard"
WRONG = "This does not match."


def with_password(*args, **kwargs):
    person = make_person(*args, **kwargs)
    set_secret(person.id, Secret.PASSWORD, hash_secret(PASSWORD), NOW, by=person.id)
    return person


def sign_in(client, identifier, password=PASSWORD, **more):
    return client.post("/login", data={"identifier": identifier, "password": password, **more})


@pytest.mark.parametrize("identifier", ["E-77", "e-77", " e-77 ", "ana@example.com", "ANA@Example.com"])
def test_number_and_email_both_open_the_same_account(client, identifier):
    with_password(employee_number="E-77", email="ana@example.com")
    assert sign_in(client, identifier).headers["Location"] == "/"
    assert client.get("/settings").status_code == 200


def test_a_wrong_password_and_an_unknown_person_get_the_same_page(client):
    with_password(employee_number="known-one")
    known, unknown = sign_in(client, "known-one", "not it"), sign_in(client, "stranger", "not it")
    assert known.status_code == unknown.status_code == 422
    assert WRONG in known.text
    bare = re.compile(r'nonce="[^"]+"|csrf_token" value="[^"]+"|known-one|stranger')
    assert bare.sub("", known.text) == bare.sub("", unknown.text)


def test_what_was_typed_stays_but_never_the_password(client):
    page = sign_in(client, "typed-number", "typed-secret").text
    assert "typed-number" in page
    assert "typed-secret" not in page


def test_a_leaver_is_refused_like_a_stranger(client, clock):
    with_password(employee_number="77", left_on=NOW.date())
    assert sign_in(client, "77").status_code == 302
    clock.advance(days=1)
    assert client.get("/settings").status_code == 302
    assert sign_in(client, "77").status_code == 422


def test_after_five_tries_even_the_right_password_must_wait(client, clock):
    with_password(employee_number="77")
    for _try in range(5):
        sign_in(client, "77", "wrong")
    blocked = sign_in(client, "77")
    assert blocked.status_code == 429
    assert int(blocked.headers["Retry-After"]) > 0
    clock.advance(minutes=2)
    assert sign_in(client, "77").status_code == 302


def test_tries_are_forgotten_after_success(client):
    with_password(employee_number="77")
    for _try in range(3):
        for _wrong in range(4):
            sign_in(client, "77", "wrong")
        assert sign_in(client, "77").status_code == 302
        client.post("/logout")


def test_one_address_cannot_try_many_accounts_forever(client):
    statuses = [sign_in(client, f"nobody-{number}", "wrong").status_code for number in range(62)]
    assert statuses[0] == 422
    assert statuses[-1] == 429


def test_sign_in_fails_closed_without_the_throttle(client, session):
    with_password(employee_number="77")
    Throttle.__table__.drop(session.connection())
    try:
        assert sign_in(client, "77").status_code >= 500
        assert client.get("/settings").status_code == 302
    finally:
        session.rollback()


@pytest.mark.parametrize(
    ("given", "target"),
    [
        ("/path?x=1", "/path?x=1"),
        ("//evil.example", "/"),
        ("/\\evil.example", "/"),
        ("https://evil.example", "/"),
        ("javascript:alert(1)", "/"),
        ("/\nevil", "/"),
    ],
)
def test_next_never_leads_to_another_site(client, given, target):
    with_password(employee_number="77")
    assert sign_in(client, "77", next=given).headers["Location"] == target


def test_somebody_signed_out_comes_back_to_the_page_they_wanted(client):
    with_password(employee_number="77")
    asked = client.get("/settings")
    page = client.get(asked.headers["Location"]).text
    assert 'value="/settings"' in page


def test_signing_in_gives_a_new_session_and_signing_out_ends_it(client, session):
    with_password(employee_number="77")
    sign_in(client, "77")
    with client.session_transaction() as cookie:
        token = cookie["_user_id"]
    client.post("/logout")
    with client.session_transaction() as cookie:
        cookie["_user_id"] = token
        cookie["_fresh"] = True
    assert client.get("/settings").status_code == 302


def test_sign_out_everywhere_else_keeps_this_session(app, client, session):
    with_password(employee_number="77")
    other = app.test_client()
    sign_in(client, "77")
    sign_in(other, "77")
    assert "Sign out everywhere else" in client.get("/settings").text
    client.post("/settings/sessions/end-others")
    assert client.get("/settings").status_code == 200
    assert other.get("/settings").status_code == 302


def test_changing_the_password_ends_other_sessions_and_needs_the_present_one(app, client, session):
    with_password(employee_number="77")
    other = app.test_client()
    sign_in(client, "77")
    sign_in(other, "77")
    new = "marble thunder kettle"
    refused = client.post("/settings/password", data={"present": "wrong", "secret": new, "repeated": new})
    assert "not your present password" in refused.text
    client.post("/settings/password", data={"present": PASSWORD, "secret": new, "repeated": new})
    assert client.get("/settings").status_code == 200
    assert other.get("/settings").status_code == 302
    assert sign_in(other, "77", new).status_code == 302


def test_a_weak_new_password_is_refused_in_words(client):
    with_password("Ana Ruiz", employee_number="77")
    sign_in(client, "77")
    for weak, words in (("short", "at least 12"), ("password1234", "easy to guess"), ("123456789012", "easy to guess")):
        page = client.post("/settings/password", data={"present": PASSWORD, "secret": weak, "repeated": weak}).text
        assert words in page


def test_a_role_change_ends_sessions(client):
    person = with_password(employee_number="77")
    sign_in(client, "77")
    grant_role(None, person.id, Role.COORDINATOR, NOW)
    assert client.get("/settings").status_code == 302


class TestSecondFactor:
    def seed_of(self, page):
        typed = re.search(r'<span class="code">([A-Z2-7 ]+)</span>', page)[1]
        return base64.b32decode(typed.replace(" ", ""))

    def code(self, seed, clock, steps=0):
        return code_at(seed, step_at(clock.now()) + steps)

    def enrol(self, client, clock):
        client.post("/settings/second-factor/begin")
        seed = self.seed_of(client.get("/settings/second-factor").text)
        answer = client.post("/settings/second-factor", data={"code": self.code(seed, clock)})
        assert answer.status_code == 302
        return seed

    def test_a_coordinator_is_offered_it_then_asked_for_codes_each_once(self, client, clock):
        with_password("Cora", Role.COORDINATOR, employee_number="77")
        assert "/settings/second-factor" in sign_in(client, "77").headers["Location"]
        seed = self.enrol(client, clock)
        client.post("/logout")
        assert sign_in(client, "77", next="/people").headers["Location"] == "/login/code"
        assert client.get("/people").status_code == 302
        # The code that turned it on has been used.
        assert client.post("/login/code", data={"code": self.code(seed, clock)}).status_code == 422
        clock.advance(seconds=30)
        code = self.code(seed, clock)
        assert client.post("/login/code", data={"code": code}).headers["Location"] == "/people"
        client.post("/logout")
        sign_in(client, "77")
        assert client.post("/login/code", data={"code": code}).status_code == 422

    def test_after_two_weeks_it_is_required(self, client, clock):
        with_password("Cora", Role.COORDINATOR, employee_number="77")
        sign_in(client, "77")
        client.post("/logout")
        clock.advance(days=15)
        assert sign_in(client, "77").headers["Location"] == "/login/second-factor"
        assert client.get("/people").status_code == 302
        client.post("/login/second-factor/begin")
        seed = self.seed_of(client.get("/login/second-factor").text)
        assert client.post("/login/second-factor", data={"code": self.code(seed, clock)}).status_code == 302
        assert client.get("/people").status_code == 200

    def test_codes_are_throttled(self, client, clock):
        with_password("Cora", Role.COORDINATOR, employee_number="77")
        sign_in(client, "77")
        seed = self.enrol(client, clock)
        client.post("/logout")
        clock.advance(seconds=60)
        sign_in(client, "77")
        for _try in range(5):
            client.post("/login/code", data={"code": "000000"})
        page = client.post("/login/code", data={"code": self.code(seed, clock)})
        assert "Too many tries" in page.text

    def test_the_password_step_does_not_wait_for_ever(self, client, clock):
        with_password("Cora", Role.COORDINATOR, employee_number="77")
        sign_in(client, "77")
        seed = self.enrol(client, clock)
        client.post("/logout")
        sign_in(client, "77")
        clock.advance(minutes=11)
        answer = client.post("/login/code", data={"code": self.code(seed, clock)})
        assert answer.headers["Location"] == "/login"

    def test_the_cookie_between_the_steps_carries_no_hash(self, client, clock, session):
        person = with_password("Cora", Role.COORDINATOR, employee_number="77")
        sign_in(client, "77")
        self.enrol(client, clock)
        client.post("/logout")
        sign_in(client, "77")
        stored = session.scalar(
            sa.select(SignInMethod.secret).where(
                SignInMethod.person_id == person.id, SignInMethod.kind == MethodKind.PASSWORD
            )
        )
        with client.session_transaction() as cookie:
            assert stored not in repr(dict(cookie))

    def test_the_seed_is_not_in_the_database_as_such(self, client, clock, session):
        person = with_password("Cora", Role.COORDINATOR, employee_number="77")
        sign_in(client, "77")
        seed = self.enrol(client, clock)
        stored = session.scalar(
            sa.select(SignInMethod.secret).where(
                SignInMethod.person_id == person.id, SignInMethod.kind == MethodKind.TOTP
            )
        )
        assert base64.b32encode(seed).decode().rstrip("=") not in stored
        assert seed.hex() not in stored

    def test_an_administrator_takes_a_lost_one_away(self, app, client, clock):
        person = with_password("Cora", Role.COORDINATOR, employee_number="77")
        sign_in(client, "77")
        self.enrol(client, clock)
        admin = app.test_client()
        admin.sign_in(make_person("Adam", Role.ADMINISTRATOR))
        assert admin.post(f"/people/{person.id}/second-factor/remove").status_code == 302
        assert client.get("/settings").status_code == 302
        assert "/settings/second-factor" in sign_in(client, "77").headers["Location"]


def test_the_language_of_a_signed_out_visitor_is_remembered(client):
    answer = client.post("/language", data={"language": "es", "next": "/login"})
    assert answer.headers["Location"] == "/login"
    assert '<html lang="es"' in client.get("/login").text
    client.post("/language", data={"language": "tlh", "next": "//evil.example"})
    assert '<html lang="es"' in client.get("/login").text


def test_preferences_change_the_next_page(client):
    with_password(employee_number="77")
    sign_in(client, "77")
    saved = client.post("/settings", data={"language": "es", "text_size": "larger", "theme": "dark", "shortcuts": "y"})
    assert saved.status_code == 302
    page = client.get("/settings").text
    assert 'lang="es"' in page
    assert 'data-text-size="larger"' in page
    assert 'data-theme="dark"' in page
    assert client.post("/settings", data={"language": "xx", "text_size": "normal", "theme": "auto"}).status_code == 422


def test_sessions_are_in_the_audit_log(client, session):
    with_password(employee_number="77")
    sign_in(client, "77")
    assert session.scalar(sa.select(sa.func.count()).where(AuditEntry.action == "session.started")) == 1
    assert session.scalar(sa.select(sa.func.count()).select_from(SignInSession)) == 1
