"""The page of a certificate as HTML: the design is templates/certification/certificate.html and its style sheet."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache, lru_cache
from importlib.resources import files

from babel import Locale
from babel.dates import format_date
from babel.support import NullTranslations, Translations
from jinja2 import Environment, FileSystemLoader

from lms.certification.pdf.branding import Branding
from lms.certification.pdf.fonts import BOLD, REGULAR, Typefaces
from lms.certification.pdf.qr import qr_image
from lms.certification.rules.snapshot import AwardSnapshot
from lms.infra.paths import asset_dir

POINTS = 72 / 25.4  # in a millimetre
# Sizes in points that a line may shrink to and the room it has, see certificate.css.
NAME_SIZES, NAME_WIDTH = (34, 30, 27, 24), 236 * POINTS
ORGANISATION_SIZES, ORGANISATION_WIDTH = (14, 12, 11), 236 * POINTS
ISSUER_SIZES, ROLE_SIZES, ISSUER_WIDTH = (11, 10, 9), (9, 8), 98 * POINTS
WEIGHTS = {"name": BOLD, "code": BOLD}  # of the lines that are not regular
RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur"})


@dataclass(frozen=True, slots=True)
class Line:
    """One printed line: its text, the class of the family that sets it, and whether it runs right to left.

    `fit` is the class of its size, for a line of the company's that may be as long as a company makes it.
    """

    text: str
    face: str
    rtl: bool = False
    fit: str = ""

    @property
    def direction(self) -> str:
        """Return the HTML `dir` of the line."""
        return "rtl" if self.rtl else "ltr"


@dataclass(frozen=True, slots=True)
class Page:
    """A certificate ready to be laid out."""

    html: str
    title: str


def compose(
    snapshot: AwardSnapshot, branding: Branding, public_url: str, faces: Typefaces, qr: str | None = None
) -> Page:
    """Return the page of a cleaned snapshot.

    Args:
        snapshot: the award, with every text one clean line.
        branding: the company's look.
        public_url: where the QR code and the link lead.
        faces: the typefaces of this machine.
        qr: another image than the code of `public_url`, as a ``data:`` URL.
    """
    size, lines = name_setting(snapshot.name, faces, snapshot.language)
    locale = Locale.parse(snapshot.language, sep="-")
    translations = translations_of(snapshot.language)
    title = document_title(snapshot)
    lines_of = {slot: set_line(text, WEIGHTS.get(slot, REGULAR), faces) for slot, text in field_texts(snapshot).items()}
    html = _environment(snapshot.language).get_template("certification/certificate.html").render(
        award=snapshot,
        branding=branding,
        title=title,
        direction="rtl" if locale.language in RIGHT_TO_LEFT else "ltr",
        organisation=fitted(
            branding.organisation, BOLD, ORGANISATION_SIZES, ORGANISATION_WIDTH, faces, snapshot.language
        ),
        issuer_name=fitted(snapshot.issuer_name, REGULAR, ISSUER_SIZES, ISSUER_WIDTH, faces, snapshot.language),
        issuer_role=fitted(snapshot.issuer_role, REGULAR, ROLE_SIZES, ISSUER_WIDTH, faces, snapshot.language),
        # The months of a language stand for its alphabet.
        body_face=face_class("".join(locale.months["format"]["wide"].values()), REGULAR, faces),
        name_class=f"name-{size}" if lines == 1 else "name-wrapped",
        name=replace(lines_of["name"], text=in_two(snapshot.name) if lines > 1 else snapshot.name),
        lines=lines_of,
        evidence=[lines_of[f"evidence-{number}"] for number in range(1, len(snapshot.evidence) + 1)],
        duration=_duration(snapshot.minutes, translations),
        public_url=public_url,
        qr=qr or qr_image(public_url),
    )  # fmt: skip
    return Page(html, title)


def field_texts(snapshot: AwardSnapshot) -> dict[str, str]:
    """Return the text of every line that differs from one learner to the next, by the name of its slot."""
    fields = {
        "name": snapshot.name,
        "issued": _day(snapshot.issued_on, snapshot.language),
        "valid": _day(snapshot.valid_until, snapshot.language),
        "code": snapshot.printed_code,
        "serial": snapshot.serial,
    }
    fields |= {f"evidence-{number}": line for number, line in enumerate(snapshot.evidence_lines, 1)}
    return fields


def document_title(snapshot: AwardSnapshot) -> str:
    """Return the title that viewers show: what it is, for whom, in what."""
    message = translations_of(snapshot.language).ugettext("Certificate: %(name)s, %(subject)s")
    return message % {"name": snapshot.name, "subject": snapshot.subject}


def set_line(text: str, weight: int, faces: Typefaces) -> Line:
    """Return the line with the family chosen for it: the first that has every character, else whatever Pango finds."""
    return Line(text, face_class(text, weight, faces), runs_right_to_left(text))


def face_class(text: str, weight: int, faces: Typefaces) -> str:
    """Return the style sheet's class for the family that sets `text`."""
    chosen = faces.choose(text, weight)
    return f"face-{faces.families.index(chosen.family)}" if chosen else "face-any"


def runs_right_to_left(text: str) -> bool:
    """Return the direction of the first strong character (Unicode Bidirectional Algorithm, rules P2 and P3)."""
    strong = (kind for character in text if (kind := unicodedata.bidirectional(character)) in {"L", "R", "AL"})
    return next(strong, "L") != "L"


def name_setting(name: str, faces: Typefaces, language: str) -> tuple[int, int]:
    """Return the size in points and the number of lines: long names shrink to 24 pt, then take two lines."""
    size = _size(name, BOLD, NAME_SIZES, NAME_WIDTH, faces, language)
    return (size, 1) if size else (NAME_SIZES[-1], 2)


def fitted(text: str, weight: int, sizes: Sequence[int], room: float, faces: Typefaces, language: str) -> Line:
    """Return a line in the largest of `sizes` that lets it stand in `room` points; ``fit-wrapped`` where none does."""
    size = _size(text, weight, sizes, room, faces, language)
    return replace(set_line(text, weight, faces), fit=f"fit-{size}" if size else "fit-wrapped")


def _size(text: str, weight: int, sizes: Sequence[int], room: float, faces: Typefaces, language: str) -> int | None:
    return next((size for size in sizes if _width(text, weight, size, faces, language) <= room), None)


def in_two(name: str) -> str:
    """Return a name broken at the space nearest to its middle; one without spaces is left to break where it must."""
    spaces = [place for place, character in enumerate(name) if character == " "]
    if not spaces:
        return name
    middle = min(spaces, key=lambda place: abs(place - len(name) / 2))
    return f"{name[:middle]}\n{name[middle + 1 :]}"


def _width(text: str, weight: int, size: float, faces: Typefaces, language: str) -> float:
    face = faces.choose(text, weight)
    if face is not None:
        return face.measure(text, size, language)
    # A script left to Pango: an em for wide characters, and generously for the others.
    return size * sum(1.0 if unicodedata.east_asian_width(character) in "WF" else 0.65 for character in text)


@lru_cache(maxsize=1024)
def _day(day: date | None, language: str) -> str:
    if day is None:
        return str(translations_of(language).ugettext("no expiry"))
    # Plain English without a country: the day first, which nobody can take for the month.
    return str(format_date(day, "long", locale=Locale.parse("en-GB" if language == "en" else language, sep="-")))


def _duration(minutes: int, translations: NullTranslations) -> str:
    hours, rest = divmod(minutes, 60)
    if not rest:
        return str(translations.ungettext("%(hours)d hour", "%(hours)d hours", hours) % {"hours": hours})
    return str(translations.ugettext("%(hours)d h %(minutes)d min") % {"hours": hours, "minutes": rest})


@cache
def translations_of(language: str) -> NullTranslations:
    """Return the texts of the award's language, whoever is asking for the document."""
    return Translations.load(str(files("lms") / "translations"), [language.replace("-", "_")])


@cache
def _environment(language: str) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(asset_dir("templates")),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    environment.install_gettext_translations(translations_of(language), newstyle=True)  # type: ignore[attr-defined]
    return environment
