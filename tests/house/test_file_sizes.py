"""A file that does not fit in the head is two files."""

from __future__ import annotations

import subprocess
from pathlib import Path

LONGEST = 400
OURS = {".py", ".css", ".js", ".html", ".sh", ".toml", ".ini", ""}
GENERATED = (
    "requirements/",
    "package-lock.json",
    "lms/infra/migrations/versions/",
    "lms/translations/",
    "courses/_schema/",
)
# The text of the licence is not ours to shorten.
EXCEPTIONS = {"LICENSE"}


def test_no_file_is_longer_than_400_lines(root: Path) -> None:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=root,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    checked = [
        name for name in listed
        if Path(name).suffix in OURS and not name.startswith((*GENERATED, "courses/")) and name not in EXCEPTIONS
    ]  # fmt: skip
    lengths = {name: length(root / name) for name in checked if (root / name).is_file()}
    assert {name: lines for name, lines in lengths.items() if lines > LONGEST} == {}


def test_no_module_is_named_after_nothing_in_particular(root: Path) -> None:
    vague = {"utils", "util", "helpers", "helper", "manager", "managers", "misc", "common"}
    assert [str(path.relative_to(root)) for path in (root / "lms").rglob("*.py") if path.stem in vague] == []


def length(path: Path) -> int:
    return len(path.read_text(encoding="utf-8", errors="replace").splitlines())
