"""Browsers for benchmarks, in a process of their own: one event loop, kept connections, times taken at the socket.

Threads of the process that made the data would measure their own interpreter: they wait for each other and for a
garbage collector that goes through everything the data left behind. This file imports nothing of the product; run as
a program it reads a plan as JSON and prints what each request met. How late its own clock was is part of the answer.
"""

from __future__ import annotations

import asyncio
import gc
import json
import subprocess
import sys
import time
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

END_OF_HEAD = b"\r\n\r\n"
TICK_SECONDS = 0.05
PATIENCE_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Ask:
    """A request of a browser: sent `at` seconds after the start, or when the one before it was answered.

    `wanted` is the status that is no error; `label` is what its time is counted under.
    """

    label: str
    path: str
    body: str | None = None
    wanted: int = 200
    at: float = 0.0


@dataclass(frozen=True, slots=True)
class Browser:
    """A cookie, and what is asked with it one after the other."""

    cookie: str
    asks: tuple[Ask, ...]


@dataclass(frozen=True, slots=True)
class Met:
    """What browsers met: seconds per label of what was answered as wanted, errors, and how late their own clock was."""

    seconds: dict[str, list[float]]
    errors: int
    late: list[float]


def browse(port: int, browsers: Iterable[Browser], until: float | None = None) -> Met:
    """Let the browsers work side by side, at most `until` seconds, in a new process; return what they met.

    Raises:
        subprocess.CalledProcessError: the process failed, with its traceback on standard error.
    """
    plan = {"port": port, "until": until, "browsers": [asdict(one) for one in browsers]}
    # By path and isolated (-I): a package's `__init__` and the working folder could bring the product in.
    command = [sys.executable, "-I", __file__]
    ran = subprocess.run(command, input=json.dumps(plan), stdout=subprocess.PIPE, text=True, check=True)
    return Met(**json.loads(ran.stdout))


def together(parts: Iterable[Met]) -> Met:
    """Return several rounds as one."""
    seconds: dict[str, list[float]] = {}
    errors, late = 0, []
    for part in parts:
        errors += part.errors
        late += part.late
        for label, found in part.seconds.items():
            seconds.setdefault(label, []).extend(found)
    return Met(seconds, errors, late)


class _Connection(asyncio.Protocol):
    """One kept connection: a reply is whole when as many bytes as it announces have come, and that moment is kept."""

    def __init__(self) -> None:
        self.waiting: asyncio.Future[tuple[int, float]] | None = None
        self.transport: Any = None
        self._got = b""

    def connection_made(self, transport: Any) -> None:
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        now = time.perf_counter()
        self._got += data
        head, found, body = self._got.partition(END_OF_HEAD)
        if not found or len(body) < _length(head):
            return
        self._got = b""
        if self.waiting is not None and not self.waiting.done():
            self.waiting.set_result((int(head.split(b" ", 2)[1]), now))

    def connection_lost(self, error: Exception | None) -> None:
        self.transport = None
        if self.waiting is not None and not self.waiting.done():
            self.waiting.set_exception(error or ConnectionResetError())


def _length(head: bytes) -> int:
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return int(line.partition(b":")[2])
    return 0


def _message(ask: dict[str, Any], cookie: str) -> bytes:
    body = ask["body"]
    method = "GET" if body is None else "POST"
    lines = [f"{method} {ask['path']} HTTP/1.1", "Host: 127.0.0.1", f"Cookie: {cookie}"]
    if body is not None:
        lines += ["Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(body)}"]
    return ("\r\n".join(lines) + "\r\n\r\n" + (body or "")).encode()


async def _browser(port: int, plan: dict[str, Any], begun: float, until: float, met: Met) -> None:
    loop = asyncio.get_running_loop()
    connection: _Connection | None = None
    for ask in plan["asks"]:
        await asyncio.sleep(max(0.0, begun + ask["at"] - time.perf_counter()))
        if time.perf_counter() >= until:
            break
        message = _message(ask, plan["cookie"])
        started = time.perf_counter()
        try:
            if connection is None or connection.transport is None:
                _transport, connection = await loop.create_connection(_Connection, "127.0.0.1", port)
            connection.waiting = loop.create_future()
            connection.transport.write(message)
            status, ended = await asyncio.wait_for(connection.waiting, PATIENCE_SECONDS)
        except (OSError, TimeoutError):
            met.seconds.setdefault("failed", []).append(time.perf_counter() - started)
            _dropped(connection)
            connection = None
            continue
        kept = "failed" if status != ask["wanted"] else ask["label"]
        met.seconds.setdefault(kept, []).append(ended - started)
    _dropped(connection)


def _dropped(connection: _Connection | None) -> None:
    if connection is not None and connection.transport is not None:
        connection.transport.close()


async def _watch(met: Met) -> None:
    """Note again and again how much later than asked this process is woken: what it adds to every time it takes."""
    while True:
        due = time.perf_counter() + TICK_SECONDS
        await asyncio.sleep(TICK_SECONDS)
        met.late.append(time.perf_counter() - due)


async def _all(plan: dict[str, Any]) -> Met:
    met, begun = Met({}, 0, []), time.perf_counter()
    until = begun + (plan["until"] or 1e9)
    watching = asyncio.create_task(_watch(met))
    await asyncio.gather(*(_browser(plan["port"], one, begun, until, met) for one in plan["browsers"]))
    watching.cancel()
    return Met(met.seconds, len(met.seconds.pop("failed", ())), met.late)


def main() -> None:
    """Read a plan, follow it, print what was met."""
    plan = json.load(sys.stdin)
    gc.collect()
    gc.disable()  # a minute's work; a collection in the middle would be counted as the service's
    json.dump(asdict(asyncio.run(_all(plan))), sys.stdout)


if __name__ == "__main__":
    main()
