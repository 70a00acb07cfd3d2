"""However many issue for the same people, and whoever of them dies: one award each, and serials without a gap."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa

from lms.app import create_app
from lms.catalog.adapters.sources import read_tree
from lms.catalog.service import publish_courses
from lms.certification.handlers import evidence
from lms.certification.models import Award, IssueCounter
from lms.formats import course_formats
from lms.infra.backup import safe_upgrade
from lms.infra.clock import now
from lms.infra.db import db
from lms.infra.transactions import write_transaction
from tests.conftest import fresh_database
from tests.crash.issuing import settings_of
from tests.factories.people import make_person
from tests.functional.certification.conftest import begin, show

WORKERS, PEOPLE, KILLS = (16, 500, 12) if os.environ.get("GS_FULL") else (16, 40, 4)
COURSES = Path(__file__).parents[1] / "functional" / "flight"

pytestmark = pytest.mark.real_commits


def prepare(folder: Path, url: str) -> None:
    """Make people who have shown everything and to whom nothing was issued."""
    app = create_app(settings_of(folder, url))
    with app.app_context():
        safe_upgrade(lambda _text: None)
        with write_transaction():
            publish_courses(None, read_tree(COURSES), course_formats(), now())
        with write_transaction():
            for number in range(PEOPLE):
                show(begin(make_person(f"Person {number}")))
        db.session.remove()
        db.engine.dispose()


def test_sixteen_processes_that_are_killed_issue_one_award_each_under_serials_without_gaps(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(evidence, "issue_due_awards", lambda *_: [])
    with fresh_database(tmp_path) as url:
        instance = tmp_path / "instance"
        prepare(instance, url)
        command = [sys.executable, "-m", "tests.crash.issuing", str(instance), url, str(WORKERS), str(KILLS)]
        assert subprocess.run(command, check=False, cwd=Path(__file__).parents[2]).returncode == 0
        app = create_app(settings_of(instance, url))
        with app.app_context():
            rows = db.session.execute(
                sa.select(Award.person_id, Award.serial_number, Award.status_index, Award.code, Award.token)
            ).all()
            counter = db.session.scalars(sa.select(IssueCounter)).one()
            assert len(rows) == len({row.person_id for row in rows}) == PEOPLE
            assert sorted(row.serial_number for row in rows) == list(range(1, PEOPLE + 1))
            assert sorted(row.status_index for row in rows) == list(range(PEOPLE))
            assert len({row.code for row in rows}) == len({row.token for row in rows}) == PEOPLE
            assert (counter.number, counter.issued) == (PEOPLE, PEOPLE)
            db.session.remove()
            db.engine.dispose()
