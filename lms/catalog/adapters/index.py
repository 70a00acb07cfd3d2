"""Everything that has an id, so that references can be resolved before anything is rendered."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from lms.catalog.rules.content import Texts, text_in
from lms.catalog.rules.facts import Fact
from lms.catalog.rules.items import Item


@dataclass(frozen=True)
class Target:
    """Something with an id: what it is, where it is written, and its title by language."""

    kind: str
    id: str
    path: str
    line: int
    course: str
    module: str = ""
    titles: Texts = field(default_factory=dict)

    @property
    def address(self) -> str:
        """Return the address of its page."""
        if self.kind == "card":
            return f"/learn/{self.course}/{self.module}/card"
        parts = (self.course, self.module, self.id) if self.kind == "step" else (self.course, self.id)
        return "/learn/" + "/".join(parts)


@dataclass
class Index:
    """The catalogue by id. `broken` are ids found in files that could not be read; they are known, no more."""

    facts: Mapping[str, Fact] = field(default_factory=dict)
    roles: frozenset[str] = frozenset()
    targets: dict[str, Target] = field(default_factory=dict)
    objectives: dict[str, str] = field(default_factory=dict)
    planned: dict[str, str] = field(default_factory=dict)
    items: dict[str, Item] = field(default_factory=dict)
    banks: dict[str, list[str]] = field(default_factory=dict)
    broken: set[str] = field(default_factory=set)

    def find(self, kind: str, name: str) -> Target | None:
        """Return the thing of this kind and id."""
        found = self.targets.get(name)
        return found if found and found.kind == kind else None

    def knows(self, name: str) -> bool:
        """Return whether the id stands anywhere, even in a file that cannot be read."""
        return name in self.targets or name in self.items or name in self.broken

    def names(self, kind: str) -> Iterable[str]:
        """Return every id of this kind."""
        return (target.id for target in self.targets.values() if target.kind == kind)

    def ids(self) -> dict[str, str]:
        """Return every public id with the kind of thing it names; what is private is recorded nowhere in the tree."""
        public = [item for item in self.items.values() if not item.private]
        kinds = {name: target.kind for name, target in self.targets.items()}
        kinds.update({item.id: "item" for item in public})
        kinds.update({item.scenario: "scenario" for item in public if item.scenario})
        return kinds

    def title(self, target: Target, language: str) -> str:
        """Return the target's title, in `language` where it has one."""
        return text_in(target.titles, language) or target.id

    def pool(self, bank: str, *, tag: str | None = None, objective: str | None = None) -> list[Item]:
        """Return the items of a bank that carry the tag and serve the objective, where these are given."""
        items = (self.items[name] for name in self.banks.get(bank, ()))
        return [
            item
            for item in items
            if (tag is None or tag in item.tags) and (objective is None or item.objective == objective)
        ]
