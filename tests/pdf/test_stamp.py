"""The stamp is held against the full render: the same picture, the same text, or it declines."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import zxingcpp

from lms.certification.pdf.document import render_certificate
from lms.certification.pdf.issue import make_certificate
from lms.certification.pdf.shaping import Doubt
from lms.certification.pdf.stamp import stamp_certificate
from lms.certification.rules.snapshot import AwardSnapshot, EvidenceLine
from tests.pdf.samples import AWARD, COMPANY, CREDENTIAL, FULL_NAMES, LINK, STAMPED_NAMES, award, lines_of, picture

# Of the 256 grey values, averaged over the page. Measured: 0; a single letter moved by half a pixel makes 0.002.
MOST_DIFFERENCE = 0.001

KINDS = {
    **{name: award(name=name) for name in STAMPED_NAMES},
    "no evidence": award(evidence=()),
    "one line of evidence, in Greek": award(evidence=(EvidenceLine("Εξέταση προσομοιωτή", "21/24"),)),
    "no expiry": award(valid_until=None),
    "German": award(language="de"),
    "Russian": award(language="ru", subject="Служба поддержки", level_title="Основы"),
    "no authority": award(grants_authority=False),
}


@pytest.mark.parametrize("kind", list(KINDS))
def test_stamped_and_full_render_look_and_read_the_same(kind: str, tmp_path: Path) -> None:
    stamped = stamp_certificate(KINDS[kind], COMPANY, LINK, CREDENTIAL)
    full = render_certificate(KINDS[kind], COMPANY, LINK, CREDENTIAL)
    difference = np.abs(picture(stamped, tmp_path) - picture(full, tmp_path))
    assert difference.mean() <= MOST_DIFFERENCE
    assert lines_of(stamped, tmp_path) == lines_of(full, tmp_path)


def test_the_comparison_sees_a_single_wrong_letter(tmp_path: Path) -> None:
    one = picture(stamp_certificate(award(code="7K4PQX9M3TNH"), COMPANY, LINK), tmp_path)
    other = picture(stamp_certificate(award(code="7K4PQX9M3TNM"), COMPANY, LINK), tmp_path)
    assert np.abs(one - other).mean() > 2 * MOST_DIFFERENCE


@pytest.mark.parametrize("name", FULL_NAMES)
def test_what_the_stamp_cannot_do_exactly_is_drawn_in_full(name: str) -> None:
    issued = make_certificate(award(name=name), COMPANY, LINK)
    assert not issued.stamped
    assert issued.pdf == render_certificate(award(name=name), COMPANY, LINK)


@pytest.mark.parametrize(
    ("case", "doubt"),
    [
        (award(name=FULL_NAMES[0]), Doubt.WRAPPED_NAME),
        (award(name="محمد"), Doubt.RIGHT_TO_LEFT),
        (award(name="王小明"), Doubt.NO_FACE),
        (award(evidence=(EvidenceLine("W" * 90),)), Doubt.TOO_WIDE),
        (award(name="q\u0303"), None),
    ],
)
def test_the_reason_for_a_full_render_is_kept(case: AwardSnapshot, doubt: Doubt | None) -> None:
    issued = make_certificate(case, COMPANY, LINK)
    assert not issued.stamped
    assert doubt is None or issued.doubt is doubt


def test_one_template_serves_many_learners_and_each_gets_their_own_file(tmp_path: Path) -> None:
    for number, name in enumerate(("Ana", "Bo", "Łucja")):
        link = f"{LINK}{number}"
        pdf = stamp_certificate(award(name=name, serial=f"2026-0000{number}"), COMPANY, link)
        text = lines_of(pdf, tmp_path)
        assert name in text
        assert f"2026-0000{number}" in text
        assert zxingcpp.read_barcodes(picture(pdf, tmp_path).astype("uint8"))[0].text == link
        assert b"Qname9x" not in pdf
        assert b"stand-in" not in pdf


def test_the_same_award_is_stamped_into_the_same_file() -> None:
    assert stamp_certificate(AWARD, COMPANY, LINK) == stamp_certificate(AWARD, COMPANY, LINK)
