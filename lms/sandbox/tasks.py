"""What the worker does for the simulators."""

from __future__ import annotations

from lms.infra.clock import now
from lms.infra.jobs import JobRun
from lms.sandbox.service.finish import expire_runs
from lms.sandbox.service.labs import expire_lab_runs


def expire(_run: JobRun) -> None:
    """Close the runs, of consoles and of labs, whose seven days are over."""
    expire_runs(now())
    expire_lab_runs(now())
