"""Drawing what is true around an item: its cost, how buyers react, rivals' listings, offers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING

from lms.sandbox.rules.console import Redraw
from lms.sandbox.rules.consoles.price_promo_studio.cases import Elasticity, Offer, Rival

if TYPE_CHECKING:
    from lms.sandbox.rules.streams import Stream

FULL = 10_000
MEDIAN_COST, SMALL_COST, LEAST_COST, MULTIPACK_UNDER = 14_00, 6_00, 1_50, 16_00
FIRST_DAY, DAYS = date(2026, 1, 5).toordinal(), 720
STEEP, CLOSEST = -260, 130  # an elasticity at which margins are thin; the flattest that still has a best price, negated
FLOORS, LOWEST_FLOOR, HIGHEST_FLOOR = (-600, -300, 0, 0, 0, 300, 700), 1200, 2500
BIG_PRICE = 4_00
ROUND = 20  # cents: a price of which fifteen per cent is a whole number of cents
SHOPS = (
    "Kaufhaus24", "BuyBarn", "Shoplane", "Marktplatz Nord", "Valuto", "Homely", "PriceFox", "Tienda Real", "Dealio",
    "Corner & Co", "Megastock", "Brightbasket", "Lagerhaus", "Nettoshop", "Urbanista", "Everbuy",
)  # fmt: skip
PACKS = (2, 3, 4, 6, 8, 10, 12)
SMALLER: Mapping[int, tuple[int, ...]] = {2: (1,), 3: (2,), 4: (3, 2), 6: (4, 3), 8: (6, 4), 10: (8, 5), 12: (10, 8, 6)}
OFFERS = ("newsletter", "weekend", "members", "app", "clearance")


def cost(drawn: Stream, *, small: bool) -> int:
    """Return what an item costs; what is sold in packs of several costs little."""
    found = max(LEAST_COST, drawn.scaled("lognormal-080", SMALL_COST if small else MEDIAN_COST))
    return min(found, MULTIPACK_UNDER - 1) if small else found


def elasticity(drawn: Stream, *, steep: bool) -> int:
    """Return how buyers react, in hundredths."""
    found = drawn.q("elasticity") // 10
    return min(found, STEEP - drawn.below(60)) if steep else found


def estimate(clean: int, percent: int, drawn: Stream, *, promo: bool) -> Elasticity:
    """Return the elasticity card: where weeks with an offer are in the window, its estimate is `percent` too steep."""
    error = drawn.between(12, 34)
    if not promo:
        return Elasticity(clean, error, promo=False, clean=clean, clean_error=error)
    return Elasticity(clean * percent // 100, error, promo=True, clean=clean, clean_error=error + drawn.between(3, 15))


def pack(cost: int, drawn: Stream, *, several: bool) -> int:
    """Return how many pieces a pack of ours has."""
    if several:
        return drawn.pick(PACKS)
    return drawn.pick((1, 1, *PACKS)) if cost < MULTIPACK_UNDER else 1


def day(drawn: Stream) -> int:
    """Return the day from which a price is to hold."""
    return FIRST_DAY + drawn.below(DAYS)


def floor(usual: int, drawn: Stream) -> int:
    """Return the lowest margin of an item's category, around the company's."""
    return min(HIGHEST_FLOOR, max(LOWEST_FLOOR, usual + drawn.pick(FLOORS)))


def uncapped(price: int, policy: Mapping[str, int]) -> int:
    """Return the rival's price beside which `price` is the highest allowed."""
    return -(-price * FULL // (FULL + policy["rival_cap"]))


def rivals(pack: int, lowest: int, drawn: Stream) -> tuple[Rival, ...]:
    """Return three listings, the cheapest of which asks `lowest` for as many pieces as ours."""
    factors = (100, drawn.between(103, 118), drawn.between(106, 132))
    return _listed([lowest * factor // 100 for factor in factors], pack, drawn)


def smaller_pack(
    pack: int, aim: int, best: int, policy: Mapping[str, int], drawn: Stream
) -> tuple[tuple[Rival, ...], int]:
    """Return listings of which one has fewer pieces than ours, and its price, read as if it had as many.

    Raises:
        Redraw: by the piece that listing would hold the best price down as well.
    """
    fewer, read = drawn.pick(SMALLER[pack]), charming(uncapped(aim, policy))
    if read * pack // fewer * (FULL + policy["rival_cap"]) < best * FULL:
        raise Redraw
    others = _listed([best * drawn.between(99, 125) // 100 for _ in range(2)], pack, drawn)
    shop = next(name for name in drawn.shuffled(SHOPS) if name not in {one.shop for one in others})
    return drawn.shuffled((*others, Rival(shop, read, fewer, drawn.between(1, 20)))), read


def offers(day: int, drawn: Stream, *, over: bool) -> tuple[Offer, ...]:
    """Return the offers on an item: few run, some are over; none comes near the limit."""
    found = []
    kinds = drawn.shuffled(OFFERS)
    if over:
        end = day - drawn.between(1, 5)
        found.append(Offer(kinds[0], 100 * drawn.between(15, 28), end - drawn.between(5, 12), end))
    if drawn.chance(3500):
        start = day - drawn.between(0, 9)
        found.append(Offer(kinds[1], 100 * drawn.between(4, 12), start, day + drawn.between(1, 9)))
    return tuple(found)


def stacked(day: int, kept: int, drawn: Stream, *, two: bool) -> tuple[Offer, ...]:
    """Return offers that run on the day and leave about `kept` basis points of the price.

    Raises:
        Redraw: an offer of that size is none that anybody makes.
    """
    kinds = drawn.shuffled(OFFERS)
    shares = [FULL - kept]
    if two:
        first = 100 * drawn.between(5, 9)
        shares = [first, FULL - kept * FULL // (FULL - first)]
    if not all(300 <= share <= 2900 for share in shares):  # noqa: PLR2004  three to twenty-nine per cent
        raise Redraw
    return tuple(
        Offer(kind, -(-share // 50) * 50, day - drawn.between(0, 8), day + drawn.between(2, 12))
        for kind, share in zip(kinds, shares, strict=False)
    )


def charming(price: int) -> int:
    """Return the price as shops write it: one that ends in nine cents, where it is large enough for that."""
    return price // 10 * 10 + 9 if price >= BIG_PRICE else price


def _listed(amounts: list[int], pack: int, drawn: Stream) -> tuple[Rival, ...]:
    """Return listings that ask these amounts for as many pieces as ours, some for another number of pieces."""
    found = []
    for shop, amount in zip(drawn.sample(SHOPS, len(amounts)), amounts, strict=True):
        pieces = drawn.pick(PACKS) if pack > 1 and drawn.chance(4000) else pack
        found.append(Rival(shop, charming(max(9, amount * pieces // pack)), pieces, drawn.between(1, 30)))
    return drawn.shuffled(found)
