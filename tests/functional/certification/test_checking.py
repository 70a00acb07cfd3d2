"""Whatever somebody brings: a PDF, a badge, a credential, a code; to the page, to the endpoint, to the command."""

from __future__ import annotations

import io
import json
import random

import pytest
from click.testing import CliRunner

from lms.certification.adapters import keys as issuing
from lms.certification.adapters.openbadge import Issuer, Validity, Wording, build_credential
from lms.certification.adapters.proofs import Suite, secure
from lms.certification.cli import NOT_KNOWN, NOT_VALID, VALID, certificates
from lms.certification.handlers.checking import check_file
from lms.certification.rules.checking import FileFinding
from lms.certification.rules.snapshot import from_json
from lms.certification.service.status import revoke_award
from lms.infra.clock import now
from lms.infra.deployment import settings
from lms.infra.worker import run_due_jobs
from tests.functional.certification.conftest import awards_of, show

ELSEWHERE = "https://elsewhere.example"


def drop(client, data, name="certificate"):
    return client.post("/verify", data={"file": (io.BytesIO(data), name)})


def ask(client, data):
    return client.post("/api/v1/verify", data={"file": (io.BytesIO(data), "certificate")})


@pytest.fixture
def pdf(client, holder, award):
    run_due_jobs()
    client.sign_in(holder)
    return client.get(f"/certificates/{award.id}.pdf").data


@pytest.fixture
def foreign(award):
    key, snapshot = issuing.new_key(), from_json(award.snapshot)
    issuer = Issuer(issuing.issuer_did(ELSEWHERE), "Elsewhere", ELSEWHERE)
    built = build_credential(snapshot, issuer, Wording("a", "b", "c"), Validity(now(), None), f"{ELSEWHERE}/v/x")
    signed = secure(built, key, issuing.method_of(issuer.did, key.public), now(), Suite.JCS)
    return json.dumps(signed).encode()


@pytest.mark.parametrize(
    ("carrier", "words", "finding"),
    [
        ("pdf", "exactly the one that was issued", "exact"),
        ("badge", "its signature is right", "genuine"),
        ("json", "its signature is right", "genuine"),
    ],
)
def test_what_we_issued_is_recognised_in_every_form(client, holder, award, pdf, carrier, words, finding):
    paths = {"badge": f"/v/{award.token}/badge.png", "json": f"/v/{award.token}/credential"}
    data = pdf if carrier == "pdf" else client.get(paths[carrier]).data
    page = drop(client, data).get_data(as_text=True)
    assert words in page
    assert "real and valid today" in page
    answer = ask(client, data)
    assert (answer.json["finding"], answer.json["valid_now"], answer.json["name"]) == (finding, True, "Zoë Ångström")


def test_a_changed_pdf_is_called_altered_though_its_credential_is_ours(client, pdf):
    assert "The file was altered" in drop(client, pdf + b"\n% one more line").get_data(as_text=True)
    assert ask(client, pdf + b"\n").json["finding"] == "rewrapped"


def test_a_changed_credential_is_altered_and_says_nothing_about_anybody(client, award):
    document = json.loads(client.get(f"/v/{award.token}/credential").data)
    document["credentialSubject"]["identifier"][0]["identityHash"] = "Somebody Else"
    response = drop(client, json.dumps(document).encode())
    assert response.status_code == 404
    text = response.get_data(as_text=True)
    assert "Altered" in text
    assert "Somebody Else" not in text


def test_single_bit_mutations_of_the_issued_files_are_never_exact_nor_genuine(client, award, pdf):
    credential = client.get(f"/v/{award.token}/credential").data
    draw = random.Random(7)
    for data in (pdf, credential):
        for _ in range(60):
            mutated = bytearray(data)
            mutated[draw.randrange(len(data))] ^= 1 << draw.randrange(8)
            assert check_file(bytes(mutated), now().date()).finding not in {FileFinding.EXACT, FileFinding.GENUINE}


def test_somebody_elses_credential_is_said_to_be_theirs(client, foreign):
    assert "issued by somebody else" in drop(client, foreign).get_data(as_text=True)
    assert ask(client, foreign).json == {"finding": "other-issuer", "valid_now": False}


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7 nothing", b"\x89PNG\r\n\x1a\nbroken", b"{", b'{"a": 1}', b"\0" * 99])
def test_junk_is_refused_in_words(client, award, data):
    assert drop(client, data).status_code == 404
    assert ask(client, data).json["finding"] == "no-credential"


def test_machines_look_up_codes_and_wrong_ones_alike(client, award):
    found = client.post("/api/v1/verify", json={"code": award.code})
    assert (found.status_code, found.json["standing"]) == (200, "valid")
    for body in ({"code": "2222-2222-2222"}, {"code": "no code"}, {"code": 7}, {}, [], "x"):
        missed = client.post("/api/v1/verify", json=body)
        assert (missed.status_code, missed.json) == (404, {"finding": "not-found", "valid_now": False})


def test_guessing_is_slowed_down_for_machines_as_well(client, award):
    replies = [client.post("/api/v1/verify", json={"code": "2222-2222-2222"}) for _ in range(25)]
    assert replies[-1].status_code == 429
    assert int(replies[-1].headers["Retry-After"]) > 0


def test_nothing_that_is_public_shows_a_score_a_number_or_an_address(client, holder, award):
    answer = client.get(f"/v/{award.token}/status.json").json
    assert not {"score", "evidence", "email", "employee_number", "person"} & answer.keys()
    assert "zoe@example.com" not in client.get(f"/v/{award.token}").get_data(as_text=True)


@pytest.fixture
def folder(app, award, tmp_path):
    result = app.test_cli_runner().invoke(certificates, ["keys", "export", str(tmp_path / "keys")])
    assert result.exit_code == 0, result.output
    return tmp_path / "keys"


def check_offline(tmp_path, folder, data):
    file = tmp_path / "file"
    file.write_bytes(data)
    return CliRunner().invoke(certificates, ["verify", "--offline", "--keys", str(folder), str(file)])


def test_offline_it_says_whose_it_is_and_how_old_the_status_is(tmp_path, folder, pdf, monkeypatch):
    monkeypatch.setattr("lms.certification.cli.SystemClock.now", lambda _self: now())
    result = check_offline(tmp_path, folder, pdf)
    assert "Signature valid" in result.output
    assert "Zoë Ångström" in result.output
    assert "Status as of 2026-03-02 09:00 UTC: not revoked." in result.output
    assert result.exit_code == VALID


def test_offline_without_a_current_list_the_status_is_not_known(tmp_path, folder, pdf, monkeypatch):
    for file in folder.glob("status-*"):
        file.unlink()
    monkeypatch.setattr("lms.certification.cli.SystemClock.now", lambda _self: now())
    result = check_offline(tmp_path, folder, pdf)
    assert "Status: not known" in result.output
    assert result.exit_code == NOT_KNOWN


def test_offline_an_altered_credential_is_not_valid(client, tmp_path, folder, award):
    data = client.get(f"/v/{award.token}/credential").data.replace("Zoë".encode(), b"Zoe")
    result = check_offline(tmp_path, folder, data)
    assert result.output.startswith("ALTERED")
    assert result.exit_code == NOT_VALID


def test_offline_needs_keys_and_a_file():
    assert CliRunner().invoke(certificates, ["verify", "--offline", "7K4P-QX9M-3TNH"]).exit_code == 2


def test_here_it_looks_up_a_code_and_says_how_it_stands(app, session, award, as_coordinator):
    runner = app.test_cli_runner()
    result = runner.invoke(certificates, ["verify", award.code])
    assert (result.exit_code, "Today: valid" in result.output) == (VALID, True)
    revoke_award(as_coordinator, award.id, "Wrong person")
    session.commit()
    result = runner.invoke(certificates, ["verify", award.code])
    assert (result.exit_code, "Today: revoked" in result.output) == (NOT_VALID, True)
    assert runner.invoke(certificates, ["verify", "2222-2222-2222"]).exit_code == NOT_VALID


def test_keys_are_listed_and_rotated(app, session, award):
    runner = app.test_cli_runner()
    assert "No key yet" in runner.invoke(certificates, ["keys", "list"]).output
    assert runner.invoke(certificates, ["keys", "rotate"]).exit_code == 0
    assert "signs from now on" in runner.invoke(certificates, ["keys", "rotate"]).output
    listed = runner.invoke(certificates, ["keys", "list"]).output.splitlines()
    assert ["in use" in line for line in listed] == [True, False]


def test_a_file_of_an_award_that_was_renewed_meanwhile_is_still_the_one_issued(
    session, client, clock, holder, cycle, award, pdf
):
    clock.advance(days=340)
    show(cycle, "t1-check")
    session.commit()
    assert len(awards_of(session, holder)) == 2
    assert ask(client, pdf).json["finding"] == "exact"


@pytest.mark.parametrize(("logo", "status", "words"), [(None, 0, "no logo"), (b"no picture", 1, "logo is broken")])
def test_the_command_says_with_which_look_certificates_are_drawn(app, session, flight_check, logo, status, words):
    folder = settings().instance / "branding"
    folder.mkdir(exist_ok=True)
    file = folder / "logo.png"
    if logo:
        file.write_bytes(logo)
    result = app.test_cli_runner().invoke(certificates, ["look"])
    file.unlink(missing_ok=True)
    assert (result.exit_code, words in result.output) == (status, True), result.output
