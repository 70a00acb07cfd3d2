"""ids.lock: every id ever published, so that none comes to mean something else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from lms.catalog.rules.problems import Problem, Severity
from lms.catalog.rules.programmes import Catalogue

LOCK = "ids.lock"
_HEADER = "# Every id ever published. Written by `lms courses lock`; never edit, never delete a line.\n"


def read_lock(text: str | None) -> dict[str, str]:
    """Return the locked ids with their kinds."""
    pairs = (line.split() for line in (text or "").splitlines() if line and not line.startswith("#"))
    return {pair[1]: pair[0] for pair in pairs if len(pair) == 2}  # noqa: PLR2004 - kind and id


def write_lock(locked: Mapping[str, str], ids: Mapping[str, str]) -> str:
    """Return the lock with every id of both."""
    both = {**ids, **locked}
    return _HEADER + "".join(f"{kind} {name}\n" for name, kind in sorted(both.items(), key=lambda pair: pair[::-1]))


def check_lock(text: str | None, ids: Mapping[str, str], broken: set[str], catalogue: Catalogue) -> Iterator[Problem]:
    """Yield ids that vanished, changed their kind, or are not recorded yet (one warning for all of these)."""
    lines = (text or "").splitlines()
    retired = {one.id for one in catalogue.retired}
    locked = read_lock(text)
    for number, line in enumerate(lines, start=1):
        kind, _space, name = line.partition(" ")
        if line.startswith("#") or name not in locked or name in broken or name in retired:
            continue
        if name not in ids:
            message = f"The {kind} {name!r} was published and is gone."
            fix = "Bring it back, or say under `retired` in catalogue.yml why and where to go instead."
            yield Problem(LOCK, number, 1, line, message, fix, "id-vanished")
        elif ids[name] != kind:
            message = f"{name!r} was published as a {kind} and is now a {ids[name]}."
            yield Problem(LOCK, number, 1, line, message, "Give the new thing a new id.", "id-reused")
    # A tree without a lock has published nothing.
    fresh = [name for name in ids if name not in locked] if text is not None else []
    if fresh:
        shown = ", ".join(sorted(fresh)[:3])
        message = f"{len(fresh)} ids are not recorded yet: {shown}{', …' if len(fresh) > 3 else ''}."  # noqa: PLR2004
        fix = "Run `lms courses lock` before the course is published."
        yield Problem(LOCK, 1, 1, "", message, fix, "id-unlocked", Severity.WARNING)
