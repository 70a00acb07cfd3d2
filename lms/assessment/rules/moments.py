"""When the fifteen questions about the change are asked: at the kickoff, after training, in week 6, then each quarter.

Source: curriculum.md section 5. The kickoff's survey is a step of the common core; the later ones have no step.
"""

from __future__ import annotations

from datetime import date, timedelta

from lms.shared.days import add_months

AFTER_GO_LIVE = timedelta(weeks=6)
QUARTER = 3
TRAINED, WEEK_SIX, QUARTERLY = "trained", "week-6", "quarter-"


def moment_on(day: date, trained_on: date | None, go_live: date | None) -> str | None:
    """Return the latest moment that has come by `day`, or None where only the kickoff has."""
    if go_live is not None and day >= go_live + AFTER_GO_LIVE:
        number = 0
        while add_months(go_live + AFTER_GO_LIVE, QUARTER * (number + 1)) <= day:
            number += 1
        return f"{QUARTERLY}{number}" if number else WEEK_SIX
    return TRAINED if trained_on is not None and trained_on <= day else None


def survey_at(step: str, moment: str) -> str:
    """Return the name that the answers of a moment stand under.

    Each moment is a survey of its own: the five answers of a batch are then always those of five people.
    """
    return f"{step}@{moment}"


def moment_of(survey: str) -> tuple[str, str]:
    """Return the step and the moment of a survey's name; the kickoff's moment is empty."""
    step, _at, moment = survey.partition("@")
    return step, moment
