"""Placing rules: who joins which cohort by themselves, and what follows when a placement changes."""

from __future__ import annotations

import itertools
import uuid
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from lms.accounts.models.people import Placement, Profile
from lms.accounts.queries.periods import not_over, staying, valid_on
from lms.accounts.rules.actor import Actor
from lms.cohorts.models import ChampionAppointment, Cohort, CohortMember, CohortRule, RosterEntry
from lms.cohorts.queries.cohorts import cohort_by_id, placing_rules
from lms.cohorts.rules.placing import PlacingRule, rule_for
from lms.cohorts.service.cohorts import add_member, remove_member
from lms.infra import audit
from lms.infra.db import db
from lms.infra.i18n import _
from lms.shared.errors import Conflict, NotFound
from lms.shared.ids import new_id

# Bound parameters of one statement stay far below every database's limit.
BATCH = 500


@dataclass(frozen=True, slots=True)
class Placed:
    """How many people joined and left cohorts."""

    joined: int = 0
    left: int = 0


@dataclass(frozen=True, slots=True)
class _Membership:
    cohort_id: str
    function: str
    by_rule: bool


def add_rule(actor: Actor, rule: PlacingRule) -> uuid.UUID:
    """Let people of a function and site (and shift) join a cohort by themselves; return the rule's key.

    Raises:
        NotFound: there is no such cohort.
        Conflict: these people have a rule already.
    """
    cohort_by_id(rule.cohort_id)
    same = sa.select(CohortRule.cohort_id).where(
        CohortRule.function == rule.function, CohortRule.site == rule.site, CohortRule.shift == rule.shift
    )
    taken = db.session.scalar(same)
    if taken is not None:
        raise Conflict(_("These people already join the cohort “%(id)s”. Remove that rule first.", id=taken))
    row = CohortRule(
        id=new_id(),
        function=rule.function,
        site=rule.site,
        shift=rule.shift,
        cohort_id=rule.cohort_id,
        programme=rule.programme,
    )
    db.session.add(row)
    audit.record("cohort-rule.added", actor=actor.id, cohort=rule.cohort_id, function=rule.function, site=rule.site)
    db.session.flush()
    return row.id


def remove_rule(actor: Actor, rule_id: uuid.UUID) -> str:
    """Remove a rule and return its cohort; who joined by it stays.

    Raises:
        NotFound: there is none.
    """
    rule = db.session.get(CohortRule, rule_id)
    if rule is None:
        raise NotFound
    audit.record("cohort-rule.removed", actor=actor.id, cohort=rule.cohort_id)
    db.session.delete(rule)
    db.session.flush()
    return rule.cohort_id


def apply_rules(actor: Actor | None, on: date, person_ids: Collection[uuid.UUID] | None = None) -> Placed:
    """Bring cohorts into line with placements on `on`, for these people or for everybody employed; say what changed.

    A membership that a coordinator made outranks the rules for its function and is never ended by them.
    """
    rules = [rule for _key, rule in placing_rules()]
    joined = left = 0
    for batch in _batches(_employed(on) if person_ids is None else person_ids):
        placements = _placements(batch, on)
        memberships = _memberships(batch, on)
        for person_id in batch:
            wanted = _wanted(placements.get(person_id, ()), memberships.get(person_id, ()), rules)
            present = {member.cohort_id: member for member in memberships.get(person_id, ())}
            for rule in wanted.values():
                if rule.cohort_id not in present:
                    add_member(actor, rule.cohort_id, person_id, on, programme=rule.programme, by_rule=True)
                    joined += 1
            for member in present.values():
                if member.by_rule and member.cohort_id not in wanted:
                    remove_member(actor, member.cohort_id, person_id, on)
                    left += 1
    return Placed(joined, left)


def leave_cohorts(person_id: uuid.UUID, on: date) -> None:
    """End every membership of a leaver on `on`."""
    for member in _memberships([person_id], on).get(person_id, ()):
        remove_member(None, member.cohort_id, person_id, on)


def _wanted(
    placements: Iterable[tuple[str, str, str]], memberships: Iterable[_Membership], rules: list[PlacingRule]
) -> dict[str, PlacingRule]:
    chosen_by_hand = {member.function for member in memberships if not member.by_rule}
    found = (rule_for(*placement, rules) for placement in placements if placement[0] not in chosen_by_hand)
    return {rule.cohort_id: rule for rule in found if rule is not None}


def _placements(people: Collection[uuid.UUID], on: date) -> dict[uuid.UUID, list[tuple[str, str, str]]]:
    found: dict[uuid.UUID, list[tuple[str, str, str]]] = {}
    rows = db.session.execute(
        sa.select(Placement.person_id, Placement.function, Placement.site, Placement.shift).where(
            Placement.person_id.in_(people), valid_on(Placement, on)
        )
    )
    for person_id, function, site, shift in rows:
        found.setdefault(person_id, []).append((function, site, shift))
    return found


def _memberships(people: Collection[uuid.UUID], on: date) -> dict[uuid.UUID, list[_Membership]]:
    found: dict[uuid.UUID, list[_Membership]] = {}
    rows = db.session.execute(
        sa.select(CohortMember.person_id, CohortMember.cohort_id, Cohort.function, CohortMember.by_rule)
        .join(Cohort, Cohort.id == CohortMember.cohort_id)
        .where(CohortMember.person_id.in_(people), not_over(CohortMember, on))
    )
    for person_id, cohort_id, function, by_rule in rows:
        found.setdefault(person_id, []).append(_Membership(cohort_id, function, by_rule))
    return found


def _employed(on: date) -> list[uuid.UUID]:
    still_here = staying(on)
    return list(db.session.scalars(sa.select(Profile.person_id).where(Profile.joined_on <= on, still_here)))


def _batches(people: Collection[uuid.UUID]) -> Iterable[list[uuid.UUID]]:
    remaining = iter(people)
    return iter(lambda: list(itertools.islice(remaining, BATCH)), [])


def withdraw_placing(person_id: uuid.UUID) -> None:
    """Delete what the rules alone did for a person whose import is taken back.

    Raises:
        Conflict: a coordinator has placed or appointed the person since.
    """
    by_hand = sa.select(CohortMember.id).where(CohortMember.person_id == person_id, CohortMember.by_rule.is_(False))
    appointed = sa.select(ChampionAppointment.id).where(
        sa.or_(ChampionAppointment.person_id == person_id, ChampionAppointment.deputy_id == person_id)
    )
    if db.session.scalars(by_hand).first() or db.session.scalars(appointed).first():
        raise Conflict(_("Somebody from this import was placed in a cohort by hand since, so it cannot be taken back."))
    db.session.execute(sa.delete(CohortMember).where(CohortMember.person_id == person_id))
    db.session.execute(sa.delete(RosterEntry).where(RosterEntry.person_id == person_id))
