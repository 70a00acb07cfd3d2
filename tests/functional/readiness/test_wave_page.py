from __future__ import annotations

import csv
import io
import re
from datetime import date, timedelta

import sqlalchemy as sa

from lms.accounts.models.people import Absence, Person, Placement
from lms.accounts.rules.actor import Role
from lms.catalog.queries import current_hashes
from lms.certification.models import Award
from lms.certification.queries.evidence import evidence_view, evidence_views
from lms.certification.service.status import revoke_award
from lms.cohorts.service.cohorts import set_rostered
from lms.home.queries.own_record import views_of
from lms.infra.clock import now
from lms.infra.db import db
from lms.learning.models import Cycle
from lms.learning.queries.catalogue import programme_by_id
from lms.learning.rules.cycles import delta_cycle
from tests.factories.people import as_actor, make_person

TODAY = date(2026, 3, 2)


def text_of(response) -> str:
    assert response.status_code == 200, response.status_code
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.get_data(as_text=True)))


def rows_of(response) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(response.get_data().decode("utf-8-sig"))))


def test_the_list_names_the_waves_by_go_live(client, wave, coordinator):
    client.sign_in(coordinator)
    assert "in 63 days" in text_of(client.get("/readiness"))


def test_without_waves_the_list_says_how_to_begin(client, session):
    client.sign_in(make_person("Cleo", Role.COORDINATOR))
    assert "No wave is planned yet" in text_of(client.get("/readiness"))


def test_a_wave_without_people_is_not_ready(client, wave, coordinator):
    client.sign_in(coordinator)
    page = text_of(client.get(f"/readiness/{wave}"))
    assert "Not yet: nobody is on the roster" in page
    assert "Nobody is in a cohort of this wave yet" in page


def test_an_unknown_wave_is_not_found(client, coordinator):
    client.sign_in(coordinator)
    assert client.get("/readiness/nowhere").status_code == 404


def test_one_sentence_says_what_the_weakest_shift_lacks(client, wave, enrol, champion, coordinator):
    for number in range(3):
        enrol(f"Done {number}", modules=3, shift="evening")
    enrol("Bo Begun", modules=1, shift="evening")
    client.sign_in(coordinator)
    page = text_of(client.get(f"/readiness/{wave}"))
    assert "Not yet: Evening at North (Customer service) has 3 of 4 ready and no Fraud lead." in page
    assert "Bo Begun" in page
    assert "Missing evidence: no certificate with authority." in page
    assert "Not ready: fallback process Bo Begun" in page


def test_a_wave_is_ready_when_every_team_is(client, wave, enrol, champion, approver, coordinator):
    enrol("Ana Able", modules=3, shift="evening")
    client.sign_in(coordinator)
    page = text_of(client.get(f"/readiness/{wave}"))
    assert "Yes: every team is ready" in page
    assert "Champions Chiara Champion" in page
    assert "Fraud lead Fay Fraudlead" in page


def test_trained_is_told_in_both_readings(client, wave, enrol, coordinator):
    enrol("Ana Able", modules=3)
    enrol("Bo Begun", modules=1)
    client.sign_in(coordinator)
    page = text_of(client.get(f"/readiness/{wave}"))
    assert "Of all affected staff 50%, 1 of 2" in page
    assert "Of those outside the pilot no data" in page


def test_an_absent_person_is_listed_and_blocks_nobody(client, wave, enrol, champion, approver, coordinator):
    away = enrol("Avi Away")
    db.session.add(Absence(person_id=away.id, starts_on=date(2026, 5, 1), ends_on=date(2026, 6, 1)))
    client.sign_in(coordinator)
    page = text_of(client.get(f"/readiness/{wave}"))
    assert "Yes: every team is ready" in page
    assert "not counted Avi Away" in page
    assert "1 is away that day" in page


def test_a_revoked_certificate_is_no_certificate(client, wave, enrol, coordinator):
    learner = enrol("Rey Revoked", modules=3)
    award = db.session.scalars(sa.select(Award).where(Award.person_id == learner.id)).one()
    revoke_award(as_actor(coordinator), award.id, "Not their own answers")
    client.sign_in(coordinator)
    assert "suspended or revoked" in text_of(client.get(f"/readiness/{wave}"))


def test_a_certificate_that_ends_before_go_live_does_not_count_then(client, wave, enrol, coordinator, clock):
    enrol("Ana Able", modules=3)
    db.session.execute(sa.update(Award).values(valid_until=date(2026, 3, 20), starts_on=date(2025, 3, 20)))
    client.sign_in(coordinator)
    assert "before that day" in text_of(client.get(f"/readiness/{wave}"))


def test_who_lapses_within_thirty_days_of_go_live_is_named(client, wave, enrol, coordinator):
    enrol("Ana Able", modules=3)
    db.session.execute(sa.update(Award).values(valid_until=date(2026, 5, 4) - timedelta(days=2)))
    client.sign_in(coordinator)
    page = text_of(client.get(f"/readiness/{wave}"))
    assert "Lapse within 30 days Ana Able (Mon 1 Jun 2026)" in page


def test_a_person_off_the_roster_is_in_training_only(client, wave, enrol, cohort, coordinator):
    learner = enrol("Tia Trainee")
    set_rostered(as_actor(coordinator), cohort, learner.id, TODAY, rostered=False)
    client.sign_in(coordinator)
    page = text_of(client.get(f"/readiness/{wave}"))
    assert "In training, not on the roster" in page
    assert "Not on the roster of this wave" in page


def test_five_lines_with_their_evidence_stand_on_a_persons_page(client, wave, enrol, coordinator):
    learner = enrol("Ana Able", modules=3)
    client.sign_in(coordinator)
    page = text_of(client.get(f"/readiness/{wave}/person/{learner.id}"))
    assert "Ready: all five lines hold" in page
    assert re.search(r"Foundation, certificate 2026-\d{5}, valid until", page)


def test_a_coordinator_gets_from_a_person_to_how_ready_they_are(client, wave, enrol, coordinator):
    person, newcomer = enrol("Bo Begun", modules=1), make_person("Nell New")
    client.sign_in(coordinator)
    assert f'href="/readiness/person/{person.id}"' in client.get(f"/people/{person.id}").get_data(as_text=True)
    assert client.get(f"/readiness/person/{person.id}").location == f"/readiness/{wave}/person/{person.id}"
    page = text_of(client.get(f"/readiness/person/{newcomer.id}", follow_redirects=True))
    assert "This person is in no cohort" in page


def test_looking_at_a_person_is_written_down_for_them(client, wave, enrol, coordinator):
    learner = enrol("Ana Able")
    client.sign_in(coordinator)
    client.get(f"/readiness/{wave}/person/{learner.id}")
    assert [view.name for view in views_of(learner.id)] == ["Cleo Coordinator"]


def test_a_manager_sees_their_own_people_and_nobody_else(client, wave, enrol, coordinator):
    boss = make_person("Max Manager")
    mine, other = enrol("Mia Mine"), enrol("Olu Other")
    db.session.execute(sa.update(Placement).where(Placement.person_id == mine.id).values(manager_id=boss.id))
    client.sign_in(boss)
    page = text_of(client.get(f"/readiness/{wave}"))
    assert "Mia Mine" in page
    assert "Olu Other" not in page
    assert "0 of 1 ready" in page
    assert client.get(f"/readiness/{wave}/person/{mine.id}").status_code == 200
    assert client.get(f"/readiness/{wave}/person/{other.id}").status_code == 404
    assert [row["Name"] for row in rows_of(client.get(f"/readiness/{wave}/people.csv"))] == ["Mia Mine"]


def test_a_champion_sees_their_cohort(client, wave, enrol, champion):
    enrol("Mia Mine")
    client.sign_in(champion)
    assert "Mia Mine" in text_of(client.get(f"/readiness/{wave}"))


def test_an_approver_sees_everybody(client, wave, enrol, approver):
    enrol("Mia Mine")
    client.sign_in(approver)
    assert "Mia Mine" in text_of(client.get(f"/readiness/{wave}"))


def test_a_sponsor_sees_counts_and_no_names(client, wave, enrol, champion):
    learner = enrol("Mia Mine")
    client.sign_in(make_person("Sol Sponsor", Role.SPONSOR))
    page = text_of(client.get(f"/readiness/{wave}"))
    assert "0 of 1 ready" in page
    assert "Mia Mine" not in page
    assert client.get(f"/readiness/{wave}/people.csv").status_code == 403
    assert client.get(f"/readiness/{wave}/person/{learner.id}").status_code == 403


def test_a_learner_is_refused(client, wave, enrol):
    client.sign_in(enrol("Mia Mine"))
    assert client.get(f"/readiness/{wave}").status_code == 403


def test_the_files_hold_what_the_page_shows_and_no_formula(client, wave, enrol, coordinator):
    enrol('=HYPERLINK("http://x")', shift="evening")
    client.sign_in(coordinator)
    team = rows_of(client.get(f"/readiness/{wave}/teams.csv"))[0]
    assert (team["Shift"], team["Rostered"], team["Ready"], team["Champions"]) == ("Evening", "1", "0", "0")
    person = rows_of(client.get(f"/readiness/{wave}/people.csv"))[0]
    assert person["Name"].startswith("'=")
    assert person["Ready"] == "No"


def test_an_overdue_module_about_a_change_is_called_by_its_course(client, wave, enrol, coordinator):
    ana = enrol("Ana Able", modules=3)
    release = current_hashes()["flight-check"]
    row = Cycle(person_id=ana.id, programme="flight-check", name=delta_cycle(release), assigned_at=now(), due_reason={})
    row.starts_on, row.due_on, row.parts = date(2026, 2, 1), date(2026, 3, 1), ["t1"]
    db.session.add(row)
    client.sign_in(coordinator)
    page = text_of(client.get(f"/readiness/{wave}/person/{ana.id}"))
    assert "A module about a change was due on Sun 1 Mar 2026: Flight check." in page


def test_the_number_of_statements_does_not_grow_with_the_people(client, wave, enrol, champion, approver, coordinator):
    client.sign_in(coordinator)
    paths = [f"/readiness/{wave}", f"/readiness/{wave}/people.csv", f"/readiness/{wave}/teams.csv"]
    for number in range(5):
        enrol(f"Person {number}", modules=number % 4)
    few = [statements(client, path) for path in paths]
    for number in range(5, 20):
        enrol(f"Person {number}", modules=number % 4)
    assert [statements(client, path) for path in paths] == few
    assert max(few) <= 60


def statements(client, path: str) -> int:
    client.get(path)
    counted = []
    count = lambda *_args: counted.append(1)  # noqa: E731
    sa.event.listen(db.engine, "before_cursor_execute", count)
    try:
        assert client.get(path).status_code == 200
    finally:
        sa.event.remove(db.engine, "before_cursor_execute", count)
    return len(counted)


def test_many_peoples_evidence_is_judged_as_one_persons(enrol, flight_check):
    people = [enrol(f"Person {number}", modules=number) for number in range(4)]
    programme = programme_by_id(flight_check)
    ids = [person.id for person in people]
    views = evidence_views(sa.select(Person.id).where(Person.id.in_(ids)), programme, now().date())
    assert [views[person_id] for person_id in ids] == [
        evidence_view(person_id, programme, now().date()) for person_id in ids
    ]
