"""What every console owes, at every level: the oracle wins, blunt policies fail, cases are what the blueprint says."""

from __future__ import annotations

from collections import Counter

import pytest

from lms.sandbox.rules import blueprint, parallel, passing
from lms.sandbox.rules.blueprint import unlocked
from lms.sandbox.rules.consoles.registry import CONSOLES
from lms.sandbox.rules.engine import generate
from lms.sandbox.rules.exercise import Action, Exercise, Mode, Response, Stratum
from lms.sandbox.rules.policies import Policy, responses
from lms.sandbox.rules.scoring import RULES, half_up, loss_of, score
from lms.sandbox.rules.signal import Trials, detect
from lms.sandbox.rules.transcript import value_at
from tests.unit.sandbox.forms import FACTS, PAIRS, RUNS, form, forms, main_mode

each = pytest.mark.parametrize(("console", "level"), PAIRS)


def scored(console, made, policy, seed=0):
    return score(made.public, made.key, responses(policy, CONSOLES[console], made, seed))


@each
def test_the_oracle_scores_exactly_100_without_a_breach_at_the_highest_d_prime(console, level):
    for made in forms(console, level):
        result = scored(console, made, Policy.ORACLE)
        trials = result.trials
        assert (result.score, result.critical) == (100, ())
        assert result.signal == detect(Trials(trials.signals, trials.signals, 0, trials.noise))


@each
def test_the_solver_that_sees_only_the_screen_scores_at_least_97(console, level):
    for made in forms(console, level):
        result = scored(console, made, Policy.VISIBLE_SOLVER)
        missed = [case.id for case in result.cases if case.regret]
        assert result.score >= 97, (made.public.exercise, missed)
        assert not result.critical


@each
@pytest.mark.parametrize(
    "policy", [Policy.ALWAYS_ACCEPT, Policy.ALWAYS_CHANGE, Policy.ALWAYS_REJECT, Policy.ALWAYS_ESCALATE]
)
def test_a_constant_policy_fails_even_with_the_right_queue_and_reasons(console, level, policy):
    rule = passing.COMMON[Mode.FOUNDATION]
    for made in forms(console, level):
        result = scored(console, made, policy)
        assert result.score < rule.cut or len(result.critical) > rule.most_critical
        assert result.score <= {Policy.ALWAYS_ACCEPT: 5, Policy.ALWAYS_ESCALATE: 21}.get(policy, 100)


@each
def test_answering_at_random_fails(console, level):
    made = forms(console, level)
    scores = [scored(console, made[i % len(made)], Policy.RANDOM, i).score for i in range(100)]
    assert sum(scores) / len(scores) < 30


@each
def test_constant_responders_have_a_d_prime_of_exactly_zero(console, level):
    for policy in (Policy.ALWAYS_ACCEPT, Policy.ALWAYS_REJECT, Policy.ALWAYS_ESCALATE, Policy.ALWAYS_CHANGE):
        assert scored(console, form(console, level, 0), policy).signal.d_prime == 0


@pytest.mark.parametrize(("console", "mode"), RUNS)
def test_the_blueprint_is_kept_exactly_and_wrong_cases_are_spread_over_the_unlocked_errors(console, mode):
    made = CONSOLES[console]
    for level in made.levels:
        keys = form(console, level, 3, mode).key.cases
        parts = blueprint.BLUEPRINTS[mode].parts
        start = 0
        for part in parts:
            here = keys[start : start + part.size]
            start += part.size
            assert Counter(key.stratum for key in here) == {
                Stratum.GOOD: part.good,
                Stratum.WRONG: part.wrong,
                Stratum.MAND: part.mand,
            }
            assert sum(key.kind == "odd" for key in here) == part.odd
            met = Counter(key.kind for key in here if key.stratum is Stratum.WRONG)
            open_kinds = unlocked(made.errors, level)
            assert set(met) <= set(open_kinds)
            assert max(met.values()) - min(met[kind] for kind in open_kinds) <= 1
        assert start == len(keys)


@each
def test_wrong_cases_are_worth_catching_and_good_ones_are_good(console, level):
    made = CONSOLES[console]
    for one in forms(console, level):
        for key in one.key.cases:
            if key.stratum is Stratum.WRONG:
                assert key.accept_loss >= made.floor
                assert key.answer.reasons
                assert key.answer.action in {Action.CHANGE, Action.REJECT}
            if key.answer.action is Action.CHANGE:
                assert loss_of(key.losses, key.answer.option, key.answer.number) == 0


@each
def test_every_choice_on_the_screen_is_foreseen_by_the_key(console, level):
    for made in forms(console, level):
        for case, key in zip(made.public.cases, made.key.cases, strict=True):
            if key.stratum is Stratum.MAND:
                continue  # a change there is a breach, whatever it is
            for option in case.change.options:
                number = case.change.number.low if option.takes_number and case.change.number else None
                assert loss_of(key.losses, option.value, number) is not None, (case.id, option.value)
            if case.change.number and not case.change.options:
                assert loss_of(key.losses, None, case.change.number.high) is not None


@each
def test_evidence_names_fields_that_exist(console, level):
    for made in forms(console, level):
        for case, key in zip(made.public.cases, made.key.cases, strict=True):
            assert key.stratum is Stratum.GOOD or key.answer.evidence
            for path in key.answer.evidence:
                value_at(case.fields, path)


@each
def test_forms_are_parallel(console, level):
    for made in forms(console, level):
        mean = parallel.family_mean(CONSOLES[console], made.key, {})
        assert abs(parallel.expected_score(made.key, {}) - mean) <= parallel.TOLERANCE


@each
def test_a_fitted_hard_error_type_makes_the_engine_look_for_another_form(console, level):
    made = CONSOLES[console]
    kinds = unlocked(made.errors, level)
    fitted = {kind: (9900 if i % 2 else 5000) for i, kind in enumerate(kinds)}
    exercise = Exercise(console, (level,), main_mode(made))
    one = generate(made, exercise, 1, 5, FACTS, fitted)
    mean = parallel.family_mean(made, one.key, fitted)
    assert abs(parallel.expected_score(one.key, fitted) - mean) <= parallel.TOLERANCE


@each
def test_a_missing_answer_counts_as_the_worst_and_as_accepting(console, level):
    made = form(console, level, 1)
    given = responses(Policy.ORACLE, CONSOLES[console], made)
    signals = next(i for i, key in enumerate(made.key.cases) if key.stratum is not Stratum.GOOD)
    result = score(made.public, made.key, [*given[:signals], *given[signals + 1 :]])
    assert result.cases[signals].regret == 10_000
    assert result.trials.hits == result.trials.signals - 1
    assert not result.critical
    assert score(made.public, made.key, []).score == 0


def test_stratum_weights_and_score_parts_sum_to_one():
    for rules in RULES.values():
        assert sum(rules.weights.values()) == 1
        assert rules.decision + rules.reason + rules.policy == 1
        assert half_up(rules.decision * 10) == 7


def test_a_response_to_an_unknown_case_is_refused():
    console, level = PAIRS[0]
    made = form(console, level, 0)
    with pytest.raises(KeyError):
        score(made.public, made.key, [Response("c99", Action.ACCEPT)])
