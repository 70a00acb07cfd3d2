"""Company facts: typed values that content cites by name, shown as each language writes them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from enum import StrEnum

from lms.catalog.rules.numbers import grouped, writes_comma

# A fact in text: {{name}}. A leading = is a computed value of a parametric question, which is not ours.
CITATION = re.compile(r"\{\{\s*(?!=)([^{}]*?)\s*\}\}")
EXACT_VALUE_LIMIT = 40
LONGEST_WORDS = 400
# Facts that company.yml says under `name` and `issuer`: every certificate prints them.
COMPANY_NAME, SIGNATORY, SIGNATORY_TITLE = "company.name", "certificate.signatory", "certificate.signatory_title"
ON_CERTIFICATES = (COMPANY_NAME, SIGNATORY, SIGNATORY_TITLE)
# So many characters have room in their place on a certificate, in any script.
LONGEST_PRINTED = 60
# courses/company.yml as it is shipped: an invented company, and who signs for it.
EXAMPLE_COMPANY, EXAMPLE_SIGNATORY = "Alder & Finch", "Dana Whitlock"
_SYMBOLS = {"USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥"}
_UNITS = {
    "days": {"en": ("day", "days"), "es": ("día", "días"), "de": ("Tag", "Tage"), "fr": ("jour", "jours")},
    "hours": {"en": ("hour", "hours"), "es": ("hora", "horas"), "de": ("Stunde", "Stunden"), "fr": ("heure", "heures")},
}


class FactType(StrEnum):
    """What kind of value a fact has."""

    MONEY = "money"
    PERCENT = "percent"
    DAYS = "days"
    HOURS = "hours"
    COUNT = "count"
    TEXT = "text"
    CONTACT = "contact"

    @property
    def is_number(self) -> bool:
        """Return whether the value is a number (decimal text)."""
        return self not in {FactType.TEXT, FactType.CONTACT}


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact. `value` is decimal text for numbers, else the words, per language or for all under ``""``."""

    name: str
    type: FactType
    value: Mapping[str, str]
    label: str
    currency: str = "USD"

    def words(self, language: str) -> str:
        """Return the fact as `language` writes it: ``$50,000``, ``15 %``, ``30 days``."""
        if not self.type.is_number:
            return self.value.get("") or self.value.get(language) or next(iter(self.value.values()))
        return _written(self, Decimal(self.value[""]), language)

    def number(self) -> Decimal | None:
        """Return the number, or None for words."""
        return Decimal(self.value[""]) if self.type.is_number else None


def with_value(fact: Fact, value: Mapping[str, str]) -> Fact:
    """Return the fact with another value.

    Raises:
        ValueError: the value does not fit the fact's type.
    """
    problem = value_problem(fact.type, value, fact.name)
    if problem:
        raise ValueError(problem)
    return replace(fact, value=dict(value))


def value_problem(kind: FactType, value: Mapping[str, str], name: str = "") -> str | None:
    """Return what is wrong with a value of this kind for the fact `name`.

    ``empty``, ``number``, ``negative``, ``whole`` or ``long``; of words ``wordy``, or ``printed`` where they do not
    fit on a certificate.
    """
    if not value or any(not text.strip() for text in value.values()):
        return "empty"
    if not kind.is_number:
        longest = max(map(len, value.values()))
        if name in ON_CERTIFICATES:
            return "printed" if longest > LONGEST_PRINTED else None
        return "wordy" if longest > LONGEST_WORDS else None
    text = value.get("", "")
    if len(text) > EXACT_VALUE_LIMIT:
        return "long"
    try:
        number = Decimal(text)
    except InvalidOperation:
        return "number"
    if not number.is_finite():
        return "number"
    if number < 0 and kind is not FactType.COUNT:
        return "negative"
    whole = kind in {FactType.DAYS, FactType.HOURS, FactType.COUNT}
    return "whole" if whole and number != number.to_integral_value() else None


def _written(fact: Fact, number: Decimal, language: str) -> str:
    digits = grouped(fact.value[""], language)
    if fact.type is FactType.MONEY:
        symbol = _SYMBOLS.get(fact.currency, fact.currency)
        return f"{digits}\u00a0{symbol}" if writes_comma(language) else f"{symbol}{digits}"
    if fact.type is FactType.PERCENT:
        return f"{digits}\u00a0%"
    if fact.type.value in _UNITS:
        one, many = _UNITS[fact.type.value].get(language.split("-", maxsplit=1)[0], _UNITS[fact.type.value]["en"])
        return f"{digits}\u00a0{one if number == 1 else many}"
    return digits


@dataclass(frozen=True, slots=True)
class Function:
    """A function of the company, and the programme its people follow."""

    id: str
    title: Mapping[str, str]
    programme: str


@dataclass(frozen=True, slots=True)
class Company:
    """Everything company.yml says. The issuer signs certificates."""

    name: str
    currency: str
    languages: tuple[str, ...]
    facts: Mapping[str, Fact]
    functions: tuple[Function, ...] = ()
    issuer_name: str = ""
    issuer_role: Mapping[str, str] | None = None

    def names_example(self, own: Mapping[str, Mapping[str, str]]) -> bool:
        """Return whether a certificate would still name the invented company, `own` being the facts set in the browser.

        Somebody who sets the invented name there means it, as the demo does. Any other counts once it is published.
        """
        served = ((COMPANY_NAME, self.name, EXAMPLE_COMPANY), (SIGNATORY, self.issuer_name, EXAMPLE_SIGNATORY))
        return any(said == example and example not in own.get(name, {}).values() for name, said, example in served)
