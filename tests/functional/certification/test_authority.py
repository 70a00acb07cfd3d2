"""May this person do X now? Machines ask, with a token; the answer is signed and short-lived."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from lms.accounts.models.people import Profile, RoleGrant
from lms.accounts.rules.actor import Role
from lms.certification.adapters.compact import read_claims, sign_claims
from lms.certification.models import ApiClient
from lms.certification.queries.authority import powers_of
from lms.certification.queries.keys import public_keys
from lms.certification.rules.authority import ANSWER_LASTS, Deed, Question, decide
from lms.certification.service.clients import create_client
from lms.certification.service.keys import ensure_key
from lms.certification.service.status import revoke_award
from lms.cohorts.service.champions import appoint_champion
from lms.infra.clock import now
from tests.factories.cohorts import make_cohort
from tests.factories.people import as_actor, make_person

NUMBER = "4711"


@pytest.fixture
def holder(session, flight_check):
    return make_person("Zoë Ångström", employee_number=NUMBER)


@pytest.fixture
def administrator(session):
    return make_person("Ada", Role.ADMINISTRATOR)


@pytest.fixture
def ask(session, client, administrator):
    token = create_client(as_actor(administrator), "HR system")
    session.commit()

    def question(**body):
        body = {"person": NUMBER, **body}
        return client.post("/api/v1/authority", json=body, headers={"Authorization": f"Bearer {token}"})

    question.token = token
    return question


def answer_of(reply):
    assert reply.status_code == 200, reply.json
    claims = read_claims(reply.json["token"], {key.kid: key for key in public_keys()})
    assert {name: value for name, value in reply.json.items() if name != "token"} == claims
    return claims


def test_a_holder_may_act_and_the_answer_says_why_and_how_long(ask, award):
    claims = answer_of(ask(may="act", programme="flight-check"))
    assert (claims["answer"], claims["reason"]) == ("yes", "in-force")
    assert claims["basis"] == {
        "serial": "2026-00001", "programme": "flight-check", "level": "foundation", "until": "2027-03-02",
    }  # fmt: skip
    assert claims["exp"] - claims["iat"] == ANSWER_LASTS.total_seconds()


def test_an_answer_never_lasts_beyond_the_local_day(session, ask, award, clock):
    clock.advance(hours=14, minutes=58)
    claims = answer_of(ask(may="act"))
    assert claims["exp"] - claims["iat"] == 120


@pytest.mark.parametrize(
    "body",
    [
        {"may": "act", "programme": "other"},
        {"may": "act", "person": "no such number"},
        {"may": "buddy"},
        {"may": "coach"},
        {"may": "sign-off"},
        {"may": "approve", "gate": "price", "person": "no such number"},
    ],
)
def test_what_is_not_known_to_be_allowed_is_not(ask, award, body):
    assert answer_of(ask(**body))["answer"] == "no"


def test_in_grace_yes_and_after_the_lapse_no(award, clock):
    clock.advance(days=(date(2027, 4, 1) - now().date()).days)
    verdict = decide(Question(Deed.ACT), powers_of(NUMBER, now().date()))
    assert (verdict.answer.value, verdict.reason.value) == ("yes", "in-grace")
    clock.advance(days=1)
    assert decide(Question(Deed.ACT), powers_of(NUMBER, now().date())).answer.value == "no"


def test_a_revocation_is_felt_at_once(session, ask, award, as_coordinator):
    revoke_award(as_coordinator, award.id, "Wrong person")
    session.commit()
    assert answer_of(ask(may="act"))["answer"] == "no"


def test_a_leavers_authority_ends_that_day(session, ask, holder, award):
    session.get(Profile, holder.id).left_on = now().date()
    session.commit()
    assert answer_of(ask(may="act"))["answer"] == "no"


def test_a_gated_approval_is_asked_for_or_given_never_to_oneself(session, ask, holder, award):
    assert answer_of(ask(may="approve", gate="price"))["answer"] == "ask"
    session.add(RoleGrant(person_id=holder.id, role=Role.APPROVER, scope="price", valid_from=date(2026, 1, 1)))
    session.commit()
    assert answer_of(ask(may="approve", gate="price"))["answer"] == "yes"
    assert answer_of(ask(may="approve", gate="fraud"))["answer"] == "ask"
    own = answer_of(ask(may="approve", gate="price", about=NUMBER))
    assert own["answer"] == "ask"


def test_a_champion_coaches_others_also_while_acting(session, ask, holder, award, as_coordinator):
    cohort = make_cohort(as_coordinator, programme="flight-check")
    appoint_champion(as_coordinator, cohort, holder.id, now().date())
    session.commit()
    claims = answer_of(ask(may="sign-off", about="1001"))
    assert (claims["answer"], claims["reason"]) == ("yes", "acting-champion")
    assert answer_of(ask(may="sign-off", about=NUMBER))["reason"] == "oneself"


@pytest.mark.parametrize(
    "body", [{}, {"may": "fly"}, {"may": "act", "extra": 1}, {"may": "act", "person": ""}, {"may": "act", "person": 7}]
)
def test_a_question_that_cannot_be_read_is_refused_in_words(ask, body):
    reply = ask(**body)
    assert reply.status_code == 422
    assert reply.json["problems"]


def test_without_a_valid_token_nothing_is_said(client, award):
    for header in ({}, {"Authorization": "Bearer gs_wrong"}, {"Authorization": "Basic eDp5"}):
        reply = client.post("/api/v1/authority", json={"person": NUMBER, "may": "act"}, headers=header)
        assert reply.status_code == 401
        assert reply.headers["WWW-Authenticate"].startswith("Bearer")


def test_guessing_tokens_is_slowed_down(client, session):
    statuses = [client.post("/api/v1/authority", headers={"Authorization": "Bearer x"}).status_code for _ in range(25)]
    assert 429 in statuses


def test_a_token_is_shown_once_kept_hashed_and_refused_when_revoked(session, client, administrator, award):
    client.sign_in(administrator)
    page = client.post("/admin/clients", data={"name": "Warehouse gate"}).get_data(as_text=True)
    token = page.split('<code class="code">')[1].split("</code>")[0]
    row = session.query(ApiClient).one()
    assert token not in (row.token_hash, row.hint)
    assert token not in client.get("/admin/clients").get_data(as_text=True)
    header = {"Authorization": f"Bearer {token}"}
    body = {"person": NUMBER, "may": "act"}
    assert client.post("/api/v1/authority", json=body, headers=header).status_code == 200
    assert client.post(f"/admin/clients/{row.id}/revoke").status_code == 303
    assert client.post("/api/v1/authority", json=body, headers=header).status_code == 401


def test_a_token_ends_after_a_year(session, ask, award, clock):
    clock.advance(days=364)
    assert ask(may="act").status_code == 200
    clock.advance(days=1)
    assert ask(may="act").status_code == 401


def test_a_token_without_a_name_is_not_made(client, administrator):
    client.sign_in(administrator)
    assert client.post("/admin/clients", data={"name": " "}).status_code == 422


def test_a_signed_answer_cannot_be_changed_or_taken_for_something_else(session):
    key = ensure_key()
    token = sign_claims({"answer": "no", "exp": int((now() + timedelta(minutes=5)).timestamp())}, key)
    keys = {key.public.kid: key.public}
    head, body, signature = token.split(".")
    # The first character carries six whole bits, so another one there is always another signature.
    other = ("B" if signature[0] == "A" else "A") + signature[1:]
    for forged in (f"{head}.{body[:-1]}A.{signature}", f"{head}.{body}.{other}", "x", "a.b.c", ""):
        with pytest.raises(ValueError, match="not a token"):
            read_claims(forged, keys)
    with pytest.raises(ValueError, match="not a token"):
        read_claims(token, keys, kind="other+jwt")
