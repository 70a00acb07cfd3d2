"""What the catalogue tells the rooms above it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class CoursePublished:
    """A course has a new current release.

    `changed` are the modules whose content differs from the one before, `facts` the company facts with a new value.
    """

    course: str
    release: str
    previous: str | None
    changed: tuple[str, ...]
    published_at: datetime
    facts: tuple[str, ...] = ()
