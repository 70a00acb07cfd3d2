"""Reason codes, error types and mandates of Floor Desk, and which kinds of task each belongs to."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from lms.sandbox.rules.console import ErrorType, Mandate
from lms.sandbox.rules.consoles.floor_desk.cases import Kind

if TYPE_CHECKING:
    from collections.abc import Mapping

SUBST, PHANTOM, PROMISE, PACK, LABEL, PRIORITY, DUP = "SUBST", "PHANTOM", "PROMISE", "PACK", "LABEL", "PRIORITY", "DUP"

REASONS: Mapping[str, str] = MappingProxyType(
    {
        SUBST: "customer",
        PROMISE: "customer",
        PRIORITY: "customer",
        PHANTOM: "stock",
        DUP: "stock",
        PACK: "data",
        LABEL: "data",
        "MAND-SAFETY": "approval",
        "MAND-TRANSFER": "approval",
        "MAND-LOSS": "approval",
    }
)

ERRORS = (
    ErrorType("forbidden-substitute", (SUBST,)),
    ErrorType("phantom-bin", (PHANTOM,)),
    ErrorType("stale-promise", (PROMISE,)),
    ErrorType("pack-slip", (PACK,)),
    ErrorType("label-weight", (LABEL,)),
    ErrorType("strands-priority", (PRIORITY,), since=2),
    ErrorType("duplicate-short", (DUP,), since=2),
)
MANDATES = (
    Mandate("hazard", "approver.hazmat", "MAND-SAFETY"),
    Mandate("transfer", "approver.transfer", "MAND-TRANSFER", limit="transfer_approval_limit", figure="move_value"),
    Mandate("tamper", "queue.loss", "MAND-LOSS"),
)
REROUTED = (Kind.REALLOCATION, Kind.ZONE_MOVE, Kind.REPACK)

KINDS: Mapping[str, tuple[Kind, ...]] = MappingProxyType(
    {
        "plain": tuple(Kind),
        "odd": tuple(Kind),
        "forbidden-substitute": (Kind.SUBSTITUTION,),
        "phantom-bin": (Kind.SHORT_PICK, Kind.REALLOCATION),
        "stale-promise": (Kind.REALLOCATION,),
        "pack-slip": (Kind.ZONE_MOVE, Kind.REPACK),
        "label-weight": (Kind.REPACK,),
        "strands-priority": (Kind.REALLOCATION, Kind.ZONE_MOVE),
        "duplicate-short": (Kind.SHORT_PICK,),
        "hazard": REROUTED,
        "transfer": (Kind.REALLOCATION,),
        "tamper": (Kind.SUBSTITUTION, Kind.SHORT_PICK, Kind.REPACK),
    }
)
