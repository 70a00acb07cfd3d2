"""Every file read once, in every language, before anything is rendered."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from lms.catalog.adapters.desk import locale_path
from lms.catalog.adapters.documents import Document, fit, lay_over, read_document
from lms.catalog.adapters.shapes import CompanyShape, Shape, TextOrTexts, TranslatableShape
from lms.catalog.adapters.sources import Tree
from lms.catalog.rules.facts import Company, Fact, Function, value_problem
from lms.catalog.rules.problems import START, Problem

S = TypeVar("S", bound=Shape)

_VALUE_FIXES = {
    "empty": "Write a value.",
    "number": "Write a plain number, such as 50000 or 12.5.",
    "negative": "Write a number that is not negative.",
    "whole": "Write a whole number.",
    "long": "Write a shorter number.",
}


@dataclass(frozen=True)
class Versions(Generic[S]):
    """A file in each language it has; `original` names the one it was written in."""

    path: str
    original: str
    documents: Mapping[str, Document]
    shapes: Mapping[str, S]

    @property
    def shape(self) -> S:
        """Return the original's data."""
        return self.shapes[self.original]

    @property
    def document(self) -> Document:
        """Return the original."""
        return self.documents[self.original]

    def titles(self, name: str = "title") -> dict[str, str]:
        """Return one text of every version by language."""
        return {language: str(getattr(shape, name)) for language, shape in self.shapes.items()}


class Loader:
    """Reads files of a tree; `broken` collects ids of files that could not be read."""

    def __init__(self, tree: Tree, problems: list[Problem], used: set[str]) -> None:
        """Collect into the given lists."""
        self.tree = tree
        self.problems = problems
        self.used = used
        self.broken: set[str] = set()

    def load(
        self, path: str, shape: type[S], original: str = "en", languages: tuple[str, ...] = (), *, front: bool = True
    ) -> Versions[S] | None:
        """Return the file in every language it has, or None where the original cannot be used.

        `front` says that a Markdown file needs front matter.
        """
        source = self.tree.files.get(path)
        if source is None:
            return None
        self.used.add(path)
        document, problems = read_document(source)
        if front and not document.data and not problems:
            fix = "Start the file with `---`, its keys (see docs/authoring.md), and `---`."
            problems = [document.problem("front-matter-missing", START, "This file has no front matter.", fix)]
        fitted, misfits = fit(document, shape) if not problems else (None, [])
        self.problems += problems + misfits
        if fitted is None:
            self._remember_ids(document)
            return None
        documents, shapes = {original: document}, {original: fitted}
        for language in languages:
            version = self._translation(document, shape, language) if language != original else None
            if version:
                documents[language], shapes[language] = version
        return Versions(path, original, documents, shapes)

    def _translation(self, original: Document, shape: type[S], language: str) -> tuple[Document, S] | None:
        source = self.tree.files.get(locale_path(original.source.path, language))
        if source is None:
            return None
        self.used.add(source.path)
        document, problems = read_document(source)
        merged, differences = lay_over(original, document)
        fitted, misfits = fit(document, shape, merged) if not problems else (None, [])
        self.problems += [*problems, *differences, *misfits]
        if fitted is None:
            return None
        if isinstance(fitted, TranslatableShape) and fitted.source != original.source.hash:
            stale = (
                "was made from another version of its original"
                if fitted.source
                else "does not say what it was made from"
            )
            fix = f"Compare it with {original.source.path}, then run `lms courses stamp {source.path}`."
            self.problems.append(
                document.problem("translation-stale", START, f"This translation {stale}.", fix, warning=True)
            )
        return document, fitted

    def _remember_ids(self, document: Document) -> None:
        text = document.source.text
        self.broken |= set(re.findall(r"^\s*(?:- \{)?id:\s*([a-z0-9.-]+)", text, re.MULTILINE))
        self.broken |= set(re.findall(r"^##+ ([a-z0-9-]+) \{", text, re.MULTILINE))


def texts(value: TextOrTexts, language: str = "en") -> dict[str, str]:
    """Return a text, or texts by language, by language."""
    return dict(value) if isinstance(value, dict) else {language: value}


def read_company(loader: Loader, overrides: Mapping[str, Mapping[str, str]]) -> Company:
    """Return what company.yml says, with values a company has set in the browser; without one, an empty company."""
    loaded = loader.load("company.yml", CompanyShape)
    if loaded is None:
        if "company.yml" not in loader.tree.files:
            fix = "Add company.yml with the company's name and facts."
            loader.problems.append(Problem("company.yml", 1, 1, "", "There is no company.yml.", fix, "file-missing"))
        return Company("", "USD", ("en",), {})
    shape = loaded.shape
    facts = {}
    for name, fact in shape.facts.items():
        value = overrides.get(name) or ({"": fact.value} if isinstance(fact.value, str) else fact.value)
        wrong = value_problem(fact.type, value)
        if wrong:
            place = loaded.document.located.place(("facts", name, "value"))
            message = f"The value of {name} does not fit a {fact.type.value}."
            loader.problems.append(loaded.document.problem("fact-value", place, message, _VALUE_FIXES[wrong]))
            continue
        facts[name] = Fact(name, fact.type, value, fact.label, shape.currency)
    functions = tuple(Function(one.id, texts(one.title), one.programme) for one in shape.functions)
    issuer = shape.issuer
    return Company(
        shape.name,
        shape.currency,
        shape.languages,
        facts,
        functions,
        issuer.name if issuer else "",
        texts(issuer.role) if issuer else None,
    )
