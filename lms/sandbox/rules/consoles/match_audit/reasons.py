"""Reason codes, error types and mandates of Match & Audit, and the families that each can be met on."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from lms.sandbox.rules.console import ErrorType, Mandate
from lms.sandbox.rules.consoles.match_audit.cases import Family

DUP, FX, TAX, QTY, PRICE, PO, TOLERANCE_OK = "DUP", "FX", "TAX", "QTY", "PRICE", "PO", "TOLERANCE-OK"

REASONS: Mapping[str, str] = MappingProxyType(
    {
        DUP: "paid-before",
        PO: "paid-before",
        QTY: "match",
        PRICE: "match",
        TOLERANCE_OK: "match",
        FX: "rates",
        TAX: "rates",
        "MAND-BANK": "approval",
        "MAND-FRAUD": "approval",
        "MAND-FX": "approval",
    }
)
ERRORS = (
    ErrorType("exact-duplicate", (DUP,)),
    ErrorType("exchange-rate", (FX,)),
    ErrorType("tax-billed", (TAX,)),
    ErrorType("over-billed", (QTY,)),
    ErrorType("price-variance", (PRICE,)),
    ErrorType("order-reused", (PO,)),
    ErrorType("false-hold", (TOLERANCE_OK,)),
    ErrorType("near-duplicate", (DUP,), since=2),
)
MANDATES = (
    Mandate("changed-bank", "queue.treasury", "MAND-BANK"),
    Mandate("costly-block", "approver.fraud", "MAND-FRAUD", limit="ltv_fraud_limit", figure="customer.ltv"),
    Mandate("rate-override", "approver.fx", "MAND-FX"),
)
INVOICES = {Family.DOMESTIC: 85, Family.FOREIGN: 15}

FAMILIES: Mapping[str, Mapping[Family, int]] = MappingProxyType(
    {
        "plain": {Family.DOMESTIC: 73, Family.FOREIGN: 15, Family.RISK: 12},
        "odd": {Family.DOMESTIC: 50, Family.FOREIGN: 30, Family.RISK: 20},
        **{error.id: INVOICES for error in ERRORS},
        "exchange-rate": {Family.FOREIGN: 1},
        "changed-bank": INVOICES,
        "costly-block": {Family.RISK: 1},
        "rate-override": {Family.FOREIGN: 1},
    }
)
