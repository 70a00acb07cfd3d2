from __future__ import annotations

from datetime import timedelta

import pytest

from lms.infra.clock import now
from lms.infra.jobs import enqueue
from lms.infra.transactions import write_transaction

TOKEN = "figures-for-the-operator"


@pytest.fixture
def with_token(app, monkeypatch):
    settings = app.extensions["groundschool.settings"]
    monkeypatch.setitem(app.extensions, "groundschool.settings", settings.model_copy(update={"metrics_token": TOKEN}))


def test_whoever_sends_the_token_sees_jobs_by_state_and_those_overdue(client, with_token):
    with write_transaction():
        enqueue("some.kind", run_after=now() - timedelta(minutes=2))
        enqueue("some.kind", run_after=now() + timedelta(minutes=2))
    figures = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert figures.status_code == 200
    lines = figures.text.splitlines()
    assert 'groundschool_jobs{state="waiting"} 2.0' in lines
    assert "groundschool_jobs_overdue 1.0" in lines


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer wrong"])
def test_for_anybody_else_there_is_no_such_page(client, with_token, header):
    assert client.get("/metrics", headers={"Authorization": header}).status_code == 404


def test_without_a_token_set_there_is_no_such_page(client):
    assert client.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404
