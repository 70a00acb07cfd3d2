"""The page of a certificate as HTML: the design is templates/certification/certificate.html and its style sheet."""

from __future__ import annotations

import unicodedata
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

NAME_SIZES = (34, 30, 27, 24)  # points
NAME_WIDTH = 236 * 72 / 25.4  # points: the measure of the page, see certificate.css
WEIGHTS = {"name": BOLD, "code": BOLD}  # of the lines that are not regular
RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur"})


@dataclass(frozen=True, slots=True)
class Line:
    """One printed line: its text, the class of the family that sets it, and whether it runs right to left."""

    text: str
    face: str
    rtl: bool = False

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
    for size in NAME_SIZES:
        if _width(name, size, faces, language) <= NAME_WIDTH:
            return size, 1
    return NAME_SIZES[-1], 2


def in_two(name: str) -> str:
    """Return a name broken at the space nearest to its middle; one without spaces is left to break where it must."""
    spaces = [place for place, character in enumerate(name) if character == " "]
    if not spaces:
        return name
    middle = min(spaces, key=lambda place: abs(place - len(name) / 2))
    return f"{name[:middle]}\n{name[middle + 1 :]}"


def _width(name: str, size: float, faces: Typefaces, language: str) -> float:
    face = faces.choose(name, BOLD)
    if face is not None:
        return face.measure(name, size, language)
    # A script left to Pango: an em for wide characters, and generously for the others.
    return size * sum(1.0 if unicodedata.east_asian_width(character) in "WF" else 0.65 for character in name)


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
