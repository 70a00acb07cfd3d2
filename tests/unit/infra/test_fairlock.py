"""The fair lock: nobody overtakes in a process, no process starves, and a killed holder lets go."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import time
from multiprocessing.sharedctypes import Synchronized
from pathlib import Path

import pytest

from lms.infra.fairlock import FairLock
from lms.shared.errors import Unavailable

fork = multiprocessing.get_context("fork")


def wait_until(condition, seconds: float = 10.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        threading.Event().wait(0.002)


def test_threads_are_served_in_the_order_they_came(tmp_path: Path) -> None:
    lock, served = FairLock(tmp_path / "write"), []

    def writer(number: int) -> None:
        with lock.hold():
            served.append(number)

    with lock.hold():
        threads = []
        for number in range(8):
            threads.append(threading.Thread(target=writer, args=(number,)))
            threads[-1].start()
            wait_until(lambda number=number: len(lock._waiting) == number + 1)
    for thread in threads:
        thread.join()
    assert served == list(range(8))


def test_a_thread_that_waits_too_long_is_told_and_the_next_is_served(tmp_path: Path) -> None:
    lock = FairLock(tmp_path / "write", timeout=0.05)
    with lock.hold():
        failures = []

        def writer() -> None:
            try:
                with lock.hold():
                    pass
            except Unavailable as error:
                failures.append(error)

        thread = threading.Thread(target=writer)
        thread.start()
        thread.join()
    assert len(failures) == 1
    with lock.hold():
        assert not lock._waiting


def test_an_error_inside_lets_go(tmp_path: Path) -> None:
    lock = FairLock(tmp_path / "write")
    with pytest.raises(ZeroDivisionError), lock.hold():
        _ = 1 / 0
    with lock.hold():
        pass


def count_up(path: Path, file: Path, rounds: int) -> None:
    lock = FairLock(path)
    for _ in range(rounds):
        with lock.hold():
            file.write_text(str(int(file.read_text()) + 1))


def test_processes_exclude_each_other(tmp_path: Path) -> None:
    counter = tmp_path / "counter"
    counter.write_text("0")
    processes = [fork.Process(target=count_up, args=(tmp_path / "write", counter, 150)) for _ in range(4)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert counter.read_text() == "600"


def greedy(path: Path, stop: Path, turns: Synchronized[int]) -> None:
    lock = FairLock(path)
    while not stop.exists():
        with lock.hold():
            turns.value += 1
            time.sleep(0.002)


def test_a_greedy_process_does_not_starve_another(tmp_path: Path) -> None:
    # Counted in turns of the other, of which it may have one or two: a busy machine stretches seconds.
    stop, turns = tmp_path / "stop", fork.Value("i", 0)
    other = fork.Process(target=greedy, args=(tmp_path / "write", stop, turns))
    other.start()
    try:
        lock, waits = FairLock(tmp_path / "write"), []
        for _ in range(50):
            before = turns.value
            with lock.hold():
                waits.append(turns.value - before)
    finally:
        stop.touch()
        other.join()
    assert sorted(waits)[len(waits) // 2] <= 3


def hold_for_ever(path: Path, holding: Path) -> None:
    with FairLock(path).hold():
        holding.touch()
        time.sleep(600)


def test_the_lock_of_a_killed_process_is_free(tmp_path: Path) -> None:
    holding = tmp_path / "holding"
    other = fork.Process(target=hold_for_ever, args=(tmp_path / "write", holding))
    other.start()
    wait_until(holding.exists)
    os.kill(other.pid, signal.SIGKILL)
    other.join()
    with FairLock(tmp_path / "write").hold():
        pass


def test_a_forked_child_has_a_lock_of_its_own(tmp_path: Path) -> None:
    lock = FairLock(tmp_path / "write")
    with lock.hold():
        pass
    entered = tmp_path / "entered"

    def child() -> None:
        with lock.hold():
            entered.touch()

    with lock.hold():
        process = fork.Process(target=child)
        process.start()
        process.join(0.3)
        assert not entered.exists()
    # The child inherited a lock held in its own memory; only the file lock frees it. It is ended here.
    process.kill()
    process.join()
