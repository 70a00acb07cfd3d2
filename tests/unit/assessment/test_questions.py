"""`*.q.md` files read: every type, facts in answers, scenarios, translations."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from random import Random

import pytest

from lms.assessment.rules.grading import grade
from lms.assessment.rules.parametric import draw_values, with_values
from lms.catalog.adapters.compiler import Compiled, compile_tree
from lms.catalog.adapters.sources import read_tree, tree_of
from lms.catalog.rules.items import GapKind, Item, ItemType, Score, stem_parts
from lms.formats import course_formats

SOUND = Path(__file__).parents[2] / "broken_courses" / "sound"
BANK = """\
## one {single tag=x,y objective=a.know fixed}
Which?
- ( ) No {#no}
  > Not that.
- (x) Yes, at {{limit}}
  and above {#yes}
  > Right.

## some {multi score=proportional-correct objective=a.know}
Which?
- [x] A {#a}
  > A.
- [x] B {#b}
  > B.
- [ ] C {#c}
  > C.

## word {short exact objective=a.know}
Called?
= Limit | {{limit}}
  > Yes.
= /li+mit/
! *
  > The limit.

## much {numeric objective=a.know unit=USD}
How much?
= {{limit}} +- 5%
! 1000 +- 0
  > Ten times too much.
! *
  > See above.

## gaps {cloze objective=a.know}
It is [[fixed|set]]{#how}, in [[dollars|~euros|~pounds]]{#coin}, at [[= {{limit}} +- 0]]{#much}.
- {#how}
  > Fixed.
- {#coin}
  > Dollars.
- {#much}
  > Look it up.

## steps {order objective=a.know}
In order?
1. Stop {#stop}
   > First.
2. Look {#look}
   > Then.
3. Ask {#ask}
   > Last.

## pairs {match objective=a.know}
Which goes where?
- A threat :: Legal {#threat}
  > Legal.
- A chargeback :: Legal {#chargeback}
  > Legal too.
- :: Nowhere {#nowhere}
  > Never.

## like {likert adkar=desire}
I like it.

## story {scenario tag=late objective=a.know}
A parcel is late. The limit is {{limit}}.

### story-first {single}
What first?
- (x) Look {#look}
  > Yes.
- ( ) Pay {#pay}
  > No.

### story-sum {numeric}
How much?
= 8 +- 0
! *
  > A tenth.

## sums {numeric parametric objective=a.know}
```vars
n = 2..9
total = n * {{limit}}
```
What are {{= n }} limits?
= {{= total }} +- 0
! *
  > {{= n }} times {{limit}}.

## essay {open objective=a.know}
Write an instruction.
| row | 1 | 2 | 3 | 4 |
|---|---|---|---|---|
| bounded: Says what not to do | None | One | Most | All |
"""


def compiled(bank: str = BANK, **more: str) -> Compiled:
    files = {path: source.text for path, source in read_tree(SOUND).files.items()}
    return compile_tree(tree_of({**files, "course/bank/b.q.md": bank, **more}), course_formats())


@pytest.fixture(scope="module")
def items() -> dict[str, Item]:
    found = compiled()
    assert found.errors == ()
    return dict(found.courses["course"].items)


def test_choices_keep_their_ids_feedback_and_continued_lines(items: dict[str, Item]) -> None:
    one = items["one"]
    wording = one.wordings["en"]
    assert (one.type, one.right, one.tags, one.fixed) == (ItemType.SINGLE, ("yes",), ("x", "y"), True)
    assert [option.id for option in wording.options] == ["no", "yes"]
    assert wording.options[1].text == "Yes, at $100 and above"
    assert wording.options[0].feedback == "Not that."


def test_a_multi_question_carries_its_score(items: dict[str, Item]) -> None:
    assert (items["some"].score, items["some"].right) == (Score.PROPORTIONAL_CORRECT, ("a", "b"))


def test_facts_stand_in_answers_as_words_or_as_plain_numbers(items: dict[str, Item]) -> None:
    assert items["word"].wordings["en"].accepted[0].words == ("Limit", "$100")
    assert grade(items["much"], {"text": "$104"}, "en").is_right
    assert grade(items["much"], {"text": "1,000"}, "en").feedback == "Ten times too much."


def test_a_cloze_has_typed_listed_and_number_gaps(items: dict[str, Item]) -> None:
    gaps = {gap.id: gap for gap in items["gaps"].wordings["en"].gaps}
    assert [gap.kind for gap in gaps.values()] == [GapKind.TYPED, GapKind.LIST, GapKind.NUMBER]
    dollars = next(option.id for option in gaps["coin"].options if option.text == "dollars")
    assert grade(items["gaps"], {"gaps": {"how": "Set", "coin": dollars, "much": "100"}}, "en").is_right
    assert [gap for _html, gap in stem_parts(items["gaps"].wordings["en"].stem)] == ["how", "coin", "much", None]


def test_ids_of_listed_options_do_not_tell_which_is_right(items: dict[str, Item]) -> None:
    gap = items["gaps"].wordings["en"].gaps[1]
    assert all(len(option.id) == 8 for option in gap.options)


def test_an_order_is_right_as_written(items: dict[str, Item]) -> None:
    assert items["steps"].right == ("stop", "look", "ask")
    assert items["steps"].score is Score.LONGEST


def test_two_lefts_share_a_right_and_a_right_may_fit_nothing(items: dict[str, Item]) -> None:
    pairs = items["pairs"]
    assert pairs.pairs == {"threat": "threat", "chargeback": "threat"}
    assert [option.id for option in pairs.wordings["en"].rights] == ["threat", "nowhere"]


def test_children_of_a_scenario_share_its_stem_objective_and_tags(items: dict[str, Item]) -> None:
    first, total = items["story-first"], items["story-sum"]
    assert (first.scenario, total.scenario) == ("story", "story")
    assert (first.objective, first.tags) == ("a.know", ("late",))
    assert first.wordings["en"].context == total.wordings["en"].context
    assert "The limit is $100." in first.wordings["en"].context


def test_a_parametric_question_computes_with_facts(items: dict[str, Item]) -> None:
    values = draw_values(items["sums"], Random(3))
    plain = with_values(items["sums"], values)
    assert Fraction(values["total"]) == Fraction(values["n"]) * 100
    assert grade(plain, {"text": values["total"]}, "en").is_right
    assert "vars" not in plain.wordings["en"].stem


def test_a_rubric_row_has_an_id_and_its_levels(items: dict[str, Item]) -> None:
    row = items["essay"].wordings["en"].rubric[0]
    assert (row.id, row.title, row.levels) == ("bounded", "Says what not to do", ("None", "One", "Most", "All"))


def test_ratings_are_not_served_in_quizzes(items: dict[str, Item]) -> None:
    assert "like" not in items


def test_a_translation_adds_its_wording_and_its_own_accepted_words() -> None:
    bank = "## word {short objective=a.know}\nCalled?\n= limit\n! *\n  > No.\n\n" + BANK.split("\n\n", 1)[0] + "\n"
    spanish = bank.replace("Called?", "¿Cómo se llama?").replace("= limit", "= límite").replace("Not that", "Eso no")
    found = compiled(bank, **{"course/locales/es/bank/b.q.md": spanish})
    assert found.errors == ()
    word = found.courses["course"].items["word"]
    assert grade(word, {"text": "LIMITE"}, "es").is_right
    assert not grade(word, {"text": "limite"}, "en").is_right


@pytest.mark.parametrize(
    ("old", "new"),
    [("- (x) Yes", "- ( ) Yes"), ("{#no}", "{#nope}"), ("{single tag", "{multi tag"), ("## one", "## uno")],
)
def test_a_translation_may_not_change_what_is_right(old: str, new: str) -> None:
    spanish = {"course/locales/es/bank/b.q.md": BANK.replace(old, new, 1)}
    assert "translation-differs" in {problem.rule for problem in compiled(**spanish).errors}
