"""One question read: its heading's attributes, its texts as HTML, and everything wrong with them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from lms.assessment.adapters.questions.lines import ATTRIBUTES, FLAGS, SCENARIO, AnswerLine, Block
from lms.assessment.rules.expressions import ExpressionError
from lms.assessment.rules.parametric import VALUE_CLOSE, VALUE_OPEN, check_expressions, corner_values, values_collide
from lms.catalog.adapters.desk import Desk
from lms.catalog.rules.content import Adkar
from lms.catalog.rules.facts import CITATION
from lms.catalog.rules.ids import CHOICE_ID, closest, is_id
from lms.catalog.rules.items import ItemType, Option, Score, Variable, Wording
from lms.catalog.rules.problems import Place
from lms.catalog.rules.style import is_catch_all

_VALUE = re.compile(r"\{\{=\s*([^{}]*?)\s*\}\}")
_VARIABLE = re.compile(r"([A-Za-z_]\w*)\s*=\s*(.+)")


@dataclass(frozen=True)
class Attributes:
    """What a heading says about its question."""

    objective: str | None = None
    tags: tuple[str, ...] = ()
    score: Score = Score.EXACT
    unit: str = ""
    exact: bool = False
    fixed: bool = False
    revisit: str | None = None
    adkar: str | None = None


@dataclass
class Reading:
    """A question in one language, being read at its desk."""

    block: Block
    kind: ItemType
    attributes: Attributes
    desk: Desk
    variables: tuple[Variable, ...] = ()
    seen: set[str] = field(default_factory=set)

    def report(self, rule: str, message: str, fix: str, line: int | None = None, *, warning: bool = False) -> None:
        """Report something about a line of this question; about its heading where none is named."""
        self.desk.report(rule, Place(line or self.block.heading.line), message, fix, warning=warning)

    def stem(self, text: str | None = None) -> str:
        """Return the stem as HTML."""
        found = self.block.stem if text is None else text
        if not found.strip():
            self.report("question-syntax", "This question asks nothing.", "Write its stem below the heading.")
        return self.desk.page(self.hide(found), self.block.stem_line, headings=False).html

    def text(self, text: str, line: int) -> str:
        """Return the text of an option as HTML that fits a label."""
        return self.desk.html(self.hide(text), line)

    def feedback(self, answer: AnswerLine, what: str = "answer") -> str:
        """Return the feedback below an answer line as HTML, reporting where there is none."""
        text = "\n".join(answer.feedback)
        if not text.strip():
            fix = "Add an indented `  > ` line below it that says why."
            self.report("feedback-missing", f"This {what} has no feedback.", fix, answer.line)
            return ""
        return self.desk.html(self.hide(text), answer.feedback_line)

    def option(self, answer: AnswerLine, text: str | None = None) -> Option | None:
        """Return an answer line as an option, reporting a missing or doubled id."""
        name = self.choice_id(answer)
        shown = self.text(answer.text if text is None else text, answer.line)
        if is_catch_all(answer.text):
            fix = "Let every choice stand on its own; use a multi question for several right ones."
            self.report("catch-all-choice", "This choice sums up the others.", fix, answer.line)
        return Option(name, shown, self.feedback(answer, "choice")) if name else None

    def choice_id(self, answer: AnswerLine) -> str | None:
        """Return the id of an answer line, reporting where it is missing, misshapen or used twice."""
        if not answer.id or not CHOICE_ID.fullmatch(answer.id):
            fix = "End the line with {#name}: lower-case letters, digits, dashes."
            what = f"{answer.id!r} is not a choice id." if answer.id else "This choice has no id."
            self.report("choice-id-missing", what, fix, answer.line)
            return None
        if answer.id in self.seen:
            message = f"The choice id {answer.id!r} is used twice in this question."
            self.report("choice-id-duplicate", message, "Give each choice an id of its own.", answer.line)
        self.seen.add(answer.id)
        return answer.id

    def hide(self, text: str) -> str:
        """Return text with its computed values put where Markdown does not touch them."""
        return _VALUE.sub(lambda found: VALUE_OPEN + found[1] + VALUE_CLOSE, text)

    def number(self, text: str) -> str:
        """Return text of an answer with facts as plain numbers and computed values hidden."""

        def plain(name: str, written: str) -> str:
            fact = self.desk.index.facts.get(name)
            value = fact.number() if fact else None
            if value is None or self.desk.fact(name) is None:
                message, fix = self.desk.unknown_fact(name)
                self.report("unknown-fact", message if fact is None else f"{written} is not a number.", fix)
                return "0"
            return str(value)

        return self.hide(CITATION.sub(lambda found: plain(found[1], found[0]), text))

    def check_values(self, wording: Wording) -> None:
        """Report computed values that have none."""
        try:
            if self.variables:
                check_expressions(wording, self.variables)
                if values_collide(wording, self.variables):
                    fix = "Change the ranges or the formulas until no two choices can say the same."
                    self.report("expression-wrong", "Some values make two choices say the same.", fix)
        except ExpressionError as error:
            fix = "See the grammar under `parametric` in docs/authoring.md."
            self.report("expression-wrong", f"A computed value cannot be worked out: {error}.", fix)


def read_attributes(block: Block, kind: str, desk: Desk, parent: Attributes | None = None) -> Attributes:
    """Return the attributes of a heading, reporting unknown names and values; a child inherits from its scenario."""
    heading, place = block.heading, Place(block.heading.line)
    _check_names(block, desk)
    given = heading.attributes
    tags = tuple(tag for tag in given.get("tag", "").split(",") if tag)
    found = Attributes(
        given.get("objective"),
        tags,
        _score(block, kind, desk),
        given.get("unit", ""),
        "exact" in given,
        "fixed" in given,
        given.get("revisit"),
        given.get("adkar"),
    )
    if found.revisit and desk.target("step", found.revisit) is None:
        message, fix = desk.unknown_target("step", found.revisit)
        desk.report("dead-link", desk.document.find(f"revisit={found.revisit}", place.line), message, fix)
    if found.objective or parent is None:
        _check_objective(found, kind, desk, place)
    if parent:
        found = replace(found, objective=found.objective or parent.objective, tags=(*parent.tags, *found.tags))
        found = replace(found, revisit=found.revisit or parent.revisit)
    if kind == ItemType.LIKERT and found.adkar not in set(Adkar):
        fix = f"Say adkar= and one of {', '.join(Adkar)}."
        desk.report("adkar-missing", place, "This rating names no stage of change.", fix)
    return found


def _check_names(block: Block, desk: Desk) -> None:
    heading, place = block.heading, Place(block.heading.line)
    if not is_id(heading.id):
        fix = "Use lower-case letters, digits and single dashes, starting with a letter."
        desk.report("id-form", desk.document.find(heading.id, place.line), f"{heading.id!r} is not an id.", fix)
    for name, value in heading.attributes.items():
        at = desk.document.find(name, place.line)
        if name not in ATTRIBUTES:
            near = closest(name, ATTRIBUTES)
            fix = f"Did you mean `{near}`?" if near else f"Use {', '.join(ATTRIBUTES)}."
            desk.report("unknown-key", at, f"`{name}` is not an attribute of a question.", fix)
        elif (name in FLAGS) != (value == ""):
            fix = f"Write `{name}`." if name in FLAGS else f"Write `{name}=…`."
            desk.report("wrong-value", at, f"`{name}` is written in the wrong way.", fix)


def _score(block: Block, kind: str, desk: Desk) -> Score:
    allowed = {
        ItemType.MULTI: (Score.EXACT, Score.PROPORTIONAL, Score.PROPORTIONAL_CORRECT),
        ItemType.ORDER: (Score.LONGEST, Score.EXACT),
        ItemType.MATCH: (Score.PROPORTIONAL,),
        ItemType.CLOZE: (Score.PROPORTIONAL,),
    }.get(ItemType(kind) if kind in set(ItemType) else ItemType.SINGLE, (Score.EXACT,))
    given = block.heading.attributes.get("score")
    if given is None:
        return allowed[0]
    if given not in allowed:
        fix = f"Use one of {', '.join(allowed)}." if len(allowed) > 1 else "Leave it out."
        place = desk.document.find("score=", block.heading.line)
        desk.report("wrong-value", place, f"score={given} does not fit a {kind} question.", fix)
        return allowed[0]
    return Score(given)


def _check_objective(found: Attributes, kind: str, desk: Desk, place: Place) -> None:
    if found.objective is None:
        if kind not in {ItemType.LIKERT, SCENARIO}:
            fix = "Add objective= with an objective of course.yml."
            desk.report("missing-key", place, "This question names no objective.", fix)
    elif found.objective not in {*desk.index.objectives, *desk.index.broken}:
        near = closest(found.objective, desk.index.objectives)
        fix = f"Did you mean {near}?" if near else "Define the objective in course.yml."
        at = desk.document.find(found.objective, place.line)
        desk.report("unknown-objective", at, f"There is no objective {found.objective!r}.", fix)


def read_variables(reading: Reading) -> tuple[Variable, ...]:
    """Return the lines of the `vars` block, reporting what cannot be worked out."""
    block = reading.block
    variables = []
    for line, text in block.variables:
        found = _VARIABLE.fullmatch(text)
        if found is None:
            reading.report("expression-wrong", "This is not `name = …`.", "Write one name and its values.", line)
            continue
        variables.append(Variable(found[1], reading.number(found[2])))
    if ("parametric" in block.heading.attributes) != bool(block.variables):
        fix = "A question with a ```vars block says `parametric` in its heading, and the other way round."
        reading.report("expression-wrong", "`parametric` and ```vars belong together.", fix)
    try:
        for _values in corner_values(variables):
            pass
    except ExpressionError as error:
        fix = "See the grammar under `parametric` in docs/authoring.md."
        reading.report("expression-wrong", f"The variables cannot be worked out: {error}.", fix)
        return ()
    return tuple(variables)
