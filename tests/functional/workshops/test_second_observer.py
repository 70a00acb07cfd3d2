"""One observation in ten: a second champion rates alone, both sheets meet, and a coordinator sees how they agree."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest
import sqlalchemy as sa

from lms.cohorts.models import Wave
from lms.cohorts.service.champions import appoint_champion
from lms.cohorts.service.cohorts import add_member
from lms.infra.clock import now
from lms.infra.db import db
from lms.messaging.models import Notification
from lms.workshops.models.observations import SecondLook
from lms.workshops.service import second_looks
from tests.factories.cohorts import make_cohort
from tests.factories.people import make_person
from tests.functional.workshops.conftest import TODAY
from tests.functional.workshops.test_observing import evidence_of, page, sheet, start, write_log


@pytest.fixture
def drawn(monkeypatch):
    """The draw falls on everybody; who is asked and what follows is as ever."""
    monkeypatch.setattr(second_looks, "is_drawn", lambda _secret, _cycle, _step: True)


@pytest.fixture
def second(team, drawn):
    """A champion of another cohort of the same programme."""
    person = make_person("Fay Person")
    wave = db.session.scalars(sa.select(Wave.id)).one()
    other = make_cohort(team.actor, "Service South", wave, site="south", programme="flight-check")
    add_member(team.actor, other, person.id, TODAY)
    appoint_champion(team.actor, other, person.id, TODAY)
    db.session.commit()
    return person


def looks() -> list[SecondLook]:
    return list(db.session.scalars(sa.select(SecondLook).order_by(SecondLook.asked_at, SecondLook.id)))


def observe(client, team, *people, sign=True, **levels) -> str:
    client.sign_in(team.dana)
    sitting = start(client, *people)
    if sign:
        fields = {}
        for person in people:
            fields |= sheet(person, **levels)
        client.post(sitting, data={**fields, "do": "sign"})
    return sitting


def test_the_second_champion_rates_alone_and_both_sheets_meet_when_theirs_is_signed(client, team, second):
    write_log(client, team.ana)
    sitting = observe(client, team, team.ana, checks="4")
    # The first one's signature counted at once.
    assert [row.result for row in evidence_of(team.ana)] == ["signed"]
    (look,) = looks()
    assert look.observer_id == second.id
    address = f"/team/second-looks/{look.id}"
    assert client.get(address).status_code == 404
    assert address not in page(client.get(sitting))

    client.sign_in(second)
    told = db.session.scalars(sa.select(Notification.link).where(Notification.person_id == second.id)).all()
    assert told == [address]
    board = page(client.get("/team"))
    assert address in board
    shown = page(client.get(address))
    assert "Dana Person is the first" in shown
    assert " checked" not in shown
    assert client.post(address, data={**sheet(team.ana, checks=""), "do": "sign"}).status_code == 422
    client.post(address, data={**sheet(team.ana, checks="2", trigger="not-yet"), "do": "save"})
    assert looks()[0].signed_at is None
    fields = sheet(team.ana, checks="2", trigger="not-yet", comment__finds_trigger="Missed the second.")
    after = page(client.post(address, data={**fields, "do": "sign"}, follow_redirects=True))
    assert "Where you differ" in after
    assert "Dana Person" in after
    assert client.post(address, data={**fields, "do": "sign"}).status_code == 409
    assert address not in page(client.get("/team"))
    assert [row.result for row in evidence_of(team.ana)] == ["signed"]
    client.sign_in(team.dana)
    assert address in page(client.get(sitting))
    assert "Where you differ" in page(client.get(address))


def test_a_second_sheet_signed_first_waits_for_the_other(client, team, second):
    sitting = observe(client, team, team.ana, sign=False)
    (look,) = looks()
    client.sign_in(second)
    address = f"/team/second-looks/{look.id}"
    shown = client.post(address, data={**sheet(team.ana), "do": "sign"}, follow_redirects=True)
    assert "Dana Person has not signed yet" in page(shown)
    client.sign_in(team.dana)
    assert client.get(address).status_code == 404
    client.post(sitting, data={**sheet(team.ana), "do": "sign"})
    assert client.get(address).status_code == 200


def test_neither_the_first_nor_anybody_in_the_sitting_is_ever_asked(client, team, second):
    appoint_champion(team.actor, team.cohort, team.ben.id, TODAY)
    db.session.commit()
    observe(client, team, team.ana, team.ben, sign=False)
    # Ben champions the same cohort and would be nearer.
    assert {look.observer_id for look in looks()} == {second.id}


def test_where_nobody_is_left_the_sitting_goes_on_and_the_report_says_so(client, team, drawn):
    write_log(client, team.ana)
    observe(client, team, team.ana)
    assert [look.observer_id for look in looks()] == [None]
    assert [row.result for row in evidence_of(team.ana)] == ["signed"]
    client.sign_in(team.coordinator)
    shown = page(client.get("/reports/agreement"))
    assert "No observation has two signed sheets yet." in shown
    assert "No other champion to ask" in shown


def test_beginning_anew_asks_no_further_champion_and_leaving_out_takes_the_request_back(client, team, second):
    observe(client, team, team.ana, sign=False)
    first = looks()[0].observation_id
    sitting = observe(client, team, team.ana, team.cam, sign=False)
    assert {look.person_id for look in looks()} == {team.ana.id, team.cam.id}
    assert first not in {look.observation_id for look in looks()}
    client.post(f"{sitting}/leave-out/{team.cam.id}")
    assert [look.person_id for look in looks()] == [team.ana.id]
    client.post(sitting, data={**sheet(team.ana), "do": "sign"})
    observe(client, team, team.ana)
    assert len(looks()) == 1


def test_after_thirty_days_it_is_no_longer_asked_for(client, team, second, clock):
    observe(client, team, team.ana)
    (look,) = looks()
    clock.set(now() + timedelta(days=30))
    client.sign_in(second)
    assert client.get(f"/team/second-looks/{look.id}").status_code == 404
    assert client.post(f"/team/second-looks/{look.id}", data=sheet(team.ana)).status_code == 404
    assert "Second look" not in page(client.get("/team"))


def test_a_coordinator_sees_figures_words_and_the_sheets_behind_them(client, team, second):
    for person, checks in ((team.ana, "3"), (team.ben, "1"), (team.cam, "4")):
        observe(client, team, person, checks=checks)
    client.sign_in(second)
    for look, person, checks in zip(looks(), (team.ana, team.ben, team.cam), ("3", "2", "4"), strict=True):
        client.post(f"/team/second-looks/{look.id}", data={**sheet(person, checks=checks), "do": "sign"})
    client.sign_in(team.coordinator)
    shown = page(client.get("/reports/agreement"))
    assert "3 pairs of sheets: too few to judge agreement. It takes 30." in shown
    file = client.get("/reports/agreement.csv").get_data().decode("utf-8-sig")
    rows = {row[0]: row[1:] for row in csv.reader(io.StringIO(file))}
    # Levels 3/3, 1/2, 4/4: one step apart in all; by chance 11 steps over the nine pairs, so κ = 1 − 1·3/11.
    assert rows["Checks the evidence"] == ["3", "3", "2", "0.73", "Too few to say"]
    assert rows["Picks the action"] == ["3", "3", "3", "", "Too few to say"]
    assert rows["Finds the trigger"][:3] == ["3", "3", "3"]
    assert rows["All levels together"][:3] == ["3", "6", "5"]
    behind = page(client.get("/reports/agreement?row=checks"))
    assert behind.count("/reports/agreement/") == 3
    address = f"/reports/agreement/{looks()[0].id}"
    assert "Checks the evidence" in page(client.get(address))
    assert "/reports/agreement" in page(client.get("/reports"))
    for person in (second, team.dana, team.ana):
        client.sign_in(person)
        assert client.get("/reports/agreement").status_code == 403
        assert client.get(address).status_code == 403
