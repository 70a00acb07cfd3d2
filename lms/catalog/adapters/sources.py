"""The course tree as text and files, read once."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path, PurePosixPath

TEXT_SUFFIXES = frozenset({".md", ".yml"})
MEDIA_TYPES = {
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".webp": "image/webp",
    ".webm": "video/webm",
    ".mp4": "video/mp4",
    ".mp3": "audio/mpeg",
    ".vtt": "text/vtt",
    ".pdf": "application/pdf",
}
IMAGE_LIMIT, MEDIA_LIMIT, TEXT_LIMIT = 60_000, 2_000_000, 1_000_000
COMPANY, COMPANY_OVERLAY = "company.yml", "company.overlay.yml"
PRIVATE_BANK = ".private.q.md"
_IGNORED = frozenset({"ids.lock", "README.md"})


@dataclass(frozen=True)
class Source:
    """One text file; `path` is relative to the tree, with forward slashes."""

    path: str
    text: str

    @cached_property
    def lines(self) -> list[str]:
        """Return the lines without their ends."""
        return self.text.splitlines()

    @cached_property
    def hash(self) -> str:
        """Return the short content hash a translation cites; the letter keeps YAML from reading a number."""
        return "v" + hashlib.sha256(self.text.encode()).hexdigest()[:11]

    def excerpt(self, line: int) -> str:
        """Return the line (from 1) as it stands, shortened to fit a report."""
        text = self.lines[line - 1].strip() if 0 < line <= len(self.lines) else ""
        return text if len(text) <= 120 else text[:119] + "…"  # noqa: PLR2004 - one line of a terminal


@dataclass(frozen=True)
class Tree:
    """All files of a course tree. `unreadable` names text files that are not UTF-8."""

    files: Mapping[str, Source]
    binaries: Mapping[str, bytes | Path] = field(default_factory=dict)
    root: Path | None = None
    lock: str | None = None
    overlay: frozenset[str] = frozenset()
    unreadable: tuple[str, ...] = ()

    def asset(self, path: str) -> bytes | None:
        """Return the bytes of a file that is not text, or None where there is none."""
        found = self.binaries.get(path)
        return found.read_bytes() if isinstance(found, Path) else found

    def under(self, folder: str) -> Iterator[str]:
        """Yield every path in `folder`, at any depth, sorted."""
        prefix = folder + "/" if folder else ""
        return (path for path in sorted({*self.files, *self.binaries}) if path.startswith(prefix))


def tree_of(texts: Mapping[str, str], binaries: Mapping[str, bytes] | None = None, lock: str | None = None) -> Tree:
    """Return a tree from texts in memory."""
    return Tree({path: Source(path, text) for path, text in texts.items()}, dict(binaries or {}), lock=lock)


def read_tree(root: Path, overlay: Path | None = None) -> Tree:
    """Read the tree under `root` and a private `overlay`.

    Questions of the overlay join the bank of the same name, its company.yml changes facts of the tree's own, and its
    other files stand beside the tree's or take their place.
    """
    files: dict[str, Source] = {}
    binaries: dict[str, bytes | Path] = {}
    unreadable: list[str] = []
    from_overlay: set[str] = set()
    for base in (root, overlay):
        for path in _walk(base) if base else ():
            name = path.relative_to(base).as_posix() if base else ""
            if base is overlay:
                name = _beside(name, files)
                from_overlay.add(name)
            if path.suffix not in TEXT_SUFFIXES or path.stat().st_size > TEXT_LIMIT:
                binaries[name] = path
                continue
            try:
                files[name] = Source(name, path.read_text(encoding="utf-8"))
            except UnicodeDecodeError:
                unreadable.append(name)
    lock = root / "ids.lock"
    lock_text = lock.read_text(encoding="utf-8") if lock.is_file() else None
    return Tree(files, binaries, root, lock_text, frozenset(from_overlay), tuple(unreadable))


def _beside(name: str, files: Mapping[str, Source]) -> str:
    """Return under which name a file of the overlay is kept, so that it does not hide what it adds to."""
    if name == COMPANY and name in files:
        return COMPANY_OVERLAY
    original = re.sub(r"/locales/[^/]+/", "/", name, count=1)
    return name.removesuffix(".q.md") + PRIVATE_BANK if name.endswith(".q.md") and original in files else name


def written_as(name: str) -> str:
    """Return how a file of the overlay is called in its folder."""
    return COMPANY if name == COMPANY_OVERLAY else name.replace(PRIVATE_BANK, ".q.md")


def find_root(path: Path) -> Path | None:
    """Return the tree that `path` belongs to: the nearest folder above it, or itself, with a catalogue.yml."""
    path = path.resolve()
    return next((folder for folder in (path, *path.parents) if (folder / "catalogue.yml").is_file()), None)


def join(base: str, relative: str) -> str | None:
    """Return `relative` as seen from the file `base`, or None where it leaves the tree."""
    parts: list[str] = []
    for part in (*PurePosixPath(base).parent.parts, *PurePosixPath(relative).parts):
        if part == "..":
            if not parts:
                return None
            parts.pop()
        elif part not in {".", "/"}:
            parts.append(part)
    return None if relative.startswith("/") else "/".join(parts)


def _walk(base: Path) -> Iterator[Path]:
    for path in sorted(base.rglob("*")):
        relative = path.relative_to(base)
        hidden = any(part.startswith((".", "_")) for part in relative.parts)
        if path.is_file() and not path.is_symlink() and not hidden and path.name not in _IGNORED:
            yield path
