"""`lms courses`: check, hours, publish, and what writing courses needs. Only `publish` needs a database."""

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
from lms.catalog.adapters.formats import Formats
from lms.catalog.adapters.lock import LOCK, read_lock, write_lock
from lms.catalog.adapters.scaffold import new_module
from lms.catalog.adapters.schemas import write_schemas
from lms.catalog.adapters.sources import find_root, read_tree
from lms.catalog.adapters.stamping import stamp
from lms.catalog.rules.canonical import plain
from lms.catalog.rules.problems import Problem
from lms.catalog.rules.programmes import hours_rows
from lms.infra.paths import asset_dir
from lms.shared.errors import Invalid

# Where `lms.cli` leaves the function that lists every format; rooms above this one supply most of them.
FORMATS = "lms.catalog.formats"
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
        found = {"errors": errors, "warnings": len(problems) - errors, "problems": [plain(one) for one in problems]}
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
        click.echo(json.dumps({"programmes": rows}, indent=1))
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
    from lms.catalog.queries import fact_overrides  # noqa: PLC0415 - the other commands need no database
    from lms.catalog.service import publish_compiled  # noqa: PLC0415
    from lms.infra.clock import now  # noqa: PLC0415
    from lms.infra.transactions import write_transaction  # noqa: PLC0415

    root = _root(path)
    # Compiled before the write transaction, which nobody else should wait for.
    compiled = compile_tree(read_tree(root, _overlay()), _formats(), fact_overrides())
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
    try:
        file = os.path.relpath(root / problem.path)
    except ValueError:
        file = str(root / problem.path)
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
