"""What the worker does for the simulators."""

from __future__ import annotations

from lms.infra.clock import now
from lms.infra.jobs import JobRun
from lms.sandbox.service.finish import expire_runs


def expire(_run: JobRun) -> None:
    """Close the runs whose seven days are over."""
    expire_runs(now())
