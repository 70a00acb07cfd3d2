"""`lms certificates`: keys, the seal, and checking certificates with or without a server."""

from __future__ import annotations

import json
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import click
from flask.cli import with_appcontext

from lms.certification.adapters.carriers import NoCredentialError, credential_in
from lms.certification.adapters.keys import PublicKey, did_document, jwks, read_did_document
from lms.certification.adapters.verify import Finding, Keyring, Verdict, Window, verify_credential
from lms.shared.clock import SystemClock
from lms.shared.errors import Invalid
from lms.shared.ids import read_code

# Exit status of `verify`, for scripts.
VALID, NOT_VALID, NOT_KNOWN = 0, 1, 2


@click.group("certificates")
def certificates() -> None:
    """Keep the issuing keys and the seal, and check certificates."""


@certificates.group("keys")
def keys() -> None:
    """List, rotate and export the keys that credentials are signed with."""


@keys.command("list")
@with_appcontext
def list_keys() -> None:
    """List all keys: the one in use first, then the retired ones, which stay published."""
    from lms.certification.queries.keys import key_rows  # noqa: PLC0415 - `verify --offline` needs no database

    rows = key_rows()
    for row in rows:
        state = f"retired {row.retired_at:%Y-%m-%d}" if row.retired_at else "in use"
        click.echo(f"{row.kid}  made {row.created_at:%Y-%m-%d}  {state}")
    if not rows:
        click.echo("No key yet: the first certificate makes one.")


@keys.command("rotate")
@with_appcontext
def rotate_keys() -> None:
    """Sign with a new key from now on. What older keys signed stays valid, because they stay published."""
    from lms.certification.service.keys import rotate_key  # noqa: PLC0415
    from lms.infra.transactions import run_in_write_transaction  # noqa: PLC0415

    key = run_in_write_transaction(lambda: rotate_key(None))
    click.echo(f"{key.public.kid} signs from now on. Make a backup now: lms backup.")


@keys.command("export")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@with_appcontext
def export_keys(folder: Path) -> None:
    """Write keys and status lists to FOLDER, for checking certificates offline."""
    from lms.certification.adapters.statuslist import Purpose  # noqa: PLC0415
    from lms.certification.handlers.signing import issuing_key, status_list  # noqa: PLC0415
    from lms.certification.queries.credentials import list_count  # noqa: PLC0415
    from lms.certification.queries.keys import issuer_name, public_keys  # noqa: PLC0415

    issuing_key()
    folder.mkdir(parents=True, exist_ok=True)
    found: list[PublicKey] = public_keys()
    _write(folder / "did.json", did_document(issuer_name(), found))
    _write(folder / "jwks.json", jwks(found))
    for number in range(list_count()):
        for purpose in Purpose:
            _write(folder / f"status-{purpose}-{number}.json", status_list(purpose, number))
    click.echo(f"{folder}: {len(found)} keys, {2 * list_count()} status lists. They may be relied on for a week.")


@certificates.command("seal")
@click.argument("key", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.argument("chain", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@with_appcontext
def import_seal(key: Path, chain: Path) -> None:
    """Sign every PDF from now on with KEY (PEM, P-256) and its certificates CHAIN (PEM, the key's own first)."""
    from lms.certification.adapters.envelope import passphrase  # noqa: PLC0415
    from lms.certification.adapters.sealfiles import keep_seal, read_pair  # noqa: PLC0415
    from lms.certification.pdf.pool import company_seal  # noqa: PLC0415
    from lms.infra.deployment import settings  # noqa: PLC0415

    data = key.read_bytes()
    password = click.prompt("Password of the key", hide_input=True) if b"ENCRYPTED" in data else None
    try:
        seal = read_pair(data, chain.read_bytes(), password)
        company_seal(seal)
    except ValueError as error:
        raise Invalid(str(error)) from error
    keep_seal(settings().instance / "seal", seal, passphrase())
    click.echo("The seal is kept, its key encrypted. Delete the files you imported it from.")


@certificates.command("look")
@with_appcontext
def show_look() -> None:
    """Say with which colour and logo certificates are drawn. Exit status 1: something cannot be used."""
    from lms.certification.handlers.documents import wanted_branding  # noqa: PLC0415
    from lms.certification.pdf.branding import WHITE, branding_problems, contrast  # noqa: PLC0415

    wanted = wanted_branding()
    problems = branding_problems(wanted)
    for problem in problems:
        click.echo(f"Cannot be used ({problem.value}): {_LOOK[problem.value]}")
    if problems:
        click.echo("Until then certificates have the standard colour and the company's name.")
        sys.exit(1)
    logo = "the logo" if wanted.logo else "no logo, so its name is printed"
    click.echo(f"{wanted.organisation}: {wanted.colour}, contrast {contrast(wanted.colour, WHITE):.1f}; {logo}.")


_LOOK = {
    "no-organisation": "the company has no name; write it in company.yml.",
    "not-a-colour": "the fact brand.colour is no colour; write it as #RRGGBB.",
    "too-faint": "the colour has less contrast with white than 4.5; choose a darker one.",
    "logo-not-embedded": "the logo is no picture.",
    "logo-unreadable": "the logo is broken; export it again as SVG or PNG.",
    "logo-for-press": "the logo is in CMYK, for a press; export it in RGB.",
}


@certificates.command("verify")
@click.argument("what", metavar="FILE|CODE")
@click.option("--offline", is_flag=True, help="Use nothing but the file and the published keys in --keys.")
@click.option(
    "--keys",
    "folder",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="Folder with did.json and status lists, as `lms certificates keys export` writes them.",
)
def verify(what: str, folder: Path | None, *, offline: bool) -> None:
    """Check a certificate: a PDF, a badge (PNG) or a credential (JSON), or the code printed on it.

    Exit status 0: real and valid. 1: not valid, altered or not ours. 2: it cannot be told.
    """
    path = Path(what)
    if not offline:
        _verify_here(path, what)
        return
    if folder is None or not path.is_file():
        message = "Offline a FILE is checked with --keys FOLDER; a code can only be looked up where it was issued."
        raise click.UsageError(message)
    sys.exit(verify_offline(path.read_bytes(), folder, SystemClock().now()))


def verify_offline(data: bytes, folder: Path, now: datetime) -> int:
    """Say what a file is from published keys alone, and return the exit status."""
    lists = [document for path in sorted(folder.glob("status*.json")) if (document := _read(path))]
    try:
        did = _read(folder / "did.json") or {}
        keyring = Keyring(str(did.get("id", "")), read_did_document(did))
    except ValueError:
        click.echo(f"{folder} has no did.json with the issuer's keys.", err=True)
        return NOT_KNOWN
    try:
        verdict = verify_credential(credential_in(data), keyring, now, lists)
    except NoCredentialError as error:
        click.echo(f"Not a certificate: {error}.")
        return NOT_KNOWN
    return _say(verdict)


def _say(verdict: Verdict) -> int:
    if verdict.finding is not Finding.GENUINE:
        words = {
            Finding.ALTERED: "ALTERED: the signature is not that of this credential",
            Finding.UNKNOWN_ISSUER: "Not signed by this issuer",
            Finding.NOT_A_CREDENTIAL: "Not a credential",
        }
        click.echo(f"{words[verdict.finding]} ({verdict.problem}).")
        return NOT_VALID
    click.echo(f"Signature valid: {verdict.title}, awarded to {verdict.holder} by {verdict.issuer}.")
    term = f"{verdict.valid_from:%Y-%m-%d} to {verdict.valid_until:%Y-%m-%d}" if verdict.valid_until else "no end"
    click.echo(f"Printed term: {term} ({(verdict.window or Window.WITHIN).value}). Extensions are shown online.")
    if verdict.status_as_of is None:
        click.echo("Status: not known. No current status list is in the folder.")
        return NOT_KNOWN
    state = "revoked or replaced" if verdict.revoked else "suspended" if verdict.suspended else "not revoked"
    click.echo(f"Status as of {verdict.status_as_of:%Y-%m-%d %H:%M} UTC: {state}.")
    closed = verdict.revoked or verdict.suspended or verdict.window is not Window.WITHIN
    return NOT_VALID if closed else VALID


@with_appcontext
def _verify_here(path: Path, what: str) -> None:
    from lms.certification.handlers.checking import check_file  # noqa: PLC0415
    from lms.certification.queries.awards import award_by_code  # noqa: PLC0415
    from lms.infra.clock import now  # noqa: PLC0415

    if path.is_file():
        checked = check_file(path.read_bytes(), now().date())
        click.echo(f"File: {checked.finding.value}{f' ({checked.detail})' if checked.detail else ''}.")
        award = checked.award
    else:
        code = read_code(what)
        award = award_by_code(code, now().date()) if code else None
        if award is None:
            click.echo(f"No certificate has the code {what}, and there is no such file.")
    if award is None:
        sys.exit(NOT_VALID)
    snapshot = award.snapshot
    click.echo(f"{snapshot.level_title}, {snapshot.subject}, awarded to {snapshot.name} on {snapshot.issued_on}.")
    click.echo(f"Today: {award.standing.value}. Stands until {award.timeline.expires_on or 'the holder is back'}.")
    sys.exit(VALID if award.in_force else NOT_VALID)


def _write(path: Path, document: dict[str, Any]) -> None:
    path.write_text(json.dumps(document, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _read(path: Path) -> dict[str, Any] | None:
    try:
        document = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return None
    return document if isinstance(document, dict) else None
