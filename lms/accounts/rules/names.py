"""Names as people type them, made comparable."""

from __future__ import annotations

import re
import unicodedata

_OTHER = re.compile(r"[^a-z0-9]+")


def fold(text: str) -> str:
    """Return `text` without case, accents and doubled spaces, so that "GARCÍA  lópez" and "garcia lopez" are equal."""
    bare = "".join(symbol for symbol in unicodedata.normalize("NFKD", text) if not unicodedata.combining(symbol))
    return " ".join(bare.casefold().split())


def slug(label: str) -> str:
    """Return the identifier of a labelled place: "Almacén Norte 2" is "almacen-norte-2"; at most 60 symbols.

    Labels in other scripts keep their letters, so that two of them never fall together.
    """
    plain = _OTHER.sub("-", fold(label)).strip("-")
    return (plain or "-".join(fold(label).split()))[:60]


def searchable(name: str, employee_number: str, email: str | None) -> str:
    """Return what a search for a person looks through; it begins with the name, so lists sort by it."""
    return fold(f"{name} {employee_number} {email or ''}")
