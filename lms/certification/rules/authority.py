"""May this person do X now? Yes, no, or ask somebody who may.

Source: curriculum.md section 4, the row "authority". Foundation acts on what has no gate and may ask for a gated
approval; Practitioner is also a buddy; champions coach, observe and sign off, never themselves; approvers approve the
gates they were given, and their deputies do while they are away. Champions and approvers act until their course is
done.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from lms.accounts.rules.actor import Role

# An answer is signed for this long and no longer: a revocation is felt within it.
ANSWER_LASTS = timedelta(minutes=5)


class Deed(StrEnum):
    """What somebody wants to do."""

    ACT = "act"
    REQUEST = "request"
    BUDDY = "buddy"
    COACH = "coach"
    OBSERVE = "observe"
    SIGN_OFF = "sign-off"
    APPROVE = "approve"


class Answer(StrEnum):
    """`ASK`: not alone; somebody else decides."""

    YES = "yes"
    NO = "no"
    ASK = "ask"


class Reason(StrEnum):
    """Why the answer is what it is."""

    IN_FORCE = "in-force"
    IN_GRACE = "in-grace"
    ACTING_CHAMPION = "acting-champion"
    ACTING_APPROVER = "acting-approver"
    DEPUTY = "deputy"
    NO_AUTHORITY = "no-authority"
    OTHER_GATE = "other-gate"
    ONESELF = "oneself"
    MAY_REQUEST = "may-request"


FOUNDATION, PRACTITIONER, APPROVER = "foundation", "practitioner", "approver"
# A level of its own for each gate: ``approver-price``.
_OF_GATE = f"{APPROVER}-"
_CHAMPIONS = frozenset({Deed.COACH, Deed.OBSERVE, Deed.SIGN_OFF})


def approver_level(gate: str) -> str:
    """Return the level that certifies for a gate."""
    return f"{_OF_GATE}{gate}"


def gate_of(level: str) -> str | None:
    """Return the gate that an approver's level is for: "" for a level for all of them, None for any other level."""
    if level == APPROVER:
        return ""
    return level.removeprefix(_OF_GATE) if level.startswith(_OF_GATE) else None


def role_of(level: str) -> Role | None:
    """Return the role that a level is for where it is an appointed one."""
    if level == Role.CHAMPION.value:
        return Role.CHAMPION
    return Role.APPROVER if gate_of(level) is not None else None


@dataclass(frozen=True, slots=True)
class Held:
    """An award with authority that is in force. `until` is the last day with authority; None while a clock stands."""

    programme: str
    level: str
    grace: bool
    until: date | None
    serial: str


@dataclass(frozen=True, slots=True)
class Powers:
    """Everything an answer depends on. Of a leaver and of somebody unknown there is nothing.

    `gates` are those the person approves, `deputised` those whose approver is away and has named them deputy.
    """

    held: tuple[Held, ...] = ()
    is_champion: bool = False
    is_acting: bool = False
    gates: frozenset[str] = frozenset()
    deputised: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked. An empty `programme` means any; `gate` is for approvals; `oneself`: about one's own work."""

    deed: Deed
    programme: str = ""
    gate: str = ""
    oneself: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer, why, and the award it stands on."""

    answer: Answer
    reason: Reason
    basis: Held | None = None


def decide(question: Question, powers: Powers) -> Verdict:
    """Return the answer. What is not known to be allowed is not allowed."""
    deed = question.deed
    if deed in _CHAMPIONS:
        return _as_champion(question, powers)
    if deed is Deed.APPROVE:
        return _as_approver(question, powers)
    wanted = {PRACTITIONER} if deed is Deed.BUDDY else {FOUNDATION, PRACTITIONER}
    return _by_award(_best(powers, question.programme, wanted))


def _as_champion(question: Question, powers: Powers) -> Verdict:
    basis = _best(powers, "", {FOUNDATION, PRACTITIONER})
    if not powers.is_champion or basis is None:
        return Verdict(Answer.NO, Reason.NO_AUTHORITY)
    if question.oneself:
        return Verdict(Answer.NO, Reason.ONESELF, basis)
    # Acting until the course is done, with all of its powers.
    return Verdict(Answer.YES, Reason.ACTING_CHAMPION if powers.is_acting else _force(basis), basis)


def _as_approver(question: Question, powers: Powers) -> Verdict:
    any_level = _best(powers, "", None)
    if any_level is None:
        return Verdict(Answer.NO, Reason.NO_AUTHORITY)
    if question.gate in powers.gates and not question.oneself:
        trained = _best(powers, "", {APPROVER, approver_level(question.gate)})
        # Acting until the approver course is done, with all of its powers.
        return Verdict(Answer.YES, _force(any_level) if trained else Reason.ACTING_APPROVER, trained or any_level)
    if question.gate in powers.deputised and not question.oneself:
        return Verdict(Answer.YES, Reason.DEPUTY, any_level)
    asks = _best(powers, question.programme, {FOUNDATION, PRACTITIONER})
    if asks is not None:
        return Verdict(Answer.ASK, Reason.MAY_REQUEST, asks)
    return Verdict(Answer.NO, Reason.ONESELF if question.oneself else Reason.OTHER_GATE, any_level)


def _by_award(basis: Held | None) -> Verdict:
    if basis is None:
        return Verdict(Answer.NO, Reason.NO_AUTHORITY)
    return Verdict(Answer.YES, _force(basis), basis)


def _force(basis: Held) -> Reason:
    return Reason.IN_GRACE if basis.grace else Reason.IN_FORCE


def _best(powers: Powers, programme: str, levels: set[str] | None) -> Held | None:
    fitting = [
        held
        for held in powers.held
        if (not programme or held.programme == programme) and (levels is None or held.level in levels)
    ]
    return min(fitting, key=lambda held: (held.grace, held.serial), default=None)


def lasts_until(now: datetime, day_ends: datetime) -> datetime:
    """Return when an answer given `now` ends: after five minutes, and never beyond the person's local day."""
    return min(now + ANSWER_LASTS, day_ends)
