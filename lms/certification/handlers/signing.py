"""What is signed: credentials of awards, as data and as badge, and the lists that say which of them stand."""

from __future__ import annotations

import json
from typing import Any

from lms.certification.adapters.carriers import bake
from lms.certification.adapters.envelope import passphrase
from lms.certification.adapters.keys import IssuingKey
from lms.certification.adapters.proofs import Suite
from lms.certification.adapters.sealfiles import SealFiles, load_seal
from lms.certification.adapters.statuslist import Purpose
from lms.certification.queries.awards import AwardView
from lms.certification.queries.credentials import list_count, signed_credential, signed_status_list
from lms.certification.queries.keys import current_key
from lms.certification.service.keys import ensure_key
from lms.infra.clock import now
from lms.infra.deployment import settings
from lms.infra.i18n import _
from lms.infra.paths import asset_dir
from lms.infra.transactions import run_in_write_transaction
from lms.shared.errors import Conflict, NotFound


def issuing_key() -> IssuingKey:
    """Return the key in use; where there is none yet it is made, in a short transaction of its own."""
    return current_key() or run_in_write_transaction(ensure_key)


def credential_json(award: AwardView, suite: Suite = Suite.JCS) -> bytes:
    """Return the signed credential of an award as JSON."""
    signed = signed_credential(award, issuing_key(), now(), suite)
    return json.dumps(signed, ensure_ascii=False, separators=(",", ":")).encode()


def badge(award: AwardView, suite: Suite = Suite.JCS) -> bytes:
    """Return the badge: a picture that carries the credential."""
    picture = (asset_dir("static") / "img" / "badge.png").read_bytes()
    return bake(picture, credential_json(award, suite))


def status_list(purpose: Purpose, number: int) -> dict[str, Any]:
    """Return a status list as it stands now, signed.

    Raises:
        NotFound: there is no such list yet.
    """
    if number >= list_count():
        raise NotFound
    moment = now().replace(microsecond=0)
    return signed_status_list(purpose, number, issuing_key(), moment, moment.date())


def seal_files() -> SealFiles | None:
    """Return the company's seal, or None where it has none.

    Raises:
        Conflict: it cannot be opened with the present secret key.
    """
    try:
        return load_seal(settings().instance / "seal", passphrase())
    except ValueError as error:
        message = _("The company's seal cannot be opened with this secret key. Import it again: lms certificates seal.")
        raise Conflict(message) from error
