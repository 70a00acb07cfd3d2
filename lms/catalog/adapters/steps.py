"""Formats of the kinds that need nothing but text: lesson, recorded module, cards to repeat."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from lms.catalog.adapters.desk import IMAGES, Desk, asset_address
from lms.catalog.adapters.formats import Draft, StepFile
from lms.catalog.adapters.readability import age_of
from lms.catalog.adapters.recordings import RECORDINGS, check_media, check_recording
from lms.catalog.adapters.shapes import CardsShape, LessonShape, StepShape, VideoShape
from lms.catalog.adapters.sources import IMAGE_LIMIT
from lms.catalog.rules.content import Part
from lms.catalog.rules.durations import parse_span
from lms.catalog.rules.ids import closest
from lms.catalog.rules.items import ItemType
from lms.catalog.rules.minutes import LESSON_LIMIT, MINUTES_PER_CARD, reading_minutes
from lms.catalog.rules.readability import AGE_LIMIT


def check_items(names: Sequence[str], desk: Desk, key: str = "check") -> tuple[str, ...]:
    """Return the item ids named in a list of the YAML, reporting those that do not exist."""
    for index, name in enumerate(names):
        if name not in desk.index.items and name not in desk.index.broken:
            near = closest(name, desk.index.items)
            fix = f"Did you mean {near}?" if near else "Write the id of a question in a bank."
            desk.report("unknown-item", desk.at(key, index), f"No question has the id {name!r}.", fix)
        elif name in desk.index.items and desk.index.items[name].type in {ItemType.OPEN, ItemType.LIKERT}:
            fix = "Name a question that a rule can grade; put this one into a quiz or a survey."
            desk.report(
                "check-ungraded", desk.at(key, index), f"Nobody can say at once whether {name!r} is right.", fix
            )
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
    """NN-name.md.

    Content: ``html``, its ``words`` and ``reading_age``. Settings: ``check`` (item ids), ``company`` (an `OwnText`)
    where it is given.
    """

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
        settings = {"check": list(items), **({"company": shape.company} if shape.company else {})}
        content = {"html": page.html, "words": page.words, "reading_age": self._reading_age(page.html, desk)}
        return Draft(settings, content, minutes, items)

    @staticmethod
    def _reading_age(html: str, desk: Desk) -> float | None:
        age = age_of(html, desk.language)
        if age is not None and age > AGE_LIMIT:
            message = f"This page reads like one for readers of {age:.0f}; we write for readers of about eleven."
            fix = "Shorten sentences and choose shorter words; `lms courses readability` lists every page."
            desk.report("hard-to-read", desk.at(), message, fix, warning=True)
        return age


class VideoFormat:
    """NN-name.video.yml.

    Settings: ``check``, ``length`` in seconds or None. Content: ``file``, ``poster``, ``captions`` (addresses or None),
    ``url``, ``poster_alt``, ``silent``, ``transcript`` (HTML), ``chapters`` (``at`` in seconds, ``title``).
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
        check_recording(shape, desk, seconds)
        if shape.storyboard:
            desk.mention(shape.storyboard, desk.at("storyboard"))
        file = desk.asset(shape.file, desk.at("file"), kinds=RECORDINGS) if shape.file else None
        captions = (
            desk.asset(shape.captions, desk.at("captions"), kinds=frozenset({".vtt"})) if shape.captions else None
        )
        poster = desk.asset(shape.poster, desk.at("poster"), kinds=IMAGES, limit=IMAGE_LIMIT) if shape.poster else None
        words, tries = (transcript.words, transcript.tries) if transcript else (0, 0)
        minutes = (seconds or 0) / 60 + reading_minutes(words, tries + len(items))
        content = {
            "file": asset_address(file) if file else None,
            "url": shape.url,
            "poster": asset_address(poster) if poster else None,
            "poster_alt": desk.plain(shape.poster_alt or ""),
            "captions": asset_address(captions) if captions else None,
            "silent": check_media(desk, seconds, file, captions),
            "transcript": transcript.html if transcript else "",
            "chapters": [
                {"at": parse_span(chapter.at).total_seconds(), "title": desk.plain(chapter.title)}
                for chapter in shape.chapters
            ],
        }
        return Draft({"check": list(items), "length": seconds}, content, minutes, items)


class CardsFormat:
    """NN-name.cards.yml. Settings: ``from`` (``bank`` by full name, ``tag``, ``objective``), ``cards`` to answer."""

    kind, suffix, part = "cards", ".cards.yml", Part.SELF_PACED
    shape: type[StepShape] = CardsShape
    has_questions = False

    def compile(self, step: StepFile, desk: Desk) -> Draft:
        """Compile a month of repetition; each line must find something, and all together a card a minute."""
        shape = cast("CardsShape", step.shape)
        items: dict[str, None] = {}
        sources = []
        for index, line in enumerate(shape.from_):
            sources.append({"bank": bank_name(line.bank, desk), "tag": line.tag, "objective": line.objective})
            if not report_unknown_bank(line.bank, desk, "from", index, "bank"):
                continue
            pool = desk.index.pool(bank_name(line.bank, desk), tag=line.tag, objective=line.objective)
            if not any(item.is_card for item in pool):
                fix = "Change the tag or objective, or write questions that carry them."
                desk.report("pool-too-small", desk.at("from", index), "No question matches this line.", fix)
            items.update(dict.fromkeys(item.id for item in pool if item.is_card))
        cards = round(shape.minutes / MINUTES_PER_CARD)
        if 0 < len(items) < cards:
            message = f"{len(items)} questions can be cards here; {shape.minutes} minutes are {cards} cards."
            desk.report(
                "pool-too-small", desk.at("minutes"), message, "Name more banks, or write questions.", warning=True
            )
        return Draft({"from": sources, "cards": cards}, {}, float(shape.minutes), tuple(items))


CATALOG_FORMATS = (LessonFormat(), VideoFormat(), CardsFormat())
