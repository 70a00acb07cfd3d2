"""Evidence: what counts as done, and how many minutes it earns."""

from __future__ import annotations

import enum
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from lms.catalog.rules.content import Module, Step
from lms.catalog.rules.programmes import is_diagnostic


class Result(enum.StrEnum):
    """What an evidence row says happened."""

    COMPLETED = "completed"
    PASSED = "passed"
    FAILED = "failed"
    ATTENDED = "attended"
    ABSENT = "absent"
    SIGNED = "signed"
    NOT_YET = "not-yet"
    EXCUSED = "excused"
    WITHDRAWN = "withdrawn"


class Source(enum.StrEnum):
    """Where an evidence row came from."""

    PLAYER = "player"
    ATTEMPT = "attempt"
    ROSTER = "roster"
    SIGN_OFF = "sign-off"
    EQUIVALENT = "equivalent"
    CORRECTION = "correction"
    IMPORT = "import"
    # A rule of the calendar, such as the four hours that merged months may have.
    RULE = "rule"


# A row with one of these results completes its step; the others are facts that do not.
COMPLETES = frozenset({Result.COMPLETED, Result.PASSED, Result.ATTENDED, Result.SIGNED, Result.EXCUSED})
# Kinds that show what a person learned. Reading alone earns its minutes when its module has none of these.
DEMONSTRATES = frozenset({"quiz", "video", "sandbox", "workshop", "observation", "cards"})
# The kind nobody must do to complete a module: an anonymous survey cannot be checked.
OPTIONAL = frozenset({"survey"})


def is_optional(step: Step) -> bool:
    """Return whether a module is complete without the step. A diagnostic is for those who want to skip something."""
    return step.kind in OPTIONAL or is_diagnostic(step.settings)


@dataclass(frozen=True, slots=True)
class Fact:
    """One evidence row as far as standing depends on it."""

    id: str
    result: Result
    occurred_at: datetime
    supersedes: str | None = None


def standing(facts: Iterable[Fact]) -> Fact | None:
    """Return the row that completes a step: the earliest completing one that no later row supersedes, or None."""
    rows = list(facts)
    replaced = {row.supersedes for row in rows if row.supersedes}
    live = [row for row in rows if row.id not in replaced and row.result in COMPLETES]
    return min(live, key=lambda row: (row.occurred_at, row.id), default=None)


def required_steps(module: Module, roles: Collection[str] = ()) -> tuple[Step, ...]:
    """Return the steps that complete the module for people in `roles` (any role where empty)."""
    return tuple(step for step in module.steps if not is_optional(step) and _serves(step, roles))


def part_of(module: Module, parts: Collection[str]) -> Module:
    """Return the module with the steps a cycle is made of: all where `parts`, ids, name the module or nothing."""
    if not parts or module.id in parts:
        return module
    return replace(module, requires=(), steps=tuple(step for step in module.steps if step.id in parts))


def credited_minutes(module: Module, step: Step, earlier: Collection[str]) -> int:
    """Return the minutes completing `step` earns, given the ids of steps completed `earlier` in the module.

    Minutes are credited on demonstrated completion, never on screen time (curriculum.md): a lesson's minutes wait for
    the module's first demonstrating step; in a module without one they are earned at once.
    """
    proofs = {other.id for other in module.steps if other.kind in DEMONSTRATES and not is_optional(other)}
    if step.id not in proofs:
        shown = not proofs or not proofs.isdisjoint(earlier)
        return step.minutes if shown else 0
    waiting = () if not proofs.isdisjoint(earlier) else _read(module, proofs, earlier)
    return step.minutes + sum(other.minutes for other in waiting)


def _read(module: Module, proofs: Collection[str], earlier: Collection[str]) -> tuple[Step, ...]:
    return tuple(step for step in module.steps if step.id not in proofs and step.id in earlier)


def _serves(step: Step, roles: Collection[str]) -> bool:
    wanted = step.settings.get("roles") or ()
    return not wanted or not roles or not set(wanted).isdisjoint(roles)
