r"""GIFT: `::name:: text {answers}`. Grammar: Moodle's documentation of the format and the comments of its importer.

A backslash makes ``~ = # { } : \`` plain; `//` begins a comment line; `$CATEGORY:` names what follows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction

from lms.catalog.adapters.imports.foreign import FULL, ForeignAnswer, ForeignQuestion, Taken, short_name
from lms.catalog.adapters.imports.texts import from_html, from_markdown, from_plain, one_line
from lms.catalog.rules.items import ItemType

# Escaped characters stand as private ones while the text is taken apart.
_PLAIN = "~=#{}:\\"
_HIDDEN = {sign: chr(0xE100 + index) for index, sign in enumerate(_PLAIN)}
_SHOWN = {hidden: sign for sign, hidden in _HIDDEN.items()}
_NAME = re.compile(r"::(.*?)::\s*", re.DOTALL)
_FORMAT = re.compile(r"\s*\[(html|markdown|moodle|plain)\]", re.IGNORECASE)
_SHARE = re.compile(r"%(-?\d+(?:[.,]\d+)?)%")
_TRUTH = re.compile(r"(T|TRUE|F|FALSE)\s*(#.*)?", re.IGNORECASE | re.DOTALL)
_RANGE = re.compile(r"(-?[\d.]+)\s*\.\.\s*(-?[\d.]+)")
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?")
BLANK = "\\_\\_\\_\\_\\_"


def read_gift(text: str) -> Taken:
    """Return the questions of a GIFT file; essays, which have no rubric, and what cannot be read are left out."""
    taken = Taken()
    tags: tuple[str, ...] = ()
    for line, block in _blocks(text):
        if block.startswith("$CATEGORY:"):
            tags = (block.removeprefix("$CATEGORY:").strip().rsplit("/", 1)[-1],)
            continue
        question = _question(block, line, taken)
        if question:
            question.tags = tags
            taken.questions.append(question)
    return taken


def _blocks(text: str) -> Iterator[tuple[int, str]]:
    """Yield each question with its first line: a blank line ends it, unless a brace is still open."""
    lines: list[str] = []
    first = depth = 0
    for number, raw in enumerate([*text.splitlines(), ""], start=1):
        if raw.lstrip().startswith("//"):
            continue
        line = re.sub(r"\\([~=#{}:\\])", lambda found: _HIDDEN[found[1]], raw).replace("\\n", "\n")
        if line.strip():
            first = first if lines else number
            lines.append(line)
            depth += line.count("{") - line.count("}")
            if line.startswith("$CATEGORY:"):
                yield first, line
                lines, depth = [], 0
        elif lines and (depth <= 0 or number > len(text.splitlines())):
            yield first, "\n".join(lines).strip()
            lines, depth = [], 0


def _question(block: str, line: int, taken: Taken) -> ForeignQuestion | None:
    named = _NAME.match(block)
    body = block[named.end() :] if named else block
    before, opened, rest = body.partition("{")
    inside, closed, after = rest.rpartition("}")
    name = _show(named[1]).strip() if named else short_name(_show(_FORMAT.sub("", before)))
    if not opened or not closed:
        taken.leave(name, line, "It has no answers in braces: a text to read is no question.")
        return None
    style = _FORMAT.match(before)
    stem = before.strip()
    # "Two and two make {=four}." asks for a word in the middle.
    if re.search(r"\w", after):
        stem = f"{stem} {BLANK} {after.strip()}"
    elif after.strip(' ";') and not stem.endswith((".", "?", "!")):
        stem += after.strip(' ";')
    question = ForeignQuestion(
        name, ItemType.SINGLE, _words(stem, style[1] if style else "").replace("\\\\_", "\\_"), line
    )
    inside, _marks, general = inside.partition("####")
    question.general = one_line(_words(general)) if general.strip() else ""
    return _answers(question, inside.strip(), taken)


def _answers(question: ForeignQuestion, inside: str, taken: Taken) -> ForeignQuestion | None:
    truth = _TRUTH.fullmatch(inside)
    if not inside:
        taken.leave(question.name, question.line, "An open question needs a rubric; write one with its levels.")
        return None
    if truth:
        return _truth(question, truth)
    if inside.startswith("#"):
        return _numeric(question, inside[1:].strip(), taken)
    parts = [(sign, part) for sign, part in re.findall(r"([=~])([^=~]*)", inside) if part.strip()]
    if not parts:
        taken.leave(question.name, question.line, "Its answers cannot be read.")
        return None
    if all(sign == "=" and "->" in part for sign, part in parts):
        return _match(question, parts)
    question.answers = [_answer(sign, part) for sign, part in parts]
    if any(sign == "~" for sign, _part in parts):
        several = not any(sign == "=" for sign, _part in parts)
        question.kind = ItemType.MULTI if several else ItemType.SINGLE
    else:
        question.kind = ItemType.SHORT
    return question


def _truth(question: ForeignQuestion, found: re.Match[str]) -> ForeignQuestion:
    is_true = found[1].upper().startswith("T")
    wrong, _sign, right = (found[2] or "").lstrip("#").partition("#")
    said = {True: one_line(_words(right)), False: one_line(_words(wrong))}
    question.fixed = True
    question.answers = [
        ForeignAnswer("True", FULL if is_true else Fraction(0), said[is_true]),
        ForeignAnswer("False", Fraction(0) if is_true else FULL, said[not is_true]),
    ]
    return question


def _numeric(question: ForeignQuestion, inside: str, taken: Taken) -> ForeignQuestion | None:
    question.kind = ItemType.NUMERIC
    for part in (part for part in re.split("[=~]", inside) if part.strip()):
        # Feedback without a number is for every other one.
        answer = _answer("=", part if part.partition("#")[0].strip() else f"*{part}")
        number = _tolerance(answer.text)
        if number is None and answer.text != "\\*":
            taken.leave(question.name, question.line, f"{answer.text!r} is not a number.")
            return None
        value, tolerance = number or ("*", "0")
        question.answers.append(ForeignAnswer(value, answer.share, answer.feedback, tolerance=tolerance))
    return question


def _tolerance(text: str) -> tuple[str, str] | None:
    plain = text.replace("\\", "").replace(" ", "")
    span = _RANGE.fullmatch(plain)
    if span:
        low, high = Fraction(span[1]), Fraction(span[2])
        return decimal((low + high) / 2), decimal(abs(high - low) / 2)
    value, _sign, tolerance = plain.partition(":")
    if not _NUMBER.fullmatch(value) or (tolerance and not _NUMBER.fullmatch(tolerance)):
        return None
    return decimal(Fraction(value)), decimal(Fraction(tolerance or "0"))


def decimal(value: Fraction) -> str:
    """Return a number as plain decimal text, to ten places at most."""
    text = f"{float(value):.10f}".rstrip("0").rstrip(".")
    return "0" if text in {"", "-0"} else text


def _match(question: ForeignQuestion, parts: list[tuple[str, str]]) -> ForeignQuestion:
    question.kind = ItemType.MATCH
    for _sign, part in parts:
        left, _arrow, right = part.partition("->")
        question.answers.append(ForeignAnswer(one_line(_words(left)), FULL, pair=one_line(_words(right))))
    return question


def _answer(sign: str, part: str) -> ForeignAnswer:
    text, _sign, feedback = part.strip().partition("#")
    share = _SHARE.match(text.strip())
    earned = Fraction(share[1].replace(",", ".")) / 100 if share else FULL if sign == "=" else Fraction(0)
    words = _SHARE.sub("", text.strip(), count=1) if share else text
    return ForeignAnswer(one_line(_words(words)), earned, one_line(_words(feedback)))


def _words(text: str, style: str = "") -> str:
    found = _FORMAT.match(text)
    body = _show(text[found.end() :] if found else text).strip()
    kind = (found[1] if found else style).lower()
    if kind == "plain":
        return from_plain(body)
    return from_markdown(body) if kind == "markdown" else from_html(body)


def _show(text: str) -> str:
    return "".join(_SHOWN.get(letter, letter) for letter in text)
