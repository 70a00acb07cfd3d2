from __future__ import annotations

import itertools
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from lms.reporting.rules.surveys import (
    FEWEST,
    HELP,
    Batch,
    Element,
    Help,
    Mean,
    Profile,
    WeekOfAnswers,
    batches,
    profile,
)

ITEMS = {Element.AWARENESS: ("a1", "a2")}
NEVER = "9999-12-27"


def week(group: str, monday: str, count: int, rating: int = 4, wave: str = "pilot", second: int | None = None):
    other = count if second is None else second
    return WeekOfAnswers(
        wave, group, Element.AWARENESS, monday, {"a1": (count, count * rating), "a2": (other, other * rating)}
    )


def shown(*weeks: WeekOfAnswers, before: str = NEVER) -> list[tuple[str, int]]:
    return [(batch.group, batch.respondents) for batch in batches(weeks, ITEMS, before)]


def test_five_answers_are_shown_and_four_are_not() -> None:
    assert shown(week("a", "2026-03-02", 5)) == [("a", 5)]
    assert shown(week("a", "2026-03-02", 4)) == []


def test_answers_wait_until_they_are_five_together() -> None:
    assert shown(week("a", "2026-03-02", 3), week("a", "2026-03-09", 2)) == [("a", 5)]


def test_late_answers_wait_for_a_batch_of_their_own() -> None:
    assert shown(week("a", "2026-03-02", 6), week("a", "2026-03-09", 1)) == [("a", 6)]


def test_small_groups_are_in_no_number() -> None:
    assert shown(week("a", "2026-03-02", 7), week("b", "2026-03-02", 4)) == [("a", 7)]


def test_the_week_that_is_not_over_is_not_looked_at() -> None:
    assert shown(week("a", "2026-03-02", 9), before="2026-03-02") == []


def test_an_item_that_some_left_out_counts_as_its_answers() -> None:
    assert shown(week("a", "2026-03-02", 6, second=4)) == []
    assert shown(week("a", "2026-03-02", 6, second=5)) == [("a", 5)]


def test_the_mean_is_over_answers_and_exact() -> None:
    found = profile(batches([week("a", "2026-03-02", 5, 3), week("b", "2026-03-02", 5, 4)], ITEMS, NEVER))
    assert found.means[Element.AWARENESS] == Mean(Fraction(7, 2), 10)


def means(*values: float | None) -> Profile:
    return Profile(
        {
            element: Mean(Fraction(str(value)), 9)
            for element, value in zip(Element, values, strict=True)
            if value is not None
        }
    )


def test_the_barrier_is_the_first_element_at_three_or_less() -> None:
    assert means(4, 3.0, 2, 2, 2).barrier is Element.DESIRE
    assert means(4, 3.1, 3.01, 4, 5).barrier is None


def test_an_unknown_element_hides_the_barriers_after_it() -> None:
    assert means(4, None, 2, 2, 2).barrier is None
    assert means(3, None, 2, 2, 2).barrier is Element.AWARENESS
    assert not means(4, None, 4, 4, 4).complete


def test_every_element_routes_to_an_intervention() -> None:
    assert [HELP[element] for element in Element] == list(Help)


answers = st.lists(
    st.tuples(
        st.sampled_from(["pilot", "wave-1"]),
        st.sampled_from(["a", "b", "c"]),
        st.sampled_from(["2026-03-02", "2026-03-09", "2026-03-16"]),
        st.integers(1, 7),
    ),
    max_size=12,
)


def released(entries, before: str) -> tuple[Batch, ...]:
    merged: dict[tuple[str, str, str], int] = {}
    for wave, group, monday, count in entries:
        merged[wave, group, monday] = merged.get((wave, group, monday), 0) + count
    weeks = [week(group, monday, count, wave=wave) for (wave, group, monday), count in merged.items()]
    return batches(weeks, ITEMS, before)


@settings(max_examples=200)
@given(answers)
def test_no_pair_of_filters_at_any_two_times_isolates_fewer_than_five(entries) -> None:
    """Every figure a reader can get, and the difference of any two of them, is five people or more, or nobody."""
    figures: list[int] = []
    for before in ("2026-03-09", "2026-03-16", NEVER):
        found = released(entries, before)
        for wave, group in itertools.product(["", "pilot", "wave-1"], ["", "a", "b", "c"]):
            chosen = [each for each in found if wave in {"", each.wave} and group in {"", each.group}]
            figures.append(sum(each.respondents for each in chosen))
    for one, other in itertools.combinations(sorted(set(figures)), 2):
        assert one == 0 or one >= FEWEST
        assert other >= FEWEST


@settings(max_examples=200)
@given(answers)
def test_two_figures_always_differ_by_whole_batches(entries) -> None:
    views = []
    for before in ("2026-03-09", "2026-03-16", NEVER):
        found = released(entries, before)
        for wave, group in itertools.product(["", "pilot", "wave-1"], ["", "a", "b", "c"]):
            counted: dict[Batch, int] = {}
            for each in found:
                if wave in {"", each.wave} and group in {"", each.group}:
                    counted[each] = counted.get(each, 0) + 1
            views.append(counted)
    for one, other in itertools.combinations(views, 2):
        left = sum(max(0, count - other.get(each, 0)) * each.respondents for each, count in one.items())
        right = sum(max(0, count - one.get(each, 0)) * each.respondents for each, count in other.items())
        assert left == 0 or left >= FEWEST
        assert right == 0 or right >= FEWEST


@given(answers)
def test_what_was_shown_once_stays_as_it_was(entries) -> None:
    earlier, later = released(entries, "2026-03-16"), released(entries, NEVER)
    assert [batch for batch in later if batch in earlier] == list(earlier) or set(earlier) <= set(later)
