"""Forms of sessions, rosters, check-in and sign-offs. They check shapes; the rules of the house are the services'."""

from __future__ import annotations

import uuid

from wtforms import IntegerField, SelectField, SelectMultipleField, StringField, TextAreaField, TimeField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from lms.infra.forms import Form, stripped
from lms.infra.i18n import _, lazy
from lms.infra.web.fields import DayField
from lms.shared.errors import Invalid
from lms.workshops.rules.localtime import moment
from lms.workshops.service.sessions import SessionDraft


class SessionForm(Form):
    """A live session."""

    step = SelectField(lazy("Workshop"))
    title = StringField(
        lazy("Title"),
        [Optional(), Length(max=160)],
        filters=[stripped],
        description=lazy("Leave it empty to use the workshop's own."),
    )
    day = DayField(lazy("Day"), [InputRequired(lazy("Choose a day."))])
    time = TimeField(lazy("Starts at"), [InputRequired(lazy("Choose a time."))])
    zone = SelectField(lazy("Time zone"))
    minutes = IntegerField(
        lazy("Minutes"), [InputRequired(lazy("Write a number.")), NumberRange(5, 720, lazy("Use 5 to 720 minutes."))]
    )
    seats = IntegerField(
        lazy("Places"), [InputRequired(lazy("Write a number.")), NumberRange(1, 500, lazy("Use 1 to 500 places."))]
    )
    facilitator = SelectField(lazy("Facilitator"), coerce=uuid.UUID)
    room = StringField(lazy("Room"), [Optional(), Length(max=200)], filters=[stripped])
    join_link = StringField(lazy("Link to join"), [Optional(), Length(max=500)], filters=[stripped])
    cohort = SelectField(lazy("For"))
    site = SelectField(lazy("Site"))

    def draft(self) -> SessionDraft:
        """Return what was typed, as the service takes it.

        Raises:
            Invalid: clocks skip that time on that day.
        """
        starts_at = moment(self.day.data, self.time.data, self.zone.data)  # type: ignore[arg-type]  # required
        if starts_at is None:
            raise Invalid(fields={"time": _("Clocks skip that time on that day. Choose another.")})
        return SessionDraft(
            step=self.step.data,
            title=self.title.data or "",
            starts_at=starts_at,
            minutes=self.minutes.data or 0,
            zone=self.zone.data,
            seats=self.seats.data or 0,
            facilitator_id=self.facilitator.data,
            room=self.room.data or "",
            join_link=self.join_link.data or "",
            cohort_id=self.cohort.data or None,
            site=self.site.data or "",
        )


class CancelForm(Form):
    """Why a session is cancelled."""

    reason = StringField(
        lazy("Why"), [DataRequired(lazy("Say why. Everybody booked reads it.")), Length(max=400)], filters=[stripped]
    )


class AskForm(Form):
    """A wish for a session."""

    step = SelectField(lazy("Workshop"))
    note = StringField(
        lazy("When would suit you?"),
        [DataRequired(lazy("Write which days or times suit you.")), Length(max=400)],
        filters=[stripped],
        description=lazy("For example: late shift, Tuesday or Thursday before 15:00."),
    )


class RosterForm(Form):
    """Why something recorded before changes."""

    reason = StringField(
        lazy("Reason for a correction"),
        [Optional(), Length(max=400)],
        filters=[stripped],
        description=lazy("Needed where somebody recorded as present is not any more."),
    )


class WalkInForm(Form):
    """Somebody who came without a booking."""

    number = StringField(
        lazy("Employee number"), [DataRequired(lazy("Write an employee number.")), Length(max=40)], filters=[stripped]
    )


class CodeForm(Form):
    """A typed check-in code."""

    code = StringField(
        lazy("Code on the screen"),
        [DataRequired(lazy("Type the six symbols on the screen.")), Length(max=12)],
        filters=[stripped],
        description=lazy("Six symbols. Codes never contain 0, O, 1 or I."),
    )


class ObserveForm(Form):
    """Who sits with the champion, and for which step."""

    step = SelectField(lazy("What you observe"))
    people = SelectMultipleField(lazy("Who sits with you"), coerce=uuid.UUID)


class AmendForm(Form):
    """Why a signed sheet changes."""

    reason = TextAreaField(
        lazy("Why this changes"),
        [DataRequired(lazy("Say why this changes. The original stays beside it.")), Length(max=400)],
        filters=[stripped],
    )


class EquivalentForm(Form):
    """Something learned or attended elsewhere."""

    number = StringField(
        lazy("Employee number"), [DataRequired(lazy("Write an employee number.")), Length(max=40)], filters=[stripped]
    )
    step = SelectField(lazy("Step it stands for"))
    on = DayField(lazy("When it happened"), [InputRequired(lazy("Choose a day."))])
    reason = TextAreaField(
        lazy("Reason"),
        [DataRequired(lazy("Say what it was and why it counts.")), Length(max=400)],
        filters=[stripped],
        description=lazy("Prior learning, attendance on paper, or an accommodation."),
    )
    document = StringField(
        lazy("Document"),
        [DataRequired(lazy("Say which document shows it, and where it lies.")), Length(max=200)],
        filters=[stripped],
        description=lazy("For example: attendance list of 3 March, personnel file."),
    )
    until = DayField(lazy("Counts until"), [Optional()])
