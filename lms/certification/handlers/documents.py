"""How awards become files."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import structlog

from lms.catalog.queries import current_company
from lms.certification.handlers.signing import credential_json, seal_files
from lms.certification.queries.awards import AwardView
from lms.certification.queries.credentials import award_address
from lms.certification.rules.snapshot import to_json
from lms.infra.deployment import public_address, settings

# Drawing needs WeasyPrint, which takes a second to load: only those who draw pay for it.
if TYPE_CHECKING:
    from lms.certification.pdf.branding import Branding
    from lms.certification.pdf.pool import Drawn, Order

_LOGOS = {"png": "image/png", "svg": "image/svg+xml", "jpg": "image/jpeg"}
log = structlog.get_logger(__name__)


def draw_document(award: AwardView) -> Drawn:
    """Return the certificate of an award as a file, drawn in this process."""
    from lms.certification.pdf.pool import draw  # noqa: PLC0415

    return draw(order_of(award), seal_files())


def draw_documents(awards: Iterable[AwardView]) -> Iterator[Drawn]:
    """Yield the certificates of many awards, drawn on all cores. Credentials are signed here: keys never travel."""
    from lms.certification.pdf.pool import draw_all  # noqa: PLC0415

    return draw_all((order_of(award) for award in awards), seal_files())


def order_of(award: AwardView) -> Order:
    """Return everything that is needed to draw an award's certificate."""
    from lms.certification.pdf.pool import Order  # noqa: PLC0415

    snapshot = award.snapshot
    return Order(
        key=str(award.id),
        snapshot=to_json(snapshot),
        branding=branding(snapshot.organisation),
        public_url=award_address(snapshot.token),
        credential=credential_json(award),
    )


def branding(organisation: str = "") -> Branding:
    """Return the company's look: its colour is the fact ``brand.colour``, its logo ``branding/logo.*`` in the instance.

    What people could not read is not used.
    """
    from lms.certification.pdf.branding import Branding, branding_problems  # noqa: PLC0415

    wanted = wanted_branding(organisation)
    problems = branding_problems(wanted)
    if problems:
        log.warning("certificates.branding", problems=[problem.value for problem in problems])
        return Branding(wanted.organisation, wanted.verify_address)
    return wanted


def wanted_branding(organisation: str = "") -> Branding:
    """Return the look that the company asks for, whether it can be used or not."""
    from lms.certification.pdf.branding import Branding  # noqa: PLC0415

    company = current_company()
    plain = Branding(organisation or company.name, public_address("/verify"))
    colour = company.facts.get("brand.colour")
    return Branding(plain.organisation, plain.verify_address, colour.words("en") if colour else plain.colour, _logo())


def _logo() -> str:
    for ending, media_type in _LOGOS.items():
        path = settings().instance / "branding" / f"logo.{ending}"
        if path.is_file():
            return f"data:{media_type};base64,{base64.b64encode(path.read_bytes()).decode()}"
    return ""
