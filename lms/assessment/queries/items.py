"""How questions do: without a person, from attempts whose result stands."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from lms.assessment.models import Attempt
from lms.assessment.rules.attempts import AttemptState
from lms.assessment.rules.itemstats import ItemLine, Observation, item_lines, observe
from lms.assessment.rules.parametric import draw_values, with_values
from lms.catalog.models import ItemVersion
from lms.catalog.queries import current_releases
from lms.catalog.rules.content import Course, Step
from lms.catalog.rules.items import Item
from lms.infra.db import db

# Attempts a page looks at, the latest first: more than enough for thirty of each question.
MOST_ATTEMPTS = 5000


@dataclass(frozen=True, slots=True)
class ItemRow:
    """A question that is served now; `line` is None while nobody has answered this version of it."""

    course: Course
    item: Item
    line: ItemLine | None


@dataclass(frozen=True, slots=True)
class ItemPage:
    """One question with its key, where it is served, and how each version did in each language.

    A parametric question is shown with one set of values.
    """

    course: Course
    item: Item
    steps: tuple[Step, ...]
    lines: tuple[ItemLine, ...]
    versions: dict[str, datetime]


def item_rows(course_id: str) -> tuple[ItemRow, ...]:
    """Return the graded questions of a course as served now, what needs attention first; of all where it is empty."""
    lines = {(line.item, line.version): line for line in item_lines(_observations())}
    rows = [
        ItemRow(release.course, item, lines.get((item.id, item.grading_hash)))
        for release in current_releases()
        for item in release.course.items.values()
        if item.is_graded and course_id in {"", release.course.id}
    ]
    # Lines are in order of urgency; an item that two courses share stands once.
    order = {key: place for place, key in enumerate(lines)}
    rows.sort(key=lambda row: (order.get((row.item.id, row.item.grading_hash), len(order)), row.item.id))
    return tuple({row.item.id: row for row in rows}.values())


def item_page(item_id: str) -> ItemPage | None:
    """Return a question that is served now, or None."""
    found = [
        (release.course, release.course.items[item_id])
        for release in current_releases()
        if item_id in release.course.items
    ]
    if not found:
        return None
    course, item = found[0]
    shown = with_values(item, draw_values(item, random.Random(0)))  # noqa: S311 - one example of the figures
    steps = tuple(step for course, _item in found for _module, step in course.steps() if item_id in step.items)
    observed = [one for one in _observations() if one.item == item_id]
    versions = db.session.execute(
        sa.select(ItemVersion.grading_hash, ItemVersion.published_at).where(ItemVersion.item == item_id)
    )
    return ItemPage(course, shown, steps, item_lines(observed, by_language=True), dict(versions.all()))


def _observations() -> Iterator[Observation]:
    rows = db.session.execute(
        sa.select(Attempt.served, Attempt.results, Attempt.language)
        .where(Attempt.state == AttemptState.SUBMITTED)
        .order_by(Attempt.submitted_at.desc())
        .limit(MOST_ATTEMPTS)
    )
    for served, results, language in rows:
        yield from observe(served, results.get("questions", ()), language)
