"""What a recording says of itself, and what is required of the recordings that are shipped."""

from __future__ import annotations

import shutil
import struct
import subprocess
from itertools import pairwise
from pathlib import Path

import pytest

from lms.catalog.adapters.recordings import LONGEST, SHORTEST, captions_end, read_mp4
from lms.catalog.adapters.sources import IMAGE_LIMIT, MEDIA_LIMIT
from script.recorder.storyboard import LINE, LINES, WORDS_A_SECOND, Recording, recordings

RECORDED = list(recordings(Path(__file__).parents[3] / "courses"))
# Of a frame of 64 by 36 grey points; a still with a bar creeping along its foot differs by less.
CHANGED_POINTS = 40

each_recording = pytest.mark.parametrize("recorded", RECORDED, ids=lambda one: f"{one.step}-{one.language}")


def box(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", 8 + len(content)) + name + content


def movie(header: bytes, *tracks: bytes) -> bytes:
    handlers = [box(b"trak", box(b"mdia", box(b"hdlr", bytes(8) + kind + bytes(12)))) for kind in tracks]
    return box(b"ftyp", b"isom" + bytes(4)) + box(b"moov", box(b"mvhd", header) + b"".join(handlers))


def test_length_and_sound_are_read_from_an_mp4_file():
    narrow = bytes(12) + struct.pack(">II", 1000, 183_500) + bytes(80)
    wide = b"\1" + bytes(19) + struct.pack(">IQ", 600, 600 * 200) + bytes(80)
    silent, spoken = read_mp4(movie(narrow, b"vide")), read_mp4(movie(wide, b"vide", b"soun"))
    assert silent is not None
    assert (silent.seconds, silent.sound) == (183.5, False)
    assert spoken is not None
    assert (spoken.seconds, spoken.sound) == (200, True)


@pytest.mark.parametrize("data", [b"", b"no film", box(b"ftyp", b"isom"), struct.pack(">I", 3) + b"moov"])
def test_what_is_no_film_is_none(data):
    assert read_mp4(data) is None


def test_captions_end_with_the_last_of_them():
    assert captions_end("WEBVTT\n\n00:01.000 --> 00:04.500\nOne\n\n01:00:05.000 --> 01:00:06.250\nTwo\n") == 3606.25
    assert captions_end("WEBVTT\n") is None
    assert captions_end("1\n00:00:01,000 --> 00:00:02,000\nSubRip\n") is None


@each_recording
def test_a_shipped_recording_is_as_long_and_as_small_as_it_must_be(recorded: Recording):
    data = recorded.path("file").read_bytes()
    medium = read_mp4(data)
    assert medium is not None
    assert SHORTEST <= recorded.seconds <= LONGEST
    assert medium.seconds == pytest.approx(recorded.seconds, abs=1)
    assert len(data) <= MEDIA_LIMIT
    assert recorded.path("poster").stat().st_size <= IMAGE_LIMIT


@each_recording
def test_captions_say_what_the_storyboard_says_and_can_be_read_in_time(recorded: Recording):
    assert recorded.path("captions").read_text("utf-8") == recorded.captions()
    for cue in recorded.cues():
        assert cue.pace <= WORDS_A_SECOND
        assert len(cue.lines) <= LINES
        assert all(len(line) <= LINE for line in cue.lines)


@pytest.mark.thorough
@each_recording
def test_no_chapter_is_a_still_or_blank(recorded: Recording):
    if shutil.which("ffmpeg") is None:
        pytest.skip("FFmpeg is not installed")
    frames = [frame for frame in sampled(recorded.path("file")) if len(set(frame)) > 8]
    assert len(frames) == int(recorded.seconds / 3), "a frame is blank"
    for chapter in recorded.chapters:
        shown = frames[int(chapter.starts / 3) + 1 : int(chapter.ends / 3)]
        moves = sum(changed(*pair) > CHANGED_POINTS for pair in pairwise(shown))
        assert moves >= 2, chapter.title


def sampled(path: Path) -> list[bytes]:
    """A frame of 64 by 36 grey points every three seconds."""
    command = ["ffmpeg", "-loglevel", "error", "-i", str(path), "-vf", "fps=1/3,scale=64:36,format=gray"]
    raw = subprocess.run([*command, "-f", "rawvideo", "-"], capture_output=True, check=True).stdout
    return [raw[at : at + 64 * 36] for at in range(0, len(raw), 64 * 36)]


def changed(one: bytes, other: bytes) -> int:
    return sum(abs(a - b) > 12 for a, b in zip(one, other, strict=True))


def test_a_module_has_three_to_six_minutes_of_recordings():
    minutes: dict[tuple[str, str], float] = {}
    for one in RECORDED:
        minutes[one.module, one.language] = minutes.get((one.module, one.language), 0) + one.seconds
    assert {key: length for key, length in minutes.items() if not SHORTEST <= length <= LONGEST} == {}
