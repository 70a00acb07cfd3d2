"""Champions and approvers: their course, acting until it is done, their deputies, and their renewal."""

from __future__ import annotations

import shutil
from datetime import date, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from lms.accounts.models.people import Absence, RoleGrant
from lms.accounts.rules.actor import Role
from lms.accounts.service.roles import end_role, grant_role, name_deputy
from lms.catalog.adapters.sources import read_tree
from lms.catalog.service import publish_courses
from lms.certification.models import Award
from lms.certification.queries.authority import powers_of
from lms.certification.queries.credentials import words_of
from lms.certification.rules.authority import Deed, Question, decide
from lms.certification.rules.predicates import Kind
from lms.certification.rules.snapshot import from_json
from lms.certification.service.acting import move_course_ends, remind_of_acting
from lms.certification.service.appointments import open_appointed_courses
from lms.certification.service.renewals import open_renewals
from lms.cohorts.models import ChampionAppointment, Cohort
from lms.cohorts.rules.champions import AppointmentStatus
from lms.cohorts.service.champions import appoint_champion, end_appointment
from lms.formats import course_formats
from lms.infra.clock import now
from lms.learning.models import Cycle
from lms.learning.queries.cycles import paths_of
from lms.learning.rules.evidence import Result, Source
from lms.learning.service.evidence import Claim, record_evidence
from lms.messaging.models import Mail, Notification
from lms.shared.errors import Invalid
from tests.factories.cohorts import make_cohort
from tests.factories.people import as_actor, make_person
from tests.functional.certification.conftest import begin, show

NUMBER = "4711"
APPOINTED = """
  - id: champion
    role: champion
    title: {en: Champion, es: Referente}
    initial: {courses: [flight-check], hours: {min: 0.1, max: 16}, due: {event: appointment, after: P3M}}
    appointed:
      champion: {title: {en: Champion, es: Referente}, requires: ["module:t2 complete"]}
  - id: manager
    role: manager
    title: {en: Approvers, es: Aprobadores}
    initial: {courses: [flight-check], hours: {min: 0.1, max: 16}, due: {event: appointment, after: P3M}}
    appointed:
      approver: {title: {en: Approver, es: Aprobador}, requires: ["module:t3 complete"]}
"""


@pytest.fixture
def flight_check(session, tmp_path):
    """The flight check, with appointed programmes beside it that study the same course."""
    tree = tmp_path / "courses"
    shutil.copytree(Path(__file__).parents[1] / "flight", tree)
    catalogue = tree / "catalogue.yml"
    roles = "  flight-check: Flight check\n  champion: Champion\n  manager: Manager\n"
    text = catalogue.read_text().replace("  flight-check: Flight check\n", roles)
    catalogue.write_text(text.rstrip() + "\n" + APPOINTED.lstrip("\n"))
    publication = publish_courses(None, read_tree(tree), course_formats(), now())
    session.commit()
    assert not [problem for problem in publication.problems if problem.is_error]
    return "flight-check"


@pytest.fixture
def holder(session, flight_check):
    return make_person("Zoë Ångström", employee_number=NUMBER)


@pytest.fixture
def appointment(session, as_coordinator, holder, award):
    cohort = make_cohort(as_coordinator, programme="flight-check")
    return appoint_champion(as_coordinator, cohort, holder.id, now().date())


def course_of(session, person, programme):
    return session.scalars(sa.select(Cycle).where(Cycle.person_id == person.id, Cycle.programme == programme)).one()


def may(**question):
    verdict = decide(Question(**question), powers_of(NUMBER, now().date()))
    return verdict.answer.value, verdict.reason.value


def test_an_appointment_assigns_the_course_with_three_months_and_acting_ends_with_it(
    session, client, holder, appointment
):
    course = course_of(session, holder, "champion")
    assert (course.name, course.due_on) == ("appointed", date(2026, 6, 2))
    assert may(deed=Deed.COACH) == ("yes", "acting-champion")
    session.commit()
    client.sign_in(holder)
    assert "You were appointed on" in client.get("/home").get_data(as_text=True)
    show(course, "t2-clinic")
    assert session.get(ChampionAppointment, appointment).status is AppointmentStatus.FULL
    assert may(deed=Deed.COACH) == ("yes", "in-force")
    award = session.scalars(sa.select(Award).where(Award.programme == "champion")).one()
    assert (award.level, award.valid_until) == ("champion", date(2027, 3, 2))


def test_whoever_has_done_the_course_is_not_acting_in_another_cohort(session, as_coordinator, holder, appointment):
    show(course_of(session, holder, "champion"), "t2-clinic")
    first = session.get(ChampionAppointment, appointment)
    wave = session.get(Cohort, first.cohort_id).wave_id
    cohort = make_cohort(as_coordinator, wave=wave, title="Second", programme="flight-check")
    other = appoint_champion(as_coordinator, cohort, holder.id, now().date())
    assert session.get(ChampionAppointment, other).status is AppointmentStatus.FULL


def test_a_champion_renews_yearly_and_only_while_appointed(session, clock, as_coordinator, holder, appointment):
    show(course_of(session, holder, "champion"), "t2-clinic")
    clock.advance(days=320)
    assert open_renewals(now().date()) == 2
    renewals = [path for path in paths_of(holder.id) if path.cycle.parts]
    assert {(path.programme.id, path.modules[0].module.id) for path in renewals} == {
        ("flight-check", "t1"), ("champion", "t2"),
    }  # fmt: skip


def test_after_the_appointment_there_is_nothing_to_renew(session, clock, as_coordinator, holder, appointment):
    show(course_of(session, holder, "champion"), "t2-clinic")
    end_appointment(as_coordinator, appointment, now().date())
    clock.advance(days=320)
    assert open_renewals(now().date()) == 1


@pytest.fixture
def approver(session, holder, award):
    administrator = as_actor(make_person("Ada", Role.ADMINISTRATOR))
    return administrator, grant_role(administrator, holder.id, Role.APPROVER, now(), scope="price")


def test_an_approver_acts_until_the_course_is_done(session, holder, approver):
    assert open_appointed_courses(now().date()) == 1
    assert open_appointed_courses(now().date()) == 0
    assert may(deed=Deed.APPROVE, gate="price") == ("yes", "acting-approver")
    show(course_of(session, holder, "manager"), "t3-watch")
    assert may(deed=Deed.APPROVE, gate="price") == ("yes", "in-force")


GATE = """      approver-price:
        title: {en: "Approver: prices", es: "Aprobador: precios"}
        requires: ["appointed:price", "deputy:price named", "module:t3 complete"]
      approver-fx:
        title: {en: "Approver: rates", es: "Aprobador: tipos"}
        requires: ["appointed:fx", "deputy:fx named", "module:t3 complete"]
"""


@pytest.fixture
def gates(session, tmp_path, approver):
    """The same catalogue with a level for each gate."""
    catalogue = tmp_path / "courses" / "catalogue.yml"
    catalogue.write_text(catalogue.read_text().rstrip() + "\n" + GATE)
    publication = publish_courses(None, read_tree(tmp_path / "courses"), course_formats(), now())
    assert not [problem for problem in publication.problems if problem.is_error]
    open_appointed_courses(now().date())
    return approver


def gate_levels(session, holder):
    query = sa.select(Award.level).where(Award.person_id == holder.id, Award.level.startswith("approver-"))
    return sorted(session.scalars(query))


def test_a_gate_is_certified_by_its_course_and_a_deputy_and_for_that_gate_alone(session, client, holder, gates):
    administrator, grant = gates
    session.commit()
    client.sign_in(holder)
    page = client.get("/home").get_data(as_text=True)
    assert "Approver: prices" in page
    assert "Approver: rates" not in page
    show(course_of(session, holder, "manager"), "t3-watch")
    assert gate_levels(session, holder) == []
    session.commit()
    page = client.get("/levels/approver-price").get_data(as_text=True)
    assert "Ask your administrator to name somebody." in page
    name_deputy(administrator, grant, make_person("Bo Li").id)
    assert gate_levels(session, holder) == ["approver-price"]
    assert may(deed=Deed.APPROVE, gate="price") == ("yes", "in-force")


def test_a_gate_is_renewed_only_while_it_is_theirs(session, clock, holder, gates):
    administrator, grant = gates
    show(course_of(session, holder, "manager"), "t3-watch")
    name_deputy(administrator, grant, make_person("Bo Li").id)
    end_role(administrator, holder.id, Role.APPROVER, now())
    grant_role(administrator, holder.id, Role.APPROVER, now(), scope="fx")
    clock.advance(days=320)
    open_renewals(now().date())
    renewed = [path.programme.id for path in paths_of(holder.id) if path.cycle.parts]
    # The level for all gates is renewed while any is theirs.
    assert sorted(renewed) == ["flight-check", "manager"]
    running = session.scalars(sa.select(Cycle).where(Cycle.programme == "manager", Cycle.name == "recert-1")).one()
    assert running.parts == ["t3"]


def test_a_deputy_approves_while_the_approver_is_away_and_only_then(session, holder, award):
    administrator = as_actor(make_person("Ada", Role.ADMINISTRATOR))
    approver = make_person("Bo Li")
    grant = grant_role(administrator, approver.id, Role.APPROVER, now(), scope="price")
    name_deputy(administrator, grant, holder.id)
    assert may(deed=Deed.APPROVE, gate="price") == ("ask", "may-request")
    session.add(Absence(person_id=approver.id, starts_on=now().date(), ends_on=now().date() + timedelta(days=7)))
    session.flush()
    assert may(deed=Deed.APPROVE, gate="price") == ("yes", "deputy")
    assert may(deed=Deed.APPROVE, gate="price", oneself=True) == ("ask", "may-request")
    with pytest.raises(Invalid):
        name_deputy(administrator, grant, approver.id)


def test_the_deputy_is_named_with_the_role(session, client, holder, gates):
    administrator, deputy = make_person("Ada", Role.ADMINISTRATOR), make_person("Bo Li", employee_number="12")
    client.sign_in(administrator)
    form = {"role": "approver", "scope": "price", "deputy": "no such number"}
    assert client.post(f"/people/{holder.id}/roles", data=form).status_code == 422
    assert client.post(f"/people/{holder.id}/roles", data=form | {"deputy": "12"}).status_code == 302
    grant = session.get_one(RoleGrant, gates[1])
    assert (grant.person_id, grant.scope, grant.deputy_id) == (holder.id, "price", deputy.id)


def test_a_gate_is_chosen_among_those_there_are_and_never_forgotten(session, client, holder, gates):
    client.sign_in(make_person("Eva", Role.ADMINISTRATOR))
    address = f"/people/{make_person('Nils').id}/roles"
    page = client.get(address).text
    assert '<option value="fx">Approver: rates</option>' in page
    assert 'value="champion"' not in page
    forgotten = client.post(address, data={"role": "approver"})
    assert (forgotten.status_code, "Choose what this person approves." in forgotten.text) == (422, True)
    assert client.post(address, data={"role": "approver", "scope": "prices"}).status_code == 422
    assert client.post(address, data={"role": "approver", "scope": "fx"}).status_code == 302


def test_without_the_course_in_the_catalogue_nothing_is_assigned(session, holder, award):
    begin(make_person("Neo"))
    assert open_appointed_courses(now().date()) == 0


def test_a_credential_has_words_for_every_kind_of_condition(session):
    assert all(words_of(kind, 2) for kind in Kind)


def told(session, *people):
    """What people were told about acting: the kind and to whom it leads, in order."""
    ids = [person.id for person in people]
    query = sa.select(Notification.kind, Notification.link).where(
        Notification.person_id.in_(ids), Notification.kind.startswith("acting")
    )
    return [tuple(row) for row in session.execute(query.order_by(Notification.created_at, Notification.kind))]


def days_of_telling(clock, days):
    """Let the calendar job run on each of so many days; return the days on which somebody was reminded."""
    begun, found = now().date(), []
    for _day in range(days):
        if remind_of_acting(now().date()):
            found.append((now().date() - begun).days)
        clock.advance(days=1)
    return found


def test_an_acting_champion_and_the_coordinator_hear_of_the_end_three_times_and_once_each(
    session, clock, coordinator, holder, appointment
):
    # Three calendar months from 2 March, as the programme of these tests says.
    assert days_of_telling(clock, 120) == [32, 78, 93]
    kinds = ["acting-ends", "acting-ends", "acting-over"]
    cohort = session.get(ChampionAppointment, appointment).cohort_id
    assert told(session, holder) == [(kind, "/home") for kind in kinds]
    of = [kind.replace("acting", "acting-of") for kind in kinds]
    assert told(session, coordinator) == [(kind, f"/plan/cohorts/{cohort}/champions") for kind in of]
    assert may(deed=Deed.COACH) == ("yes", "acting-champion")


def test_whoever_has_done_the_course_is_told_nothing(session, clock, holder, appointment):
    show(course_of(session, holder, "champion"), "t2-clinic")
    assert days_of_telling(clock, 100) == []


def test_an_appointment_that_ended_is_spoken_of_no_more(session, clock, as_coordinator, holder, appointment):
    clock.advance(days=40)
    end_appointment(as_coordinator, appointment, now().date())
    assert days_of_telling(clock, 60) == []


def test_declared_absence_moves_the_end_its_reminders_and_the_course(session, client, clock, coordinator, appointment):
    person = session.get(ChampionAppointment, appointment).person_id
    away = Absence(person_id=person, starts_on=date(2026, 3, 10), ends_on=date(2026, 3, 31))
    session.add(away)
    session.flush()
    assert move_course_ends(now().date()) == 1
    assert move_course_ends(now().date()) == 0
    due = session.scalars(sa.select(Cycle.due_on).where(Cycle.person_id == person, Cycle.programme == "champion")).one()
    assert due == date(2026, 6, 23)
    session.commit()
    client.sign_in(coordinator)
    cohort = session.get(ChampionAppointment, appointment).cohort_id
    # The page counts the curriculum's 90 days from the appointment.
    assert "Full by Sun 21 Jun 2026" in client.get(f"/plan/cohorts/{cohort}/champions").get_data(as_text=True)
    assert days_of_telling(clock, 130) == [53, 99, 114]
    away.ends_on = None
    session.flush()
    assert move_course_ends(now().date()) == 1


def test_an_acting_approver_is_reminded_until_each_gate_is_theirs(session, client, clock, coordinator, holder, gates):
    administrator, grant = gates
    assert days_of_telling(clock, 80) == [32, 78]
    name_deputy(administrator, grant, make_person("Bo Li").id)
    show(course_of(session, holder, "manager"), "t3-watch")
    # The level for all gates is held with the course, so another gate is no longer acting.
    grant_role(administrator, holder.id, Role.APPROVER, now(), scope="fx")
    assert days_of_telling(clock, 100) == []
    assert told(session, coordinator) == [("acting-of-ends", f"/people/{holder.id}")] * 2
    session.commit()
    client.sign_in(coordinator)
    assert client.get(f"/people/{holder.id}").status_code == 200


def test_the_words_of_a_reminder_name_who_acts_and_until_when(session, clock, as_coordinator, holder, appointment):
    cora = make_person("Cora Two", Role.COORDINATOR, email="cora@example.com")
    clock.advance(days=32)
    remind_of_acting(now().date())
    text = session.scalars(sa.select(Mail.text).where(Mail.person_id == cora.id)).one()
    said = "Zoë Ångström has acted as champion since Mon 2 Mar 2026, and the course is to be done by Tue 2 Jun 2026."
    assert said in text
    own = session.scalars(sa.select(Notification.subject).where(Notification.kind == "acting-ends")).one()
    assert own == "Finish your course by Tue 2 Jun 2026"


HOSTING = """schema: 1
id: hosting
version: "1.0"
title: Hosting
summary: What champions learn.
language: en
roles: [champion]
objectives:
  - {id: host.talk, text: Host a talk, assessed: false}
modules: [h1]
"""


@pytest.fixture
def hosting(session, tmp_path, appointment):
    """Champions have a course of their own: one workshop."""
    tree = tmp_path / "courses"
    folder = tree / "hosting" / "01-talk"
    shutil.copytree(tree / "flight-check" / "02-clinic", folder)
    for file in folder.iterdir():
        text = file.read_text().replace("t2", "h1").replace("flight.limits", "host.talk")
        file.write_text(text.replace("requires: [t1]\n", ""))
    (tree / "hosting" / "course.yml").write_text(HOSTING)
    catalogue = tree / "catalogue.yml"
    ahead, champion = catalogue.read_text().split("  - id: champion\n")
    champion = champion.replace("[flight-check]", "[hosting]", 1).replace("module:t2", "module:h1", 1)
    catalogue.write_text(f"{ahead}  - id: champion\n{champion}")
    publication = publish_courses(None, read_tree(tree), course_formats(), now())
    assert not [problem for problem in publication.problems if problem.is_error]


def test_a_certificate_tells_only_of_what_was_done_in_its_own_programme(session, holder, award, hosting):
    course = course_of(session, holder, "champion")
    attended = Claim(course.id, "h1-clinic", Result.ATTENDED, Source.ROSTER, occurred_at=now(), actor_id=None)
    record_evidence(attended)
    second = session.scalars(sa.select(Award).where(Award.programme == "champion")).one()
    told, own = from_json(second.snapshot), from_json(award.snapshot)
    assert [line.text for line in told.evidence] == ["Live workshop attended", "1 module completed"]
    assert told.minutes == 60
    assert "1 quiz passed" in {line.text for line in own.evidence}
    assert own.minutes > 60
