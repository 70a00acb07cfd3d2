"""Forms of the names that content carries."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable

ID = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
OBJECTIVE_ID = re.compile(r"[a-z][a-z0-9-]*(?:\.[a-z0-9-]+)+")
CHOICE_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
FACT_NAME = re.compile(r"[a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)*")
LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Z][A-Za-z]{1,3})?")
MAX_ID_LENGTH = 64


def is_id(text: str) -> bool:
    """Return whether `text` may name a course, module, step, item or card."""
    return len(text) <= MAX_ID_LENGTH and ID.fullmatch(text) is not None


def closest(name: str, known: Iterable[str]) -> str | None:
    """Return the known name that `name` was probably meant to be."""
    matches = difflib.get_close_matches(name, list(known), n=1, cutoff=0.6)
    return matches[0] if matches else None
