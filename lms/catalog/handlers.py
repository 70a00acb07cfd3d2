"""How the application reads course files: rooms above this one supply most formats."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask, current_app

from lms.catalog.adapters.formats import Formats

_FORMATS = "groundschool.formats"


def init_formats(app: Flask, formats: Callable[[], Formats]) -> None:
    """Say how course files are read."""
    app.extensions[_FORMATS] = formats


def known_formats() -> Formats:
    """Return every format the application knows."""
    formats: Callable[[], Formats] = current_app.extensions[_FORMATS]
    return formats()
