"""From Foundation to Practitioner in customer service, with the courses as shipped and a clock that is moved."""

from __future__ import annotations

from datetime import date
from functools import cache

import pytest
import sqlalchemy as sa

from lms.accounts.models.people import Person
from lms.accounts.rules.actor import Role
from lms.catalog.adapters.compiler import Compiled, compile_tree
from lms.catalog.adapters.sources import read_tree
from lms.catalog.service import publish_compiled
from lms.certification.models import Award
from lms.certification.queries.authority import powers_of
from lms.certification.rules.authority import Deed, Question, decide
from lms.certification.service.advancing import open_level_parts
from lms.certification.service.renewals import open_renewals
from lms.cohorts.service.champions import appoint_champion
from lms.cohorts.service.cohorts import add_member
from lms.formats import course_formats
from lms.infra.clock import now
from lms.infra.db import db
from lms.infra.paths import asset_dir
from lms.learning.models import Cycle, Evidence
from lms.learning.queries.cycles import paths_of
from lms.learning.rules.cycles import refresher_cycle
from lms.learning.rules.evidence import Result, Source
from lms.learning.service.assign import Assignment, assign_programme
from lms.learning.service.evidence import Claim, record_evidence
from lms.messaging.models import Notification
from lms.sandbox.models import ExamHelp
from lms.sandbox.queries.runs import logs_of, own_run
from lms.sandbox.queries.steps import visit_sandbox
from lms.sandbox.queries.tries import gate_for
from lms.sandbox.rules.exercise import Mode, Stratum
from lms.sandbox.rules.passing import rule_for
from lms.sandbox.rules.policies import best
from lms.sandbox.rules.runs import RunState
from lms.sandbox.rules.tries import Blocked, Outcome
from lms.sandbox.service.exam_help import ask_for_coaching, decide_how_to_go_on, note_coaching
from lms.workshops.rules.observation import Mark, Observed
from lms.workshops.service.observations import amend, save_draft, sign_off, start_observation
from tests.factories.cohorts import make_cohort, make_wave
from tests.factories.kept import once
from tests.factories.people import as_actor, make_person
from tests.factories.training import do_modules
from tests.functional.sandbox import player

GO_LIVE = date(2026, 3, 9)
ROWS = ("checks-evidence", "right-action", "records-reason", "escalates")
LINES = ("live-own", "enough-seen", "keeps-good", "no-data")


@cache
def shipped() -> Compiled:
    return compile_tree(read_tree(asset_dir("courses")), course_formats())


@pytest.fixture
def people(session):
    """Cora, who coordinates; Mara, a champion; and Ana, who holds Foundation."""
    ids = once("foundation of a whole pathway", _begin)
    return {name: session.get_one(Person, person) for name, person in ids.items()}


def _begin():
    publish_compiled(None, shipped(), now())
    cora, mara = make_person("Cora Lee", Role.COORDINATOR), make_person("Mara Cho", Role.CHAMPION)
    wave = make_wave(as_actor(cora), go_live=GO_LIVE, training_start=date(2026, 1, 5))
    cohort = make_cohort(as_actor(cora), wave=wave, programme="customer-service")
    ana = make_person("Ana Ruiz", employee_number="4711")
    add_member(as_actor(cora), cohort, ana.id, now().date())
    appoint_champion(as_actor(cora), cohort, mara.id, now().date())
    do_modules(ana, "customer-service", console="reply-desk", level="foundation")
    db.session.commit()
    return {"cora": cora.id, "mara": mara.id, "ana": ana.id}


@pytest.fixture
def coordinator(people):
    return people["cora"]


@pytest.fixture
def champion(people):
    return people["mara"]


@pytest.fixture
def holder(people):
    """Somebody with Foundation of 2 March, of a wave that goes live on 9 March, with the runs behind it."""
    return people["ana"]


def go_to(clock, day):
    clock.advance(days=(day - now().date()).days)


def refresh(session, person, month, *steps):
    """Give a month's refresher and do it."""
    cycle = assign_programme(
        Assignment(person.id, "customer-service", refresher_cycle(month), starts_on=month, parts=steps), None
    )
    for step in steps:
        signed = "live" in step
        result, source = (Result.SIGNED, Source.SIGN_OFF) if signed else (Result.COMPLETED, Source.PLAYER)
        record_evidence(Claim(cycle.id, step, result, source, now(), person.id))
    session.commit()


def part_of(session, person):
    query = sa.select(Cycle).where(Cycle.person_id == person.id, Cycle.name == "level-practitioner")
    return session.scalars(query).one_or_none()


def levels(session, person):
    return set(session.scalars(sa.select(Award.level).where(Award.person_id == person.id)))


@pytest.fixture
def opened(session, clock, holder):
    """The same with two refreshers done; the second one opened the way to Practitioner."""
    go_to(clock, date(2026, 4, 20))
    refresh(session, holder, date(2026, 4, 1), "r01-notes", "r01-live-cs")
    assert part_of(session, holder) is None
    go_to(clock, date(2026, 5, 4))
    refresh(session, holder, date(2026, 5, 1), "r01-notes")
    return part_of(session, holder)


def observe(champion, person, **levels_seen):
    actor = as_actor(champion)
    sitting = start_observation(actor, "pcs-work", [person.id])
    seen = Observed(dict.fromkeys(LINES, Mark.SEEN), levels=dict.fromkeys(ROWS, 3) | levels_seen)
    save_draft(actor, sitting, {person.id: seen})
    sign_off(actor, sitting)
    return sitting


def may(deed):
    return decide(Question(deed, "customer-service"), powers_of("4711", now().date())).answer.value


def gate(person, cycle):
    return gate_for(person.id, cycle.id, "pcs-exam", "reply-desk", Mode.PRACTITIONER, now()).blocked


def unlock(person):
    """Do what an exam at the console waits for."""
    for step in ("cs4-first", "cs4-second", "cs7-supervised"):
        player.served(person, step)


def test_nothing_opens_before_the_time_and_the_nightly_job_opens_it_once(session, clock, holder):
    refresh(session, holder, date(2026, 3, 1), "r01-notes", "r01-live-cs")
    refresh(session, holder, date(2026, 4, 1), "r01-notes")
    go_to(clock, date(2026, 3, 29))
    assert open_level_parts(now().date()) == 0
    go_to(clock, date(2026, 3, 30))
    assert open_level_parts(now().date()) == 1
    assert open_level_parts(now().date()) == 0
    cycle = part_of(session, holder)
    assert (cycle.parts, cycle.due_on) == (["pr0", "pcs"], None)
    told = session.scalars(sa.select(Notification.kind).where(Notification.person_id == holder.id)).all()
    assert told.count("level-open") == 1


def test_home_says_what_it_asks_for_and_what_is_nearest(session, client, clock, holder, champion):
    go_to(clock, date(2026, 3, 20))
    client.sign_in(holder)
    text = client.get("/home").get_data(as_text=True)
    assert "After the level you hold" in text
    assert "Do 2 refreshers" in text
    refresh(session, holder, date(2026, 4, 1), "r01-notes", "r01-live-cs")
    refresh(session, holder, date(2026, 5, 1), "r01-notes")
    go_to(clock, date(2026, 5, 4))
    open_level_parts(now().date())
    session.commit()
    client.sign_in(holder)
    assert "Practitioner: Customer service" in client.get("/home").get_data(as_text=True)
    text = client.get("/levels/practitioner").get_data(as_text=True)
    assert "3 of 5 conditions are met" in text
    smallest = text.split("The smallest next action")[1].split("task-list")[0]
    assert "/learn/practitioner/pcs/" in smallest
    assert "Be observed once with level 3 in 4 rows: Observed in live work" in text
    assert client.get("/learn/practitioner/pcs/pcs-exam").status_code == 200


def test_the_last_condition_issues_practitioner_and_a_year_later_its_exam_renews_both(
    session, clock, holder, champion, opened
):
    assert open_level_parts(now().date()) == 0
    unlock(holder)
    observe(champion, holder)
    assert levels(session, holder) == {"ground-school", "foundation"}
    assert may(Deed.BUDDY) == "no"
    run = own_run(holder.id, player.served(holder, "pcs-exam"))
    assert {key.level for key in run_keys(run)} == {2, 3}
    assert len(run.public.cases) >= 30
    assert levels(session, holder) == {"ground-school", "foundation", "practitioner"}
    assert may(Deed.BUDDY) == "yes"
    assert opened.closed_at is None
    clock.advance(days=1)
    assert open_level_parts(now().date()) == 0
    session.refresh(opened)
    assert opened.closed_at is not None

    # Foundation ends on 2 March 2027, Practitioner on 4 May; what becomes due later joins the open renewal.
    go_to(clock, date(2027, 1, 10))
    assert open_renewals(now().date()) == 1
    renewal = next(path for path in paths_of(holder.id) if path.cycle.parts)
    assert renewal.cycle.parts == ["cs9"]
    go_to(clock, date(2027, 3, 20))
    assert open_renewals(now().date()) == 0
    session.commit()
    again = next(path for path in paths_of(holder.id) if path.cycle.name == "recert-1")
    assert [module.module.id for module in again.modules] == ["cs9", "pcs"]
    player.served(holder, "pcs-exam")
    renewed = session.scalars(sa.select(Award.level).where(Award.person_id == holder.id, Award.period == 1)).all()
    assert sorted(renewed) == ["foundation", "practitioner"]


def run_keys(run):
    return player.secret_of(run.id).key.cases


def trusting(wrong):
    """The best decision, but so many pieces of wrong advice are accepted."""
    left = iter(range(wrong))

    def choose(case, key):
        return player.accept(case, key) if key.stratum is Stratum.WRONG and next(left, None) is not None else best(key)

    return choose


@pytest.fixture
def borderline(session, client, holder, champion, opened):
    """The exam at Practitioner, handed in with one piece of wrong advice too many accepted; the rest is shown."""
    unlock(holder)
    observe(champion, holder)
    client.sign_in(holder)
    run = player.start(client, "pcs-exam")
    wrong = sum(key.stratum is Stratum.WRONG for key in player.secret_of(run).key.cases)
    rule = rule_for("reply-desk", Mode.PRACTITIONER)
    player.play_served(holder, run, trusting(wrong - rule.least(rule.least_caught, wrong) + 1))
    page = client.post(f"/run/{run}/finish", follow_redirects=True).get_data(as_text=True)
    assert f"Your result is close. {sum(rule.extension)} more cases decide it" in page
    return run


def tries(session, person):
    query = sa.select(Evidence.result).where(Evidence.person_id == person.id, Evidence.step == "pcs-exam")
    return session.scalars(query.order_by(Evidence.recorded_at)).all()


def test_a_borderline_exam_is_no_result_until_its_extension_decides_it_and_then_it_certifies(
    session, client, holder, borderline
):
    run = own_run(holder.id, borderline)
    assert (run.state, run.fixed, run.size) == (RunState.OPEN, 30, 54)
    decided = dict(logs_of(borderline))
    assert tries(session, holder) == []
    assert levels(session, holder) == {"ground-school", "foundation"}
    assert may(Deed.BUDDY) == "no"
    # Handing in again before the added cases are decided is refused, and what was decided cannot be changed.
    assert client.post(f"/run/{borderline}/finish").status_code == 403
    assert own_run(holder.id, borderline).state is RunState.OPEN
    player.play_served(holder, borderline)
    client.post(f"/run/{borderline}/finish")
    assert {case: logs_of(borderline)[case] for case in decided} == decided
    assert own_run(holder.id, borderline).state is RunState.HANDED_IN
    assert tries(session, holder) == [Result.PASSED]
    assert levels(session, holder) == {"ground-school", "foundation", "practitioner"}
    assert may(Deed.BUDDY) == "yes"
    award = session.scalars(sa.select(Award).where(Award.level == "practitioner")).one()
    assert award.valid_until == date(2027, 5, 4)


def test_what_is_still_lacking_after_the_extension_fails_and_is_not_extended_again(
    session, client, holder, opened, borderline
):
    player.play_served(holder, borderline, trusting(99))
    client.post(f"/run/{borderline}/finish")
    assert own_run(holder.id, borderline).state is RunState.HANDED_IN
    assert tries(session, holder) == [Result.FAILED]
    assert "practitioner" not in levels(session, holder)
    assert gate(holder, opened) is not None


def test_a_row_below_three_is_not_enough_and_an_amended_sheet_counts_as_amended(
    session, clock, holder, champion, opened
):
    sitting = observe(champion, holder, escalates=2)
    cycle = opened
    exam = {"console": "reply-desk", "level": "practitioner"}
    record_evidence(
        Claim(cycle.id, "pcs-exam", Result.PASSED, Source.ATTEMPT, now(), holder.id, score=9000, details=exam)
    )
    assert "practitioner" not in levels(session, holder)
    seen = Observed(dict.fromkeys(LINES, Mark.SEEN), levels=dict.fromkeys(ROWS, 3))
    amend(as_actor(champion), sitting, holder.id, seen, "The second escalation was right.")
    assert "practitioner" in levels(session, holder)


def test_failures_wait_a_day_then_ask_for_coaching_a_supervised_set_and_a_decision(
    session, clock, holder, champion, coordinator, opened
):
    unlock(holder)
    player.served(holder, "pcs-exam", player.accept)
    assert gate(holder, opened) is Blocked.TOO_SOON
    clock.advance(hours=25)
    player.served(holder, "pcs-exam", player.accept)
    clock.advance(hours=25)
    assert gate(holder, opened) is Blocked.COACHING
    ask_for_coaching(as_actor(holder), visit_sandbox(as_actor(holder), "pcs-exam", now()).context)
    asked = session.scalars(sa.select(ExamHelp)).one()
    note_coaching(as_actor(champion), asked.id, now(), now().date())
    assert gate(holder, opened) is Blocked.SUPERVISED_TRY
    clock.advance(hours=1)
    player.served(holder, "cs7-supervised")
    assert gate(holder, opened) is Blocked.DECISION
    outcome = Outcome.ANOTHER_TRY
    decide_how_to_go_on(as_actor(coordinator), asked.id, outcome, "She is ready.", now(), now().date())
    assert gate(holder, opened) is None
    observe(champion, holder)
    player.served(holder, "pcs-exam")
    assert "practitioner" in levels(session, holder)
