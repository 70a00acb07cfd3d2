"""Shadowing: ten decisions written down beside a champion, and the sheet the champion signs."""

from __future__ import annotations

import random
import uuid
from dataclasses import replace
from datetime import timedelta
from functools import partial

from lms.catalog.rules.content import Step
from lms.demo.rules.company import Worker
from lms.demo.rules.habits import Habit
from lms.demo.rules.plan import COHORTS, SECOND, wave_of
from lms.demo.rules.timeline import at
from lms.demo.service.world import Learner, World
from lms.infra.clock import now
from lms.workshops.queries.second_looks import all_looks, looks_waiting
from lms.workshops.queries.steps import LiveStep, steps_to_do
from lms.workshops.rules.log import log_of
from lms.workshops.rules.observation import Mark, Observed, Sheet, sheet_of
from lms.workshops.service.logs import save_log
from lms.workshops.service.observations import amend, save_draft, sign_off, start_observation
from lms.workshops.service.second_looks import save_look, sign_look

THURSDAY = 3
# A champion sits with at most three people a week. Those who became ready lately wait, some of them half way through.
SITTING = 3
LAST_SIGNED, LAST_BEGUN = -5, -1
GOOD_ENOUGH = 0.82
# How far a second champion's level lies from the first one's.
APART = (0, 0, 0, 0, 0, 0, -1, 1)
TEXTS = (
    ("48213", "Refund the parcel in full", "Order page, line 2: delivered and signed for", "Evidence contradicts"),
    ("48230", "Send the lamp again", "Carrier page: back at the depot since Monday", "Evidence agrees"),
    ("48251", "Offer 10 % goodwill", "Thread, message 4: third contact this week", "Wrong remedy"),
    ("48266", "Close as answered", "Thread, message 1: rash after first use", "Trigger missed"),
    ("48274", "Apologise for the delay", "Order page: the date was never promised", "Wrong fact"),
)


def keep_log(person_id: uuid.UUID, step: Step, rng: random.Random, *, whole: bool) -> bool:
    """Let a learner write their log, the whole of it or half; return whether it is complete."""
    form = log_of(step.settings)
    if form is None:
        return True
    entries = form.entries if whole else form.entries // 2
    written = {}
    for number in range(1, entries + 1):
        texts = iter(TEXTS[(number + rng.randrange(5)) % len(TEXTS)])
        for field in form.fields:
            value = rng.choice(field.choices) if field.choices else next(texts, "Seen together with my champion")
            written[f"{number}.{field.id}"] = value
    count, _form = save_log(person_id, step.id, written)
    return count >= form.entries


def plan_shadowing(world: World) -> None:
    """Put the champions' sittings on the agenda, and one correction."""
    for cohort in COHORTS:
        wave = wave_of(cohort)
        if wave.number == SECOND:
            continue
        for week in (*range(wave.training_week + 1, LAST_SIGNED + 1), LAST_BEGUN):
            moment = at(world.timeline.day(week, THURSDAY), 10, 15, world.workforce.trainer.zone)
            world.agenda.add(moment, partial(_observe, world, cohort.key, week))
            world.agenda.add(moment + timedelta(days=1), partial(_look_again, world, cohort.key, week))


def _observe(world: World, cohort: str, week: int) -> None:
    for champion in world.champions.get(cohort, ()):
        if not world.learners[champion.number].is_here(world.today):
            continue
        people = [member for member in world.members(cohort) if _is_ready(world, member, champion.number)][:SITTING]
        todo = steps_to_do(world.ids[people[0].worker.number], "observation") if people else ()
        if todo:
            _sit_together(world, champion, todo[0], people, signs=week <= LAST_SIGNED)


def _is_ready(world: World, member: Learner, champion: str) -> bool:
    here = member.is_here(world.today) and member.worker.number != champion
    return here and member.log_complete and not member.signed


def _sit_together(world: World, champion: Worker, live: LiveStep, people: list[Learner], *, signs: bool) -> None:
    actor = world.actor(champion)
    ids = [world.ids[person.worker.number] for person in people]
    sheet = sheet_of(live.step.settings)
    sitting = start_observation(actor, live.step.id, ids)
    world.wait(35 * 60)
    observed = {person_id: _observed(person, sheet) for person_id, person in zip(ids, people, strict=True)}
    save_draft(actor, sitting, observed)
    if not signs:
        return
    world.wait(5 * 60)
    enough = set(sign_off(actor, sitting))
    for person_id, person in zip(ids, people, strict=True):
        person.signed = person_id in enough
        # A second look an hour later: what was marked down turned out to be there.
        if not person.signed and person.habit is Habit.QUICK:
            world.wait(60 * 60)
            amend(
                actor, sitting, person_id, whole_sheet(sheet), "Looked at the log again: the second trigger is there."
            )
            person.signed = True


def _look_again(world: World, cohort: str, week: int) -> None:
    """Let the champions of a cohort rate what the draw asks them to; now and then a level apart from the first."""
    for champion in world.champions.get(cohort, ()):
        for line in looks_waiting(world.ids[champion.number], now()):
            look = all_looks(now(), line.id)[0]
            if look.first is None:
                continue
            # Of its own: what the draw falls on must not change anybody's story.
            rng = random.Random(f"{week} {champion.number}")  # noqa: S311 - a story, not a secret
            levels = {row: min(4, max(1, one + rng.choice(APART))) for row, one in look.first.levels.items()}
            save_look(world.actor(champion), look.id, replace(look.first, levels=levels, note=""))
            sign_look(world.actor(champion), look.id)


def _observed(person: Learner, sheet: Sheet) -> Observed:
    if person.rng.random() < GOOD_ENOUGH:
        return whole_sheet(sheet, person.rng)
    critical = next(line.id for line in sheet.lines if line.critical or line is sheet.lines[-1])
    good = whole_sheet(sheet, person.rng)
    return Observed(
        marks={**good.marks, critical: Mark.NOT_YET},
        comments={critical: "Missed one of the two. We look at it together next week."},
        levels=good.levels,
        note="Careful and quick otherwise.",
    )


def whole_sheet(sheet: Sheet, rng: random.Random | None = None) -> Observed:
    """Return a sheet on which everything was seen and every row reaches 3, or 4 by chance."""
    levels = {row: rng.choice([3, 3, 4]) if rng else 3 for row in sheet.rows}
    return Observed(marks={line.id: Mark.SEEN for line in sheet.lines}, levels=levels, note="")
