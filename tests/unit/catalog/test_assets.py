"""Files of courses over HTTP."""

from __future__ import annotations

from typing import Any

import pytest

from lms.catalog.adapters.formats import Formats
from lms.catalog.adapters.sources import tree_of
from lms.catalog.queries import current_release
from lms.catalog.service import publish_courses
from tests.conftest import NOW
from tests.factories.people import make_person

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><rect width="9" height="9"/></svg>'


@pytest.fixture
def address(session: Any, formats: Formats, sound: dict[str, str]) -> str:
    lesson = sound["course/01-m/10-one.md"] + "\n![A square](../img/square.svg)\n"
    publish_courses(
        None, tree_of({**sound, "course/01-m/10-one.md": lesson}, {"course/img/square.svg": SVG}), formats, NOW
    )
    release = current_release("course")
    assert release is not None
    return f"/assets/{release.course.assets[0].sha256}.svg"


def test_a_picture_is_sent_to_people_who_are_signed_in_and_may_be_kept(address: str, client: Any) -> None:
    client.sign_in(make_person())
    response = client.get(address)
    assert (response.status_code, response.data, response.mimetype) == (200, SVG, "image/svg+xml")
    assert "immutable" in response.headers["Cache-Control"]
    assert client.get("/assets/" + "0" * 64 + ".svg").status_code == 404


def test_a_part_of_a_file_can_be_asked_for(address: str, client: Any) -> None:
    client.sign_in(make_person())
    response = client.get(address, headers={"Range": "bytes=0-3"})
    assert (response.status_code, response.data) == (206, SVG[:4])
