"""The look of one company: its name, colour and logo, and whether people can read the result."""

from __future__ import annotations

import base64
import io
import re
from dataclasses import dataclass
from enum import StrEnum

from PIL import Image

WHITE = "#FFFFFF"
INK = "#14202E"
_LINEAR = 0.04045  # below it sRGB is a straight line
LEAST_CONTRAST = 4.5  # WCAG 2.2, success criterion 1.4.3, text of normal size


class BrandingProblem(StrEnum):
    """Why a company's look cannot be used."""

    NO_ORGANISATION = "no-organisation"
    NOT_A_COLOUR = "not-a-colour"
    TOO_FAINT = "too-faint"
    LOGO_NOT_EMBEDDED = "logo-not-embedded"
    LOGO_UNREADABLE = "logo-unreadable"
    LOGO_FOR_PRESS = "logo-for-press"


@dataclass(frozen=True, slots=True)
class Branding:
    """What a company puts on its documents.

    `verify_address` is the page where a code is typed; `logo` is a ``data:`` URL, so that nothing is ever fetched.
    """

    organisation: str
    verify_address: str
    colour: str = "#0B5C6B"
    logo: str = ""

    @property
    def shown_address(self) -> str:
        """Return the verify address as it is printed: without its scheme."""
        return self.verify_address.split("://", 1)[-1].rstrip("/")


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two ``#RRGGBB`` colours, from 1 to 21.

    Source: WCAG 2.2, definitions of contrast ratio and relative luminance.
    """
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    channels = (int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= _LINEAR else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _logo_problem(logo: str) -> BrandingProblem | None:
    """Return what is wrong with an embedded picture: broken, or in the inks of a press, which PDF/A forbids here."""
    kind, _comma, data = logo.partition(",")
    if "svg" in kind:
        return None
    try:
        with Image.open(io.BytesIO(base64.b64decode(data))) as picture:
            picture.load()
            return BrandingProblem.LOGO_FOR_PRESS if picture.mode == "CMYK" else None
    except (OSError, SyntaxError, ValueError):
        return BrandingProblem.LOGO_UNREADABLE


def branding_problems(branding: Branding) -> tuple[BrandingProblem, ...]:
    """Return what is wrong with a company's look; the colour is used for headings on white and under white text."""
    problems = []
    if not branding.organisation.strip():
        problems.append(BrandingProblem.NO_ORGANISATION)
    if not re.fullmatch(r"#[0-9A-Fa-f]{6}", branding.colour):
        problems.append(BrandingProblem.NOT_A_COLOUR)
    elif contrast(branding.colour, WHITE) < LEAST_CONTRAST:
        problems.append(BrandingProblem.TOO_FAINT)
    if branding.logo and not branding.logo.startswith("data:image/"):
        problems.append(BrandingProblem.LOGO_NOT_EMBEDDED)
    elif branding.logo and (problem := _logo_problem(branding.logo)):
        problems.append(problem)
    return tuple(problems)
