"""The path: which steps are done, open or blocked, and which one comes next."""

from __future__ import annotations

import enum
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from math import ceil

from lms.catalog.rules.content import Course, Module, Step
from lms.catalog.rules.durations import parse_span
from lms.learning.rules.evidence import is_optional, required_steps

# Kinds that take place on a day agreed with others. They are never what a person can do this minute.
LIVE = frozenset({"workshop", "observation"})


class State(enum.StrEnum):
    """A step or module, as the person sees it."""

    NOT_STARTED = "not-started"
    IN_PROGRESS = "in-progress"
    COMPLETED = "completed"
    BLOCKED = "blocked"
    UNAVAILABLE = "unavailable"


@dataclass(frozen=True, slots=True)
class StepView:
    """One step on the path."""

    course: str
    module: str
    step: Step
    state: State
    required: bool

    @property
    def open(self) -> bool:
        """Return whether it can be done now."""
        return self.state in {State.NOT_STARTED, State.IN_PROGRESS}

    @property
    def live(self) -> bool:
        """Return whether it takes place on a day agreed with others."""
        return self.step.kind in LIVE


@dataclass(frozen=True, slots=True)
class ModuleView:
    """One module on the path; `waits_for` are the ids of modules to complete first."""

    course: str
    module: Module
    state: State
    steps: tuple[StepView, ...]
    waits_for: tuple[str, ...] = ()

    @property
    def done(self) -> int:
        """Return how many required steps are completed."""
        return sum(1 for step in self.steps if step.required and step.state is State.COMPLETED)

    @property
    def total(self) -> int:
        """Return how many steps are required."""
        return sum(1 for step in self.steps if step.required)

    @property
    def minutes_left(self) -> int:
        """Return the minutes of required steps that are not completed."""
        return sum(step.step.minutes for step in self.steps if step.required and step.state is not State.COMPLETED)


def lay_path(
    courses: Iterable[Course],
    done: Collection[str],
    started: Collection[str] = (),
    unavailable: Collection[str] = (),
    roles: Collection[str] = (),
) -> tuple[ModuleView, ...]:
    """Return every module of `courses` in order of study.

    `done` and `started` are step ids; `unavailable` step ids that cannot be done yet whatever the person does.
    """
    modules = [(course, module) for course in courses for module in course.modules]
    complete = {module.id for _course, module in modules if _is_complete(module, done, roles)}
    known = {module.id for _course, module in modules}
    views = []
    for course, module in modules:
        waits = tuple(need for need in module.requires if need in known and need not in complete)
        needed = {step.id for step in required_steps(module, roles)}
        steps = tuple(
            StepView(
                course.id, module.id, step, _step_state(step.id, done, started, unavailable, waits), step.id in needed
            )
            for step in module.steps
            if step.id in needed or is_optional(step)
        )
        views.append(ModuleView(course.id, module, _module_state(steps, waits), steps, waits))
    return tuple(views)


def next_step(path: Sequence[ModuleView]) -> StepView | None:
    """Return the one step to do next: the first required one that is open, one already begun before the others.

    A step that needs a day and other people comes after everything that can be done now, even where it was looked at.
    """
    open_steps = [step for module in path for step in module.steps if step.required and step.open]
    now = [step for step in open_steps if not step.live]
    begun = (step for step in now if step.state is State.IN_PROGRESS)
    return next(begun, next(iter((*now, *open_steps)), None))


def live_steps(path: Sequence[ModuleView]) -> tuple[StepView, ...]:
    """Return the required steps that are not completed and need a day and other people, in order of study.

    A place can be booked for one that is not open yet.
    """
    ahead = {State.NOT_STARTED, State.IN_PROGRESS, State.BLOCKED}
    return tuple(
        step for module in path for step in module.steps if step.required and step.live and step.state in ahead
    )


def fitting_steps(path: Sequence[ModuleView], budget: int, limit: int = 3) -> tuple[StepView, ...]:
    """Return up to `limit` open steps that finish inside `budget` minutes together, in order of study.

    A timed check is never suggested in less than its limit and a fifth (ux-guide.md section 7).
    """
    chosen: list[StepView] = []
    left = budget
    for step in (step for module in path for step in module.steps if step.required and step.open and not step.live):
        need = minutes_needed(step.step)
        if need <= left and len(chosen) < limit:
            chosen.append(step)
            left -= need
    return tuple(chosen)


def minutes_needed(step: Step) -> int:
    """Return the minutes a step needs to be finished in one go."""
    limit = (step.settings.get("time") or {}).get("limit")
    return ceil(parse_span(limit).total_seconds() * 1.2 / 60) if limit else step.minutes


def following_step(path: Sequence[ModuleView], step_id: str) -> StepView | None:
    """Return the step that comes after `step_id` in order of study and is not completed, or None.

    One that needs a day and other people is named only where nothing else comes after.
    """
    steps = [step for module in path for step in module.steps]
    index = next((number for number, step in enumerate(steps) if step.step.id == step_id), None)
    if index is None:
        return None
    after = [step for step in steps[index + 1 :] if step.open]
    return next((step for step in after if not step.live), next(iter(after), None))


def _is_complete(module: Module, done: Collection[str], roles: Collection[str]) -> bool:
    needed = required_steps(module, roles)
    return bool(needed) and all(step.id in done for step in needed)


def _step_state(
    step_id: str,
    done: Collection[str],
    started: Collection[str],
    unavailable: Collection[str],
    waits: Sequence[str],
) -> State:
    if step_id in done:
        return State.COMPLETED
    if waits:
        return State.BLOCKED
    if step_id in unavailable:
        return State.UNAVAILABLE
    return State.IN_PROGRESS if step_id in started else State.NOT_STARTED


def _module_state(steps: Sequence[StepView], waits: Sequence[str]) -> State:
    required = [step for step in steps if step.required]
    if required and all(step.state is State.COMPLETED for step in required):
        return State.COMPLETED
    if waits:
        return State.BLOCKED
    if any(step.state in {State.COMPLETED, State.IN_PROGRESS} for step in required):
        return State.IN_PROGRESS
    if required and all(step.state is State.UNAVAILABLE for step in required):
        return State.UNAVAILABLE
    return State.NOT_STARTED
