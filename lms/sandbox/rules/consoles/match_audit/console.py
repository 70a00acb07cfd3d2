"""The Match & Audit console: draws a case for a slot, places its facts, and says what is best and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from lms.sandbox.rules.console import ALL_MODES, Draft, ErrorType, Mandate, Redraw
from lms.sandbox.rules.consoles.match_audit import truth
from lms.sandbox.rules.consoles.match_audit.cases import (
    BLOCK,
    FIELDS,
    HOLD,
    PAY,
    RELEASE,
    Family,
    Fields,
)
from lms.sandbox.rules.consoles.match_audit.oddities import (
    MANDATED,
    at_stake,
    costly_block,
    everyday,
    odd,
    odd_risk,
    risk_scene,
)
from lms.sandbox.rules.consoles.match_audit.papers import at_risk, sound
from lms.sandbox.rules.consoles.match_audit.plants import PLANTERS, TOP_LEVEL, Scene
from lms.sandbox.rules.consoles.match_audit.reasons import ERRORS, FAMILIES, MANDATES, PRICE, QTY, REASONS
from lms.sandbox.rules.consoles.match_audit.screen import screen
from lms.sandbox.rules.consoles.match_audit.truth import Verdict
from lms.sandbox.rules.exercise import (
    Action,
    Advice,
    Answer,
    Case,
    ChangeForm,
    NumberField,
    Option,
    Response,
    Stratum,
    Text,
    Unit,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic import JsonValue

    from lms.sandbox.rules.company import CompanyFacts
    from lms.sandbox.rules.console import Panel
    from lms.sandbox.rules.exercise import Mode, Slot
    from lms.sandbox.rules.streams import Stream, Streams

CAP = 100_00
EVIDENCE: Mapping[str, tuple[str, ...]] = {
    "tax-billed": ("invoice.tax", "vendor.tax_regime", "vendor.tax_rate"),
    "exchange-rate": ("invoice.day", "invoice.currency", "ai.currency", "ai.rate_day"),
    "changed-bank": ("vendor.bank_changed",),
    "costly-block": ("customer.ltv",),
    "rate-override": ("ai.rate_source", "ai.rate"),
}


class MatchAudit:
    """A queue of invoices and of orders at risk: the AI says pay, hold, block or release."""

    id = "match-audit"
    package: str = __name__.rpartition(".")[0]
    version = 3
    levels: tuple[int, ...] = (1, 2, 3)
    modes: tuple[Mode, ...] = ALL_MODES
    policy: tuple[str, ...] = (
        "quantity_tolerance",
        "price_tolerance_share",
        "price_tolerance",
        "duplicate_days",
        "duplicate_distance",
        "bank_change_hold",
        "fraud_signals",
        "ltv_fraud_limit",
    )
    reasons: Mapping[str, str] = REASONS
    errors: tuple[ErrorType, ...] = ERRORS
    mandates: tuple[Mandate, ...] = MANDATES
    floor = 40_00

    def draw(self, slot: Slot, streams: Streams, facts: CompanyFacts) -> Draft:
        """Return a case for the slot: sound papers, with whatever the slot plants in them."""
        scene, found = _scene(slot, streams, facts)
        fields, policy = scene.fields, facts.numbers
        best = truth.due(fields, policy)
        most = 2 * truth.billed(scene.paper) if scene.paper else 0
        reserved = slot.stratum is Stratum.MAND
        accept = at_stake(scene) if reserved else truth.accept_loss(fields, scene.proposed, policy)
        return Draft(
            family=Family.RISK if scene.paper is None else Family.FOREIGN if scene.paper.foreign else Family.DOMESTIC,
            fields=cast("Mapping[str, JsonValue]", FIELDS.dump_python(fields, mode="json")),
            advice=_advice(scene.proposed, streams.stream("wording")),
            change=_change(fields, most),
            answer=_answer(slot, scene, best, found, policy),
            losses=() if reserved else truth.losses(fields, policy, most),
            best_cost=truth.HANDLING,
            accept_cost=truth.HANDLING + accept,
            cap=CAP,
        )

    def screen(self, case: Case) -> tuple[Panel, ...]:
        """Return the panes: invoice, order, receipts, vendor, payments, exchange table, what the AI worked with."""
        return screen(case)

    def solve(self, case: Case, policy: Mapping[str, int]) -> Response:
        """Return what an experienced accounts payable clerk decides."""
        fields = FIELDS.validate_python(case.fields)
        proposed = Verdict(case.advice.option or "", case.advice.number)
        reserved = truth.mandate(fields, proposed.id, policy)
        if reserved is not None:
            rule = next(mandate for mandate in MANDATES if mandate.id == reserved)
            return Response(case.id, Action.ESCALATE, queue=rule.queue, reason=rule.reason)
        found = truth.faults(fields, proposed, policy)
        if not found:
            return Response(case.id, Action.ACCEPT)
        best = truth.due(fields, policy)
        if best.id == truth.NOTHING:
            return Response(case.id, Action.REJECT, reason=found[0])
        return Response(case.id, Action.CHANGE, option=best.id, number=best.amount, reason=found[0])


def _scene(slot: Slot, streams: Streams, facts: CompanyFacts) -> tuple[Scene, tuple[str, ...]]:
    """Return a scene with what the slot asks for, and the codes of what is wrong with it.

    Raises:
        Redraw: something other than what was planted is the matter.
    """
    scene = _drawn(slot, streams, facts)
    reserved = truth.mandate(scene.fields, scene.proposed.id, facts.numbers)
    if reserved != (slot.kind if slot.stratum is Stratum.MAND else None):
        raise Redraw
    if slot.stratum is Stratum.MAND:
        return scene, ()
    found = truth.faults(scene.fields, scene.proposed, facts.numbers)
    wanted = next((error.reasons for error in ERRORS if error.id == slot.kind), ())
    both = slot.level == TOP_LEVEL and slot.kind == "over-billed" and found == (QTY, PRICE)
    if found != wanted and not both:
        raise Redraw
    return scene, found


def _drawn(slot: Slot, streams: Streams, facts: CompanyFacts) -> Scene:
    family = streams.stream("family").weighted(FAMILIES[slot.kind])
    if family is Family.RISK:
        if slot.stratum is Stratum.MAND:
            return costly_block(slot.level, streams, facts)
        return (
            odd_risk(slot.level, streams, facts) if slot.kind == "odd" else risk_scene(at_risk(streams, facts), facts)
        )
    paper, drawn = sound(family, streams, facts), streams.stream("plant")
    makers = {**PLANTERS, **MANDATED, "odd": odd, "plain": everyday}
    return makers[slot.kind](paper, slot.level, drawn, facts)


def _change(fields: Fields, most: int) -> ChangeForm:
    if fields.shop is not None:
        return ChangeForm(tuple(Option(one, Text(f"verdict.{one}")) for one in (BLOCK, RELEASE)))
    options = (Option(PAY, Text(f"verdict.{PAY}"), takes_number=True), Option(HOLD, Text(f"verdict.{HOLD}")))
    return ChangeForm(options, NumberField(Unit.MONEY, 1, most))


def _advice(proposed: Verdict, drawn: Stream) -> Advice:
    params: dict[str, JsonValue] = {} if proposed.amount is None else {"amount": proposed.amount}
    return Advice(
        Text(f"ai.{proposed.id}", params, drawn.below(1 << 20)),
        Text(f"ai.why.{proposed.id}", {}, drawn.below(1 << 20)),
        option=proposed.id,
        number=proposed.amount,
    )


def _answer(slot: Slot, scene: Scene, best: Verdict, found: tuple[str, ...], policy: Mapping[str, int]) -> Answer:
    if slot.stratum is Stratum.GOOD:
        return Answer(Action.ACCEPT, Text(f"why.{scene.why}"), ())
    rule, evidence = Text(f"rule.{slot.kind}"), EVIDENCE.get(slot.kind) or _evidence(scene, slot.kind, policy)
    if slot.stratum is Stratum.MAND:
        mandate = next(mandate for mandate in MANDATES if mandate.id == slot.kind)
        return Answer(Action.ESCALATE, rule, evidence, queue=mandate.queue, reasons=(mandate.reason,))
    if best.id == truth.NOTHING:
        return Answer(Action.REJECT, rule, evidence, reasons=found)
    return Answer(Action.CHANGE, rule, evidence, option=best.id, number=best.amount, reasons=found)


def _evidence(scene: Scene, kind: str, policy: Mapping[str, int]) -> tuple[str, ...]:
    """Return the fields that show an error whose place differs from case to case."""
    paper = scene.paper
    if paper is None:
        return ()
    repeated = truth.duplicate_of(paper, policy)
    if repeated is not None:
        return ("invoice.number", "invoice.total", f"earlier.{repeated}.number", f"earlier.{repeated}.amount")
    lines = range(len(paper.lines))
    if kind == "order-reused":
        row = next(at for at, other in enumerate(paper.earlier) if other.order == paper.order.number)
        shown = tuple(f"order_lines.{at}.{field}" for at in lines for field in ("qty", "invoiced"))
        return (*shown, f"earlier.{row}.order")
    paths: list[str] = []
    for at in lines:
        more = paper.lines[at].qty > truth.open_qty(paper, at)
        dearer = paper.lines[at].price > paper.order_lines[at].price
        if more and (kind == "false-hold" or truth.over_billed(paper, at, policy)):
            rows = [i for i, receipt in enumerate(paper.receipts) if receipt.line == at + 1]
            paths += [f"lines.{at}.qty", *(f"receipts.{i}.qty" for i in rows)]
        if dearer and (kind == "false-hold" or truth.over_priced(paper, at, policy)):
            paths += [f"lines.{at}.price", f"order_lines.{at}.price"]
    return tuple(paths)
