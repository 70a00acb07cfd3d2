"""What was learned or attended elsewhere, recorded with its reason and document."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from lms.accounts.models.people import Profile
from lms.infra.db import db
from lms.learning.models import Evidence
from lms.learning.rules.evidence import Result, Source
from lms.shared.errors import Refused
from lms.workshops.service.equivalents import Equivalent, record_equivalent
from tests.conftest import NOW


@pytest.fixture
def form(team):
    number = db.session.scalar(sa.select(Profile.employee_number).where(Profile.person_id == team.ana.id))
    return {
        "number": number,
        "step": "t2-clinic",
        "on": "2026-02-20",
        "reason": "Took part on paper.",
        "document": "Attendance list of 20 February",
        "until": "",
    }


def page(response) -> str:
    return response.get_data(as_text=True)


def test_an_equivalent_completes_its_step_earns_no_minutes_and_says_why(client, team, form):
    client.sign_in(team.coordinator)
    assert client.post("/equivalents/new", data={**form, "until": "2027-02-20"}).status_code == 303
    (row,) = db.session.scalars(sa.select(Evidence))
    assert (row.person_id, row.result, row.source) == (team.ana.id, Result.COMPLETED, Source.EQUIVALENT)
    assert (row.credited_minutes, row.reason, row.actor_id) == (0, "Took part on paper.", team.coordinator.id)
    assert row.details == {"document": "Attendance list of 20 February"}
    assert row.valid_until.isoformat() == "2027-02-20"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"number": "none"}, "Nobody has the number"),
        ({"on": "2026-03-03"}, "still to come"),
        ({"until": "2026-02-20"}, "run out before it counts"),
        ({"document": ""}, "which document shows it"),
        ({"reason": " "}, "why it counts"),
    ],
)
def test_a_wrong_equivalent_is_refused_beside_its_field_and_keeps_what_was_typed(client, team, form, change, message):
    client.sign_in(team.coordinator)
    response = client.post("/equivalents/new", data={**form, **change})
    assert response.status_code == 422
    assert message in page(response)
    assert db.session.scalars(sa.select(Evidence)).all() == []


def test_a_quiz_has_no_equivalent(client, team, form):
    client.sign_in(team.coordinator)
    assert "t1-check" not in page(client.get("/equivalents/new"))
    assert client.post("/equivalents/new", data={**form, "step": "t1-check"}).status_code == 422
    with pytest.raises(Refused):
        record_equivalent(team.actor, Equivalent(form["number"], "t1-check", NOW.date(), "why", "what"))


def test_only_coordinators_record_equivalents(client, team, form):
    for person in (team.ana, team.dana):
        client.sign_in(person)
        assert client.get("/equivalents/new").status_code == 403
        assert client.post("/equivalents/new", data=form).status_code == 403
