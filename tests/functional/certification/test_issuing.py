"""Issuing for a cohort: what it says before, what it does, and what a kill leaves behind."""

from __future__ import annotations

import io
import uuid
import zipfile

import pytest
import sqlalchemy as sa

from lms.certification import tasks
from lms.certification.adapters.carriers import credential_in
from lms.certification.handlers import evidence
from lms.certification.handlers.documents import draw_document, draw_documents
from lms.certification.models import Award, AwardDocument, IssueItem, IssueRun
from lms.certification.pdf.pool import Drawn
from lms.certification.queries.awards import award_by_id
from lms.certification.queries.issuing import dry_run
from lms.certification.rules.candidates import Group, ItemState
from lms.certification.service import issuing
from lms.cohorts.service.cohorts import add_member
from lms.infra.clock import now
from lms.infra.jobs import JobRun
from lms.infra.worker import run_due_jobs
from lms.learning.models import Cycle
from lms.shared.errors import Conflict
from lms.shared.ids import new_id
from tests.factories.cohorts import make_cohort
from tests.factories.people import make_person
from tests.functional.certification.conftest import STEPS, awards_of, show


@pytest.fixture
def drawn(monkeypatch):
    """Draw nothing: what is drawn is the documents' own tests' business."""
    orders = []

    def draw(awards):
        for award in awards:
            orders.append(award.serial)
            yield Drawn(str(award.id), f"%PDF {award.serial}".encode())

    monkeypatch.setattr(tasks, "draw_documents", draw)
    return orders


@pytest.fixture
def cohort(session, flight_check, as_coordinator):
    return make_cohort(as_coordinator, programme=flight_check)


def join(session, cohort, as_coordinator, name, *steps):
    """Return a member who has shown some steps."""
    person = make_person(name)
    add_member(as_coordinator, cohort, person.id, now().date())
    cycle = session.scalars(sa.select(Cycle).where(Cycle.person_id == person.id)).one()
    if steps:
        show(cycle, *steps)
    return person


@pytest.fixture
def members(session, cohort, as_coordinator, monkeypatch):
    """Three who have everything without an award, as after a change of rule; one nearly; one not yet; one holder."""
    holder = join(session, cohort, as_coordinator, "Holda", *STEPS)
    monkeypatch.setattr(evidence, "issue_due_awards", lambda *_: [])
    people = [join(session, cohort, as_coordinator, name, *STEPS) for name in ("Ana", "Bo", "Cy")]
    nearly = join(session, cohort, as_coordinator, "Nia", *list(STEPS)[:3])
    new = join(session, cohort, as_coordinator, "Neo")
    session.commit()
    return {"holder": holder, "ready": people, "nearly": nearly, "new": new}


def run_of(session):
    return session.scalars(sa.select(IssueRun)).one()


def test_the_dry_run_says_who_qualifies_who_nearly_does_and_why_not(cohort, members):
    found = dry_run(cohort, now().date())
    (level,) = found.levels
    names = {group: [found.names[each.key] for each in level.group(group)] for group in Group}
    assert sorted(names[Group.QUALIFIES]) == ["Ana", "Bo", "Cy"]
    assert (names[Group.NEARLY], names[Group.NOT_YET], names[Group.HOLDS]) == (["Nia"], ["Neo"], ["Holda"])
    assert [action.action.value for action in level.group(Group.NEARLY)[0].lacking] == ["be-observed"]
    assert found.certificates == 3


def test_the_page_announces_the_same_number_as_the_button(client, coordinator, cohort, members):
    client.sign_in(coordinator)
    page = client.get(f"/issue/{cohort}").get_data(as_text=True)
    assert "3 certificates are ready to be issued" in page
    assert "Issue 3 certificates" in page
    assert "observation The watch" in page
    assert client.get("/issue").status_code == 200


def test_the_button_issues_for_all_and_the_page_says_so(session, client, coordinator, cohort, members, drawn):
    client.sign_in(coordinator)
    started = client.post(f"/issue/{cohort}")
    assert started.status_code == 303
    assert "goes on in the background" in client.get(started.location).get_data(as_text=True)
    run_due_jobs()
    page = client.get(started.location).get_data(as_text=True)
    assert "Done on" in page
    serials = [awards_of(session, person)[0].serial_number for person in members["ready"]]
    assert sorted(serials) == [2, 3, 4]
    assert len(drawn) == 3
    assert awards_of(session, members["nearly"]) == []


def test_all_files_of_a_cohort_come_in_one(session, client, coordinator, cohort, members, drawn):
    client.sign_in(coordinator)
    client.post(f"/issue/{cohort}")
    run_due_jobs()
    session.execute(
        sa.delete(AwardDocument).where(AwardDocument.award_id == awards_of(session, members["holder"])[0].id)
    )
    session.commit()
    reply = client.get(f"/issue/{cohort}/certificates.zip")
    archive = zipfile.ZipFile(io.BytesIO(reply.data))
    reply.close()
    assert sorted(name.split(" ", 1)[1] for name in archive.namelist() if " " in name) == [
        "Ana.pdf",
        "Bo.pdf",
        "Cy.pdf",
    ]
    assert "Holda" in archive.read("not-drawn-yet.txt").decode()


def test_two_runs_for_one_cohort_do_not_overlap(session, as_coordinator, cohort, members):
    due = dry_run(cohort, now().date()).due
    issuing.start_run(as_coordinator, cohort, due)
    with pytest.raises(Conflict, match="right now"):
        issuing.start_run(as_coordinator, cohort, due)


def test_nothing_is_started_for_nobody(as_coordinator, cohort):
    with pytest.raises(Conflict, match="Nobody"):
        issuing.start_run(as_coordinator, cohort, ())


def test_whoever_no_longer_qualifies_gets_nothing(session, as_coordinator, cohort, members, drawn):
    run = issuing.start_run(as_coordinator, cohort, [(members["nearly"].id, "flight-check")])
    tasks.issue_job(JobRun(new_id(), {"run": str(run)}, 1))
    item = session.scalars(sa.select(IssueItem).where(IssueItem.run_id == run)).one()
    assert (item.state, item.issued) == (ItemState.NOTHING_DUE, 0)


@pytest.mark.parametrize("steps", range(6))
def test_killed_anywhere_and_resumed_it_ends_the_same(
    session, as_coordinator, cohort, members, drawn, monkeypatch, steps
):
    """Every write of the job is its own transaction: end the job before each of them in turn."""
    run = issuing.start_run(as_coordinator, cohort, dry_run(cohort, now().date()).due)
    session.commit()
    monkeypatch.setattr(issuing, "BATCH", 2)
    monkeypatch.setattr(tasks, "BATCH", 1)
    monkeypatch.setattr(tasks, "issue_next", lambda run_id: issuing.issue_next(run_id, 2))
    real, left = tasks.run_in_write_transaction, [steps]

    def until_killed(work):
        if left[0] == 0:
            raise KeyboardInterrupt
        left[0] -= 1
        return real(work)

    monkeypatch.setattr(tasks, "run_in_write_transaction", until_killed)
    job = JobRun(new_id(), {"run": str(run)}, 1)
    with pytest.raises(KeyboardInterrupt):
        tasks.issue_job(job)
    session.rollback()
    left[0] = 1000
    tasks.issue_job(job)
    tasks.issue_job(job)
    rows = session.execute(
        sa.select(Award.person_id, sa.func.count()).join(IssueItem, IssueItem.person_id == Award.person_id)
        .group_by(Award.person_id)
    ).all()  # fmt: skip
    assert sorted(count for _person, count in rows) == [1, 1, 1]
    assert sorted(session.scalars(sa.select(Award.serial_number))) == [1, 2, 3, 4]
    assert run_of(session).closed_at is not None
    documents = sa.select(sa.func.count()).select_from(AwardDocument)
    assert session.scalar(documents) == 3


def test_a_name_that_no_font_has_is_said_on_the_page(session, client, coordinator, cohort, members, monkeypatch):
    monkeypatch.setattr(
        tasks, "draw_documents", lambda awards: iter([Drawn(str(award.id), problem="𓀀") for award in awards])
    )
    client.sign_in(coordinator)
    started = client.post(f"/issue/{cohort}")
    run_due_jobs()
    assert "No font has: 𓀀" in client.get(started.location).get_data(as_text=True)


def test_the_pool_draws_what_this_process_would(session, award):
    view = award_by_id(award.id, now().date())
    (pooled,) = draw_documents([view])
    assert uuid.UUID(pooled.key) == award.id
    assert credential_in(pooled.pdf) == credential_in(draw_document(view).pdf)


def test_learners_see_none_of_it(client, holder, cohort):
    client.sign_in(holder)
    for path in ("/issue", f"/issue/{cohort}", f"/issue/{cohort}/certificates.zip"):
        assert client.get(path).status_code == 403
