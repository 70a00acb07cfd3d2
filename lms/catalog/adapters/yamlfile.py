"""YAML with the position of every key and value."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError
from ruamel.yaml.nodes import MappingNode, Node, SequenceNode
from ruamel.yaml.reader import ReaderError

from lms.catalog.rules.problems import START, Place

Path = tuple[str | int, ...]
# More files than a catalogue has: reading them is half the work of compiling, and an edit touches one.
REMEMBERED = 4096


@dataclass(frozen=True)
class YamlFault:
    """Something that keeps the text from being read."""

    rule: str
    place: Place
    message: str
    fix: str


@dataclass
class Located:
    """Plain data with the place of each value (`places`) and of each key (`keys`), by path from the top."""

    data: dict[str, Any] = field(default_factory=dict)
    places: dict[Path, Place] = field(default_factory=dict)
    keys: dict[Path, Place] = field(default_factory=dict)
    faults: list[YamlFault] = field(default_factory=list)

    def place(self, path: Path) -> Place:
        """Return the place of the value at `path`, or of the nearest thing above it."""
        while path and path not in self.places:
            path = path[:-1]
        return self.places.get(path, START)

    def key_place(self, path: Path) -> Place:
        """Return the place of the key at `path`, or of the nearest thing above it."""
        return self.keys.get(path) or self.place(path)


@lru_cache(maxsize=REMEMBERED)
def read_yaml(text: str, first_line: int = 1) -> Located:
    """Read one mapping. Scalars become str, int, float, bool or None (YAML 1.2); faults are listed, not raised.

    The same text gets the same object again, so nobody changes what they get.
    """
    found = Located()
    try:
        node = YAML(pure=True).compose(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = Place(mark.line + first_line, mark.column + 1) if mark else Place(first_line)
        message = f"This is not valid YAML: {error.problem or error.context}."
        fix = "Check the indentation and quote text that holds ': ' or starts with a special character."
        found.faults.append(YamlFault("yaml-syntax", place, message, fix))
        return found
    except ReaderError as error:
        before = text[: error.position]
        place = Place(before.count("\n") + first_line, len(before) - before.rfind("\n"))
        fix = "Delete it; it cannot be seen in most editors."
        found.faults.append(YamlFault("yaml-syntax", place, "A control character stands here.", fix))
        return found
    if not isinstance(node, MappingNode):
        found.faults.append(
            YamlFault("yaml-syntax", Place(first_line), "No keys were found here.", "Write `key: value` lines.")
        )
        return found
    found.data = _Reader(found, first_line).value(node, ())
    return found


class _Reader:
    def __init__(self, found: Located, first_line: int) -> None:
        self.found = found
        self.first_line = first_line

    def value(self, node: Node, path: Path) -> Any:  # noqa: ANN401 - YAML holds any plain value
        self.found.places[path] = self.place(node)
        if isinstance(node, MappingNode):
            return dict(self._pairs(node, path))
        if isinstance(node, SequenceNode):
            return [self.value(child, (*path, index)) for index, child in enumerate(node.value)]
        # The reader that keeps positions marks the line ends of folded text with a bell; nobody wrote it.
        return _scalar(str(node.tag), str(node.value).replace("\a", ""))

    def place(self, node: Node) -> Place:
        mark = node.start_mark
        return Place(mark.line + self.first_line, mark.column + 1)

    def _pairs(self, node: MappingNode, path: Path) -> Iterator[tuple[str, Any]]:
        seen: set[str] = set()
        for key, child in node.value:
            name = str(key.value)
            if name in seen:
                message, fix = f"The key {name!r} is written twice.", "Keep one of them."
                self.found.faults.append(YamlFault("yaml-duplicate-key", self.place(key), message, fix))
            seen.add(name)
            self.found.keys[(*path, name)] = self.place(key)
            yield name, self.value(child, (*path, name))


def _scalar(tag: str, text: str) -> str | int | float | bool | None:
    kind = tag.rsplit(":", 1)[-1]
    if kind == "null":
        return None
    if kind == "bool":
        return text.lower() == "true"
    try:
        if kind == "int":
            return int(text.replace("_", ""), 0) if text.startswith("0x") else int(text.replace("_", ""))
        if kind == "float":
            return float(text)
    except ValueError:
        return text
    return text
