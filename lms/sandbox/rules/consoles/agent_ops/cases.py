"""What an alert of Agent Ops is made of: an agent's event, a drift board, a release or a data feed."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from pydantic import TypeAdapter

from lms.sandbox.rules.exercise import Text


class Family(StrEnum):
    """What an alert is about."""

    EVENT = "event"
    DRIFT = "drift"
    RELEASE = "release"
    FEED = "feed"


# The ladder of verdicts, the least first.
IGNORE, WATCH, RETRAIN, CONTAIN, ROLL_BACK = "ignore", "watch", "retrain", "contain", "roll-back"
LADDER = (IGNORE, WATCH, RETRAIN, CONTAIN, ROLL_BACK)
DAYS, REQUESTS = 28, 1000


@dataclass(frozen=True, slots=True)
class Event:
    """What an agent did: `asks` is a permission it asks for, `exposed` whether data were seen outside the company."""

    number: str
    agent: str
    purpose: str
    tool: str
    resource: str
    scope: str
    rows: int
    columns: tuple[str, ...]
    redacted: bool
    destination: str
    exposed: bool
    asks: str | None
    ticket_ref: str
    ticket: Text


@dataclass(frozen=True, slots=True)
class Rights:
    """A line of the permission matrix."""

    agent: str
    tools: tuple[str, ...]
    resources: tuple[str, ...]
    scope: str
    rows: int
    columns: tuple[str, ...]
    destinations: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Before:
    """An earlier event of the same agent, so many minutes ago."""

    minutes: int
    tool: str
    resource: str
    rows: int


@dataclass(frozen=True, slots=True)
class Board:
    """The drift board of a model's feature: 28 daily windows of 1,000 requests, the last one today.

    The index (PSI) is in hundredths, against the reference month; error rates in basis points.
    """

    model: str
    feature: str
    index: tuple[int, ...]
    index_week: int
    errors: tuple[int, ...]
    errors_before: int
    errors_now: int


@dataclass(frozen=True, slots=True)
class Season:
    """The index and the error rate of the same seven days a year ago, and what was on then.

    The index is in hundredths, the rate in basis points; up to version 1 of the console there was none.
    """

    index_year: int
    calendar: Text
    errors_year: int | None = None


@dataclass(frozen=True, slots=True)
class Labels:
    """The outcomes that errors are counted from: days since the newest, and the share of requests that have one."""

    age: int
    joined: int


@dataclass(frozen=True, slots=True)
class Release:
    """The release panel: share of traffic (bp) and hours on it, failures among the last day's requests, margins."""

    model: str
    version: str
    canary: int
    hours: int
    requests: int
    failed: int
    error_rate: int
    margin_breaches: int
    latency_usual: int


@dataclass(frozen=True, slots=True)
class Window:
    """The slowest twentieth of requests in four hours (p95), in milliseconds."""

    ended: int
    latency: int


@dataclass(frozen=True, slots=True)
class Feed:
    """A data feed and the model behind it: error rates (bp) before and now."""

    name: str
    model: str
    errors_before: int
    errors_now: int
    symptom: Text


@dataclass(frozen=True, slots=True)
class Node:
    """A step of the feed, fed by the one before: minutes behind, schema now and as agreed, rows against usual (bp)."""

    name: str
    status: str
    lag: int
    schema: str
    agreed: str
    ratio: int


@dataclass(frozen=True, slots=True)
class Fields:
    """Every fact of a case; only the sections of its family are there."""

    event: Event | None = None
    rights: tuple[Rights, ...] = ()
    before: tuple[Before, ...] = ()
    board: Board | None = None
    season: Season | None = None
    labels: Labels | None = None
    release: Release | None = None
    windows: tuple[Window, ...] = ()
    feed: Feed | None = None
    nodes: tuple[Node, ...] = ()


@dataclass(frozen=True, slots=True)
class Scene:
    """A case being made: its cause (a name of the family's), its fields and the verdict of the AI's triage."""

    family: Family
    cause: str
    fields: Fields
    proposed: str


FIELDS: TypeAdapter[Fields] = TypeAdapter(Fields)
