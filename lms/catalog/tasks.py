"""Publishing at the start of the service."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

from lms.catalog.adapters.formats import Formats
from lms.catalog.adapters.sources import read_tree
from lms.catalog.queries import current_hashes
from lms.catalog.service import publish_courses
from lms.infra.clock import now
from lms.infra.deployment import settings
from lms.infra.paths import asset_dir
from lms.infra.transactions import run_in_write_transaction

STAMP = "courses.stamp"


def publish_at_start(formats: Formats) -> list[str]:
    """Publish the course tree, unless nothing changed since the last time; return what the operator should know."""
    root = settings().courses or asset_dir("courses")
    overlay = settings().courses_overlay
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


def _fingerprint(root: Path, overlay: Path | None) -> str:
    """Digest of names, sizes and times of the courses and of the code that compiles them."""
    digest = hashlib.sha256()
    package = Path(__file__).resolve().parents[1]
    for path in (*_files(root, "*"), *(_files(overlay, "*") if overlay else ()), *_files(package, "*.py")):
        status = path.stat()
        digest.update(f"{path}\0{status.st_size}\0{status.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def _files(folder: Path, pattern: str) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob(pattern)) if path.is_file())
