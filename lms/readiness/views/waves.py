"""May we go live on Monday? The waves, one wave's coverage, and one person's five lines."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response as Answer

from lms.accounts.login import current_actor, record_view, requires
from lms.accounts.queries.scope import require_in_scope
from lms.accounts.rules.permissions import Permission, allowed
from lms.infra.clock import now
from lms.infra.i18n import _
from lms.readiness.queries.wave import WaveReadiness, member_readiness, wave_readiness, wave_with, waves_by_go_live
from lms.readiness.rules.coverage import Member, Team, TeamCoverage
from lms.readiness.rules.person import Line
from lms.readiness.views import links, words
from lms.shared.days import local_date
from lms.shared.errors import NotFound
from lms.shared.tables import Cell, write_csv

blueprint = Blueprint("readiness", __name__)


@blueprint.get("/readiness")
@requires(Permission.SEE_COUNTS)
def waves() -> str:
    """List the waves, the next to go live first."""
    today = local_date(now(), current_actor().zone)
    plans = allowed(current_actor(), Permission.MANAGE_COHORTS)
    return render_template("readiness/waves.html", waves=waves_by_go_live(today), today=today, plans=plans)


@blueprint.get("/readiness/<wave>")
@requires(Permission.SEE_COUNTS)
def wave(wave: str) -> str:
    """Show the verdict, the coverage per team, and who is missing with the smallest fix."""
    found = _readiness(wave)
    names, actor = words.titles(), current_actor()
    kind, sentence, detail = words.verdict(found.coverage, names, whole=found.whole)
    return render_template(
        "readiness/wave.html",
        found=found,
        titles=names,
        words=words,
        links=links,
        actor=actor,
        kind=kind,
        sentence=sentence,
        detail=detail,
        grid=_grid(found, names),
        people_visible=any(member.key in found.names for team in found.coverage.teams for member in _everybody(team)),
        as_of=now(),
    )


@blueprint.get("/readiness/<wave>/teams.csv")
@requires(Permission.SEE_COUNTS)
def teams_csv(wave: str) -> Response:
    """Send the coverage as it is shown, one line a team."""
    found, names = _readiness(wave), words.titles()
    headers = [
        _("Site"),
        _("Shift"),
        _("Function"),
        _("Rostered"),
        _("Ready"),
        _("Away"),
        _("Champions"),
        _("Champions needed"),
        _("Champions aimed for"),
        _("Approvals nobody may give"),
    ]
    rows = [_team_row(team, names) for team in found.coverage.teams]
    return _csv(f"readiness-{found.wave.id}-teams", headers, rows)


@blueprint.get("/readiness/<wave>/people.csv")
@requires(Permission.SEE_READINESS)
def people_csv(wave: str) -> Response:
    """Send the people the reader may know by name, with their five lines and the smallest fix."""
    found, names = _readiness(wave), words.titles()
    headers = [
        _("Name"),
        _("Site"),
        _("Shift"),
        _("Function"),
        *(str(title) for title in words.LINES.values()),
        _("Ready"),
        _("Away"),
        _("Smallest fix"),
    ]
    rows = [
        _person_row(member, found.names[member.key], names)
        for team in found.coverage.teams
        for member in _everybody(team)
        if member.key in found.names
    ]
    return _csv(f"readiness-{found.wave.id}-people", headers, rows)


@blueprint.get("/readiness/<wave>/person/<uuid:person>")
@requires(Permission.SEE_READINESS)
def person(wave: str, person: uuid.UUID) -> str:
    """Show one person's five lines with their evidence; the person sees that they were looked at."""
    actor, today = current_actor(), local_date(now(), current_actor().zone)
    require_in_scope(actor, Permission.SEE_READINESS, person, today)
    record_view(actor, person, "readiness")
    found = member_readiness(wave, person, today)
    if found is None:
        raise NotFound
    planned, member, name = found
    return render_template(
        "readiness/person.html",
        wave=planned,
        member=member,
        name=name,
        titles=words.titles(),
        words=words,
        links=links,
        actor=actor,
    )


@blueprint.get("/readiness/person/<uuid:person>")
@requires(Permission.SEE_READINESS)
def person_in_wave(person: uuid.UUID) -> Answer:
    """Lead from a person to their five lines in the wave that they go live with."""
    today = local_date(now(), current_actor().zone)
    require_in_scope(current_actor(), Permission.SEE_READINESS, person, today)
    wave = wave_with(person, today)
    if wave is None:
        flash(
            _("This person is in no cohort, so there is no go-live to be ready for. A coordinator adds them."), "info"
        )
        return redirect(url_for(".waves"), 303)
    return redirect(url_for(".person", wave=wave, person=person), 303)


def _readiness(wave_id: str) -> WaveReadiness:
    actor = current_actor()
    return wave_readiness(actor, wave_id, local_date(now(), actor.zone))


def _everybody(team: TeamCoverage) -> tuple[Member, ...]:
    return (*team.members, *team.away, *team.unrostered)


def _grid(found: WaveReadiness, names: words.Titles) -> dict[str, Any]:
    """Return shifts by functions, each cell a team in a word: columns, and rows of cells."""
    teams = {team.team: team for team in found.coverage.teams}
    functions = sorted({team.function for team in teams}, key=names.function)
    places = sorted({(team.site, team.shift) for team in teams})
    rows = []
    for site, shift in places:
        here = [Team(site, shift, function) for function in functions]
        rows.append(
            {"label": names.place(here[0]), "cells": [_cell(teams.get(team), names, list(teams)) for team in here]}
        )
    return {"columns": [names.function(function) for function in functions], "rows": rows}


def _cell(team: TeamCoverage | None, names: words.Titles, order: Sequence[Team]) -> dict[str, Any]:
    if team is None or not _everybody(team):
        return {"text": _("nobody"), "kind": "plain"}
    if not team.members:
        return {"text": _("nobody rostered"), "kind": "plain", "url": f"#team-{order.index(team.team) + 1}"}
    lacking = [words.champions(team)] if team.champions.missing else []
    lacking += [words.approver(gate.gate, names) for gate in team.open_gates]
    kind = "ok" if team.go else "bad"
    if team.go and team.lapsing:
        kind = "warn"
        lacking.append(_("%(n)s lapse within 30 days", n=len(team.lapsing)))
    return {
        "text": words.counted(team),
        "kind": kind,
        "note": ", ".join(lacking) or None,
        "url": f"#team-{order.index(team.team) + 1}",
    }


def _team_row(team: TeamCoverage, names: words.Titles) -> list[Cell]:
    place = team.team
    return [
        names.sites.get(place.site, place.site),
        names.shifts.get(place.shift, place.shift),
        names.function(place.function),
        team.rostered,
        team.ready,
        len(team.away),
        team.champions.champions,
        team.champions.needed,
        team.champions.target,
        ", ".join(names.gate(gate.gate) for gate in team.open_gates),
    ]


def _person_row(member: Member, name: str, names: words.Titles) -> list[Cell]:
    place = member.team
    answers = {finding.line: finding for finding in member.findings}
    return [
        name,
        names.sites.get(place.site, place.site),
        names.shifts.get(place.shift, place.shift),
        names.function(place.function),
        *(_line_cell(answers[line], names) for line in Line),
        _("Yes") if member.ready else _("No"),
        _("Yes") if member.away else _("No"),
        "" if member.ready else words.mend(member.fix, names),
    ]


def _line_cell(finding: Any, names: words.Titles) -> str:  # noqa: ANN401 - a Finding
    return words.proof(finding) if finding.holds else words.lack(finding, names)


def _csv(name: str, headers: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Response:
    response = Response(write_csv(headers, rows), mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response
