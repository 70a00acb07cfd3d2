"""One course as a learner would see it: published into a scratch database, again whenever its files change."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from lms.accounts.service.people import Contact, Post, add_person
from lms.accounts.service.sessions import start_session
from lms.catalog.adapters.compiler import Compiled, compile_tree
from lms.catalog.adapters.formats import Formats
from lms.catalog.adapters.layout import TOP_FILES
from lms.catalog.adapters.sources import Tree, find_root, read_tree
from lms.catalog.adapters.yamlfile import read_yaml
from lms.catalog.rules.content import Course
from lms.catalog.rules.problems import Problem
from lms.catalog.rules.programmes import Catalogue, Hours, Initial, Programme
from lms.catalog.service import publish_compiled
from lms.infra.clock import now
from lms.infra.paths import asset_dir
from lms.learning.service.assign import Assignment, assign_programme
from lms.shared.errors import Invalid

PROGRAMME = "preview"


@dataclass(frozen=True, slots=True)
class Chosen:
    """What is previewed: a course's folder in `root`, and a module's folder in it where one was named."""

    root: Path
    course: str
    module: str | None
    overlay: Path | None = None

    def stamp(self) -> tuple[tuple[str, int, int], ...]:
        """Return names, sizes and times of every file that can matter."""
        return tuple(
            (str(path), status.st_size, status.st_mtime_ns)
            for path in self._files()
            if path.is_file() and (status := path.stat())
        )

    def _files(self) -> Iterator[Path]:
        for folder in (self.root, self.overlay):
            yield from sorted(folder.rglob("*")) if folder else ()

    def tree(self) -> Tree:
        """Read the files; a course that stands alone borrows the shipped roles and company facts."""
        tree = read_tree(self.root, self.overlay)
        if set(tree.files) >= TOP_FILES:
            return replace(tree, lock=None)
        shipped = read_tree(asset_dir("courses")).files
        return replace(tree, lock=None, files={**{name: shipped[name] for name in TOP_FILES}, **tree.files})


@dataclass(frozen=True, slots=True)
class Shown:
    """What the page says: where the course begins, and what is wrong in it."""

    course: str
    # (module, step) where a module's folder was named.
    first: tuple[str, str] | None
    problems: tuple[Problem, ...]


def choose(folder: Path, overlay: Path | None = None) -> Chosen:
    """Return what a folder of a course, or of a module in it, previews.

    Raises:
        Invalid: the folder is neither.
    """
    folder = folder.resolve()
    course = next((one for one in (folder, *folder.parents[:2]) if (one / "course.yml").is_file()), None)
    if course is None:
        raise Invalid(f"{folder} is no course: neither it nor a folder above it has a course.yml.")
    inside = folder.relative_to(course).parts
    return Chosen(find_root(course) or course.parent, course.name, inside[0] if inside else None, overlay)


def publish_preview(chosen: Chosen, formats: Formats, role: str | None) -> Shown:
    """Publish the course as far as it can be made, with nothing in it waiting for anything else.

    Raises:
        Invalid: course.yml cannot be read, or nobody has the role.
    """
    compiled = compile_tree(chosen.tree(), formats)
    course = compiled.seen.get(_id_in(compiled.tree, f"{chosen.course}/course.yml"))
    problems = tuple(one for one in compiled.problems if one.path.startswith(f"{chosen.course}/"))
    if course is None:
        wrong = problems[0] if problems else None
        raise Invalid(f"{wrong.path}:{wrong.line}: {wrong.message}" if wrong else "course.yml cannot be read.")
    open_course = replace(course, modules=tuple(replace(module, requires=()) for module in course.modules))
    catalogue = _catalogue(compiled, course, role)
    # Faults are shown on the page; here they keep nothing back.
    publish_compiled(None, replace(compiled, courses={course.id: open_course}, catalogue=catalogue, problems=()), now())
    module = course.module(_id_in(compiled.tree, f"{chosen.course}/{chosen.module}/module.yml"))
    return Shown(course.id, (module.id, module.steps[0].id) if module and module.steps else None, problems)


def enrol(language: str) -> tuple[uuid.UUID, str]:
    """Store the one learner there is, on the one programme there is; return their id and a session's token."""
    moment = now()
    contact, post = Contact("1", "Preview"), Post("Preview", "Preview")
    person = add_person(None, contact, post, moment.date(), moment, language=language, zone="UTC")
    assign_programme(Assignment(person, PROGRAMME), None)
    return person, start_session(person, moment)


def _id_in(tree: Tree, path: str) -> str:
    source = tree.files.get(path)
    return str(read_yaml(source.text).data.get("id", "")) if source else ""


def _catalogue(compiled: Compiled, course: Course, role: str | None) -> Catalogue:
    roles = compiled.catalogue.roles
    chosen = role or next((one for one in course.roles if one in roles), next(iter(roles), "all"))
    if role and role not in roles:
        raise Invalid(f"Nobody has the role {role!r}. Use one of {', '.join(sorted(roles))}.")
    programme = Programme(PROGRAMME, chosen, {"en": "Preview"}, Initial((course.id,), Hours(0, 100)))
    return Catalogue(roles, (programme,))
