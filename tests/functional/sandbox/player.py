"""Plays runs over HTTP as a person without JavaScript would: reads the key on the server, sends forms."""

from __future__ import annotations

import uuid
from collections.abc import Callable

import sqlalchemy as sa

from lms.accounts.models.people import Person
from lms.infra.clock import now
from lms.infra.db import db
from lms.sandbox.models import Run
from lms.sandbox.queries.runs import logs_of, own_run, secret_of
from lms.sandbox.queries.steps import visit_sandbox
from lms.sandbox.rules.exercise import Action, Case, CaseKey, Response
from lms.sandbox.rules.policies import best
from lms.sandbox.rules.runs import Given, RunState
from lms.sandbox.service.debriefing import say_unsure, write_line
from lms.sandbox.service.decide import decide as decide_case
from lms.sandbox.service.finish import hand_in
from lms.sandbox.service.start import start_run
from tests.factories.people import as_actor

Choose = Callable[[Case, CaseKey], Response]


def oracle(_case: Case, key: CaseKey) -> Response:
    """The best decision."""
    return best(key)


def accept(_case: Case, key: CaseKey) -> Response:
    """Whatever the AI says."""
    return Response(key.id, Action.ACCEPT)


def start(client, step: str) -> uuid.UUID:
    """Begin a run, or go on with it, and return its id."""
    response = client.post(f"/sandbox/{step}/start")
    assert response.status_code == 302, response.get_data(as_text=True)
    return uuid.UUID(response.location.rsplit("/", 1)[-1])


def play(client, run: uuid.UUID, choose: Choose = oracle) -> None:
    """Decide every case of a run."""
    while (number := _next(run)) is not None:
        decide(client, run, number, choose)


def decide(client, run: uuid.UUID, number: int, choose: Choose = oracle):
    """Decide one case, the own decision first where the case asks for it."""
    view, key = _of(run, number)
    case = view.public.cases[number - 1]
    response = choose(case, key)
    if case.decide_first and logs_of(run).get(case.id) is None:
        assert client.post(f"/run/{run}/case/{number}", data=own_fields(case, response)).status_code == 302
    page = client.post(f"/run/{run}/case/{number}", data=fields(response))
    assert page.status_code == 302, page.get_data(as_text=True)
    return page


def fields(response: Response) -> dict[str, str]:
    """The form of a decision."""
    sent = {
        "decision": str(response.action),
        "option": response.option,
        "queue": response.queue,
        "reason": response.reason,
    }
    sent["number"] = None if response.number is None else str(response.number / 100)
    return {name: value for name, value in sent.items() if value is not None}


def own_fields(case: Case, response: Response) -> dict[str, str]:
    """The form of a decision made before the advice is shown."""
    match response.action:
        case Action.ACCEPT:
            return {"own": f"option:{case.advice.option}"}
        case Action.CHANGE:
            return {"own": f"option:{response.option}"}
        case Action.REJECT:
            return {"own": "stop"}
        case _:
            return {"own": "ask", "queue": response.queue or ""}


def finish(client, run: uuid.UUID, line: str = "compare the dates") -> None:
    """Hand in and go through the debrief."""
    client.post(f"/run/{run}/finish")
    state = db.session.scalar(sa.select(Run.state).where(Run.id == run))
    if state is RunState.OPEN:  # extended
        return
    client.post(f"/run/{run}/unsure", data={"why": ""})
    client.post(f"/run/{run}/debrief", data={"next_time": line})


def whole(client, step: str, choose: Choose = oracle, line: str = "compare the dates") -> uuid.UUID:
    """Play a run from its start to the end of its debrief, an extension included."""
    run = start(client, step)
    play(client, run, choose)
    finish(client, run, line)
    if db.session.scalar(sa.select(Run.state).where(Run.id == run)) is RunState.OPEN:
        play(client, run, choose)
        finish(client, run, line)
    return run


def served(person: Person, step: str, choose: Choose = oracle) -> uuid.UUID:
    """Play a run to the end of its debrief through the services, where the test is not about the pages."""
    visit = visit_sandbox(as_actor(person), step, now())
    run = start_run(as_actor(person), visit.context)
    play_served(person, run, choose)
    while hand_in(person.id, run, now()).state is RunState.OPEN:
        play_served(person, run, choose)
    if not own_run(person.id, run).closed_at:
        say_unsure(person.id, run, [], "")
        write_line(person.id, run, "compare the dates", now())
    db.session.commit()
    return run


def play_served(person: Person, run: uuid.UUID, choose: Choose = oracle, but: int = 0) -> None:
    """Decide the cases of a run through the services, all or all but the last few."""
    while (number := _next(run)) is not None:
        if number > own_run(person.id, run).size - but:
            return
        view, key = _of(run, number)
        case = view.public.cases[number - 1]
        response = choose(case, key)
        given = Given(response.action, response.option, response.number, response.queue, response.reason)
        own = case.decide_first and logs_of(run).get(case.id) is None
        decide_case(person.id, run, number, _own(case, given) if own else given, now())


def unlock_exam(person: Person) -> None:
    """Do the two guided sets and the supervised one."""
    for step in ("k2-guided", "k2-guided", "k3-supervised"):
        served(person, step)


def _own(case: Case, given: Given) -> Given:
    return Given(Action.CHANGE, case.advice.option, case.advice.number) if given.action is Action.ACCEPT else given


def person_of(run: uuid.UUID) -> uuid.UUID:
    """Whose run it is."""
    return db.session.scalar(sa.select(Run.person_id).where(Run.id == run))


def _next(run: uuid.UUID) -> int | None:
    view, logs = own_run(person_of(run), run), logs_of(run)
    for number, case in enumerate(view.public.cases, 1):
        log = logs.get(case.id)
        if log is None or log.final is None:
            return number
    return None


def _of(run: uuid.UUID, number: int):
    view = own_run(person_of(run), run)
    return view, secret_of(run).key.cases[number - 1]
