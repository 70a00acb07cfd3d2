"""Making a sound ticket wrong in one way, odd but right, or one for a person: the AI proposes what it believes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType

from lms.sandbox.rules.company import CompanyFacts
from lms.sandbox.rules.console import Redraw
from lms.sandbox.rules.consoles.reply_desk import truth
from lms.sandbox.rules.consoles.reply_desk.cases import (
    WORTH,
    Fields,
    Intent,
    Remedy,
    Scene,
    named,
    page_of,
    said,
    window_of,
    worth_at_least,
)
from lms.sandbox.rules.exercise import Text
from lms.sandbox.rules.streams import Stream

SWAPS: Mapping[Intent, tuple[Intent, ...]] = {
    Intent.RETURN: (Intent.EXCHANGE,),
    Intent.EXCHANGE: (Intent.RETURN,),
    Intent.CANCEL: (Intent.ADDRESS,),
    Intent.ADDRESS: (Intent.CANCEL,),
    Intent.DAMAGED: (Intent.MONEY_BACK,),
    Intent.MONEY_BACK: (Intent.DAMAGED,),
}
Planter = Callable[[Scene, int, Stream, CompanyFacts], Scene]
PAGES = ("returns", "delivery", "payments", "goodwill", "orders", "accounts")


def believed(fields: Fields, facts: CompanyFacts) -> Remedy:
    """Return what the AI proposes, given what it believes."""
    ai = fields.ai
    window = ai.window if ai.window is not None else window_of(fields.customer, facts.numbers)
    return truth.due(ai.intent, ai.status, window, fields.order, facts.numbers)


def intent_swap(scene: Scene, level: int, drawn: Stream, facts: CompanyFacts) -> Scene:
    """The AI takes one wish for a similar one."""
    del level
    swapped = drawn.pick(SWAPS[scene.intent])
    ai = replace(scene.fields.ai, intent=swapped, page=page_of(swapped))
    return _convinced(replace(scene, fields=replace(scene.fields, ai=ai)), facts)


def invented_policy(scene: Scene, level: int, drawn: Stream, facts: CompanyFacts) -> Scene:
    """The AI cites a return window that does not exist, and grants or denies by it."""
    window, order = window_of(scene.fields.customer, facts.numbers), scene.fields.order
    generous = drawn.chance(5000)
    near = {1: 6, 2: 3, 3: 1}[level]
    days = drawn.between(window + near, window + 25) if generous else drawn.between(window // 2 + 1, window - near + 1)
    cited = drawn.pick([n for n in (14, 15, 20, 21, 25, 40, 50, 60, 75, 90, 100) if n not in facts.numbers.values()])
    if generous != (cited >= days):
        raise Redraw
    fields = replace(scene.fields, order=replace(order, delivered=days), ai=replace(scene.fields.ai, window=cited))
    return _convinced(replace(scene, fields=fields), facts)


def wrong_amount(scene: Scene, level: int, drawn: Stream, facts: CompanyFacts) -> Scene:
    """The AI refunds what was never paid: it forgets the coupon, or adds something."""
    fields = scene.fields
    if believed(fields, facts).id != truth.REFUND:
        raise Redraw
    coupon = min(fields.order.value // 300, drawn.between(8, 40)) * 100
    extra = 0
    if level == 1 and drawn.chance(5000):
        coupon, extra = 0, fields.order.value * drawn.between(15, 60) // 100
    order = replace(fields.order, coupon=coupon)
    fields = replace(fields, order=order, customer=worth_at_least(fields.customer, order))
    return replace(scene, fields=fields, proposed=Remedy(truth.REFUND, order.value + extra))


def stale_status(scene: Scene, level: int, drawn: Stream, facts: CompanyFacts) -> Scene:
    """The AI used an order status that is no longer true."""
    fields, order = scene.fields, scene.fields.order
    if scene.intent is Intent.WHERE:
        late = facts["reship_after"] + (drawn.between(3, 12) if level == 1 else drawn.between(1, 4))
        order, used = replace(order, days_late=late), drawn.pick(("processing", "delivered"))
    else:
        used = "processing" if order.status == "shipped" else "shipped"
    return _convinced(replace(scene, fields=replace(fields, order=order, ai=replace(fields.ai, status=used))), facts)


def others_data(scene: Scene, level: int, drawn: Stream, facts: CompanyFacts) -> Scene:
    """The draft carries the name and street of somebody else."""
    del level, facts
    name, street = named(drawn)
    if name == scene.fields.customer.name:
        raise Redraw
    draft = replace(scene.fields.draft, name=name, street=street)
    return replace(scene, fields=replace(scene.fields, draft=draft))


def beyond_authority(scene: Scene, level: int, drawn: Stream, facts: CompanyFacts) -> Scene:
    """The AI promises more goodwill than an agent may give, though less than what the order cost."""
    order = scene.fields.order
    most = truth.most_goodwill(order, facts.numbers)
    over = truth.paid(order) * drawn.between(20, 50) // 100 if level == 1 else drawn.between(6_00, 15_00)
    if 10 * (most + over) > 7 * truth.paid(order):
        raise Redraw
    return replace(scene, proposed=Remedy(truth.GOODWILL, most + over))


def sarcasm(scene: Scene, level: int, drawn: Stream, facts: CompanyFacts) -> Scene:
    """The AI reads bitter praise as praise, and closes the ticket with thanks."""
    del level
    fields, order = scene.fields, scene.fields.order
    if scene.intent is Intent.WHERE:
        order = replace(order, days_late=facts["reship_after"] + drawn.between(1, 8))
    text = said("sarcastic", scene.intent.value, order, drawn, typo=False)
    fields = replace(
        fields,
        order=order,
        ticket=replace(fields.ticket, text=text),
        ai=replace(fields.ai, sentiment=drawn.between(25, 80)),
    )
    return replace(scene, tone="sarcastic", fields=fields, proposed=Remedy(truth.THANK))


def odd(scene: Scene, level: int, drawn: Stream, facts: CompanyFacts) -> Scene:
    """Return the scene with something that catches the eye and is within every rule."""
    fields, order, policy = scene.fields, scene.fields.order, facts.numbers
    ai = fields.ai
    match scene.intent:
        case Intent.CHECK:
            at = policy["ltv_fraud_limit"]
            ltv = at if level > 1 and drawn.chance(7000) else at * drawn.between(85, 99) // 100
            fields = replace(fields, customer=replace(fields.customer, ltv=ltv))
        case Intent.WHERE:
            order = replace(order, days_late=policy["reship_after"] + drawn.below(2))
        case Intent.COMPLAINT:  # dear enough for as much goodwill as may be given
            order = replace(
                order, value=policy["goodwill_limit"] * drawn.between(105, 160) // 10, category="electronics"
            )
            fields = _says(fields, said(scene.tone, scene.intent.value, order, drawn, typo=False))
        case Intent.REFUND | Intent.RETURN | Intent.EXCHANGE | Intent.DAMAGED | Intent.MONEY_BACK:
            tier = drawn.pick(("standard", "top"))
            ltv = max(fields.customer.ltv, WORTH[tier] * drawn.between(60, 180) // 100)
            fields = replace(fields, customer=replace(fields.customer, tier=tier, ltv=ltv))
            window = window_of(fields.customer, policy)
            order, ai = replace(order, delivered=window + drawn.below(2)), replace(ai, window=window)
        case _:  # angry enough for the team lead, or writing often enough, never both
            line, often = policy["lead_sentiment"], drawn.chance(5000)
            if often:
                fields = _written_before(
                    fields, scene.intent, "annoyed", policy["lead_contacts"] + drawn.below(2), drawn
                )
                ai = replace(ai, sentiment=drawn.between(line + {1: 10, 2: 5, 3: 1}[level], line + 25))
            else:
                fields = _written_before(fields, scene.intent, "angry", policy["lead_contacts"] - 1, drawn)
                ai = replace(ai, sentiment=drawn.between(-95, line))
    fields = replace(fields, order=order, ai=ai, customer=worth_at_least(fields.customer, order))
    return _convinced(replace(scene, fields=fields), facts)


def distracted(scene: Scene, drawn: Stream) -> Scene:
    """Return the scene with a citation that is right and beside the point, as the AI gives on the highest level."""
    ai = replace(scene.fields.ai, page=drawn.pick(PAGES))
    return replace(scene, fields=replace(scene.fields, ai=ai))


def costly_block(scene: Scene, level: int, drawn: Stream, facts: CompanyFacts) -> Scene:
    """The AI blocks a customer worth more than the limit."""
    limit = facts["ltv_fraud_limit"]
    ltv = (
        limit
        + {1: drawn.between(1_000_00, 20_000_00), 2: drawn.between(50_00, 2_000_00), 3: drawn.between(1, 50_00)}[level]
    )
    return replace(scene, fields=replace(scene.fields, customer=replace(scene.fields.customer, ltv=ltv)))


def _asks(ask: str, *, kindly: bool = False) -> Planter:
    def planted(scene: Scene, level: int, drawn: Stream, facts: CompanyFacts) -> Scene:
        del level, facts
        tone = "neutral" if scene.tone == "warm" and not kindly else scene.tone
        return replace(scene, fields=_says(scene.fields, said(tone, ask, scene.fields.order, drawn, typo=False)))

    return planted


def lost_patience(scene: Scene, level: int, drawn: Stream, facts: CompanyFacts) -> Scene:
    """An angry customer writes for the third time in a week."""
    fields = scene.fields
    worst = -98 if level == 1 else facts["lead_sentiment"] - 12
    fields = _written_before(fields, scene.intent, "angry", facts["lead_contacts"] + drawn.below(3), drawn)
    fields = replace(fields, ai=replace(fields.ai, sentiment=drawn.between(worst, facts["lead_sentiment"])))
    return replace(scene, tone="angry", fields=fields)


def _written_before(fields: Fields, intent: Intent, tone: str, contacts: int, drawn: Stream) -> Fields:
    """Return the fields with a message in a tone, of somebody who has written that often this week."""
    previous = replace(fields.ticket.previous, id="previous.some", params={"n": contacts})
    fields = _says(fields, said(tone, intent.value, fields.order, drawn, typo=False))
    ticket = replace(fields.ticket, previous=previous)
    return replace(fields, ticket=ticket, customer=replace(fields.customer, contacts=contacts))


def _says(fields: Fields, text: Text) -> Fields:
    """Return the fields with another message."""
    return replace(fields, ticket=replace(fields.ticket, text=text))


def _convinced(scene: Scene, facts: CompanyFacts) -> Scene:
    """Return the scene with the proposal that follows from what the AI believes."""
    return replace(scene, proposed=believed(scene.fields, facts))


PLANTERS: Mapping[str, Planter] = MappingProxyType(
    {
        "intent-swap": intent_swap,
        "invented-policy": invented_policy,
        "wrong-amount": wrong_amount,
        "stale-status": stale_status,
        "others-data": others_data,
        "beyond-authority": beyond_authority,
        "sarcasm": sarcasm,
        "odd": odd,
        "costly-block": costly_block,
        "injury": _asks("injury"),
        "legal-threat": _asks("legal-threat"),
        "deletion": _asks("delete-data", kindly=True),
        "lost-patience": lost_patience,
    }
)
