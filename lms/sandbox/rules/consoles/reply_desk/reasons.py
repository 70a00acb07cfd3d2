"""Reason codes, error types and mandates of the Reply Desk, and the intents that each can be met on."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from lms.sandbox.rules.console import ErrorType, Mandate
from lms.sandbox.rules.consoles.reply_desk.cases import AFTER_DELIVERY, BEFORE_SHIPPING, BROKEN, WEIGHTS, Intent

INTENT, SENTIMENT, POLICY, AMOUNT = "INTENT", "SENTIMENT", "POLICY", "AMOUNT"
STALE, PII, AUTHORITY = "STALE", "PII", "AUTHORITY"

REASONS: Mapping[str, str] = MappingProxyType(
    {
        INTENT: "reading",
        SENTIMENT: "reading",
        STALE: "data",
        PII: "data",
        POLICY: "rules",
        AMOUNT: "rules",
        AUTHORITY: "rules",
        "MAND-FRAUD": "approval",
        "MAND-SAFETY": "approval",
        "MAND-LEGAL": "approval",
        "MAND-PRIVACY": "approval",
        "MAND-LEAD": "approval",
    }
)
ERRORS = (
    ErrorType("intent-swap", (INTENT,)),
    ErrorType("invented-policy", (POLICY,)),
    ErrorType("wrong-amount", (AMOUNT,)),
    ErrorType("stale-status", (STALE,)),
    ErrorType("others-data", (PII,)),
    ErrorType("beyond-authority", (AUTHORITY,)),
    ErrorType("sarcasm", (SENTIMENT,), since=2),
)
MANDATES = (
    Mandate("costly-block", "queue.fraud", "MAND-FRAUD", limit="ltv_fraud_limit", figure="customer.ltv"),
    Mandate("injury", "queue.safety", "MAND-SAFETY"),
    Mandate("legal-threat", "queue.legal", "MAND-LEGAL"),
    Mandate("deletion", "queue.privacy", "MAND-PRIVACY"),
    Mandate("lost-patience", "queue.lead", "MAND-LEAD"),
)
ALL = tuple(intent for intent in WEIGHTS if intent is not Intent.CHECK)

INTENTS: Mapping[str, tuple[Intent, ...]] = MappingProxyType(
    {
        "plain": tuple(WEIGHTS),
        "odd": (*ALL, Intent.CHECK),
        "intent-swap": (Intent.RETURN, Intent.EXCHANGE, *BROKEN, *BEFORE_SHIPPING),
        "invented-policy": AFTER_DELIVERY,
        "wrong-amount": (Intent.REFUND, Intent.PAYMENT, Intent.MONEY_BACK),
        "stale-status": (Intent.WHERE, *BEFORE_SHIPPING),
        "others-data": ALL,
        "beyond-authority": (Intent.COMPLAINT,),
        "sarcasm": (Intent.WHERE, Intent.COMPLAINT, *BROKEN),
        "costly-block": (Intent.CHECK,),
        "injury": BROKEN,
        "legal-threat": (Intent.REFUND, Intent.COMPLAINT, Intent.PAYMENT),
        "deletion": (Intent.ACCOUNT,),
        "lost-patience": (Intent.WHERE, Intent.REFUND, Intent.COMPLAINT, *BROKEN, Intent.PAYMENT),
    }
)
