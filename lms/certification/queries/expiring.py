"""What ends when: the awards whose end matters, and the shifts where too many end together."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from lms.accounts.models.people import Placement, Profile, RoleGrant
from lms.accounts.queries.periods import main_placement, staying, valid_on
from lms.accounts.rules.actor import Role
from lms.certification.models import Award
from lms.certification.queries.awards import AwardView, award_views
from lms.certification.rules.turns import turns
from lms.certification.rules.validity import Cliff, Standing, cliffs
from lms.infra.db import db

HORIZON = timedelta(days=120)
_GONE = frozenset({Standing.REVOKED, Standing.SUSPENDED})


@dataclass(frozen=True, slots=True)
class ShiftCliff:
    """A fortnight in which more than a fifth of a shift would lapse; `size` is how many work on the shift.

    `turns` has the first day of the week that each of them is offered for renewing.
    """

    site: str
    function: str
    shift: str
    size: int
    cliff: Cliff
    turns: Mapping[str, date]

    @property
    def slot(self) -> str:
        """Return a name for the warning, so that it is given once."""
        return f"cliff:{self.site}:{self.function}:{self.shift}:{self.cliff.first.isoformat()}"


def latest_awards(day: date) -> tuple[AwardView, ...]:
    """Return the latest award with authority of everybody at work, per programme and level; corrected ones once."""
    working = sa.select(Profile.person_id).where(staying(day))
    latest: dict[tuple[uuid.UUID, str, str], AwardView] = {}
    for view in award_views(sa.and_(Award.authority.is_(True), Award.person_id.in_(working)), day):
        key = (view.person_id, view.programme, view.level)
        if view.standing is not Standing.REPLACED and (key not in latest or latest[key].period < view.period):
            latest[key] = view
    return tuple(latest.values())


def open_ends(day: date) -> tuple[AwardView, ...]:
    """Return the same, the first to end first; a revoked or suspended one is left out, its end changes nothing."""
    open_awards = [view for view in latest_awards(day) if view.standing not in _GONE]
    return tuple(sorted(open_awards, key=lambda view: (view.timeline.expires_on or date.max, view.serial)))


def ending_soon(day: date) -> tuple[AwardView, ...]:
    """Return those of `open_ends` that end within the coming four months, and no other is looked at.

    No award ends before its printed day, and one with a later period behind it ends nothing.
    """
    later = aliased(Award)
    renewed = sa.exists().where(
        later.person_id == Award.person_id,
        later.programme == Award.programme,
        later.level == Award.level,
        later.period > Award.period,
    )
    working = sa.select(Profile.person_id).where(staying(day))
    until = day + HORIZON
    near = sa.and_(Award.authority.is_(True), Award.person_id.in_(working), Award.valid_until <= until, ~renewed)
    return tuple(
        view
        for view in award_views(near, day)
        if view.standing not in _GONE | {Standing.REPLACED, Standing.LAPSED}
        and view.timeline.expires_on is not None
        and view.timeline.expires_on <= until
    )


def shift_cliffs(day: date, awards: tuple[AwardView, ...]) -> tuple[ShiftCliff, ...]:
    """Return where more than a fifth of a shift would lapse within a fortnight of the coming four months."""
    ends: dict[uuid.UUID, date] = {}
    windows: dict[str, tuple[date, date]] = {}
    for view in awards:
        last, opens = view.timeline.expires_on, view.timeline.window_opens
        if last is not None and opens is not None and last >= ends.get(view.person_id, last):
            ends[view.person_id] = last
            windows[str(view.person_id)] = (opens, last)
    found: list[ShiftCliff] = []
    for (site, function, shift), people in sorted(_shifts(day).items()):
        soon = {str(one): ends[one] for one in people if one in ends and day <= ends[one] <= day + HORIZON}
        found += [
            ShiftCliff(site, function, shift, len(people), cliff, turns({key: windows[key] for key in cliff.people}))
            for cliff in cliffs(soon, len(people))
        ]
    return tuple(sorted(found, key=lambda each: each.cliff.first))


def coordinators(day: date) -> list[uuid.UUID]:
    """Return who coordinates on `day`."""
    working = staying(day)
    query = sa.select(RoleGrant.person_id).distinct().join(Profile, Profile.person_id == RoleGrant.person_id)
    return list(db.session.scalars(query.where(RoleGrant.role == Role.COORDINATOR, valid_on(RoleGrant, day), working)))


def _shifts(day: date) -> dict[tuple[str, str, str], set[uuid.UUID]]:
    rows = db.session.execute(
        sa.select(Placement.site, Placement.function, Placement.shift, Placement.person_id)
        .join(Profile, Profile.person_id == Placement.person_id)
        .where(
            main_placement(day),
            staying(day),
        )
    )
    shifts: dict[tuple[str, str, str], set[uuid.UUID]] = {}
    for site, function, shift, person in rows:
        shifts.setdefault((site, function, shift), set()).add(person)
    return shifts
