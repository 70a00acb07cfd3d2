"""Which causes each kind of case is drawn from, and which verdicts the AI gives where it is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from lms.sandbox.rules.consoles.agent_ops.cases import CONTAIN, IGNORE, RETRAIN, ROLL_BACK, WATCH, Family

# A cause's id -> its family, and its name there.
CAUSES: Mapping[str, tuple[Family, str]] = MappingProxyType(
    {
        f"{family}/{name}": (family, name)
        for family, names in {
            Family.EVENT: (
                "clean", "beyond", "bare", "obeyed", "tried", "at-most", "taken-out", "renewed", "exposed", "outward",
                "widened",
            ),
            Family.DRIFT: ("none", "small", "season", "drift", "no-loss", "stale", "edge"),
            Family.RELEASE: (
                "sound", "early", "hold", "errors", "margin", "slow", "goal-edge", "rollback-edge", "blip",
            ),
            Family.FEED: ("sound", "schema", "fault", "late", "thin", "at-limit"),
        }.items()
        for name in names
    }
)  # fmt: skip
LOW = (IGNORE, WATCH)
# What an alarm about nothing comes to: one step up the ladder, and for an agent being stopped as well.
NEEDLESS: Mapping[Family, tuple[str, ...]] = MappingProxyType(
    {Family.EVENT: (WATCH, CONTAIN), Family.DRIFT: (WATCH,), Family.FEED: (WATCH,)}
)
WRONG_VERDICTS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "seasonal-shift": (RETRAIN,),
        "missed-drift": LOW,
        "over-scope": LOW,
        "bare-data": LOW,
        "obeyed-instruction": LOW,
        "schema-change": (RETRAIN, ROLL_BACK),
        "threshold-misread": (IGNORE, WATCH, CONTAIN, ROLL_BACK),
        "stale-labels": (RETRAIN,),
        "short-canary": (IGNORE,),
        "exposure": (IGNORE, WATCH, CONTAIN),
        "egress": (IGNORE, WATCH, CONTAIN),
        "widening": (IGNORE, WATCH),
    }
)
MIX: Mapping[str, Mapping[str, int]] = MappingProxyType(
    {
        "plain": {
            "event/clean": 18, "event/tried": 4, "event/beyond": 6, "event/bare": 5, "event/obeyed": 5,
            "drift/none": 7, "drift/small": 6, "drift/season": 4, "drift/drift": 7, "drift/no-loss": 2,
            "release/sound": 7, "release/early": 5, "release/hold": 4, "release/errors": 3, "release/margin": 2,
            "release/slow": 2, "feed/sound": 4, "feed/late": 5, "feed/schema": 4, "feed/fault": 4,
        },
        "odd": {
            "event/tried": 5, "event/at-most": 6, "event/taken-out": 6, "event/renewed": 6, "drift/season": 5,
            "drift/stale": 4, "drift/edge": 3, "release/goal-edge": 4, "release/rollback-edge": 4, "release/blip": 4,
            "feed/thin": 5, "feed/at-limit": 3,
        },
        "seasonal-shift": {"drift/season": 1},
        "missed-drift": {"drift/drift": 1},
        "over-scope": {"event/beyond": 1},
        "bare-data": {"event/bare": 1},
        "obeyed-instruction": {"event/obeyed": 1},
        "schema-change": {"feed/schema": 1},
        "threshold-misread": {"release/hold": 4, "release/errors": 3, "release/margin": 2, "release/slow": 2},
        "stale-labels": {"drift/stale": 1},
        "short-canary": {"release/early": 1},
        "needless-alarm": {
            "event/clean": 3, "event/at-most": 3, "event/taken-out": 3, "event/renewed": 3, "drift/none": 3,
            "feed/sound": 2, "feed/thin": 2,
        },
        "exposure": {"event/exposed": 1},
        "egress": {"event/outward": 1},
        "widening": {"event/widened": 1},
    }
)  # fmt: skip
# Values exactly on a threshold come with the highest level.
EDGES = frozenset({"drift/edge", "release/goal-edge", "release/rollback-edge", "feed/at-limit"})
TOP_LEVEL = 3


def wrong_verdicts(kind: str, family: Family) -> tuple[str, ...]:
    """Return the verdicts that the AI can give where it is wrong in that way about an alert of that family."""
    return NEEDLESS[family] if kind == "needless-alarm" else WRONG_VERDICTS[kind]


def causes_at(kind: str, level: int) -> Mapping[str, int]:
    """Return the weights of the causes that a kind of case is drawn from at a level."""
    weights = dict(MIX[kind])
    if kind == "threshold-misread" and level == TOP_LEVEL:
        weights["release/rollback-edge"] = 3
    return {cause: weight for cause, weight in weights.items() if level == TOP_LEVEL or cause not in EDGES}
