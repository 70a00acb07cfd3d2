"""Texts rendered before: an edit touches one of thousands, and the others need not be rendered again."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from lms.catalog.adapters.texts import Resolver

P = TypeVar("P")
T = TypeVar("T")
# More texts than a catalogue has: a choice of a question is one.
REMEMBERED = 16384
# A method of `Resolver` and its arguments.
Question = tuple[str, tuple[Hashable, ...]]


@dataclass
class Asking:
    """A resolver that notes what it is asked and asks nothing twice. It satisfies `Resolver`."""

    resolver: Resolver
    answers: dict[Question, Any] = field(default_factory=dict)

    @property
    def language(self) -> str:
        """Return the language of the text."""
        return self.resolver.language

    def fact(self, name: str) -> str | None:
        """Return a company fact as words."""
        return self._once(self.resolver.fact, name)

    def target(self, kind: str, name: str) -> tuple[str, str] | None:
        """Return the (address, title) of a card, step or module."""
        return self._once(self.resolver.target, kind, name)

    def image(self, name: str, line: int) -> str | None:
        """Return the address of a picture, having reported what is wrong with it."""
        return self._once(self.resolver.image, name, line)

    def unknown_fact(self, name: str) -> tuple[str, str]:
        """Return what to say about a fact nobody defined."""
        return self._once(self.resolver.unknown_fact, name)

    def unknown_target(self, kind: str, name: str) -> tuple[str, str]:
        """Return what to say about a reference to nothing."""
        return self._once(self.resolver.unknown_target, kind, name)

    def unknown_roles(self, names: Sequence[str]) -> Sequence[str]:
        """Return those of `names` that are not roles."""
        return self._once(self.resolver.unknown_roles, tuple(names))

    def _once(self, method: Callable[..., T], *about: Hashable) -> T:
        question = (method.__name__, about)
        if question not in self.answers:
            self.answers[question] = method(*about)
        answer: T = self.answers[question]
        return answer


class Remembered(Generic[P]):
    """The latest pages made, each with what it asked. Asking again also notes again which facts and files are cited."""

    def __init__(self) -> None:
        self._pages: OrderedDict[Hashable, tuple[dict[Question, Any], P]] = OrderedDict()
        self._lock = threading.Lock()

    def page(self, key: Hashable, resolver: Resolver, make: Callable[[Asking], P]) -> P:
        """Return the page under `key` where all it asked is answered as it was, else the one that `make` makes."""
        asking = Asking(resolver)
        answers, page = self._pages.get(key, ({}, None))
        if page is not None and all(getattr(asking, name)(*about) == said for (name, about), said in answers.items()):
            return page
        made = make(asking)
        with self._lock:
            self._pages[key] = (asking.answers, made)
            while len(self._pages) > REMEMBERED:
                self._pages.popitem(last=False)
        return made
