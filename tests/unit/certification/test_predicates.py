"""Evidence predicates: read from the lines of the catalogue, held against what the ledger says."""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.certification.rules.predicates import (
    Action,
    Basis,
    EvidenceView,
    Kind,
    Predicate,
    PredicateError,
    assess,
    compare_rules,
    evaluate,
    parse,
)

TODAY = date(2026, 6, 1)
FULL = EvidenceView(
    modules_complete=frozenset({"cs3"}),
    quiz_best={"cs-escalation": Fraction(4, 5)},
    sandbox_passed=frozenset({("reply-desk", "foundation")}),
    labs_passed=frozenset({("rule-lab", "practitioner")}),
    workshops_attended=frozenset({"cs5"}),
    observations_signed=frozenset({"cs8"}),
    rubrics={"pcs": ({"evidence": 3, "action": 3},)},
    gates=frozenset({"price"}),
    deputised=frozenset({"price"}),
    refreshers=2,
    held_since={"foundation": date(2026, 5, 4)},
)
LINES = (
    "module:cs3 complete",
    "quiz:cs-escalation >= 80%",
    "sandbox:reply-desk foundation passed",
    "lab:rule-lab practitioner passed",
    "rubric:pcs >= 3 on evidence, action",
    "appointed:price",
    "deputy:price named",
    "workshop:cs5 attended",
    "observation:cs8 signed",
    "refreshers >= 2",
    "held:foundation for P4W",
)


@pytest.mark.parametrize("line", LINES)
def test_every_line_of_the_catalogue_is_met_by_its_evidence_and_by_nothing_else(line: str) -> None:
    predicate = parse(line)
    assert evaluate(predicate, FULL, TODAY).met
    outcome = evaluate(predicate, EvidenceView(), TODAY)
    assert not outcome.met
    assert outcome.next_action is not None


def test_a_line_becomes_values() -> None:
    assert parse("quiz:cs-escalation  >= 82.5%") == Predicate(Kind.QUIZ, "cs-escalation", threshold=Fraction(33, 40))
    assert parse("held:foundation for P28D") == parse("held:foundation for P4W")


@pytest.mark.parametrize(
    "line",
    [
        "",
        "module:cs3",
        "quiz:x > 80%",
        "quiz:x >= 101%",
        "module:CS3 complete",
        "held:x for P1M",
        "refreshers >= -1",
        "rubric:x >= 5 on a",
        "rubric:x >= 3 on",
        "rubric:x >= 3 on a,, b",
        "lab:x",
        "deputy:price",
        "appointed:",
    ],
)
def test_what_is_not_in_the_grammar_is_refused_with_what_was_read(line: str) -> None:
    with pytest.raises(PredicateError) as caught:
        parse(line)
    assert caught.value.text == line


def test_a_quiz_just_below_the_mark_says_how_far_it_is() -> None:
    outcome = evaluate(parse("quiz:q >= 80%"), EvidenceView(quiz_best={"q": Fraction(799, 1000)}), TODAY)
    assert outcome.next_action is not None
    assert (outcome.next_action.have, outcome.next_action.need) == (Fraction(799, 1000), Fraction(4, 5))


def test_a_level_held_too_short_has_to_wait_and_says_until_when() -> None:
    outcome = evaluate(parse("held:foundation for P4W"), EvidenceView(held_since={"foundation": TODAY}), TODAY)
    assert outcome.next_action is not None
    assert outcome.next_action.action is Action.WAIT
    assert outcome.next_action.not_before == date(2026, 6, 29)


def test_the_rows_of_a_rubric_must_be_reached_in_one_sitting() -> None:
    rule = parse("rubric:pcs >= 3 on evidence,action")
    apart = EvidenceView(rubrics={"pcs": ({"evidence": 4, "action": 2}, {"evidence": 2, "action": 4})})
    outcome = evaluate(rule, apart, TODAY)
    assert outcome.next_action is not None
    assert (outcome.next_action.have, outcome.next_action.need) == (2, 3)
    assert not evaluate(rule, EvidenceView(rubrics={"pcs": ({"evidence": 4},)}), TODAY).met


def test_a_lab_at_foundation_is_not_enough_for_practitioner() -> None:
    view = EvidenceView(labs_passed=frozenset({("rule-lab", "foundation")}))
    assert not evaluate(parse("lab:rule-lab practitioner passed"), view, TODAY).met


def test_an_equivalent_stands_for_learning_and_never_for_an_exam() -> None:
    view = EvidenceView(equivalents=frozenset({"module:cs3", "sandbox:reply-desk", "quiz:cs-escalation"}))
    assert evaluate(parse(LINES[0]), view, TODAY).basis is Basis.EQUIVALENT
    assert not evaluate(parse(LINES[1]), view, TODAY).met
    assert not evaluate(parse(LINES[2]), view, TODAY).met


def test_the_smallest_next_action_can_be_done_now_and_is_the_shortest() -> None:
    view = EvidenceView(
        held_since={"foundation": TODAY}, minutes={"module:cs3": 25, "module:cs4": 5, "workshop:cs5": 60}
    )
    wanted = map(
        parse, ("held:foundation for P4W", "workshop:cs5 attended", "module:cs3 complete", "module:cs4 complete")
    )
    action = assess(wanted, view, TODAY).next_action
    assert action is not None
    assert (action.action, action.subject) == (Action.FINISH_MODULE, "cs4")


def test_a_level_without_conditions_is_not_held_by_everybody() -> None:
    assert not assess((), FULL, TODAY).met


def test_a_rule_change_tells_who_gains_who_loses_and_who_is_untouched() -> None:
    people = {
        "both": FULL,
        "only-module": EvidenceView(modules_complete=frozenset({"cs3"})),
        "only-quiz": EvidenceView(quiz_best={"cs-escalation": Fraction(1)}),
        "nobody": EvidenceView(),
    }
    change = compare_rules([parse(LINES[0])], [parse(LINES[1])], people, TODAY)
    assert (change.gains, change.loses, change.untouched) == (("only-quiz",), ("only-module",), ("both", "nobody"))


@given(st.text())
def test_any_text_is_either_a_predicate_or_a_clear_error(text: str) -> None:
    with suppress(PredicateError):
        assert parse(text).kind in Kind
