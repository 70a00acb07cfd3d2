"""A storyboard becomes scenes with times, and captions that fit on two lines."""

from __future__ import annotations

from pathlib import Path

import pytest

from script.recorder.storyboard import Board, Chapter, Recording

LONG = (
    "The number of pieces that the system believes in is not a count, so you look into the bin yourself, "
    "and then you tell somebody what you have found there."
)


def recording(*chapters: list[dict], seconds: float = 30, language: str = "en") -> Recording:
    length = seconds / len(chapters)
    return Recording(
        step="m1-tour", course=Path(), module="m1", source=Path(), folder=Path(), language=language, title="A tour",
        board=Board.model_validate({"chapters": chapters}),
        chapters=tuple(Chapter(str(at), at * length, (at + 1) * length) for at in range(len(chapters))),
        files={}, facts={"limit": "15 %"},
    )  # fmt: skip


def test_a_chapter_is_shared_out_by_what_there_is_to_read():
    made = recording(
        [{"say": "One two three."}, {"say": "One two three four five six seven eight."}], [{"say": "End."}]
    )
    times = [(scene.starts, scene.ends) for scene in made.scenes()]
    assert times == [(0, 5), (5, 15), (15, 30)]


def test_captions_break_between_sentences_and_fit_on_two_lines():
    made = recording([{"say": f"Look here. {LONG}"}], seconds=60)
    cues = made.cues()
    assert cues[0].lines == ("Look here.",)
    assert " ".join(line for cue in cues for line in cue.lines) == f"Look here. {LONG}"
    assert all(len(cue.lines) <= 2 and max(map(len, cue.lines)) <= 42 for cue in cues)
    assert [cues[-1].ends, cues[0].ends] == [pytest.approx(59.96), pytest.approx(cues[1].starts - 0.04)]


def test_captions_say_company_facts_in_their_language():
    said = {"say": {"en": "Above {{limit}}, ask.", "es": "Por encima de {{limit}}, pregunta."}}
    assert recording([said]).captions() == "WEBVTT\n\n00:00:00.000 --> 00:00:29.960\nAbove 15 %, ask.\n"
    assert "Por encima de 15 %" in recording([said], language="es").captions()


def test_an_unknown_key_is_an_error():
    with pytest.raises(ValueError, match="extra"):
        Board.model_validate({"chapters": [[{"say": "One.", "clik": "button"}]]})
