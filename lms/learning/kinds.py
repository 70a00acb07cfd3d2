"""Step kinds: how a kind of step is shown and what completes it.

A kind is a small class registered by `lms.app`; its twin, the `StepFormat` of `lms.catalog`, reads and checks its
files. A new kind is a new room that supplies both, and nothing else changes.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from flask import Flask, current_app

from lms.accounts.rules.actor import Actor
from lms.catalog.rules.content import Course, Module, Step

_KEY = "groundschool.step_kinds"


@dataclass(frozen=True, slots=True)
class StepContext:
    """Everything a kind needs to show or complete a step for a person."""

    actor: Actor
    cycle_id: uuid.UUID
    cycle: str
    programme: str
    release: str
    course: Course
    module: Module
    step: Step
    # The content in `language`, which is the person's or, with a notice, the course's own.
    content: Mapping[str, Any]
    language: str
    completed_at: datetime | None
    now: datetime


@dataclass(frozen=True, slots=True)
class Presentation:
    """How the player shows a step.

    `template` is included in the player's page with `data`. `advance` is the player's primary button: "complete" posts
    to the step, "next" only goes on, and None leaves the primary action to the template (Start, Book).
    """

    template: str
    data: Mapping[str, Any] = field(default_factory=dict)
    advance: str | None = "complete"


class StepKind(Protocol):
    """One kind of step."""

    kind: str

    def available(self, step: Step) -> bool:
        """Return whether the step can be done yet (a sandbox whose console does not exist cannot)."""
        ...

    def present(self, context: StepContext) -> Presentation:
        """Return how the step is shown now."""
        ...

    def complete(self, context: StepContext, form: Mapping[str, str]) -> Presentation | None:
        """Handle what the person posted to the step's page, inside a write transaction.

        Return None where the step is now complete, else what to show instead (answers kept, problems named).

        Raises:
            Refused: this kind is not completed by its reader.
        """
        ...


def init_kinds(app: Flask) -> None:
    """Start with no kinds."""
    app.extensions[_KEY] = {}


def register_kind(app: Flask, kind: StepKind) -> None:
    """Let the player show and complete steps of `kind.kind`."""
    app.extensions[_KEY][kind.kind] = kind


def step_kind(name: str) -> StepKind:
    """Return the registered kind.

    Raises:
        LookupError: no room supplies it; the app's composition is wrong.
    """
    kinds: dict[str, StepKind] = current_app.extensions[_KEY]
    if name not in kinds:
        message = f"No room supplies steps of kind {name!r}."
        raise LookupError(message)
    return kinds[name]


def is_available(step: Step) -> bool:
    """Return whether a step can be done yet."""
    kinds: dict[str, StepKind] = current_app.extensions[_KEY]
    return step.kind in kinds and kinds[step.kind].available(step)
