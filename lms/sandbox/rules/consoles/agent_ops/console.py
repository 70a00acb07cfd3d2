"""The Agent Ops console: draws an alert for a slot, places its facts, and says what is best and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from lms.sandbox.rules.console import ALL_MODES, Draft, ErrorType, Mandate, Redraw
from lms.sandbox.rules.consoles.agent_ops import truth
from lms.sandbox.rules.consoles.agent_ops.boards import board_fields
from lms.sandbox.rules.consoles.agent_ops.cases import FIELDS, LADDER, Family, Fields, Scene
from lms.sandbox.rules.consoles.agent_ops.events import TOP_LEVEL, event_fields, own_rights
from lms.sandbox.rules.consoles.agent_ops.mix import CAUSES, causes_at, wrong_verdicts
from lms.sandbox.rules.consoles.agent_ops.reasons import ERRORS, MANDATES, REASONS
from lms.sandbox.rules.consoles.agent_ops.releases import feed_fields, release_fields
from lms.sandbox.rules.consoles.agent_ops.screen import screen
from lms.sandbox.rules.exercise import Action, Advice, Answer, Case, ChangeForm, Option, Response, Stratum, Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic import JsonValue

    from lms.sandbox.rules.company import CompanyFacts
    from lms.sandbox.rules.console import Panel
    from lms.sandbox.rules.exercise import Mode, Slot
    from lms.sandbox.rules.streams import Stream, Streams

# What speaks of a fault in a step of a feed.
FEED_SIGNS = ("schema", "lag")


class AgentOps:
    """Alerts about agents, models, releases and feeds, each with the verdict of an AI's triage."""

    id = "agent-ops"
    package: str = __name__.rpartition(".")[0]
    version = 2
    levels: tuple[int, ...] = (1, 2, 3)
    modes: tuple[Mode, ...] = ALL_MODES
    policy: tuple[str, ...] = (
        "drift_watch",
        "drift_retrain",
        "metric_loss",
        "label_age",
        "error_rate_goal",
        "error_rate_rollback",
        "latency_factor",
        "latency_windows",
        "canary_share_min",
        "canary_share_max",
        "canary_hours_min",
        "feed_lag",
    )
    reasons: Mapping[str, str] = REASONS
    errors: tuple[ErrorType, ...] = ERRORS
    mandates: tuple[Mandate, ...] = MANDATES
    floor = 60_00

    def draw(self, slot: Slot, streams: Streams, facts: CompanyFacts) -> Draft:
        """Return an alert for the slot: its cause, and the AI's verdict, right or wrong."""
        scene, found = _scene(slot, streams, facts)
        best = truth.due(scene.fields, facts.numbers)
        reserved = slot.stratum is Stratum.MAND
        accept = truth.STAKE[scene.family] if reserved else truth.loss(scene.family, best, scene.proposed)
        return Draft(
            family=scene.family,
            fields=cast("Mapping[str, JsonValue]", FIELDS.dump_python(scene.fields, mode="json")),
            advice=_advice(scene, streams.stream("wording")),
            change=ChangeForm(tuple(Option(one, Text(f"verdict.{scene.family}.{one}")) for one in LADDER)),
            answer=_answer(slot, scene, best, found, facts),
            losses=() if reserved else truth.losses(scene.family, best),
            best_cost=truth.HANDLING,
            accept_cost=truth.HANDLING + accept,
            cap=truth.STAKE[scene.family],
        )

    def screen(self, case: Case) -> tuple[Panel, ...]:
        """Return the panes: event stream and permission matrix, drift board, release panel, or the feed's steps."""
        return screen(case)

    def solve(self, case: Case, policy: Mapping[str, int]) -> Response:
        """Return what an experienced operator decides."""
        fields, proposed = FIELDS.validate_python(case.fields), case.advice.option or ""
        reserved = truth.mandate(fields)
        if reserved is not None:
            rule = next(mandate for mandate in MANDATES if mandate.id == reserved)
            return Response(case.id, Action.ESCALATE, queue=rule.queue, reason=rule.reason)
        found = truth.faults(fields, proposed, policy)
        if not found:
            return Response(case.id, Action.ACCEPT)
        return Response(case.id, Action.CHANGE, option=truth.due(fields, policy), reason=found[0])


def _scene(slot: Slot, streams: Streams, facts: CompanyFacts) -> tuple[Scene, tuple[str, ...]]:
    """Return a scene with what the slot asks for, and the codes of what the AI's verdict gets wrong.

    Raises:
        Redraw: something other than what was asked for is the matter.
    """
    drawn = streams.stream("plan")
    cause = drawn.weighted(causes_at(slot.kind, slot.level))
    family, name = CAUSES[cause]
    fields = _fields(family, name, slot.level, streams, facts)
    best = truth.due(fields, facts.numbers)
    proposed = best
    if slot.stratum is not Stratum.GOOD:
        choices = [one for one in wrong_verdicts(slot.kind, family) if slot.stratum is Stratum.MAND or one != best]
        proposed = drawn.pick(choices)
    reserved = truth.mandate(fields)
    if reserved != (slot.kind if slot.stratum is Stratum.MAND else None):
        raise Redraw
    found = truth.faults(fields, proposed, facts.numbers) if slot.stratum is not Stratum.MAND else ()
    wanted = next((error.reasons for error in ERRORS if error.id == slot.kind), ())
    compound = slot.level == TOP_LEVEL and family is Family.EVENT and set(wanted) < set(found)
    if found != wanted and not compound:
        raise Redraw
    return Scene(family, name, fields, proposed), found


def _fields(family: Family, cause: str, level: int, streams: Streams, facts: CompanyFacts) -> Fields:
    match family:
        case Family.EVENT:
            return event_fields(cause, level, streams)
        case Family.DRIFT:
            return board_fields(cause, level, streams, facts)
        case Family.RELEASE:
            return release_fields(cause, level, streams, facts)
        case Family.FEED:
            return feed_fields(cause, level, streams, facts)


def _advice(scene: Scene, drawn: Stream) -> Advice:
    name = f"{scene.family}.{scene.proposed}"
    action, reason = drawn.below(1 << 20), drawn.below(1 << 20)
    return Advice(Text(f"ai.{name}", {}, action), Text(f"ai.why.{name}", {}, reason), option=scene.proposed)


def _answer(slot: Slot, scene: Scene, best: str, found: tuple[str, ...], facts: CompanyFacts) -> Answer:
    if slot.stratum is Stratum.GOOD:
        return Answer(Action.ACCEPT, Text(f"why.{scene.family}.{scene.cause}"), ())
    # What these two come down to differs from cause to cause.
    told = slot.kind in {"threshold-misread", "needless-alarm"}
    rule = Text(f"why.{scene.family}.{scene.cause}" if told else f"rule.{slot.kind}")
    evidence = _evidence(scene, slot.kind, facts)
    if slot.stratum is Stratum.MAND:
        mandate = next(mandate for mandate in MANDATES if mandate.id == slot.kind)
        return Answer(Action.ESCALATE, rule, evidence, queue=mandate.queue, reasons=(mandate.reason,))
    return Answer(Action.CHANGE, rule, evidence, option=best, reasons=found)


def _evidence(scene: Scene, kind: str, facts: CompanyFacts) -> tuple[str, ...]:
    """Return the fields that show what is the matter."""
    fields = scene.fields
    if fields.event is not None:
        return _event_evidence(scene, kind)
    if fields.release is not None:
        return _release_evidence(fields, kind, facts)
    if fields.feed is not None and kind == "needless-alarm":
        return ("feed.errors_now", *(f"nodes.{at}.{name}" for at in range(len(fields.nodes)) for name in FEED_SIGNS))
    if fields.feed is not None:
        at = truth.changed_nodes(fields.nodes)[0]
        return (f"nodes.{at}.schema", f"nodes.{at}.agreed", f"nodes.{at}.ratio")
    return {
        "seasonal-shift": ("board.index_week", "season.index_year", "season.errors_year"),
        "missed-drift": ("board.index_week", "season.index_year", "board.errors_before", "board.errors_now"),
        "stale-labels": ("labels.age", "labels.joined"),
        "needless-alarm": ("board.index_week",),
    }[kind]


def _event_evidence(scene: Scene, kind: str) -> tuple[str, ...]:
    fields = scene.fields
    event, line = fields.event, own_rights(fields)
    if kind == "needless-alarm":
        return {
            "at-most": ("event.rows", f"rights.{line}.rows"),
            "taken-out": ("event.columns", "event.redacted", f"rights.{line}.columns"),
            "renewed": ("event.asks", f"rights.{line}.tools"),
        }.get(scene.cause, ("event.tool", "event.rows", "event.destination", "event.ticket"))
    if event is not None and kind == "over-scope":
        own = {"resource": "resources", "tool": "tools"}
        names = truth.beyond(event, fields.rights[line])
        return tuple(path for name in names for path in (f"event.{name}", f"rights.{line}.{own.get(name, name)}"))
    return {
        "bare-data": ("event.columns", "event.redacted"),
        "obeyed-instruction": ("event.ticket", "event.tool", "event.purpose"),
        "exposure": ("event.columns", "event.redacted", "event.exposed"),
        "egress": ("event.destination", f"rights.{line}.destinations"),
        "widening": ("event.asks", f"rights.{line}.tools"),
    }[kind]


def _release_evidence(fields: Fields, kind: str, facts: CompanyFacts) -> tuple[str, ...]:
    release = fields.release
    if release is None or kind == "short-canary":
        return ("release.canary", "release.hours")
    if release.margin_breaches:
        return ("release.margin_breaches",)
    if truth.degraded(release, fields.windows, facts.numbers):
        last = range(len(fields.windows) - facts["latency_windows"], len(fields.windows))
        return ("release.latency_usual", *(f"windows.{at}.latency" for at in last))
    return ("release.failed", "release.error_rate")
