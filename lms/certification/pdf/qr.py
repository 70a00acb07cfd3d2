"""The QR code, once as an image for the full render and once as PDF operators for the stamp: the same rectangles."""

from __future__ import annotations

import base64

import numpy as np
import zxingcpp


def _runs(text: str) -> tuple[int, list[tuple[int, int, int]]]:
    """Return the side of the code in modules and its dark runs as (column, row, length).

    Error correction M: a quarter of the code may be scratched or folded away and it still reads (ISO/IEC 18004).
    """
    barcode = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level="M")
    pixels = np.asarray(barcode.to_image(scale=1, add_quiet_zones=False))
    side = len(pixels)
    # A light column on either side makes every dark run begin and end with a step.
    framed = np.zeros((side, side + 2), np.int8)
    framed[:, 1:-1] = pixels == 0
    steps = framed[:, 1:] - framed[:, :-1]
    rows, starts = (steps == 1).nonzero()
    ends = (steps == -1).nonzero()[1]
    return side, list(zip(starts.tolist(), rows.tolist(), (ends - starts).tolist(), strict=True))


def qr_image(text: str) -> str:
    """Return the code of `text` as the ``data:`` URL of an SVG without a quiet zone: the page around it is white."""
    side, runs = _runs(text)
    path = "".join(f"M{x} {y}h{length}v1h-{length}z" for x, y, length in runs)
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}"><path d="{path}"/></svg>'
    return "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode()


def qr_operators(text: str, x: float, y: float, width: float) -> str:
    """Return the PDF operators that draw the code as one black path with its top left corner at (x, y).

    `q … Q` saves and restores the state, `cm` scales a module to one unit, `re` adds a rectangle, `f` fills them all.
    """
    side, runs = _runs(text)
    scale = width / side
    rectangles = "\n".join(["%d %d %d 1 re" % run for run in runs])  # noqa: UP031 - the fastest way to write them
    return f"q\n0 0 0 rg\n{scale:.6f} 0 0 {scale:.6f} {x:.5f} {y:.5f} cm\n{rectangles}\nf\nQ"


def stand_in_image(operator: bytes) -> str:
    """Return an SVG whose drawing contains `operator`, ``0 0 10 10 re``, so that its place on a page can be found."""
    width, height = operator.split()[2:4]
    size = f'width="{width.decode()}" height="{height.decode()}"'
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" {size}><rect {size}/></svg>'
    return "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode()
