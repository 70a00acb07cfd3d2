"""Survey results that isolate nobody, and the barrier they point to.

Only whole batches are ever shown. The answers of a group are taken week by week, closed weeks only, and released when
at least five are together; what is not yet five waits and is in no number anywhere. A released batch is never cut
again. So every figure, under every filter and at any time, is a sum of batches of five or more, and so is the
difference of any two figures: subtracting them leads to five people or to nobody.

Barrier point: the first element of A→D→K→Ab→R whose mean is 3.0 or less. Source: curriculum.md section 5.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

FEWEST = 5
BARRIER = Fraction(3)


class Element(enum.StrEnum):
    """The five elements, in the order in which change happens."""

    AWARENESS = "awareness"
    DESIRE = "desire"
    KNOWLEDGE = "knowledge"
    ABILITY = "ability"
    REINFORCEMENT = "reinforcement"


class Help(enum.StrEnum):
    """What each barrier leads to."""

    EXPLAIN = "explain"
    TALK = "talk"
    TEACH = "teach"
    PRACTISE = "practise"
    RECOGNISE = "recognise"


HELP = dict(zip(Element, Help, strict=True))


@dataclass(frozen=True, slots=True)
class WeekOfAnswers:
    """The answers of one group to one element in one week: of each item, how many and their sum."""

    wave: str
    group: str
    element: Element
    week: str
    items: Mapping[str, tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Batch:
    """At least five answers to every item of an element: the smallest thing that is ever shown."""

    wave: str
    group: str
    element: Element
    respondents: int
    answers: int
    total: int


@dataclass(frozen=True, slots=True)
class Mean:
    """The mean of an element, from 1 to 5, over `respondents` people."""

    value: Fraction
    respondents: int


@dataclass(frozen=True, slots=True)
class Profile:
    """The five means of a group; an element that is missing has fewer than five answers."""

    means: Mapping[Element, Mean]

    @property
    def barrier(self) -> Element | None:
        """Return the first element at 3.0 or less; None where there is none, or an earlier element is not known."""
        for element in Element:
            if element not in self.means:
                return None
            if self.means[element].value <= BARRIER:
                return element
        return None

    @property
    def complete(self) -> bool:
        """Return whether all five elements may be shown."""
        return all(element in self.means for element in Element)


def batches(weeks: Iterable[WeekOfAnswers], items: Mapping[Element, Sequence[str]], before: str) -> tuple[Batch, ...]:
    """Return the batches that may be shown.

    Args:
        weeks: all answers; the weeks of one group and element are taken in order of time.
        items: the items of each element: a batch has five answers to every one of them.
        before: the Monday of the week that is not over yet, ISO 8601; answers from it on are not looked at.
    """
    released: list[Batch] = []
    waiting: dict[tuple[str, str, Element], dict[str, tuple[int, int]]] = {}
    for week in sorted(weeks, key=lambda each: (each.week, each.wave, each.group, each.element)):
        if week.week >= before:
            continue
        key = (week.wave, week.group, week.element)
        pending = _added(waiting.get(key, {}), week.items)
        counts = [pending.get(item, (0, 0))[0] for item in items.get(week.element, ())]
        if counts and min(counts) >= FEWEST:
            released.append(_batch(key, pending, min(counts)))
            pending = {}
        waiting[key] = pending
    return tuple(released)


def profile(chosen: Iterable[Batch]) -> Profile:
    """Return the means over some batches, whichever they are."""
    sums: dict[Element, tuple[int, int, int]] = {}
    for batch in chosen:
        people, answers, total = sums.get(batch.element, (0, 0, 0))
        sums[batch.element] = people + batch.respondents, answers + batch.answers, total + batch.total
    return Profile(
        {element: Mean(Fraction(total, answers), people) for element, (people, answers, total) in sums.items()}
    )


def _added(one: Mapping[str, tuple[int, int]], other: Mapping[str, tuple[int, int]]) -> dict[str, tuple[int, int]]:
    found = dict(one)
    for item, (count, total) in other.items():
        had, sum_of = found.get(item, (0, 0))
        found[item] = had + count, sum_of + total
    return found


def _batch(key: tuple[str, str, Element], items: Mapping[str, tuple[int, int]], respondents: int) -> Batch:
    wave, group, element = key
    answers = sum(count for count, _total in items.values())
    return Batch(wave, group, element, respondents, answers, sum(total for _count, total in items.values()))
