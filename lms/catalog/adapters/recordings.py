"""Recordings: what is required of one, and what it and its captions say of themselves, read without a player."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lms.catalog.adapters.desk import Desk
from lms.catalog.adapters.shapes import VideoShape
from lms.catalog.rules.content import Asset
from lms.catalog.rules.durations import parse_span

RECORDINGS = frozenset({".webm", ".mp4", ".mp3"})
# Recorded modules are three to six minutes (curriculum).
SHORTEST, LONGEST = 180, 360
# Containers round to whole frames.
TOLERANCE = 1

# Boxes of ISO/IEC 14496-12 that hold the boxes looked for.
_HOLDERS = frozenset({b"moov", b"trak", b"mdia"})
_HEAD, _WIDE_HEAD, _WIDE = 8, 16, 1
_CUE = re.compile(r"^(?:(\d+):)?(\d\d):(\d\d\.\d{3}) --> (?:(\d+):)?(\d\d):(\d\d\.\d{3})", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Medium:
    """How long an MP4 file is, in seconds, and whether it has a track of sound."""

    seconds: float
    sound: bool


def read_mp4(data: bytes) -> Medium | None:
    """Return what an MP4 file says of itself, or None where it is no MP4 file."""
    seconds, sound = None, False
    for name, body in _boxes(data, 0, len(data)):
        if name == b"mvhd":
            wide = data[body] == _WIDE
            scale_at, width = (body + 20, 8) if wide else (body + 12, 4)
            scale = int.from_bytes(data[scale_at : scale_at + 4])
            seconds = int.from_bytes(data[scale_at + 4 : scale_at + 4 + width]) / scale if scale else None
        elif name == b"hdlr":
            sound = sound or data[body + 8 : body + 12] == b"soun"
    return None if seconds is None else Medium(seconds, sound)


def _boxes(data: bytes, at: int, end: int) -> Iterator[tuple[bytes, int]]:
    """Yield the name of every box and where its content starts."""
    while at + _HEAD <= end:
        size, name, head = int.from_bytes(data[at : at + 4]), data[at + 4 : at + 8], _HEAD
        if size == _WIDE:
            size, head = int.from_bytes(data[at + 8 : at + 16]), _WIDE_HEAD
        size = size or end - at
        if size < head:
            return
        yield name, at + head
        if name in _HOLDERS:
            yield from _boxes(data, at + head, min(at + size, end))
        at += size


def captions_end(text: str) -> float | None:
    """Return when the last caption of a WebVTT file ends, in seconds; None where it has none."""
    if not text.removeprefix("\N{ZERO WIDTH NO-BREAK SPACE}").startswith("WEBVTT"):
        return None
    ends = [int(cue[3] or 0) * 3600 + int(cue[4]) * 60 + float(cue[5]) for cue in _CUE.findall(text)]
    return max(ends, default=None)


def check_recording(shape: VideoShape, desk: Desk, seconds: float | None) -> None:
    """Report what is missing beside a recording, a length out of bounds, and chapters that are not in order."""
    if shape.file or shape.url:
        _check_companions(shape, desk, seconds)
    if shape.poster and not shape.poster_alt:
        fix = "Say what the picture shows: `poster_alt: …`."
        desk.report("alt-missing", desk.at("poster"), "The poster has no alternative text.", fix)
    if shape.url and not shape.url.startswith("https://"):
        desk.report("link-address", desk.at("url"), "A recording is fetched over https.", "Use an https:// address.")
    before = -1.0
    for index, chapter in enumerate(shape.chapters):
        place, at = desk.at("chapters", index, "at"), parse_span(chapter.at).total_seconds()
        if seconds is not None and at >= seconds:
            message = f"Chapter {chapter.title!r} starts after the recording has ended."
            desk.report("chapter-late", place, message, "Correct `at` or `length`.")
        elif at <= before:
            message = f"Chapter {chapter.title!r} starts no later than the one before it."
            desk.report("chapter-order", place, message, "Put the chapters in order.")
        before = at


def _check_companions(shape: VideoShape, desk: Desk, seconds: float | None) -> None:
    if not shape.captions:
        desk.report("captions-missing", desk.at("title"), "This recording has no captions.", "Add `captions: x.vtt`.")
    if seconds is None:
        desk.report("length-missing", desk.at("title"), "How long is this recording?", "Add `length: PT4M30S`.")
    elif shape.file and not SHORTEST <= seconds <= LONGEST:
        message = f"This recording takes {seconds:.0f} seconds; three to six minutes are watched to the end."
        desk.report("recording-length", desk.at("length"), message, "Shorten it, or make two of it.")


def check_media(desk: Desk, seconds: float | None, file: Asset | None, captions: Asset | None) -> bool:
    """Report a recording or captions whose length is another than declared; return whether it has no sound."""
    tree = desk.ledger.tree
    medium = read_mp4(tree.asset(file.path) or b"") if file and file.path.endswith(".mp4") else None
    if file and file.path.endswith(".mp4") and medium is None:
        desk.report("file-broken", desk.at("file"), "This is no MP4 file that can be played.", "Export it again.")
    if medium and seconds is not None and abs(medium.seconds - seconds) > TOLERANCE:
        message = f"The file runs for {medium.seconds:.0f} seconds, `length` says {seconds:.0f}."
        desk.report("length-differs", desk.at("length"), message, "Correct `length`, or make the recording again.")
    if captions:
        ends = captions_end((tree.asset(captions.path) or b"").decode("utf-8", "replace"))
        if ends is None:
            fix = "The file begins with WEBVTT, then come captions with their times."
            desk.report("captions-broken", desk.at("captions"), "There are no captions in this file.", fix)
        elif seconds is not None and ends > seconds + TOLERANCE:
            message = f"The captions go on to second {ends:.0f}, the recording ends at {seconds:.0f}."
            desk.report("length-differs", desk.at("captions"), message, "Take the captions of this recording.")
    return bool(medium and not medium.sound)
