"""Banks: every question of a file, in every language it has, as items."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from lms.assessment.adapters.questions.lines import SCENARIO, Block, split_questions, take_apart
from lms.assessment.adapters.questions.reading import Attributes, Reading, read_attributes, read_variables
from lms.assessment.adapters.questions.types import Body, read_body
from lms.catalog.adapters.desk import Desk
from lms.catalog.adapters.formats import BankFile
from lms.catalog.rules.ids import closest
from lms.catalog.rules.items import Item, ItemType, Variable, Wording, with_hashes
from lms.catalog.rules.problems import Place


@dataclass(frozen=True)
class Question:
    """A question in one language."""

    id: str
    kind: ItemType
    attributes: Attributes
    body: Body
    variables: tuple[Variable, ...]
    scenario: str | None
    line: int


class QuestionBank:
    """Reads `*.q.md` files and the questions inside quizzes."""

    def read(self, bank: str, files: Mapping[str, BankFile], language: str) -> list[Item]:
        """Return the items of a bank; a translation adds its wordings to the original's."""
        if language not in files:
            return []
        originals = _questions(files[language])
        translated = {name: _questions(file) for name, file in files.items() if name != language}
        for name, questions in translated.items():
            _compare(originals, questions, files[name].desk)
        return [
            _item(bank, question, {language: question, **_versions(question, translated)})
            for question in originals.values()
        ]


def _item(bank: str, question: Question, versions: Mapping[str, Question]) -> Item:
    attributes = question.attributes
    wordings: dict[str, Wording] = {language: one.body.wording for language, one in versions.items()}
    return with_hashes(
        Item(
            question.id,
            question.kind,
            bank,
            attributes.objective,
            wordings,
            attributes.tags,
            attributes.score,
            question.body.right,
            question.body.pairs,
            attributes.exact,
            attributes.fixed,
            attributes.revisit,
            attributes.adkar,
            question.scenario,
            variables=question.variables,
        )
    )


def _versions(question: Question, translated: Mapping[str, Mapping[str, Question]]) -> dict[str, Question]:
    found = {language: questions.get(question.id) for language, questions in translated.items()}
    return {language: one for language, one in found.items() if one and _key(one) == _key(question)}


def _key(question: Question) -> tuple[object, ...]:
    body, wording = question.body, question.body.wording
    ordered = body.right if question.kind is ItemType.ORDER else tuple(sorted(body.right))
    return (
        question.kind,
        ordered,
        tuple(sorted(body.pairs.items())),
        frozenset(option.id for option in wording.options),
        frozenset(option.id for option in wording.rights),
        frozenset((gap.id, gap.kind, gap.accepted if gap.options else ()) for gap in wording.gaps),
        tuple((row.id, len(row.levels)) for row in wording.rubric),
        question.variables,
    )


def _compare(originals: Mapping[str, Question], questions: Mapping[str, Question], desk: Desk) -> None:
    """Report questions whose key differs from the original's, that are not in it, or that are not translated."""
    for name, question in questions.items():
        place = Place(question.line)
        if name not in originals:
            fix = "Take it out, or write the original."
            desk.report("translation-differs", place, f"The original has no question {name!r}.", fix)
        elif _key(question) != _key(originals[name]):
            fix = "Give it the same type, ids, right answers and gaps as the original."
            desk.report("translation-differs", place, f"{name!r} is not answered as in the original.", fix)
    missing = [name for name in originals if name not in questions]
    if missing:
        message = f"{len(missing)} of {len(originals)} questions are not translated; {missing[0]!r} is the first."
        desk.report("translation-missing", Place(), message, "Translate them here, with the same ids.", warning=True)


def _questions(file: BankFile) -> dict[str, Question]:
    blocks, unreadable = split_questions(file.document.body, file.document.body_line)
    for line in unreadable:
        fix = "Write `## id {type objective=…}`."
        file.desk.report("question-syntax", Place(line), "This is not the heading of a question.", fix)
    found: dict[str, Question] = {}
    stories: dict[str, int] = {}
    scenario: tuple[Block, Attributes, str] | None = None
    for block in blocks:
        # Facts are noted per question, so that a module cites those of the questions it serves.
        desk = replace(file.desk, module=f"item:{block.heading.id}")
        if not block.heading.child:
            scenario = None
        if block.heading.type == SCENARIO:
            scenario = _scenario(block, desk)
            if block.heading.id in stories:
                message, fix = f"The scenario {block.heading.id!r} stands twice in this file.", "Give one another id."
                file.desk.report("id-duplicate", Place(block.heading.line), message, fix)
            stories[block.heading.id] = block.heading.line
            continue
        question = _question(block, desk, scenario)
        if question is None:
            continue
        if question.id in found:
            message, fix = f"{question.id!r} stands twice in this file.", "Give one of them another id."
            file.desk.report("id-duplicate", Place(question.line), message, fix)
            continue
        found[question.id] = question
    asked = {question.scenario for question in found.values()}
    for name, line in stories.items():
        if name not in asked:
            fix = "Write its questions below it, each starting with ###."
            file.desk.report("question-syntax", Place(line), f"The scenario {name!r} asks nothing.", fix)
    return found


def _scenario(block: Block, desk: Desk) -> tuple[Block, Attributes, str]:
    attributes = read_attributes(block, SCENARIO, desk)
    take_apart(block, None)
    stem = desk.page(block.stem, block.stem_line, headings=False).html
    if not stem:
        desk.report("question-syntax", Place(block.heading.line), "This scenario tells nothing.", "Write its story.")
    if "{{=" in block.stem:
        fix = "Put the figures into the questions below it; each draws its own."
        place = desk.document.find("{{=", block.stem_line)
        desk.report("expression-wrong", place, "The story of a scenario has no computed values.", fix)
    return block, attributes, stem


def _question(block: Block, desk: Desk, scenario: tuple[Block, Attributes, str] | None) -> Question | None:
    heading, place = block.heading, Place(block.heading.line)
    if heading.type not in set(ItemType):
        near = closest(heading.type, (*ItemType, SCENARIO))
        fix = f"Did you mean {near}?" if near else f"Use one of {', '.join((*ItemType, SCENARIO))}."
        message = f"{heading.type!r} is not a type of question." if heading.type else "This question has no type."
        desk.report("question-type", place, message, fix)
        return None
    if heading.child and scenario is None:
        fix = "Put it below a `## id {scenario …}`, or start it with ##."
        desk.report("question-syntax", place, "This question belongs to no scenario.", fix)
    kind = ItemType(heading.type)
    take_apart(block, kind)
    parent = scenario[1] if scenario and heading.child else None
    reading = Reading(block, kind, read_attributes(block, heading.type, desk, parent), desk)
    reading.variables = read_variables(reading)
    body = read_body(reading)
    if scenario and heading.child:
        body = replace(body, wording=replace(body.wording, context=scenario[2]))
        # The scenario's facts are cited by each of its children.
        cited = desk.ledger.cited
        cited.setdefault(f"item:{heading.id}", set()).update(cited.get(f"item:{scenario[0].heading.id}", ()))
    name = scenario[0].heading.id if scenario and heading.child else None
    return Question(heading.id, kind, reading.attributes, body, reading.variables, name, heading.line)
