"""Whoever reads the interface in a language that is offered reads all of it in that language."""

from __future__ import annotations

from pathlib import Path

import pytest
from babel.messages.catalog import Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po

from lms.infra.settings import Settings

OFFERED = [code.strip() for code in Settings.model_fields["languages"].default.split(",")][1:]
KEYWORDS = {**DEFAULT_KEYWORDS, "lazy": None}


@pytest.fixture(scope="module")
def said(root_folder):
    """Every string that code and templates say."""
    with (root_folder / "babel.cfg").open(encoding="utf-8") as mapping:
        methods, options = parse_mapping_cfg(mapping)
    found = {
        message[2]
        for folder in ("lms", "templates")
        for message in extract_from_dir(
            root_folder / folder,
            [(pattern.removeprefix(f"{folder}/"), method) for pattern, method in methods if pattern.startswith(folder)],
            {pattern.removeprefix(f"{folder}/"): option for pattern, option in options.items()},
            keywords=KEYWORDS,
        )
    }
    assert len(found) > 1000
    return found


@pytest.fixture(scope="module")
def root_folder():
    return Path(__file__).parents[2]


def catalogue(root_folder: Path, language: str) -> dict[object, Message]:
    path = root_folder / "lms" / "translations" / language / "LC_MESSAGES" / "messages.po"
    with path.open("rb") as file:
        return {message.id: message for message in read_po(file, locale=language) if message.id}


@pytest.mark.parametrize("language", OFFERED)
def test_everything_is_translated(said, root_folder, language):
    known = catalogue(root_folder, language)
    missing = sorted(str(text) for text in said if text not in known or not all(_forms(known[text])))
    assert not missing, f"script/messages, then translate: {missing}"


@pytest.mark.parametrize("language", OFFERED)
def test_translations_take_the_same_values(root_folder, language):
    wrong = {message.id: list(message.check()) for message in catalogue(root_folder, language).values()}
    assert not {text: errors for text, errors in wrong.items() if errors}


def _forms(message: Message) -> tuple[str, ...]:
    return message.string if isinstance(message.string, tuple) else (message.string,)
