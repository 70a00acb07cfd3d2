"""The Floor Desk console: draws a case for a slot and says what is best and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from lms.sandbox.rules.console import ALL_MODES, Draft, Redraw
from lms.sandbox.rules.consoles.floor_desk import truth
from lms.sandbox.rules.consoles.floor_desk.cases import (
    FIELDS,
    RECOUNT,
    REPORT,
    SPLIT,
    WEIGHTS,
    Fields,
    Kind,
    Scene,
    sound,
)
from lms.sandbox.rules.consoles.floor_desk.errors import PLANTERS
from lms.sandbox.rules.consoles.floor_desk.oddities import MANDATED, odd
from lms.sandbox.rules.consoles.floor_desk.reasons import ERRORS, KINDS, MANDATES, REASONS
from lms.sandbox.rules.consoles.floor_desk.screen import screen
from lms.sandbox.rules.consoles.floor_desk.solver import solve
from lms.sandbox.rules.exercise import Action, Advice, Answer, Case, ChangeForm, Loss, Option, Response, Stratum, Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic import JsonValue

    from lms.sandbox.rules.company import CompanyFacts
    from lms.sandbox.rules.console import ErrorType, Mandate, Panel
    from lms.sandbox.rules.exercise import Mode, Slot
    from lms.sandbox.rules.streams import Stream, Streams

CAP = 20_00
EVIDENCE: Mapping[str, tuple[str, ...]] = {
    "strands-priority": ("bin.pieces", "bin.reserved", "task.pieces"),
    "pack-slip": ("task.pieces", "sku.pack", "take_cases"),
    "label-weight": ("weighing.expected", "weighing.measured"),
    "duplicate-short": ("bin.reported",),
    "stale-promise": ("task.cutoff",),
    "hazard": ("sku.hazard",),
    "transfer": ("move_value",),
    "tamper": ("bin.seal",),
}
REFUSED: Mapping[str, tuple[str, ...]] = {
    "declined": ("order.substitutes", "order.note"),
    "allergens": ("substitutes.{}.allergens", "sku.allergens", "order.avoid"),
    "adult": ("substitutes.{}.adult", "sku.adult"),
    "grade": ("substitutes.{}.grade",),
    "price": ("substitutes.{}.price", "sku.price"),
}
PLACE_EVIDENCE = {
    "phantom-bin": ("shorts", "count_days"),
    "stale-promise": ("minutes",),
    "strands-priority": ("reserved",),
}


class FloorDesk:
    """One case a screen, for people who pick, pack, receive and lead a shift."""

    id = "floor-desk"
    package: str = __name__.rpartition(".")[0]
    version = 2
    levels: tuple[int, ...] = (1, 2)
    modes: tuple[Mode, ...] = ALL_MODES
    policy: tuple[str, ...] = ("substitute_price_band", "weight_tolerance", "transfer_approval_limit")
    reasons: Mapping[str, str] = REASONS
    errors: tuple[ErrorType, ...] = ERRORS
    mandates: tuple[Mandate, ...] = MANDATES
    floor = 4_00

    def draw(self, slot: Slot, streams: Streams, facts: CompanyFacts) -> Draft:
        """Return a case for the slot: a sound one, then whatever the slot plants in it."""
        drawn = streams.stream("kind")
        kind = drawn.weighted({kind: WEIGHTS[kind] for kind in KINDS[slot.kind]})
        scene = _planted(sound(kind, streams, facts), slot, streams, facts)
        options = _options(scene, streams.stream("options"))
        costs = {option: truth.cost(scene.fields, option, facts.numbers) for option in (*options, truth.REJECT)}
        accept = truth.cost(scene.fields, scene.proposed, facts.numbers)
        best = min(costs, key=lambda option: (costs[option], option))
        least = min(accept, costs[best])
        return Draft(
            family=kind,
            fields=cast("Mapping[str, JsonValue]", FIELDS.dump_python(scene.fields, mode="json")),
            advice=_advice(scene, streams.stream("wording")),
            change=ChangeForm(tuple(Option(option, _label(scene.fields, option)) for option in options)),
            answer=_answer(scene, slot, best, facts),
            losses=tuple(Loss(option, costs[option] - least) for option in options),
            best_cost=least,
            accept_cost=accept,
            cap=CAP,
            splits=(SPLIT,) if slot.kind == "transfer" else (),
        )

    def screen(self, case: Case) -> tuple[Panel, ...]:
        """Return where the handheld shows each fact."""
        return screen(case)

    def solve(self, case: Case, policy: Mapping[str, int]) -> Response:
        """Return what somebody who knows the floor decides."""
        return solve(case, policy)


def _planted(scene: Scene, slot: Slot, streams: Streams, facts: CompanyFacts) -> Scene:
    """Return the scene with what the slot asks for, and nothing else, wrong or reserved.

    Raises:
        Redraw: something other than what was planted is the matter.
    """
    if slot.kind == "odd":
        scene = odd(scene, slot.level, streams, facts)
    elif slot.stratum is Stratum.WRONG:
        scene = PLANTERS[slot.kind](scene, slot.level, streams.stream("fault"), facts)
    elif slot.stratum is Stratum.MAND:
        scene = MANDATED[slot.kind](scene, slot.level, streams, facts)
    wanted = next((error.reasons for error in ERRORS if error.id == slot.kind), ())
    found = truth.faults(scene.fields, scene.proposed, facts.numbers)
    reserved = truth.mandate(scene.fields, facts.numbers)
    if found != wanted or reserved != (slot.kind if slot.stratum is Stratum.MAND else None):
        raise Redraw
    return scene


def _options(scene: Scene, drawn: Stream) -> tuple[str, ...]:
    """Return what the advice can be changed to: the same number of options whatever is true."""
    fields = scene.fields
    match fields.task.kind:
        case Kind.SUBSTITUTION:
            found = [f"substitute-{i}" for i in range(len(fields.substitutes))]
        case Kind.SHORT_PICK:
            found = [*(f"place-{i}" for i in range(len(fields.places))), RECOUNT, REPORT]
        case Kind.REALLOCATION:
            found = [*(f"place-{i}" for i in range(len(fields.places))), SPLIT]
        case _:
            right = fields.task.pieces // fields.sku.pack
            others = {right + 1, right + 2, max(1, right - 1), right * 2, right + 3} - {right, fields.take_cases}
            take = 3 if scene.proposed == f"cases-{right}" else 2
            found = [f"cases-{n}" for n in (*drawn.sample(sorted(others), take), right)]
    return tuple(option for option in found if option != scene.proposed)


def _answer(scene: Scene, slot: Slot, best: str, facts: CompanyFacts) -> Answer:
    rule = Text(_rule(scene, slot, facts))
    if slot.stratum is Stratum.GOOD:
        return Answer(Action.ACCEPT, rule, ())
    evidence = _evidence(scene, slot.kind, facts)
    if slot.stratum is Stratum.MAND:
        mandate = next(mandate for mandate in MANDATES if mandate.id == slot.kind)
        return Answer(Action.ESCALATE, rule, evidence, queue=mandate.queue, reasons=(mandate.reason,))
    codes = next(error.reasons for error in ERRORS if error.id == slot.kind)
    if best == truth.REJECT:
        return Answer(Action.REJECT, rule, evidence, reasons=codes)
    return Answer(Action.CHANGE, rule, evidence, option=best, reasons=codes)


def _rule(scene: Scene, slot: Slot, facts: CompanyFacts) -> str:
    """Return the rule that decides, narrowed down to the part of it that does."""
    fields, (name, _, number) = scene.fields, scene.proposed.partition("-")
    if slot.stratum is Stratum.GOOD and fields.task.kind is Kind.SHORT_PICK:
        return f"rule.good.short-pick.{'hazard' if fields.sku.hazard != 'none' else name}"
    if slot.stratum is Stratum.GOOD:
        return f"rule.good.{fields.task.kind}"
    match slot.kind:
        case "forbidden-substitute":
            return f"rule.{slot.kind}.{truth.refusals(fields, fields.substitutes[int(number)], facts.numbers)[0]}"
        case "phantom-bin":
            return f"rule.{slot.kind}.{name}"
        case kind:
            return f"rule.{kind}"


def _evidence(scene: Scene, kind: str, facts: CompanyFacts) -> tuple[str, ...]:
    name, _, number = scene.proposed.partition("-")
    if name == "report" and kind == "phantom-bin":
        return ("bin.count_days",)
    own = [f"places.{number}.{field}" for field in PLACE_EVIDENCE.get(kind, ())] if name == "place" else []
    if name == "place" and kind == "strands-priority":
        return (*own, f"places.{number}.pieces", "task.pieces")
    if name == "substitute" and kind == "forbidden-substitute":
        why = truth.refusals(scene.fields, scene.fields.substitutes[int(number)], facts.numbers)
        return tuple(path.format(number) for one in why for path in REFUSED[one])
    return (*own, *EVIDENCE.get(kind, ()))


def _advice(scene: Scene, drawn: Stream) -> Advice:
    fields, (name, _, _) = scene.fields, scene.proposed.partition("-")
    action = Text(
        f"ai.{fields.task.kind}.{name}",
        {"option": _json(_label(fields, scene.proposed)), "item": _json(fields.sku.name), "bin": fields.bin.loc},
        drawn.below(1 << 20),
    )
    return Advice(action, Text(f"ai.why.{fields.task.kind}.{name}", {}, drawn.below(1 << 20)), option=scene.proposed)


def _label(fields: Fields, option: str) -> Text:
    name, _, number = option.partition("-")
    match name:
        case "substitute":
            return fields.substitutes[int(number)].name
        case "place":
            return Text("option.place", {"bin": fields.places[int(number)].loc})
        case "cases":
            return Text("option.cases", {"n": int(number)})
        case _:
            return Text(f"option.{name}")


def _json(text: Text) -> JsonValue:
    return {"id": text.id, "params": dict(text.params), "pick": text.pick}
