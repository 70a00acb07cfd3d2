"""The closed arithmetic of parametric questions: numbers, names, ``+ - * /``, comparisons and four functions.

    comparison = sum [("<" | "<=" | ">" | ">=" | "==") sum]
    sum        = product (("+" | "-") product)*
    product    = factor (("*" | "/") factor)*
    factor     = number | name | function "(" comparison ("," comparison)* ")" | "(" comparison ")" | "-" factor

Values are exact fractions; a comparison is 1 or 0. Nothing else can be written, so nothing else can be run.
"""

from __future__ import annotations

import math
import operator
import re
from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction

_TOKEN = re.compile(r"\s*(?:(\d+(?:\.\d+)?)|([A-Za-z_]\w*)|(<=|>=|==|[-+*/(),<>]))")
_COMPARE: Mapping[str, Callable[[Fraction, Fraction], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
}
MAX_LENGTH, MAX_DEPTH, MAX_VALUE = 200, 20, Fraction(10) ** 15
MAX_PLACES = 6
MINUS, OPEN = "-", "("


class ExpressionError(ValueError):
    """The expression cannot be read or has no value; the message says why."""


def evaluate(text: str, values: Mapping[str, Fraction]) -> Fraction:
    """Return the value of an expression.

    Raises:
        ExpressionError: it cannot be read, names something unknown, divides by zero or grows out of bounds.
    """
    if len(text) > MAX_LENGTH:
        raise ExpressionError(f"an expression has at most {MAX_LENGTH} characters")
    reader = _Reader(list(_tokens(text)), values)
    value = reader.comparison(0)
    if reader.tokens:
        raise ExpressionError(f"{reader.tokens[0]!r} was not expected here")
    return value


def written(value: Fraction) -> str:
    """Return a value as decimal text, rounded half up to six places, without trailing zeros."""
    scale = 10**MAX_PLACES
    whole = math.floor(abs(value) * scale + Fraction(1, 2))
    digits = f"{whole // scale}.{whole % scale:0{MAX_PLACES}d}".rstrip("0").rstrip(".")
    return f"-{digits}" if value < 0 and whole else digits


def _tokens(text: str) -> Iterator[str]:
    position = 0
    while text[position:].strip():
        found = _TOKEN.match(text, position)
        if found is None:
            raise ExpressionError(f"{text[position:].strip()[:10]!r} cannot be read")
        position = found.end()
        yield found[found.lastindex or 0]


class _Reader:
    def __init__(self, tokens: list[str], values: Mapping[str, Fraction]) -> None:
        self.tokens = tokens
        self.values = values

    def comparison(self, depth: int) -> Fraction:
        if depth > MAX_DEPTH:
            raise ExpressionError("there are too many brackets in brackets")
        left = self.sum(depth)
        if self.tokens and self.tokens[0] in _COMPARE:
            compare = _COMPARE[self.tokens.pop(0)]
            return Fraction(int(compare(left, self.sum(depth))))
        return left

    def sum(self, depth: int) -> Fraction:
        value = self.product(depth)
        while self.tokens and self.tokens[0] in {"+", "-"}:
            sign = self.tokens.pop(0)
            other = self.product(depth)
            value = _bounded(value + other if sign == "+" else value - other)
        return value

    def product(self, depth: int) -> Fraction:
        value = self.factor(depth)
        while self.tokens and self.tokens[0] in {"*", "/"}:
            sign = self.tokens.pop(0)
            other = self.factor(depth)
            if sign == "/" and other == 0:
                raise ExpressionError("it divides by zero")
            value = _bounded(value * other if sign == "*" else value / other)
        return value

    def factor(self, depth: int) -> Fraction:
        token = self._next()
        if token == MINUS:
            if depth > MAX_DEPTH:
                raise ExpressionError("there are too many signs in a row")
            return -self.factor(depth + 1)
        if token == OPEN:
            value = self.comparison(depth + 1)
            self._expect(")")
            return value
        if token[0].isdigit():
            return Fraction(token)
        if self.tokens and self.tokens[0] == "(":
            return self._call(token, depth)
        if token not in self.values:
            raise ExpressionError(f"{token!r} has no value yet")
        return self.values[token]

    def _call(self, name: str, depth: int) -> Fraction:
        self._expect("(")
        given = [self.comparison(depth + 1)]
        while self.tokens and self.tokens[0] == ",":
            self.tokens.pop(0)
            given.append(self.comparison(depth + 1))
        self._expect(")")
        return _apply(name, given)

    def _next(self) -> str:
        if not self.tokens:
            raise ExpressionError("it ends too early")
        return self.tokens.pop(0)

    def _expect(self, token: str) -> None:
        if self._next() != token:
            raise ExpressionError(f"{token!r} is missing")


def _apply(name: str, given: list[Fraction]) -> Fraction:
    if name in {"min", "max"}:
        return min(given) if name == "min" else max(given)
    if name == "abs" and len(given) == 1:
        return abs(given[0])
    if name == "round" and len(given) <= 2:  # noqa: PLR2004 - the value and the places
        places = given[1] if len(given) > 1 else Fraction(0)
        if places.denominator != 1 or not 0 <= places <= MAX_PLACES:
            raise ExpressionError(f"round takes 0 to {MAX_PLACES} places")
        scale = 10 ** int(places)
        return Fraction(math.floor(given[0] * scale + Fraction(1, 2)), scale)
    raise ExpressionError(f"{name}() with {len(given)} values is not a function here")


def _bounded(value: Fraction) -> Fraction:
    if abs(value) > MAX_VALUE:
        raise ExpressionError("the number grows too large")
    return value
