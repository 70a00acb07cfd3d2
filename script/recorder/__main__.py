"""`python -m script.recorder`: see script/recordings."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from script.recorder.camera import Camera, Film
from script.recorder.cutting import cut, poster
from script.recorder.stage import product
from script.recorder.storyboard import WORDS_A_SECOND, Recording, recordings

COURSES = Path(__file__).parents[2] / "courses"


def main() -> int:
    """Make the recordings that are asked for."""
    parser = argparse.ArgumentParser(prog="script/recordings", description="Make recordings from their storyboards.")
    parser.add_argument("names", nargs="*", help="ids of modules or steps; all by default")
    parser.add_argument("--language", help="one language only")
    parser.add_argument("--captions", action="store_true", help="write the captions, leave the pictures")
    parser.add_argument("--rehearse", action="store_true", help="one picture of each scene, in build/rehearsal")
    wanted = parser.parse_args()
    found = [
        one
        for one in recordings(COURSES)
        if (not wanted.names or {one.step, one.module} & set(wanted.names)) and wanted.language in {None, one.language}
    ]
    if not found:
        sys.stderr.write("No recorded module of that name has a storyboard.\n")
        return 1
    for one in found:
        too_fast = [cue for cue in one.cues() if cue.pace > WORDS_A_SECOND]
        if too_fast:
            sys.stderr.write(f"{one.source} ({one.language}): too much to read at {too_fast[0].lines}.\n")
            return 1
        if wanted.rehearse:
            folder = COURSES.parent / "build" / "rehearsal" / f"{one.step}-{one.language}"
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)
            shoot(one, folder, rehearsal=True)
            continue
        one.path("captions").write_text(one.captions(), encoding="utf-8")
        if not wanted.captions:
            record(one)
    return 0


def record(one: Recording) -> None:
    """Make one recording with its poster."""
    if not shutil.which("ffmpeg"):
        sys.exit("Recording needs FFmpeg: apt-get install ffmpeg")
    with tempfile.TemporaryDirectory(prefix="groundschool-frames-") as frames:
        film = shoot(one, Path(frames))
        cut(film, one.path("file"), one.seconds, [chapter.starts for chapter in one.chapters])
        poster(film, one.path("poster"))
    size = one.path("file").stat().st_size // 1000
    print(f"{one.step} ({one.language}): {one.seconds:.0f} s, {len(film.frames)} frames, {size} KB", flush=True)


def shoot(one: Recording, folder: Path, *, rehearsal: bool = False) -> Film:
    """Return the frames of a recording, written to a folder."""
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    if not chromium:
        sys.exit("Recording needs Chromium: apt-get install chromium")
    with product(one.course, one.language) as stage, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        film = Camera(one, stage, browser, folder, rehearsal=rehearsal).shoot()
        browser.close()
    return film


if __name__ == "__main__":
    raise SystemExit(main())
