"""Benchmarks: figures, the ratios between figures of one run, and the goals those ratios are held against.

Absolute figures drift with the machine; both sides of a ratio are measured in alternation in the same run.
"""

from __future__ import annotations

import json
import operator
import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

COMPARE: dict[str, Callable[[float, float], bool]] = {
    "<=": operator.le,
    "<": operator.lt,
    ">=": operator.ge,
    ">": operator.gt,
    "==": operator.eq,
}


@dataclass(frozen=True, slots=True)
class Goal:
    """What a ratio or figure should be: `op` is one of `COMPARE`."""

    op: str
    value: float

    def is_met(self, measured: float) -> bool:
        """Return whether `measured` satisfies the goal."""
        return COMPARE[self.op](measured, self.value)


@dataclass(frozen=True, slots=True)
class Report:
    """The result of one benchmark. Names of figures say their unit: `page_us`, `answers_per_s`."""

    bench: str
    figures: Mapping[str, float]
    ratios: Mapping[str, float]
    goals: Mapping[str, Goal] = field(default_factory=dict)

    @property
    def met(self) -> bool:
        """Return whether every goal is met; a goal without its measurement is not."""
        measured = {**self.figures, **self.ratios}
        return all(name in measured and goal.is_met(measured[name]) for name, goal in self.goals.items())

    def as_json(self) -> str:
        """Return the report as one JSON object."""
        return json.dumps(
            {
                "bench": self.bench,
                "figures": {name: rounded(value) for name, value in self.figures.items()},
                "ratios": {name: rounded(value) for name, value in self.ratios.items()},
                "goals": {name: {"op": goal.op, "value": goal.value} for name, goal in self.goals.items()},
                "met": self.met,
            }
        )

    def as_table(self) -> str:
        """Return the report as lines for a person."""
        rows = [(name, value, "") for name, value in self.figures.items() if name not in self.goals]
        for name, value in {**self.ratios, **{k: v for k, v in self.figures.items() if k in self.goals}}.items():
            goal = self.goals.get(name)
            verdict = (
                "" if goal is None else f"goal {goal.op} {goal.value:g}: {'met' if goal.is_met(value) else 'MISSED'}"
            )
            rows.append((name, value, verdict))
        rows += [
            (name, float("nan"), "not measured: MISSED") for name in self.goals if name not in {row[0] for row in rows}
        ]
        width = max((len(name) for name, _, _ in rows), default=0)
        lines = [f"{name:<{width}}  {rounded(value):>12}  {verdict}".rstrip() for name, value, verdict in rows]
        return "\n".join([self.bench, *lines])


def rounded(value: float) -> float:
    """Return four significant digits."""
    return float(f"{value:.4g}")


def alternate(
    sides: Mapping[str, Callable[[], object]],
    *,
    rounds: int = 15,
    seconds: float = 0.1,
    clock: Callable[[], float] = time.perf_counter,
) -> dict[str, float]:
    """Return the median seconds one call of each side takes on `clock` (`time.process_time` counts CPU alone).

    The sides take turns for `rounds` rounds, each for about `seconds`, so that what disturbs one disturbs all.
    """
    calls = {name: _calls_in(work, seconds, clock) for name, work in sides.items()}
    times: dict[str, list[float]] = {name: [] for name in sides}
    for _ in range(rounds):
        for name, work in sides.items():
            times[name].append(_seconds_per_call(work, calls[name], clock))
    return {name: statistics.median(measured) for name, measured in times.items()}


def percentile(values: list[float], share: float) -> float:
    """Return the smallest value that at least `share` (0 to 1) of the values do not exceed."""
    ordered = sorted(values)
    return ordered[max(0, -(-int(share * len(ordered) * 1000) // 1000) - 1)]


def _calls_in(work: Callable[[], object], seconds: float, clock: Callable[[], float]) -> int:
    work()  # what is made once is not measured
    return max(1, round(seconds / max(_seconds_per_call(work, 1, clock), 1e-9)))


def _seconds_per_call(work: Callable[[], object], calls: int, clock: Callable[[], float]) -> float:
    started = clock()
    for _ in range(calls):
        work()
    return (clock() - started) / calls
