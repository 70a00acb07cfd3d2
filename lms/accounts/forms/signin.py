"""Signing in, and choosing secrets."""

from __future__ import annotations

from wtforms import HiddenField, PasswordField, StringField
from wtforms.validators import InputRequired, Length

from lms.infra.forms import Form, stripped
from lms.infra.i18n import lazy

_NEEDED = lazy("Fill this in.")


class SignInForm(Form):
    """Employee number or e-mail, and password."""

    identifier = StringField(
        lazy("Employee number or e-mail"), [InputRequired(_NEEDED), Length(max=254)], filters=[stripped]
    )
    password = PasswordField(lazy("Password"), [InputRequired(_NEEDED), Length(max=1000)])
    next = HiddenField()


class KioskForm(Form):
    """Badge and PIN, both."""

    badge = StringField(lazy("Badge code"), [InputRequired(_NEEDED), Length(max=60)], filters=[stripped])
    pin = PasswordField(lazy("PIN"), [InputRequired(_NEEDED), Length(max=60)])


class CodeForm(Form):
    """The six digits an authenticator shows."""

    code = StringField(lazy("Code from your authenticator"), [InputRequired(_NEEDED), Length(max=20)])


class SlipForm(Form):
    """The code printed on a slip."""

    code = StringField(lazy("Code on your slip"), [InputRequired(_NEEDED), Length(max=40)], filters=[stripped])


class ForgottenForm(Form):
    """Whose password was forgotten."""

    identifier = StringField(
        lazy("Employee number or e-mail"), [InputRequired(_NEEDED), Length(max=254)], filters=[stripped]
    )


class NewPasswordForm(Form):
    """A new password, twice."""

    secret = PasswordField(lazy("New password"), [InputRequired(_NEEDED)])
    repeated = PasswordField(lazy("The same password again"), [InputRequired(_NEEDED)])


class NewPinForm(Form):
    """A new PIN, twice."""

    secret = PasswordField(lazy("New PIN"), [InputRequired(_NEEDED)])
    repeated = PasswordField(lazy("The same PIN again"), [InputRequired(_NEEDED)])


class OwnPasswordForm(NewPasswordForm):
    """The present password before a new one."""

    present = PasswordField(lazy("Present password"), [InputRequired(_NEEDED), Length(max=1000)])
