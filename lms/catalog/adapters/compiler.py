"""The whole tree compiled: every problem at once, and a course for each that has no error."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from lms.catalog.adapters.checks import check_catalogue_use, check_course, check_tree
from lms.catalog.adapters.desk import Desk, Ledger
from lms.catalog.adapters.formats import BankFile, Draft, Formats, StepFile
from lms.catalog.adapters.gathering import FoundCourse, FoundModule, FoundStep, check_outline, gather_course
from lms.catalog.adapters.index import Index
from lms.catalog.adapters.layout import bank_of, find_courses
from lms.catalog.adapters.loading import Loader, Versions, read_company
from lms.catalog.adapters.programmes import read_catalogue
from lms.catalog.adapters.sources import Tree
from lms.catalog.rules.content import Asset, Card, Course, Module, Objective, Planned, Step, Texts
from lms.catalog.rules.facts import Company
from lms.catalog.rules.items import Item
from lms.catalog.rules.minutes import is_honest, shown_minutes
from lms.catalog.rules.problems import START, Problem, in_reading_order
from lms.catalog.rules.programmes import Catalogue, counted_minutes

CARD_WORDS = 220


@dataclass(frozen=True)
class Compiled:
    """A compiled tree. `courses` are those without errors; `seen` are all, as far as they could be made."""

    courses: Mapping[str, Course]
    seen: Mapping[str, Course]
    catalogue: Catalogue
    company: Company
    problems: tuple[Problem, ...]
    ids: Mapping[str, str]
    tree: Tree = field(repr=False)

    @property
    def errors(self) -> tuple[Problem, ...]:
        """Return the problems that keep something from being published."""
        return tuple(problem for problem in self.problems if problem.is_error)

    def asset_bytes(self, asset: Asset) -> bytes:
        """Return the content of an asset."""
        return self.tree.asset(asset.path) or b""


def compile_tree(tree: Tree, formats: Formats, overrides: Mapping[str, Mapping[str, str]] | None = None) -> Compiled:
    """Compile everything under a course tree. `overrides` are company facts set in the browser, by name."""
    ledger = Ledger(tree, Index())
    loader = Loader(tree, ledger.problems, ledger.used)
    for path in tree.unreadable:
        fix = "Save it as UTF-8."
        ledger.problems.append(Problem(path, 1, 1, "", "This file is not UTF-8 text.", fix, "not-utf-8"))
    company = read_company(loader, overrides or {})
    catalogue = read_catalogue(loader)
    ledger.index.facts = company.facts
    ledger.index.roles = frozenset(catalogue.roles)
    found = [course for files in find_courses(tree) if (course := gather_course(files, loader, ledger, formats))]
    ledger.index.broken = loader.broken
    # All banks come before any step: a quiz may draw from another course's.
    for course in found:
        _Maker(course, ledger, formats).read_questions()
    seen = {}
    for course in found:
        ledger.problems += check_outline(course, ledger)
        made = _Maker(course, ledger, formats).course()
        seen[course.id] = made
        ledger.problems += check_course(course, made, ledger)
    ledger.problems += check_tree(found, seen, ledger)
    ledger.problems += check_catalogue_use(loader, catalogue, seen, ledger, company)
    problems = in_reading_order(ledger.problems)
    failing = {problem.path.split("/")[0] for problem in problems if problem.is_error}
    courses = {course.id: seen[course.id] for course in found if course.files.folder not in failing}
    return Compiled(courses, seen, catalogue, company, problems, ledger.index.ids(), tree)


class _Maker:
    """Makes one course from its files."""

    def __init__(self, found: FoundCourse, ledger: Ledger, formats: Formats) -> None:
        self.found = found
        self.ledger = ledger
        self.formats = formats

    # Questions

    def read_questions(self) -> None:
        for bank in self.found.banks:
            self._read_bank(bank_of(self.found.id, bank.path), bank, "")
        for module in self.found.modules:
            for step in module.steps:
                if step.format.has_questions:
                    self._read_bank(f"{self.found.id}:{step.versions.shape.id}", step.versions, module.id)

    def _read_bank(self, name: str, versions: Versions[Any], module: str) -> None:
        files = {
            language: BankFile(document, self._desk(versions, language, module))
            for language, document in versions.documents.items()
        }
        index = self.ledger.index
        index.banks.setdefault(name, [])
        for item in self.formats.bank.read(name, files, self.found.language):
            known = index.items.get(item.id)
            if known is not None or item.id in index.targets:
                where = known.bank if known else index.targets[item.id].path
                message = f"The id {item.id!r} is already used in {where}."
                place = versions.document.find(f" {item.id} ")
                fix = "Give this question an id of its own."
                self.ledger.problems.append(versions.document.problem("id-duplicate", place, message, fix))
                continue
            if item.scenario in index.targets or item.scenario in index.items:
                place = versions.document.find(f" {item.scenario} ")
                message = f"The id {item.scenario!r} already names something else."
                fix = "Give this scenario an id of its own."
                self.ledger.problems.append(versions.document.problem("id-duplicate", place, message, fix))
            index.items[item.id] = replace(item, private=versions.path in self.ledger.tree.overlay)
            index.banks[name].append(item.id)

    # Steps

    def _step(self, found: FoundStep, module: FoundModule) -> Step:
        versions, kind = found.versions, found.format
        inline = tuple(self.ledger.index.banks.get(f"{self.found.id}:{versions.shape.id}", ()))
        drafts: dict[str, Draft] = {}
        for language, shape in versions.shapes.items():
            document = versions.documents[language]
            desk = self._desk(versions, language, module.id)
            drafts[language] = kind.compile(StepFile(document, shape, inline), desk)
        draft, shape = drafts[self.found.language], versions.shape
        self._check_minutes(found, draft)
        settings = {**draft.settings, "estimated": round(draft.minutes, 2), "roles": list(shape.roles)}
        return Step(
            shape.id,
            kind.kind,
            kind.part,
            self._titles(versions, module.id),
            shape.minutes or shown_minutes(draft.minutes),
            shape.objectives or module.versions.shape.objectives,
            settings,
            {language: one.content for language, one in drafts.items()},
            draft.items,
            draft.certifying,
        )

    def _check_minutes(self, found: FoundStep, draft: Draft) -> None:
        document, declared = found.versions.document, found.versions.shape.minutes
        if declared is not None and not is_honest(declared, draft.minutes):
            message = f"{declared} minutes are declared; the estimate is {draft.minutes:.1f}."
            fix = f"Write {shown_minutes(draft.minutes)}, or change the step."
            place = document.located.place(("minutes",))
            self.ledger.problems.append(document.problem("minutes-off", place, message, fix))

    # Modules and the course

    def _module(self, found: FoundModule) -> Module:
        versions, shape = found.versions, found.versions.shape
        steps = tuple(self._step(step, found) for step in found.steps)
        estimated = _longest_way(steps)
        self._check_module_minutes(found, estimated)
        return Module(
            shape.id,
            self._titles(versions, found.id),
            self._titles(versions, found.id, "summary"),
            shape.objectives,
            shape.adkar,
            shape.minutes,
            round(estimated, 2),
            shape.requires,
            shape.change,
            shape.mandatory,
            steps,
            self._card(found),
            self._facilitator(found),
            self._facts(found.id, steps),
        )

    def _check_module_minutes(self, found: FoundModule, estimated: float) -> None:
        document, declared = found.versions.document, found.versions.shape.minutes
        if found.incomplete:
            return
        if found.steps and not is_honest(declared, estimated):
            message = f"{declared} minutes are declared; the steps add up to {estimated:.1f}."
            fix = f"Write {shown_minutes(estimated)}, or change the steps."
            place = document.located.place(("minutes",))
            self.ledger.problems.append(document.problem("minutes-off", place, message, fix))
        if not found.steps:
            fix = "Add a step, or list the module under `planned` in course.yml."
            self.ledger.problems.append(document.problem("module-empty", START, "This module has no steps.", fix))

    def _card(self, found: FoundModule) -> Card | None:
        if found.card is None:
            return None
        body = {}
        for language, document in found.card.documents.items():
            page = self._desk(found.card, language, found.id).page(document.body, document.body_line)
            body[language] = page.html
            if page.words > CARD_WORDS:
                message = f"This card has {page.words} words; {CARD_WORDS} fit on its page."
                self.ledger.problems.append(
                    document.problem("card-too-long", START, message, "Keep what people look up in the middle of work.")
                )
        return Card(found.card.shape.id, found.id, self._titles(found.card, found.id), body)

    def _facilitator(self, found: FoundModule) -> Texts:
        if found.facilitator is None:
            return {}
        return {
            language: self._desk(found.facilitator, language, found.id).own_page().html
            for language in found.facilitator.documents
        }

    def _facts(self, module: str, steps: tuple[Step, ...]) -> tuple[str, ...]:
        cited = set(self.ledger.cited.get(module, ()))
        for step in steps:
            for item in step.items:
                cited |= self.ledger.cited.get(f"item:{item}", set())
        return tuple(sorted(cited))

    def course(self) -> Course:
        shape, versions = self.found.versions.shape, self.found.versions
        made = {module.id: self._module(module) for module in self.found.modules}
        modules = tuple(made[name] for name in shape.modules if name in made)
        names = dict.fromkeys(name for module in modules for step in module.steps for name in step.items)
        items = {name: self.ledger.index.items[name] for name in names if name in self.ledger.index.items}
        digests = sorted(self.ledger.course_assets.get(self.found.id, ()))
        return Course(
            shape.id,
            shape.version,
            self.found.language,
            self._languages(modules, items),
            self._titles(versions, ""),
            self._titles(versions, "", "summary"),
            shape.roles,
            self._objectives(),
            modules,
            tuple(self._planned()),
            items,
            tuple(self.ledger.assets[digest] for digest in digests),
        )

    def _objectives(self) -> tuple[Objective, ...]:
        shapes = self.found.versions.shapes
        found = []
        for index, objective in enumerate(self.found.versions.shape.objectives):
            texts = {language: shape.objectives[index].text for language, shape in shapes.items()}
            found.append(Objective(objective.id, texts, objective.assessed))
        return tuple(found)

    def _planned(self) -> list[Planned]:
        shapes = self.found.versions.shapes
        return [
            Planned(
                one.id,
                {language: shape.planned[index].title for language, shape in shapes.items()},
                one.kind,
                one.minutes,
            )
            for index, one in enumerate(self.found.versions.shape.planned)
        ]

    def _languages(self, modules: tuple[Module, ...], items: Mapping[str, Item]) -> tuple[str, ...]:
        """Return the languages in which every certifying step, and every item it may serve, exists."""

        def exists(language: str) -> bool:
            return all(
                language in step.content
                and all(language in items[name].wordings for name in step.items if name in items)
                for module in modules
                for step in module.steps
                if step.certifying
            )

        languages = (self.found.language, *self.found.files.languages)
        return tuple(language for language in languages if language in self.found.versions.shapes and exists(language))

    # Shared

    def _desk(self, versions: Versions[Any], language: str, module: str) -> Desk:
        document = versions.documents[language]
        return Desk(self.ledger, document, language, self.found.id, module)

    def _titles(self, versions: Versions[Any], module: str, name: str = "title") -> Texts:
        return {
            language: self._desk(versions, language, module).plain(text)
            for language, text in versions.titles(name).items()
        }


def _longest_way(steps: tuple[Step, ...]) -> float:
    """Return the minutes of the role with the most to do: steps for other roles are not added to one another."""
    shared = counted_minutes(step for step in steps if not step.settings["roles"])
    roles = {role for step in steps for role in step.settings["roles"]}
    own = [counted_minutes(step for step in steps if role in step.settings["roles"]) for role in roles]
    return shared + max(own, default=0.0)
