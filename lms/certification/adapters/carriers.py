"""Files that carry a credential: the certificate's PDF, a baked PNG badge, or the JSON itself."""

from __future__ import annotations

import io

from openbadgeslib.baking import bake_png, extract_png
from pyhanko.pdf_utils.reader import PdfFileReader

MOST_BYTES = 10 * 1024 * 1024
# Open Badges 3.0, section 5.3.1: the keyword of the iTXt chunk.
_KEYWORD = b"openbadgecredential"
_PNG = b"\x89PNG\r\n\x1a\n"
_PDF = b"%PDF-"


class NoCredentialError(ValueError):
    """The file is of no kind that is known here, is broken, or carries no credential."""


def bake(png: bytes, credential: bytes) -> bytes:
    """Return the picture with the credential in it. The pixels are untouched."""
    baked: bytes = bake_png(png, credential.decode(), keyword=_KEYWORD)
    return baked


def credential_in(data: bytes) -> bytes:
    """Return the credential that a file carries, as JSON that has not been looked at yet.

    Raises:
        NoCredentialError: there is none, or the file is too large or broken.
    """
    if len(data) > MOST_BYTES:
        message = "the file is larger than any certificate"
        raise NoCredentialError(message)
    if data.startswith(_PDF):
        return _in_pdf(data)
    if data.startswith(_PNG):
        return _in_png(data)
    if data.lstrip()[:1] == b"{":
        return data
    message = "the file is no PDF, PNG or JSON"
    raise NoCredentialError(message)


def _in_png(data: bytes) -> bytes:
    try:
        text: str | None = extract_png(data, keyword=_KEYWORD)
    except Exception as error:  # the reader of a hostile picture may fail in any way
        message = "the picture is broken"
        raise NoCredentialError(message) from error
    if text is None:
        message = "the picture carries no credential"
        raise NoCredentialError(message)
    return text.encode()


def _in_pdf(data: bytes) -> bytes:
    try:
        for reference in PdfFileReader(io.BytesIO(data)).root["/AF"]:
            file = reference.get_object()["/EF"]["/F"]
            if file["/Subtype"] == "/application/ld+json":
                return bytes(file.data)
    except Exception as error:  # the reader of a hostile file may fail in any way
        message = "the PDF is broken or carries no credential"
        raise NoCredentialError(message) from error
    message = "the PDF carries no credential"
    raise NoCredentialError(message)
