"""Hints that do not say whether the AI is right.

A hint on a case where the AI is wrong points at what is wrong. On a case where it is right the same three tiers point
at one way in which it could have been wrong: where one would see it, the rule, and another case where it happened. So
that a hint was given, or what it looks like, tells nothing about the answer.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from lms.sandbox.rules import engine
from lms.sandbox.rules.company import CompanyFacts
from lms.sandbox.rules.console import Console
from lms.sandbox.rules.consoles.registry import CONSOLES
from lms.sandbox.rules.exercise import Case, CaseKey, Exercise, Mode, Slot, Stratum, Text
from lms.sandbox.rules.transcript import label, leaves

# Draws spent on finding which families an error type or a mandate occurs in.
SAMPLES = 6
# Places far beyond any form's, so that a sample is never one of a person's own cases.
FIRST_SAMPLE = 1000


@dataclass(frozen=True, slots=True)
class Fault:
    """What can be the matter with cases of a family: which slot draws one, where it shows (label ids), the rule."""

    stratum: Stratum
    kind: str
    where: tuple[str, ...]
    rule: Text


@dataclass(frozen=True, slots=True)
class Hint:
    """`where`: label ids of the fields to look at; `rule`; `worked`: another case, its AI wrong, with its key."""

    where: tuple[str, ...]
    rule: Text
    worked: tuple[Case, CaseKey]


def hint_for(
    console: Console,
    exercise: Exercise,
    version: int,
    seed: int,
    facts: CompanyFacts,
    place: int,
    pair: tuple[Case, CaseKey],
) -> Hint | None:
    """Return the hint on the case at a place of a form, or None where nothing at all can be the matter."""
    case, key = pair
    if key.stratum is Stratum.GOOD:
        faults = faults_of(console.id, key.level)
        possible = _fitting(case, faults.get(case.family, ())) or _fitting(case, sum(faults.values(), ()))
        if not possible:
            return None
        fault = possible[zlib.crc32(f"{seed}/{case.id}".encode()) % len(possible)]
    else:
        fault = Fault(key.stratum, key.kind, _labels(key), key.answer.rule)
    slot = Slot(fault.stratum, key.level, fault.kind)
    return Hint(fault.where, fault.rule, engine.sibling(console, exercise, version, seed, facts, place, slot))


@lru_cache(maxsize=32)
def faults_of(console_id: str, level: int) -> Mapping[str, tuple[Fault, ...]]:
    """Return per family what can be the matter with its cases; error types first, mandates where there is no other."""
    console, facts = CONSOLES[console_id], CompanyFacts()
    exercise = Exercise(console_id, (level,), Mode.GUIDED)
    wrong = {error.id: Stratum.WRONG for error in console.errors if error.since <= level}
    reserved = {mandate.id: Stratum.MAND for mandate in console.mandates if mandate.since <= level}
    found: dict[str, dict[str, Fault]] = {}
    for kinds in (wrong, reserved):
        known = set(found)
        for kind, stratum in kinds.items():
            for sample in range(SAMPLES):
                slot = Slot(stratum, level, kind)
                case, key = engine.draw_case(console, exercise, 1, sample, facts, FIRST_SAMPLE + sample, slot)
                if case.family not in known:
                    fault = Fault(stratum, kind, _labels(key), key.answer.rule)
                    found.setdefault(case.family, {}).setdefault(kind, fault)
    return {family: tuple(faults.values()) for family, faults in found.items()}


def _fitting(case: Case, faults: tuple[Fault, ...]) -> list[Fault]:
    here = {label(path) for path in leaves(dict(case.fields))}
    return [fault for fault in faults if here.intersection(fault.where)]


def _labels(key: CaseKey) -> tuple[str, ...]:
    """Return the fields that show what is wrong, without the row that would tell which option is meant."""
    return tuple(dict.fromkeys(label(path) for path in key.answer.evidence))
