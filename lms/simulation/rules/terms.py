"""What a programme asks of people, as the catalogue and the courses say: what the year is played on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from lms.catalog.rules.content import Course, Part, Step
from lms.catalog.rules.programmes import Catalogue, Programme, counted_minutes, refresher_modules
from lms.catalog.rules.refreshers import Element, element_of, ends_quarter
from lms.certification.rules.validity import ValidityRule
from lms.learning.rules.refreshers import Part as MonthPart
from lms.learning.rules.refreshers import Rotation
from lms.sandbox.rules.exercise import Mode
from lms.sandbox.rules.runs import MODES

ALONE = frozenset({Part.SELF_PACED, Part.RECORDED, Part.SANDBOX})
# What a month holds that nobody has written yet (curriculum.md section 3): cards, text, practice, vigilance.
USUAL = ((Element.CARDS, 20), (Element.TEXT, 50), (Element.PRACTICE, 50))
VIGILANCE = 100


@dataclass(frozen=True, slots=True)
class Terms:
    """One role: minutes alone and at the exam, of each session and of the observed work, and what comes afterwards."""

    programme: str
    console: str
    level: int
    validity: ValidityRule
    alone: int
    exam: int
    sessions: tuple[int, ...]
    rotation: Rotation
    months: Mapping[str, tuple[MonthPart, ...]]


def terms_of(
    catalogue: Catalogue, courses: Mapping[str, Course], validity: Mapping[str, ValidityRule]
) -> dict[str, Terms]:
    """Return the terms of every programme that ends in an exam at a console, by programme."""
    found = {}
    for programme in catalogue.programmes:
        steps = [
            step
            for course in programme.initial.courses
            for module in (courses[course].modules if course in courses else ())
            for step in module.steps
        ]
        exams = [step for step in steps if MODES.get(step.settings.get("mode", "")) is Mode.FOUNDATION]
        if exams and programme.refreshers is not None:
            found[programme.id] = Terms(
                programme=programme.id,
                console=exams[0].settings["console"],
                level=int(exams[0].settings["level"]),
                validity=validity[programme.id],
                alone=round(counted_minutes([one for one in steps if one.part in ALONE and one not in exams])),
                exam=round(counted_minutes(exams)),
                sessions=tuple(step.minutes for step in steps if step.part is Part.WORKSHOP and step.minutes),
                rotation=Rotation(
                    programme.refreshers.rotate, programme.refreshers.before_peak, programme.refreshers.after_peak
                ),
                months=_months(programme, courses),
            )
    return found


def _months(programme: Programme, courses: Mapping[str, Course]) -> dict[str, tuple[MonthPart, ...]]:
    written = {module.id: module for module in refresher_modules(programme, courses)}
    rotate = programme.refreshers.rotate if programme.refreshers else ()
    return {
        name: _parts(name, written[name].steps) if name in written else _usual(name, position)
        for position, name in enumerate(rotate, 1)
    }


def _parts(module: str, steps: tuple[Step, ...]) -> tuple[MonthPart, ...]:
    return tuple(MonthPart(step.id, module, element_of(step), step.minutes) for step in steps)


def _usual(module: str, position: int) -> tuple[MonthPart, ...]:
    parts = (*USUAL, (Element.VIGILANCE, VIGILANCE)) if ends_quarter(position) else USUAL
    return tuple(MonthPart(f"{module}-{element}", module, element, minutes) for element, minutes in parts)
