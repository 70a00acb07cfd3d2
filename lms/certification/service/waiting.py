"""What becomes due by the calendar alone: levels that had to be held for a while, reminders, warnings of a cliff."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import date

import sqlalchemy as sa

from lms.catalog.queries import current_catalogue
from lms.catalog.rules.programmes import Programme
from lms.certification.models import Award
from lms.certification.queries.awards import AwardView
from lms.certification.queries.evidence import evidence_views
from lms.certification.queries.expiring import coordinators, open_ends, shift_cliffs
from lms.certification.rules.predicates import Kind, assess, parse
from lms.certification.rules.renewal import Due, due_notice
from lms.certification.service.award import issue_due_awards
from lms.infra.clock import now
from lms.infra.db import db
from lms.messaging.service import tell


def issue_waiting_levels(today: date) -> int:
    """Issue the levels whose time of holding another one is over, and return how many. Nothing else triggers them."""
    due = [(person, programme.id) for programme, person in _ready(today)]
    return sum(len(issue_due_awards(person, programme)) for person, programme in due)


def send_reminders(today: date) -> int:
    """Tell every holder once 60 days and once 14 days before the end, and once at the lapse; return how many."""
    told = 0
    for award in open_ends(today):
        due = due_notice(award.timeline, today)
        if due is not None:
            told += _remind(award, due)
    return told


def warn_of_cliffs(today: date) -> int:
    """Warn every coordinator once where over a fifth of a shift would lapse in a fortnight; return how many heard."""
    found = shift_cliffs(today, open_ends(today))
    return sum(
        tell(
            person,
            "certificates-cliff",
            now(),
            path="/certificates/expiring",
            slot=f"{cliff.slot}:{person}",
            people=len(cliff.cliff.people),
            size=cliff.size,
            first=cliff.cliff.first,
            shift=cliff.shift,
            site=cliff.site,
        )
        for cliff in found
        for person in coordinators(today)
    )


def offer_turns(today: date) -> int:
    """Tell everybody once whose week for renewing has begun, where too much of a shift ends together."""
    awards = open_ends(today)
    return sum(
        tell(
            uuid.UUID(person),
            "certificate-turn",
            now(),
            path="/certificates",
            slot=f"turn:{each.cliff.first.isoformat()}:{person}",
            week=week,
        )
        for each in shift_cliffs(today, awards)
        for person, week in each.turns.items()
        if week <= today
    )


def _ready(today: date) -> Iterator[tuple[Programme, uuid.UUID]]:
    for programme in current_catalogue().programmes:
        rules = {level.id: tuple(map(parse, level.requires)) for level in programme.levels}
        waiting = {name: rule for name, rule in rules.items() if any(each.kind is Kind.HELD for each in rule)}
        if not waiting:
            continue
        rows = db.session.execute(sa.select(Award.person_id, Award.level).where(Award.programme == programme.id))
        held: dict[uuid.UUID, set[str]] = {}
        for person, level in rows:
            held.setdefault(person, set()).add(level)
        views = evidence_views(sa.select(Award.person_id).where(Award.programme == programme.id), programme, today)
        for person, levels in held.items():
            wanted = [rule for name, rule in waiting.items() if name not in levels]
            if any(assess(rule, views[person], today).met for rule in wanted):
                yield programme, person


def _remind(award: AwardView, due: Due) -> bool:
    return tell(
        award.person_id,
        f"certificate-ends-{due.notice.value}",
        now(),
        path="/certificates",
        slot=f"ends-{due.notice.value}:{award.id}",
        level=award.snapshot.level_title,
        subject=award.snapshot.subject,
        day=due.on,
        grace=award.timeline.grace_until,
    )
