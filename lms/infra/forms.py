"""The base of every form: CSRF by the app, messages in the reader's language, whitespace trimmed."""

from __future__ import annotations

from typing import Any, ClassVar

from flask_babel import get_domain, gettext
from flask_wtf import FlaskForm
from wtforms.fields import SelectChoice  # type: ignore[attr-defined]  # the stubs describe an older release

from lms.shared.errors import Invalid


class _Messages:
    """WTForms' own messages, through our catalogue first."""

    def gettext(self, string: str) -> str:
        return str(gettext(string))

    def ngettext(self, singular: str, plural: str, n: int) -> str:
        # WTForms fills the message itself; the plain function would fill it first, with the number alone.
        return str(get_domain().get_translations().ngettext(singular, plural, n))


class Form(FlaskForm):  # type: ignore[misc]
    """A form whose `refuse` puts a service's complaint next to the field it is about."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]
        """Translations by our catalogue."""

        locales: ClassVar[list[str]] = []

        def get_translations(self, _form: object) -> _Messages:
            """Return the translator WTForms asks for."""
            return _Messages()

    def refuse(self, error: Invalid) -> None:
        """Show a service's error at its fields; what names no field goes to the form as a whole."""
        for name, message in error.fields.items():
            if name in self:
                self[name].errors = [*self[name].errors, message]
            else:
                self.form_errors.append(message)
        if error.message and not error.fields:
            self.form_errors.append(error.message)


def stripped(value: Any) -> Any:  # noqa: ANN401 - a WTForms filter sees whatever was sent
    """Return a text without surrounding white space; other values unchanged."""
    return value.strip() if isinstance(value, str) else value


def choice(value: str, label: Any) -> Any:  # noqa: ANN401 - labels may be translated later
    """Return one choice of a select or radio field."""
    return SelectChoice(value, label)
