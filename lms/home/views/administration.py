"""Administration: what runs, what is kept, what was done; and the company's facts."""

from __future__ import annotations

import uuid

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from lms.accounts.login import current_actor, requires
from lms.accounts.rules.permissions import Permission
from lms.catalog.queries import course_titles, current_company, fact_overrides
from lms.catalog.rules.facts import ON_CERTIFICATES
from lms.catalog.service import what_cites
from lms.home.queries.administration import (
    audit_actions,
    audit_lines,
    detail_titles,
    failed_jobs,
    overview,
    served_releases,
)
from lms.home.views.audit_words import action_words, told
from lms.infra import audit
from lms.infra.clock import now
from lms.infra.i18n import _, language
from lms.infra.jobs import retry
from lms.learning.queries.catalogue import content_titles

blueprint = Blueprint("admin", __name__)
PAGE = 50


@blueprint.get("/admin")
@requires(Permission.ADMINISTER)
def show() -> str:
    """Show whether everything runs, is kept and published."""
    return render_template("home/admin.html", figures=overview(), releases=served_releases(), titles=course_titles())


@blueprint.get("/admin/jobs")
@requires(Permission.ADMINISTER)
def jobs() -> str:
    """List the jobs that gave up."""
    return render_template("home/admin_jobs.html", jobs=failed_jobs())


@blueprint.post("/admin/jobs/<uuid:job>/retry")
@requires(Permission.ADMINISTER)
def retry_job(job: uuid.UUID) -> Response:
    """Let a failed job run again."""
    retry(job)
    audit.record("job.retried", actor=current_actor().id, job=str(job))
    flash(_("The job runs again now."), "success")
    return redirect(url_for(".jobs"))


@blueprint.get("/admin/audit")
@requires(Permission.SEE_AUDIT)
def log() -> str:
    """Show who did what, the latest first."""
    page = max(1, request.args.get("page", 1, type=int))
    action = request.args.get("action", "")
    lines, total = audit_lines(page, PAGE, action)
    titles = detail_titles(language(), now().date())
    return render_template(
        "home/admin_audit.html",
        lines=[(line, action_words(line.action), told(line.details, titles)) for line in lines],
        total=total,
        page=page,
        pages=max(1, -(-total // PAGE)),
        action=action,
        actions=sorted(((name, str(action_words(name))) for name in audit_actions()), key=lambda one: one[1]),
    )


@blueprint.get("/admin/audit/verify")
@requires(Permission.SEE_AUDIT)
def verify() -> str:
    """Walk the whole chain and say whether anything was changed."""
    return render_template("home/admin_verify.html", report=audit.verify_chain())


@blueprint.get("/admin/facts")
@requires(Permission.MANAGE_CONTENT)
def facts() -> str:
    """List the company's facts, with what cites each."""
    company, overridden = current_company(), fact_overrides()
    lines = [(fact, name in overridden, what_cites(name)) for name, fact in sorted(company.facts.items())]
    return render_template(
        "home/facts.html",
        lines=lines,
        titles=content_titles(),
        printed=[company.facts[name] for name in ON_CERTIFICATES if name in company.facts],
        example=company.names_example(overridden),
    )
