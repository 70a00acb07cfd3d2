"""The values a simulator is made of: the exercise, its cases, their keys, a learner's responses.

All are frozen and made of integers, strings and tuples, so that one canonical JSON text stands for each of them:
money in cents, shares in basis points (bp). `Public` may reach the browser; `Key` must not before the debrief.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from pydantic import JsonValue, TypeAdapter


class Stratum(StrEnum):
    """What is true of the AI's advice on a case."""

    GOOD = "good"
    WRONG = "wrong"
    MAND = "mand"


class Action(StrEnum):
    """What a learner can do with advice."""

    ACCEPT = "accept"
    CHANGE = "change"
    REJECT = "reject"
    ESCALATE = "escalate"


class Mode(StrEnum):
    """How an exercise is run; each has a blueprint."""

    GYM = "gym"
    GUIDED = "guided"
    SUPERVISED = "supervised"
    FOUNDATION = "foundation"
    PRACTITIONER = "practitioner"
    EXTENSION = "extension"
    VIGILANCE = "vigilance"


class Unit(StrEnum):
    """What a number counts; the page formats it for its reader."""

    COUNT = "count"
    MONEY = "money"
    SHARE = "share"
    INDEX = "index"


@dataclass(frozen=True, slots=True)
class Text:
    """A message to be worded in the reader's language; `pick` chooses among the frames it has for it."""

    id: str
    params: Mapping[str, Any] = field(default_factory=dict)
    pick: int = 0


@dataclass(frozen=True, slots=True)
class Exercise:
    """What is to be practised: a console at one or several levels, in a mode.

    `mix` replaces the mode's counts of good, wrong and mandatory cases; `errors` restricts wrong cases to these
    types.
    """

    console: str
    levels: tuple[int, ...]
    mode: Mode
    mix: tuple[int, int, int] | None = None
    errors: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """Return the exercise's identity, which its random streams are keyed by."""
        own = [f"mix={self.mix}"] if self.mix else []
        own += [f"errors={'+'.join(self.errors)}"] if self.errors else []
        return "/".join((self.console, "-".join(map(str, self.levels)), self.mode, *own))


@dataclass(frozen=True, slots=True)
class Slot:
    """A place in the blueprint: what the case drawn for it has to be.

    `kind` is an error type's id on a wrong case, a mandate's id on a mandatory one, "odd" or "plain" on a good one.
    """

    stratum: Stratum
    level: int
    kind: str
    part: int = 0


@dataclass(frozen=True, slots=True)
class Option:
    """One thing a learner can change the advice to."""

    value: str
    label: Text
    takes_number: bool = False


@dataclass(frozen=True, slots=True)
class NumberField:
    """A number a learner can change the advice to, with the bounds of what may be typed."""

    unit: Unit
    low: int
    high: int


@dataclass(frozen=True, slots=True)
class ChangeForm:
    """How advice can be changed: to an option, to a number, or both."""

    options: tuple[Option, ...] = ()
    number: NumberField | None = None


@dataclass(frozen=True, slots=True)
class Advice:
    """What the AI proposes, why, and how sure it says it is (bp)."""

    action: Text
    reason: Text
    option: str | None = None
    number: int | None = None
    confidence_bp: int = 0


@dataclass(frozen=True, slots=True)
class Case:
    """One case as a learner sees it before deciding. `fields` holds every fact; the console's screen places them."""

    id: str
    level: int
    part: int
    family: str
    decide_first: bool
    fields: Mapping[str, Any]
    advice: Advice
    change: ChangeForm


@dataclass(frozen=True, slots=True)
class Public:
    """A whole form as a learner sees it; `policy` is the drawer with the company's figures that this console uses."""

    exercise: str
    console: str
    mode: Mode
    version: int
    policy: Mapping[str, int]
    queues: tuple[str, ...]
    reasons: tuple[str, ...]
    cases: tuple[Case, ...]


@dataclass(frozen=True, slots=True)
class Loss:
    """What changing the advice to `option` costs against the best decision, in cents.

    With a number beside the option, `curve` gives (number, loss) knots, ascending; the loss between two is
    interpolated, and beyond the outer ones their slope goes on. Kept as data, a stored key scores the same whatever
    the console's code becomes.
    """

    option: str | None
    cents: int = 0
    curve: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """The best decision on a case and what shows it.

    `reasons` are the accepted codes; `evidence` are paths into the case's fields ("bin.qty"); `rule` names the rule
    cited.
    """

    action: Action
    rule: Text
    evidence: tuple[str, ...]
    option: str | None = None
    number: int | None = None
    queue: str | None = None
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CaseKey:
    """What is true of a case.

    A change to a number above `limit`, or below `low_limit`, needs approval; `splits` are options that evade it.
    """

    id: str
    stratum: Stratum
    level: int
    kind: str
    answer: Answer
    accept_loss: int
    cap: int
    losses: tuple[Loss, ...] = ()
    limit: int | None = None
    splits: tuple[str, ...] = ()
    low_limit: int | None = None


@dataclass(frozen=True, slots=True)
class Key:
    """The keys of a form, with the families in which reason codes count half."""

    reason_families: Mapping[str, str]
    cases: tuple[CaseKey, ...]


@dataclass(frozen=True, slots=True)
class Generated:
    """A form: what is shown, what is true, and the SHA-256 of both."""

    public: Public
    key: Key
    digest: str


@dataclass(frozen=True, slots=True)
class Response:
    """What a learner decided on one case; `confidence` is 50 … 100 per cent, `first` their decision before the AI's."""

    case: str
    action: Action
    option: str | None = None
    number: int | None = None
    queue: str | None = None
    reason: str | None = None
    confidence: int | None = None
    first: Action | None = None
    hints: tuple[int, ...] = ()


LATER = ("low_limit",)
PUBLIC: TypeAdapter[Public] = TypeAdapter(Public)
KEY: TypeAdapter[Key] = TypeAdapter(Key)
RESPONSES: TypeAdapter[tuple[Response, ...]] = TypeAdapter(tuple[Response, ...])


def canonical(value: JsonValue) -> bytes:
    """Return the canonical JSON of integers and strings (RFC 8785, which for those needs only sorted keys)."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def digest(public: Public, key: Key) -> str:
    """Return the SHA-256 of a form's canonical JSON, in hexadecimal.

    Fields of a key that came later are left out where they are not set, so that older digests still hold.
    """
    stored = KEY.dump_python(key, mode="json")
    for case in stored["cases"]:
        for name in LATER:
            if case[name] is None:
                del case[name]
    body = {"key": stored, "public": PUBLIC.dump_python(public, mode="json")}
    return hashlib.sha256(canonical(body)).hexdigest()


def joined(first: Generated, extension: Generated) -> Generated:
    """Return a form with its extension behind it, judged as one."""
    public = Public(
        first.public.exercise, first.public.console, first.public.mode, first.public.version, first.public.policy,
        first.public.queues, first.public.reasons, first.public.cases + extension.public.cases,
    )  # fmt: skip
    key = Key(first.key.reason_families, first.key.cases + extension.key.cases)
    return Generated(public, key, digest(public, key))
