"""Making the demo company: day after day on a moved clock, each simulated day in one write transaction."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import date
from pathlib import Path

import sqlalchemy as sa
from flask import Flask, current_app

from lms.accounts.adapters.hashing import hash_secret
from lms.accounts.models.people import Person
from lms.catalog.adapters.formats import Formats
from lms.catalog.adapters.sources import read_tree
from lms.catalog.queries import current_company
from lms.catalog.rules.facts import ON_CERTIFICATES
from lms.catalog.service import publish_courses, save_fact
from lms.demo.rules.company import FULL_SIZE
from lms.demo.service.advancing import plan_advancing
from lms.demo.service.caring import plan_caring
from lms.demo.service.founding import found_company
from lms.demo.service.gathering import plan_workshops
from lms.demo.service.planning import plan_rollout
from lms.demo.service.shadowing import plan_shadowing
from lms.demo.service.signing_in import SignIn, give_passwords, plan_signing_in
from lms.demo.service.staffing import plan_staffing
from lms.demo.service.studying import plan_studying
from lms.demo.service.world import World
from lms.infra import audit
from lms.infra.clock import now, use_clock
from lms.infra.db import db
from lms.infra.deployment import settings
from lms.infra.paths import asset_dir
from lms.infra.transactions import run_in_write_transaction, write_transaction
from lms.infra.worker import run_next_job
from lms.shared.clock import Clock
from lms.shared.days import local_date
from lms.shared.errors import Conflict
from lms.shared.ids import new_code, spell_code

SIGN_INS = "demo-signins.txt"
WORKER = "demo"
DAYS_A_WEEK = 7
Say = Callable[[str], None]


def is_empty() -> bool:
    """Return whether nobody is stored yet."""
    return db.session.scalar(sa.select(Person.id).limit(1)) is None


def make_company(formats: Formats, clock: Clock, say: Say, size: int = FULL_SIZE) -> list[SignIn]:
    """Fill an empty database with the demo company as of the clock's day; return one sign-in per kind of person.

    Raises:
        Conflict: there are people already, or mail would really be sent.
    """
    if not is_empty():
        raise Conflict("There are people here already. The demo company needs an empty database.")
    if settings().smtp_url:
        raise Conflict("The demo company has invented addresses: unset LMS_SMTP_URL while it is made.")
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001 - Flask's own way
    password = spell_code(new_code())
    hashed = hash_secret(password)
    world = found_company(local_date(clock.now(), settings().timezone), size)
    use_clock(app, world.clock)
    try:
        _publish(formats)
        _live(world, say)
    finally:
        use_clock(app, clock)
    say("Sealing the record of what happened")
    while run_in_write_transaction(audit.seal):
        pass
    world.clock.set(clock.now())
    signs = run_in_write_transaction(lambda: give_passwords(world, password, hashed))
    _keep(signs)
    return signs


def sign_in_lines(signs: list[SignIn]) -> list[str]:
    """Return the sign-ins as lines to print."""
    if not signs:
        return []
    head = f"Sign in as one of these, with the password {signs[0].password} (also in {settings().instance / SIGN_INS}):"
    return [head, *(f"  {sign.kind:<14} {sign.number:<8} {sign.name}" for sign in signs)]


def _publish(formats: Formats) -> None:
    tree = read_tree(settings().courses or asset_dir("courses"), settings().courses_overlay)
    run_in_write_transaction(lambda: publish_courses(None, tree, formats, now()))
    run_in_write_transaction(mean_the_name)


def mean_the_name() -> None:
    """Set the invented company's name as its own: here its certificates are meant to say it."""
    facts = current_company().facts
    for name in ON_CERTIFICATES:
        if name in facts:
            save_fact(None, name, facts[name].value, "", now(), reason="The demo company")


def _live(world: World, say: Say) -> None:
    for plan in (
        plan_staffing,
        plan_rollout,
        plan_signing_in,
        plan_workshops,
        plan_studying,
        plan_shadowing,
        plan_caring,
        plan_advancing,
    ):
        plan(world)
    week = -1
    for day in world.agenda.days():
        so_far = _weeks(world, day)
        if so_far != week:
            week = so_far
            _run_jobs()
            say(f"Making the demo company: week {week + 1} of {_weeks(world, world.timeline.last_day) + 1}")
        with write_transaction():
            for moment, action in world.agenda.due(day):
                world.live(moment, action)
        db.session.expunge_all()
    _run_jobs()


def _weeks(world: World, day: date) -> int:
    return (day - world.timeline.first_day).days // DAYS_A_WEEK


def _run_jobs() -> None:
    """Do what was handed to the worker; what the worker does by the calendar starts with the service."""
    while run_next_job(WORKER):
        pass


def _keep(signs: list[SignIn]) -> None:
    path: Path = settings().instance / SIGN_INS
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write("\n".join(sign_in_lines(signs)) + "\n")
