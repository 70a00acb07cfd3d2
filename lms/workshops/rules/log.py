"""The shadowing log: decisions a learner follows and writes down."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

TEXT_LENGTH = 500


@dataclass(frozen=True, slots=True)
class LogField:
    """One field of an entry; `choices` are ids, empty for free text."""

    id: str
    choices: tuple[str, ...] = ()

    def read(self, text: str) -> str:
        """Return what may be stored of a typed value: a known choice, or text cut to length."""
        value = text.strip()[:TEXT_LENGTH]
        return value if not self.choices or value in self.choices else ""


@dataclass(frozen=True, slots=True)
class LogForm:
    """How many entries a log has and what each asks."""

    entries: int
    fields: tuple[LogField, ...]

    def is_complete(self, entry: Mapping[str, str]) -> bool:
        """Return whether every field of an entry is filled."""
        return all(entry.get(field.id) for field in self.fields)

    def count(self, entries: Sequence[Mapping[str, str]]) -> int:
        """Return how many entries are complete, at most as many as the log asks for."""
        return min(self.entries, sum(1 for entry in entries if self.is_complete(entry)))

    def read(self, number: int, form: Mapping[str, str]) -> dict[str, str]:
        """Return entry `number` (from 1) as a form says it; its fields are named ``<number>.<field>``."""
        values = {field.id: field.read(form.get(f"{number}.{field.id}", "")) for field in self.fields}
        return {key: value for key, value in values.items() if value}


def log_of(settings: Mapping[str, Any]) -> LogForm | None:
    """Return the log that an observation step's compiled settings ask for, or None."""
    log = settings.get("log")
    if not log:
        return None
    return LogForm(
        int(log["entries"]), tuple(LogField(field["id"], tuple(field.get("choices") or ())) for field in log["fields"])
    )
