from __future__ import annotations

import threading

import pytest

from lms.accounts.service.throttle import account_buckets, admit
from lms.infra.clock import now, use_clock
from lms.infra.db import db
from lms.infra.transactions import run_in_write_transaction
from lms.shared.clock import MovableClock
from lms.shared.errors import TooMany
from tests.conftest import NOW


@pytest.mark.real_commits
def test_tries_sent_at_once_are_all_counted(real_app):
    use_clock(real_app, MovableClock(NOW))
    outcomes = []
    start = threading.Barrier(12)

    def guess():
        with real_app.app_context():
            start.wait()
            try:
                run_in_write_transaction(lambda: admit(account_buckets("victim", "192.0.2.1"), now()))
                outcomes.append("judged")
            except TooMany:
                outcomes.append("refused")
            finally:
                db.session.remove()

    threads = [threading.Thread(target=guess) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes.count("judged") == 5
    assert outcomes.count("refused") == 7
