"""One file as data, body and positions; a translation laid over its original."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import ValidationError

from lms.catalog.adapters.shapes import Shape
from lms.catalog.adapters.sources import Source
from lms.catalog.adapters.yamlfile import Located, Path, YamlFault, read_yaml
from lms.catalog.rules.ids import closest
from lms.catalog.rules.problems import Place, Problem, Severity

S = TypeVar("S", bound=Shape)

# The keys of course files that people read; a translation may change these and no others.
TEXT_KEYS = frozenset(
    {"title", "summary", "text", "intro", "label", "place", "bring", "guidance", "good", "assessment", "exercise"}
    | {
        "poster_alt",
        "levels",
        "scale",
        "source",
        "materials",
        "transcript",
        "captions",
        "file",
        "poster",
        "url",
        "length",
    }
)


@dataclass
class Document:
    """A text file taken apart. `body` is the Markdown below the front matter, starting on `body_line`."""

    source: Source
    located: Located
    body: str = ""
    body_line: int = 1

    @property
    def data(self) -> dict[str, Any]:
        """Return the YAML, plain."""
        return self.located.data

    def problem(self, rule: str, place: Place, message: str, fix: str, *, warning: bool = False) -> Problem:
        """Return a problem in this file."""
        return Problem(
            self.source.path,
            place.line,
            place.column,
            self.source.excerpt(place.line),
            message,
            fix,
            rule,
            Severity.WARNING if warning else Severity.ERROR,
        )

    def find(self, needle: str, line: int = 1) -> Place:
        """Return where `needle` first stands at or after `line`; the line itself where it does not."""
        for number in range(max(line, 1), len(self.source.lines) + 1):
            column = self.source.lines[number - 1].find(needle) if needle else -1
            if column >= 0:
                return Place(number, column + 1)
        return Place(line)


def read_document(source: Source) -> tuple[Document, list[Problem]]:
    """Take a file apart. A `.md` file has front matter between two `---` lines; a `.yml` file is all data."""
    if source.path.endswith(".yml"):
        document = Document(source, read_yaml(source.text))
        return document, [_from_fault(document, fault) for fault in document.located.faults]
    found = re.match(r"---[ \t]*\n(.*?\n?)---[ \t]*(?:\n|\Z)", source.text, re.DOTALL)
    if found is None:
        return Document(source, Located(), source.text, 1), []
    body_line = source.text[: found.end()].count("\n") + 1
    document = Document(source, read_yaml(found[1], first_line=2), source.text[found.end() :], body_line)
    return document, [_from_fault(document, fault) for fault in document.located.faults]


def fit(document: Document, shape: type[S], data: dict[str, Any] | None = None) -> tuple[S | None, list[Problem]]:
    """Return the document's data as `shape`, or what does not fit: every unknown, missing and wrong key at once."""
    try:
        return shape.model_validate(document.data if data is None else data), []
    except ValidationError as error:
        faults = error.errors()
        # A list whose only entry is wrong is called too short as well, which helps nobody.
        inner = {fault["loc"][:-1] for fault in faults}
        telling = [fault for fault in faults if fault["type"] != "too_short" or fault["loc"] not in inner]
        found = [_misfit(document, shape, dict(fault)) for fault in telling]
        return None, list(dict.fromkeys(found))


def _misfit(document: Document, shape: type[Shape], item: dict[str, Any]) -> Problem:
    path: Path = tuple(item["loc"])
    kind, name = str(item["type"]), str(path[-1]) if path else ""
    if kind == "extra_forbidden":
        near = closest(name, _keys_of(shape))
        fix = f"Did you mean `{near}`?" if near else "Take it out, or see docs/authoring.md for the keys of this file."
        if " " in name and item.get("input") is None:
            fix = "Put the whole text in quotes: inside { } a comma ends it."
        return document.problem("unknown-key", document.located.key_place(path), f"`{name}` is not a key here.", fix)
    if kind == "missing":
        place = document.located.place(path[:-1])
        return document.problem("missing-key", place, f"`{name}` is missing.", f"Add `{name}: …`.")
    message = str(item["msg"]).removeprefix("Value error, ")
    shown = item.get("input")
    wrong = f"`{'.'.join(_readable(path))}` is {shown!r}: {message[:1].lower()}{message[1:]}."
    rule = "id-form" if name == "id" else "wrong-value"
    return document.problem(rule, document.located.place(path), wrong, "Write a value of the kind named.")


def _readable(path: Path) -> list[str]:
    # Unions add the name of the variant that was tried, which means nothing to an author.
    return [
        str(part)
        for part in path
        if not (isinstance(part, str) and ("[" in part or part in {"str", "constrained-str"}))
    ]


def _keys_of(shape: type[Shape]) -> set[str]:
    schema = shape.model_json_schema(by_alias=True)
    parts = [schema, *schema.get("$defs", {}).values()]
    return {key for part in parts for key in part.get("properties", {})}


def _from_fault(document: Document, fault: YamlFault) -> Problem:
    return document.problem(fault.rule, fault.place, fault.message, fault.fix)


def lay_over(original: Document, translation: Document) -> tuple[dict[str, Any], list[Problem]]:
    """Return the original's data with the translation's texts, and whatever the translation changes besides."""
    problems: list[Problem] = []
    merged = _merge(original.data, translation.data, (), translation, problems)
    return merged, problems


def _merge(original: Any, changed: Any, path: Path, at: Document, problems: list[Problem]) -> Any:  # noqa: ANN401
    if isinstance(original, dict) and isinstance(changed, dict):
        return _merge_keys(original, changed, path, at, problems)
    if isinstance(original, list) and isinstance(changed, list):
        return _merge_list(original, changed, path, at, problems)
    is_text = any(isinstance(part, str) and part in TEXT_KEYS for part in path[-2:])
    if changed != original and not (is_text and isinstance(changed, str)):
        place = at.located.place(path)
        fix = "Leave it out, or write it as in the original; only texts differ between languages."
        problems.append(at.problem("translation-differs", place, f"`{path[-1]}` differs from the original.", fix))
        return original
    return changed


def _merge_keys(
    original: dict[str, Any], changed: dict[str, Any], path: Path, at: Document, problems: list[Problem]
) -> dict[str, Any]:
    merged = dict(original)
    for key, value in changed.items():
        inner = (*path, key)
        if key in original:
            merged[key] = _merge(original[key], value, inner, at, problems)
        elif key == "source" and not path:
            merged[key] = value
        else:
            place = at.located.key_place(inner)
            message = f"`{key}` does not stand in the original."
            problems.append(at.problem("translation-differs", place, message, "Take it out or add it there first."))
    return merged


def _merge_list(
    original: list[Any], changed: list[Any], path: Path, at: Document, problems: list[Problem]
) -> list[Any]:
    named = {item["id"]: index for index, item in enumerate(original) if isinstance(item, dict) and "id" in item}
    merged = list(original)
    for index, value in enumerate(changed):
        name = value.get("id") if isinstance(value, dict) else None
        target = named.get(name) if named and isinstance(name, str) else index
        if target is None or target >= len(original):
            place = at.located.place((*path, index))
            message = "This entry does not stand in the original."
            problems.append(at.problem("translation-differs", place, message, "Take it out or add it there first."))
        else:
            merged[target] = _merge(original[target], value, (*path, index), at, problems)
    if len(changed) < len(original) and not named:
        place = at.located.place(path)
        message = f"There are {len(changed)} entries here and {len(original)} in the original."
        problems.append(at.problem("translation-differs", place, message, "Translate every entry, in the same order."))
    return merged
