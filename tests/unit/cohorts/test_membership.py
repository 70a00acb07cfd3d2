from __future__ import annotations

from datetime import date

import pytest
import sqlalchemy as sa

from lms.accounts.events import AbsenceChanged, PersonJoined, PersonLeft, PersonWithdrawn, PlacementChanged
from lms.accounts.models.people import Absence, Placement, Profile
from lms.accounts.rules.actor import Role
from lms.cohorts.events import CohortJoined, CohortLeft, DueDateChanged
from lms.cohorts.models import CohortMember, Wave
from lms.cohorts.queries.cohorts import cohorts_of, members_of, people_without_cohort
from lms.cohorts.queries.due import initial_due_of
from lms.cohorts.rules.due import DueReason, StartReason
from lms.cohorts.rules.placing import PlacingRule
from lms.cohorts.service.cohorts import add_member, move_member, remove_member, set_rostered
from lms.cohorts.service.placing import Placed, add_rule, apply_rules, remove_rule
from lms.cohorts.service.plan import WaveDraft, change_wave
from lms.infra.db import db
from lms.infra.events import publish, subscribe
from lms.shared.errors import Conflict, Invalid, NotFound
from tests.factories.cohorts import make_cohort, make_wave
from tests.factories.people import as_actor, make_person

TODAY = date(2026, 3, 2)
NORTH = PlacingRule("customer-service", "north", "", "service-north", "customer-service")


@pytest.fixture
def coordinator(session):
    return as_actor(make_person("Cleo Coordinator", Role.COORDINATOR, function="hr"))


@pytest.fixture
def heard(app, monkeypatch):
    events: list[object] = []
    handlers = app.extensions["groundschool.events"]
    for kind in (CohortJoined, CohortLeft, DueDateChanged):
        monkeypatch.setitem(handlers, kind, [])
        subscribe(app, kind, events.append)
    return events


def change_placement(person, **placement) -> None:
    row = db.session.scalars(sa.select(Placement).where(Placement.person_id == person.id)).one()
    row.valid_to = TODAY
    facts = {"function": row.function, "site": row.site, "shift": row.shift, **placement}
    db.session.add(Placement(person_id=person.id, valid_from=TODAY, **facts))
    db.session.flush()
    publish(PlacementChanged(person.id, TODAY))


def test_a_member_is_announced_once_with_the_programme_and_put_on_the_roster(coordinator, heard):
    cohort, person = make_cohort(coordinator), make_person()
    add_member(coordinator, cohort, person.id, TODAY)
    add_member(coordinator, cohort, person.id, TODAY)
    assert heard == [CohortJoined(person.id, "service-north", "pilot", "customer-service", TODAY)]
    (member,) = members_of(cohort, TODAY)
    assert (member.name, member.rostered, member.shift) == ("Ana Ruiz", True, "day")


def test_who_joins_a_week_before_go_live_is_not_on_its_roster(coordinator):
    cohort, person = make_cohort(coordinator, wave=make_wave(coordinator, go_live=date(2026, 3, 9))), make_person()
    add_member(coordinator, cohort, person.id, TODAY)
    assert initial_due_of(person.id, cohort).before_go_live_on is None
    set_rostered(coordinator, cohort, person.id, TODAY, rostered=True)
    assert initial_due_of(person.id, cohort).on == date(2026, 3, 8)


def test_leaving_ends_membership_and_roster_and_keeps_the_past(coordinator, heard):
    cohort, person = make_cohort(coordinator), make_person()
    add_member(coordinator, cohort, person.id, date(2026, 2, 16))
    remove_member(coordinator, cohort, person.id, TODAY)
    assert heard[-1] == CohortLeft(person.id, cohort, "pilot", "customer-service", TODAY)
    assert cohorts_of(person.id, date(2026, 3, 1)) == (cohort,)
    assert cohorts_of(person.id, TODAY) == ()
    assert members_of(cohort, TODAY) == ()
    with pytest.raises(NotFound):
        remove_member(coordinator, cohort, person.id, TODAY)


def test_moving_to_a_cohort_of_the_same_wave_keeps_the_person_on_its_roster(coordinator):
    first = make_cohort(coordinator)
    second = make_cohort(coordinator, "Service North 2", wave="pilot")
    person = make_person()
    add_member(coordinator, first, person.id, date(2026, 2, 16))
    move_member(coordinator, person.id, first, second, TODAY)
    assert cohorts_of(person.id, TODAY) == (second,)
    assert members_of(second, TODAY)[0].rostered
    with pytest.raises(Conflict):
        move_member(coordinator, person.id, second, second, TODAY)


def test_rules_place_people_and_follow_their_placement(coordinator, heard):
    make_cohort(coordinator)
    south = make_cohort(coordinator, "Service South", wave="pilot", site="south")
    person, elsewhere = make_person(), make_person(function="it-data")
    add_rule(coordinator, NORTH)
    add_rule(coordinator, PlacingRule("customer-service", "south", "", south, "customer-service"))
    assert apply_rules(coordinator, TODAY) == Placed(joined=1, left=0)
    assert apply_rules(coordinator, TODAY) == Placed()
    assert cohorts_of(elsewhere.id, TODAY) == ()
    change_placement(person, site="south")
    assert cohorts_of(person.id, TODAY) == (south,)
    assert [type(event) for event in heard] == [CohortJoined, CohortJoined, CohortLeft]


def test_a_joiner_is_placed_when_they_are_announced(coordinator):
    make_cohort(coordinator)
    add_rule(coordinator, NORTH)
    person = make_person(joined_on=TODAY)
    publish(PersonJoined(person.id, TODAY))
    assert cohorts_of(person.id, TODAY) == ("service-north",)
    assert initial_due_of(person.id, "service-north").start_reason is StartReason.JOINING


def test_rules_leave_alone_whom_a_coordinator_placed(coordinator):
    make_cohort(coordinator)
    special = make_cohort(coordinator, "Special group", wave="pilot")
    person = make_person()
    add_rule(coordinator, NORTH)
    add_member(coordinator, special, person.id, TODAY)
    assert apply_rules(coordinator, TODAY) == Placed()
    change_placement(person, site="south")
    assert cohorts_of(person.id, TODAY) == (special,)


def test_two_rules_for_the_same_people_are_refused_and_a_removed_one_leaves_its_people(coordinator):
    make_cohort(coordinator)
    person = make_person()
    rule = add_rule(coordinator, NORTH)
    apply_rules(coordinator, TODAY)
    with pytest.raises(Conflict):
        add_rule(coordinator, NORTH)
    assert remove_rule(coordinator, rule) == "service-north"
    assert cohorts_of(person.id, TODAY) == ("service-north",)


def test_a_leaver_leaves_every_cohort(coordinator):
    cohort, person = make_cohort(coordinator), make_person()
    add_member(coordinator, cohort, person.id, TODAY)
    publish(PersonLeft(person.id, TODAY))
    assert cohorts_of(person.id, TODAY) == ()


def test_an_import_taken_back_takes_back_what_rules_did_but_not_what_people_did(coordinator):
    cohort = make_cohort(coordinator)
    add_rule(coordinator, NORTH)
    by_rule, by_hand = make_person(), make_person(function="it-data")
    apply_rules(coordinator, TODAY)
    publish(PersonWithdrawn(by_rule.id))
    assert db.session.scalars(sa.select(CohortMember)).all() == []
    add_member(coordinator, cohort, by_hand.id, TODAY)
    with pytest.raises(Conflict):
        publish(PersonWithdrawn(by_hand.id))


def test_moving_a_wave_or_an_absence_announces_changed_due_dates(coordinator, heard):
    cohort, person = make_cohort(coordinator), make_person()
    add_member(coordinator, cohort, person.id, TODAY)
    rollout = db.session.get(Wave, "pilot").rollout_id
    draft = WaveDraft(rollout, "Pilot", 0, date(2026, 2, 16), date(2026, 4, 6))
    change_wave(coordinator, "pilot", draft)
    change_wave(coordinator, "pilot", draft)
    assert heard[1:] == [DueDateChanged(person.id, cohort, "customer-service")]
    assert initial_due_of(person.id, cohort).on == date(2026, 4, 5)
    db.session.add(Absence(person_id=person.id, starts_on=TODAY, ends_on=None))
    db.session.flush()
    publish(AbsenceChanged(person.id))
    assert len(heard) == 3
    assert initial_due_of(person.id, cohort).reason is DueReason.PAUSED


def test_a_change_of_role_starts_the_clock_but_a_change_of_shift_does_not(coordinator):
    cohort = make_cohort(coordinator)
    mover, same = make_person(function="it-data"), make_person()
    change_placement(mover, function="customer-service")
    change_placement(same, shift="night")
    for person in (mover, same):
        add_member(coordinator, cohort, person.id, TODAY)
    assert initial_due_of(mover.id, cohort).start_reason is StartReason.ROLE_CHANGE
    assert initial_due_of(same.id, cohort).start_reason is StartReason.TRAINING_START


def test_people_without_a_cohort_are_those_at_work_in_its_function_and_site(coordinator):
    cohort = make_cohort(coordinator)
    free, placed, gone = make_person("Free"), make_person("Placed"), make_person("Gone", left_on=date(2026, 2, 1))
    make_person("Elsewhere", site="south")
    add_member(coordinator, cohort, placed.id, TODAY)
    found = people_without_cohort("customer-service", "north", TODAY)
    assert [name for _key, name, _shift in found] == ["Free"]
    assert free.id == found[0][0]
    assert gone.id not in {key for key, *_ in found}


@pytest.mark.parametrize(
    ("number", "training", "go_live", "field"),
    [(0, date(2026, 6, 1), date(2026, 9, 1), "number"), (1, date(2026, 6, 1), date(2026, 6, 1), "go_live")],
)
def test_a_wave_with_a_taken_number_or_no_time_to_train_is_refused(coordinator, number, training, go_live, field):
    make_wave(coordinator)
    with pytest.raises(Invalid) as refused:
        make_wave(coordinator, "Wave 1", number, training, go_live)
    assert list(refused.value.fields) == [field]


def test_a_profile_that_was_erased_has_no_due_date(coordinator):
    cohort, person = make_cohort(coordinator), make_person()
    add_member(coordinator, cohort, person.id, TODAY)
    db.session.execute(sa.delete(Profile).where(Profile.person_id == person.id))
    assert initial_due_of(person.id, cohort) is None
