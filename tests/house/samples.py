"""Existing objects for the parameters in addresses, so that the permission test can ask for somebody else's.

A room adds its own: a function that stores an object belonging to `world.owner` and returns the parameter's value.

    @sample("award_id")
    def award(world):
        return issue(world.owner, ...).id

Where addresses use one parameter name for different things, name the rule: `@sample("id", "/cohorts/<uuid:id>")`.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from werkzeug.routing import Rule

from lms.accounts.models.people import Absence, Person
from lms.accounts.rules.actor import Role
from lms.accounts.service.links import issue_first_link
from lms.accounts.service.people_import import upload
from lms.assessment.models import CardReview
from lms.assessment.rules.cards import Recall
from lms.catalog.adapters.sources import read_tree
from lms.catalog.models import CurrentRelease
from lms.catalog.service import publish_courses
from lms.cohorts.rules.placing import PlacingRule
from lms.cohorts.service.champions import appoint_champion
from lms.cohorts.service.cohorts import add_member
from lms.cohorts.service.placing import add_rule
from lms.cohorts.service.plan import PeakDraft, create_peak
from lms.formats import course_formats
from lms.infra.db import db
from lms.infra.deployment import settings
from lms.learning.models import Cycle
from lms.learning.service.assign import Assignment, assign_programme
from lms.messaging.service import tell
from lms.sandbox.models import ExamHelp, LabKey, LabRun, Run, RunKey
from lms.sandbox.rules.company import CompanyFacts
from lms.sandbox.rules.consoles.registry import CONSOLES
from lms.sandbox.rules.engine import generate
from lms.sandbox.rules.exercise import KEY, PUBLIC, Exercise, Mode
from lms.sandbox.rules.labs.registry import LABS
from lms.sandbox.rules.streams import Streams
from lms.shared.ids import new_id
from lms.workshops.models.observations import Observation, ObservedPerson, SecondLook
from lms.workshops.models.sessions import SessionRequest
from lms.workshops.service.bookings import ask_for_session
from lms.workshops.service.observations import start_observation
from lms.workshops.service.second_looks import give_back
from lms.workshops.service.sessions import SessionDraft, schedule_session
from tests.conftest import NOW
from tests.factories.cohorts import make_cohort, make_wave
from tests.factories.people import as_actor, make_person

MISSING_ID = "01900000-0000-7000-8000-000000000000"
MISSING_WORD = "no-such-thing"


@dataclass
class World:
    """Somebody of each role who has nothing to do with `owner`, and the owner of every sample."""

    owner: Person
    people: dict[Role, Person]
    made: dict[Any, Any] = field(default_factory=dict)


Maker = Callable[[World], Any]
_MAKERS: dict[tuple[str, str], Maker] = {}


def sample(parameter: str, rule: str = "") -> Callable[[Maker], Maker]:
    """Use the decorated function for a parameter, in one rule or in all."""

    def register(maker: Maker) -> Maker:
        _MAKERS[(parameter, rule)] = maker
        return maker

    return register


def make_world() -> World:
    """Store the people."""
    roles = [role for role in Role if role is not Role.MANAGER]
    people = {role: make_person(f"The {role}", *([] if role is Role.EMPLOYEE else [role])) for role in roles}
    people[Role.MANAGER] = make_person("The manager")
    make_person("A report", manager=people[Role.MANAGER])
    return World(make_person("The owner", email="owner@example.com"), people)


def has_samples(rule: Rule) -> bool:
    """Return whether there is a sample for every parameter of a rule."""
    return all((name, rule.rule) in _MAKERS or (name, "") in _MAKERS for name in rule.arguments)


def others(world: World, rule: Rule) -> dict[str, Any] | None:
    """Return values for a rule's parameters that exist and belong to the owner; None where a room gave no sample."""
    values = {}
    for name in rule.arguments:
        key = next((key for key in ((name, rule.rule), (name, "")) if key in _MAKERS), None)
        if key is None:
            return None
        values[name] = made(world, _MAKERS[key])
    return values


def missing(rule: Rule) -> dict[str, Any]:
    """Return values for a rule's parameters that belong to nothing."""
    numbers = {name for name, converter in rule._converters.items() if type(converter).__name__ == "IntegerConverter"}
    ids = {name for name, converter in rule._converters.items() if type(converter).__name__ == "UUIDConverter"}
    return {
        name: 0 if name in numbers else uuid.UUID(MISSING_ID) if name in ids else MISSING_WORD
        for name in rule.arguments
    }


@sample("person_id")
def person(world):
    return world.owner.id


@sample("absence_id")
def absence(world):
    row = Absence(person_id=world.owner.id, starts_on=date(2026, 4, 1), ends_on=date(2026, 4, 9))
    db.session.add(row)
    db.session.flush()
    return row.id


@sample("role", "/people/<uuid:person_id>/roles/<role>/end")
def role(_world):
    return "champion"


@sample("import_id")
def people_import(_world):
    return upload(None, "hr.csv", b"Employee ID,Name\n1,Ana\n", NOW)


@sample("mail_id")
def mail(world):
    from lms.messaging.models import Mail

    tell(world.owner.id, "password-changed", NOW, path="/settings")
    db.session.flush()
    return db.session.query(Mail).first().id


@sample("token", "/start/<token>")
def link(world):
    return issue_first_link(world.owner.id, NOW).rsplit("/", 1)[1]


@sample("filename", "/static/<path:filename>")
def static_file(_world):
    assert settings()
    return "css/app.css"


def planner(world):
    return as_actor(world.people[Role.COORDINATOR])


@sample("wave", "/plan/waves/<wave>")
def wave(world):
    return make_wave(planner(world))


@sample("cohort", "/plan/cohorts/<cohort>")
@sample("cohort", "/plan/cohorts/<cohort>/champions")
@sample("cohort", "/plan/cohorts/<cohort>/edit")
@sample("cohort", "/plan/cohorts/<cohort>/rules")
def cohort(world):
    found = make_cohort(planner(world), wave=made(world, wave), programme="flight-check")
    add_member(planner(world), found, world.owner.id, NOW.date())
    return found


@sample("peak")
def peak(world):
    return create_peak(planner(world), PeakDraft("Sale", date(2026, 11, 23), date(2026, 11, 30)))


@sample("rule")
def placing_rule(world):
    rule = PlacingRule("customer-service", "north", "night", made(world, cohort), "flight-check")
    return add_rule(planner(world), rule)


@sample("appointment")
def appointment(world):
    return appoint_champion(planner(world), made(world, cohort), world.owner.id, NOW.date())


@sample("session")
def live_session(world):
    publish_flight_check()
    starts_at = NOW + timedelta(days=2)
    facts = SessionDraft("t2-clinic", "Clinic", starts_at, 60, "UTC", 2, world.owner.id, "Room 4")
    return schedule_session(planner(world), replace(facts, cohort_id=made(world, cohort)))


@sample("wish")
def wish(world):
    ask_for_session(world.owner.id, "t2-clinic", "Tuesdays")
    return db.session.query(SessionRequest).first().id


@sample("sitting")
def sitting(world):
    made(world, live_session)
    made(world, appointment)
    return start_observation(as_actor(world.owner), "t3-watch", [made(world, learner)])


@sample("look")
def second_look(world):
    """A pair: the owner's sheet beside that of the champion who was asked."""
    observation = db.session.get(Observation, made(world, sitting))
    (person,) = db.session.scalars(sa.select(ObservedPerson).where(ObservedPerson.observation_id == observation.id))
    give_back(observation.id, person.person_id)  # the draw falls on one in ten
    row = SecondLook(
        id=new_id(), observation_id=observation.id, person_id=person.person_id, cycle_id=person.cycle_id,
        step=observation.step, observer_id=world.owner.id, asked_at=NOW, sheet={},
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    return row.id


@sample("person")
def learner(world):
    found = make_person("The learner")
    publish_flight_check()
    add_member(planner(world), made(world, cohort), found.id, NOW.date())
    return found.id


@sample("step", "/shadowing/<step>/log")
@sample("step", "/shadowing/<step>/log/draft")
def observed_step(_world):
    publish_flight_check()
    return "t3-watch"


@sample("step", "/repeat/<step>")
@sample("step", "/repeat/<step>/<uuid:review>")
def cards_step(world):
    """Cards of the owner's month."""
    made(world, cohort)
    publish_flight_check()
    assign_programme(Assignment(world.owner.id, "flight-check", "refresher-2026-04", parts=("t11-cards",)), None)
    return "t11-cards"


@sample("step", "/admin/content/texts/<step>/<lang>")
def lesson_with_room(_world):
    publish_flight_check()
    return "t11-notes"


@sample("lang")
def language_of_text(_world):
    return "en"


@sample("name", "/admin/content/facts/<name>")
def fact_name(_world):
    publish_flight_check()
    return "price_approval_limit"


@sample("name", "/policies/<name>")
def policy(_world):
    return "results"


@sample("review", "/repeat/<step>/<uuid:review>")
def card_review(world):
    made(world, cards_step)
    cycle = db.session.scalars(
        sa.select(Cycle.id).where(Cycle.person_id == world.owner.id, Cycle.name == "refresher-2026-04")
    ).one()
    row = CardReview(
        id=new_id(), person_id=world.owner.id, cycle_id=cycle, step="t11-cards", release="none", language="en",
        item="flight-over", number=1, served={}, response={}, hinted=False, recall=Recall.AGAIN, reviewed_at=NOW,
        phase=1, stage=0, stability=1.0, difficulty=5.0, due_at=NOW,
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    return row.id


@sample("run")
def run(world):
    """A run of the owner's; nobody else gets as far as to its step."""
    publish_flight_check()
    made(world, cohort)
    cycle = db.session.scalars(sa.select(Cycle.id).where(Cycle.person_id == world.owner.id)).first()
    exercise = Exercise("trust-gym", (1,), Mode.GYM)
    form = generate(CONSOLES[exercise.console], exercise, 1, 7, CompanyFacts())
    row = Run(
        id=new_id(), person_id=world.owner.id, cycle_id=cycle, step="gym", release="none", language="en",
        console=exercise.console, level=1, mode=exercise.mode, size=len(form.public.cases), number=1,
        exercise=asdict(exercise), version=1, scorer=1, digest=form.digest,
        public=PUBLIC.dump_python(form.public, mode="json"), opened_at=NOW, expires_at=NOW + timedelta(days=7),
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    db.session.add(RunKey(run_id=row.id, seed=f"{7:016x}", key=KEY.dump_python(form.key, mode="json")))
    db.session.flush()
    return row.id


@sample("item")
def question(_world):
    publish_flight_check()
    return "flight-over"


@sample("release")
def course_release(_world):
    publish_flight_check()
    return db.session.scalar(sa.select(CurrentRelease.hash).where(CurrentRelease.name == "flight-check"))


@sample("run", "/lab/<uuid:run>")
@sample("run", "/lab/<uuid:run>/save")
def lab_run(world):
    """A sheet of the owner's."""
    cycle, lab = db.session.get(Run, made(world, run)).cycle_id, LABS["summary-audit"]
    sheet = lab.draw(Streams("sample"), CompanyFacts())
    row = LabRun(
        id=new_id(), person_id=world.owner.id, cycle_id=cycle, step="audit", release="none", language="en", lab=lab.id,
        level=1, number=1, version=1, digest="", public=lab.shapes.public.dump_python(sheet.public, mode="json"),
        work={}, opened_at=NOW, expires_at=NOW + timedelta(days=7),
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    db.session.add(LabKey(run_id=row.id, seed=f"{7:016x}", key=lab.shapes.key.dump_python(sheet.key, mode="json")))
    db.session.flush()
    return row.id


@sample("number", "/run/<uuid:run>/case/<int:number>")
@sample("number", "/run/<uuid:run>/case/<int:number>/skip")
@sample("number", "/run/<uuid:run>/case/<int:number>/take-back")
@sample("number", "/run/<uuid:run>/case/<int:number>/hint")
@sample("number", "/run/<uuid:run>/case/<int:number>/contest")
def case_number(_world):
    return 1


@sample("request_id", "/team/coaching/<uuid:request_id>")
def coaching_request(world):
    cycle = db.session.get(Run, made(world, run)).cycle_id
    asked = ExamHelp(id=new_id(), person_id=world.owner.id, cycle_id=cycle, step="gym", failures=2, asked_at=NOW)
    db.session.add(asked)
    db.session.flush()
    return asked.id


def made(world, maker):
    """Return what a maker makes, made once: several addresses and other samples need the same thing."""
    if maker not in world.made:
        world.made[maker] = maker(world)
    return world.made[maker]


def publish_flight_check():
    here = Path(__file__).parents[1] / "functional"
    publish_courses(None, read_tree(here / "flight", here / "refreshers"), course_formats(), NOW)
