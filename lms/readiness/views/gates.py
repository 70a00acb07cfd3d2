"""The gates of a wave: verdict, criteria with their evidence, waivers and decisions."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from lms.accounts.login import current_actor, requires
from lms.accounts.rules.actor import Role
from lms.accounts.rules.permissions import Permission, allowed
from lms.cohorts.queries.plan import as_planned, wave_by_id
from lms.cohorts.rules.calendar import PlannedWave
from lms.infra.clock import now
from lms.infra.forms import choice
from lms.infra.i18n import _
from lms.readiness.forms import DecisionForm, WaiverForm
from lms.readiness.queries.gates import decisions, gate_inputs, waivers
from lms.readiness.queries.trained import trained_in_rollout
from lms.readiness.queries.wave import wave_after, whole_coverage
from lms.readiness.rules.criteria import PILOT_GATES, SCALE_GATES, Decision, Gate, GateResult, Inputs, Unit, Verdict
from lms.readiness.rules.gates import holds_back, judge, proposes_rollback
from lms.readiness.service.decisions import decide, waive
from lms.readiness.views import gate_words
from lms.shared.days import local_date
from lms.shared.errors import Invalid

blueprint = Blueprint("gates", __name__)
Page = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Judged:
    """A wave with its gates judged on a day."""

    wave: PlannedWave
    inputs: Inputs
    gates: tuple[GateResult, ...]

    def of(self, gate: Gate) -> GateResult:
        """Return one gate."""
        return next(found for found in self.gates if found.gate is gate)


@blueprint.get("/readiness/<wave>/gates")
@requires(Permission.SEE_COUNTS)
def show(wave: str) -> str:
    """Show every gate with verdict, criteria, waivers and decisions."""
    return _page(_judged(wave), WaiverForm(), DecisionForm())


@blueprint.post("/readiness/<wave>/gates/waive")
@requires(Permission.APPROVE_GATE)
def grant_waiver(wave: str) -> Response | Page:
    """Waive one criterion until a day: a sponsor's."""
    judged = _judged(wave)
    form = _offer_waivers(WaiverForm(), judged)
    if not form.validate_on_submit():
        return _page(judged, form, DecisionForm()), 422
    try:
        waive(current_actor(), judged.wave.id, form.draft(), judged.inputs.today)
    except Invalid as error:
        form.refuse(error)
        return _page(judged, form, DecisionForm()), 422
    flash(_("Waived. It stays visible for ever, with your name and reason."), "success")
    return redirect(url_for(".show", wave=wave), 303)


@blueprint.post("/readiness/<wave>/gates/decide")
@requires(Permission.APPROVE_GATE)
def record_decision(wave: str) -> Response | Page:
    """Record a decision with a snapshot of what it was taken on."""
    judged = _judged(wave)
    form = _offer_gates(DecisionForm(), judged)
    if not form.validate_on_submit():
        return _page(judged, WaiverForm(), form), 422
    draft = form.draft()
    try:
        decide(current_actor(), judged.wave.id, draft, judged.of(draft.gate), judged.inputs)
    except Invalid as error:
        form.refuse(error)
        return _page(judged, WaiverForm(), form), 422
    flash(_("Recorded, with everything it was decided on."), "success")
    return redirect(url_for(".show", wave=wave), 303)


def _judged(wave_id: str) -> Judged:
    """Judge the gates of the whole wave, whoever asks: a gate has no names in it."""
    stored = wave_by_id(wave_id)
    wave, today = as_planned(stored), local_date(now(), current_actor().zone)
    following = wave_after(stored)
    inputs = gate_inputs(
        wave,
        whole_coverage(wave, today),
        whole_coverage(following, today) if following else None,
        trained_in_rollout(stored.rollout_id, today),
        today,
    )
    met = PILOT_GATES if wave.number == 0 else SCALE_GATES
    return Judged(wave, inputs, tuple(found for found in judge(inputs) if found.gate in {*met, Gate.ROLLBACK}))


def _page(judged: Judged, waiver: WaiverForm, decision: DecisionForm) -> str:
    actor = current_actor()
    return render_template(
        "readiness/gates.html",
        judged=judged,
        wave=judged.wave,
        rollback=proposes_rollback(judged.inputs),
        hold=holds_back(judged.inputs),
        waivers=waivers(judged.wave.id, judged.inputs.today),
        decisions=decisions(judged.wave.id),
        waiver=_offer_waivers(waiver, judged) if actor.has(Role.SPONSOR) else None,
        decision=_offer_gates(decision, judged) if allowed(actor, Permission.APPROVE_GATE) else None,
        words=gate_words,
        Verdict=Verdict,
        Gate=Gate,
        Unit=Unit,
        Decision=Decision,
        form=waiver if waiver.errors else decision,
        as_of=now(),
    )


def _offer_waivers(form: WaiverForm, judged: Judged) -> WaiverForm:
    form.what.choices = [
        choice(f"{gate.gate}:{result.criterion}", f"{gate_words.GATES[gate.gate]}: {gate_words.criterion(result)}")
        for gate in judged.gates
        if gate.gate is not Gate.ROLLBACK
        for result in gate.failing
    ]
    return form


def _offer_gates(form: DecisionForm, judged: Judged) -> DecisionForm:
    met = [found.gate for found in judged.gates if found.gate is not Gate.ROLLBACK]
    form.gate.choices = [choice(gate.value, gate_words.GATES[gate]) for gate in met]
    return form
