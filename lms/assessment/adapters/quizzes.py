"""NN-name.quiz.md: rules in the front matter, an introduction, and questions that are always served."""

from __future__ import annotations

from collections import Counter
from typing import Annotated, Any, Literal, cast

from pydantic import Field

from lms.assessment.adapters.questions.lines import intro_of
from lms.assessment.rules.attempts import largest_draw
from lms.catalog.adapters.desk import Desk
from lms.catalog.adapters.formats import Draft, StepFile
from lms.catalog.adapters.shapes import Id, ObjectiveId, Shape, Share, Span, StepShape
from lms.catalog.adapters.steps import bank_name, report_unknown_bank
from lms.catalog.rules.content import Part
from lms.catalog.rules.items import Item
from lms.catalog.rules.minutes import MINUTES_PER_QUESTION, reading_minutes

COMFORTABLE = 2


def _sizes(items: list[Item]) -> list[int]:
    return list(Counter(item.scenario or item.id for item in items).values())


class AttemptsShape(Shape):
    """How often, and how soon again; the last delay repeats."""

    max: Annotated[int, Field(ge=1)] | None = None
    delay: tuple[Span, ...] = ("PT0S", "PT10M", "PT24H")


class TimeShape(Shape):
    """A time limit, which needs a reason."""

    limit: Span
    on_expiry: Literal["submit", "grace"] = "submit"
    network_grace: Span = "PT1M"
    reason: Annotated[str, Field(min_length=10)]


class DrawShape(Shape):
    """One line of a draw."""

    bank: str
    tag: str | None = None
    objective: ObjectiveId | None = None
    n: Annotated[int, Field(ge=1, le=100)]
    overlay: Literal["required"] | None = None


class ShuffleShape(Shape):
    """What is mixed."""

    questions: bool = True
    choices: bool = True


class ReviewShape(Shape):
    """What is shown after an attempt that failed, and after a pass."""

    after_attempt: tuple[Literal["score", "objectives", "revisit"], ...] = ("objectives", "revisit")
    after_pass: tuple[Literal["answers", "feedback"], ...] = ("answers", "feedback")


class QuizShape(StepShape):
    """Front matter of a quiz."""

    mode: Literal["practice", "graded", "pulse", "diagnostic"] = "graded"
    pass_: Share = Field(0.8, alias="pass")
    attempts: AttemptsShape = AttemptsShape()
    time: TimeShape | None = None
    draw: tuple[DrawShape, ...] = ()
    shuffle: ShuffleShape = ShuffleShape()
    review: ReviewShape = ReviewShape()
    skips: tuple[Id, ...] = Field((), description="Of a diagnostic: modules whose lessons it may spare.")


class QuizFormat:
    """A quiz.

    Settings: the front matter with every default written out, ``draw`` naming banks in full, ``fixed`` (item ids).
    Content: ``intro`` (HTML). The step's items are the fixed ones and every pool.
    """

    kind, suffix, part = "quiz", ".quiz.md", Part.SELF_PACED
    shape: type[StepShape] = QuizShape
    has_questions = True

    def compile(self, step: StepFile, desk: Desk) -> Draft:
        """Compile a quiz; each line of its draw must find enough questions that no line before it takes."""
        shape = cast("QuizShape", step.shape)
        intro = desk.page(intro_of(step.document.body), step.document.body_line)
        fixed = [name for name in step.inline if name in desk.index.items]
        lines, drawn = self._draw(shape, desk)
        served = len(fixed) + sum(line.n for line in shape.draw)
        if not served:
            fix = "Draw questions from a bank, or write some below the front matter."
            desk.report("quiz-empty", desk.at(), "This quiz asks nothing.", fix)
        settings = {
            **shape.model_dump(
                mode="json", by_alias=True, include={"mode", "pass_", "attempts", "time", "shuffle", "review"}
            ),
            **({"skips": list(self._skips(shape, desk))} if shape.skips or shape.mode == "diagnostic" else {}),
            "draw": lines,
            "fixed": fixed,
            "served": served,
        }
        minutes = served * MINUTES_PER_QUESTION + reading_minutes(intro.words)
        items = tuple(dict.fromkeys((*fixed, *drawn)))
        return Draft(settings, {"intro": intro.html}, minutes, items, certifying=shape.mode == "graded")

    @staticmethod
    def _skips(shape: QuizShape, desk: Desk) -> tuple[str, ...]:
        """Report a diagnostic that spares nothing, and modules that are not in this course."""
        if (shape.mode == "diagnostic") != bool(shape.skips):
            fix = "Say `mode: diagnostic` and, under `skips`, the modules whose lessons it may spare."
            desk.report("wrong-value", desk.at("mode"), "A diagnostic and `skips` belong together.", fix)
        for index, name in enumerate(shape.skips):
            target = desk.index.find("module", name)
            if (target is None or target.course != desk.course) and name not in desk.index.broken:
                message = f"There is no module {name!r} in this course."
                desk.report("unknown-module", desk.at("skips", index), message, "Correct the id.")
        return shape.skips

    def _draw(self, shape: QuizShape, desk: Desk) -> tuple[list[dict[str, Any]], list[str]]:
        lines: list[dict[str, Any]] = []
        drawn: dict[str, None] = {}
        for index, line in enumerate(shape.draw):
            full = bank_name(line.bank, desk)
            lines.append({**line.model_dump(mode="json"), "bank": full})
            if report_unknown_bank(line.bank, desk, "draw", index, "bank"):
                pool = self._pool(line, full, desk)
                self._check_scenarios(pool, full, desk, index)
                self._check_pool(line, [item for item in pool if item.id not in drawn], desk, index)
                drawn.update(dict.fromkeys(item.id for item in pool))
        return lines, list(drawn)

    @staticmethod
    def _pool(line: DrawShape, full: str, desk: Desk) -> list[Item]:
        pool = [item for item in desk.index.pool(full, tag=line.tag, objective=line.objective) if item.is_graded]
        return [item for item in pool if item.private] if line.overlay else pool

    @staticmethod
    def _check_scenarios(pool: list[Item], full: str, desk: Desk, index: int) -> None:
        """Report scenarios that a line would take apart: their questions are always drawn together."""
        taken = Counter(item.scenario for item in pool if item.scenario)
        whole = Counter(item.scenario for item in desk.index.pool(full) if item.scenario in taken and item.is_graded)
        for name in sorted(taken):
            if taken[name] < whole[name]:
                message = f"This line takes {taken[name]} of the {whole[name]} questions of the scenario {name!r}."
                fix = "Give all its questions the tag and the objective, or draw it on a line of its own."
                desk.report("scenario-split", desk.at("draw", index), message, fix)

    @staticmethod
    def _check_pool(line: DrawShape, free: list[Item], desk: Desk, index: int) -> None:
        place = desk.at("draw", index)
        if line.overlay and not desk.ledger.tree.overlay:
            fix = "Set LMS_COURSES_OVERLAY to the folder with the private bank."
            desk.report(
                "overlay-missing",
                place,
                "This line takes only from the private bank; there is none.",
                fix,
                warning=True,
            )
            return
        if len(free) < line.n:
            message = f"{len(free)} questions match this line; it draws {line.n}."
            desk.report("pool-too-small", place, message, "Write more questions, or draw fewer.")
        elif largest_draw(_sizes(free), line.n) < line.n:
            message = f"Scenarios come whole: these questions make no draw of exactly {line.n}."
            desk.report(
                "scenario-uneven", place, message, "Draw as many as the scenarios have, or add single questions."
            )
        elif len(free) < COMFORTABLE * line.n:
            message = f"{len(free)} questions match this line; a second attempt needs {COMFORTABLE * line.n}."
            desk.report("pool-too-small", place, message, "Write more questions.", warning=True)
