"""The regret table, loss curves and the parts of a score, on cases made by hand."""

from __future__ import annotations

import pytest

from lms.sandbox.rules.exercise import Action, Answer, CaseKey, Key, Loss, Mode, Public, Response, Stratum, Text
from lms.sandbox.rules.scoring import RULES, Breach, best_constant, judge, loss_of, score

RULE = Text("rule")
GOOD = CaseKey(
    "c01", Stratum.GOOD, 1, "plain", Answer(Action.ACCEPT, RULE, ()), 0, 20_00, (Loss("b", 5_00),), limit=None
)
WRONG = CaseKey(
    "c02", Stratum.WRONG, 1, "e", Answer(Action.CHANGE, RULE, ("x",), "b", reasons=("X",)), 40_00, 20_00,
    (Loss("b", 0), Loss("c", 10_00), Loss("d", curve=((0, 10_00), (90, 0), (110, 0), (200, 9_00)))),
)  # fmt: skip
HELD = CaseKey("c03", Stratum.WRONG, 1, "e", Answer(Action.REJECT, RULE, ("x",), reasons=("X", "Y")), 40_00, 20_00)
MAND = CaseKey(
    "c04", Stratum.MAND, 1, "m", Answer(Action.ESCALATE, RULE, ("x",), queue="q", reasons=("M",)), 0, 20_00,
    (Loss("d", 0), Loss("split", 0)), limit=100, splits=("split",),
)  # fmt: skip
FAMILIES = {"X": "one", "Y": "one", "Z": "two", "M": "approval"}


def regret(key, action, **given):
    return judge(key, Response(key.id, action, **given), FAMILIES, RULES[1]).regret


@pytest.mark.parametrize(
    ("key", "action", "given", "expected"),
    [
        (GOOD, Action.ACCEPT, {}, 0),
        (GOOD, Action.CHANGE, {"option": "b"}, 2500),
        (GOOD, Action.CHANGE, {"option": "unheard of"}, 10_000),
        (GOOD, Action.REJECT, {}, 10_000),
        (GOOD, Action.ESCALATE, {"queue": "q"}, 6000),
        (WRONG, Action.ACCEPT, {}, 10_000),
        (WRONG, Action.CHANGE, {"option": "b"}, 0),
        (WRONG, Action.CHANGE, {"option": "c"}, 2500),
        (WRONG, Action.CHANGE, {"option": "d"}, 10_000),
        (WRONG, Action.CHANGE, {"option": "d", "number": 100}, 0),
        (WRONG, Action.CHANGE, {"option": "d", "number": 155}, 1125),
        (WRONG, Action.REJECT, {}, 5000),
        (WRONG, Action.ESCALATE, {"queue": "q"}, 4000),
        (HELD, Action.REJECT, {}, 0),
        (MAND, Action.ACCEPT, {}, 10_000),
        (MAND, Action.REJECT, {}, 5000),
        (MAND, Action.ESCALATE, {"queue": "q"}, 0),
        (MAND, Action.ESCALATE, {"queue": "other"}, 2500),
        (MAND, Action.ESCALATE, {}, 2500),
    ],
)
def test_the_regret_table_is_the_specified_one(key, action, given, expected):
    assert regret(key, action, **given) == expected


def test_breaches_are_told_apart():
    def breach(key, **given):
        return judge(key, Response(key.id, Action.CHANGE, **given), FAMILIES, RULES[1]).breach

    assert breach(MAND, option="split") is Breach.STRUCTURING
    assert breach(MAND, option="d", number=100) is Breach.STRUCTURING
    assert breach(MAND, option="d", number=101) is Breach.UNAPPROVED
    limited = CaseKey("c05", Stratum.GOOD, 1, "odd", GOOD.answer, 0, 20_00, (Loss("d", curve=((0, 0),)),), limit=100)
    assert breach(limited, option="d", number=100) is None
    assert breach(limited, option="d", number=101) is Breach.UNAPPROVED


def test_a_loss_curve_goes_on_beyond_its_knots_and_is_flat_inside_the_tolerance():
    losses = WRONG.losses
    assert [loss_of(losses, "d", at) for at in (0, 45, 90, 100, 110, 200, 290)] == [1000, 500, 0, 0, 0, 900, 1800]
    assert loss_of(losses, "nothing", 3) is None
    assert loss_of((Loss(None, 5, ((10, 7),)),), None, 99) == 12


def test_a_reason_counts_in_full_when_accepted_and_half_within_its_family():
    def credit(reason, action=Action.CHANGE):
        return judge(WRONG, Response("c02", action, "b", reason=reason), FAMILIES, RULES[1]).credit

    assert [credit(reason) for reason in ("X", "Y", "Z", None)] == [2, 1, 0, 0]
    assert credit("X", Action.REJECT) == 0


def test_the_yardstick_is_the_best_constant_policy():
    assert best_constant(Key(FAMILIES, (GOOD, WRONG, MAND)), RULES[1]) == 4000
    assert best_constant(Key(FAMILIES, (GOOD, HELD, MAND)), RULES[1]) == 4000


def test_counts_tell_what_was_caught_kept_and_routed():
    public = Public("x", "c", Mode.GUIDED, 1, {}, ("q",), ("X",), ())
    given = [
        Response("c01", Action.CHANGE, "b"),
        Response("c02", Action.REJECT),
        Response("c03", Action.ACCEPT),
        Response("c04", Action.ESCALATE, queue="q", reason="M"),
    ]
    result = score(public, Key(FAMILIES, (GOOD, WRONG, HELD, MAND)), given)
    assert (result.caught, result.wrong, result.kept, result.good) == (1, 2, 0, 1)
    assert (result.routed, result.mandatory) == (1, 1)
    # R = .4 * 2500 + .4 * (5000 + 10000) / 2 + 0 = 4000, the same as always escalating.
    assert (result.decision, result.policy, result.reason) == (0, 10_000, 3333)
    assert result.score == 20


def test_an_unknown_scorer_version_is_refused():
    public = Public("x", "c", Mode.GUIDED, 1, {}, (), (), ())
    with pytest.raises(KeyError):
        score(public, Key(FAMILIES, (GOOD, WRONG, MAND)), [], 99)
