"""Who was certified on a day, and what another rule would do."""

from __future__ import annotations

import re
import shutil
from datetime import UTC, date, datetime, time
from pathlib import Path

import pytest
import sqlalchemy as sa

from lms.accounts.rules.actor import Role
from lms.catalog.adapters.sources import read_tree
from lms.catalog.queries import current_catalogue
from lms.catalog.service import publish_courses
from lms.certification.models import Award
from lms.certification.queries.expiring import ending_soon
from lms.certification.queries.rule_titles import rule_titles
from lms.certification.service.status import revoke_award
from lms.formats import course_formats
from lms.infra.audit import AuditEntry
from lms.infra.clock import now
from lms.shared.ids import new_id
from tests.factories.people import make_person
from tests.functional.certification.conftest import awards_of, begin, show


@pytest.fixture
def page(client, coordinator):
    client.sign_in(coordinator)
    return lambda path: client.get(path).get_data(as_text=True)


def test_who_was_certified_on_a_day_under_which_version(page, award):
    text = page("/certificates/certified?on=2026-03-02")
    assert "Zoë Ångström" in text
    assert award.rule_version in text
    assert "<td>Customer service</td>" in text
    assert "Flight check: Foundation</option>" in text
    assert "Nobody was certified on that day" in page("/certificates/certified?on=2026-03-01")
    assert "Nobody was certified on that day" in page("/certificates/certified?on=2027-04-02")


def test_a_later_revocation_does_not_change_the_past(session, page, award, as_coordinator, clock):
    clock.advance(days=3)
    revoke_award(as_coordinator, award.id, "Wrong person")
    session.commit()
    assert "Zoë Ångström" in page("/certificates/certified?on=2026-03-04")
    assert "Nobody was" in page("/certificates/certified?on=2026-03-05")


def test_what_was_known_at_the_time_can_be_asked_for(session, page, award, as_coordinator, clock):
    clock.advance(days=3)
    revoke_award(as_coordinator, award.id, "Wrong person")
    session.commit()
    assert "Zoë Ångström" in page("/certificates/certified?on=2026-03-05&known=2026-03-04")
    assert "Nobody was" in page("/certificates/certified?on=2026-03-02&known=2026-03-01")


def test_the_export_is_the_same_as_the_page(page, award, holder):
    lines = page("/certificates/certified.csv?on=2026-03-02&level=flight-check/foundation").splitlines()
    assert len(lines) == 2
    cells = lines[1].split(",")
    assert cells[:2] == ["2026-03-02", "Zoë Ångström"]
    assert award.rule_version in cells
    assert len(page("/certificates/certified.csv?level=flight-check/other").splitlines()) == 1


def test_what_is_no_day_is_read_as_today(page, award):
    assert "Zoë Ångström" in page("/certificates/certified?on=yesterday&known=2026-02-31")


def test_the_rules_are_listed(page, flight_check):
    text = page("/certificates/rules")
    assert "Flight check" in text
    assert "4 conditions" in text


def test_a_rule_is_told_in_words_with_the_titles_of_what_it_asks_for(page, flight_check):
    text = page("/certificates/rules/flight-check/foundation")
    told = text.split("What it asks for, in words")[1]
    assert 'Complete: The brief <code class="hint">module:t1 complete</code>' in told
    assert 'Take part in: The clinic <code class="hint">workshop:t2 attended</code>' in told


def test_conditions_name_consoles_labs_and_gates_as_the_company_does(session, flight_check):
    names = rule_titles("es")
    assert names["fraud"] == "Responsable de fraude"
    assert names["reply-desk"] == "Reply Desk"
    assert names["ab-board"] == "A/B board"
    assert names["foundation"] == "Nivel básico"


def test_a_rule_says_who_gains_and_who_loses_before_it_is_saved(page, award, flight_check):
    show(begin(make_person("Nia")), "t1-page", "t1-check")
    path = "/certificates/rules/flight-check/foundation"
    assert "Nobody gains" in page(path)
    # Nothing is offered to be saved before it was shown.
    assert "Make it the rule" not in page(path)
    text = page(f"{path}?requires=quiz:t1-check+>%3D+80%25")
    assert "Gain: would qualify" in text
    assert "Nia" in text.split("Gain: would qualify")[1].split("Nobody loses")[0]
    assert 'Reach 80% in: Check <code class="hint">quiz:t1-check &gt;= 80%</code>' in text.split("What is saved")[1]
    text = page(f"{path}?requires=quiz:t1-check+>%3D+95%25")
    assert "Zoë Ångström" in text.split("Lose: qualify now")[1].split("Untouched")[0]


def test_sample_people_show_their_dates_under_the_other_rule(page, award):
    text = page("/certificates/rules/flight-check/foundation?months=6&window=30&grace=10")
    row = text.split('id="samples"')[-1].split("<tbody>")[-1].split("</tbody>")[0]
    assert "Zoë Ångström" in row
    # It is held until 2 March 2027; the period after that, as the rule is and as it would be.
    assert re.findall(r"<td[^>]*>(.*?)</td>", row) == [
        "Tue 2 Mar 2027", "Sun 2 Jan 2028", "Tue 3 Aug 2027", "Thu 2 Mar 2028", "Thu 2 Sep 2027", "Sat 1 Apr 2028",
        "Sun 12 Sep 2027",
    ]  # fmt: skip
    assert 'name="window" value="30"' in text


@pytest.mark.parametrize("query", ["requires=no+condition", "months=0", "grace=many"])
def test_a_rule_that_cannot_be_read_is_refused_and_kept(client, coordinator, flight_check, query):
    client.sign_in(coordinator)
    reply = client.get(f"/certificates/rules/flight-check/foundation?{query}")
    assert reply.status_code == 422
    assert query.split("=")[1].replace("+", " ") in reply.get_data(as_text=True)


def test_levels_that_do_not_exist_are_not_found(client, coordinator, flight_check):
    client.sign_in(coordinator)
    assert client.get("/certificates/rules/flight-check/other").status_code == 404
    assert client.get("/certificates/rules/other/foundation").status_code == 404


FOUNDATION = "/certificates/rules/flight-check/foundation"
LOOSER = {
    "requires": "quiz:t1-check >= 80%",
    "months": "6",
    "window": "30",
    "grace": "10",
    "after_peak": "7",
    "reason": "Agreed with the works council on 2 March.",
    "follows": "",
}


def test_a_saved_rule_is_a_new_version_and_awards_keep_theirs(session, client, coordinator, award):
    client.sign_in(coordinator)
    assert client.post(FOUNDATION, data=LOOSER | {"reason": ""}).status_code == 422
    assert client.post(FOUNDATION, data=LOOSER | {"requires": "quiz:t9-check >= 80%"}).status_code == 422
    assert client.post(FOUNDATION, data=LOOSER).status_code == 303
    nia = make_person("Nia")
    show(begin(nia), "t1-page", "t1-check")
    (own,) = awards_of(session, nia)
    assert own.rule_version != award.rule_version
    assert own.valid_until == date(2026, 9, 2)
    assert session.get(Award, award.id).rule_version == award.rule_version
    (entry,) = session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "level.rule-changed"))
    assert entry.details["reason"] == LOOSER["reason"]
    assert (entry.details["version"], entry.details["previous"]) == (own.rule_version, award.rule_version)


def test_a_publication_keeps_the_companys_rule_and_says_when_the_shipped_one_changed(
    session, client, coordinator, flight_check, tmp_path
):
    client.sign_in(coordinator)
    client.post(FOUNDATION, data=LOOSER)
    assert "Your own rule" in client.get("/certificates/rules").get_data(as_text=True)
    assert "A later publication asks for something else" not in client.get(FOUNDATION).get_data(as_text=True)
    tree = tmp_path / "courses"
    shutil.copytree(Path(__file__).parents[1] / "flight", tree)
    catalogue = tree / "catalogue.yml"
    catalogue.write_text(catalogue.read_text().replace("t1-check >= 80%", "t1-check >= 90%"))
    publish_courses(None, read_tree(tree), course_formats(), now())
    session.commit()
    assert current_catalogue().programme("flight-check").level("foundation").requires == (LOOSER["requires"],)
    page = client.get(FOUNDATION).get_data(as_text=True)
    assert "A later publication asks for something else" in page
    assert LOOSER["reason"] in page

    follows = re.search(r'name="follows" value="([^"]+)"', page)[1]
    back = LOOSER | {"go": "shipped", "reason": "The trial is over.", "follows": follows}
    stale = client.post(FOUNDATION, data=back | {"follows": ""}, follow_redirects=True)
    assert "Somebody has changed this rule" in stale.get_data(as_text=True)
    assert client.post(FOUNDATION, data=back).status_code == 303
    assert "quiz:t1-check >= 90%" in current_catalogue().programme("flight-check").level("foundation").requires
    page = client.get(FOUNDATION).get_data(as_text=True)
    assert "back to the shipped rule" in page


def test_an_administrator_may_change_a_rule_and_a_champion_may_not(client, flight_check):
    client.sign_in(make_person("Ada", Role.ADMINISTRATOR))
    assert client.post(FOUNDATION, data=LOOSER).status_code == 303
    client.sign_in(make_person("Mara", Role.CHAMPION))
    assert client.post(FOUNDATION, data=LOOSER).status_code == 403


def test_learners_see_none_of_it(client, holder, award):
    client.sign_in(holder)
    assert now().date() == date(2026, 3, 2)
    for path in ("certified", "certified.csv", "expiring", "rules"):
        assert client.get(f"/certificates/{path}").status_code == 403


@pytest.mark.parametrize("day", ["2026-03-02", "2026-10-31", "2026-11-30", "2027-03-02", "2027-03-03", "2027-06-01"])
def test_what_ends_soon_is_counted_as_the_page_lists_it(client, coordinator, award, clock, day):
    day = date.fromisoformat(day)
    clock.set(datetime.combine(day, time(9), UTC))
    client.sign_in(coordinator)
    listed = client.get("/certificates/expiring").get_data(as_text=True).split('id="ending-caption"')[1:]
    rows = listed[0].split("</table>")[0].count('<th scope="row">') if listed else 0
    assert len(ending_soon(day)) == rows


def test_what_was_renewed_ends_no_more(session, award, clock):
    late = date(2027, 2, 1)
    assert [view.id for view in ending_soon(late)] == [award.id]
    copied = {column.key: getattr(award, column.key) for column in sa.inspect(Award).mapper.column_attrs}
    later = {"id": new_id(), "period": 1, "serial_number": 99, "status_index": 99, "code": "X", "token": "X"}
    session.add(Award(**copied | later | {"starts_on": date(2027, 3, 3), "valid_until": date(2028, 3, 2)}))
    session.flush()
    assert ending_soon(late) == ()
