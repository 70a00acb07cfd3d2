"""The console itself: draws a voucher for a slot, places its facts, and solves it as an expert does."""

from __future__ import annotations

from lms.sandbox.rules.console import ALL_MODES, Draft, Fact, Panel
from lms.sandbox.rules.exercise import (
    Action,
    Advice,
    Answer,
    ChangeForm,
    NumberField,
    Response,
    Stratum,
    Text,
    Unit,
)
from tests.unit.sandbox.gift_vouchers import truth
from tests.unit.sandbox.gift_vouchers.cases import ERRORS, FIELDS, MANDATES, REASONS, planted, sound

HANDLING = 1_00


class GiftVouchers:
    id = "gift-vouchers"
    package = __name__.rpartition(".")[0]
    version = 1
    levels = (1, 2)
    modes = ALL_MODES
    policy = ("goodwill_limit",)
    reasons = REASONS
    errors = ERRORS
    mandates = MANDATES
    floor = 2_00

    def draw(self, slot, streams, facts):
        limit = facts["goodwill_limit"]
        fields, amount = planted(sound(streams, limit), slot.kind, streams, limit)
        lost = abs(amount - truth.due(fields))
        reserved = slot.stratum is Stratum.MAND
        return Draft(
            family="voucher",
            fields=FIELDS.dump_python(fields, mode="json"),
            advice=advice(amount, streams.stream("wording")),
            change=ChangeForm((), NumberField(Unit.MONEY, 1, 2 * fields.voucher.value)),
            answer=answer(slot, fields),
            losses=() if reserved else truth.losses(fields),
            best_cost=HANDLING,
            accept_cost=HANDLING + (0 if reserved else lost),
            cap=10_00,
        )

    def screen(self, case):
        away = int(case.level > 1)
        return (
            Panel("voucher", "shop", (Fact("voucher.code", "plain"), Fact("voucher.value", "money"))),
            Panel("ledger", "ledger", (Fact("ledger.spent", "money"), Fact("ledger.days_left", "days")), away),
        )

    def solve(self, case, policy):
        fields = FIELDS.validate_python(case.fields)
        if truth.is_reserved(fields, policy):
            return Response(case.id, Action.ESCALATE, queue="approver.transfer", reason="MAND-LARGE")
        reason = truth.fault(fields, case.advice.number)
        if reason is None:
            return Response(case.id, Action.ACCEPT)
        if reason == "EXPIRED":
            return Response(case.id, Action.REJECT, reason=reason)
        return Response(case.id, Action.CHANGE, number=truth.due(fields), reason=reason)


def advice(amount, drawn):
    say = Text("ai.pay", {"amount": amount}, drawn.below(1 << 20))
    return Advice(say, Text("ai.why", {}, drawn.below(1 << 20)), number=amount)


def answer(slot, fields):
    rule = Text(f"rule.{slot.kind}")
    match slot.kind:
        case "expired":
            return Answer(Action.REJECT, rule, ("ledger.days_left",), reasons=("EXPIRED",))
        case "spent-ignored":
            return Answer(Action.CHANGE, rule, ("ledger.spent",), number=truth.due(fields), reasons=("SPENT",))
        case "large":
            queue, reasons = "approver.transfer", ("MAND-LARGE",)
            return Answer(Action.ESCALATE, rule, ("voucher.value",), queue=queue, reasons=reasons)
        case _:
            return Answer(Action.ACCEPT, Text("rule.good.voucher"), ())
