"""Every file read once, in every language, before anything is rendered."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from lms.catalog.adapters.desk import locale_path
from lms.catalog.adapters.documents import Document, fit, lay_over, read_document
from lms.catalog.adapters.shapes import (
    CompanyOverlayShape,
    CompanyShape,
    FactShape,
    Shape,
    TextOrTexts,
    TranslatableShape,
)
from lms.catalog.adapters.sources import COMPANY_OVERLAY, Tree
from lms.catalog.rules.facts import (
    COMPANY_NAME,
    LONGEST_PRINTED,
    LONGEST_WORDS,
    SIGNATORY,
    SIGNATORY_TITLE,
    Company,
    Fact,
    FactType,
    Function,
    value_problem,
)
from lms.catalog.rules.ids import closest
from lms.catalog.rules.problems import START, Problem

S = TypeVar("S", bound=Shape)

_VALUE_FIXES = {
    "empty": "Write a value.",
    "number": "Write a plain number, such as 50000 or 12.5.",
    "negative": "Write a number that is not negative.",
    "whole": "Write a whole number.",
    "long": "Write a shorter number.",
    "wordy": f"Write {LONGEST_WORDS} characters at most.",
    "printed": f"A certificate has room for {LONGEST_PRINTED} characters: write a shorter form.",
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


def _with_overlay(loader: Loader, base: Versions[CompanyShape]) -> tuple[CompanyShape, dict[str, Document]]:
    """Return the company with what a private overlay changes, and the file that says each fact."""
    documents = dict.fromkeys(base.shape.facts, base.document)
    overlay = loader.load(COMPANY_OVERLAY, CompanyOverlayShape)
    if overlay is None:
        return base.shape, documents
    given = overlay.shape
    changed = {
        name: getattr(given, name)
        for name in ("name", "currency", "languages", "issuer", "functions")
        if getattr(given, name) is not None
    }
    facts = dict(base.shape.facts)
    for name, fact in given.facts.items():
        if isinstance(fact, FactShape):
            facts[name] = fact
        elif name in facts:
            facts[name] = facts[name].model_copy(update={"value": fact})
        else:
            place = overlay.document.located.key_place(("facts", name))
            near = closest(name, facts)
            fix = f"Did you mean {near}?" if near else "Write type, value and label of a fact of your own."
            message = f"company.yml has no fact {name!r} to change."
            loader.problems.append(overlay.document.problem("unknown-fact", place, message, fix))
            continue
        documents[name] = overlay.document
    return base.shape.model_copy(update={**changed, "facts": facts}), documents


def read_company(loader: Loader, overrides: Mapping[str, Mapping[str, str]]) -> Company:
    """Return what company.yml says, with values a company has set in the browser; without one, an empty company."""
    loaded = loader.load("company.yml", CompanyShape)
    if loaded is None:
        if "company.yml" not in loader.tree.files:
            fix = "Add company.yml with the company's name and facts."
            loader.problems.append(Problem("company.yml", 1, 1, "", "There is no company.yml.", fix, "file-missing"))
        return Company("", "USD", ("en",), {})
    shape, documents = _with_overlay(loader, loaded)
    facts = {}
    for name, fact in {**shape.facts, **_on_certificates(shape)}.items():
        value = overrides.get(name) or ({"": fact.value} if isinstance(fact.value, str) else fact.value)
        wrong = value_problem(fact.type, value, name)
        if wrong:
            document = documents.get(name, loaded.document)
            place = document.located.place(("facts", name, "value"))
            message = f"The value of {name} does not fit a {fact.type.value}."
            loader.problems.append(document.problem("fact-value", place, message, _VALUE_FIXES[wrong]))
            continue
        facts[name] = Fact(name, fact.type, value, fact.label, shape.currency)
    functions = tuple(Function(one.id, texts(one.title), one.programme) for one in shape.functions)
    signatory, title = facts.get(SIGNATORY), facts.get(SIGNATORY_TITLE)
    return Company(
        facts[COMPANY_NAME].words("en"),
        shape.currency,
        shape.languages,
        facts,
        functions,
        signatory.words("en") if signatory else "",
        title.value if title else None,
    )


def _on_certificates(shape: CompanyShape) -> dict[str, FactShape]:
    """Return name, signatory and title as facts, so that a company can set them in the browser like any other."""
    found = {COMPANY_NAME: FactShape(type=FactType.CONTACT, value=shape.name, label="The company's name")}
    if shape.issuer:
        name, title = shape.issuer.name, shape.issuer.role
        found[SIGNATORY] = FactShape(type=FactType.CONTACT, value=name, label="Who signs the certificates")
        found[SIGNATORY_TITLE] = FactShape(
            type=FactType.TEXT, value=title, label="The title of whoever signs the certificates"
        )
    return found
