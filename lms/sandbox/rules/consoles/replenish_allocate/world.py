"""Drawing what is true of an item: its sales, promotions, lead times, stock and deliveries."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lms.sandbox.rules.console import Redraw
from lms.sandbox.rules.consoles.goods import code_for, name_for
from lms.sandbox.rules.consoles.replenish_allocate.cases import DAYS, Checks, Demand, Inbound, Largest, Lead, Promo, Sku
from lms.sandbox.rules.consoles.replenish_allocate.reasons import Family
from lms.sandbox.rules.consoles.replenish_allocate.script import (
    CENSORED,
    DATA,
    LEAD,
    OUTLIER,
    PROMO,
    TRANSIT,
    UOM,
    Script,
)
from lms.sandbox.rules.consoles.replenish_allocate.truth import FULL, MILLION, ONE_OFF, days_of

if TYPE_CHECKING:
    from lms.sandbox.rules.consoles.replenish_allocate.cases import Spans
    from lms.sandbox.rules.streams import Stream

# The model of demand: median of the daily mean, share of the rarely sold, what they sell, weekdays from Monday.
MEDIAN, SPARSE, RARE = 12 * MILLION, 2000, {"sales-0.3": 300_000, "sales-0.5": 500_000, "sales-0.8": 800_000}
WEEK = (9000, 9200, 9500, 10_000, 11_200, 11_500, 9600)
BUCKETS = (64, 32, 16, 8, 4, 2)
FAST_MOVERS = 3  # what is worth a transfer sells three times as fast
IMPORTED = 8 * MILLION  # nobody ships a handful from overseas
MEDIAN_UPLIFT, TESTED_UPLIFT = 19_000, 15_000
MEDIAN_COST, DOLLAR = 14_00, 1_00
PACKS = (1, 2, 4, 5, 6, 8, 10, 12, 20, 24)
# The dearer a thing is, the fewer are in a case: up to which cost how many. What is cheap and bought by the hundred
# does not come one by one.
IN_A_CASE, DEAREST_IN_A_CASE = ((15_00, 24), (40_00, 12), (100_00, 4)), 2
FAST, CHEAP, FAST_CASE = 40 * MILLION, 15_00, 6
WEEK_OF_SALES = 7
GRADES = (("A", 400_00), ("B", 100_00), ("C", 0))  # turnover a day
LONG_GAP = 12  # days without stock that come in two spells
LARGE_PACKS = {1: (10, 12, 16, 20, 24), 2: (6, 8, 10), 3: (6, 8, 10)}
STANDING, BUYERS = "standing", ("household", "household", "household", "standing")
MOST_AT_HOME, LEAST_STANDING = 4, 6  # units that a household buys at once; that a shop does, where so many are sold
SUPPLIERS = (
    "Bergmann & Sohn", "Castell Trading", "Delmar Wholesale", "Ostrava Works", "Harrow Supply", "Lindqvist AB",
    "Marchetti", "Nordlund", "Peakline", "Rowan Brothers", "Silva & Filhos", "Tideway", "Vanterpool", "Westmark",
)  # fmt: skip
OVERSEAS = (
    "Anping Manufacturing", "Bao Long", "Chittagong Sourcing", "Da Nang Trading", "Haining Exports", "Izmir Traders",
    "Jaipur Exports", "Keelung Goods", "Ningbo Supply", "Penang Merchants", "Shenzhen Brightway", "Surat Trading",
)  # fmt: skip
WAREHOUSES = ("Harlow", "Tilburg", "Zaragoza", "Lodz", "Lyon", "Malmo", "Verona", "Graz", "Porto", "Cork")
LEADS = {Family.DOMESTIC: "gamma-lead-domestic", Family.IMPORT: "gamma-lead-import"}
SHORTEST = {Family.DOMESTIC: 4, Family.IMPORT: 16}


@dataclass(frozen=True, slots=True)
class Rate:
    """How an item sells: the table to draw its days from, and the mean in millionths a day."""

    table: str
    mean: int


def rate_of(script: Script, drawn: Stream) -> Rate:
    """Return how an item sells; errors of quantity need one that sells enough for them to matter."""
    if script.family is Family.DOMESTIC and not script.errors and drawn.chance(SPARSE):
        table = drawn.pick(tuple(RARE))
        return Rate(table, RARE[table])
    mean = max(MILLION, drawn.scaled("lognormal-090", MEDIAN))
    if script.family is Family.TRANSFER:
        mean = FAST_MOVERS * max(mean, 4 * MILLION)
    elif script.family is Family.IMPORT:
        mean = max(mean, IMPORTED)
    elif script.errors:
        mean = max(mean, 3 * MILLION)
    return Rate(f"sales-factor-{next((b for b in BUCKETS if b * MILLION <= mean), BUCKETS[-1]):02d}", mean)


def sku_of(script: Script, rate: Rate, drawn: Stream) -> Sku:
    """Return the item.

    Raises:
        Redraw: what costs so much does not come in cases as large as the script needs.
    """
    cost = max(DOLLAR, drawn.scaled("lognormal-080", MEDIAN_COST))
    name = name_for(cost, drawn)
    packs = LARGE_PACKS[script.level] if UOM in script.errors else PACKS
    if script.family is not Family.TRANSFER:  # what a transferred item costs follows from what the transfer is worth
        packs = tuple(pack for pack in packs if pack <= most_in_a_case(cost))
        many = rate.mean >= FAST or script.family is Family.IMPORT
        if many and cost < CHEAP:
            packs = tuple(pack for pack in packs if pack >= FAST_CASE)
    if not packs:
        raise Redraw
    pack = drawn.pick(packs)
    if rate.mean < 2 * MILLION:
        pack = min(pack, 2)
    price, minimum = priced(cost), pack * drawn.pick((1, 1, 2))
    if script.family is Family.IMPORT:
        minimum = max(1, rate.mean * WEEK_OF_SALES // MILLION // pack) * pack
    return Sku(code_for(name, drawn), name, graded(rate.mean, price), cost, price, pack, minimum)


def most_in_a_case(cost: int) -> int:
    """Return how many units of what costs so much are in a case at most."""
    return next((most for bound, most in IN_A_CASE if cost < bound), DEAREST_IN_A_CASE)


def graded(mean: int, price: int) -> str:
    """Return the class by turnover of what sells `mean` millionths a day at a price."""
    turnover = mean * price // MILLION
    return next(grade for grade, least in GRADES if turnover >= least)


def priced(cost: int) -> int:
    """Return the price of what costs so much: the cost is 60 % of it."""
    return cost * 5 // 3


def lead_of(script: Script, drawn: Stream) -> Lead:
    """Return the supplier's or the lane's lead times; where the quote is old, deliveries take longer than it says."""
    size = script.sizes.get(LEAD, 100)
    if script.family is Family.TRANSFER:
        usual, source = drawn.between(2, 5), ""
    else:
        usual = max(SHORTEST[script.family], drawn.q(LEADS[script.family]) // 1000)
        source = drawn.pick(OVERSEAS if script.family is Family.IMPORT else SUPPLIERS)
    quoted = usual
    if LEAD in script.cues:
        usual = usual + usual * size * drawn.between(60, 100) // FULL + 2
    spread = max(1, usual // 8)
    last = tuple(max(1, usual + drawn.between(-spread, spread)) for _ in range(6))
    return Lead(source, quoted, last)


def promo_of(script: Script, horizon: int, drawn: Stream) -> Promo:
    """Return the promotion to come, well inside the time that the order has to last for, or none."""
    uplift = max(TESTED_UPLIFT, drawn.scaled("lognormal-030", MEDIAN_UPLIFT)) // 500 * 500 - FULL
    days = drawn.pick((7, 7, 10, 14))
    if script.errors[:1] == (PROMO,):
        uplift, days = max(uplift, 70 * script.sizes[PROMO]), max(days, horizon * script.sizes[PROMO] // 300)
    days = min(days, horizon - 2)
    start = drawn.between(1, max(1, horizon - days - 1))
    return Promo(start, days, uplift) if PROMO in script.cues else Promo(None, None, None)


def demand_of(script: Script, rate: Rate, drawn: Stream) -> Demand:
    """Return 84 days of sales with their stock-outs, promotions and the largest order among them."""
    size = script.sizes.get(CENSORED, 100)
    gap = drawn.between(20, 30) * size // 100 if CENSORED in script.errors else drawn.between(3, 8)
    gaps = (gap * 3 // 5, gap - gap * 3 // 5) if gap > LONG_GAP else (gap,)
    out_lengths = gaps if CENSORED in script.cues else ()
    promo_lengths = (7,) * drawn.weighted({0: 6, 1: 3, 2: 1})
    spans = _placed((*out_lengths, *promo_lengths), drawn)
    out, promoted = _ordered(spans[: len(out_lengths)]), _ordered(spans[len(out_lengths) :])
    season = drawn.between(13, 18) * 1000 if script.peak else FULL
    uplift = max(TESTED_UPLIFT, drawn.scaled("lognormal-030", MEDIAN_UPLIFT))
    daily = _sales(rate, days_of(out), days_of(promoted), uplift, drawn)
    return _with_largest(script, rate, Demand(tuple(daily), out, promoted, Largest(0, 1, ""), season), drawn)


def inbound_of(script: Script, units: int, pack: int, longest: int, drawn: Stream) -> tuple[Inbound, ...]:
    """Return deliveries of about that many units together, in whole packs; one may be listed twice.

    None is due later than after the `longest` lead time in days, or it would not have been ordered yet.
    """
    packs = units // pack
    if packs == 0:
        return ()
    alike = TRANSIT in script.cues and TRANSIT not in script.errors
    count = 2 if alike else 1 if TRANSIT in script.errors else drawn.weighted({1: 5, 2: 4, 3: 1})
    share = packs // count
    if share == 0:
        return ()
    places = ("under-way", "confirmed", "customs" if script.family is Family.IMPORT else "under-way")
    number, due = drawn.between(20_000, 89_999), drawn.between(1, 6)
    rows = [
        Inbound(
            # Two deliveries that look alike have neighbouring numbers, and are two.
            f"PO-{number + place if alike else drawn.between(20_000, 89_999)}",
            pack * (share if place or alike else packs - share * (count - 1)),
            min(longest, due + (1 if alike else 3) * place),
            drawn.pick(places),
        )
        for place in range(count)
    ]
    if TRANSIT in script.errors:
        rows.append(Inbound(rows[0].order, rows[0].units, 0, "dock"))
    return tuple(rows)


def checks_of(script: Script, drawn: Stream) -> Checks:
    """Return what the data checks say; of three things one may catch the eye, or be broken."""
    place = drawn.below(3)
    calm, odd, broken = (
        ("complete", "plausible", "unchanged"),
        ("late", "corrected", "confirmed"),
        ("incomplete", "negative", "unconfirmed"),
    )
    found = list(calm)
    if DATA in script.cues:
        found[place] = (broken if DATA in script.errors else odd)[place]
    return Checks(*found)


def _sales(rate: Rate, out: frozenset[int], promoted: frozenset[int], uplift: int, drawn: Stream) -> list[int]:
    begin = drawn.below(7)
    draws = drawn.many(rate.table, DAYS)
    if rate.table in RARE:
        return [0 if day in out else units for day, units in enumerate(draws)]
    whole = FULL * MILLION * MILLION
    plain = [rate.mean * share for share in WEEK]
    raised = [rate.mean * share * uplift // FULL for share in WEEK]
    means = [(raised if day in promoted else plain)[(begin + day) % 7] for day in range(DAYS)]
    return [
        0 if day in out else (2 * mean * factor + whole) // (2 * whole)
        for day, (mean, factor) in enumerate(zip(means, draws, strict=True))
    ]


def _with_largest(script: Script, rate: Rate, demand: Demand, drawn: Stream) -> Demand:
    left_out = days_of(demand.out) | days_of(demand.promoted)
    calm = [day for day in range(DAYS) if day not in left_out]
    day = drawn.pick(calm)
    daily = list(demand.daily)
    if OUTLIER in script.cues:
        share = drawn.between(60, 95) * script.sizes.get(OUTLIER, 70) // 100
        units, buyer = max(8, len(calm) * rate.mean * share // 100 // MILLION), ONE_OFF
        daily[day] += units
    else:
        buyer = drawn.pick(BUYERS)
        likely = max(LEAST_STANDING, daily[day] // 3) if buyer == STANDING else drawn.between(1, MOST_AT_HOME)
        units = max(1, min(daily[day], likely))
        daily[day] = max(daily[day], units)
    return Demand(tuple(daily), demand.out, demand.promoted, Largest(units, DAYS - day, buyer), demand.season)


def _placed(lengths: tuple[int, ...], drawn: Stream) -> Spans:
    """Return spans of these lengths in random places that do not touch; the last days stay free."""
    order = drawn.shuffled(range(len(lengths)))
    free = DAYS - sum(lengths) - 3 * (len(lengths) + 1)
    cuts = sorted(drawn.below(free + 1) for _ in lengths)
    found: dict[int, tuple[int, int]] = {}
    at = before = 0
    for place, cut in zip(order, cuts, strict=True):
        at += 3 + cut - before
        found[place] = (DAYS - at, DAYS - at - lengths[place] + 1)
        at, before = at + lengths[place], cut
    return tuple(found[place] for place in range(len(lengths)))


def _ordered(spans: Spans) -> Spans:
    return tuple(sorted(spans, reverse=True))
