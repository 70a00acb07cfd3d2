"""Ways of answering a whole form without a learner: the yardsticks that scores are compared with."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from lms.sandbox.rules.exercise import Action, Response
from lms.sandbox.rules.streams import Stream

if TYPE_CHECKING:
    from lms.sandbox.rules.console import Console
    from lms.sandbox.rules.exercise import Case, CaseKey, Generated, Public


class Policy(StrEnum):
    """`oracle` knows the key, `visible-solver` the screen; the constant ones even name the right queue and reason."""

    ORACLE = "oracle"
    VISIBLE_SOLVER = "visible-solver"
    ALWAYS_ACCEPT = "always-accept"
    ALWAYS_CHANGE = "always-change"
    ALWAYS_REJECT = "always-reject"
    ALWAYS_ESCALATE = "always-escalate"
    RANDOM = "random"


def responses(policy: Policy, console: Console, form: Generated, seed: int = 0) -> tuple[Response, ...]:
    """Return the policy's response to every case; `seed` only matters to the random one."""
    pairs = zip(form.public.cases, form.key.cases, strict=True)
    drawn = Stream(f"policy|{seed}")
    match policy:
        case Policy.ORACLE:
            return tuple(best(key) for _, key in pairs)
        case Policy.VISIBLE_SOLVER:
            return tuple(console.solve(case, form.public.policy) for case, _ in pairs)
        case Policy.ALWAYS_CHANGE:
            return tuple(_middle(case, key) for case, key in pairs)
        case Policy.RANDOM:
            return tuple(_any(case, form.public, drawn) for case, _ in pairs)
        case _:
            action = Action(policy.removeprefix("always-"))
            return tuple(_constant(action, key) for _, key in pairs)


def best(key: CaseKey) -> Response:
    """Return the best decision on a case."""
    answer = key.answer
    reason = answer.reasons[0] if answer.reasons else None
    return Response(key.id, answer.action, answer.option, answer.number, answer.queue, reason)


def _constant(action: Action, key: CaseKey) -> Response:
    reason = key.answer.reasons[0] if key.answer.reasons and action is not Action.ACCEPT else None
    return Response(key.id, action, queue=key.answer.queue if action is Action.ESCALATE else None, reason=reason)


def _middle(case: Case, key: CaseKey) -> Response:
    options, number = case.change.options, case.change.number
    option = options[len(options) // 2] if options else None
    middle = (number.low + number.high) // 2 if number and (option is None or option.takes_number) else None
    reason = key.answer.reasons[0] if key.answer.reasons else None
    return Response(case.id, Action.CHANGE, option.value if option else None, middle, reason=reason)


def _any(case: Case, public: Public, drawn: Stream) -> Response:
    action = drawn.pick(tuple(Action))
    reason = drawn.pick(public.reasons) if action is not Action.ACCEPT else None
    if action is Action.CHANGE:
        option = drawn.pick(case.change.options) if case.change.options else None
        form = case.change.number if option is None or option.takes_number else None
        number = drawn.between(form.low, form.high) if form else None
        return Response(case.id, action, option.value if option else None, number, reason=reason)
    return Response(
        case.id, action, queue=drawn.pick(public.queues) if action is Action.ESCALATE else None, reason=reason
    )
