"""A small sound course in memory, and what compiles it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from lms.catalog.adapters.compiler import Compiled, compile_tree
from lms.catalog.adapters.formats import Formats
from lms.catalog.adapters.sources import read_tree, tree_of
from lms.formats import course_formats

SOUND = Path(__file__).parents[2] / "broken_courses" / "sound"


@pytest.fixture(scope="session")
def formats() -> Formats:
    return course_formats()


@pytest.fixture
def sound() -> dict[str, str]:
    """The files of a course without a fault, by path."""
    return {path: source.text for path, source in read_tree(SOUND).files.items()}


@pytest.fixture
def compile_files(formats: Formats) -> Callable[..., Compiled]:
    """Compile files in memory."""

    def run(files: dict[str, str], lock: str | None = None, **overrides: dict[str, str]) -> Compiled:
        return compile_tree(tree_of(files, lock=lock), formats, overrides)

    return run
