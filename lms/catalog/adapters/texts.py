"""What a text needs to know of the catalogue, and what can be wrong with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class TextFault:
    """Something wrong in a text; `line` counts from 0 within it, `needle` is what to point at."""

    rule: str
    line: int
    message: str
    fix: str
    needle: str = ""
    warning: bool = False


class Resolver(Protocol):
    """What names in a text stand for. Each returns None where the name is unknown."""

    @property
    def language(self) -> str:
        """Return the language of the text."""
        ...

    def fact(self, name: str) -> str | None:
        """Return a company fact as words."""
        ...

    def target(self, kind: str, name: str) -> tuple[str, str] | None:
        """Return the (address, title) of a card, step or module."""
        ...

    def image(self, name: str, line: int) -> str | None:
        """Return the address of a picture, having reported what is wrong with it."""
        ...

    def unknown_fact(self, name: str) -> tuple[str, str]:
        """Return what to say about a fact nobody defined: message and fix."""
        ...

    def unknown_target(self, kind: str, name: str) -> tuple[str, str]:
        """Return what to say about a reference to nothing: message and fix."""
        ...

    def unknown_roles(self, names: Sequence[str]) -> Sequence[str]:
        """Return those of `names` that are not roles."""
        ...
