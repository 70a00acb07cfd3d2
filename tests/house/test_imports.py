"""What may import what, and what the service must not load before it needs it."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

from lms.cli import COMMANDS

HEAVY = ("pandas", "weasyprint", "playwright", "pytest")


def test_the_import_contracts_hold(root: Path) -> None:
    program = Path(sys.executable).with_name("lint-imports")
    result = subprocess.run([program, "--no-cache"], cwd=root, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout


def test_every_room_is_under_the_contract_for_rooms(root: Path) -> None:
    contracts = tomllib.loads((root / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    listed = next(contract["containers"] for contract in contracts if contract["id"] == "inside-room")
    rooms = {f"lms.{path.parent.name}" for path in (root / "lms").glob("*/__init__.py")}
    assert set(listed) == rooms - {"lms.infra", "lms.shared"}


def test_the_application_starts_without_its_heavy_libraries(root: Path) -> None:
    code = f"import sys, lms.app; print(sorted(set({HEAVY!r}) & set(sys.modules)))"
    found = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


def test_every_command_exists_and_explains_itself() -> None:
    from lms.cli import root as commands

    for name in COMMANDS:
        command = commands.get_command(None, name)
        assert command.help, name
