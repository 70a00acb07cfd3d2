"""One run, always narrowed to its own person: somebody else's is not found."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from lms.infra.db import db
from lms.sandbox.models import Decision, OpenedHint, Run, RunKey
from lms.sandbox.rules.console import Console
from lms.sandbox.rules.consoles.registry import CONSOLES
from lms.sandbox.rules.exercise import KEY, PUBLIC, Action, Case, Exercise, Key, Mode, Public
from lms.sandbox.rules.runs import CaseLog, CaseState, Given, Phase, RunState, gives_feedback
from lms.shared.errors import NotFound


@dataclass(frozen=True, slots=True)
class RunView:
    """A run as its pages need it: nothing that is not shown."""

    id: uuid.UUID
    person_id: uuid.UUID
    cycle_id: uuid.UUID
    step: str
    release: str
    language: str
    console_id: str
    level: int
    mode: Mode
    practice: bool
    size: int
    number: int
    version: int
    scorer: int
    exercise: Exercise
    digest: str
    public: Public
    state: RunState
    fixed: int
    opened_at: datetime
    expires_at: datetime
    handed_in_at: datetime | None
    closed_at: datetime | None
    result: dict[str, Any] | None
    passed: bool | None
    unsure: dict[str, Any] | None
    next_time: str

    @property
    def console(self) -> Console:
        """Return the console it runs on."""
        return CONSOLES[self.console_id]

    def place(self, case_id: str) -> int:
        """Return where a case stands, from 0."""
        return next(place for place, case in enumerate(self.public.cases) if case.id == case_id)

    def explains(self, case: Case) -> bool:
        """Return whether a case is explained as soon as it is decided."""
        return gives_feedback(self.mode, case.part, practice=self.practice)

    def is_settled(self, place: int, log: CaseLog) -> bool:
        """Return whether the decision on the case at a place cannot change any more."""
        explained = log.final is not None and self.explains(self.public.cases[place])
        return self.state is not RunState.OPEN or place < self.fixed or explained

    def may_show_key(self, place: int, log: CaseLog) -> bool:
        """Return whether what is true of a case may be shown: never before its feedback or the debrief."""
        if self.state in {RunState.HANDED_IN, RunState.CLOSED}:
            return self.is_revealed
        return log.final is not None and self.explains(self.public.cases[place])

    @property
    def is_revealed(self) -> bool:
        """Return whether the debrief may show everything: the person has said what they are least sure of."""
        asked = any(not self.explains(case) for case in self.public.cases)
        handed_in = self.state in {RunState.HANDED_IN, RunState.CLOSED}
        return handed_in and (not asked or self.unsure is not None)


# What runs show never changes under its digest; this many of those that people work on stay in memory.
KEPT_IN_MEMORY = 128
_COLUMNS = (
    Run.id, Run.person_id, Run.cycle_id, Run.step, Run.release, Run.language, Run.console.label("console_id"),
    Run.level, Run.mode, Run.practice, Run.size, Run.number, Run.version, Run.scorer, Run.exercise, Run.digest,
    Run.state, Run.fixed, Run.opened_at, Run.expires_at, Run.handed_in_at, Run.closed_at, Run.result, Run.passed,
    Run.unsure, Run.next_time,
)  # fmt: skip
# Asked with every case shown and every decision stored; built once, they cost half as much.
_RUN = sa.bindparam("run", type_=sa.Uuid)
_OWN = sa.select(*_COLUMNS).where(Run.id == _RUN, Run.person_id == sa.bindparam("person", type_=sa.Uuid))
_OWN_HELD = _OWN.with_for_update()
_PUBLIC = sa.select(Run.public).where(Run.id == _RUN)
_KEY = sa.select(RunKey.seed, RunKey.key, RunKey.excused).where(RunKey.run_id == _RUN)
_LINES = (
    sa.select(
        Decision.case, Decision.sequence, Decision.phase, Decision.action, Decision.option, Decision.number,
        Decision.queue, Decision.reason, Decision.confidence, Decision.at,
    )
    .where(Decision.run_id == _RUN)
    .order_by(Decision.case, Decision.sequence)
)  # fmt: skip
_HINTS = sa.select(OpenedHint.case, OpenedHint.tier).where(OpenedHint.run_id == _RUN)
_CASE = sa.bindparam("case", type_=sa.String)
_LINES_OF_CASE, _HINTS_OF_CASE = _LINES.where(Decision.case == _CASE), _HINTS.where(OpenedHint.case == _CASE)


def own_run(person_id: uuid.UUID, run_id: uuid.UUID) -> RunView:
    """Return a person's own run.

    Raises:
        NotFound: there is none with this id, or it is somebody else's.
    """
    return _view(db.session.execute(_OWN, {"run": run_id, "person": person_id}).first())


def held_run(person_id: uuid.UUID, run_id: uuid.UUID) -> RunView:
    """Return a person's own run and hold it until the transaction ends.

    Raises:
        NotFound: there is none with this id, or it is somebody else's.
    """
    return _view(db.session.execute(_OWN_HELD, {"run": run_id, "person": person_id}).first())


def any_run(run_id: uuid.UUID) -> RunView:
    """Return a run whoever's it is: for deciding contests and for rescoring, never for a page of somebody else.

    Raises:
        NotFound: there is none with this id.
    """
    return _view(db.session.execute(sa.select(*_COLUMNS).where(Run.id == run_id)).first())


def case_at(run: RunView, number: int) -> Case:
    """Return the case of a number (from 1).

    Raises:
        NotFound: the run has no such case, or it is not drawn yet.
    """
    if not 1 <= number <= len(run.public.cases):
        raise NotFound
    return run.public.cases[number - 1]


@dataclass(frozen=True, slots=True)
class Secret:
    """What only the server knows of a run. Read it for scoring, for feedback that is due, and for the debrief."""

    seed: int
    key: Key
    excused: tuple[str, ...]


def secret_of(run_id: uuid.UUID) -> Secret:
    """Return the key and seed of a run.

    Raises:
        NotFound: there is no such run.
    """
    row = db.session.execute(_KEY, {"run": run_id}).first()
    if row is None:
        raise NotFound
    return Secret(int(row.seed, 16), KEY.validate_python(row.key), tuple(row.excused))


def logs_of(run_id: uuid.UUID) -> dict[str, CaseLog]:
    """Return where each case of a run stands; cases nobody has touched are not in it."""
    return _logs(_LINES, _HINTS, {"run": run_id})


def log_of(run_id: uuid.UUID, case: str) -> CaseLog:
    """Return where one case of a run stands."""
    return _logs(_LINES_OF_CASE, _HINTS_OF_CASE, {"run": run_id, "case": case}).get(case, CaseLog())


def state_of(run: RunView, logs: dict[str, CaseLog], place: int) -> CaseState:
    """Return how a case stands, one not drawn yet included."""
    if place >= len(run.public.cases):
        return CaseState.AHEAD
    return logs.get(run.public.cases[place].id, CaseLog()).state


def next_open(run: RunView, logs: dict[str, CaseLog], after: int = -1) -> int | None:
    """Return the number (from 1) of the next case to decide: behind `after` first, skipped ones last; None if none."""
    states = [(place, state_of(run, logs, place)) for place in range(len(run.public.cases))]
    fresh = [place for place, state in states if state in {CaseState.OPEN, CaseState.BEGUN}]
    skipped = [place for place, state in states if state is CaseState.SKIPPED]
    for places in (fresh, skipped):
        later = [place for place in places if place > after]
        if later or places:
            return (later or places)[0] + 1
    return None


def undecided(run: RunView, logs: dict[str, CaseLog]) -> int:
    """Return how many cases of the whole run are not decided, those not drawn yet included."""
    return run.size - sum(1 for log in logs.values() if log.final is not None)


def read_given(row: Any) -> Given:  # noqa: ANN401 - a row of Decision's columns
    """Return a line of the log as a decision."""
    return Given(Action(row.action), row.option, row.number, row.queue, row.reason, row.confidence)


def _after(log: CaseLog, line: Any) -> CaseLog:  # noqa: ANN401 - a row
    log = replace(log, sequence=line.sequence)
    match line.phase:
        case Phase.FIRST:
            return replace(log, first=read_given(line), skipped=False)
        case Phase.FINAL:
            return replace(log, final=read_given(line), decided_at=line.at, skipped=False)
        case Phase.TAKEN_BACK:
            return replace(log, final=None, decided_at=None)
        case _:
            return replace(log, skipped=log.final is None)


def _logs(lines: sa.Executable, hints: sa.Executable, params: dict[str, Any]) -> dict[str, CaseLog]:
    logs: dict[str, CaseLog] = {}
    for line in db.session.execute(lines, params):
        logs[line.case] = _after(logs.get(line.case, CaseLog()), line)
    opened: dict[str, list[int]] = {}
    for case, tier in db.session.execute(hints, params):
        opened.setdefault(case, []).append(tier)
    for case, tiers in opened.items():
        logs[case] = replace(logs.get(case, CaseLog()), hints=tuple(sorted(tiers)))
    return logs


def _view(row: sa.Row[Any] | None) -> RunView:
    if row is None:
        raise NotFound
    values = row._asdict()
    values["public"] = _public(values["id"], values["digest"])
    values["exercise"] = read_exercise(values["exercise"])
    return RunView(**values)


@lru_cache(maxsize=KEPT_IN_MEMORY)
def _public(run_id: uuid.UUID, _digest: str) -> Public:
    return PUBLIC.validate_python(db.session.execute(_PUBLIC, {"run": run_id}).scalar_one())


def read_exercise(value: dict[str, Any]) -> Exercise:
    """Return a stored exercise as a value."""
    mix = value.get("mix")
    return Exercise(
        value["console"],
        tuple(value["levels"]),
        Mode(value["mode"]),
        (mix[0], mix[1], mix[2]) if mix else None,
        tuple(value.get("errors") or ()),
    )
