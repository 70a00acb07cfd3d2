from __future__ import annotations

import re

import pytest
import sqlalchemy as sa

from lms.accounts.adapters.hashing import hash_secret
from lms.accounts.models.signin import SingleUseLink
from lms.accounts.rules.actor import Role
from lms.accounts.rules.links import Secret
from lms.accounts.service.first_administrator import first_administrator
from lms.accounts.service.links import issue_first_link
from lms.accounts.service.secrets import set_secret
from lms.infra.audit import AuditEntry
from lms.messaging.models import Mail, Notification
from tests.conftest import NOW
from tests.factories.people import make_person

PASSWORD = "copper lantern orchard"
PIN = "482913"


@pytest.fixture
def desk(client):
    """A coordinator's browser."""
    client.sign_in(make_person("Cora", Role.COORDINATOR))
    return client


@pytest.fixture
def visitor(app, session):
    """Somebody else's browser."""
    return app.test_client()


def slip_code(desk, person, sets="password"):
    page = desk.post(f"/people/{person.id}/slip", data={"sets": sets}).text
    return re.search(r'<figcaption class="code">([A-Z0-9-]+)</figcaption>', page)[1]


def badge_code(desk, person):
    page = desk.post("/people/badges", data={"person": str(person.id)}).text
    return re.search(r'<span class="code">([A-Z0-9-]+)</span>', page)[1]


def choose(visitor, code, secret):
    opened = visitor.post("/start", data={"code": code.lower().replace("-", " ")})
    return visitor.post(opened.headers["Location"], data={"secret": secret, "repeated": secret})


def test_from_slip_and_badge_to_a_kiosk_session_and_out_again(desk, visitor, clock):
    person = make_person("Kai Floor")
    badge = badge_code(desk, person)
    assert visitor.post("/kiosk", data={"badge": badge, "pin": PIN}).status_code == 422
    done = choose(visitor, slip_code(desk, person, "pin"), PIN)
    assert done.headers["Location"] == "/kiosk"
    assert visitor.post("/kiosk", data={"badge": badge, "pin": "000001"}).status_code == 422
    assert visitor.post("/kiosk", data={"badge": badge.lower(), "pin": PIN}).status_code == 302
    page = visitor.get("/settings").text
    assert "Finish and sign out" in page
    assert "data-kiosk" in page
    out = visitor.post("/logout")
    assert out.headers["Location"] == "/kiosk"
    assert out.headers["Clear-Site-Data"] == '"storage"'
    assert visitor.get("/settings").status_code == 302


def test_a_kiosk_session_ends_within_the_hour(desk, visitor, clock):
    person = make_person("Kai Floor")
    visitor.sign_in(person, kiosk=True)
    assert visitor.get("/settings").status_code == 200
    clock.advance(hours=1, seconds=1)
    assert visitor.get("/settings").status_code == 302


def test_the_badge_alone_opens_nothing(desk, visitor):
    person = make_person("Kai Floor")
    badge = badge_code(desk, person)
    assert visitor.post("/kiosk", data={"badge": badge}).status_code == 422
    assert visitor.post("/kiosk", data={"badge": badge, "pin": ""}).status_code == 422
    assert visitor.post("/login", data={"identifier": badge, "password": "x"}).status_code == 422


def test_a_new_badge_makes_the_old_one_useless_and_keeps_the_pin(desk, visitor):
    person = make_person("Kai Floor")
    old = badge_code(desk, person)
    choose(visitor, slip_code(desk, person, "pin"), PIN)
    new = badge_code(desk, person)
    assert visitor.post("/kiosk", data={"badge": old, "pin": PIN}).status_code == 422
    assert visitor.post("/kiosk", data={"badge": new, "pin": PIN}).status_code == 302


def test_a_coordinator_has_no_coordinator_powers_at_a_kiosk(visitor):
    visitor.sign_in(make_person("Cora", Role.COORDINATOR), kiosk=True)
    assert visitor.get("/people").status_code == 403


@pytest.mark.parametrize("weak", ["123456", "111111", "121212", "12345", "abcdef"])
def test_a_weak_pin_is_refused_and_the_slip_still_works(desk, visitor, weak):
    person = make_person("Kai Floor")
    code = slip_code(desk, person, "pin")
    assert choose(visitor, code, weak).status_code == 422
    assert choose(visitor, code, PIN).status_code == 302


def test_a_slip_works_once_and_ends_old_sessions(app, desk, visitor, session):
    person = make_person("Kai Floor", employee_number="K1")
    elsewhere = app.test_client()
    elsewhere.sign_in(person)
    code = slip_code(desk, person)
    assert choose(visitor, code, PASSWORD).headers["Location"] == "/login"
    assert elsewhere.get("/settings").status_code == 302
    assert visitor.post("/start", data={"code": code}).status_code == 422
    assert visitor.get(f"/start/{code.replace('-', '')}").status_code == 404
    assert visitor.post("/login", data={"identifier": "k1", "password": PASSWORD}).status_code == 302
    actions = set(session.scalars(sa.select(AuditEntry.action)))
    assert {"link.issued", "link.used", "secret.changed"} <= actions


def test_opening_a_slip_does_not_use_it_up(desk, visitor):
    code = slip_code(desk, make_person("Kai Floor")).replace("-", "")
    for _look in range(3):
        assert visitor.get(f"/start/{code}").status_code == 200


def test_a_slip_is_worth_nothing_after_a_day_or_after_a_newer_one(desk, visitor, clock):
    person = make_person("Kai Floor")
    first, second = slip_code(desk, person), slip_code(desk, person)
    assert visitor.post("/start", data={"code": first}).status_code == 422
    clock.advance(hours=24)
    assert visitor.post("/start", data={"code": second}).status_code == 422


def test_the_person_is_told_that_a_secret_was_set(desk, visitor, session):
    person = make_person("Kai Floor", email="kai@example.com", language="es")
    choose(visitor, slip_code(desk, person), PASSWORD)
    assert session.scalar(sa.select(Notification.kind).where(Notification.person_id == person.id)) == "password-changed"
    assert session.scalar(sa.select(Mail.address).where(Mail.person_id == person.id)) == "kai@example.com"


def test_a_coordinator_cannot_take_over_an_administrator(desk, session):
    admin = make_person("Adam", Role.ADMINISTRATOR, email="adam@example.com")
    assert desk.post(f"/people/{admin.id}/slip").status_code == 403
    assert desk.post(f"/people/{admin.id}/invite").status_code == 403
    assert desk.post("/people/badges", data={"person": str(admin.id)}).status_code == 403
    changed = {"employee_number": "1", "name": "Adam", "email": "mine@example.com", "extra_time": "0"}
    assert desk.post(f"/people/{admin.id}/details", data=changed).status_code == 403
    assert desk.post(f"/people/{admin.id}/leaving", data={"last_day": "2026-03-01"}).status_code == 403
    assert session.scalar(sa.select(sa.func.count()).select_from(SingleUseLink)) == 0


def test_an_invitation_goes_by_mail_and_lets_the_person_in(desk, visitor, session):
    person = make_person("Mia", email="mia@example.com")
    desk.post(f"/people/{person.id}/invite")
    mail = session.scalars(sa.select(Mail)).one()
    assert mail.subject == "Your sign-in for training"
    path = re.search(r"http://127.0.0.1:8000(/start/\S+)", mail.text)[1]
    assert visitor.post(path, data={"secret": PASSWORD, "repeated": PASSWORD}).status_code == 302
    assert visitor.post("/login", data={"identifier": "mia@example.com", "password": PASSWORD}).status_code == 302


def test_without_email_the_coordinator_is_pointed_to_the_slip(desk):
    person = make_person("Mia")
    desk.post(f"/people/{person.id}/invite")
    assert "Print a slip" in desk.get(f"/people/{person.id}").text


def test_asking_for_a_reset_says_the_same_whether_or_not_somebody_is_known(visitor, session):
    person = make_person("Mia", email="mia@example.com")
    set_secret(person.id, Secret.PASSWORD, hash_secret(PASSWORD), NOW, by=person.id)
    session.execute(sa.delete(Mail))
    pages = [visitor.post("/forgotten", data={"identifier": who}).text for who in ("mia@example.com", "nobody@x.org")]
    bare = [re.sub(r'nonce="[^"]+"', "", page) for page in pages]
    assert bare[0] == bare[1]
    assert [mail.kind for mail in session.scalars(sa.select(Mail))] == ["reset"]


def test_nobody_can_fill_a_mailbox_with_resets(visitor, session):
    make_person("Mia", email="mia@example.com")
    statuses = [visitor.post("/forgotten", data={"identifier": "mia@example.com"}).status_code for _ in range(6)]
    assert statuses[0] == 200
    assert statuses[-1] == 429
    assert session.scalar(sa.select(sa.func.count()).select_from(Mail)) == 4


def test_typing_codes_at_random_is_throttled(visitor):
    statuses = [visitor.post("/start", data={"code": "ABCDEFGH2345"}).status_code for _ in range(21)]
    assert "Too many tries" in visitor.post("/start", data={"code": "ABCDEFGH2345"}).text
    assert set(statuses) == {422}


class TestFirstAdministrator:
    def test_an_empty_service_gives_one_link_that_makes_an_administrator(self, visitor):
        path = first_administrator(NOW, language="en", zone="UTC")
        assert visitor.post(path, data={"secret": PASSWORD, "repeated": PASSWORD}).status_code == 302
        assert visitor.post("/login", data={"identifier": "admin", "password": PASSWORD}).status_code == 302
        assert visitor.get("/admin/outbox").status_code == 200
        assert first_administrator(NOW, language="en", zone="UTC") is None

    def test_asking_again_before_it_was_used_voids_the_first_link(self, visitor):
        first = first_administrator(NOW, language="en", zone="UTC")
        second = first_administrator(NOW, language="en", zone="UTC")
        assert visitor.get(first).status_code == 404
        assert visitor.get(second).status_code == 200

    def test_a_leavers_link_opens_nothing(self, visitor):
        person = make_person("Gone", left_on=NOW.date().replace(day=1))
        assert visitor.get(issue_first_link(person.id, NOW)).status_code == 404
