"""A run: one person's one time through an exercise. What its modes allow, and where a case of it stands."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from lms.sandbox.rules.blueprint import BLUEPRINTS
from lms.sandbox.rules.exercise import Exercise, Mode, Response

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from lms.sandbox.rules.console import Console
    from lms.sandbox.rules.exercise import Action, Public

LIFETIME = timedelta(days=7)
# What course files call the modes that certify.
MODES: Mapping[str, Mode] = MappingProxyType(
    {
        "gym": Mode.GYM,
        "guided": Mode.GUIDED,
        "supervised": Mode.SUPERVISED,
        "foundation-exam": Mode.FOUNDATION,
        "practitioner-exam": Mode.PRACTITIONER,
        "vigilance": Mode.VIGILANCE,
    }
)
# What course files say of a step that is a lab: it has no cases and no mode of its own.
LAB_MODE = "lab"
FOUNDATION_LEVEL = 2
EXAMS = frozenset({Mode.FOUNDATION, Mode.PRACTITIONER})
# Modes whose feedback waits for the end: there a person says first which cases they are least sure of.
ASKED_FIRST = frozenset({Mode.SUPERVISED, Mode.VIGILANCE}) | EXAMS
MOST_UNSURE = 3


class RunState(StrEnum):
    """Handed in means that every case is decided and the debrief is not done; closed, that it is."""

    OPEN = "open"
    HANDED_IN = "handed-in"
    CLOSED = "closed"
    EXPIRED = "expired"


class Phase(StrEnum):
    """What a line in the log of decisions is."""

    FIRST = "first"
    FINAL = "final"
    TAKEN_BACK = "taken-back"
    SKIPPED = "skipped"


class CaseState(StrEnum):
    """A case as the queue names it."""

    OPEN = "open"
    BEGUN = "begun"
    SKIPPED = "skipped"
    DECIDED = "decided"
    AHEAD = "ahead"


@dataclass(frozen=True, slots=True)
class Given:
    """What somebody decided. `confidence` is 50 … 100 per cent; a first decision holds its own answer as well."""

    action: Action
    option: str | None = None
    number: int | None = None
    queue: str | None = None
    reason: str | None = None
    confidence: int | None = None


@dataclass(frozen=True, slots=True)
class CaseLog:
    """Where one case stands: the log's last number, the decision that counts, and what came before it."""

    sequence: int = 0
    first: Given | None = None
    final: Given | None = None
    decided_at: datetime | None = None
    skipped: bool = False
    hints: tuple[int, ...] = ()

    @property
    def state(self) -> CaseState:
        """Return the state of a case that the person has reached."""
        if self.final is not None:
            return CaseState.DECIDED
        if self.skipped:
            return CaseState.SKIPPED
        return CaseState.BEGUN if self.first is not None else CaseState.OPEN


def exercise_for(settings: Mapping[str, Any], console: Console, quarantined: Iterable[str] = ()) -> Exercise:
    """Return the exercise of a sandbox step's settings (`lms.sandbox.adapters`), on a level that the console has.

    Error types in `quarantine` are left out, as long as others remain.
    """
    mode = MODES[settings["mode"]]
    level = max((one for one in console.levels if one <= settings["level"]), default=console.levels[0])
    # Practitioner is examined on levels 2 and 3 (curriculum.md section 4); a console without a third, on its second.
    low = min(FOUNDATION_LEVEL, level) if mode is Mode.PRACTITIONER else level
    levels = tuple(one for one in console.levels if low <= one <= level)
    mix = settings.get("mix") or {}
    given = (int(mix.get("good", 0)), int(mix.get("wrong", 0)), int(mix.get("mand", 0)))
    errors = tuple(settings.get("errors") or ())
    left_out = set(quarantined)
    if left_out:
        kept = tuple(
            one.id
            for one in console.errors
            if one.since <= level and one.id not in left_out and (not errors or one.id in errors)
        )
        errors = kept or errors
    return Exercise(console.id, levels, mode, None if given in {(0, 0, 0), _standard(mode)} else given, errors)


def seed_for(secret: str, exercise: Exercise, version: int, learner: str, variant: int) -> int:
    """Return the seed of a person's variant of an exercise.

    The first 64 bits of HMAC-SHA256(secret, exercise|version|learner|variant|mode), as simulators.md section 1.2 says.
    """
    text = f"{exercise.id}|{version}|{learner}|{variant}|{exercise.mode}"
    return int.from_bytes(hmac.new(secret.encode(), text.encode(), hashlib.sha256).digest()[:8], "big")


def gives_feedback(mode: Mode, part: int, *, practice: bool = False) -> bool:
    """Return whether a case of this part of a run is explained as soon as it is decided."""
    parts = BLUEPRINTS[mode].parts
    return practice or parts[min(part, len(parts) - 1)].feedback


def hint_tiers(mode: Mode, *, practice: bool = False) -> int:
    """Return the highest tier of hint that may be opened."""
    return 3 if practice else BLUEPRINTS[mode].hint_tiers


def responses(public: Public, logs: Mapping[str, CaseLog]) -> tuple[Response, ...]:
    """Return the decisions that count, as the scorer takes them."""
    found = []
    for case in public.cases:
        log = logs.get(case.id)
        if log is None or log.final is None:
            continue
        given = log.final
        found.append(
            Response(
                case.id,
                given.action,
                option=given.option,
                number=given.number,
                queue=given.queue,
                reason=given.reason,
                confidence=given.confidence,
                first=log.first.action if log.first else None,
                hints=log.hints,
            )
        )
    return tuple(found)


def _standard(mode: Mode) -> tuple[int, int, int]:
    parts = BLUEPRINTS[mode].parts
    return sum(part.good for part in parts), sum(part.wrong for part in parts), sum(part.mand for part in parts)
