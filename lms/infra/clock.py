"""The application's clock: the machine's time, unless a test or the demo has moved it."""

from __future__ import annotations

from datetime import datetime

from flask import Flask, current_app

from lms.shared.clock import Clock, SystemClock

_KEY = "groundschool.clock"


def use_clock(app: Flask, clock: Clock) -> None:
    """Let everything in `app` read the time from `clock`."""
    app.extensions[_KEY] = clock


def init_clock(app: Flask) -> None:
    """Start with the machine's time."""
    use_clock(app, SystemClock())


def now() -> datetime:
    """Return the application's present moment, in UTC."""
    clock: Clock = current_app.extensions[_KEY]
    return clock.now()
