"""Delta modules: what an edit means for people who have already finished a module.

Source: course-format.md rule 3; curriculum.md section 4: a material change of policy or of a company fact opens a delta
module, due in 30 days, for those it touches.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from lms.catalog.rules.canonical import digest
from lms.catalog.rules.content import Change, Course, Module, Step
from lms.catalog.rules.programmes import serves_role
from lms.cohorts.rules.due import stop_clock
from lms.cohorts.rules.periods import Period, merged

DAYS = timedelta(days=30)
# What can be read and checked alone; a changed agenda or console asks nobody back.
_ALONE = frozenset({"lesson", "video", "quiz"})


@dataclass(frozen=True, slots=True)
class Edit:
    """A module that an edit changed, what that means, and the steps that teach and check what is new."""

    module: Module
    change: Change
    steps: tuple[str, ...]


def edits(before: Course, after: Course, facts: Collection[str], role: str) -> tuple[Edit, ...]:
    """Return the modules of both courses whose change means something to people in `role` who have finished them.

    `facts` are the company facts whose value changed: a module that cites one is materially changed by it.
    """
    found = []
    for module in after.modules:
        old = before.module(module.id)
        change = Change.MATERIAL if set(facts) & set(module.facts) else module.change
        if old is None or change is Change.COSMETIC:
            continue
        steps = _changed_steps(old, module, _changed_items(before, after), role)
        if steps:
            found.append(Edit(module, change, steps))
    return tuple(found)


def delta_due(opened_on: date, absences: Iterable[Period]) -> tuple[date | None, int]:
    """Return the day a delta is due and the days of absence in it; None while an open absence runs."""
    return stop_clock(opened_on, opened_on + DAYS, merged(absences))


def _changed_items(before: Course, after: Course) -> frozenset[str]:
    return frozenset(
        name
        for name, item in after.items.items()
        if name in before.items and digest(item) != digest(before.items[name])
    )


def _changed_steps(old: Module, new: Module, items: Collection[str], role: str) -> tuple[str, ...]:
    """Return the changed steps, in order, with the quiz that shows that the change was understood."""
    own = [step for step in new.steps if step.kind in _ALONE and serves_role(step.settings, role)]
    changed = {step.id for step in own if _differs(old.step(step.id), step) or not set(step.items).isdisjoint(items)}
    if not changed:
        return ()
    return tuple(step.id for step in own if step.id in changed or step.kind == "quiz")


def _differs(old: Step | None, new: Step) -> bool:
    return old is None or digest(old) != digest(new)
