"""A new company's name: set in the browser, and no certificate that names the invented company of the shipped files."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa

from lms.accounts.rules.actor import Role
from lms.catalog.adapters.sources import read_tree
from lms.catalog.queries import current_company, names_example
from lms.catalog.rules.facts import EXAMPLE_COMPANY, EXAMPLE_SIGNATORY
from lms.catalog.service import publish_courses, save_fact
from lms.certification import tasks
from lms.certification.pdf.pool import Drawn
from lms.certification.queries.awards import award_by_id
from lms.certification.queries.credentials import unsigned_credential
from lms.certification.service.documents import draw_named, keep_document
from lms.certification.service.issuing import start_run
from lms.formats import course_formats
from lms.home.queries.first_steps import first_steps
from lms.infra.audit import AuditEntry
from lms.infra.clock import now
from lms.infra.jobs import Job, JobRun
from lms.shared.errors import Conflict, Invalid
from lms.shared.ids import new_id
from tests.factories.cohorts import make_cohort
from tests.factories.people import as_actor, make_person
from tests.functional.certification.conftest import awards_of, begin, show

NAME, SIGNATORY, TITLE = "company.name", "certificate.signatory", "certificate.signatory_title"
REASON = "Our name"
FLIGHT = Path(__file__).parents[1] / "flight"


def publish_shipped_name():
    """Publish the flight check under the name and signatory that Groundschool ships."""
    tree = read_tree(FLIGHT)
    source = tree.files["company.yml"]
    text = source.text.replace("Marlow Home", EXAMPLE_COMPANY).replace("Robin Hale", EXAMPLE_SIGNATORY)
    named = replace(tree, files={**tree.files, "company.yml": replace(source, text=text)})
    publish_courses(None, named, course_formats(), now())


def set_fact(client, name, reason=REASON, **value):
    return client.post(
        f"/admin/content/facts/{name}",
        data={"go": "save", "follows": "", "reason": reason, **{f"value.{lang}": text for lang, text in value.items()}},
    )


def name_company(client):
    """Set name, signatory and title, and publish, as the worker does within a minute."""
    assert set_fact(client, NAME, **{"": "Fenwick Goods"}).status_code == 302
    assert set_fact(client, SIGNATORY, **{"": "Ola Nord"}).status_code == 302
    assert set_fact(client, TITLE, en="Head of Learning").status_code == 302
    publish_shipped_name()


@pytest.fixture
def unnamed(session, flight_check):
    publish_shipped_name()
    session.commit()


@pytest.fixture
def admin(session, client, unnamed):
    person = make_person("Ada Adler", Role.ADMINISTRATOR)
    session.commit()
    client.sign_in(person)
    return person


@pytest.fixture
def earned(session, unnamed):
    """An award made by the evidence itself, before anybody set a name."""
    person = make_person("Zoë Ångström")
    show(begin(person))
    session.commit()
    (award,) = awards_of(session, person)
    return award


def test_an_administrator_sets_name_and_signatory_and_certificates_say_them(session, client, admin):
    name_company(client)
    company = current_company()
    assert (company.name, company.issuer_name, company.issuer_role) == (
        "Fenwick Goods",
        "Ola Nord",
        {"en": "Head of Learning"},
    )
    assert "Fenwick Goods" in client.get("/admin/facts").get_data(as_text=True)
    person = make_person("Zoë Ångström")
    show(begin(person))
    view = award_by_id(awards_of(session, person)[0].id, now().date())
    said = view.snapshot
    assert (said.organisation, said.issuer_name, said.issuer_role) == ("Fenwick Goods", "Ola Nord", "Head of Learning")
    assert unsigned_credential(view)["issuer"]["name"] == "Fenwick Goods"


def test_a_name_needs_a_reason_and_leaves_it_in_the_record(session, client, admin):
    refused = set_fact(client, NAME, reason="", **{"": "Fenwick Goods"})
    assert refused.status_code == 422
    assert 'value="Fenwick Goods"' in refused.get_data(as_text=True)
    set_fact(client, NAME, **{"": "Fenwick Goods"})
    (entry,) = session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "content.set-fact")).all()
    assert entry.details == {"name": NAME, "reason": REASON}


@pytest.mark.parametrize("name", [NAME, SIGNATORY])
def test_what_has_no_room_on_a_certificate_is_refused_with_its_length_and_kept_in_the_form(
    session, client, admin, name
):
    assert set_fact(client, name, **{"": "M" * 60}).status_code == 302
    refused = set_fact(client, name, **{"": "N" * 61})
    page = refused.get_data(as_text=True)
    assert refused.status_code == 422
    assert "These are 61 characters. A certificate has room for 60: write a shorter form." in page
    assert f'value="{"N" * 61}"' in page
    with pytest.raises(Invalid):
        save_fact(as_actor(admin), name, {"": "N" * 61}, "", now())


def test_a_transcript_names_no_invented_company(session, client, unnamed):
    person = make_person("Zoë Ångström")
    show(begin(person))
    session.commit()
    client.sign_in(person)
    page = client.get("/certificates/transcript").get_data(as_text=True)
    assert "The file is made once your company" in page
    assert EXAMPLE_COMPANY not in page
    assert client.get("/certificates/transcript.json").json["organisation"] == ""
    refused = client.post("/certificates/transcript")
    assert refused.status_code == 409
    assert "as data" in refused.get_data(as_text=True)


def test_nothing_is_issued_by_hand_under_the_invented_name(session, client, unnamed):
    coordinator = make_person("Cora Lind", Role.COORDINATOR)
    cohort = make_cohort(as_actor(coordinator), programme="flight-check")
    with pytest.raises(Conflict):
        start_run(as_actor(coordinator), cohort, [(coordinator.id, "flight-check")])
    session.commit()
    client.sign_in(coordinator)
    page = client.get(f"/issue/{cohort}").get_data(as_text=True)
    assert "The company has no name of its own yet" in page
    assert 'href="/admin/facts"' in page


def test_one_name_of_the_two_is_not_enough(session, client, admin):
    set_fact(client, NAME, **{"": "Fenwick Goods"})
    publish_shipped_name()
    assert names_example()
    set_fact(client, SIGNATORY, **{"": "Ola Nord"})
    # Until the worker has published it a certificate would still say the other name.
    assert names_example()
    publish_shipped_name()
    assert not names_example()


def test_whoever_sets_the_invented_name_means_it(session, client, admin):
    set_fact(client, NAME, **{"": EXAMPLE_COMPANY})
    set_fact(client, SIGNATORY, **{"": EXAMPLE_SIGNATORY})
    assert not names_example()


def test_the_first_steps_say_so_until_it_is_done(session, client, admin):
    step = first_steps(as_actor(admin))[0]
    assert (step.id, step.done, step.mine) == ("company", False, True)
    assert 'href="/admin/facts"' in client.get("/home").get_data(as_text=True)
    name_company(client)
    assert first_steps(as_actor(admin))[0].done


def test_an_award_earned_before_counts_and_names_nobody(session, client, earned):
    view = award_by_id(earned.id, now().date())
    assert view.in_force
    assert (view.snapshot.organisation, view.snapshot.issuer_name) == ("", "")
    with pytest.raises(Conflict):
        unsigned_credential(view)
    tasks.render_job(JobRun(new_id(), {"award": str(earned.id)}, 1))
    assert award_by_id(earned.id, now().date()).document_sha256 is None
    assert draw_named() == 0


def test_its_file_says_the_name_set_since_and_keeps_it(session, client, admin, earned, monkeypatch):
    session.execute(sa.delete(Job))
    name_company(client)
    assert draw_named() == 1
    drawn = []
    monkeypatch.setattr(tasks, "draw_document", lambda view: drawn.append(view) or Drawn(str(view.id), b"%PDF"))
    tasks.render_job(JobRun(new_id(), {"award": str(earned.id)}, 1))
    assert drawn[0].snapshot.issuer_name == "Ola Nord"
    session.expire_all()
    assert '"organisation":"Fenwick Goods"' in earned.snapshot
    assert draw_named() == 0


def test_an_award_signed_already_keeps_what_it_says(session, client, award):
    before = award.snapshot
    publish_shipped_name()
    keep_document(award.id, "0" * 64, 1)
    assert award.snapshot == before
    assert award_by_id(award.id, now().date()).snapshot.organisation == "Marlow Home"
