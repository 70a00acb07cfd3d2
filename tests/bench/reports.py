"""How fast reports are counted and sent: counters against counting, and files against the bare library.

The rows are made in bulk: what is measured is reading them. 100,000 learners, 400 cohorts, ten modules each, all done.
"""

from __future__ import annotations

import csv
import io
import resource
import tempfile
import uuid
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import sqlalchemy as sa
import xlsxwriter

from lms.accounts.models.people import Person
from lms.app import create_app
from lms.cohorts.models import Cohort, Rollout, Wave
from lms.infra.bench import Goal, Report, alternate
from lms.infra.db import db
from lms.infra.settings import Settings
from lms.infra.transactions import write_transaction
from lms.learning.models import Cycle, ModuleProgress, ModuleTally
from lms.reporting.frames.sheets import write_sheet
from lms.reporting.queries.matrix import tallies
from lms.shared.tables import write_csv

LEARNERS, COHORTS, MODULES = 100_000, 400, 10
BATCH = 20_000
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
NAMES = [f"m{number}" for number in range(MODULES)]
HEADERS = ["Name", "Number", "Site", "Done", "Of", "Due"]
GOALS = {
    "counters_to_group_by": Goal("<=", 0.1),
    "csv_to_csv_module": Goal("<=", 1.5),
    "xlsx_to_xlsxwriter": Goal("<=", 1.2),
    "xlsx_extra_mb": Goal("<=", 40),
}


def run() -> Report:
    """Return milliseconds a report, and each against its rival of the same run."""
    # First: later on the peak is the database's.
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    write_sheet("people", HEADERS, rows(LEARNERS)).close()
    extra = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(instance=Path(folder), secret_key="a benchmark's key of some length", log_level="ERROR")
        app = create_app(settings)
        with app.app_context():
            db.create_all()
            fill()
            cohorts = [f"c{number}" for number in range(COHORTS)]
            counted = alternate(
                {
                    "counters": lambda: tallies(cohorts, NAMES),
                    "one_cohort": lambda: tallies(cohorts[:1], NAMES),
                    "group_by": group_by,
                },
                rounds=5,
            )
            db.session.remove()
            db.engine.dispose()
    files = alternate(
        {
            "xlsx": lambda: write_sheet("people", HEADERS, rows(BATCH)).close(),
            "xlsx_bare": bare_sheet,
            "csv": lambda: write_csv(HEADERS, rows(BATCH)),
            "csv_bare": bare_csv,
        },
        rounds=5,
    )
    figures = {f"{name}_ms": 1000 * seconds for name, seconds in (counted | files).items()} | {"xlsx_extra_mb": extra}
    ratios = {
        "counters_to_group_by": counted["counters"] / counted["group_by"],
        "csv_to_csv_module": files["csv"] / files["csv_bare"],
        "xlsx_to_xlsxwriter": files["xlsx"] / files["xlsx_bare"],
    }
    return Report("reports", figures, ratios, GOALS)


def group_by() -> object:
    """Count the completions of every cohort and module anew."""
    return db.session.execute(
        sa.select(Cycle.cohort_id, ModuleProgress.module, sa.func.count())
        .join(ModuleProgress, sa.and_(ModuleProgress.person_id == Cycle.person_id, ModuleProgress.cycle == Cycle.name))
        .where(ModuleProgress.completed_at.is_not(None))
        .group_by(Cycle.cohort_id, ModuleProgress.module)
    ).all()


def rows(count: int) -> Iterator[list[str | int | date]]:
    """Yield rows as a list of people has them."""
    for number in range(count):
        yield [f"Ana Ruiz {number}", f"{number:06d}", "North", number % 11, 10, date(2026, 5, 3)]


def bare_sheet() -> None:
    """Write the same rows with the library alone, as fast as it goes with rows streamed."""
    with tempfile.TemporaryFile() as file, xlsxwriter.Workbook(file, {"constant_memory": True}) as book:
        sheet, day = book.add_worksheet(), book.add_format({"num_format": "yyyy-mm-dd"})
        for at, (name, number, site, done, of, due) in enumerate(rows(BATCH)):
            sheet.write_string(at, 0, name)
            sheet.write_string(at, 1, number)
            sheet.write_string(at, 2, site)
            sheet.write_number(at, 3, done)
            sheet.write_number(at, 4, of)
            sheet.write_datetime(at, 5, due, day)


def bare_csv() -> bytes:
    """Write the same rows with the csv module alone."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(HEADERS)
    writer.writerows(rows(BATCH))
    return out.getvalue().encode("utf-8-sig")


def fill() -> None:
    """Make the learners, their completed modules and the counters."""
    people = [uuid.UUID(int=number + 1) for number in range(LEARNERS)]
    with write_transaction():
        db.session.add(Rollout(id="r", title="R", created_at=NOW))
        db.session.flush()
        db.session.add(Wave(id="w", rollout_id="r", number=0, title="W", training_start=NOW.date(), go_live=NOW.date()))
        db.session.flush()
        _insert(
            Cohort,
            (
                {
                    "id": f"c{number}",
                    "wave_id": "w",
                    "title": f"C{number}",
                    "function": "f",
                    "site": "s",
                    "programme": "p",
                    "seats": 250,
                    "created_at": NOW,
                }
                for number in range(COHORTS)
            ),
        )
        _insert(Person, ({"id": person, "created_at": NOW} for person in people))
        _insert(
            Cycle,
            (
                {
                    "id": person,
                    "person_id": person,
                    "programme": "p",
                    "name": "initial",
                    "cohort_id": f"c{number % COHORTS}",
                    "assigned_at": NOW,
                    "due_reason": {},
                    "language": "en",
                }
                for number, person in enumerate(people)
            ),
        )
        _insert(
            ModuleProgress,
            (
                {
                    "person_id": person,
                    "cycle": "initial",
                    "module": module,
                    "steps_done": 3,
                    "steps_total": 3,
                    "completed_at": NOW,
                }
                for person in people
                for module in NAMES
            ),
        )
        _insert(
            ModuleTally,
            (
                {"cohort_id": f"c{number}", "cycle": "initial", "module": module, "completed": LEARNERS // COHORTS}
                for number in range(COHORTS)
                for module in NAMES
            ),
        )


def _insert(model: type, values: Iterator[dict[str, object]]) -> None:
    batch: list[dict[str, object]] = []
    for value in values:
        batch.append(value)
        if len(batch) == BATCH:
            db.session.execute(sa.insert(model), batch)
            batch = []
    if batch:
        db.session.execute(sa.insert(model), batch)
