"""The transcript as a file: as many pages as it needs, archivable and accessible like the certificate."""

from __future__ import annotations

import pydyf
from weasyprint import CSS, HTML
from weasyprint.document import Document

from lms.certification.pdf.branding import Branding
from lms.certification.pdf.fonts import typefaces
from lms.certification.pdf.layout import LOCK, VARIANT, only_embedded, shared_fonts
from lms.certification.pdf.metadata import claim_accessible
from lms.certification.pdf.skeleton import put_figures_in_points, target_of
from lms.infra.paths import asset_dir


def write_transcript(html: str, branding: Branding) -> bytes:
    """Return the transcript that `html` lays out, as PDF/A-3a and PDF/UA-1."""
    text = (asset_dir("static") / "css" / "transcript.css").read_text(encoding="utf-8")
    sheet = f":root{{--brand:{branding.colour}}}{typefaces().css()}\n{text}"
    with LOCK:
        css = CSS(string=sheet, font_config=shared_fonts(), url_fetcher=only_embedded())
        page = HTML(string=html, url_fetcher=only_embedded(), media_type="print")
        written: bytes = page.write_pdf(
            font_config=shared_fonts(), stylesheets=[css], pdf_variant=VARIANT, finisher=_complete
        )
    return written


def _complete(_document: Document, pdf: pydyf.PDF) -> None:
    """Claim the second standard: WeasyPrint writes one variant."""
    metadata = pdf.objects[target_of(pdf.catalog["Metadata"])]
    packet = b"".join(each if isinstance(each, bytes) else str(each).encode() for each in metadata.stream)
    metadata.stream = [claim_accessible(packet)]
    pages = [each for each in pdf.objects if isinstance(each, pydyf.Dictionary) and each.get("Type") == "/Page"]
    put_figures_in_points(pdf, float(pages[0]["MediaBox"][3]))
