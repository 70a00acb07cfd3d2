"""Turning a line of text into PDF text operators, with the arithmetic of WeasyPrint.

A line is only stamped when it is certain to look and to read as in the full render; the doubtful ones are refused with
their reason and drawn in full.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

import uharfbuzz as hb

from lms.certification.pdf.fonts import BOLD, UNITS, Typeface, Typefaces, typefaces
from lms.certification.pdf.glyphs import FontBlock, GlyphMap, glyph_map


class Doubt(StrEnum):
    """Why a line is left to the full render."""

    NO_FACE = "no-face"
    NOT_PREPARED = "glyph-not-prepared"
    MOVED_MARK = "moved-mark"
    READS_DIFFERENTLY = "reads-differently"
    TOO_WIDE = "too-wide"
    WRAPPED_NAME = "wrapped-name"
    RIGHT_TO_LEFT = "right-to-left"


class UnstampableError(Exception):
    """A line that the stamp does not take on."""

    def __init__(self, doubt: Doubt, text: str) -> None:
        super().__init__(f"{doubt}: {text!r}")
        self.doubt = doubt
        self.text = text


@dataclass(frozen=True, slots=True)
class ShapedLine:
    """A line ready to be written: operators after the position, its width in the unit of the size, its fonts."""

    operators: str
    width: float
    family: int
    blocks: frozenset[FontBlock]


@lru_cache(maxsize=8192)
def shape_line(text: str, weight: int, size: float, language: str, room: float) -> ShapedLine:
    """Return `text` as operators: `Tf` chooses a font and size, `TJ` shows glyphs and moves the pen between them.

    Args:
        text: one clean line.
        weight: `REGULAR` or `BOLD`.
        size: the font size.
        language: BCP 47; some fonts draw letters differently by language.
        room: the width that must not be passed, in the unit of `size`.

    Raises:
        UnstampableError: the line may come out other than the full render's.
    """
    faces = typefaces()
    face = faces.choose(text, weight)
    if face is None or not text or unicodedata.combining(text[0]):
        raise UnstampableError(Doubt.NO_FACE, text)
    known = glyph_map(face, _tag(faces, face))
    buffer = face.shape(text, size, language)
    infos, positions = buffer.glyph_infos or [], buffer.glyph_positions or []
    _check(text, infos, positions, known)
    width = sum(position.x_advance for position in positions) / UNITS
    if width > room:
        raise UnstampableError(Doubt.TOO_WIDE, text)
    glyphs = [info.codepoint for info in infos]
    advances = [position.x_advance * 1000 / (size * UNITS) for position in positions]
    family = faces.families.index(face.family)
    return ShapedLine(_operators(glyphs, advances, size, known), width, family, frozenset(map(known.block.get, glyphs)))  # type: ignore[arg-type]


def _tag(faces: Typefaces, face: Typeface) -> str:
    return f"{'B' if face.weight == BOLD else 'R'}{faces.families.index(face.family)}"


def _check(text: str, infos: list[hb.GlyphInfo], positions: list[hb.GlyphPosition], known: GlyphMap) -> None:
    if any(info.codepoint not in known.block for info in infos):
        raise UnstampableError(Doubt.NOT_PREPARED, text)
    if any(position.x_offset or position.y_offset for position in positions):
        raise UnstampableError(Doubt.MOVED_MARK, text)
    if "".join(known.character[info.codepoint] for info in infos) != text:
        raise UnstampableError(Doubt.READS_DIFFERENTLY, text)


def _operators(glyphs: list[int], advances: list[float], size: float, known: GlyphMap) -> str:
    """Return the operators: glyph numbers in hex, and between them how far kerning moves back, in 1/1000 em."""
    written: list[str] = []
    current: FontBlock | None = None
    for glyph, advance in zip(glyphs, advances, strict=True):
        block = known.block[glyph]
        if block is not current:
            written.append(f"{'>] TJ' if current else ''}\n/{block.resource.decode()} {size:.6f} Tf\n[<")
            current = block
        kerning = int(known.width[glyph] - advance)  # cut off, as WeasyPrint does
        written.append(f"{glyph:04x}>{kerning}<" if kerning else f"{glyph:04x}")
    written.append(">] TJ")
    return "".join(written).replace("<>", "").lstrip()
