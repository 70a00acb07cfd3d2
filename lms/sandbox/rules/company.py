"""What consoles need to know of a company: its thresholds and tolerances.

Consoles never hold a figure of policy themselves. `SHIPPED` are the values Groundschool comes with, under the names
that company.yml uses; a company overrides them, and each attempt stores the values that its learner saw in the policy
drawer. Queues are company facts too: a console names them ("queue.fraud", "approver.transfer") and the page words
them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from lms.sandbox.rules.exercise import Unit

CENTS: Mapping[str, int] = {
    "transfer_approval_limit": 50_000_00,
    "ltv_fraud_limit": 10_000_00,
    "goodwill_limit": 25_00,
    "price_tolerance": 50_00,
}
BASIS_POINTS: Mapping[str, int] = {
    "price_approval_limit": 1500,
    "error_rate_rollback": 1000,
    "error_rate_goal": 500,
    "canary_share_min": 500,
    "canary_share_max": 1000,
    "substitute_price_band": 1000,
    "weight_tolerance": 300,
    "goodwill_share": 1000,
    "order_tolerance": 1000,
    "margin_floor": 1800,
    "promo_stack_limit": 3000,
    "optimal_price_tolerance": 150,
    "rival_cap": 1000,
    "quantity_tolerance": 200,
    "price_tolerance_share": 200,
    "latency_factor": 15_000,
    "metric_loss": 150,
    "promo_dip": 1500,
}
COUNTS: Mapping[str, int] = {
    "canary_hours_min": 48,
    "canary_hours_max": 72,
    "stale_count": 60,
    "return_window": 30,
    "return_window_top_tier": 45,
    "reship_after": 7,
    "lead_sentiment": -70,
    "lead_contacts": 3,
    "fraud_signals": 3,
    "low_cover": 7,
    "review_period": 7,
    "promo_dip_days": 7,
    "bank_change_hold": 30,
    "duplicate_days": 7,
    "duplicate_distance": 2,
    "latency_windows": 3,
    "label_age": 7,
    "feed_lag": 45,
}
# Hundredths of the population stability index.
HUNDREDTHS: Mapping[str, int] = {"drift_watch": 10, "drift_retrain": 25}
SHIPPED: Mapping[str, int] = MappingProxyType({**CENTS, **BASIS_POINTS, **COUNTS, **HUNDREDTHS})


@dataclass(frozen=True, slots=True)
class CompanyFacts:
    """One company's figures; they start from what is shipped."""

    numbers: Mapping[str, int] = field(default_factory=lambda: SHIPPED)

    def __getitem__(self, name: str) -> int:
        """Return the figure of that name, in its unit.

        Raises:
            KeyError: no console may ask for a fact that is not in `SHIPPED`.
        """
        return self.numbers[name]

    def overridden(self, **numbers: int) -> CompanyFacts:
        """Return these facts with some figures replaced.

        Raises:
            KeyError: a name is not one of the known facts.
        """
        unknown = sorted(set(numbers) - set(SHIPPED))
        if unknown:
            raise KeyError(*unknown)
        return CompanyFacts({**self.numbers, **numbers})


def unit_of(name: str) -> Unit:
    """Return what a fact counts."""
    if name in HUNDREDTHS:
        return Unit.INDEX
    return Unit.MONEY if name in CENTS else Unit.SHARE if name in BASIS_POINTS else Unit.COUNT


def exceeds(value: int, limit: int) -> bool:
    """Return whether `value` needs approval: strictly more than the limit ("exceeding $50K"), never at it."""
    return value > limit
