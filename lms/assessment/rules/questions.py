"""The public form of a question: everything a person may see before its key may be shown, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lms.assessment.rules.attempts import Served
from lms.catalog.rules.items import GapKind, Item, ItemType, Wording, stem_parts


@dataclass(frozen=True, slots=True)
class Choice:
    """An option, a line to order, or a side of a pair; `text` is safe HTML."""

    id: str
    text: str


@dataclass(frozen=True, slots=True)
class PublicGap:
    """A gap: typed where it has no choices."""

    id: str
    choices: tuple[Choice, ...] = ()
    numeric: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """A question without its key. `stem` and `context` are safe HTML; `parts` cut a cloze stem at its gaps."""

    type: ItemType
    stem: str
    context: str
    unit: str
    choices: tuple[Choice, ...] = ()
    rights: tuple[Choice, ...] = ()
    parts: tuple[tuple[str, PublicGap | None], ...] = ()
    # What an open answer is judged by; the levels are the key.
    judged: tuple[str, ...] = ()


def public_question(item: Item, wording: Wording, served: Served) -> Question:
    """Return the question as it was served."""
    gaps = {gap.id: _gap(gap.id, gap.kind, gap.options) for gap in wording.gaps}
    parts = tuple((html, gaps.get(gap) if gap else None) for html, gap in stem_parts(wording.stem)) if gaps else ()
    return Question(
        type=item.type,
        stem="" if gaps else wording.stem,
        context=wording.context,
        unit=wording.unit,
        choices=_arranged(served.options, wording.options),
        rights=_arranged(served.rights, wording.rights),
        parts=parts,
        judged=tuple(row.title for row in wording.rubric),
    )


def shown_order(question: Question, response: Mapping[str, Any]) -> tuple[Choice, ...]:
    """Return the lines of an order question in the order the person last gave them."""
    given: Sequence[str] = response.get("order", ())
    by_id = {choice.id: choice for choice in question.choices}
    return tuple(by_id[option] for option in given if option in by_id) if given else question.choices


def _gap(gap_id: str, kind: GapKind, options: Sequence[Any]) -> PublicGap:
    if kind is GapKind.LIST:
        # Sorted by their text: the order they are written in tells which is right.
        choices = sorted((Choice(option.id, option.text) for option in options), key=lambda choice: choice.text)
        return PublicGap(gap_id, tuple(choices))
    return PublicGap(gap_id, numeric=kind is GapKind.NUMBER)


def _arranged(ids: Sequence[str], options: Sequence[Any]) -> tuple[Choice, ...]:
    texts = {option.id: option.text for option in options}
    return tuple(Choice(option, texts[option]) for option in ids if option in texts)
