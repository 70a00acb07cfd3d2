"""The settings of the running application, for code that has no request."""

from __future__ import annotations

from flask import current_app

from lms.infra.settings import Settings


def settings() -> Settings:
    """Return the running application's settings."""
    found: Settings = current_app.extensions["groundschool.settings"]
    return found


def public_address(path: str) -> str:
    """Return `path` (beginning with a slash) under the address people use."""
    return settings().public_url + path
