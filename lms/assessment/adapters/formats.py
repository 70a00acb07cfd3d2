"""The formats this room supplies."""

from __future__ import annotations

from lms.assessment.adapters.quizzes import QuizFormat
from lms.assessment.adapters.surveys import SurveyFormat

ASSESSMENT_FORMATS = (QuizFormat(), SurveyFormat())
