"""Awards as credentials, and the status lists behind them."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from lms.catalog.queries import current_company
from lms.certification.adapters.keys import IssuingKey, method_of
from lms.certification.adapters.openbadge import Issuer, Validity, Wording, build_credential
from lms.certification.adapters.proofs import Suite, secure
from lms.certification.adapters.statuslist import SIZE, Purpose, build_list, entry_of, list_address
from lms.certification.models import Award, AwardStatus, LevelRule
from lms.certification.queries.awards import AwardView, require_name
from lms.certification.queries.keys import issuer_name
from lms.certification.rules.predicates import Kind, parse
from lms.certification.rules.validity import StatusKind
from lms.infra.db import db
from lms.infra.deployment import public_address, settings
from lms.infra.i18n import _, in_language, ngettext
from lms.shared.days import end_of_day, start_of_day


def award_address(token: str) -> str:
    """Return the public address of an award, as the QR code has it."""
    return public_address(f"/v/{token}")


def unsigned_credential(award: AwardView) -> dict[str, Any]:
    """Return the credential of an award, in its language.

    Raises:
        Conflict: the company has no name of its own yet.
    """
    require_name(award.snapshot)
    snapshot, zone = award.snapshot, settings().timezone
    issuer = Issuer(issuer_name(), snapshot.organisation or current_company().name, settings().public_url)
    until = snapshot.valid_until
    validity = Validity(start_of_day(award.starts_on, zone), None if until is None else end_of_day(until, zone))
    address = award_address(snapshot.token)
    entry = entry_of(settings().public_url, award.status_index)
    with in_language(snapshot.language):
        return build_credential(snapshot, issuer, _wording(award), validity, address, entry)


def signed_credential(award: AwardView, key: IssuingKey, created: datetime, suite: Suite = Suite.JCS) -> dict[str, Any]:
    """Return the credential with its proof; `created` is when it is signed."""
    return secure(unsigned_credential(award), key, method_of(issuer_name(), key.public), created, suite)


def signed_status_list(purpose: Purpose, number: int, key: IssuingKey, issued: datetime, day: date) -> dict[str, Any]:
    """Return a published list as it stands: everything recorded up to and including `day`."""
    address = list_address(settings().public_url, purpose, number)
    first = number * SIZE
    closed = _closed(purpose, first, first + SIZE, day)
    listed = build_list(issuer_name(), address, purpose, [index - first for index in closed], issued)
    return secure(listed, key, method_of(issuer_name(), key.public), issued, Suite.JCS)


def list_count() -> int:
    """Return how many lists of each purpose there are: at least one."""
    last = db.session.scalar(sa.select(sa.func.max(Award.status_index)))
    return 1 if last is None else last // SIZE + 1


def rule_lines(version: str) -> tuple[str, ...]:
    """Return the predicates behind a rule version, as they were judged."""
    return tuple(db.session.scalar(sa.select(LevelRule.requires).where(LevelRule.version == version)) or ())


def _closed(purpose: Purpose, first: int, end: int, day: date) -> list[int]:
    rows = db.session.execute(
        sa.select(Award.status_index, AwardStatus.kind)
        .join(AwardStatus, AwardStatus.award_id == Award.id)
        .where(Award.status_index >= first, Award.status_index < end, AwardStatus.on <= day)
        .order_by(AwardStatus.on, AwardStatus.recorded_at, AwardStatus.id)
    )
    revoked: set[int] = set()
    suspended: set[int] = set()
    replaced: set[int] = set()
    for index, kind in rows:
        if kind is StatusKind.REPLACED:
            replaced.add(index)
        elif kind is StatusKind.REVOKED:
            revoked.add(index)
        elif kind is StatusKind.SUSPENDED:
            suspended.add(index)
        elif kind is StatusKind.REINSTATED:
            revoked.discard(index)
            suspended.discard(index)
    return (
        sorted(revoked | replaced | suspended)
        if purpose is Purpose.REVOCATION
        else sorted(suspended - revoked - replaced)
    )


def _wording(award: AwardView) -> Wording:
    snapshot = award.snapshot
    title = f"{snapshot.level_title}: {snapshot.subject}"
    if award.authority:
        claim = _("Has shown the ability to work safely with AI. Internal, assessed in a simulator and at work.")
    else:
        claim = _("Has completed the ground school, without the simulator. It grants no authority to act beside AI.")
    return Wording(title, claim + " " + _("It is not a regulated qualification."), _criteria(award))


def _criteria(award: AwardView) -> str:
    counts = Counter(parse(line).kind for line in rule_lines(award.rule_version))
    parts = [words for kind in Kind if counts[kind] and (words := words_of(kind, counts[kind]))]
    version = _("Rule version %(version)s.", version=award.rule_version)
    return "; ".join(parts) + ". " + version if parts else version


def words_of(kind: Kind, count: int) -> str:
    """Return what a credential says of the conditions of a kind that its level asked for."""
    return {
        Kind.MODULE: lambda: ngettext("%(num)s module completed", "%(num)s modules completed", count),
        Kind.QUIZ: lambda: ngettext("%(num)s quiz passed", "%(num)s quizzes passed", count),
        Kind.SANDBOX: lambda: ngettext(
            "%(num)s exam in the simulator passed", "%(num)s exams in the simulator passed", count
        ),
        Kind.LAB: lambda: ngettext("%(num)s lab passed", "%(num)s labs passed", count),
        Kind.WORKSHOP: lambda: ngettext("%(num)s live workshop attended", "%(num)s live workshops attended", count),
        Kind.OBSERVATION: lambda: ngettext(
            "%(num)s observation at work signed off", "%(num)s observations at work signed off", count
        ),
        Kind.RUBRIC: lambda: ngettext(
            "%(num)s observation at the level asked for", "%(num)s observations at the level asked for", count
        ),
        Kind.REFRESHERS: lambda: _("monthly refreshers done"),
        Kind.HELD: lambda: _("the level before held at work"),
        Kind.APPOINTED: lambda: _("appointed by the company"),
        Kind.DEPUTY: lambda: _("a deputy named"),
    }[kind]()
