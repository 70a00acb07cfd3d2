"""The planning forms. They check shapes; the rules of the house are the services'."""

from __future__ import annotations

import re
import uuid

from wtforms import (
    IntegerField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from lms.cohorts.service.cohorts import CohortDraft
from lms.cohorts.service.plan import PeakDraft, WaveDraft
from lms.infra.forms import Form, stripped
from lms.infra.i18n import lazy
from lms.infra.web.fields import DayField

Choices = list[tuple[str, str]]
TITLE = [DataRequired(lazy("Write a title.")), Length(max=120, message=lazy("Use at most 120 characters."))]
DAY = [InputRequired(lazy("Choose a day."))]


def _id_or_none(value: str | uuid.UUID | None) -> uuid.UUID | None:
    return uuid.UUID(str(value)) if value else None


class RolloutForm(Form):
    """A rollout's title."""

    title = StringField(lazy("Title"), TITLE, filters=[stripped])


class WaveForm(Form):
    """A wave of a rollout."""

    rollout_id = SelectField(lazy("Rollout"))
    title = StringField(lazy("Title"), TITLE, filters=[stripped])
    number = IntegerField(
        lazy("Number"),
        [InputRequired(lazy("Write a number.")), NumberRange(0, 99, lazy("Use a number from 0 to 99."))],
        description=lazy("The pilot is number 0."),
    )
    training_start = DayField(lazy("Training starts"), DAY)
    go_live = DayField(lazy("Go-live"), DAY, description=lazy("People on the roster must be done the day before this."))
    functions = SelectMultipleField(lazy("Functions"), description=lazy("None ticked means all of them."))
    sites = SelectMultipleField(lazy("Sites"), description=lazy("None ticked means all of them."))

    def draft(self) -> WaveDraft:
        """Return what was typed, as the service takes it."""
        return WaveDraft(
            rollout_id=self.rollout_id.data,
            title=self.title.data or "",
            number=self.number.data or 0,
            training_start=self.training_start.data,  # type: ignore[arg-type]  # required
            go_live=self.go_live.data,  # type: ignore[arg-type]  # required
            functions=tuple(self.functions.data or ()),
            sites=tuple(self.sites.data or ()),
        )


class PeakForm(Form):
    """A peak period."""

    label = StringField(lazy("Name"), TITLE, filters=[stripped], description=lazy("For example: Black Friday"))
    first_day = DayField(lazy("First day"), DAY)
    last_day = DayField(lazy("Last day"), DAY)
    sites = SelectMultipleField(lazy("Sites"), description=lazy("None ticked means all of them."))

    def draft(self) -> PeakDraft:
        """Return what was typed, as the service takes it."""
        return PeakDraft(
            label=self.label.data or "",
            first_day=self.first_day.data,  # type: ignore[arg-type]  # required
            last_day=self.last_day.data,  # type: ignore[arg-type]  # required
            sites=tuple(self.sites.data or ()),
        )


class CohortForm(Form):
    """A cohort."""

    title = StringField(lazy("Title"), TITLE, filters=[stripped])
    wave_id = SelectField(lazy("Wave"))
    function = SelectField(lazy("Function"))
    site = SelectField(lazy("Site"))
    programme = SelectField(lazy("Programme"), description=lazy("What members study unless a rule names another."))
    seats = IntegerField(
        lazy("Places"),
        [InputRequired(lazy("Write a number.")), NumberRange(1, 500, lazy("Use a number from 1 to 500."))],
    )

    def draft(self) -> CohortDraft:
        """Return what was typed, as the service takes it."""
        return CohortDraft(
            wave_id=self.wave_id.data,
            title=self.title.data or "",
            function=self.function.data,
            site=self.site.data,
            programme=self.programme.data,
            seats=self.seats.data or 0,
        )


class RuleForm(Form):
    """Who joins a cohort by themselves."""

    function = SelectField(lazy("Function"))
    site = SelectField(lazy("Site"))
    shift = SelectField(lazy("Shift"))
    programme = SelectField(lazy("Programme"))


class AddMembersForm(Form):
    """People to add: ticked, or by employee number."""

    people = SelectMultipleField(lazy("People of this function and site without a cohort"), coerce=uuid.UUID)
    numbers = TextAreaField(
        lazy("Employee numbers"),
        [Optional(), Length(max=20_000)],
        description=lazy("For everybody else. One a line, or with commas."),
    )
    on = DayField(lazy("Member from"), DAY)

    def given_numbers(self) -> list[str]:
        """Return the employee numbers, each once, in the order typed."""
        return list(dict.fromkeys(filter(None, re.split(r"[\s,;]+", self.numbers.data or ""))))


class ChangeMembersForm(Form):
    """What to do with the members who are ticked."""

    people = SelectMultipleField(lazy("Members"), coerce=uuid.UUID, validate_choice=False)
    to_cohort = SelectField(lazy("Cohort to move to"))
    on = DayField(lazy("From"), DAY)


class AppointForm(Form):
    """A champion and a deputy."""

    person = SelectField(
        lazy("Champion"), [InputRequired(lazy("Choose who becomes the champion."))], coerce=_id_or_none
    )
    deputy = SelectField(
        lazy("Deputy"),
        coerce=_id_or_none,
        description=lazy("Stands in while the champion is away."),
    )
    on = DayField(lazy("From"), DAY)


class DeputyForm(Form):
    """Another deputy."""

    deputy = SelectField(lazy("Deputy"), coerce=_id_or_none)


class HandOverForm(Form):
    """What the champion leaves to the deputy."""

    on = DayField(lazy("The deputy takes over on"), DAY)
    note = TextAreaField(
        lazy("Handover note"),
        [DataRequired(lazy("Write what the deputy needs to know.")), Length(max=1000)],
        description=lazy("Who needs help, what was promised, what is open. At most 1,000 characters."),
        filters=[stripped],
    )


class EndForm(Form):
    """When an appointment ends."""

    on = DayField(lazy("Ends on"), DAY)
