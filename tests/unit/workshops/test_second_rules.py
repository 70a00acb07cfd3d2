"""Who is drawn for a second look, and who is asked."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta

from lms.workshops.rules.second import Candidate, LookState, choose, is_drawn, state_of

ANA, BEN, CAM = (uuid.UUID(int=number) for number in (1, 2, 3))
LOOK = uuid.UUID(int=99)
NOW = datetime(2026, 3, 2, tzinfo=UTC)


def test_one_in_ten_is_drawn_the_same_every_time_and_otherwise_under_another_secret():
    cycles = [uuid.UUID(int=number) for number in range(4000)]
    drawn = {cycle for cycle in cycles if is_drawn("one secret", cycle, "ff7-shadow")}
    assert 340 < len(drawn) < 460
    assert drawn == {cycle for cycle in cycles if is_drawn("one secret", cycle, "ff7-shadow")}
    assert drawn != {cycle for cycle in cycles if is_drawn("another", cycle, "ff7-shadow")}
    assert drawn != {cycle for cycle in cycles if is_drawn("one secret", cycle, "cs8-shadow")}


def test_the_nearest_is_asked_then_the_least_busy_and_never_who_is_excluded():
    near, same, far = Candidate(ANA, True, True, 5), Candidate(BEN, False, True, 0), Candidate(CAM, False, False, 0)
    assert choose("s", [far, same, near], (), LOOK) == ANA
    assert choose("s", [far, same, near], {ANA}, LOOK) == BEN
    assert choose("s", [far], {CAM}, LOOK) is None
    assert choose("s", [Candidate(ANA, True, True, 1), Candidate(BEN, True, True, 0)], (), LOOK) == BEN


def test_a_tie_is_broken_by_lot():
    both = [Candidate(ANA, True, True, 0), Candidate(BEN, True, True, 0)]
    assert {choose("s", both, (), uuid.UUID(int=number)) for number in range(30)} == {ANA, BEN}


def test_a_look_waits_thirty_days():
    assert state_of(ANA, NOW, None, NOW + timedelta(days=29)) is LookState.WAITING
    assert state_of(ANA, NOW, None, NOW + timedelta(days=30)) is LookState.LAPSED
    assert state_of(None, NOW, None, NOW) is LookState.NOBODY
    assert state_of(ANA, NOW, NOW, NOW + timedelta(days=60)) is LookState.SIGNED
