"""The built front-end parts are what their manifest says, and pages ask for them by one address."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

import pytest

STATIC = Path(__file__).parents[2] / "static"


@pytest.fixture(scope="module")
def files() -> dict[str, str]:
    manifest = STATIC / "vendor" / "manifest.json"
    if not manifest.is_file():
        pytest.skip("static/vendor is not built: run script/vendor.")
    listed: dict[str, str] = json.loads(manifest.read_text(encoding="utf-8"))["files"]
    return listed


def test_every_part_is_there_and_unchanged(files: dict[str, str]) -> None:
    digests = {name: hashlib.sha256((STATIC / name).read_bytes()).hexdigest() for name in files}
    assert digests == files


def test_a_preloaded_font_is_the_one_the_style_sheet_asks_for(files: dict[str, str]) -> None:
    sheet = (STATIC / "vendor" / "fonts.css").read_text(encoding="utf-8")
    asked = re.findall(r"url\(\./([\w.-]+)\?v=(\w+)\)", sheet)
    assert len(asked) == 2
    assert [digest for name, digest in asked] == [files[f"vendor/{name}"][:12] for name, _ in asked]


def test_every_packages_licence_comes_with_it(files: dict[str, str]) -> None:
    package = json.loads((STATIC.parent / "package.json").read_text(encoding="utf-8"))
    names = {name.split("/")[-1] for name in package["dependencies"]}
    assert {f"vendor/{name}.LICENSE.txt" for name in names} <= set(files)


def test_the_lock_names_no_address_to_fetch_from() -> None:
    lock = json.loads((STATIC.parent / "package-lock.json").read_text(encoding="utf-8"))
    parts = {name: part for name, part in lock["packages"].items() if name}
    assert [name for name, part in parts.items() if "resolved" in part or "integrity" not in part] == []
