"""The plan of the demo company's rollout: waves, cohorts, peak and the days on which HR sends news."""

from __future__ import annotations

from dataclasses import dataclass

from lms.demo.rules.company import DATA, FINANCE, FLOOR, MARKETING, NORTHGATE, PLANNING, PUERTO, RIVERBEND, SERVICE

ROLLOUT = "AI beside us"
PILOT, FIRST, SECOND = 0, 1, 2
# Weeks in which HR sends a file with what has changed.
NEWS_WEEKS = (-18, -14, -10, -6, -2)


@dataclass(frozen=True, slots=True)
class PlannedWave:
    """A wave; weeks are counted from the present one."""

    number: int
    title: str
    training_week: int
    go_live_week: int


WAVES = (
    PlannedWave(PILOT, "Pilot", -19, -8),
    PlannedWave(FIRST, "First wave", -8, 4),
    PlannedWave(SECOND, "Second wave", 6, 18),
)


@dataclass(frozen=True, slots=True)
class PlannedPeak:
    """A declared peak, from Monday of the first week to Sunday of the last."""

    label: str
    first_week: int
    last_week: int


PEAK = PlannedPeak("Season peak", 9, 12)


@dataclass(frozen=True, slots=True)
class PlannedCohort:
    """A cohort. `shift` narrows its placing rule; `placed` False: announced, nobody is in it yet."""

    key: str
    title: str
    function: str
    site: str
    wave: int
    seats: int
    shift: str = ""
    placed: bool = True


COHORTS = (
    PlannedCohort("service-northgate", "Customer service, Northgate", SERVICE, NORTHGATE, PILOT, 30),
    PlannedCohort("floor-northgate-early", "Floor, Northgate, early", FLOOR, NORTHGATE, PILOT, 20, "Early"),
    PlannedCohort("service-riverbend", "Customer service, Riverbend", SERVICE, RIVERBEND, FIRST, 25),
    PlannedCohort("service-puerto", "Customer service, Puerto", SERVICE, PUERTO, FIRST, 20),
    PlannedCohort("floor-northgate-late", "Floor, Northgate, late", FLOOR, NORTHGATE, FIRST, 20, "Late"),
    PlannedCohort("floor-northgate-night", "Floor, Northgate, night", FLOOR, NORTHGATE, FIRST, 15, "Night"),
    PlannedCohort("floor-riverbend-early", "Floor, Riverbend, early", FLOOR, RIVERBEND, FIRST, 20, "Early"),
    PlannedCohort("floor-riverbend-late", "Floor, Riverbend, late", FLOOR, RIVERBEND, FIRST, 20, "Late"),
    PlannedCohort("floor-puerto", "Floor, Puerto", FLOOR, PUERTO, SECOND, 25),
    PlannedCohort("planning-northgate", "Planning, Northgate", PLANNING, NORTHGATE, SECOND, 15),
    PlannedCohort("planning-riverbend", "Planning, Riverbend", PLANNING, RIVERBEND, SECOND, 15),
    PlannedCohort("marketing", "Merchandising and marketing", MARKETING, NORTHGATE, SECOND, 25),
    PlannedCohort("finance", "Finance and operations", FINANCE, NORTHGATE, SECOND, 20),
    PlannedCohort("data", "IT and data", DATA, NORTHGATE, SECOND, 20),
    PlannedCohort(
        "service-puerto-evening", "Customer service, Puerto, evening", SERVICE, PUERTO, SECOND, 15, placed=False
    ),
)
# Its champion leaves; nobody has been appointed since.
WITHOUT_CHAMPION = "floor-riverbend-late"


def wave_of(cohort: PlannedCohort) -> PlannedWave:
    """Return the wave of a cohort."""
    return WAVES[cohort.wave]


def cohort_named(key: str) -> PlannedCohort:
    """Return the cohort with this key."""
    return next(cohort for cohort in COHORTS if cohort.key == key)
