"""Reason codes, error types and mandates of the Price & Promo Studio."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from lms.sandbox.rules.console import ErrorType, Mandate

COST, ELAST, PACK, MAP, FLOOR, COVER, STACK = "COST", "ELAST", "PACK", "MAP", "FLOOR", "COVER", "STACK"

# An input that is wrong and a rule that is broken are two families: pick the cause, not the effect.
REASONS: Mapping[str, str] = MappingProxyType(
    {
        COST: "inputs",
        ELAST: "inputs",
        PACK: "inputs",
        MAP: "rules",
        FLOOR: "rules",
        COVER: "rules",
        STACK: "rules",
        "MAND-PRICE": "approval",
    }
)
ERRORS = (
    ErrorType("stale-cost", (COST,)),
    ErrorType("promo-elasticity", (ELAST,)),
    ErrorType("pack-mismatch", (PACK,)),
    ErrorType("map-breach", (MAP,)),
    ErrorType("margin-floor", (FLOOR,)),
    ErrorType("cover-cut", (COVER,)),
    ErrorType("promo-stack", (STACK,)),
)
MANDATES = (Mandate("large-change", "approver.price", "MAND-PRICE", limit="price_approval_limit", figure="ai.delta"),)
