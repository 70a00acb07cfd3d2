"""What every template may use: static addresses with content hashes, dates, languages."""

from __future__ import annotations

import functools
import hashlib
from datetime import date
from pathlib import Path
from types import CodeType

from flask import Flask, url_for
from flask_wtf.csrf import generate_csrf
from jinja2 import BytecodeCache, StrictUndefined
from jinja2.bccache import Bucket
from markupsafe import Markup

from lms.infra import i18n
from lms.infra.paths import asset_dir

# What people meet first after a start; the rest is compiled when somebody opens it.
MET_FIRST = (
    "base.html", "components/", "home/home", "learning/", "assessment/question", "sandbox/case", "sandbox/parts",
    "sandbox/decision_form", "sandbox/own_form", "sandbox/feedback", "sandbox/hints",
)  # fmt: skip
_compiled: dict[tuple[str, str], CodeType] = {}


class CompiledOnce(BytecodeCache):
    """Templates compiled in this process or in the one it was forked from, by address and content.

    Every app of ours has the same extensions and options, so that what one compiled serves all.
    """

    def load_bytecode(self, bucket: Bucket) -> None:
        """Give what was compiled from the same text."""
        bucket.code = _compiled.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what was compiled."""
        if bucket.code is not None:
            _compiled[bucket.key, bucket.checksum] = bucket.code


def compile_first_met(app: Flask) -> None:
    """Compile the templates that people meet first."""
    for name in app.jinja_env.list_templates(filter_func=_is_met_first):
        app.jinja_env.get_template(name)


def _is_met_first(name: str) -> bool:
    return name.startswith(MET_FIRST) and name.endswith(".html")


def init_templating(app: Flask) -> None:
    """Make undefined names errors and add the globals and filters."""
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.bytecode_cache = CompiledOnce()
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
        format_ago=i18n.format_ago,
        format_date=i18n.format_date,
        format_month=i18n.format_month,
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
