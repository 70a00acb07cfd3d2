"""Filling a template for one learner: a complete, separate file in about a millisecond."""

from __future__ import annotations

import zlib
from collections.abc import Iterator

from lms.certification.pdf.branding import Branding
from lms.certification.pdf.document import describe
from lms.certification.pdf.fonts import REGULAR, typefaces
from lms.certification.pdf.glyphs import FontBlock
from lms.certification.pdf.page import WEIGHTS, field_texts, name_setting, runs_right_to_left
from lms.certification.pdf.qr import qr_operators
from lms.certification.pdf.shaping import Doubt, UnstampableError, shape_line
from lms.certification.pdf.skeleton import own_objects, signature_of
from lms.certification.pdf.template import LineHole, QrHole, Template, blank, compile_template
from lms.certification.pdf.xref import Seal, stream, write_file
from lms.certification.rules.snapshot import AwardSnapshot, cleaned


def stamp_certificate(
    snapshot: AwardSnapshot,
    branding: Branding,
    public_url: str,
    credential_json: bytes | None = None,
    seal: Seal | None = None,
) -> bytes:
    """Return the same certificate as `render_certificate`, filled into its template.

    Raises:
        UnstampableError: a line may come out other than in the full render, which then has to draw it.
    """
    award = cleaned(snapshot)
    fields = field_texts(award)
    size, lines = name_setting(award.name, typefaces(), award.language)
    if lines > 1:
        raise UnstampableError(Doubt.WRAPPED_NAME, award.name)
    if any(map(runs_right_to_left, fields.values())):
        raise UnstampableError(Doubt.RIGHT_TO_LEFT, award.name)
    template = compile_template(
        blank(award), branding, size, credential=credential_json is not None, sealed=seal is not None
    )
    content, blocks = _content(template, fields, award.language, public_url)
    numbers = template.numbers
    about = describe(award, branding, public_url)

    def objects() -> Iterator[tuple[int, bytes]]:
        yield numbers.content, stream(b"/Filter/FlateDecode", zlib.compress(content, 3))
        for number, parts in template.texts.items():
            filled = (part if isinstance(part, bytes) else part.fill(award.name, public_url) for part in parts)
            yield number, b"".join(filled)
        yield from own_objects(numbers, about, credential_json)

    signature = signature_of(numbers, about, seal)
    return write_file(template.prefix(blocks), objects(), root=numbers.root, info=numbers.info, signature=signature)


def _content(
    template: Template, fields: dict[str, str], language: str, public_url: str
) -> tuple[bytes, frozenset[FontBlock]]:
    """Return the drawing operators of the page and the fonts they use."""
    pieces: list[str] = []
    blocks: set[FontBlock] = set()
    for piece in template.content:
        if isinstance(piece, QrHole):
            pieces.append(qr_operators(public_url, piece.left, piece.top, piece.width))
        elif isinstance(piece, LineHole):
            weight = WEIGHTS.get(piece.slot, REGULAR)
            line = shape_line(fields[piece.slot], weight, piece.size, language, piece.room)
            x = piece.left + (piece.room - line.width if piece.from_right else 0)
            # The page is drawn with its origin at the top, so text has to be flipped back: 1 0 0 -1.
            pieces.append(f"1 0 0 -1 {x:.6f} {piece.baselines[line.family]:.6f} Tm\n{line.operators}")
            blocks |= line.blocks
        else:
            pieces.append(piece)
    return "\n".join(pieces).encode("ascii"), frozenset(blocks)
