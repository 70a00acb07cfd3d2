from __future__ import annotations

import smtplib
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from lms.accounts.models.people import Absence
from lms.accounts.rules.actor import Role
from lms.infra.audit import AuditEntry
from lms.infra.deployment import settings
from lms.infra.jobs import Job, JobState
from lms.infra.worker import run_due_jobs
from lms.messaging import tasks
from lms.messaging.adapters.smtp import compose, deliver
from lms.messaging.models import Mail, Notification
from lms.messaging.rules.quiet import earliest_sending
from lms.messaging.service import forget_old_bodies, tell, write_at_once
from tests.conftest import NOW
from tests.factories.people import make_person

MADRID = "Europe/Madrid"


def at(hour, minute=0, zone=MADRID, day=2):
    return datetime(2026, 3, day, hour, minute, tzinfo=ZoneInfo(zone)).astimezone(UTC)


class TestQuietHours:
    @pytest.mark.parametrize(
        ("now", "sending"),
        [
            (at(9), at(9)),
            (at(7), at(7)),
            (at(19, 59), at(19, 59)),
            (at(20), at(7, day=3)),
            (at(23), at(7, day=3)),
            (at(2), at(7)),
        ],
    )
    def test_nobody_is_written_to_at_night(self, now, sending):
        assert earliest_sending(now, MADRID) == sending

    def test_nor_while_away(self):
        assert earliest_sending(at(9), MADRID, date(2026, 3, 9)) == at(7, day=9)

    @given(st.integers(0, 365 * 24 * 60), st.sampled_from([MADRID, "Asia/Kolkata", "UTC"]))
    def test_it_is_never_earlier_and_never_more_than_a_day_later(self, minutes, zone):
        now = NOW + timedelta(minutes=minutes)
        wait = earliest_sending(now, zone) - now
        assert 0 <= wait.total_seconds() <= 12 * 3600


def test_telling_somebody_is_a_notification_and_a_mail_in_their_language_and_zone(session, clock):
    person = make_person("Ana & Co", email="ana@example.com", zone="America/New_York")
    assert tell(person.id, "password-changed", NOW, path="/settings")
    note = session.scalars(sa.select(Notification)).one()
    mail = session.scalars(sa.select(Mail)).one()
    assert note.subject == mail.subject == "Your password was changed"
    assert note.link == "/settings"
    assert "http://127.0.0.1:8000/settings" in mail.text
    assert "Ana & Co" in mail.text
    assert "Ana &amp; Co" in mail.html
    # 09:00 in UTC is four in the morning in New York.
    assert mail.send_after == datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def test_without_an_address_there_is_no_mail(session):
    tell(make_person("Ana").id, "password-changed", NOW)
    assert session.scalar(sa.select(sa.func.count()).select_from(Notification)) == 1
    assert session.scalar(sa.select(sa.func.count()).select_from(Mail)) == 0


def test_what_has_a_slot_is_said_once(session):
    person = make_person("Ana", email="ana@example.com")
    said = [tell(person.id, "password-changed", NOW, slot="due-7:ana:c2") for _time in range(3)]
    assert said == [True, False, False]
    assert session.scalar(sa.select(sa.func.count()).select_from(Mail)) == 1


def test_a_person_who_is_away_gets_it_when_back(session):
    person = make_person("Ana", email="ana@example.com")
    session.add(Absence(person_id=person.id, starts_on=date(2026, 3, 1), ends_on=date(2026, 3, 20)))
    session.flush()
    tell(person.id, "password-changed", NOW)
    assert session.scalars(sa.select(Mail.send_after)).one() == datetime(2026, 3, 20, 7, tzinfo=UTC)


class TestSending:
    @pytest.fixture
    def sent(self, app, monkeypatch):
        taken = []
        url = {"smtp_url": "smtp://mail.example:25"}
        monkeypatch.setitem(app.extensions, "groundschool.settings", settings().model_copy(update=url))
        monkeypatch.setattr(tasks, "deliver", lambda _url, message: taken.append(message))
        return taken

    def write(self, session):
        person = make_person("Ana", email="ana@example.com")
        write_at_once(person.id, "reset", NOW, path="/start/secret-token", confidential=True, expires_at=NOW)
        session.commit()

    def test_a_mail_is_sent_once_and_a_confidential_one_is_emptied(self, session, sent):
        self.write(session)
        run_due_jobs()
        run_due_jobs()
        (message,) = sent
        assert message["To"] == "ana@example.com"
        assert "secret-token" in message.get_body(["plain"]).get_content()
        mail = session.scalars(sa.select(Mail)).one()
        assert (mail.text, mail.html) == ("", "")
        assert mail.sent_at == NOW

    def test_a_server_that_refuses_is_asked_again_later(self, session, sent, monkeypatch, clock):
        def refuse(_url, _message):
            raise smtplib.SMTPServerDisconnected

        monkeypatch.setattr(tasks, "deliver", refuse)
        self.write(session)
        run_due_jobs()
        job = session.scalars(sa.select(Job).where(Job.kind == "mail.send")).one()
        assert job.state is JobState.WAITING
        assert session.scalars(sa.select(Mail)).one().sent_at is None
        monkeypatch.setattr(tasks, "deliver", lambda _url, message: sent.append(message))
        clock.advance(minutes=1)
        run_due_jobs()
        assert len(sent) == 1

    def test_without_a_server_mail_stays_where_administrators_read_it_and_that_is_written_down(self, client, session):
        self.write(session)
        run_due_jobs()
        mail = session.scalars(sa.select(Mail)).one()
        assert mail.sent_at is None
        client.sign_in(make_person("Adam", Role.ADMINISTRATOR))
        assert "No mail server is set" in client.get("/admin/outbox").text
        assert "secret-token" in client.get(f"/admin/outbox/{mail.id}").text
        assert session.scalar(sa.select(sa.func.count()).where(AuditEntry.action == "mail.read")) == 1


def test_a_mail_has_both_forms_and_cannot_be_given_more_headers():
    message = compose("Groundschool <no-reply@example.com>", "ana@example.com", "Hej", "plain", "<p>rich</p>", "sv")
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]
    assert message["Content-Language"] == "sv"
    with pytest.raises(ValueError, match=r"header|invalid|character"):
        compose("a@b.com", "ana@example.com\nBcc: all@example.com", "x", "x", "x", "en")
    with pytest.raises(ValueError, match="linefeed"):
        compose("a@b.com", "ana@example.com", "x\nBcc: all@example.com", "x", "x", "en")


def test_the_server_is_spoken_to_as_its_address_says(monkeypatch):
    said = []

    class Server:
        def __init__(self, host, port, **_more):
            said.append(("to", host, port))

        def __enter__(self):
            return self

        def __exit__(self, *_what):
            said.append(("bye",))

        def has_extn(self, name):
            return name == "starttls"

        def starttls(self, **_more):
            said.append(("starttls",))

        def login(self, user, password):
            said.append(("login", user, password))

        def send_message(self, _message):
            said.append(("send",))

    monkeypatch.setattr(smtplib, "SMTP", Server)
    deliver("smtp://u%40x:p%3Aw@mail.example", compose("a@b.com", "c@d.com", "x", "x", "x", "en"))
    assert said == [("to", "mail.example", 587), ("starttls",), ("login", "u@x", "p:w"), ("send",), ("bye",)]


def test_notifications_are_ones_own_and_can_be_marked_as_read(app, client, session):
    ana, ben = make_person("Ana"), make_person("Ben")
    tell(ana.id, "password-changed", NOW, path="/settings")
    client.sign_in(ben)
    assert "Nobody has told you anything yet" in client.get("/notifications").text
    client.post("/notifications/read")
    client.sign_in(ana)
    assert ">New<" in client.get("/notifications").text
    client.post("/notifications/read")
    page = client.get("/notifications").text
    assert ">New<" not in page
    assert "Your password was changed" in page


def test_old_mail_is_emptied_after_a_month(session, clock):
    tell(make_person("Ana", email="a@example.com").id, "password-changed", NOW)
    session.flush()
    forget_old_bodies(clock.advance(days=31))
    session.expire_all()
    assert session.scalars(sa.select(Mail.text)).one() == ""
