"""Signal detection, passing, mastery, hints, streams and wording, each on its own."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from lms.sandbox.rules import hints
from lms.sandbox.rules.company import SHIPPED, CompanyFacts, exceeds, unit_of
from lms.sandbox.rules.exercise import Mode, Text, Unit, canonical
from lms.sandbox.rules.mastery import next_kind, traced
from lms.sandbox.rules.passing import Lack, PassRule, Verdict, judge, rule_for
from lms.sandbox.rules.scoring import Breach, Result
from lms.sandbox.rules.signal import Reliance, Trials, brier, detect
from lms.sandbox.rules.streams import Stream, Streams, attempt_seed, table
from lms.sandbox.rules.texts import Grammar, grammar, mistyped, plain_format

counts = st.integers(0, 30)


@given(counts, counts, st.integers(1, 30), st.integers(1, 30))
def test_swapping_hits_and_false_alarms_negates_d_prime(hits, alarms, signals, noise):
    trials = Trials(min(hits, signals), signals, min(alarms, noise), noise)
    swapped = Trials(trials.false_alarms, trials.noise, trials.hits, trials.signals)
    assert detect(swapped).d_prime == -detect(trials).d_prime
    assert detect(swapped).criterion == detect(trials).criterion


@given(st.integers(1, 60), st.integers(1, 60))
def test_whoever_always_answers_the_same_has_a_d_prime_of_zero_whatever_the_base_rate(signals, noise):
    assert detect(Trials(0, signals, 0, noise)).d_prime == 0
    assert detect(Trials(signals, signals, noise, noise)).d_prime == 0
    assert detect(Trials(0, signals, 0, noise)).criterion > 0 > detect(Trials(signals, signals, noise, noise)).criterion


def test_without_signal_or_noise_there_is_no_d_prime():
    assert detect(Trials(0, 0, 1, 3)) is None
    assert detect(Trials(1, 2, 0, 3) + Trials(1, 2, 1, 3)) == detect(Trials(2, 4, 1, 6))


def test_brier_rewards_calibrated_confidence():
    assert brier([]) is None
    assert brier([(100, True), (100, True)]) == 0
    assert brier([(50, True), (50, False)]) == 0.25
    assert brier([(90, False)]) == 0.81


RULE = PassRule(55, 10, 10, least_caught=70, least_kept=65, most_critical=1, extension=(7, 4, 1))


def result(score, caught=7, kept=14, breaches=0):
    critical = tuple((f"c{i}", Breach.UNAPPROVED) for i in range(breaches))
    reliance = Reliance(kept, 14, caught, 7)
    return Result(
        score, 0, 0, 0, 0, caught, 7, kept, 14, 3, 3, Trials(0, 1, 0, 1), None, reliance, None, critical, (), 1
    )


@pytest.mark.parametrize(
    ("given", "extended", "verdict", "lacks"),
    [
        (result(65), False, Verdict.PASSED, ()),
        (result(64), False, Verdict.EXTEND, ()),
        (result(45), False, Verdict.EXTEND, ()),
        (result(44), False, Verdict.FAILED, (Lack.SCORE,)),
        (result(55), True, Verdict.PASSED, ()),
        (result(54), True, Verdict.FAILED, (Lack.SCORE,)),
        (result(90, caught=4), False, Verdict.EXTEND, ()),
        (result(90, caught=4), True, Verdict.FAILED, (Lack.CAUGHT,)),
        (result(60, kept=9), True, Verdict.FAILED, (Lack.KEPT,)),
        (result(90, breaches=1), False, Verdict.PASSED, ()),
        (result(90, breaches=2), False, Verdict.FAILED, (Lack.CRITICAL,)),
        (result(50, breaches=2), False, Verdict.FAILED, (Lack.SCORE, Lack.CRITICAL)),
    ],
)
def test_an_exam_is_passed_failed_or_extended_once(given, extended, verdict, lacks):
    judged = judge(RULE, given, extended=extended)
    assert judged.verdict is verdict
    if verdict is Verdict.FAILED:
        assert judged.lacks == lacks


def test_floors_are_told_as_counts_and_practitioner_asks_for_more():
    assert (RULE.least(70, 7), RULE.least(65, 14), RULE.least(50, 4)) == (5, 10, 2)
    foundation, practitioner = rule_for("floor-desk", Mode.FOUNDATION), rule_for("floor-desk", Mode.PRACTITIONER)
    assert practitioner.cut > foundation.cut
    assert practitioner.most_critical == 0
    with pytest.raises(KeyError):
        rule_for("floor-desk", Mode.GUIDED)


def test_a_console_with_a_rule_of_its_own_extends_further_and_keeps_the_floors():
    own, common = rule_for("agent-ops", Mode.FOUNDATION), rule_for("match-audit", Mode.FOUNDATION)
    assert sum(own.extension) > sum(common.extension)
    assert (own.least_caught, own.least_kept, own.most_critical) == (70, 65, 1)
    assert rule_for("agent-ops", Mode.PRACTITIONER) == rule_for("match-audit", Mode.PRACTITIONER)


def test_guided_practice_shows_every_error_type_before_its_places_run_out_and_then_the_least_mastered():
    kinds, history = ["a", "b", "c", "d"], []
    for left in range(8, 0, -1):
        kind = next_kind(kinds, history, left)
        history.append((kind, kind != "c"))
    assert {kind for kind, _ in history} == set(kinds)
    assert Counter(kind for kind, _ in history).most_common(1)[0][0] == "c"
    assert traced([True]) > traced([]) > traced([False]) > 0
    assert next_kind(kinds, [], 4) == "a"


def test_hints_cost_what_they_say_and_never_more_than_twenty():
    assert hints.cost([(), (1,), (1, 2)]) == 8
    assert hints.cost([(1, 1)]) == 2
    assert hints.cost([(1, 2, 3)] * 5) == 20


@given(st.integers(1, 1 << 40), st.text(min_size=1, max_size=5))
def test_draws_stay_in_their_bounds(n, name):
    drawn = Stream(name)
    assert all(0 <= drawn.below(n) < n for _ in range(5))
    assert -3 <= drawn.between(-3, 4) <= 4
    assert sorted(drawn.shuffled(range(9))) == list(range(9))
    assert drawn.weighted({"never": 0, "always": 3}) == "always"


def test_streams_do_not_depend_on_each_other_and_begin_anew_each_time():
    streams = Streams("exercise", 1, 7)
    first = [streams.stream("a").raw() for _ in range(2)]
    streams.stream("b").raw()
    assert first == [streams.stream("a").raw()] * 2
    assert streams.stream("a", 1).raw() != first[0]
    assert streams.within("case", 1).stream("a").raw() != first[0]
    # NumPy promises this integer stream for ever; a change here is a change everywhere.
    assert Stream("golden").raw() == 11915735865606547871


def test_a_table_draw_follows_its_distribution():
    drawn = Stream("median")
    values = sorted(drawn.scaled("lognormal-050", 95) for _ in range(2001))
    assert 90 < values[1000] < 100
    assert table("normal").knots[512] == 0
    assert min(drawn.q("confidence-good") for _ in range(500)) >= 0


def test_a_seed_depends_on_everything_that_identifies_an_attempt():
    base = (b"secret", "floor-desk/1/guided", 1, "learner", 1, "guided")
    seeds = {attempt_seed(*base)}
    for place, other in enumerate((b"other", "x", 2, "someone", 2, "demo")):
        seeds.add(attempt_seed(*base[:place], other, *base[place + 1 :]))
    assert len(seeds) == 7
    assert all(0 <= seed < 1 << 64 for seed in seeds)


@given(st.recursive(st.integers(-(2**53) + 1, 2**53 - 1) | st.text() | st.booleans() | st.none(), st.lists))
def test_canonical_json_is_rfc_8785(value):
    assert canonical({"b": value, "a": [value]}) == rfc8785.dumps({"b": value, "a": [value]})


def test_approval_is_needed_above_a_limit_and_never_at_it():
    assert not exceeds(50_000_00, SHIPPED["transfer_approval_limit"])
    assert exceeds(50_000_01, SHIPPED["transfer_approval_limit"])


def test_facts_start_from_the_shipped_ones_and_only_known_ones_can_be_overridden():
    facts = CompanyFacts().overridden(weight_tolerance=500)
    assert (facts["weight_tolerance"], facts["ltv_fraud_limit"]) == (500, 10_000_00)
    units = [unit_of(name) for name in ("goodwill_limit", "margin_floor", "lead_contacts")]
    assert units == [Unit.MONEY, Unit.SHARE, Unit.COUNT]
    with pytest.raises(KeyError):
        CompanyFacts().overridden(unheard_of=1)


def test_frames_expand_nest_and_format():
    words = Grammar({"a": ("{@b} costs {x:money}.",), "b": ("One", "Two"), "c": ("{inner:text}!",)})
    assert words.word(Text("a", {"x": 1250}, 1), plain_format) == "Two costs $12.50."
    assert words.word(Text("c", {"inner": {"id": "b", "params": {}, "pick": 0}}), plain_format) == "One!"
    assert words.variety("a") == 2
    counted = Grammar({"d": ("{n} cases",), "d.one": ("{n} case",)})
    assert [counted.word(Text("d", {"n": n}), plain_format) for n in (1, 2)] == ["1 case", "2 cases"]
    typo = replace(Text("b"), params={"typo": 1})
    assert words.word(typo, plain_format) == "One"
    assert mistyped("please send it", 0) != "please send it"
    assert sorted(mistyped("please send it", 0)) == sorted("please send it")


def test_a_language_without_texts_is_refused():
    with pytest.raises(LookupError, match="no texts in xx"):
        grammar("lms.sandbox.rules.consoles.floor_desk", "xx")
