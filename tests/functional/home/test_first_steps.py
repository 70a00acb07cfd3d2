"""What a company that begins is told to do first."""

from __future__ import annotations

from datetime import date

from lms.accounts.rules.actor import Role
from lms.catalog.rules.facts import EXAMPLE_COMPANY, EXAMPLE_SIGNATORY
from lms.cohorts.models import ChampionAppointment, CohortMember
from lms.home.queries.first_steps import first_steps
from lms.shared.ids import new_id
from tests.factories.cohorts import make_cohort
from tests.factories.people import as_actor, make_person


def states(actor) -> dict[str, bool]:
    return {step.id: step.done for step in first_steps(actor)}


def test_the_first_administrator_is_told_where_to_begin(client, session):
    admin = make_person("First administrator", Role.ADMINISTRATOR)
    client.sign_in(admin)
    shown = client.get("/home").get_data(as_text=True)
    assert 'href="/people/import"' in shown
    assert "Your coordinator assigns it" not in shown
    # An administrator does not plan: those steps are named, and lead nowhere.
    assert "Appoint a champion" in shown
    assert 'href="/plan"' not in shown


def test_each_step_is_ticked_off_when_it_is_done(client, session, flight_check):
    coordinator = make_person("Cora", Role.COORDINATOR)
    actor = as_actor(coordinator)
    assert states(actor)["coordinator"]
    assert not states(actor)["cohort"]
    cohort = make_cohort(actor, programme=flight_check)
    since = date(2026, 1, 5)
    champion = make_person("Kim Berg", Role.CHAMPION)
    session.add_all(
        (
            CohortMember(
                person_id=champion.id, cohort_id=cohort, programme=flight_check, valid_from=since, by_rule=False
            ),
            ChampionAppointment(id=new_id(), cohort_id=cohort, person_id=champion.id, valid_from=since),
        )
    )
    session.flush()
    found = states(actor)
    assert found["people"]
    assert found["cohort"]
    assert found["members"]
    assert found["champion"]
    assert not found["session"]
    client.sign_in(coordinator)
    assert 'href="/sessions/manage"' in client.get("/home").get_data(as_text=True)


def test_nobody_else_is_told(session):
    assert first_steps(as_actor(make_person())) == ()
    assert first_steps(as_actor(make_person("Kim", Role.CHAMPION))) == ()


def test_the_invented_company_is_the_shipped_one(root):
    shipped = (root / "courses" / "company.yml").read_text()
    assert f"\nname: {EXAMPLE_COMPANY}\n" in shipped
    assert f"\nissuer: {{name: {EXAMPLE_SIGNATORY}, " in shipped
