"""Drift boards: 28 daily windows of a feature's stability index and of the model's errors.

A shift of delta standard deviations in one feature moves the index of ten bins to about 0, .06, .15, .34, .93 for
delta 0, .25, .4, .6, 1; when nothing has shifted it is chi-squared with nine degrees of freedom over n (B. Yurdakul,
Statistical Properties of Population Stability Index, 2018).
"""

from __future__ import annotations

from itertools import pairwise
from math import isqrt
from typing import TYPE_CHECKING

from lms.sandbox.rules.console import Redraw
from lms.sandbox.rules.consoles.agent_ops.agents import MODELS
from lms.sandbox.rules.consoles.agent_ops.cases import DAYS, REQUESTS, Board, Fields, Labels, Season
from lms.sandbox.rules.exercise import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lms.sandbox.rules.company import CompanyFacts
    from lms.sandbox.rules.streams import Stream, Streams

TOP_LEVEL = 3
# Hundredths of a standard deviation -> the index in hundred-thousandths.
INDEX_AT = ((0, 0), (25, 6_000), (40, 15_000), (60, 34_000), (100, 93_000), (130, 140_000))
WEEK, REFERENCE_DAYS, NEAR, NEAR_ERRORS = 7, 14, 2, 20
THOUSANDTH = 1000  # hundred-thousandths of the index in one of its hundredths
WEEKEND = (4, 5, 6)
# Shift in hundredths of a deviation on the last day, by cause: (least, most).
SHIFT: Mapping[str, tuple[int, int]] = {
    "none": (0, 12),
    "small": (34, 46),
    "season": (62, 105),
    "drift": (62, 105),
    "no-loss": (62, 100),
    "stale": (62, 105),
    "edge": (50, 58),
}


def board_fields(cause: str, level: int, streams: Streams, facts: CompanyFacts) -> Fields:
    """Return a drift board with a cause: a key of `SHIFT`.

    Raises:
        Redraw: a figure is so near to a threshold that it could be read either way.
    """
    drawn = streams.stream("board")
    model = drawn.pick(tuple(MODELS))
    shift, shape = drawn.between(*SHIFT[cause]), _shape(cause, level, drawn)
    index = tuple(_index(shift * share // 100, drawn) for share in shape)
    rises = cause in {"drift", "stale"} or (cause == "season" and level > 1 and drawn.chance(4000))
    errors = _errors(level, drawn, rises=rises)
    week = _mean(index[-WEEK:])
    if cause == "edge":
        index, week = _at_edge(index, facts["drift_retrain"])
    before, now = _mean(errors[:REFERENCE_DAYS]), _mean(errors[-WEEK:])
    board = Board(model, drawn.pick(MODELS[model]), index, week, errors, before, now)
    fields = Fields(board=board, season=_season(cause, board, drawn), labels=_labels(cause, level, drawn, facts))
    _clear(cause, board, rises=rises, facts=facts)
    return fields


def _shape(cause: str, level: int, drawn: Stream) -> tuple[int, ...]:
    """Return for each day the share (per cent) of the shift that is there: sudden, ramp, weekly, or all along."""
    last = DAYS - 1
    if cause in {"none", "small"}:
        return tuple(100 for _ in range(DAYS))
    weekly = cause == "season" and (level < TOP_LEVEL or drawn.chance(6000))
    if weekly:
        start = drawn.below(WEEK)
        return tuple(100 if (day + start) % WEEK in WEEKEND else drawn.between(0, 12) for day in range(DAYS))
    begins = drawn.between(8, 16)
    if drawn.chance(5000):
        full = min(last - WEEK, begins + 5)
        return tuple(max(0, min(100, 100 * (day - begins) // max(1, full - begins))) for day in range(DAYS))
    return tuple(100 if day >= begins else 0 for day in range(DAYS))


def _index(shift: int, drawn: Stream) -> int:
    """Return the index of one day, in hundredths, as a sample of 1,000 requests shows it."""
    (x0, y0), (x1, y1) = next(pair for pair in pairwise(INDEX_AT) if shift <= pair[1][0])
    base = y0 + (y1 - y0) * (shift - x0) // (x1 - x0)
    wobble = base * drawn.q("normal") // 10_000_000  # a tenth of it
    noise = drawn.q("chi-squared-9") * 100_000 // (1000 * REQUESTS)
    return max(0, base + wobble + noise + THOUSANDTH // 2) // THOUSANDTH


def _errors(level: int, drawn: Stream, *, rises: bool) -> tuple[int, ...]:
    """Return daily error rates in basis points: binomial counts of 1,000 requests about 1.5 to 4 per cent."""
    usual = drawn.between(150, 380)
    more = {1: drawn.between(280, 420), 2: drawn.between(220, 350), 3: drawn.between(190, 280)}[level] if rises else 0
    begins = DAYS - drawn.between(8, 11)
    return tuple(_rate(usual + (more if day >= begins else 0), drawn) for day in range(DAYS))


def _rate(share: int, drawn: Stream) -> int:
    variance = REQUESTS * share * (10_000 - share)  # of the count, times 10^8
    failed = REQUESTS * share * 100 + isqrt(variance * 10_000) * drawn.q("normal") // 1_000_000
    return max(0, (failed + 500_000) // 1_000_000) * 10


def _at_edge(index: tuple[int, ...], target: int) -> tuple[tuple[int, ...], int]:
    """Return the days with the last week's mean exactly at a threshold."""
    last = list(index[-WEEK:])
    last[-1] += target * WEEK - sum(last)
    if last[-1] < 0 or last[-1] > 2 * target:
        raise Redraw
    return (*index[:-WEEK], *last), target


def _season(cause: str, board: Board, drawn: Stream) -> Season:
    usual = max(0, board.index_week + drawn.between(-5, 6))
    year = drawn.between(1, 6) if cause == "season" else usual
    weekly = min(board.index[-WEEK:]) * 2 < board.index_week
    same = "weekly" if weekly else "year"
    calendar = same if cause == "season" else "quiet" if cause in {"none", "small"} else "new"
    # Errors of a season are those of last year's; of anything else, last year knew nothing.
    errors = (board.errors_now if cause == "season" else board.errors_before) + drawn.between(-3, 3) * 10
    return Season(year, Text(f"calendar.{calendar}", {}, drawn.below(1 << 20)), max(0, errors))


def _labels(cause: str, level: int, drawn: Stream, facts: CompanyFacts) -> Labels:
    if cause == "stale":
        late = {1: drawn.between(12, 30), 2: drawn.between(6, 18), 3: drawn.between(1, 5)}[level]
        return Labels(facts["label_age"] + late, drawn.between(26, 62) * 100)
    age = facts["label_age"] if level == TOP_LEVEL and drawn.chance(2000) else drawn.between(1, facts["label_age"] - 1)
    return Labels(age, drawn.between(88, 99) * 100)


def _clear(cause: str, board: Board, *, rises: bool, facts: CompanyFacts) -> None:
    week, edges = board.index_week, (facts["drift_watch"], facts["drift_retrain"])
    if cause != "edge" and any(abs(week - edge) <= NEAR for edge in edges):
        raise Redraw
    risen = board.errors_now - board.errors_before
    if abs(risen - facts["metric_loss"]) <= NEAR_ERRORS or (risen >= facts["metric_loss"]) is not rises:
        raise Redraw
    wanted = {"none": week < edges[0], "small": edges[0] <= week <= edges[1], "edge": True}
    if not wanted.get(cause, week > edges[1]):
        raise Redraw


def _mean(values: tuple[int, ...]) -> int:
    return (2 * sum(values) + len(values)) // (2 * len(values))
