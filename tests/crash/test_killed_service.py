"""An acknowledged answer is never lost, however the service ends."""

from __future__ import annotations

import contextlib
import os
import time
from pathlib import Path

import pytest

from lms.infra.db import db
from tests.conftest import fresh_database
from tests.crash.answering import answering, application, prepare, settings_of, settle
from tests.serving import Service

LEARNERS, KILLS = (50, 25) if os.environ.get("GS_FULL") else (12, 3)
ANSWERING_SECONDS = 2.0

pytestmark = pytest.mark.real_commits


def test_no_acknowledged_answer_is_lost_when_the_service_is_killed_again_and_again(tmp_path: Path) -> None:
    with fresh_database(tmp_path) as url:
        instance = tmp_path / "instance"
        with application(instance, url) as app:
            learners = prepare(app, LEARNERS)
        service = Service(instance, url, **settings_of(instance))
        service.start()
        with contextlib.ExitStack() as ending:
            ending.callback(service.kill)
            with answering(learners, service):
                for _kill in range(KILLS):
                    before = acknowledged(learners)
                    wait_for_answers(learners, before + LEARNERS)
                    service.kill()
                    service.start()
                wait_for_answers(learners, acknowledged(learners) + LEARNERS)
        with application(instance, url):
            account = settle(learners)
            assert account.missing == []
            assert account.doubled == 0
            assert account.refusals[:1] == []
            assert account.chain_fault is None
            assert account.acknowledged >= (KILLS + 1) * LEARNERS
            # At most the answer each learner was waiting for when the service died may be there unacknowledged.
            assert account.stored - account.acknowledged <= LEARNERS
            if db.engine.dialect.name == "sqlite":
                with db.engine.connect() as connection:
                    assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"


def acknowledged(learners: list) -> int:
    return sum(len(learner.acknowledged) for learner in learners)


def wait_for_answers(learners: list, number: int) -> None:
    """Wait until `number` answers are acknowledged and a little longer, so that the kill falls into the work."""
    deadline = time.monotonic() + 60
    while acknowledged(learners) < number:
        assert time.monotonic() < deadline, [learner.refusals[-1:] for learner in learners]
        time.sleep(0.01)
    time.sleep(ANSWERING_SECONDS / 4)
