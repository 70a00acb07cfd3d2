"""Reason codes, error types and mandates of Replenish & Allocate, and the families that each can be met on."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from lms.sandbox.rules.console import ErrorType, Mandate


class Family(StrEnum):
    """What the AI proposes: an order from near, an order from far away, a transfer between our warehouses."""

    DOMESTIC = "domestic-order"
    IMPORT = "import-order"
    TRANSFER = "transfer"


PROMO, LEAD, CENSORED, OUTLIER, UOM = "PROMO", "LEAD", "CENSORED", "OUTLIER", "UOM"
PHANTOM, TRANSIT, DATA = "PHANTOM", "TRANSIT", "DATA-FLAG"

REASONS: Mapping[str, str] = MappingProxyType(
    {
        PROMO: "demand",
        CENSORED: "demand",
        OUTLIER: "demand",
        LEAD: "supply",
        UOM: "supply",
        PHANTOM: "stock",
        TRANSIT: "stock",
        DATA: "data",
        "MAND-TRANSFER": "approval",
    }
)
ERRORS = (
    ErrorType("promo-missing", (PROMO,)),
    ErrorType("stale-lead", (LEAD,)),
    ErrorType("censored-history", (CENSORED,)),
    ErrorType("bulk-outlier", (OUTLIER,)),
    ErrorType("case-each", (UOM,)),
    ErrorType("phantom-stock", (PHANTOM,)),
    ErrorType("transit-twice", (TRANSIT,)),
    ErrorType("broken-data", (DATA,)),
)
MANDATES = (
    Mandate(
        "large-transfer", "approver.transfer", "MAND-TRANSFER", limit="transfer_approval_limit", figure="move.value"
    ),
    # Two transfers on one lane and day are one: neither is over the limit, their sum is.
    Mandate("split-transfer", "approver.transfer", "MAND-TRANSFER"),
)
ORDERS = {Family.DOMESTIC: 40, Family.IMPORT: 20}
ALL = {**ORDERS, Family.TRANSFER: 40}
FAMILIES: Mapping[str, Mapping[Family, int]] = MappingProxyType(
    {
        "plain": ALL,
        "odd": {**ORDERS, Family.TRANSFER: 60},
        "promo-missing": ALL,
        "stale-lead": ORDERS,
        "censored-history": ALL,
        "bulk-outlier": ALL,
        "case-each": ALL,
        "phantom-stock": ALL,
        "transit-twice": ALL,
        "broken-data": ALL,
        "large-transfer": {Family.TRANSFER: 1},
        "split-transfer": {Family.TRANSFER: 1},
    }
)
