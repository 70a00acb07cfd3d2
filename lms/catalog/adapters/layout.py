"""Which files make a course: folders and names, before anything is read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lms.catalog.adapters.sources import Tree

_STEP = re.compile(r"\d\d+-")
TOP_FILES = frozenset({"catalogue.yml", "company.yml"})


@dataclass(frozen=True)
class ModuleFiles:
    """A module's folder with its steps in order."""

    folder: str
    steps: tuple[str, ...]

    @property
    def module(self) -> str:
        """Return the path of module.yml."""
        return f"{self.folder}/module.yml"


@dataclass(frozen=True)
class CourseFiles:
    """A course's folder with its modules and banks, in order, and the languages it is being translated into."""

    folder: str
    modules: tuple[ModuleFiles, ...]
    banks: tuple[str, ...]
    languages: tuple[str, ...]

    @property
    def course(self) -> str:
        """Return the path of course.yml."""
        return f"{self.folder}/course.yml"


def find_courses(tree: Tree) -> list[CourseFiles]:
    """Return every folder with a course.yml, by name."""
    return [_course(tree, path.removesuffix("/course.yml")) for path in sorted(tree.files) if _is_course(path)]


def _is_course(path: str) -> bool:
    return path.count("/") == 1 and path.endswith("/course.yml")


def _course(tree: Tree, folder: str) -> CourseFiles:
    paths = list(tree.under(folder))
    modules = sorted(
        path.removesuffix("/module.yml") for path in paths if re.fullmatch(r"[^/]+/[^/]+/module\.yml", path)
    )
    banks = tuple(path for path in paths if path.endswith(".q.md") and "/locales/" not in path)
    languages = sorted({path.split("/")[2] for path in paths if path.startswith(f"{folder}/locales/")})
    return CourseFiles(folder, tuple(_module(tree, name) for name in modules), banks, tuple(languages))


def _module(tree: Tree, folder: str) -> ModuleFiles:
    names = (path for path in tree.under(folder) if path in tree.files and path.count("/") == folder.count("/") + 1)
    return ModuleFiles(folder, tuple(path for path in names if _STEP.match(path.rsplit("/", 1)[1])))


def bank_of(course: str, path: str) -> str:
    """Return a bank's full name: ``course/name``; private questions belong to the bank they stand beside."""
    return f"{course}/{path.rsplit('/', 1)[1].removesuffix('.q.md').removesuffix('.private')}"


def idle_files(tree: Tree, used: set[str]) -> Iterator[str]:
    """Yield every file of a course that nothing uses. A translation is used when its original is."""
    for path in sorted({*tree.files, *tree.binaries}):
        original = re.sub(r"/locales/[^/]+/", "/", path, count=1)
        if "/" in path and path not in used and original not in used:
            yield path
