"""Reason codes, error types and mandates of Agent Ops."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from lms.sandbox.rules.console import ErrorType, Mandate

SEASONAL, DRIFT, LABELS = "SEASONAL", "DRIFT", "LABELS"
SCOPE, PII, INJECTION = "SCOPE", "PII", "INJECTION"
SCHEMA, ROLLBACK, CANARY = "SCHEMA", "ROLLBACK-RULE", "CANARY"
CLEAR = "CLEAR"

REASONS: Mapping[str, str] = MappingProxyType(
    {
        SEASONAL: "model",
        DRIFT: "model",
        LABELS: "data",
        SCHEMA: "data",
        SCOPE: "agent",
        PII: "agent",
        INJECTION: "agent",
        ROLLBACK: "release",
        CANARY: "release",
        CLEAR: "clear",
        "MAND-PII": "approval",
        "MAND-EGRESS": "approval",
        "MAND-PERM": "approval",
    }
)
ERRORS = (
    ErrorType("seasonal-shift", (SEASONAL,)),
    ErrorType("missed-drift", (DRIFT,)),
    ErrorType("over-scope", (SCOPE,)),
    ErrorType("bare-data", (PII,)),
    ErrorType("obeyed-instruction", (INJECTION,)),
    ErrorType("schema-change", (SCHEMA,)),
    ErrorType("threshold-misread", (ROLLBACK,)),
    ErrorType("needless-alarm", (CLEAR,)),
    ErrorType("stale-labels", (LABELS,), since=2),
    ErrorType("short-canary", (CANARY,), since=2),
)
MANDATES = (
    Mandate("exposure", "queue.privacy", "MAND-PII"),
    Mandate("egress", "queue.security", "MAND-EGRESS"),
    Mandate("widening", "queue.governance", "MAND-PERM"),
)
