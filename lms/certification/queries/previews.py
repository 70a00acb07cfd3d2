"""What another rule would do, before anybody saves it: who would qualify, and what dates sample people would have."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from lms.accounts.models.people import Profile
from lms.accounts.queries.scope import PersonIds
from lms.catalog.rules.programmes import Level, Programme
from lms.certification.models import Award
from lms.certification.queries.awards import AwardView, award_views, rule_of
from lms.certification.queries.evidence import evidence_views
from lms.certification.rules.predicates import Predicate, RuleChange, compare_rules, parse
from lms.certification.rules.validity import AwardFacts, Term, Timeline, ValidityRule, timeline
from lms.infra.db import db
from lms.learning.models import Cycle
from lms.shared.days import add_months


@dataclass(frozen=True, slots=True)
class Sample:
    """One award, and the dates of the period after it under the rule as it is and as it would be.

    The award itself keeps the rule that it was made under.
    """

    award: AwardView
    now: Timeline
    then: Timeline


def change_of_rule(
    people: PersonIds, programme: Programme, level: Level, wanted: Sequence[Predicate], day: date
) -> tuple[RuleChange, Mapping[str, str]]:
    """Return who of those who study the programme would gain, lose or be untouched, and their names by id as text."""
    learners = sa.select(Cycle.person_id).where(Cycle.programme == programme.id, Cycle.person_id.in_(people))
    found = db.session.execute(
        sa.select(Profile.person_id, Profile.name).where(Profile.person_id.in_(learners)).order_by(Profile.name)
    )
    names: dict[uuid.UUID, str] = {person: name for person, name in found}  # noqa: C416 - rows are not tuples to a checker
    views = evidence_views(learners, programme, day)
    keyed = {str(person): views[person] for person in names}
    change = compare_rules(tuple(map(parse, level.requires)), wanted, keyed, day)
    return change, {str(person): name for person, name in names.items()}


def sample_timelines(
    people: PersonIds, programme: Programme, level: Level, wanted: ValidityRule, day: date, most: int = 12
) -> tuple[Sample, ...]:
    """Return, for those who hold a level, the dates of their next period under both rules."""
    condition = sa.and_(
        Award.programme == programme.id, Award.level == level.id, Award.authority.is_(True), Award.person_id.in_(people)
    )
    present = rule_of(programme, level)
    samples = []
    for view in [view for view in award_views(condition, day) if view.in_force][:most]:
        starts = view.timeline.expires_on or day
        samples.append(Sample(view, *(_next_period(rule, view.facts, starts) for rule in (present, wanted))))
    return tuple(samples)


def _next_period(rule: ValidityRule, facts: AwardFacts, starts: date) -> Timeline:
    term = Term(starts, add_months(starts, rule.months))
    return timeline(rule, AwardFacts(term, absences=facts.absences, peaks=facts.peaks))
