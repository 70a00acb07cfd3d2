"""Foreign questions written as `*.q.md`, with what has to be filled in before the check passes."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field

from lms.catalog.adapters.imports.foreign import FULL, ForeignAnswer, ForeignGap, ForeignQuestion, LeftOut, Taken
from lms.catalog.rules.ids import MAX_ID_LENGTH
from lms.catalog.rules.items import ItemType

LONGEST_CHOICE_ID = 24


@dataclass
class Written:
    """A bank as text. `left_out` are questions and parts not carried over; `missing` what an author must fill in."""

    text: str = ""
    ids: list[str] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    missing: list[LeftOut] = field(default_factory=list)


def write_bank(taken: Taken, objective: str, used: frozenset[str] = frozenset()) -> Written:
    """Return the questions as a bank. Every one serves `objective`; ids in `used` are not given again."""
    written = Written(left_out=list(taken.left_out))
    names = set(used)
    blocks = []
    for question in taken.questions:
        writer = _Writer(question, objective, _fresh(slug(question.name), names))
        blocks.append(writer.block())
        written.ids.append(writer.id)
        notes = [*question.notes, *writer.lost]
        written.left_out += [LeftOut(question.name, question.line, note) for note in notes]
        written.missing += [LeftOut(writer.id, question.line, what) for what in writer.missing]
    written.text = "\n".join(blocks)
    written.left_out.sort(key=lambda one: one.line)
    return written


def slug(text: str, longest: int = MAX_ID_LENGTH - 8) -> str:
    """Return text as an id: lower-case letters, digits and single dashes, starting with a letter."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    name = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:longest].strip("-")
    return name if name[:1].isalpha() else f"q-{name}".strip("-")


def _fresh(name: str, used: set[str]) -> str:
    found, number = name, 2
    while found in used:
        found, number = f"{name}-{number}", number + 1
    used.add(found)
    return found


class _Writer:
    def __init__(self, question: ForeignQuestion, objective: str, name: str) -> None:
        self.question = question
        self.objective = objective
        self.id = name
        self.lost: list[str] = []
        self.missing: list[str] = []
        self.names: set[str] = set()

    def block(self) -> str:
        answers = {
            ItemType.SINGLE: self._choices,
            ItemType.MULTI: self._choices,
            ItemType.SHORT: self._typed,
            ItemType.NUMERIC: self._typed,
            ItemType.MATCH: self._pairs,
            ItemType.CLOZE: self._gaps,
        }[self.question.kind]
        lines = list(answers())
        stem = self._stem()
        return "\n".join([self._heading(), stem, *([""] if "\n" in stem else []), *lines, ""])

    def _heading(self) -> str:
        question = self.question
        tags = [slug(tag) for tag in question.tags if tag.strip()]
        parts = [question.kind.value, *([f"tag={','.join(dict.fromkeys(tags))}"] if tags else [])]
        parts += ["score=proportional-correct"] if question.kind is ItemType.MULTI else []
        parts += [flag for flag, given in (("exact", question.exact), ("fixed", question.fixed)) if given]
        return f"## {self.id} {{{' '.join([*parts, f'objective={self.objective}'])}}}"

    def _stem(self) -> str:
        stem = self.question.stem.strip()
        if not stem:
            self.missing.append("its text")
        for number, gap in enumerate(self.question.gaps, start=1):
            stem = stem.replace(f"{{gap {number}}}", f"[[{self._gap(gap)}]]{{#gap-{number}}}")
        return stem

    def _choices(self) -> Iterator[str]:
        left, right = ("[", "]") if self.question.kind is ItemType.MULTI else ("(", ")")
        best = max((answer.share for answer in self.question.answers), default=FULL)
        several = self.question.kind is ItemType.MULTI
        for answer in self.question.answers:
            is_right = answer.share > 0 if several else answer.share == best and best > 0
            if not several and 0 < answer.share < best:
                self.lost.append(f"The part of the points for {answer.text!r}: a choice is right or wrong.")
            text = answer.text or "…"
            yield f"- {left}{'x' if is_right else ' '}{right} {text} {{#{self._choice_id(text)}}}"
            yield from self._feedback(answer, f"the feedback of {text!r}")
        if several and not any(answer.share < 0 for answer in self.question.answers):
            self.lost.append("Its points for each tick: here a wrong tick takes as much as a right one earns.")

    def _typed(self) -> Iterator[str]:
        number = self.question.kind is ItemType.NUMERIC
        otherwise = self.question.general
        for answer in self.question.answers:
            if answer.text.replace("\\", "") == "*":
                otherwise = answer.feedback or otherwise
                continue
            if 0 < answer.share < FULL:
                self.lost.append(f"The part of the points for {answer.text!r}: it counts as a mistake with feedback.")
            accepted = answer.share == FULL
            text = f"{answer.text} +- {answer.tolerance}" if number else self._accepted(answer.text)
            yield f"{'=' if accepted else '!'} {text}"
            if answer.feedback or not accepted:
                yield from self._feedback(answer, f"the feedback of {answer.text!r}")
        yield "! *"
        yield from self._feedback(ForeignAnswer("*", feedback=otherwise), "the feedback of every other answer")

    def _accepted(self, text: str) -> str:
        plain = text.replace("\\", "")
        if "*" in plain:
            return "/" + ".*".join(re.sub(r"([.?*+|()\[\]/-])", r"\\\1", part) for part in plain.split("*")) + "/"
        if "|" in plain:
            self.lost.append(f"The bar in {plain!r}: it divides answers here.")
        return plain

    def _pairs(self) -> Iterator[str]:
        for answer in self.question.answers:
            name = self._choice_id(answer.pair or answer.text)
            yield f"- {answer.text} :: {answer.pair} {{#{name}}}" if answer.text else f"- :: {answer.pair} {{#{name}}}"
            yield from self._feedback(answer, f"the feedback of {answer.text or answer.pair!r}")

    def _gaps(self) -> Iterator[str]:
        for number, gap in enumerate(self.question.gaps, start=1):
            right = next((answer for answer in gap.answers if answer.share == FULL), None)
            said = [answer.feedback for answer in gap.answers if answer.feedback and answer.share < FULL]
            feedback = said[-1] if said else right.feedback if right else ""
            yield f"- {{#gap-{number}}}"
            yield from self._feedback(ForeignAnswer("", feedback=feedback), f"the feedback of gap {number}")

    def _gap(self, gap: ForeignGap) -> str:
        right = [answer.text for answer in gap.answers if answer.share == FULL and answer.text]
        if gap.kind == "number":
            first = next(answer for answer in gap.answers if answer.share == FULL)
            return f"= {first.text} +- {first.tolerance}"
        if any(0 < answer.share < FULL for answer in gap.answers):
            self.lost.append("The part of the points for an answer in a gap: it is right or wrong.")
        wrong = [f"~{answer.text}" for answer in gap.answers if answer.share < FULL and answer.text not in {"", "*"}]
        return "|".join([*right, *(wrong if gap.kind == "list" else [])])

    def _feedback(self, answer: ForeignAnswer, what: str) -> Iterator[str]:
        text = answer.feedback or self.question.general
        if text:
            yield f"  > {text}"
        else:
            self.missing.append(what)

    def _choice_id(self, text: str) -> str:
        words = slug(re.sub(r"&\w+;|[\\*_`]", "", text), LONGEST_CHOICE_ID).removeprefix("q-")
        return _fresh(words or "choice", self.names)
