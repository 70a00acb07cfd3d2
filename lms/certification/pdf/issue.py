"""Making the file of one award: stamped where that is certain to be right, drawn in full where it is not."""

from __future__ import annotations

from dataclasses import dataclass, field

from lms.certification.pdf.branding import Branding
from lms.certification.pdf.document import render_certificate
from lms.certification.pdf.shaping import Doubt, UnstampableError
from lms.certification.pdf.stamp import stamp_certificate
from lms.certification.pdf.xref import Seal
from lms.certification.rules.snapshot import AwardSnapshot


@dataclass(frozen=True, slots=True)
class Issued:
    """A file, and why it was drawn in full if it was."""

    pdf: bytes = field(repr=False)
    doubt: Doubt | None = None

    @property
    def stamped(self) -> bool:
        """Return whether the file came from a template."""
        return self.doubt is None


def make_certificate(
    snapshot: AwardSnapshot,
    branding: Branding,
    public_url: str,
    credential_json: bytes | None = None,
    seal: Seal | None = None,
) -> Issued:
    """Return the file of an award, by the quickest way that is right for it. Arguments as `render_certificate`.

    Raises:
        MissingGlyphsError: no font can draw some characters of the award.
    """
    try:
        return Issued(stamp_certificate(snapshot, branding, public_url, credential_json, seal))
    except UnstampableError as refusal:
        return Issued(render_certificate(snapshot, branding, public_url, credential_json, seal), refusal.doubt)
