from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa
import structlog

from lms.catalog.adapters.sources import read_tree
from lms.catalog.queries import current_company
from lms.catalog.service import publish_courses
from lms.formats import course_formats
from lms.infra.clock import now
from lms.learning.models import Evidence
from lms.sandbox.models import Decision, Mastery, Quarantine, Run, RunKey
from lms.sandbox.queries.company import company_facts, exercise_version
from lms.sandbox.queries.results import RESULT, result_of
from lms.sandbox.queries.runs import log_of, logs_of, own_run, secret_of
from lms.sandbox.queries.steps import visit_sandbox
from lms.sandbox.queries.tries import last_resolution
from lms.sandbox.rules.company import SHIPPED
from lms.sandbox.rules.exercise import Action, Stratum
from lms.sandbox.rules.runs import Given, RunState
from lms.sandbox.service.contests import excuse
from lms.sandbox.service.decide import decide, take_back
from lms.sandbox.service.finish import expire_runs, hand_in
from lms.sandbox.service.start import start_run
from lms.shared.errors import Conflict, NotFound, Refused
from tests.factories.people import as_actor, make_person
from tests.functional.sandbox import player

ACCEPT = Given(Action.ACCEPT)


def begin(person, step="k1-gym"):
    visit = visit_sandbox(as_actor(person), step, now())
    return start_run(as_actor(person), visit.context)


def count(session, model):
    return session.scalar(sa.select(sa.func.count()).select_from(model))


def test_starting_twice_is_starting_once(session, person):
    assert begin(person) == begin(person)
    assert count(session, Run) == count(session, RunKey) == 1


def test_two_people_and_two_tries_never_get_the_same_form(session, person, desk_check):
    first = player.served(person, "k1-gym")
    second = begin(person)
    forms = [session.get(Run, run).public["cases"] for run in (first, second)]
    assert forms[0] != forms[1]


def test_the_same_decision_sent_again_is_one_decision(session, person):
    run = begin(person)
    decide(person.id, run, 1, ACCEPT, now(), sequence=1)
    decide(person.id, run, 1, ACCEPT, now(), sequence=1)
    assert count(session, Decision) == 1


def test_another_decision_under_a_used_number_is_refused(person):
    run = begin(person)
    decide(person.id, run, 1, ACCEPT, now(), sequence=1)
    with pytest.raises(Conflict):
        decide(person.id, run, 1, Given(Action.REJECT, reason="UNIT"), now(), sequence=1)


def test_a_decision_made_before_the_advice_is_never_stored_as_one_made_after_it(session, person):
    # Both windows asked for the own decision; the advice was shown to the first before the second was sent.
    player.served(person, "k2-guided")
    player.served(person, "k2-guided")
    run = begin(person, "k3-supervised")
    public = own_run(person.id, run).public
    number, case = next((number, case) for number, case in enumerate(public.cases, 1) if case.decide_first)
    own = Given(Action.REJECT, reason=public.reasons[0])
    decide(person.id, run, number, own, now(), before_advice=True)
    decide(person.id, run, number, own, now(), before_advice=True)
    log = logs_of(run)[case.id]
    assert log == log_of(run, case.id)
    assert log.first is not None
    assert (log.final, log.sequence) == (None, 1)


def test_an_explained_decision_cannot_change(person):
    run = begin(person)
    decide(person.id, run, 1, ACCEPT, now(), sequence=1)
    with pytest.raises(Refused):
        decide(person.id, run, 1, Given(Action.REJECT, reason="UNIT"), now(), sequence=2)
    with pytest.raises(Refused):
        take_back(person.id, run, 1, now())


def test_nobody_decides_in_somebody_elses_run(person):
    run = begin(person)
    other = make_person("Bo Li")
    with pytest.raises(NotFound):
        decide(other.id, run, 1, ACCEPT, now())
    with pytest.raises(NotFound):
        hand_in(other.id, run, now())
    with pytest.raises(NotFound):
        decide(person.id, uuid.uuid4(), 1, ACCEPT, now())


def test_runs_expire_after_seven_days_and_leave_no_evidence(session, person, clock):
    run = begin(person)
    assert expire_runs(now() + timedelta(days=7) - timedelta(seconds=1)) == 0
    clock.advance(days=7)
    with pytest.raises(Refused):
        decide(person.id, run, 1, ACCEPT, now())
    assert expire_runs(now()) == 1
    session.expire_all()
    assert session.get(Run, run).state is RunState.EXPIRED
    assert count(session, Evidence) == 0


def test_handing_in_twice_records_one_result(session, person):
    run = player.served(person, "k1-gym")
    hand_in(person.id, run, now())
    assert count(session, Evidence) == 1


def test_every_error_type_is_met_in_the_first_two_guided_sets(session, person):
    for _ in range(2):
        player.served(person, "k2-guided", player.accept)
    met = session.scalars(sa.select(Mastery.error_type).where(Mastery.person_id == person.id)).all()
    assert len(met) == 5


def test_a_form_is_drawn_again_as_it_was_served(person):
    with structlog.testing.capture_logs() as logs:
        player.unlock_exam(person)
        player.served(person, "k4-exam")
        player.served(person, "k1-gym")
    assert [line for line in logs if line["event"] == "sandbox.regeneration-differs"] == []


def test_where_a_form_would_be_drawn_otherwise_the_stored_one_counts_and_is_reported(session, person):
    run = begin(person)
    row = session.get(Run, run)
    row.public = row.public | {"policy": {"price_approval_limit": 1400}}
    row.version = 99
    session.flush()
    with structlog.testing.capture_logs() as logs:
        player.play_served(person, run)
        hand_in(person.id, run, now())
    assert [line["wins"] for line in logs if line["event"] == "sandbox.regeneration-differs"] == ["snapshot"]
    assert own_run(person.id, run).result is not None


def test_a_borderline_exam_is_extended_once_and_judged_on_all_cases(session, person):
    player.unlock_exam(person)
    run, missed = begin(person, "k4-exam"), 0

    def lets_three_through(case, key):
        nonlocal missed
        if key.stratum is Stratum.WRONG and missed < 3:
            missed += 1
            return player.accept(case, key)
        return player.oracle(case, key)

    player.play_served(person, run, lets_three_through)
    view = hand_in(person.id, run, now())
    assert (view.state, view.fixed, view.size) == (RunState.OPEN, 24, 36)
    with pytest.raises(Refused):
        take_back(person.id, run, 1, now())
    player.play_served(person, run)
    view = hand_in(person.id, run, now())
    assert (view.state, view.passed) == (RunState.HANDED_IN, True)
    assert len(RESULT.validate_python(view.result).cases) == 36


def test_a_stored_run_scores_again_as_it_did_by_its_own_scorer(session, person):
    run = player.served(person, "k1-gym", player.accept)
    view = own_run(person.id, run)
    assert view.scorer == 1
    again = result_of(view, secret_of(run), logs_of(run))
    assert RESULT.dump_python(again, mode="json") == view.result
    with pytest.raises(KeyError):
        result_of(replace(view, scorer=99), secret_of(run), logs_of(run))


def test_rescoring_only_ever_raises_a_result(session, person):
    run = player.served(person, "k1-gym", player.accept)
    before = own_run(person.id, run).result
    right = [case["id"] for case in before["cases"] if case["right"]]
    assert excuse(run, right, now()) is False
    assert own_run(person.id, run).result["score"] == before["score"]
    wrong = [case["id"] for case in before["cases"] if not case["right"]]
    assert excuse(run, wrong, now()) is True
    assert own_run(person.id, run).result["score"] == 100


def test_a_failed_exam_that_passes_by_rescoring_is_new_evidence_that_supersedes(session, person):
    player.unlock_exam(person)
    run = player.served(person, "k4-exam", player.accept)
    failed = session.scalars(sa.select(Evidence).where(Evidence.step == "k4-exam")).one()
    excuse(run, [case["id"] for case in own_run(person.id, run).result["cases"]], now())
    rows = session.scalars(sa.select(Evidence).where(Evidence.step == "k4-exam").order_by(Evidence.recorded_at)).all()
    assert [row.result for row in rows] == ["failed", "passed"]
    assert rows[1].supersedes == failed.id


def test_a_company_can_set_every_figure_that_the_consoles_use(session, root):
    publish_courses(None, read_tree(root / "courses"), course_formats(), now())
    assert set(SHIPPED) - set(current_company().facts) == set()
    assert dict(company_facts().numbers) == dict(SHIPPED)


def test_the_companys_figures_reach_the_consoles_in_their_units(session, desk_check):
    facts = company_facts({"stale_count": 45, "unknown": 1, "canary_share_min": True})
    assert facts["price_approval_limit"] == 1500
    assert facts["transfer_approval_limit"] == 50_000_00
    assert facts["stale_count"] == 45
    assert facts["canary_share_min"] == SHIPPED["canary_share_min"]


def test_each_withdrawal_raises_the_version_of_its_console_alone(session, desk_check):
    floor, gym = exercise_version("floor-desk"), exercise_version("trust-gym")
    session.add(
        Quarantine(console="floor-desk", error_type="pack-slip", level=1, reason="x", since=now(), decided_by=None)
    )
    session.flush()
    assert (exercise_version("floor-desk"), exercise_version("trust-gym")) == (floor + 1, gym)


def test_the_last_line_is_what_is_shown_before_the_next_try(person):
    player.served(person, "k1-gym")
    assert last_resolution(person.id, "trust-gym") == "compare the dates"
    assert last_resolution(person.id, "floor-desk") == ""
