"""What each level asks for: as shipped or as the company wants it, what another rule would do, and saving one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from lms.accounts.login import current_actor, requires
from lms.accounts.queries.scope import people_in_scope
from lms.accounts.rules.permissions import Permission, allowed
from lms.catalog.queries import RuleVersion, current_catalogue, own_rules, shipped_catalogue
from lms.catalog.rules.programmes import Level, LevelRule, Programme
from lms.certification.forms import RuleForm, ValidityForm
from lms.certification.queries.awards import rule_of
from lms.certification.queries.previews import change_of_rule, sample_timelines
from lms.certification.queries.rule_titles import rule_titles
from lms.certification.rules.predicates import Predicate, PredicateError, parse
from lms.certification.rules.validity import ValidityRule
from lms.certification.service.level_rules import change_rule
from lms.infra.clock import now
from lms.infra.i18n import _, language
from lms.infra.transactions import own_transaction, run_in_write_transaction
from lms.shared.days import local_date
from lms.shared.errors import Conflict, Invalid, NotFound

blueprint = Blueprint("level_rules", __name__)


@blueprint.get("/certificates/rules")
@requires(Permission.CHANGE_RULES)
def index() -> str:
    """List what each level asks for and how long it stands, and which of it is the company's own."""
    return render_template(
        "certification/rules.html",
        programmes=current_catalogue().programmes,
        rule=rule_of,
        own=_own(),
        issues=allowed(current_actor(), Permission.ISSUE_CERTIFICATES),
    )


@blueprint.get("/certificates/rules/<programme>/<level>")
@requires(Permission.CHANGE_RULES)
def show(programme: str, level: str) -> str | tuple[str, int]:
    """Show what another rule would do before anybody saves it: who gains, who loses, and sample people's dates."""
    found, chosen = _level(programme, level)
    form = ValidityForm(formdata=_given(chosen, rule_of(found, chosen)))
    wanted = _read(form) if form.validate() else None
    return _page(found, chosen, form, wanted) if wanted is not None else (_page(found, chosen, form, None), 422)


@blueprint.post("/certificates/rules/<programme>/<level>")
@requires(Permission.CHANGE_RULES)
@own_transaction
def save(programme: str, level: str) -> Response | tuple[str, int]:
    """Make the tried rule the company's own, or go back to the shipped one."""
    found, chosen = _level(programme, level)
    form, actor = RuleForm(), current_actor()
    wanted = _read(form) if form.validate() else None
    if wanted is None:
        return _page(found, chosen, form, None), 422
    rule = None if request.form.get("go") == "shipped" else _rule(found, chosen, form)
    reason, follows = form.reason.data or "", form.follows.data or ""
    try:
        run_in_write_transaction(lambda: change_rule(actor, programme, level, rule, reason, follows))
    except Invalid as error:
        form.refuse(error)
        return _page(found, chosen, form, None), 422
    except Conflict as error:
        flash(error.message, "error")
        return redirect(url_for(".show", programme=programme, level=level), 303)
    flash(_("Saved. It counts from now on; awards already made keep their version."), "success")
    return redirect(url_for(".show", programme=programme, level=level), 303)


def _page(programme: Programme, level: Level, form: ValidityForm, wanted: tuple[Predicate, ...] | None) -> str:
    versions = own_rules().get((programme.id, level.id), ())
    shipped = shipped_catalogue().programme(programme.id)
    values: dict[str, Any] = {
        "programme": programme,
        "level": level,
        "form": form,
        "versions": versions,
        "own": versions[0] if versions and versions[0].rule else None,
        "shipped": shipped.level(level.id) if shipped else None,
        "rule": form if isinstance(form, RuleForm) else RuleForm(formdata=None, follows=_latest(versions)),
        "saving": isinstance(form, RuleForm),
        "tried": bool(request.args),
        "change": None,
        "names": {},
        "samples": (),
    }
    values |= {"as_read": _as_read, "titles": rule_titles(language())}
    if wanted is None:
        return render_template("certification/try_rule.html", **values)
    today = local_date(now(), current_actor().zone)
    people = people_in_scope(current_actor(), Permission.CHANGE_RULES, today)
    change, names = change_of_rule(people, programme, level, wanted, today)
    samples = sample_timelines(people, programme, level, _numbers(form), today)
    values |= {"change": change, "names": names, "samples": samples}
    return render_template("certification/try_rule.html", **values)


def _level(programme: str, level: str) -> tuple[Programme, Level]:
    found = current_catalogue().programme(programme)
    chosen = found.level(level) if found else None
    if found is None or chosen is None:
        raise NotFound
    return found, chosen


def _own() -> dict[tuple[str, str], RuleVersion]:
    return {key: versions[0] for key, versions in own_rules().items() if versions[0].rule}


def _latest(versions: tuple[RuleVersion, ...]) -> str:
    return str(versions[0].id) if versions else ""


def _given(level: Level, present: ValidityRule) -> MultiDict[str, str]:
    """Return what the address asks to try; what it leaves out is as it is now."""
    standard: dict[str, object] = {
        "months": present.months,
        "window": present.window_days,
        "grace": present.grace_days,
        "after_peak": present.after_peak_days,
        "requires": "\n".join(level.requires),
    }
    return MultiDict({name: request.args.get(name, str(value)) for name, value in standard.items()})


def _numbers(form: ValidityForm) -> ValidityRule:
    return ValidityRule(form.months.data or 0, form.window.data or 0, form.grace.data or 0, form.after_peak.data or 0)


def _rule(programme: Programme, level: Level, form: ValidityForm) -> LevelRule:
    numbers = _numbers(form)
    validity = replace(
        programme.validity_of(level),
        period=f"P{numbers.months}M",
        window=f"P{numbers.window_days}D",
        grace=f"P{numbers.grace_days}D",
        after_peak=f"P{numbers.after_peak_days}D",
    )
    return LevelRule(_lines(form), validity)


def _lines(form: ValidityForm) -> tuple[str, ...]:
    return tuple(" ".join(line.split()) for line in (form.requires.data or "").splitlines() if line.strip())


def _as_read(lines: Iterable[str]) -> list[tuple[str, Predicate | None]]:
    """Return each line with its condition; None where an earlier version of the grammar wrote it."""
    read: list[tuple[str, Predicate | None]] = []
    for line in filter(None, map(str.strip, lines)):
        try:
            read.append((line, parse(line)))
        except PredicateError:
            read.append((line, None))
    return read


def _read(form: ValidityForm) -> tuple[Predicate, ...] | None:
    lines = _lines(form)
    if not lines:
        form.requires.errors = [_("Write at least one condition: a level that asks for nothing is held by nobody.")]
        return None
    try:
        return tuple(map(parse, lines))
    except PredicateError as error:
        message = _("“%(text)s” is no condition. Write, for example: module:c1 complete.", text=error.text)
        form.requires.errors = [message]
        return None
