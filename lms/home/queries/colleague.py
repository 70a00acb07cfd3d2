"""One colleague as their champion sees them: progress, next step, awards. No answers, scores or timing."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from lms.accounts.models.people import Placement, Profile
from lms.accounts.queries.periods import main_placement
from lms.certification.queries.awards import AwardView, awards_of
from lms.home.models import HelpRequest
from lms.infra.db import db
from lms.learning.queries.cycles import Path, paths_of
from lms.learning.rules.path import StepView, live_steps, next_step


@dataclass(frozen=True, slots=True)
class ColleaguePage:
    """What a champion or manager may see of one person."""

    person_id: uuid.UUID
    name: str
    function: str
    site: str
    shift: str
    paths: tuple[Path, ...]
    next_step: StepView | None
    # The observed work that is open to them, if any: their champion may sit beside them now.
    observation: StepView | None
    awards: tuple[AwardView, ...]
    help_text: str | None


def colleague_page(person_id: uuid.UUID, day: date) -> ColleaguePage | None:
    """Return the page of a person, or None where they are no longer known by name."""
    row = db.session.execute(
        sa.select(Profile.name, Placement.function, Placement.site, Placement.shift)
        .outerjoin(
            Placement,
            sa.and_(
                Placement.person_id == Profile.person_id,
                main_placement(day),
            ),
        )
        .where(Profile.person_id == person_id)
    ).first()
    if row is None:
        return None
    paths = paths_of(person_id)
    ahead = [step for path in paths if (step := next_step(path.modules))]
    upcoming = next((step for step in ahead if not step.live), next(iter(ahead), None))
    open_steps = [step for path in paths for step in live_steps(path.modules) if step.open]
    help_text = db.session.scalar(
        sa.select(HelpRequest.text).where(HelpRequest.person_id == person_id, HelpRequest.answered_at.is_(None))
    )
    return ColleaguePage(
        person_id=person_id,
        name=row.name,
        function=row.function or "",
        site=row.site or "",
        shift=row.shift or "",
        paths=paths,
        next_step=upcoming,
        observation=next((step for step in open_steps if step.step.kind == "observation"), None),
        awards=awards_of(person_id, day),
        help_text=help_text,
    )
