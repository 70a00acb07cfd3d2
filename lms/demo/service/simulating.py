"""How somebody works at a simulator: case after case, mostly right, with the mistakes that people make."""

from __future__ import annotations

from dataclasses import replace

from lms.demo.rules.habits import Habit, chance_of_right
from lms.demo.service.world import Learner, World
from lms.learning.kinds import StepContext
from lms.sandbox.queries.labs import own_lab_run
from lms.sandbox.queries.runs import RunView, own_run, secret_of
from lms.sandbox.queries.tries import gate_for
from lms.sandbox.rules.exercise import Action, Case, CaseKey, Stratum
from lms.sandbox.rules.policies import best
from lms.sandbox.rules.runs import EXAMS, LAB_MODE, MODES, Given, RunState
from lms.sandbox.service.debriefing import say_unsure, write_line
from lms.sandbox.service.decide import decide
from lms.sandbox.service.finish import hand_in
from lms.sandbox.service.labs import fill_in, hand_in_sheet, start_lab
from lms.sandbox.service.start import start_run

PASSES_EXAM = {Habit.QUICK: 0.97, Habit.STEADY: 0.85, Habit.STRUGGLING: 0.4, Habit.STALLED: 0.5}
LINES = (
    "Look at the date of the figure before I look at the figure.",
    "Read the note of the last shift first.",
    "Ask what the AI could not see.",
)


def work_at_simulator(world: World, learner: Learner, context: StepContext) -> bool:
    """Do one run of a sandbox step, its debrief included; return whether the person goes on to the next step."""
    settings = context.step.settings
    if settings["mode"] == LAB_MODE:
        return _work_at_lab(world, learner, context)
    mode = MODES[settings["mode"]]
    here = replace(context, now=world.clock.now())
    gate = gate_for(context.actor.id, context.cycle_id, context.step.id, settings["console"], mode, here.now)
    if gate.blocked is not None:
        return True
    passes = mode not in EXAMS or learner.rng.random() < PASSES_EXAM.get(learner.habit, 0) + 0.3 * gate.failures
    run_id = start_run(context.actor, here)
    view = own_run(context.actor.id, run_id)
    while view.state is RunState.OPEN:
        _decide_all(world, learner, view, surely=passes if mode in EXAMS else None)
        view = hand_in(context.actor.id, run_id, world.clock.now())
    if view.closed_at is None:
        world.wait(5 * 60)
        say_unsure(context.actor.id, run_id, [], "")
        write_line(context.actor.id, run_id, learner.rng.choice(LINES), world.clock.now())
    return passes


def _work_at_lab(world: World, learner: Learner, context: StepContext) -> bool:
    """Fill in one sheet and hand it in: as the solver does, or with nothing found out."""
    world.wait(60 * context.step.minutes * learner.rng.uniform(0.5, 1.1))
    run_id = start_lab(context.actor, replace(context, now=world.clock.now()))
    run = own_lab_run(context.actor.id, run_id)
    does_well = learner.rng.random() < PASSES_EXAM.get(learner.habit, 0)
    works = run.lab.constants(run.public)
    fill_in(run, run.lab.solve(run.public) if does_well else works[min(works)])
    return bool(hand_in_sheet(context.actor.id, run_id, world.clock.now()).passed)


def _decide_all(world: World, learner: Learner, view: RunView, *, surely: bool | None) -> None:
    """Decide every case that is left, first without the advice where the exercise asks for it.

    An exam is either done right or waved through as a whole: whether it is passed must not depend on the cases drawn.
    """
    keys = secret_of(view.id).key.cases
    for number in range(1 + view.fixed, view.size + 1):
        if number > len(keys):  # guided sets are drawn case by case
            keys = secret_of(view.id).key.cases
        case, key = view.public.cases[number - 1], keys[number - 1]
        world.wait(learner.rng.uniform(40, 90))
        by_chance = learner.rng.random() < chance_of_right(learner.habit, 0)
        given = _right(key) if (by_chance if surely is None else surely) else _wrong(view, key)
        if case.decide_first:
            decide(view.person_id, view.id, number, _own(case, given), world.clock.now())
        view = decide(view.person_id, view.id, number, given, world.clock.now())


def _right(key: CaseKey) -> Given:
    response = best(key)
    return Given(response.action, response.option, response.number, response.queue, response.reason)


def _wrong(view: RunView, key: CaseKey) -> Given:
    """Return the mistake of trusting too much, and on good advice that of trusting too little."""
    if key.stratum is Stratum.GOOD:
        return Given(Action.REJECT, reason=view.public.reasons[0])
    return Given(Action.ACCEPT)


def _own(case: Case, given: Given) -> Given:
    """Return the same decision as it is given before the advice is seen: accepting is choosing what it will say."""
    if given.action is Action.ACCEPT:
        return Given(Action.CHANGE, case.advice.option, case.advice.number)
    return given
