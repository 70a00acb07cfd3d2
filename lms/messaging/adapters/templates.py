"""A message in the recipient's language, from `templates/email/<kind>.html` and `.txt`.

The subject is the HTML template's block `subject`; both are given the same values.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from html import unescape
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_datetime
from flask import current_app
from jinja2 import Environment

from lms.infra.i18n import in_language, languages


@dataclass(frozen=True, slots=True)
class Message:
    """A message ready to be sent; `subject` is one line."""

    subject: str
    text: str
    html: str
    language: str


def write_message(kind: str, language: str, zone: str, values: dict[str, Any]) -> Message:
    """Return the message of a kind; in the default language where the recipient's is not offered.

    Templates write moments in the recipient's zone with `moment(value)`.
    """
    language = language if language in languages() else languages()[0]
    environment: Environment = current_app.jinja_env
    page, plain = environment.get_template(f"email/{kind}.html"), environment.get_template(f"email/{kind}.txt")
    with in_language(language):
        values = {**values, "moment": lambda value: _moment(value, zone, language)}
        subject = unescape("".join(page.blocks["subject"](page.new_context(values))))
        return Message(" ".join(subject.split()), plain.render(values).strip() + "\n", page.render(values), language)


def _moment(value: datetime, zone: str, language: str) -> str:
    # The reader's zone is not that of whoever caused the mail.
    return format_datetime(value, "EEE d MMM, HH:mm", tzinfo=ZoneInfo(zone), locale=language)
