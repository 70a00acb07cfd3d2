"""For coordinators: who was certified on a day, and what ends soon."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from flask import Blueprint, Response, render_template, request

from lms.accounts.login import current_actor, requires
from lms.accounts.models.people import PlaceKind
from lms.accounts.queries.people import names_of
from lms.accounts.queries.places import place_labels
from lms.accounts.queries.scope import PersonIds, people_in_scope
from lms.accounts.rules.permissions import Permission
from lms.certification.queries.expiring import HORIZON, open_ends, shift_cliffs
from lms.certification.queries.history import CertifiedLine, certified_on, levels_awarded
from lms.certification.queries.rule_titles import rule_titles
from lms.cohorts.queries.places import function_titles, programme_titles
from lms.infra.clock import now
from lms.infra.i18n import _, language
from lms.shared.days import end_of_day, local_date
from lms.shared.tables import Cell, write_csv

blueprint = Blueprint("certified", __name__)


@blueprint.get("/certificates/certified")
@requires(Permission.ISSUE_CERTIFICATES)
def on_a_day() -> str:
    """Show who was certified on a day, under which version of what."""
    day, known = _days()
    return render_template(
        "certification/certified.html",
        lines=_lines(day, known),
        day=day,
        known=local_date(known - timedelta(seconds=1), current_actor().zone),
        levels=_levels(),
        place_titles=_place_titles(),
        chosen=request.args.get("level", ""),
        query=request.args.to_dict(),
    )


@blueprint.get("/certificates/certified.csv")
@requires(Permission.ISSUE_CERTIFICATES)
def on_a_day_csv() -> Response:
    """Send the same as a table."""
    day, known = _days()
    headers = [
        _("Day"),
        _("Name"),
        _("Employee number"),
        _("Function"),
        _("Site"),
        _("Programme"),
        _("Level"),
        _("Serial"),
        _("Issued"),
        _("Printed until"),
        _("Stands until"),
        _("Standing"),
        _("Rule version"),
        _("Releases"),
    ]
    data = write_csv(headers, [_row(day, line) for line in _lines(day, known)])
    response = Response(data, mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="certified-{day.isoformat()}.csv"'
    return response


@blueprint.get("/certificates/expiring")
@requires(Permission.ISSUE_CERTIFICATES)
def expiring() -> str:
    """Show what ends in the coming four months, and where too much of a shift ends together."""
    today = _today()
    awards = open_ends(today)
    until = today + HORIZON
    soon = [award for award in awards if award.timeline.expires_on and award.timeline.expires_on <= until]
    found = shift_cliffs(today, awards)
    return render_template(
        "certification/expiring.html",
        awards=[award for award in soon if award.standing.value != "lapsed"],
        lapsed=[award for award in soon if award.standing.value == "lapsed"],
        cliffs=found,
        names={str(person): name for person, name in names_of({award.person_id for award in awards}).items()},
        until=until,
        place_titles=_place_titles(),
    )


def _levels() -> list[tuple[str, str]]:
    """Return every level that was ever awarded, as a filter offers it; one no longer in the catalogue by its id."""
    programmes, levels = programme_titles(language()), rule_titles(language())
    return [
        (f"{programme}/{level}", f"{programmes.get(programme, programme)}: {levels.get(level, level)}")
        for programme, level in levels_awarded()
    ]


def _place_titles() -> dict[str, dict[str, str]]:
    sites, shifts = (place_labels(kind) for kind in (PlaceKind.SITE, PlaceKind.SHIFT))
    return {"function": function_titles(language()), "site": sites, "shift": shifts}


def _days() -> tuple[date, datetime]:
    """Return the day asked about, and the moment up to which records count: by default everything known now."""
    zone, today = current_actor().zone, _today()
    day = _day(request.args.get("on", ""), today)
    known = end_of_day(_day(request.args.get("known", ""), today), zone)
    return day, known


def _day(text: str, otherwise: date) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return otherwise
    # The end of the last day that can be written is no moment any more.
    return day if day < date.max else otherwise


def _lines(day: date, known: datetime) -> tuple[CertifiedLine, ...]:
    programme, _slash, level = request.args.get("level", "").partition("/")
    return certified_on(_people(), day, known, programme=programme, level=level)


def _row(day: date, line: CertifiedLine) -> list[Cell]:
    award = line.award
    return [
        day,
        award.snapshot.name,
        line.employee_number,
        line.function,
        line.site,
        award.programme,
        award.level,
        award.serial,
        award.snapshot.issued_on,
        award.timeline.printed_until,
        award.timeline.expires_on,
        award.standing.value,
        award.rule_version,
        " ".join(award.snapshot.releases),
    ]


def _people() -> PersonIds:
    return people_in_scope(current_actor(), Permission.ISSUE_CERTIFICATES, _today())


def _today() -> date:
    return local_date(now(), current_actor().zone)
