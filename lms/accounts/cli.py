"""`lms people`: what an operator does at the machine, as the system itself."""

from __future__ import annotations

import uuid
from collections import Counter
from datetime import datetime
from pathlib import Path

import click
from flask.cli import with_appcontext

from lms.accounts.adapters.people_csv import MOST_BYTES
from lms.accounts.queries.people import person_by_number
from lms.accounts.rules.actor import GRANTABLE, Role
from lms.accounts.rules.people_file import Column, DateFormat, FileMapping
from lms.accounts.rules.people_plan import Plan
from lms.accounts.service.import_words import fault_words, tally
from lms.accounts.service.links import invite as send_invitation
from lms.accounts.service.people import Contact, Post, add_person
from lms.accounts.service.people_import import (
    Defaults,
    apply_import,
    check,
    mapping_of,
    read_people,
    say_mapping,
    table_of,
    upload,
)
from lms.accounts.service.roles import grant_role
from lms.accounts.service.second_factor import remove_second_factor
from lms.infra.clock import now
from lms.infra.db import db
from lms.infra.deployment import settings
from lms.infra.i18n import _
from lms.infra.transactions import write_transaction
from lms.shared.errors import Invalid, NotFound

SHOWN = 50


@click.group()
def people() -> None:
    """Add, import and invite people."""


@people.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--map", "maps", multiple=True, metavar="FIELD=HEADER", help="What a column holds; else guessed.")
@click.option("--dates", type=click.Choice([str(dates) for dates in DateFormat]), default=str(DateFormat.ISO))
@click.option("--full", is_flag=True, help="The file holds everybody: whoever is missing has left.")
@click.option("--apply", "do_apply", is_flag=True, help="Change people. Without it, only show what would change.")
@click.option("--dry-run", is_flag=True, help="Only show what would change (the default).")
@click.option("--valid-only", is_flag=True, help="Leave out rows that cannot be used.")
@click.option("--reason", default="", help="Why it is right that more than 10 % of active people change.")
@with_appcontext
def import_people(
    file: Path,
    maps: tuple[str, ...],
    dates: str,
    *,
    full: bool,
    do_apply: bool,
    dry_run: bool,
    valid_only: bool,
    reason: str,
) -> None:
    """Import people from a CSV file; all rows or none, unless --valid-only."""
    if do_apply and dry_run:
        raise click.UsageError("Give either --apply or --dry-run.")
    if file.stat().st_size > MOST_BYTES:
        raise Invalid(_("At most 20 MB can be read: export fewer columns, or in parts."))
    defaults = Defaults(settings().language_list[0], settings().timezone)
    with write_transaction():
        import_id = upload(None, file.name, file.read_bytes(), now())
        table = table_of(import_id)
        known = mapping_of(import_id, table)
        mapping = FileMapping({**known.columns, **_columns(maps, table.headers)}, DateFormat(dates), full=full)
        _say(import_id, mapping)
        reading = read_people(table, mapping)
        if not do_apply:
            _show(check(None, reading, now(), defaults, full=full).plan)
            # A look leaves nothing behind, not even the file.
            db.session.rollback()
            return
        plan = apply_import(None, import_id, reading, now(), defaults, seen=None, skip_faulty=valid_only, reason=reason)
    _show(plan)
    click.echo(_("Done. It can be taken back for 24 hours at /people/import/%(id)s.", id=import_id))


@people.command("add")
@click.argument("number")
@click.argument("name")
@click.option("--function", required=True)
@click.option("--site", required=True)
@click.option("--shift", default="")
@click.option("--manager", default="", help="Employee number of the manager.")
@click.option("--email", default="")
@click.option("--joined", type=click.DateTime(["%Y-%m-%d"]), help="First day; today by default.")
@click.option("--role", "roles", multiple=True, type=click.Choice([str(role) for role in GRANTABLE]))
@with_appcontext
def add(
    number: str,
    name: str,
    function: str,
    site: str,
    shift: str,
    manager: str,
    email: str,
    joined: datetime | None,
    roles: tuple[str, ...],
) -> None:
    """Add one person."""
    with write_transaction():
        person_id = add_person(
            None,
            Contact(number, name, email),
            Post(function, site, shift, manager),
            joined.date() if joined else now().date(),
            now(),
            language=settings().language_list[0],
            zone=settings().timezone,
        )
        for role in roles:
            grant_role(None, person_id, Role(role), now())
    click.echo(f"{name}, {number}: {person_id}")


@people.command("invite")
@click.argument("number")
@with_appcontext
def invite(number: str) -> None:
    """Mail a link by which a person chooses a password."""
    with write_transaction():
        send_invitation(None, _person(number), now())
    click.echo(_("The invitation is on its way. Its link works for 7 days."))


@people.command("remove-second-factor")
@click.argument("number")
@with_appcontext
def drop_second_factor(number: str) -> None:
    """Take a lost authenticator away, where no other administrator can."""
    with write_transaction():
        remove_second_factor(None, _person(number), now())
    click.echo(_("The second factor is removed. The person sets up a new one at their next sign-in."))


def _person(number: str) -> uuid.UUID:
    found = person_by_number(number)
    if found is None:
        raise NotFound(_("Nobody has the number %(n)s.", n=number))
    return found


def _columns(maps: tuple[str, ...], headers: tuple[str, ...]) -> dict[Column, str]:
    found = {}
    for text in maps:
        name, _equals, header = text.partition("=")
        if name not in set(Column):
            raise click.BadParameter(f"{name!r} is not a field. Fields: {', '.join(Column)}.")
        if header not in headers:
            raise click.BadParameter(f"The file has no column {header!r}. It has: {', '.join(headers)}.")
        found[Column(name)] = header
    return found


def _say(import_id: uuid.UUID, mapping: FileMapping) -> None:
    try:
        say_mapping(import_id, mapping)
    except Invalid as error:
        lines = [f"{name}: {message}" for name, message in error.fields.items()]
        raise Invalid("\n".join([*lines, "Say what the columns hold with --map FIELD=HEADER."])) from error


def _show(plan: Plan) -> None:
    for count, words in tally(plan.counts):
        click.echo(f"{count:>7}  {words}")
    for fault in plan.faults[:SHOWN]:
        click.echo(f"{fault.line:>7}: {fault_words(fault)}", err=True)
    kinds = Counter(fault.fault for fault in plan.faults)
    if plan.faults:
        noun = "fault" if len(plan.faults) == 1 else "faults"
        click.echo(f"{len(plan.faults)} {noun} ({', '.join(f'{n} {kind}' for kind, n in kinds.items())})", err=True)
    if plan.needs_reason:
        click.echo(_("More than 10 % of active people would change. Say why this is right."), err=True)
