"""The planner's desk: the newsvendor's arithmetic, transfers that are one, and tinkering."""

from __future__ import annotations

from dataclasses import replace
from statistics import NormalDist

import pytest

from lms.sandbox.rules import normal
from lms.sandbox.rules.console import Redraw
from lms.sandbox.rules.consoles.registry import CONSOLES
from lms.sandbox.rules.consoles.replenish_allocate import truth, world
from lms.sandbox.rules.consoles.replenish_allocate.cases import FIELDS, Promo, Sku
from lms.sandbox.rules.debrief import tinkered
from lms.sandbox.rules.engine import draw_case
from lms.sandbox.rules.exercise import Action, Exercise, Mode, Response, Slot, Stratum, Text
from lms.sandbox.rules.scoring import RULES, Breach, judge
from lms.sandbox.rules.streams import Stream, Streams
from lms.sandbox.rules.texts import grammar, plain_format
from tests.unit.sandbox.forms import FACTS, form

NAME = "replenish-allocate"
LIMIT = FACTS["transfer_approval_limit"]
ITEM = Sku("NOR-1", Text("goods"), "A", 60_00, 100_00, 6, 6)
NO_PROMO = Promo(None, None, None)
PLANNING = truth.planning_of(FACTS)


def drawn(slot, place, level):
    return draw_case(CONSOLES[NAME], Exercise(NAME, (level,), Mode.FOUNDATION), 1, 7, FACTS, place, slot)


def test_the_tables_of_the_normal_distribution_hold():
    exact = NormalDist()
    for percent in (50, 80, 92, 99):
        assert abs(normal.quantile(percent, 100) / 1e6 - exact.inv_cdf(percent / 100)) < 0.003
    for z in (-2.5, -0.4, 0.0, 1.4, 3.0):
        mean_shortfall = exact.pdf(z) - z * (1 - exact.cdf(z))
        assert abs(normal.loss(round(z * 1e6)) / 1e6 - mean_shortfall) < 0.0001
    assert (normal.loss(-9_000_000), normal.loss(9_000_000)) == (9_000_000, 0)
    assert normal.quantile(0, 1) == -normal.quantile(1, 1)


def test_the_base_stock_is_the_newsvendors():
    base = truth.base_stock(ITEM, 12_000_000, 14, NO_PROMO, PLANNING)
    horizon, under, over = 21, 40 + 20, 60 * (0.25 * 21 / 365 + 0.06)
    deviation = (horizon * (12 + 144 / 6)) ** 0.5
    expected = horizon * 12 + NormalDist().inv_cdf(under / (under + over)) * deviation
    assert abs(base.units - expected) <= 1
    costs = [base.cost(base.units + step) for step in (-40, -10, 0, 10, 40)]
    assert costs[2] == min(costs)
    assert costs[0] > costs[1] > costs[2] < costs[3] < costs[4]


def test_a_promotion_adds_its_uplift_on_its_days_and_a_dip_for_a_week_after():
    usual = truth.base_stock(ITEM, 10_000_000, 14, NO_PROMO, PLANNING).mean
    lifted = truth.base_stock(ITEM, 10_000_000, 14, Promo(3, 7, 9000), PLANNING).mean
    assert lifted - usual == 10_000_000 * 7 * 9 // 10 - 10_000_000 * 7 * 15 // 100
    assert truth.base_stock(ITEM, 10_000_000, 14, Promo(40, 7, 9000), PLANNING).mean == usual


def test_review_period_and_dip_are_the_companys():
    promo, usual = Promo(3, 7, 9000), truth.base_stock(ITEM, 10_000_000, 14, NO_PROMO, PLANNING)
    fortnightly = truth.base_stock(ITEM, 10_000_000, 14, NO_PROMO, replace(PLANNING, review=14))
    assert fortnightly.mean - usual.mean == 7 * 10_000_000
    deeper = replace(PLANNING, dip=2500, dip_days=4)
    mean = truth.base_stock(ITEM, 10_000_000, 14, promo, deeper).mean
    assert mean - usual.mean == 10_000_000 * 7 * 9 // 10 - 10_000_000 * 4 * 25 // 100
    other = FACTS.overridden(review_period=14, promo_dip=2500)
    case, _ = draw_case(
        CONSOLES[NAME], Exercise(NAME, (1,), Mode.FOUNDATION), 1, 7, other, 0, Slot(Stratum.GOOD, 1, "plain")
    )
    assert {name: case.fields["plan"]["how"]["params"][name] for name in ("review", "dip")} == {
        "review": 14, "dip": 2500,
    }  # fmt: skip
    policy = {name: other[name] for name in CONSOLES[NAME].policy}
    assert CONSOLES[NAME].solve(case, policy).action is Action.ACCEPT


def test_nothing_is_due_after_the_longest_lead_time_and_the_sender_has_what_is_best():
    for level in (1, 2, 3):
        for made in (form(NAME, level, seed) for seed in range(4)):
            for case in made.public.cases:
                fields = FIELDS.validate_python(case.fields)
                assert all(row.due <= max(fields.lead.last6) for row in fields.inbound)
                if fields.move is not None:
                    assert truth.reckon(fields, PLANNING).best <= fields.move.spare


@pytest.mark.parametrize("level", CONSOLES[NAME].levels)
def test_transfers_on_one_lane_and_day_are_added_up_and_each_alone_is_within_the_limit(level):
    for place in range(12):
        case, key = drawn(Slot(Stratum.MAND, level, "split-transfer"), place, level)
        fields = FIELDS.validate_python(case.fields)
        assert fields.move.value <= LIMIT
        assert fields.move.value + truth.together(fields) > LIMIT
        solve = CONSOLES[NAME].solve
        policy = {**FACTS.numbers, "transfer_approval_limit": fields.move.value + truth.together(fields)}
        assert solve(case, policy).action is not Action.ESCALATE
        assert solve(case, {**policy, "transfer_approval_limit": policy["transfer_approval_limit"] - 1}).reason == (
            "MAND-TRANSFER"
        )
        split = Response(case.id, Action.CHANGE, truth.SPLIT)
        smaller = Response(case.id, Action.CHANGE, truth.ONE_GO, key.limit)
        assert {judge(key, one, {}, RULES[1]).breach for one in (split, smaller)} == {Breach.STRUCTURING}


@pytest.mark.parametrize("level", CONSOLES[NAME].levels)
def test_raising_a_right_transfer_over_the_limit_is_a_breach(level):
    found = 0
    for place in range(20):
        case, key = drawn(Slot(Stratum.GOOD, level, "odd"), place, level)
        if key.limit is None:
            continue
        found += 1
        over = Response(case.id, Action.CHANGE, truth.ONE_GO, key.limit + 1)
        assert judge(key, over, {}, RULES[1]).breach is Breach.UNAPPROVED
        assert judge(key, replace(over, number=key.limit), {}, RULES[1]).breach is None
    assert found


def test_a_quantity_within_the_tolerance_loses_nothing_and_broken_data_have_no_right_quantity():
    for made in (form(NAME, level, 1) for level in CONSOLES[NAME].levels):
        for case, key in zip(made.public.cases, made.key.cases, strict=True):
            if key.stratum is not Stratum.WRONG:
                continue
            if key.kind == "broken-data":
                given = Response(case.id, Action.CHANGE, case.advice.option, case.advice.number)
                assert judge(key, given, {}, RULES[1]).regret == 10_000
                continue
            best = key.answer.number
            for number in (best - best // 10, best + best // 10):
                given = Response(case.id, Action.CHANGE, key.answer.option, number)
                assert judge(key, given, {}, RULES[1]).regret == 0
            far = Response(case.id, Action.CHANGE, key.answer.option, best + best // 2)
            assert judge(key, far, {}, RULES[1]).regret > 0


def test_small_adjustments_of_right_quantities_are_told_as_tinkering():
    made = form(NAME, 1, 3)
    good = [key.id for key in made.key.cases if key.stratum is Stratum.GOOD]
    cases = {case.id: case for case in made.public.cases}

    def changed(name, share):
        advice = cases[name].advice
        return Response(name, Action.CHANGE, advice.option, advice.number * share // 100)

    given = [changed(good[0], 92), changed(good[1], 70), Response(good[2], Action.ACCEPT)]
    assert tinkered(made.public, made.key, given) == (good[0],)
    assert tinkered(replace(made.public, policy={}), made.key, given) == ()


def test_many_draws_follow_the_table_that_single_draws_follow():
    many, one = Stream("many").many("sales-factor-08", 2000), Stream("many")
    single = [one.q("sales-factor-08") for _ in range(2000)]
    assert max(abs(a - b) for a, b in zip(many, single, strict=True)) <= 1


def test_a_case_that_cannot_be_drawn_says_so():
    no_transfers = FACTS.overridden(transfer_approval_limit=1)
    with pytest.raises(Redraw):
        CONSOLES[NAME].draw(
            Slot(Stratum.MAND, 1, "split-transfer"),
            Streams("x"),
            no_transfers,
        )


@pytest.mark.parametrize("level", CONSOLES[NAME].levels)
def test_nothing_is_near_the_edge_of_the_tolerance_and_the_need_follows_from_the_figures_shown(level):
    for made in (form(NAME, level, seed) for seed in range(3)):
        for case, key in zip(made.public.cases, made.key.cases, strict=True):
            fields = FIELDS.validate_python(case.fields)
            best = truth.reckon(fields, PLANNING).best
            off = abs(case.advice.number - best) * 10_000
            if key.stratum is Stratum.GOOD:
                assert off * 10 <= 8 * best * FACTS["order_tolerance"]
            elif key.stratum is Stratum.WRONG and key.kind != "broken-data":
                assert off * 10 >= 13 * best * FACTS["order_tolerance"]
            ai = fields.ai
            promo = replace(fields.promo, uplift=ai.uplift) if ai.uplift is not None else NO_PROMO
            need = truth.base_stock(fields.sku, ai.mu * 10_000, ai.lead, promo, PLANNING).units - ai.position
            assert abs(need - ai.need) <= 1 + (ai.lead + PLANNING.review) // 100


def test_a_household_buys_few_what_is_dear_comes_in_small_cases_and_ships_carry_many():
    for made in (form(NAME, level, seed) for level in CONSOLES[NAME].levels for seed in range(4)):
        for case in made.public.cases:
            fields = FIELDS.validate_python(case.fields)
            largest = fields.demand.largest
            assert largest.buyer != "household" or largest.units <= world.MOST_AT_HOME
            assert fields.sku.pack <= world.most_in_a_case(fields.sku.cost)
            usual = truth.usual_demand(fields) * truth.FULL // fields.demand.season
            if case.family == "import-order":
                assert usual > 5 * truth.MILLION
                assert fields.sku.minimum >= 5 or fields.sku.pack > 1
            if case.family == "transfer" and fields.demand.season == truth.FULL:
                assert fields.sku.grade == world.graded(usual, fields.sku.price)


def test_where_the_ai_made_two_mistakes_both_rules_are_told():
    words = grammar(CONSOLES[NAME].package, "en")
    for place in range(40):
        _case, key = drawn(Slot(Stratum.WRONG, 3, "phantom-stock"), place, 3)
        if len(key.answer.reasons) > 1:
            told = words.word(key.answer.rule, plain_format)
            assert "A fresh count beats the system" in told
            assert "comes once" in told or "take it once" in told
            return
    pytest.fail("no case with two mistakes")


def test_a_calendar_without_a_promotion_says_so_once():
    made = form(NAME, 1, 0)
    for case in made.public.cases:
        panel = next(one for one in CONSOLES[NAME].screen(case) if one.id == "promo")
        assert len(panel.facts) == (1 if case.fields["promo"]["start"] is None else 3)
