from __future__ import annotations

import sqlalchemy as sa

from lms.learning.cli import projections
from lms.learning.models import ModuleTally


def run(app, *args):
    return app.test_cli_runner().invoke(projections, ["rebuild", *args])


def test_counters_that_were_kept_are_what_the_ledger_says(app, people):
    result = run(app, "--check")
    assert (result.exit_code, result.output) == (0, "Every projection is what the ledger says.\n")


def test_a_counter_that_is_wrong_is_found_and_mended(app, session, people):
    session.execute(sa.update(ModuleTally).where(ModuleTally.module == "t1").values(completed=7))
    result = run(app, "--check")
    assert result.exit_code == 1
    assert "module_tally" in result.output
    assert "stored 7, the ledger says 3" in result.output
    assert run(app).exit_code == 0
    assert run(app, "--check").exit_code == 0
