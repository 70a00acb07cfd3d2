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

# Money in cents, shares and rates in basis points, the rest plain counts. The first block are the source's own figures.
SHIPPED: Mapping[str, int] = MappingProxyType(
    {
        "price_approval_limit": 1500,
        "transfer_approval_limit": 50_000_00,
        "ltv_fraud_limit": 10_000_00,
        "error_rate_rollback": 1000,
        "error_rate_goal": 500,
        "canary_share_min": 500,
        "canary_share_max": 1000,
        "canary_hours_min": 48,
        "canary_hours_max": 72,
        "substitute_price_band": 1000,
        "weight_tolerance": 300,
        "stale_count": 60,
        "return_window": 30,
        "return_window_top_tier": 45,
        "reship_after": 7,
        "goodwill_share": 1000,
        "goodwill_limit": 25_00,
        "lead_sentiment": -70,
        "lead_contacts": 3,
        "order_tolerance": 1000,
        "margin_floor": 1800,
        "promo_stack_limit": 3000,
        "low_cover": 7,
        "optimal_price_tolerance": 150,
        "quantity_tolerance": 200,
        "price_tolerance_share": 200,
        "price_tolerance": 50_00,
        "bank_change_hold": 30,
        "duplicate_days": 7,
        "duplicate_distance": 2,
        "latency_factor": 15_000,
        "latency_windows": 3,
        "drift_watch": 10,
        "drift_retrain": 25,
    }
)


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
        for name in numbers:
            SHIPPED[name]
        return CompanyFacts({**self.numbers, **numbers})


def exceeds(value: int, limit: int) -> bool:
    """Return whether `value` needs approval: strictly more than the limit ("exceeding $50K"), never at it."""
    return value > limit
