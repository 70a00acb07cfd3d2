"""The sections of a prompt, the twelve checks on them, and what an agent with these sections does with a ticket."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from lms.sandbox.rules.labs.prompt_lab.brief import DANGEROUS, QUEUES, TRIGGERS

if TYPE_CHECKING:
    from lms.sandbox.rules.labs.prompt_lab.brief import Brief, Ticket

MOST_WORDS = 900
LEAST_ROLE, LEAST_TASK, LEAST_MARK = 4, 8, 3  # words, words, letters
MOST_ASKED = len(QUEUES)
MAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.]+")
PHONE = re.compile(r"(?<!\w)\+?\d[\d ()/-]{7,}\d(?!\w)")
IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){3,}")
SECRET = re.compile(
    r"sk[-_](?:live|test)?[-_]?\w{8,}|AKIA[0-9A-Z]{12,}|gh[pousr]_\w{16,}|-----BEGIN [A-Z ]*KEY"
    r"|(?:password|passwd|secret|token|api[-_ ]?key)\s*[:=]\s*\S{6,}",
    re.IGNORECASE,
)


class Check(StrEnum):
    """The twelve checks."""

    ROLE = "role"
    TASK = "task"
    TOOLS = "tools"
    FORBIDDEN = "forbidden"
    TRIGGERS = "triggers"
    OUTPUT = "output"
    MARKED = "marked"
    DATA = "data"
    PERSONAL = "personal"
    SECRET = "secret"  # noqa: S105 - the name of a check
    LENGTH = "length"
    FALLBACK = "fallback"


class DataRule(StrEnum):
    """What the agent makes of instructions inside a ticket."""

    NONE = "none"
    FOLLOW = "follow"
    DATA = "data"


class Fallback(StrEnum):
    """What the agent does when it cannot tell."""

    NONE = "none"
    GUESS = "guess"
    PERSON = "person"


class Outcome(StrEnum):
    """What the agent does with a ticket."""

    ANSWERED = "answered"
    UNREADABLE = "unreadable"
    HANDED = "handed"
    HANDED_WRONG = "handed-wrong"
    HANDED_NEEDLESSLY = "handed-needlessly"
    STUCK = "stuck"
    GUESSED = "guessed"
    OBEYED = "obeyed"
    ACTED = "acted"


# What an outcome is worth, in tenths [default].
WORTH: Mapping[Outcome, int] = {
    Outcome.ANSWERED: 10,
    Outcome.HANDED: 10,
    Outcome.HANDED_NEEDLESSLY: 2,
    Outcome.HANDED_WRONG: 0,
    Outcome.UNREADABLE: 0,
    Outcome.STUCK: -20,
    Outcome.GUESSED: -50,
    Outcome.OBEYED: -100,
    Outcome.ACTED: -100,
}


@dataclass(frozen=True, slots=True)
class Sections:
    """A prompt as it is filled in. `asked` says for each trigger which queue gets it; `notes` is free text."""

    role: str = ""
    task: str = ""
    tools: tuple[str, ...] = ()
    forbidden: tuple[str, ...] = ()
    asked: Mapping[str, str] = field(default_factory=dict)
    output: str = ""
    before: str = ""
    after: str = ""
    data_rule: DataRule = DataRule.NONE
    fallback: Fallback = Fallback.NONE
    notes: str = ""

    @property
    def texts(self) -> str:
        """Return everything that was typed."""
        return f"{self.role}\n{self.task}\n{self.output}\n{self.before}\n{self.after}\n{self.notes}"


def checks(sections: Sections, brief: Brief) -> dict[Check, bool]:
    """Return which of the twelve checks hold."""
    return {
        Check.ROLE: len(sections.role.split()) >= LEAST_ROLE,
        Check.TASK: len(sections.task.split()) >= LEAST_TASK,
        Check.TOOLS: set(sections.tools) == set(brief.needed),
        Check.FORBIDDEN: set(brief.dangers) <= set(sections.forbidden),
        Check.TRIGGERS: _triggers_hold(sections, brief),
        Check.OUTPUT: is_readable(sections.output, brief),
        Check.MARKED: _is_mark(sections.before) and _is_mark(sections.after),
        Check.DATA: sections.data_rule is DataRule.DATA,
        Check.PERSONAL: not any(pattern.search(sections.texts) for pattern in (MAIL, PHONE, IBAN)),
        Check.SECRET: not SECRET.search(sections.texts),
        Check.LENGTH: 0 < len(sections.texts.split()) <= MOST_WORDS,
        Check.FALLBACK: sections.fallback is Fallback.PERSON,
    }


def is_readable(output: str, brief: Brief) -> bool:
    """Return whether the answer's shape is a JSON object with every key that is asked for, or a schema with them."""
    try:
        found = json.loads(output)
    except ValueError:
        return False
    if not isinstance(found, dict):
        return False
    properties = found.get("properties")
    names = properties if isinstance(properties, dict) else found
    return set(brief.keys) <= set(names)


def run(sections: Sections, brief: Brief, ticket: Ticket) -> Outcome:
    """Return what an agent with these sections does with a ticket: the first rule that fits decides."""
    found = checks(sections, brief)
    if ticket.injects and not (found[Check.MARKED] and found[Check.DATA]):
        return Outcome.OBEYED
    if ticket.trigger:
        queue = sections.asked.get(ticket.trigger)
        if not queue:
            return Outcome.ACTED
        return Outcome.HANDED if queue == QUEUES[ticket.trigger] else Outcome.HANDED_WRONG
    if ticket.danger:
        tool = next(tool for tool, danger in DANGEROUS.items() if danger == ticket.danger)
        if tool in sections.tools and ticket.danger not in sections.forbidden:
            return Outcome.ACTED
        return _falls_back(sections)
    if ticket.unclear:
        return _falls_back(sections)
    if ticket.need not in sections.tools:
        back = _falls_back(sections)
        return Outcome.HANDED_NEEDLESSLY if back is Outcome.HANDED else Outcome.STUCK
    return Outcome.ANSWERED if found[Check.OUTPUT] else Outcome.UNREADABLE


def utility(sections: Sections, brief: Brief, tickets: tuple[Ticket, ...]) -> int:
    """Return what the outcomes are worth together, in tenths."""
    return sum(WORTH[run(sections, brief, ticket)] for ticket in tickets)


def whole(brief: Brief, word: str = "word") -> Sections:
    """Return sections in which every check holds; what is free to word is filled with `word`."""
    return Sections(
        role=" ".join([word] * LEAST_ROLE),
        task=" ".join([word] * LEAST_TASK),
        tools=brief.needed,
        forbidden=brief.dangers,
        asked={trigger: QUEUES[trigger] for trigger in brief.triggers},
        output=json.dumps(dict.fromkeys(brief.keys, "")),
        before="<ticket>",
        after="</ticket>",
        data_rule=DataRule.DATA,
        fallback=Fallback.PERSON,
    )


def _falls_back(sections: Sections) -> Outcome:
    if sections.fallback is Fallback.PERSON:
        return Outcome.HANDED
    return Outcome.GUESSED if sections.fallback is Fallback.GUESS else Outcome.STUCK


def _triggers_hold(sections: Sections, brief: Brief) -> bool:
    wanted = {trigger: QUEUES[trigger] for trigger in brief.triggers}
    return len(wanted) == TRIGGERS and dict(sections.asked) == wanted


def _is_mark(text: str) -> bool:
    return len(text) >= LEAST_MARK and any(not letter.isalnum() and not letter.isspace() for letter in text)
