"""What happens in a case, before anything is drawn: what there is to see, and what of it the AI gets wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from lms.sandbox.rules.consoles.replenish_allocate.reasons import ERRORS, FAMILIES, Family
from lms.sandbox.rules.exercise import Stratum

if TYPE_CHECKING:
    from lms.sandbox.rules.exercise import Slot
    from lms.sandbox.rules.streams import Streams

TOP_LEVEL = 3
PROMO, PROMO_TWICE, LEAD, CENSORED = "promo-missing", "promo-doubled", "stale-lead", "censored-history"
OUTLIER, UOM, PHANTOM, TRANSIT, DATA = "bulk-outlier", "case-each", "phantom-stock", "transit-twice", "broken-data"
# On the highest level a second error works against the first one; both are to be seen.
OFFSETS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        PROMO: (OUTLIER,),
        LEAD: (OUTLIER, PROMO_TWICE),
        CENSORED: (PROMO_TWICE,),
        PHANTOM: (OUTLIER, PROMO_TWICE),
        TRANSIT: (OUTLIER, PROMO_TWICE),
        OUTLIER: (PHANTOM, TRANSIT),
        UOM: (PHANTOM, TRANSIT, CENSORED),
    }
)
SPLIT = "split-transfer"
CODES: Mapping[str, str] = MappingProxyType({**{error.id: error.reasons[0] for error in ERRORS}, PROMO_TWICE: "PROMO"})
# Shares in basis points: how often something is there to be seen that the AI reckoned with.
USUAL = MappingProxyType({PROMO: 2500, CENSORED: 2500, OUTLIER: 800, LEAD: 1200, PHANTOM: 600, DATA: 1200})
ODD = (PROMO, LEAD, CENSORED, OUTLIER, PHANTOM, TRANSIT)
OFFSET, PEAK, ON_THE_LIMIT = 6000, 3500, 6000
FIRST, SECOND = {1: 100, 2: 70, 3: 70}, 45


@dataclass(frozen=True, slots=True)
class Script:
    """What a case shows (`cues`) and what the AI made of it: `errors`, the main one first.

    `sizes` are in per cent of a plain mistake's size; `together` says whether a transfer on the same lane and day is
    booked already; `on_limit` whether the transfer is worth exactly as much as may be moved without approval.
    """

    family: Family
    level: int
    stratum: Stratum
    cues: frozenset[str]
    errors: tuple[str, ...]
    sizes: Mapping[str, int]
    peak: bool
    together: bool
    on_limit: bool

    @property
    def codes(self) -> tuple[str, ...]:
        """Return the reason codes of what is wrong, the main one first."""
        return tuple(CODES[error] for error in self.errors)


def script_for(slot: Slot, streams: Streams) -> Script:
    """Return what happens in a case for a slot."""
    drawn = streams.stream("script")
    family = drawn.weighted(FAMILIES[slot.kind])
    errors: tuple[str, ...] = (slot.kind,) if slot.stratum is Stratum.WRONG else ()
    if errors and slot.level == TOP_LEVEL and slot.kind in OFFSETS and drawn.chance(OFFSET):
        errors = (slot.kind, drawn.pick(OFFSETS[slot.kind]))
    seen = {cue for cue, share in USUAL.items() if drawn.chance(share)} - ({DATA} if errors else set())
    on_limit, together = False, slot.kind == SPLIT
    if slot.kind == "odd":
        limited = family is Family.TRANSFER and drawn.chance(ON_THE_LIMIT)
        on_limit, together = limited and slot.level == TOP_LEVEL, limited and slot.level < TOP_LEVEL
        seen = seen if limited else {drawn.pick(ODD[1:] if family is not Family.TRANSFER else (PROMO, *ODD[2:]))}
    elif slot.stratum is not Stratum.MAND:
        together = drawn.chance(2500)
    for one, other in ((OUTLIER, CENSORED), (PHANTOM, TRANSIT)):
        if {one, other} & set(errors):
            seen -= {one, other}
    if {PROMO, PROMO_TWICE} & set(errors):
        seen.add(PROMO)
    sizes = {error: FIRST[slot.level] if place == 0 else SECOND for place, error in enumerate(errors)}
    peak = slot.level == TOP_LEVEL and drawn.chance(PEAK)
    cues = frozenset(seen) | {PROMO if error == PROMO_TWICE else error for error in errors}
    return Script(family, slot.level, slot.stratum, cues, errors, sizes, peak, together, on_limit)
