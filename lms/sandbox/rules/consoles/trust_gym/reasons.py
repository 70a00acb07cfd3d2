"""The five patterns, the two approvals, and which form each can be met on."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from lms.sandbox.rules.console import ErrorType, Mandate
from lms.sandbox.rules.consoles.trust_gym.cases import Form

OLD, UNIT, CONTEXT, RULE, ALIKE = "OLD", "UNIT", "CONTEXT", "RULE", "ALIKE"

REASONS: Mapping[str, str] = MappingProxyType(
    {
        OLD: "data",
        UNIT: "data",
        ALIKE: "data",
        CONTEXT: "sense",
        RULE: "sense",
        "MAND-PRICE": "approval",
        "MAND-HURT": "approval",
    }
)
ERRORS = (
    ErrorType("stale-data", (OLD,)),
    ErrorType("wrong-unit", (UNIT,)),
    ErrorType("missing-context", (CONTEXT,)),
    ErrorType("made-up-rule", (RULE,)),
    ErrorType("look-alike", (ALIKE,)),
)
MANDATES = (
    Mandate("big-price-change", "approver.price", "MAND-PRICE", limit="price_approval_limit", figure="tag.change"),
    Mandate("person-hurt", "queue.safety", "MAND-HURT"),
)
FORMS: Mapping[str, tuple[Form, ...]] = MappingProxyType(
    {
        "plain": tuple(Form),
        "odd": tuple(Form),
        "stale-data": tuple(Form),
        "wrong-unit": (Form.PARCEL, Form.INVOICE),
        "missing-context": (Form.PARCEL, Form.MESSAGE, Form.INVOICE),
        "made-up-rule": (Form.TAG, Form.MESSAGE, Form.INVOICE),
        "look-alike": (Form.PARCEL, Form.TAG, Form.INVOICE),
        "big-price-change": (Form.TAG,),
        "person-hurt": (Form.MESSAGE,),
    }
)
