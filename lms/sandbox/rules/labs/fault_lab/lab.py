"""The fault lab as a lab: 70 of 100 for the root, 30 for holding the damage; probes are reported and cost nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter

from lms.sandbox.rules.exercise import Text
from lms.sandbox.rules.lab import Line, Marked, Part, Problem, Sent, Shapes, Sheet, Told, first
from lms.sandbox.rules.labs.fault_lab.pipeline import (
    HOLDS,
    LAYERS,
    Fault,
    Hold,
    Incident,
    Node,
    draw_incidents,
    fault_at,
    root_of,
)
from lms.sandbox.rules.scoring import half_up

if TYPE_CHECKING:
    from lms.sandbox.rules.company import CompanyFacts
    from lms.sandbox.rules.streams import Streams

ROOT, HELD = 70, 30
# Where a node stands in the picture: layers from left to right.
WIDTH, HEIGHT = 100, 60


@dataclass(frozen=True, slots=True)
class Public:
    """The incidents, with what a probe of each node would show: a page shows it once the node is probed."""

    incidents: tuple[Incident, ...]


@dataclass(frozen=True, slots=True)
class Key:
    """The root of each incident and what is wrong there."""

    roots: Mapping[str, tuple[str, Fault]]


@dataclass(frozen=True, slots=True)
class Work:
    """The nodes that were probed ("i1.n4", in their order), and for each incident the root and what holds it."""

    probed: tuple[str, ...] = ()
    roots: Mapping[str, str] = field(default_factory=dict)
    holds: Mapping[str, str] = field(default_factory=dict)


class FaultLab:
    """The fault lab."""

    id = "fault-lab"
    package = __package__ or ""
    version = 2
    shapes = Shapes(TypeAdapter(Public), TypeAdapter(Key), TypeAdapter(Work))

    def draw(self, streams: Streams, _facts: CompanyFacts) -> Sheet[Public, Key]:
        """Return three incidents."""
        drawn = draw_incidents(streams)
        roots = {incident.id: (root, fault) for incident, root, fault in drawn}
        return Sheet(Public(tuple(incident for incident, _, _ in drawn)), Key(roots))

    def begin(self, _public: Public) -> Work:
        """Return a sheet on which nothing is probed."""
        return Work()

    def read(self, public: Public, work: Work, sent: Sent) -> Work:
        """Return the sheet as sent; `do` = "i1:n4" probes a node of an incident."""
        roots, holds = {}, {}
        for incident in public.incidents:
            root, hold = first(sent, f"root-{incident.id}"), first(sent, f"hold-{incident.id}")
            if root and any(node.id == root for node in incident.nodes):
                roots[incident.id] = root
            if hold in set(Hold):
                holds[incident.id] = str(hold)
        return Work(_probed(public, work, first(sent, "do") or ""), roots, holds)

    def lacks(self, public: Public, work: Work) -> tuple[Problem, ...]:
        """Return the incidents without a root or without what holds it."""
        return tuple(
            Problem(f"{name}-{incident.id}", Text(f"problem.{name}"))
            for incident in public.incidents
            for name, given in (("root", work.roots), ("hold", work.holds))
            if incident.id not in given
        )

    def answers(self, public: Public, work: Work) -> Mapping[str, Any]:
        """Return the readings of the nodes that were probed, where each node stands, and what can be chosen."""
        return {
            "readings": {
                f"{incident.id}.{node.id}": node.reading
                for incident in public.incidents
                for node in incident.nodes
                if f"{incident.id}.{node.id}" in work.probed
            },
            "places": {incident.id: _places(incident) for incident in public.incidents},
            "holds": tuple(Hold),
            "size": (WIDTH, HEIGHT),
        }

    def mark(self, public: Public, key: Key, work: Work) -> Marked:
        """Return 70 % for the roots and 30 % for holding the damage."""
        roots = sum(work.roots.get(incident) == root for incident, (root, _) in key.roots.items())
        holds = sum(work.holds.get(incident) == HOLDS[fault] for incident, (_, fault) in key.roots.items())
        count = len(key.roots)
        return Marked(
            half_up(Fraction(ROOT * roots + HELD * holds, count)),
            (Part(Text("part.roots"), roots, count), Part(Text("part.holds"), holds, count)),
            tuple(_line(incident, key, work) for incident in public.incidents),
        )

    def best(self, _public: Public, key: Key) -> Work:
        """Return the roots and what holds them."""
        return Work(
            (),
            {incident: root for incident, (root, _) in key.roots.items()},
            {incident: HOLDS[fault] for incident, (_, fault) in key.roots.items()},
        )

    def solve(self, public: Public) -> Work:
        """Return the sheet of somebody who probes everything."""
        roots = {incident.id: root_of(incident) for incident in public.incidents}
        return Work(
            tuple(f"{incident.id}.{node.id}" for incident in public.incidents for node in incident.nodes),
            {incident: node.id for incident, node in roots.items()},
            {incident: HOLDS[fault_at(node)] for incident, node in roots.items()},
        )

    def constants(self, public: Public) -> Mapping[str, Work]:
        """Return the sheets of people who always blame the same node and always hold in the same way."""
        last = public.incidents[0].nodes
        return {
            f"{node.id} {hold}": Work(
                (),
                {incident.id: node.id for incident in public.incidents},
                {incident.id: hold for incident in public.incidents},
            )
            for node in last
            for hold in Hold
        }

    def told(self, public: Public) -> tuple[Told, ...]:
        """Return each pipeline with what its probes show."""
        return tuple(
            Told(Text(f"incident.{incident.id}"), tuple(_told(incident, node) for node in incident.nodes))
            for incident in public.incidents
        )


def _probed(public: Public, work: Work, wanted: str) -> tuple[str, ...]:
    name = wanted.replace(":", ".")
    known = {f"{incident.id}.{node.id}" for incident in public.incidents for node in incident.nodes}
    return (*work.probed, name) if name in known and name not in work.probed else work.probed


def _places(incident: Incident) -> Mapping[str, tuple[int, int]]:
    places: dict[str, tuple[int, int]] = {}
    for layer, size in enumerate(LAYERS):
        here = [node for node in incident.nodes if node.layer == layer]
        for at, node in enumerate(here):
            x = (2 * layer + 1) * WIDTH // (2 * len(LAYERS))
            places[node.id] = (x, (2 * at + 1) * HEIGHT // (2 * size))
    return places


def _line(incident: Incident, key: Key, work: Work) -> Line:
    root, fault = key.roots[incident.id]
    given, hold = work.roots.get(incident.id), work.holds.get(incident.id)
    probes = sum(name.startswith(f"{incident.id}.") for name in work.probed)
    return Line(
        title=Text(f"incident.{incident.id}"),
        right=(given, hold) == (root, HOLDS[fault]),
        yours=_said(incident, given, hold),
        best=_said(incident, root, HOLDS[fault]),
        why=Text(f"why.{fault}", {"node": _named(incident.node(root)), "probes": probes}),
    )


def _said(incident: Incident, node: str | None, hold: str | None) -> Text:
    named = _named(incident.node(node)) if node else {"id": "root.none", "params": {}, "pick": 0}
    return Text("said", {"node": named, "hold": {"id": f"hold.{hold or 'none'}", "params": {}, "pick": 0}})


def _named(node: Node) -> dict[str, Any]:
    return {"id": f"node.{node.layer}.{node.name}", "params": {}, "pick": 0}


def _told(incident: Incident, node: Node) -> Text:
    reads = "reads" if node.reads else "source"
    shown = node.reading
    return Text(
        f"told.{reads}",
        {
            "node": _named(node), "from": ", ".join(node.reads), "id": node.id, "delay": shown.delay,
            "usual": shown.usual, "rows": shown.rows, "repeated": shown.repeated, "schema": shown.schema,
            "contract": shown.contract, "answer": shown.answer, "incident": incident.id,
        },
    )  # fmt: skip
