"""A foreign file read: which format it is in, and not more of it than anybody writes by hand."""

from __future__ import annotations

import re
from pathlib import Path

from lms.catalog.adapters.imports.aiken import read_aiken
from lms.catalog.adapters.imports.foreign import Taken
from lms.catalog.adapters.imports.gift import read_gift
from lms.catalog.adapters.imports.moodle_xml import read_moodle_xml
from lms.shared.errors import Invalid

# A whole Moodle category with its pictures; more is split there.
LARGEST, MOST = 10_000_000, 2000
_READERS = {"gift": read_gift, "aiken": read_aiken, "moodle-xml": read_moodle_xml}
FORMATS = tuple(_READERS)


def read_foreign(path: Path, name: str = "auto") -> tuple[str, Taken]:
    """Return the format a file is in, and its questions.

    Raises:
        Invalid: the file is too large, is not text, holds too many questions or none.
    """
    if path.stat().st_size > LARGEST:
        raise Invalid(f"{path} has {path.stat().st_size // 1_000_000} MB; {LARGEST // 1_000_000} MB is the most.")
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise Invalid(f"{path} is not UTF-8 text. Save it as UTF-8, then try again.") from error
    found = guess_format(text) if name == "auto" else name
    taken = _READERS[found](text)
    if len(taken.questions) > MOST:
        raise Invalid(f"{path} holds {len(taken.questions)} questions; {MOST} is the most. Split the file.")
    if not taken.questions and not taken.left_out:
        raise Invalid(f"{path} holds no question, read as {found}. Name its format with --format.")
    return found, taken


def guess_format(text: str) -> str:
    """Return the format a text is written in."""
    if text.lstrip().startswith("<"):
        return "moodle-xml"
    return "aiken" if re.search(r"^ANSWER\s*:", text, re.MULTILINE | re.IGNORECASE) else "gift"
