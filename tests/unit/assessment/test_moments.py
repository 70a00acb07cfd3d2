from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from lms.assessment.rules.moments import moment_of, moment_on, survey_at

GO_LIVE = date(2026, 3, 9)
WEEK_SIX = GO_LIVE + timedelta(weeks=6)
days = st.dates(date(2026, 1, 1), date(2030, 12, 31))


def test_before_training_is_done_only_the_kickoff_has_come():
    assert moment_on(date(2026, 2, 1), None, GO_LIVE) is None
    assert moment_on(date(2026, 2, 1), date(2026, 2, 2), GO_LIVE) is None


def test_each_moment_follows_the_one_before():
    found = [
        moment_on(day, date(2026, 2, 20), GO_LIVE)
        for day in (date(2026, 2, 20), WEEK_SIX - timedelta(days=1), WEEK_SIX, date(2026, 7, 20), date(2026, 10, 20))
    ]
    assert found == ["trained", "trained", "week-6", "quarter-1", "quarter-2"]


def test_week_six_asks_those_too_who_are_still_in_training():
    assert moment_on(WEEK_SIX, None, GO_LIVE) == "week-6"


@given(days, days)
def test_moments_never_go_back(one, other):
    order = ["trained", "week-6", *(f"quarter-{number}" for number in range(1, 30))]
    early, late = sorted((one, other))
    first, second = (moment_on(day, date(2026, 2, 1), GO_LIVE) for day in (early, late))
    assert first is None or order.index(first) <= order.index(second)


def test_the_answers_of_a_moment_have_a_name_of_their_own():
    assert moment_of(survey_at("c1-pulse", "week-6")) == ("c1-pulse", "week-6")
    assert moment_of("c1-pulse") == ("c1-pulse", "")
