"""One case as its page shows it. Nothing of the key is read here unless the case is explained or a hint was opened."""

from __future__ import annotations

import enum
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from itertools import groupby
from types import MappingProxyType

from lms.sandbox.queries.charts import Days, Scale, Spread, besides, chart_of
from lms.sandbox.queries.results import case_result
from lms.sandbox.queries.runs import RunView, Secret, secret_of, state_of
from lms.sandbox.queries.words import Words
from lms.sandbox.rules.choosing import own_choices
from lms.sandbox.rules.company import CompanyFacts
from lms.sandbox.rules.console import Fact, Panel
from lms.sandbox.rules.exercise import Case, CaseKey, Stratum
from lms.sandbox.rules.hinting import Hint, hint_for
from lms.sandbox.rules.hints import PRICE, RULE, SIBLING, WHERE
from lms.sandbox.rules.runs import CaseLog, CaseState, hint_tiers
from lms.sandbox.rules.scoring import Breach
from lms.sandbox.rules.transcript import label, series_kind, value_at

# Panels of this source say what the AI made of the case: they stay closed until its advice is shown.
BY_AI = "ai"
MEDIUM_FROM, HIGH_FROM = 6500, 8000
TEN, NEVER_CERTAIN = 1000, 9


class Band(enum.StrEnum):
    """How sure the AI says it is."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


@dataclass(frozen=True, slots=True)
class ShownFact:
    """A fact with its label; `marked` where a hint or feedback points at it, `series` where it is a row of numbers.

    `points` are the same numbers in words, `limits` the policy's figures on its chart: (label, in words, number).
    """

    label: str
    value: str
    marked: bool
    series: tuple[int, ...] = ()
    points: tuple[str, ...] = ()
    limits: tuple[tuple[str, str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class ShownPanel:
    """Facts of one source; `away` where it is opened first. Several alike (other bins) are rows, to be compared.

    A `chart` pictures facts; what it draws stands in its table. `id` is the same in every language.
    """

    id: str
    title: str
    source: str
    away: bool
    by_ai: bool
    rows: tuple[tuple[ShownFact, ...], ...]
    layout: str = "columns"
    chart: Days | Scale | Spread | None = None

    @property
    def marked(self) -> bool:
        """Return whether one of its facts is marked."""
        return any(fact.marked for row in self.rows for fact in row)


@dataclass(frozen=True, slots=True)
class ShownAdvice:
    """What the AI proposes; `of_ten` is how often in ten it says it is right."""

    action: str
    reason: str
    band: Band
    of_ten: int


@dataclass(frozen=True, slots=True)
class Feedback:
    """What was true of a decided case. `cost` is in words; `reason_right` is None where no reason was called for."""

    right: bool
    good_advice: bool
    kind: str
    yours: str
    best: str
    rule: str
    cost: str
    costs: bool
    breach: Breach | None
    reason_right: bool | None
    your_reason: str
    best_reasons: tuple[str, ...]
    excused: bool


@dataclass(frozen=True, slots=True)
class Worked:
    """Another case of a kind, worked: what it showed, what the AI said and what was best."""

    family: str
    advice: str
    facts: tuple[ShownFact, ...]
    best: str
    rule: str


@dataclass(frozen=True, slots=True)
class ShownHint:
    """A tier of hint: its price in points, and what it says once it is opened."""

    tier: int
    price: int
    opened: bool
    where: tuple[str, ...] = ()
    rule: str = ""
    worked: Worked | None = None


@dataclass(frozen=True, slots=True)
class QueueLine:
    """A case in the queue."""

    number: int
    family: str
    state: CaseState


def panels_of(
    words: Words,
    case: Case,
    marked: Collection[str] = (),
    *,
    with_ai: bool = True,
    policy: Mapping[str, int] = MappingProxyType({}),
) -> tuple[ShownPanel, ...]:
    """Return what the screen shows of a case; `marked` are paths or label ids of facts to point at.

    `policy` are the figures drawn across its charts.
    """
    shown = [panel for panel in words.console.screen(case) if with_ai or panel.source != BY_AI]
    return tuple(
        ShownPanel(
            id=name,
            title=words.say(f"panel.{name}"),
            source=words.say(f"source.{source}"),
            away=taps > 0,
            by_ai=source == BY_AI,
            rows=tuple(tuple(_fact(words, case, fact, marked, policy) for fact in besides(panel)) for panel in alike),
            layout=layout,
            chart=chart_of(words, case, alike[0]),
        )
        for (name, source, taps, layout, _labels), group in groupby(shown, key=_likeness)
        for alike in (tuple(group),)
    )


def _likeness(panel: Panel) -> tuple[str, str, int, str, tuple[str, ...]]:
    return panel.id, panel.source, panel.taps, panel.layout, tuple(label(fact.path) for fact in panel.facts)


def advice_of(words: Words, case: Case) -> ShownAdvice:
    """Return what the AI proposes, its confidence as a band."""
    says = case.advice.confidence_bp
    band = Band.HIGH if says >= HIGH_FROM else Band.MEDIUM if says >= MEDIUM_FROM else Band.LOW
    of_ten = min(NEVER_CERTAIN, (says + TEN // 2) // TEN)
    return ShownAdvice(words.text(case.advice.action), words.text(case.advice.reason), band, of_ten)


def queue_of(run: RunView, words: Words, logs: dict[str, CaseLog]) -> tuple[QueueLine, ...]:
    """Return every case of a run with its state, those of a guided set that are not drawn yet last."""
    cases = run.public.cases
    return tuple(
        QueueLine(place + 1, words.family(cases[place]) if place < len(cases) else "", state_of(run, logs, place))
        for place in range(run.size)
    )


def option_labels(words: Words, case: Case) -> tuple[tuple[str, str, bool], ...]:
    """Return what the advice can be changed to: (value, label, takes a number)."""
    return tuple((option.value, words.text(option.label), option.takes_number) for option in case.change.options)


def own_labels(words: Words, case: Case) -> tuple[tuple[str, str, bool], ...]:
    """Return what can be answered before the advice is shown: (value, label, takes a number)."""
    return tuple((choice.value, words.text(choice.label), choice.takes_number) for choice in own_choices(case))


def feedback_on(run: RunView, words: Words, case: Case, logs: dict[str, CaseLog], secret: Secret) -> Feedback:
    """Return what was true of a case. Only where `run.may_show_key` holds."""
    key = next(one for one in secret.key.cases if one.id == case.id)
    log = logs.get(case.id, CaseLog())
    result = case_result(run, secret, case.id, log)
    given = log.final
    names_reason = key.stratum is not Stratum.GOOD and given is not None and given.action is key.answer.action
    return Feedback(
        right=result.right,
        good_advice=key.stratum is Stratum.GOOD,
        kind=words.kind(key),
        yours=words.decision(case, given) if given else "",
        best=words.best(case, key.answer),
        rule=words.text(key.answer.rule),
        cost=words.money(result.cost),
        costs=result.cost > 0,
        breach=result.breach,
        reason_right=given.reason in key.answer.reasons if names_reason and given else None,
        your_reason=words.reason(given.reason) if given and given.reason else "",
        best_reasons=tuple(words.reason(code) for code in key.answer.reasons),
        excused=case.id in secret.excused,
    )


def evidence_of(secret: Secret, case: Case) -> tuple[str, ...]:
    """Return the paths that decide a case. Only where `run.may_show_key` holds."""
    return next(key for key in secret.key.cases if key.id == case.id).answer.evidence


def hint_on(run: RunView, case: Case, log: CaseLog) -> Hint | None:
    """Return the hint on a case once a tier of it was opened; None before that."""
    if not log.hints:
        return None
    secret = secret_of(run.id)
    key = next(one for one in secret.key.cases if one.id == case.id)
    facts = CompanyFacts().overridden(**run.public.policy)
    return hint_for(run.console, run.exercise, run.version, secret.seed, facts, run.place(case.id), (case, key))


def hints_shown(run: RunView, words: Words, log: CaseLog, found: Hint | None) -> tuple[ShownHint, ...]:
    """Return the tiers of hint of a case, those that were opened with what they say."""
    tiers = range(1, hint_tiers(run.mode, practice=run.practice) + 1)
    return tuple(_tier(words, tier, found if tier in log.hints else None) for tier in tiers)


def queue_words(words: Words, queues: Collection[str]) -> tuple[tuple[str, str], ...]:
    """Return (queue, what the company calls it)."""
    return tuple((queue, words.queue(queue)) for queue in queues)


def reason_words(words: Words, reasons: Collection[str]) -> tuple[tuple[str, str], ...]:
    """Return (code, words) of reason codes."""
    return tuple((code, words.reason(code)) for code in reasons)


def _tier(words: Words, tier: int, found: Hint | None) -> ShownHint:
    if found is None:
        return ShownHint(tier, PRICE[tier], opened=False)
    where = tuple(words.say(one) for one in found.where) if tier == WHERE else ()
    rule = words.text(found.rule) if tier == RULE else ""
    return ShownHint(tier, PRICE[tier], True, where, rule, _worked(words, *found.worked) if tier == SIBLING else None)


def _worked(words: Words, case: Case, key: CaseKey) -> Worked:
    panels = panels_of(words, case, key.answer.evidence)
    return Worked(
        family=words.family(case),
        advice=words.text(case.advice.action),
        facts=tuple(fact for panel in panels for row in panel.rows for fact in row if fact.marked),
        best=words.best(case, key.answer),
        rule=words.text(key.answer.rule),
    )


def _fact(words: Words, case: Case, fact: Fact, marked: Collection[str], policy: Mapping[str, int]) -> ShownFact:
    here = fact.path in marked or label(fact.path) in marked
    shown = ShownFact(words.label(fact.path), words.fact(case.fields, fact), here)
    value = value_at(case.fields, fact.path) if fact.format.startswith("series") else None
    if not isinstance(value, list) or not value:
        return shown
    kind, series = series_kind(fact.format), tuple(int(one) for one in value)  # type: ignore[arg-type]
    return replace(
        shown,
        series=series,
        points=tuple(words.value(kind, one) for one in series),
        limits=tuple((*words.figure(name, policy[name]), policy[name]) for name in fact.marks if name in policy),
    )
