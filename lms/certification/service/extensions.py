"""Extensions that nobody decides: an absence that stopped the clock, a peak in which nothing ends.

Until it takes effect an extension is computed from what is known; on the day it does, it is recorded for good.
"""

from __future__ import annotations

from datetime import date

from lms.certification.models import AwardStatus
from lms.certification.queries.expiring import open_ends
from lms.certification.rules.validity import extension_due
from lms.infra import audit
from lms.infra.clock import now
from lms.infra.db import db
from lms.messaging.service import tell
from lms.shared.ids import new_id


def record_extensions(today: date) -> int:
    """Record every extension by an absence or a peak that takes effect by today, once; return how many."""
    recorded = 0
    for award in open_ends(today):
        if not award.timeline.reasons or award.timeline.printed_until >= today:
            continue
        due = extension_due(award.rule, award.facts, today)
        if due is None or due.until is None:
            continue
        db.session.add(
            AwardStatus(
                id=new_id(),
                award_id=award.id,
                kind=due.kind,
                on=due.on,
                until=due.until,
                cause=due.cause,
                reason="",
                recorded_at=now(),
            )
        )
        audit.record("award.extended", actor=None, subject=award.person_id, award=str(award.id), cause=due.cause.value)
        tell(
            award.person_id,
            "certificate-changed",
            now(),
            path=f"/certificates/{award.id}",
            slot=f"extended:{award.id}:{due.until.isoformat()}",
            change=due.kind.value,
        )
        recorded += 1
    db.session.flush()
    return recorded
