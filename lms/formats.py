"""Every format of course files, each supplied by the room that owns the kind of step."""

from __future__ import annotations

from lms.assessment.adapters.formats import ASSESSMENT_FORMATS
from lms.assessment.adapters.questions.bank import QuestionBank
from lms.catalog.adapters.formats import Formats
from lms.catalog.adapters.steps import CATALOG_FORMATS
from lms.sandbox.adapters import SANDBOX_FORMATS
from lms.workshops.adapters import WORKSHOP_FORMATS


def course_formats() -> Formats:
    """Return the formats; neither application nor database is needed."""
    return Formats((*CATALOG_FORMATS, *ASSESSMENT_FORMATS, *WORKSHOP_FORMATS, *SANDBOX_FORMATS), QuestionBank())
