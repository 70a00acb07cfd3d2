"""The pictures of a console: facts of a case as lines, marks and ranges, with the rows of the table beneath them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import JsonValue

from lms.infra.i18n import _, ngettext
from lms.sandbox.queries.words import Words
from lms.sandbox.rules.console import DayChart, Fact, Panel, ScaleChart, SpreadChart
from lms.sandbox.rules.exercise import Case
from lms.sandbox.rules.transcript import value_at

WEEK = 7
# The scale begins and ends this share of its width before the first mark and after the last one.
MARGIN = 0.06


@dataclass(frozen=True, slots=True)
class Band:
    """Days that stand out: (first day from the left, how many)."""

    name: str
    spans: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Week:
    """Seven days of the table: their numbers, the sum, and of each band how many of its days they hold."""

    label: str
    days: str
    total: str
    held: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Days:
    """A number per day. `points` are shares of the highest day, 0 to 1."""

    title: str
    points: tuple[float, ...]
    highest: str
    bands: tuple[Band, ...]
    weeks: tuple[Week, ...]
    kind: str = "days"


@dataclass(frozen=True, slots=True)
class Mark:
    """An amount on a scale: where it stands, 0 to 1, its number in the picture, its name and itself in words."""

    at: float
    number: int
    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Scale:
    """Amounts on one scale, the smallest first."""

    title: str
    marks: tuple[Mark, ...]
    kind: str = "scale"


@dataclass(frozen=True, slots=True)
class Range:
    """An estimate with its range: where they stand, 0 to 1, and in words."""

    name: str
    low: float
    middle: float
    high: float
    text: str
    low_text: str
    high_text: str


@dataclass(frozen=True, slots=True)
class Spread:
    """Estimates beside each other."""

    title: str
    ranges: tuple[Range, ...]
    kind: str = "spread"


def chart_of(words: Words, case: Case, panel: Panel) -> Days | Scale | Spread | None:
    """Return the picture of a panel, or None where it has none."""
    match panel.chart:
        case DayChart():
            return _days(words, case, panel.chart)
        case ScaleChart():
            return _scale(words, case, panel.chart)
        case SpreadChart():
            return _spread(words, case, panel.chart)
        case _:
            return None


def _days(words: Words, case: Case, chart: DayChart) -> Days:
    values = [int(str(one)) for one in _items(case, chart.path)]
    count, top = len(values), max(1, *values)
    bands = tuple(
        Band(
            words.label(path),
            tuple((count - first, first - last + 1) for first, last in _spans(case, path)),
        )
        for path in chart.bands
    )
    return Days(
        title=words.label(chart.path),
        points=tuple(value / top for value in values),
        highest=words.value("count", top),
        bands=bands,
        weeks=tuple(_week(words, values, bands, at) for at in range(0, count, WEEK)),
    )


def _week(words: Words, values: Sequence[int], bands: tuple[Band, ...], at: int) -> Week:
    days, ago = values[at : at + WEEK], (len(values) - at) // WEEK
    label = _("Last week") if ago == 1 else ngettext("%(num)s week ago", "%(num)s weeks ago", ago)
    held = [sum(max(0, min(at + WEEK, start + long) - max(at, start)) for start, long in band.spans) for band in bands]
    return Week(
        label=label,
        days=", ".join(words.value("count", day) for day in days),
        total=words.value("count", sum(days)),
        held=tuple(words.value("count", number) if number else "–" for number in held),
    )


def _scale(words: Words, case: Case, chart: ScaleChart) -> Scale:
    found = []
    for path, named_by in chart.marks:
        amount = value_at(case.fields, path)
        if isinstance(amount, int):
            name = str(value_at(case.fields, named_by)) if named_by else words.label(path)
            found.append((amount, name))
    found.sort()
    low, high = found[0][0], found[-1][0]
    width = max(1, high - low) * (1 + 2 * MARGIN)
    begin = low - MARGIN * max(1, high - low)
    marks = tuple(
        Mark((amount - begin) / width, number, name, words.money(amount))
        for number, (amount, name) in enumerate(found, 1)
    )
    return Scale(_("Prices on one scale"), marks)


def _spread(words: Words, case: Case, chart: SpreadChart) -> Spread:
    rows = [
        (path, int(str(value_at(case.fields, path))), 2 * int(str(value_at(case.fields, error))))
        for path, error in chart.rows
    ]
    low, high = min(value - half for _path, value, half in rows), max(value + half for _path, value, half in rows)
    width = max(1, high - low)

    def at(value: int) -> float:
        return (value - low) / width

    return Spread(
        _("Estimates and how far off they may be"),
        tuple(
            Range(
                words.label(path),
                at(value - half),
                at(value),
                at(value + half),
                words.value("index", value),
                words.value("index", value - half),
                words.value("index", value + half),
            )
            for path, value, half in rows
        ),
    )


def _items(case: Case, path: str) -> list[JsonValue]:
    found = value_at(case.fields, path)
    return found if isinstance(found, list) else []


def _spans(case: Case, path: str) -> list[tuple[int, int]]:
    return [(int(str(one[0])), int(str(one[1]))) for one in _items(case, path) if isinstance(one, list)]


def drawn_in(panel: Panel) -> frozenset[str]:
    """Return the paths of facts that a panel's picture tells in full, table and all."""
    return frozenset({panel.chart.path}) if isinstance(panel.chart, DayChart) else frozenset()


def besides(panel: Panel) -> tuple[Fact, ...]:
    """Return the facts of a panel that stand beside its picture."""
    return tuple(fact for fact in panel.facts if fact.path not in drawn_in(panel))
