"""Moodle's cloze texts: `{1:SHORTANSWER:=word#feedback~other}` in the middle of a sentence."""

from __future__ import annotations

import re
from fractions import Fraction

from lms.catalog.adapters.imports.foreign import FULL, ForeignAnswer, ForeignGap
from lms.catalog.adapters.imports.texts import from_html, one_line

_GAP = re.compile(r"\{(\d*):([A-Z_]+):((?:\\.|[^{}\\])*)\}", re.DOTALL)
_KINDS = {
    "SHORTANSWER": "typed", "SA": "typed", "MW": "typed", "SHORTANSWER_C": "typed", "SAC": "typed", "MWC": "typed",
    "NUMERICAL": "number", "NM": "number",
    "MULTICHOICE": "list", "MC": "list", "MULTICHOICE_V": "list", "MCV": "list", "MULTICHOICE_H": "list",
    "MCH": "list", "MULTICHOICE_S": "list", "MCS": "list", "MULTICHOICE_VS": "list", "MCVS": "list",
}  # fmt: skip
_SHARE = re.compile(r"%(-?\d+(?:\.\d+)?)%|=")


def read_cloze(text: str) -> tuple[str, list[ForeignGap], list[str]]:
    """Return the text with ``{gap 1}`` in place of each gap, the gaps, and notes about gaps that cannot be kept."""
    gaps: list[ForeignGap] = []
    notes: list[str] = []

    def replace(found: re.Match[str]) -> str:
        kind = _KINDS.get(found[2])
        answers = tuple(_answer(part, kind) for part in re.split(r"(?<!\\)~", found[3]) if part.strip())
        right = [answer for answer in answers if answer.share == FULL]
        if kind is None or not right:
            notes.append(f"A gap of the kind {found[2]} is not carried over.")
            return "…"
        gaps.append(ForeignGap(kind, answers))
        return f"{{gap {len(gaps)}}}"

    return _GAP.sub(replace, text), gaps, notes


def _answer(part: str, kind: str | None) -> ForeignAnswer:
    text, _sign, feedback = re.sub(r"\\(.)", r"\1", part.replace("\\#", "\ue110")).partition("#")
    text, share = text.strip(), Fraction(0)
    found = _SHARE.match(text)
    if found:
        share = Fraction(found[1]) / 100 if found[1] else FULL
        text = text[found.end() :]
    value, _colon, tolerance = text.partition(":") if kind == "number" else (text, "", "")
    words = [one_line(from_html(one.replace("\ue110", "#"))) for one in (value, feedback)]
    return ForeignAnswer(words[0], share, words[1], tolerance=tolerance.strip() or "0")
