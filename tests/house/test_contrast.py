"""The colours of tokens.css are readable in both themes (WCAG 2.2: 4.5 for text, 3 for controls and charts)."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

CSS = (Path(__file__).parents[2] / "static" / "css" / "tokens.css").read_text(encoding="utf-8")
TOKENS = {name: pair for name, *pair in re.findall(r"--([\w-]+): light-dark\((#\w{6}), (#\w{6})\)", CSS)}
TEXT = [
    *(
        (ink, ground)
        for ink in ("ink", "muted", "brand", "brand-strong", "bad")
        for ground in ("surface", "bg", "sunken")
    ),
    *((ink, "brand-wash") for ink in ("ink", "muted", "brand", "brand-strong")),
    *((ink, f"{kind}-tint") for kind in ("ok", "warn", "bad", "info", "ai") for ink in (kind, "ink")),
    ("on-brand", "brand"),
    ("on-brand", "brand-strong"),
    ("on-strip", "strip"),
]
SHAPES = [
    *(("control", ground) for ground in ("surface", "bg")),
    *((f"series-{number}", ground) for number in range(1, 7) for ground in ("surface", "sunken", "bg")),
    ("brand", "brand-wash"),
    ("focus", "halo"),
]


def luminance(colour: str) -> float:
    """Relative luminance of #RRGGBB: WCAG 2.2, definition of relative luminance."""
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Contrast ratio, 1 to 21: WCAG 2.2, definition of contrast ratio."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_the_measure_is_the_standards() -> None:
    assert contrast("#FFFFFF", "#000000") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.005)


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("least", "pairs"), [(4.5, TEXT), (3.0, SHAPES)], ids=["text", "shapes"])
def test_every_pair_that_meets_on_a_page_is_readable(least: float, pairs: list[tuple[str, str]], theme: int) -> None:
    ratios = {pair: contrast(TOKENS[pair[0]][theme], TOKENS[pair[1]][theme]) for pair in pairs}
    assert {pair: round(ratio, 2) for pair, ratio in ratios.items() if ratio < least} == {}


def test_every_colour_outside_the_tokens_is_black_or_white() -> None:
    folder = Path(__file__).parents[2] / "static" / "css"
    # Documents are laid out for paper, with colours of their own.
    sheets = [
        sheet for sheet in folder.glob("*.css") if sheet.name not in {"tokens.css", "certificate.css", "transcript.css"}
    ]
    strays = {
        f"{sheet.name}: {colour}"
        for sheet in sheets
        for colour in re.findall(r"#[0-9a-fA-F]{3,8}\b(?!\s*\{)", sheet.read_text(encoding="utf-8"))
        if colour.lower() not in {"#fff", "#000", "#14202e"}
    }
    assert strays == set()
