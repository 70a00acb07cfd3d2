"""What a person may decide on a case: is a decision whole, and what does one made before seeing the AI amount to?"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from lms.sandbox.rules.exercise import Action, Option, Text
from lms.sandbox.rules.scoring import loss_of

if TYPE_CHECKING:
    from lms.sandbox.rules.exercise import Case, CaseKey, Public
    from lms.sandbox.rules.runs import Given

# Parameters under which consoles put the label of what the AI proposes into the text of its advice.
PROPOSED = ("option", "answer", "remedy", "proposal")
LEAST_SURE, MOST_SURE = 50, 100


class Lacking(StrEnum):
    """What a decision lacks; the value is the name of its field."""

    ACTION = "decision"
    OPTION = "option"
    NUMBER = "number"
    RANGE = "range"
    QUEUE = "queue"
    REASON = "reason"


@dataclass(frozen=True, slots=True)
class Choice:
    """Something a person can answer before they see the AI's advice."""

    value: str
    label: Text
    takes_number: bool = False


def lacks(public: Public, case: Case, given: Given) -> tuple[Lacking, ...]:
    """Return what is missing from, or wrong with, a decision on advice that was seen."""
    found: list[Lacking] = []
    if given.action is Action.CHANGE:
        found += _replacement_lacks(case, given)
    if given.action is Action.ESCALATE and given.queue not in public.queues:
        found.append(Lacking.QUEUE)
    if given.action is not Action.ACCEPT and given.reason not in public.reasons:
        found.append(Lacking.REASON)
    return tuple(found)


def own_choices(case: Case) -> tuple[Choice, ...]:
    """Return the answers a person can give before the advice is shown, what the AI proposes hidden among them.

    They come in the order of their values, which tells nothing of which is which.
    """
    found = [Choice(option.value, option.label, option.takes_number) for option in case.change.options]
    proposed = proposed_label(case)
    if case.advice.option is not None and proposed is not None:
        takes_number = case.advice.number is not None
        found.append(Choice(case.advice.option, proposed, takes_number))
    return tuple(sorted(found, key=lambda choice: choice.value))


def proposed_label(case: Case) -> Text | None:
    """Return how the option that the AI proposes is worded, where its advice says so."""
    for name in PROPOSED:
        value = case.advice.action.params.get(name)
        if isinstance(value, dict) and isinstance(value.get("id"), str):
            return Text(value["id"], value.get("params") or {}, value.get("pick") or 0)
    return None


def own_lacks(public: Public, case: Case, given: Given, choices: tuple[Choice, ...]) -> tuple[Lacking, ...]:
    """Return what is missing from a decision made before the advice is seen; it needs no reason."""
    if given.action is Action.ESCALATE:
        return () if given.queue in public.queues else (Lacking.QUEUE,)
    if given.action is Action.REJECT:
        return ()
    chosen = next((choice for choice in choices if choice.value == given.option), None)
    if choices and chosen is None:
        return (Lacking.OPTION,)
    if (chosen is None or chosen.takes_number) and case.change.number is not None:
        return _number_lacks(case, given)
    return ()


def stands_for(case: Case, key: CaseKey, own: Given) -> Action:
    """Return the action on the advice that a decision made without it comes to.

    To choose what the AI proposes is to accept; a figure that loses nothing against the best is the best action.
    """
    if own.action in {Action.REJECT, Action.ESCALATE}:
        return own.action
    if own.option == case.advice.option and own.number == case.advice.number:
        return Action.ACCEPT
    if own.number is not None and loss_of(key.losses, own.option, own.number) == 0:
        return key.answer.action
    return Action.CHANGE


def proposal(case: Case) -> Option | None:
    """Return what the AI proposes as an option, where that can be worded."""
    label = proposed_label(case)
    return Option(case.advice.option, label) if case.advice.option and label else None


def _replacement_lacks(case: Case, given: Given) -> list[Lacking]:
    options = {option.value: option for option in case.change.options}
    chosen = options.get(given.option or "")
    if options and chosen is None:
        return [Lacking.OPTION]
    if case.change.number is not None and (chosen is None or chosen.takes_number):
        return list(_number_lacks(case, given))
    return []


def _number_lacks(case: Case, given: Given) -> tuple[Lacking, ...]:
    form = case.change.number
    if form is None:
        return ()
    if given.number is None:
        return (Lacking.NUMBER,)
    return () if form.low <= given.number <= form.high else (Lacking.RANGE,)
