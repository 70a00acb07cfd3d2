"""`lms courses`: check, count, publish, write and exchange courses. Only `publish` needs a database."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
from flask.cli import with_appcontext

from lms.catalog.adapters.compiler import Compiled, compile_tree
from lms.catalog.adapters.exports import FORMATS as EXPORTS
from lms.catalog.adapters.exports import export_items
from lms.catalog.adapters.formats import Formats
from lms.catalog.adapters.imports.reading import FORMATS as FOREIGN
from lms.catalog.adapters.imports.reading import read_foreign
from lms.catalog.adapters.imports.writing import write_bank
from lms.catalog.adapters.lock import LOCK, read_lock, write_lock
from lms.catalog.adapters.readability import lesson_rows
from lms.catalog.adapters.scaffold import new_module
from lms.catalog.adapters.schemas import write_schemas
from lms.catalog.adapters.sources import find_root, read_tree, written_as
from lms.catalog.adapters.stamping import stamp
from lms.catalog.rules.canonical import plain
from lms.catalog.rules.ids import OBJECTIVE_ID, closest
from lms.catalog.rules.problems import Problem
from lms.catalog.rules.programmes import ProgrammePart, hours_rows
from lms.infra.paths import asset_dir
from lms.shared.errors import Conflict, Invalid

# Where `lms.cli` leaves the function that lists every format; rooms above this one supply most of them.
FORMATS = "lms.catalog.formats"
# And where it leaves the function that serves a preview, which needs the whole application.
PREVIEW = "lms.catalog.preview"
MINUTES_PER_HOUR = 60

as_format = click.option("--format", "output", type=click.Choice(["text", "json"]), default="text", show_default=True)
at_path = click.argument("path", type=click.Path(exists=True, path_type=Path), required=False)


@click.group("courses")
def courses() -> None:
    """Check, count, publish and write courses (docs/authoring.md)."""


@courses.command()
@at_path
@as_format
def check(path: Path | None, output: str) -> None:
    """Report everything wrong in a course tree, or in the part of it at PATH; exit 1 where there is an error."""
    root, compiled = _compile(path)
    problems = _within(compiled.problems, root, path)
    errors = sum(problem.is_error for problem in problems)
    if output == "json":
        found = {
            "errors": errors,
            "warnings": len(problems) - errors,
            "problems": [plain(one) for one in problems],
            "lessons": lesson_rows(compiled.seen),
        }
        click.echo(json.dumps(found, indent=1, ensure_ascii=False))
    else:
        for problem in problems:
            click.echo(_shown(problem, root))
        click.echo(_summary(compiled, errors, len(problems) - errors))
    sys.exit(1 if errors else 0)


@courses.command()
@at_path
@as_format
def hours(path: Path | None, output: str) -> None:
    """Print declared and estimated minutes per programme and course."""
    _root, compiled = _compile(path)
    rows = hours_rows(compiled.catalogue, compiled.seen)
    if output == "json":
        # Apart from the parts of a programme that everybody in it or appointed to it studies: who sums those up for a
        # role must not have to know that a level may have a part of its own.
        own = [row for row in rows if row["part"] == ProgrammePart.LEVEL]
        click.echo(json.dumps({"programmes": [row for row in rows if row not in own], "levels": own}, indent=1))
        return
    click.echo(f"{'programme':<26}{'course':<26}{'part':<12}{'declared':>9}{'estimated':>11}  by kind")
    for row in rows:
        kinds = ", ".join(f"{kind} {minutes:.0f}" for kind, minutes in row["by_kind"].items() if minutes)
        figures = f"{row['declared_minutes']:>9}{row['estimated_minutes']:>11.0f}"
        later = f" (+ {row['planned_modules']} modules planned)" if row["planned_modules"] else ""
        click.echo(f"{row['id']:<26}{row['course']:<26}{row['part']:<12}{figures}  {kinds}{later}")


@courses.command()
@at_path
@with_appcontext
def publish(path: Path | None) -> None:
    """Make a release of every course that has no error; the others keep their last good one."""
    from lms.catalog.service import compile_for_company, publish_compiled  # noqa: PLC0415 - the others need no database
    from lms.infra.clock import now  # noqa: PLC0415
    from lms.infra.transactions import write_transaction  # noqa: PLC0415

    root = _root(path)
    # Compiled before the write transaction, which nobody else should wait for.
    compiled = compile_for_company(read_tree(root, _overlay()), _formats())
    with write_transaction():
        done = publish_compiled(None, compiled, now())
    for name, release in done.published.items():
        click.echo(f"{name}: published {release[:12]}")
    for name in done.unchanged:
        click.echo(f"{name}: unchanged")
    for name in done.kept:
        click.echo(f"{name}: has errors, its last good release stays")
    errors = [problem for problem in done.problems if problem.is_error]
    for problem in errors:
        click.echo(_shown(problem, root), err=True)
    sys.exit(1 if errors else 0)


@courses.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--port", type=click.IntRange(0, 65535), default=8010, show_default=True, help="0 takes a free one.")
@click.option("--language", default="en", show_default=True)
@click.option("--role", help="Whose steps to show; the course's own role by default.")
def preview(folder: Path, port: int, language: str, role: str | None) -> None:
    """Serve the course in FOLDER, or the module, as a learner sees it; pages follow the files as you write."""
    click.get_current_context().meta[PREVIEW](folder, _overlay(), port, language, role)


@courses.command("new")
@click.argument("module")
@click.option("--course", required=True, help="Folder of the course.")
@click.option("--root", type=click.Path(exists=True, path_type=Path), help="Course tree; the shipped one by default.")
def new(module: str, course: str, root: Path | None) -> None:
    """Write a MODULE, such as 11-returns, that passes the check."""
    for written in new_module(_root(root), course, module):
        click.echo(str(written))


@courses.command()
@at_path
def schema(path: Path | None) -> None:
    """Write the JSON schemas that editors complete from."""
    root = _root(path)
    changed = write_schemas(root / "_schema", _formats())
    click.echo(f"{len(changed)} schemas written to {root / '_schema'}" if changed else "All schemas are up to date.")


@courses.command()
@at_path
def lock(path: Path | None) -> None:
    """Record every new id in ids.lock; refuse while something is wrong with the ids."""
    root, compiled = _compile(path)
    wrong = [one for one in compiled.errors if one.rule.startswith("id-")]
    for problem in wrong:
        click.echo(_shown(problem, root), err=True)
    if wrong:
        sys.exit(1)
    file = root / LOCK
    locked = read_lock(file.read_text(encoding="utf-8") if file.is_file() else None)
    file.write_text(write_lock(locked, compiled.ids), encoding="utf-8")
    click.echo(f"{len(set(compiled.ids) - set(locked))} ids recorded in {file}")


@courses.command("stamp")
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
def stamp_files(files: tuple[Path, ...]) -> None:
    """Write into translated FILES which original they were made from."""
    for file in files:
        click.echo(f"{file}: source {stamp(_root(file), file)}")


@courses.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--format", "form", type=click.Choice(("auto", *FOREIGN)), default="auto", show_default=True)
@click.option("--bank", type=click.Path(dir_okay=False, path_type=Path), required=True, help="The new .q.md file.")
@click.option("--objective", required=True, help="The objective that the questions assess.")
def import_questions(file: Path, form: str, bank: Path, objective: str) -> None:
    """Write the questions of a GIFT, Aiken or Moodle XML FILE as a bank; list what could not be carried over."""
    if not bank.name.endswith(".q.md"):
        raise Invalid(f"{bank} is not a bank: its name ends in .q.md.")
    if bank.exists():
        raise Conflict(f"{bank} exists already. Choose another name, or delete it first.")
    if not OBJECTIVE_ID.fullmatch(objective):
        raise Invalid(f"{objective!r} is not an objective, such as core.thresholds. Use one of course.yml.")
    found, taken = read_foreign(file, form)
    known = _compile(bank)[1].ids if find_root(bank) else {}
    written = write_bank(taken, objective, frozenset(known))
    bank.parent.mkdir(parents=True, exist_ok=True)
    bank.write_text(written.text, encoding="utf-8")
    click.echo(f"{len(written.ids)} questions written to {bank}, read as {found}.")
    for heading, lines in (("Not carried over", written.left_out), ("To fill in", written.missing)):
        for one in lines:
            click.echo(f"{heading}: {one.name} ({file.name}, {_place(found)} {one.line}): {one.reason}")


@courses.command("export")
@click.argument("bank")
@click.option("--format", "form", type=click.Choice(EXPORTS), default="markdown", show_default=True)
@click.option("--language", default="en", show_default=True)
@click.option("--private", is_flag=True, help="With the questions of the private bank.")
@click.option("--root", type=click.Path(exists=True, path_type=Path), help="Course tree; the shipped one by default.")
def export_questions(bank: str, form: str, language: str, root: Path | None, *, private: bool) -> None:
    """Print a BANK, such as common-core/limits, or all banks of a course, for people or other systems."""
    _root_used, compiled = _compile(root)
    items = [item for course in compiled.seen.values() for item in course.items.values()]
    chosen = {item.id: item for item in items if bank in {item.bank, item.bank.split("/")[0]}}
    if not chosen:
        near = closest(bank, {item.bank for item in items})
        raise Invalid(f"No bank or course is called {bank!r}." + (f" Did you mean {near}?" if near else ""))
    kept = [item for item in chosen.values() if private or not item.private]
    exported = export_items(kept, language, form)
    click.echo(exported.text, nl=False)
    hidden = len(chosen) - len(kept)
    if hidden:
        click.echo(f"{hidden} private questions are left out; --private includes them.", err=True)
    for name in exported.left_out:
        click.echo(f"Not carried over: {name}: {form} has no such question.", err=True)


@courses.command()
@at_path
@as_format
def readability(path: Path | None, output: str) -> None:
    """Print the reading age of every lesson, the hardest first (docs/authoring.md)."""
    _root_used, compiled = _compile(path)
    rows = lesson_rows(compiled.seen)
    if output == "json":
        click.echo(json.dumps({"lessons": rows}, indent=1, ensure_ascii=False))
        return
    click.echo(f"{'lesson':<28}{'language':<10}{'words':>6}{'reading age':>13}")
    for row in rows:
        click.echo(f"{row['id']:<28}{row['language']:<10}{row['words']:>6}{_age(row['reading_age']):>13}")


def _age(age: float | None) -> str:
    return "too short" if age is None else f"{age:.1f}"


def _place(found: str) -> str:
    return "question" if found == "moodle-xml" else "line"


def _compile(path: Path | None) -> tuple[Path, Compiled]:
    root = _root(path)
    return root, compile_tree(read_tree(root, _overlay()), _formats())


def _formats() -> Formats:
    listed: Callable[[], Formats] = click.get_current_context().meta[FORMATS]
    return listed()


def _root(path: Path | None) -> Path:
    if path is None:
        chosen = os.environ.get("LMS_COURSES")
        return Path(chosen) if chosen else asset_dir("courses")
    root = find_root(path)
    if root is None:
        raise Invalid(f"{path} belongs to no course tree: no folder above it has a catalogue.yml.")
    return root


def _overlay() -> Path | None:
    chosen = os.environ.get("LMS_COURSES_OVERLAY")
    return Path(chosen) if chosen else None


def _within(problems: tuple[Problem, ...], root: Path, path: Path | None) -> list[Problem]:
    if path is None or path.resolve() == root.resolve():
        return list(problems)
    prefix = path.resolve().relative_to(root.resolve()).as_posix()
    return [one for one in problems if one.path == prefix or one.path.startswith(prefix + "/")]


def _shown(problem: Problem, root: Path) -> str:
    overlay = _overlay()
    path = root / problem.path
    if overlay and not path.exists():
        path = overlay / written_as(problem.path)
    try:
        file = os.path.relpath(path)
    except ValueError:
        file = str(path)
    head = f"{file}:{problem.line}:{problem.column}: {problem.severity.value}: {problem.message} [{problem.rule}]"
    excerpt = f"    {problem.excerpt}\n" if problem.excerpt else ""
    return f"{head}\n{excerpt}    → {problem.fix}\n"


def _summary(compiled: Compiled, errors: int, warnings: int) -> str:
    steps = sum(1 for course in compiled.seen.values() for _step in course.steps())
    items = sum(len(course.items) for course in compiled.seen.values())
    modules = sum(len(course.modules) for course in compiled.seen.values())
    counts: dict[str, Any] = {"courses": len(compiled.seen), "modules": modules, "steps": steps, "questions": items}
    read = ", ".join(f"{count} {name}" for name, count in counts.items())
    return f"{read}: {errors} errors, {warnings} warnings."
