"""What a month of the rotation is made of (curriculum.md section 3)."""

from __future__ import annotations

from enum import StrEnum

from lms.catalog.rules.content import Module, Step

MONTHS_IN_QUARTER = 3


class Element(StrEnum):
    """A part of a refresher that the software knows by its kind."""

    CARDS = "cards"
    PRACTICE = "practice"
    VIGILANCE = "vigilance"
    LIVE_LOG = "live-log"
    TEXT = "text"


def element_of(step: Step) -> Element:
    """Return which part of a refresher a step is."""
    if step.kind == "cards":
        return Element.CARDS
    if step.kind == "sandbox":
        return Element.VIGILANCE if step.settings.get("mode") == "vigilance" else Element.PRACTICE
    if step.kind == "observation" and (step.settings.get("log") or {}).get("source") == "live":
        return Element.LIVE_LOG
    return Element.TEXT


def ends_quarter(position: int) -> bool:
    """Return whether the month at this place of the rotation, from 1, closes a quarter."""
    return position % MONTHS_IN_QUARTER == 0


def missing_elements(month: Module, position: int) -> tuple[Element, ...]:
    """Return what one role lacks in a month; `month` holds that role's steps and stands at `position`, from 1.

    Every month has cards and practice, the first the log of own live decisions, and a quarter ends with vigilance.
    """
    wanted = [Element.CARDS, Element.PRACTICE]
    wanted += [Element.LIVE_LOG] if position == 1 else []
    wanted += [Element.VIGILANCE] if ends_quarter(position) else []
    found = {element_of(step) for step in month.steps}
    return tuple(element for element in wanted if element not in found)
