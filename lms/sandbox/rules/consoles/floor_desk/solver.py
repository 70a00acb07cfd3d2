"""What somebody who knows the floor decides from screen and policy drawer alone; the customer's note is not needed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lms.sandbox.rules.consoles.floor_desk import truth
from lms.sandbox.rules.consoles.floor_desk.cases import FIELDS, Fields, Kind
from lms.sandbox.rules.consoles.floor_desk.reasons import DUP, LABEL, MANDATES, PRIORITY, SUBST
from lms.sandbox.rules.exercise import Action, Case, Response

if TYPE_CHECKING:
    from collections.abc import Mapping


def solve(case: Case, policy: Mapping[str, int]) -> Response:
    """Return the decision: first who has to approve, then whether anything is wrong, then what is best instead."""
    fields = FIELDS.validate_python(case.fields)
    reserved = truth.mandate(fields, policy)
    if reserved is not None:
        rule = next(mandate for mandate in MANDATES if mandate.id == reserved)
        return Response(case.id, Action.ESCALATE, queue=rule.queue, reason=rule.reason)
    found = truth.faults(fields, case.advice.option or "", policy)
    if not found:
        return Response(case.id, Action.ACCEPT)
    if _hold(fields, found[0]):
        return Response(case.id, Action.REJECT, reason=found[0])
    sound = [option.value for option in case.change.options if not truth.faults(fields, option.value, policy)]
    quickest = min(sound, key=lambda option: (_minutes(fields, option), option))
    return Response(case.id, Action.CHANGE, option=quickest, reason=found[0])


def _hold(fields: Fields, fault: str) -> bool:
    declined = fault == SUBST and fields.order is not None and fields.order.substitutes == "declined"
    return declined or fault in {LABEL, DUP} or (fault == PRIORITY and fields.task.kind is Kind.ZONE_MOVE)


def _minutes(fields: Fields, option: str) -> int:
    name, _, number = option.partition("-")
    if name == "place":
        return fields.places[int(number)].minutes
    return {"recount": 500, "report": 1000, "split": 1500}.get(name, 0)
