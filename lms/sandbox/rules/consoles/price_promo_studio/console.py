"""The Price & Promo Studio console: draws a price proposal for a slot and says what is best and why."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING, cast

from lms.sandbox.rules.console import ALL_MODES, Draft, Redraw
from lms.sandbox.rules.consoles.price_promo_studio import truth
from lms.sandbox.rules.consoles.price_promo_studio.cases import FIELDS
from lms.sandbox.rules.consoles.price_promo_studio.reasons import ERRORS, MANDATES, REASONS
from lms.sandbox.rules.consoles.price_promo_studio.scenes import scene_for
from lms.sandbox.rules.consoles.price_promo_studio.screen import screen
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
    from lms.sandbox.rules.consoles.price_promo_studio.cases import Fields
    from lms.sandbox.rules.consoles.price_promo_studio.scenes import Scene
    from lms.sandbox.rules.consoles.price_promo_studio.truth import Reckoning
    from lms.sandbox.rules.exercise import Mode, Slot
    from lms.sandbox.rules.streams import Stream, Streams

EVIDENCE: Mapping[str, tuple[str, ...]] = {
    "COST": ("item.cost", "item.as_of", "latest.cost", "latest.day", "ai.cost"),
    "ELAST": ("elasticity.promo", "elasticity.clean", "ai.elasticity"),
    "MAP": ("item.least", "ai.price"),
    "FLOOR": ("item.floor", "item.cost", "ai.price"),
    "COVER": ("item.cover", "ai.delta"),
}
FAMILIES, BOUNDS = ("everyday", "regular", "large"), (15_00, 60_00)
# A material mistake costs six per cent of the item's profit; the engine asks for a quarter of `best_cost`.
MATERIAL, QUARTERS, CAP_SHARE = 6, 4, 15


class PricePromoStudio:
    """The pricing desk: the AI proposes a new price from cost, elasticity and rivals' prices."""

    id = "price-promo-studio"
    package: str = __name__.rpartition(".")[0]
    version = 2
    levels: tuple[int, ...] = (1, 2, 3)
    modes: tuple[Mode, ...] = ALL_MODES
    policy: tuple[str, ...] = (
        "price_approval_limit",
        "margin_floor",
        "low_cover",
        "promo_stack_limit",
        "rival_cap",
        "optimal_price_tolerance",
    )
    reasons: Mapping[str, str] = REASONS
    errors: tuple[ErrorType, ...] = ERRORS
    mandates: tuple[Mandate, ...] = MANDATES
    floor = 20_00

    def draw(self, slot: Slot, streams: Streams, facts: CompanyFacts) -> Draft:
        """Return a proposal for the slot: a sound one, with whatever the slot plants in it."""
        scene = scene_for(slot, streams, facts.numbers)
        fields, known, price = scene.fields, scene.facts, scene.fields.ai.price
        reserved = slot.stratum is Stratum.MAND
        if truth.mandate(fields, facts.numbers) != (slot.kind if reserved else None):
            raise Redraw
        if sorted(truth.faults(fields, known, facts.numbers)) != sorted(scene.codes):
            raise Redraw
        least, most = truth.free_range(fields.item.price, facts.numbers)
        if not reserved and not least <= known.best <= most:
            raise Redraw
        if not reserved and not _is_clear(fields, known, facts["optimal_price_tolerance"], slot.stratum):
            raise Redraw
        accepted = 0 if reserved else known.lost(price)
        base = known.most * QUARTERS * MATERIAL // 100
        return Draft(
            family=FAMILIES[bisect_right(BOUNDS, fields.item.price)],
            fields=cast("Mapping[str, JsonValue]", FIELDS.dump_python(fields, mode="json")),
            advice=_advice(fields, streams.stream("wording")),
            change=ChangeForm(
                (
                    Option(truth.SET, Text("price.set"), takes_number=True),
                    Option(truth.TWO_STEPS, Text("price.two-steps")),
                ),
                NumberField(Unit.MONEY, 1, truth.MOST),
            ),
            answer=_answer(scene, slot),
            losses=() if reserved else truth.losses(known, facts.numbers, accepted),
            best_cost=base,
            accept_cost=base + accepted,
            cap=max(self.floor, known.most * CAP_SHARE // 100),
            limit=most,
            low_limit=least,
            splits=(truth.TWO_STEPS,) if reserved else (),
        )

    def screen(self, case: Case) -> tuple[Panel, ...]:
        """Return the panes of the studio."""
        return screen(case)

    def solve(self, case: Case, policy: Mapping[str, int]) -> Response:
        """Return what an experienced pricing analyst decides."""
        fields = FIELDS.validate_python(case.fields)
        reserved = truth.mandate(fields, policy)
        if reserved is not None:
            rule = next(mandate for mandate in MANDATES if mandate.id == reserved)
            return Response(case.id, Action.ESCALATE, queue=rule.queue, reason=rule.reason)
        facts = truth.reckon(fields, policy)
        found = truth.faults(fields, facts, policy)
        if not found:
            return Response(case.id, Action.ACCEPT)
        if _keeps(fields, facts, policy):
            return Response(case.id, Action.REJECT, reason=found[0])
        return Response(case.id, Action.CHANGE, truth.SET, facts.best, reason=found[0])


def _keeps(fields: Fields, facts: Reckoning, policy: Mapping[str, int]) -> bool:
    """Return whether the price that the item has is as good as the best one."""
    low, high = truth.within(facts, policy["optimal_price_tolerance"])
    return low <= fields.item.price <= high


def _is_clear(fields: Fields, facts: Reckoning, tolerance: int, stratum: Stratum) -> bool:
    """Return whether no price of the case lies so near the edge of the tolerance that a cent would decide."""
    right, now = stratum is Stratum.GOOD, fields.item.price
    if not truth.is_clear(fields.ai.price, facts, tolerance, right=right):
        return False
    return right or now == facts.best or truth.is_clear(now, facts, tolerance, right=False)


def _answer(scene: Scene, slot: Slot) -> Answer:
    fields = scene.fields
    if slot.stratum is Stratum.GOOD:
        return Answer(Action.ACCEPT, Text("rule.good"), ())
    rule = _rule(scene, slot)
    if slot.stratum is Stratum.MAND:
        mandate = next(mandate for mandate in MANDATES if mandate.id == slot.kind)
        return Answer(
            Action.ESCALATE,
            rule,
            ("item.price", "ai.price", "ai.delta"),
            queue=mandate.queue,
            reasons=(mandate.reason,),
        )
    evidence = _evidence(scene)
    if scene.facts.best == fields.item.price:
        return Answer(Action.REJECT, rule, evidence, reasons=scene.codes)
    return Answer(Action.CHANGE, rule, evidence, option=truth.SET, number=scene.facts.best, reasons=scene.codes)


def _rule(scene: Scene, slot: Slot) -> Text:
    """Return the rule of a case; where the AI made two mistakes, both of theirs."""
    rules = [{"id": f"rule.{error}", "params": {}, "pick": 0} for error in scene.errors]
    if len(rules) > 1:
        return Text("rule.both", {"first": rules[0], "second": rules[1]})
    return Text(f"rule.{slot.kind}")


def _evidence(scene: Scene) -> tuple[str, ...]:
    fields = scene.fields
    found: list[str] = []
    for code in scene.codes:
        found += EVIDENCE.get(code, ())
        if code == "PACK":
            row = next(row for row, one in enumerate(fields.rivals) if one.price == fields.ai.rival)
            found += ["item.pack", f"rivals.{row}.price", f"rivals.{row}.pack", "ai.rival"]
        if code == "STACK":
            day = fields.valid.day
            running = [row for row, one in enumerate(fields.offers) if one.start <= day <= one.end]
            found += ["ai.delta", *(f"offers.{row}.{name}" for row in running for name in ("share", "end"))]
    return tuple(dict.fromkeys(found))


def _advice(fields: Fields, drawn: Stream) -> Advice:
    item, ai = fields.item, fields.ai
    params: dict[str, JsonValue] = {
        "old": item.price,
        "price": ai.price,
        "delta": abs(ai.delta),
        "cost": ai.cost,
        "rival": ai.rival,
        "elasticity": ai.elasticity,
        "day": fields.valid.day,
    }
    way = "raise" if ai.price > item.price else "cut"
    return Advice(
        Text(f"ai.{way}", params, drawn.below(1 << 20)),
        Text("ai.why", params, drawn.below(1 << 20)),
        option=truth.SET,
        number=ai.price,
    )
