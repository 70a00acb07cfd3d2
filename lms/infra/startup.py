"""What `lms serve` does before it listens: steps that `lms.app` lists; each knows when there is nothing to do."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from flask import Flask, current_app

_KEY = "groundschool.start_steps"


@dataclass(frozen=True, slots=True)
class StartOptions:
    """How the service was asked to start. `demo`: an empty database may be filled with the demo company."""

    demo: bool


Step = Callable[[StartOptions], Sequence[str]]


def start_step(app: Flask, name: str, step: Step) -> None:
    """Run `step` at each start, after those registered before; the lines it returns are printed with the address.

    A step is called in an app context, opens its own write transactions, and is quick when nothing is to be done.
    """
    app.extensions.setdefault(_KEY, []).append((name, step))


def run_start_steps(options: StartOptions, say: Callable[[str], None]) -> list[str]:
    """Run every step in order, telling `say` which one is running; return the lines to print with the address."""
    lines: list[str] = []
    for name, step in current_app.extensions.get(_KEY, []):
        say(name)
        lines += step(options)
    return lines
