"""What each action in the audit log is called, and each of its details; a test asks for a word for every action."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from flask_babel import LazyString

from lms.accounts.rules.actor import Role
from lms.accounts.service.words import role_name
from lms.infra.i18n import _, format_date, lazy

ACTION_WORDS = {
    "absence.recorded": lazy("Absence recorded"),
    "absence.removed": lazy("Absence removed"),
    "adoption.imported": lazy("Adoption figures imported"),
    "answer.marked": lazy("Answer marked by a person"),
    "api-client.created": lazy("Machine client created"),
    "api-client.revoked": lazy("Machine client revoked"),
    "attendance.recorded": lazy("Attendance recorded"),
    "award.extended": lazy("Certificate extended"),
    "award.issued": lazy("Certificate issued"),
    "award.reinstated": lazy("Certificate reinstated"),
    "award.replaced": lazy("Certificate replaced by a corrected one"),
    "award.revoked": lazy("Certificate revoked"),
    "award.shared": lazy("Certificate shared"),
    "award.suspended": lazy("Certificate suspended"),
    "award.unshared": lazy("Certificate no longer shared"),
    "badge.made": lazy("Badge made"),
    "certificates.issue-run": lazy("Certificates issued for a cohort"),
    "certificates.key-made": lazy("Signing key made"),
    "champion.appointed": lazy("Champion appointed"),
    "champion.confirmed": lazy("Champion confirmed"),
    "champion.deputy-named": lazy("Deputy of a champion named"),
    "champion.ended": lazy("Champion's appointment ended"),
    "cohort-rule.added": lazy("Cohort rule added"),
    "cohort-rule.removed": lazy("Cohort rule removed"),
    "cohort.changed": lazy("Cohort changed"),
    "cohort.created": lazy("Cohort created"),
    "cohort.joined": lazy("Cohort joined"),
    "cohort.left": lazy("Cohort left"),
    "content.asked-to-publish": lazy("Publishing asked for"),
    "content.publish": lazy("Course published"),
    "content.set-fact": lazy("Company fact changed"),
    "content.text-published": lazy("Own text published"),
    "content.text-saved": lazy("Own text saved"),
    "equivalent.recorded": lazy("Equivalent recorded"),
    "extra-time.changed": lazy("Extra time changed"),
    "gate.decided": lazy("Gate decided"),
    "gate.waived": lazy("Criterion of a gate waived"),
    "job.retried": lazy("Job run again"),
    "level.rule-changed": lazy("Rule of a level changed"),
    "link.issued": lazy("Link or reset slip made"),
    "link.used": lazy("Link or reset slip used"),
    "mail.read": lazy("Mail read in the outbox"),
    "observation.amended": lazy("Observation amended"),
    "observation.signed": lazy("Observation signed"),
    "observation.started": lazy("Observation begun"),
    "peak.changed": lazy("Peak period changed"),
    "peak.created": lazy("Peak period added"),
    "peak.removed": lazy("Peak period removed"),
    "people.import-discarded": lazy("Import of people discarded"),
    "people.import-undone": lazy("Import of people undone"),
    "people.imported": lazy("People imported"),
    "person.added": lazy("Person added"),
    "person.changed": lazy("Person changed"),
    "person.erased": lazy("Person erased"),
    "person.left": lazy("Person left the company"),
    "person.moved": lazy("Person moved"),
    "person.nudged": lazy("Reminder sent"),
    "person.returned": lazy("Person came back"),
    "place.changed": lazy("Site, function or shift changed"),
    "programme.assigned": lazy("Training assigned"),
    "record.viewed": lazy("Record of a person viewed"),
    "refresher.talk-asked": lazy("Talk with the champion asked for"),
    "retention.let-go": lazy("Old records let go"),
    "review.answered": lazy("Review answered"),
    "review.asked": lazy("Review asked for"),
    "role.deputy-named": lazy("Deputy named"),
    "role.ended": lazy("Role ended"),
    "role.granted": lazy("Role granted"),
    "rollout.created": lazy("Rollout created"),
    "roster.added": lazy("Put on a go-live roster"),
    "roster.removed": lazy("Taken off a go-live roster"),
    "sandbox.coached": lazy("Coaching after an exam recorded"),
    "sandbox.contest-decided": lazy("Contested key decided"),
    "sandbox.exam-decided": lazy("Way on after an exam decided"),
    "sandbox.quarantined": lazy("Kind of case withdrawn"),
    "second-factor.begun": lazy("Second factor begun"),
    "second-factor.on": lazy("Second factor turned on"),
    "second-factor.removed": lazy("Second factor removed"),
    "second-look.asked": lazy("Second look drawn"),
    "second-look.signed": lazy("Second look signed"),
    "secret.changed": lazy("Password or PIN changed"),
    "session.cancelled": lazy("Session cancelled"),
    "session.changed": lazy("Session changed"),
    "session.others-ended": lazy("Signed out everywhere else"),
    "session.scheduled": lazy("Session scheduled"),
    "session.started": lazy("Signed in"),
    "wave.changed": lazy("Wave changed"),
    "wave.created": lazy("Wave created"),
}

# What a detail is called. Those that are not here tell a row of a table from another, which says nothing to a reader.
DETAIL_WORDS = {
    "about": lazy("About what"),
    "answers": lazy("Answers"),
    "cause": lazy("Cause"),
    "cohort": lazy("Cohort"),
    "console": lazy("Simulator"),
    "criterion": lazy("Criterion"),
    "cycle": lazy("Cycle"),
    "decision": lazy("Decision"),
    "error_type": lazy("Kind of error"),
    "facts": lazy("Figures"),
    "first_day": lazy("First day"),
    "function": lazy("Function"),
    "gate": lazy("Gate"),
    "go_live": lazy("Go-live"),
    "joined": lazy("Joined"),
    "kid": lazy("Key"),
    "kind": lazy("Kind"),
    "kiosk": lazy("At a kiosk"),
    "language": lazy("Language"),
    "leavers": lazy("Leavers"),
    "left": lazy("Left"),
    "level": lazy("Level"),
    "messages": lazy("Messages"),
    "name": lazy("Name"),
    "outcome": lazy("Outcome"),
    "page": lazy("Page"),
    "people": lazy("People"),
    "percent": lazy("Per cent"),
    "place": lazy("Place"),
    "present": lazy("Present"),
    "programme": lazy("Programme"),
    "purpose": lazy("Purpose"),
    "question": lazy("Question"),
    "reason": lazy("Reason"),
    "replaced": lazy("Replaced"),
    "returned": lazy("Returned"),
    "role": lazy("Role"),
    "rollout": lazy("Rollout"),
    "scope": lazy("For"),
    "secret": lazy("Which"),
    "serial": lazy("Serial"),
    "sessions": lazy("Sessions"),
    "sets": lazy("Sets"),
    "shipped": lazy("As shipped"),
    "site": lazy("Site"),
    "skipped": lazy("Rows left out"),
    "source": lazy("Source"),
    "step": lazy("Step"),
    "unchanged": lazy("Unchanged"),
    "upheld": lazy("Upheld"),
    "wave": lazy("Wave"),
    "weeks": lazy("Weeks"),
}
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def action_words(action: str) -> LazyString | str:
    """Return what an action is called; its own name where an earlier version recorded something that is no more."""
    return ACTION_WORDS.get(action, action)


def told(details: Mapping[str, Any], titles: Mapping[str, Mapping[str, str]]) -> list[tuple[LazyString | str, str]]:
    """Return the details that a person can read, each with what it is called.

    Args:
        details: identifiers and figures, as they were recorded.
        titles: for each kind of detail that names something, the title of each identifier.
    """
    return [
        (DETAIL_WORDS[name], _value(name, value, titles.get(name, {})))
        for name, value in details.items()
        if name in DETAIL_WORDS and value not in {None, ""}
    ]


def _value(name: str, value: str | float, titles: Mapping[str, str]) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    text = str(value)
    if name == "role" and text in set(Role):
        return role_name(Role(text))
    if DAY.fullmatch(text):
        return format_date(date.fromisoformat(text))
    return titles.get(text, text)
