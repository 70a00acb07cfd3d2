"""What every template may use: static addresses with content hashes, dates, languages."""

from __future__ import annotations

import functools
import hashlib
from datetime import date
from pathlib import Path

from flask import Flask, url_for
from flask_wtf.csrf import generate_csrf
from jinja2 import StrictUndefined
from markupsafe import Markup

from lms.infra import i18n
from lms.infra.paths import asset_dir


def init_templating(app: Flask) -> None:
    """Make undefined names errors and add the globals and filters."""
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.add_extension("jinja2.ext.do")
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = 31536000
    app.jinja_env.globals.update(
        csrf_field=csrf_field,
        static_url=static_url,
        text_direction=i18n.text_direction,
        language_name=i18n.language_name,
        current_language=i18n.language,
        offered_languages=i18n.languages,
    )
    app.jinja_env.filters.update(
        iso_date=date.fromisoformat,
        format_date=i18n.format_date,
        format_datetime=i18n.format_datetime,
        format_minutes=i18n.format_minutes,
        format_percent=i18n.format_percent,
    )


def csrf_field() -> Markup:
    """Return the hidden input every POST form carries."""
    return Markup('<input type="hidden" name="csrf_token" value="{}">').format(generate_csrf())


def static_url(name: str) -> str:
    """Return the address of a static file, with a digest that changes with its content."""
    return url_for("static", filename=name, v=_digest(name))


@functools.cache
def _digest(name: str) -> str:
    path: Path = asset_dir("static") / name
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12] if path.is_file() else "missing"
