"""Deciding a case: append-only, idempotent by number, refused once the decision cannot change any more."""

from __future__ import annotations

import uuid
from dataclasses import asdict, replace
from datetime import datetime

import sqlalchemy as sa

from lms.infra.db import db
from lms.infra.i18n import _
from lms.sandbox.models import Decision, OpenedHint, Run, RunKey
from lms.sandbox.queries.results import case_result
from lms.sandbox.queries.runs import RunView, case_at, held_run, log_of, secret_of
from lms.sandbox.rules.choosing import lacks, own_choices, own_lacks, stands_for
from lms.sandbox.rules.company import CompanyFacts
from lms.sandbox.rules.exercise import KEY, PUBLIC, Case, Key, Mode, digest
from lms.sandbox.rules.runs import CaseLog, Given, Phase, RunState, hint_tiers
from lms.sandbox.service.guided import Draw, next_case, remember
from lms.shared.errors import Conflict, Invalid, NotFound, Refused
from lms.shared.ids import new_id


def decide(
    person_id: uuid.UUID,
    run_id: uuid.UUID,
    number: int,
    given: Given,
    now: datetime,
    *,
    sequence: int | None = None,
    before_advice: bool = False,
) -> RunView:
    """Store a decision on case `number` (from 1) and return the run.

    Where the case asks for it, the first one is the person's own, made before the advice is shown; it stays. With a
    `sequence` the same decision sent again changes nothing, and another under a number already used is refused. One
    that was read as made `before_advice` is never taken for one made after it: where the first is stored, it stands.

    Raises:
        NotFound: the run or the case is not this person's.
        Refused: the run is over, or the decision was explained and cannot change.
        Conflict: the number was used for a different decision.
        Invalid: something is missing from the decision.
    """
    run, case, log = _open_case(person_id, run_id, number, now)
    own = case.decide_first and log.first is None
    if sequence is not None and sequence <= log.sequence:
        _same_again(run_id, case.id, sequence, given, case)
        return run
    if before_advice and not own:
        return run
    _refuse_settled(run, number - 1, log)
    _refuse_half(run, case, given, own=own)
    if own:
        key = next(key for key in secret_of(run_id).key.cases if key.id == case.id)
        given = replace(given, action=stands_for(case, key, given))
    _append(run, case.id, log, Phase.FIRST if own else Phase.FINAL, now, given)
    if own:
        return run
    _explain(run, case, replace(log, final=given), now)
    return _draw_ahead(run, number)


def skip(person_id: uuid.UUID, run_id: uuid.UUID, number: int, now: datetime) -> RunView:
    """Leave a case for later and return the run.

    Raises:
        NotFound: the run or the case is not this person's.
        Refused: the run is over.
    """
    run, case, log = _open_case(person_id, run_id, number, now)
    if log.final is None and not log.skipped:
        _append(run, case.id, log, Phase.SKIPPED, now, None)
    return _draw_ahead(run, number)


def take_back(person_id: uuid.UUID, run_id: uuid.UUID, number: int, now: datetime) -> RunView:
    """Undo the decision on a case, before its feedback or the end of the run.

    Raises:
        NotFound: the run or the case is not this person's.
        Refused: the decision cannot change any more.
    """
    run, case, log = _open_case(person_id, run_id, number, now)
    _refuse_settled(run, number - 1, log)
    if log.final is not None:
        _append(run, case.id, log, Phase.TAKEN_BACK, now, None)
    return run


def open_hint(person_id: uuid.UUID, run_id: uuid.UUID, number: int, tier: int, now: datetime) -> RunView:
    """Open a tier of hint on a case; opened twice it costs once.

    Raises:
        NotFound: the run or the case is not this person's, or there is no such tier.
        Refused: this run has no such hints, the case is decided, or its own decision comes first.
    """
    run, case, log = _open_case(person_id, run_id, number, now)
    if not 1 <= tier <= len(("where", "rule", "worked")):
        raise NotFound
    if tier > hint_tiers(run.mode, practice=run.practice):
        raise Refused(_("This run does not have that hint."))
    if log.final is not None or (case.decide_first and log.first is None):
        raise Refused(_("Hints are for cases that you have not decided yet."))
    if tier not in log.hints:
        db.session.add(OpenedHint(run_id=run_id, case=case.id, tier=tier, person_id=person_id, at=now))
        db.session.flush()
    return run


def _open_case(person_id: uuid.UUID, run_id: uuid.UUID, number: int, now: datetime) -> tuple[RunView, Case, CaseLog]:
    """Return the run, held until the transaction ends, with one of its cases."""
    run = held_run(person_id, run_id)
    case = case_at(run, number)
    refuse_over(run, now)
    return run, case, log_of(run_id, case.id)


def refuse_over(run: RunView, now: datetime) -> None:
    """Pass where the run still takes decisions.

    Raises:
        Refused: it is handed in, or its seven days are over.
    """
    if run.state is RunState.EXPIRED or (run.state is RunState.OPEN and now >= run.expires_at):
        raise Refused(
            _("The seven days of this run are over. Begin a new one: it counts for nothing that this one ended.")
        )
    if run.state is not RunState.OPEN:
        raise Refused(_("This run is handed in. Its decisions cannot change any more."))


def _refuse_settled(run: RunView, place: int, log: CaseLog) -> None:
    if run.is_settled(place, log):
        raise Refused(_("This decision cannot change any more: you have seen what became of it."))


def _refuse_half(run: RunView, case: Case, given: Given, *, own: bool) -> None:
    found = own_lacks(run.public, case, given, own_choices(case)) if own else lacks(run.public, case, given)
    if found:
        raise Invalid(_("This decision is not whole. Go back to the case and fill in what is missing."))


def _append(run: RunView, case: str, log: CaseLog, phase: Phase, now: datetime, given: Given | None) -> None:
    values = asdict(given) if given else {}
    db.session.add(
        Decision(
            id=new_id(),
            run_id=run.id,
            person_id=run.person_id,
            case=case,
            sequence=log.sequence + 1,
            phase=phase,
            at=now,
            **values,
        )
    )
    db.session.flush()


def _same_again(run_id: uuid.UUID, case: str, sequence: int, given: Given, shown: Case) -> None:
    stored = db.session.execute(
        sa.select(
            Decision.phase, Decision.action, Decision.option, Decision.number, Decision.queue, Decision.reason
        ).where(Decision.run_id == run_id, Decision.case == case, Decision.sequence == sequence)
    ).first()
    if stored is None:
        return
    # What a first decision stands for is worked out when it is stored.
    action = stored.action if stored.phase is Phase.FIRST and shown.decide_first else given.action
    sent = (action, given.option, given.number, given.queue, given.reason)
    if sent != (stored.action, stored.option, stored.number, stored.queue, stored.reason):
        raise Conflict(
            _("Another decision was already stored for this case, perhaps on another device. Reload the page.")
        )


def _explain(run: RunView, case: Case, log: CaseLog, now: datetime) -> None:
    """Where the case is explained now, let guided practice remember how it went."""
    if run.practice or not run.explains(case) or run.mode not in {Mode.GUIDED, Mode.GYM}:
        return
    secret = secret_of(run.id)
    right = case_result(run, secret, case.id, log).right
    key = next(key for key in secret.key.cases if key.id == case.id)
    remember(run.person_id, run.console_id, key, right=right, hinted=bool(log.hints), now=now)


def _draw_ahead(run: RunView, number: int) -> RunView:
    """Draw the next case of a guided set, once the last one drawn is decided or skipped, and return the run with it."""
    drawn = len(run.public.cases)
    if run.mode is not Mode.GUIDED or run.practice or number < drawn or drawn >= run.size:
        return run
    secret = secret_of(run.id)
    facts = CompanyFacts().overridden(**run.public.policy)
    case, key = next_case(run.person_id, Draw(run.console, run.exercise, run.version, secret.seed, facts), drawn)
    public = replace(run.public, cases=(*run.public.cases, case))
    keys = Key(secret.key.reason_families, (*secret.key.cases, key))
    row, hidden = db.session.get_one(Run, run.id), db.session.get_one(RunKey, run.id)
    row.public, row.digest = PUBLIC.dump_python(public, mode="json"), digest(public, keys)
    hidden.key = KEY.dump_python(keys, mode="json")
    db.session.flush()
    return replace(run, public=public, digest=row.digest)
