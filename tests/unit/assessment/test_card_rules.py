from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.assessment.rules.cards import REST, Memory, Recall, mixed, next_card, recall_of, remembered, review

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
answers = st.lists(st.tuples(st.sampled_from(Recall), st.integers(0, 60 * 24 * 60)), min_size=1, max_size=12)


def replay(item, given):
    memory, at = None, START
    for recall, minutes in given:
        at += timedelta(minutes=minutes)
        memory = review(item, memory, recall, at)
    return memory


def memory_of(item, *recalls, at=START):
    memory = None
    for recall in recalls:
        memory = review(item, memory, recall, at)
        at = memory.due_at
    return memory


@pytest.mark.parametrize(
    ("right", "hinted", "recall"),
    [(True, False, Recall.GOOD), (True, True, Recall.HARD), (False, False, Recall.AGAIN), (False, True, Recall.AGAIN)],
)
def test_a_recall_is_never_called_easy(right, hinted, recall):
    assert recall_of(right=right, hinted=hinted) is recall


def test_a_streak_of_good_answers_has_the_planned_intervals():
    memory, at, waits = None, START, []
    for _ in range(6):
        memory = review("a", memory, Recall.GOOD, at)
        waits.append(memory.due_at - at)
        at = memory.due_at
    assert waits[0] == timedelta(minutes=10)
    assert [wait.days for wait in waits[1:]] == [2, 11, 46, 163, 180]


@given(answers)
def test_the_same_reviews_give_the_same_memory_and_never_a_wait_above_180_days(given_answers):
    memory = replay("a", given_answers)
    assert memory == replay("a", given_answers)
    assert timedelta() < memory.due_at - memory.reviewed_at <= timedelta(days=180)
    assert 0 <= remembered("a", memory, memory.due_at) <= 1


@given(
    st.dictionaries(st.sampled_from("abcdef"), answers, max_size=6),
    st.integers(0, 400),
)
def test_what_is_due_comes_before_what_is_new_and_nothing_fresh_is_asked_again(known, days):
    memories = {item: replay(item, given_answers) for item, given_answers in known.items()}
    now = max((memory.reviewed_at for memory in memories.values()), default=START) + timedelta(days=days)
    chosen = next_card("abcdef", memories, now)
    due = {item for item, memory in memories.items() if memory.due_at <= now}
    if due:
        assert chosen in due
        assert remembered(chosen, memories[chosen], now) == min(remembered(item, memories[item], now) for item in due)
    elif len(memories) < 6:
        assert chosen not in memories
    elif chosen is not None:
        assert memories[chosen].reviewed_at + REST <= now


def test_of_two_due_cards_the_likelier_forgotten_comes_first():
    shaky = memory_of("a", Recall.GOOD, Recall.AGAIN, Recall.GOOD)
    firm = memory_of("b", Recall.GOOD, Recall.GOOD, Recall.GOOD)
    now = firm.due_at + timedelta(days=1)
    assert next_card(["b", "a"], {"a": shaky, "b": firm}, now) == "a"


def test_when_everything_was_just_asked_nothing_is_left_for_today():
    memory = Memory(2, None, 5.0, 5.0, START + timedelta(days=5), START)
    assert next_card(["a"], {"a": memory}, START + timedelta(hours=1)) is None
    assert next_card(["a"], {"a": memory}, START + timedelta(days=1)) == "a"


def test_new_cards_come_in_an_order_of_ones_own_that_stays():
    pool = [str(number) for number in range(20)]
    assert mixed(pool, "ana") == mixed(reversed(pool), "ana")
    assert mixed(pool, "ana") != mixed(pool, "bo")
