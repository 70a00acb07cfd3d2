"""The main task of each kind of person, without JavaScript on a phone and with the keyboard alone at a desk."""

from __future__ import annotations

import pytest

from lms.accounts.rules.actor import Role
from tests.browser.hands import Keyboard, WithoutScripts

# What a lesson asks may be answered three times; then it says the answer.
TRIES = 3
# One each: how soon somebody may try again is another question.
QUIZ = {WithoutScripts: "/learn/common-core/c2/c2-check", Keyboard: "/learn/common-core/c5/c5-check"}


@pytest.fixture(params=(WithoutScripts, Keyboard), ids=("without-scripts", "keyboard"))
def hands(request, company, open_page):
    """Hands for somebody of the company."""

    def hands_(who):
        scripts = request.param is Keyboard
        page = open_page(width=1280 if scripts else 320, java_script_enabled=scripts)
        page.context.add_cookies([company.cookie(who)])
        return request.param(page, company.address)

    return hands_


def said(hands) -> str:
    """What the page answers to what was done."""
    return hands.page.locator("main").inner_text()


def test_an_employee_finishes_a_lesson_with_what_it_asks(company, hands):
    reader = hands(company.learning)
    lesson = company.open_step(company.learning, "lesson")
    reader.open(lesson)
    for _try in range(TRIES + 1):
        if lesson in reader.page.url:
            reader.answer_everything()
            reader.use(reader.page.locator("main .action-bar button, main .action-bar a").last)
    assert lesson not in reader.page.url
    assert company.open_step(company.learning, "lesson") != lesson


def test_an_employee_takes_a_quiz_to_its_result(company, hands):
    taker = hands(company.learning)
    taker.open(QUIZ[type(taker)])
    taker.use(taker.page.locator("form[action$='/start'] button"))
    while "/review" not in taker.page.url:
        choices = taker.page.locator("main input[type=radio], main input[type=checkbox][name=answer]")
        if choices.count():
            taker.choose(choices.first)
        taker.use(taker.page.locator("main button[value=next], main button[value=review]").first)
    taker.press("Hand in")
    assert "/result" in taker.page.url


def test_a_champion_observes_a_colleague_and_signs(company, hands):
    champion = hands(Role.CHAMPION)
    champion.open("/team/signoffs/new")
    champion.pick("What you observe", company.observed_step())
    champion.choose(champion.page.locator("main input[name=people]").first)
    champion.press("Start")
    champion.answer_everything()
    champion.press("Sign off")
    assert champion.page.locator(".error-summary").count() == 0
    assert "Signed" in said(champion)


def test_a_champion_reminds_somebody(hands):
    champion = hands(Role.CHAMPION)
    champion.open("/team")
    champion.choose(champion.page.locator("main input[name=person]").first)
    champion.press("Nudge the chosen")
    champion.write("Your message", "Ten minutes today?")
    champion.press("Send")
    assert "reminded" in said(champion)


def test_a_coordinator_imports_people(hands, tmp_path):
    coordinator = hands(Role.COORDINATOR)
    number = f"JN{len(type(coordinator).__name__)}"
    file = tmp_path / "hr.csv"
    rows = (
        "Employee ID,Name,Function,Site,Shift,Joined\n"
        f"{number},Juno Nakamura,customer-service,riverbend,day,2026-02-02\n"
    )
    file.write_text(rows, encoding="utf-8")
    coordinator.open("/people/import")
    coordinator.hand_over("CSV file", file)
    coordinator.press("Upload")
    coordinator.press("Check the file")
    coordinator.press("Import 1 person")
    assert "The import is done." in said(coordinator)


def test_a_coordinator_plans_a_wave_and_a_cohort(hands):
    coordinator = hands(Role.COORDINATOR)
    name = type(coordinator).__name__
    coordinator.open("/plan/waves/new")
    coordinator.write("Title", f"Wave {name}")
    coordinator.write("Number", str(len(name)))
    coordinator.write("Training starts", "06012026")
    coordinator.write("Go-live", "09072026")
    coordinator.press("Save")
    assert f"Wave {name}" in said(coordinator)
    coordinator.open("/plan/cohorts/new")
    coordinator.write("Title", f"Cohort {name}")
    coordinator.write("Places", "12")
    coordinator.press("Form the cohort")
    assert f"Cohort {name}" in coordinator.heading() + said(coordinator)


def test_a_manager_goes_from_the_verdict_to_what_their_people_still_need(hands):
    manager = hands(Role.MANAGER)
    manager.open("/readiness")
    manager.use(manager.page.locator("main a[href*='/readiness/']").first)
    assert manager.page.locator("main .verdict, main [class*=verdict]").count()


def test_an_approver_records_a_decision_on_a_gate(hands):
    approver = hands(Role.APPROVER)
    to_the_gates(approver)
    approver.choose(approver.page.locator("main input[value=hold]"))
    approver.write("Note", "Seen and talked through.")
    approver.press("Record")
    assert "Seen and talked through." in said(approver)


def test_a_sponsor_waives_a_criterion_for_a_while(hands):
    sponsor = hands(Role.SPONSOR)
    to_the_gates(sponsor)
    sponsor.write("Why the risk", "The count of last week is late.")
    sponsor.write("Through which day", "03092026")
    sponsor.press("Waive")
    assert "The count of last week is late." in said(sponsor)


def to_the_gates(hands) -> None:
    """Go to the gates of the wave in training."""
    hands.open("/readiness")
    hands.use(hands.page.locator("main a[href*='/readiness/']").first)
    hands.follow("Gates")


def test_an_administrator_makes_a_token_for_a_system_and_revokes_it(hands):
    administrator = hands(Role.ADMINISTRATOR)
    name = f"Gate {type(administrator).__name__}"
    administrator.open("/admin/clients")
    administrator.write("System that will use it", name)
    administrator.press("Make a token")
    assert name in administrator.heading()
    administrator.follow("I have copied it")
    administrator.press(f"Revoke {name}")
    assert "Revoked" in said(administrator)
