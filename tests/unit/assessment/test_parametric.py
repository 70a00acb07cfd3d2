"""Parametric questions: a closed arithmetic, values drawn once, a plain question made of them."""

from __future__ import annotations

import contextlib
from fractions import Fraction
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.assessment.rules.expressions import ExpressionError, evaluate, written
from lms.assessment.rules.grading import grade
from lms.assessment.rules.parametric import VALUE_CLOSE, VALUE_OPEN, corner_values, domain, draw_values, with_values
from lms.catalog.rules.items import Answer, Item, ItemType, Number, Variable, Wording


def value(expression: str) -> str:
    return f"{VALUE_OPEN}{expression}{VALUE_CLOSE}"


TRANSFER = Item(
    "transfer-sum",
    ItemType.NUMERIC,
    "c/b",
    "o.a",
    {
        language: Wording(
            f"Move {value('units')} units at {value('cost')} each.",
            accepted=(Answer(number=Number(value("units * cost"), "0")),),
            unit="USD",
        )
        for language in ("en", "es")
    },
    variables=(
        Variable("units", "2000..6000 step 40"),
        Variable("cost", "95, 110, 12.5"),
        Variable("over", "units * cost > 50000"),
    ),
)


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("1 + 2 * 3", "7"),
        ("(1 + 2) * 3", "9"),
        ("-2 * -3", "6"),
        ("10 / 4", "2.5"),
        ("1 / 3", "0.333333"),
        ("2 > 1", "1"),
        ("min(3, 2, 5) + max(1, 4)", "6"),
        ("round(2.345, 2)", "2.35"),
        ("abs(3 - 5)", "2"),
        ("a * b", "12"),
    ],
)
def test_expressions_have_exact_values(text: str, result: str) -> None:
    assert written(evaluate(text, {"a": Fraction(3), "b": Fraction(4)})) == result


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1 +",
        "1 / 0",
        "c",
        "__import__('os')",
        "a.b",
        "2 ** 9",
        "round(1, 9)",
        "f(1)",
        "1 2",
        "(" * 50 + "1" + ")" * 50,
        "9" * 201,
        "-" * 60 + "1",
    ],
)
def test_what_is_outside_the_grammar_has_no_value(text: str) -> None:
    with pytest.raises(ExpressionError):
        evaluate(text, {"a": Fraction(1), "b": Fraction(2)})


@given(st.text(max_size=40))
def test_no_text_does_anything_but_have_a_value_or_none(text: str) -> None:
    with contextlib.suppress(ExpressionError):
        assert isinstance(evaluate(text, {}), Fraction)


def test_a_domain_is_a_range_a_list_or_nothing() -> None:
    assert list(domain(Variable("x", "1..7 step 3")) or ()) == [1, 4, 7]
    assert list(domain(Variable("x", "1, 2.5")) or ()) == [1, Fraction(5, 2)]
    assert domain(Variable("x", "1 + 2")) is None
    with pytest.raises(ExpressionError):
        domain(Variable("x", "9..1"))


def test_the_same_draw_gives_the_same_values_and_every_drawn_variant_can_be_answered() -> None:
    assert draw_values(TRANSFER, Random(1)) == draw_values(TRANSFER, Random(1))
    for seed in range(50):
        values = draw_values(TRANSFER, Random(seed))
        plain = with_values(TRANSFER, values)
        right = written(Fraction(values["units"]) * Fraction(values["cost"]))
        assert grade(plain, {"text": right}, "en").is_right
        assert VALUE_OPEN not in plain.wordings["en"].stem


def test_a_computed_value_is_shown_as_the_language_writes_it_and_graded_as_a_number() -> None:
    plain = with_values(TRANSFER, {"units": "2000", "cost": "12.5", "over": "0"})
    assert plain.wordings["en"].stem == "Move 2,000 units at 12.5 each."
    assert plain.wordings["es"].stem == "Move 2.000 units at 12,5 each."
    assert plain.wordings["es"].accepted[0].number == Number("25000", "0")


def test_the_corners_of_the_domains_are_all_tried() -> None:
    assert len(list(corner_values(TRANSFER.variables))) == 4
    with pytest.raises(ExpressionError, match="zero"):
        list(corner_values((Variable("a", "0..3"), Variable("b", "1 / a"))))
