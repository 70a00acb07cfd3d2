"""The service: one supervisor whose children are the web server and the job worker.

The supervisor never opens the database. It prepares in a child (upgrade, courses, demo), then keeps the web server
(gunicorn, threads) and the worker running until it is told to stop. Children end with it, however it ends.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

import click
from flask import Flask
from gunicorn.app.base import BaseApplication

from lms.infra.backup import safe_upgrade
from lms.infra.instance import running
from lms.infra.processes import spawn
from lms.infra.settings import Settings
from lms.infra.startup import StartOptions, run_start_steps
from lms.infra.worker import run_forever

CreateApp = Callable[[], Flask]

GRACE_SECONDS = 30
LONGEST_PAUSE_SECONDS = 30
STEADY_SECONDS = 60  # a worker that lived this long died of something new


class WebServer(BaseApplication):  # type: ignore[misc]
    """Gunicorn, set up here and nowhere else: no configuration file, no environment, no control socket."""

    def __init__(self, settings: Settings, create_app: CreateApp, listener: int, ready: Callable[[], None]) -> None:
        """Serve the app that `create_app` makes, on the bound socket with descriptor `listener`."""
        self._settings = settings
        self._create_app = create_app
        self._listener = listener
        self._ready = ready
        super().__init__()

    def load_config(self) -> None:
        """Set every option that is not gunicorn's default."""
        options: dict[str, Any] = {
            "bind": f"fd://{self._listener}",
            "workers": self._settings.web_workers,
            "worker_class": "gthread",
            "threads": self._settings.web_threads,
            "keepalive": 30,
            "graceful_timeout": GRACE_SECONDS,
            # Forwarding headers are believed in one place: LMS_PROXIES (lms.infra.web.requests).
            "forwarded_allow_ips": "",
            "worker_tmp_dir": "/dev/shm" if Path("/dev/shm").is_dir() else None,  # noqa: S108 - heartbeat files only
            "loglevel": "warning",
            "control_socket_disable": True,
            "when_ready": lambda _arbiter: self._ready(),
        }
        for name, value in options.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        """Make the app, in a web process."""
        return self._create_app()


class Supervisor:
    """Starts the children, restarts the worker, and stops all of them in good order."""

    def __init__(self, settings: Settings, create_app: CreateApp, *, demo: bool, meanwhile: Callable[[], None]) -> None:
        """Serve `settings`; with `demo` an empty database may be filled with the demo company.

        `meanwhile` is done here while a child prepares; the web processes share what it leaves in memory.
        """
        self._settings = settings
        self._create_app = create_app
        self._options = StartOptions(demo=demo)
        self._meanwhile = meanwhile
        self._children: set[int] = set()
        self._stop = threading.Event()

    def run(self) -> int:
        """Serve until a signal or a failure; return the exit status."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._ask_to_stop)
        signal.signal(signal.SIGALRM, self._insist)
        listener = bind(self._settings.host, self._settings.port)
        self._settings.instance.mkdir(parents=True, exist_ok=True)
        with running(self._settings.instance):
            status, lines = self._prepare()
            if status or self._stop.is_set():
                return status
            return self._serve(listener, lines)

    def _prepare(self) -> tuple[int, list[str]]:
        reading, writing = os.pipe()

        def work() -> int:
            lines = prepare(self._create_app(), self._options)
            with os.fdopen(writing, "w") as pipe:
                json.dump(lines, pipe)
            return 0

        pid = self._start(work)
        os.close(writing)
        self._meanwhile()
        with os.fdopen(reading) as pipe:
            said = pipe.read()
        status = self._wait_for(pid)
        return status, json.loads(said) if said else []

    def _serve(self, listener: socket.socket, lines: list[str]) -> int:
        address = f"http://{self._settings.host}:{listener.getsockname()[1]}"

        def announce() -> None:
            click.echo("\n".join([f"Groundschool is at {address} (stop with Ctrl-C).", *lines]))

        web = self._start(lambda: WebServer(self._settings, self._create_app, listener.fileno(), announce).run() or 0)
        listener.close()
        worker, started, deaths = 0, 0.0, 0
        while self._children or not self._stop.is_set():
            if self._settings.worker and not worker and not self._stop.is_set():
                started, worker = time.monotonic(), self._start(self._work_jobs)
            pid, status = os.waitpid(-1, 0)
            self._children.discard(pid)
            if pid == web and not self._stop.is_set():
                click.echo("The web server ended; stopping.", err=True)
                self._ask_to_stop()
                web = -1
            elif pid == worker and not self._stop.is_set():
                deaths = 1 if time.monotonic() - started > STEADY_SECONDS else deaths + 1
                pause = min(LONGEST_PAUSE_SECONDS, 2 ** (deaths - 1))
                code = os.waitstatus_to_exitcode(status)
                click.echo(f"The job worker ended ({code}); another starts in {pause} s.", err=True)
                self._stop.wait(pause)
                worker = 0
        return 1 if web == -1 else 0

    def _work_jobs(self) -> int:
        return work_jobs(self._create_app())

    def _start(self, work: Callable[[], int]) -> int:
        pid = spawn(work)
        self._children.add(pid)
        return pid

    def _wait_for(self, pid: int) -> int:
        _, status = os.waitpid(pid, 0)
        self._children.discard(pid)
        return os.waitstatus_to_exitcode(status)

    def _ask_to_stop(self, _number: int = 0, _frame: FrameType | None = None) -> None:
        self._stop.set()
        self._signal(signal.SIGTERM)
        signal.alarm(GRACE_SECONDS + 10)

    def _insist(self, _number: int, _frame: FrameType | None) -> None:
        self._signal(signal.SIGKILL)

    def _signal(self, number: int) -> None:
        for pid in self._children:
            os.kill(pid, number)


def prepare(app: Flask, options: StartOptions) -> list[str]:
    """Bring database, courses and demo up to date; return the lines to print with the address."""
    with app.app_context():
        safe_upgrade(say)
        return run_start_steps(options, say)


def work_jobs(app: Flask) -> int:
    """Run jobs until SIGTERM or SIGINT, or until the parent process is gone; the job in hand is finished first."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    parent = os.getppid()
    run_forever(app, stop, alive=lambda: os.getppid() == parent)
    return 0


def bind(host: str, port: int) -> socket.socket:
    """Return a socket bound to the address but not listening yet, so that a taken port shows before any work is done.

    Raises:
        click.ClickException: the address cannot be had; the message says what to set.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        message = (
            f"Cannot listen on {host}:{port}: {error.strerror}. Stop what uses it, or set LMS_PORT (and LMS_HOST) to "
            "another address."
        )
        raise click.ClickException(message) from error
    return listener


def say(text: str) -> None:
    """Show progress at once, even into a pipe."""
    click.echo(text)
