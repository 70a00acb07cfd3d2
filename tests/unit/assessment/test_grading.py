"""Every type graded as course-format.md names it, with exact shares."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from fractions import Fraction
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.assessment.rules.grading import accepts, fold, grade, longest_run, pattern_fault, read_number
from lms.catalog.rules.items import Answer, Gap, GapKind, Item, ItemType, Number, Option, Score, Wording

ABCDE = tuple("abcde")


def item(kind: ItemType, wording: Wording | None = None, **more: object) -> Item:
    wording = wording or Wording("Stem", options=tuple(Option(name, name) for name in ABCDE))
    return Item("q", kind, "c/b", "o.a", {"en": wording}, **more)  # type: ignore[arg-type]


def share(question: Item, **response: object) -> Fraction:
    return grade(question, response, "en").share


def test_single_choice_is_one_or_nothing() -> None:
    question = item(ItemType.SINGLE, right=("b",))
    assert [share(question, choice=name) for name in "ab"] == [0, 1]
    assert share(question) == 0
    assert grade(question, {"choice": "a"}, "en").parts == {"a": False}


@pytest.mark.parametrize(
    ("score", "chosen", "expected"),
    [
        (Score.EXACT, "ab", 1),
        (Score.EXACT, "abc", 0),
        (Score.PROPORTIONAL, "a", Fraction(4, 5)),
        (Score.PROPORTIONAL, "abc", Fraction(4, 5)),
        (Score.PROPORTIONAL, "cde", 0),
        (Score.PROPORTIONAL_CORRECT, "a", Fraction(1, 2)),
        (Score.PROPORTIONAL_CORRECT, "ac", 0),
        (Score.PROPORTIONAL_CORRECT, "cde", 0),
        (Score.PROPORTIONAL_CORRECT, "abc", Fraction(1, 2)),
    ],
)
def test_multiple_choice_scores_as_named(score: Score, chosen: str, expected: Fraction) -> None:
    assert share(item(ItemType.MULTI, right=("a", "b"), score=score), choices=list(chosen)) == expected


@given(st.sets(st.sampled_from(ABCDE), min_size=1), st.sets(st.sampled_from(ABCDE)), st.sampled_from(list(Score)[:3]))
def test_a_multiple_choice_share_stays_between_nothing_and_all(right: set[str], chosen: set[str], score: Score) -> None:
    question = item(ItemType.MULTI, right=tuple(right), score=score)
    got = share(question, choices=list(chosen))
    assert 0 <= got <= 1
    assert (got == 1) == (chosen == right)


def test_ticking_nothing_earns_nothing_even_where_leaving_would_be_right() -> None:
    assert share(item(ItemType.MULTI, right=("a",), score=Score.PROPORTIONAL), choices=[]) == 0


def test_an_order_earns_its_longest_run_and_a_reversal_nothing() -> None:
    question = item(ItemType.ORDER, right=ABCDE, score=Score.LONGEST)
    assert share(question, order=list("abcde")) == 1
    assert share(question, order=list("bcdea")) == Fraction(3, 4)
    assert share(question, order=list("edcba")) == 0
    assert share(question, order=list("abcd")) == 0
    assert share(item(ItemType.ORDER, right=ABCDE, score=Score.EXACT), order=list("abced")) == 0


def test_the_longest_run_agrees_with_trying_every_subset() -> None:
    def slow(places: tuple[int, ...]) -> int:
        best = 0
        for mask in range(1 << len(places)):
            kept = [place for index, place in enumerate(places) if mask >> index & 1]
            best = max(best, len(kept) if kept == sorted(kept) else 0)
        return best

    assert all(longest_run(places) == slow(places) for places in permutations(range(6)))


def test_a_match_earns_per_pair_and_knows_rights_that_fit_nothing() -> None:
    question = item(ItemType.MATCH, pairs={"a": "x", "b": "x", "c": "z"})
    assert share(question, pairs={"a": "x", "b": "x", "c": "nothing"}) == Fraction(2, 3)
    assert grade(question, {"pairs": {"a": "z"}}, "en").parts == {"a": False, "b": False, "c": False}


def test_a_cloze_earns_per_gap() -> None:
    gaps = (
        Gap("age", GapKind.TYPED, (Answer(words=("stale", "out of date")),)),
        Gap("what", GapKind.LIST, (Answer(words=("k1",)),), (Option("k1", "unit"), Option("k2", "colour"))),
        Gap("much", GapKind.NUMBER, (Answer(number=Number("15", "1")),)),
    )
    question = item(ItemType.CLOZE, Wording("Stem", gaps=gaps))
    assert share(question, gaps={"age": " Out  of DATE. ", "what": "k1", "much": "14,5"}) == 1
    assert share(question, gaps={"age": "fresh", "what": "k2", "much": "15"}) == Fraction(1, 3)


def test_ratings_and_essays_are_not_graded_by_rule() -> None:
    assert share(item(ItemType.LIKERT), rating=5) == 0
    assert not item(ItemType.LIKERT).is_graded


# Typed answers


def test_typed_words_fold_case_accents_spaces_and_outer_signs() -> None:
    answer = Answer(words=("Año nuevo",))
    assert all(accepts(answer, text) for text in ("año nuevo", "  ANO   NUEVO! ", "“Año nuevo”"))
    assert not accepts(answer, "ano nuevo", exact=True)
    assert accepts(answer, " Año nuevo ", exact=True)


def test_a_pattern_must_match_the_whole_answer() -> None:
    answer = Answer(pattern=r"out(dated| of date)")
    assert accepts(answer, "Out of date")
    assert not accepts(answer, "it is out of date")


def test_feedback_of_a_typed_answer_is_the_accepted_the_named_mistake_or_the_rest() -> None:
    wording = Wording(
        "Stem",
        accepted=(Answer(number=Number("15"), feedback="yes"),),
        mistakes=(Answer(number=Number("13", "0.1"), feedback="of 46"),),
        otherwise="divide",
    )
    question = item(ItemType.NUMERIC, wording)
    assert [grade(question, {"text": text}, "en").feedback for text in ("15", "13.04", "2", "many")] == [
        "yes",
        "of 46",
        "divide",
        "divide",
    ]
    assert grade(question, {}, "en").feedback == ""


@pytest.mark.parametrize(
    ("text", "unit", "value"),
    [
        ("15", "", Fraction(15)),
        ("3,2", "", Fraction(16, 5)),
        ("1.200,50", "", Fraction(2401, 2)),
        ("1,200.50", "", Fraction(2401, 2)),
        ("$50,000", "USD", Fraction(50000)),
        ("50 000 USD", "USD", Fraction(50000)),
        ("50'000", "", Fraction(50000)),
        ("15 %", "%", Fraction(15)),
        ("15%", "", Fraction(15)),
        ("12 kg", "kg", Fraction(12)),
        ("−70", "", Fraction(-70)),
        ("1,234,567", "", Fraction(1234567)),
        ("1.234.567,8", "", Fraction(12345678, 10)),
        (".5", "", Fraction(1, 2)),
        ("3.", "", Fraction(3)),
        ("0,125", "", Fraction(1, 8)),
        ("12 kg", "", None),
        ("€50", "USD", None),
        ("1,2,3", "", None),
        ("1.2.3,4,5", "", None),
        ("", "", None),
        ("ten", "", None),
        ("1/2", "", None),
    ],
)
def test_a_number_is_read_as_people_type_it(text: str, unit: str, value: Fraction | None) -> None:
    assert read_number(text, unit) == value


def test_an_ambiguous_group_is_taken_in_the_meaning_that_fits() -> None:
    assert accepts(Answer(number=Number("1200")), "1,200")
    assert accepts(Answer(number=Number("1200")), "1.200")
    assert accepts(Answer(number=Number("1.2")), "1,200")


@pytest.mark.parametrize(
    ("number", "inside", "outside"),
    [
        (Number("15", "1"), ("14", "16", "14,00"), ("13.99", "16.01")),
        (Number("3.2", "5", relative=True), ("3.04", "3.36"), ("3.03", "3.37")),
        (Number("-70"), ("-70", "−70.0"), ("70", "-69.9")),
    ],
)
def test_a_tolerance_includes_its_ends(number: Number, inside: tuple[str, ...], outside: tuple[str, ...]) -> None:
    assert all(accepts(Answer(number=number), text) for text in inside)
    assert not any(accepts(Answer(number=number), text) for text in outside)


@given(st.decimals(min_value=-10_000_000, max_value=10_000_000, places=2))
def test_a_plain_number_is_read_exactly_in_both_decimal_signs(value: object) -> None:
    text = f"{value:f}"
    assert read_number(text) == Fraction(text)
    if not re.fullmatch(r"-?[1-9]\d{0,2}\.\d{3}", text):
        assert read_number(text.replace(".", ",")) == Fraction(text)


@given(st.text(max_size=300))
def test_no_answer_makes_grading_fall_over(text: str) -> None:
    wording = Wording("Stem", accepted=(Answer(words=("x",)), Answer(pattern="x+"), Answer(number=Number("1"))))
    assert grade(item(ItemType.SHORT, wording), {"text": text}, "en").share in {0, 1}


@given(st.text(max_size=60))
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize(
    "pattern", ["(a+)+", "(a|aa)+", "((a*)b?)*", "a{9}", "(?:a)", "^a", "(a", "a*b*c*d*", r"\bx", "[" * 9]
)
def test_a_pattern_that_could_run_away_is_refused(pattern: str) -> None:
    assert pattern_fault(pattern)


@pytest.mark.parametrize(
    "pattern", ["outdated( data)?", "(left|right) side", r"\d+ days?", "[a-f]+", "a.b", r"50[., ]?000"]
)
def test_an_honest_pattern_is_allowed(pattern: str) -> None:
    assert pattern_fault(pattern) is None


@given(st.text(alphabet="ab(|)*+?.[]\\d", max_size=14))
def test_every_allowed_pattern_answers_quickly(pattern: str) -> None:
    if pattern_fault(pattern) is None:
        started = time.process_time()
        accepts(Answer(pattern=pattern), "ab" * 60 + "!" + "a" * 60)
        assert time.process_time() - started < 0.5


def test_an_item_is_graded_in_the_language_it_was_served_in() -> None:
    wordings = {
        "en": Wording("A", accepted=(Answer(words=("stale",)),)),
        "es": Wording("B", accepted=(Answer(words=("viejo",)),)),
    }
    question = Item("q", ItemType.SHORT, "c/b", "o.a", wordings)
    graded: Callable[[str], Fraction] = lambda language: grade(question, {"text": "viejo"}, language).share  # noqa: E731
    assert (graded("en"), graded("es")) == (0, 1)
