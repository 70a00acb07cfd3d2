"""Words that the compiler itself puts into content, per content language."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class Label(StrEnum):
    """A word or phrase the compiler writes."""

    NOTE = "note"
    WARNING = "warning"
    EXAMPLE = "example"
    TRY = "try"
    ANSWER = "answer"
    TABLE = "table"


_LABELS: Mapping[str, Mapping[Label, str]] = {
    "en": {
        Label.NOTE: "Good to know",
        Label.WARNING: "Take care",
        Label.EXAMPLE: "Example",
        Label.TRY: "Try it",
        Label.ANSWER: "Decide first, then show the answer",
        Label.TABLE: "Table",
    },
    "es": {
        Label.NOTE: "Conviene saber",
        Label.WARNING: "Atención",
        Label.EXAMPLE: "Ejemplo",
        Label.TRY: "Pruébalo",
        Label.ANSWER: "Decide primero y después mira la respuesta",
        Label.TABLE: "Tabla",
    },
}


def label(name: Label, language: str) -> str:
    """Return the label in `language`, in English where it is not translated."""
    return _LABELS.get(language.split("-", maxsplit=1)[0], _LABELS["en"])[name]


_AGREEMENT: Mapping[str, tuple[str, ...]] = {
    "en": ("Strongly disagree", "Disagree", "Neither", "Agree", "Strongly agree"),
    "es": ("Muy en desacuerdo", "En desacuerdo", "Ni lo uno ni lo otro", "De acuerdo", "Muy de acuerdo"),
}


def agreement_scale(language: str) -> tuple[str, ...]:
    """Return the five points of agreement, from 1 to 5."""
    return _AGREEMENT.get(language.split("-", maxsplit=1)[0], _AGREEMENT["en"])
