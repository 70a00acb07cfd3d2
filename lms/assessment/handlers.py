"""The step kinds of this room, as the player meets them: lesson, recorded module, quiz, cards and survey."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from lms.accounts.events import PersonWithdrawn
from lms.assessment.queries.attempts import has_begun
from lms.assessment.queries.cards import deck_of
from lms.assessment.queries.quizzes import attempts_of, current_quiz, past_of
from lms.assessment.rules.answers import read_survey
from lms.assessment.rules.attempts import may_start, serve_check
from lms.assessment.rules.questions import public_question, shown_order
from lms.assessment.rules.responses import read_response
from lms.assessment.service.checks import CheckState, check_states, try_checks
from lms.assessment.service.surveys import Sheet, answer_survey, has_answered
from lms.catalog.rules.content import Step
from lms.infra.db import db
from lms.infra.i18n import _
from lms.learning.kinds import Presentation, StepContext
from lms.learning.models import Cycle
from lms.learning.service.player import complete_step
from lms.shared.errors import Conflict, Refused


class _ReadAndCheck:
    """What lessons and recorded modules share: something to take in, then check questions that credit it."""

    template: str
    kind: str

    def available(self, _step: Step) -> bool:
        """Reading needs nothing."""
        return True

    def present(self, context: StepContext) -> Presentation:
        """Return the page with its check questions, those already tried with what was said about them."""
        return self._presentation(context, check_states(context))

    def complete(self, context: StepContext, form: Mapping[str, str]) -> Presentation | None:
        """Try the check questions; the step is complete when each is right or all its tries are used."""
        if context.completed_at is not None:
            return None
        states = try_checks(context, _check_responses(context, form))
        if all(state.settled for state in states):
            complete_step(context)
            if all(state.verdict == "right" for state in states):
                return None
            # The page is shown once more so that the explanations can be read; the step is complete.
            return self._presentation(context, states, done=True)
        return self._presentation(context, states, missing=any(not state.tries for state in states))

    def _presentation(
        self, context: StepContext, states: tuple[CheckState, ...], *, done: bool = False, missing: bool = False
    ) -> Presentation:
        checks = []
        for state in states:
            question = public_question(state.item, state.wording, serve_check(state.item, state.values))
            ordered = shown_order(question, state.response) if state.response else None
            checks.append({"state": state, "question": question, "ordered": ordered})
        advance = "next" if done or context.completed_at is not None else "complete"
        return Presentation(
            self.template,
            {"content": context.content, "checks": checks, "missing": missing, "language": context.language},
            advance,
        )


class LessonKind(_ReadAndCheck):
    """A page of at most five minutes."""

    kind = "lesson"
    template = "assessment/steps/lesson.html"


class VideoKind(_ReadAndCheck):
    """A recording with chapters and captions, or its transcript; its check questions credit it."""

    kind = "video"
    template = "assessment/steps/video.html"


class QuizKind:
    """A quiz: its rules come first, and the attempt has pages of its own."""

    kind = "quiz"

    def available(self, _step: Step) -> bool:
        """Return True: a quiz that is published can be taken."""
        return True

    def present(self, context: StepContext) -> Presentation:
        """Return the rules, the history, and whether an attempt may start."""
        quiz = current_quiz(context.step.id)
        lines = attempts_of(context.actor.id, context.cycle_id, context.step.id)
        start = may_start(quiz.rules, past_of(lines), context.now) if quiz else None
        data = {"quiz": quiz, "lines": lines, "start": start, "content": context.content}
        return Presentation("assessment/steps/quiz.html", data, "next" if context.completed_at else None)

    def complete(self, _context: StepContext, _form: Mapping[str, str]) -> Presentation | None:
        """Refuse: only a passed attempt completes a quiz."""
        raise Refused(_("A quiz is completed by passing it."))


class CardsKind:
    """Cards to repeat: a few minutes at a time, on pages of their own."""

    kind = "cards"

    def available(self, _step: Step) -> bool:
        """Return True: cards can be repeated at any time."""
        return True

    def present(self, context: StepContext) -> Presentation:
        """Return how far the month has come, and what is due now."""
        advance = "next" if context.completed_at else None
        return Presentation("assessment/steps/cards.html", {"deck": deck_of(context)}, advance)

    def complete(self, _context: StepContext, _form: Mapping[str, str]) -> Presentation | None:
        """Refuse: only answering the month's cards completes them."""
        raise Refused(_("Cards are completed by answering them."))


class SurveyKind:
    """An anonymous survey."""

    kind = "survey"

    def available(self, _step: Step) -> bool:
        """Return True: anybody may answer."""
        return True

    def present(self, context: StepContext) -> Presentation:
        """Return the questions, or a word of thanks."""
        answered = has_answered(_sheet(context))
        return self._presentation(context, {}, answered=answered)

    def complete(self, context: StepContext, form: Mapping[str, str]) -> Presentation | None:
        """Store the answers without the person, and complete the step without the answers."""
        answers, missing = read_survey(context.content, form)
        if missing:
            return self._presentation(context, form, missing=missing)
        cycle = db.session.execute(sa.select(Cycle.wave_id, Cycle.cohort_id).where(Cycle.id == context.cycle_id)).one()
        answer_survey(_sheet(context), answers, cycle.wave_id or "", cycle.cohort_id or "", context.now)
        complete_step(context)
        return None

    def _presentation(
        self, context: StepContext, form: Mapping[str, str], *, answered: bool = False, missing: tuple[str, ...] = ()
    ) -> Presentation:
        data = {"content": context.content, "answered": answered, "given": form, "missing": missing}
        return Presentation("assessment/steps/survey.html", data, "next" if answered else "complete")


def withdraw(event: PersonWithdrawn) -> None:
    """Let a person's import be taken back only while they have not begun a check or answered a question.

    Raises:
        Conflict: they have.
    """
    if has_begun(event.person_id):
        raise Conflict(_("Somebody from this import has already begun a check, so it cannot be taken back."))


def _sheet(context: StepContext) -> Sheet:
    return Sheet(context.actor.id, context.cycle_id, context.step.id, context.release)


def _check_responses(context: StepContext, form: Mapping[str, str]) -> dict[str, dict[str, Any]]:
    getlist = getattr(form, "getlist", None)
    fields = {name: list(getlist(name)) if getlist else [form[name]] for name in form}
    responses = {}
    for state in check_states(context):
        responses[state.item.id] = read_response(
            state.item, state.wording, serve_check(state.item, state.values), fields, state.item.id
        )
    return responses
