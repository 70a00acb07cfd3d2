"""The whole way: a line in an HR file becomes a learner, a certified colleague, and a certificate that holds."""

from __future__ import annotations

import io
from datetime import date, timedelta

import sqlalchemy as sa

from lms.accounts.models.people import Person, Profile
from lms.accounts.rules.actor import Role
from lms.assessment.models import Attempt
from lms.certification.models import Award
from lms.cohorts.models import Cohort
from lms.cohorts.rules.placing import PlacingRule
from lms.cohorts.service.champions import appoint_champion
from lms.cohorts.service.cohorts import add_member
from lms.cohorts.service.placing import add_rule
from lms.infra.clock import now
from lms.learning.service.rebuild import rebuild
from lms.workshops.service.sessions import SessionDraft, schedule_session
from tests.factories.cohorts import make_cohort
from tests.factories.people import as_actor, make_person

HR = (
    "\ufeffEmployee ID;Full Name;E-Mail;DEPARTMENT;Location;Shift Pattern;Manager ID;Hire Date;Leave Date\n"
    "AF-77;Zoë Ångström;;customer-service;north;day;;01.09.2025;\n"
)
RIGHT = {"flight-over": "ask", "flight-at": "you", "flight-sum": "15"}
TODAY = date(2026, 3, 2)


def import_people(client, text):
    """Upload, accept the columns that were guessed, and apply; as the page's own forms send it."""
    at = client.post("/people/import", data={"file": (io.BytesIO(text.encode()), "hr.csv")}).headers["Location"]
    data = {"dates": "day-month-year"}
    for select in client.get(at).text.split("<select ")[1:]:
        chosen = [one for one in select.split("</select>")[0].split("<option ") if " selected" in one]
        if chosen:
            data[select.split('name="', 1)[1].split('"')[0]] = chosen[0].split('value="', 1)[1].split('"')[0]
    at = client.post(at, data=data).headers["Location"]
    page = client.get(at).text
    hidden = {name: page.split(f'name="{name}" value="', 1)[1].split('"')[0] for name in ("seen", "rows")}
    return client.post(f"{at}/apply", data=hidden)


def test_a_person_from_an_hr_file_reaches_a_certificate_that_anybody_can_verify(client, session, flight_check, clock):
    coordinator = make_person("Cora", Role.COORDINATOR, function="hr")
    champion = make_person("Kim Berg", function="hr")
    actor = as_actor(coordinator)
    cohort = make_cohort(actor, programme=flight_check)
    add_rule(actor, PlacingRule("customer-service", "north", "", cohort, flight_check))
    add_member(actor, cohort, champion.id, TODAY)
    appoint_champion(actor, cohort, champion.id, TODAY)
    starts = now() + timedelta(hours=2)
    clinic = schedule_session(actor, SessionDraft("t2-clinic", "Clinic", starts, 60, "UTC", 2, champion.id, room="4"))
    session.commit()

    client.sign_in(coordinator)
    assert import_people(client, HR).status_code == 302
    number = sa.select(Profile.person_id).where(Profile.employee_number == "AF-77")
    learner = session.get_one(Person, session.scalars(number).one())
    assert "Zoë Ångström" in client.get(f"/cohorts/{cohort}").text
    assert session.get(Cohort, cohort) is not None

    client.sign_in(learner)
    assert "One limit" in client.get("/home").text
    client.post("/learn/flight-check/t1/t1-page")
    client.post("/quiz/t1-check/start")
    attempt = session.scalars(sa.select(Attempt)).one()
    for place, served in enumerate(attempt.served, 1):
        client.post(f"/attempt/{attempt.id}/q/{place}", data={"answer": RIGHT[served["item"]], "go": "next"})
    assert "Passed" in client.post(f"/attempt/{attempt.id}/review", follow_redirects=True).text
    client.post(f"/sessions/{clinic}/book")

    clock.set(starts + timedelta(minutes=50))
    client.sign_in(champion)
    client.post(f"/sessions/{clinic}/roster", data={"present": str(learner.id), "do": "save"})
    assert session.scalars(sa.select(Award)).all() == []
    sitting = client.post("/team/signoffs/new", data={"step": "t3-watch", "people": [str(learner.id)]}).location
    marks = {f"{learner.id.hex}.mark.{line}": "seen" for line in ("names-evidence", "right-queue")}
    client.post(sitting, data={**marks, "do": "sign"})

    award = session.scalars(sa.select(Award)).one()
    assert (award.person_id, award.level, award.serial_number) == (learner.id, "foundation", 1)
    stranger = client.application.test_client()
    shown = stranger.get(f"/v/{award.token}").text
    assert "Zoë Ångström" in shown
    assert "real and valid today" in shown
    client.sign_in(learner)
    assert "Foundation" in client.get("/certificates").text
    assert rebuild(check_only=True) == []
