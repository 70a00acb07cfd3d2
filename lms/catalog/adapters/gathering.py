"""First pass: every course, module, step and card by id, with its titles; the index that references resolve against."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from lms.catalog.adapters.desk import Ledger
from lms.catalog.adapters.documents import Document
from lms.catalog.adapters.formats import Formats, StepFormat
from lms.catalog.adapters.index import Target
from lms.catalog.adapters.layout import CourseFiles, ModuleFiles
from lms.catalog.adapters.loading import Loader, Versions
from lms.catalog.adapters.shapes import CardShape, CourseShape, ModuleShape, StepShape, TranslatableShape
from lms.catalog.rules.problems import START, Problem


class PlainShape(TranslatableShape):
    """Front matter of files that need none."""


@dataclass
class FoundStep:
    """A step's file with the format that reads it."""

    format: StepFormat
    versions: Versions[StepShape]


@dataclass
class FoundModule:
    """A module as files."""

    files: ModuleFiles
    versions: Versions[ModuleShape]
    steps: list[FoundStep] = field(default_factory=list)
    card: Versions[CardShape] | None = None
    facilitator: Versions[PlainShape] | None = None
    # A step's file could not be read, so nothing can be said of the whole.
    incomplete: bool = False

    @property
    def id(self) -> str:
        """Return the module's id."""
        return self.versions.shape.id


@dataclass
class FoundCourse:
    """A course as files."""

    files: CourseFiles
    versions: Versions[CourseShape]
    modules: list[FoundModule] = field(default_factory=list)
    banks: list[Versions[PlainShape]] = field(default_factory=list)

    @property
    def id(self) -> str:
        """Return the course's id."""
        return self.versions.shape.id

    @property
    def language(self) -> str:
        """Return the language the course was written in."""
        return self.versions.original


def gather_course(files: CourseFiles, loader: Loader, ledger: Ledger, formats: Formats) -> FoundCourse | None:
    """Read every file of a course and put its ids into the index."""
    first = loader.load(files.course, CourseShape)
    if first is None:
        return None
    language = first.shape.language
    versions = loader.load(files.course, CourseShape, language, files.languages) or first
    course = FoundCourse(files, versions)
    _add(ledger, Target("course", course.id, files.course, 1, course.id, "", versions.titles()), versions.document)
    for objective in versions.shape.objectives:
        place = versions.document.find(objective.id)
        if objective.id in ledger.index.objectives:
            ledger.problems.append(
                versions.document.problem(
                    "id-duplicate", place, f"The objective {objective.id} is defined twice.", "Rename one of them."
                )
            )
        ledger.index.objectives[objective.id] = course.id
    for planned in versions.shape.planned:
        ledger.index.planned[planned.id] = course.id
    modules = (_module(folder, course, loader, ledger, formats) for folder in files.modules)
    course.modules = [module for module in modules if module]
    banks = (loader.load(path, PlainShape, language, files.languages, front=False) for path in files.banks)
    course.banks = [bank for bank in banks if bank]
    return course


def _module(
    files: ModuleFiles, course: FoundCourse, loader: Loader, ledger: Ledger, formats: Formats
) -> FoundModule | None:
    languages, language = course.files.languages, course.language
    versions = loader.load(files.module, ModuleShape, language, languages)
    if versions is None:
        ledger.used.update(ledger.tree.under(files.folder))
        return None
    found = FoundModule(files, versions)
    target = Target("module", found.id, files.module, 1, course.id, found.id, versions.titles())
    _add(ledger, target, versions.document)
    for path in files.steps:
        step = _step(path, course, loader, ledger, formats)
        found.incomplete |= step is None
        if step:
            found.steps.append(step)
            name = step.versions.shape.id
            target = Target("step", name, path, 1, course.id, found.id, step.versions.titles())
            _add(ledger, target, step.versions.document)
    if found.incomplete:
        # Who knows what the unreadable file cites.
        ledger.used.update(ledger.tree.under(files.folder))
    found.card = loader.load(f"{files.folder}/card.md", CardShape, language, languages)
    if found.card:
        name = found.card.shape.id
        target = Target("card", name, found.card.path, 1, course.id, found.id, found.card.titles())
        _add(ledger, target, found.card.document)
    found.facilitator = loader.load(f"{files.folder}/facilitator.md", PlainShape, language, languages, front=False)
    return found


def _step(path: str, course: FoundCourse, loader: Loader, ledger: Ledger, formats: Formats) -> FoundStep | None:
    kind = formats.of(path)
    if kind is None:
        suffixes = ", ".join(sorted(step.suffix for step in formats.steps))
        fix = f"A step's file ends in one of {suffixes}."
        ledger.problems.append(Problem(path, 1, 1, "", "This is not the file of any kind of step.", fix, "step-kind"))
        loader.used.add(path)
        return None
    versions = loader.load(path, kind.shape, course.language, course.files.languages)
    return FoundStep(kind, versions) if versions else None


def _add(ledger: Ledger, target: Target, document: Document) -> None:
    known = ledger.index.targets.get(target.id)
    if known is None:
        ledger.index.targets[target.id] = target
        return
    place = document.find(f"id: {target.id}")
    message = f"The id {target.id!r} already names the {known.kind} in {known.path}."
    ledger.problems.append(document.problem("id-duplicate", place, message, "Give this one an id of its own."))


def check_outline(course: FoundCourse, ledger: Ledger) -> Iterator[Problem]:
    """Yield what is wrong with a course's outline: its list of modules, prerequisites, objectives and roles."""
    document, shape = course.versions.document, course.versions.shape
    written = {module.id: module for module in course.modules}
    for index, name in enumerate(shape.modules):
        if name not in written and name not in ledger.index.broken:
            place = document.located.place(("modules", index))
            fix = "Correct the id, write the module, or list it under `planned`."
            yield document.problem("unknown-module", place, f"There is no module {name!r} in this course.", fix)
    for role in shape.roles:
        if role not in ledger.index.roles and role != "all":
            place = document.located.place(("roles",))
            yield document.problem(
                "unknown-role", place, f"{role!r} is not a role.", "Use roles of catalogue.yml, or all."
            )
    for module in course.modules:
        if module.id not in shape.modules:
            yield module.versions.document.problem(
                "module-unlisted", START, f"course.yml does not list {module.id!r}.", "Add it to `modules` there."
            )
        yield from _check_module(module, ledger)
    yield from _cycles(course)


def _check_module(module: FoundModule, ledger: Ledger) -> Iterator[Problem]:
    document, shape = module.versions.document, module.versions.shape
    for index, name in enumerate(shape.requires):
        if ledger.index.find("module", name) is None and name not in {*ledger.index.broken, *ledger.index.planned}:
            place = document.located.place(("requires", index))
            yield document.problem("unknown-module", place, f"There is no module {name!r}.", "Correct the id.")
    for holder, names in [(document, shape.objectives)] + [
        (step.versions.document, step.versions.shape.objectives) for step in module.steps
    ]:
        for index, name in enumerate(names):
            if name not in {*ledger.index.objectives, *ledger.index.broken}:
                place = holder.located.place(("objectives", index))
                fix = "Correct the id, or define the objective in course.yml."
                yield holder.problem("unknown-objective", place, f"There is no objective {name!r}.", fix)
    for step in module.steps:
        for index, role in enumerate(step.versions.shape.roles):
            if role not in ledger.index.roles:
                place = step.versions.document.located.place(("roles", index))
                fix = "Use a role of catalogue.yml."
                yield step.versions.document.problem("unknown-role", place, f"{role!r} is not a role.", fix)


def _cycles(course: FoundCourse) -> Iterator[Problem]:
    needs = {module.id: set(module.versions.shape.requires) for module in course.modules}
    for module in course.modules:
        reached, queue = set[str](), list(needs[module.id])
        while queue:
            name = queue.pop()
            if name not in reached:
                reached.add(name)
                queue += needs.get(name, ())
        if module.id in reached:
            document = module.versions.document
            place = document.located.place(("requires",))
            message = f"{module.id} requires itself, by way of its prerequisites."
            yield document.problem("requires-cycle", place, message, "Take one of the links of the circle out.")
