"""Bayesian knowledge tracing: which error type a learner should meet next in guided practice. It never gates.

Source: Corbett and Anderson, "Knowledge tracing" (1995). A hinted answer counts as not known.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

KNOWN_AT_START, LEARN, GUESS, SLIP = 0.20, 0.15, 0.20, 0.10


def traced(outcomes: Iterable[bool], known: float = KNOWN_AT_START) -> float:
    """Return the probability that an error type is mastered after these outcomes (right and unhinted, or not)."""
    for right in outcomes:
        if_known = known * ((1 - SLIP) if right else SLIP)
        if_not = (1 - known) * (GUESS if right else (1 - GUESS))
        seen = if_known / (if_known + if_not)
        known = seen + (1 - seen) * LEARN
    return known


def next_kind(kinds: Sequence[str], history: Sequence[tuple[str, bool]], places_left: int) -> str:
    """Return the error type to show next: the least mastered one, but each is met once before the places run out.

    `history` are (error type, right and unhinted) of the learner's guided cases so far, oldest first; `places_left`
    the wrong cases still to come in this set and the next, this one included. Ties go to the type met less often,
    then to the one named first.
    """
    met = Counter(kind for kind, _ in history)
    unmet = [kind for kind in kinds if not met[kind]]
    candidates = unmet if unmet and places_left <= len(unmet) else list(kinds)
    return min(candidates, key=lambda kind: (traced(right for k, right in history if k == kind), met[kind]))
