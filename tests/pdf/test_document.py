"""The certificate as a document: what it says, that it reads back, and what it never does."""

from __future__ import annotations

import io
import re
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import pytest
import zxingcpp
from pyhanko.pdf_utils.reader import PdfFileReader

from lms.certification.pdf.branding import Branding, BrandingProblem, branding_problems, contrast
from lms.certification.pdf.document import render_certificate
from lms.certification.pdf.fonts import typefaces
from lms.certification.pdf.issue import make_certificate
from lms.certification.pdf.layout import MissingGlyphsError, only_embedded
from lms.certification.pdf.page import POINTS, compose, in_two, name_setting
from lms.certification.rules.snapshot import DisclaimerKind
from tests.pdf.samples import (
    AWARD,
    COMPANY,
    CREDENTIAL,
    FULL_NAMES,
    LINK,
    STAMPED_NAMES,
    award,
    lines_of,
    need,
    picture,
    seal,
)
from tests.pdf.test_standards import embedded, logo


def test_the_page_reads_in_the_order_it_is_seen(tmp_path: Path) -> None:
    text = lines_of(render_certificate(AWARD, COMPANY, LINK), tmp_path)
    assert text[:6] == [
        "Northwind Outfitters",
        "Certificate of competence",
        "Zoë Ångström",
        "has shown the ability to work safely with AI in",
        "Customer service",
        "Foundation 11 h 15 min of learning and practice",
    ]
    assert text[7] == "Simulator exam, 24 cases: caught 6 of 7 wrong suggestions, kept 12 of 14 right ones"
    for shown in ("2 March 2026", "2 March 2027", "7K4P-QX9M-3TNH", "2026-00038", "Ada Moreau"):
        assert shown in text
    assert "training.northwind.example/verify" in text
    assert any("not a regulated qualification" in line for line in text)


@pytest.mark.parametrize("name", STAMPED_NAMES + FULL_NAMES[1:4])
def test_every_name_reads_back_letter_for_letter(name: str, tmp_path: Path) -> None:
    pdf = make_certificate(award(name=name), COMPANY, LINK).pdf
    assert name in lines_of(pdf, tmp_path, laid_out=True)


def test_an_award_without_authority_says_so_on_its_face(tmp_path: Path) -> None:
    plain = award(grants_authority=False, disclaimer=DisclaimerKind.NO_AUTHORITY, level_title="Ground school")
    text = " ".join(lines_of(render_certificate(plain, COMPANY, LINK), tmp_path))
    assert "Certificate of completion" in text
    assert "It gives no authority to act beside AI" in text
    assert "has shown the ability" not in text


def test_hidden_scores_are_not_in_the_file(tmp_path: Path) -> None:
    text = " ".join(lines_of(render_certificate(award(show_scores=False), COMPANY, LINK), tmp_path))
    assert "Escalation quiz" in text
    assert "92 %" not in text


@pytest.mark.parametrize("language", ["de", "el", "ru", "ar", "he", "ja"])
def test_the_file_says_its_language_and_writes_the_date_in_it(language: str) -> None:
    pdf = PdfFileReader(io.BytesIO(render_certificate(award(language=language), COMPANY, LINK)))
    assert pdf.root["/Lang"] == language


def test_the_link_and_the_code_in_the_corner_lead_to_the_public_page(tmp_path: Path) -> None:
    pixels = picture(render_certificate(AWARD, COMPANY, LINK), tmp_path)
    (code,) = zxingcpp.read_barcodes(pixels.astype("uint8"))
    assert code.text == LINK


def test_title_author_and_credential_travel_in_the_file() -> None:
    pdf = PdfFileReader(io.BytesIO(render_certificate(AWARD, COMPANY, LINK, CREDENTIAL)))
    info = pdf.trailer["/Info"]
    assert info["/Title"] == "Certificate: Zoë Ångström, Customer service"
    assert info["/Author"] == "Northwind Outfitters"
    filespec = pdf.root["/AF"][0].get_object()
    assert filespec["/AFRelationship"] == "/Data"
    assert filespec["/EF"]["/F"].data == CREDENTIAL
    xmp = pdf.root["/Metadata"].data.decode()
    assert "<pdfaid:part>3</pdfaid:part><pdfaid:conformance>A</pdfaid:conformance><pdfuaid:part>1<" in xmp


def test_the_same_award_is_the_same_file() -> None:
    assert render_certificate(AWARD, COMPANY, LINK) == render_certificate(AWARD, COMPANY, LINK)


def test_a_character_that_no_font_can_draw_is_named_and_nothing_is_issued() -> None:
    with pytest.raises(MissingGlyphsError) as caught:
        make_certificate(award(name="Zoë \U0002a6df"), COMPANY, LINK)
    assert caught.value.characters == "\U0002a6df"


@pytest.mark.parametrize("address", ["https://example.org/logo.png", "file:///etc/hostname", "http://127.0.0.1/"])
def test_nothing_is_fetched_from_the_network_or_the_disk(address: str) -> None:
    with pytest.raises(Exception, match="disallowed"):
        only_embedded().fetch(address)


@pytest.mark.parametrize("text", ["</p><img src=x>", "{{ 7*7 }}", "url(file:///etc/passwd)", "%(name)s"])
def test_what_people_type_is_printed_and_never_interpreted(text: str, tmp_path: Path) -> None:
    pdf = make_certificate(award(name=text, subject=text), COMPANY, LINK).pdf
    assert lines_of(pdf, tmp_path).count(text) == 2


def test_long_names_shrink_to_24_points_and_then_take_two_balanced_lines() -> None:
    settings = [name_setting("M" * length, typefaces(), "en") for length in range(1, 40)]
    assert list(dict.fromkeys(settings)) == [(34, 1), (30, 1), (27, 1), (24, 1), (24, 2)]
    assert in_two("Ana Maria de la Torre") == "Ana Maria\nde la Torre"
    assert in_two("Unbroken") == "Unbroken"


class Word(NamedTuple):
    """A word where it stands on the page, in points from the top left."""

    left: float
    top: float
    right: float
    bottom: float
    text: str


def words_on(pdf: bytes, folder: Path) -> list[Word]:
    source = folder / "boxes.pdf"
    source.write_bytes(pdf)
    found = subprocess.run([need("pdftotext"), "-bbox", str(source), "-"], check=True, capture_output=True, text=True)
    pattern = r'<word xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">(.*?)</word>'
    return [Word(*map(float, each[:4]), each[4]) for each in re.findall(pattern, found.stdout)]


@pytest.mark.parametrize("text", ["W" * 60, "株式会社" * 15, "شركة النور للتجارة " * 3, "Fenwick & Sons " * 4, "Ada"])
def test_what_a_company_is_called_stays_in_its_place_however_long(text: str, tmp_path: Path) -> None:
    text = text[:60].strip()
    look = replace(COMPANY, organisation=text)
    pdf = render_certificate(award(issuer_name=text, issuer_role=text), look, LINK)
    # Beside the name the QR code begins, and under the title its label: neither is touched.
    boxes = words_on(pdf, tmp_path)
    right = max(box.right for box in boxes)
    assert right <= (297 - 20) * POINTS
    foot = [box for box in boxes if box.top > (210 - 50) * POINTS]
    assert max(box.right for box in foot) <= (18 + 23 + 100 + 98.5) * POINTS
    label = next(box for box in foot if box.text == "Check")
    above = [box for box in foot if box.left >= label.left - 1 and box.top < label.top - 1]
    assert max(box.bottom for box in above) <= label.top + 2


def test_a_line_is_set_in_one_family_throughout() -> None:
    html = compose(award(name="Иван (Zoë)"), COMPANY, LINK, typefaces()).html
    assert 'class="name name-34 face-1"' in html


def test_a_company_colour_must_be_readable_and_a_logo_embedded() -> None:
    assert branding_problems(COMPANY) == ()
    faint = Branding(" ", "https://x/verify", colour="#FFD23F", logo="https://x/logo.png")
    assert branding_problems(faint) == (
        BrandingProblem.NO_ORGANISATION,
        BrandingProblem.TOO_FAINT,
        BrandingProblem.LOGO_NOT_EMBEDDED,
    )
    assert branding_problems(Branding("A", "https://x", colour="teal")) == (BrandingProblem.NOT_A_COLOUR,)
    assert branding_problems(replace(COMPANY, logo=logo("jpeg", "CMYK"))) == (BrandingProblem.LOGO_FOR_PRESS,)
    broken = embedded("png", b"no picture")
    assert branding_problems(replace(COMPANY, logo=broken)) == (BrandingProblem.LOGO_UNREADABLE,)
    assert branding_problems(replace(COMPANY, logo=logo("png", "RGBA"))) == ()
    assert round(contrast("#0B5C6B", "#FFFFFF"), 2) == 7.62


@pytest.mark.parametrize("sealed", [False, True])
def test_the_structure_of_the_file_is_clean(sealed: bool, tmp_path: Path) -> None:
    for number, make in enumerate((render_certificate, lambda *given: make_certificate(*given).pdf)):
        path = tmp_path / f"{number}.pdf"
        path.write_bytes(make(AWARD, COMPANY, LINK, CREDENTIAL, seal() if sealed else None))
        done = subprocess.run([need("qpdf"), "--check", str(path)], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
