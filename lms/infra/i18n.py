"""Languages: every sentence a person reads goes through here."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import Any

from babel import Locale
from flask import Flask, current_app, g, has_request_context, request
from flask_babel import Babel, force_locale, format_decimal, get_locale, gettext, lazy_gettext
from flask_babel import format_date as babel_date
from flask_babel import format_datetime as babel_datetime
from flask_babel import format_timedelta as babel_timedelta
from flask_babel import ngettext as babel_ngettext
from flask_babel.speaklater import LazyString

from lms.infra.settings import Settings

LANGUAGE_COOKIE = "language"
RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur"})
_KEY = "groundschool.languages"


def _(message: str, **params: Any) -> str:  # noqa: ANN401 - anything that formats
    """Return `message` in the reader's language."""
    return str(gettext(message, **params))


def ngettext(singular: str, plural: str, num: int, **params: Any) -> str:  # noqa: ANN401 - anything that formats
    """Return the form for `num`, in the reader's language."""
    return str(babel_ngettext(singular, plural, num, **params))


def lazy(message: str, **params: Any) -> LazyString:  # noqa: ANN401 - anything that formats
    """Return a text that is translated when it is shown: for form labels and other module-level texts."""
    return lazy_gettext(message, **params)


def init_i18n(app: Flask, settings: Settings) -> None:
    """Choose the language per request: the person's, else the cookie's, else the browser's."""
    app.extensions[_KEY] = settings.language_list
    app.config["BABEL_DEFAULT_LOCALE"] = settings.language_list[0]
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = "translations"
    Babel(app, locale_selector=_request_language, timezone_selector=_request_zone)


def languages() -> tuple[str, ...]:
    """Return the interface languages offered, the default first."""
    found: tuple[str, ...] = current_app.extensions[_KEY]
    return found


def language() -> str:
    """Return the language of the present request (or of the enclosing `in_language`)."""
    return str(get_locale() or languages()[0])


def language_name(code: str) -> str:
    """Return a language's name in that language."""
    return (Locale.parse(code).get_display_name(code) or code).capitalize()


def text_direction(code: str) -> str:
    """Return the `dir` attribute for a language."""
    return "rtl" if code.split("_", maxsplit=1)[0].split("-", maxsplit=1)[0] in RIGHT_TO_LEFT else "ltr"


@contextmanager
def in_language(code: str) -> Iterator[None]:
    """Produce texts in `code` whatever the request's language: mail, documents, jobs."""
    with force_locale(code):
        yield


def format_date(value: date | datetime | None) -> str:
    """Return a day as people write it, in the reader's zone: "Thu 26 Nov 2026"."""
    return "" if value is None else str(babel_date(value, "EEE d MMM y"))


def format_month(value: date) -> str:
    """Return "April 2026"."""
    return str(babel_date(value, "LLLL y"))


def format_datetime(value: datetime | None) -> str:
    """Return a moment in the reader's zone: "Thu 26 Nov, 14:00"."""
    return "" if value is None else str(babel_datetime(value, "EEE d MMM, HH:mm"))


def format_time(value: datetime) -> str:
    """Return a time of day in the reader's zone: "14:32"."""
    return str(babel_datetime(value, "HH:mm"))


def format_minutes(minutes: float) -> str:
    """Return a length of time: "45 min", "2 h", "2 h 15 min"."""
    hours, rest = divmod(round(minutes), 60)
    if not hours:
        return _("%(n)s min", n=rest)
    return _("%(h)s h %(n)s min", h=hours, n=rest) if rest else _("%(h)s h", h=hours)


def format_ago(age: timedelta) -> str:
    """Return how long ago something was: "5 hours ago"."""
    # Babel takes nothing at all for something still to come.
    return str(babel_timedelta(-max(age, timedelta(seconds=1)), add_direction=True))


def format_percent(share: float) -> str:
    """Return a fraction as a percentage, rounded to whole points."""
    return _("%(n)s%%", n=format_decimal(round(share * 100)))


def _request_language() -> str | None:
    if not has_request_context():
        return None
    chosen = g.get("language") or request.cookies.get(LANGUAGE_COOKIE)
    offered = languages()
    return chosen if chosen in offered else request.accept_languages.best_match(offered) or offered[0]


def _request_zone() -> str | None:
    return g.get("zone") if has_request_context() else None
