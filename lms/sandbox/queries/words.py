"""A console's texts in one language, with money, shares and times as that language writes them."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from babel.numbers import format_currency, format_decimal, format_percent
from pydantic import JsonValue

from lms.catalog.queries import current_company
from lms.catalog.rules.facts import Company
from lms.infra.i18n import _, format_minutes
from lms.sandbox.rules.choosing import own_choices
from lms.sandbox.rules.company import unit_of
from lms.sandbox.rules.console import Console, Fact
from lms.sandbox.rules.exercise import Action, Answer, Case, CaseKey, Stratum, Text, Unit
from lms.sandbox.rules.runs import Given
from lms.sandbox.rules.texts import grammar, languages
from lms.sandbox.rules.transcript import label, worded

BASE = "en"


class Words:
    """Everything a console says, for one reader."""

    def __init__(self, console: Console, language: str, company: Company) -> None:
        self.console = console
        self.language = language
        self._company = company
        self._grammar = grammar(console.package, language)

    def text(self, text: Text) -> str:
        """Return a message in the language."""
        return self._grammar.word(text, self.value)

    def say(self, message: str) -> str:
        """Return a message that has no parameters."""
        return self.text(Text(message))

    def fact(self, fields: Mapping[str, JsonValue], fact: Fact) -> str:
        """Return a field's value in words."""
        return worded(fields, fact, self._grammar, self.value)

    def label(self, path: str) -> str:
        """Return a field's label."""
        return self.say(label(path))

    def queue(self, queue: str) -> str:
        """Return what the company calls a queue or an approver, else what the console does."""
        named = self._company.facts.get(queue)
        return named.words(self.language) if named else self.say(queue)

    def reason(self, code: str) -> str:
        """Return a reason code in words."""
        return self.say(f"reason.{code}")

    def kind(self, key: CaseKey) -> str:
        """Return what was the matter with a case: its error type or mandate, or that nothing was."""
        if key.stratum is Stratum.GOOD:
            return self.say("stratum.good")
        return self.say(f"{'error' if key.stratum is Stratum.WRONG else 'mandate'}.{key.kind}")

    def family(self, case: Case) -> str:
        """Return what kind of case it is."""
        return self.say(f"family.{case.family}")

    def policy(self, figures: Mapping[str, int]) -> tuple[tuple[str, str], ...]:
        """Return the policy drawer: (what, how much)."""
        return tuple(
            (self.say(f"policy.{name}"), self.value(unit_of(name), figure)) for name, figure in figures.items()
        )

    def decision(self, case: Case, given: Given) -> str:
        """Return a decision in words: "Change: Refund, $12.00", "Escalate: Fraud desk"."""
        labels = {choice.value: choice.label for choice in own_choices(case)}
        parts = []
        if given.action is Action.CHANGE or (given.option and given.option != case.advice.option):
            if given.option in labels:
                parts.append(self.text(labels[given.option]))
            if given.number is not None and case.change.number is not None:
                parts.append(self.value(case.change.number.unit, given.number))
        if given.action is Action.ESCALATE and given.queue:
            parts.append(self.queue(given.queue))
        return (
            f"{self.say(f'action.{given.action}')}: {', '.join(parts)}" if parts else self.say(f"action.{given.action}")
        )

    def best(self, case: Case, answer: Answer) -> str:
        """Return the best decision in words."""
        return self.decision(case, Given(answer.action, answer.option, answer.number, answer.queue))

    def money(self, cents: int) -> str:
        """Return an amount in the company's currency."""
        return str(format_currency(Decimal(cents) / 100, self._company.currency, locale=self._locale))

    def value(self, kind: str, value: Any) -> str:  # noqa: ANN401 - whatever the fields hold
        """Return a value of a kind: money in cents, shares in basis points, minutes, days, grams, counts."""
        if not isinstance(value, int):
            return str(value)
        match kind:
            case Unit.MONEY:
                return self.money(value)
            case Unit.SHARE:
                return str(format_percent(Decimal(value) / 10_000, format="#,##0.##%", locale=self._locale))
            case "minutes":
                return format_minutes(value)
            case "days":
                return _("%(n)s d", n=self._plain(value))
            case "grams":
                return _("%(n)s g", n=self._plain(value))
            case Unit.COUNT:
                return self._plain(value)
            case _:
                return str(value)

    def typed(self, unit: Unit, value: int) -> str:
        """Return a number as a person would type it."""
        number = Decimal(value) if unit is Unit.COUNT else Decimal(value) / 100
        return str(format_decimal(number, format="0.##", locale=self._locale))

    def symbol(self, unit: Unit) -> str:
        """Return what stands beside a number's box: the currency, a per cent sign, or nothing."""
        return self._company.currency if unit is Unit.MONEY else "%" if unit is Unit.SHARE else ""

    @property
    def _locale(self) -> str:
        return self.language.replace("-", "_")

    def _plain(self, value: int) -> str:
        return str(format_decimal(value, locale=self._locale))


def words_for(console: Console, language: str) -> Words:
    """Return the console's words in a language, or in its base language where it has none in that."""
    offered = languages(console.package)
    chosen = language if language in offered else BASE if BASE in offered else offered[0]
    return Words(console, chosen, current_company())


def speaks(console: Console, language: str) -> bool:
    """Return whether a console is whole in a language: certifying exercises are served in no other."""
    return language in languages(console.package)
