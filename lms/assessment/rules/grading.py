"""Grading: a response and an item to an exact share of the points, with the parts that were right.

Every share is a `Fraction` from 0 to 1, so that no score depends on the order of additions. See
`lms.assessment.rules.responses` for the shape of a response; an empty one earns nothing.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from lms.catalog.rules.items import Answer, Gap, GapKind, Item, ItemType, Number, Score, Wording

ZERO, ONE = Fraction(0), Fraction(1)
LONGEST_ANSWER, LONGEST_PATTERN = 200, 200

_NUMBER = re.compile(r"[-+]?(?:\d+(?:[.,]\d*)*|[.,]\d+)")
_ALLOWED_PATTERN = re.compile(r"(?:\\[dws]|\\[.?*+|()\[\]/-]|[^\\{}^$])*")
# Reserved for set operations in later versions of Python's patterns.
_SET_OPERATION = re.compile(r"\[\^?\]?[^\]]*(?:\[|--|&&|~~|\|\|)")
_CURRENCIES = {"$": "usd", "€": "eur", "£": "gbp", "¥": "jpy"}


@dataclass(frozen=True, slots=True)
class Graded:
    """What an answer earned. `parts` says per choice, gap, line or left side whether it was right.

    `feedback` is HTML for the answer as a whole (typed answers); feedback of options stands with the options. What no
    rule grades (likert, open) earns 0: `Item.is_graded` keeps ratings out of scores, a marker replaces an essay's 0.
    """

    share: Fraction
    parts: Mapping[str, bool] = field(default_factory=dict)
    feedback: str = ""

    @property
    def is_right(self) -> bool:
        """Return whether the answer earned everything."""
        return self.share == ONE


def grade(item: Item, response: Mapping[str, Any], language: str) -> Graded:
    """Return what `response` earns, read in the language the question was served in.

    A parametric item must have its values filled in first.
    """
    wording = item.wording(language) or next(iter(item.wordings.values()))
    match item.type:
        case ItemType.SINGLE:
            return _single(item, response)
        case ItemType.MULTI:
            return _multi(item, wording, response)
        case ItemType.SHORT | ItemType.NUMERIC:
            return _typed(item, wording, str(response.get("text", "")))
        case ItemType.CLOZE:
            return _cloze(wording, response.get("gaps") or {}, exact=item.exact)
        case ItemType.ORDER:
            return _order(item, tuple(response.get("order") or ()))
        case ItemType.MATCH:
            return _match(item, response.get("pairs") or {})
        case _:
            return Graded(ZERO)


def _single(item: Item, response: Mapping[str, Any]) -> Graded:
    chosen = response.get("choice")
    right = chosen in item.right
    return Graded(ONE if right else ZERO, {str(chosen): right} if chosen else {})


def _multi(item: Item, wording: Wording, response: Mapping[str, Any]) -> Graded:
    """Grade ticks: exact, the share rightly ticked or left, or right ticks less wrong ones (never below 0)."""
    chosen, right = set(response.get("choices") or ()), set(item.right)
    options = [option.id for option in wording.options]
    parts = {option: (option in chosen) == (option in right) for option in options}
    if not chosen or not options:
        return Graded(ZERO, parts)
    hits, false = len(chosen & right), len(chosen - right)
    if item.score is Score.PROPORTIONAL:
        return Graded(Fraction(sum(parts.values()), len(options)), parts)
    if item.score is Score.PROPORTIONAL_CORRECT and right:
        return Graded(max(ZERO, Fraction(hits - false, len(right))), parts)
    return Graded(ONE if chosen == right else ZERO, parts)


def _typed(item: Item, wording: Wording, text: str) -> Graded:
    if not text.strip():
        return Graded(ZERO)
    for answer in wording.accepted:
        if accepts(answer, text, unit=wording.unit, exact=item.exact):
            return Graded(ONE, feedback=answer.feedback)
    for answer in wording.mistakes:
        if accepts(answer, text, unit=wording.unit, exact=item.exact):
            return Graded(ZERO, feedback=answer.feedback)
    return Graded(ZERO, feedback=wording.otherwise)


def _cloze(wording: Wording, filled: Mapping[str, str], *, exact: bool) -> Graded:
    parts = {gap.id: _fits(gap, str(filled.get(gap.id, "")), exact=exact) for gap in wording.gaps}
    return Graded(Fraction(sum(parts.values()), len(parts)) if parts else ZERO, parts)


def _fits(gap: Gap, text: str, *, exact: bool) -> bool:
    if gap.kind is GapKind.LIST:
        return any(text in answer.words for answer in gap.accepted)
    return any(accepts(answer, text, exact=exact) for answer in gap.accepted)


def _order(item: Item, given: Sequence[str]) -> Graded:
    """Grade an order: all or nothing, or by the longest run of lines in the right order to each other.

    A list of n lines has a run of one whatever is given, so the share is (run - 1) / (n - 1): nothing for a reversal.
    """
    right = {option: place for place, option in enumerate(item.right)}
    parts = {option: index < len(given) and given[index] == option for index, option in enumerate(item.right)}
    if sorted(given) != sorted(item.right):
        return Graded(ZERO, parts)
    if item.score is Score.EXACT or len(right) < 2:  # noqa: PLR2004 - one line has one order
        return Graded(ONE if all(parts.values()) else ZERO, parts)
    run = longest_run([right[option] for option in given])
    return Graded(Fraction(run - 1, len(right) - 1), parts)


def longest_run(places: Sequence[int]) -> int:
    """Return the length of the longest increasing subsequence (patience sorting: Fredman 1975)."""
    tops: list[int] = []
    for place in places:
        index = bisect_left(tops, place)
        tops[index : index + 1] = [place]
    return len(tops)


def _match(item: Item, pairs: Mapping[str, str]) -> Graded:
    parts = {left: pairs.get(left) == right for left, right in item.pairs.items()}
    return Graded(Fraction(sum(parts.values()), len(parts)) if parts else ZERO, parts)


# Typed answers


def accepts(answer: Answer, text: str, *, unit: str = "", exact: bool = False) -> bool:
    """Return whether an accepted answer, or a named mistake, covers what was typed."""
    if len(text) > LONGEST_ANSWER:
        return False
    if answer.number is not None:
        return _near(answer.number, text, unit)
    if answer.pattern is not None:
        return re.fullmatch(answer.pattern, text.strip() if exact else fold(text), re.IGNORECASE) is not None
    if exact:
        return text.strip() in answer.words
    return fold(text) in {fold(word) for word in answer.words}


def fold(text: str) -> str:
    """Return text without case, accents, outer punctuation and doubled spaces."""
    plain = unicodedata.normalize("NFKD", text)
    bare = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return " ".join(bare.casefold().split()).strip(" .!?\"'“”‘’")


def read_number(text: str, unit: str = "") -> Fraction | None:
    """Return the number a person typed: 3,2 · 1.200,50 · 1,200.50 · $50,000 · 15 % · 12 kg; None where it is none.

    Where a single sign could be decimal or grouping, groups of exactly three digits are read as grouping only when the
    sign is repeated or the other sign follows; `readings` keeps both.
    """
    found = readings(text, unit)
    return found[0] if found else None


def readings(text: str, unit: str = "") -> tuple[Fraction, ...]:
    """Return every number that typed text can mean, the likelier first. "1,200" is 1200 or 1.2."""
    digits = _without_unit(text, unit)
    if digits is None or not _NUMBER.fullmatch(digits):
        return ()
    signs = [sign for sign in digits if sign in ".,"]
    if not signs:
        return (Fraction(digits),)
    if len(set(signs)) == 2:  # noqa: PLR2004 - both signs: the last one is the decimal one
        whole, decimal = digits.replace("." if signs[-1] == "," else ",", ""), signs[-1]
        return _fraction(whole.replace(decimal, ".")) if whole.count(decimal) == 1 else ()
    if len(signs) > 1:
        return _fraction(digits.replace(signs[0], "")) if _is_grouped(digits, signs[0]) else ()
    as_decimal = _fraction(digits.replace(",", "."))
    if not _is_grouped(digits, signs[0]):
        return as_decimal
    as_group = _fraction(digits.replace(signs[0], ""))
    return (*as_group, *as_decimal) if signs[0] == "," else (*as_decimal, *as_group)


def _without_unit(text: str, unit: str) -> str | None:
    bare = re.sub(r"[\s\u00a0\u202f'’_]", "", unicodedata.normalize("NFKC", text)).casefold().replace("−", "-")
    for sign, code in _CURRENCIES.items():
        bare = bare.replace(sign, "" if unit.casefold() in {code, ""} else sign)
    names = {unit.casefold().replace(" ", ""), "%"} if unit in {"", "%"} else {unit.casefold().replace(" ", "")}
    for name in sorted(names, key=len, reverse=True):
        if name and bare.endswith(name):
            return bare.removesuffix(name)
        if name and bare.startswith(name):
            return bare.removeprefix(name)
    return bare or None


def _is_grouped(digits: str, sign: str) -> bool:
    first, *rest = digits.lstrip("+-").split(sign)
    return 1 <= len(first) <= 3 and first != "0" and all(len(group) == 3 for group in rest)  # noqa: PLR2004 - thousands


def _fraction(text: str) -> tuple[Fraction, ...]:
    try:
        return (Fraction(text),)
    except ValueError:
        # "3." is a number to a person and not to Fraction.
        return (Fraction(text + "0"),) if text.endswith(".") and text.strip("+-.") else ()


def _near(number: Number, text: str, unit: str) -> bool:
    value, tolerance = Fraction(number.value), abs(Fraction(number.tolerance))
    if number.relative:
        tolerance = abs(value) * tolerance / 100
    return any(abs(typed - value) <= tolerance for typed in readings(text, unit))


def pattern_fault(pattern: str) -> str | None:
    """Return why a pattern may not be used, or None.

    Python's matcher backtracks, so a repetition inside a repetition can take exponential time. The closed form below
    has none; together with the bound on the answer's length matching stays polynomial and short.
    """
    if len(pattern) > LONGEST_PATTERN:
        return f"it has more than {LONGEST_PATTERN} characters"
    if not _ALLOWED_PATTERN.fullmatch(pattern) or "(?" in pattern or _SET_OPERATION.search(pattern):
        return "it uses something outside the allowed form"
    if _nests(pattern):
        return "a repetition stands inside a repetition"
    if len(re.findall(r"(?<!\\)[*+]", pattern)) > 3:  # noqa: PLR2004 - each one multiplies the time by the length
        return "it repeats more than three things"
    try:
        re.compile(pattern)
    except re.error as error:
        return str(error)
    return None


def _nests(pattern: str) -> bool:
    """Return whether a group that holds a repetition or an alternative is itself repeated."""
    bare = re.sub(r"\\.|\[[^\]]*\]", "a", pattern)
    while "(" in bare:
        inner = re.search(r"\(([^()]*)\)([*+?]?)", bare)
        if inner is None:
            return False
        loose = any(sign in inner[1] for sign in "*+?|R")
        if inner[2] in {"*", "+"} and loose:
            return True
        # R remembers that something inside repeats, for the groups around it.
        bare = bare[: inner.start()] + ("R" if loose or inner[2] in {"*", "+"} else "a") + bare[inner.end() :]
    return False
