"""A warm WeasyPrint: fonts and style sheet prepared once, nothing fetched, one page at a time.

WeasyPrint's memory grows with every font configuration it is given, so a process keeps a single one. Pango is not
thread-safe, hence the lock.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, lru_cache
from threading import RLock
from typing import TypeVar

import pydyf
from weasyprint import CSS, HTML
from weasyprint.document import Document
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher

from lms.certification.pdf.branding import Branding
from lms.certification.pdf.fonts import typefaces
from lms.infra.paths import asset_dir

Result = TypeVar("Result")

# PDF/A-3a: archivable (ISO 19005-3), level A: with the structure that PDF/UA (ISO 14289-1) asks for as well.
VARIANT = "pdf/a-3a"

LOCK = RLock()


class MissingGlyphsError(ValueError):
    """No font of this machine can draw some characters; `characters` says which."""

    def __init__(self, characters: str) -> None:
        super().__init__(f"No font on this machine has: {' '.join(characters)}")
        self.characters = characters


@cache
def shared_fonts() -> FontConfiguration:
    """Return the process's one font configuration."""
    return FontConfiguration()


@cache
def _design() -> CSS:
    """Return the shipped design with its fonts; parsing it costs more than laying out a page."""
    text = (asset_dir("static") / "css" / "certificate.css").read_text(encoding="utf-8")
    return CSS(string=f"{typefaces().css()}\n{text}", font_config=shared_fonts(), url_fetcher=only_embedded())


@lru_cache(maxsize=64)
def _colours(branding: Branding) -> CSS:
    return CSS(string=f":root{{--brand:{branding.colour}}}", font_config=shared_fonts(), url_fetcher=only_embedded())


def only_embedded() -> URLFetcher:
    """Return a fetcher that reads ``data:`` URLs and refuses the network and the disk."""
    return URLFetcher(allowed_protocols=("data",), allow_redirects=False)


def arrange(html: str, branding: Branding) -> Document:
    """Return the laid-out document, without drawing it."""
    with LOCK:
        page = HTML(string=html, url_fetcher=only_embedded(), media_type="print")
        return page.render(font_config=shared_fonts(), stylesheets=[_design(), _colours(branding)], pdf_variant=VARIANT)


def draw(html: str, branding: Branding, finish: Callable[[Document, pydyf.PDF], Result]) -> Result:
    """Lay out and draw `html`, and return what `finish` makes of the PDF objects before they are written.

    Raises:
        MissingGlyphsError: a character would be drawn as an empty box.
        ValueError: the page ran over.
    """
    results: list[Result] = []

    def finisher(document: Document, pdf: pydyf.PDF) -> None:
        missing = {code for font in document.fonts.values() for code in font.missing}
        if missing:
            raise MissingGlyphsError("".join(map(chr, sorted(missing))))
        if len(document.pages) != 1:
            message = f"A certificate is one page, and this one is {len(document.pages)}."
            raise ValueError(message)
        results.append(finish(document, pdf))

    with LOCK:
        arrange(html, branding).write_pdf(finisher=finisher, pdf_variant=VARIANT)
    return results[0]
