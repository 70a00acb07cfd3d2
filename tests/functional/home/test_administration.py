"""What an administrator is told first: is everything kept?"""

from __future__ import annotations

import os
from datetime import timedelta

import pytest

from lms.accounts.rules.actor import Role
from lms.catalog.service import Touched
from lms.infra import audit
from lms.infra.clock import now
from lms.infra.transactions import write_transaction
from tests.factories.people import make_person


@pytest.fixture
def backups(app, tmp_path, monkeypatch):
    """The folder of the backups, in an instance of its own, with what makes one of some age."""
    settings = app.extensions["groundschool.settings"].model_copy(update={"instance": tmp_path})
    monkeypatch.setitem(app.extensions, "groundschool.settings", settings)
    folder = tmp_path / "backups"
    folder.mkdir()

    def make(name, age):
        (folder / name).write_bytes(b"")
        made = (now() - age).timestamp()
        os.utime(folder / name, (made, made))

    return make


@pytest.fixture
def shown(client, session):
    client.sign_in(make_person("Imani", Role.ADMINISTRATOR))
    return lambda: " ".join(client.get("/admin").get_data(as_text=True).split())


def test_the_newest_backup_is_named_with_its_age(shown, backups):
    backups("nightly-20260228T020000Z.tar.gz", timedelta(hours=29))
    backups("nightly-20260301T020000Z.tar.gz", timedelta(hours=5))
    page = shown()
    assert "Mon 2 Mar, 04:00, 5 hours ago" in page
    assert "backups/nightly-20260301T020000Z.tar.gz" in page
    assert "nightly-20260228" not in page
    assert "days old" not in page


def test_an_old_backup_is_a_warning(shown, backups):
    backups("nightly-20260226T090000Z.tar.gz", timedelta(days=4))
    assert "The newest backup is 4 days old." in shown()


def test_without_a_backup_the_page_says_so(shown, backups):
    page = shown()
    assert "There is no backup yet." in page
    assert "none yet" in page


def test_what_cites_a_fact_is_named_by_its_title(client, session, flight_check, monkeypatch):
    monkeypatch.setattr(
        "lms.home.views.administration.what_cites", lambda name: Touched(name, {"flight-check": ("t1", "gone")})
    )
    client.sign_in(make_person("Imani", Role.ADMINISTRATOR))
    page = client.get("/admin/facts").get_data(as_text=True)
    assert 'The brief <span class="hint">t1</span>' in page
    # A module that is served no longer has no title left.
    assert "<li>gone" in page


def test_the_log_says_in_words_what_was_done_and_keeps_what_an_earlier_version_called_it(client, session):
    with write_transaction():
        audit.record("cohort.created", actor=None, cohort="berlin-1")
        audit.record("wave.created", actor=None, wave="spring", go_live="2026-05-04")
        audit.record("role.granted", actor=None, role="approver", scope="")
        audit.record("moon.landed", actor=None)
    client.sign_in(make_person("Imani", Role.ADMINISTRATOR))
    page = " ".join(client.get("/admin/audit").get_data(as_text=True).split())
    for words in ("Cohort created", "Cohort: berlin-1", "Go-live: Mon 4 May 2026", "Role: Approver", "moon.landed"):
        assert words in page
    assert '<option value="cohort.created">Cohort created</option>' in page
