"""Nothing tells right from wrong but the facts; and the facts are all on the screen, in every language offered."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from itertools import pairwise

import pytest

from lms.sandbox.rules.consoles.registry import CONSOLES
from lms.sandbox.rules.exercise import PUBLIC, Action, Response, Stratum, canonical
from lms.sandbox.rules.policies import Policy, responses
from lms.sandbox.rules.scoring import score
from lms.sandbox.rules.texts import grammar, languages, plain_format
from lms.sandbox.rules.transcript import leaves, transcript, value_at, worded
from tests.unit.sandbox.forms import PAIRS, form, forms

each = pytest.mark.parametrize(("console", "level"), PAIRS)
TRAINING = range(300, 312)
DEPTH, LEAF = 4, 6


def metadata(console, made):
    """What can be known of each case without reading it: place, sizes, counts, the AI's confidence."""
    for place, case in enumerate(made.public.cases):
        texts = [len(canonical(dict(case.advice.action.params))), len(case.advice.action.id), case.advice.action.pick]
        yield (
            place,
            case.advice.confidence_bp,
            len(canonical(dict(case.fields))),
            len(list(leaves(dict(case.fields)))),
            len(CONSOLES[console].screen(case)),
            len(case.change.options),
            int(case.decide_first),
            *texts,
        )


def best_split(rows, labels, feature):
    """Return (purity, threshold) of the best split on one feature, in one pass over the sorted values."""
    order = sorted(range(len(rows)), key=lambda i: rows[i][feature])
    left, right = Counter(), Counter(labels)
    best = (0.0, None)
    for done, (i, after) in enumerate(pairwise(order), 1):
        left[labels[i]] += 1
        right[labels[i]] -= 1
        if rows[i][feature] == rows[after][feature] or min(done, len(rows) - done) < LEAF:
            continue
        pure = sum(n * n for n in left.values()) / done + sum(n * n for n in right.values()) / (len(rows) - done)
        best = max(best, (pure, rows[i][feature]), key=lambda found: found[0])
    return best


def grow(rows, labels, depth):
    """Return a decision tree: a label, or (feature, threshold, tree if at most, tree if more)."""
    whole = sum(n * n for n in Counter(labels).values()) / len(labels)
    splits = [(*best_split(rows, labels, feature), feature) for feature in range(len(rows[0]) if depth else 0)]
    pure, threshold, feature = max(splits, key=lambda split: split[0], default=(0.0, None, None))
    if threshold is None or pure <= whole + 1e-9:
        return Counter(labels).most_common(1)[0][0]
    below = [i for i, row in enumerate(rows) if row[feature] <= threshold]
    above = [i for i, row in enumerate(rows) if row[feature] > threshold]
    sides = (([rows[i] for i in side], [labels[i] for i in side]) for side in (below, above))
    return (feature, threshold, *(grow(*side, depth - 1) for side in sides))


def classify(tree, row):
    while isinstance(tree, tuple):
        feature, threshold, below, above = tree
        tree = below if row[feature] <= threshold else above
    return tree


@each
def test_a_decision_tree_on_metadata_alone_fails(console, level):
    made = [form(console, level, seed) for seed in TRAINING]
    rows = [row for one in made for row in metadata(console, one)]
    # Good advice is most of a form; without equal weights the tree would accept everything and prove nothing.
    labels = [key.stratum for one in made for key in one.key.cases]
    weight = {Stratum.GOOD: 1, Stratum.WRONG: 2, Stratum.MAND: 3}
    pairs = [pair for pair in zip(rows, labels, strict=True) for _ in range(weight[pair[1]])]
    tree = grow([row for row, _ in pairs], [label for _, label in pairs], DEPTH)
    scores = []
    for one in forms(console, level):
        given = []
        for case, key, row in zip(one.public.cases, one.key.cases, metadata(console, one), strict=True):
            action = {Stratum.GOOD: Action.ACCEPT, Stratum.WRONG: Action.REJECT, Stratum.MAND: Action.ESCALATE}
            guess = action[classify(tree, row)]
            # It is even given the right queue and reason.
            reason = key.answer.reasons[0] if key.answer.reasons else None
            given.append(
                Response(case.id, guess, queue=key.answer.queue if guess is Action.ESCALATE else None, reason=reason)
            )
        scores.append(score(one.public, one.key, given).score)
    assert sum(scores) / len(scores) < 55, tree


@each
def test_nothing_of_the_key_is_in_what_the_learner_sees(console, level):
    for made in forms(console, level)[:3]:
        shown = PUBLIC.dump_json(made.public).decode()
        for word in ("stratum", "accept_loss", '"odd"', '"plain"', *(f"rule.{key.kind}" for key in made.key.cases)):
            assert word not in shown, word
        kinds = [error.id for error in CONSOLES[console].errors] + [one.id for one in CONSOLES[console].mandates]
        for kind in kinds:
            assert f':"{kind}"' not in shown, kind
        assert [case.id for case in made.public.cases] == sorted(case.id for case in made.public.cases)


@each
def test_every_fact_is_on_exactly_one_panel(console, level):
    for made in forms(console, level):
        for case in made.public.cases:
            panels = CONSOLES[console].screen(case)
            shown = [fact.path for panel in panels for fact in panel.facts]
            assert len(shown) == len(set(shown))
            missing = set(leaves(dict(case.fields))) - set(shown)
            # A section that the case does not have is null as a whole.
            assert all(value_at(case.fields, path) is None for path in missing), missing
            for path in shown:
                value_at(case.fields, path)


@each
def test_the_whole_case_can_be_read_out_in_every_language_offered(console, level):
    made = CONSOLES[console]
    for language in languages(made.package):
        words = grammar(made.package, language)
        for one in forms(console, level):
            for case, key in zip(one.public.cases, one.key.cases, strict=True):
                text = transcript(made, one.public, case, words, plain_format)
                assert not re.search(r"[{}]|None", text), text
                assert words.word(key.answer.rule, plain_format)
                for panel in made.screen(case):
                    for fact in panel.facts:
                        assert worded(case.fields, fact, words, plain_format).strip()


@pytest.mark.parametrize("console", CONSOLES)
def test_every_language_words_the_same_messages(console):
    made = CONSOLES[console]
    whole = grammar(made.package, "en")
    needed = [f"reason.{code}" for code in made.reasons]
    for kinds, name in ((made.errors, "error"), (made.mandates, "mandate")):
        needed += [f"{prefix}.{kind.id}" for kind in kinds for prefix in (name, "rule")]
    needed += [mandate.queue for mandate in made.mandates] + [f"policy.{name}" for name in made.policy]
    assert set(needed) <= set(whole.frames)
    for language in languages(made.package):
        other = grammar(made.package, language)
        own = {message for message in whole.frames if not message.startswith("policy.")}
        assert own <= set(other.frames), sorted(own - set(other.frames))
        for message, frames in other.frames.items():
            slots = [set(re.findall(r"\{(\w+)", frame)) for frame in (*frames, *whole.frames.get(message, ()))]
            assert message in whole.frames, f"{language} has {message}, English has not"
            assert len(slots) < 2 or set().union(*slots) == set().union(
                *(set(re.findall(r"\{(\w+)", frame)) for frame in whole.frames[message])
            )


@each
def test_the_free_text_decides_nothing_where_reading_slowly_must_not_fail_anybody(console, level):
    if console not in {"floor-desk", "trust-gym"}:
        pytest.skip("only the consoles in plain words promise this")
    made = CONSOLES[console]
    for one in forms(console, level):
        full = score(one.public, one.key, responses(Policy.VISIBLE_SOLVER, made, one)).score
        hidden = [without_notes(case) for case in one.public.cases]
        given = [made.solve(case, one.public.policy) for case in hidden]
        assert abs(score(one.public, one.key, given).score - full) <= 3


def without_notes(case):
    fields = dict(case.fields)
    if isinstance(fields.get("order"), dict) and "note" in fields["order"]:
        fields["order"] = {**fields["order"], "note": None}
    if isinstance(fields.get("message"), dict):
        fields["message"] = {**fields["message"], "words": None}
    return replace(case, fields=fields)
