"""Boxes that only people in some roles are shown: `::: role`, compiled to a section of its own."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any

# Directives do not nest and nothing else makes a section, so the first end is the box's own.
_BOX = re.compile(r'<section\b[^>]*\bdata-roles="([^"]*)"[^>]*>.*?</section>', re.DOTALL)


def roles_named(html: str) -> frozenset[str]:
    """Return the roles that some box of a page is for."""
    return frozenset(role for names in _BOX.findall(html) for role in names.split())


def shown_to(html: str, roles: Collection[str]) -> str:
    """Return the page as people in `roles` see it: without the boxes for others."""
    return _BOX.sub(lambda box: box[0] if not set(roles).isdisjoint(box[1].split()) else "", html)


def content_for(content: Mapping[str, Any], roles: Collection[str]) -> Mapping[str, Any]:
    """Return a step's content as people in `roles` see it."""
    return {key: shown_to(value, roles) if isinstance(value, str) else value for key, value in content.items()}
