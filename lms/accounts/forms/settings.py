"""What people choose for themselves."""

from __future__ import annotations

from typing import Any

from wtforms import BooleanField, RadioField, SelectField

from lms.accounts.service.preferences import TextSize, Theme
from lms.infra.forms import Form, choice
from lms.infra.i18n import language_name, languages, lazy


class PreferencesForm(Form):
    """Language, text size, theme and shortcuts."""

    language = SelectField(lazy("Language"))
    text_size = RadioField(
        lazy("Text size"),
        choices=[
            choice(TextSize.NORMAL.value, lazy("Normal")),
            choice(TextSize.LARGE.value, lazy("Large")),
            choice(TextSize.LARGER.value, lazy("Larger")),
        ],
    )
    theme = RadioField(
        lazy("Colours"),
        choices=[
            choice(Theme.AUTO.value, lazy("As my device")),
            choice(Theme.LIGHT.value, lazy("Light")),
            choice(Theme.DARK.value, lazy("Dark")),
        ],
    )
    shortcuts = BooleanField(lazy("Single-key shortcuts in practice consoles"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - WTForms passes anything
        """Offer the languages of this deployment, each in its own name."""
        super().__init__(*args, **kwargs)
        self.language.choices = [choice(code, language_name(code)) for code in languages()]
