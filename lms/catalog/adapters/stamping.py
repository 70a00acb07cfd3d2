"""Writing into a translation which original it was made from."""

from __future__ import annotations

import re
from pathlib import Path

from lms.catalog.adapters.sources import Source
from lms.shared.errors import Invalid

_LOCALE = re.compile(r"(.*?)/locales/([^/]+)/(.*)")


def stamp(root: Path, path: Path) -> str:
    """Write the hash of its original into a translated file; return the hash.

    Raises:
        Invalid: the file does not stand under locales/<language>/, or has no original.
    """
    name = path.resolve().relative_to(root.resolve()).as_posix()
    found = _LOCALE.fullmatch(name)
    original = root / found[1] / found[3] if found else None
    if original is None or not original.is_file():
        raise Invalid(f"{name} translates nothing: there is no original at the same path outside locales/.")
    digest = Source(name, original.read_text(encoding="utf-8")).hash
    path.write_text(_with_source(path.read_text(encoding="utf-8"), path.suffix, digest), encoding="utf-8")
    return digest


def _with_source(text: str, suffix: str, digest: str) -> str:
    line = f"source: {digest}"
    front = re.match(r"---[ \t]*\n(.*?)---[ \t]*(?:\n|\Z)", text, re.DOTALL) if suffix == ".md" else None
    head = front[1] if front else text if suffix == ".yml" else ""
    if re.search(r"^source:.*$", head, re.MULTILINE):
        stamped = re.sub(r"^source:.*$", line, head, count=1, flags=re.MULTILINE)
    else:
        stamped = f"{line}\n{head}"
    if suffix == ".yml":
        return stamped
    return f"---\n{stamped}---\n{text[front.end() :] if front else text}"
