"""The company's seal: whole file, this certificate, and no byte may change."""

from __future__ import annotations

import asyncio
import io
import logging
from collections.abc import Callable

import pytest
from asn1crypto import x509 as asn1
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import async_validate_pdf_signature
from pyhanko.sign.validation.status import PdfSignatureStatus, SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from lms.certification.pdf.document import render_certificate
from lms.certification.pdf.signing import CompanySeal
from lms.certification.pdf.stamp import stamp_certificate
from tests.pdf.samples import AWARD, COMPANY, CREDENTIAL, LINK, key_pair, seal

MAKERS = [render_certificate, stamp_certificate]


def status(pdf: bytes) -> PdfSignatureStatus:
    logging.getLogger("pyhanko_certvalidator").setLevel(logging.CRITICAL)
    logging.getLogger("pyhanko").setLevel(logging.CRITICAL)
    (signature,) = PdfFileReader(io.BytesIO(pdf)).embedded_signatures
    trusted = ValidationContext(trust_roots=[asn1.Certificate.load(key_pair()[1].public_bytes(Encoding.DER))])
    return asyncio.run(async_validate_pdf_signature(signature, trusted))


@pytest.mark.parametrize("make", MAKERS)
def test_another_library_finds_the_signature_intact_and_over_the_whole_file(make: Callable[..., bytes]) -> None:
    found = status(make(AWARD, COMPANY, LINK, CREDENTIAL, seal()))
    assert found.intact
    assert found.valid
    assert found.coverage is SignatureCoverageLevel.ENTIRE_FILE
    assert found.md_algorithm == "sha256"


def test_a_changed_byte_breaks_the_signature() -> None:
    pdf = bytearray(stamp_certificate(AWARD, COMPANY, LINK, CREDENTIAL, seal()))
    place = pdf.index(b"2026-00038") if b"2026-00038" in pdf else pdf.index(b"Certificate: ")
    pdf[place] ^= 1
    assert not status(bytes(pdf)).intact


def test_a_key_that_is_not_the_certificates_or_not_on_p256_is_refused() -> None:
    certificate = key_pair()[1]
    with pytest.raises(ValueError, match="does not belong"):
        CompanySeal(ec.generate_private_key(ec.SECP256R1()), certificate)
    with pytest.raises(ValueError, match="P-256"):
        CompanySeal(ec.generate_private_key(ec.SECP384R1()), certificate)
