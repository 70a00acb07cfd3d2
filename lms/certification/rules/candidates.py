"""Who gets an award now, who nearly does, and why not: what a dry run of issuing says."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from lms.certification.rules.predicates import Assessment, NextAction

# Whoever lacks no more than this is "nearly there": one conversation can mend it.
NEARLY_LACKS = 2


class ItemState(StrEnum):
    """Where one person of an issuing run is."""

    WAITING = "waiting"
    ISSUED = "issued"
    NOTHING_DUE = "nothing-due"


class Group(StrEnum):
    """What a level is to a person, in the order in which they are listed."""

    QUALIFIES = "qualifies"
    NEARLY = "nearly"
    NOT_YET = "not-yet"
    HOLDS = "holds"


@dataclass(frozen=True, slots=True)
class Candidate:
    """One person and one level. `lacking` is what is missing, the smallest first."""

    key: str
    group: Group
    lacking: tuple[NextAction, ...] = ()


def judge(key: str, assessment: Assessment, *, holds: bool) -> Candidate:
    """Return what a level is to the person behind `key`."""
    if holds:
        return Candidate(key, Group.HOLDS)
    if assessment.met:
        return Candidate(key, Group.QUALIFIES)
    lacking = assessment.actions
    return Candidate(key, Group.NEARLY if 0 < len(lacking) <= NEARLY_LACKS else Group.NOT_YET, lacking)


def in_group(candidates: Iterable[Candidate], group: Group) -> tuple[Candidate, ...]:
    """Return the candidates of one group, those who lack least first."""
    return tuple(
        sorted((each for each in candidates if each.group is group), key=lambda each: (len(each.lacking), each.key))
    )
