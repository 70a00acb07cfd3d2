"""A year, week by week: people join and leave, study in shift slots, are observed, sit exams, renew and refresh.

Every decision is a rule of the room it belongs to; here stands only who does what in which week. Source:
curriculum.md section 6, "The year must fit the people".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta

from lms.certification.rules.turns import turns
from lms.certification.rules.validity import (
    AwardFacts,
    RenewalTiming,
    cliffs,
    first_term,
    renewal_timing,
    renewed_term,
    timeline,
)
from lms.cohorts.rules.calendar import Peak, in_peak
from lms.home.rules.board import MINUTES, WEEKLY_MINUTES, Colleague, Task, lay_board, weekly_actions
from lms.learning.rules.refreshers import (
    ASKS,
    Part,
    carried_into,
    first_month,
    missed_in_a_row,
    module_of,
    month_of,
    peak_months,
    plan_month,
    refresher_due,
)
from lms.sandbox.rules.calibration import Forms
from lms.sandbox.rules.exercise import Mode
from lms.sandbox.rules.runs import RunState
from lms.sandbox.rules.streams import Stream
from lms.sandbox.rules.tries import Blocked, Help, Outcome, Past, Record, may_begin
from lms.simulation.rules.company import WEEK, Cohort, Company, Setup, Worker, absences_of, peaks_of
from lms.simulation.rules.cover import Cover, Peaks, look_at_cover, name_successors

# Weeks of a wave's training in which a session is held; whoever misses one makes it up alone, with the champion.
SESSION_WEEKS = (1, 4, 7)
MAKE_UP_ALONE, MAKE_UP_CHAMPION = 30, 10
# Minutes of the talk that a champion has with their cohort every week.
HUDDLE = 15
SECOND_LOOK_BP, HELP_BP = 1_000, 200
MODULES = 20
# In the peak there is time for cards and a page, for nothing else.
PEAK_SLOTS = 1
DAY_90 = timedelta(days=90)


@dataclass(slots=True)
class Log:
    """What the year has shown so far."""

    cover: Cover = field(default_factory=Cover)
    champion_minutes: list[int] = field(default_factory=list)
    overdue_on_arrival: list[str] = field(default_factory=list)
    joined: int = 0
    left: int = 0
    first_tries: list[bool] = field(default_factory=list)
    uncertified: set[str] = field(default_factory=set)
    sat: set[str] = field(default_factory=set)
    renewed: int = 0
    refreshers: list[bool] = field(default_factory=list)
    longest_month: int = 0
    talks: int = 0


class Year:
    """One run of a year; `forms` are exam forms by console."""

    def __init__(self, company: Company, forms: Mapping[str, Forms]) -> None:
        self.company, self.forms, self.log = company, forms, Log()
        self.setup: Setup = company.setup
        self.peaks: Peaks = (self.setup.peak,)
        self.drawn = Stream(f"{self.setup.seed}|year")
        self.duties: dict[str, list[tuple[date, bool]]] = {}
        self.to_refresh: dict[str, int] = {}
        # The cohorts whose sign-offs a champion of another one is asked to look at.
        self.second_looks: list[str] = []

    def play(self) -> Log:
        """Play every week and return what it showed."""
        for week in range(self.setup.weeks):
            day = self.setup.monday(week)
            self._come_and_go(day)
            name_successors(self.company, day)
            is_first_monday = (day - timedelta(weeks=1)).month != day.month
            if is_first_monday:
                self._open_month(day)
                self._offer_turns(day)
            for cohort in self.company.cohorts:
                self._week_of(cohort, day)
            look_at_cover(self.company, day, self.log.cover)
        return self.log

    def _come_and_go(self, day: date) -> None:
        """Let as many join as leave; a joiner may arrive in any cohort whose training has begun."""
        yearly = self.setup.people * self.setup.turnover
        week = (day - self.setup.first_day) // WEEK
        count = yearly * (week + 1) // (100 * self.setup.weeks) - yearly * week // (100 * self.setup.weeks)
        begun = [cohort for cohort in self.company.cohorts if cohort.wave.training_start <= day]
        for _ in range(count):
            leaver = self.drawn.pick([worker for worker in self.company.workers if worker.employed(day)])
            leaver.left_on = day
            self.log.left += 1
            worker = self.company.hire(self.drawn.pick(begun), day)
            self.log.joined += 1
            if worker.due.is_overdue(_morning(day)):
                self.log.overdue_on_arrival.append(worker.key)

    def _week_of(self, cohort: Cohort, day: date) -> None:
        peak = in_peak(day, cohort.site, self._planned()) is not None
        held = None
        if not peak and (day - cohort.wave.training_start) // WEEK in SESSION_WEEKS:
            held = SESSION_WEEKS.index((day - cohort.wave.training_start) // WEEK)
        minutes = dict.fromkeys((one.key for one in cohort.champions if one.here(day)), 0)
        if minutes and not peak and cohort.wave.training_start <= day:
            minutes[min(minutes)] += HUDDLE
        if held is not None and held < len(cohort.terms.sessions) and minutes:
            minutes[max(minutes)] += cohort.terms.sessions[held]
        for worker in cohort.members:
            if worker.here(day) and day >= cohort.wave.training_start:
                make_ups = self._study(worker, day, held, peak=peak)
                if make_ups and minutes:
                    minutes[min(minutes, key=lambda key: (minutes[key], key))] += make_ups * MAKE_UP_CHAMPION
        if not peak:
            self._look_again(cohort, minutes)
            self._lead(cohort, day, minutes)
        for worker in cohort.members:
            if worker.here(day) and not peak:
                self._sit_where_due(worker, day)
        self.log.champion_minutes.extend(minutes.values())

    def _planned(self) -> Iterable[Peak]:
        return (Peak("peak", "peak", self.setup.peak),)

    def _study(self, worker: Worker, day: date, held: int | None, *, peak: bool) -> int:
        """Spend the week's slots; return how many sessions are made up with the champion."""
        if worker.dropped:
            return 0
        slots = PEAK_SLOTS if peak else worker.slots if worker.trained_on is None else worker.later_slots
        left = self.setup.slot_minutes * slots
        made_up = 0
        if worker.trained_on is None:
            missing = len(worker.cohort.terms.sessions) - worker.sessions_left
            if held is not None and worker.sessions_left and held >= missing:
                worker.sessions_left -= 1
            elif worker.sessions_left and not peak and self._cannot_wait(worker, day):
                worker.sessions_left -= 1
                worker.alone_left += MAKE_UP_ALONE
                made_up = 1
            left = self._spend(worker, left)
            worker.last_active = _morning(day)
            if self.drawn.chance(HELP_BP):
                worker.asked_for_help = worker.asked_for_help or _morning(day)
        refresh = self.to_refresh.get(worker.key, 0)
        self.to_refresh[worker.key] = max(0, refresh - left)
        return made_up

    @staticmethod
    def _cannot_wait(worker: Worker, day: date) -> bool:
        """Return whether no session of their cohort is to come: it is made up, one a week."""
        start = worker.cohort.wave.training_start
        done = len(worker.cohort.terms.sessions) - worker.sessions_left
        past = sum(start + week * WEEK <= day for week in SESSION_WEEKS)
        return past > done

    @staticmethod
    def _spend(worker: Worker, minutes: int) -> int:
        alone = min(worker.alone_left, minutes)
        worker.alone_left -= alone
        if worker.alone_left == 0 and worker.signed and not worker.sessions_left:
            exam = min(worker.exam_left, minutes - alone)
            worker.exam_left -= exam
            return minutes - alone - exam
        return minutes - alone

    def _lead(self, cohort: Cohort, day: date, minutes: dict[str, int]) -> None:
        """Let each champion who is there do what the board asks of them; the others' people are theirs too."""
        leading = [champion for champion in cohort.champions if champion.key in minutes]
        for place, champion in enumerate(leading):
            people = [one for one in cohort.members if one is not champion and one.employed(day)][place :: len(leading)]
            board = lay_board([_colleague(one, day) for one in people if _is_known(one, day)], day, _morning(day))
            by_id = {one.person_id: one for one in people}
            for row in weekly_actions(board, promised=minutes[champion.key]):
                minutes[champion.key] += MINUTES[row.task]
                self._help(by_id[row.colleague.person_id], row.task, day)
                if row.task is Task.SIGN_OFF and self.drawn.chance(SECOND_LOOK_BP):
                    self.second_looks.append(cohort.id)

    def _look_again(self, cohort: Cohort, minutes: dict[str, int]) -> None:
        """Take the second look at somebody of another cohort, where a champion has the time this week."""
        wanted = next((place for place, other in enumerate(self.second_looks) if other != cohort.id), None)
        free = [key for key in minutes if minutes[key] + MINUTES[Task.SIGN_OFF] <= WEEKLY_MINUTES]
        if wanted is not None and free:
            del self.second_looks[wanted]
            minutes[min(free, key=lambda key: (minutes[key], key))] += MINUTES[Task.SIGN_OFF]

    @staticmethod
    def _help(worker: Worker, task: Task, day: date) -> None:
        match task:
            case Task.SIGN_OFF:
                worker.signed = worker.here(day)
            case Task.ANSWER:
                worker.asked_for_help = None
                if worker.help is not None and worker.help.coached_at is None:
                    worker.help = replace(worker.help, coached_at=_morning(day))
            case Task.TALK:
                worker.alone_left = max(0, worker.alone_left - 20)
            case _:
                pass

    def _sit_where_due(self, worker: Worker, day: date) -> None:
        award = worker.award
        if worker.trained_on is None:
            if not (worker.alone_left or worker.exam_left or worker.sessions_left or worker.dropped) and worker.signed:
                self._sit_first(worker, day)
        elif award is not None and self._wants_to_renew(worker, award, day) and self._passes(worker):
            term = renewed_term(worker.cohort.terms.validity, award, day)
            if term is not None:
                worker.awards.append(AwardFacts(term, (), absences_of(worker), peaks_of(self.setup)))
                worker.turn = None
                self.log.renewed += 1

    def _sit_first(self, worker: Worker, day: date) -> None:
        """Sit the exam, where the rules of tries allow it now."""
        record = Record(guided=2, supervised=tuple(worker.supervised or [_morning(day - WEEK)]))
        gate = may_begin(Mode.FOUNDATION, worker.tries, record, worker.help, _morning(day))
        match gate.blocked:
            case None:
                self._sit(worker, day)
            case Blocked.COACHING:
                if worker.help is None:
                    worker.help = Help(asked_at=_morning(day))
                    worker.asked_for_help = worker.asked_for_help or _morning(day)
            case Blocked.SUPERVISED_TRY:
                worker.supervised.append(_morning(day) + timedelta(hours=1))
            case Blocked.DECISION if worker.help is not None:
                worker.help = replace(worker.help, decided_at=_morning(day), outcome=Outcome.ANOTHER_TRY)
            case _:
                pass

    def _sit(self, worker: Worker, day: date) -> None:
        first = not worker.tries
        passed = self._passes(worker)
        worker.tries.append(Past(RunState.CLOSED, passed, _morning(day)))
        self.log.sat.add(worker.key)
        if first:
            self.log.first_tries.append(passed)
        if passed:
            worker.trained_on = day
            term = first_term(worker.cohort.terms.validity, day)
            worker.awards.append(AwardFacts(term, (), absences_of(worker), peaks_of(self.setup)))
        elif worker.help is not None:
            # Coached, and tried again in vain: a person finds another task.
            worker.dropped = True
            self.log.uncertified.add(worker.key)

    def _passes(self, worker: Worker) -> bool:
        worker.sittings += 1
        forms = self.forms[worker.cohort.terms.console]
        return forms.sit(worker.learner, 1000 * worker.number + worker.sittings).passed

    def _wants_to_renew(self, worker: Worker, award: AwardFacts, day: date) -> bool:
        """Return whether this is their week: their turn, else a week of their own inside the open window."""
        rule = worker.cohort.terms.validity
        timing = renewal_timing(rule, award, day)
        if timing is not RenewalTiming.CONTINUES:
            return timing is RenewalTiming.STARTS_AGAIN
        opens = timeline(rule, award, known_on=day).window_opens
        own = worker.number % max(1, rule.window_days // 7 - 1)
        return day >= (worker.turn or ((opens or day) + own * WEEK))

    def _offer_turns(self, day: date) -> None:
        """Warn where too much of a shift would end together, and give its people turns."""
        shifts: dict[tuple[str, str], list[Worker]] = {}
        for worker in self.company.workers:
            if worker.employed(day):
                shifts.setdefault((worker.cohort.site, worker.cohort.shift), []).append(worker)
        for people in shifts.values():
            windows = {worker.key: window for worker in people if (window := self._window(worker, day))}
            named = {worker.key: worker for worker in people}
            for cliff in cliffs({key: ends for key, (_opens, ends) in windows.items()}, len(people)):
                for key, turn in turns({key: windows[key] for key in cliff.people}).items():
                    named[key].turn = turn

    def _window(self, worker: Worker, day: date) -> tuple[date, date] | None:
        if worker.award is None:
            return None
        dates = timeline(worker.cohort.terms.validity, worker.award, known_on=day)
        if dates.window_opens is None or dates.expires_on is None or dates.expires_on < day:
            return None
        return dates.window_opens, dates.expires_on

    def _open_month(self, day: date) -> None:
        """Close the month before, and open this one for everybody who is trained and live."""
        month, peaks = month_of(day), peak_months(self.peaks)
        for worker in self.company.workers:
            duties = self.duties.setdefault(worker.key, [])
            if duties and worker.employed(day):
                done = not self.to_refresh.get(worker.key)
                duties[-1] = duties[-1][0], done
                self.log.refreshers.append(done)
                self.log.talks += missed_in_a_row(duties, day) == ASKS
            self.to_refresh[worker.key] = 0
            trained, live = worker.trained_on, worker.cohort.wave.go_live
            if trained is None or not worker.employed(day) or month < first_month(live, trained):
                continue
            plan = self._plan(worker, month, peaks)
            due, _paused = refresher_due(month, worker.leave)
            if due is not None:
                duties.append((due, False))
                self.to_refresh[worker.key] = plan
                self.log.longest_month = max(self.log.longest_month, plan)

    @staticmethod
    def _plan(worker: Worker, month: date, peaks: frozenset[date]) -> int:
        terms, live = worker.cohort.terms, worker.cohort.wave.go_live

        def own(at: date) -> tuple[str, tuple[Part, ...]]:
            module = module_of(terms.rotation, live, at, peaks)
            return module, terms.months[module]

        opened = {earlier: own(earlier)[1] for earlier in sorted(peaks) if earlier < month}
        module, parts = own(month)
        carried = {} if month in peaks else carried_into(month, opened, peaks)
        return plan_month(month, module, parts, carried, in_peak=month in peaks).minutes


def _morning(day: date) -> datetime:
    return datetime.combine(day, time(9), UTC)


def _is_known(worker: Worker, day: date) -> bool:
    """Return whether the board has something to say of them: their training has begun."""
    return not worker.dropped and day >= worker.cohort.wave.training_start


def _colleague(worker: Worker, day: date) -> Colleague:
    terms = worker.cohort.terms
    whole = terms.alone + terms.exam
    left = worker.alone_left + worker.exam_left
    waits = not (worker.alone_left or worker.sessions_left or worker.signed) and worker.here(day)
    return Colleague(
        person_id=worker.person_id,
        name=worker.key,
        shift=worker.cohort.shift,
        site=worker.cohort.site,
        modules_done=MODULES - 1 if not left else max(0, MODULES * (whole - left) // whole),
        modules_total=MODULES,
        due_on=worker.due.on,
        since=_morning(max(worker.joined_on, worker.cohort.wave.training_start)),
        last_activity=worker.last_active,
        asked_for_help=worker.asked_for_help if worker.here(day) else None,
        sign_off_waiting="shadowing" if waits else None,
        absent=not worker.here(day),
        certified=worker.trained_on is not None,
    )
