"""Errors that services raise; the web shell turns each into a status and a page.

A message says what was read, what is wrong and what to do, already in the reader's language.
"""

from __future__ import annotations

from collections.abc import Mapping


class GroundschoolError(Exception):
    """Base of every error a person may be shown."""

    def __init__(self, message: str = "") -> None:
        super().__init__(message)
        self.message = message


class NotFound(GroundschoolError):
    """The thing does not exist, or is not this actor's to see: both get the same answer."""


class Refused(GroundschoolError):
    """A rule of the house forbids this action to this actor."""


class Conflict(GroundschoolError):
    """The action contradicts what is already stored (a duplicate, a changed key, a full session)."""


class Invalid(GroundschoolError):
    """What was given cannot be used. `fields` maps field names to their messages."""

    def __init__(self, message: str = "", fields: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.fields: dict[str, str] = dict(fields or {})


class TooMany(GroundschoolError):
    """Too many tries; `retry_after` is in seconds."""

    def __init__(self, message: str = "", retry_after: int = 60) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class Unavailable(GroundschoolError):
    """Something outside is down or busy; trying again later may work. `retry_after` is in seconds."""

    def __init__(self, message: str = "", retry_after: int = 5) -> None:
        super().__init__(message)
        self.retry_after = retry_after
