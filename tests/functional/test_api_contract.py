"""The endpoints for machines do what their published description says, whatever they are sent."""

from __future__ import annotations

import io
import json
import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lms.accounts.rules.actor import Role
from lms.accounts.service import throttle
from lms.certification.rules.authority import Deed
from lms.certification.service.clients import create_client
from lms.infra.web.openapi import ErrorReply, describe, operations
from tests.factories.people import as_actor, make_person
from tests.functional.certification.conftest import begin, show

TEXT = st.text(max_size=60)
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=6,
)
QUESTION = st.fixed_dictionaries(
    {"person": st.just("4711") | TEXT, "may": st.sampled_from([each.value for each in Deed]) | TEXT},
    optional={"programme": st.just("flight-check") | TEXT, "gate": TEXT, "about": st.just("4711") | TEXT, "x": TEXT},
)
BODY = QUESTION | st.fixed_dictionaries({"code": TEXT}) | ANYTHING
TRIED = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


@pytest.fixture
def described(app):
    return describe(app)


@pytest.fixture
def award(session, flight_check):
    holder = make_person("Zoë Ångström", employee_number="4711")
    show(begin(holder))
    session.commit()
    return holder


@pytest.fixture
def token(session, award, monkeypatch):
    monkeypatch.setattr(throttle, "wait", lambda *_: 0)
    made = create_client(as_actor(make_person("Ada", Role.ADMINISTRATOR)), "HR system")
    session.commit()
    return made


def holds(app, method, path, reply):
    """Fail unless the reply is one that the description declares, in the shape it declares."""
    (each,) = [one for verb, where, one in operations(app) if (verb, where) == (method, path)]
    assert reply.status_code < 500, reply.data
    assert reply.status_code in each.replies.keys() | each.errors, (reply.status_code, reply.data)
    model = each.replies.get(reply.status_code, ErrorReply)
    if model is not None:
        model.model_validate_json(reply.data)
    else:
        assert isinstance(json.loads(reply.data), dict)


def test_every_machine_endpoint_is_described_and_the_description_holds_together(app, described):
    addresses = {re.sub(r"<(?:[^:<>]+:)?([^<>]+)>", r"{\1}", rule.rule) for rule in app.url_map.iter_rules()}
    machine = {path for path in addresses if path.startswith("/api/")} - {"/api/v1/openapi.json"}
    assert machine <= described["paths"].keys() <= addresses
    text = json.dumps(described)
    named = set(re.findall(r"#/components/schemas/(\w+)", text))
    assert named == described["components"]["schemas"].keys()
    operation_ids = re.findall(r'"operationId": "(\w+)"', text)
    assert len(operation_ids) == len(set(operation_ids))


def test_the_description_is_published(client, described):
    assert client.get("/api/v1/openapi.json").json == described


def test_whatever_is_sent_the_replies_are_those_declared(app, client, token):
    @TRIED
    @given(body=BODY, authorised=st.booleans())
    def ask(body, authorised):
        headers = {"Authorization": f"Bearer {token}"} if authorised else {}
        for path in ("/api/v1/authority", "/api/v1/verify"):
            holds(app, "post", path, client.post(path, json=body, headers=headers))

    ask()


def test_whatever_file_is_sent_the_replies_are_those_declared(app, client, token):
    @TRIED
    @given(data=st.binary(max_size=400), head=st.sampled_from([b"", b"%PDF-", b"\x89PNG\r\n\x1a\n", b"{"]))
    def send(data, head):
        reply = client.post("/api/v1/verify", data={"file": (io.BytesIO(head + data), "file")})
        holds(app, "post", "/api/v1/verify", reply)

    send()


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe", b"[" * 10_000, b'"x"'])
def test_a_body_that_is_no_json_is_refused_in_the_declared_shape(app, client, token, content):
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    for path in ("/api/v1/authority", "/api/v1/verify"):
        holds(app, "post", path, client.post(path, data=content, headers=headers))


def test_what_is_published_is_there_and_anything_else_is_declared_too(app, client, session, award):
    from lms.certification.models import Award

    found = session.query(Award).one()
    values = {"token": [found.token, "unknown"], "purpose": ["revocation", "none"], "number": ["0", "7"]}
    for method, path, _operation in operations(app):
        if method != "get":
            continue
        for choice in (0, 1):
            address = re.sub(r"{(\w+)}", lambda name, choice=choice: values[name[1]][choice], path)
            holds(app, "get", path, client.get(address, headers={"Accept": "application/json"}))
