"""What stands in the way of an import, in words: what was read, what is wrong, what to do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from lms.accounts.adapters.people_csv import write_table
from lms.accounts.rules.people_file import Column, DateFormat, Fault, RowFault
from lms.accounts.rules.people_plan import ChangeKind
from lms.infra.i18n import _, ngettext


def column_name(column: Column) -> str:
    """Return what people call a column."""
    return {
        Column.NUMBER: _("Employee number"),
        Column.NAME: _("Name"),
        Column.FIRST_NAME: _("First name"),
        Column.LAST_NAME: _("Last name"),
        Column.EMAIL: _("E-mail"),
        Column.FUNCTION: _("Function"),
        Column.SITE: _("Site"),
        Column.SHIFT: _("Shift"),
        Column.MANAGER: _("Manager's employee number"),
        Column.JOINED: _("First day"),
        Column.LEFT: _("Last day"),
        Column.EFFECTIVE: _("Change valid from"),
        Column.LANGUAGE: _("Language"),
        Column.ZONE: _("Time zone"),
        Column.ABSENT_FROM: _("First day away"),
        Column.ABSENT_TO: _("Last day away"),
    }[column]


def date_format_name(dates: DateFormat) -> str:
    """Return a way to write dates, with an example."""
    return {
        DateFormat.ISO: _("Year-month-day: 2026-11-03"),
        DateFormat.DAY_FIRST: _("Day first: 03.11.2026 or 03/11/2026"),
        DateFormat.MONTH_FIRST: _("Month first: 11/03/2026"),
    }[dates]


def change_name(kind: ChangeKind, people: int = 1) -> str:
    """Return what becomes of so many people, as it stands beside their number or name."""
    return {
        ChangeKind.JOINED: ngettext("Joins", "Join", people),
        ChangeKind.RETURNED: ngettext("Comes back", "Come back", people),
        ChangeKind.MOVED: ngettext(
            "Works elsewhere, or under another manager", "Work elsewhere, or under another manager", people
        ),
        ChangeKind.DETAILS: ngettext("Gets other details", "Get other details", people),
        ChangeKind.ABSENCE: ngettext("Is away", "Are away", people),
        ChangeKind.LEFT: ngettext("Leaves", "Leave", people),
    }[kind]


def tally(counts: Mapping[str, int], *, done: bool = False) -> list[tuple[int, str]]:
    """Return (how many, what becomes of them), without what becomes of nobody; `counts` as imports keep them."""
    lines = [(counts.get(str(kind), 0), change_name(kind, counts.get(str(kind), 0))) for kind in ChangeKind]
    same, gone = counts.get("unchanged", 0), counts.get("strangers_gone", 0)
    stay = ngettext("Stays as it is", "Stay as they are", same)
    stayed = ngettext("Stayed as it was", "Stayed as they were", same)
    lines.append((same, stayed if done else stay))
    left = ngettext("Had left before we knew them: is not added", "Had left before we knew them: are not added", gone)
    lines.append((gone, left))
    return [line for line in lines if line[0]]


def fault_words(fault: RowFault) -> str:
    """Return what is wrong with a row and what to do about it."""
    value, other = fault.value, fault.other
    return {
        Fault.NO_NUMBER: _("No employee number. Every person needs one."),
        Fault.NO_NAME: _("No name. Every person needs one."),
        Fault.NO_FUNCTION: _("No function. A person who joins needs one."),
        Fault.NO_SITE: _("No site. A person who joins needs one."),
        Fault.TOO_LONG: _('"%(value)s…" is longer than %(n)s characters.', value=value, n=other),
        Fault.BAD_EMAIL: _('"%(value)s" is not an e-mail address.', value=value),
        Fault.BAD_DATE: _(
            '"%(value)s" is not a day as chosen under Columns (%(format)s). Choose another way or mend the file.',
            value=value,
            format=date_format_name(DateFormat(other)) if fault.fault is Fault.BAD_DATE else "",
        ),
        Fault.BAD_ZONE: _('"%(value)s" is not a time zone. Write it like Europe/Madrid.', value=value),
        Fault.CONTRADICTS: _(
            "Says something else about this person than line %(line)s. Keep one of the two.", line=other
        ),
        Fault.EMAIL_TAKEN: _("%(value)s belongs to somebody else already (%(other)s).", value=value, other=other),
        Fault.LEFT_BEFORE_JOINED: _(
            "The last day, %(value)s, is before the first, %(other)s.", value=value, other=other
        ),
        Fault.ABSENCE_ENDS_FIRST: _(
            "The absence ends, %(value)s, before it starts, %(other)s.", value=value, other=other
        ),
        Fault.ABSENCE_OVERLAPS: _("The absence from %(value)s overlaps another (%(other)s).", value=value, other=other),
        Fault.OWN_MANAGER: _("This person is their own manager."),
        Fault.UNKNOWN_MANAGER: _("Nobody has the manager's number %(value)s, here or in the file.", value=value),
        Fault.MANAGER_CYCLE: _("Following the managers upwards from here leads back to this person."),
        Fault.BEFORE_PRESENT: _(
            "The change is valid from %(value)s, before the present placement began on %(other)s.",
            value=value,
            other=other,
        ),
        Fault.PROTECTED: _(
            "Only an administrator may change the e-mail or last day of coordinators and administrators."
        ),
    }[fault.fault]


def faults_table(faults: Iterable[RowFault]) -> bytes:
    """Return the faults as CSV, to be mended beside the file."""
    rows = [
        (str(fault.line), column_name(fault.column) if fault.column else "", fault.value, fault_words(fault))
        for fault in faults
    ]
    return write_table((_("Line"), _("Column"), _("Read"), _("What is wrong")), rows)
