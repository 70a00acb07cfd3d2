"""The summary audit as a lab: mark eight claims as supported or not; hits count, false alarms count against them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter

from lms.sandbox.rules.exercise import Text
from lms.sandbox.rules.lab import Line, Marked, Part, Problem, Sent, Shapes, Sheet, Told, first
from lms.sandbox.rules.labs.summary_audit.claims import Claim, Fault, draw_claims, holds, true_of
from lms.sandbox.rules.labs.summary_audit.ledger import Ledger, draw_ledger
from lms.sandbox.rules.scoring import half_up

if TYPE_CHECKING:
    from lms.sandbox.rules.company import CompanyFacts
    from lms.sandbox.rules.streams import Streams

SUPPORTED, UNSUPPORTED = "supported", "unsupported"


@dataclass(frozen=True, slots=True)
class Public:
    """The summary beside the ledger."""

    ledger: Ledger
    claims: tuple[Claim, ...]


@dataclass(frozen=True, slots=True)
class Key:
    """What is wrong with each claim, None where it holds."""

    faults: Mapping[str, Fault | None]


@dataclass(frozen=True, slots=True)
class Work:
    """How each claim is marked, by id."""

    marks: Mapping[str, str] = field(default_factory=dict)


class SummaryAudit:
    """The summary audit."""

    id = "summary-audit"
    package = __package__ or ""
    version = 1
    shapes = Shapes(TypeAdapter(Public), TypeAdapter(Key), TypeAdapter(Work))

    def draw(self, streams: Streams, _facts: CompanyFacts) -> Sheet[Public, Key]:
        """Return a ledger and eight claims, three to five of which do not hold."""
        ledger = draw_ledger(streams)
        claims = draw_claims(streams, ledger)
        faults = {claim.id: fault for claim, fault in claims}
        return Sheet(Public(ledger, tuple(claim for claim, _fault in claims)), Key(faults))

    def begin(self, _public: Public) -> Work:
        """Return a sheet without marks."""
        return Work()

    def read(self, public: Public, _work: Work, sent: Sent) -> Work:
        """Return the marks as sent."""
        marks = {claim.id: first(sent, claim.id) for claim in public.claims}
        return Work({claim: mark for claim, mark in marks.items() if mark in {SUPPORTED, UNSUPPORTED}})

    def lacks(self, public: Public, work: Work) -> tuple[Problem, ...]:
        """Return the claims that are not marked."""
        return tuple(
            Problem(claim.id, Text("problem.unmarked")) for claim in public.claims if claim.id not in work.marks
        )

    def answers(self, _public: Public, _work: Work) -> Mapping[str, Any]:
        """Return nothing: there is nothing to try out."""
        return {}

    def mark(self, public: Public, key: Key, work: Work) -> Marked:
        """Return the hit rate less the false-alarm rate; an unmarked claim counts as marked wrong."""
        wrong = [claim for claim, fault in key.faults.items() if fault]
        sound = [claim for claim, fault in key.faults.items() if not fault]
        hits = sum(work.marks.get(claim) == UNSUPPORTED for claim in wrong)
        alarms = sum(work.marks.get(claim) != SUPPORTED for claim in sound)
        rate = Fraction(hits, len(wrong)) - Fraction(alarms, len(sound))
        return Marked(
            max(0, half_up(100 * rate)),
            (
                Part(Text("part.caught"), hits, len(wrong)),
                Part(Text("part.kept"), len(sound) - alarms, len(sound)),
            ),
            tuple(_line(public.ledger, claim, key.faults[claim.id], work) for claim in public.claims),
        )

    def best(self, _public: Public, key: Key) -> Work:
        """Return the marks that the key has."""
        return Work({claim: UNSUPPORTED if fault else SUPPORTED for claim, fault in key.faults.items()})

    def solve(self, public: Public) -> Work:
        """Return the marks of somebody who looks every claim up."""
        return Work({claim.id: SUPPORTED if holds(claim, public.ledger) else UNSUPPORTED for claim in public.claims})

    def constants(self, public: Public) -> Mapping[str, Work]:
        """Return the marks of people who believe everything or nothing."""
        return {mark: Work({claim.id: mark for claim in public.claims}) for mark in (SUPPORTED, UNSUPPORTED)}

    def told(self, public: Public) -> tuple[Told, ...]:
        """Return the ledger, then the claims."""
        rows = tuple(
            Text(
                "told.row",
                {
                    "account": {"id": f"account.{row.account}", "params": {}, "pick": 0},
                    "year": row.year_ago, "last": row.last, "posted": row.posted, "accrued": row.accrued,
                    "this": row.this,
                },
            )
            for row in public.ledger.rows
        )  # fmt: skip
        return (
            Told(Text("panel.ledger"), rows),
            Told(Text("panel.claims"), tuple(claim.text for claim in public.claims)),
        )


def _line(ledger: Ledger, claim: Claim, fault: Fault | None, work: Work) -> Line:
    best = UNSUPPORTED if fault else SUPPORTED
    given = work.marks.get(claim.id)
    true = true_of(claim, ledger)
    inner = {"id": true.id, "params": dict(true.params), "pick": 0}
    return Line(
        title=claim.text,
        right=given == best,
        yours=Text(f"mark.{given}" if given else "mark.none"),
        best=Text(f"mark.{best}"),
        why=Text(f"why.{fault}" if fault else "why.holds", {"true": inner}),
    )
