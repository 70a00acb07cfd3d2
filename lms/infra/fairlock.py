"""A fair lock across threads and processes of one machine, so that no writer starves.

SQLite lets one writer in at a time and makes the others poll, which starves some under load. Here threads of a process
queue in order, and processes pass a turnstile: whoever waits for the lock holds the turnstile meanwhile, so
a process that has just had the lock cannot overtake one that waits.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import threading
import time
from collections import deque
from collections.abc import Iterator
from pathlib import Path

from lms.shared.errors import Unavailable


class FairLock:
    """First come, first served within a process; alternating between processes."""

    def __init__(self, path: Path, timeout: float = 15.0) -> None:
        """Use `path` (made if missing) as the meeting place; `timeout` in seconds bounds the wait."""
        self._path = path
        self._timeout = timeout
        self._mutex = threading.Lock()
        self._waiting: deque[threading.Event] = deque()
        self._held = False
        self._files: tuple[int, int] | None = None
        self._pid = 0

    @contextlib.contextmanager
    def hold(self) -> Iterator[None]:
        """Hold the lock for a block.

        Raises:
            Unavailable: the lock was not reached within the timeout.
        """
        deadline = time.monotonic() + self._timeout
        self._enter_process_queue(deadline)
        try:
            turnstile, gate = self._descriptors()
            fcntl.flock(turnstile, fcntl.LOCK_EX)
            try:
                fcntl.flock(gate, fcntl.LOCK_EX)
            finally:
                fcntl.flock(turnstile, fcntl.LOCK_UN)
            try:
                yield
            finally:
                fcntl.flock(gate, fcntl.LOCK_UN)
        finally:
            self._leave_process_queue()

    def _enter_process_queue(self, deadline: float) -> None:
        with self._mutex:
            if not self._held:
                self._held = True
                return
            turn = threading.Event()
            self._waiting.append(turn)
        if turn.wait(deadline - time.monotonic()):
            return
        with self._mutex:
            if turn.is_set():
                return
            self._waiting.remove(turn)
        raise Unavailable

    def _leave_process_queue(self) -> None:
        with self._mutex:
            if self._waiting:
                self._waiting.popleft().set()
            else:
                self._held = False

    def _descriptors(self) -> tuple[int, int]:
        # A forked child shares its parent's open files, and with them the parent's locks: it opens its own.
        if self._files is None or self._pid != os.getpid():
            turnstile = os.open(f"{self._path}.turnstile", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            gate = os.open(f"{self._path}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            self._files, self._pid = (turnstile, gate), os.getpid()
        return self._files
