"""What an award said on the day it was issued: the one record that documents and credentials are made from."""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from dataclasses import asdict, dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any

from lms.shared.ids import spell_code

MOST_EVIDENCE_LINES = 3
# Stands where the name stood of somebody who has been erased.
NO_NAME = "—"

# Characters that reorder or hide text: a name that carries them could read as another name.
_INVISIBLE = re.compile(
    "[\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb]"
)
# Control, surrogate, private use and unassigned: nothing a document may print.
_UNPRINTABLE = frozenset({"Cc", "Cs", "Co", "Cn"})


class DisclaimerKind(StrEnum):
    """What the document says that it is not."""

    SIMULATOR_ASSESSED = "simulator-assessed"
    NO_AUTHORITY = "no-authority"


@dataclass(frozen=True, slots=True)
class EvidenceLine:
    """One thing that was assessed; `score` stands apart because the holder may hide it."""

    text: str
    score: str = ""


@dataclass(frozen=True, slots=True)
class AwardSnapshot:
    """An award as issued. Texts are in `language`; `minutes` is the learning time credited; `programme` is an id."""

    name: str
    level: str
    level_title: str
    subject: str
    minutes: int
    releases: tuple[str, ...]
    evidence: tuple[EvidenceLine, ...]
    issued_on: date
    valid_until: date | None
    code: str
    token: str
    serial: str
    issuer_name: str
    issuer_role: str
    language: str = "en"
    grants_authority: bool = True
    disclaimer: DisclaimerKind = DisclaimerKind.SIMULATOR_ASSESSED
    show_scores: bool = True
    programme: str = ""
    organisation: str = ""

    def __post_init__(self) -> None:
        if len(self.evidence) > MOST_EVIDENCE_LINES:
            message = f"A certificate has room for {MOST_EVIDENCE_LINES} lines of evidence, not {len(self.evidence)}."
            raise ValueError(message)
        if not clean_line(self.name):
            message = f"A certificate needs a name that can be printed, not {self.name!r}."
            raise ValueError(message)

    @property
    def printed_code(self) -> str:
        """Return the code in groups of four."""
        return spell_code(self.code)

    @property
    def has_scores(self) -> bool:
        """Return whether scores are printed."""
        return self.show_scores and any(line.score for line in self.evidence)

    @property
    def evidence_lines(self) -> tuple[str, ...]:
        """Return the lines as printed, with or without their scores."""
        return tuple(
            f"{line.text}: {line.score}" if line.score and self.show_scores else line.text for line in self.evidence
        )


def clean_line(text: str) -> str:
    """Return `text` as one printable line: composed (NFC), without control, bidi or invisible characters.

    A zero-width joiner or non-joiner is kept: Persian and Indic names are spelt with them.
    """
    if text.isascii() and text.isprintable() and "  " not in text:
        return text.strip()
    spaced = "".join(" " if character.isspace() else character for character in unicodedata.normalize("NFC", text))
    visible = _INVISIBLE.sub("", spaced)
    printable = "".join(character for character in visible if unicodedata.category(character) not in _UNPRINTABLE)
    return re.sub(" {2,}", " ", printable).strip()


def cleaned(snapshot: AwardSnapshot) -> AwardSnapshot:
    """Return the snapshot with every printed text made one clean line."""
    return replace(
        snapshot,
        name=clean_line(snapshot.name),
        level_title=clean_line(snapshot.level_title),
        subject=clean_line(snapshot.subject),
        evidence=tuple(EvidenceLine(clean_line(line.text), clean_line(line.score)) for line in snapshot.evidence),
        issuer_name=clean_line(snapshot.issuer_name),
        issuer_role=clean_line(snapshot.issuer_role),
    )


def to_json(snapshot: AwardSnapshot) -> str:
    """Return the snapshot as canonical JSON: sorted keys, no spaces, ISO dates."""
    return json.dumps(
        asdict(snapshot), default=date.isoformat, ensure_ascii=False, sort_keys=True, separators=(",", ":")
    )


def from_json(text: str) -> AwardSnapshot:
    """Return the snapshot that `to_json` wrote.

    Raises:
        KeyError, TypeError, ValueError: the text is not such a snapshot.
    """
    data: dict[str, Any] = json.loads(text)
    data["releases"] = tuple(data["releases"])
    data["evidence"] = tuple(EvidenceLine(**line) for line in data["evidence"])
    data["issued_on"] = date.fromisoformat(data["issued_on"])
    data["valid_until"] = date.fromisoformat(data["valid_until"]) if data["valid_until"] else None
    data["disclaimer"] = DisclaimerKind(data["disclaimer"])
    return AwardSnapshot(**data)


def digest(snapshot: AwardSnapshot) -> str:
    """Return the SHA-256 of the canonical JSON, in hexadecimal."""
    return hashlib.sha256(to_json(snapshot).encode()).hexdigest()
