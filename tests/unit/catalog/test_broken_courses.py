"""One tree per rule, each broken in one place: the check finds that, there, and nothing else."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from lms.catalog.adapters.compiler import compile_tree
from lms.catalog.adapters.formats import Formats
from lms.catalog.adapters.sources import read_tree

TREES = Path(__file__).parents[2] / "broken_courses"
PACKAGE = Path(__file__).parents[3] / "lms"
BROKEN = sorted(path.name for path in TREES.iterdir() if path.name != "sound")
REPORTERS = (
    "lms/catalog/adapters/**/*.py",
    "lms/assessment/adapters/**/*.py",
    "lms/workshops/adapters.py",
    "lms/sandbox/adapters.py",
)
REPORT = re.compile(
    r"(?:\breport\(|\.problem\(|TextFault\(|YamlFault\(|_fault\(\s*state,\s*\w+,|fix,)"
    r'\s*"([a-z]+(?:-[a-z0-9]+)+)"'
)


@pytest.mark.parametrize("rule", BROKEN)
def test_a_broken_tree_is_told_its_one_fault_where_it_stands(rule: str, formats: Formats) -> None:
    found = compile_tree(read_tree(TREES / rule), formats).problems
    where = [(problem.rule, f"{problem.path}:{problem.line}") for problem in found]
    assert where == [(rule, (TREES / rule / "expected.txt").read_text().strip())]


@pytest.mark.parametrize("rule", BROKEN)
def test_every_fault_comes_with_a_message_and_a_fix(rule: str, formats: Formats) -> None:
    for problem in compile_tree(read_tree(TREES / rule), formats).problems:
        assert problem.message.endswith((".", "?"))
        assert problem.fix
        assert problem.column >= 1


def test_a_sound_tree_has_no_fault(formats: Formats) -> None:
    compiled = compile_tree(read_tree(TREES / "sound"), formats)
    assert compiled.problems == ()
    assert list(compiled.courses) == ["course"]


def test_every_rule_has_a_broken_tree() -> None:
    sources = [path.read_text() for pattern in REPORTERS for path in PACKAGE.parent.glob(pattern)]
    rules = {rule for source in sources for rule in REPORT.findall(source)}
    assert rules - set(BROKEN) == set()
    assert len(rules) > 60
