"""Facts, durations, minutes, ids and the measures of style."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.catalog.adapters.yamlfile import read_yaml
from lms.catalog.rules.canonical import canonical_json
from lms.catalog.rules.durations import parse_duration, parse_span
from lms.catalog.rules.facts import Fact, FactType, value_problem
from lms.catalog.rules.ids import is_id
from lms.catalog.rules.items import GAP_CLOSE, GAP_OPEN, stem_parts
from lms.catalog.rules.minutes import is_honest, shown_minutes
from lms.catalog.rules.programmes import PredicateTarget, predicate_target
from lms.catalog.rules.style import is_catch_all, sentences, words


@pytest.mark.parametrize(
    ("kind", "value", "english", "spanish"),
    [
        (FactType.MONEY, "50000", "$50,000", "50.000\u00a0$"),
        (FactType.MONEY, "12.5", "$12.5", "12,5\u00a0$"),
        (FactType.PERCENT, "15", "15\u00a0%", "15\u00a0%"),
        (FactType.DAYS, "30", "30\u00a0days", "30\u00a0días"),
        (FactType.HOURS, "1", "1\u00a0hour", "1\u00a0hora"),
        (FactType.COUNT, "-70", "-70", "-70"),
    ],
)
def test_a_number_is_written_as_the_language_writes_it(kind: FactType, value: str, english: str, spanish: str) -> None:
    fact = Fact("x", kind, {"": value}, "X")
    assert (fact.words("en"), fact.words("es")) == (english, spanish)


def test_words_of_a_fact_may_differ_by_language() -> None:
    fact = Fact("queue", FactType.TEXT, {"en": "Fraud desk", "es": "Mesa de fraude"}, "Queue")
    assert (fact.words("es"), fact.words("de")) == ("Mesa de fraude", "Fraud desk")


@pytest.mark.parametrize(
    ("kind", "value", "problem"),
    [
        (FactType.MONEY, "ten", "number"),
        (FactType.MONEY, "NaN", "number"),
        (FactType.PERCENT, "-1", "negative"),
        (FactType.DAYS, "1.5", "whole"),
        (FactType.TEXT, " ", "empty"),
        (FactType.MONEY, "1e9", None),
    ],
)
def test_a_value_that_does_not_fit_its_type_is_refused(kind: FactType, value: str, problem: str | None) -> None:
    assert value_problem(kind, {"": value}) == problem


def test_durations_keep_months_apart_from_exact_spans() -> None:
    assert parse_duration("P1Y3M").months == 15
    assert parse_span("P1W2DT3H4M5S") == timedelta(days=9, hours=3, minutes=4, seconds=5)


@pytest.mark.parametrize("text", ["", "P", "PT", "P1H", "10M", "P-1D", "P1M "])
def test_what_is_not_a_duration_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="duration"):
        parse_duration(text)


@pytest.mark.parametrize(
    ("text", "good"), [("c5-rules", True), ("C5", False), ("5c", False), ("a--b", False), ("a" * 65, False)]
)
def test_ids_have_one_form(text: str, good: bool) -> None:
    assert is_id(text) is good


def test_honest_minutes_are_within_a_quarter_or_half_a_minute() -> None:
    assert is_honest(20, 24)
    assert not is_honest(20, 27)
    assert is_honest(1, 0.6)
    assert (shown_minutes(0.2), shown_minutes(2.5)) == (1, 3)


def test_sentences_and_words_are_counted_as_people_count_them() -> None:
    assert sentences("Stop. Look at 3.5 % of them! Then go?") == ["Stop.", "Look at 3.5 % of them!", "Then go?"]
    assert words("It's 3.5 % of $40.00, isn't it?") == 6
    assert is_catch_all("All of the above")
    assert not is_catch_all("Run all of them again")


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("module:cs3 complete", PredicateTarget("module", "cs3")),
        ("quiz:cs-check >= 80%", PredicateTarget("quiz", "cs-check")),
        ("sandbox:reply-desk foundation passed", PredicateTarget("sandbox", "reply-desk")),
        ("refreshers >= 2", PredicateTarget("refreshers", None)),
        ("held:foundation for P4W", PredicateTarget("held", "foundation")),
        ("module:cs3 done", None),
        ("quiz:cs-check > 80%", None),
    ],
)
def test_predicates_have_a_closed_grammar(text: str, target: PredicateTarget | None) -> None:
    assert predicate_target(text) == target


def test_a_cloze_stem_is_cut_at_its_gaps() -> None:
    stem = f"<p>A {GAP_OPEN}one{GAP_CLOSE} and {GAP_OPEN}two{GAP_CLOSE}.</p>"
    assert stem_parts(stem) == (("<p>A ", "one"), (" and ", "two"), (".</p>", None))


plain_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.text(), plain_values, max_size=4))
def test_canonical_json_does_not_depend_on_the_order_of_keys(value: dict[str, object]) -> None:
    turned = dict(reversed(list(value.items())))
    assert canonical_json(value) == canonical_json(turned)


@given(st.text(max_size=200))
def test_no_text_makes_the_yaml_reader_fall_over(text: str) -> None:
    found = read_yaml(text)
    assert found.faults or isinstance(found.data, dict)


def test_folded_text_holds_nothing_but_what_was_written() -> None:
    assert read_yaml("intro: >-\n  One line\n  and another.\n").data == {"intro": "One line and another."}
