"""Figures for Prometheus, read from the database, so that they are the same whichever process answers."""

from __future__ import annotations

import hmac
import importlib.metadata
import shutil
from datetime import timedelta

import sqlalchemy as sa
from flask import Blueprint, Response, request
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, Info, generate_latest

from lms.infra.audit import AuditEntry
from lms.infra.backup import backup_age
from lms.infra.clock import now
from lms.infra.db import db
from lms.infra.deployment import settings
from lms.infra.jobs import Job, JobState
from lms.shared.errors import NotFound

blueprint = Blueprint("metrics", __name__)
OVERDUE = timedelta(minutes=1)


@blueprint.get("/metrics")
def metrics() -> Response:
    """Show the figures to whoever sends the token; without a token set there is no such page."""
    token = settings().metrics_token
    offered = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not token or not hmac.compare_digest(offered.encode(), token.encode()):
        raise NotFound
    return Response(generate_latest(_registry()), content_type=CONTENT_TYPE_LATEST)


metrics.is_public = True  # type: ignore[attr-defined]


def _registry() -> CollectorRegistry:
    registry = CollectorRegistry()
    version = importlib.metadata.version("groundschool")
    Info("groundschool", "The running version.", registry=registry).info({"version": version})

    jobs = Gauge("groundschool_jobs", "Jobs by state.", ["state"], registry=registry)
    counts = dict(db.session.execute(sa.select(Job.state, sa.func.count()).group_by(Job.state)).all())
    for state in JobState:
        jobs.labels(state.value).set(counts.get(state, 0))

    overdue = Gauge("groundschool_jobs_overdue", "Jobs due for more than a minute, taken by nobody.", registry=registry)
    free = sa.or_(Job.leased_until.is_(None), Job.leased_until < now())
    overdue.set(
        db.session.scalar(
            sa.select(sa.func.count()).where(Job.state == JobState.WAITING, Job.run_after < now() - OVERDUE, free)
        )
        or 0
    )

    unsealed = Gauge("groundschool_audit_unsealed", "Audit entries not yet in the chain.", registry=registry)
    unsealed.set(db.session.scalar(sa.select(sa.func.count()).where(AuditEntry.number.is_(None))) or 0)

    age = backup_age()
    if age is not None:
        newest = Gauge("groundschool_backup_age_seconds", "Age of the newest backup.", registry=registry)
        newest.set(age.total_seconds())

    disk = Gauge("groundschool_disk_free_bytes", "Room left for the instance folder.", registry=registry)
    disk.set(shutil.disk_usage(settings().instance).free)
    return registry
