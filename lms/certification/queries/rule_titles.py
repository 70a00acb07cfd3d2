"""What the conditions of a level are about, by name: modules, steps, simulators, gates and levels."""

from __future__ import annotations

from collections.abc import Mapping

from lms.catalog.queries import current_catalogue, current_company
from lms.catalog.rules.content import text_in
from lms.learning.queries.catalogue import content_titles
from lms.sandbox.queries.words import wording_for
from lms.sandbox.rules.consoles.registry import CONSOLES
from lms.sandbox.rules.labs.registry import LABS

APPROVER = "approver."
# The company's fact that names the tool which a console stands for.
_TOOLS = {
    "floor-desk": "tool.floor",
    "reply-desk": "tool.tickets",
    "replenish-allocate": "tool.planning",
    "price-promo-studio": "tool.pricing",
    "match-audit": "tool.finance",
    "agent-ops": "tool.agents",
}


def rule_titles(language: str) -> Mapping[str, str]:
    """Return what everything a condition can name is called, by its id.

    A gate is called by its approver and a console by the tool it stands for, as the company's facts name them.
    """
    levels = (
        level for programme in current_catalogue().programmes for level in (*programme.levels, *programme.appointed)
    )
    facts = current_company().facts
    gates = {name.removeprefix(APPROVER): facts[name] for name in facts if name.startswith(APPROVER)}
    tools = {console: facts[tool] for console, tool in _TOOLS.items() if tool in facts}
    return {
        **{level.id: text_in(level.title, language) for level in levels},
        **{console: console.replace("-", " ").title() for console in CONSOLES},
        **{key: fact.words(language) for key, fact in (gates | tools).items()},
        **{lab.id: wording_for(lab.package, language).say("lab.title") for lab in LABS.values()},
        **{key: text_in(title, language) for key, title in content_titles().items()},
    }
