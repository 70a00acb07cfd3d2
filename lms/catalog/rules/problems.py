"""What the check reports: always where, what and how to mend it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """An error keeps a course from being published; a warning does not."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A position in a text file; both numbers count from 1."""

    line: int = 1
    column: int = 1


START = Place()


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to mend. `path` is relative to the course tree; `excerpt` is the line as it stands there."""

    path: str
    line: int
    column: int
    excerpt: str
    message: str
    fix: str
    rule: str
    severity: Severity = Severity.ERROR

    @property
    def is_error(self) -> bool:
        """Return whether this keeps the course from being published."""
        return self.severity is Severity.ERROR


def in_reading_order(problems: list[Problem]) -> tuple[Problem, ...]:
    """Return the problems by file and position, each once."""
    unique = dict.fromkeys(problems)
    return tuple(sorted(unique, key=lambda problem: (problem.path, problem.line, problem.column, problem.rule)))
