"""What a console has to supply; everything else is the engine's. A worked example is consoles/floor_desk."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from lms.sandbox.rules.exercise import Mode

if TYPE_CHECKING:
    from pydantic import JsonValue

    from lms.sandbox.rules.company import CompanyFacts
    from lms.sandbox.rules.exercise import Advice, Answer, Case, ChangeForm, Loss, Response, Slot
    from lms.sandbox.rules.streams import Streams

ALL_MODES = (Mode.GUIDED, Mode.SUPERVISED, Mode.FOUNDATION, Mode.PRACTITIONER, Mode.EXTENSION, Mode.VIGILANCE)


class Redraw(Exception):
    """The console declines this draw; the engine makes another from the next sub-stream."""


@dataclass(frozen=True, slots=True)
class ErrorType:
    """A way the AI goes wrong: the reason codes that name it, and the level from which it is met."""

    id: str
    reasons: tuple[str, ...]
    since: int = 1


@dataclass(frozen=True, slots=True)
class Mandate:
    """A case the policy reserves for a person: who has to approve, and the reason code.

    `limit` names the company fact that has to be exceeded, where the mandate is a matter of a figure; `figure` is
    then the path of the field compared with it.
    """

    id: str
    queue: str
    reason: str
    since: int = 1
    limit: str | None = None
    figure: str | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """A case as the console draws it, before the engine numbers it and adds the AI's confidence.

    `best_cost` and `accept_cost` are in cents: what the best decision and blind acceptance cost the company. The
    engine redraws what is not material: a wrong case must cost at least a quarter more when accepted and at least the
    console's floor, a good one at most 3 % more. `cap` is the loss at which a change of good advice counts as badly
    as rejecting it.
    """

    family: str
    fields: Mapping[str, JsonValue]
    advice: Advice
    change: ChangeForm
    answer: Answer
    losses: tuple[Loss, ...]
    best_cost: int
    accept_cost: int
    cap: int
    limit: int | None = None
    splits: tuple[str, ...] = ()
    low_limit: int | None = None


@dataclass(frozen=True, slots=True)
class Fact:
    """A field and where the screen shows it: `path` into the case's fields, `format` how the page words its value.

    A "series" is a row of numbers over days, the last one today; "series-share" and the like say what they are, and
    `marks` are figures of the policy drawn across its chart.
    """

    path: str
    format: str
    marks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DayChart:
    """A picture of a number per day, oldest first, with the spans of days at `bands` shaded."""

    path: str
    bands: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ScaleChart:
    """A picture of amounts on one scale: (path of the amount, path of a field that names it or None: its label)."""

    marks: tuple[tuple[str, str | None], ...]


@dataclass(frozen=True, slots=True)
class SpreadChart:
    """A picture of estimates with the range of two standard errors: (path of the estimate, path of its error)."""

    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Panel:
    """A group of facts with their source; `taps` is how many taps away it is, 0 being on the first screen.

    A row of a list of records is a panel of its own, with `row` its number. Rows that are alike stand side by side; as
    a "table" each is a line of its own, for lists of many, and in a "chain" each is fed by the one before. A `chart`
    pictures facts of the case; it never holds one that no panel tells.
    """

    id: str
    source: str
    facts: tuple[Fact, ...]
    taps: int = 0
    row: int | None = None
    layout: str = "columns"
    chart: DayChart | ScaleChart | SpreadChart | None = None


class Console(Protocol):
    """A simulated AI console."""

    @property
    def id(self) -> str:
        """The id in course files and on the command line: "floor-desk"."""

    @property
    def package(self) -> str:
        """The Python package whose texts/<language>/*.json hold the console's wording."""

    @property
    def version(self) -> int:
        """The version of its cases and keys; raised by one when either changes."""

    @property
    def levels(self) -> tuple[int, ...]:
        """The levels it has."""

    @property
    def modes(self) -> tuple[Mode, ...]:
        """The modes it can be run in."""

    @property
    def policy(self) -> tuple[str, ...]:
        """The company facts its policy drawer shows; a case may depend on no other."""

    @property
    def reasons(self) -> Mapping[str, str]:
        """Reason code -> family."""

    @property
    def errors(self) -> tuple[ErrorType, ...]:
        """The ways its AI goes wrong."""

    @property
    def mandates(self) -> tuple[Mandate, ...]:
        """The cases its policy reserves for a person."""

    @property
    def floor(self) -> int:
        """The least loss, in cents, that makes a wrong case worth catching."""

    def draw(self, slot: Slot, streams: Streams, facts: CompanyFacts) -> Draft:
        """Return a case for the slot, every random number from `streams`.

        Raises:
            Redraw: this draw is too close to a boundary, or cannot carry the slot's kind.
        """

    def screen(self, case: Case) -> tuple[Panel, ...]:
        """Return where each fact of the case is shown. Every leaf of its fields is on exactly one panel."""

    def solve(self, case: Case, policy: Mapping[str, int]) -> Response:
        """Return the decision of somebody who knows the job and sees only the case and the policy drawer."""
