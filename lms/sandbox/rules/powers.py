"""Powers of ratios in whole numbers, good to about ten digits, the same on every machine."""

from __future__ import annotations

ONE = 10**15
TERMS, HALVINGS = 40, 4


def power(numerator: int, denominator: int, hundredths: int) -> int:
    """Return (numerator / denominator) to the power of `hundredths` / 100, in units of 1 / ONE.

    The logarithm is the series of the area hyperbolic tangent, the exponential its Taylor series after halving the
    exponent. Both numbers are positive, and their ratio is between a hundredth and a hundred.
    """
    if numerator < denominator:
        return power(denominator, numerator, -hundredths)
    size = _exponential(_logarithm(numerator, denominator) * abs(hundredths) // 100)
    return size if hundredths >= 0 else ONE * ONE // size


def _logarithm(numerator: int, denominator: int) -> int:
    y = (numerator - denominator) * ONE // (numerator + denominator)
    square = y * y // ONE
    total, term, odd = 0, y, 1
    while term:
        total += term // odd
        term, odd = term * square // ONE, odd + 2
    return 2 * total


def _exponential(x: int) -> int:
    small = x >> HALVINGS
    total = term = ONE
    for count in range(1, TERMS):
        term = term * small // (ONE * count)
        total += term
        if not term:
            break
    for _ in range(HALVINGS):
        total = total * total // ONE
    return total
