"""Walks a storyboard in Chromium and takes the frames: some for every movement, one for as long as nothing moves."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page

from script.recorder.diagram import page_of
from script.recorder.stage import Stage
from script.recorder.storyboard import Recording, Timed

WIDTH, HEIGHT, SCALE = 896, 504, 10 / 7  # 1280 by 720 with the text of a small screen
FRAMES_A_SECOND = 8
STEPS, PRESS = 5, 2
OVERLAY = Path(__file__).with_name("overlay.js")


@dataclass
class Film:
    """Frames with how many eighths of a second each is on, and the frame that stands for all."""

    folder: Path
    frames: list[tuple[Path, int]] = field(default_factory=list)
    poster: Path | None = None

    @property
    def length(self) -> int:
        """Return the length in frames."""
        return sum(times for _path, times in self.frames)


class Camera:
    """One recording in the making."""

    def __init__(
        self, recording: Recording, stage: Stage, browser: Browser, folder: Path, *, rehearsal: bool = False
    ) -> None:
        self.recording, self.stage, self.film = recording, stage, Film(folder)
        # A rehearsal takes one frame of each scene, to see whether everything is found.
        self.rehearsal = rehearsal
        context = browser.new_context(
            viewport={"width": WIDTH, "height": HEIGHT},
            device_scale_factor=SCALE,
            locale=recording.language,
            color_scheme="light",
            reduced_motion="reduce",
        )
        context.add_init_script(path=OVERLAY)
        self.page: Page = context.new_page()
        self._box: dict[str, float] | None = None
        self._at = {"x": WIDTH * 0.7, "y": HEIGHT * 0.6}
        self._scroll = 0.0

    def shoot(self) -> Film:
        """Walk every scene."""
        if self.recording.board.diagram:
            self.page.route(
                "**/diagram", lambda route: route.fulfill(body=page_of(self.recording), content_type="text/html")
            )
            self.page.goto(f"{self.stage.address}/diagram")
        for number, timed in enumerate(self.recording.scenes()):
            try:
                self._scene(timed)
            except Exception as error:
                error.add_note(f"{self.recording.source}, scene {number + 1}: {timed.words}")
                raise
            if timed.chapter == 1:
                self.film.poster = self.film.frames[-1][0]
        self.page.context.close()
        return self.film

    def _scene(self, timed: Timed) -> None:
        scene = timed.scene
        if scene.open:
            self._open(timed)
        self._name(timed)
        if scene.show or scene.hide or scene.tone:
            self._change(timed)
        if scene.press:
            self._press(scene.press)
            # What was pressed may have led to another page.
            self._name(timed)
        self.page.evaluate("targets => recorder.unfold(targets)", list(scene.at))
        self._move(list(scene.at))
        for target, value in scene.choose.items():
            self.page.select_option(target, value)
        for target, text in scene.write.items():
            self.page.fill(target, text)
        if scene.choose or scene.write:
            self._move(list(scene.at))
        last = round(timed.ends * FRAMES_A_SECOND) - self.film.length
        if last < 1:
            message = "a scene is shorter than what happens in it"
            raise ValueError(message)
        self._take(last, always=True)

    def _name(self, timed: Timed) -> None:
        title = self.recording.chapters[timed.chapter].title
        self.page.evaluate("text => recorder.chapter(text)", f"{timed.chapter + 1}  {title}")

    def _open(self, timed: Timed) -> None:
        opening = timed.scene.open
        if opening is None:
            return
        url, cookie = self.stage.visit(opening.page) if opening.page else self.stage.open(opening.step, opening.seed)
        self.page.context.clear_cookies()
        self.page.context.add_cookies([cookie])  # type: ignore[list-item]
        self.page.goto(url, wait_until="networkidle")
        self._box, self._scroll = None, 0.0
        self._at = {"x": WIDTH * 0.7, "y": HEIGHT * 0.6}

    def _change(self, timed: Timed) -> None:
        """Let parts of a diagram come and go."""
        scene = timed.scene
        for share in (0.3, 0.7, 1.0):
            self.page.evaluate("change => diagram.change(change)", {
                "show": list(scene.show), "hide": list(scene.hide), "tone": scene.tone, "share": share,
            })  # fmt: skip
            self._draw(self._box, self._at, self._scroll)
            self._take(1)

    def _move(self, targets: list[str]) -> None:
        aim: dict[str, Any] = self.page.evaluate("targets => recorder.aim(targets)", targets)
        box, scroll = aim["box"], aim["scroll"]
        goal = (
            {"x": box["x"] + box["w"] - min(60, box["w"] / 4), "y": box["y"] + min(box["h"] - 14, 60)}
            if box
            else self._at
        )
        if self.recording.board.diagram:
            goal = self._at
        before = self._box or box
        still = box == self._box and scroll == self._scroll
        for step in range(0 if still else STEPS):
            share = _eased((step + 1) / STEPS)
            self._draw(
                {key: _between(before[key], box[key], share) for key in box} if box and before else None,
                {key: _between(self._at[key], goal[key], share) for key in goal},
                _between(self._scroll, scroll, share),
            )
            self._take(1)
        self._draw(box, goal, scroll)
        self._box, self._at, self._scroll = box, goal, scroll

    def _press(self, target: str) -> None:
        one = self.page.locator(target).first
        place: dict[str, Any] = self.page.evaluate("targets => recorder.aim(targets)", [target])
        box = place["box"]
        goal = {"x": box["x"] + min(box["w"] / 2, 60), "y": box["y"] + box["h"] / 2}
        for step in range(STEPS):
            share = _eased((step + 1) / STEPS)
            at = {key: _between(self._at[key], goal[key], share) for key in goal}
            self._draw(self._box, at, _between(self._scroll, place["scroll"], share))
            self._take(1)
        self._at, self._scroll = goal, place["scroll"]
        self.page.evaluate("recorder.pressing(true)")
        self._take(PRESS)
        self.page.evaluate("recorder.pressing(false)")
        one.click()
        self.page.wait_for_load_state("networkidle")
        self._scroll = float(self.page.evaluate("scrollY"))

    def _draw(self, box: dict[str, float] | None, at: dict[str, float], scroll: float) -> None:
        pointer = None if self.recording.board.diagram else at
        self.page.evaluate("([box, at, scroll]) => recorder.draw(box, at, scroll)", [box, pointer, scroll])

    def _take(self, times: int, *, always: bool = False) -> None:
        if self.rehearsal and not always:
            return
        path = self.film.folder / f"{len(self.film.frames):05}.jpg"
        self.page.screenshot(path=path, type="jpeg", quality=94)
        self.film.frames.append((path, times))


def _eased(share: float) -> float:
    return share * share * (3 - 2 * share)


def _between(start: float, end: float, share: float) -> float:
    return start + (end - start) * share
