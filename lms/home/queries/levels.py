"""What is left to be certified: on home in one line per level, on a level's page predicate by predicate."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from lms.catalog.rules.content import Texts
from lms.catalog.rules.programmes import Level, Programme, predicate_target
from lms.certification.models import Award
from lms.certification.queries.evidence import assess_level
from lms.certification.rules.predicates import OPENS, Kind, Outcome, Predicate, parse
from lms.infra.db import db
from lms.learning.queries.cycles import Path
from lms.learning.rules.cycles import is_refresher
from lms.learning.rules.path import State, StepView, next_step

_WITHOUT_STEP = OPENS | {Kind.APPOINTED, Kind.DEPUTY}
_LIVE = {Kind.OBSERVATION: "observation", Kind.RUBRIC: "observation", Kind.WORKSHOP: "workshop"}


@dataclass(frozen=True, slots=True)
class LevelLine:
    """A level and how many of its modules are complete; `beyond` are modules that cannot be done yet by anybody."""

    level: Level
    done: int
    total: int
    beyond: tuple[Texts, ...]


@dataclass(frozen=True, slots=True)
class Condition:
    """One predicate as judged, and the open step that shows it, with its title where that says what it is about."""

    outcome: Outcome
    step: StepView | None

    @property
    def step_title(self) -> Texts | None:
        """Return what the step is called; None where the condition asks for more than it."""
        return self.step.step.title if self.step and self.outcome.predicate.kind is not Kind.MODULE else None


@dataclass(frozen=True, slots=True)
class LevelDetail:
    """A level with every predicate judged; `nearest` is the condition with the smallest next action."""

    programme: Programme
    level: Level
    conditions: tuple[Condition, ...]
    nearest: Condition | None

    @property
    def concerns_them(self) -> bool:
        """Return whether the person is appointed, where the level asks for that."""
        asked = [one.outcome for one in self.conditions if one.outcome.predicate.kind is Kind.APPOINTED]
        return all(outcome.met for outcome in asked)

    @property
    def met(self) -> int:
        """Return how many conditions hold."""
        return sum(1 for condition in self.conditions if condition.outcome.met)


def level_lines(path: Path) -> tuple[LevelLine, ...]:
    """Return each level of the path's programme. Nothing is read: the path knows what is complete."""
    modules = {view.module.id: view for view in path.modules}
    planned = {plan.id: plan.title for release in path.releases for plan in release.course.planned}
    lines = []
    for level in path.programme.levels:
        targets = [target for text in level.requires if (target := predicate_target(text)) and target.kind == "module"]
        ids = [target.id for target in targets if target.id]
        done = sum(1 for name in ids if name in modules and modules[name].state is State.COMPLETED)
        stuck = [modules[name].module.title for name in ids if name in modules and _cannot(modules[name].steps)]
        lines.append(LevelLine(level, done, len(ids), (*stuck, *(planned[name] for name in ids if name in planned))))
    return tuple(lines)


def levels_ahead(person_id: uuid.UUID, paths: Iterable[Path], on: date) -> tuple[LevelDetail, ...]:
    """Return what comes next for a person, predicate by predicate, of what they do not hold yet.

    That is the level after one they were awarded, where the catalogue has a part of its own for it, and the levels
    that they are appointed to.
    """
    known = tuple(paths)
    details = []
    for programme in {path.programme.id: path.programme for path in known}.values():
        if not programme.appointed and not any(level.study for level in programme.levels):
            continue
        awarded = set(
            db.session.scalars(
                sa.select(Award.level).where(Award.person_id == person_id, Award.programme == programme.id)
            )
        )
        for level in programme.levels:
            before = {rule.subject for rule in map(parse, level.requires) if rule.kind is Kind.HELD}
            if level.study and level.id not in awarded and before and before <= awarded:
                details.append(level_detail(person_id, programme, level, known, on))
                break
        wanted = [level for level in programme.appointed if level.id not in awarded]
        appointed = [level_detail(person_id, programme, level, known, on) for level in wanted]
        details += [detail for detail in appointed if detail.concerns_them]
    return tuple(details)


def level_detail(
    person_id: uuid.UUID, programme: Programme, level: Level, paths: Iterable[Path], on: date
) -> LevelDetail:
    """Return a level with every predicate judged on a day, and where each is shown on the person's paths."""
    assessment = assess_level(person_id, programme, level, on)
    known = tuple(paths)
    conditions = []
    for outcome in assessment.outcomes:
        step = None if outcome.met else next(_places(outcome.predicate, known), None)
        conditions.append(Condition(outcome, step))
    ordered = [one for action in assessment.actions for one in conditions if one.outcome.next_action is action]
    # What is not open to them yet is no next action, however short it is.
    nearest = next((one for one in ordered if one.step or one.outcome.predicate.kind in _WITHOUT_STEP), None)
    return LevelDetail(programme, level, tuple(conditions), nearest or next(iter(ordered), None))


def _places(predicate: Predicate, paths: Iterable[Path]) -> Iterator[StepView]:
    """Yield the open steps that show a predicate."""
    for path in paths:
        if predicate.kind is Kind.REFRESHERS and is_refresher(path.cycle.name):
            step = next_step(path.modules)
            yield from (step,) if step else ()
        for module in path.modules:
            if predicate.kind is Kind.MODULE and module.module.id == predicate.subject:
                step = next_step([module])
                yield from (step,) if step else ()
            yield from (view for view in module.steps if view.open and _shows(view, predicate))


def _shows(view: StepView, predicate: Predicate) -> bool:
    settings = view.step.settings
    match predicate.kind:
        case Kind.QUIZ:
            return view.step.id == predicate.subject
        case Kind.SANDBOX:
            mode = f"{predicate.level}-exam"
            return (settings.get("console"), settings.get("mode")) == (predicate.subject, mode)
        case Kind.LAB:
            return (settings.get("console"), settings.get("mode")) == (predicate.subject, "lab")
        case Kind.OBSERVATION | Kind.RUBRIC | Kind.WORKSHOP:
            return view.step.kind == _LIVE[predicate.kind] and predicate.subject in {view.step.id, view.module}
        case _:
            return False


def _cannot(steps: tuple[StepView, ...]) -> bool:
    return any(step.required and step.state is State.UNAVAILABLE for step in steps)
