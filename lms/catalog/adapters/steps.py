"""Formats of the kinds that need nothing but text: lesson, recorded module, cards to repeat."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from lms.catalog.adapters.desk import IMAGES, Desk, asset_address
from lms.catalog.adapters.formats import Draft, StepFile
from lms.catalog.adapters.shapes import CardsShape, LessonShape, StepShape, VideoShape
from lms.catalog.adapters.sources import IMAGE_LIMIT
from lms.catalog.rules.content import Part
from lms.catalog.rules.durations import parse_span
from lms.catalog.rules.ids import closest
from lms.catalog.rules.minutes import LESSON_LIMIT, reading_minutes


def check_items(names: Sequence[str], desk: Desk, key: str = "check") -> tuple[str, ...]:
    """Return the item ids named in a list of the YAML, reporting those that do not exist."""
    for index, name in enumerate(names):
        if name not in desk.index.items and name not in desk.index.broken:
            near = closest(name, desk.index.items)
            fix = f"Did you mean {near}?" if near else "Write the id of a question in a bank."
            desk.report("unknown-item", desk.at(key, index), f"No question has the id {name!r}.", fix)
    return tuple(name for name in names if name in desk.index.items)


def bank_name(name: str, desk: Desk) -> str:
    """Return the full name of a bank: with its course, this one where none is said."""
    return name if "/" in name else f"{desk.course}/{name}"


def report_unknown_bank(name: str, desk: Desk, *path: str | int) -> bool:
    """Report a bank that does not exist; return whether it does."""
    full = bank_name(name, desk)
    if full in desk.index.banks:
        return True
    near = closest(full, desk.index.banks)
    fix = f"Did you mean {near}?" if near else "Name a file of bank/ without its .q.md."
    desk.report("unknown-bank", desk.at(*path), f"There is no bank {full!r}.", fix)
    return False


class LessonFormat:
    """NN-name.md. Content: ``html`` and its ``words``; settings: ``check`` (item ids)."""

    kind, suffix, part = "lesson", ".md", Part.SELF_PACED
    shape: type[StepShape] = LessonShape
    has_questions = False

    def compile(self, step: StepFile, desk: Desk) -> Draft:
        """Compile a page of at most five minutes."""
        shape = cast("LessonShape", step.shape)
        document = step.document
        page = desk.page(document.body, document.body_line)
        if not document.body.strip():
            desk.report("lesson-empty", desk.at(), "This lesson has no text.", "Write it below the front matter.")
        items = check_items(shape.check, desk)
        minutes = reading_minutes(page.words, page.tries + len(items))
        if minutes > LESSON_LIMIT:
            message = (
                f"This page takes {minutes:.1f} minutes ({page.words} words, {page.tries + len(items)} questions)."
            )
            desk.report(
                "lesson-too-long", desk.at(), message, f"Split it: a page is at most {LESSON_LIMIT:.0f} minutes."
            )
        return Draft({"check": list(items)}, {"html": page.html, "words": page.words}, minutes, items)


class VideoFormat:
    """NN-name.video.yml.

    Settings: ``check``, ``length`` in seconds or None. Content: ``file``, ``poster``, ``captions`` (addresses or None),
    ``url``, ``poster_alt``, ``transcript`` (HTML), ``chapters`` (``at`` in seconds, ``title``).
    """

    kind, suffix, part = "video", ".video.yml", Part.RECORDED
    shape: type[StepShape] = VideoShape
    has_questions = False

    def compile(self, step: StepFile, desk: Desk) -> Draft:
        """Compile a recording with its transcript; the transcript carries the step until there is a recording."""
        shape = cast("VideoShape", step.shape)
        transcript = desk.file(shape.transcript, "transcript")
        items = check_items(shape.check, desk)
        seconds = parse_span(shape.length).total_seconds() if shape.length else None
        self._check(shape, desk, seconds)
        words, tries = (transcript.words, transcript.tries) if transcript else (0, 0)
        minutes = (seconds or 0) / 60 + reading_minutes(words, tries + len(items))
        content = {
            "file": self._file(shape.file, desk, "file", frozenset({".webm", ".mp4", ".mp3"})),
            "url": shape.url,
            "poster": self._file(shape.poster, desk, "poster", IMAGES),
            "poster_alt": desk.plain(shape.poster_alt or ""),
            "captions": self._file(shape.captions, desk, "captions", frozenset({".vtt"})),
            "transcript": transcript.html if transcript else "",
            "chapters": [
                {"at": parse_span(chapter.at).total_seconds(), "title": desk.plain(chapter.title)}
                for chapter in shape.chapters
            ],
        }
        return Draft({"check": list(items), "length": seconds}, content, minutes, items)

    @staticmethod
    def _file(name: str | None, desk: Desk, key: str, kinds: frozenset[str]) -> str | None:
        limit = {"limit": IMAGE_LIMIT} if key == "poster" else {}
        asset = desk.asset(name, desk.at(key), kinds=kinds, **limit) if name else None
        return asset_address(asset) if asset else None

    @staticmethod
    def _check(shape: VideoShape, desk: Desk, seconds: float | None) -> None:
        recorded = shape.file or shape.url
        if recorded and not shape.captions:
            desk.report(
                "captions-missing", desk.at("title"), "This recording has no captions.", "Add `captions: x.vtt`."
            )
        if recorded and seconds is None:
            desk.report("length-missing", desk.at("title"), "How long is this recording?", "Add `length: PT4M30S`.")
        if shape.poster and not shape.poster_alt:
            fix = "Say what the picture shows: `poster_alt: …`."
            desk.report("alt-missing", desk.at("poster"), "The poster has no alternative text.", fix)
        if shape.url and not shape.url.startswith("https://"):
            desk.report(
                "link-address", desk.at("url"), "A recording is fetched over https.", "Use an https:// address."
            )
        for index, chapter in enumerate(shape.chapters):
            if seconds is not None and parse_span(chapter.at).total_seconds() > seconds:
                message = f"Chapter {chapter.title!r} starts after the recording has ended."
                desk.report("chapter-late", desk.at("chapters", index, "at"), message, "Correct `at` or `length`.")


class CardsFormat:
    """NN-name.cards.yml. Settings: ``from`` (``bank`` by full name, ``tag``, ``objective``)."""

    kind, suffix, part = "cards", ".cards.yml", Part.SELF_PACED
    shape: type[StepShape] = CardsShape
    has_questions = False

    def compile(self, step: StepFile, desk: Desk) -> Draft:
        """Compile a session of repetition; the pool of each line must hold something."""
        shape = cast("CardsShape", step.shape)
        items: dict[str, None] = {}
        sources = []
        for index, line in enumerate(shape.from_):
            sources.append({"bank": bank_name(line.bank, desk), "tag": line.tag, "objective": line.objective})
            if not report_unknown_bank(line.bank, desk, "from", index, "bank"):
                continue
            pool = desk.index.pool(bank_name(line.bank, desk), tag=line.tag, objective=line.objective)
            if not pool:
                fix = "Change the tag or objective, or write questions that carry them."
                desk.report("pool-too-small", desk.at("from", index), "No question matches this line.", fix)
            items.update(dict.fromkeys(item.id for item in pool if item.is_graded))
        return Draft({"from": sources}, {}, float(shape.minutes), tuple(items))


CATALOG_FORMATS = (LessonFormat(), VideoFormat(), CardsFormat())
