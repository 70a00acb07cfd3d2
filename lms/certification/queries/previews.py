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
from lms.certification.queries.awards import AwardView, award_facts, award_views, validity_rule
from lms.certification.queries.evidence import evidence_views
from lms.certification.rules.predicates import Predicate, RuleChange, compare_rules, parse
from lms.certification.rules.validity import Timeline, ValidityRule, timeline
from lms.infra.db import db
from lms.learning.models import Cycle


@dataclass(frozen=True, slots=True)
class Sample:
    """One award and its dates under the rule as it is and as it would be."""

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
    views = evidence_views(learners, programme)
    keyed = {str(person): views[person] for person in names}
    change = compare_rules(tuple(map(parse, level.requires)), wanted, keyed, day)
    return change, {str(person): name for person, name in names.items()}


def sample_timelines(
    people: PersonIds, programme: Programme, wanted: ValidityRule, day: date, most: int = 12
) -> tuple[Sample, ...]:
    """Return the dates of the latest awards of a programme under both rules; the printed dates are the same in both."""
    condition = sa.and_(Award.programme == programme.id, Award.authority.is_(True), Award.person_id.in_(people))
    present = validity_rule(programme.validity)
    samples = []
    for view in [view for view in award_views(condition, day) if view.in_force][:most]:
        facts = award_facts(view)
        samples.append(Sample(view, timeline(present, facts, day), timeline(wanted, facts, day)))
    return tuple(samples)
