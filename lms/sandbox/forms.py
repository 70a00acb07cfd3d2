"""Reading a decision as it was sent: what is missing or wrong is named at its field, and nothing typed is lost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from babel.numbers import NumberFormatError, parse_decimal

from lms.infra.i18n import _
from lms.sandbox.queries.words import Words
from lms.sandbox.rules.choosing import Choice, Lacking, lacks, own_choices, own_lacks
from lms.sandbox.rules.exercise import Action, Case, Public, Unit
from lms.sandbox.rules.runs import Given

LEAST, MOST = 50, 100
LARGEST = 10**15
# What "own" is sent as, where it is not one of the case's own answers.
STOP, ASK, FIGURE = "stop", "ask", "figure"
OPTION = "option:"


@dataclass(frozen=True, slots=True)
class DecisionForm:
    """A decision form: what was typed, by field, what it comes to, and what is wrong with it."""

    typed: Mapping[str, str] = field(default_factory=dict)
    given: Given | None = None
    errors: Mapping[str, str] = field(default_factory=dict)

    def value(self, name: str) -> str:
        """Return what was typed into a field."""
        return self.typed.get(name, "")


def read_decision(sent: Mapping[str, str], words: Words, public: Public, case: Case) -> DecisionForm:
    """Return a decision on advice that was seen."""
    typed = _typed(sent)
    action = typed.get("decision", "")
    if action not in {one.value for one in Action}:
        return DecisionForm(typed, None, {"decision": _("Choose one of the four.")})
    number, problem = _number(typed, words, case) if action == Action.CHANGE else (None, None)
    given = Given(
        Action(action),
        option=typed.get("option") or None if action == Action.CHANGE else None,
        number=number,
        queue=typed.get("queue") or None if action == Action.ESCALATE else None,
        reason=typed.get("reason") or None if action != Action.ACCEPT else None,
        confidence=_confidence(typed),
    )
    given = _without_needless_number(given, case)
    found = lacks(public, case, given)
    return _checked(typed, given, found, problem, words, case)


def read_own(sent: Mapping[str, str], words: Words, public: Public, case: Case) -> DecisionForm:
    """Return a decision made before the advice is shown. What it stands for is worked out where the key is."""
    typed, choices = _typed(sent), own_choices(case)
    own = typed.get("own", "")
    number, problem = None, None
    match own:
        case "stop":
            given = Given(Action.REJECT)
        case "ask":
            given = Given(Action.ESCALATE, queue=typed.get("queue") or None)
        case _ if own.startswith(OPTION) or own == FIGURE:
            number, problem = _number(typed, words, case)
            given = Given(Action.CHANGE, option=own.removeprefix(OPTION) if own != FIGURE else None, number=number)
            given = _own_number(given, choices, case)
        case _:
            return DecisionForm(typed, None, {"own": _("Choose what you would do.")})
    return _checked(typed, given, own_lacks(public, case, given, choices), problem, words, case)


def filled(given: Given | None, words: Words, case: Case) -> DecisionForm:
    """Return the form as a stored decision fills it in."""
    if given is None:
        return DecisionForm()
    typed = {"decision": str(given.action)}
    unit = case.change.number.unit if case.change.number else Unit.COUNT
    for name, value in (("option", given.option), ("queue", given.queue), ("reason", given.reason)):
        typed[name] = value or ""
    typed["number"] = "" if given.number is None else words.typed(unit, given.number)
    typed["confidence"] = "" if given.confidence is None else str(given.confidence)
    return DecisionForm(typed, given)


def _checked(
    typed: Mapping[str, str],
    given: Given,
    found: tuple[Lacking, ...],
    problem: str | None,
    words: Words,
    case: Case,
) -> DecisionForm:
    errors = {_field(one): _message(one, words, case) for one in found}
    if problem and ("number" in errors or (given.number is None and Lacking.NUMBER in found)):
        errors["number"] = problem
    return DecisionForm(typed, None if errors else given, errors)


def _field(lacking: Lacking) -> str:
    return "number" if lacking is Lacking.RANGE else str(lacking)


def _message(lacking: Lacking, words: Words, case: Case) -> str:
    match lacking:
        case Lacking.OPTION:
            return _("Choose what to change it to.")
        case Lacking.NUMBER:
            return _("Type a number.")
        case Lacking.RANGE if case.change.number is not None:
            form = case.change.number
            low, high = words.value(form.unit, form.low), words.value(form.unit, form.high)
            return _("Type a number from %(low)s to %(high)s.", low=low, high=high)
        case Lacking.QUEUE:
            return _("Choose who has to decide.")
        case Lacking.REASON:
            return _("Choose the reason.")
        case _:
            return _("Choose one of the four.")


def _number(typed: Mapping[str, str], words: Words, case: Case) -> tuple[int | None, str | None]:
    """Return what was typed as an integer of the unit (cents, basis points, pieces), and what is wrong with it."""
    text = typed.get("number", "").strip().strip("$€£¥% ").replace(" ", "")
    if not text or case.change.number is None:
        return None, None
    try:
        value = _decimal(text, words)
    except (NumberFormatError, ArithmeticError, ValueError):
        return None, _(
            "“%(text)s” is not a number. Type digits, for example %(example)s.", text=text[:40], example="12"
        )
    scaled = value * (1 if case.change.number.unit is Unit.COUNT else 100)
    if not scaled.is_finite() or abs(scaled) > LARGEST:
        return None, _("“%(text)s” is too large.", text=text[:40])
    if scaled != scaled.to_integral_value():
        return None, _("“%(text)s” has too many digits behind the point.", text=text[:40])
    return int(scaled), None


def _decimal(text: str, words: Words) -> Decimal:
    # Whoever types a point in a language that writes a comma, or the other way round, means the same.
    if text.count(".") + text.count(",") == 1 and len(text.replace(",", ".").partition(".")[2]) <= len("99"):
        return Decimal(text.replace(",", "."))
    return parse_decimal(text, locale=words.language.replace("-", "_"), strict=True)


def _without_needless_number(given: Given, case: Case) -> Given:
    option = next((one for one in case.change.options if one.value == given.option), None)
    if given.number is not None and option is not None and not option.takes_number:
        return Given(given.action, given.option, None, given.queue, given.reason, given.confidence)
    return given


def _own_number(given: Given, choices: tuple[Choice, ...], case: Case) -> Given:
    chosen = next((choice for choice in choices if choice.value == given.option), None)
    if chosen is not None and not chosen.takes_number:
        return Given(given.action, given.option)
    return given if case.change.number is not None else Given(given.action, given.option)


def _confidence(typed: Mapping[str, str]) -> int | None:
    text = typed.get("confidence", "")
    return int(text) if text.isdecimal() and LEAST <= int(text) <= MOST else None


def _typed(sent: Mapping[str, str]) -> dict[str, str]:
    return {
        name: sent.get(name, "")[:200]
        for name in ("decision", "own", "option", "number", "queue", "reason", "confidence")
    }
