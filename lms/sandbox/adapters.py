"""NN-name.sandbox.yml: which console, at which level, in which mode."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal, cast

from pydantic import Field

from lms.catalog.adapters.desk import Desk
from lms.catalog.adapters.formats import Draft, StepFile
from lms.catalog.adapters.shapes import Id, Shape, StepShape
from lms.catalog.rules.content import Part
from lms.sandbox.rules.company import SHIPPED
from lms.sandbox.rules.consoles.registry import CONSOLES

Console = Literal[
    "trust-gym", "floor-desk", "reply-desk", "replenish-allocate", "price-promo-studio", "match-audit", "agent-ops"
]
Lab = Literal["rule-lab", "ab-board", "summary-audit", "prompt-lab", "fault-lab"]
Mode = Literal["guided", "supervised", "foundation-exam", "practitioner-exam", "vigilance", "gym", "lab"]

# Cases a set has by default: good, wrong, mandatory (simulators.md sections 1.3 and 2).
CASES: Mapping[str, tuple[int, int, int]] = {
    "guided": (6, 4, 2),
    "supervised": (10, 5, 3),
    "foundation-exam": (14, 7, 3),
    "practitioner-exam": (18, 8, 4),
    "vigilance": (24, 5, 3),
    "gym": (8, 6, 2),
}
# Minutes for planning (simulators.md section 1.7).
PHONE_CONSOLES = frozenset({"floor-desk", "trust-gym"})
MINUTES_A_CASE, MINUTES_A_PHONE_CASE = 2.5, 1.5
FEEDBACK_MINUTES = 0.5
DEBRIEF, FLOOR_DEBRIEF = 15, 10
VIGILANCE_BURST = 12
DEBRIEFED = frozenset({"supervised", "foundation-exam", "practitioner-exam", "vigilance"})
LAB_MINUTES: Mapping[str, int] = {
    "rule-lab": 30,
    "ab-board": 15,
    "summary-audit": 25,
    "prompt-lab": 45,
    "fault-lab": 40,
}


class MixShape(Shape):
    """How many cases of each stratum."""

    good: Annotated[int, Field(ge=0)]
    wrong: Annotated[int, Field(ge=0)]
    mand: Annotated[int, Field(ge=0)]


class SandboxShape(StepShape):
    """NN-name.sandbox.yml."""

    intro: str = ""
    console: Console | Lab
    level: Literal[1, 2, 3] = 1
    mode: Mode
    sets: Annotated[int, Field(ge=1, le=5)] = 1
    n: Annotated[int, Field(ge=1, le=60)] | None = None
    mix: MixShape | None = None
    errors: tuple[Id, ...] = ()
    overrides: dict[str, int] = Field(default_factory=dict)


class SandboxFormat:
    """A simulator exercise.

    Settings: ``console``, ``level``, ``mode``, ``sets``, ``n``, ``mix`` (``good``, ``wrong``, ``mand``; None for a
    lab), ``errors``, ``overrides``. Content: ``intro`` (HTML).
    """

    kind, suffix, part = "sandbox", ".sandbox.yml", Part.SANDBOX
    shape: type[StepShape] = SandboxShape
    has_questions = False

    def compile(self, step: StepFile, desk: Desk) -> Draft:
        """Compile an exercise whose mix adds up."""
        shape = cast("SandboxShape", step.shape)
        is_lab = shape.console in LAB_MINUTES
        if is_lab != (shape.mode == "lab"):
            fix = f"Labs are {', '.join(LAB_MINUTES)}; they have `mode: lab`, and nothing else has."
            desk.report("mode-unfit", desk.at("mode"), f"{shape.console} has no mode {shape.mode}.", fix)
        _check_against_console(shape, desk)
        standard = CASES.get(shape.mode, (0, 0, 0))
        mix = tuple(shape.mix.model_dump().values()) if shape.mix else standard
        n = shape.n or sum(mix)
        if shape.mix and sum(mix) != n:
            message = f"The mix adds up to {sum(mix)} cases; n is {n}."
            desk.report("mix-sum", desk.at("mix"), message, "Make them equal.")
        if shape.n and not shape.mix and sum(mix) != n:
            mix = _scaled(standard, n)
        settings = {
            "console": shape.console,
            "level": shape.level,
            "mode": shape.mode,
            "sets": shape.sets,
            "n": n,
            "mix": None if is_lab else dict(zip(("good", "wrong", "mand"), mix, strict=True)),
            "errors": list(shape.errors),
            "overrides": dict(shape.overrides),
        }
        certifying = shape.mode.endswith("-exam")
        content = {"intro": desk.field(shape.intro, "intro")}
        return Draft(
            settings, content, planned_minutes(shape.console, shape.mode, n, shape.sets), certifying=certifying
        )


def _check_against_console(shape: SandboxShape, desk: Desk) -> None:
    for name in shape.overrides:
        if name not in SHIPPED:
            fix = f"Figures that consoles read are {', '.join(sorted(SHIPPED))}."
            desk.report("unknown-override", desk.at("overrides"), f"No console reads a figure {name}.", fix)
    console = CONSOLES.get(shape.console)
    if console is None:
        return
    if shape.level not in console.levels:
        levels = ", ".join(map(str, console.levels))
        desk.report(
            "level-unfit", desk.at("level"), f"{shape.console} has no level {shape.level}.", f"It has {levels}."
        )
    met = [error.id for error in console.errors if error.since <= shape.level]
    for error in shape.errors:
        if error not in met:
            message = f"{shape.console} has no error type {error} at level {shape.level}."
            desk.report("unknown-error-type", desk.at("errors"), message, f"It has {', '.join(met)}.")


def planned_minutes(console: str, mode: str, n: int, sets: int = 1) -> float:
    """Return the minutes an exercise is planned with (simulators.md section 1.7)."""
    if console in LAB_MINUTES:
        return float(LAB_MINUTES[console] * sets)
    cases = n * (MINUTES_A_PHONE_CASE if console in PHONE_CONSOLES else MINUTES_A_CASE)
    if mode in {"guided", "gym"}:
        cases += n * FEEDBACK_MINUTES
    if mode == "vigilance":
        cases += min(n, VIGILANCE_BURST) * FEEDBACK_MINUTES
    debrief = (FLOOR_DEBRIEF if console == "floor-desk" else DEBRIEF) if mode in DEBRIEFED else 0
    return (cases + debrief) * sets


def _scaled(mix: tuple[int, int, int], n: int) -> tuple[int, int, int]:
    """Return a mix of `n` cases in the shares of `mix`, by largest remainder."""
    total = sum(mix) or 1
    whole = [n * part // total for part in mix]
    order = sorted(range(3), key=lambda index: -(n * mix[index] % total))
    for index in order[: n - sum(whole)]:
        whole[index] += 1
    return whole[0], whole[1], whole[2]


SANDBOX_FORMATS = (SandboxFormat(),)
