"""From a setup and the terms of its roles to what the year shows."""

from __future__ import annotations

from collections.abc import Mapping

from lms.sandbox.rules.calibration import Forms
from lms.sandbox.rules.company import CompanyFacts
from lms.sandbox.rules.consoles.registry import CONSOLES
from lms.sandbox.rules.exercise import Mode
from lms.simulation.rules.company import Setup, found_company
from lms.simulation.rules.goals import Report, report
from lms.simulation.rules.terms import Terms
from lms.simulation.rules.year import Year

# Exam forms that the sittings at a console are spread over.
FORMS = 8


def play(setup: Setup, terms: Mapping[str, Terms]) -> Report:
    """Return what a year shows; the same setup and terms show the same on every machine."""
    company = found_company(setup, terms)
    exams = {cohort.terms.console: cohort.terms.level for cohort in company.cohorts}
    forms = {
        name: Forms(CONSOLES[name], level, Mode.FOUNDATION, CompanyFacts(), FORMS) for name, level in exams.items()
    }
    return report(company, Year(company, forms).play())
