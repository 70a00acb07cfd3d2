"""A picker whose language is Spanish, from signing in to a certificate, in Chromium: nothing on the way is in English.

Their own deeds are done on the pages once of each kind; what repeats is done by the services that the pages use, with
the same evidence. What others do for them (a roster, a signature) is done by services alone.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from playwright.sync_api import Page
from werkzeug.datastructures import MultiDict

from lms.accounts.adapters.hashing import hash_secret
from lms.accounts.models.people import Person
from lms.accounts.rules.actor import Role
from lms.accounts.rules.links import Secret
from lms.accounts.service.secrets import set_secret
from lms.app import create_app
from lms.assessment.queries.attempts import own_attempt, question_at
from lms.assessment.queries.quizzes import current_quiz
from lms.assessment.rules.attempts import serve_check
from lms.assessment.service.answer import save_answer
from lms.assessment.service.checks import check_states
from lms.assessment.service.start import start_attempt
from lms.assessment.service.submit import submit_attempt
from lms.catalog.adapters.sources import read_tree
from lms.catalog.rules.programmes import is_diagnostic
from lms.catalog.service import publish_courses
from lms.certification.models import Award
from lms.cohorts.service.champions import appoint_champion
from lms.cohorts.service.cohorts import add_member
from lms.demo.handlers import mean_the_name
from lms.demo.rules.answers import as_fields, right_response
from lms.formats import course_formats
from lms.infra.clock import now, use_clock
from lms.infra.db import db
from lms.infra.paths import asset_dir
from lms.infra.settings import Settings
from lms.infra.transactions import write_transaction
from lms.infra.worker import run_due_jobs
from lms.learning.kinds import StepContext, step_kind
from lms.learning.queries.cycles import paths_of
from lms.learning.queries.player import visit_step
from lms.learning.rules.path import StepView
from lms.sandbox.queries.runs import own_run, secret_of
from lms.sandbox.rules.policies import best
from lms.sandbox.rules.runs import RunState
from lms.shared.clock import MovableClock
from lms.workshops.queries.steps import released_step
from lms.workshops.rules.log import log_of
from lms.workshops.rules.observation import Mark, Observed, sheet_of
from lms.workshops.service.attendance import RosterChange, keep_roster
from lms.workshops.service.bookings import book
from lms.workshops.service.logs import save_log
from lms.workshops.service.observations import save_draft, sign_off, start_observation
from lms.workshops.service.sessions import SessionDraft, schedule_session
from tests.browser.conftest import serve
from tests.browser.hands import follow
from tests.browser.spanish import not_spanish
from tests.factories.cohorts import make_cohort
from tests.factories.people import as_actor, make_person
from tests.functional.sandbox import player
from tests.pdf.samples import lines_of

MONDAY = datetime(2026, 3, 2, 8, tzinfo=UTC)
NUMBER, WORDS = "AF-77", "cuatro palabras muy largas"
# Done on the page, step by step; everything else is looked at there.
ON_THE_PAGE = {"c2-sure", "c2-check", "ff4-first", "ff8-exam"}


@dataclass(frozen=True)
class Floor:
    """Where the company answers, its clock, and its people."""

    app: Flask
    address: str
    clock: MovableClock
    picker: Person
    champion: Person
    coordinator: Person
    cohort: str
    # What was met on the way that is not Spanish.
    heard: list[str] = field(default_factory=list)


@contextmanager
def doing(floor: Floor) -> Iterator[Person]:
    """Work as the services do, in one transaction; yields the picker."""
    with floor.app.app_context(), write_transaction():
        yield db.session.get_one(Person, floor.picker.id)


@pytest.fixture(scope="module")
def floor(tmp_path_factory):
    """The shipped courses, a picker who reads Spanish, a champion and a coordinator."""
    app = create_app(
        Settings(instance=tmp_path_factory.mktemp("floor"), secret_key="a key long enough", log_level="ERROR")
    )
    app.config["TESTING"] = True
    clock = MovableClock(MONDAY)
    use_clock(app, clock)
    with app.app_context():
        db.create_all()
        with write_transaction():
            publish_courses(None, read_tree(asset_dir("courses")), course_formats(), now())
            mean_the_name()
            people = _people()
        db.session.remove()
        with serve(app) as address:
            yield Floor(app, address, clock, *people)
        db.engine.dispose()


def _people() -> tuple[Person, Person, Person, str]:
    coordinator = make_person("Cora Vidal", Role.COORDINATOR, function="hr", language="es")
    picker = make_person("Lucía Ibáñez", function="fulfilment", language="es", employee_number=NUMBER)
    champion = make_person("Iker Soto", function="fulfilment", language="es")
    actor = as_actor(coordinator)
    cohort = make_cohort(actor, function="fulfilment", programme="fulfilment-floor")
    for person in (picker, champion):
        add_member(actor, cohort, person.id, MONDAY.date())
    appoint_champion(actor, cohort, champion.id, MONDAY.date())
    set_secret(picker.id, Secret.PASSWORD, hash_secret(WORDS), now(), by=None)
    db.session.flush()
    for person in (picker, champion, coordinator):
        db.session.refresh(person)
        db.session.expunge(person)
    return picker, champion, coordinator, cohort


@pytest.mark.thorough
def test_a_picker_reaches_a_certificate_in_spanish(floor, open_page, tmp_path):
    page = open_page(width=390, height=844, locale="es-ES")
    sign_in(floor, page)
    for path in ("/home", "/path", "/path/common-core", "/path/fulfilment-floor", "/cards", "/sessions", "/settings"):
        see(floor, page, path)
    done: set[str] = set()
    while todo := open_steps(floor, done):
        for view in todo:
            done.add(view.step.id)
            see(floor, page, f"/learn/{view.course}/{view.module}/{view.step.id}")
            assert page.locator("h1").inner_text().strip()
            take(floor, page, view)
    see(floor, page, "/learn/common-core/c2/card")
    certificate(floor, page, tmp_path)
    verification(floor, open_page)
    assert not floor.heard, "\n".join(dict.fromkeys(floor.heard))


def test_english_would_be_heard(floor, open_page):
    page = open_page(locale="en-GB")
    page.goto(f"{floor.address}/login")
    heard = not_spanish(page)
    assert any(line.endswith(": Sign in") for line in heard)
    assert any(line.endswith(": I forgot my password") for line in heard)
    assert any(line.endswith(": the page itself") for line in heard)


def sign_in(floor: Floor, page: Page) -> None:
    """Sign in on the page, which asks in the browser's language."""
    see(floor, page, "/login")
    page.locator("[name=identifier]").fill(NUMBER)
    page.locator("[name=password]").fill(WORDS)
    follow(page.locator("main form button").first)
    page.wait_for_url("**/home")
    floor.heard.extend(not_spanish(page))


def see(floor: Floor, page: Page, path: str) -> None:
    """Open a page and read it all."""
    assert page.goto(floor.address + path).status == 200, path
    floor.heard.extend(not_spanish(page))


def open_steps(floor: Floor, done: set[str]) -> list[StepView]:
    """Every step that is open now and not taken yet, in order of study."""
    with doing(floor) as picker:
        return [
            view
            for path in paths_of(picker.id)
            for module in path.modules
            for view in module.steps
            if view.open and view.step.id not in done and not is_diagnostic(view.step.settings)
        ]


def take(floor: Floor, page: Page, view: StepView) -> None:
    """Complete a step: on the page where it is one of those, else by the services."""
    if view.step.id in ON_THE_PAGE:
        {"lesson": read_page, "quiz": take_quiz, "sandbox": work_console}[view.step.kind](floor, page, view)
        return
    match view.step.kind:
        case "workshop":
            come_to(floor, view)
        case "observation":
            be_observed(floor, view)
        case "sandbox":
            with doing(floor) as picker:
                player.served(picker, view.step.id)
        case "quiz":
            answer_quiz(floor, view)
        case "survey":
            pass
        case _:
            with doing(floor) as picker:
                context = context_of(picker, view)
                step_kind(view.step.kind).complete(context, MultiDict(right_checks(context)))


def context_of(picker: Person, view: StepView) -> StepContext:
    visit = visit_step(as_actor(picker), view.course, view.module, view.step.id, now())
    assert visit is not None
    assert visit.context is not None
    assert visit.context.language == "es"
    return visit.context


def right_checks(context: StepContext) -> dict[str, list[str]]:
    fields: dict[str, list[str]] = {}
    for state in check_states(context):
        served = serve_check(state.item, state.values)
        fields |= as_fields(right_response(state.item, state.wording), served, state.item.id)
    return fields


def fill(page: Page, fields: dict[str, list[str]]) -> None:
    """Fill in a form as it stands, whatever its controls are."""
    for name, values in fields.items():
        for value in values:
            control = page.locator(f'main [name="{name}"]').first
            if page.locator(f'main [name="{name}"][type=radio], main [name="{name}"][type=checkbox]').count():
                page.locator(f'main [name="{name}"][value="{value}"]').check(force=True)
            elif control.evaluate("one => one.tagName") == "SELECT":
                control.select_option(value)
            else:
                control.fill(value)


def read_page(floor: Floor, page: Page, view: StepView) -> None:
    """Read a lesson and answer what it asks."""
    with doing(floor) as picker:
        fields = right_checks(context_of(picker, view))
    fill(page, fields)
    follow(page.locator("main form .action-bar button").last)
    floor.heard.extend(not_spanish(page))


def take_quiz(floor: Floor, page: Page, view: StepView) -> None:
    """Answer a quiz question by question, hand it in, and read the result."""
    follow(page.locator(f"main form[action='/quiz/{view.step.id}/start'] button"))
    page.wait_for_url("**/q/1")
    with floor.app.app_context():
        attempt_id = uuid.UUID(page.url.split("/")[-3])
        attempt, quiz = own_attempt(floor.picker.id, attempt_id), current_quiz(view.step.id)
        asked = [question_at(attempt, quiz, number) for number in _numbers(attempt)]
        answers = [as_fields(right_response(item, wording), served) for served, item, wording in asked]
    for fields in answers:
        floor.heard.extend(not_spanish(page))
        fill(page, fields)
        follow(page.locator("#answer-form button[name=go]").first)
    floor.heard.extend(not_spanish(page))
    follow(page.locator("main form button").last)
    floor.heard.extend(not_spanish(page))
    assert "Aprobado" in page.locator("main").inner_text()


def answer_quiz(floor: Floor, view: StepView) -> None:
    with doing(floor) as picker:
        context, quiz = context_of(picker, view), current_quiz(view.step.id)
        attempt_id = start_attempt(as_actor(picker), quiz, context.cycle_id, context.language)
        attempt = own_attempt(picker.id, attempt_id)
        for number in _numbers(attempt):
            _served, item, wording = question_at(attempt, quiz, number)
            save_answer(picker.id, attempt_id, number, right_response(item, wording), sequence=1)
        assert submit_attempt(picker.id, attempt_id).passed


def _numbers(attempt: Any) -> range:
    return range(1, len(attempt.served) + 1)


def work_console(floor: Floor, page: Page, view: StepView) -> None:
    """Decide the first case on the page, the others by the services; hand in and read the debrief on the page."""
    follow(page.locator(f"main form[action='/sandbox/{view.step.id}/start'] button"))
    page.wait_for_url("**/case/1")
    floor.heard.extend(not_spanish(page))
    with floor.app.app_context():
        run = uuid.UUID(page.url.split("/")[-3])
        case, key = own_run(floor.picker.id, run).public.cases[0], secret_of(run).key.cases[0]
        response = best(key)
    if case.decide_first:
        decide(floor, page, player.own_fields(case, response))
    decide(floor, page, player.fields(response))
    while True:
        with doing(floor) as picker:
            player.play_served(picker, run)
        see(floor, page, f"/run/{run}/review")
        follow(page.locator(f"main form[action='/run/{run}/finish'] button"))
        floor.heard.extend(not_spanish(page))
        with floor.app.app_context():
            if own_run(floor.picker.id, run).state is not RunState.OPEN:
                break
    if page.locator("form[action$='/unsure']").count():
        follow(page.locator("form[action$='/unsure'] button"))
        floor.heard.extend(not_spanish(page))
        page.locator("[name=next_time]").fill("mirar primero la fecha")
        follow(page.locator("form[action$='/debrief'] button").last)
        floor.heard.extend(not_spanish(page))


def decide(floor: Floor, page: Page, fields: dict[str, str]) -> None:
    """Decide a case as it stands on the page."""
    form = page.locator("form[data-decision]")
    chosen_first = sorted(fields.items(), key=lambda each: each[0] not in {"decision", "own"})
    fill(page, {name: [value] for name, value in chosen_first})
    follow(form.locator(".action-bar button").last)
    floor.heard.extend(not_spanish(page))


def come_to(floor: Floor, view: StepView) -> None:
    """Book a session, take part, be ticked off by the coordinator."""
    with doing(floor) as picker:
        starts = now() + timedelta(hours=1)
        draft = SessionDraft(view.step.id, "", starts, 30, "Europe/Madrid", 6, floor.champion.id, room="Sala 2")
        session = schedule_session(as_actor(floor.coordinator), draft)
        book(picker.id, session)
    floor.clock.set(starts + timedelta(minutes=40))
    with doing(floor) as picker:
        keep_roster(as_actor(floor.coordinator), session, RosterChange(frozenset({picker.id}), close=True))


def be_observed(floor: Floor, view: StepView) -> None:
    """Write the log and be signed off by the champion."""
    with doing(floor) as picker:
        context, actor = context_of(picker, view), as_actor(floor.champion)
        form = log_of(context.step.settings)
        lines = {
            f"{number}.{field.id}": field.choices[0] if field.choices else "visto en la pantalla"
            for number in range(1, form.entries + 1)
            for field in form.fields
        }
        assert save_log(picker.id, view.step.id, lines)[0] == form.entries
        sheet = sheet_of(released_step(context.release, view.step.id).step.settings)
        sitting = start_observation(actor, view.step.id, [picker.id])
        seen = Observed({line.id: Mark.SEEN for line in sheet.lines}, {}, dict.fromkeys(sheet.rows, 3), "Muy bien.")
        save_draft(actor, sitting, {picker.id: seen})
        sign_off(actor, sitting)


def certificate(floor: Floor, page: Page, folder) -> None:
    """Look at the certificate, and read the document."""
    with floor.app.app_context():
        run_due_jobs()
        award = db.session.scalars(sa.select(Award).where(Award.level == "foundation")).one()
    for path in ("/home", "/certificates", f"/certificates/{award.id}", "/me", "/policies/results"):
        see(floor, page, path)
    sent = page.request.get(f"{floor.address}/certificates/{award.id}.pdf")
    assert sent.ok
    text = " ".join(lines_of(sent.body(), folder))
    for words in ("Lucía Ibáñez", "Almacén", "Nivel básico", "de marzo de 2026"):
        assert words in text
    assert "Certificate" not in text
    assert "Foundation" not in text


def verification(floor: Floor, open_page) -> None:
    """A stranger who reads Spanish checks it."""
    with floor.app.app_context():
        token = db.session.scalar(sa.select(Award.token).where(Award.level == "foundation"))
    stranger = open_page(locale="es-ES")
    for path in (f"/v/{token}", "/verify"):
        see(floor, stranger, path)
    see(floor, stranger, f"/v/{token}")
    assert "Lucía Ibáñez" in stranger.locator("main").inner_text()
