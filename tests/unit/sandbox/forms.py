"""The consoles and levels that the property tests run over, and the forms they run on."""

from __future__ import annotations

import os
from functools import lru_cache

from lms.sandbox.rules.company import CompanyFacts
from lms.sandbox.rules.console import Console
from lms.sandbox.rules.consoles.registry import CONSOLES
from lms.sandbox.rules.engine import generate
from lms.sandbox.rules.exercise import Exercise, Generated, Mode

SEEDS = int(os.environ.get("GS_SEEDS", "8"))
FACTS = CompanyFacts()
PAIRS = [(console, level) for console in CONSOLES for level in CONSOLES[console].levels]
RUNS = [(console, mode) for console in CONSOLES for mode in CONSOLES[console].modes]


def main_mode(console: Console) -> Mode:
    """The exam a console leads to, or the only mode it has."""
    return Mode.FOUNDATION if Mode.FOUNDATION in console.modes else console.modes[0]


@lru_cache(maxsize=4000)
def form(console: str, level: int, seed: int, mode: Mode | None = None) -> Generated:
    made = CONSOLES[console]
    return generate(made, Exercise(console, (level,), mode or main_mode(made)), made.version, seed, FACTS)


def forms(console: str, level: int) -> list[Generated]:
    return [form(console, level, seed) for seed in range(SEEDS)]
