"""Fonts as PDF objects, prepared once: one small font per script instead of a new subset for every learner.

A PDF shows glyphs by number, not characters. A composite font (Type0) says where each number's outline is (FontFile2),
how far it moves the pen (W) and, in ToUnicode, which character it stands for: what search, copying and screen readers
read. Blocks keep the glyph numbers of the whole font, so that one shaping serves all of them.
"""

from __future__ import annotations

import hashlib
import zlib
from dataclasses import dataclass, field
from functools import cache

import uharfbuzz as hb

from lms.certification.pdf.fonts import Typeface
from lms.certification.pdf.xref import flate, stream

BLOCKS: dict[str, tuple[tuple[int, int], ...]] = {
    "Latin": ((0x20, 0x7E), (0xA0, 0x17F), (0x218, 0x21B), (0x2009, 0x2009),
              (0x202F, 0x202F), (0x2010, 0x2015), (0x2018, 0x201E), (0x2026, 0x2026),
              (0x2032, 0x2033), (0x20AC, 0x20AC), (0x2116, 0x2116), (0x2122, 0x2122), (0x2264, 0x2265)),
    "MoreLatin": ((0x180, 0x217), (0x21C, 0x24F), (0x1E00, 0x1EFF)),
    "Greek": ((0x370, 0x3FF), (0x1F00, 0x1FFF)),
    "Cyrillic": ((0x400, 0x52F),),
}  # fmt: skip

_LAYOUT_TABLES = ("GSUB", "GPOS", "GDEF", "kern", "DSIG", "FFTM", "gasp", "BASE", "STAT")
# FontDescriptor flag 3 (symbolic): glyphs are found by number, not by a standard encoding (ISO 32000-1, 9.8.2).
_SYMBOLIC = 4
_CMAP_HEAD = """/CIDInit /ProcSet findresource begin
12 dict begin
begincmap
/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def
/CMapName /Adobe-Identity-UCS def
/CMapType 2 def
1 begincodespacerange
<0000> <ffff>
endcodespacerange"""
_CMAP_TAIL = "endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend"
OBJECTS_PER_BLOCK = 5


@dataclass(frozen=True, eq=False)
class FontBlock:
    """The part of a typeface for one script. `resource` is its name on the page, such as ``F1Greek``."""

    resource: bytes
    name: bytes
    file: bytes = field(repr=False)
    file_size: int
    to_unicode: bytes = field(repr=False)
    widths: bytes = field(repr=False)
    metrics: bytes

    def objects(self, first: int) -> tuple[dict[int, bytes], dict[int, bytes]]:
        """Return the streams and the dictionaries, numbered from `first`; the last number is the font itself."""
        file, to_unicode, descriptor, descendant, font = range(first, first + OBJECTS_PER_BLOCK)
        system = b"/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>"
        streams = {
            file: stream(b"/Length1 %d/Filter/FlateDecode" % self.file_size, self.file),
            to_unicode: self.to_unicode,
        }
        base = b"/Type/Font/BaseFont/%s" % self.name
        small = {
            descriptor: b"<</Type/FontDescriptor/FontName/%s%s/FontFile2 %d 0 R>>" % (self.name, self.metrics, file),
            descendant: b"<<%s/Subtype/CIDFontType2%s/CIDToGIDMap/Identity/W%s/FontDescriptor %d 0 R>>"
            % (base, system, self.widths, descriptor),
            font: b"<<%s/Subtype/Type0/ToUnicode %d 0 R/Encoding/Identity-H/DescendantFonts[%d 0 R]>>"
            % (base, to_unicode, descendant),
        }
        return streams, small


@dataclass(frozen=True, eq=False)
class GlyphMap:
    """What the stamp knows of a typeface: for each prepared glyph its block, character and width in 1/1000 em."""

    block: dict[int, FontBlock]
    character: dict[int, str]
    width: dict[int, int]


@cache
def glyph_map(face: Typeface, tag: str) -> GlyphMap:
    """Return the prepared glyphs of `face`; `tag` begins its resource names."""
    blocks: dict[int, FontBlock] = {}
    cmap, number = face.tables.getBestCmap(), face.tables.getReverseGlyphMap()
    characters: dict[int, str] = {}
    for code in sorted(cmap):
        characters.setdefault(number[cmap[code]], chr(code))
    advances, order = face.tables["hmtx"].metrics, face.tables.getGlyphOrder()
    widths = {glyph: _thousandths(face, advances[order[glyph]][0]) for glyph in characters}
    for name, ranges in BLOCKS.items():
        codes = [code for first, last in ranges for code in range(first, last + 1) if code in cmap]
        glyphs = sorted({number[cmap[code]] for code in codes} - set(blocks))
        if glyphs:
            block = _prepare(face, f"{tag}{name}", glyphs, characters, widths)
            blocks |= dict.fromkeys(glyphs, block)
    return GlyphMap(blocks, characters, widths)


def _thousandths(face: Typeface, units: float) -> int:
    return round(units * 1000 / face.upem)


def _prepare(
    face: Typeface, resource: str, glyphs: list[int], characters: dict[int, str], widths: dict[int, int]
) -> FontBlock:
    data = _subset(face, glyphs)
    # Six capitals and a plus sign mark a subset (ISO 32000-1, 9.6.4).
    letters = hashlib.sha256(resource.encode() + data).digest()[:6]
    prefix = "".join(chr(ord("A") + letter % 26) for letter in letters)
    style = "Bold" if face.weight > 500 else "Regular"  # noqa: PLR2004 - CSS: above medium is bold
    return FontBlock(
        resource=resource.encode(),
        name=f"{prefix}+{face.family.replace(' ', '')}-{style}".encode(),
        file=zlib.compress(data, 9),
        file_size=len(data),
        to_unicode=flate(_to_unicode(glyphs, characters), 9),
        widths=b"[%s]" % b" ".join(b"%d[%d]" % (glyph, widths[glyph]) for glyph in glyphs),
        metrics=_metrics(face),
    )


def _subset(face: Typeface, glyphs: list[int]) -> bytes:
    wanted = hb.SubsetInput()
    wanted.glyph_set.update(set(glyphs))
    wanted.flags = hb.SubsetFlags.RETAIN_GIDS | hb.SubsetFlags.NO_HINTING | hb.SubsetFlags.NOTDEF_OUTLINE
    wanted.drop_table_tag_set.update({int.from_bytes(f"{table:4}".encode(), "big") for table in _LAYOUT_TABLES})
    return bytes(wanted.subset(face.face).blob.data)


def _to_unicode(glyphs: list[int], characters: dict[int, str]) -> bytes:
    lines = [_CMAP_HEAD]
    for start in range(0, len(glyphs), 100):  # at most a hundred a section (Adobe Technical Note 5014)
        section = glyphs[start : start + 100]
        lines.append(f"{len(section)} beginbfchar")
        lines += [f"<{glyph:04x}> <{characters[glyph].encode('utf-16-be').hex()}>" for glyph in section]
        lines.append("endbfchar")
    return "\n".join([*lines, _CMAP_TAIL]).encode()


def _metrics(face: Typeface) -> bytes:
    head, line = face.tables["head"], face.tables["hhea"]
    box = [_thousandths(face, units) for units in (head.xMin, head.yMin, head.xMax, head.yMax)]
    ascent, descent = _thousandths(face, line.ascent), _thousandths(face, line.descent)
    return b"/Flags %d/FontBBox[%d %d %d %d]/ItalicAngle 0/Ascent %d/Descent %d/CapHeight %d/StemV 80" % (
        _SYMBOLIC, *box, ascent, descent, ascent,
    )  # fmt: skip
