"""The gates somebody can be made an approver of."""

from __future__ import annotations

from collections.abc import Mapping

from lms.catalog.queries import current_catalogue
from lms.catalog.rules.content import text_in
from lms.certification.rules.authority import gate_of
from lms.readiness.queries.leaders import gate_titles


def gates_to_approve(language: str) -> Mapping[str, str]:
    """Return gate -> what its approver is called: by the company's facts, else by the level that certifies for it."""
    gates = dict(gate_titles(language))
    for programme in current_catalogue().programmes:
        for level in programme.appointed:
            gate = gate_of(level.id)
            if gate:
                gates.setdefault(gate, text_in(level.title, language))
    return gates
