"""Awards, a company and a seal that the document tests share, and eyes for the files they make."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from PIL import Image

from lms.certification.pdf.branding import Branding
from lms.certification.pdf.signing import CompanySeal
from lms.certification.rules.snapshot import AwardSnapshot, EvidenceLine

AWARD = AwardSnapshot(
    name="Zoë Ångström",
    level="foundation",
    level_title="Foundation",
    subject="Customer service",
    minutes=675,
    releases=("sha256:aa",),
    evidence=(
        EvidenceLine("Simulator exam, 24 cases", "caught 6 of 7 wrong suggestions, kept 12 of 14 right ones"),
        EvidenceLine("Escalation quiz", "92 %"),
        EvidenceLine("Shadow log of ten decisions, replayed before go-live"),
    ),
    issued_on=date(2026, 3, 2),
    valid_until=date(2027, 3, 2),
    code="7K4PQX9M3TNH",
    token="Zk3kq0c3RZmD2a9QXbU1fw",
    serial="2026-00038",
    issuer_name="Ada Moreau",
    issuer_role="Head of operations training",
)
COMPANY = Branding("Northwind Outfitters", "https://training.northwind.example/verify")
LINK = "https://training.northwind.example/v/Zk3kq0c3RZmD2a9QXbU1fw"
CREDENTIAL = b'{"type":["VerifiableCredential","OpenBadgeCredential"],"name":"Foundation \xe2\x80\x93 (test)"}'

STAMPED_NAMES = (
    "Zoë Ångström",
    "Łukasz Żółć",
    "Siobhán O’Connor-Fitzgerald-Montgomery",
    "AVAWA Ta. To fi ffl",
    "Αλέξανδρος Παπαδόπουλος",
    "Иван Петрович Чайковский",
    "Nguyễn Thị Minh Khai",
    "D'Arcy (Bobby) Tables \\ 50% & <b>",
    "Şükrü Ğüneş İğdır",
    "Zoe Ναταλία Иванова",
    "X",
)
FULL_NAMES = (
    "Maximiliana Theodora von und zu Hohenlohe-Langenburg-Schwarz",
    "محمد عبد الرحمن",
    "שרה כהן",
    "王小明",
    "अनिता शर्मा",
    "สมชาย ใจดี",
)


def award(**changes: Any) -> AwardSnapshot:
    """Return the sample award with some changes."""
    return replace(AWARD, **changes)


@cache
def key_pair() -> tuple[ec.EllipticCurvePrivateKey, x509.Certificate]:
    """Return a signing key and its self-signed certificate."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Northwind Outfitters seal")])
    usage = x509.KeyUsage(True, True, False, False, False, False, False, False, False)
    return key, (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(2**127 + 5)
        .not_valid_before(datetime(2026, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2046, 1, 1, tzinfo=UTC))
        .add_extension(usage, critical=True)
        .sign(key, hashes.SHA256())
    )


@cache
def seal() -> CompanySeal:
    """Return a company's seal."""
    return CompanySeal(*key_pair())


def need(tool: str) -> str:
    """Return the path of a program, skip the test where it is missing, and fail in continuous integration."""
    path = shutil.which(tool)
    if path is None:
        missing(f"{tool} is not installed")
    return str(path)


def missing(reason: str) -> None:
    """Skip the test; in continuous integration everything has to be there."""
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


def picture(pdf: bytes, folder: Path, dpi: int = 150) -> np.ndarray[Any, Any]:
    """Return the page as grey values, one row for each line of pixels."""
    source, target = folder / "page.pdf", folder / "page"
    source.write_bytes(pdf)
    command = [need("pdftoppm"), "-r", str(dpi), "-singlefile", "-png", str(source), str(target)]
    subprocess.run(command, check=True, capture_output=True)
    with Image.open(target.with_suffix(".png")) as image:
        return np.asarray(image.convert("L")).astype(int)


def lines_of(pdf: bytes, folder: Path, *, laid_out: bool = False) -> list[str]:
    """Return the text of the page as the file has it, or as it stands on the page, without direction marks."""
    source = folder / "text.pdf"
    source.write_bytes(pdf)
    command = [need("pdftotext"), *(() if laid_out else ("-raw",)), str(source), "-"]
    text = subprocess.run(command, check=True, capture_output=True).stdout.decode()
    unmarked = text.translate(dict.fromkeys(map(ord, "\u202a\u202b\u202c\u200e\u200f\f")))
    return [line.strip() for line in unmarked.splitlines() if line.strip()]
