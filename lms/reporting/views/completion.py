"""Completion by any cut, and the people behind each number."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from flask import Blueprint, Response, render_template, request, url_for

from lms.accounts.login import current_actor, requires
from lms.accounts.queries.scope import people_in_scope
from lms.accounts.rules.actor import Actor
from lms.accounts.rules.permissions import Permission, Relation, allowed, relations
from lms.infra.clock import now
from lms.infra.i18n import _, format_percent, language
from lms.reporting.queries.completion import Count, Learners, Scope, away_count, counts, learners, total
from lms.reporting.queries.labels import labels_of, wave_titles
from lms.reporting.rules.completion import (
    PERIODS,
    Cut,
    Measure,
    Part,
    Selection,
    headline,
    in_order,
    read_selection,
)
from lms.reporting.views import words
from lms.reporting.views.files import table_file
from lms.shared.days import local_date
from lms.shared.tables import Cell

blueprint = Blueprint("reports", __name__, url_prefix="/reports")
_STATES = {"": None, "open": False, "done": True}
_SERIES = {True: "ok", False: "warn"}


@dataclass(frozen=True, slots=True)
class Report:
    """A completion report as it is shown and as it is sent."""

    selection: Selection
    wrong: tuple[str, ...]
    parts: tuple[Part, ...]
    whole: Part
    away: int


@blueprint.get("")
@requires(Permission.SEE_COUNTS)
def index() -> str:
    """Say which reports there are."""
    actor = current_actor()
    return render_template(
        "reporting/index.html",
        surveys=allowed(actor, Permission.SEE_AGGREGATES),
        observers=allowed(actor, Permission.DECIDE_REVIEW),
    )


@blueprint.get("/completion")
@requires(Permission.SEE_COUNTS)
def completion() -> str:
    """Show the headline, the plot that is its table, and the filters that made it."""
    actor, report = current_actor(), _report()
    selection = report.selection

    def part_url(part: Part) -> str | None:
        return _people_url(selection, part.key) if _sees_names(actor) else None

    return render_template(
        "reporting/completion.html",
        report=report,
        selection=selection,
        headline=words.headline(headline(report.parts, selection.target), selection, part_url),
        rows=[_row(part, selection, named=_sees_names(actor)) for part in report.parts],
        choices=_choices(actor),
        words=words,
        Measure=Measure,
        named=_sees_names(actor),
        people_url=_people_url(selection, "") if _sees_names(actor) else None,
        as_of=now(),
    )


@blueprint.get("/completion.<kind>")
@requires(Permission.SEE_COUNTS)
def completion_file(kind: str) -> Response:
    """Send the report as it is shown."""
    report = _report()
    compared = report.selection.compare > 0
    headers = [str(words.CUTS[report.selection.by]), _("Done"), _("Of"), _("Per cent")]
    rows: list[list[Cell]] = [
        [part.label, part.done, part.of, part.percent, *([part.change] if compared else [])]
        for part in (*report.parts, report.whole)
    ]
    if compared:
        headers.append(_("Change in points since %(period)s", period=words.period(report.selection.compare)))
    return table_file(kind, "completion", headers, rows)


@blueprint.get("/completion/people")
@requires(Permission.SEE_COMPLETION)
def people() -> str:
    """List the people behind a number, with how far they are and what they have as a next page."""
    selection, wrong = read_selection(request.args)
    found = _learners(selection, request.args.get("page", 1, type=int))
    state = request.args.get("state", "")
    return render_template(
        "reporting/people.html",
        found=found,
        selection=selection,
        wrong=wrong,
        state=state if state in _STATES else "",
        words=words,
        title=_people_title(selection),
        labels={cut: labels_of(cut, language(), _today()) for cut in (Cut.FUNCTION, Cut.SITE, Cut.SHIFT)},
        report_url=url_for(".completion", **selection.as_args()),
        page_url=lambda page: url_for(".people", **selection.as_args(), state=state or None, page=page),
        person_url=_person_url(current_actor()),
        today=_today(),
        as_of=now(),
    )


@blueprint.get("/completion/people.<kind>")
@requires(Permission.SEE_COMPLETION)
def people_file(kind: str) -> Response:
    """Send the whole list of the people behind a number."""
    selection, _wrong = read_selection(request.args)
    labels = {cut: labels_of(cut, language(), _today()) for cut in (Cut.FUNCTION, Cut.SITE, Cut.SHIFT)}
    headers = [
        _("Name"),
        _("Employee number"),
        _("Function"),
        _("Site"),
        _("Shift"),
        _("Cohort"),
        _("Modules done"),
        _("Modules"),
        _("Due"),
        str(words.MEASURES[selection.measure]),
    ]
    rows = (
        [
            row.name,
            row.employee_number,
            labels[Cut.FUNCTION].get(row.function, row.function),
            labels[Cut.SITE].get(row.site, row.site),
            labels[Cut.SHIFT].get(row.shift, row.shift),
            row.cohort,
            row.done,
            row.needed,
            row.due_on,
            _("Yes") if row.counted else _("No"),
        ]
        for row in _learners(selection, None).rows
    )
    return table_file(kind, "completion-people", headers, rows)


def _report() -> Report:
    actor = current_actor()
    selection, wrong = read_selection(request.args)
    if not _sees_names(actor) and Cut.CHAMPION in {selection.by, *_named_cuts(selection)}:
        selection = replace(selection, by=Cut.FUNCTION, filters=replace(selection.filters, champion=""))
        wrong = (*wrong, "by")
    scope = _scope(actor, Permission.SEE_COUNTS)
    before = now() - timedelta(days=selection.compare) if selection.compare else None
    labels = labels_of(selection.by, language(), scope.day)
    earlier = counts(selection, scope, before) if before else {}
    parts = [
        _part(key, words.label(selection.by, key, labels), count, earlier.get(key) if before else None)
        for key, count in counts(selection, scope).items()
    ]
    whole = _part("", _("Everybody"), total(selection, scope), total(selection, scope, before) if before else None)
    return Report(selection, wrong, in_order(parts), whole, away_count(scope, selection.filters))


def _named_cuts(selection: Selection) -> set[Cut]:
    return {Cut(name) for name in selection.filters.as_args() if name in set(Cut)}


def _part(key: str, label: str, count: Count, earlier: Count | None) -> Part:
    return Part(key, label, count.done, count.of, earlier.done if earlier else None)


def _row(part: Part, selection: Selection, *, named: bool) -> dict[str, Any]:
    text = words.amount(part)
    if part.change is not None:
        text = f"{text} ({words.change(part)})"
    reached = part.percent is not None and part.percent >= selection.target
    return {
        "label": part.label,
        "share": part.share,
        "text": text,
        "series": _SERIES[reached],
        "url": _people_url(selection, part.key) if named else None,
    }


def _people_url(selection: Selection, key: str) -> str:
    narrowed = replace(selection, filters=selection.filters.also(selection.by, key)) if key else selection
    return url_for(".people", **narrowed.as_args(), state="open")


def _people_title(selection: Selection) -> str:
    tongue, day = language(), _today()
    named = [words.label(cut, value, labels_of(cut, tongue, day)) for cut, value in _named_values(selection)]
    wave = selection.filters.wave
    if wave:
        named.append(wave_titles().get(wave, wave))
    return ", ".join(named) or _("Everybody")


def _named_values(selection: Selection) -> list[tuple[Cut, str]]:
    return [(Cut(name), value) for name, value in selection.filters.as_args().items() if name in set(Cut)]


def _learners(selection: Selection, page: int | None) -> Learners:
    scope = _scope(current_actor(), Permission.SEE_COMPLETION)
    return learners(selection, scope, counted=_STATES.get(request.args.get("state", "")), page=page)


def _scope(actor: Actor, permission: Permission) -> Scope:
    everybody = Relation.ANYONE in relations(actor, permission)
    return Scope(None if everybody else people_in_scope(actor, permission, _today()), _today(), now())


def _choices(actor: Actor) -> Mapping[str, list[tuple[str, str]]]:
    """Return what each filter offers; champions only to those who may see names."""
    tongue, day = language(), _today()
    offered: dict[str, list[tuple[str, str]]] = {"wave": [("", _("All waves")), *wave_titles().items()]}
    every = {
        Cut.COHORT: _("All cohorts"),
        Cut.CHAMPION: _("All champions"),
        Cut.FUNCTION: _("All functions"),
        Cut.SITE: _("All sites"),
        Cut.SHIFT: _("All shifts"),
        Cut.MODULE: _("All modules"),
    }
    cuts = [cut for cut in Cut if cut is not Cut.CHAMPION or _sees_names(actor)]
    offered |= {cut.value: [("", every[cut]), *labels_of(cut, tongue, day).items()] for cut in cuts}
    offered["measure"] = [(measure.value, str(text)) for measure, text in words.MEASURES.items()]
    offered["by"] = [(cut.value, str(words.CUTS[cut])) for cut in cuts]
    offered["compare"] = [("", words.period(0)), *((str(days), words.period(days)) for days in PERIODS)]
    offered["target"] = [(str(value), format_percent(value / 100)) for value in range(50, 101, 10)]
    return offered


def _sees_names(actor: Actor) -> bool:
    return allowed(actor, Permission.SEE_COMPLETION)


def _person_url(actor: Actor) -> Any:  # noqa: ANN401 - a function of a person's id, or None
    if allowed(actor, Permission.SEE_PEOPLE):
        return lambda person_id: url_for("person.show", person_id=person_id)
    if allowed(actor, Permission.SEE_TEAM):
        return lambda person_id: url_for("team.colleague", person=person_id)
    return None


def _today() -> date:
    return local_date(now(), current_actor().zone)
