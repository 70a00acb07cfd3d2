from __future__ import annotations

import io

import pytest
import sqlalchemy as sa

from lms.accounts.rules.actor import Role
from lms.certification.models import Award, AwardStatus, IssueCounter
from lms.certification.queries.awards import awards_of
from lms.certification.service.award import issue_due_awards
from lms.certification.service.status import reinstate_award, revoke_award
from lms.infra.clock import now
from lms.infra.worker import run_due_jobs
from lms.learning.rules.evidence import Result, Source
from lms.learning.service.assign import Assignment, assign_programme
from lms.learning.service.evidence import Claim, record_evidence
from lms.shared.errors import Conflict, Invalid
from tests.factories.people import as_actor, make_person

STEPS = {
    "t1-page": (Result.COMPLETED, Source.PLAYER, None),
    "t1-check": (Result.PASSED, Source.ATTEMPT, 9000),
    "t2-clinic": (Result.ATTENDED, Source.ROSTER, None),
    "t3-watch": (Result.SIGNED, Source.SIGN_OFF, None),
}


def show(cycle, step, **changes):
    result, source, score = STEPS[step]
    values = {"result": result, "source": source, "score": score, **changes}
    return record_evidence(Claim(cycle.id, step, occurred_at=now(), actor_id=None, **values))


@pytest.fixture
def cycle(session, flight_check):
    person = make_person("Zoë Ångström-Papadopoulou")
    return assign_programme(Assignment(person.id, flight_check), None)


@pytest.fixture
def award(session, cycle):
    for step in STEPS:
        show(cycle, step)
    session.commit()
    return session.scalars(sa.select(Award)).one()


def test_the_last_evidence_issues_the_award_in_its_own_transaction(session, cycle):
    for step in list(STEPS)[:-1]:
        show(cycle, step)
    assert session.scalars(sa.select(Award)).all() == []
    show(cycle, "t3-watch")
    award = session.scalars(sa.select(Award)).one()
    assert (award.level, award.serial_number) == ("foundation", 1)


@pytest.mark.parametrize("missing", list(STEPS))
def test_missing_evidence_issues_nothing(session, cycle, missing):
    for step in STEPS:
        if step != missing:
            show(cycle, step)
    assert session.scalars(sa.select(Award)).all() == []


def test_a_quiz_below_the_mark_issues_nothing(session, cycle):
    for step in STEPS:
        show(cycle, step, **({"score": 7900} if step == "t1-check" else {}))
    assert session.scalars(sa.select(Award)).all() == []


def test_more_evidence_issues_no_second_award(session, cycle, award):
    show(cycle, "t1-check")
    assert issue_due_awards(cycle.person_id, cycle.programme) == []
    assert session.scalar(sa.select(sa.func.count()).select_from(Award)) == 1


def test_serials_have_no_gap_even_where_an_issue_is_undone(session, flight_check):
    numbers = []
    for name in ("Ana", "Bo", "Cy"):
        cycle = assign_programme(Assignment(make_person(name).id, flight_check), None)
        with session.begin_nested() as attempt:
            for step in STEPS:
                show(cycle, step)
            if name == "Bo":
                attempt.rollback()
        if name == "Bo":
            session.expire_all()
            continue
        numbers.append(session.scalars(sa.select(Award.serial_number).where(Award.person_id == cycle.person_id)).one())
    assert numbers == [1, 2]
    assert session.scalars(sa.select(IssueCounter.number)).one() == 2


def test_the_snapshot_keeps_the_name_of_the_day(session, cycle, award):
    from lms.accounts.models.people import Profile

    session.get(Profile, cycle.person_id).name = "Somebody Else"
    session.flush()
    assert awards_of(cycle.person_id, now().date())[0].snapshot.name == "Zoë Ångström-Papadopoulou"


def test_anybody_can_check_the_link_and_the_code(client, award):
    link = client.get(f"/v/{award.token}")
    assert "This certificate is real and valid today" in link.get_data(as_text=True)
    code = client.post("/verify", data={"code": f" {award.code[:4].lower()} {award.code[4:]} "})
    assert "Zoë Ångström-Papadopoulou" in code.get_data(as_text=True)


def test_the_public_page_shows_no_score_address_or_number(client, award):
    text = client.get(f"/v/{award.token}").get_data(as_text=True)
    # Two digits of a random token mean nothing.
    shown = text.split("<main")[1].split("</main")[0].replace(award.token, "")
    assert "90" not in shown.replace("2090", "")
    assert "employee" not in text.lower()


def test_an_unknown_code_is_said_to_be_unknown_in_words(client, award):
    response = client.post("/verify", data={"code": "2222-2222-2222"})
    assert response.status_code == 404
    assert "Codes never contain 0, O, 1 or I" in response.get_data(as_text=True)


def test_guessing_codes_is_slowed_down(client, award):
    statuses = [client.post("/verify", data={"code": "2222-2222-2222"}).status_code for _ in range(25)]
    assert 429 in statuses


def test_the_issued_file_is_recognised_and_an_altered_one_is_not(session, client, cycle, award):
    run_due_jobs()
    person = session.get(type(make_person("Other")), cycle.person_id)
    client.sign_in(person)
    pdf = client.get(f"/certificates/{award.id}.pdf").data
    assert pdf.startswith(b"%PDF-")
    same = client.post("/verify", data={"file": (io.BytesIO(pdf), "certificate.pdf")})
    assert "nothing in it was changed" in same.get_data(as_text=True)
    altered = client.post("/verify", data={"file": (io.BytesIO(pdf[:-1] + b"x"), "certificate.pdf")})
    assert "The file was altered" in altered.get_data(as_text=True)


def test_somebody_elses_certificate_is_not_found(client, award):
    client.sign_in(make_person("Bo Li"))
    assert client.get(f"/certificates/{award.id}.pdf").status_code == 404


def test_a_revoked_award_says_so_and_stands_again_once_reinstated(session, client, award, clock):
    coordinator = as_actor(make_person("Cora", Role.COORDINATOR))
    revoke_award(coordinator, award.id, "Issued to the wrong person")
    session.commit()
    assert "later revoked" in client.get(f"/v/{award.token}").get_data(as_text=True)
    clock.advance(minutes=1)
    reinstate_award(coordinator, award.id, "It was the right person")
    session.commit()
    assert "real and valid" in client.get(f"/v/{award.token}").get_data(as_text=True)
    assert session.scalar(sa.select(sa.func.count()).select_from(AwardStatus)) == 2


def test_a_revocation_needs_a_reason(session, award):
    with pytest.raises(Invalid):
        revoke_award(as_actor(make_person("Cora", Role.COORDINATOR)), award.id, " ")


def test_nobody_revokes_their_own_award(session, cycle, award):
    person = session.get(type(make_person("Other")), cycle.person_id)
    with pytest.raises(Conflict):
        revoke_award(as_actor(person), award.id, "I want to")


def test_an_expired_award_says_so(client, award, clock):
    clock.advance(days=366 + 31)
    assert "it has expired" in client.get(f"/v/{award.token}").get_data(as_text=True)
