"""Parametric questions: values drawn for one attempt, and the plain question they make."""

from __future__ import annotations

import itertools
import random
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass, replace
from fractions import Fraction
from typing import Any

from lms.assessment.rules.expressions import ExpressionError, evaluate, written
from lms.catalog.rules.items import Item, Number, Variable, Wording
from lms.catalog.rules.numbers import grouped

# A computed value stands in texts and keys as these two characters around its expression; neither can be typed.
VALUE_OPEN, VALUE_CLOSE = "\ue002", "\ue003"
MAX_CHOICES = 10_000

_PLACEHOLDER = re.compile(f"{VALUE_OPEN}([^{VALUE_CLOSE}]*){VALUE_CLOSE}")
_RANGE = re.compile(r"(-?\d+)\s*\.\.\s*(-?\d+)(?:\s+step\s+(\d+))?")
_LIST = re.compile(r"-?\d+(?:\.\d+)?(?:\s*,\s*-?\d+(?:\.\d+)?)+")


def domain(variable: Variable) -> Sequence[Fraction] | None:
    """Return the values a variable is drawn from, or None where it is computed.

    Raises:
        ExpressionError: a range is empty or too long.
    """
    text = variable.expression.strip()
    found = _RANGE.fullmatch(text)
    if found:
        values = range(int(found[1]), int(found[2]) + 1, int(found[3] or 1) or 1)
        if not 0 < len(values) <= MAX_CHOICES:
            raise ExpressionError(f"a range holds 1 to {MAX_CHOICES} values")
        return [Fraction(value) for value in values]
    return [Fraction(value.strip()) for value in text.split(",")] if _LIST.fullmatch(text) else None


def draw_values(item: Item, rng: random.Random) -> dict[str, str]:
    """Return a value for every variable, as decimal text, to be stored with the attempt; empty for a plain question."""
    values: dict[str, Fraction] = {}
    for variable in item.variables:
        choices = domain(variable)
        values[variable.name] = rng.choice(choices) if choices else evaluate(variable.expression, values)
    return {name: written(value) for name, value in values.items()}


def corner_values(variables: Sequence[Variable]) -> Iterator[dict[str, Fraction]]:
    """Yield the values at every combination of the ends of the domains, which is where formulas go wrong.

    Raises:
        ExpressionError: an expression has no value at one of them.
    """
    drawn = {variable.name: domain(variable) for variable in variables}
    ends = [{choices[0], choices[-1]} for choices in drawn.values() if choices]
    for corner in itertools.islice(itertools.product(*ends), 64):
        given = iter(corner)
        values: dict[str, Fraction] = {}
        for variable in variables:
            values[variable.name] = next(given) if drawn[variable.name] else evaluate(variable.expression, values)
        yield values


def with_values(item: Item, values: Mapping[str, str]) -> Item:
    """Return the plain question that stored values make, in every language."""
    if not item.variables:
        return item
    numbers = {name: Fraction(value) for name, value in values.items()}
    wordings = {language: _filled(wording, numbers, language) for language, wording in item.wordings.items()}
    return replace(item, wordings=wordings)


def _filled(value: Any, numbers: Mapping[str, Fraction], language: str | None) -> Any:  # noqa: ANN401 - any part of a wording
    if isinstance(value, str):
        return _PLACEHOLDER.sub(lambda found: _shown(found[1], numbers, language), value)
    if isinstance(value, tuple):
        return tuple(_filled(inner, numbers, language) for inner in value)
    if is_dataclass(value) and not isinstance(value, type):
        # Keys are compared as numbers, so they are written plainly; texts are written as the language writes them.
        inner = None if isinstance(value, Number) else language
        return replace(value, **{one.name: _filled(getattr(value, one.name), numbers, inner) for one in fields(value)})
    return value


def _shown(expression: str, numbers: Mapping[str, Fraction], language: str | None) -> str:
    text = written(evaluate(expression, numbers))
    return text if language is None else grouped(text, language)


def values_collide(wording: Wording, variables: Sequence[Variable]) -> bool:
    """Return whether two choices say the same at some corner: one of them would be right by accident."""
    for values in corner_values(variables):
        texts = [_filled(option.text, values, "en") for option in wording.options]
        if len(set(texts)) < len(texts):
            return True
    return False


def check_expressions(wording: Wording, variables: Sequence[Variable]) -> None:
    """Evaluate every expression of a wording at the corners.

    Raises:
        ExpressionError: one of them has no value.
    """
    for values in corner_values(variables):
        _filled(wording, values, "en")
