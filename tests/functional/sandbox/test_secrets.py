"""What is true of a case stays on the server until it may be shown."""

from __future__ import annotations

import json
import re

import pytest
import sqlalchemy as sa

from lms.catalog.queries import current_company
from lms.home.queries.own_record import everything_about
from lms.learning.service.assign import Assignment, assign_programme
from lms.sandbox.models import Run
from lms.sandbox.queries.runs import own_run, secret_of
from lms.sandbox.queries.words import Words
from lms.sandbox.rules.exercise import Stratum
from tests.factories.people import make_person
from tests.functional.sandbox import player

PAGES = ("", "/review", "/debrief", "/case/{n}")
METADATA = re.compile(r"stratum|\bmand\b|\bodd\b|accept_loss|oracle", re.IGNORECASE)
# Every reason is offered on every case, so a name of a reason tells nothing.
OFFERED = re.compile(r"<option.*?</option>", re.DOTALL)


def keys_in_words(person, run):
    """Everything that the debrief would say of a run's cases and nothing before it may."""
    view, secret = own_run(person.id, run), secret_of(run)
    words = Words(view.console, view.language, current_company())
    for key in secret.key.cases:
        yield words.text(key.answer.rule)
        if key.stratum is not Stratum.GOOD:
            yield words.kind(key)


@pytest.mark.parametrize("step", ["k4-exam", "k3-supervised", "k2-guided", "k1-gym"])
def test_no_page_of_an_open_run_holds_anything_of_its_key(session, client, learner, step):
    if step == "k4-exam":
        player.unlock_exam(learner)
    elif step == "k3-supervised":
        player.served(learner, "k2-guided")
        player.served(learner, "k2-guided")
    run = player.start(client, step)
    said = set(keys_in_words(learner, run))
    row = session.get(Run, run)
    addresses = {template.format(n=n) for template in PAGES for n in range(1, len(row.public["cases"]) + 1)}
    for address in sorted(addresses):
        page = OFFERED.sub("", client.get(f"/run/{run}{address}", follow_redirects=True).get_data(as_text=True))
        assert not [text for text in said if text in page], address
        assert not METADATA.search(page), address
        assert row.digest not in page
        assert f"{secret_of(run).seed:016x}" not in page


def test_the_pages_of_an_exam_stay_silent_while_it_is_decided(session, client, learner):
    player.unlock_exam(learner)
    run = player.start(client, "k4-exam")
    for number in range(1, 6):
        player.decide(client, run, number)
    said = set(keys_in_words(learner, run))
    for number in range(1, 6):
        page = OFFERED.sub("", client.get(f"/run/{run}/case/{number}").get_data(as_text=True))
        assert not [text for text in said if text in page]


def test_nothing_is_revealed_before_it_is_said_what_was_unsure(client, learner):
    player.served(learner, "k2-guided")
    player.served(learner, "k2-guided")
    run = player.start(client, "k3-supervised")
    player.play(client, run)
    client.post(f"/run/{run}/finish")
    asked = client.get(f"/run/{run}/debrief").get_data(as_text=True)
    assert "Which three are you least sure of" in asked
    assert client.get(f"/run/{run}/case/1").location.endswith("/debrief")
    four = client.post(f"/run/{run}/unsure", data={"case": ["c01", "c02", "c03", "c04"], "why": "no time"})
    assert four.status_code == 422
    assert "no time" in four.get_data(as_text=True)
    client.post(f"/run/{run}/unsure", data={"case": ["c01", "c02"], "why": ""})
    assert "You caught" in client.get(f"/run/{run}/debrief").get_data(as_text=True)


def test_an_export_of_everything_about_a_person_holds_no_key_and_no_seed(session, client, learner):
    run = player.start(client, "k1-gym")
    player.decide(client, run, 1)
    export = everything_about(learner.id)
    assert len(export["run"]) == len(export["run_decision"]) == 1
    text = json.dumps(export, default=str)
    assert f"{secret_of(run).seed:016x}" not in text
    assert "stratum" not in text
    assert "accept_loss" not in text


def test_somebody_elses_run_is_not_found(session, client, learner, desk_check):
    run = player.start(client, "k1-gym")
    other = make_person("Bo Li")
    assign_programme(Assignment(other.id, desk_check), None)
    session.commit()
    client.sign_in(other)
    for path in ("", "/case/1", "/review", "/debrief"):
        assert client.get(f"/run/{run}{path}").status_code == 404
    on_case = ("", "/skip", "/take-back", "/hint", "/contest")
    on_run = ("/finish", "/unsure", "/debrief", "/practice", "/pattern")
    for path in (*(f"/case/1{rest}" for rest in on_case), *on_run):
        data = {"decision": "accept", "tier": "1", "reason": "x", "next_time": "x"}
        assert client.post(f"/run/{run}{path}", data=data).status_code == 404, path
    assert session.scalar(sa.select(Run.state).where(Run.id == run)) == "open"
