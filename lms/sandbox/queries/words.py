"""A console's texts in one language, with money, shares and times as that language writes them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from babel import Locale
from babel.dates import format_date
from babel.numbers import format_currency, format_decimal, format_percent
from pydantic import JsonValue

from lms.catalog.queries import current_company
from lms.catalog.rules.facts import Company
from lms.infra.i18n import _, format_minutes, ngettext
from lms.sandbox.rules.choosing import own_choices
from lms.sandbox.rules.company import unit_of
from lms.sandbox.rules.console import Console, Fact
from lms.sandbox.rules.exercise import Action, Answer, Case, CaseKey, Stratum, Text, Unit
from lms.sandbox.rules.runs import Given
from lms.sandbox.rules.texts import grammar, languages
from lms.sandbox.rules.transcript import label, worded

BASE = "en"
DECIMALS: Mapping[str, tuple[int, str]] = {Unit.INDEX: (100, "0.00"), "rate": (10_000, "0.0000")}


class Wording:
    """The texts of a package (a console's or a lab's), for one reader."""

    def __init__(self, package: str, language: str, company: Company) -> None:
        self.language = language
        self._company = company
        self._grammar = grammar(package, language)

    def text(self, text: Text) -> str:
        """Return a message in the language."""
        return self._grammar.word(text, self.value)

    def say(self, message: str) -> str:
        """Return a message that has no parameters."""
        return self.text(Text(message))

    def with_params(self, message: str, params: Mapping[str, Any]) -> str:
        """Return a message filled with parameters."""
        return self.text(Text(message, params))

    @property
    def company(self) -> str:
        """Return what the company is called."""
        return self._company.name

    def queue(self, queue: str) -> str:
        """Return what the company calls a queue or an approver, else what the console does."""
        named = self._company.facts.get(queue)
        return named.words(self.language) if named else self.say(queue)

    def policy(self, figures: Mapping[str, int]) -> tuple[tuple[str, str], ...]:
        """Return the policy drawer: (what, how much)."""
        return tuple(self.figure(name, figure) for name, figure in figures.items())

    def figure(self, name: str, figure: int) -> tuple[str, str]:
        """Return one figure of the policy: (what, how much)."""
        return self.say(f"policy.{name}"), self.value(unit_of(name), figure)

    def money(self, cents: int) -> str:
        """Return an amount in the company's currency."""
        return str(format_currency(Decimal(cents) / 100, self._company.currency, locale=self._locale))

    def value(self, kind: str, value: Any) -> str:  # noqa: ANN401 - whatever the fields hold
        """Return a value of a kind: money in cents ("round": worded without them), shares in basis points, counts.

        Minutes, days, days ago and grams are whole numbers. An index is in hundredths, an exchange rate in
        ten-thousandths, a date is the day's ordinal; with a currency's code a value is money of that currency, in its
        cents. A queue has the name that the company gives it.
        """
        if kind == "queue":
            return self.queue(value)
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
                return ngettext("%(num)s day", "%(num)s days", value)
            case "ago":
                return ngettext("%(num)s day ago", "%(num)s days ago", value) if value else _("today")
            case "grams":
                return _("%(n)s g", n=self._plain(value))
            case Unit.COUNT:
                return self._plain(value)
            case _:
                return self._figure(kind, value)

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

    def _figure(self, kind: str, value: int) -> str:
        if kind == "date":
            return str(format_date(date.fromordinal(value), locale=self._locale))
        if kind == "round":
            pattern = Locale.parse(self._locale).currency_formats["standard"].pattern.replace(".00", "")
            return str(
                format_currency(
                    value // 100, self._company.currency, format=pattern, currency_digits=False, locale=self._locale
                )
            )
        if kind.isupper():
            return str(format_currency(Decimal(value) / 100, kind, locale=self._locale))
        if kind in DECIMALS:
            scale, pattern = DECIMALS[kind]
            return str(format_decimal(Decimal(value) / scale, format=pattern, locale=self._locale))
        return str(value)

    def _plain(self, value: int) -> str:
        return str(format_decimal(value, locale=self._locale))


class Words(Wording):
    """Everything a console says, for one reader."""

    def __init__(self, console: Console, language: str, company: Company) -> None:
        super().__init__(console.package, language, company)
        self.console = console

    def fact(self, fields: Mapping[str, JsonValue], fact: Fact) -> str:
        """Return a field's value in words."""
        return worded(fields, fact, self._grammar, self.value)

    def label(self, path: str) -> str:
        """Return a field's label."""
        return self.say(label(path))

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


def words_for(console: Console, language: str) -> Words:
    """Return the console's words in a language, or in its base language where it has none in that."""
    return Words(console, language_for(console.package, language), current_company())


def wording_for(package: str, language: str) -> Wording:
    """Return a package's texts in a language, or in its base language where it has none in that."""
    return Wording(package, language_for(package, language), current_company())


def language_for(package: str, language: str) -> str:
    """Return the language that somebody is served a package's texts in."""
    offered = languages(package)
    return language if language in offered else BASE if BASE in offered else offered[0]


def speaks(console: Console, language: str) -> bool:
    """Return whether a console is whole in a language: certifying exercises are served in no other."""
    return language in languages(console.package)
