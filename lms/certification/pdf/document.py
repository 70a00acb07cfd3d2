"""The certificate drawn in full by WeasyPrint: right for any name in any script, and what the stamp is held against."""

from __future__ import annotations

import pydyf
from weasyprint.document import Document

from lms.certification.pdf.branding import Branding
from lms.certification.pdf.fonts import typefaces
from lms.certification.pdf.layout import draw
from lms.certification.pdf.metadata import Description
from lms.certification.pdf.page import compose, document_title
from lms.certification.pdf.skeleton import Numbers, extend, own_objects, signature_of
from lms.certification.pdf.xref import Prefix, Seal, lay_prefix, write_file
from lms.certification.rules.snapshot import AwardSnapshot, cleaned


def describe(snapshot: AwardSnapshot, branding: Branding, public_url: str) -> Description:
    """Return what the file says about itself."""
    return Description(
        title=document_title(snapshot),
        author=branding.organisation,
        language=snapshot.language,
        issued_on=snapshot.issued_on,
        address=public_url,
    )


def render_certificate(
    snapshot: AwardSnapshot,
    branding: Branding,
    public_url: str,
    credential_json: bytes | None = None,
    seal: Seal | None = None,
) -> bytes:
    """Return the certificate as one file that is PDF/A-3a and PDF/UA-1.

    The result is a function of the arguments, but for the signature, which has a random part.

    Args:
        snapshot: the award as issued.
        branding: the company's look.
        public_url: the public link, ``https://…/v/<token>``: in the QR code, the link and the metadata.
        credential_json: the Open Badges credential to embed, if any.
        seal: what to sign with, if anything.

    Raises:
        MissingGlyphsError: no font can draw some characters of the award.
    """
    award = cleaned(snapshot)
    page = compose(award, branding, public_url, typefaces())

    def finish(_document: Document, pdf: pydyf.PDF) -> tuple[Numbers, Prefix]:
        numbers, added = extend(pdf, credential=credential_json is not None, sealed=seal is not None)
        streams, small = split(pdf, leave_out={numbers.metadata})
        return numbers, lay_prefix(streams, small | added, numbers.free)

    numbers, prefix = draw(page.html, branding, finish)
    about = describe(award, branding, public_url)
    return write_file(
        prefix,
        own_objects(numbers, about, credential_json),
        root=numbers.root,
        info=numbers.info,
        signature=signature_of(numbers, about, seal),
    )


def split(pdf: pydyf.PDF, leave_out: set[int]) -> tuple[dict[int, bytes], dict[int, bytes]]:
    """Return the objects of `pdf` as bytes by number: streams, and everything that fits in an object stream."""
    kept = [each for each in pdf.objects[1:] if each.number not in leave_out]
    streams = {each.number: each.data for each in kept if isinstance(each, pydyf.Stream)}
    return streams, {each.number: each.data for each in kept if each.number not in streams}
