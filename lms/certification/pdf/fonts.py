"""The typefaces of a certificate, and which of them can set a given line.

The first choice ships with the package: the interface's own Atkinson Hyperlegible Next, which comes as variable Latin
and extended Latin files and is made into one static font per weight here. Its companion is a system font that adds
Greek, Cyrillic and Vietnamese. A line is set in the first of them that has all of its characters, never in a mixture:
a name whose letters change style half-way looks like a forgery. Every other script is left to the full render, where
Pango finds a font.
"""

from __future__ import annotations

import base64
import io
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path

import uharfbuzz as hb
from fontTools.merge import Merger
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont
from weasyprint import HTML
from weasyprint.document import Document
from weasyprint.text.fonts import FontConfiguration

from lms.infra.paths import asset_dir

REGULAR, BOLD = 400, 700
WEIGHTS = (REGULAR, BOLD)
UNITS = 1024  # Pango's, for one unit of length

PACKAGE_FAMILY = "Atkinson Hyperlegible Next"
PACKAGE_FILES = ("atkinson-latin.woff2", "atkinson-latin-ext.woff2")
# What "font-variant-ligatures: none" and the default kerning mean to a shaper.
FEATURES = {"kern": True, "liga": False, "clig": False, "dlig": False, "hlig": False, "calt": False}
COMPANION_FAMILIES = ("Noto Sans", "DejaVu Sans")
# Asked for in this order by the full render, for what neither of the above can write.
OTHER_FAMILIES = (
    "Noto Sans Arabic",
    "Noto Sans Hebrew",
    "Noto Sans Devanagari",
    "Noto Sans Thai",
    "Noto Sans CJK SC",
    "Droid Sans Fallback",
    "DejaVu Sans",
)


@dataclass(frozen=True, eq=False)
class Typeface:
    """One font file: its CSS family and weight, and its bytes (TrueType)."""

    family: str
    weight: int
    data: bytes = field(repr=False)

    @cached_property
    def tables(self) -> TTFont:
        """Return the font's tables."""
        return TTFont(io.BytesIO(self.data))

    @cached_property
    def characters(self) -> frozenset[int]:
        """Return the code points the font can write."""
        return frozenset(self.tables.getBestCmap())

    @cached_property
    def face(self) -> hb.Face:
        """Return the font for HarfBuzz."""
        return hb.Face(self.data)

    @cached_property
    def upem(self) -> int:
        """Return how many font units make one em."""
        return int(self.face.upem)

    def covers(self, text: str) -> bool:
        """Return whether every character of `text` has a glyph."""
        return self.characters.issuperset(map(ord, text))

    def shape(self, text: str, size: float, language: str) -> hb.Buffer:
        """Return the glyphs of `text` and where they stand, set left to right, in 1/1024 of the unit of `size`.

        Pango, and so WeasyPrint, rounds every advance to that unit; shaping at the same scale rounds the same way.
        """
        buffer = hb.Buffer()
        buffer.add_str(text)
        buffer.guess_segment_properties()
        buffer.direction = "ltr"
        buffer.language = language
        buffer.cluster_level = hb.BufferClusterLevel.MONOTONE_CHARACTERS
        font = hb.Font(self.face)
        font.scale = (round(size * UNITS), round(size * UNITS))
        hb.shape(font, buffer, FEATURES)
        return buffer

    def measure(self, text: str, size: float, language: str = "en") -> float:
        """Return the width of `text` in the unit of `size`."""
        positions = self.shape(text, size, language).glyph_positions or ()
        return float(sum(position.x_advance for position in positions) / UNITS)


@dataclass(frozen=True, eq=False)
class Typefaces:
    """The faces of a certificate, first choice first: `families` x `WEIGHTS`."""

    faces: tuple[Typeface, ...]
    shipped: tuple[Typeface, ...]

    @property
    def families(self) -> tuple[str, ...]:
        """Return the families in order of choice."""
        return tuple(dict.fromkeys(face.family for face in self.faces))

    def choose(self, text: str, weight: int) -> Typeface | None:
        """Return the first face of `weight` that can write all of `text`, or None where none can."""
        return next((face for face in self.faces if face.weight == weight and face.covers(text)), None)

    def css(self) -> str:
        """Return the style sheet that makes the shipped faces known and names the family of every line.

        ``.face-0`` is the first choice, ``.face-1`` its companion, each without ligatures and with all that may help
        behind it; ``.face-any`` leaves a line to Pango.
        """
        rules = [
            f"@font-face{{font-family:'{face.family}';font-weight:{face.weight};"
            f"src:url(data:font/ttf;base64,{base64.b64encode(face.data).decode()})}}"
            for face in self.shipped
        ]
        for number, family in enumerate(self.families):
            stack = self._stack(family, *self.families)
            rules.append(f".face-{number}{{font-family:{stack};font-variant-ligatures:none}}")
            # The bullet belongs to the page, whatever its line is set in.
            rules.append(f"body.face-{number} li::marker{{font-family:{stack}}}")
        rules.append(f".face-any{{font-family:{self._stack(*self.families)};font-variant-ligatures:normal}}")
        return "\n".join(rules)

    @staticmethod
    def _stack(*families: str) -> str:
        return ",".join(f"'{name}'" for name in dict.fromkeys((*families, *OTHER_FAMILIES))) + ",sans-serif"


@cache
def typefaces() -> Typefaces:
    """Return the faces of this machine: about a second's work, once in a process."""
    folder = asset_dir("static") / "vendor"
    shipped = _package_faces(folder) if all((folder / name).is_file() for name in PACKAGE_FILES) else ()
    return Typefaces(shipped + _companion_faces(), shipped)


def _package_faces(folder: Path) -> tuple[Typeface, ...]:
    return tuple(Typeface(PACKAGE_FAMILY, weight, _static_font(folder, weight)) for weight in WEIGHTS)


def _static_font(folder: Path, weight: int) -> bytes:
    """Return one static TrueType font made of the Latin and extended Latin parts at `weight`."""
    parts: list[io.BytesIO] = []
    seen: set[int] = set()
    for name in PACKAGE_FILES:
        font = TTFont(folder / name)
        font.flavor = None
        instantiateVariableFont(font, {"wght": weight}, inplace=True, static=True)
        # A character in both parts would become two glyphs, and one of them without a place in ToUnicode.
        mine = set(font.getBestCmap()) - seen
        seen |= mine
        only = Subsetter(Options(layout_features=["*"], notdef_outline=True, glyph_names=True))
        only.populate(unicodes=mine)
        only.subset(font)
        part = io.BytesIO()
        font.save(part)
        part.seek(0)
        parts.append(part)
    merged = io.BytesIO()
    Merger().merge(parts).save(merged)
    return merged.getvalue()


def _companion_faces() -> tuple[Typeface, ...]:
    """Return the first installed companion family, in both weights, as WeasyPrint itself finds it."""
    for family in COMPANION_FAMILIES:
        spans = "".join(f"<p class=w{weight}>Ж</p>" for weight in WEIGHTS)
        css = "".join(f".w{weight}{{font:{weight} 12pt '{family}'}}" for weight in WEIGHTS)
        found = {face.weight: face for face in _fonts_drawn(f"<style>{css}</style>{spans}") if face.family == family}
        if set(found) >= set(WEIGHTS):
            return tuple(found[weight] for weight in WEIGHTS)
    return ()


def _fonts_drawn(html: str) -> list[Typeface]:
    """Return the whole fonts that WeasyPrint picks for `html`."""
    faces: list[Typeface] = []

    def collect(document: Document, _pdf: object) -> None:
        faces.extend(
            Typeface(font.family, int(font.weight), bytes(font.file_content)) for font in document.fonts.values()
        )

    HTML(string=html).write_pdf(font_config=FontConfiguration(), finisher=collect, full_fonts=True)
    return faces
