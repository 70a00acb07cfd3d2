"""Counting tries in the database, so that neither a restart nor another web process forgets them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from lms.accounts.models.signin import Throttle
from lms.accounts.rules.names import fold
from lms.accounts.rules.throttle import ACCOUNT, ADDRESS, LOOKUP, Limit, Tries, count_try, give_back, wait
from lms.infra.db import db
from lms.infra.i18n import ngettext
from lms.shared.errors import TooMany

Buckets = Mapping[str, Limit]
KEPT = timedelta(days=1)


def account_buckets(identifier: str, address: str) -> dict[str, Limit]:
    """Return what a try at somebody's secret counts against: the account it names, and where it comes from."""
    return {account_bucket(identifier): ACCOUNT, f"address:{address}": ADDRESS}


def lookup_buckets(address: str) -> dict[str, Limit]:
    """Return what typing a code from a slip counts against."""
    return {f"lookup:{address}": LOOKUP}


def account_bucket(identifier: str) -> str:
    """Return the bucket of an account as it was typed, existing or not, without keeping what was typed."""
    return "account:" + hashlib.sha256(fold(identifier).encode()).hexdigest()[:40]


def admit(buckets: Buckets, now: datetime) -> None:
    """Count a try that is about to be judged. Call in a write transaction of its own, before judging.

    Raises:
        TooMany: one of the buckets is blocked; nothing is counted.
    """
    rows = [(_locked(bucket, now), limit) for bucket, limit in sorted(buckets.items())]
    seconds = max(wait(_tries(row), now) for row, _ in rows)
    if seconds:
        minutes = -(-seconds // 60)
        words = ngettext(
            "Too many tries. Wait a minute, then try again.",
            "Too many tries. Wait %(num)s minutes, then try again.",
            minutes,
        )
        raise TooMany(words, retry_after=seconds)
    for row, limit in rows:
        _store(row, count_try(_tries(row), limit, now))


def forgive(buckets: Buckets) -> None:
    """Forget the tries at an account that ended in success; a shared address is given back only this one."""
    for bucket, limit in sorted(buckets.items()):
        row = db.session.get(Throttle, bucket, with_for_update=True)
        if row is None:
            continue
        if limit is ACCOUNT:
            db.session.delete(row)
        else:
            _store(row, give_back(_tries(row), limit))


def forget_old_tries(now: datetime) -> int:
    """Delete the buckets nobody has tried for a day; return how many."""
    old = sa.and_(
        Throttle.window_started_at < now - KEPT,
        sa.or_(Throttle.blocked_until.is_(None), Throttle.blocked_until < now),
    )
    return int(db.session.execute(sa.delete(Throttle).where(old)).rowcount)  # type: ignore[attr-defined]


def _locked(bucket: str, now: datetime) -> Throttle:
    # Two first tries at once would both insert: the second waits for the first and then finds its row.
    dialect = db.session.get_bind().dialect.name
    insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
    values = {"bucket": bucket, "failures": 0, "window_started_at": now}
    db.session.execute(insert(Throttle).values(values).on_conflict_do_nothing())
    return db.session.get_one(Throttle, bucket, with_for_update=True, populate_existing=True)


def _tries(row: Throttle) -> Tries:
    return Tries(row.failures, row.window_started_at, row.blocked_until)


def _store(row: Throttle, tries: Tries) -> None:
    row.failures = tries.failures
    row.window_started_at = tries.window_started_at
    row.blocked_until = tries.blocked_until
