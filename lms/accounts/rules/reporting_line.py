"""Who reports to whom: a line, never a circle."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

K = TypeVar("K")


def in_cycles(above: Mapping[K, K]) -> list[K]:
    """Return everybody who is, directly or through others, their own manager, in the order of `above`."""
    done: set[K] = set()
    circling: set[K] = set()
    for start in above:
        path: dict[K, None] = {}
        person = start
        while person in above and person not in done and person not in path:
            path[person] = None
            person = above[person]
        if person in path:
            trail = list(path)
            circling.update(trail[trail.index(person) :])
        done.update(path)
    return [person for person in above if person in circling]
