from __future__ import annotations

import json
import re
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from lms.accounts.rules.actor import Role
from lms.infra.db import db
from lms.readiness.cli import adoption
from lms.readiness.models import AdoptionFigure, GateDecision, GateFact, GateWaiver
from lms.readiness.service.adoption import AdoptionFileInvalid, import_adoption
from tests.factories.people import make_person

GO_LIVE = date(2026, 5, 4)
WEEK = (
    "wave,week,function,site,assigned_users,active_users,eligible_tasks,ai_tasks,corrected,escalated,mandated,"
    "minutes_manual,opinions,satisfaction,margin_breaches,latency_breaches\n"
)


def text_of(response, status: int = 200) -> str:
    assert response.status_code == status, response.status_code
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.get_data(as_text=True)))


def a_week(wave: str, monday: date, corrected: int = 20, function: str = "customer-service") -> str:
    return f"{wave},{monday},{function},north,100,80,1000,800,{corrected},4,60,3000,20,4.1,0,0\n"


@pytest.fixture
def sponsor(session):
    return make_person("Sol Sponsor", Role.SPONSOR)


def test_without_evidence_every_gate_fails_and_says_no_data(client, wave, coordinator):
    client.sign_in(coordinator)
    page = text_of(client.get(f"/readiness/{wave}/gates"))
    assert "No-go: 4 of 4 gates fail." in page
    assert "The next one: G0 From assessing to designing." in page
    assert "Use cases chosen no evidence 3 to 5 No data: counts as fail" in page


def test_imported_figures_are_judged_and_say_their_sample(client, wave, coordinator, clock):
    import_adoption(None, (WEEK + a_week(wave, GO_LIVE + timedelta(weeks=5))).encode())
    client.sign_in(coordinator)
    page = text_of(client.get(f"/readiness/{wave}/gates"))
    assert re.search(r"Errors 3% \(n = 800, at most 4\.4%\) at most 5% Pass", page)
    assert "Weekly active users 80% at least 60% Pass" in page


def test_ten_per_cent_proposes_no_rollback_and_a_task_more_does(client, wave, coordinator, clock):
    monday = date(2026, 2, 23)
    client.sign_in(coordinator)
    import_adoption(None, (WEEK + a_week(wave, monday, corrected=76)).encode())
    page = text_of(client.get(f"/readiness/{wave}/gates"))
    assert "Rollback proposed" not in page
    assert "Hold" in page
    import_adoption(None, (WEEK + a_week(wave, monday, corrected=77)).encode())
    assert "Rollback proposed" in text_of(client.get(f"/readiness/{wave}/gates"))
    assert db.session.scalar(sa.select(sa.func.count()).select_from(AdoptionFigure)) == 1


def test_facts_come_as_json_too_and_the_latest_counts(client, wave, coordinator):
    for cases in (2, 4):
        import_adoption(None, json.dumps([{"wave": wave, "fact": "use-cases", "value": cases}]).encode())
    client.sign_in(coordinator)
    assert "Use cases chosen 4 3 to 5 Pass" in text_of(client.get(f"/readiness/{wave}/gates"))
    assert db.session.scalar(sa.select(sa.func.count()).select_from(GateFact)) == 2


def test_a_file_with_one_bad_cell_stores_nothing(wave):
    good, bad = a_week(wave, GO_LIVE), a_week("nowhere", GO_LIVE)
    with pytest.raises(AdoptionFileInvalid) as caught:
        import_adoption(None, (WEEK + good + bad + good).encode())
    assert [(each.line, each.column, each.fault.value) for each in caught.value.problems] == [
        (3, "wave", "unknown-wave"),
        (4, "week", "twice"),
    ]
    assert db.session.scalar(sa.select(sa.func.count()).select_from(AdoptionFigure)) == 0


def test_the_command_says_where_a_file_is_wrong(app, wave, tmp_path):
    path = tmp_path / "figures.csv"
    path.write_text(WEEK + a_week(wave, date(2026, 5, 5)))
    result = app.test_cli_runner().invoke(adoption, ["import", str(path)])
    assert result.exit_code == 1
    assert "line 2, week: '2026-05-05' (not-a-week)" in result.output
    path.write_text(WEEK + a_week(wave, GO_LIVE))
    result = app.test_cli_runner().invoke(adoption, ["import", str(path)])
    assert (result.exit_code, "1 weeks stored" in result.output) == (0, True)


def test_a_sponsor_waives_one_criterion_until_a_day(client, wave, sponsor):
    client.sign_in(sponsor)
    form = {
        "what": "g3:budget-percent",
        "reason": "The board has approved 20 per cent for this year.",
        "expires_on": "2026-04-01",
    }
    assert client.post(f"/readiness/{wave}/gates/waive", data=form).status_code == 303
    page = text_of(client.get(f"/readiness/{wave}/gates"))
    assert "The board has approved 20 per cent for this year. Sol Sponsor" in page
    assert "Training and change, share of the budget no evidence 5% to 15% Waived" in page


def test_a_waiver_without_reason_or_day_is_refused_and_what_was_typed_is_kept(client, wave, sponsor):
    client.sign_in(sponsor)
    form = {"what": "g3:budget-percent", "reason": "Because", "expires_on": "2027-03-02"}
    page = client.post(f"/readiness/{wave}/gates/waive", data=form)
    text = text_of(page, 422)
    assert "Say in a sentence why the risk is acceptable" in text
    assert "within three months" in text
    assert "Because" in text
    assert db.session.scalar(sa.select(sa.func.count()).select_from(GateWaiver)) == 0


def test_only_sponsors_waive(client, wave, approver):
    client.sign_in(approver)
    form = {"what": "g3:budget-percent", "reason": "It will be all right, surely.", "expires_on": "2026-04-01"}
    assert client.post(f"/readiness/{wave}/gates/waive", data=form).status_code == 403


def test_a_decision_keeps_what_it_was_taken_on(client, wave, approver):
    client.sign_in(approver)
    form = {"gate": "g1", "decision": "hold", "consulted": "Max Manager", "note": "Champions first."}
    assert client.post(f"/readiness/{wave}/gates/decide", data=form).status_code == 303
    stored = db.session.scalars(sa.select(GateDecision)).one()
    assert stored.snapshot["verdict"] == "fail"
    assert {"criterion": "scope-percent", "verdict": "no-data"}.items() <= stored.snapshot["criteria"][4].items()
    assert "Champions first." in text_of(client.get(f"/readiness/{wave}/gates"))


def test_go_is_refused_while_the_gate_fails(client, wave, approver):
    client.sign_in(approver)
    page = text_of(client.post(f"/readiness/{wave}/gates/decide", data={"gate": "g1", "decision": "go"}), 422)
    assert "This gate fails." in page
    assert db.session.scalar(sa.select(sa.func.count()).select_from(GateDecision)) == 0


def test_a_coordinator_reads_and_does_not_decide(client, wave, coordinator):
    client.sign_in(coordinator)
    assert "Record a decision" not in text_of(client.get(f"/readiness/{wave}/gates"))
    assert client.post(f"/readiness/{wave}/gates/decide", data={"gate": "g1", "decision": "hold"}).status_code == 403
