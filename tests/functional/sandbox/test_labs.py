"""A lab from its brief to its mark, over HTTP, as a person without JavaScript does it."""

from __future__ import annotations

import uuid
from dataclasses import asdict, replace

import pytest
import sqlalchemy as sa

from lms.certification.queries.evidence import evidence_view, exam_score
from lms.infra.clock import now
from lms.infra.db import db
from lms.learning.models import Evidence, StepProgress
from lms.readiness.queries.facts import _exams
from lms.sandbox.models import LabKey, LabRun
from lms.sandbox.queries.labs import own_lab_run
from lms.sandbox.rules.runs import RunState
from tests.factories.people import make_person

STEP = "k9-audit"


def begin(client, step=STEP):
    response = client.post(f"/lab/{step}/start")
    assert response.status_code == 302, response.get_data(as_text=True)
    return uuid.UUID(response.location.rsplit("/", 1)[-1])


def best(person, run):
    """Return the best sheet of a run, from its key."""
    view = own_lab_run(person.id, run)
    key = view.lab.shapes.key.validate_python(db.session.get(LabKey, run).key)
    return view.lab.best(view.public, key)


def marks(person, run, but=()):
    """Return the form of the best marks, those of `but` turned round."""
    turned = {"supported": "unsupported", "unsupported": "supported"}
    return {claim: turned[mark] if claim in but else mark for claim, mark in best(person, run).marks.items()}


def test_the_brief_says_what_it_is_what_passing_takes_and_that_it_stands_by_itself(client, learner):
    page = client.get(f"/sandbox/{STEP}", follow_redirects=True).get_data(as_text=True)
    assert "Lab: Summary audit" in page
    assert "60 of 100" in page
    assert "From 70 it counts for Practitioner too." in page
    assert "no part of any exam" in page


def test_a_sheet_is_handed_in_marked_and_explained(session, client, learner):
    run = begin(client)
    wrong = next(claim for claim, mark in best(learner, run).marks.items() if mark == "unsupported")
    page = client.post(f"/lab/{run}", data={**marks(learner, run, {wrong}), "do": "hand-in"}, follow_redirects=True)
    text = page.get_data(as_text=True)
    assert "What you missed: 1 thing" in text
    assert "Why" in text
    row = session.get(LabRun, run)
    assert row.state is RunState.CLOSED
    evidence = session.scalars(sa.select(Evidence).where(Evidence.step == STEP)).one()
    assert (evidence.result, evidence.score) == ("passed" if row.score >= 60 else "failed", row.score * 100)
    assert (evidence.details["console"], evidence.details["lab"]) == ("summary-audit", True)


def test_a_mark_from_70_counts_for_both_levels_and_completes_the_step(session, client, learner, programme):
    run = begin(client)
    client.post(f"/lab/{run}", data={**marks(learner, run), "do": "hand-in"})
    passed = evidence_view(learner.id, programme, now().date()).labs_passed
    assert {("summary-audit", "foundation"), ("summary-audit", "practitioner")} <= passed
    assert session.get(StepProgress, (learner.id, "initial", STEP)) is not None


def test_no_labs_mark_is_shown_as_an_exams_score_or_counted_as_an_exam(client, learner, programme):
    run = begin(client)
    client.post(f"/lab/{run}", data={**marks(learner, run), "do": "hand-in"})
    asked = replace(programme.levels[0], requires=("sandbox:summary-audit practitioner passed",))
    assert exam_score(learner.id, programme, asked) is None
    assert _exams(sa.select(sa.literal(learner.id, sa.Uuid))) == {}


def test_rules_are_moved_and_tried_out_before_they_are_handed_in(session, client, learner):
    run = begin(client, "k9-rules")
    sent = {
        f"{name}{at}": value
        for at, rule in enumerate(best(learner, run).rules, 1)
        for name, value in asdict(rule).items()
    }
    moved = client.post(f"/lab/{run}", data={**sent, "do": "rules:up:2"})
    assert moved.location.endswith("#rules")
    rules = own_lab_run(learner.id, run).work.rules
    assert (rules[0].field, rules[1].field) == (sent["field2"], sent["field1"])
    client.post(f"/lab/{run}", data={**sent, "do": "examples"})
    assert "Your rules do the best thing with 25 of these 25" in client.get(f"/lab/{run}").get_data(as_text=True)
    half = client.post(f"/lab/{run}", data={**sent, "value1": "much", "do": "hand-in"})
    assert half.status_code == 422
    assert "This rule is not whole" in half.get_data(as_text=True)
    assert 'value="much"' in half.get_data(as_text=True)
    client.post(f"/lab/{run}", data={**sent, "do": "hand-in"})
    assert session.get(LabRun, run).score == 100


def test_a_node_shows_what_it_has_once_it_is_probed_and_not_before(client, learner):
    run = begin(client, "k9-fault")
    assert ", usually " not in client.get(f"/lab/{run}").get_data(as_text=True)
    probed = client.post(f"/lab/{run}", data={"do": "i1:n4"})
    assert probed.location.endswith("#i1")
    page = client.get(f"/lab/{run}").get_data(as_text=True)
    assert own_lab_run(learner.id, run).work.probed == ("i1.n4",)
    assert page.count(", usually ") == 1


def test_a_prompt_is_mended_section_by_section(session, client, learner):
    run = begin(client, "k9-prompt")
    sections = best(learner, run)
    sent = {
        "role": "You answer for our shop", "task": "Answer one ticket at a time, and say what you did",
        "tool": list(sections.tools), "forbidden": list(sections.forbidden), "output": sections.output,
        "before": sections.before, "after": sections.after, "data-rule": "data", "fallback": "person", "notes": "",
        **{f"queue-{trigger}": queue for trigger, queue in sections.asked.items()},
    }  # fmt: skip
    client.post(f"/lab/{run}", data={**sent, "notes": "ask tom.abara@mail.example", "do": "samples"})
    assert "tom.abara@mail.example" in client.get(f"/lab/{run}").get_data(as_text=True)
    client.post(f"/lab/{run}", data={**sent, "do": "hand-in"})
    assert session.get(LabRun, run).score == 100


def test_a_failed_sheet_leaves_the_step_open_and_the_next_is_another_one(session, client, learner):
    run = begin(client)
    client.post(f"/lab/{run}", data=dict.fromkeys(best(learner, run).marks, "supported") | {"do": "hand-in"})
    assert "Not passed yet" in client.get(f"/lab/{run}").get_data(as_text=True)
    assert session.get(StepProgress, (learner.id, "initial", STEP)) is None
    again = begin(client)
    assert session.get(LabRun, again).public != session.get(LabRun, run).public


def test_what_is_missing_is_marked_and_what_was_filled_in_stays(session, client, learner):
    run = begin(client)
    given = dict(list(marks(learner, run).items())[:3])
    page = client.post(f"/lab/{run}", data={**given, "do": "hand-in"})
    assert page.status_code == 422
    text = page.get_data(as_text=True)
    assert "5 things are missing" in text
    assert text.count("checked") == 3
    assert session.get(LabRun, run).state is RunState.OPEN


def test_a_sheet_is_saved_as_it_is_filled_in_and_what_comes_late_changes_nothing(session, client, learner):
    run = begin(client)
    first = dict(list(marks(learner, run).items())[:4])
    assert client.post(f"/lab/{run}/save", data={**first, "seq": "2"}).json["seq"] == 2
    client.post(f"/lab/{run}/save", data={"seq": "1"})
    assert client.get(f"/lab/{run}").get_data(as_text=True).count("checked") == 4
    assert begin(client) == run


def test_a_sheet_waits_seven_days_and_then_counts_for_nothing(session, client, learner, clock):
    run = begin(client)
    clock.advance(days=8)
    assert "This lab has ended" in client.get(f"/lab/{run}").get_data(as_text=True)
    assert client.post(f"/lab/{run}", data={"do": "hand-in"}).status_code == 403
    assert begin(client) != run
    assert session.scalar(sa.select(sa.func.count()).select_from(Evidence)) == 0


def test_a_sheet_handed_in_twice_is_marked_once(session, client, learner):
    run = begin(client)
    sent = {**marks(learner, run), "do": "hand-in"}
    for _ in range(2):
        assert client.post(f"/lab/{run}", data=sent).status_code == 302
    assert session.scalar(sa.select(sa.func.count()).select_from(Evidence)) == 1


def test_nothing_of_the_key_is_on_the_page_before_it_is_handed_in(session, client, learner):
    run = begin(client)
    before = client.get(f"/lab/{run}").get_data(as_text=True)
    assert session.get(LabKey, run).seed not in before
    for told in ("thousand times too large", "The ledger bears it out", "leaves out what is accrued"):
        assert told not in before


def test_somebody_elses_sheet_does_not_exist(session, client, learner):
    run = begin(client)
    client.sign_in(make_person("Bo Li"))
    assert client.get(f"/lab/{run}").status_code == 404
    assert client.post(f"/lab/{run}/save", data={"seq": "1"}).status_code == 404


@pytest.fixture
def programme(desk_check):
    from lms.catalog.queries import current_catalogue

    return next(one for one in current_catalogue().programmes if one.id == desk_check)
