"""One person at a time."""

from __future__ import annotations

from datetime import date

from wtforms import RadioField, SelectField, StringField
from wtforms.validators import InputRequired, Length, Optional

from lms.accounts.rules.links import Secret
from lms.infra.forms import Form, choice, stripped
from lms.infra.i18n import lazy
from lms.infra.web.fields import DayField
from lms.shared.errors import Invalid

_NEEDED = lazy("Fill this in.")
_DAY = lazy("Write the day as year-month-day, such as 2026-03-02.")
UNTIMED = "untimed"
EXTRA_TIME = (
    choice("0", lazy("None")),
    choice("25", lazy("25 % more")),
    choice("50", lazy("50 % more")),
    choice("100", lazy("100 % more")),
    choice(UNTIMED, lazy("No time limit")),
)


class ContactForm(Form):
    """Who somebody is."""

    employee_number = StringField(lazy("Employee number"), [InputRequired(_NEEDED), Length(max=40)], filters=[stripped])
    name = StringField(lazy("Name"), [InputRequired(_NEEDED), Length(max=200)], filters=[stripped])
    email = StringField(lazy("E-mail"), [Optional(), Length(max=254)], filters=[stripped])


class PostForm(Form):
    """Where somebody works, from a day on."""

    function = StringField(lazy("Function"), [InputRequired(_NEEDED), Length(max=120)], filters=[stripped])
    site = StringField(lazy("Site"), [InputRequired(_NEEDED), Length(max=120)], filters=[stripped])
    shift = StringField(lazy("Shift"), [Optional(), Length(max=120)], filters=[stripped])
    manager_number = StringField(
        lazy("Employee number of the manager"), [Optional(), Length(max=40)], filters=[stripped]
    )
    on = DayField(lazy("From"), [InputRequired(_DAY)])


class NewPersonForm(ContactForm, PostForm):
    """A new person and where they begin."""

    on = DayField(lazy("First day"), [InputRequired(_DAY)])


class DetailsForm(ContactForm):
    """Who somebody is, their zone and their extra time."""

    zone = StringField(lazy("Time zone"), [Optional(), Length(max=64)], filters=[stripped])
    extra_time = SelectField(lazy("Extra time in timed checks"), choices=EXTRA_TIME)


class LeavingForm(Form):
    """Somebody's last day."""

    last_day = DayField(lazy("Last day at work"), [InputRequired(_DAY)])


class ReturnForm(Form):
    """Somebody's first day back."""

    on = DayField(lazy("First day back"), [InputRequired(_DAY)])


class AbsenceForm(Form):
    """Days away."""

    first_day = DayField(lazy("First day away"), [InputRequired(_DAY)])
    last_day = DayField(lazy("Last day away"), [Optional()], description=lazy("Leave empty where nobody knows yet."))


class RoleForm(Form):
    """A role to give. Whoever shows it offers the roles and the gates there are, each after an empty choice."""

    role = SelectField(lazy("Role"), [InputRequired(lazy("Choose a role."))])
    scope = SelectField(
        lazy("What an approver approves"),
        [Optional()],
        description=lazy("Only for an approver. The list is the approvers in Company facts."),
    )
    deputy = StringField(
        lazy("Employee number of the approver’s deputy"), [Optional(), Length(max=40)], filters=[stripped]
    )


class SlipKindForm(Form):
    """What a slip lets its holder choose."""

    sets = RadioField(
        lazy("The slip is for"),
        choices=[
            choice(Secret.PASSWORD.value, lazy("a password, for their own device")),
            choice(Secret.PIN.value, lazy("a PIN, for the badge at shared devices")),
        ],
        default=Secret.PASSWORD.value,
    )


def day_in(field: DayField) -> date:
    """Return the day of a field that was validated as needed."""
    if field.data is None:
        raise Invalid(fields={field.name: str(_DAY)})
    return field.data
