from __future__ import annotations

import re

import pytest
import sqlalchemy as sa

from lms.assessment.models import CardReview
from lms.learning.models import Evidence, StepProgress
from lms.learning.service.assign import Assignment, assign_programme
from tests.factories.people import make_person
from tests.factories.training import do_modules

RIGHT = {"flight-over": "ask", "flight-at": "you", "flight-sum": "15"}
WRONG = {"flight-over": "accept", "flight-at": "approver", "flight-sum": "99"}
MONTH = ("t11-notes", "t11-cards", "t11-practice")


@pytest.fixture
def learner(session, client, flight_refreshers):
    """Somebody whose first module is done, in the first month of refreshers."""
    person = make_person("Ana Ruiz")
    assign_programme(Assignment(person.id, flight_refreshers), None)
    do_modules(person, flight_refreshers, most=1)
    assign_programme(Assignment(person.id, flight_refreshers, "refresher-2026-04", parts=MONTH), None)
    session.commit()
    client.sign_in(person)
    return person


def shown(client, url="/repeat/t11-cards"):
    page = client.get(url).get_data(as_text=True)
    fields = dict(re.findall(r'name="(item|number|hinted)" value="([^"]*)"', page))
    return page, fields


def answer(client, answers, **extra):
    _page, fields = shown(client, extra.pop("url", "/repeat/t11-cards"))
    data = {**fields, "answer": answers[fields["item"]], "go": "check", **extra}
    return fields["item"], client.post("/repeat/t11-cards", data=data, follow_redirects=True).get_data(as_text=True)


def reviews(session):
    return session.scalars(sa.select(CardReview).order_by(CardReview.reviewed_at, CardReview.id)).all()


def test_home_leads_to_the_cards_and_says_how_far_the_month_has_come(client, learner):
    page = client.get("/home").get_data(as_text=True)
    assert "/repeat/t11-cards" in page
    assert "0 of 3 minutes" in page


def test_a_card_shows_no_key_before_it_is_answered_and_teaches_at_once_afterwards(client, learner):
    page, _fields = shown(client)
    for secret in ("Yes: it is more", "exactly at the limit is still", "Divide the change", "is-right"):
        assert secret not in page
    _item, page = answer(client, RIGHT)
    assert "You knew it." in page
    assert "1 of 3 minutes" in page


@pytest.mark.parametrize(
    ("given", "hint", "recall"), [(RIGHT, False, "good"), (RIGHT, True, "hard"), (WRONG, False, "again")]
)
def test_what_an_answer_showed_decides_when_the_card_comes_back(session, client, learner, given, hint, recall):
    _page, fields = shown(client)
    url = f"/repeat/t11-cards?hint={fields['item']}" if hint else "/repeat/t11-cards"
    if hint:
        assert "Look it up" in shown(client, url)[0]
    answer(client, given, url=url)
    row = reviews(session)[0]
    assert (row.recall.value, row.hinted) == (recall, hint)
    assert row.due_at > row.reviewed_at


def test_not_knowing_is_an_answer(session, client, learner):
    _item, page = answer(client, RIGHT, go="unknown")
    assert "It comes back soon" in page
    assert reviews(session)[0].response == {}


def test_an_answer_sent_twice_counts_once(session, client, learner):
    _page, fields = shown(client)
    data = {**fields, "answer": RIGHT[fields["item"]], "go": "check"}
    first = client.post("/repeat/t11-cards", data=data)
    again = client.post("/repeat/t11-cards", data={**data, "answer": WRONG[fields["item"]]})
    assert first.location == again.location
    assert len(reviews(session)) == 1


def test_a_wrong_card_comes_back_before_any_new_one(session, client, learner, clock):
    item, _page = answer(client, WRONG)
    clock.advance(minutes=2)
    assert shown(client)[1] == {"item": item, "number": "2"}


def test_the_months_cards_complete_the_step_and_go_on_for_practice(session, client, learner, clock):
    for _ in range(3):
        answer(client, RIGHT)
    row = session.scalars(sa.select(Evidence).where(Evidence.step == "t11-cards")).one()
    assert (row.cycle, row.credited_minutes) == ("refresher-2026-04", 3)
    assert session.get(StepProgress, (learner.id, "refresher-2026-04", "t11-cards")) is not None
    clock.advance(minutes=11)
    answer(client, RIGHT)
    assert len(session.scalars(sa.select(Evidence).where(Evidence.step == "t11-cards")).all()) == 1


def test_when_nothing_is_left_for_today_the_page_says_when_to_come_back(client, learner):
    for _ in range(3):
        answer(client, RIGHT)
    assert "Nothing is left for today" in shown(client)[0]


def test_a_question_of_a_check_still_to_be_passed_is_no_card(session, client, flight_refreshers):
    person = make_person("Bo Li")
    assign_programme(Assignment(person.id, flight_refreshers, "refresher-2026-04", parts=MONTH), None)
    session.commit()
    client.sign_in(person)
    page, fields = shown(client)
    assert fields == {}
    assert "Cards come from modules you have finished" in page
    assert client.post("/repeat/t11-cards", data={"item": "flight-over", "number": "1"}).status_code == 404


def test_somebody_elses_answer_is_not_found(session, client, learner, flight_refreshers):
    answer(client, RIGHT)
    other = make_person("Bo Li")
    assign_programme(Assignment(other.id, flight_refreshers, "refresher-2026-04", parts=MONTH), None)
    session.commit()
    client.sign_in(other)
    assert client.get(f"/repeat/t11-cards/{reviews(session)[0].id}").status_code == 404
    assert client.get("/repeat/t1-page").status_code == 404


def test_cards_are_not_completed_by_the_players_button(client, learner):
    assert "Five minutes on any day" in client.get("/learn/flight-refreshers/t11/t11-cards").get_data(as_text=True)
    assert client.post("/learn/flight-refreshers/t11/t11-cards").status_code == 403


def test_a_cycle_shows_only_the_steps_it_is_made_of(client, learner):
    page = client.get("/path/flight-refreshers").get_data(as_text=True)
    assert "Cards of month 1" in page
    assert "Ten of your own decisions" not in page
    assert "month 2" not in page
