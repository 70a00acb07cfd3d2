"""A real `lms serve` for tests: started on a port of its own, killed and started again."""

from __future__ import annotations

import http.client
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
PROGRAM = (sys.executable, "-m", "lms.cli")
START_SECONDS = 90


class Service:
    """A service on an instance folder; `start` waits until it says where it is."""

    def __init__(self, instance: Path, database_url: str = "", **settings: str) -> None:
        self.instance = instance
        self.settings = {"LMS_INSTANCE": str(instance), "LMS_PORT": "0", "LMS_LOG_LEVEL": "WARNING", **settings}
        if database_url:
            self.settings["LMS_DATABASE_URL"] = database_url
        self.port = 0
        self.process: subprocess.Popen[bytes] | None = None
        self.log = instance.with_name(f"{instance.name}.log")

    def start(self, *options: str) -> None:
        with self.log.open("ab") as log:
            begin = log.tell()
            self.process = subprocess.Popen(
                [*PROGRAM, "serve", *(options or ("--empty",))],
                env={**os.environ, **self.settings, "PYTHONUNBUFFERED": "1"},
                cwd=ROOT,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        deadline = time.monotonic() + START_SECONDS
        while not (found := re.search(r"is at http://[^:]+:(\d+)", self.said(begin))):
            assert self.process.poll() is None, self.said(begin)
            assert time.monotonic() < deadline, self.said(begin)
            time.sleep(0.02)
        self.port = int(found[1])

    def said(self, begin: int = 0) -> str:
        return self.log.read_bytes()[begin:].decode()

    def get(self, path: str, timeout: float = 20) -> tuple[int, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            connection.request("GET", path)
            response = connection.getresponse()
            return response.status, response.read()
        finally:
            connection.close()

    def send(self, number: int) -> None:
        self.process.send_signal(number)

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Ask it to stop and return its exit status."""
        self.send(number)
        return self.process.wait(60)

    def kill(self) -> None:
        """End every process of it at once, as a power cut would."""
        for pid in self.family():
            end(pid)
        self.process.wait(30)

    def family(self) -> list[int]:
        """Return the supervisor and everything below it."""
        found, waiting = [], [self.process.pid]
        while waiting:
            found.append(waiting.pop())
            waiting += children(found[-1])
        return found


def children(pid: int) -> list[int]:
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def end(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return
