"""What people choose for themselves."""

from __future__ import annotations

from typing import Any

from wtforms import BooleanField, RadioField, SelectField

from lms.accounts.service.preferences import TextSize, Theme
from lms.infra.forms import Form
from lms.infra.i18n import language_name, languages, lazy


class PreferencesForm(Form):
    """Language, text size, theme and shortcuts."""

    language = SelectField(lazy("Language"))
    text_size = RadioField(
        lazy("Text size"),
        choices=[
            (TextSize.NORMAL.value, lazy("Normal")),
            (TextSize.LARGE.value, lazy("Large")),
            (TextSize.LARGER.value, lazy("Larger")),
        ],
    )
    theme = RadioField(
        lazy("Colours"),
        choices=[
            (Theme.AUTO.value, lazy("As my device")),
            (Theme.LIGHT.value, lazy("Light")),
            (Theme.DARK.value, lazy("Dark")),
        ],
    )
    shortcuts = BooleanField(lazy("Single-key shortcuts in practice consoles"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - WTForms passes anything
        """Offer the languages of this deployment, each in its own name."""
        super().__init__(*args, **kwargs)
        self.language.choices = [(code, language_name(code)) for code in languages()]
