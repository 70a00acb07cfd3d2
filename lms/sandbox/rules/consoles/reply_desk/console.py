"""The Reply Desk console: draws a ticket for a slot, places its facts, and says what is best and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import cast

from pydantic import JsonValue

from lms.sandbox.rules.company import CompanyFacts
from lms.sandbox.rules.console import ALL_MODES, Draft, ErrorType, Fact, Mandate, Panel, Redraw
from lms.sandbox.rules.consoles.reply_desk import truth
from lms.sandbox.rules.consoles.reply_desk.cases import AFTER_DELIVERY, FIELDS, WEIGHTS, Intent, Remedy, Scene, facts_of
from lms.sandbox.rules.consoles.reply_desk.plants import PLANTERS, believed, distracted
from lms.sandbox.rules.consoles.reply_desk.reasons import AUTHORITY, ERRORS, INTENTS, MANDATES, PII, REASONS
from lms.sandbox.rules.exercise import (
    Action,
    Advice,
    Answer,
    Case,
    ChangeForm,
    Mode,
    NumberField,
    Option,
    Response,
    Slot,
    Stratum,
    Text,
    Unit,
)
from lms.sandbox.rules.streams import Stream, Streams

CAP = 30_00
TOP_LEVEL = 3
EVIDENCE: Mapping[str, tuple[str, ...]] = {
    "intent-swap": ("ticket.text", "ai.intent"),
    "invented-policy": ("ai.window", "order.delivered", "customer.tier"),
    "wrong-amount": ("order.value", "order.coupon"),
    "stale-status": ("order.status", "ai.status"),
    "others-data": ("draft.name", "draft.street", "customer.name"),
    "beyond-authority": ("order.value", "order.coupon"),
    "sarcasm": ("ticket.text", "ai.sentiment"),
    "costly-block": ("customer.ltv",),
    "injury": ("ticket.text",),
    "legal-threat": ("ticket.text",),
    "deletion": ("ticket.text",),
    "lost-patience": ("ai.sentiment", "customer.contacts"),
}
# What one wish is taken for another about, as the rule that explains it calls it.
SWAPPED: Mapping[Intent, str] = {
    Intent.RETURN: "goods",
    Intent.EXCHANGE: "goods",
    Intent.CANCEL: "order",
    Intent.ADDRESS: "order",
    Intent.DAMAGED: "broken",
    Intent.MONEY_BACK: "broken",
}
# Panel, source, facts, and the level from which it is a click away.
SCREEN = (
    ("ticket", "inbox", (("number", "plain"), ("channel", "code"), ("text", "text")), 9),
    ("ticket", "thread", (("previous", "text"),), 2),
    (
        "customer",
        "customer-card",
        (
            ("name", "plain"), ("street", "plain"), ("tier", "code"), ("ltv", "money"), ("tenure", "count"),
            ("contacts", "count"), ("vip", "flag"),
        ),
        2,
    ),
    (
        "order",
        "order-card",
        (
            ("number", "plain"), ("value", "money"), ("coupon", "money"), ("status", "code"), ("days_late", "days"),
            ("delivered", "ago"), ("category", "code"), ("charges", "count"), ("signals", "count"),
        ),
        2,
    ),
    (
        "ai",
        "ai",
        (("intent", "code"), ("sentiment", "count"), ("status", "code"), ("window", "days"), ("page", "code")),
        9,
    ),
    ("draft", "ai", (("text", "text"), ("name", "plain"), ("street", "plain")), 9),
)  # fmt: skip

OPTIONS = tuple(Option(name, Text(f"remedy.{name}"), name in truth.WITH_AMOUNT) for name in truth.REMEDIES)


class ReplyDesk:
    """A queue of tickets: the AI reads intent and mood, proposes a remedy with its amount, and drafts the answer."""

    id = "reply-desk"
    package: str = __name__.rpartition(".")[0]
    version = 3
    levels: tuple[int, ...] = (1, 2, 3)
    modes: tuple[Mode, ...] = ALL_MODES
    policy: tuple[str, ...] = (
        "return_window",
        "return_window_top_tier",
        "reship_after",
        "goodwill_share",
        "goodwill_limit",
        "fraud_signals",
        "ltv_fraud_limit",
        "lead_sentiment",
        "lead_contacts",
    )
    reasons: Mapping[str, str] = REASONS
    errors: tuple[ErrorType, ...] = ERRORS
    mandates: tuple[Mandate, ...] = MANDATES
    floor = 5_00

    def draw(self, slot: Slot, streams: Streams, facts: CompanyFacts) -> Draft:
        """Return a ticket for the slot: a sound one, with whatever the slot plants in it."""
        scene = _scene(slot, streams, facts)
        fields = scene.fields
        best = truth.right(fields, facts.numbers) if slot.stratum is not Stratum.MAND else scene.proposed
        lost = truth.losses(fields, scene.proposed, facts.numbers) if slot.stratum is not Stratum.MAND else ()
        accept = truth.accept_loss(fields, scene.proposed, facts.numbers) if slot.stratum is not Stratum.MAND else 0
        form = ChangeForm(
            OPTIONS,
            NumberField(Unit.MONEY, 0, 2 * fields.order.value),
        )
        return Draft(
            family=scene.intent,
            fields=cast("Mapping[str, JsonValue]", FIELDS.dump_python(fields, mode="json")),
            advice=_advice(scene, streams.stream("wording")),
            change=form,
            answer=_answer(scene, slot, best),
            losses=lost,
            best_cost=truth.HANDLING,
            accept_cost=truth.HANDLING + accept,
            cap=CAP,
        )

    def screen(self, case: Case) -> tuple[Panel, ...]:
        """Return the panes: ticket, thread, customer card, order card, the AI's reading, its draft."""
        return tuple(
            Panel(
                name if source != "thread" else "thread",
                source,
                tuple(Fact(f"{name}.{field}", kind) for field, kind in facts),
                int(case.level >= away),
            )
            for name, source, facts, away in SCREEN
        )

    def solve(self, case: Case, policy: Mapping[str, int]) -> Response:
        """Return what an experienced agent decides."""
        fields = FIELDS.validate_python(case.fields)
        reserved = truth.mandate(fields, case.advice.option, policy)
        if reserved is not None:
            rule = next(mandate for mandate in MANDATES if mandate.id == reserved)
            return Response(case.id, Action.ESCALATE, queue=rule.queue, reason=rule.reason)
        proposed = Remedy(case.advice.option or "", case.advice.number)
        found = truth.faults(fields, proposed, policy)
        if not found:
            return Response(case.id, Action.ACCEPT)
        if PII in found:
            return Response(case.id, Action.CHANGE, option=truth.REDACT, reason=PII)
        best = truth.right(fields, policy)
        return Response(case.id, Action.CHANGE, option=best.id, number=best.amount, reason=found[0])


def _scene(slot: Slot, streams: Streams, facts: CompanyFacts) -> Scene:
    """Return a scene with what the slot asks for, and nothing else, wrong or reserved.

    Raises:
        Redraw: something other than what was planted is the matter.
    """
    intent = streams.stream("intent").weighted({one: WEIGHTS[one] for one in INTENTS[slot.kind]})
    tone, fields = facts_of(intent, slot.level, streams, facts)
    scene = Scene(intent, tone, fields, believed(fields, facts))
    if slot.level == TOP_LEVEL:
        scene = distracted(scene, streams.stream("distractor"))
    if slot.kind in PLANTERS:
        scene = PLANTERS[slot.kind](scene, slot.level, streams.stream("plant"), facts)
    wanted = next((error.reasons for error in ERRORS if error.id == slot.kind), ())
    reserved = truth.mandate(scene.fields, scene.proposed.id, facts.numbers)
    if reserved != (slot.kind if slot.stratum is Stratum.MAND else None):
        raise Redraw
    if slot.stratum is not Stratum.MAND and truth.faults(scene.fields, scene.proposed, facts.numbers) != wanted:
        raise Redraw
    return _drafted(scene)


def _drafted(scene: Scene) -> Scene:
    """Return the scene with the draft of what is proposed, addressed to whoever the draft is addressed to."""
    draft, amount = scene.fields.draft, scene.proposed.amount or 0
    params: dict[str, JsonValue] = {"name": draft.name.partition(" ")[0], "street": draft.street, "amount": amount}
    params["window"] = scene.fields.ai.window or 0
    text = Text(f"draft.{scene.proposed.id}{_about(scene)}", params, int(scene.fields.order.number))
    return replace(scene, fields=replace(scene.fields, draft=replace(draft, text=text)))


def _about(scene: Scene) -> str:
    """Return what more there is to an answer than its remedy: why money comes back, why nothing is due."""
    ai = scene.fields.ai
    if scene.proposed.id == truth.REFUND:
        return {Intent.PAYMENT: ".twice", Intent.MONEY_BACK: ".damaged"}.get(ai.intent, ".back")
    if scene.proposed.id != truth.EXPLAIN:
        return ""
    if ai.intent is Intent.WHERE:
        return f".where.{ai.status}"
    if ai.intent in AFTER_DELIVERY:
        return ".window"
    return f".{ai.intent}" if ai.intent in {Intent.CANCEL, Intent.ADDRESS, Intent.PAYMENT} else ""


def _sound(scene: Scene) -> Text:
    """Return the rule by which the AI is right, with the figures of this ticket that decide."""
    order, window, explained = scene.fields.order, scene.fields.ai.window or 0, scene.proposed.id == truth.EXPLAIN
    rule = f"rule.good.{scene.intent}"
    if scene.intent in AFTER_DELIVERY:
        return Text(
            f"{rule if not explained else 'rule.good'}.{'out' if explained else 'in'}",
            {"ago": order.delivered, "window": window},
        )
    if scene.intent is Intent.WHERE:
        return Text(f"{rule}.{'soon' if explained else 'late'}", {"late": order.days_late})
    if scene.intent in {Intent.CANCEL, Intent.ADDRESS, Intent.PAYMENT}:
        return Text(f"{rule}.{'no' if explained else 'yes'}")
    return Text(rule)


def _answer(scene: Scene, slot: Slot, best: Remedy) -> Answer:
    if slot.stratum is Stratum.GOOD:
        return Answer(Action.ACCEPT, _sound(scene), ())
    swapped = f".{SWAPPED[scene.intent]}" if slot.kind == "intent-swap" else ""
    rule, evidence = Text(f"rule.{slot.kind}{swapped}"), EVIDENCE[slot.kind]
    if slot.stratum is Stratum.MAND:
        mandate = next(mandate for mandate in MANDATES if mandate.id == slot.kind)
        return Answer(Action.ESCALATE, rule, evidence, queue=mandate.queue, reasons=(mandate.reason,))
    codes = next(error.reasons for error in ERRORS if error.id == slot.kind)
    if codes == (PII,):
        return Answer(Action.CHANGE, rule, evidence, option=truth.REDACT, reasons=codes)
    accepted = (*codes, "AMOUNT") if codes == (AUTHORITY,) else codes
    return Answer(Action.CHANGE, rule, evidence, option=best.id, number=best.amount, reasons=accepted)


def _advice(scene: Scene, drawn: Stream) -> Advice:
    amount = scene.proposed.amount
    params: dict[str, JsonValue] = {} if amount is None else {"amount": amount}
    return Advice(
        Text(f"ai.{scene.proposed.id}", params, drawn.below(1 << 20)),
        Text("ai.why", {}, drawn.below(1 << 20)),
        option=scene.proposed.id,
        number=amount,
    )
