"""What readiness says, in sentences: for pages and for files alike."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from babel.lists import format_list

from lms.accounts.models.people import PlaceKind
from lms.accounts.queries.places import place_labels
from lms.catalog.queries import course_titles, courses_of_releases
from lms.catalog.rules.content import text_in
from lms.certification.queries.rule_titles import rule_titles
from lms.cohorts.queries.places import function_titles
from lms.infra.i18n import _, format_date, format_minutes, format_percent, language, lazy, ngettext
from lms.learning.rules.cycles import delta_cycle
from lms.readiness.queries.leaders import gate_titles
from lms.readiness.rules.coverage import Coverage, Shortfall, Team, TeamCoverage
from lms.readiness.rules.person import Answer, Certificate, Duty, Exam, Finding, Fix, Lack, Line, Mend
from lms.readiness.rules.trained import Trained

LINES = {
    Line.CERTIFICATE: lazy("Holds the certificate the work needs"),
    Line.DELTAS: lazy("Has no overdue module about a change"),
    Line.REFRESHER: lazy("Has done the latest refresher that was due"),
    Line.BREACHES: lazy("Has no open critical breach from the latest exam"),
    Line.ROSTER: lazy("Is on the roster"),
}
ANSWERS = {Answer.YES: lazy("Yes"), Answer.AMBER: lazy("Yes, in days of grace"), Answer.NO: lazy("No")}
KINDS = {Answer.YES: "ok", Answer.AMBER: "warn", Answer.NO: "bad"}


@dataclass(frozen=True, slots=True)
class Titles:
    """What identifiers are called in the reader's language."""

    functions: Mapping[str, str]
    sites: Mapping[str, str]
    shifts: Mapping[str, str]
    gates: Mapping[str, str]
    contents: Mapping[str, str]

    def team(self, team: Team) -> str:
        """Return "Evening at North (Customer service)"."""
        return _("%(place)s (%(function)s)", place=self.place(team), function=self.function(team.function))

    def place(self, team: Team) -> str:
        """Return "Evening at North", or the site alone where there are no shifts."""
        site = self.sites.get(team.site, team.site)
        if not team.shift:
            return site
        return _("%(shift)s at %(site)s", shift=self.shifts.get(team.shift, team.shift), site=site)

    def function(self, function: str) -> str:
        """Return a function's title."""
        return self.functions.get(function, function)

    def gate(self, gate: str) -> str:
        """Return what an approver is called."""
        return self.gates.get(gate, gate)

    def content(self, identity: str) -> str:
        """Return the title of what a condition or a cycle names: a module, a step, a simulator, a gate, a level."""
        return self.contents.get(identity, identity)


def titles() -> Titles:
    """Return the titles of everything a page about readiness names."""
    tongue = language()
    return Titles(
        function_titles(tongue),
        place_labels(PlaceKind.SITE),
        place_labels(PlaceKind.SHIFT),
        gate_titles(tongue),
        {**rule_titles(tongue), **_changed_courses(tongue)},
    )


def _changed_courses(tongue: str) -> dict[str, str]:
    """Return the course whose change each cycle about a change teaches."""
    courses = course_titles()
    return {
        delta_cycle(release): text_in(courses[name], tongue)
        for release, name in courses_of_releases().items()
        if name in courses
    }


def listed(parts: Iterable[str]) -> str:
    """Return "a, b and c" in the reader's language."""
    return str(format_list(list(parts), locale=language().replace("-", "_")))


def named(keys: Iterable[str], names: Mapping[str, str]) -> str:
    """Return people's names as a list in words."""
    return listed(names.get(key, _("somebody")) for key in keys)


def verdict(coverage: Coverage, names: Titles, *, whole: bool) -> tuple[str, str, str | None]:
    """Return the kind of the verdict, its one sentence, and what stands below it."""
    if not coverage.rostered:
        if whole:
            return "bad", _("Not yet: nobody is on the roster of this wave."), None
        return "info", _("None of your people is on the roster of this wave."), None
    total = _("%(ready)s of %(rostered)s rostered people are ready.", ready=coverage.ready, rostered=coverage.rostered)
    if coverage.away:
        total += " " + ngettext(
            "%(num)s is away that day and blocks nobody.", "%(num)s are away that day and block nobody.", coverage.away
        )
    weakest = coverage.weakest
    if coverage.go or weakest is None:
        return "ok", _("Yes: every team is ready, with a champion and its approvers on every shift."), total
    if weakest.go:
        weakest = coverage.not_yet[0]
    sentence = _("Not yet: %(team)s has %(what)s.", team=names.team(weakest.team), what=shortfall(weakest, names))
    others = len(coverage.not_yet) - 1
    if others:
        total += " " + ngettext("%(num)s more team is not ready.", "%(num)s more teams are not ready.", others)
    return "bad", sentence, total


def shortfall(team: TeamCoverage, names: Titles) -> str:
    """Return what a team has and lacks: "9 of 12 ready and no pricing approver"."""
    parts = [counted(team)] if Shortfall.PEOPLE in team.shortfalls or not team.shortfalls else []
    if Shortfall.CHAMPIONS in team.shortfalls:
        parts.append(champions(team))
    parts += [approver(gate.gate, names, untrained=bool(gate.untrained)) for gate in team.open_gates]
    return listed(parts)


def counted(team: TeamCoverage) -> str:
    """Return "9 of 12 ready"."""
    return _("%(ready)s of %(rostered)s ready", ready=team.ready, rostered=team.rostered)


def champions(team: TeamCoverage) -> str:
    """Return "no champion" or "1 of 2 champions"."""
    if team.champions.champions == 0:
        return _("no champion")
    return _("%(have)s of %(needed)s champions", have=team.champions.champions, needed=team.champions.needed)


def approver(gate: str, names: Titles, *, untrained: bool = False) -> str:
    """Return "no pricing approver"."""
    title = names.gate(gate)
    if untrained:
        return _("no %(approver)s with a certificate or course", approver=title)
    return _("no %(approver)s", approver=title)


def lack(finding: Finding, names: Titles) -> str:
    """Return what a line that fails is missing, in one sentence."""
    evidence = finding.evidence
    if isinstance(evidence, Certificate):
        return _CERTIFICATE_LACKS[finding.lack](evidence) if finding.lack in _CERTIFICATE_LACKS else ""
    if isinstance(evidence, Duty):
        day = format_date(evidence.due_on)
        if finding.lack is Lack.DELTA_OVERDUE:
            return _(
                "A module about a change was due on %(day)s: %(name)s.", day=day, name=names.content(evidence.cycle)
            )
        return _("The refresher due on %(day)s is open.", day=day)
    if isinstance(evidence, Exam):
        day = format_date(evidence.taken_on)
        if finding.lack is Lack.NO_BREACH_RECORD:
            return _("Missing evidence: the exam of %(day)s does not say whether there was a breach.", day=day)
        count = evidence.open_breaches or 0
        return ngettext(
            "%(num)s critical breach in the exam of %(day)s is open.",
            "%(num)s critical breaches in the exam of %(day)s are open.",
            count,
            day=day,
        )
    return str(_MISSING[finding.lack]) if finding.lack in _MISSING else ""


_MISSING = {
    Lack.NO_PROGRAMME: lazy("Missing evidence: no programme certifies for this work."),
    Lack.NO_CERTIFICATE: lazy("Missing evidence: no certificate with authority."),
    Lack.NO_EXAM: lazy("Missing evidence: no exam has been taken."),
    Lack.NOT_ROSTERED: lazy("Not on the roster of this wave."),
}
_CERTIFICATE_LACKS = {
    Lack.LAPSED: lambda held: _("The certificate lapsed on %(day)s.", day=format_date(held.authority_until)),
    Lack.LAPSES_BEFORE: lambda held: _(
        "The certificate lapses on %(day)s, before that day.", day=format_date(held.authority_until)
    ),
    Lack.NOT_IN_FORCE: lambda held: _("Certificate %(serial)s is suspended or revoked.", serial=held.serial),
}


def proof(finding: Finding) -> str:
    """Return the evidence a line that holds rests on."""
    evidence = finding.evidence
    if isinstance(evidence, Certificate):
        until = format_date(evidence.expires_on) if evidence.expires_on else _("paused while away")
        return _(
            "%(level)s, certificate %(serial)s, valid until %(day)s",
            level=evidence.level,
            serial=evidence.serial,
            day=until,
        )
    if isinstance(evidence, Duty):
        return _("Done on %(day)s", day=format_date(evidence.done_on))
    if isinstance(evidence, Exam):
        return _("Exam of %(day)s", day=format_date(evidence.taken_on))
    return str(_PROOFS[finding.line])


_PROOFS = {
    Line.CERTIFICATE: "",
    Line.DELTAS: lazy("None is overdue"),
    Line.REFRESHER: lazy("None has been due"),
    Line.BREACHES: lazy("The certificate asks for no exam"),
    Line.ROSTER: lazy("On the roster of this wave"),
}


def mend(fix: Fix | None, names: Titles) -> str:
    """Return the smallest action as an instruction: "Pass the quiz “Escalation” (12 min)"."""
    if fix is None:
        return _("Ask the coordinator: nothing in the catalogue leads there yet.")
    if fix.mend is Mend.WAIT:
        return _("Wait until %(day)s", day=format_date(fix.not_before))
    text = str(_MENDS[fix.mend]) % {"name": names.content(fix.subject)}
    return f"{text} ({format_minutes(fix.minutes)})" if fix.minutes else text


_MENDS = {
    Mend.FINISH_MODULE: lazy("Finish “%(name)s”"),
    Mend.PASS_QUIZ: lazy("Pass the quiz “%(name)s”"),
    Mend.DO_REFRESHER: lazy("Do the refresher"),
    Mend.PASS_SANDBOX: lazy("Pass the exam at “%(name)s”"),
    Mend.PASS_LAB: lazy("Pass the lab “%(name)s”"),
    Mend.HAVE_DEPUTY: lazy("Name a deputy: “%(name)s”"),
    Mend.BE_APPOINTED: lazy("Appoint an approver: “%(name)s”"),
    Mend.ATTEND_WORKSHOP: lazy("Attend the workshop of “%(name)s”"),
    Mend.BE_OBSERVED: lazy("Get the shadowing of “%(name)s” signed"),
    Mend.EARN_LEVEL: lazy("Earn the level “%(name)s” first"),
    Mend.RENEW: lazy("Pass the renewal exam of “%(name)s”"),
    Mend.REINSTATE: lazy("Ask for a review of certificate %(name)s"),
    Mend.ASSIGN_PROGRAMME: lazy("Assign a programme"),
    Mend.FINISH_DELTA: lazy("Finish the module about the change"),
    Mend.PRACTISE: lazy("Practise a supervised set without a breach"),
    Mend.ADD_TO_ROSTER: lazy("Put on the roster"),
}


def trained_lines(trained: Trained) -> list[tuple[str, str]]:
    """Return both readings of "trained", each with its count and denominator."""

    def figure(share: float | None, count: int, of: int) -> str:
        if share is None:
            return _("no data")
        return _("%(share)s, %(n)s of %(all)s", share=format_percent(share), n=count, all=of)

    return [
        (_("Of all affected staff"), figure(trained.share_of_staff, trained.trained, trained.staff)),
        (
            _("Of those outside the pilot"),
            figure(trained.share_of_remaining, trained.remaining_trained, trained.remaining),
        ),
    ]
