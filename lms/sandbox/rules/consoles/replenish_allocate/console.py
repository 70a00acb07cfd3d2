"""The Replenish & Allocate console: draws a proposal for a slot and says what is best and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from lms.sandbox.rules.console import ALL_MODES, Draft, Redraw
from lms.sandbox.rules.consoles.replenish_allocate import truth
from lms.sandbox.rules.consoles.replenish_allocate.cases import FIELDS
from lms.sandbox.rules.consoles.replenish_allocate.reasons import DATA, ERRORS, MANDATES, REASONS
from lms.sandbox.rules.consoles.replenish_allocate.scenes import scene_for
from lms.sandbox.rules.consoles.replenish_allocate.screen import screen
from lms.sandbox.rules.consoles.replenish_allocate.script import script_for
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
    from lms.sandbox.rules.console import ErrorType, Mandate, Panel
    from lms.sandbox.rules.consoles.replenish_allocate.cases import Fields
    from lms.sandbox.rules.consoles.replenish_allocate.scenes import Scene
    from lms.sandbox.rules.exercise import Mode, Slot
    from lms.sandbox.rules.streams import Stream, Streams

EVIDENCE: Mapping[str, tuple[str, ...]] = {
    "PROMO": ("promo.start", "promo.days", "promo.uplift", "ai.uplift"),
    "LEAD": ("lead.quoted", "lead.last6", "ai.lead"),
    "CENSORED": ("demand.out", "ai.mu"),
    "OUTLIER": ("demand.largest.units", "demand.largest.buyer", "ai.mu"),
    "UOM": ("sku.pack", "ai.need"),
    "PHANTOM": ("stock.system", "stock.counted", "stock.shorts", "ai.position"),
    "TRANSIT": ("ai.position",),
}
BROKEN = {"feed": "incomplete", "stock": "negative", "master": "unconfirmed"}


class ReplenishAllocate:
    """The planner's desk: the AI forecasts demand and proposes an order to a supplier or a transfer between sites."""

    id = "replenish-allocate"
    package: str = __name__.rpartition(".")[0]
    version = 3
    levels: tuple[int, ...] = (1, 2, 3)
    modes: tuple[Mode, ...] = ALL_MODES
    policy: tuple[str, ...] = (
        "transfer_approval_limit", "order_tolerance", "review_period", "promo_dip", "promo_dip_days",
    )  # fmt: skip
    reasons: Mapping[str, str] = REASONS
    errors: tuple[ErrorType, ...] = ERRORS
    mandates: tuple[Mandate, ...] = MANDATES
    floor = 50_00

    def draw(self, slot: Slot, streams: Streams, facts: CompanyFacts) -> Draft:
        """Return a proposal for the slot: a sound one, with whatever the slot plants in it."""
        limit = facts["transfer_approval_limit"]
        script = script_for(slot, streams)
        scene = scene_for(script, streams, facts.numbers)
        fields, known, quantity = scene.fields, scene.facts, scene.quantity
        reserved = slot.stratum is Stratum.MAND
        if truth.mandate(fields, facts.numbers) != (slot.kind if reserved else None):
            raise Redraw
        if sorted(truth.faults(fields, known, quantity)) != sorted(set(script.codes)):
            raise Redraw
        right, tolerance = slot.stratum is Stratum.GOOD, facts["order_tolerance"]
        if not reserved and not truth.is_clear(fields, known, quantity, tolerance, right=right):
            raise Redraw
        most = truth.most_units(fields, limit)
        if not reserved and most is not None and known.best > most:
            raise Redraw
        accepted = 0 if reserved else truth.accept_loss(fields, known, quantity)
        least = max(1, known.least)
        return Draft(
            family=script.family,
            fields=cast("Mapping[str, JsonValue]", FIELDS.dump_python(fields, mode="json")),
            advice=_advice(scene, streams.stream("wording")),
            change=_form(fields),
            answer=_answer(scene, slot),
            losses=() if reserved else truth.losses(fields, known, facts.numbers, accepted),
            best_cost=least,
            accept_cost=least + accepted,
            cap=max(self.floor, known.lost(0)),
            limit=most,
            splits=(truth.SPLIT,) if reserved else (),
        )

    def screen(self, case: Case) -> tuple[Panel, ...]:
        """Return the panes of the desk."""
        return screen(case)

    def solve(self, case: Case, policy: Mapping[str, int]) -> Response:
        """Return what an experienced planner decides."""
        fields, quantity = FIELDS.validate_python(case.fields), case.advice.number or 0
        reserved = truth.mandate(fields, policy)
        if reserved is not None:
            rule = next(mandate for mandate in MANDATES if mandate.id == reserved)
            return Response(case.id, Action.ESCALATE, queue=rule.queue, reason=rule.reason)
        facts = truth.reckon(fields, truth.planning_of(policy))
        found = truth.faults(fields, facts, quantity)
        if not found:
            return Response(case.id, Action.ACCEPT)
        if found == (DATA,):
            return Response(case.id, Action.REJECT, reason=DATA)
        option = truth.ONE_GO if fields.move is not None else None
        return Response(case.id, Action.CHANGE, option, facts.best, reason=found[0])


def _form(fields: Fields) -> ChangeForm:
    number = NumberField(Unit.COUNT, 0, truth.MOST_UNITS)
    if fields.move is None:
        return ChangeForm((), number)
    names = ((truth.ONE_GO, True), (truth.SPLIT, False))
    return ChangeForm(tuple(Option(name, Text(f"transfer.{name}"), takes) for name, takes in names), number)


def _answer(scene: Scene, slot: Slot) -> Answer:
    if slot.stratum is Stratum.GOOD:
        return Answer(Action.ACCEPT, Text(f"rule.good.{scene.script.family}"), ())
    rule, evidence = _rule(scene, slot), _evidence(scene)
    if slot.stratum is Stratum.MAND:
        mandate = next(mandate for mandate in MANDATES if mandate.id == slot.kind)
        return Answer(Action.ESCALATE, rule, evidence, queue=mandate.queue, reasons=(mandate.reason,))
    codes = tuple(dict.fromkeys(scene.script.codes))
    if codes == (DATA,):
        return Answer(Action.REJECT, rule, evidence, reasons=codes)
    option = truth.ONE_GO if scene.fields.move is not None else None
    return Answer(Action.CHANGE, rule, evidence, option=option, number=scene.facts.best, reasons=codes)


def _rule(scene: Scene, slot: Slot) -> Text:
    """Return the rule of a case; where the AI made two mistakes, both of theirs."""
    rules = [{"id": f"rule.{error}", "params": {}, "pick": 0} for error in scene.script.errors]
    if len(rules) > 1:
        return Text("rule.both", {"first": rules[0], "second": rules[1]})
    return Text(f"rule.{slot.kind}")


def _evidence(scene: Scene) -> tuple[str, ...]:
    fields = scene.fields
    if scene.script.stratum is Stratum.MAND and fields.move is not None:
        move = fields.move
        rows = [
            row for row, one in enumerate(fields.booked)
            if (one.origin, one.to, one.day) == (move.origin, move.to, move.day)
        ]  # fmt: skip
        return ("move.value", *(f"booked.{row}.{name}" for row in rows for name in ("day", "value")))
    found: list[str] = []
    for code in scene.script.codes:
        if code == DATA:
            found += [f"checks.{name}" for name, state in BROKEN.items() if getattr(fields.checks, name) == state]
        if code == "TRANSIT":
            orders = [row.order for row in fields.inbound]
            found += [f"inbound.{row}.order" for row, order in enumerate(orders) if orders.count(order) > 1]
        found += EVIDENCE.get(code, ())
    return tuple(dict.fromkeys(found))


def _advice(scene: Scene, drawn: Stream) -> Advice:
    fields, quantity = scene.fields, scene.quantity
    params: dict[str, JsonValue] = {
        "quantity": quantity,
        "packs": quantity // fields.sku.pack,
        "pack": fields.sku.pack,
        "source": fields.lead.source,
        "need": fields.ai.need,
        "lead": fields.ai.lead,
    }
    kind = "order" if fields.sku.pack > 1 else "order-single"
    if fields.move is not None:
        kind = kind.replace("order", "move")
        params |= {"origin": fields.move.origin, "to": fields.move.to, "day": fields.move.day}
    option = truth.ONE_GO if fields.move is not None else None
    return Advice(
        Text(f"ai.{kind}", params, drawn.below(1 << 20)),
        Text("ai.why", params, drawn.below(1 << 20)),
        option=option,
        number=quantity,
    )
