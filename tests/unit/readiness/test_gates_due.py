from __future__ import annotations

from datetime import date

import pytest

from lms.readiness.rules.criteria import Gate
from lms.readiness.rules.due import gates_due

LIVE = date(2026, 5, 4)


@pytest.mark.parametrize(
    ("number", "today", "gates"),
    [
        (0, date(2026, 4, 5), ()),
        (0, date(2026, 4, 6), (Gate.PILOT,)),
        (0, LIVE, (Gate.PILOT,)),
        (0, date(2026, 5, 5), ()),
        (0, date(2026, 6, 15), (Gate.WEEK_SIX,)),
        (1, LIVE, (Gate.WAVE,)),
        (1, date(2026, 8, 1), ()),
        (1, date(2026, 8, 2), (Gate.DAY_90,)),
        (1, date(2027, 1, 1), (Gate.DAY_90,)),
    ],
)
def test_a_gate_is_due_when_its_time_has_come(number, today, gates) -> None:
    assert gates_due(number, LIVE, today) == gates
