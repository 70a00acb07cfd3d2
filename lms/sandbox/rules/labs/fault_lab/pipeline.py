"""A pipeline of nine nodes with one fault: what every node shows when it is probed, and where the trouble begins.

A node that reads from a faulty one shows that something is wrong with what it received; only the root shows why.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lms.sandbox.rules.streams import Stream, Streams

# Nodes per layer, sources first; the last layer is what people use.
LAYERS = (3, 3, 2, 1)
NODES = sum(LAYERS)
INCIDENTS = 3
# What is normal: delay against the usual one, rows against the usual number, repeated keys (basis points).
MOST_DELAY, LEAST_ROWS, MOST_ROWS, MOST_REPEATED = 15_000, 9000, 11_000, 100
OK, UNAUTHORISED, TOO_MANY = 200, 401, 429
NAMES: Mapping[int, tuple[str, ...]] = MappingProxyType(
    {
        0: ("orders", "stock", "clicks", "supplier", "returns", "accounts"),
        1: ("clean", "match", "convert", "dedupe", "enrich", "daily"),
        2: ("demand", "margins", "profiles", "scores"),
        3: ("forecast", "prices", "ranking", "replies"),
    }
)
# What a node of that name is made from. Names that are not here can be made from anything.
MADE_FROM: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "clean": frozenset({"orders"}),
        "dedupe": frozenset({"accounts"}),
        "convert": frozenset({"supplier", "orders"}),
        "match": frozenset({"orders", "stock", "clicks", "supplier", "returns"}),
        "enrich": frozenset({"stock", "clicks", "supplier", "returns"}),
        "demand": frozenset({"clean", "match", "daily", "enrich"}),
        "margins": frozenset({"clean", "convert", "daily", "match"}),
        "profiles": frozenset({"dedupe", "clean", "daily"}),
        "scores": frozenset({"match", "enrich", "daily"}),
        "forecast": frozenset({"demand"}),
        "prices": frozenset({"margins"}),
        "ranking": frozenset({"scores"}),
        "replies": frozenset({"profiles"}),
    }
)


class Fault(StrEnum):
    """What can be wrong at the root."""

    SCHEMA = "schema"
    LATE = "late"
    ACCESS = "access"
    RATE = "rate"
    REPEATED = "repeated"


class Hold(StrEnum):
    """What holds the damage; the last two never do."""

    PIN = "pin"
    SNAPSHOT = "snapshot"
    RENEW = "renew"
    SLOW = "slow"
    STOP = "stop"
    RETRAIN = "retrain"
    ROLLBACK = "rollback"


HOLDS: Mapping[Fault, Hold] = MappingProxyType(
    {
        Fault.SCHEMA: Hold.PIN,
        Fault.LATE: Hold.SNAPSHOT,
        Fault.ACCESS: Hold.RENEW,
        Fault.RATE: Hold.SLOW,
        Fault.REPEATED: Hold.STOP,
    }
)


@dataclass(frozen=True, slots=True)
class Reading:
    """What a probe shows: delay and usual delay in minutes, rows and repeated keys in basis points, last answer."""

    delay: int
    usual: int
    rows: int
    repeated: int
    schema: str
    contract: str
    answer: int

    @property
    def is_normal(self) -> bool:
        """Return whether everything is as agreed."""
        on_time = self.delay * 10_000 <= self.usual * MOST_DELAY
        whole = LEAST_ROWS <= self.rows <= MOST_ROWS and self.repeated <= MOST_REPEATED
        return on_time and whole and self.schema == self.contract and self.answer == OK


@dataclass(frozen=True, slots=True)
class Node:
    """A node: what it reads from, by id, and what a probe of it shows."""

    id: str
    layer: int
    name: str
    reads: tuple[str, ...]
    reading: Reading


@dataclass(frozen=True, slots=True)
class Incident:
    """A pipeline in trouble. What its nodes show is seen node by node, as they are probed."""

    id: str
    nodes: tuple[Node, ...]

    def node(self, node_id: str) -> Node:
        """Return a node.

        Raises:
            StopIteration: there is none with this id.
        """
        return next(node for node in self.nodes if node.id == node_id)


def draw_incidents(streams: Streams) -> tuple[tuple[Incident, str, Fault], ...]:
    """Return three incidents with root and fault: no node is the root twice, and no fault comes twice."""
    plan = streams.stream("plan")
    roots = plan.sample(range(NODES - 1), INCIDENTS)
    faults = plan.sample(tuple(Fault), INCIDENTS)
    return tuple(
        (
            _incident(streams.within("incident", at), f"i{at + 1}", roots[at], faults[at]),
            f"n{roots[at] + 1}",
            faults[at],
        )
        for at in range(INCIDENTS)
    )


def fault_at(node: Node) -> Fault:
    """Return what is wrong at a root, from what its probe shows."""
    shown = node.reading
    if shown.answer == UNAUTHORISED:
        return Fault.ACCESS
    if shown.answer == TOO_MANY:
        return Fault.RATE
    if shown.schema != shown.contract:
        return Fault.SCHEMA
    return Fault.REPEATED if shown.repeated > MOST_REPEATED else Fault.LATE


def root_of(incident: Incident) -> Node:
    """Return the node that shows trouble while everything it reads from is normal."""
    return next(
        node
        for node in incident.nodes
        if not node.reading.is_normal and all(incident.node(parent).reading.is_normal for parent in node.reads)
    )


def _incident(streams: Streams, incident_id: str, root: int, fault: Fault) -> Incident:
    drawn = streams.stream("shape")
    nodes = _graph(drawn, streams.stream("readings"))
    signs = streams.stream("signs")
    below = _below(nodes, nodes[root].id)
    shown = []
    for at, node in enumerate(nodes):
        reading = node.reading
        if at == root:
            reading = _broken(signs, reading, fault)
        elif node.id in below:
            reading = _downstream(signs, reading, fault)
        shown.append(replace(node, reading=reading))
    return Incident(incident_id, tuple(shown))


def _graph(drawn: Stream, readings: Stream) -> tuple[Node, ...]:
    nodes: list[Node] = []
    before: list[str] = []
    for layer, size in enumerate(LAYERS):
        ids = [f"n{len(nodes) + at + 1}" for at in range(size)]
        parents = {node: set(drawn.sample(before, min(len(before), drawn.between(1, 2)))) for node in ids}
        # Nothing is made for nobody.
        for orphan in before:
            if all(orphan not in chosen for chosen in parents.values()):
                parents[drawn.pick(ids)].add(orphan)
        called = {node.id: node.name for node in nodes}
        names = _names(NAMES[layer], [{called[parent] for parent in parents[node]} for node in ids], drawn)
        nodes += [
            Node(node, layer, name, tuple(sorted(parents[node])), _normal(readings))
            for node, name in zip(ids, names, strict=True)
        ]
        before = ids
    return tuple(nodes)


def _names(known: tuple[str, ...], read: list[set[str]], drawn: Stream) -> list[str]:
    """Return a name for each node of a layer, one that can be made from what the node reads where there is one."""
    left, chosen = list(drawn.shuffled(known)), {}
    # Whoever has the least choice comes first.
    for at in sorted(range(len(read)), key=lambda at: sum(_fits(name, read[at]) for name in known)):
        chosen[at] = next((name for name in left if _fits(name, read[at])), left[0])
        left.remove(chosen[at])
    return [chosen[at] for at in range(len(read))]


def _fits(name: str, read: set[str]) -> bool:
    return not read or name not in MADE_FROM or bool(MADE_FROM[name] & read)


def _normal(drawn: Stream) -> Reading:
    """Return a reading inside the limits; one in three is close to one of them."""
    usual = drawn.between(8, 90)
    schema = f"{drawn.below(1 << 32):08x}"
    odd = drawn.below(9)
    delay = usual * MOST_DELAY // 10_000 if odd == 0 else usual * drawn.between(60, 125) // 100
    rows = LEAST_ROWS if odd == 1 else drawn.between(9500, 10_500)
    return Reading(delay, usual, rows, MOST_REPEATED if odd == 2 else drawn.below(40), schema, schema, OK)  # noqa: PLR2004


def _broken(drawn: Stream, reading: Reading, fault: Fault) -> Reading:
    match fault:
        case Fault.SCHEMA:
            schema = f"{drawn.below(1 << 32):08x}"
            return replace(reading, schema=schema, rows=drawn.between(5200, 8400))
        case Fault.LATE:
            return replace(reading, delay=reading.usual * drawn.between(400, 1500) // 100)
        case Fault.ACCESS:
            late = reading.usual * drawn.between(300, 900) // 100
            return replace(reading, answer=UNAUTHORISED, rows=0, delay=late)
        case Fault.RATE:
            return replace(reading, answer=TOO_MANY, rows=drawn.between(3500, 7800))
        case _:
            extra = drawn.between(1500, 4200)
            return replace(reading, rows=10_000 + extra, repeated=extra)


def _downstream(drawn: Stream, reading: Reading, fault: Fault) -> Reading:
    """Return what somebody further down sees: too late, too few or too many, and nothing of why."""
    if fault is Fault.LATE:
        return replace(reading, delay=reading.usual * drawn.between(300, 1200) // 100)
    if fault is Fault.REPEATED:
        return replace(reading, rows=drawn.between(11_400, 13_500))
    return replace(reading, rows=drawn.between(4000, 8600))


def _below(nodes: tuple[Node, ...], root: str) -> frozenset[str]:
    found = {root}
    for node in nodes:
        if found.intersection(node.reads):
            found.add(node.id)
    return frozenset(found - {root})
