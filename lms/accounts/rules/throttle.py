"""How often somebody may try a secret. A try is counted before it is judged, so that tries sent at once all count."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Limit:
    """After `tries` within `window`, each further try waits: `first_block`, doubling, at most `longest_block`."""

    tries: int
    window: timedelta = timedelta(hours=1)
    first_block: timedelta = timedelta(minutes=1)
    longest_block: timedelta = timedelta(minutes=15)


# One person mistypes a few times. A site's whole shift signs in from one address.
ACCOUNT = Limit(tries=5)
ADDRESS = Limit(tries=60)
LOOKUP = Limit(tries=20)


@dataclass(frozen=True, slots=True)
class Tries:
    """Tries that have not been followed by success."""

    failures: int
    window_started_at: datetime
    blocked_until: datetime | None = None


def wait(tries: Tries, now: datetime) -> int:
    """Return the whole seconds until the next try is let through; 0 where it may come now."""
    if tries.blocked_until is None or tries.blocked_until <= now:
        return 0
    return int((tries.blocked_until - now).total_seconds()) + 1


def count_try(tries: Tries | None, limit: Limit, now: datetime) -> Tries:
    """Return the state after one more try, which is itself let through."""
    if tries is None or now - tries.window_started_at > limit.window:
        tries = Tries(0, now)
    failures = tries.failures + 1
    if failures < limit.tries:
        return replace(tries, failures=failures, blocked_until=None)
    block = min(limit.first_block * 2 ** min(failures - limit.tries, 16), limit.longest_block)
    return replace(tries, failures=failures, blocked_until=now + block)


def give_back(tries: Tries, limit: Limit) -> Tries:
    """Return the state of a shared bucket after a success: that try is not held against the others."""
    failures = max(0, tries.failures - 1)
    return replace(tries, failures=failures, blocked_until=tries.blocked_until if failures >= limit.tries else None)
