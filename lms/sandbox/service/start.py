"""Beginning a run: the form is drawn, and what was drawn is stored, once."""

from __future__ import annotations

import uuid
from dataclasses import asdict, replace
from datetime import datetime

import sqlalchemy as sa

from lms.accounts.rules.actor import Actor
from lms.infra.db import db
from lms.infra.deployment import settings
from lms.infra.i18n import _, format_datetime
from lms.learning.kinds import StepContext
from lms.learning.service.evidence import lock_cycle
from lms.sandbox.models import Run, RunKey
from lms.sandbox.queries.company import company_facts, exercise_version, quarantined
from lms.sandbox.queries.results import case_results
from lms.sandbox.queries.runs import logs_of, own_run, secret_of
from lms.sandbox.queries.tries import gate_for, open_run
from lms.sandbox.queries.words import speaks, words_for
from lms.sandbox.rules import blueprint, engine
from lms.sandbox.rules.company import CompanyFacts
from lms.sandbox.rules.console import Console
from lms.sandbox.rules.consoles.registry import CONSOLES
from lms.sandbox.rules.debrief import missed
from lms.sandbox.rules.exercise import KEY, PUBLIC, Exercise, Generated, Key, Mode, Slot, digest
from lms.sandbox.rules.runs import EXAMS, LIFETIME, RunState, exercise_for, seed_for
from lms.sandbox.rules.scoring import SCORER_VERSION
from lms.sandbox.rules.tries import Blocked, Gate
from lms.sandbox.service.finish import expire_runs
from lms.sandbox.service.guided import Draw, next_case
from lms.shared.errors import Conflict, NotFound, Refused
from lms.shared.ids import new_id


def start_run(actor: Actor, context: StepContext) -> uuid.UUID:
    """Begin a run of a step and return its id; a run already open is returned instead of a second one.

    Raises:
        NotFound: the console does not exist.
        Refused: something has to be done first, or the next try is not due yet.
        Conflict: the exercise certifies and the console is not whole in the person's language.
    """
    lock_cycle(context.cycle_id)
    console = CONSOLES.get(context.step.settings["console"])
    if console is None:
        raise NotFound
    exercise = exercise_for(context.step.settings, console)
    expire_runs(context.now, actor.id)
    gate = gate_for(actor.id, context.cycle_id, context.step.id, console.id, exercise.mode, context.now)
    if gate.blocked is Blocked.OPEN_RUN:
        found = open_run(actor.id, context.cycle_id, context.step.id, context.now)
        if found is not None:
            return found
    if gate.blocked is not None:
        raise Refused(why_not(gate))
    if exercise.mode in EXAMS and not speaks(console, actor.language):
        raise Conflict(_("This exam does not exist in your language yet. Tell your coordinator."))
    withdrawn = frozenset[str]().union(*(quarantined(console.id, level) for level in exercise.levels))
    exercise = exercise_for(context.step.settings, console, withdrawn)
    draw = _draw(actor.id, console, exercise, company_facts(context.step.settings.get("overrides")))
    form = engine.generate(console, exercise, draw.version, draw.seed, draw.facts)
    if exercise.mode is Mode.GUIDED:
        form = _first_of(form, actor.id, draw)
    return _store(actor, context, draw, form, size=blueprint.of(exercise).size).id


def start_practice(actor: Actor, run_id: uuid.UUID, now: datetime) -> uuid.UUID:
    """Begin practice on new cases of the kinds that a debriefed run missed; return its id. It counts for nothing.

    Raises:
        NotFound: there is no such run of this person.
        Refused: the run's debrief is not done, or nothing was missed.
    """
    run = own_run(actor.id, run_id)
    lock_cycle(run.cycle_id)
    already = open_run(actor.id, run.cycle_id, run.step, now, practice=True)
    if already is not None:
        return already
    if not run.is_revealed:
        raise Refused(_("Finish the debrief of this run first."))
    secret = secret_of(run_id)
    lost = set(missed(case_results(run, secret, logs_of(run_id))))
    keys = [key for key in secret.key.cases if key.id in lost]
    if not keys:
        raise Refused(_("You missed nothing in this run, so there is nothing to practise again."))
    draw = _draw(actor.id, run.console, run.exercise, CompanyFacts().overridden(**run.public.policy))
    pairs = [
        engine.sibling(
            draw.console,
            draw.exercise,
            draw.version,
            draw.seed,
            draw.facts,
            place,
            Slot(key.stratum, key.level, key.kind),
        )
        for place, key in enumerate(keys)
    ]
    public = replace(run.public, version=draw.version, cases=tuple(replace(case, part=0) for case, _key in pairs))
    key = Key(secret.key.reason_families, tuple(key for _case, key in pairs))
    form = Generated(public, key, digest(public, key))
    row = _row(actor.id, draw, form, size=len(pairs), now=now, language=run.language)
    row.cycle_id, row.step, row.release, row.practice = run.cycle_id, run.step, run.release, True
    return _add(row, draw, form).id


def why_not(gate: Gate) -> str:
    """Return in words why a run cannot begin, and what to do."""
    match gate.blocked:
        case Blocked.GUIDED_FIRST:
            return _("Finish two guided sets on this console first.")
        case Blocked.SUPERVISED_FIRST:
            return _("Finish the supervised set on this console and its debrief first.")
        case Blocked.PASSED:
            return _("You have passed this exam. There is nothing left to try.")
        case Blocked.DEBRIEF_FIRST:
            return _("Finish the debrief of your last try first: it is what makes the next one better.")
        case Blocked.TOO_SOON:
            return _("The next try may start %(when)s.", when=format_datetime(gate.not_before))
        case Blocked.COACHING:
            return _("Sit down with your champion first. Ask for it with the button below.")
        case Blocked.SUPERVISED_TRY:
            return _("You were coached. Now do one more supervised set.")
        case Blocked.DECISION:
            return _("A person decides now how you go on. Nothing is left for you to do.")
        case Blocked.ANOTHER_TASK:
            return _("It was decided that you take another task. Ask your coordinator about it.")
        case _:
            return _("A run is open already.")


def _draw(person_id: uuid.UUID, console: Console, exercise: Exercise, facts: CompanyFacts) -> Draw:
    version = exercise_version(console.id)
    earlier = db.session.scalar(
        sa.select(sa.func.count()).select_from(Run).where(Run.person_id == person_id, Run.console == console.id)
    )
    secret = settings().resolved_secret_key()
    seed = seed_for(secret, exercise, version, person_id.hex, int(earlier or 0) + 1)
    return Draw(console, exercise, version, seed, facts)


def _first_of(form: Generated, person_id: uuid.UUID, draw: Draw) -> Generated:
    """Return a guided form with nothing but its first case: the others are chosen by how the ones before went."""
    case, key = next_case(person_id, draw, 0)
    public, keys = replace(form.public, cases=(case,)), Key(form.key.reason_families, (key,))
    return Generated(public, keys, digest(public, keys))


def _store(actor: Actor, context: StepContext, draw: Draw, form: Generated, *, size: int) -> Run:
    language = words_for(draw.console, actor.language).language
    row = _row(actor.id, draw, form, size=size, now=context.now, language=language)
    row.cycle_id, row.step, row.release = context.cycle_id, context.step.id, context.release
    return _add(row, draw, form)


def _row(person_id: uuid.UUID, draw: Draw, form: Generated, *, size: int, now: datetime, language: str) -> Run:
    return Run(
        id=new_id(),
        person_id=person_id,
        language=language,
        console=draw.console.id,
        level=max(draw.exercise.levels),
        mode=draw.exercise.mode,
        size=size,
        exercise=asdict(draw.exercise),
        version=draw.version,
        scorer=SCORER_VERSION,
        digest=form.digest,
        public=PUBLIC.dump_python(form.public, mode="json"),
        state=RunState.OPEN,
        opened_at=now,
        expires_at=now + LIFETIME,
    )


def _add(row: Run, draw: Draw, form: Generated) -> Run:
    last = db.session.scalar(
        sa.select(sa.func.max(Run.number)).where(
            Run.person_id == row.person_id, Run.cycle_id == row.cycle_id, Run.step == row.step
        )
    )
    row.number = (last or 0) + 1
    db.session.add(row)
    db.session.flush()
    db.session.add(RunKey(run_id=row.id, seed=f"{draw.seed:016x}", key=KEY.dump_python(form.key, mode="json")))
    db.session.flush()
    return row
