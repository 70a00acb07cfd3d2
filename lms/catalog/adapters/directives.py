"""The block rule for ``::: name title`` … ``:::``."""

from __future__ import annotations

import re

from markdown_it.rules_block import StateBlock

from lms.catalog.adapters.texts import TextFault
from lms.catalog.rules.ids import closest
from lms.catalog.rules.style import words

NAMES = ("note", "warning", "example", "try", "role")
ROLE_BOX_WORDS = 150
_OPEN = re.compile(r":::\s*([A-Za-z-]+)\s*(.*)")


def directive_rule(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Read one directive, with everything up to its closing line."""
    opened = _OPEN.fullmatch(_line(state, start)) if _line(state, start).startswith(":::") else None
    if opened is None:
        return False
    if silent:
        return True
    name, title = opened[1], opened[2].strip()
    last = _closing(state, start, end)
    if last is None:
        _fault(
            state, start, "directive-unclosed", f"`::: {name}` is never closed.", "End it with a line of only `:::`."
        )
        last = end
    if name not in NAMES:
        near = closest(name, NAMES)
        fix = f"Did you mean `::: {near}`?" if near else f"Use one of {', '.join(NAMES)}."
        if name == "answer":
            fix = "An answer belongs inside `::: try`."
        _fault(state, start, "unknown-directive", f"`::: {name}` is not a directive.", fix)
        name = "note"
    _write(state, name, title, start, last)
    state.line = min(last + 1, end)
    return True


def _write(state: StateBlock, name: str, title: str, start: int, last: int) -> None:
    answer = _answer(state, start, last) if name == "try" else None
    if name == "try":
        state.env["tries"] += 1
        if answer is None:
            fix = "Add `::: answer` and the answer before the closing `:::`."
            _fault(state, start, "try-without-answer", "This `::: try` asks and never answers.", fix)
    if name == "role":
        _check_role(state, title, start, last)
    _push(state, "directive_open", name, title, start)
    _inside(state, start + 1, last if answer is None else answer)
    if answer is not None:
        opened = _OPEN.fullmatch(_line(state, answer))
        _push(state, "directive_open", "answer", opened[2].strip() if opened else "", answer)
        _inside(state, answer + 1, last)
        _push(state, "directive_close", "answer", "", last)
    _push(state, "directive_close", name, "", last)


def _check_role(state: StateBlock, title: str, start: int, last: int) -> None:
    names = title.replace(",", " ").split()
    unknown = state.env["resolver"].unknown_roles(names)
    if unknown or not names:
        message = f"{', '.join(unknown)} is not a role." if unknown else "`::: role` names no role."
        _fault(state, start, "unknown-role", message, "Name roles of catalogue.yml after `::: role`.")
    count = words(" ".join(_line(state, line) for line in range(start + 1, last)))
    if count > ROLE_BOX_WORDS:
        message = f"This role box has {count} words; it may have {ROLE_BOX_WORDS}."
        _fault(state, start, "role-box-too-long", message, "Shorten it, or move what all roles share out of it.")


def _inside(state: StateBlock, start: int, end: int) -> None:
    old_max, old_parent = state.lineMax, state.parentType
    state.lineMax, state.parentType = end, "container"
    state.md.block.tokenize(state, start, end)
    state.lineMax, state.parentType = old_max, old_parent


def _push(state: StateBlock, kind: str, name: str, title: str, line: int) -> None:
    token = state.push(kind, "div", 1 if kind.endswith("open") else -1)
    token.block = True
    token.meta = {"name": name, "title": title}
    token.map = [line, line + 1]


def _line(state: StateBlock, line: int) -> str:
    return state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]].rstrip()


def _closing(state: StateBlock, start: int, end: int) -> int | None:
    fenced = False
    for line in range(start + 1, end):
        text = _line(state, line)
        fenced ^= text.startswith("```")
        if not fenced and text == ":::":
            return line
    return None


def _answer(state: StateBlock, start: int, last: int) -> int | None:
    return next((line for line in range(start + 1, last) if re.match(r":::\s*answer\b", _line(state, line))), None)


def _fault(state: StateBlock, line: int, rule: str, message: str, fix: str) -> None:
    state.env["faults"].append(TextFault(rule, line, message, fix))
