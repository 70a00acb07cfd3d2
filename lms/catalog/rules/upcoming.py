"""What publishing the course files as they stand would do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from lms.catalog.rules.differences import Difference
from lms.catalog.rules.problems import Problem


@dataclass(frozen=True, slots=True)
class Upcoming:
    """The next publication: its errors, the number of warnings, what each release would change, and what stays.

    `kept` are courses with errors, which keep their last good release; `changes` has no entry where nothing differs.
    """

    errors: tuple[Problem, ...]
    warnings: int
    kept: tuple[str, ...]
    changes: Mapping[str, tuple[Difference, ...]]
