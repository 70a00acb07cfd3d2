"""A level that another one asks to be held: what counts of it when it ends, is stopped, or is held again."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from lms.accounts.models.people import Absence
from lms.catalog.queries import current_catalogue
from lms.catalog.rules.programmes import Level
from lms.certification.queries.evidence import assess_level
from lms.certification.service.status import (
    correct_award,
    extend_award,
    reinstate_award,
    revoke_award,
    suspend_award,
)
from lms.certification.service.waiting import issue_waiting_levels
from lms.infra.clock import now
from tests.functional.certification.conftest import awards_of as rows_of
from tests.functional.certification.conftest import show

ISSUED, ENDS = date(2026, 3, 2), date(2027, 3, 2)
LAPSES = ENDS + timedelta(days=31)
SENIOR = Level("senior", {"en": "Senior"}, ("held:foundation for P4W",))


@pytest.fixture
def programme(award, monkeypatch):
    """The flight check, with a level that asks for four weeks of the one held."""
    programme = current_catalogue().programme("flight-check")
    changed = replace(programme, levels=(*programme.levels, SENIOR))
    catalogue = replace(current_catalogue(), programmes=(changed,))
    monkeypatch.setattr("lms.certification.service.waiting.current_catalogue", lambda: catalogue)
    monkeypatch.setattr("lms.certification.service.award.programme_by_id", lambda _id: changed)
    return changed


def go_to(clock, day):
    clock.advance(days=(day - now().date()).days)


def lacks(holder, programme, on):
    """What a person still lacks for the level above on a day, and from when it would hold."""
    action = assess_level(holder.id, programme, SENIOR, on).next_action
    return (action.action.value, action.not_before) if action else None


def test_it_counts_through_the_days_of_grace_and_not_after_the_lapse(clock, holder, programme):
    assert lacks(holder, programme, ISSUED) == ("wait", ISSUED + timedelta(days=28))
    assert lacks(holder, programme, LAPSES - timedelta(days=1)) is None
    assert lacks(holder, programme, LAPSES) == ("earn-level", None)
    go_to(clock, LAPSES)
    assert issue_waiting_levels(now().date()) == 0


def test_held_again_after_a_lapse_it_begins_anew(session, clock, holder, cycle, programme):
    go_to(clock, LAPSES)
    show(cycle, "t1-check")
    assert [row.level for row in rows_of(session, holder)] == ["foundation", "foundation"]
    assert lacks(holder, programme, LAPSES) == ("wait", LAPSES + timedelta(days=28))
    clock.advance(days=27)
    assert issue_waiting_levels(now().date()) == 0
    clock.advance(days=1)
    assert issue_waiting_levels(now().date()) == 1


def test_renewed_in_time_it_goes_back_to_the_beginning(clock, holder, cycle, programme):
    go_to(clock, ENDS + timedelta(days=30))
    show(cycle, "t1-check")
    assert lacks(holder, programme, ENDS + timedelta(days=40)) is None


@pytest.mark.parametrize("stop", [suspend_award, revoke_award])
def test_stopped_it_does_not_count_and_taken_back_it_counts_as_before(
    clock, holder, award, programme, as_coordinator, stop
):
    clock.advance(days=40)
    stop(as_coordinator, award.id, "Under review")
    assert lacks(holder, programme, now().date()) == ("earn-level", None)
    assert issue_waiting_levels(now().date()) == 0
    clock.advance(days=1)
    reinstate_award(as_coordinator, award.id, "It was theirs after all")
    assert lacks(holder, programme, now().date()) is None


def test_revoked_and_earned_again_it_begins_with_the_new_award(clock, holder, cycle, award, programme, as_coordinator):
    clock.advance(days=40)
    revoke_award(as_coordinator, award.id, "The exam was not theirs")
    clock.advance(days=1)
    show(cycle, "t1-check")
    assert lacks(holder, programme, now().date()) == ("wait", now().date() + timedelta(days=28))


def test_corrected_it_counts_from_its_first_day(clock, holder, award, programme, as_coordinator):
    clock.advance(days=40)
    correct_award(as_coordinator, award.id, "Zoe A", "The name was misspelt")
    assert lacks(holder, programme, now().date()) is None


def test_what_moves_its_end_keeps_it_held(session, clock, holder, award, programme, as_coordinator):
    extend_award(as_coordinator, award.id, ENDS + timedelta(days=21), "The simulators were down")
    assert lacks(holder, programme, LAPSES + timedelta(days=20)) is None
    session.add(Absence(person_id=holder.id, starts_on=date(2026, 6, 1), ends_on=date(2026, 9, 1)))
    session.flush()
    assert lacks(holder, programme, LAPSES + timedelta(days=91)) is None
    assert lacks(holder, programme, LAPSES + timedelta(days=92)) == ("earn-level", None)
