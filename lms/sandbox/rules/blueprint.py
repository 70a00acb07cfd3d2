"""How many cases of which kind a mode has, and in which order they come."""

from __future__ import annotations

from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from lms.sandbox.rules.exercise import Exercise, Mode, Slot, Stratum

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from lms.sandbox.rules.console import Console, ErrorType, Mandate
    from lms.sandbox.rules.streams import Stream, Streams


@dataclass(frozen=True, slots=True)
class Part:
    """A run of cases with one mix; `odd` of the good ones look odd and are right all the same."""

    good: int
    wrong: int
    mand: int
    odd: int
    feedback: bool = False

    @property
    def size(self) -> int:
        """Return the number of cases."""
        return self.good + self.wrong + self.mand


@dataclass(frozen=True, slots=True)
class Blueprint:
    """The parts of a mode, the number of decide-first cases, and the highest tier of hint that may be opened."""

    parts: tuple[Part, ...]
    decide_first: int = 0
    hint_tiers: int = 0

    @property
    def size(self) -> int:
        """Return the number of cases."""
        return sum(part.size for part in self.parts)


# A quarter of the good cases look odd, so that blanket distrust costs as much as blanket trust.
BLUEPRINTS: Mapping[Mode, Blueprint] = MappingProxyType(
    {
        Mode.GYM: Blueprint((Part(8, 6, 2, odd=4, feedback=True),), hint_tiers=3),
        Mode.GUIDED: Blueprint((Part(6, 4, 2, odd=2, feedback=True),), hint_tiers=3),
        Mode.SUPERVISED: Blueprint((Part(10, 5, 3, odd=3),), decide_first=6, hint_tiers=1),
        Mode.FOUNDATION: Blueprint((Part(14, 7, 3, odd=4),)),
        Mode.PRACTITIONER: Blueprint((Part(18, 8, 4, odd=5),)),
        Mode.EXTENSION: Blueprint((Part(7, 4, 1, odd=2),)),
        Mode.VIGILANCE: Blueprint((Part(6, 4, 2, odd=2, feedback=True), Part(18, 1, 1, odd=5))),
    }
)


def of(exercise: Exercise) -> Blueprint:
    """Return the exercise's blueprint: its mode's, with its own mix in the last part where it has one."""
    standard = BLUEPRINTS[exercise.mode]
    if exercise.mix is None:
        return standard
    good, wrong, mand = exercise.mix
    last = replace(standard.parts[-1], good=good, wrong=wrong, mand=mand, odd=(good + 2) // 4)
    return replace(standard, parts=(*standard.parts[:-1], last))


def plan(console: Console, exercise: Exercise, streams: Streams) -> tuple[Slot, ...]:
    """Return the slots of a form in the order in which they are shown.

    Wrong cases are split evenly over the error types unlocked at their level, mandatory ones over the mandates; which
    types get the remainder is random.
    """
    slots: list[Slot] = []
    errors = tuple(error for error in console.errors if not exercise.errors or error.id in exercise.errors)
    for number, part in enumerate(of(exercise).parts):
        drawn = streams.stream("plan", number)
        good = ["odd"] * part.odd + ["plain"] * (part.good - part.odd)
        cases = [
            *_slots(Stratum.GOOD, drawn.shuffled(good), exercise.levels, number),
            *_spread(Stratum.WRONG, part.wrong, errors, exercise.levels, number, drawn),
            *_spread(Stratum.MAND, part.mand, console.mandates, exercise.levels, number, drawn),
        ]
        slots.extend(drawn.shuffled(cases))
    return tuple(slots)


def decide_first(exercise: Exercise, streams: Streams) -> frozenset[int]:
    """Return the positions at which the learner decides before seeing the AI."""
    blueprint = of(exercise)
    return frozenset(streams.stream("decide-first").sample(range(blueprint.size), blueprint.decide_first))


def unlocked(kinds: Sequence[ErrorType] | Sequence[Mandate], level: int) -> tuple[str, ...]:
    """Return the ids of the error types or mandates that are met at a level."""
    return tuple(kind.id for kind in kinds if kind.since <= level)


def _slots(stratum: Stratum, kinds: Sequence[str], levels: tuple[int, ...], part: int) -> list[Slot]:
    return [Slot(stratum, levels[i % len(levels)], kind, part) for i, kind in enumerate(kinds)]


def _spread(
    stratum: Stratum,
    count: int,
    kinds: Sequence[ErrorType] | Sequence[Mandate],
    levels: tuple[int, ...],
    part: int,
    drawn: Stream,
) -> list[Slot]:
    slots: list[Slot] = []
    for place, level in enumerate(levels):
        share = len(range(place, count, len(levels)))
        order = drawn.shuffled(unlocked(kinds, level) or tuple(kind.id for kind in kinds))
        slots += [Slot(stratum, level, order[i % len(order)], part) for i in range(share)]
    return slots
