"""What every certificate has besides its page: a description, the embedded credential, a place for the signature.

WeasyPrint draws the page and hands over its objects; here they get their company, under numbers of their own.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pydyf

from lms.certification.pdf.metadata import (
    CREDENTIAL_NAME,
    Description,
    credential_entry,
    credential_stream,
    info_dictionary,
    pdf_date,
    xmp_stream,
)
from lms.certification.pdf.xref import Seal, Signature

POINTS_PER_PIXEL = 0.75


@dataclass(frozen=True, slots=True)
class Numbers:
    """The object numbers that later steps need; `free` is the first that nothing has taken."""

    root: int
    page: int
    content: int
    fonts: int
    metadata: int
    info: int
    credential: int
    filespec: int
    signature: int
    widget: int
    free: int


def extend(pdf: pydyf.PDF, *, credential: bool, sealed: bool) -> tuple[Numbers, dict[int, bytes]]:
    """Complete the catalogue and the page of WeasyPrint's `pdf`, and return the numbers and the objects added.

    Args:
        pdf: the objects as drawn; its catalogue, page and figures are changed.
        credential: make room for an embedded credential.
        sealed: make room for a signature.
    """
    catalog, page = pdf.catalog, _page(pdf)
    resources = pdf.objects[target_of(page["Resources"])]
    free = len(pdf.objects)
    numbers = Numbers(
        root=catalog.number,
        page=page.number,
        content=target_of(page["Contents"]),
        fonts=target_of(resources["Font"]),
        metadata=target_of(catalog["Metadata"]),
        info=free,
        credential=free + 1,
        filespec=free + 2,
        signature=free + 3,
        widget=free + 4,
        free=free + 5,
    )
    added: dict[int, bytes] = {}
    if credential:
        added[numbers.filespec] = credential_entry(numbers.credential)
        # AF: associated files, the PDF/A-3 way to say what an attachment belongs to.
        catalog["AF"] = pydyf.Array([b"%d 0 R" % numbers.filespec])
        names = pydyf.Array([f"({CREDENTIAL_NAME})".encode(), b"%d 0 R" % numbers.filespec])
        catalog["Names"] = pydyf.Dictionary({"EmbeddedFiles": pydyf.Dictionary({"Names": names})})
    if sealed:
        added[numbers.widget] = _invisible_widget(numbers)
        fields = pydyf.Array([b"%d 0 R" % numbers.widget])
        # SigFlags 3: there is a signature, and only appending keeps it valid.
        catalog["AcroForm"] = pydyf.Dictionary({"Fields": fields, "SigFlags": 3})
        page.setdefault("Annots", pydyf.Array()).append(b"%d 0 R" % numbers.widget)
    page["MediaBox"] = page["TrimBox"]
    page.pop("BleedBox", None)
    put_figures_in_points(pdf, float(page["MediaBox"][3]))
    return numbers, added


def _page(pdf: pydyf.PDF) -> pydyf.Dictionary:
    return next(each for each in pdf.objects if isinstance(each, pydyf.Dictionary) and each.get("Type") == "/Page")


def target_of(reference: bytes) -> int:
    """Return the number in an indirect reference, ``b"12 0 R"``."""
    return int(reference.split()[0])


def _invisible_widget(numbers: Numbers) -> bytes:
    """Return the form field of the signature: without a size, printed, locked, and named for screen readers."""
    return (
        b"<</Type/Annot/Subtype/Widget/FT/Sig/T(Issuer)/TU(Signature of the issuer)/Rect[0 0 0 0]/F 132"
        b"/P %d 0 R/V %d 0 R>>" % (numbers.page, numbers.signature)
    )


def put_figures_in_points(pdf: pydyf.PDF, height: float) -> None:
    """Give figures their box in page coordinates: WeasyPrint 70 writes CSS pixels from the top."""
    for each in pdf.objects:
        if isinstance(each, pydyf.Dictionary) and each.get("S") == "/Figure" and "A" in each:
            left, top, right, bottom = (float(value) * POINTS_PER_PIXEL for value in each["A"]["BBox"])
            each["A"]["BBox"] = pydyf.Array([left, height - bottom, right, height - top])


def own_objects(numbers: Numbers, about: Description, credential: bytes | None) -> Iterator[tuple[int, bytes]]:
    """Yield the objects that describe one file and carry its credential."""
    yield numbers.metadata, xmp_stream(about)
    yield numbers.info, info_dictionary(about)
    if credential is not None:
        yield numbers.credential, credential_stream(credential, about.issued_on)


def signature_of(numbers: Numbers, about: Description, seal: Seal | None) -> Signature | None:
    """Return where and with what the file is signed, or None."""
    if seal is None:
        return None
    kind = b"/Type/Sig/Filter/Adobe.PPKLite/SubFilter/ETSI.CAdES.detached/M(%s)" % pdf_date(about.issued_on)
    return Signature(numbers.signature, kind, seal)
