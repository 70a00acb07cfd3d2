"""Typst, where it is installed, making the same certificate: both standards, the credential, the same QR code."""

from __future__ import annotations

import base64
import importlib.util
import json
from collections.abc import Callable
from pathlib import Path

from lms.certification.pdf.fonts import typefaces
from lms.certification.pdf.page import document_title
from lms.certification.pdf.qr import qr_image
from lms.certification.rules.snapshot import AwardSnapshot
from tests.pdf.samples import COMPANY

STANDARDS = ["a-3a", "ua-1"]
PAGE = Path(__file__).with_name("certificate.typ")


def typst_maker(credential: bytes) -> Callable[[AwardSnapshot, str], bytes] | None:
    """Return what makes a certificate with Typst, its fonts loaded and its compiler warm; None where it is absent."""
    if importlib.util.find_spec("typst") is None:
        return None
    import typst

    compiler = typst.Compiler(str(PAGE), font_paths=typst.Fonts())
    # Only families that are installed: the shipped one comes as web fonts, which Typst does not read.
    families = [family for family in typefaces().families if family in typst.Fonts().families()]

    def make(award: AwardSnapshot, link: str) -> bytes:
        inputs = {
            "award": json.dumps(_texts(award, link, families)),
            "credential": credential.decode(),
            "qr": base64.b64decode(qr_image(link).split(",", 1)[1]).decode(),
        }
        pdf = compiler.compile(format="pdf", sys_inputs=inputs, pdf_standards=STANDARDS)
        assert isinstance(pdf, bytes)
        return pdf

    return make


def _texts(award: AwardSnapshot, link: str, families: list[str]) -> dict[str, object]:
    return {
        "title": document_title(award),
        "organisation": COMPANY.organisation,
        "families": families,
        "kind": "Certificate of competence",
        "name": award.name,
        "claim": "has shown the ability to work safely with AI in",
        "subject": award.subject,
        "level": award.level_title,
        "duration": "11 h 15 min of learning and practice",
        "assessed": "What was assessed",
        "evidence": award.evidence_lines,
        "disclaimer": "Internal certificate, assessed in a simulator and at work. It is not a regulated qualification.",
        "facts": [
            ["Issued", award.issued_on.isoformat()],
            ["Valid until", str(award.valid_until)],
            ["Issued by", f"{award.issuer_name}, {award.issuer_role}"],
            ["Code", award.printed_code],
            ["Number", award.serial],
        ],
        "link": link,
        "address": COMPANY.shown_address,
    }
