"""The shape of every YAML file and front matter; JSON schemas are made from these."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, field_validator

from lms.catalog.rules.content import Adkar, Change, OwnText, Part
from lms.catalog.rules.durations import parse_duration, parse_span
from lms.catalog.rules.facts import FactType
from lms.catalog.rules.ids import CHOICE_ID, FACT_NAME, LANGUAGE, MAX_ID_LENGTH, OBJECTIVE_ID, is_id
from lms.catalog.rules.programmes import predicate_target


def _id(value: str) -> str:
    if not is_id(value):
        message = (
            f"ids have lower-case letters, digits and single dashes, start with a letter, and at most {MAX_ID_LENGTH}"
        )
        raise ValueError(message)
    return value


def _objective(value: str) -> str:
    if not OBJECTIVE_ID.fullmatch(value):
        message = "objective ids have two or more parts with a dot between, such as core.thresholds"
        raise ValueError(message)
    return value


def _choice(value: str) -> str:
    if not CHOICE_ID.fullmatch(value):
        message = "choice ids have lower-case letters, digits and single dashes"
        raise ValueError(message)
    return value


def _duration(value: str) -> str:
    parse_duration(value)
    return value


def _span(value: str) -> str:
    parse_span(value)
    return value


def _share(value: object) -> object:
    if isinstance(value, str) and value.endswith("%") and value[:-1].strip().replace(".", "", 1).isdigit():
        return float(value[:-1]) / 100
    return value


def _predicate(value: str) -> str:
    if predicate_target(value) is None:
        message = f"{value!r} is not a predicate such as `module:cs3 complete` or `quiz:c5-check >= 80%`"
        raise ValueError(message)
    return value


def _language(value: str) -> str:
    if not LANGUAGE.fullmatch(value):
        message = f"{value!r} is not a language tag such as en or es"
        raise ValueError(message)
    return value


Id = Annotated[str, AfterValidator(_id)]
ObjectiveId = Annotated[str, AfterValidator(_objective)]
ChoiceId = Annotated[str, AfterValidator(_choice)]
Period = Annotated[str, AfterValidator(_duration)]
Span = Annotated[str, AfterValidator(_span)]
Share = Annotated[float, BeforeValidator(_share), Field(gt=0, le=1)]
Predicate = Annotated[str, AfterValidator(_predicate)]
Language = Annotated[str, AfterValidator(_language)]
Minutes = Annotated[int, Field(ge=1, le=600)]
Text = Annotated[str, Field(min_length=1)]
TextOrTexts = Text | dict[Language, Text]


class Shape(BaseModel):
    """A closed shape: unknown keys are errors."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class TranslatableShape(Shape):
    """The shape of a file that may stand under locales/ as well."""

    source: str | None = Field(None, description="In a translation: hash of the original it was made from.")


class StepShape(TranslatableShape):
    """What every step file may say."""

    id: Id
    title: Text
    objectives: tuple[ObjectiveId, ...] = ()
    minutes: Minutes | None = None
    roles: tuple[Id, ...] = Field((), description="Only for people in these roles; for all by default.")


class LessonShape(StepShape):
    """Front matter of a lesson."""

    check: tuple[Id, ...] = ()
    company: OwnText | None = Field(
        None, description="The company may write here: notes stand before this page, an incident takes its place."
    )


class ChapterShape(Shape):
    """A chapter of a recording."""

    at: Span
    title: Text


class VideoShape(StepShape):
    """NN-name.video.yml."""

    file: str | None = None
    url: str | None = None
    length: Span | None = None
    poster: str | None = None
    poster_alt: str | None = None
    captions: str | None = None
    storyboard: str | None = Field(None, description="What script/recordings makes the recording from.")
    transcript: str
    chapters: tuple[ChapterShape, ...] = ()
    check: tuple[Id, ...] = Field(min_length=1)


class CardSourceShape(Shape):
    """Where cards to repeat are drawn from."""

    bank: str
    tag: str | None = None
    objective: ObjectiveId | None = None


class CardsShape(StepShape):
    """NN-name.cards.yml."""

    minutes: Minutes
    from_: tuple[CardSourceShape, ...] = Field(alias="from", min_length=1)


class CardShape(TranslatableShape):
    """Front matter of card.md."""

    id: Id
    title: Text


class ObjectiveShape(Shape):
    """One objective of a course."""

    id: ObjectiveId
    text: Text
    assessed: bool = True


class PlannedShape(Shape):
    """A module announced and not written yet."""

    id: Id
    title: Text
    kind: Part
    minutes: Minutes


class CourseShape(TranslatableShape):
    """course.yml."""

    schema_: Literal[1] = Field(alias="schema")
    id: Id
    version: Annotated[str, Field(pattern=r"^[0-9]+(\.[0-9]+){0,2}$")]
    title: Text
    summary: Text
    language: Language = "en"
    roles: tuple[Id, ...] = Field(min_length=1)
    objectives: tuple[ObjectiveShape, ...] = Field(min_length=1)
    modules: tuple[Id, ...]
    planned: tuple[PlannedShape, ...] = ()


class ModuleShape(TranslatableShape):
    """module.yml."""

    id: Id
    title: Text
    summary: Text
    objectives: tuple[ObjectiveId, ...] = Field(min_length=1)
    adkar: tuple[Adkar, ...] = Field(min_length=1)
    minutes: Minutes
    requires: tuple[Id, ...] = ()
    change: Change = Change.COSMETIC
    mandatory: bool = True


class FactShape(Shape):
    """One company fact."""

    type: FactType
    value: str | dict[Language, Text]
    label: Text


class FunctionShape(Shape):
    """A function of the company and the programme its people follow."""

    id: Id
    title: TextOrTexts
    programme: Id


class IssuerShape(Shape):
    """Who signs certificates."""

    name: Text
    role: TextOrTexts


class CompanyShape(Shape):
    """company.yml."""

    schema_: Literal[1] = Field(alias="schema")
    name: Text
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")] = "USD"
    languages: tuple[Language, ...] = ("en",)
    issuer: IssuerShape | None = None
    functions: tuple[FunctionShape, ...] = ()
    facts: dict[str, FactShape]

    @field_validator("facts")
    @classmethod
    def _names(cls, facts: dict[str, FactShape]) -> dict[str, FactShape]:
        wrong = [name for name in facts if not FACT_NAME.fullmatch(name)]
        if wrong:
            message = f"{wrong[0]!r} is not a fact name: lower-case letters, digits, _ and dots"
            raise ValueError(message)
        return facts


class CompanyOverlayShape(Shape):
    """company.yml of a private overlay: only what differs. A fact may be its value alone."""

    schema_: Literal[1] = Field(1, alias="schema")
    name: Text | None = None
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")] | None = None
    languages: tuple[Language, ...] | None = None
    issuer: IssuerShape | None = None
    functions: tuple[FunctionShape, ...] | None = None
    facts: dict[str, FactShape | str | dict[Language, Text]] = Field(default_factory=dict)


class HoursShape(Shape):
    """A span of hours."""

    min: float
    max: float


class DueShape(Shape):
    """When initial training is due."""

    event: Literal["person-start", "appointment"]
    after: Period
    before: Literal["go-live"] | None = None


class InitialShape(Shape):
    """Initial training."""

    courses: tuple[Id, ...] = Field(min_length=1)
    hours: HoursShape
    due: DueShape | None = None


class RefreshersShape(Shape):
    """Monthly refreshers."""

    rotate: tuple[Id, ...] = Field(min_length=1)
    every: Period
    hours: HoursShape
    before_peak: Id | None = Field(None, description="The month of the rotation that swaps to before a declared peak.")
    after_peak: Id | None = Field(None, description="The month of the rotation that swaps to after a declared peak.")


class ValidityShape(Shape):
    """How long an award stands."""

    period: Period = "P12M"
    basis: Literal["previous-expiry", "issue"] = "previous-expiry"
    window: Period = "P60D"
    grace: Period = "P30D"
    if_late: Literal["rebase"] = "rebase"
    after_peak: Period = Field("P14D", description="What would end in a declared peak ends this long after it.")


class StudyShape(Shape):
    """Modules studied for one level alone."""

    course: Id
    modules: tuple[Id, ...] = Field(min_length=1)


class LevelShape(Shape):
    """A level, written out; a plain list of predicates is short for its `requires`."""

    title: TextOrTexts | None = None
    requires: tuple[Predicate, ...] = Field(min_length=1)
    authority: bool = True
    study: StudyShape | None = None
    validity: ValidityShape | None = None


def _level(value: object) -> object:
    return {"requires": value} if isinstance(value, list) else value


Levels = dict[Id, Annotated[LevelShape, BeforeValidator(_level)]]


class ProgrammeShape(Shape):
    """One programme."""

    id: Id
    role: Id
    title: TextOrTexts
    initial: InitialShape
    refreshers: RefreshersShape | None = None
    levels: Levels = Field(default_factory=dict)
    appointed: Levels = Field(default_factory=dict)
    validity: ValidityShape = ValidityShape()


class RetiredShape(Shape):
    """An id no longer served."""

    id: Id
    reason: TextOrTexts
    instead: Id | None = None


class CatalogueShape(Shape):
    """catalogue.yml."""

    schema_: Literal[1] = Field(alias="schema")
    roles: dict[Id, TextOrTexts] = Field(min_length=1)
    programmes: tuple[ProgrammeShape, ...]
    retired: tuple[RetiredShape, ...] = ()
