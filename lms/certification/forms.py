"""Forms of certification."""

from __future__ import annotations

from wtforms import FileField, HiddenField, IntegerField, RadioField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange

from lms.certification.rules.reviews import Outcome
from lms.infra.forms import Form, choice, stripped
from lms.infra.i18n import lazy
from lms.infra.web.fields import DayField


class VerifyForm(Form):
    """A printed code, typed."""

    code = StringField(
        lazy("Code on the certificate"),
        [InputRequired(lazy("Type the 12 symbols of the code.")), Length(max=60)],
        filters=[stripped],
    )


class FileForm(Form):
    """A certificate as a file."""

    file = FileField(lazy("Or the certificate as a file"))


class ReasonForm(Form):
    """Why an award is revoked, suspended or reinstated."""

    reason = TextAreaField(
        lazy("Reason"),
        [InputRequired(lazy("Say why: the holder and every later reader see it.")), Length(max=400)],
        filters=[stripped],
    )


class ExtendForm(ReasonForm):
    """Until when an award stands, and why."""

    until = DayField(lazy("Stands until"), [InputRequired(lazy("Give the new last day."))])


class CorrectForm(ReasonForm):
    """The name as it should be printed, and why it changes."""

    name = StringField(
        lazy("Name as it should be printed"),
        [InputRequired(lazy("Give the name.")), Length(max=120)],
        filters=[stripped],
    )


class ReviewForm(Form):
    """What should be looked at again."""

    request = TextAreaField(
        lazy("What should be looked at again?"),
        [InputRequired(lazy("Say what should be looked at, in a sentence or two.")), Length(max=1000)],
        filters=[stripped],
    )


class AnswerForm(Form):
    """What was decided about a request, and why."""

    outcome = RadioField(
        lazy("Decision"),
        [InputRequired(lazy("Choose one."))],
        choices=[
            choice(Outcome.STANDS.value, lazy("It stands")),
            choice(Outcome.CHANGED.value, lazy("It is changed")),
        ],
    )
    answer = TextAreaField(
        lazy("Reason"),
        [InputRequired(lazy("Say why: the person reads it.")), Length(max=1000)],
        filters=[stripped],
    )


class ClientForm(Form):
    """The system that will use a token."""

    name = StringField(
        lazy("System that will use it"),
        [InputRequired(lazy("Say which system will use it.")), Length(max=120)],
        filters=[stripped],
    )


class ValidityForm(Form):
    """The numbers of a validity rule to be tried out; sent by GET, it changes nothing and carries no token."""

    class Meta(Form.Meta):
        """No token in an address."""

        csrf = False

    months = IntegerField(lazy("Valid for"), [InputRequired(), NumberRange(1, 120)])
    window = IntegerField(lazy("Renewal opens before the end"), [InputRequired(), NumberRange(0, 365)])
    grace = IntegerField(lazy("Days of grace"), [InputRequired(), NumberRange(0, 365)])
    after_peak = IntegerField(lazy("Days after a peak"), [InputRequired(), NumberRange(0, 120)])
    requires = TextAreaField(lazy("What the level asks for, one condition a line"), [Length(max=8000)])


class RuleForm(ValidityForm, ReasonForm):
    """The same, to be saved: with the reason, and the version it was written on."""

    class Meta(Form.Meta):
        """This one changes something."""

    reason = TextAreaField(
        lazy("Reason"),
        [InputRequired(lazy("Say why: it stands in the record of what was done.")), Length(max=400)],
        filters=[stripped],
    )
    follows = HiddenField()
