"""The floor's lessons teach what its console tests, in the words that the console uses, in every language."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from lms.catalog.adapters.compiler import compile_tree
from lms.catalog.adapters.formats import Formats
from lms.catalog.adapters.sources import read_tree
from lms.catalog.rules.content import Course
from lms.catalog.rules.style import text_of
from lms.sandbox.rules.consoles.registry import CONSOLES

ROOT = Path(__file__).parents[3]
DESK = CONSOLES["floor-desk"]
TEXTS = ROOT / "lms/sandbox/rules/consoles/floor_desk/texts"
in_every_language = pytest.mark.parametrize("language", ["en", "es"])


@pytest.fixture(scope="module")
def floor(formats: Formats) -> Course:
    return compile_tree(read_tree(ROOT / "courses"), formats).courses["fulfilment-floor"]


def said(course: Course, language: str, *modules: str) -> str:
    """Return all that the steps of the modules say, as one line of lower case."""
    return " ".join(_pieces(course, language, modules)).casefold()


def _pieces(course: Course, language: str, modules: tuple[str, ...]) -> Iterator[str]:
    for module in course.modules:
        if module.id in modules:
            for step in module.steps:
                yield re.sub(r"\s+", " ", text_of(json.dumps(step.content.get(language, {}), ensure_ascii=False)))


def words(language: str, name: str) -> dict[str, str]:
    return json.loads((TEXTS / language / f"{name}.json").read_text(encoding="utf-8"))


def test_the_pathway_is_offered_in_spanish(floor: Course) -> None:
    assert floor.languages == ("en", "es")


@in_every_language
def test_every_reason_that_the_desk_asks_for_is_taught_before_the_first_set(floor: Course, language: str) -> None:
    taught = said(floor, language, "ff1", "ff2", "ff3")
    assert [code for code in DESK.reasons if code.casefold() not in taught] == []


@in_every_language
def test_the_tour_names_every_box_as_the_handheld_does(floor: Course, language: str) -> None:
    tour = said(floor, language, "ff2")
    boxes = {key: text for key, text in words(language, "labels").items() if key.startswith("panel.")}
    # The article before the noun is the sentence's, not the label's.
    named = {key: re.sub(r"^(?:The|La) ", "", text).casefold() for key, text in boxes.items()}
    assert [key for key, text in named.items() if text not in tour] == []


@in_every_language
def test_the_lessons_call_each_kind_of_task_what_the_handheld_calls_it(floor: Course, language: str) -> None:
    taught = said(floor, language, "ff1")
    kinds = [text for key, text in words(language, "labels").items() if key.startswith("family.")]
    assert [kind for kind in kinds if kind.casefold() not in taught] == []
