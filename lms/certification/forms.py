"""Forms of certification."""

from __future__ import annotations

from wtforms import StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from lms.infra.forms import Form, stripped
from lms.infra.i18n import lazy


class VerifyForm(Form):
    """A printed code, typed."""

    code = StringField(
        lazy("Code on the certificate"),
        [InputRequired(lazy("Type the 12 symbols of the code.")), Length(max=60)],
        filters=[stripped],
    )


class RevokeForm(Form):
    """Why an award is revoked or reinstated."""

    reason = TextAreaField(
        lazy("Reason"), [InputRequired(lazy("Say why: the holder and every later reader see it.")), Length(max=400)]
    )
