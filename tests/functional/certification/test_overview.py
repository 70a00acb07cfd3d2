"""Who was certified on a day, and what another rule would do."""

from __future__ import annotations

from datetime import date

import pytest

from lms.certification.service.status import revoke_award
from lms.infra.clock import now
from tests.factories.people import make_person
from tests.functional.certification.conftest import begin, show


@pytest.fixture
def page(client, coordinator):
    client.sign_in(coordinator)
    return lambda path: client.get(path).get_data(as_text=True)


def test_who_was_certified_on_a_day_under_which_version(page, award):
    text = page("/certificates/certified?on=2026-03-02")
    assert "Zoë Ångström" in text
    assert award.rule_version in text
    assert "Nobody was certified on that day" in page("/certificates/certified?on=2026-03-01")
    assert "Nobody was certified on that day" in page("/certificates/certified?on=2027-04-02")


def test_a_later_revocation_does_not_change_the_past(session, page, award, as_coordinator, clock):
    clock.advance(days=3)
    revoke_award(as_coordinator, award.id, "Wrong person")
    session.commit()
    assert "Zoë Ångström" in page("/certificates/certified?on=2026-03-04")
    assert "Nobody was" in page("/certificates/certified?on=2026-03-05")


def test_what_was_known_at_the_time_can_be_asked_for(session, page, award, as_coordinator, clock):
    clock.advance(days=3)
    revoke_award(as_coordinator, award.id, "Wrong person")
    session.commit()
    assert "Zoë Ångström" in page("/certificates/certified?on=2026-03-05&known=2026-03-04")
    assert "Nobody was" in page("/certificates/certified?on=2026-03-02&known=2026-03-01")


def test_the_export_is_the_same_as_the_page(page, award, holder):
    lines = page("/certificates/certified.csv?on=2026-03-02&level=flight-check/foundation").splitlines()
    assert len(lines) == 2
    cells = lines[1].split(",")
    assert cells[:2] == ["2026-03-02", "Zoë Ångström"]
    assert award.rule_version in cells
    assert len(page("/certificates/certified.csv?level=flight-check/other").splitlines()) == 1


def test_what_is_no_day_is_read_as_today(page, award):
    assert "Zoë Ångström" in page("/certificates/certified?on=yesterday&known=2026-02-31")


def test_the_rules_are_listed(page, flight_check):
    text = page("/certificates/rules")
    assert "Flight check" in text
    assert "4 conditions" in text


def test_a_rule_says_who_gains_and_who_loses_before_it_is_saved(page, award, flight_check):
    show(begin(make_person("Nia")), "t1-page", "t1-check")
    path = "/certificates/rules/flight-check/foundation"
    assert "Nobody gains" in page(path)
    text = page(f"{path}?requires=quiz:t1-check+>%3D+80%25")
    assert "Gain: would qualify" in text
    assert "Nia" in text.split("Gain: would qualify")[1].split("Nobody loses")[0]
    text = page(f"{path}?requires=quiz:t1-check+>%3D+95%25")
    assert "Zoë Ångström" in text.split("Lose: qualify now")[1].split("Untouched")[0]


def test_sample_people_show_their_dates_under_the_other_rule(page, award):
    text = page("/certificates/rules/flight-check/foundation?window=30&grace=10")
    row = text.split('id="samples"')[-1].split("<tbody>")[-1].split("</tbody>")[0]
    assert "Zoë Ångström" in row
    assert "Fri 1 Jan 2027" in row
    assert "Sun 31 Jan 2027" in row
    assert "Fri 12 Mar 2027" in row
    assert "window: P30D, grace: P10D" in text


@pytest.mark.parametrize("query", ["requires=no+condition", "months=0", "grace=many"])
def test_a_rule_that_cannot_be_read_is_refused_and_kept(client, coordinator, flight_check, query):
    client.sign_in(coordinator)
    reply = client.get(f"/certificates/rules/flight-check/foundation?{query}")
    assert reply.status_code == 422
    assert query.split("=")[1].replace("+", " ") in reply.get_data(as_text=True)


def test_levels_that_do_not_exist_are_not_found(client, coordinator, flight_check):
    client.sign_in(coordinator)
    assert client.get("/certificates/rules/flight-check/other").status_code == 404
    assert client.get("/certificates/rules/other/foundation").status_code == 404


def test_learners_see_none_of_it(client, holder, award):
    client.sign_in(holder)
    assert now().date() == date(2026, 3, 2)
    for path in ("certified", "certified.csv", "expiring", "rules"):
        assert client.get(f"/certificates/{path}").status_code == 403
