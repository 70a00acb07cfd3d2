"""The standard normal distribution in whole numbers, read from committed tables; values are in millionths."""

from __future__ import annotations

from lms.sandbox.rules.streams import KNOT_STEPS, table

MILLION = 1_000_000
# The tables reach from the 0.0005 to the 0.9995 quantile, and from -6 to 6 standard deviations.
LOWEST, WIDTH, PARTS = 5, 9990, 10_000
FURTHEST = 6 * MILLION


def quantile(numerator: int, denominator: int) -> int:
    """Return z with P(Z <= z) = numerator / denominator, at most 3.29 standard deviations from the mean."""
    knots = table("normal").knots
    at = (PARTS * numerator - LOWEST * denominator) * KNOT_STEPS
    step, rest = divmod(at, WIDTH * denominator)
    if step < 0:
        return knots[0]
    if step >= KNOT_STEPS:
        return knots[-1]
    return knots[step] + (knots[step + 1] - knots[step]) * rest // (WIDTH * denominator)


def loss(z: int) -> int:
    """Return E[(Z - z)+], the mean shortfall of a stock of z."""
    if z <= -FURTHEST:
        return -z
    if z >= FURTHEST:
        return 0
    knots = table("normal-loss").knots
    step, rest = divmod((z + FURTHEST) * KNOT_STEPS, 2 * FURTHEST)
    return knots[step] + (knots[step + 1] - knots[step]) * rest // (2 * FURTHEST)
