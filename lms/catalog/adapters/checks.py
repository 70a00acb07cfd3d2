"""What only shows when a whole course, or the whole tree, is looked at."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from lms.catalog.adapters.desk import Ledger, locale_path
from lms.catalog.adapters.documents import Document, read_document
from lms.catalog.adapters.gathering import FoundCourse
from lms.catalog.adapters.layout import bank_of, idle_files
from lms.catalog.adapters.loading import Loader
from lms.catalog.adapters.lock import check_lock
from lms.catalog.adapters.programmes import CATALOGUE, check_programmes
from lms.catalog.adapters.sources import PRIVATE_BANK
from lms.catalog.rules.content import Course
from lms.catalog.rules.facts import Company
from lms.catalog.rules.problems import START, Problem, Severity
from lms.catalog.rules.programmes import Catalogue
from lms.catalog.rules.style import bank_fairness


def check_course(found: FoundCourse, course: Course, ledger: Ledger) -> Iterator[Problem]:
    """Yield objectives without questions, unfair banks and gaps in translations."""
    yield from _unassessed(found, ledger)
    for bank in (bank for bank in found.banks if not bank.path.endswith(PRIVATE_BANK)):
        yield from _unfair(bank_of(course.id, bank.path), bank.document, found.language, ledger)
    for module in found.modules:
        for step in module.steps:
            if step.format.has_questions:
                name = f"{course.id}:{step.versions.shape.id}"
                yield from _unfair(name, step.versions.document, found.language, ledger)
    for language in found.files.languages:
        yield from _untranslated(found, course, language, ledger)


def _unassessed(found: FoundCourse, ledger: Ledger) -> Iterator[Problem]:
    asked = {item.objective for item in ledger.index.items.values()}
    taught = {name for module in found.modules for name in module.versions.shape.objectives}
    document = found.versions.document
    for index, objective in enumerate(found.versions.shape.objectives):
        # An objective whose modules are only planned has nothing to assess yet.
        if objective.assessed and objective.id in taught and objective.id not in asked:
            place = document.located.place(("objectives", index))
            fix = "Write questions with this objective, or say `assessed: false`."
            yield document.problem("objective-unassessed", place, f"No question assesses {objective.id}.", fix)


def _unfair(name: str, document: Document, language: str, ledger: Ledger) -> Iterator[Problem]:
    items = [ledger.index.items[item] for item in ledger.index.banks.get(name, ())]
    fairness = bank_fairness(items, language)
    first = document.find("{single") if fairness.items else START
    if fairness.length_tells:
        message = f"In {fairness.longest_right} of {fairness.items} questions the longest choice is the right one."
        yield document.problem(
            "longest-is-right", first, message, "Lengthen wrong choices or shorten right ones.", warning=True
        )
    if fairness.place_tells:
        message = f"In {fairness.place_count} of {fairness.items} questions choice {fairness.commonest_place} is right."
        yield document.problem(
            "positions-unbalanced", first, message, "Move right choices to other places.", warning=True
        )


def _untranslated(found: FoundCourse, course: Course, language: str, ledger: Ledger) -> Iterator[Problem]:
    files = [found.files.course, *found.files.banks]
    for module in found.modules:
        files += [module.files.module, *(step.versions.path for step in module.steps)]
        files += [module.card.path] if module.card else []
    tree = ledger.tree.files
    missing = [path for path in files if path in tree and locale_path(path, language) not in tree]
    if missing:
        done = len(files) - len(missing)
        message = f"{done} of {len(files)} files are translated into {language}; {missing[0]} is the first that is not."
        if language not in course.languages:
            message += " Checks that count never fall back: nobody can be certified in it yet."
        fix = f"Write {locale_path(missing[0], language)}."
        path = found.files.course
        yield Problem(path, 1, 1, tree[path].excerpt(1), message, fix, "translation-missing", Severity.WARNING)


def check_tree(found: Sequence[FoundCourse], courses: Mapping[str, Course], ledger: Ledger) -> Iterator[Problem]:
    """Yield files nobody uses, translations of nothing, and questions that no step serves."""
    folders = {course.files.folder for course in found}
    for path in idle_files(ledger.tree, ledger.used):
        if path.split("/")[0] not in folders:
            message, fix = "This folder is not a course.", "Add a course.yml, or move the file."
            yield Problem(path, 1, 1, "", message, fix, "unused-file", Severity.WARNING)
        elif "/locales/" in path:
            message, fix = "This translates nothing.", "Move it to the path of its original, or delete it."
            yield Problem(path, 1, 1, "", message, fix, "translation-extra")
        else:
            message = "Nothing uses this file."
            yield Problem(path, 1, 1, "", message, "Cite it, number it as a step, or delete it.", "unused-file")
    served = {name for course in courses.values() for name in course.items}
    for course in found:
        for bank in course.banks:
            private = bank.path in ledger.tree.overlay
            for name in ledger.index.banks.get(bank_of(course.id, bank.path), ()):
                item = ledger.index.items[name]
                if name not in served and item.is_graded and item.private is private:
                    place = bank.document.find(f"## {name} ")
                    message = f"No step serves {name!r}."
                    fix = "Draw it in a quiz or in cards, or delete it."
                    yield bank.document.problem("item-unused", place, message, fix, warning=True)


def check_catalogue_use(
    loader: Loader, catalogue: Catalogue, courses: Mapping[str, Course], ledger: Ledger, company: Company
) -> Iterator[Problem]:
    """Yield what is wrong between catalogue.yml, ids.lock and the courses."""
    source = loader.tree.files.get(CATALOGUE)
    if source and catalogue.roles:
        document, _problems = read_document(source)
        yield from check_programmes(document, catalogue, courses, ledger.index, company)
    yield from check_lock(loader.tree.lock, ledger.index.ids(), ledger.index.broken, catalogue)
