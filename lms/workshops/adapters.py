"""NN-name.workshop.yml and NN-name.observation.yml."""

from __future__ import annotations

from typing import Annotated, Any, Literal, cast

from pydantic import Field

from lms.catalog.adapters.desk import Desk
from lms.catalog.adapters.formats import Draft, StepFile
from lms.catalog.adapters.shapes import ChoiceId, Minutes, Shape, StepShape, Text
from lms.catalog.rules.content import Part

LEVELS = 4


class SeatsShape(Shape):
    """How few and how many take part."""

    min: Annotated[int, Field(ge=1)] = 1
    max: Annotated[int, Field(ge=1)]


class AgendaShape(Shape):
    """One part of a session."""

    minutes: Minutes
    title: Text
    text: str = ""


class MaterialShape(Shape):
    """A page to hand out."""

    file: str
    title: Text
    for_: Literal["learners", "facilitator"] = Field("learners", alias="for")
    print: bool = False


class MakeupShape(Shape):
    """What somebody does who could not come."""

    minutes: Minutes
    text: Text


class WorkshopShape(StepShape):
    """NN-name.workshop.yml."""

    minutes: Minutes
    seats: SeatsShape
    place: str = ""
    bring: str = ""
    agenda: tuple[AgendaShape, ...] = Field(min_length=1)
    materials: tuple[MaterialShape, ...] = ()
    exercise: str | None = None
    good: str | None = None
    assessment: Text
    makeup: MakeupShape | None = None


class WorkshopFormat:
    """A live session.

    Settings: ``seats`` (``min``, ``max``), ``minutes``, ``makeup_minutes`` or None. Content: ``place``, ``bring``
    (plain), ``agenda`` (``minutes``, ``title`` plain, ``text`` HTML), ``materials`` (``title``, ``for``, ``print``,
    ``html``), ``exercise``, ``good`` (HTML or None), ``assessment``, ``makeup`` (HTML). The facilitator guide stands
    with the module.
    """

    kind, suffix, part = "workshop", ".workshop.yml", Part.WORKSHOP
    shape: type[StepShape] = WorkshopShape
    has_questions = False

    def compile(self, step: StepFile, desk: Desk) -> Draft:
        """Compile a session template whose agenda fills its time."""
        shape = cast("WorkshopShape", step.shape)
        total = sum(part.minutes for part in shape.agenda)
        if total != shape.minutes:
            message = f"The agenda takes {total} minutes, the session {shape.minutes}."
            desk.report("agenda-sum", desk.at("minutes"), message, "Make them equal.")
        if shape.seats.min > shape.seats.max:
            message = f"It needs {shape.seats.min} people and seats {shape.seats.max}."
            desk.report("wrong-value", desk.at("seats"), message, "Correct `min` or `max`.")
        makeup = shape.makeup
        content = {
            "place": desk.plain(shape.place),
            "bring": desk.plain(shape.bring),
            "agenda": [
                {
                    "minutes": part.minutes,
                    "title": desk.plain(part.title),
                    "text": desk.field(part.text, "agenda", index, "text"),
                }
                for index, part in enumerate(shape.agenda)
            ],
            "materials": [self._material(one, desk, index) for index, one in enumerate(shape.materials)],
            "exercise": _page(shape.exercise, desk, "exercise"),
            "good": _page(shape.good, desk, "good"),
            "assessment": desk.field(shape.assessment, "assessment"),
            "makeup": desk.field(makeup.text, "makeup", "text") if makeup else None,
        }
        settings = {
            "seats": shape.seats.model_dump(),
            "minutes": shape.minutes,
            "makeup_minutes": makeup.minutes if makeup else None,
        }
        return Draft(settings, content, float(total))

    @staticmethod
    def _material(one: MaterialShape, desk: Desk, index: int) -> dict[str, Any]:
        html = _page(one.file, desk, "materials", index, "file")
        return {"title": desk.plain(one.title), "for": one.for_, "print": one.print, "html": html}


class ChoiceShape(Shape):
    """A choice of a log field."""

    id: ChoiceId
    text: Text


class FieldShape(Shape):
    """One field of a log."""

    id: ChoiceId
    label: Text
    type: Literal["text", "choice"] = "text"
    choices: tuple[ChoiceShape, ...] = ()


class LogShape(Shape):
    """Decisions to write down."""

    entries: Annotated[int, Field(ge=1, le=50)]
    source: Literal["replayed", "live"]
    fields: tuple[FieldShape, ...] = Field(min_length=1)


class LineShape(Shape):
    """One thing to see."""

    id: ChoiceId
    text: Text
    critical: bool = False
    guidance: str = ""


class RowShape(Shape):
    """One row of a rubric, with its levels from 1 to 4."""

    id: ChoiceId
    title: Text
    levels: tuple[Text, ...] = Field(min_length=LEVELS, max_length=LEVELS)


class PassShape(Shape):
    """The level each row needs; all rows where none is named."""

    level: Annotated[int, Field(ge=1, le=LEVELS)] = 3
    rows: tuple[ChoiceId, ...] = ()


class ObservationShape(StepShape):
    """NN-name.observation.yml."""

    minutes: Minutes
    people: Annotated[int, Field(ge=1, le=10)] = 3
    intro: str = ""
    log: LogShape | None = None
    checklist: tuple[LineShape, ...] = ()
    rubric: tuple[RowShape, ...] = ()
    pass_: PassShape = Field(PassShape(), alias="pass")
    guidance: str | None = None


class ObservationFormat:
    """Shadowing or observed work.

    Settings: ``people``, ``minutes``, ``log`` (``entries``, ``source``, ``fields`` with ``id``, ``type``, ids of
    ``choices``) or None, ``checklist`` (``id``, ``critical``), ``rubric`` (row ids), ``pass`` (``level``, ``rows``).
    Content: the same ids with their texts: ``intro`` (HTML), ``fields``, ``checklist``, ``rubric`` (plain),
    ``guidance`` (HTML, for the champion only).
    """

    kind, suffix, part = "observation", ".observation.yml", Part.SHADOWING
    shape: type[StepShape] = ObservationShape
    has_questions = False

    def compile(self, step: StepFile, desk: Desk) -> Draft:
        """Compile a log, a checklist and a rubric, at least one of which stands."""
        shape = cast("ObservationShape", step.shape)
        self._check(shape, desk)
        log = shape.log
        settings = {
            "people": shape.people,
            "minutes": shape.minutes,
            "log": self._log(log) if log else None,
            "checklist": [{"id": line.id, "critical": line.critical} for line in shape.checklist],
            "rubric": [row.id for row in shape.rubric],
            "pass": {"level": shape.pass_.level, "rows": list(shape.pass_.rows or (row.id for row in shape.rubric))},
        }
        content = {
            "intro": desk.field(shape.intro, "intro"),
            "fields": [
                {
                    "id": field.id,
                    "label": desk.plain(field.label),
                    "type": field.type,
                    "choices": [{"id": choice.id, "text": desk.plain(choice.text)} for choice in field.choices],
                }
                for field in (log.fields if log else ())
            ],
            "checklist": [
                {
                    "id": line.id,
                    "text": desk.plain(line.text),
                    "guidance": desk.plain(line.guidance),
                    "critical": line.critical,
                }
                for line in shape.checklist
            ],
            "rubric": [
                {"id": row.id, "title": desk.plain(row.title), "levels": [desk.plain(level) for level in row.levels]}
                for row in shape.rubric
            ],
            "guidance": _page(shape.guidance, desk, "guidance"),
        }
        return Draft(settings, content, float(shape.minutes))

    @staticmethod
    def _log(log: LogShape) -> dict[str, Any]:
        fields = [
            {"id": field.id, "type": field.type, "choices": [choice.id for choice in field.choices]}
            for field in log.fields
        ]
        return {"entries": log.entries, "source": log.source, "fields": fields}

    @staticmethod
    def _check(shape: ObservationShape, desk: Desk) -> None:
        if not (shape.log or shape.checklist or shape.rubric):
            fix = "Add a `log`, a `checklist` or a `rubric`."
            desk.report("observation-empty", desk.at("title"), "There is nothing to observe here.", fix)
        rows = {row.id for row in shape.rubric}
        for index, name in enumerate(shape.pass_.rows):
            if name not in rows:
                fix = "Use the id of a row of the rubric."
                desk.report("wrong-value", desk.at("pass", "rows", index), f"The rubric has no row {name!r}.", fix)
        names = [line.id for line in shape.checklist] + [row.id for row in shape.rubric]
        for name in sorted({name for name in names if names.count(name) > 1}):
            place = desk.document.find(f"id: {name}")
            desk.report("id-duplicate", place, f"{name!r} stands twice here.", "Give each line an id of its own.")
        for index, field in enumerate(shape.log.fields if shape.log else ()):
            if (field.type == "choice") != bool(field.choices):
                fix = "A field of type choice has `choices`, and no other has."
                desk.report(
                    "wrong-value", desk.at("log", "fields", index), f"The field {field.id!r} is incomplete.", fix
                )


def _page(name: str | None, desk: Desk, *path: str | int) -> str | None:
    page = desk.file(name, *path) if name else None
    return page.html if page else None


WORKSHOP_FORMATS = (WorkshopFormat(), ObservationFormat())
