"""Frames become a file that every browser plays, small enough for a phone on the floor."""

from __future__ import annotations

import subprocess
from collections.abc import Iterable
from pathlib import Path

from lms.catalog.adapters.sources import IMAGE_LIMIT, MEDIA_LIMIT
from script.recorder.camera import FRAMES_A_SECOND, Film

# The sharpest that fits is kept; text suffers beyond the last.
QUALITIES = (22, 25, 28, 31, 34)
KEY_FRAME_SECONDS = 20
BAR = 5


def cut(film: Film, target: Path, seconds: float, chapters: Iterable[float]) -> None:
    """Write the film; a bar along its foot shows how far it is.

    Raises:
        ValueError: even the last quality is too big.
    """
    reel = film.folder / "reel.txt"
    lines = [f"file '{path}'\nduration {times / FRAMES_A_SECOND}" for path, times in film.frames]
    reel.write_text("\n".join([*lines, f"file '{film.frames[-1][0]}'"]), encoding="utf-8")
    bar = f"color=0xFFD23F:s=1280x{BAR}:r={FRAMES_A_SECOND}:d={seconds}"
    still = f"[0:v]fps={FRAMES_A_SECOND},scale=1280:720[v]"
    picture = f"{still};[v][1:v]overlay=x='-W+W*t/{seconds}':y=H-{BAR},format=yuv420p"
    for quality in QUALITIES:
        _ffmpeg(
            *("-f", "concat", "-safe", "0", "-i", str(reel), "-f", "lavfi", "-i", bar, "-filter_complex", picture),
            *("-t", str(seconds), "-r", str(FRAMES_A_SECOND)),
            *("-c:v", "libx264", "-preset", "fast", "-crf", str(quality), "-threads", "1"),
            *("-g", str(KEY_FRAME_SECONDS * FRAMES_A_SECOND), "-force_key_frames", ",".join(map(str, chapters))),
            *("-map_metadata", "-1", "-fflags", "+bitexact", "-movflags", "+faststart", "-an", str(target)),
        )
        if target.stat().st_size <= MEDIA_LIMIT:
            return
    message = f"{target} has {target.stat().st_size // 1000} KB; {MEDIA_LIMIT // 1000} KB is the most."
    raise ValueError(message)


def poster(film: Film, target: Path) -> None:
    """Write the frame that stands for the recording: what the second chapter has come to."""
    frame = film.poster or film.frames[len(film.frames) // 2][0]
    for quality in (4, 7, 11):
        _ffmpeg("-i", str(frame), "-vf", "scale=960:540", "-q:v", str(quality), "-fflags", "+bitexact", str(target))
        if target.stat().st_size <= IMAGE_LIMIT:
            return


def _ffmpeg(*arguments: str) -> None:
    subprocess.run(["ffmpeg", "-y", "-hide_banner", "-loglevel", "error", *arguments], check=True)
