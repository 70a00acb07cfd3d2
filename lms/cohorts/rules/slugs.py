"""Ids that people read in addresses, made from titles."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container

LENGTH = 60


def slug_for(title: str, taken: Container[str], fallback: str) -> str:
    """Return a lower-case id of letters, digits and dashes that is not `taken`; `fallback` where the title has none."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    base = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:LENGTH].rstrip("-") or fallback
    slug, number = base, 2
    while slug in taken:
        slug = f"{base}-{number}"
        number += 1
    return slug
