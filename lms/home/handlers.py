"""What home does when a room below says that somebody needs their champion."""

from __future__ import annotations

from lms.home.queries.champions import champions_of
from lms.infra.clock import now
from lms.messaging.service import tell
from lms.sandbox.events import CoachingAsked


def tell_champions(event: CoachingAsked) -> None:
    """Tell a person's champions that coaching is asked for."""
    for champion in champions_of(event.person_id, now().date()):
        tell(champion, "coaching-asked", now(), path="/team/coaching", who=event.name)
