"""The documents say what is so."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from lms.cli import COMMANDS
from lms.infra.settings import PREFIX, Settings

DOCUMENTS = sorted(
    path for path in (*Path(__file__).parents[2].glob("*.md"), *Path(__file__).parents[2].glob("docs/**/*.md"))
)
LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)(?:#[^)]*)?\)")


def settings_table() -> str:
    rows = ["| Setting | Meaning | Default |", "|---|---|---|"]
    for name, field in Settings.model_fields.items():
        default = DERIVED.get(name) or f"`{field.get_default()}`"
        rows.append(f"| `{PREFIX}{name.upper()}` | {field.description} | {EMPTY.get(default, default)} |")
    return "\n".join(rows)


# Defaults that depend on something else, in words.
DERIVED = {
    "instance": "`instance/` in a checkout, else `~/.local/share/groundschool`",
    "public_url": "`http://127.0.0.1` with the port",
}
EMPTY = {"``": "empty", "`None`": "empty", "`True`": "`1`", "`False`": "`0`"}


def test_the_operating_guide_lists_every_setting(root: Path) -> None:
    guide = (root / "docs" / "operating.md").read_text(encoding="utf-8")
    assert settings_table() in guide, f"docs/operating.md should hold this table:\n{settings_table()}"


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_lead_somewhere(document: Path) -> None:
    text = re.sub(r"(?s)```.*?```|`[^`\n]*`", "", document.read_text(encoding="utf-8"))
    dead = [target for target in LINK.findall(text) if not (document.parent / target).exists()]
    assert dead == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_named_settings_commands_and_scripts_exist(document: Path, root: Path) -> None:
    text = document.read_text(encoding="utf-8")
    known = {PREFIX + name.upper() for name in Settings.model_fields} | {"LMS_TEST_DATABASE_URL", "LMS_X"}
    assert set(re.findall(r"\bLMS_[A-Z_]+\b", text)) - known == set()
    commands = set(re.findall(r"(?:^|`|bin/)lms ([a-z]+)\b", text, re.MULTILINE))
    assert commands - set(COMMANDS) == set()
    scripts = set(re.findall(r"\bscript/([a-z-]+)", text))
    assert {name for name in scripts if not (root / "script" / name).is_file()} == set()


def test_decisions_are_numbered_once_and_say_why(root: Path) -> None:
    numbers = []
    for path in sorted((root / "docs" / "decisions").glob("*.md")):
        number, _, name = path.stem.partition("-")
        numbers.append(number)
        assert re.fullmatch(r"\d{4}", number), path.name
        assert name, path.name
        assert path.read_text(encoding="utf-8").startswith("# "), path.name
    assert len(numbers) == len(set(numbers))
