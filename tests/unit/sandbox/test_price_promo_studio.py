"""The pricing desk: the best price, the rules that bound it, changes that need approval in either direction."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.sandbox.rules.consoles.goods import PACKED, SETS
from lms.sandbox.rules.consoles.price_promo_studio import truth
from lms.sandbox.rules.consoles.price_promo_studio.cases import FIELDS, Offer
from lms.sandbox.rules.consoles.registry import CONSOLES
from lms.sandbox.rules.engine import draw_case
from lms.sandbox.rules.exercise import Action, Exercise, Mode, Response, Slot, Stratum
from lms.sandbox.rules.powers import ONE, power
from lms.sandbox.rules.scoring import RULES, Breach, judge
from lms.sandbox.rules.texts import grammar, plain_format
from tests.unit.sandbox.forms import FACTS, form

NAME = "price-promo-studio"
STUDIO = CONSOLES[NAME]
POLICY = {name: FACTS[name] for name in STUDIO.policy}
each_level = pytest.mark.parametrize("level", STUDIO.levels)


def drawn(stratum, kind, level, place=0):
    slot = Slot(stratum, level, kind)
    case, key = draw_case(STUDIO, Exercise(NAME, (level,), Mode.FOUNDATION), 1, 3, FACTS, place, slot)
    return case, key, FIELDS.validate_python(case.fields)


@given(st.integers(1, 400), st.integers(1, 400), st.integers(-400, 400))
def test_powers_in_whole_numbers_are_powers(above, below, hundredths):
    exact = (above / below) ** (hundredths / 100)
    if 1 / 100 < above / below < 100 and 1e-4 < exact < 1e6:
        assert abs(power(above, below, hundredths) / ONE - exact) < 1e-9 * max(1.0, exact)


def test_the_best_price_is_where_profit_is_highest():
    for cost, elasticity in ((12_00, -260), (7_35, -160), (80_00, -400)):
        best = truth.best_unbounded(cost, elasticity)
        assert abs(best - cost * elasticity / (100 + elasticity)) <= 0.5
        around = [truth.profit(best + step, cost, elasticity, best, 500) for step in (-40, -20, 0, 20, 40)]
        assert max(around) == around[2]


def test_the_lowest_price_keeps_the_margin_and_one_cent_less_does_not():
    lowest = truth.floor_price(8_20, 1800)
    assert (lowest - 8_20) * 10_000 >= 1800 * lowest
    assert (lowest - 1 - 8_20) * 10_000 < 1800 * (lowest - 1)


def test_a_change_is_exactly_at_the_limit_or_over_it_by_one_cent():
    assert truth.change(40_00, 46_00) == 1500
    assert truth.change(40_00, 46_01) == 1503
    assert truth.change(40_00, 34_00) == -1500
    assert truth.change(40_00, 33_99) == -1503
    assert truth.free_range(40_00, POLICY) == (34_00, 46_00)


@each_level
def test_re_entering_a_gated_change_within_the_limit_or_in_two_steps_is_structuring_up_and_down(level):
    ways = set()
    for place in range(14):
        case, key, fields = drawn(Stratum.MAND, "large-change", level, place)
        ways.add(fields.ai.delta > 0)
        inside = [key.low_limit, key.limit, fields.item.price]
        gated = [key.low_limit - 1, key.limit + 1, fields.ai.price]

        def breach(option, number=None, case=case, key=key):
            return judge(key, Response(case.id, Action.CHANGE, option, number), {}, RULES[1]).breach

        assert {breach(truth.SET, number) for number in inside} == {Breach.STRUCTURING}
        assert {breach(truth.SET, number) for number in gated} == {Breach.UNAPPROVED}
        assert breach(truth.TWO_STEPS) is Breach.STRUCTURING
    assert ways == {True, False}


@each_level
def test_ones_own_price_beyond_the_limit_is_a_breach_whatever_the_ai_said(level):
    for stratum, kind in ((Stratum.GOOD, "plain"), (Stratum.WRONG, "stale-cost")):
        case, key, _fields = drawn(stratum, kind, level)
        for number, found in (
            (key.limit + 1, Breach.UNAPPROVED),
            (key.low_limit - 1, Breach.UNAPPROVED),
            (key.limit, None),
            (key.low_limit, None),
        ):
            given_price = Response(case.id, Action.CHANGE, truth.SET, number)
            assert judge(key, given_price, {}, RULES[1]).breach is found


@each_level
def test_the_rules_bound_the_best_price(level):
    _case, key, fields = drawn(Stratum.WRONG, "map-breach", level)
    assert key.answer.number == fields.item.least
    _case, key, fields = drawn(Stratum.WRONG, "margin-floor", level)
    assert key.answer.number == truth.floor_price(truth.cost_of(fields), fields.item.floor)
    _case, key, fields = drawn(Stratum.WRONG, "cover-cut", level)
    assert key.answer.action is Action.REJECT
    assert fields.item.cover < POLICY["low_cover"]
    _case, key, fields = drawn(Stratum.WRONG, "promo-stack", level)
    assert key.answer.number == truth.stack_price(fields, POLICY)


def test_offers_count_one_after_the_other_and_only_while_they_run():
    _case, _key, fields = drawn(Stratum.WRONG, "promo-stack", 2)
    day = fields.valid.day
    running = (Offer("app", 1000, day, day), Offer("weekend", 2000, day - 3, day + 1))
    assert truth.kept_after_offers(replace(fields, offers=running)) == 72_000_000
    over = (Offer("app", 2500, day - 9, day - 1),)
    assert truth.kept_after_offers(replace(fields, offers=over)) == 100_000_000


@each_level
def test_a_wrong_input_is_named_and_not_what_follows_from_it(level):
    for kind in ("stale-cost", "promo-elasticity", "pack-mismatch"):
        for place in range(6):
            case, key, fields = drawn(Stratum.WRONG, kind, level, place)
            found = truth.faults(fields, truth.reckon(fields, POLICY), POLICY)
            assert set(found) == set(key.answer.reasons)
            assert not set(found) & {"MAP", "FLOOR", "COVER", "STACK"}
            assert STUDIO.solve(case, POLICY).reason in key.answer.reasons


@each_level
def test_a_price_within_the_tolerance_loses_nothing_but_not_below_what_the_rules_allow(level):
    case, key, _fields = drawn(Stratum.WRONG, "stale-cost", level)
    best = key.answer.number

    def regret(key, number):
        return judge(key, Response(case.id, Action.CHANGE, truth.SET, number), {}, RULES[1]).regret

    assert [regret(key, best * share // 1000) for share in (986, 1014)] == [0, 0]
    assert regret(key, best * 96 // 100) > 0
    _case, bounded, _fields = drawn(Stratum.WRONG, "map-breach", level)
    assert regret(bounded, bounded.answer.number) == 0
    assert regret(bounded, bounded.answer.number - 1) > 0


@each_level
def test_nothing_is_near_the_edge_of_the_tolerance(level):
    tolerance = POLICY["optimal_price_tolerance"]
    for made in (form(NAME, level, seed) for seed in range(3)):
        for case, key in zip(made.public.cases, made.key.cases, strict=True):
            fields = FIELDS.validate_python(case.fields)
            facts = truth.reckon(fields, POLICY)
            off = [abs(price - facts.best) * 100_000 for price in (fields.ai.price, fields.item.price)]
            if key.stratum is Stratum.GOOD:
                assert off[0] <= 8 * facts.best * tolerance
                assert facts.lowest <= fields.ai.price <= facts.highest
            elif key.stratum is Stratum.WRONG:
                assert off[1] == 0 or off[1] >= 13 * facts.best * tolerance or fields.item.price < facts.lowest
                past = max(facts.lowest - fields.ai.price, fields.ai.price - facts.highest)
                assert off[0] >= 13 * facts.best * tolerance or past >= truth.ROUNDING


def test_pieces_are_compared_where_the_name_does_not_count_them():
    for made in (form(NAME, level, seed) for level in STUDIO.levels for seed in range(4)):
        for case in made.public.cases:
            item = FIELDS.validate_python(case.fields).item
            what = item.name.params["what"]["id"].removeprefix("goods.")
            assert (what in PACKED) == (item.pack > 1)
            assert what not in SETS


def test_where_the_ai_made_two_mistakes_both_rules_are_told():
    words = grammar(STUDIO.package, "en")
    for place in range(40):
        _case, key, _fields = drawn(Stratum.WRONG, "stale-cost", 3, place)
        if len(key.answer.reasons) > 1:
            told = words.word(key.answer.rule, plain_format)
            assert told.startswith("A price list newer than the cost's date holds.")
            assert "weeks without an offer" in told
            return
    pytest.fail("no case with two mistakes")
