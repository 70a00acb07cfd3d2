"""The Trust gym: the engine in half an hour, for everybody, on forms that belong to no role."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from pydantic import JsonValue

from lms.sandbox.rules.company import CompanyFacts
from lms.sandbox.rules.console import Draft, ErrorType, Fact, Mandate, Panel, Redraw
from lms.sandbox.rules.consoles.trust_gym import truth
from lms.sandbox.rules.consoles.trust_gym.cases import FIELDS, TEAMS, UNITS, Form, Scene, sound
from lms.sandbox.rules.consoles.trust_gym.plants import PLANTERS
from lms.sandbox.rules.consoles.trust_gym.reasons import CONTEXT, ERRORS, FORMS, MANDATES, REASONS
from lms.sandbox.rules.exercise import (
    Action,
    Advice,
    Answer,
    Case,
    ChangeForm,
    Loss,
    Mode,
    Option,
    Response,
    Slot,
    Stratum,
    Text,
)
from lms.sandbox.rules.streams import Stream, Streams

CAP = 10_00
FIGURES = {Form.PARCEL: "grams", Form.TAG: "money", Form.INVOICE: "money"}
EVIDENCE = {
    "stale-data": ("newest.days", "used.days"),
    "wrong-unit": ("unit", "used.unit"),
    "missing-context": ("status",),
    "made-up-rule": ("rule.cited", "rule.last"),
    "look-alike": ("ref", "used.ref"),
    "big-price-change": ("today", "change"),
    "person-hurt": ("hurt",),
}


class TrustGym:
    """Sixteen one-screen cases: eight right, four of them odd-looking, six wrong, two for a person to approve."""

    id = "trust-gym"
    package: str = __name__.rpartition(".")[0]
    version = 2
    levels: tuple[int, ...] = (1,)
    modes: tuple[Mode, ...] = (Mode.GYM,)
    policy: tuple[str, ...] = ("price_approval_limit",)
    reasons: Mapping[str, str] = REASONS
    errors: tuple[ErrorType, ...] = ERRORS
    mandates: tuple[Mandate, ...] = MANDATES
    floor = 4_00

    def draw(self, slot: Slot, streams: Streams, facts: CompanyFacts) -> Draft:
        """Return a form for the slot: a sound one, with whatever the slot plants in it."""
        scene = sound(streams.stream("form").pick(FORMS[slot.kind]), streams, facts)
        if slot.kind in PLANTERS:
            scene = PLANTERS[slot.kind](scene, streams.stream("plant"), facts)
        record = scene.record
        wanted = next((error.reasons for error in ERRORS if error.id == slot.kind), ())
        reserved = slot.kind if slot.stratum is Stratum.MAND else None
        if truth.faults(record) != wanted or truth.mandate(record, facts.numbers) != reserved:
            raise Redraw
        options = _options(scene, streams.stream("options"))
        costs = {option: truth.cost(record, option) for option in options}
        accept, reject = truth.cost(record, scene.proposed), truth.cost(record, None)
        least = min(accept, reject, *costs.values())
        return Draft(
            family=scene.form,
            fields=cast("Mapping[str, JsonValue]", FIELDS.dump_python(scene.fields, mode="json")),
            advice=_advice(scene, streams.stream("wording")),
            change=ChangeForm(tuple(Option(option, _label(scene.form, option)) for option in options)),
            answer=_answer(scene, slot),
            losses=tuple(Loss(option, cents - least) for option, cents in costs.items()),
            best_cost=least,
            accept_cost=accept,
            cap=CAP,
        )

    def screen(self, case: Case) -> tuple[Panel, ...]:
        """Return the one screen: the form, the newest record, what the AI used, the rule it cites."""
        form = FIELDS.validate_python(case.fields).form
        figure = FIGURES.get(form)
        shown = [("ref", "plain"), ("name", "text"), ("status", "code")]
        shown += {
            Form.TAG: [("today", "money"), ("change", "share")],
            Form.MESSAGE: [("words", "text"), ("hurt", "flag")],
        }.get(form, [("unit", "code")])
        panels = (
            ("form", shown),
            ("newest", [("newest.value", figure) if figure else ("newest.team", "code"), ("newest.days", "ago")]),
            (
                "used",
                [("used.ref", "plain"), ("used.days", "ago"), *([("used.unit", "code")] if form in UNITS else [])],
            ),
            ("rule", [("rule.cited", "count"), ("rule.last", "count")]),
        )
        return tuple(
            Panel(name, name, tuple(Fact(f"{form}.{path}", kind) for path, kind in facts)) for name, facts in panels
        )

    def solve(self, case: Case, policy: Mapping[str, int]) -> Response:
        """Return what somebody who checks decides."""
        record = FIELDS.validate_python(case.fields).record
        reserved = truth.mandate(record, policy)
        if reserved is not None:
            rule = next(mandate for mandate in MANDATES if mandate.id == reserved)
            return Response(case.id, Action.ESCALATE, queue=rule.queue, reason=rule.reason)
        found = truth.faults(record)
        if not found:
            return Response(case.id, Action.ACCEPT)
        if CONTEXT in found:
            return Response(case.id, Action.REJECT, reason=CONTEXT)
        return Response(case.id, Action.CHANGE, option=truth.right(record), reason=found[0])


def _options(scene: Scene, drawn: Stream) -> tuple[str, ...]:
    """Return three other answers, the right one among them where the AI's is not right."""
    right = truth.right(scene.record)
    if scene.form is Form.MESSAGE:
        return tuple(sorted(team for team in TEAMS if team != scene.proposed))
    value = int(right)
    others = {f"{max(1, value * factor // 10_000)}" for factor in (6200, 8900, 10_900, 13_500, 15_600)}
    others -= {right, scene.proposed}
    if scene.proposed == right:
        return drawn.sample(sorted(others), 3)
    return (right, *drawn.sample(sorted(others), 2))


def _answer(scene: Scene, slot: Slot) -> Answer:
    if slot.stratum is Stratum.GOOD:
        return Answer(Action.ACCEPT, Text(f"rule.good.{scene.form}"), ())
    rule, evidence = Text(f"rule.{slot.kind}"), tuple(f"{scene.form}.{path}" for path in EVIDENCE[slot.kind])
    if slot.stratum is Stratum.MAND:
        mandate = next(mandate for mandate in MANDATES if mandate.id == slot.kind)
        return Answer(Action.ESCALATE, rule, evidence, queue=mandate.queue, reasons=(mandate.reason,))
    codes = next(error.reasons for error in ERRORS if error.id == slot.kind)
    if codes == (CONTEXT,):
        return Answer(Action.REJECT, rule, evidence, reasons=codes)
    return Answer(Action.CHANGE, rule, evidence, option=truth.right(scene.record), reasons=codes)


def _advice(scene: Scene, drawn: Stream) -> Advice:
    label = _label(scene.form, scene.proposed)
    params: dict[str, JsonValue] = {
        "answer": {"id": label.id, "params": dict(label.params), "pick": 0},
        "ref": scene.record.ref,
    }
    action = Text(f"ai.{scene.form}", params, drawn.below(1 << 20))
    reason = Text(f"ai.why.{scene.form}", {"rule": scene.record.rule.cited}, drawn.below(1 << 20))
    return Advice(action, reason, option=scene.proposed)


def _label(form: Form, option: str) -> Text:
    if form is Form.MESSAGE:
        return Text(f"code.team.{option}")
    return Text(f"option.{FIGURES[form]}", {"value": int(option)})
