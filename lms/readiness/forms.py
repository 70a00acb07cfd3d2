"""Waiving and deciding."""

from __future__ import annotations

from datetime import date

from wtforms import RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from lms.infra.forms import Form, choice, stripped
from lms.infra.i18n import lazy
from lms.infra.web.fields import DayField
from lms.readiness.rules.criteria import Criterion, Decision, Gate
from lms.readiness.service.decisions import DecisionDraft, WaiverDraft

_NEEDED = InputRequired(lazy("Fill this in."))


class WaiverForm(Form):
    """One criterion of one gate, why, and until when. `what` is "gate:criterion"."""

    what = SelectField(lazy("What is waived"), validators=[_NEEDED])
    reason = TextAreaField(
        lazy("Why the risk is acceptable"), filters=[stripped], validators=[_NEEDED, Length(max=400)]
    )
    expires_on = DayField(lazy("Through which day"), validators=[_NEEDED])

    def draft(self) -> WaiverDraft:
        """Return what was filled in."""
        gate, criterion = str(self.what.data).split(":", 1)
        # Without a day nothing is valid: a day that is over is refused in words.
        until = self.expires_on.data or date.min
        return WaiverDraft(Gate(gate), Criterion(criterion), self.reason.data or "", until)


class DecisionForm(Form):
    """A decision on one gate."""

    gate = SelectField(lazy("Gate"), validators=[_NEEDED])
    decision = RadioField(
        lazy("Decision"),
        choices=[
            choice(Decision.GO.value, lazy("Go")),
            choice(Decision.HOLD.value, lazy("Hold")),
            choice(Decision.NO_GO.value, lazy("No-go")),
        ],
        validators=[_NEEDED],
    )
    consulted = StringField(lazy("Who was consulted"), filters=[stripped], validators=[Length(max=400)])
    note = TextAreaField(lazy("Note"), filters=[stripped], validators=[Length(max=1000)])

    def draft(self) -> DecisionDraft:
        """Return what was filled in."""
        return DecisionDraft(
            Gate(str(self.gate.data)), Decision(self.decision.data), self.note.data or "", self.consulted.data or ""
        )
