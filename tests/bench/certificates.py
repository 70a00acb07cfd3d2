"""How fast certificates are made, against plain WeasyPrint and, where installed, Typst: the same page, on one core."""

from __future__ import annotations

import itertools
import resource
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime

from weasyprint import HTML

from lms.certification.adapters.keys import issuer_did, method_of, new_key
from lms.certification.adapters.openbadge import Issuer, Validity, Wording, build_credential
from lms.certification.adapters.proofs import Suite, secure
from lms.certification.adapters.statuslist import entry_of
from lms.certification.pdf.document import render_certificate
from lms.certification.pdf.fonts import typefaces
from lms.certification.pdf.page import compose
from lms.certification.pdf.stamp import stamp_certificate
from lms.certification.rules.snapshot import AwardSnapshot, EvidenceLine
from lms.infra.bench import Goal, Report, alternate
from lms.infra.paths import asset_dir
from tests.bench._typst import typst_maker
from tests.pdf.samples import AWARD, COMPANY, LINK, seal

NAMES = ("Zoë Ångström", "Иван Петров", "María José Ñandú", "John Smith", "Łukasz Żółć", "Αλέξανδρος Παπαδόπουλος")
# About the size of a signed Open Badges credential.
CREDENTIAL = b'{"@context":["https://www.w3.org/ns/credentials/v2"],"filler":"%s"}' % (b"0123456789abcdef" * 150)
BASE = "https://training.northwind.example"


def learners() -> Iterator[tuple[AwardSnapshot, str]]:
    """Yield awards and their links: names, scores and serials differ from each to the next."""
    for number in itertools.count():
        score = EvidenceLine("Simulator exam, 24 cases", f"{15 + number % 10} of 24")
        name = f"{NAMES[number % len(NAMES)]} {chr(65 + number % 26)}"
        award = replace(AWARD, name=name, serial=f"2026-{number:05d}", evidence=(score, *AWARD.evidence[1:]))
        yield award, f"{LINK}{number}"


def _for_next(make: Callable[[AwardSnapshot, str], object]) -> Callable[[], object]:
    queue = learners()
    return lambda: make(*next(queue))


def _plain() -> Callable[[AwardSnapshot, str], object]:
    """Return plain WeasyPrint on the same page, with installed fonts: bringing its own would slow it down further."""
    css = (asset_dir("static") / "css" / "certificate.css").read_text(encoding="utf-8")
    families = ",".join(f"'{family}'" for family in typefaces().families)
    style = f"<style>:root{{--brand:{COMPANY.colour}}}body{{font-family:{families}}}{css}</style></head>"

    def draw(award: AwardSnapshot, link: str) -> object:
        return HTML(string=compose(award, COMPANY, link, typefaces()).html.replace("</head>", style)).write_pdf()

    return draw


def _signed_credential(suite: Suite) -> Callable[[AwardSnapshot, str], object]:
    key, did, now = new_key(), issuer_did(BASE), datetime(2026, 3, 2, tzinfo=UTC)
    issuer, wording = Issuer(did, "Northwind Outfitters", BASE), Wording("Foundation", "Description", "Criteria")

    def sign(award: AwardSnapshot, link: str) -> object:
        built = build_credential(award, issuer, wording, Validity(now, None), link, entry_of(BASE, 7))
        return secure(built, key, method_of(did, key.public), now, suite)

    return sign


def run() -> Report:
    """Return milliseconds a file and the ratios to plain WeasyPrint and to Typst, all in alternation."""
    ways: dict[str, Callable[[AwardSnapshot, str], object]] = {
        "plain": _plain(),
        "full": lambda award, link: render_certificate(award, COMPANY, link, CREDENTIAL),
        "stamped": lambda award, link: stamp_certificate(award, COMPANY, link, CREDENTIAL),
        "stamped_signed": lambda award, link: stamp_certificate(award, COMPANY, link, CREDENTIAL, seal()),
        "credential_jcs": _signed_credential(Suite.JCS),
        "credential_rdfc": _signed_credential(Suite.RDFC),
    }
    typst = typst_maker(CREDENTIAL)
    if typst is not None:
        ways["typst"] = typst
    sides = {name: _for_next(make) for name, make in ways.items()}
    for side in sides.values():
        for _name in NAMES:  # every font and template ready, as in a warm process
            side()
    seconds = alternate(sides, rounds=20, seconds=0.1)
    figures = {f"{name}_ms": value * 1000 for name, value in seconds.items()}
    figures["growth_over_10000_mb"] = _growth(sides["stamped_signed"])
    ratios = {f"{name}_vs_plain": seconds["plain"] / seconds[name] for name in ("full", "stamped", "stamped_signed")}
    goals = {"stamped_signed_vs_plain": Goal(">=", 40), "full_vs_plain": Goal(">=", 1.2)}
    if typst is not None:
        ratios["stamped_signed_vs_typst"] = seconds["typst"] / seconds["stamped_signed"]
        goals["stamped_signed_vs_typst"] = Goal(">=", 4)
    return Report("certificates", figures, ratios, goals)


def _growth(make: Callable[[], object], files: int = 10_000) -> float:
    """Return by how many MB the peak memory rises over many files."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for _ in range(files):
        make()
    return (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
