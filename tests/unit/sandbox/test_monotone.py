"""A better decision never lowers the score, a hint never raises it, and it stays within 0 and 100."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lms.sandbox.rules.consoles.registry import CONSOLES
from lms.sandbox.rules.exercise import Action, Response, Stratum
from lms.sandbox.rules.policies import Policy, responses
from lms.sandbox.rules.scoring import score
from lms.sandbox.rules.streams import Stream
from tests.unit.sandbox.forms import PAIRS, forms

each = pytest.mark.parametrize(("console", "level"), PAIRS)


def alternatives(case, public, reason):
    yield Response(case.id, Action.ACCEPT)
    yield Response(case.id, Action.REJECT, reason=reason)
    for queue in public.queues:
        yield Response(case.id, Action.ESCALATE, queue=queue, reason=reason)
    for option in case.change.options or (None,):
        number = None
        if case.change.number and (option is None or option.takes_number):
            number = (case.change.number.low + case.change.number.high) // 2
        yield Response(case.id, Action.CHANGE, option.value if option else None, number, reason=reason)


@each
def test_a_response_with_less_regret_never_lowers_the_score(console, level):
    for seed, made in enumerate(forms(console, level)[:4]):
        given = list(responses(Policy.RANDOM, CONSOLES[console], made, seed))
        before = score(made.public, made.key, given)
        assert 0 <= before.score <= 100
        drawn = Stream(f"monotone|{seed}")
        for place in drawn.sample(range(len(given)), 6):
            case = made.public.cases[place]
            for other in alternatives(case, made.public, given[place].reason):
                after = score(made.public, made.key, [*given[:place], other, *given[place + 1 :]])
                better = after.cases[place].regret <= before.cases[place].regret
                reasoned = after.cases[place].credit >= before.cases[place].credit
                if better and reasoned and after.routed >= before.routed:
                    assert after.score >= before.score


@each
def test_a_hint_never_raises_the_score(console, level):
    for made in forms(console, level)[:3]:
        given = list(responses(Policy.VISIBLE_SOLVER, CONSOLES[console], made))
        scores = []
        for tiers in ((), (1,), (1, 2), (1, 2, 3)):
            hinted = [replace(one, hints=tiers) for one in given[:3]] + given[3:]
            scores.append(score(made.public, made.key, hinted).score)
        assert scores == sorted(scores, reverse=True)
        assert scores[0] - scores[-1] == 20


@each
def test_the_best_action_has_no_regret_and_full_credit_while_the_same_family_earns_half(console, level):
    made = forms(console, level)[0]
    for key in made.key.cases:
        if key.stratum is Stratum.GOOD:
            continue
        answer = key.answer
        kin = [
            code
            for code, family in made.key.reason_families.items()
            if code not in answer.reasons and family == made.key.reason_families[answer.reasons[0]]
        ]
        for reason, credit in ((answer.reasons[0], 2), *((code, 1) for code in kin), (None, 0)):
            response = Response(key.id, answer.action, answer.option, answer.number, answer.queue, reason)
            result = next(one for one in score(made.public, made.key, [response]).cases if one.id == key.id)
            assert (result.regret, result.credit, result.right) == (0, credit, True)
