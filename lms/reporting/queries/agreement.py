"""Second looks as reports read them: which are pairs, what each row is called, and how many still wait."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime

from lms.reporting.rules.agreement import Ratings
from lms.workshops.queries.second_looks import Look, all_looks
from lms.workshops.queries.steps import live_steps
from lms.workshops.rules.observation import Mark
from lms.workshops.rules.second import LookState

_MARKS = {mark: number for number, mark in enumerate(Mark)}


def looks_and_states(now: datetime) -> tuple[tuple[Look, ...], Mapping[LookState, int]]:
    """Return the looks both of whose sheets are signed, the latest first, and how many looks are in each state."""
    looks = all_looks(now)
    return tuple(look for look in looks if look.is_pair), Counter(look.state for look in looks)


def ratings_of(look: Look) -> Ratings:
    """Return what both observers rated; what only one of them did is left out. The look is a pair."""
    if look.first is None:
        return Ratings({}, {})
    first, second = look.first, look.second
    return Ratings(
        {row: (level, second.levels[row]) for row, level in first.levels.items() if row in second.levels},
        {
            line: (_MARKS[mark], _MARKS[second.marks[line]])
            for line, mark in first.marks.items()
            if line in second.marks
        },
    )


def titles(language: str) -> Mapping[str, str]:
    """Return what rows and lines are called, by id; where several steps share an id, as the first of them says it."""
    found: dict[str, str] = {}
    for step in live_steps("observation"):
        content = step.content(language)
        for one in content.get("rubric", ()):
            found.setdefault(one["id"], one["title"])
        for one in content.get("checklist", ()):
            found.setdefault(one["id"], one["text"])
    return found


def step_titles(language: str) -> Mapping[str, str]:
    """Return the title of every observation step, by id."""
    return {step.step.id: step.title(language) for step in live_steps("observation")}


def rated(looks: Iterable[Look], name: str) -> list[Look]:
    """Return the looks in which both rated a row or line; all where `name` is empty."""
    if not name:
        return list(looks)
    return [look for look in looks if name in (found := ratings_of(look)).levels or name in found.marks]
