"""Events: how a lower room tells an upper one. Handlers run at once, inside the publisher's transaction."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, current_app

E = TypeVar("E")
_KEY = "groundschool.events"


def init_events(app: Flask) -> None:
    """Start with nobody listening; `lms.app` alone connects events to handlers."""
    app.extensions[_KEY] = defaultdict(list)


def subscribe(app: Flask, event_type: type[E], handler: Callable[[E], None]) -> None:
    """Call `handler` with every published event of exactly `event_type`, in order of subscription."""
    app.extensions[_KEY][event_type].append(handler)


def publish(event: object) -> None:
    """Tell every handler of the event's type; what a handler raises undoes the publisher's transaction too."""
    handlers: list[Callable[[Any], None]] = current_app.extensions[_KEY][type(event)]
    for handler in handlers:
        handler(event)
