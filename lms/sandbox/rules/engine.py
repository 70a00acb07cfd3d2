"""Drawing a form: its cases, keys and digest are the same for the same exercise, version and seed."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from lms.sandbox.rules import blueprint, parallel
from lms.sandbox.rules.console import Redraw
from lms.sandbox.rules.exercise import (
    Case,
    CaseKey,
    ChangeForm,
    Exercise,
    Generated,
    Key,
    Public,
    Slot,
    Stratum,
    digest,
)
from lms.sandbox.rules.streams import Streams

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lms.sandbox.rules.company import CompanyFacts
    from lms.sandbox.rules.console import Console, Draft

MAX_TRIES = 400
MAX_SALTS = 50
SIBLING = "sibling"


class Exhausted(RuntimeError):
    """No acceptable draw was found: the console's model cannot fill the slot."""


def generate(
    console: Console,
    exercise: Exercise,
    version: int,
    seed: int,
    facts: CompanyFacts,
    fitted: Mapping[str, int] = MappingProxyType({}),
) -> Generated:
    """Return a form of the exercise; `fitted` are hit rates per error type (bp), once responses have told them.

    Raises:
        Exhausted: a case or a form of the right difficulty could not be drawn.
        ValueError: the console does not have the exercise's mode or level.
    """
    if exercise.mode not in console.modes or not set(exercise.levels) <= set(console.levels):
        message = f"{console.id} has no {exercise.mode} at level {exercise.levels}"
        raise ValueError(message)
    for salt in range(MAX_SALTS):
        streams = Streams(exercise.id, version, seed, salt)
        slots = blueprint.plan(console, exercise, streams)
        form = _form(console, exercise, version, slots, streams, facts)
        if parallel.is_parallel(console, form.key, fitted):
            return form
    message = f"{exercise.id}: no form of the family's difficulty for seed {seed}"
    raise Exhausted(message)


def draw_case(
    console: Console, exercise: Exercise, version: int, seed: int, facts: CompanyFacts, place: int, slot: Slot
) -> tuple[Case, CaseKey]:
    """Return the case at a place of a form for a slot of the caller's choosing: guided practice adapts by it.

    With the slot that the form's own plan has there, it is the form's own case.
    """
    streams = Streams(exercise.id, version, seed, 0)
    return _case(console, exercise, slot, place, streams, facts, first=blueprint.decide_first(exercise, streams))


def sibling(
    console: Console, exercise: Exercise, version: int, seed: int, facts: CompanyFacts, place: int, slot: Slot
) -> tuple[Case, CaseKey]:
    """Return another case of the same kind, to be shown worked (the third tier of hints)."""
    streams = Streams(exercise.id, version, seed, SIBLING)
    return _case(console, exercise, slot, place, streams, facts, first=frozenset())


def _form(
    console: Console, exercise: Exercise, version: int, slots: tuple[Slot, ...], streams: Streams, facts: CompanyFacts
) -> Generated:
    first = blueprint.decide_first(exercise, streams)
    pairs = [_case(console, exercise, slot, i, streams, facts, first=first) for i, slot in enumerate(slots)]
    order = streams.stream("reason-order")
    public = Public(
        exercise=exercise.id,
        console=console.id,
        mode=exercise.mode,
        version=version,
        policy={name: facts[name] for name in console.policy},
        queues=order.shuffled(sorted({mandate.queue for mandate in console.mandates})),
        reasons=order.shuffled(sorted(console.reasons)),
        cases=tuple(case for case, _ in pairs),
    )
    key = Key(dict(console.reasons), tuple(key for _, key in pairs))
    return Generated(public, key, digest(public, key))


def _case(
    console: Console,
    exercise: Exercise,
    slot: Slot,
    place: int,
    streams: Streams,
    facts: CompanyFacts,
    *,
    first: frozenset[int],
) -> tuple[Case, CaseKey]:
    name = f"{'x' if exercise.mode == 'extension' else 'c'}{place + 1:02d}"
    for attempt in range(MAX_TRIES):
        own = streams.within("case", place, attempt)
        try:
            draft = console.draw(slot, own, facts)
        except Redraw:
            continue
        if is_material(draft, slot, console.floor):
            return _finished(name, draft, slot, own, decide_first=place in first)
    message = f"{console.id}: no {slot.stratum} case of kind {slot.kind} at level {slot.level}"
    raise Exhausted(message)


def _finished(name: str, draft: Draft, slot: Slot, streams: Streams, *, decide_first: bool) -> tuple[Case, CaseKey]:
    looks = "wrong" if slot.stratum is Stratum.WRONG else "good"
    confidence = streams.stream("confidence").q(f"confidence-{looks}")
    options = streams.stream("option-order").shuffled(draft.change.options)
    case = Case(
        id=name,
        level=slot.level,
        part=slot.part,
        family=draft.family,
        decide_first=decide_first,
        fields=draft.fields,
        advice=replace(draft.advice, confidence_bp=confidence),
        change=ChangeForm(options, draft.change.number),
    )
    key = CaseKey(
        id=name,
        stratum=slot.stratum,
        level=slot.level,
        kind=slot.kind,
        answer=draft.answer,
        accept_loss=max(0, draft.accept_cost - draft.best_cost),
        cap=draft.cap,
        losses=draft.losses,
        limit=draft.limit,
        splits=draft.splits,
        low_limit=draft.low_limit,
    )
    return case, key


def is_material(draft: Draft, slot: Slot, floor: int) -> bool:
    """Return whether a wrong case costs enough to catch (>= 25 % and the floor) and a good one little (<= 3 %)."""
    extra = draft.accept_cost - draft.best_cost
    if slot.stratum is Stratum.WRONG:
        return extra >= floor and 4 * extra >= draft.best_cost
    if slot.stratum is Stratum.GOOD:
        return 100 * extra <= 3 * draft.best_cost
    return True
