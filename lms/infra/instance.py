"""Locks on the instance folder: who runs on it, and who may replace it."""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

from lms.shared.errors import Conflict

RUNNING = "running.lock"


@contextlib.contextmanager
def running(instance: Path) -> Iterator[None]:
    """Say for a block that processes use this instance; many may.

    Raises:
        Conflict: the instance is being restored.
    """
    with _locked(instance, fcntl.LOCK_SH, "This instance is being restored. Start again when that is done."):
        yield


@contextlib.contextmanager
def stopped(instance: Path) -> Iterator[None]:
    """Hold the instance alone for a block.

    Raises:
        Conflict: a service or worker runs on it.
    """
    with _locked(instance, fcntl.LOCK_EX, "The service runs on this instance. Stop it first, then try again."):
        yield


@contextlib.contextmanager
def _locked(instance: Path, mode: int, refusal: str) -> Iterator[None]:
    instance.mkdir(parents=True, exist_ok=True)
    # Children inherit the open file and with it the lock: it is held until the last of them is gone.
    handle = os.open(instance / RUNNING, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(handle, mode | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Conflict(refusal) from error
        yield
    finally:
        os.close(handle)
