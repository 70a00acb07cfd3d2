"""`lms serve`: it comes up by itself, heals its worker, and ends in good order however it is ended."""

from __future__ import annotations

import os
import signal
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import fresh_database
from tests.serving import Service, alive, children

pytestmark = pytest.mark.real_commits
# Courses that are published in no time.
FEW = Path(__file__).parents[1] / "flight"


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    with fresh_database(tmp_path) as url:
        found = Service(tmp_path / "instance", url, LMS_COURSES=str(FEW))
        yield found
        if found.process is not None and found.process.poll() is None:
            found.kill()


def wait_until(condition, seconds: float = 30.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


@pytest.mark.thorough(only_on_server=True)
def test_an_empty_service_prepares_itself_and_invites_its_first_administrator(service: Service) -> None:
    del service.settings["LMS_COURSES"]
    service.start("--empty")
    said = service.said()
    assert "Making the database" in said
    assert "Publishing the courses" in said
    link = next(line for line in said.splitlines() if "first administrator" in line).rsplit(" ", 1)[1]
    assert service.get("/readyz")[0] == 200
    status, page = service.get("/" + link.split("/", 3)[3])
    assert (status, b"password" in page) == (200, True)
    assert service.stop() == 0

    service.start("--empty")
    assert "Making the database" not in service.said(len(said))
    assert service.get("/readyz")[0] == 200
    assert service.stop(signal.SIGINT) == 0


def test_a_worker_that_dies_is_replaced_and_a_dead_supervisor_leaves_nobody(service: Service) -> None:
    service.start()
    first = children(service.process.pid)
    assert len(first) == 2, "web server and worker"
    worker = first[1]
    os.kill(worker, signal.SIGKILL)
    wait_until(lambda: len(set(children(service.process.pid)) - {worker}) == 2)
    assert service.get("/readyz")[0] == 200

    family = service.family()
    service.send(signal.SIGKILL)
    wait_until(lambda: not any(map(alive, family)))


def test_the_end_of_the_web_server_is_the_end(service: Service) -> None:
    service.start()
    family = service.family()
    os.kill(children(service.process.pid)[0], signal.SIGKILL)
    assert service.process.wait(60) == 1
    assert "The web server ended" in service.said()
    wait_until(lambda: not any(map(alive, family)))


def test_a_taken_port_is_said_at_once(service: Service) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        service.settings["LMS_PORT"] = str(taken.getsockname()[1])
        with pytest.raises(AssertionError, match=r"Cannot listen on 127\.0\.0\.1:\d+.*LMS_PORT"):
            service.start()
    assert not (service.instance / "groundschool.db").exists()
