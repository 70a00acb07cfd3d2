"""What `lms.app` composes for one application and rooms look up: scope providers and the like, without knowing HTTP."""

from __future__ import annotations

from typing import Any

from flask import Flask, current_app

App = Flask


def put(app: App, key: str, value: object) -> None:
    """Keep `value` for the application under `key`."""
    app.extensions[f"groundschool.{key}"] = value


def get(key: str) -> Any:  # noqa: ANN401 - whoever put it knows its type
    """Return what the present application keeps under `key`."""
    return current_app.extensions[f"groundschool.{key}"]
