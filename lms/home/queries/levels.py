"""What is left to be certified: on home in one line per level, on the certificates page predicate by predicate."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date

from lms.catalog.rules.content import Texts
from lms.catalog.rules.programmes import Level, predicate_target
from lms.certification.queries.evidence import assess_level
from lms.certification.rules.predicates import Assessment
from lms.learning.queries.cycles import Path
from lms.learning.rules.path import State, StepView


@dataclass(frozen=True, slots=True)
class LevelLine:
    """A level and how many of its modules are complete; `beyond` are modules that cannot be done yet by anybody."""

    level: Level
    done: int
    total: int
    beyond: tuple[Texts, ...]


@dataclass(frozen=True, slots=True)
class LevelDetail:
    """A level with every predicate judged."""

    level: Level
    assessment: Assessment


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


def level_details(person_id: uuid.UUID, path: Path, on: date) -> tuple[LevelDetail, ...]:
    """Return each level of the path's programme with every predicate judged on a day."""
    return tuple(
        LevelDetail(level, assess_level(person_id, path.programme, level, on)) for level in path.programme.levels
    )


def _cannot(steps: tuple[StepView, ...]) -> bool:
    return any(step.required and step.state is State.UNAVAILABLE for step in steps)
