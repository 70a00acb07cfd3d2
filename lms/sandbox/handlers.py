"""The step kind of this room, as the player meets it: the brief before a run; and what runs stand in the way of."""

from __future__ import annotations

from collections.abc import Mapping

from lms.accounts.events import PersonWithdrawn
from lms.catalog.rules.content import Step
from lms.infra.i18n import _
from lms.learning.kinds import Presentation, StepContext
from lms.sandbox.queries.labs import has_lab_runs, lab_runs_of, open_lab_run
from lms.sandbox.queries.tries import gate_for, has_runs, help_given, last_resolution, open_run, runs_of, sets_done
from lms.sandbox.queries.words import speaks, wording_for, words_for
from lms.sandbox.rules import blueprint
from lms.sandbox.rules.consoles.registry import CONSOLES
from lms.sandbox.rules.exercise import Exercise
from lms.sandbox.rules.lab import CUTS, grade_wanted
from lms.sandbox.rules.labs.registry import LABS
from lms.sandbox.rules.passing import rule_for
from lms.sandbox.rules.runs import EXAMS, LAB_MODE, MODES, exercise_for
from lms.sandbox.service.start import why_not
from lms.shared.errors import Conflict, Refused


class SandboxKind:
    """A simulator exercise: what it is, what it takes to pass, and whether it may begin."""

    kind = "sandbox"

    def available(self, step: Step) -> bool:
        """Return whether the step's console exists and has its mode, or its lab exists."""
        if step.settings["mode"] == LAB_MODE:
            return step.settings["console"] in LABS
        console, mode = CONSOLES.get(step.settings["console"]), MODES.get(step.settings["mode"])
        return console is not None and mode in console.modes

    def present(self, context: StepContext) -> Presentation:
        """Return the brief, the earlier runs, and the one button that makes sense now."""
        if context.step.settings["mode"] == LAB_MODE:
            return _present_lab(context)
        settings, person = context.step.settings, context.actor.id
        console = CONSOLES[settings["console"]]
        exercise = exercise_for(settings, console)
        gate = gate_for(person, context.cycle_id, context.step.id, console.id, exercise.mode, context.now)
        whole = blueprint.of(exercise)
        exam = exercise.mode in EXAMS
        data = {
            "content": context.content,
            "step": context.step,
            "mode": exercise.mode,
            "counts": _counts(exercise),
            "cases": whole.size,
            "decide_first": whole.decide_first,
            "hint_tiers": whole.hint_tiers,
            "explained": whole.parts[0].feedback,
            "first_part": whole.parts[0].size,
            "rule": rule_for(console.id, exercise.mode) if exam else None,
            "gate": gate,
            "why_not": why_not(gate),
            "help": help_given(person, context.cycle_id, context.step.id, gate.failures),
            "runs": runs_of(person, context.cycle_id, context.step.id),
            "open": open_run(person, context.cycle_id, context.step.id, context.now),
            "sets": int(settings.get("sets") or 1),
            "sets_done": sets_done(person, context.cycle_id, context.step.id),
            "resolution": last_resolution(person, console.id),
            "spoken": speaks(console, context.actor.language) or not exam,
            "served_in": words_for(console, context.actor.language).language,
        }
        return Presentation("sandbox/steps/sandbox.html", data, "next" if context.completed_at else None)

    def complete(self, _context: StepContext, _form: Mapping[str, str]) -> Presentation | None:
        """Refuse: only a finished run completes a simulator step."""
        raise Refused(_("This step is completed at the console. Start it there."))


def _present_lab(context: StepContext) -> Presentation:
    """Return a lab's brief, the earlier runs, and the one button that makes sense now."""
    person, step = context.actor.id, context.step
    lab = LABS[step.settings["console"]]
    data = {
        "content": context.content,
        "step": step,
        "lab": lab.id,
        "words": wording_for(lab.package, context.actor.language),
        "wanted": grade_wanted(int(step.settings.get("level") or 1)),
        "cuts": CUTS,
        "runs": lab_runs_of(person, context.cycle_id, step.id),
        "open": open_lab_run(person, context.cycle_id, step.id, context.now),
    }
    return Presentation("sandbox/steps/lab.html", data, "next" if context.completed_at else None)


def withdraw(event: PersonWithdrawn) -> None:
    """Let a person's import be taken back only while they have not begun an exercise.

    Raises:
        Conflict: they have.
    """
    if has_runs(event.person_id) or has_lab_runs(event.person_id):
        raise Conflict(_("Somebody from this import has already begun an exercise, so it cannot be taken back."))


def _counts(exercise: Exercise) -> tuple[int, int, int]:
    """Return how many cases of right advice, wrong advice and mandatory approval a person will meet."""
    parts = blueprint.of(exercise).parts
    return sum(part.good for part in parts), sum(part.wrong for part in parts), sum(part.mand for part in parts)
