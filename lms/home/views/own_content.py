"""The company's own content in the browser: facts, monthly notes and incident stories, checked like files."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from lms.accounts.login import current_actor, requires
from lms.accounts.rules.permissions import Permission
from lms.catalog.adapters.sources import read_tree
from lms.catalog.handlers import known_formats
from lms.catalog.queries import course_folders, current_company, fact_overrides, latest_fact, latest_text
from lms.catalog.rules.facts import ON_CERTIFICATES, Fact, value_problem, with_value
from lms.catalog.service import (
    CheckedText,
    ask_to_publish,
    check_text,
    publish_text,
    save_fact,
    save_text,
    what_cites,
)
from lms.home.queries.own_content import Room, people_touched, rooms_for_text
from lms.infra.clock import now
from lms.infra.i18n import _
from lms.infra.transactions import own_transaction, run_in_write_transaction
from lms.learning.queries.catalogue import content_titles
from lms.shared.days import local_date
from lms.shared.errors import Conflict, NotFound

blueprint = Blueprint("own_content", __name__, url_prefix="/admin/content")
SHORTEST_REASON, LONGEST_REASON = 3, 400


@blueprint.get("/texts")
@requires(Permission.MANAGE_CONTENT)
def texts() -> str:
    """List where the company may write, who reads it next, and what stands there."""
    today = local_date(now(), current_actor().zone)
    return render_template("home/own_texts.html", rooms=rooms_for_text(today), languages=current_company().languages)


@blueprint.get("/texts/<step>/<lang>")
@requires(Permission.MANAGE_CONTENT)
def edit_text(step: str, lang: str) -> str:
    """Show the latest version of a text to write on, with what the check says of it where that is asked for."""
    room = _room(step, lang)
    version = latest_text(step, lang)
    body = version.body if version else ""
    checked = _check(step, lang, body) if request.args.get("check") and body else None
    return _text_page(room, lang, body, str(version.id) if version else "", checked)


@blueprint.post("/texts/<step>/<lang>")
@requires(Permission.MANAGE_CONTENT)
@own_transaction
def write_text(step: str, lang: str) -> Response | tuple[str, int] | str:
    """Check a text, save it as a draft, or publish it. What was typed is always on the page that answers."""
    room, actor = _room(step, lang), current_actor()
    body, follows = request.form.get("body", ""), request.form.get("follows", "")
    go = request.form.get("go", "check")
    checked = _check(step, lang, body) if go != "save" and body.strip() else None
    if go == "check":
        return _text_page(room, lang, body, follows, checked)
    if go == "publish" and checked is not None and checked.errors:
        return _text_page(room, lang, body, follows, checked), 422
    try:
        version = run_in_write_transaction(lambda: save_text(actor, step, lang, body, follows))
    except Conflict:
        # Somebody has saved another version meanwhile: both stand side by side, and nothing is overwritten.
        other = latest_text(step, lang)
        return _text_page(room, lang, body, str(other.id) if other else "", checked, other=other), 409
    if go == "save":
        flash(_("Saved as a draft. Nobody reads it before it is published."), "success")
        return redirect(url_for(".edit_text", step=step, lang=lang, check=1))
    run_in_write_transaction(lambda: publish_text(actor, version))
    flash(_("The text is being published. It stands in its lesson within a minute."), "success")
    return redirect(url_for(".texts"))


@blueprint.get("/facts/<name>")
@requires(Permission.MANAGE_CONTENT)
def edit_fact(name: str) -> str:
    """Show a company fact to change."""
    fact = _fact(name)
    version = latest_fact(name)
    return _fact_page(fact, fact.value, str(version.id) if version else "")


@blueprint.post("/facts/<name>")
@requires(Permission.MANAGE_CONTENT)
@own_transaction
def write_fact(name: str) -> Response | tuple[str, int] | str:
    """Show what a new value would change and whom it touches, or store it and publish what cites it."""
    fact, actor = _fact(name), current_actor()
    value = _value(fact)
    follows, go = request.form.get("follows", ""), request.form.get("go", "check")
    if go == "shipped":
        value = {}
    wrong = value_problem(fact.type, value, name) if value else None
    reason = request.form.get("reason", "").strip()[:LONGEST_REASON]
    if not wrong and go != "check" and name in ON_CERTIFICATES and len(reason) < SHORTEST_REASON:
        wrong = "reason"
    if wrong:
        return _fact_page(fact, value, follows, wrong=wrong), 422
    if go == "check":
        return _fact_page(fact, value, follows, proposed=with_value(fact, value))
    try:
        run_in_write_transaction(lambda: save_fact(actor, name, value, follows, now(), reason=reason))
    except Conflict:
        version = latest_fact(name)
        other = with_value(fact, version.value) if version and version.value else None
        return _fact_page(fact, value, str(version.id) if version else "", other=other, clash=True), 409
    run_in_write_transaction(lambda: ask_to_publish(actor))
    flash(_("The fact is stored. What cites it is published again within a minute."), "success")
    return redirect(url_for("admin.facts"))


def _room(step: str, lang: str) -> Room:
    today = local_date(now(), current_actor().zone)
    room = next((room for room in rooms_for_text(today) if room.step.id == step), None)
    if room is None or lang not in current_company().languages:
        raise NotFound
    return room


def _check(step: str, lang: str, body: str) -> CheckedText:
    return check_text(read_tree(*course_folders()), known_formats(), step, lang, body)


def _text_page(
    room: Room, lang: str, body: str, follows: str, checked: CheckedText | None, *, other: object = None
) -> str:
    return render_template(
        "home/own_text.html",
        room=room,
        lang=lang,
        body=body,
        follows=follows,
        checked=checked,
        other=other,
        facts=sorted(current_company().facts.values(), key=lambda fact: fact.name),
        has_errors=bool(checked and checked.errors),
    )


def _fact(name: str) -> Fact:
    fact = current_company().facts.get(name)
    if fact is None:
        raise NotFound
    return fact


def _value(fact: Fact) -> dict[str, str]:
    """Return the value typed: one for all, or one for each language the fact has words in."""
    languages = [language for language in fact.value if language] or [""]
    return {language: request.form.get(f"value.{language}", "").strip() for language in languages}


def _fact_page(
    fact: Fact,
    value: Mapping[str, str],
    follows: str,
    *,
    proposed: Fact | None = None,
    other: Fact | None = None,
    wrong: str | None = None,
    clash: bool = False,
) -> str:
    cited = what_cites(fact.name)
    modules = [module for names in cited.modules.values() for module in names]
    return render_template(
        "home/own_fact.html",
        fact=fact,
        value=value or fact.value,
        follows=follows,
        proposed=proposed,
        other=other,
        wrong=wrong,
        longest=max(map(len, value.values()), default=0),
        clash=clash,
        own=fact.name in fact_overrides(),
        printed=fact.name in ON_CERTIFICATES,
        reason=request.form.get("reason", ""),
        cited=cited,
        titles=content_titles(),
        people=people_touched(modules) if modules else (),
        languages=[language for language in fact.value if language] or list(current_company().languages),
    )
