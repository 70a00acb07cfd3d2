"""How somebody studies: the next open step, done the way a person would do it in the browser."""

from __future__ import annotations

import random
from collections.abc import Iterator
from functools import partial
from typing import Any

from werkzeug.datastructures import MultiDict

from lms.accounts.queries.identity import actor_by_person
from lms.accounts.rules.actor import Actor
from lms.assessment.queries.attempts import own_attempt, question_at
from lms.assessment.queries.quizzes import Quiz, attempts_of, current_quiz, past_of
from lms.assessment.rules.attempts import Mode, may_start, serve_check
from lms.assessment.service.answer import save_answer
from lms.assessment.service.checks import check_states
from lms.assessment.service.start import start_attempt
from lms.assessment.service.submit import submit_attempt
from lms.catalog.rules.items import Item, Wording
from lms.catalog.rules.programmes import is_diagnostic
from lms.demo.rules.answers import as_fields, right_response, wrong_response
from lms.demo.rules.habits import Habit, chance_of_right, sittings
from lms.demo.rules.plan import SECOND, cohort_named
from lms.demo.rules.timeline import study_moment
from lms.demo.service.shadowing import keep_log
from lms.demo.service.simulating import work_at_simulator
from lms.demo.service.world import Learner, World
from lms.learning.kinds import StepContext, step_kind
from lms.learning.queries.catalogue import locate_step
from lms.learning.queries.cycles import paths_of
from lms.learning.queries.player import visit_step
from lms.learning.rules.path import StepView
from lms.learning.service.assign import note_visit

READ = frozenset({"lesson", "video"})
DONE_ALONE = READ | {"quiz", "survey", "observation", "sandbox"}
# In this cohort too few answer the survey for its result to be shown.
SHY_COHORT, SHY_ANSWERS = "floor-northgate-night", 3
ANSWERS_SURVEY, LOOKS_AHEAD, ASKS_FOR_HELP, KNOWS_SOME = 0.8, 0.3, 0.6, 0.35
# Of those who take the diagnostic, on each of its topics.
KNOWS_TOPIC = 0.6
# In the last week some leave a quiz half way, to go on with it another day.
BREAKS_OFF = 0.25


def plan_studying(world: World) -> None:
    """Put everybody's sittings on the agenda."""
    for learner in world.learners.values():
        if cohort_named(learner.worker.cohort).wave == SECOND:
            continue
        for day, steps in sittings(learner.rng, learner.habit, learner.starts_on, world.timeline.last_day):
            moment = study_moment(day, learner.worker.shift, learner.worker.zone, learner.rng)
            world.agenda.add(moment, partial(sit_down, world, learner, steps))


def sit_down(world: World, learner: Learner, steps: int) -> None:
    """Let somebody do up to `steps` steps of their path."""
    actor = actor_by_person(world.ids[learner.worker.number], world.clock.now())
    if actor is None or not learner.is_here(world.today):
        return
    ahead = _steps_ahead(world, learner, actor)
    for _ in range(steps):
        context = next(ahead, None)
        if context is None:
            return
        learner.last_active = world.today
        if not _do(world, learner, context):
            return
    following = next(ahead, None)
    if following is not None and learner.rng.random() < LOOKS_AHEAD:
        note_visit(actor.id, following.cycle, following.step.id)


def do_steps(world: World, learner: Learner, cycle: str, kinds: frozenset[str]) -> None:
    """Let somebody do the open steps of these kinds in one of their cycles, each once."""
    actor = actor_by_person(world.ids[learner.worker.number], world.clock.now())
    paths = paths_of(actor.id) if actor else ()
    views = [view for path in paths if path.cycle.name == cycle for module in path.modules for view in module.steps]
    for view in views if actor else ():
        if not view.open or view.step.kind not in kinds or not actor:
            continue
        visit = visit_step(actor, view.course, view.module, view.step.id, world.clock.now())
        if visit is None or visit.context is None or visit.path.cycle.name != cycle:
            continue
        learner.last_active = world.today
        _do(world, learner, visit.context)


def is_read(step: str) -> bool:
    """Return whether a step is a page or a recording."""
    place = locate_step(step)
    return place is not None and place.step.kind in READ


def _steps_ahead(world: World, learner: Learner, actor: Actor) -> Iterator[StepContext]:
    """Yield the open steps in order, each once; when all are done, those that they opened."""
    tried: set[str] = set()
    while True:
        found = [view for view in _open_steps(actor) if view.step.id not in tried and _wants(world, learner, view)]
        if not found:
            return
        tried |= {view.step.id for view in found}
        for view in found:
            visit = visit_step(actor, view.course, view.module, view.step.id, world.clock.now())
            # A diagnostic may have spared them what was open when they looked.
            if visit is not None and visit.context is not None and visit.view.open:
                yield visit.context


def _open_steps(actor: Actor) -> Iterator[StepView]:
    for path in paths_of(actor.id):
        for module in path.modules:
            yield from (view for view in module.steps if view.open and view.step.kind in DONE_ALONE)


def _wants(world: World, learner: Learner, view: StepView) -> bool:
    if is_diagnostic(view.step.settings):
        # AI is new to this company: only a few who learn quickly think that they may skip something.
        return learner.habit is Habit.QUICK and _decides(learner, "diagnostic", KNOWS_SOME)
    if view.step.kind == "observation":
        return not learner.log_complete
    if view.step.kind != "survey":
        return True
    if learner.worker.cohort == SHY_COHORT:
        return learner.worker in [member.worker for member in world.members(SHY_COHORT)[1 : 1 + SHY_ANSWERS]]
    return _decides(learner, "survey", ANSWERS_SURVEY)


def _decides(learner: Learner, question: str, chance: float) -> bool:
    """Return what somebody decides: by who they are, not by how often they are asked."""
    return random.Random(f"{question} {learner.worker.number}").random() < chance  # noqa: S311 - a story, not a secret


def _do(world: World, learner: Learner, context: StepContext) -> bool:
    """Do one step; return whether the person goes on to the next."""
    if context.step.kind != "sandbox":
        world.wait(60 * context.step.minutes * learner.rng.uniform(0.5, 1.1))
    match context.step.kind:
        case "quiz":
            return _take_quiz(world, learner, context)
        case "observation":
            whole = learner.habit is not Habit.STRUGGLING or learner.rng.random() < 0.5  # noqa: PLR2004 - half of them
            learner.log_complete = keep_log(context.actor.id, context.step, learner.rng, whole=whole)
        case "sandbox":
            return work_at_simulator(world, learner, context)
        case "survey":
            _answer_survey(learner, context)
        case _:
            _read(learner, context)
    return True


def _read(learner: Learner, context: StepContext) -> None:
    """Read a page and answer its check questions, mending what was wrong."""
    kind = step_kind(context.step.kind)
    for tries in range(3):
        states = [state for state in check_states(context) if not state.settled]
        fields: dict[str, list[str]] = {}
        for state in states:
            is_right = learner.rng.random() < chance_of_right(learner.habit, tries)
            response = _response(state.item, state.wording, context.language, is_right=is_right)
            served = serve_check(state.item, state.values)
            fields |= as_fields(response or right_response(state.item, state.wording), served, state.item.id)
        if kind.complete(context, MultiDict(fields)) is None or all(state.settled for state in check_states(context)):
            return


def _answer_survey(learner: Learner, context: StepContext) -> None:
    mood = {Habit.QUICK: 4.4, Habit.STEADY: 3.9}.get(learner.habit, 3.2)
    ease = {"ability": -0.9, "reinforcement": -0.6, "knowledge": -0.3}
    form = {
        f"answer.{item['id']}": str(min(5, max(1, round(learner.rng.gauss(mood + ease.get(item["adkar"], 0), 0.8)))))
        for item in context.content["items"]
        if item["type"] == "likert"
    }
    step_kind("survey").complete(context, form)


def _take_quiz(world: World, learner: Learner, context: StepContext) -> bool:
    quiz = current_quiz(context.step.id)
    lines = attempts_of(context.actor.id, context.cycle_id, context.step.id)
    if quiz is None or may_start(quiz.rules, past_of(lines), world.clock.now()).blocked is not None:
        return True
    passed = _attempt(world, learner, context, quiz, len(lines))
    if not passed and learner.habit is Habit.STRUGGLING and learner.rng.random() < ASKS_FOR_HELP:
        learner.needs_help = True
    return passed


def _attempt(world: World, learner: Learner, context: StepContext, quiz: Quiz, earlier: int) -> bool:
    attempt_id = start_attempt(context.actor, quiz, context.cycle_id, context.language)
    attempt = own_attempt(context.actor.id, attempt_id)
    breaks_off = world.today >= world.timeline.day(-1) and learner.rng.random() < BREAKS_OFF
    for number in range(1, len(attempt.served) // (2 if breaks_off else 1) + 1):
        _served, item, wording = question_at(attempt, quiz, number)
        world.wait(learner.rng.uniform(20, 90))
        # Which question stands where is drawn anew at each making; what somebody knows before is a matter of its topic.
        is_right = (
            _decides(learner, f"knows {item.objective}", KNOWS_TOPIC)
            if quiz.rules.mode is Mode.DIAGNOSTIC
            else learner.rng.random() < chance_of_right(learner.habit, earlier)
        )
        response = _response(item, wording, attempt.language, is_right=is_right)
        if response:
            save_answer(context.actor.id, attempt_id, number, response, sequence=1)
    if breaks_off:
        return False
    return bool(submit_attempt(context.actor.id, attempt_id).passed)


def _response(item: Item, wording: Wording, language: str, *, is_right: bool) -> dict[str, Any]:
    # Questions are drawn anew each time, so which mistake is made must not use up the learner's own chance.
    chance = random.Random(item.id)  # noqa: S311 - a preference, not a secret
    return right_response(item, wording) if is_right else wrong_response(item, wording, language, chance)
