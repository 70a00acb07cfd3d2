"""The audit log has words for everything that is recorded in it."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from lms.certification.rules.validity import StatusKind
from lms.home.views.audit_words import ACTION_WORDS, DETAIL_WORDS

LMS = Path(__file__).parents[2] / "lms"
ACTION = re.compile(r"[a-z]+(-[a-z]+)*\.[a-z]+(-[a-z]+)*")
# Rows of tables, releases and versions: they tell entries apart, and say nothing to a reader.
UNTOLD = {
    "attempt", "award", "client", "job", "look", "mail", "observation", "peak", "previous", "release", "review", "run",
    "session", "version",
}  # fmt: skip


def recording_calls():
    for path in LMS.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in {"audit.record", "_note"}:
                yield path, node


def test_every_action_that_is_recorded_has_a_word():
    recorded = {f"award.{kind}" for kind in StatusKind}
    for path, call in recording_calls():
        first = call.args[0]
        # A name was chosen a few lines above: whatever looks like an action there.
        scope = ast.parse(path.read_text("utf-8")) if isinstance(first, ast.Name) else first
        constants = {
            node.value for node in ast.walk(scope) if isinstance(node, ast.Constant) and isinstance(node.value, str)
        }
        recorded |= {text for text in constants if ACTION.fullmatch(text)}
    assert recorded == set(ACTION_WORDS)


def test_every_detail_has_a_word_or_is_only_for_machines():
    given = {
        keyword.arg
        for _, call in recording_calls()
        for keyword in call.keywords
        if keyword.arg and keyword.arg not in {"actor", "subject"}
    }
    assert given - UNTOLD <= set(DETAIL_WORDS)
    assert not UNTOLD & set(DETAIL_WORDS)
