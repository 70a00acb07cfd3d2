"""One page laid out by WeasyPrint, with holes where learners differ.

The page is drawn once with stand-ins. The layout tree then tells where every line marked ``data-slot`` stands, and the
drawing operators are cut there. Texts outside the page (title, link, alternative texts) are found by their stand-ins.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import lru_cache

import pydyf
from weasyprint.document import Document
from weasyprint.formatting_structure.boxes import Box, ReplacedBox, TextBox

from lms.certification.pdf.branding import Branding
from lms.certification.pdf.document import split
from lms.certification.pdf.fonts import typefaces
from lms.certification.pdf.glyphs import OBJECTS_PER_BLOCK, FontBlock
from lms.certification.pdf.layout import arrange, draw
from lms.certification.pdf.metadata import pdf_text
from lms.certification.pdf.page import compose
from lms.certification.pdf.qr import stand_in_image
from lms.certification.pdf.skeleton import Numbers, extend
from lms.certification.pdf.xref import Prefix, lay_prefix
from lms.certification.rules.snapshot import AwardSnapshot, EvidenceLine

# Stand-ins that no award can contain and that any font can draw.
NAME_MARK = "Qname9x"
URL_MARK = "https://stand-in.invalid/Qurl9x"
_MARKS = re.compile(f"({re.escape(NAME_MARK)}|{re.escape(URL_MARK)})")
QR_MARK = b"0 0 10 10 re"


@dataclass(frozen=True, slots=True)
class LineHole:
    """Where a line goes, in CSS pixels from the top left. `baselines` has one height for each family."""

    slot: str
    left: float
    room: float
    baselines: tuple[float, ...]
    size: float
    from_right: bool


@dataclass(frozen=True, slots=True)
class QrHole:
    """Where the QR code goes, in CSS pixels from the top left."""

    left: float
    top: float
    width: float


@dataclass(frozen=True, slots=True)
class Text:
    """A PDF text string made of fixed parts and marks."""

    parts: tuple[str, ...]

    def fill(self, name: str, url: str) -> bytes:
        """Return the string with the marks replaced."""
        values = {NAME_MARK: name, URL_MARK: url}
        return pdf_text("".join(values.get(part, part) for part in self.parts))


@dataclass(frozen=True, eq=False)
class Template:
    """A page with holes, and everything around it that all its certificates share."""

    numbers: Numbers
    content: tuple[str | LineHole | QrHole, ...]
    texts: dict[int, tuple[bytes | Text, ...]]
    streams: dict[int, bytes] = field(repr=False)
    small: dict[int, bytes] = field(repr=False)
    fonts: bytes = b""
    _prefixes: dict[frozenset[FontBlock], Prefix] = field(default_factory=dict, repr=False)

    def prefix(self, blocks: frozenset[FontBlock]) -> Prefix:
        """Return the shared start of every file that uses these fonts."""
        if blocks not in self._prefixes:
            self._prefixes[blocks] = self._lay(sorted(blocks, key=lambda block: block.resource))
        return self._prefixes[blocks]

    def _lay(self, blocks: list[FontBlock]) -> Prefix:
        streams, small, free = dict(self.streams), dict(self.small), self.numbers.free
        entries = [self.fonts]
        for block in blocks:
            more_streams, more_small = block.objects(free)
            streams |= more_streams
            small |= more_small
            free += OBJECTS_PER_BLOCK
            entries.append(b"/%s %d 0 R" % (block.resource, free - 1))
        small[self.numbers.fonts] = b"<<%s>>" % b"".join(entries)
        return lay_prefix(streams, small, free)


def blank(snapshot: AwardSnapshot) -> AwardSnapshot:
    """Return the award with stand-ins for all that differs between learners: the key of its template."""
    line = EvidenceLine("Evidence")
    return replace(
        snapshot,
        name=NAME_MARK,
        evidence=(line,) * len(snapshot.evidence),
        releases=(),
        code="2" * 12,
        token="",
        serial="2000-00001",
        valid_until=None,
    )


@lru_cache(maxsize=64)
def compile_template(
    award: AwardSnapshot, branding: Branding, name_size: int, *, credential: bool, sealed: bool
) -> Template:
    """Return the template of all awards that `blank` makes equal to `award`, for names set in `name_size` points."""
    html = compose(award, branding, URL_MARK, typefaces(), qr=stand_in_image(QR_MARK)).html
    html = re.sub(r'class="name name-\w+', f'class="name name-{name_size}', html)
    others = [_lines_of(arrange(_in_family(html, number), branding)) for number in range(1, len(typefaces().families))]

    def finish(document: Document, pdf: pydyf.PDF) -> Template:
        holes = _holes(document, others)
        numbers, added = extend(pdf, credential=credential, sealed=sealed)
        content = _cut(pdf.objects[numbers.content], holes)
        fonts = b"".join(b"/%s %s" % (key.encode(), value) for key, value in pdf.objects[numbers.fonts].items())
        texts = dict(_texts(pdf))
        streams, small = split(pdf, leave_out={numbers.metadata, numbers.content, numbers.fonts, *texts})
        return Template(numbers, content, texts, streams, small | added, fonts)

    return draw(html, branding, finish)


def _in_family(html: str, number: int) -> str:
    """Return the page with the lines that are to be stamped set in another family, which may sit higher or lower."""
    return re.sub(r'face-\d+"(?=[^>]* data-slot=)', f'face-{number}"', html)


def _boxes(box: Box) -> Iterator[Box]:
    box = getattr(box, "_box", box)  # an absolutely placed box hides behind a placeholder
    yield box
    for child in getattr(box, "children", ()):
        yield from _boxes(child)


def _slot(box: Box) -> str | None:
    return None if box.element is None else box.element.get("data-slot")


def _lines_of(document: Document) -> dict[str, tuple[Box, TextBox]]:
    """Return for every slot its block and the one line in it."""
    lines: dict[str, tuple[Box, TextBox]] = {}
    for block in _boxes(document.pages[0]._page_box):  # noqa: SLF001 - WeasyPrint has no public way to its layout
        slot = _slot(block)
        if slot is None or slot in lines or isinstance(block, ReplacedBox | TextBox):
            continue
        texts = [box for box in _boxes(block) if isinstance(box, TextBox) and "::" not in (box.element_tag or "")]
        if len(texts) != 1:
            message = f"The slot {slot} must be a block with one line of text."
            raise ValueError(message)
        lines[slot] = block, texts[0]
    return lines


def _baseline(line: TextBox) -> float:
    return float(line.position_y + line.baseline)


def _holes(document: Document, others: list[dict[str, tuple[Box, TextBox]]]) -> list[tuple[LineHole, TextBox] | QrHole]:
    holes: list[tuple[LineHole, TextBox] | QrHole] = []
    for slot, (block, line) in _lines_of(document).items():
        left, width = float(block.content_box_x()), float(block.width)
        baselines = (_baseline(line), *(_baseline(lines[slot][1]) for lines in others))
        from_right = line.position_x - left > left + width - line.position_x - line.width
        holes.append((LineHole(slot, left, width, baselines, float(line.style["font_size"]), bool(from_right)), line))
    holes.extend(
        QrHole(float(box.content_box_x()), float(box.content_box_y()), float(box.width))
        for box in _boxes(document.pages[0]._page_box)  # noqa: SLF001
        if isinstance(box, ReplacedBox) and _slot(box) == "qr"
    )
    return holes


def _cut(content: pydyf.Stream, holes: list[tuple[LineHole, TextBox] | QrHole]) -> tuple[str | LineHole | QrHole, ...]:
    """Return the drawing operators with a hole for each line (from `Tm` up to `ET`) and for the QR code's drawing."""
    operators = [_written(each) for each in content.stream]
    cuts: list[tuple[int, int, LineHole | QrHole]] = []
    for hole in holes:
        if isinstance(hole, QrHole):
            drawn = operators.index(QR_MARK)
            start = max(place for place in range(drawn) if operators[place] == b"BDC") + 1
            cuts.append((start, operators.index(b"EMC", drawn), hole))
        else:
            start = _place_of(operators, hole[1])
            # Pango rounds the size; what was drawn counts. Behind the position stands `/font size Tf`.
            size = float(operators[start + 1].split()[1])
            cuts.append((start, operators.index(b"ET", start), replace(hole[0], size=size)))
    pieces: list[str | LineHole | QrHole] = []
    done = 0
    for start, end, cut in sorted(cuts, key=lambda each: each[0]):
        pieces += ["\n".join(each.decode("ascii") for each in operators[done:start]), cut]
        done = end
    return (*pieces, "\n".join(each.decode("ascii") for each in operators[done:]))


def _written(operator: bytes | str | pydyf.Object) -> bytes:
    if isinstance(operator, pydyf.Object):
        return bytes(operator.data)
    return operator if isinstance(operator, bytes) else operator.encode()


def _place_of(operators: list[bytes], line: TextBox) -> int:
    """Return the index of the operator `1 0 0 -1 x y Tm` that moves the pen to the start of `line`."""
    wanted = float(line.position_x), _baseline(line)
    for index, operator in enumerate(operators):
        if operator.endswith(b" Tm"):
            x, y = map(float, operator.split()[4:6])
            if abs(x - wanted[0]) + abs(y - wanted[1]) < 0.001:  # noqa: PLR2004 - a thousandth of a pixel
                return index
    message = f"The drawing of {line.text!r} was not found."
    raise ValueError(message)


def _texts(pdf: pydyf.PDF) -> Iterator[tuple[int, tuple[bytes | Text, ...]]]:
    """Yield the objects that hold a mark, cut into fixed bytes and texts to fill."""
    for each in pdf.objects:
        if isinstance(each, pydyf.Dictionary):
            found: list[Text] = []
            _replace_marked(each, found)
            if found:
                parts = re.split(rb"\x00(\d+)\x00", each.data)
                yield each.number, tuple(found[int(part)] if odd % 2 else part for odd, part in enumerate(parts))


def _replace_marked(container: dict[str, object] | list[object], found: list[Text]) -> None:
    items = list(container.items()) if isinstance(container, dict) else list(enumerate(container))
    for key, value in items:
        if isinstance(value, pydyf.String) and _MARKS.search(str(value.string)):
            container[key] = b"\x00%d\x00" % len(found)  # type: ignore[index]
            found.append(Text(tuple(_MARKS.split(str(value.string)))))
        elif isinstance(value, dict | list):
            _replace_marked(value, found)
