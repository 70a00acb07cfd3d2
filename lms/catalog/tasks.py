"""Publishing at the start of the service and on request, and checking what publishing would change."""

from __future__ import annotations

import hashlib
import os
import uuid
from collections.abc import Iterator
from pathlib import Path

from lms.accounts.queries.identity import actor_by_person
from lms.catalog.adapters.formats import Formats
from lms.catalog.adapters.sources import read_tree
from lms.catalog.queries import checked, course_folders, current_hashes
from lms.catalog.service import (
    compile_for_company,
    keep_check,
    publish_compiled,
    publish_courses,
    state_of,
    upcoming,
)
from lms.infra.clock import now
from lms.infra.deployment import settings
from lms.infra.jobs import JobRun
from lms.infra.transactions import run_in_write_transaction

STAMP = "courses.stamp"


def publish_at_start(formats: Formats) -> list[str]:
    """Publish the course tree, unless nothing changed since the last time; return what the operator should know."""
    root, overlay = course_folders()
    stamp = settings().instance / STAMP
    fingerprint = _fingerprint(root, overlay)
    if current_hashes() and stamp.is_file() and stamp.read_text(encoding="utf-8") == fingerprint:
        return []
    tree = read_tree(root, overlay)
    done = run_in_write_transaction(lambda: publish_courses(None, tree, formats, now()))
    stamp.write_text(fingerprint, encoding="utf-8")
    errors = sum(problem.is_error for problem in done.problems)
    if not errors:
        return []
    return [f"The courses have {errors} errors; what is wrong keeps its last good release. See `lms courses check`."]


def publish_on_request(run: JobRun, formats: Formats) -> None:
    """Publish the course tree as it stands, for whoever asked in the browser."""
    tree = read_tree(*course_folders())
    actor = actor_by_person(uuid.UUID(run.payload["person"]), now())
    compiled = compile_for_company(tree, formats)
    run_in_write_transaction(lambda: publish_compiled(actor, compiled, now()))


def check_on_request(_run: JobRun, formats: Formats) -> None:
    """Check the course tree as it stands, for whoever looks at what publishing it would change."""
    tree = read_tree(*course_folders())
    state = state_of(tree)
    if checked(state) is None:
        found = upcoming(compile_for_company(tree, formats))
        run_in_write_transaction(lambda: keep_check(state, found, now()))


def _fingerprint(root: Path, overlay: Path | None) -> str:
    """Digest of names, sizes and times of the courses and of the code that compiles them."""
    package = Path(__file__).resolve().parents[1]
    trees = [folder for folder in (root, overlay) if folder and folder.is_dir()]
    files = [*(file for folder in trees for file in _files(folder)), *_files(package, ".py")]
    return hashlib.sha256(repr(sorted(files)).encode()).hexdigest()


def _files(folder: Path | str, suffix: str = "") -> Iterator[tuple[str, int, int]]:
    # Not rglob, which is slow: this runs at each start.
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                yield from _files(entry.path, suffix)
            elif entry.name.endswith(suffix) and entry.is_file():
                status = entry.stat()
                yield entry.path, status.st_size, status.st_mtime_ns
