"""Small-sample statistics: a rate estimated from a sample carries its interval."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

Z_95 = 1.959963984540054
MINIMUM_SAMPLE = 100


@dataclass(frozen=True, slots=True)
class Rate:
    """A share estimated from a sample, with its 95 % Wilson interval; all three are fractions."""

    count: int
    total: int
    low: float
    high: float

    @property
    def value(self) -> float:
        """Return count / total."""
        return self.count / self.total

    @property
    def decides(self) -> bool:
        """Return whether the sample is large enough for a verdict."""
        return self.total >= MINIMUM_SAMPLE


def rate(count: int, total: int, z: float = Z_95) -> Rate | None:
    """Return the share with its Wilson score interval, or None where nothing was observed.

    Source: Wilson, E. B. (1927), "Probable inference, the law of succession, and statistical inference".
    """
    if total == 0:
        return None
    share = count / total
    centre = share + z * z / (2 * total)
    spread = z * sqrt(share * (1 - share) / total + z * z / (4 * total * total))
    scale = 1 + z * z / total
    # At 0 and at 1 the bound equals the share; rounding must not put it on the wrong side.
    low, high = (centre - spread) / scale, (centre + spread) / scale
    return Rate(count, total, min(max(0.0, low), share), max(min(1.0, high), share))
