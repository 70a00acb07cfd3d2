"""A recorded module's page: the recording with captions, and chapters that work without scripts."""

from __future__ import annotations

import re
import struct
from pathlib import Path

import pytest

from lms.learning.service.assign import Assignment, assign_programme
from tests.factories.people import make_person
from tests.functional.assessment.conftest import publish_tree

VIDEO = """\
id: t1-tour
title: A tour
file: tour.mp4
length: PT3M
poster: tour.svg
poster_alt: A desk
captions: tour.vtt
transcript: tour.md
chapters:
  - {at: PT0S, title: The queue}
  - {at: PT1M5S, title: The thread}
check: [flight-over]
"""
MODULE = """\
id: t1
title: Brief
summary: One page and a check.
objectives: [flight.limits]
adkar: [knowledge]
minutes: 9
"""
CAPTIONS = "WEBVTT\n\n00:00:00.000 --> 00:00:02.000\nThis is the queue.\n"
POSTER = '<svg xmlns="http://www.w3.org/2000/svg"><rect width="9" height="9"/></svg>'


def box(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", 8 + len(content)) + name + content


FILM = box(b"ftyp", b"isom" + bytes(4)) + box(
    b"moov", box(b"mvhd", bytes(12) + struct.pack(">II", 1000, 180_000) + bytes(80))
)


@pytest.fixture
def page(session, client, tmp_path):
    """Open the recorded module's page as somebody who learns, with a query."""
    files = {
        "01-brief/module.yml": MODULE,
        "01-brief/15-tour.video.yml": VIDEO,
        "01-brief/tour.md": "The queue, then the thread.\n",
        "01-brief/tour.vtt": CAPTIONS,
        "01-brief/tour.svg": POSTER,
    }
    film = Path(tmp_path) / "courses" / "flight-check" / "01-brief" / "tour.mp4"
    publish_tree(tmp_path)
    film.write_bytes(FILM)
    publication = publish_tree(tmp_path, **files)
    session.commit()
    assert not [problem for problem in publication.problems if problem.is_error]
    person = make_person("Ana Ruiz")
    assign_programme(Assignment(person.id, "flight-check"), None)
    session.commit()
    client.sign_in(person)

    def show(query: str = "") -> str:
        response = client.get(f"/learn/flight-check/t1/t1-tour{query}")
        assert response.status_code == 200
        return response.get_data(as_text=True)

    return show


def test_a_recording_is_shown_with_captions_and_without_sound_it_says_so(page, client):
    shown = page()
    sources = re.findall(r'src="(/assets/[0-9a-f]{64}\.(?:mp4|vtt))"', shown)
    assert [source[-4:] for source in sources] == [".mp4", ".vtt"]
    assert "This recording has no sound." in shown
    assert client.get(sources[1]).mimetype == "text/vtt"
    part = client.get(sources[0], headers={"Range": "bytes=4-7"})
    assert (part.status_code, part.data, part.mimetype) == (206, b"ftyp", "video/mp4")


def test_a_chapter_is_an_address_that_starts_the_recording_there(page):
    assert 'href="?at=65#recording"' in page()
    assert re.search(r'<source src="/assets/[0-9a-f]{64}\.mp4#t=65">', page("?at=65"))
    for nonsense in ("?at=-5", "?at=x"):
        assert "#t=" not in page(nonsense)
