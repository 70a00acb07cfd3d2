"""Questions as values: what is shown, per language, and what is right.

`Wording` holds what people read, in HTML that is safe to show; nothing in `Item` outside it depends on a language.
Feedback and keys stand in these values, so views never serialise an `Item`: they build their own public form.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from lms.catalog.rules.canonical import digest

# A gap stands in the stem's HTML as these two characters around its id; both are private-use and cannot be typed.
GAP_OPEN, GAP_CLOSE = "\ue000", "\ue001"


class ItemType(StrEnum):
    """How a question is answered."""

    SINGLE = "single"
    MULTI = "multi"
    SHORT = "short"
    NUMERIC = "numeric"
    CLOZE = "cloze"
    ORDER = "order"
    MATCH = "match"
    LIKERT = "likert"
    OPEN = "open"


class Score(StrEnum):
    """How a partly right answer counts (course-format.md)."""

    EXACT = "exact"
    PROPORTIONAL = "proportional"
    PROPORTIONAL_CORRECT = "proportional-correct"
    LONGEST = "longest"


class GapKind(StrEnum):
    """How a gap is filled."""

    TYPED = "typed"
    LIST = "list"
    NUMBER = "number"


@dataclass(frozen=True, slots=True)
class Option:
    """A choice, a line to order, or one side of a pair. `text` and `feedback` are HTML."""

    id: str
    text: str
    feedback: str = ""


@dataclass(frozen=True, slots=True)
class Number:
    """A number with its tolerance, both as decimal text; `relative` tolerances are shares of the value."""

    value: str
    tolerance: str = "0"
    relative: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """One accepted answer or named mistake: words, a pattern, or a number. `feedback` is HTML."""

    words: tuple[str, ...] = ()
    pattern: str | None = None
    number: Number | None = None
    feedback: str = ""


@dataclass(frozen=True, slots=True)
class Gap:
    """A gap of a cloze text. `options` are listed for `GapKind.LIST` only, in the order written."""

    id: str
    kind: GapKind
    accepted: tuple[Answer, ...]
    options: tuple[Option, ...] = ()
    feedback: str = ""


@dataclass(frozen=True, slots=True)
class RubricRow:
    """One row of a rubric: what is judged, and its levels from lowest to highest."""

    id: str
    title: str
    levels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Wording:
    """A question in one language. All texts but `unit` are HTML."""

    stem: str
    context: str = ""
    options: tuple[Option, ...] = ()
    rights: tuple[Option, ...] = ()
    gaps: tuple[Gap, ...] = ()
    accepted: tuple[Answer, ...] = ()
    mistakes: tuple[Answer, ...] = ()
    otherwise: str = ""
    unit: str = ""
    rubric: tuple[RubricRow, ...] = ()


@dataclass(frozen=True, slots=True)
class Variable:
    """One line of a parametric question's `vars:` block: a name and the expression it is drawn or computed from."""

    name: str
    expression: str


@dataclass(frozen=True, slots=True)
class Item:
    """A question. `bank` is ``course/name``; `right` and `pairs` hold option ids, so they hold in every language.

    Children of a scenario share its id in `scenario` and its stem in `Wording.context`. A private item comes from the
    overlay, outside the repository.
    """

    id: str
    type: ItemType
    bank: str
    objective: str | None
    wordings: Mapping[str, Wording]
    tags: tuple[str, ...] = ()
    score: Score = Score.EXACT
    right: tuple[str, ...] = ()
    pairs: Mapping[str, str] = field(default_factory=dict)
    exact: bool = False
    fixed: bool = False
    revisit: str | None = None
    adkar: str | None = None
    scenario: str | None = None
    private: bool = False
    variables: tuple[Variable, ...] = ()
    wording_hash: str = ""
    grading_hash: str = ""

    @property
    def is_graded(self) -> bool:
        """Return whether an answer can be right or wrong."""
        return self.type is not ItemType.LIKERT

    @property
    def is_card(self) -> bool:
        """Return whether it can be repeated as a card: whether an answer is judged at once, by no person."""
        return self.type not in {ItemType.LIKERT, ItemType.OPEN}

    def wording(self, language: str) -> Wording | None:
        """Return the question in `language`, or None where it is not translated."""
        return self.wordings.get(language)


def with_hashes(item: Item) -> Item:
    """Return `item` with both hashes: the wording's, and the grading's (a new one starts new statistics)."""
    grading = {
        "type": item.type,
        "score": item.score,
        "exact": item.exact,
        "right": item.right,
        "pairs": item.pairs,
        "variables": item.variables,
        "keys": {language: _keys(wording) for language, wording in item.wordings.items()},
    }
    wording = {"wordings": item.wordings, "fixed": item.fixed}
    return replace(item, wording_hash=digest(wording)[:16], grading_hash=digest(grading)[:16])


def _keys(wording: Wording) -> dict[str, object]:
    # Only typed answers and numbers differ by language; which option is right never does.
    return {
        "accepted": [replace(answer, feedback="") for answer in wording.accepted],
        "gaps": {gap.id: [replace(answer, feedback="") for answer in gap.accepted] for gap in wording.gaps},
        "rubric": [row.id for row in wording.rubric],
        "unit": wording.unit,
    }


def stem_parts(stem: str) -> tuple[tuple[str, str | None], ...]:
    """Return the stem of a cloze text as (HTML before the gap, gap id) pairs; the last has no gap."""
    parts: list[tuple[str, str | None]] = []
    for piece in stem.split(GAP_OPEN):
        gap, closed, after = piece.partition(GAP_CLOSE)
        if not closed:
            parts.append((piece, None))
            continue
        parts[-1] = (parts[-1][0], gap)
        parts.append((after, None))
    return tuple(parts)
