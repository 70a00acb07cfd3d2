"""Numbers as languages write them."""

from __future__ import annotations

from decimal import Decimal

# Languages of the catalogue that write 50.000,25 and put the sign of money after the number.
COMMA_LANGUAGES = frozenset({"es", "de", "fr", "it", "pt", "pl", "nl"})


def writes_comma(language: str) -> bool:
    """Return whether a language writes decimals with a comma."""
    return language.split("-", maxsplit=1)[0] in COMMA_LANGUAGES


def grouped(text: str, language: str) -> str:
    """Return decimal text with its thousands grouped and its decimal sign, as the language writes them."""
    whole, _point, cents = f"{Decimal(text):,f}".partition(".")
    cents = cents if cents.strip("0") else ""
    if writes_comma(language):
        return whole.replace(",", ".") + ("," + cents if cents else "")
    return whole + ("." + cents if cents else "")
