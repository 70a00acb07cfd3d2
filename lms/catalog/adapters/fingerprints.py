"""What a compilation depends on, as digests: equal wherever the same files lie, whenever they were written."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from lms.catalog.adapters.sources import Tree


def tree_digest(tree: Tree) -> str:
    """Return a digest of every file of a course tree."""
    texts = ((path, source.text.encode()) for path, source in tree.files.items())
    others = ((path, tree.asset(path) or b"") for path in tree.binaries)
    return _digest(
        [*texts, *others, ("ids.lock", (tree.lock or "").encode()), *((path, b"") for path in tree.unreadable)]
    )


@cache
def code_digest() -> str:
    """Return a digest of the code that compiles, as this process found it when it first asked."""
    package = Path(__file__).parents[2]
    return _digest((path.relative_to(package).as_posix(), path.read_bytes()) for path in package.rglob("*.py"))


def _digest(files: Iterable[tuple[str, bytes]]) -> str:
    found = hashlib.sha256()
    for path, data in sorted(files):
        found.update(f"{path}\0{hashlib.sha256(data).hexdigest()}\n".encode())
    return found.hexdigest()
