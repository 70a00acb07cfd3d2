"""The transcript as a file: as many pages as it needs, archivable and accessible like the certificate."""

from __future__ import annotations

from weasyprint import CSS, HTML

from lms.certification.pdf.branding import Branding
from lms.certification.pdf.fonts import typefaces
from lms.certification.pdf.layout import LOCK, only_embedded, shared_fonts
from lms.infra.paths import asset_dir

# PDF/UA-1 (ISO 14289-1): tagged, titled, in its language.
VARIANT = "pdf/ua-1"


def write_transcript(html: str, branding: Branding) -> bytes:
    """Return the transcript that `html` lays out."""
    text = (asset_dir("static") / "css" / "transcript.css").read_text(encoding="utf-8")
    sheet = f":root{{--brand:{branding.colour}}}{typefaces().css()}\n{text}"
    with LOCK:
        css = CSS(string=sheet, font_config=shared_fonts(), url_fetcher=only_embedded())
        page = HTML(string=html, url_fetcher=only_embedded(), media_type="print")
        written: bytes = page.write_pdf(font_config=shared_fonts(), stylesheets=[css], pdf_variant=VARIANT)
    return written
