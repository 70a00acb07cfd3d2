from __future__ import annotations

import uuid
from datetime import UTC, date, datetime, timedelta

import pytest

from lms.home.rules.board import MINUTES, WEEKLY_MINUTES, Colleague, Group, Why, lay_board, place, weekly_actions

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
TODAY = date(2026, 3, 2)


def colleague(**facts):
    base = {"modules_done": 2, "modules_total": 10, "since": NOW - timedelta(days=30), "last_activity": NOW}
    return Colleague(uuid.uuid4(), facts.pop("name", "Ana"), "day", "north", **(base | facts))


@pytest.mark.parametrize(
    ("facts", "group", "why"),
    [
        ({}, Group.ON_TRACK, Why.STUDYING),
        ({"asked_for_help": NOW}, Group.NEEDS_YOU, Why.ASKED_FOR_HELP),
        ({"asked_for_help": NOW, "absent": True}, Group.NEEDS_YOU, Why.ASKED_FOR_HELP),
        ({"sign_off_waiting": "cs8-shadow"}, Group.NEEDS_YOU, Why.SIGN_OFF_WAITING),
        ({"due_on": date(2026, 3, 1)}, Group.NEEDS_YOU, Why.OVERDUE),
        ({"due_on": TODAY}, Group.ON_TRACK, Why.STUDYING),
        ({"due_on": date(2026, 3, 1), "absent": True}, Group.AWAY, Why.ABSENT),
        ({"last_activity": NOW - timedelta(days=7)}, Group.ON_TRACK, Why.STUDYING),
        ({"last_activity": NOW - timedelta(days=7, seconds=1)}, Group.SLIPPING, Why.QUIET),
        ({"last_activity": None, "modules_done": 0}, Group.SLIPPING, Why.NEVER_STARTED),
        ({"last_activity": None, "since": NOW, "modules_done": 0}, Group.ON_TRACK, Why.STUDYING),
        ({"certified": True, "due_on": date(2025, 1, 1)}, Group.CERTIFIED, Why.DONE),
        ({"modules_done": 10, "due_on": date(2025, 1, 1)}, Group.ON_TRACK, Why.DONE),
        ({"modules_total": 0, "modules_done": 0}, Group.ON_TRACK, Why.NO_TRAINING),
    ],
)
def test_everybody_stands_where_the_guide_says(facts, group, why):
    row = place(colleague(**facts), TODAY, NOW)
    assert (row.group, row.why) == (group, why)


def test_a_board_loses_nobody_and_shows_the_most_urgent_first():
    people = [colleague(name=name, due_on=due) for name, due in (("B", date(2026, 2, 2)), ("A", date(2026, 2, 1)))]
    people.append(colleague(name="C", asked_for_help=NOW))
    board = lay_board(people, TODAY, NOW)
    assert [row.colleague.name for row in board[Group.NEEDS_YOU]] == ["C", "A", "B"]
    assert sum(len(rows) for rows in board.values()) == 3


def test_the_weeks_actions_fit_into_two_hours():
    board = lay_board([colleague(sign_off_waiting="x") for _ in range(9)], TODAY, NOW)
    actions = weekly_actions(board)
    assert 1 <= len(actions) <= 5
    assert sum(MINUTES[row.task] for row in actions) <= WEEKLY_MINUTES


def test_sessions_that_a_champion_holds_leave_less_of_the_two_hours():
    board = lay_board([colleague(sign_off_waiting="x") for _ in range(9)], TODAY, NOW)
    assert len(weekly_actions(board, promised=75)) == 1
    assert weekly_actions(board, promised=WEEKLY_MINUTES) == ()


def test_nobody_is_nudged_twice_in_48_hours():
    assert not colleague(nudged_at=NOW - timedelta(hours=47, minutes=59)).may_be_nudged(NOW)
    assert colleague(nudged_at=NOW - timedelta(hours=48)).may_be_nudged(NOW)
