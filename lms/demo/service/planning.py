"""What the coordinator plans: rollout, waves, peak, cohorts with their placing rules, and champions."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from lms.accounts.rules.names import slug
from lms.cohorts.rules.champions import champions_needed
from lms.cohorts.rules.placing import PlacingRule
from lms.cohorts.service.champions import appoint_champion
from lms.cohorts.service.cohorts import CohortDraft, create_cohort
from lms.cohorts.service.placing import add_rule, apply_rules
from lms.cohorts.service.plan import PeakDraft, WaveDraft, create_peak, create_rollout, create_wave
from lms.demo.rules.habits import Habit
from lms.demo.rules.plan import COHORTS, FIRST, PEAK, ROLLOUT, SECOND, WAVES, PlannedCohort, PlannedWave, wave_of
from lms.demo.rules.timeline import at
from lms.demo.service.world import Learner, World

# Weeks before training starts in which people are placed, and in which champions are appointed.
PLACED_BEFORE, APPOINTED_BEFORE = 2, 1
PLACED_AT_LATEST = -3
SECOND_WAVE_WITH_CHAMPION = frozenset({"planning-northgate", "data"})


def plan_rollout(world: World) -> None:
    """Put the coordinator's work on the agenda."""
    zone = world.workforce.trainer.zone
    world.agenda.add(at(world.timeline.day(-21), 10, 0, zone), partial(_lay_plan, world))
    for wave in WAVES:
        week = min(wave.training_week - PLACED_BEFORE, PLACED_AT_LATEST)
        world.agenda.add(at(world.timeline.day(week, 1), 11, 0, zone), partial(_place, world, wave))
        day = world.timeline.day(week + APPOINTED_BEFORE, 2)
        world.agenda.add(at(day, 9, 30, zone), partial(_appoint, world, wave))


def _lay_plan(world: World) -> None:
    coordinator = world.coordinator
    world.rollout = create_rollout(coordinator, ROLLOUT)
    for wave in WAVES:
        cohorts = [cohort for cohort in COHORTS if wave_of(cohort) is wave]
        draft = WaveDraft(
            rollout_id=world.rollout,
            title=wave.title,
            number=wave.number,
            training_start=world.timeline.day(wave.training_week),
            go_live=world.timeline.day(wave.go_live_week),
            functions=tuple(sorted({slug(cohort.function) for cohort in cohorts})),
            sites=tuple(sorted({slug(cohort.site) for cohort in cohorts})),
        )
        world.waves[wave.number] = create_wave(coordinator, draft)
    last_day = world.timeline.day(PEAK.last_week, 6)
    create_peak(coordinator, PeakDraft(PEAK.label, world.timeline.day(PEAK.first_week), last_day))
    for cohort in COHORTS:
        function = slug(cohort.function)
        draft_of = CohortDraft(
            world.waves[cohort.wave], cohort.title, function, slug(cohort.site), function, cohort.seats
        )
        world.cohorts[cohort.key] = create_cohort(coordinator, draft_of)


def _place(world: World, wave: PlannedWave) -> None:
    coordinator = world.coordinator
    for cohort in COHORTS:
        if wave_of(cohort) is wave and cohort.placed:
            add_rule(coordinator, _rule(world, cohort))
    apply_rules(coordinator, world.today)


def _rule(world: World, cohort: PlannedCohort) -> PlacingRule:
    function = slug(cohort.function)
    shift = slug(cohort.shift) if cohort.shift else ""
    return PlacingRule(function, slug(cohort.site), shift, world.cohorts[cohort.key], function)


def _appoint(world: World, wave: PlannedWave) -> None:
    coordinator = world.coordinator
    for cohort in COHORTS:
        chosen = wave_of(cohort) is wave and (wave.number != SECOND or cohort.key in SECOND_WAVE_WITH_CHAMPION)
        members = _candidates(world, cohort) if chosen else []
        if not members:
            continue
        # The first wave appoints one a cohort, so that larger cohorts show that they need another.
        count = 1 if wave.number == FIRST else champions_needed(len(members))
        champions, others = members[:count], members[count:]
        world.champions[cohort.key] = [learner.worker for learner in champions]
        for place, champion in enumerate(champions):
            deputy = others[place] if place < len(others) else None
            appoint_champion(
                coordinator,
                world.cohorts[cohort.key],
                world.ids[champion.worker.number],
                world.today + timedelta(days=1),
                world.ids[deputy.worker.number] if deputy else None,
            )


def _candidates(world: World, cohort: PlannedCohort) -> list[Learner]:
    """Return the members of a cohort at work, those who study quickly first, leads last."""
    order = [Habit.QUICK, Habit.STEADY, Habit.STRUGGLING, Habit.STALLED, Habit.NEVER]
    members = [member for member in world.members(cohort.key) if member.worker.number in world.ids]
    here = [member for member in members if member.left_on is None and member.away is None]
    return sorted(here, key=lambda member: (member.worker.leads, order.index(member.habit)))
