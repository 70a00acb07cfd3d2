"""The four forms of the gym, all of one shape: a newest record, the record that the AI used, the rule it cites."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from types import MappingProxyType

from pydantic import TypeAdapter

from lms.sandbox.rules.company import CompanyFacts
from lms.sandbox.rules.console import Redraw
from lms.sandbox.rules.exercise import Text
from lms.sandbox.rules.streams import Stream, Streams


class Form(StrEnum):
    """The four forms: a parcel label, a price tag, a message to route, a small invoice."""

    PARCEL = "parcel"
    TAG = "tag"
    MESSAGE = "message"
    INVOICE = "invoice"


TEAMS = ("delivery", "billing", "returns", "products", "accounts")
# What the form counts in, and what the AI may have read instead: how many of the one make one of the other.
UNITS = {Form.PARCEL: ("grams", "ounces"), Form.INVOICE: ("pieces", "dozens")}
DOZEN, GRAMS_IN_OUNCE = 12, 28
# About what an article costs, in cents.
PRICES: Mapping[str, int] = MappingProxyType(
    {
        "steel-bottle": 19_00,
        "door-mat": 24_00,
        "notebook": 6_00,
        "candle": 12_00,
        "rain-jacket": 69_00,
        "wall-clock": 32_00,
        "storage-box": 15_00,
        "wool-socks": 11_00,
        "garden-gloves": 9_00,
        "coffee-mug": 8_00,
        "desk-organiser": 17_00,
        "bath-towel": 16_00,
        "bread-knife": 22_00,
        "travel-pillow": 20_00,
        "picture-frame": 14_00,
        "bike-lock": 29_00,
        "lunch-box": 13_00,
        "plant-pot": 18_00,
        "floor-lamp": 79_00,
        "chopping-board": 21_00,
        "umbrella": 23_00,
        "shopping-bag": 5_00,
    }
)
# How old the newest record of a form can be, in days: a parcel is weighed when it leaves.
AGES = {Form.PARCEL: 4, Form.TAG: 60, Form.MESSAGE: 60, Form.INVOICE: 45}


@dataclass(frozen=True, slots=True)
class Newest:
    """What is true now: a figure (grams or cents) or a team, and how many days ago it was written down."""

    value: int | None
    team: str | None
    days: int


@dataclass(frozen=True, slots=True)
class Used:
    """The record that the AI took its answer from."""

    ref: str
    days: int
    unit: str | None


@dataclass(frozen=True, slots=True)
class Rule:
    """The number of the rule that the AI cites, and the last number in the rule book."""

    cited: int
    last: int


@dataclass(frozen=True, slots=True)
class Record:
    """One form.

    `today` is the shelf price, `change` the AI's change of it (bp), `hurt` whether a person is hurt, `words` what
    a message says, which the list of teams already sums up.
    """

    ref: str
    name: Text
    unit: str | None
    newest: Newest
    used: Used
    rule: Rule
    status: str
    today: int | None = None
    change: int | None = None
    hurt: bool | None = None
    words: Text | None = None


@dataclass(frozen=True, slots=True)
class Fields:
    """The case's one form; the others are empty. A field's label depends on the form it is on."""

    parcel: Record | None = None
    tag: Record | None = None
    message: Record | None = None
    invoice: Record | None = None

    @property
    def form(self) -> Form:
        """Return which form this is."""
        return next(form for form in Form if getattr(self, form) is not None)

    @property
    def record(self) -> Record:
        """Return the one form."""
        record: Record = getattr(self, self.form)
        return record


@dataclass(frozen=True, slots=True)
class Scene:
    """A case being made: its form, the record on it, and what the AI proposes (a figure, or a team)."""

    form: Form
    record: Record
    proposed: str

    @property
    def fields(self) -> Fields:
        """Return the record in its place."""
        return Fields(**{self.form.value: self.record})


FIELDS: TypeAdapter[Fields] = TypeAdapter(Fields)


def sound(form: Form, streams: Streams, facts: CompanyFacts) -> Scene:
    """Return a form on which the AI is right."""
    drawn = streams.stream("record")
    days, ref = drawn.between(0, AGES[form]), f"{drawn.between(10_000, 99_999)}"
    kind = {Form.TAG: "article", Form.INVOICE: "vendor"}.get(form, "person")
    article = drawn.pick(tuple(PRICES))
    value = _value(form, article, drawn)
    team = drawn.pick(TEAMS) if form is Form.MESSAGE else None
    unit = UNITS[form][0] if form in UNITS else None
    last = drawn.between(8, 14)
    record = Record(
        ref=ref,
        name=Text(f"article.{article}" if form is Form.TAG else f"name.{kind}", {}, drawn.below(1 << 20)),
        unit=unit,
        newest=Newest(value, team, days),
        used=Used(ref, days, unit),
        rule=Rule(drawn.between(1, last - 1), last),
        status="open",
        hurt=False if form is Form.MESSAGE else None,
        words=Text(f"message.{team}", {}, drawn.below(1 << 20)) if team else None,
    )
    if value is not None and form is Form.TAG:
        record = shelved(record, value, drawn.between(-facts["price_approval_limit"] // 2, 300))
        if not record.change:  # a tag with the price that it has already
            raise Redraw
    return Scene(form, record, team or f"{value}")


def shelved(record: Record, proposed: int, change: int) -> Record:
    """Return a price tag whose shelf price the proposal changes by about `change` (bp), with the change worked out."""
    today = max(1, (10_000 * proposed) // (10_000 + change))
    return replace(record, today=today, change=change_bp(today, proposed))


def change_bp(today: int, proposed: int) -> int:
    """Return a change of price in basis points, away from zero: one cent over a limit is over it."""
    size = -(-10_000 * abs(proposed - today) // today)
    return size if proposed >= today else -size


def _value(form: Form, article: str, drawn: Stream) -> int | None:
    match form:
        case Form.PARCEL:
            return drawn.scaled("lognormal-060", 1400)
        case Form.TAG:
            return PRICES[article] * drawn.between(80, 125) // 100
        case Form.INVOICE:
            return drawn.scaled("lognormal-080", 220_00)
        case Form.MESSAGE:
            return None
