"""A person is ready: five yes/no lines, each with its evidence.

No composite score and no decay: a line that fails names what is missing and the smallest action that mends it.
Missing evidence fails. Source: curriculum.md section 6.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from lms.certification.rules.predicates import NextAction
from lms.certification.rules.validity import Standing

SOON = timedelta(days=30)


class Line(enum.StrEnum):
    """The five questions, in the order they are shown."""

    CERTIFICATE = "certificate"
    DELTAS = "deltas"
    REFRESHER = "refresher"
    BREACHES = "breaches"
    ROSTER = "roster"


class Answer(enum.StrEnum):
    """How a line stands. `AMBER` holds, but not for long: a certificate in its days of grace."""

    YES = "yes"
    AMBER = "amber"
    NO = "no"


class Lack(enum.StrEnum):
    """What a line that fails is missing."""

    NO_PROGRAMME = "no-programme"
    NO_CERTIFICATE = "no-certificate"
    LAPSED = "lapsed"
    LAPSES_BEFORE = "lapses-before"
    NOT_IN_FORCE = "not-in-force"
    DELTA_OVERDUE = "delta-overdue"
    REFRESHER_OVERDUE = "refresher-overdue"
    NO_EXAM = "no-exam"
    NO_BREACH_RECORD = "no-breach-record"
    OPEN_BREACH = "open-breach"
    NOT_ROSTERED = "not-rostered"


class Mend(enum.StrEnum):
    """What mends a line. The first group is what a certificate still asks for."""

    FINISH_MODULE = "finish-module"
    PASS_QUIZ = "pass-quiz"  # noqa: S105 - to pass, not a password
    DO_REFRESHER = "do-refresher"
    PASS_LAB = "pass-lab"  # noqa: S105
    PASS_SANDBOX = "pass-sandbox"  # noqa: S105
    ATTEND_WORKSHOP = "attend-workshop"
    BE_OBSERVED = "be-observed"
    HAVE_DEPUTY = "have-deputy"
    BE_APPOINTED = "be-appointed"
    EARN_LEVEL = "earn-level"
    WAIT = "wait"
    RENEW = "renew"
    REINSTATE = "reinstate"
    ASSIGN_PROGRAMME = "assign-programme"
    FINISH_DELTA = "finish-delta"
    PRACTISE = "practise"
    ADD_TO_ROSTER = "add-to-roster"


@dataclass(frozen=True, slots=True)
class Fix:
    """The smallest action: what, about which module, step or console, how long, and not before which day."""

    mend: Mend
    subject: str = ""
    minutes: int | None = None
    not_before: date | None = None


@dataclass(frozen=True, slots=True)
class Certificate:
    """The award with authority that counts for the person's task.

    `standing` is today's, `standing_then` that of the day asked about. `authority_until` is the last day with
    authority, days of grace included; None while a declared absence holds the clock.
    """

    serial: str
    level: str
    standing: Standing
    standing_then: Standing
    expires_on: date | None
    authority_until: date | None


@dataclass(frozen=True, slots=True)
class Duty:
    """A refresher or delta module that was opened for the person; `done_on` where it was done or excused."""

    cycle: str
    due_on: date | None
    done_on: date | None = None

    def is_overdue(self, today: date) -> bool:
        """Return whether its day is over and it is open."""
        return self.done_on is None and self.due_on is not None and self.due_on < today


@dataclass(frozen=True, slots=True)
class Exam:
    """The latest exam. `open_breaches` None means that the exam's record does not say."""

    taken_on: date
    open_breaches: int | None


@dataclass(frozen=True, slots=True)
class PersonFacts:
    """Everything the five lines look at.

    `next_action` is what the certificate still asks for, the smallest first; `exam_asked` whether it asks for an exam.
    """

    programme: str | None
    certificate: Certificate | None = None
    next_action: NextAction | None = None
    deltas: tuple[Duty, ...] = ()
    refreshers: tuple[Duty, ...] = ()
    exam: Exam | None = None
    exam_asked: bool = True
    rostered: bool = False


@dataclass(frozen=True, slots=True)
class Finding:
    """One line: the answer, the evidence it rests on, and where it fails what is missing and what mends it."""

    line: Line
    answer: Answer
    evidence: Certificate | Duty | Exam | None = None
    lack: Lack | None = None
    fix: Fix | None = None

    @property
    def holds(self) -> bool:
        """Return whether the line is answered with yes, amber included."""
        return self.answer is not Answer.NO


def five_lines(facts: PersonFacts, today: date) -> tuple[Finding, ...]:
    """Return the five findings in the order of `Line`.

    Args:
        facts: what is known of the person; the certificate is judged on the day the person is needed.
        today: the person's day, against which what is due is overdue or not.
    """
    return (
        _certificate(facts),
        _deltas(facts.deltas, today),
        _refresher(facts.refreshers, today),
        _breaches(facts.exam, facts),
        _roster(facts),
    )


def is_ready(findings: Iterable[Finding]) -> bool:
    """Return whether every line holds; nobody is ready on no lines."""
    found = tuple(findings)
    return bool(found) and all(finding.holds for finding in found)


def smallest_fix(findings: Iterable[Finding]) -> Fix | None:
    """Return the one action to begin with: what can be done now before what has to wait, the shortest first."""
    fixes = [finding.fix for finding in findings if finding.fix is not None and not finding.holds]
    return min(fixes, key=_effort, default=None)


def lapses_soon(certificate: Certificate | None, needed_on: date, within: timedelta = SOON) -> bool:
    """Return whether authority holds on `needed_on` and ends within `within` of it, the last day included."""
    if certificate is None or certificate.authority_until is None or not _in_force(certificate.standing_then):
        return False
    return certificate.authority_until <= needed_on + within


def _effort(fix: Fix) -> tuple[bool, bool, int, int]:
    rank = list(Mend).index(fix.mend)
    return fix.mend is Mend.WAIT, fix.minutes is None, fix.minutes or 0, rank


def _in_force(standing: Standing) -> bool:
    return standing in {Standing.VALID, Standing.GRACE}


def _certificate(facts: PersonFacts) -> Finding:
    held = facts.certificate
    if held is None:
        lack = Lack.NO_CERTIFICATE if facts.programme else Lack.NO_PROGRAMME
        return Finding(Line.CERTIFICATE, Answer.NO, lack=lack, fix=_next_fix(facts))
    if _in_force(held.standing_then):
        answer = Answer.YES if held.standing_then is Standing.VALID else Answer.AMBER
        return Finding(Line.CERTIFICATE, answer, held)
    if _in_force(held.standing):
        return Finding(Line.CERTIFICATE, Answer.NO, held, Lack.LAPSES_BEFORE, Fix(Mend.RENEW, held.level))
    if held.standing_then is Standing.LAPSED:
        return Finding(Line.CERTIFICATE, Answer.NO, held, Lack.LAPSED, Fix(Mend.RENEW, held.level))
    return Finding(Line.CERTIFICATE, Answer.NO, held, Lack.NOT_IN_FORCE, Fix(Mend.REINSTATE, held.serial))


def _next_fix(facts: PersonFacts) -> Fix | None:
    if facts.programme is None:
        return Fix(Mend.ASSIGN_PROGRAMME)
    wanted = facts.next_action
    if wanted is None:
        return None
    return Fix(Mend(wanted.action.value), wanted.subject, wanted.minutes, wanted.not_before)


def _deltas(deltas: Iterable[Duty], today: date) -> Finding:
    overdue = [duty for duty in deltas if duty.is_overdue(today)]
    if not overdue:
        return Finding(Line.DELTAS, Answer.YES)
    oldest = min(overdue, key=lambda duty: (duty.due_on or date.max, duty.cycle))
    return Finding(Line.DELTAS, Answer.NO, oldest, Lack.DELTA_OVERDUE, Fix(Mend.FINISH_DELTA, oldest.cycle))


def _refresher(refreshers: Iterable[Duty], today: date) -> Finding:
    """Only the latest due one counts: what an older one taught is in it, and nobody is sent back month by month."""
    due = [duty for duty in refreshers if duty.due_on is not None and duty.due_on < today]
    if not due:
        return Finding(Line.REFRESHER, Answer.YES)
    latest = max(due, key=lambda duty: (duty.due_on or date.min, duty.cycle))
    if latest.done_on is not None:
        return Finding(Line.REFRESHER, Answer.YES, latest)
    return Finding(Line.REFRESHER, Answer.NO, latest, Lack.REFRESHER_OVERDUE, Fix(Mend.DO_REFRESHER, latest.cycle))


def _breaches(exam: Exam | None, facts: PersonFacts) -> Finding:
    if exam is None and not facts.exam_asked:
        return Finding(Line.BREACHES, Answer.YES)
    if exam is None:
        return Finding(Line.BREACHES, Answer.NO, lack=Lack.NO_EXAM, fix=_next_fix(facts))
    if exam.open_breaches is None:
        return Finding(Line.BREACHES, Answer.NO, exam, Lack.NO_BREACH_RECORD, Fix(Mend.PRACTISE))
    if exam.open_breaches > 0:
        return Finding(Line.BREACHES, Answer.NO, exam, Lack.OPEN_BREACH, Fix(Mend.PRACTISE))
    return Finding(Line.BREACHES, Answer.YES, exam)


def _roster(facts: PersonFacts) -> Finding:
    if facts.rostered:
        return Finding(Line.ROSTER, Answer.YES)
    return Finding(Line.ROSTER, Answer.NO, lack=Lack.NOT_ROSTERED, fix=Fix(Mend.ADD_TO_ROSTER))
