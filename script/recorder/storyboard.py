"""What a storyboard says, when each scene is on, and the captions that follow from it."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from ruamel.yaml import YAML

from lms.catalog.adapters.loading import Loader, read_company
from lms.catalog.adapters.sources import read_tree
from lms.catalog.rules.durations import parse_span
from lms.catalog.rules.facts import CITATION

LINE, LINES = 42, 2
WORDS_A_SECOND = 3
# A scene begins with a movement; its words are read once the eye has followed.
MOVEMENT = 2
# Between two captions, so that a jump to where one begins never shows the one before it as well.
GAP = 0.04

Words = str | dict[str, str]


def _several(value: object) -> object:
    return [value] if isinstance(value, str) else value


Several = Annotated[tuple[str, ...], BeforeValidator(_several)]


class Shape(BaseModel):
    """A closed shape: a typing mistake is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Opening(Shape):
    """The first case of a guided set that nobody has begun, drawn from a seed; or a page of the product."""

    step: str = ""
    seed: int = 0
    page: str = ""


class Scene(Shape):
    """One thing to look at, and what is said about it. Targets are explained in overlay.js."""

    say: Words
    open: Opening | None = None
    at: Several = ()
    press: str = ""
    choose: dict[str, str] = Field(default_factory=dict)
    write: dict[str, str] = Field(default_factory=dict)
    show: Several = ()
    hide: Several = ()
    tone: dict[str, str] = Field(default_factory=dict)


class Element(Shape):
    """A part of a diagram on a sheet of 896 by 420: a box with words, an arrow between two, or a table by rows."""

    id: str
    text: Words = ""
    box: tuple[float, float, float, float] | None = None
    arrow: tuple[str, str] | None = None
    rows: tuple[tuple[Words, ...], ...] = ()
    tone: str = "plain"
    size: str = ""


class Board(Shape):
    """A storyboard: its chapters are those of the recorded module, in order."""

    diagram: tuple[Element, ...] = ()
    chapters: tuple[tuple[Scene, ...], ...]


@dataclass(frozen=True)
class Chapter:
    """A chapter as the recorded module declares it, in seconds."""

    title: str
    starts: float
    ends: float


@dataclass(frozen=True)
class Timed:
    """A scene with its words in one language and when it is on, in seconds."""

    scene: Scene
    words: str
    chapter: int
    starts: float
    ends: float


@dataclass(frozen=True)
class Cue:
    """A caption: at most two lines, from second to second."""

    starts: float
    ends: float
    lines: tuple[str, ...]

    @property
    def pace(self) -> float:
        """Return its words a second."""
        return len(" ".join(self.lines).split()) / (self.ends - self.starts)


@dataclass(frozen=True)
class Recording:
    """A recorded module's step that has a storyboard, in one language. `folder` is where its files are written."""

    step: str
    course: Path
    module: str
    source: Path
    folder: Path
    language: str
    title: str
    board: Board
    chapters: tuple[Chapter, ...]
    files: dict[str, str]
    facts: dict[str, str]

    @property
    def seconds(self) -> float:
        """Return how long it is."""
        return self.chapters[-1].ends

    def path(self, kind: str) -> Path:
        """Return where its `file`, `captions` or `poster` stands."""
        return self.folder / self.files[kind]

    def say(self, words: Words) -> str:
        """Return words in this language, company facts filled in."""
        text = words if isinstance(words, str) else words.get(self.language, words["en"])
        return CITATION.sub(lambda found: self.facts[found[1]], text)

    def scenes(self) -> Iterator[Timed]:
        """Yield every scene with its time: the chapter's seconds, shared out by what there is to read."""
        for number, (chapter, scenes) in enumerate(zip(self.chapters, self.board.chapters, strict=True)):
            spoken = [self.say(scene.say) for scene in scenes]
            weights = [len(words.split()) + MOVEMENT for words in spoken]
            at = chapter.starts
            for scene, words, weight in zip(scenes, spoken, weights, strict=True):
                ends = at + (chapter.ends - chapter.starts) * weight / sum(weights)
                yield Timed(scene, words, number, at, ends)
                at = ends

    def cues(self) -> list[Cue]:
        """Return the captions."""
        return [cue for timed in self.scenes() for cue in _cues(timed)]

    def captions(self) -> str:
        """Return the captions as WebVTT."""
        blocks = [f"{_clock(cue.starts)} --> {_clock(cue.ends)}\n" + "\n".join(cue.lines) for cue in self.cues()]
        return "WEBVTT\n\n" + "\n\n".join(blocks) + "\n"


def recordings(root: Path) -> Iterator[Recording]:
    """Yield every recording under `root` that has a storyboard, in each language its recorded module is written in."""
    company = read_company(Loader(read_tree(root), [], set()), {})
    for source in sorted(root.glob("*/*/*.video.yml")):
        made = _yaml(source)
        if "storyboard" not in made:
            continue
        course = source.parents[1]
        board = Board.model_validate(_yaml(source.parent / made["storyboard"]))
        for language in company.languages:
            translation = course / "locales" / language / source.relative_to(course)
            own = source if language == _yaml(course / "course.yml").get("language", "en") else translation
            if own.is_file():
                facts = {name: fact.words(language) for name, fact in company.facts.items()}
                yield _recording(source, made, own, language, board, facts)


def _recording(
    source: Path, made: dict[str, Any], own: Path, language: str, board: Board, facts: dict[str, str]
) -> Recording:
    said = _yaml(own)
    starts = [parse_span(chapter["at"]).total_seconds() for chapter in made["chapters"]]
    ends = [*starts[1:], parse_span(made["length"]).total_seconds()]
    titles = [chapter["title"] for chapter in said["chapters"]]
    return Recording(
        step=made["id"],
        course=source.parents[1],
        module=_yaml(source.parent / "module.yml")["id"],
        source=source,
        folder=own.parent,
        language=language,
        title=said["title"],
        board=board,
        chapters=tuple(Chapter(*one) for one in zip(titles, starts, ends, strict=True)),
        files={kind: made[kind] for kind in ("file", "captions", "poster")},
        facts=facts,
    )


def _yaml(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = YAML(typ="safe").load(path.read_text("utf-8"))
    return found


def _cues(timed: Timed) -> Iterator[Cue]:
    parts = list(_parts(timed.words))
    counts = [len(part.split()) for part in parts]
    at = timed.starts
    for part, count in zip(parts, counts, strict=True):
        ends = at + (timed.ends - timed.starts) * count / sum(counts)
        yield Cue(at, ends - GAP, _even(part))
        at = ends


def _parts(words: str) -> Iterator[str]:
    """Yield the words in pieces of two lines: whole sentences where they fit, else cut evenly."""
    waiting = ""
    for sentence in re.split(r"(?<=[.!?:»])\s+(?=[A-Z0-9¿¡«“\"ÁÉÍÓÚÑ])", " ".join(words.split())):
        both = f"{waiting} {sentence}".strip()
        if _fits(both):
            waiting = both
            continue
        if waiting:
            yield waiting
        *whole, waiting = _cut(sentence)
        yield from whole
    yield waiting


def _fits(text: str) -> bool:
    return len(textwrap.wrap(text, LINE)) <= LINES


def _cut(sentence: str) -> list[str]:
    if _fits(sentence):
        return [sentence]
    words = sentence.split()
    middle = len(sentence) / 2
    # Best behind a comma near the middle, else wherever the middle is.
    places = range(1, len(words))
    best = min(places, key=lambda at: abs(len(" ".join(words[:at])) - middle) - 12 * words[at - 1].endswith((",", ";")))
    return [*_cut(" ".join(words[:best])), *_cut(" ".join(words[best:]))]


def _even(text: str) -> tuple[str, ...]:
    """Return one line, or two of about the same length."""
    if len(text) <= LINE:
        return (text,)
    for width in range(len(text) // 2, LINE + 1):
        lines = textwrap.wrap(text, width)
        if len(lines) <= LINES:
            return tuple(lines)
    return tuple(textwrap.wrap(text, LINE))


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds * 1000), 60_000)
    return f"{minutes // 60:02}:{minutes % 60:02}:{rest // 1000:02}.{rest % 1000:03}"
